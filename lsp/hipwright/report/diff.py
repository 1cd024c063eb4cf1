"""A port as a unified diff, byte for byte what `patch` and `git apply` take."""

from __future__ import annotations

import difflib
from pathlib import PurePath

_NO_NEWLINE = b"\n\\ No newline at end of file\n"


def unified(before: bytes, after: bytes, before_name: str, after_name: str) -> bytes:
    """The unified diff of two texts; empty when they are the same."""
    if before == after:
        return b""
    old_name, new_name = _name("a", before_name), _name("b", after_name)
    lines = difflib.diff_bytes(
        difflib.unified_diff,
        _lines(before),
        _lines(after),
        old_name,
        new_name,
        lineterm=b"\n",
    )
    # Only the last line of a text can lack its newline.
    return b"".join(line if line.endswith(b"\n") else line + _NO_NEWLINE for line in lines)


def _lines(content: bytes) -> list[bytes]:
    """Lines as `patch` counts them: only a line feed ends one."""
    lines = [line + b"\n" for line in content.split(b"\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


def _name(side: str, name: str) -> bytes:
    path = PurePath(name)
    written = path.as_posix() if path.is_absolute() else f"{side}/{path.as_posix()}"
    return written.encode("utf-8", "surrogateescape")
