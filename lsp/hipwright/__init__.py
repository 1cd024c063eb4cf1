"""The porting engine: finds what must change in CUDA source, says why, and changes exactly that.

Importing this package is cheap on purpose (the command line starts in a blink): nothing is
imported here, take what you need from its modules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__version__ = "0.1.0"


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Let `%load_ext hipwright` find the magics.

    The one place where the engine's package knows of the server's, for the sake of that short name.
    """
    from hipwright_server import magics

    magics.load_ipython_extension(shell)
