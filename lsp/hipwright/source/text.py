"""A source: one text to port, with its syntax tree and its lines, kept up to date under edits."""

from __future__ import annotations

from functools import cache

import tree_sitter_cuda
from tree_sitter import Language, Node, Parser, Tree

from hipwright.source.lines import LineIndex


@cache
def cuda_language() -> Language:
    """The grammar that every source is parsed with."""
    return Language(tree_sitter_cuda.language())


@cache
def _parser() -> Parser:
    return Parser(cuda_language())


class Source:
    """One text to port: a file, a notebook cell, or a CUDA string inside Python.

    `content` is the text as bytes, exactly as it was read. The tree and the line index are made
    when first asked for, and follow `edit`.
    """

    def __init__(self, content: bytes, name: str = "<input>") -> None:
        self.content = content
        self.name = name
        self._tree: Tree | None = None
        self._lines: LineIndex | None = None

    @property
    def tree(self) -> Tree:
        """The syntax tree of the content."""
        if self._tree is None:
            self._tree = _parser().parse(self.content)
        return self._tree

    @property
    def lines(self) -> LineIndex:
        """The line index of the content."""
        if self._lines is None:
            self._lines = LineIndex(self.content)
        return self._lines

    def text_of(self, node: Node) -> bytes:
        """The bytes that a node of this source's tree spans."""
        return self.content[node.start_byte : node.end_byte]

    def edit(self, start: int, end: int, text: bytes) -> None:
        """Replace the bytes `start` to `end`, and re-parse only what that touches.

        Raises ValueError when the range is not inside the content.
        """
        if not 0 <= start <= end <= len(self.content):
            raise ValueError(f"edit of {start}..{end} is outside 0..{len(self.content)}")
        old_lines = self.lines
        content = self.content[:start] + text + self.content[end:]
        new_lines = LineIndex(content)
        if self._tree is not None:
            self._tree.edit(
                start_byte=start,
                old_end_byte=end,
                new_end_byte=start + len(text),
                start_point=old_lines.position(start, "utf-8"),
                old_end_point=old_lines.position(end, "utf-8"),
                new_end_point=new_lines.position(start + len(text), "utf-8"),
            )
            self._tree = _parser().parse(content, self._tree)
        self.content = content
        self._lines = new_lines
