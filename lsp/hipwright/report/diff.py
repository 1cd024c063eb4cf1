"""A port as a unified diff, byte for byte what `patch` and `git apply` take."""

from __future__ import annotations

import difflib
from pathlib import PurePath

_NO_NEWLINE = b"\n\\ No newline at end of file\n"


def unified(before: bytes, after: bytes, before_name: str, after_name: str) -> bytes:
    """The unified diff of two texts; empty when neither they nor their names differ.

    A file that gets another name is told as git tells it, so that `git apply` renames it.
    """
    if before == after and before_name == after_name:
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
    # git takes this line for the start of a file; `patch` passes over it.
    head = b"diff --git %b %b\n" % (old_name, new_name)
    if before_name != after_name:
        if before == after:
            head += b"similarity index 100%\n"
        old, new = old_name.removeprefix(b"a/"), new_name.removeprefix(b"b/")
        head += b"rename from %b\nrename to %b\n" % (old, new)
    # Only the last line of a text can lack its newline.
    return head + b"".join(line if line.endswith(b"\n") else line + _NO_NEWLINE for line in lines)


def _lines(content: bytes) -> list[bytes]:
    """Lines as `patch` counts them: only a line feed ends one."""
    lines = [line + b"\n" for line in content.split(b"\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


def _name(side: str, name: str) -> bytes:
    path = PurePath(name)
    written = path.as_posix() if path.is_absolute() else f"{side}/{path.as_posix()}"
    return written.encode("utf-8", "surrogateescape")
