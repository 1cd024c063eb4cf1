"""The line index: byte offsets to lines and columns, and back.

A line ends at \\n, \\r\\n or a lone \\r, and nowhere else: `str.splitlines` also splits on form
feeds and the like, which editors do not, and which would move every edit behind one.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Literal

from hipwright.patterns import regex

Encoding = Literal["utf-8", "utf-16", "utf-32"]

_LINE_END = regex(rb"\r\n|\n|\r")


class LineIndex:
    """Where each line of a text starts. Lines and columns count from 0."""

    __slots__ = ("_content", "starts")

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.starts = [0]
        self.starts.extend(match.end() for match in _LINE_END.finditer(content))

    def edited(self, content: bytes, start: int, end: int, length: int) -> LineIndex:
        """The index of `content`, in which `length` bytes replaced `start` to `end` of this text.

        Only the lines that the edit touches are read again; those behind it are only moved.
        """
        # A \r before the edit and a \n behind it can become one line end, or cease to be one.
        first = max(bisect_right(self.starts, start - 1) - 1, 0)
        delta = length - (end - start)
        # Lines whose line end lies wholly behind the edit keep it, but for a \n that the edit may
        # have given a \r, or taken one from.
        kept = bisect_right(self.starts, end + 1)
        before = self.starts[: first + 1]
        stop = self.starts[kept] + delta if kept < len(self.starts) else len(content)
        between = [match.end() for match in _LINE_END.finditer(content, before[-1], stop)]
        if between and between[-1] == stop and kept < len(self.starts):
            between.pop()
        index = LineIndex.__new__(LineIndex)
        index._content = content
        index.starts = before + between + [offset + delta for offset in self.starts[kept:]]
        return index

    def line_of(self, offset: int) -> int:
        """The line that holds the byte at `offset`."""
        return bisect_right(self.starts, offset) - 1

    def line_bounds(self, line: int) -> tuple[int, int]:
        """The first byte of `line`, and the byte after its last one, its line end left out."""
        start = self.starts[line]
        if line + 1 == len(self.starts):
            return start, len(self._content)
        end = self.starts[line + 1]
        if self._content[end - 2 : end] == b"\r\n":
            return start, end - 2
        return start, end - 1

    def position(self, offset: int, encoding: Encoding = "utf-16") -> tuple[int, int]:
        """The (line, column) of a byte offset; the column counts code units of `encoding`."""
        line = self.line_of(offset)
        before = self._content[self.starts[line] : offset]
        return line, _units(before, encoding)

    def offset(self, line: int, column: int, encoding: Encoding = "utf-16") -> int:
        """The byte offset of a position; past the end of its line or the text means the end."""
        if line < 0:
            return 0
        if line >= len(self.starts):
            return len(self._content)
        start, end = self.line_bounds(line)
        text = self._content[start:end]
        if encoding == "utf-8" or text.isascii():
            return min(start + max(column, 0), end)
        units = 0
        position = start
        for character in text.decode("utf-8", "surrogateescape"):
            if units >= column:
                break
            units += _character_units(character, encoding)
            position += len(character.encode("utf-8", "surrogateescape"))
        return position


def _units(text: bytes, encoding: Encoding) -> int:
    if encoding == "utf-8" or text.isascii():
        return len(text)
    # A byte that is not UTF-8 counts as one unit, as it does in an editor that shows a
    # replacement character for it.
    decoded = text.decode("utf-8", "surrogateescape")
    return sum(_character_units(character, encoding) for character in decoded)


def _character_units(character: str, encoding: Encoding) -> int:
    return 2 if encoding == "utf-16" and ord(character) > 0xFFFF else 1


def first_line(content: bytes) -> bytes:
    """The first line of a text, without its line end and without a byte order mark."""
    end = _LINE_END.search(content)
    return content[: end.start() if end else len(content)].removeprefix(b"\xef\xbb\xbf")


def begins_line(content: bytes, place: int) -> bool:
    """Whether nothing but blanks, or the mark of the byte order, stands before it on its line."""
    if place == 0 or content[place - 1] == 0x0A:
        return True
    return not content[content.rfind(b"\n", 0, place) + 1 : place].strip(b" \t\r\xef\xbb\xbf")


def line_end_of(content: bytes) -> bytes:
    """How a text ends its lines, by its beginning."""
    beginning = content[:4096]
    # To find one byte takes a twentieth of the time of two.
    return b"\r\n" if b"\r" in beginning and b"\r\n" in beginning else b"\n"
