"""Calls: the arguments that a name is called with, from the tree or, in macros, from the text."""

from __future__ import annotations

import re
from typing import NamedTuple

from tree_sitter import Node

from hipwright.patterns import regex
from hipwright.source.text import Source
from hipwright.source.units import CONTAINERS


class Call(NamedTuple):
    """A call's argument list: each argument's bytes, and the closing parenthesis."""

    arguments: tuple[tuple[int, int], ...]
    close: int


_TOKEN = regex(
    rb"""//[^\n]*|/\*.*?(?:\*/|\Z)|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|[()\[\]{},;<]""",
    re.DOTALL,
)
_OPEN = regex(rb"(?:\s|\\\r?\n)*\(")
_BLANK = b" \t\r\n\f\v\\"


def call_of(source: Source, start: int, end: int, node: Node | None) -> Call | None:
    """The call whose function is the name at `start` to `end`; None where it is not called.

    `node` is the name's, or None in a macro's body, where only the text can tell. Nothing outside
    of the name's top-level item is looked at.
    """
    if node is not None:
        call = _from_tree(node)
        if call is not None:
            return call
        return _from_text(source.content, end, _end_of_item(node))
    body = source.tree.root_node.descendant_for_byte_range(start, end)
    return None if body is None else _from_text(source.content, end, body.end_byte)


def _end_of_item(node: Node) -> int:
    """Where the top-level item of a node ends, or the stretch of an ERROR up to the next item."""
    parent = node.parent
    while parent is not None and parent.parent is not None and parent.type not in CONTAINERS:
        node, parent = parent, parent.parent
    if node.child_count:
        return node.end_byte
    end = node.end_byte
    sibling = node.next_sibling
    while sibling is not None and not (sibling.is_named and sibling.child_count):
        end = sibling.end_byte
        sibling = sibling.next_sibling
    return end


def _from_tree(node: Node) -> Call | None:
    function = node
    parent = node.parent
    while parent is not None and parent.type in ("qualified_identifier", "template_function"):
        function, parent = parent, parent.parent
    if parent is None or parent.type != "call_expression":
        return None
    if parent.child_by_field_name("function") != function:
        return None
    arguments = parent.child_by_field_name("arguments")
    if arguments is None or arguments.type != "argument_list" or arguments.has_error:
        return None
    ranges: list[tuple[int, int]] = []
    start = end = -1
    for child in arguments.children[1:-1]:
        if child.type == ",":
            ranges.append((start, end))
            start = -1
        elif child.type != "comment":
            if start < 0:
                start = child.start_byte
            end = child.end_byte
    if start >= 0:
        ranges.append((start, end))
    if any(start < 0 for start, _ in ranges):
        return None
    return Call(tuple(ranges), arguments.end_byte - 1)


def _from_text(content: bytes, end: int, limit: int) -> Call | None:
    opening = _OPEN.match(content, end, limit)
    if opening is None:
        return None
    depth = 0
    ranges: list[tuple[int, int]] = []
    start = opening.end()
    for token in _TOKEN.finditer(content, start, limit):
        text = token.group()
        if text in (b"(", b"[", b"{"):
            depth += 1
        elif text in (b",", b")", b"]", b"}"):
            if depth == 0:
                if text in (b"]", b"}"):
                    return None
                ranges.append(_trimmed(content, start, token.start()))
                start = token.end()
                if text == b")":
                    if ranges == [(ranges[0][0], ranges[0][0])]:
                        ranges = []
                    return Call(tuple(ranges), token.start())
            elif text != b",":
                depth -= 1
        elif text in (b";", b"<"):
            # The end of the statement, or a template's arguments: commas there mean other things.
            return None
    return None


def _trimmed(content: bytes, start: int, end: int) -> tuple[int, int]:
    while start < end and content[start] in _BLANK:
        start += 1
    while end > start and content[end - 1] in _BLANK:
        end -= 1
    return start, end
