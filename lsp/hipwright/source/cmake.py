"""CMake as its parser sees it: commands, their arguments, comments."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from tree_sitter import Node, Parser


class Argument(NamedTuple):
    """One argument of a command: its text without quotes, and where that stands."""

    text: bytes
    start: int
    end: int
    quoted: bool


class Command(NamedTuple):
    """One command, such as `project(x LANGUAGES CUDA)`. `name` is in lower case."""

    name: str
    start: int  # of its name
    end: int  # behind its closing parenthesis
    arguments: tuple[Argument, ...]


@cache
def _parser() -> Parser:
    # Only who has a CMake file pays for the grammar.
    import tree_sitter_cmake
    from tree_sitter import Language

    return Parser(Language(tree_sitter_cmake.language()))


class CMakeCode:
    """The CMake of a text, parsed. Positions are bytes of the text.

    `problem` is where it does not parse, as an offset; what is asked of such a text is not to be
    trusted.
    """

    def __init__(self, content: bytes) -> None:
        self.commands: list[Command] = []
        self.comments: list[tuple[int, int]] = []
        self.problem: int | None = None
        self._content = content
        # The grammar wants the end of the last line.
        root = _parser().parse(content + b"\n").root_node
        waiting = [root]
        while waiting:
            node = waiting.pop()
            if node.type in ("line_comment", "bracket_comment"):
                self.comments.append((node.start_byte, node.end_byte))
                continue
            if node.is_missing or node.type == "ERROR":
                self.problem = min(self.problem or node.start_byte, node.start_byte)
            arguments = next((part for part in node.children if part.type == "argument_list"), None)
            if node.type.endswith("_command") and node.children[0].type != "(":
                self.commands.append(self._command(node, arguments))
            waiting.extend(reversed(node.children))
        self.comments.sort()

    def _command(self, node: Node, arguments: Node | None) -> Command:
        name = node.children[0]
        found = []
        for part in arguments.children if arguments is not None else ():
            if part.type != "argument" or not part.children:
                continue
            quoted = part.children[0].type == "quoted_argument"
            start, end = part.start_byte + quoted, part.end_byte - quoted
            found.append(Argument(self._content[start:end], start, end, quoted))
        return Command(
            self._content[name.start_byte : name.end_byte].decode("utf-8", "replace").lower(),
            node.start_byte,
            node.end_byte,
            tuple(found),
        )

    def comment_around(self, start: int, end: int) -> tuple[int, int] | None:
        """Where the comment that holds these bytes begins and ends, if any does."""
        return next(
            (comment for comment in self.comments if comment[0] <= start and end <= comment[1]),
            None,
        )
