"""MATH003: mathematical functions that CUDA has for the host too, and HIP for the GPU only."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import Code, code_of
from hipwright.rules.warp._lexing import parentheses_at
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.source.names import Names, Place

# Without the `f` of those for floats.
_BASES = (
    "rsqrt", "rcbrt", "rhypot", "sinpi", "cospi", "sincospi", "erfinv", "erfcinv", "erfcx",
    "normcdf", "normcdfinv", "norm3d", "norm4d", "rnorm3d", "rnorm4d", "fdivide",
)  # fmt: skip
_NAMES = frozenset(f"{base}{suffix}".encode() for base in _BASES for suffix in ("", "f"))
_NAME = regex(rb"(?:r?norm|rsqrt|rcbrt|rhypot|sin|cos|erf|fdiv)\w*(?=\s*\()")
# What stands before the argument's parentheses, and behind them: as CUDA's own headers compute it
# for the host, or about so.
_EXACTLY = {b"rsqrtf": (b"(float)(1.0 / sqrt((double)(float)", b"))")}
_ABOUT = {
    b"rsqrt": (b"(1 / sqrt", b")"),
    b"rcbrt": (b"(1 / cbrt", b")"),
    b"rcbrtf": (b"(1.0f / cbrtf", b")"),
}
_FOR_GPU = regex(rb"__device__|__global__|\bconstexpr\b")
# A macro in front of a function may say that it is for the GPU too.
_MACRO = regex(rb"(?<!\w)(?=\w*[A-Z])[A-Z_][A-Z0-9_]{2,}(?!\w)|__\w+__")
_SOURCES_OF_GPU = (".cu", ".cuh", ".hip", ".h", ".hpp", ".hxx", ".hh", ".inl", "")


class HostFunction(FileRule):
    """HIP has this function for the GPU only; CUDA has it for the host too.

    In a function for the host it does not compile. One that is for both compiles, as long as the
    host does not call it.
    """

    code = "MATH003"
    title = "Mathematical function that HIP has for the GPU only"
    severity = Severity.ERROR
    source = "crt/math_functions.hpp of CUDA 13.0; __clang_hip_math.h of clang 19, compiled"
    triggers = tuple(sorted(base.encode() for base in _BASES if base != "norm4d"))
    affected_by = regex(rb"rsqrt|rcbrt|rhypot|sin|cos|erf|norm|fdiv|__|#")
    examples = (
        Example(
            "float scale(int n) { return rsqrtf(n); }\n",
            "float scale(int n) { return (float)(1.0 / sqrt((double)(float)(n))); }\n",
            why="what CUDA computes on the host, bit for bit",
        ),
        Example(
            "double scale(double x) { return rsqrt(x); }\n",
            "double scale(double x) { return rsqrt(x); }\n",
            alternative="double scale(double x) { return (1 / sqrt(x)); }\n",
            why="offered only: CUDA's for floats is rounded once, from a double",
        ),
        Example(
            "float angle(float x) { return sinpif(x); }\n",
            "float angle(float x) { return sinpif(x); }\n",
            why="to be written by hand: `sin(x * M_PI)` is not as precise",
        ),
        Example("__global__ void k(float *x) { x[0] = rsqrtf(x[1]); }\n", None),
        Example(
            "float rsqrtf(float x) { return 1 / sqrtf(x); }\nfloat f() { return rsqrtf(2); }\n",
            None,
            why="the program's own",
        ),
        Example("DEVICE_INLINE float f(float x) { return rsqrtf(x); }\n", None),
    )

    def looks(self, settings: Settings) -> bool:
        return not settings.hipify

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        if source.suffix not in _SOURCES_OF_GPU:
            return
        code = code_of(source)
        own: dict[bytes, bool] = {}
        for match in code.words(_NAME):
            name = match.group()
            if name not in _NAMES or not code.is_code(*match.span()):
                continue
            if not is_for_host(code, match.start()):
                continue
            if name not in own:
                own[name] = _is_own(source, name)
            if not own[name]:
                yield self._finding(code, match)

    def _finding(self, code: Code, match: re.Match[bytes]) -> Finding:
        name = match.group()
        text = name.decode()
        message = f"HIP has `{text}` for the GPU only, and this is code for the host."
        fixes: tuple[Fix, ...] = ()
        call = parentheses_at(code.content, match.end(), len(code.content))
        instead = _EXACTLY.get(name) or _ABOUT.get(name)
        if instead is not None and call is not None and len(call.arguments) == 1:
            edits = (
                Edit(*match.span(), instead[0]),
                Edit(call.end + 1, call.end + 1, instead[1]),
            )
            title = f"Write {instead[0].decode()}(…){instead[1].decode()}"
            fixes = (Fix(title, edits, name in _EXACTLY),)
        return Finding(self.code, self.severity, message, *match.span(), fixes, name=text)


def is_for_host(code: Code, position: int) -> bool:
    """Whether a position is in a function that only runs on the host, as far as its head tells."""
    function = code.function_at(position)
    if function is None or code.content.startswith(b"#", function[0]):
        return False
    content = code.content
    # The grammar may take what stands in front of a function for something else.
    begin = max(content.rfind(mark, 0, function[0]) for mark in (b";", b"}", b"{", b"\n\n")) + 1
    text = content[begin:position]
    if _FOR_GPU.search(text):
        return False
    head = text[: text.find(b"(")]
    lines = b"".join(line for line in head.splitlines() if not line.lstrip().startswith(b"#"))
    return _MACRO.search(lines) is None


def _is_own(source: Source, name: bytes) -> bool:
    """Whether the source declares a function or a macro of this name itself."""
    names = Names(source, lambda word: word == name)
    return any(
        names.place(*match.span())[0] is Place.DECLARED
        for match in re.finditer(rb"(?<!\w)" + name + rb"(?!\w)", source.content)
    )
