"""Let `#include "x.cu"` follow files that a port renames."""

from __future__ import annotations

import re
from pathlib import Path

_CU_INCLUDE = re.compile(rb'(?m)^[ \t]*#[ \t]*include[ \t]*"([^"\r\n]+\.cu)"')


def rename_includes(text: bytes, path: Path, renamed: frozenset[Path]) -> bytes:
    """Let `#include "x.cu"` follow a file that becomes x.hip.

    The included file is looked for beside the includer, then by its name below any folder, as an
    include path would find it, when only one renamed file fits.
    """
    matches = list(_CU_INCLUDE.finditer(text))
    if not matches:
        return text
    from hipwright.source import Source

    root = Source(text).tree.root_node
    pieces: list[bytes] = []
    position = 0
    for match in matches:
        node = root.descendant_for_byte_range(match.start(1), match.end(1))
        while node is not None and node.type != "preproc_include":
            node = node.parent
        if node is None:  # in a comment or a string
            continue
        if _is_renamed(match[1].decode("utf-8", "surrogateescape"), path, renamed):
            pieces += [text[position : match.end(1) - 2], b"hip"]
            position = match.end(1)
    return b"".join((*pieces, text[position:]))


def _is_renamed(include: str, path: Path, renamed: frozenset[Path]) -> bool:
    if (path.parent / include).resolve() in renamed:
        return True
    parts = Path(include).parts
    return sum(other.parts[-len(parts) :] == parts for other in renamed) == 1
