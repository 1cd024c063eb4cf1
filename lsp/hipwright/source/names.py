"""Whose a name is: CUDA's, in code; or the user's; or no name at all, but text.

The tree is asked about single places only, those where a name of the API table stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from tree_sitter import Node

from hipwright.patterns import regex
from hipwright.source.text import Source


class Place(Enum):
    """Where a name stands."""

    CODE = "code"
    MACRO_BODY = "macro body"
    STRING = "string"
    TEXT = "text"  # a comment, the text of a pragma, the path of an include
    MEMBER = "member"  # `x.name`, `Type::name`: the user's, or a field that keeps its name
    DECLARED = "declared"  # here the user declares the name
    PASTED = "pasted"  # `name##x`: half a name


class Declaration(NamedTuple):
    """Where a name that the user declares means what they declared."""

    start: int  # an empty stretch where only the owner says where
    end: int
    everywhere: bool = False  # in the whole file
    # The class or namespace that holds the name: it means the same in methods that are defined
    # outside of the class, and where the namespace is opened again.
    owner: bytes | None = None


_EVERYWHERE = Declaration(0, 0, everywhere=True)


# Comments and literals, for text that the grammar keeps opaque.
_OPAQUE = regex(
    rb"""//(?:\\\r?\n|[^\n])*|/\*.*?(?:\*/|\Z)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?""",
    re.DOTALL,
)
# How far into a text a single place is told by all the bytes in front of it.
_NEAR = 1 << 16
_MEMBER_ACCESS = regex(rb"(?:\.|->)\s*$")
_SCOPE = regex(rb"(\w*)\s*::\s*$")
_USING_NAMESPACE = regex(rb"\busing\s+namespace\s+(?:\w*\s*::\s*)*(\w+)\s*;")
_PASTED_BEFORE = regex(rb"##\s*$")
_PASTED_AFTER = regex(rb"\s*##")


_TEXTS = frozenset({"comment", "string_content", "raw_string_content", "char_literal"})


def is_text(source: Source, start: int, end: int) -> bool:
    """Whether a stretch of a source is in a comment or a literal."""
    if is_surely_code(source, start):
        return False
    node = source.tree.root_node.descendant_for_byte_range(start, end)
    return node is not None and node.type in _TEXTS


def in_literals(content: bytes, places: Iterable[int]) -> Iterator[bool]:
    """Whether each of these places, in order, is in a comment or a literal, by the bytes alone."""
    stretches = _OPAQUE.finditer(content)
    stretch = next(stretches, None)
    for place in places:
        while stretch is not None and stretch.end() <= place:
            stretch = next(stretches, None)
        yield stretch is not None and stretch.start() <= place


def are_surely_no_literals(source: Source, places: Sequence[int]) -> bool:
    """Whether none of these places, in order, is in a string or a character.

    By the bytes alone: True is certain, and spares the making of a tree. False is not; it is also
    what a source with a tree gets, which answers sooner.
    """
    if source.is_parsed:
        return False
    content = source.content
    return not places or (
        content.find(b'R"', 0, places[-1]) < 0  # which may reach over lines
        and all(_stands_on_plain_line(content, place) for place in places)
    )


def is_surely_code(source: Source, place: int) -> bool:
    """Whether a place is in no literal and no comment; only True is certain, as above."""
    if source.is_parsed or place > _NEAR:
        return False
    content = source.content
    # Whatever stands in a comment, the first `*/` is its end; but that of `/*/` is none.
    last_end = content.rfind(b"*/", 0, place)
    opened = content.find(b"/*", max(last_end - 1, 0), place) >= 0
    return not opened and are_surely_no_literals(source, (place,))


def _stands_on_plain_line(content: bytes, place: int) -> bool:
    """Whether the line up to a place is its own, and has no comment and no open literal in it."""
    begin = content.rfind(b"\n", 0, place) + 1
    line = content[begin:place]
    return (
        not (b"'" in line or b"/" in line or b"\\" in line)
        and line.count(b'"') % 2 == 0
        and not content.endswith((b"\\\n", b"\\\r\n"), 0, begin)
    )


NAME_KINDS = frozenset({"identifier", "type_identifier", "namespace_identifier"})

# Nodes that a name is wrapped in on its way from a declaration: `*name`, `name[4]`, `name(int)`.
_WRAPPERS = frozenset(
    {
        "pointer_declarator",
        "array_declarator",
        "reference_declarator",
        "parenthesized_declarator",
        "attributed_declarator",
        "function_declarator",
        "init_declarator",
        "structured_binding_declarator",
        "variadic_declarator",
    }
)
_DECLARING = frozenset(
    {
        "declaration",
        "field_declaration",
        "parameter_declaration",
        "optional_parameter_declaration",
        "variadic_parameter_declaration",
        "function_definition",
        "inline_method_definition",
        "type_definition",
        "for_range_loop",
        "condition_declaration",
        "lambda_capture_initializer",
        "enumerator",
        "class_specifier",
        "struct_specifier",
        "union_specifier",
        "enum_specifier",
        "namespace_definition",
        "namespace_alias_definition",
        "alias_declaration",
        "type_parameter_declaration",
        "optional_type_parameter_declaration",
        "variadic_type_parameter_declaration",
        "preproc_def",
        "preproc_function_def",
        "preproc_params",
        "concept_definition",
        "using_declaration",
    }
)
# The parents that say nothing special: a name below any other parent is a plain use.
SPECIAL_PARENTS = (
    _WRAPPERS
    | _DECLARING
    | {"qualified_identifier", "template_function", "template_type", "nested_namespace_specifier"}
)
_SCOPED_IN = frozenset({"parameter_declaration", "optional_parameter_declaration"}) | {
    "variadic_parameter_declaration",
    "lambda_capture_initializer",
}
# Parents whose `type_identifier` is a type in use; the names that they declare are of other kinds.
TYPED_BY_CHILD = frozenset({"declaration", "parameter_declaration", "field_declaration"})
_VARIABLES = _SCOPED_IN | {"declaration", "field_declaration"}
_PARAMETER_SCOPES = frozenset(
    {
        "function_definition",
        "inline_method_definition",
        "lambda_expression",
        "declaration",
        "field_declaration",
        "type_definition",
        "alias_declaration",
        "template_declaration",
        "catch_clause",
        "type_descriptor",
    }
)
_BLOCKS = frozenset(
    {
        "compound_statement",
        "for_statement",
        "for_range_loop",
        "if_statement",
        "while_statement",
        "switch_statement",
        "catch_clause",
        "lambda_expression",
    }
)
_CLASSES = frozenset({"class_specifier", "struct_specifier", "union_specifier"})


class Names:
    """Answers questions about the names of one source, and gathers what the user declares.

    `is_api` says whether a name is CUDA's by the API table, whatever stands around it.
    """

    def __init__(self, source: Source, is_api: Callable[[bytes], bool]) -> None:
        self._content = source.content
        self._find = source.tree.root_node.descendant_for_byte_range
        self._is_api = is_api

    def place(self, start: int, end: int) -> tuple[Place, Node | None]:
        """Where the name at `start` to `end` stands; its node, but in a macro's body."""
        node = self._find(start, end)
        if node is None:
            return Place.TEXT, None
        kind = node.type
        if kind in NAME_KINDS:
            parent = node.parent
            if parent is None or parent.type not in SPECIAL_PARENTS:
                return Place.CODE, node
            return self._special(node, parent), node
        if kind == "preproc_arg":
            return self._in_macro(node, start, end), None
        if kind == "ERROR" or kind == "translation_unit":
            return self._by_neighbours(start, end, 0), node
        if kind == "field_identifier":
            parent = node.parent
            if parent is not None and parent.type in SPECIAL_PARENTS:
                declared = self._special(node, parent) is Place.DECLARED
                return (Place.DECLARED if declared else Place.MEMBER), node
            return Place.MEMBER, node
        if kind == "statement_identifier":
            return Place.MEMBER, node
        if kind == "primitive_type" or kind == "auto":
            return Place.CODE, node
        if kind == "string_content":
            literal = node.parent
            holder = literal.parent if literal is not None else None
            if holder is not None and holder.type == "preproc_include":
                return Place.TEXT, None
            return Place.STRING, None
        return Place.TEXT, node

    def declaration(self, node: Node) -> Declaration:
        """What a declared name means: where, and for whom."""
        owner = node
        while True:
            parent = owner.parent
            if parent is None:
                return _EVERYWHERE
            owner = parent
            if owner.type in _DECLARING:
                break
        kind = owner.type
        if kind in ("preproc_def", "preproc_function_def"):
            return _EVERYWHERE
        if kind == "preproc_params":
            return _range_of(owner.parent or owner)
        if kind in _SCOPED_IN:
            return _range_of(_enclosing(owner, _PARAMETER_SCOPES) or owner)
        if kind.endswith("type_parameter_declaration"):
            return _range_of(_enclosing(owner, {"template_declaration"}) or owner)
        if kind == "enumerator":
            enum = _enclosing(owner, {"enum_specifier"})
            if enum is None:
                return _EVERYWHERE
            if any(child.type in ("class", "struct") for child in enum.children):
                return _range_of(enum)
            owner = enum
        return self._enclosing_scope(owner, node.start_byte)

    def _enclosing_scope(self, owner: Node, start: int) -> Declaration:
        scope = owner if owner.type in _BLOCKS else owner.parent
        while scope is not None:
            kind = scope.type
            if kind in _BLOCKS:
                return Declaration(start, scope.end_byte)
            if kind == "field_declaration_list":
                holder = scope.parent
                name = holder.child_by_field_name("name") if holder is not None else None
                return Declaration(
                    scope.start_byte,
                    scope.end_byte,
                    owner=self._text(name) if name is not None else None,
                )
            if kind == "namespace_definition":
                name = scope.child_by_field_name("name")
                if name is not None:
                    return Declaration(0, 0, owner=self._last_name(name))
            scope = scope.parent
        return _EVERYWHERE

    def used_namespaces(self) -> Iterator[tuple[int, int, bytes]]:
        """Where each `using namespace` holds, from its end to that of its scope, and its last name.

        One in a header that is included is not known.
        """
        for match in _USING_NAMESPACE.finditer(self._content):
            node = self._find(match.start(1), match.end(1))
            while node is not None and node.type != "using_declaration":
                node = node.parent
            if node is None or node.parent is None:
                continue  # a comment or a string
            yield match.end(), node.parent.end_byte, match.group(1)

    def owners(self, node: Node) -> Iterator[bytes]:
        """The namespaces that the node stands in, and the class whose method it stands in."""
        parent = node.parent
        while parent is not None:
            if parent.type == "namespace_definition":
                name = parent.child_by_field_name("name")
                if name is not None:
                    yield self._last_name(name)
            elif parent.type == "function_definition":
                yield from self._classes_of_method(parent)
            parent = parent.parent

    def _classes_of_method(self, function: Node) -> Iterator[bytes]:
        declarator = function.child_by_field_name("declarator")
        while declarator is not None and declarator.type != "qualified_identifier":
            declarator = declarator.child_by_field_name("declarator")
        if declarator is not None:
            for scope in self._text(declarator).split(b"::")[:-1]:
                yield scope.partition(b"<")[0].strip()

    def _special(self, node: Node, parent: Node) -> Place:
        """Where a name stands whose parent may declare it, or qualify it."""
        kind = parent.type
        while kind in ("template_function", "template_type"):
            if parent.child_by_field_name("name") != node:
                return Place.CODE
            node = parent
            above = parent.parent
            if above is None:
                return Place.CODE
            parent = above
            kind = parent.type
        if kind == "qualified_identifier":
            return self._qualified(node, parent)
        if kind == "nested_namespace_specifier":
            return Place.MEMBER
        while kind in _WRAPPERS:
            if kind == "structured_binding_declarator":
                return Place.DECLARED
            declarator = parent.child_by_field_name("declarator")
            # A few wrappers do not name their child.
            if declarator is None and kind != "init_declarator":
                declarator = next((c for c in parent.named_children if c != node), None)
                declarator = node if declarator is None else declarator
            if declarator is not None and declarator != node and kind != "parenthesized_declarator":
                return Place.CODE
            if kind == "function_declarator" and self._is_call(parent, node):
                return Place.CODE
            value = parent.child_by_field_name("value") if kind == "init_declarator" else None
            if value is not None and value.type == "argument_list" and self._is_call(parent, node):
                return Place.CODE
            node = parent
            above = parent.parent
            if above is None:
                return Place.CODE
            parent = above
            kind = parent.type
        if kind not in _DECLARING:
            return Place.CODE
        if not self._declares(parent, node):
            return Place.CODE
        # In code that does not parse, a type can look like the name after it: rather port a name of
        # the user's, here and wherever it is used, than leave one of CUDA's.
        around = parent.parent if kind in _SCOPED_IN else parent
        if around is not None and kind in _VARIABLES and around.has_error:
            return Place.CODE
        return Place.DECLARED

    def _declares(self, parent: Node, node: Node) -> bool:
        kind = parent.type
        if kind in ("preproc_params", "structured_binding_declarator"):
            return True
        if kind in ("type_definition", "alias_declaration"):
            type_node = parent.child_by_field_name("type")
            if type_node is None or type_node.end_byte >= node.end_byte > type_node.start_byte:
                return False
            # `typedef struct CUstream_st *cudaStream_t;` says again what CUDA's header says.
            words = re.findall(rb"\w+", self._text(type_node))
            return not any(self._is_api(word) for word in words)
        if kind in ("class_specifier", "struct_specifier", "union_specifier", "enum_specifier"):
            return (
                parent.child_by_field_name("name") == node
                and parent.child_by_field_name("body") is not None
            )
        if kind in ("enumerator", "namespace_definition", "namespace_alias_definition"):
            return parent.child_by_field_name("name") == node
        if kind in ("preproc_def", "preproc_function_def", "concept_definition"):
            return parent.child_by_field_name("name") == node
        if kind == "using_declaration":
            return False
        if kind == "lambda_capture_initializer":
            return parent.child_by_field_name("left") == node
        if kind.endswith("type_parameter_declaration"):
            default = parent.child_by_field_name("default_type")
            return default is None or default != node
        if kind in _SCOPED_IN:
            function = _enclosing(parent, {"function_declarator", "lambda_expression"})
            if function is not None and _declares_in_block(function):
                return False  # an argument of such a call
        # declaration, field_declaration, parameters, function_definition, for_range_loop: the
        # declarators, and not the type, the value or the body.
        for field in ("type", "value", "default_value", "body", "right", "initializer"):
            part = parent.child_by_field_name(field)
            if part is not None and part == node:
                return False
        return any(child == node for child in parent.children_by_field_name("declarator"))

    def _is_call(self, declarator: Node, name: Node) -> bool:
        """Whether what parses as a function's declaration is a call of CUDA's function.

        A macro without a semicolon makes one of `MACRO cudaFree(p);`, in a block where nobody
        declares functions, and of `CHECK( cudaFree(p) )`, since a declarator may be in parentheses.
        `MACRO cudaMalloc(&p, n);` becomes a variable with arguments for its constructor.
        """
        owner = declarator.parent
        if owner is not None and owner.type == "parenthesized_declarator":
            return self._is_api(self._text(name))
        return _declares_in_block(declarator) and self._is_api(self._text(name))

    def _qualified(self, node: Node, parent: Node) -> Place:
        scope = parent.child_by_field_name("scope")
        if scope is not None and scope == node:
            # `cub::X`, `cudaMemcpyKind::x`: the leftmost name of the whole.
            above = parent.parent
            if above is not None and above.type == "qualified_identifier":
                outer = above.child_by_field_name("scope")
                if outer is not None and outer != parent:
                    return Place.MEMBER
            return Place.CODE
        if scope is None:
            return Place.CODE  # `::cudaFree`
        above = parent.parent
        if above is not None and above.type == "using_declaration":
            return Place.DECLARED
        if self._is_api(self._text(scope)) and scope.type != "namespace_identifier":
            return Place.CODE
        # `cudaMemcpyKind::cudaMemcpyHostToDevice`; the grammar takes an enum for a namespace.
        if self._is_api(self._text(scope)) and self._text(scope) != b"cub":
            return Place.CODE
        return Place.MEMBER

    def _in_macro(self, body: Node, start: int, end: int) -> Place:
        parent = body.parent
        if parent is not None and parent.type == "preproc_call":
            return Place.TEXT
        text = self._text(body)
        offset = start - body.start_byte
        for match in _OPAQUE.finditer(text):
            if match.start() > offset:
                break
            if offset < match.end():
                return Place.TEXT
        place = self._by_neighbours(start, end, body.start_byte)
        return Place.MACRO_BODY if place is Place.CODE else place

    def _by_neighbours(self, start: int, end: int, since: int) -> Place:
        before = self._content[max(since, start - 80) : start]
        after = self._content[end : end + 20]
        if _PASTED_BEFORE.search(before) or _PASTED_AFTER.match(after):
            return Place.PASTED
        if _MEMBER_ACCESS.search(before):
            return Place.MEMBER
        scope = _SCOPE.search(before)
        if scope is not None and scope.group(1) and not self._is_api(scope.group(1)):
            return Place.MEMBER
        return Place.CODE

    def _last_name(self, node: Node) -> bytes:
        """`b` of the namespace `a::b`."""
        return self._text(node).rpartition(b"::")[2].strip()

    def _text(self, node: Node) -> bytes:
        return self._content[node.start_byte : node.end_byte]


def _range_of(node: Node) -> Declaration:
    return Declaration(node.start_byte, node.end_byte)


def _enclosing(node: Node, kinds: frozenset[str] | set[str]) -> Node | None:
    parent = node.parent
    while parent is not None and parent.type not in kinds:
        parent = parent.parent
    return parent


def _declares_in_block(declarator: Node) -> bool:
    """Whether a function declarator is that of a declaration in a block, where it means a call."""
    node = declarator.parent
    while node is not None and node.type in _WRAPPERS | _SCOPED_IN | {"parameter_list"}:
        node = node.parent
    if node is None or node.type != "declaration":
        return False
    block = node.parent
    while block is not None and block.type.startswith("preproc_"):
        block = block.parent
    return block is not None and block.type in (
        "compound_statement",
        "case_statement",
        "else_clause",
    )
