"""INTR001: device functions of CUDA's that HIP lacks, and that can be written in HIP."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import Code, code_of
from hipwright.rules.headers._directives import branches_at, directives_of, is_real
from hipwright.rules.headers.missing import line_for_include
from hipwright.rules.intrinsics._definitions import (
    BLOCK_SCOPE,
    NESTED,
    REPLACED,
    definitions,
    provided,
)
from hipwright.rules.warp._lexing import parentheses_at
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.source.names import Names, Place

_NAME = regex(
    rb"(?:__v|__dp|__nano|__trap|__brk|__tanh|htanh|h2tanh|make_bfloat162|__floats?2bfloat16|atomic)\w*"
)
_SCOPE = b", __ATOMIC_RELAXED, __HIP_MEMORY_SCOPE_WORKGROUP"


class MissingIntrinsic(FileRule):
    """HIP's device library lacks this function of CUDA's.

    The fix defines it in the file, with the same results, or writes the name that HIP has for it.
    A definition is plain C++ on each byte or half word, which compilers turn into the instructions
    that a GPU has for it.
    """

    code = "INTR001"
    title = "Device function that HIP lacks"
    severity = Severity.ERROR
    settled = True
    source = "headers of HIP 7.1; CUDA Math API: SIMD and integer intrinsics"
    hazards = (
        "HW146", "HW163", "HW165", "HW166", "HW167", "HW177", "HW184", "HW301",
        "HW303",
    )  # fmt: skip
    triggers = tuple(sorted(name.encode() for name in provided()))
    examples = (
        Example(
            before=(
                "#include <hip/hip_runtime.h>\n"
                "__device__ unsigned f(unsigned a, unsigned b) { return __vmaxs4(a, b); }\n"
            ),
            after=(
                "#include <hip/hip_runtime.h>\n"
                + definitions()["__vmaxs4"]
                + "__device__ unsigned f(unsigned a, unsigned b) { return __vmaxs4(a, b); }\n"
            ),
            run="f(t * 0x01370a5bu, t * 0x9e3779b9u)",
        ),
        Example(
            before=(
                "#include <hip/hip_runtime.h>\n"
                "__device__ void f(int *p) { if (*p) __trap(); atomicAdd_block(p, 1); }\n"
            ),
            after=(
                "#include <hip/hip_runtime.h>\n"
                "__device__ void f(int *p) { if (*p) __builtin_trap(); __hip_atomic_fetch_add(p, 1,"
                " __ATOMIC_RELAXED, __HIP_MEMORY_SCOPE_WORKGROUP); }\n"
            ),
            run="[&] { int n = 0; f(&n); return n; }()",
        ),
        Example(
            before=(
                "#include <hip/hip_bf16.h>\n__device__ __hip_bfloat162 f(float a, float b) {\n"
                "  return __hadd2(__float2bfloat162_rn(a), __floats2bfloat162_rn(a, b));\n}\n"
            ),
            after=(
                "#include <hip/hip_bf16.h>\n__device__ __hip_bfloat162 f(float a, float b) {\n"
                "  return __hadd2(__bfloat162bfloat162(__float2bfloat16(a)), "
                "__float22bfloat162_rn(make_float2(a, b)));\n}\n"
            ),
        ),
        Example(
            before=(
                "__device__ int __dp4a(int a, int b, int c);\n"
                "__device__ int f(int a) { return __dp4a(a, a, 0); }\n"
            ),
            after=None,
            why="The program has its own.",
        ),
        Example(before="// __vadd4(a, b)\nstruct S { int htanh; };\n", after=None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        """The findings of the whole source."""
        code = code_of(source)
        uses = [use for use in _uses(source, code) if not _is_defined(source, use[0])]
        defined = sorted({name for name, _, _ in uses if name in definitions()})
        shared: tuple[Edit, ...] = ()
        if defined:
            text = "".join(definitions()[name] for name in defined)
            if b"\r\n" in source.content[:4096]:
                text = text.replace("\n", "\r\n")
            place = _place(source, settings)
            shared = (Edit(place, place, text.encode()),)
        for name, start, end in uses:
            edits = shared
            title, message = "Define it", f"HIP has no `{name}`. The fix defines it in this file."
            if name in REPLACED:
                edits = (Edit(start, end, REPLACED[name].encode()),)
                title = f"Replace by {REPLACED[name]}"
                message = f"HIP has no `{name}`; `{REPLACED[name]}` does the same."
            elif name in NESTED:
                call = parentheses_at(source.content, end, len(source.content))
                if call is None:
                    continue
                outer, inner = NESTED[name]
                edits = (
                    Edit(start, end, f"{outer}({inner}".encode()),
                    Edit(call.end + 1, call.end + 1, b")"),
                )
                title = f"Replace by {outer}({inner}(…))"
                message = f"HIP has no `{name}`; `{outer}({inner}(…))` does the same."
            elif name in BLOCK_SCOPE:
                call = parentheses_at(source.content, end, len(source.content))
                if call is None:
                    continue
                other = BLOCK_SCOPE[name]
                edits = (Edit(start, end, other.encode()), Edit(call.end, call.end, _SCOPE))
                title = f"Replace by {other}"
                message = f"HIP has no `{name}`; `{other}` with the scope of a block does the same."
            yield Finding(
                self.code, self.severity, message, start, end, (Fix(title, edits),), name=name
            )


def _uses(source: Source, code: Code) -> Iterator[tuple[str, int, int]]:
    known = provided()
    for match in code.words(_NAME):
        name = match.group().decode()
        if name in known and code.is_code(*match.span()):
            following = source.content[match.end() : match.end() + 8].lstrip()
            if following.startswith(b"("):
                yield name, match.start(), match.end()


def _is_defined(source: Source, name: str) -> bool:
    """Whether the source declares a function or a macro of this name itself."""
    names = Names(source, lambda word: word.decode("latin-1") in provided())
    pattern = re.compile(rb"(?<!\w)" + name.encode() + rb"(?!\w)")
    return any(
        names.place(*match.span())[0] is Place.DECLARED
        for match in pattern.finditer(source.content)
    )


def _place(source: Source, settings: Settings) -> int:
    """The line behind the includes at the top of the file, where a definition can stand."""
    content = source.content
    end = -1
    for include in directives_of(content).includes:
        if is_real(source, include) and not branches_at(content, include.start):
            end = content.find(b"\n", include.start)
            if end < 0:
                return line_for_include(source, settings)
    return end + 1 if end >= 0 else line_for_include(source, settings)
