"""A source: one text to port, with its syntax tree and its lines, kept up to date under edits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from pathlib import Path
from posixpath import splitext

import tree_sitter_cuda
from tree_sitter import Language, Node, Parser, Tree

from hipwright.finding import Edit
from hipwright.source.lines import LineIndex
from hipwright.source.made_ahead import MadeAhead


@cache
def cuda_language() -> Language:
    """The grammar that every source is parsed with."""
    return Language(tree_sitter_cuda.language())


@cache
def _parser() -> Parser:
    return Parser(cuda_language())


_ahead: MadeAhead[Tree] = MadeAhead()


def parse_ahead(contents: Iterable[bytes]) -> None:
    """Parse texts that are about to be checked; what was parsed ahead before is forgotten."""
    _ahead.clear()
    for content in contents:
        _ahead.put(content, _parser().parse(content))


class Source:
    """One text to port: a file, a notebook cell, or a CUDA string inside Python.

    `content` is the text as bytes, exactly as it was read. The tree and the line index are made
    when first asked for, and follow `edit`. `path` is where it stands on the disk, if it does: the
    headers beside it are read from there.
    """

    def __init__(self, content: bytes, name: str = "<input>", path: Path | None = None) -> None:
        self.content = content
        self.name = name
        self.path = path
        self._tree: Tree | None = None
        self._lines: LineIndex | None = None

    @property
    def tree(self) -> Tree:
        """The syntax tree of the content."""
        if self._tree is None:
            self._tree = _ahead.take(self.content) or _parser().parse(self.content)
        return self._tree

    @property
    def is_parsed(self) -> bool:
        """Whether the tree was made: what costs most, and is spared a text that needs none."""
        return self._tree is not None

    @property
    def lines(self) -> LineIndex:
        """The line index of the content."""
        if self._lines is None:
            self._lines = LineIndex(self.content)
        return self._lines

    @cached_property
    def suffix(self) -> str:
        """The ending of the name in small letters, such as `.cu`; empty where there is none."""
        return splitext(self.name)[1].lower()

    def text_of(self, node: Node) -> bytes:
        """The bytes that a node of this source's tree spans."""
        return self.content[node.start_byte : node.end_byte]

    def comment_around(self, start: int, end: int) -> tuple[int, int] | None:
        """Where the comment that holds the bytes `start` to `end` begins and ends, if any does."""
        node = self.tree.root_node.descendant_for_byte_range(start, end)
        if node is None or node.type != "comment":
            return None
        # Now and then the parser takes a line end before a comment for a part of it.
        text = self.text_of(node)
        return node.start_byte + len(text) - len(text.lstrip()), node.end_byte

    def edit(self, start: int, end: int, text: bytes) -> list[tuple[int, int]]:
        """Replace the bytes `start` to `end`, and re-parse only what that touches.

        Returns the byte ranges of the new content in which the shape of the tree changed. They need
        not hold the edit itself: a name may have become another one without a change of shape.
        Raises ValueError when the range is not inside the content.
        """
        if not 0 <= start <= end <= len(self.content):
            raise ValueError(f"edit of {start}..{end} is outside 0..{len(self.content)}")
        content = self.content[:start] + text + self.content[end:]
        if self._lines is not None:
            self._lines = self._lines.edited(content, start, end, len(text))
        changed: list[tuple[int, int]] = []
        if self._tree is not None:
            old_tree = self._tree
            _announce(old_tree, self.content, start, end, text, _point(self.content, start))
            self._tree = _parser().parse(content, old_tree)
            changed = [
                (part.start_byte, part.end_byte) for part in old_tree.changed_ranges(self._tree)
            ]
        self.content = content
        return changed

    def changed_by(self, edits: Sequence[Edit], content: bytes) -> list[tuple[int, int]]:
        """Where the shape of the tree would change, if these edits made this content of it.

        The edits are sorted and free of overlaps; the source stays as it is. Byte ranges of the new
        content, as `edit` returns them.
        """
        before = self.tree.copy()
        points: list[tuple[int, int]] = []
        point, reached = (0, 0), 0
        for start, _, _ in edits:
            point = _advanced(point, self.content[reached:start])
            points.append(point)
            reached = start
        # The last one first, so that those in front stand where they stood.
        for (start, end, text), point in zip(reversed(edits), reversed(points), strict=True):
            _announce(before, self.content, start, end, text, point)
        after = _parser().parse(content, before)
        return [(part.start_byte, part.end_byte) for part in before.changed_ranges(after)]


def _announce(
    tree: Tree, content: bytes, start: int, end: int, text: bytes, point: tuple[int, int]
) -> None:
    """Tell the tree of a content that the bytes `start` (at `point`) to `end` become a text."""
    tree.edit(
        start_byte=start,
        old_end_byte=end,
        new_end_byte=start + len(text),
        start_point=point,
        old_end_point=_advanced(point, content[start:end]),
        new_end_point=_advanced(point, text),
    )


def _point(content: bytes, offset: int) -> tuple[int, int]:
    """Row and column as the parser counts them: its rows end at \\n only."""
    return content.count(b"\n", 0, offset), offset - content.rfind(b"\n", 0, offset) - 1


def _advanced(point: tuple[int, int], text: bytes) -> tuple[int, int]:
    """The point behind a text that starts at `point`."""
    rows = text.count(b"\n")
    if rows == 0:
        return point[0], point[1] + len(text)
    return point[0] + rows, len(text) - text.rfind(b"\n") - 1
