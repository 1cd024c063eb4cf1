"""The PTX of a source, found and translated once for all rules about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tree_sitter import Node

from hipwright.patterns import regex
from hipwright.rules.code import Code, code_of
from hipwright.rules.latest import Latest
from hipwright.rules.ptx._instruction import Line, looks_like_ptx, parse
from hipwright.rules.ptx._statement import Statement, statements
from hipwright.rules.ptx._translate import Translation, Untranslated, translate
from hipwright.rules.warp.lane_registers import reads_lane_register
from hipwright.source import Source

_NEEDS_CUDA = regex(
    rb"(?<![\w!])(?:defined[\s(]*)?(?:__CUDA_ARCH__|__NVCC__|__CUDACC__)[\s)]*(?:$|>=?|&&|==)"
)
_NEGATED = regex(rb"!\s*defined|\|\|")


class Ptx(NamedTuple):
    """One asm statement with PTX that a compiler for AMD sees."""

    statement: Statement
    lines: tuple[Line, ...]
    result: Translation | Untranslated
    for_cuda_only: bool  # whether it stands in a branch that needs `__CUDA_ARCH__` or the like


def _all(source: Source) -> list[Ptx]:
    """The PTX of a source, in order, but for what the rule about lane registers sees to."""
    return list(_find(source))


ptx_of = Latest(_all)


def _find(source: Source) -> Iterator[Ptx]:
    code: Code | None = None
    for statement in statements(source.content):
        if not looks_like_ptx(statement.template):
            continue
        if code is None:
            code = code_of(source)
        if not _is_code(source, code, statement):
            continue
        if reads_lane_register(source.content, statement.start):
            continue
        lines = parse(statement.template)
        result: Translation | Untranslated
        if statement.is_complete:
            result = translate(statement, lines, _DeclaredTypes(code, statement.start))
        else:
            result = Untranslated(None)
        yield Ptx(statement, tuple(lines), result, _is_for_cuda(source, statement.start))


def _is_code(source: Source, code: Code, statement: Statement) -> bool:
    if not code.is_seen(statement.start):
        return False
    span = statement.start, statement.keyword_end
    node = source.tree.root_node.descendant_for_byte_range(*span)
    owner = node.parent if node is not None else None
    return (owner is not None and "asm" in owner.type) or code.is_code(*span)


class _DeclaredTypes:
    """What names are declared as, where an asm statement stands."""

    def __init__(self, code: Code, position: int) -> None:
        self._code = code
        self._position = position

    def __call__(self, name: str) -> str:
        declaration = self._code.declaration(name.encode(), self._position)
        if declaration is None or declaration.kind in ("macro", "enumerator"):
            return ""
        return declaration.type.decode("utf-8", "replace")


def _is_for_cuda(source: Source, position: int) -> bool:
    """Whether it stands in a branch that only a compiler of NVIDIA's takes."""
    node = source.tree.root_node.descendant_for_byte_range(position, position)
    child: Node | None = None
    while node is not None:
        if node.type in ("preproc_if", "preproc_elif"):
            condition = node.child_by_field_name("condition")
            alternative = node.child_by_field_name("alternative")
            if condition is not None and (child is None or child != alternative):
                text = source.text_of(condition)
                if _NEEDS_CUDA.search(text) and not _NEGATED.search(text):
                    return True
        elif node.type == "preproc_ifdef":
            name = node.child_by_field_name("name")
            alternative = node.child_by_field_name("alternative")
            keyword = node.children[0].type if node.children else ""
            is_arch = name is not None and source.text_of(name) in (
                b"__CUDA_ARCH__",
                b"__NVCC__",
                b"__CUDACC__",
            )
            if is_arch and keyword == "#ifdef" and (child is None or child != alternative):
                return True
        child, node = node, node.parent
    return False
