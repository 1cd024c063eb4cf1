"""MATH001: rounding intrinsics that keep CUDA from fusing, and not HIP."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.finding import Finding, Related, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import code_of
from hipwright.rules.warp._lexing import Span, parentheses_at
from hipwright.settings import Settings
from hipwright.source import Source

_SUM = regex(rb"__[fd](?:add|sub)_rn(?!\w)")
_PRODUCT = regex(rb"__[fd]mul_rn(?!\w)")
_OWN = regex(rb"#[ \t]*define[ \t]+__[fd](?:mul|add|sub)_rn")
_SIGN_BEFORE = regex(rb"[\w)\]]\s*[-+]=?\s*$")
_SIGN_AFTER = regex(rb"\s*[-+](?![-+=>])")
_KEPT = regex(rb"(\w+)\s*=\s*$")


class Contraction(FileRule):
    """HIP's `__fmul_rn` and `__fadd_rn` are plain `*` and `+`, which its compiler fuses by default.

    CUDA never fuses them, which is what error-free sums and interval arithmetic are built on. A
    pragma where they are called does not help, because they are inline functions of a header:
    compile with `-ffp-contract=on`, which fuses within one expression only, or with `off`.
    """

    code = "MATH001"
    title = "Rounded products and sums that are fused"
    severity = Severity.WARNING
    source = (
        "clang 19: __clang_hip_math.h, and the code it makes for gfx942 with and without "
        "-ffp-contract"
    )
    hazards = ("HW159",)
    triggers = (b"__fmul_rn", b"__dmul_rn")
    examples = (
        Example(
            before=(
                "__device__ float f(float a, float b, float c) "
                "{ return __fadd_rn(__fmul_rn(a, b), c); }\n"
            ),
            after=(
                "__device__ float f(float a, float b, float c) "
                "{ return __fadd_rn(__fmul_rn(a, b), c); }\n"
            ),
        ),
        Example(
            before="__device__ float f(float a, float b) { return __fmul_rn(a, b); }\n",
            after=None,
            why="A product alone is rounded as in CUDA.",
        ),
        Example(
            before="__device__ float f(float a) { float c = __fmul_rn(a, a); return c - a; }\n",
            after="__device__ float f(float a) { float c = __fmul_rn(a, a); return c - a; }\n",
        ),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        """The findings of the whole source."""
        content = source.content
        if _OWN.search(content):
            return
        code = code_of(source)
        sums = {
            code.function_at(match.start())
            for match in code.words(_SUM)
            if code.is_code(*match.span())
        }
        found: list[tuple[int, int]] = []
        for match in code.words(_PRODUCT):
            if code.is_code(*match.span()):
                function = code.function_at(match.start())
                if function in sums - {None} or _is_added(content, match, function):
                    found.append(match.span())
        if not found:
            return
        first, *others = found
        yield Finding(
            self.code,
            self.severity,
            "HIP's compiler fuses this product with the sum that takes it, which CUDA's does not:"
            " compile with -ffp-contract=on or off.",
            *first,
            related=tuple(Related(*other, "Here too.") for other in others[:20]),
            name=content[first[0] : first[1]].decode(),
        )


def _is_added(content: bytes, match: re.Match[bytes], function: Span | None) -> bool:
    """Whether a sum takes the product, as it stands or by the variable that it is kept in."""
    before = content[max(0, match.start() - 80) : match.start()]
    if _SIGN_BEFORE.search(before):
        return True
    call = parentheses_at(content, match.end(), len(content))
    if call is not None and _SIGN_AFTER.match(content, call.end + 1):
        return True
    kept = _KEPT.search(before)
    if kept is None or function is None:
        return False
    name = re.escape(kept.group(1))
    near = re.compile(rb"[-+]\s*" + name + rb"(?!\w)|(?<!\w)" + name + rb"\s*[-+](?![-+=>])")
    return near.search(content, match.end(), function[1]) is not None
