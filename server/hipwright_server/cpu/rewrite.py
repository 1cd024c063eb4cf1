"""Edits that keep the lines of a text where they are."""

from __future__ import annotations

import re
from typing import NamedTuple

_LINE_BREAK = re.compile(rb"\\?(?:\r\n|\n|\r)")
# What makes another token with a colon behind it: `%:` is a `#`.
_JOINED = (b"%", b"<", b":")


class Edit(NamedTuple):
    """Replace the bytes from `start` to `end` with `text`."""

    start: int
    end: int
    text: bytes


def line_breaks(text: bytes, *, in_macro: bool = False) -> bytes:
    """The line breaks of a text, each with the backslash that continues its line, if it has one.

    Put in place of the text, they keep every later line at its number. In a macro every line but
    the last is continued, also where only a comment spanned the break.
    """
    breaks = _LINE_BREAK.findall(text)
    if in_macro:
        breaks = [line if line.startswith(b"\\") else b"\\" + line for line in breaks]
    return b"".join(breaks)


def replace(content: bytes, start: int, end: int, text: bytes, *, in_macro: bool = False) -> Edit:
    """An edit that puts `text`, which is of one line, in place of a range, and keeps its lines."""
    assert b"\n" not in text, text
    return Edit(start, end, text + line_breaks(content[start:end], in_macro=in_macro))


def apply(content: bytes, edits: list[Edit]) -> bytes:
    """The text with all edits applied.

    Edits at the same place are applied in their order in the list. Raises ValueError when two
    edits overlap: a launch inside the arguments of another one, say.
    """
    parts: list[bytes] = []
    position = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if edit.start < position:
            line = content.count(b"\n", 0, edit.start) + 1
            raise ValueError(f"line {line}: too entangled to be rewritten for the CPU device")
        between = content[position : edit.start]
        parts.append(between)
        if edit.text.startswith(b"::") and between.endswith(_JOINED):
            parts.append(b" ")
        parts.append(edit.text)
        position = edit.end
    parts.append(content[position:])
    return b"".join(parts)
