"""LAUNCH006: threadIdx and its like as uint3."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import code_of
from hipwright.settings import Settings
from hipwright.source import Source

_DECLARED = regex(
    rb"uint3\s+\w+\s*(?:=\s*|\(\s*|\{\s*)(?P<value>threadIdx|blockIdx|blockDim|gridDim)(?=\s*[;)}])"
)


class BuiltinVectors(FileRule):
    """In HIP `threadIdx`, `blockIdx`, `blockDim` and `gridDim` are objects of types of their own,
    which no `uint3` can be made of."""

    code = "LAUNCH006"
    title = "threadIdx taken for a uint3"
    severity = Severity.ERROR
    source = "amd_hip_runtime.h of HIP 7.1, checked with clang 19"
    hazards = ("HW048",)
    triggers = (b"uint3",)
    affected_by = regex(rb"uint3")
    examples = (
        Example(
            "__device__ unsigned f() { uint3 t = threadIdx; return t.x; }\n",
            "__device__ unsigned f() { "
            "uint3 t = make_uint3(threadIdx.x, threadIdx.y, threadIdx.z); return t.x; }\n",
            run="f()",
        ),
        Example("__global__ void k() { uint3 t = make_uint3(threadIdx.x, 0, 0); }\n", None),
        Example("__global__ void k() { dim3 t = threadIdx; }\n", None),
    )

    def may_fix(self, content: bytes) -> bool:
        return _DECLARED.search(content) is not None

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        for match in code.words(_DECLARED):
            if not code.is_code(match.start(), match.start() + 5):
                continue
            name = match["value"]
            text = b"make_uint3(%s.x, %s.y, %s.z)" % (name, name, name)
            yield Finding(
                self.code,
                self.severity,
                f"`{name.decode()}` is no `uint3` in HIP, and is not converted to one.",
                *match.span("value"),
                (Fix("Make one of its parts", (Edit(*match.span("value"), text),)),),
            )
