"""The language server: the engine's findings and fixes, for any editor that speaks the protocol.

It keeps its own documents as bytes with the engine's analyses beside them, since a finding is a
range of bytes, and since a keystroke in a file of 10,000 lines must cost next to nothing.
"""

from __future__ import annotations


def serve() -> int:
    """Serve one editor over standard input and output. Returns the exit status."""
    from hipwright.lsp.loop import serve as run

    return run()
