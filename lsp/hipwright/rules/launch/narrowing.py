"""LAUNCH005: sizes in braces that are narrowed."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import Code, code_of
from hipwright.rules.warp._lexing import Span
from hipwright.settings import Settings
from hipwright.source import Source

_BRACES = regex(rb"dim3\s+(?P<name>\w+)\s*(?P<open>(?:=\s*)?\{)(?P<inside>[^{};]*)(?P<close>\})")
_NAME = regex(rb"(?<![\w.])[A-Za-z_]\w*(?![\w(]|\s*\()")
_UNSIGNED = regex(rb"\b(?:unsigned(?:\s+int)?|uint32_t|uint|u?int16_t|u?int8_t|unsigned\s+short)\b")
_SIGNED = regex(rb"\b(?:int|long|size_t|u?int64_t|short|ssize_t|ptrdiff_t)\b")


class NarrowingDim3(FileRule):
    """The members of HIP's `dim3` are `uint32_t`, and clang refuses to narrow an `int` or a
    `size_t` in braces; in parentheses it is converted."""

    code = "LAUNCH005"
    title = "dim3 in braces from other integers"
    severity = Severity.ERROR
    source = "C++ standard: narrowing in list-initialisation; clang 19 with HIP 7.1"
    hazards = ("HW046",)
    triggers = (b"dim3",)
    affected_by = regex(rb"dim3|int\b|size_t|long")
    examples = (
        Example(
            "void f(int n) { dim3 grid{n, 1}; }\n",
            "void f(int n) { dim3 grid(n, 1); }\n",
        ),
        Example(
            "void f(size_t n) { dim3 grid = {(n + 255) / 256}; }\n",
            "void f(size_t n) { dim3 grid((n + 255) / 256); }\n",
        ),
        Example("void f(unsigned n) { dim3 grid{n, 4}; }\n", None),
        Example(
            "const int N = 16; void f() { dim3 grid{N, 4}; }\n", None, why="a constant that fits"
        ),
    )

    def may_fix(self, content: bytes) -> bool:
        return _BRACES.search(content) is not None

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        for match in code.words(_BRACES):
            if not code.is_code(match.start(), match.start() + 4):
                continue
            if not _is_narrowed(code, match.span("inside")):
                continue
            start, end = match.span("open")
            edits = (Edit(_before(code, start), end, b"("), Edit(*match.span("close"), b")"))
            yield Finding(
                self.code,
                self.severity,
                "HIP's `dim3` holds `uint32_t`: clang refuses other integers in braces.",
                start,
                match.end(),
                (Fix("Write parentheses", edits),),
            )


def _before(code: Code, position: int) -> int:
    """The position without the blanks in front of it."""
    while code.content[position - 1 : position].isspace():
        position -= 1
    return position


def _is_narrowed(code: Code, inside: Span) -> bool:
    """Whether an integer that is no constant and no `unsigned` is among the sizes."""
    text = code.content[inside[0] : inside[1]]
    if re.search(rb"\b(?:unsigned|uint32_t|uint|static_cast)\b", text):
        return False
    for match in _NAME.finditer(text):
        declaration = code.declaration(match.group(), inside[0])
        if declaration is None or declaration.kind in ("macro", "enumerator", "template parameter"):
            continue
        value = declaration.value if declaration.is_constant else None
        if value and code.number(value, declaration.start) is not None:
            continue
        if _SIGNED.search(_UNSIGNED.sub(b"", declaration.type)) and b"*" not in declaration.type:
            return True
    return False
