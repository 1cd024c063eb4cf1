"""What a token is: asks the syntax tree about one place, and lexes what the tree keeps opaque."""

from __future__ import annotations

import re
from enum import Enum

from tree_sitter import Node

from hipwright.source.text import Source


class Place(Enum):
    """Where a name stands."""

    CODE = "code"
    MACRO_BODY = "macro body"
    ELSEWHERE = "elsewhere"  # a comment, a string, a member, a declaration of the user's


# Node types of a leaf in which a name is code that may be CUDA's.
_NAMES = frozenset(
    {"identifier", "type_identifier", "namespace_identifier", "primitive_type", "ERROR"}
)

# Comments and literals, for text that the grammar keeps opaque.
_OPAQUE = re.compile(
    rb"""//[^\n]*|/\*.*?(?:\*/|\Z)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?""", re.DOTALL
)

_DECLARATORS = frozenset(
    {
        "init_declarator",
        "function_declarator",
        "pointer_declarator",
        "array_declarator",
        "reference_declarator",
        "parenthesized_declarator",
    }
)


def place_of(source: Source, start: int, end: int) -> tuple[Place, Node | None]:
    """Where the name at `start` to `end` stands, and its node where the tree has one."""
    node = source.tree.root_node.descendant_for_byte_range(start, end)
    if node is None:
        return Place.ELSEWHERE, None
    kind = node.type
    if kind == "preproc_arg":
        return _place_in_macro(source, node, start), None
    if kind in _NAMES:
        if _is_declared_here(node):
            return Place.ELSEWHERE, node
        return Place.CODE, node
    return Place.ELSEWHERE, node


def _place_in_macro(source: Source, body: Node, start: int) -> Place:
    text = source.text_of(body)
    offset = start - body.start_byte
    for match in _OPAQUE.finditer(text):
        if match.start() > offset:
            break
        if offset < match.end():
            return Place.ELSEWHERE
    return Place.MACRO_BODY


def _is_declared_here(node: Node) -> bool:
    parent = node.parent
    if parent is None:
        return False
    kind = parent.type
    if kind in _DECLARATORS or kind in ("parameter_declaration", "declaration"):
        return parent.child_by_field_name("declarator") == node
    return kind in ("enumerator", "namespace_definition") or (
        kind in ("preproc_def", "preproc_function_def", "class_specifier", "struct_specifier")
        and parent.child_by_field_name("name") == node
        and (kind.startswith("preproc") or parent.child_by_field_name("body") is not None)
    )
