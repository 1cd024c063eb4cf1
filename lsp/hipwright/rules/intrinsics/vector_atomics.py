"""INTR006: atomic additions of whole vectors."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.finding import Finding, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import Code, code_of
from hipwright.settings import Settings
from hipwright.source import Source

_CALL = regex(
    rb"atomicAdd\s*\(\s*(?:"
    rb"\(\s*(?P<written>float[24])\s*\*\s*\)"
    rb"|reinterpret_cast\s*<\s*(?P<cast>float[24])\s*\*\s*>"
    rb"|(?P<name>[A-Za-z_]\w*)\s*[,+]"
    rb"|&\s*(?P<element>[A-Za-z_]\w*)\s*\[[^\[\];]*\]\s*,)"
)
_DEFINED = regex(rb"atomicAdd\s*\(\s*float[24]\s*\*")


class VectorAtomics(FileRule):
    """CUDA adds to a `float2` or `float4` in one call since compute capability 9.0, each member by
    itself; HIP's `atomicAdd` takes single numbers."""

    code = "INTR006"
    title = "Atomic addition of a vector"
    severity = Severity.ERROR
    source = "CUDA C++ Programming Guide: atomicAdd; HIP 7.1's headers, compiled with clang 19"
    hazards = ("HW178",)
    triggers = (b"float2 *", b"float4 *", b"float2*", b"float4*")
    affected_by = regex(rb"atomicAdd|float[24]")
    examples = (
        Example(
            "__global__ void k(float2 *sum, float2 v) { atomicAdd(sum, v); }\n",
            "__global__ void k(float2 *sum, float2 v) { atomicAdd(sum, v); }\n",
            why="Two calls, `atomicAdd(&sum->x, v.x)` and the same for y, do what this one does.",
        ),
        Example(
            "__global__ void k(float *sum, float4 v) {\n"
            "  atomicAdd(reinterpret_cast<float4 *>(sum), v);\n}\n",
            "__global__ void k(float *sum, float4 v) {\n"
            "  atomicAdd(reinterpret_cast<float4 *>(sum), v);\n}\n",
        ),
        Example(
            "__global__ void k(float2 *sum, float2 v) { atomicAdd(&sum[3].x, v.x); }\n",
            None,
        ),
        Example(
            "__global__ void k(float4 *v, float *sum) { atomicAdd(sum, v->x); }\n",
            None,
        ),
        Example(
            "__device__ void atomicAdd(float2 *sum, float2 v);\n"
            "__global__ void k(float2 *sum, float2 v) { atomicAdd(sum, v); }\n",
            None,
            why="a function of the program's own",
        ),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        content = source.content
        if b"atomicAdd" not in content or _DEFINED.search(content):
            return
        code = code_of(source)
        for match in _CALL.finditer(content):
            start = match.start()
            if not code.is_code(start, start + len(b"atomicAdd")):
                continue
            kind = match["cast"] or match["written"] or _type_of(code, match)
            if kind is None:
                continue
            count = "four" if kind == b"float4" else "two"
            yield Finding(
                self.code,
                self.severity,
                f"HIP's `atomicAdd` takes no `{kind.decode()}`: add its {count} members, one by "
                "one, as the GPU does.",
                start,
                start + len(b"atomicAdd"),
                name="atomicAdd",
            )


def _type_of(code: Code, call: re.Match[bytes]) -> bytes | None:
    """The vector that the pointer of a call points to; None where it is none."""
    function = code.function_at(call.start())
    if function is None:
        return None
    name = call["name"] or call["element"]
    pointer = re.compile(rb"(float[24])\s*\*\s*(?:(?:const|__restrict__)\s+)*%s\s*[,)=;]" % name)
    declared = pointer.search(code.content, function[0], call.start())
    return declared[1] if declared is not None else None
