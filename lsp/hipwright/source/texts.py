"""A text in another language than CUDA: what rules about build files and Python look at."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from hipwright.source.languages import Language, comment_mark
from hipwright.source.lines import LineIndex

if TYPE_CHECKING:
    from hipwright.source.cmake import CMakeCode
    from hipwright.source.python import PythonCode


class Text:
    """One text in a language that is not CUDA, as bytes, exactly as it was read.

    `in_notebook` is true for a cell: Python with magics and shell lines in it. What is asked for
    later, such as the parsed Python, is made once and kept: a text does not change.
    """

    def __init__(
        self,
        content: bytes,
        language: Language,
        name: str = "<input>",
        *,
        in_notebook: bool = False,
    ) -> None:
        self.content = content
        self.language = language
        self.name = name
        self.in_notebook = in_notebook

    @cached_property
    def lines(self) -> LineIndex:
        """The line index of the content."""
        return LineIndex(self.content)

    @cached_property
    def python(self) -> PythonCode:
        """The parsed Python. Only for a text in Python."""
        from hipwright.source.python import PythonCode

        return PythonCode(self)

    @cached_property
    def cmake(self) -> CMakeCode:
        """The parsed CMake. Only for a text in CMake."""
        from hipwright.source.cmake import CMakeCode

        return CMakeCode(self.content)

    def comment_around(self, start: int, end: int) -> tuple[int, int] | None:
        """Where the comment that holds the bytes `start` to `end` begins and ends, if any does."""
        if self.language == "python":
            return self.python.comment_around(start, end)
        if self.language == "cmake":
            return self.cmake.comment_around(start, end)
        # The formats differ in what a string is; a comment mark that stands in one on the same
        # line as the words that are looked for is not a case worth a parser for each.
        line_start, line_end = self.lines.line_bounds(self.lines.line_of(start))
        mark = self.content.find(comment_mark(self.language), line_start, start)
        return (mark, line_end) if mark >= 0 else None
