"""The CUDA in Python: the strings that are handed to a compiler when the program runs.

A string counts when it reaches one of the functions that compile CUDA, by whatever way within its
file: through variables, concatenation, templates, `encode` and the like. So does any other that
holds the definition of a kernel, since what compiles it may well be in another file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from tree_sitter import Node

from hipwright.patterns import regex
from hipwright.source.literals import InnerText, Template

if TYPE_CHECKING:
    from hipwright.source.python import PythonCode

Role = Literal["source", "statements", "expression"]
"""What a string holds: whole functions, the inside of one, or what it returns."""


class _Argument(NamedTuple):
    position: int | None
    name: str
    role: Role = "source"


_SOURCE = (_Argument(0, "code"),)
_CUPY_ELEMENTWISE = (
    _Argument(2, "operation", "statements"),
    _Argument(None, "preamble"),
    _Argument(None, "loop_prep", "statements"),
    _Argument(None, "after_loop", "statements"),
)
_CUPY_REDUCTION = (
    _Argument(2, "map_expr", "expression"),
    _Argument(3, "reduce_expr", "expression"),
    _Argument(4, "post_map_expr", "statements"),
    _Argument(None, "preamble"),
)
_PYCUDA_ELEMENTWISE = (_Argument(1, "operation", "statements"), _Argument(5, "preamble"))
_PYCUDA_REDUCTION = (
    _Argument(2, "reduce_expr", "expression"),
    _Argument(3, "map_expr", "expression"),
    _Argument(8, "preamble"),
)
# The functions that compile CUDA, by their own name: what they are called with.
_COMPILERS: dict[str, tuple[_Argument, ...]] = {
    "RawKernel": _SOURCE,  # CuPy
    "RawModule": _SOURCE,
    "ElementwiseKernel": _CUPY_ELEMENTWISE,
    "ReductionKernel": _CUPY_REDUCTION,
    "compile_with_cache": (_Argument(0, "source"),),
    "SourceModule": (_Argument(0, "source"),),  # PyCUDA
    "DynamicSourceModule": (_Argument(0, "source"),),
    "load_inline": (_Argument(1, "cpp_sources"), _Argument(2, "cuda_sources")),  # PyTorch
    "_compile_kernel": (_Argument(0, "kernel_source"),),
    "nvrtcCreateProgram": (_Argument(0, "src"),),  # CUDA Python, and HIP Python
    "hiprtcCreateProgram": (_Argument(0, "src"),),
}
# Where the whole name tells more than its last part.
_BY_PATH: dict[str, tuple[_Argument, ...]] = {
    "pycuda.elementwise.ElementwiseKernel": _PYCUDA_ELEMENTWISE,
    "pycuda.reduction.ReductionKernel": _PYCUDA_REDUCTION,
    "cuda.core.Program": _SOURCE,
    "cuda.core.experimental.Program": _SOURCE,
}

# What a string must hold to be taken for device code wherever it goes.
_KERNEL = regex(rb"\b__global__\b[^;]{0,200}?\bvoid\b[^;]{0,300}?\([^;]*\{")

# One of these stands in every file with CUDA in it.
WORDS = (*(name.encode() for name in _COMPILERS), b"__global__", b"cuda.core")

# Codes of rules that say nothing of a source in a string: compilation at run time brings the
# runtime's header by itself, and launches nothing.
NOT_IN_STRINGS = ("HEADER003", "LAUNCH001")

_FRAMES: dict[Role, tuple[bytes, bytes]] = {
    "source": (b"", b""),
    "statements": (b"__device__ void fragment() {\n", b"\n;}\n"),
    "expression": (b"__device__ void fragment() {\n(", b"\n);}\n"),
}

# Methods and functions that give back the text that they are given, more or less.
_PASSING_METHODS = frozenset(
    {"encode", "strip", "lstrip", "rstrip", "replace", "substitute", "safe_substitute", "render"}
)
_PASSING_FUNCTIONS = frozenset({"dedent", "Template", "str", "bytes", "encode", "cleandoc"})


def kernels(code: PythonCode) -> list[InnerText]:
    """The CUDA sources in the strings of a Python text."""
    return _Finder(code).find()


class _Finder:
    def __init__(self, code: PythonCode) -> None:
        self._code = code
        self._found: list[InnerText] = []
        self._seen: set[tuple[int, int]] = set()
        self._assigned: dict[str, list[Node]] = {}
        self._formatted: set[str] = set()
        self._percent: set[str] = set()
        self._note_assignments()

    def find(self) -> list[InnerText]:
        paths = {(use.node.start_byte, use.node.end_byte): use.path for use in self._code.uses}
        for call in self._code.nodes("(call) @found"):
            function = call.child_by_field_name("function")
            arguments = call.child_by_field_name("arguments")
            if function is None or arguments is None or arguments.type != "argument_list":
                continue
            path = paths.get((function.start_byte, function.end_byte), "")
            name = path.rpartition(".")[2] or self._last_name(function)
            for wanted in _BY_PATH.get(path) or _COMPILERS.get(name, ()):
                value = _value(arguments, wanted, self._code)
                if value is not None:
                    self._collect(value, wanted.role, "")
        for string in self._code.nodes("[(concatenated_string) (string)] @found"):
            if not _KERNEL.search(self._code.text_of(string)):
                continue
            chain = _chain_of(string)
            parent = chain.parent
            if parent is not None and parent.type == "expression_statement":
                continue  # documentation
            template: Template = ""
            if parent is not None and parent.type == "binary_operator" and _is(parent, "%", chain):
                template = "percent"
            elif parent is not None and parent.type == "attribute":
                template = "format" if self._last_name(parent) == "format" else ""
            elif parent is not None and parent.type == "assignment":
                left = parent.child_by_field_name("left")
                template = self._template_of(self._last_name(left)) if left is not None else ""
            self._collect(chain, "source", template)
        return self._found

    def _note_assignments(self) -> None:
        for assignment in self._code.nodes("[(assignment) (augmented_assignment)] @found"):
            left = assignment.child_by_field_name("left")
            right = assignment.child_by_field_name("right")
            if left is not None and right is not None:
                self._assigned.setdefault(self._last_name(left), []).append(right)
        for attribute in self._code.nodes("(attribute) @found"):
            if self._last_name(attribute) in ("format", "format_map"):
                holder = attribute.child_by_field_name("object")
                if holder is not None:
                    self._formatted.add(self._last_name(holder))
        for operation in self._code.nodes("(binary_operator) @found"):
            left = operation.child_by_field_name("left")
            if left is not None and _is(operation, "%", left):
                self._percent.add(self._last_name(left))

    def _template_of(self, name: str) -> Template:
        if not name:
            return ""
        if name in self._formatted:
            return "format"
        return "percent" if name in self._percent else ""

    def _last_name(self, node: Node) -> str:
        """The name of a variable, or of the attribute that an expression ends in."""
        if node.type == "attribute":
            field = node.child_by_field_name("attribute")
            return self._code.string_of(field) if field is not None else ""
        return self._code.string_of(node) if node.type == "identifier" else ""

    def _collect(self, node: Node, role: Role, template: Template) -> None:
        """Take the strings that an expression's value is made of."""
        place = (node.start_byte, node.end_byte)
        if place in self._seen:
            return
        self._seen.add(place)
        kind = node.type
        if kind in ("string", "concatenated_string") or _is_sum(node):
            self._take(node, role, template)
        elif kind in ("identifier", "attribute"):
            name = self._last_name(node)
            template = template or self._template_of(name)
            for value in self._assigned.get(name, ()):
                self._collect(value, role, template)
        elif kind == "binary_operator":
            left = node.child_by_field_name("left")
            if left is not None and _is(node, "%", left):
                self._collect(left, role, "percent")
        elif kind == "call":
            self._collect_call(node, role, template)
        elif kind in ("parenthesized_expression", "list", "tuple", "boolean_operator"):
            for child in node.named_children:
                self._collect(child, role, template)
        elif kind == "conditional_expression":
            for child in (node.named_children[0], node.named_children[-1]):
                self._collect(child, role, template)

    def _collect_call(self, node: Node, role: Role, template: Template) -> None:
        function = node.child_by_field_name("function")
        arguments = node.child_by_field_name("arguments")
        if function is None or arguments is None:
            return
        name = self._last_name(function)
        holder = function.child_by_field_name("object") if function.type == "attribute" else None
        if name in ("format", "format_map") and holder is not None:
            self._collect(holder, role, "format")
        elif name in _PASSING_METHODS and holder is not None and self._last_name(holder) != "str":
            self._collect(holder, role, template)
        elif arguments.named_children and (name in _PASSING_FUNCTIONS or name == "join"):
            self._collect(arguments.named_children[0], role, template)

    def _take(self, node: Node, role: Role, template: Template) -> None:
        inner = InnerText(self._code.content)
        before, after = _FRAMES[role]
        inner.add_frame(before)
        texts = 0
        for piece in _pieces(node):
            self._seen.add((piece.start_byte, piece.end_byte))
            if piece.type == "string":
                texts += 1
                inner.add_literal(piece, template)
            else:
                inner.add_placeholder(piece.start_byte, piece.end_byte)
                self._seen.discard((piece.start_byte, piece.end_byte))
                if piece.type in ("identifier", "attribute"):
                    self._collect(piece, role, template)
        inner.add_frame(after)
        if texts:
            self._found.append(inner)


def _value(arguments: Node, wanted: _Argument, code: PythonCode) -> Node | None:
    """The value of an argument of a call."""
    position = 0
    for child in arguments.named_children:
        if child.type == "comment":
            continue
        if child.type == "keyword_argument":
            name = child.child_by_field_name("name")
            if name is not None and code.string_of(name) == wanted.name:
                return child.child_by_field_name("value")
            continue
        if child.type in ("list_splat", "dictionary_splat"):
            return None
        if position == wanted.position:
            return child
        position += 1
    return None


def _is(operation: Node, operator: str, left: Node) -> bool:
    found = operation.child_by_field_name("operator")
    return (
        found is not None
        and found.type == operator
        and operation.child_by_field_name("left") == left
    )


def _is_sum(node: Node) -> bool:
    """Whether a node adds something to, or behind, a string."""
    if node.type != "binary_operator":
        return False
    left = node.child_by_field_name("left")
    return left is not None and _is(node, "+", left)


def _chain_of(string: Node) -> Node:
    """The whole sum that a string is a part of."""
    node = string
    while node.parent is not None and (
        _is_sum(node.parent)
        or node.parent.type in ("parenthesized_expression", "concatenated_string")
    ):
        node = node.parent
    return node


def _pieces(node: Node) -> Iterator[Node]:
    """The strings, and what stands between them, in the order in which they are joined."""
    if node.type in ("concatenated_string", "parenthesized_expression") or _is_sum(node):
        for child in node.named_children:
            if child.type != "comment":
                yield from _pieces(child)
    else:
        yield node
