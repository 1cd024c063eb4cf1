"""SMEM006: shared variables whose type gives itself values."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tree_sitter import Node

from hipwright.finding import Finding, Related, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import Code, code_of
from hipwright.settings import Settings
from hipwright.source import Source

_SHARED = regex(rb"__shared__\s+(?P<type>dim3|[A-Z_a-z]\w*)(?:<[\w\s,]*>)?\s+[A-Za-z_]\w*\s*[;,\[]")
_BUILT_IN = frozenset(
    b"float double int unsigned char bool short long volatile const struct typename size_t half "
    b"signed alignas uint8_t uint16_t uint32_t uint64_t int8_t int16_t int32_t int64_t T".split()
)
_CLASS = regex(rb"(?:struct|class)\s+(\w+)\s*(?:final\s*)?[:{]")
_OUTSIDE = regex(rb"\bextern\s[^;{}()]*\Z")
_NEAR = 60  # how far in front of `__shared__` an `extern` is looked for


class InitialisedShared(FileRule):
    """AMD's compiler refuses a shared variable that something would initialise: a `dim3`, whose
    members are 1 at first, or a class with values behind its members.

    nvcc compiles both, and never does what they ask for, since nobody could say which thread is to
    do it.
    """

    code = "SMEM006"
    title = "Shared variable that its type initialises"
    severity = Severity.ERROR
    source = "nvcc 13.0 (warning 20054) and clang 19, compiled"
    hazards = ("HW313",)
    triggers = (b"__shared__",)
    affected_by = regex(rb"__shared__|struct|class")
    examples = (
        Example(
            "__global__ void k(int *out) {\n  __shared__ dim3 tile;\n"
            "  if (threadIdx.x == 0) tile.x = 4;\n  __syncthreads();\n  *out = tile.x;\n}\n",
            "__global__ void k(int *out) {\n  __shared__ dim3 tile;\n"
            "  if (threadIdx.x == 0) tile.x = 4;\n  __syncthreads();\n  *out = tile.x;\n}\n",
            why="A `uint3` has no first values; it takes a dim3's members one by one.",
        ),
        Example(
            "struct Best {\n  int index = -1;\n  float value;\n};\n"
            "__global__ void k(int *out) {\n  __shared__ Best best;\n  *out = best.index;\n}\n",
            "struct Best {\n  int index = -1;\n  float value;\n};\n"
            "__global__ void k(int *out) {\n  __shared__ Best best;\n  *out = best.index;\n}\n",
        ),
        Example(
            "struct Best {\n  static const int none = -1;\n  int index;\n};\n"
            "__global__ void k(int *out) {\n  __shared__ Best best;\n  *out = best.index;\n}\n",
            None,
        ),
        Example("extern __shared__ dim3 tiles[];\n", None, why="nothing initialises this one"),
        Example("// __shared__ dim3 tile;\n__shared__ uint3 tile;\n", None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        content = source.content
        places = [match for match in _SHARED.finditer(content) if match["type"] not in _BUILT_IN]
        if not places:
            return
        classes = set(_CLASS.findall(content))
        for match in places:
            name = match["type"]
            if name != b"dim3" and name not in classes:
                continue
            if _OUTSIDE.search(content, max(0, match.start() - _NEAR), match.start()):
                continue
            code = code_of(source)
            value = _first_value(code, name) if name != b"dim3" else None
            if value is None and name != b"dim3":
                continue
            if not code.is_token(match.start(), match.start() + len(b"__shared__")):
                continue
            related = (Related(*value, "A member's value."),) if value is not None else ()
            yield Finding(
                self.code,
                self.severity,
                f"AMD's compiler refuses this: `{name.decode()}` gives its members values, which "
                "nvcc leaves out for a shared variable. Give them in one thread, before a barrier.",
                *match.span("type"),
                related=related,
                name=name.decode(),
            )


def _first_value(code: Code, name: bytes) -> tuple[int, int] | None:
    """The value behind a member of a class of this file; None where there is none."""
    head = re.compile(rb"(?:struct|class)\s+" + re.escape(name) + rb"\s*(?:final\s*)?[:{]")
    for match in head.finditer(code.content):
        node: Node | None = code.source.tree.root_node.descendant_for_byte_range(
            match.start(), match.end()
        )
        while node is not None and node.type not in ("struct_specifier", "class_specifier"):
            node = node.parent
        body = node.child_by_field_name("body") if node is not None else None
        for member in body.named_children if body is not None else ():
            if member.type != "field_declaration":
                continue
            value = member.child_by_field_name("default_value")
            if value is not None and not any(
                child.type == "storage_class_specifier" for child in member.children
            ):
                return value.start_byte, value.end_byte
    return None
