"""The edits that turn one text into another, small ones, so that cursors and folds stay."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from hipwright.finding import Edit
from hipwright.source import LineIndex

# How far to look for the place where both texts run alike again. Fixes change a few lines at a
# time; past this, lines are taken for changed in place, which is as right, only less fine.
_WINDOW = 64


def edits_between(before: bytes, after: bytes) -> list[Edit]:
    """Edits of `before`, in order and apart from one another, that make it `after`.

    Linear in the length of the texts: a full diff of 10,000 lines takes seconds.
    """
    old, new = _lines(before), _lines(after)
    edits: list[Edit] = []
    offset = 0
    i = j = 0
    while i < len(old) or j < len(new):
        if i < len(old) and j < len(new) and old[i] == new[j]:
            offset += len(old[i])
            i, j = i + 1, j + 1
            continue
        removed, added = _until_alike(old, new, i, j)
        edits.extend(_changes(old[i : i + removed], new[j : j + added], offset))
        offset += sum(map(len, old[i : i + removed]))
        i, j = i + removed, j + added
    return edits


def _lines(text: bytes) -> list[bytes]:
    """The lines with their ends, as an editor splits them."""
    starts = [*LineIndex(text).starts, len(text)]
    return [text[start:end] for start, end in pairwise(starts) if start < end]


def _until_alike(old: list[bytes], new: list[bytes], i: int, j: int) -> tuple[int, int]:
    """How many lines of each differ, until two in a row are the same, or both texts end."""
    for distance in range(1, 2 * _WINDOW):
        # Lines changed in place come first, then those removed or added.
        for removed in sorted(range(distance + 1), key=lambda lines: abs(2 * lines - distance)):
            added = distance - removed
            a, b = i + removed, j + added
            if a == len(old) and b == len(new):
                return removed, added
            if old[a : a + 2] == new[b : b + 2] != []:
                return removed, added
    lines = min(_WINDOW, len(old) - i, len(new) - j)
    return (lines, lines) if lines else (len(old) - i, len(new) - j)


def _changes(old: list[bytes], new: list[bytes], offset: int) -> Iterator[Edit]:
    if len(old) != len(new):
        yield from _trimmed(b"".join(old), b"".join(new), offset)
        return
    for line_before, line_after in zip(old, new, strict=True):
        yield from _trimmed(line_before, line_after, offset)
        offset += len(line_before)


def _trimmed(old: bytes, new: bytes, offset: int) -> Iterator[Edit]:
    """One edit without what both texts share at their start and end; none when they are alike."""
    if old == new:
        return
    shortest = min(len(old), len(new))
    start = 0
    while start < shortest and old[start] == new[start]:
        start += 1
    tail = 0
    while tail < shortest - start and old[len(old) - 1 - tail] == new[len(new) - 1 - tail]:
        tail += 1
    # Never cut a character, nor a \r\n, in two.
    while start and (_inside(old, start) or _inside(new, start)):
        start -= 1
    while tail and (_inside(old, len(old) - tail) or _inside(new, len(new) - tail)):
        tail -= 1
    yield Edit(offset + start, offset + len(old) - tail, new[start : len(new) - tail])


def _inside(text: bytes, position: int) -> bool:
    """Whether `position` is inside a UTF-8 character, or between a \\r and its \\n."""
    if position >= len(text):
        return False
    byte = text[position]
    return 0x80 <= byte < 0xC0 or (byte == 0x0A and position > 0 and text[position - 1] == 0x0D)
