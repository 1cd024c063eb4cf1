"""What a name means in a file: the constant or the variable behind it, and its type."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from tree_sitter import Node

from hipwright.patterns import regex
from hipwright.rules.warp._lexing import without_comments
from hipwright.source import Source
from hipwright.source.occurrences import places_of


class Width(Enum):
    """How many bits a type has, as far as a lane mask is concerned."""

    BITS_32 = 32
    BITS_64 = 64
    UNKNOWN = 0


class Declaration(NamedTuple):
    """One place that gives a name its meaning."""

    kind: str  # "macro", "variable", "parameter", "template parameter" or "enumerator"
    start: int  # of the name
    end: int
    scope: tuple[int, int]  # the bytes in which the name means this
    type: bytes = b""  # its specifiers, as written
    value: bytes | None = None  # its initial or default value, as written
    is_array: bool = False

    @property
    def is_constant(self) -> bool:
        """Whether the value is the only one that the name ever has."""
        return (
            self.kind in ("macro", "enumerator")
            or b"const" in self.type
            or b"constexpr" in self.type
        )


_WIDE_TYPE = regex(rb"\blong\s+long\b|\bu?int64(?:_t)?\b|\bulonglong\b|\blong\b|\bsize_t\b")
_NARROW_TYPE = regex(
    rb"\b(?:unsigned|signed|int|short|char|bool|uint|uint32|u?int(?:_fast|_least)?(?:8|16|32)_t"
    rb"|u32|uint32)\b"
)
# What stands before a use, and never before the name that a declaration declares.
_NO_DECLARATION = regex(rb"(?:[(=+/|^!~?;\[<%.-]|->)\s*$")
_DECLARATORS = frozenset(
    {
        "init_declarator",
        "pointer_declarator",
        "array_declarator",
        "reference_declarator",
        "parenthesized_declarator",
    }
)
_SCOPES = frozenset(
    {
        "compound_statement",
        "for_statement",
        "for_range_loop",
        "if_statement",
        "while_statement",
        "function_definition",
        "lambda_expression",
        "template_declaration",
        "field_declaration_list",
        "declaration_list",
        "translation_unit",
    }
)


def width_of_type(type_: bytes) -> Width:
    """The width of an integer type, from its specifiers."""
    if _WIDE_TYPE.search(type_):
        return Width.BITS_64
    if _NARROW_TYPE.search(type_):
        return Width.BITS_32
    return Width.UNKNOWN


def declarations(source: Source, name: bytes) -> list[Declaration]:
    """Every declaration and definition of a name in a source, in order."""
    found: list[Declaration] = []
    root = source.tree.root_node
    content = source.content
    for start in places_of(name, content):
        end = start + len(name)
        if _NO_DECLARATION.search(content, max(start - 16, 0), start):
            continue
        node = root.descendant_for_byte_range(start, end)
        if node is None or (node.start_byte, node.end_byte) != (start, end):
            continue
        declaration = _declaration_of(source, node)
        if declaration is not None:
            found.append(declaration)
    return found


def resolve(found: list[Declaration], position: int) -> Declaration | None:
    """Which of a name's declarations is meant at a position: the innermost, then the last one."""
    best: Declaration | None = None
    for declaration in found:
        start, end = declaration.scope
        if not start <= position < end:
            continue
        if declaration.start > position and declaration.kind == "variable":
            continue
        if best is None or end - start <= best.scope[1] - best.scope[0]:
            best = declaration
    return best


def _declaration_of(source: Source, name: Node) -> Declaration | None:
    whole_file = (0, len(source.content))
    parent = name.parent
    if parent is None:
        return None
    if parent.type in ("preproc_def", "preproc_function_def"):
        if parent.child_by_field_name("name") != name:
            return None
        body = parent.child_by_field_name("value")
        return Declaration(
            "macro",
            name.start_byte,
            name.end_byte,
            whole_file,
            value=without_comments(source.text_of(body)) if body else b"",
        )
    if parent.type == "enumerator":
        if parent.child_by_field_name("name") != name:
            return None
        return _make(source, "enumerator", name, parent, parent.child_by_field_name("value"))

    value: Node | None = None
    is_array = False
    node = name
    while parent is not None and parent.type in _DECLARATORS:
        if parent.child_by_field_name("declarator") != node and parent.named_child(0) != node:
            return None
        is_array = is_array or parent.type == "array_declarator"
        if parent.type == "init_declarator":
            value = parent.child_by_field_name("value")
        node, parent = parent, parent.parent
    if parent is None:
        return None
    if parent.type in ("parameter_declaration", "optional_parameter_declaration"):
        if parent.child_by_field_name("declarator") != node:
            return None
        holder = parent.parent
        in_template = holder is not None and holder.type == "template_parameter_list"
        kind = "template parameter" if in_template else "parameter"
        value = parent.child_by_field_name("default_value")
        return _make(source, kind, name, parent, value)
    if parent.type in ("declaration", "field_declaration", "condition_declaration"):
        if node not in parent.children_by_field_name("declarator"):
            return None
        if value is None and parent.type == "field_declaration":
            value = parent.child_by_field_name("default_value")
        return _make(source, "variable", name, parent, value, is_array)
    return None


def _make(
    source: Source,
    kind: str,
    name: Node,
    holder: Node,
    value: Node | None,
    is_array: bool = False,
) -> Declaration:
    first = name
    while first.parent is not None and first.parent != holder:
        first = first.parent
    return Declaration(
        kind,
        name.start_byte,
        name.end_byte,
        _scope_of(holder),
        type=b" ".join(source.content[holder.start_byte : first.start_byte].split()),
        value=without_comments(source.text_of(value)) if value is not None else None,
        is_array=is_array,
    )


def _scope_of(holder: Node) -> tuple[int, int]:
    node = holder.parent
    while node is not None:
        if node.type == "translation_unit":
            return 0, node.end_byte
        if node.type in _SCOPES:
            return node.start_byte, node.end_byte
        if node.type == "parameter_list":
            # A parameter lives as long as its function's body.
            owner: Node | None = node
            while owner is not None and owner.type not in (
                "function_definition",
                "lambda_expression",
                "declaration",
                "translation_unit",
            ):
                owner = owner.parent
            if owner is not None:
                return owner.start_byte, owner.end_byte
        node = node.parent
    return holder.start_byte, holder.end_byte
