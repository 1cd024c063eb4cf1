"""MEM005: memory that a kernel allocates."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Finding, Related, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import code_of
from hipwright.settings import Settings
from hipwright.source import Source

_ALLOCATES = regex(rb"(?:malloc|new)(?=\s*\(|\s+[A-Za-z_:]+)")
_NEW = regex(rb"new\s*\(")


class DeviceHeap(FileRule):
    """`malloc` and `new` work in HIP's kernels, from a heap of another size, and slowly:
    hipDeviceSetLimit with hipLimitMallocHeapSize sets how large it is."""

    code = "MEM005"
    title = "Memory allocated by a kernel"
    severity = Severity.INFO
    source = "hip_runtime_api.h of HIP 7.1: hipLimitMallocHeapSize; checked with clang 19"
    hazards = ("HW096",)
    triggers = (b"LimitMallocHeapSize", b"malloc(", b"malloc (", b"= new ", b"=new ")
    affected_by = regex(rb"malloc|new|__global__|__device__")
    examples = (
        Example(
            "__global__ void k(int n) { int *p = (int *)malloc(n); }\n",
            "__global__ void k(int n) { int *p = (int *)malloc(n); }\n",
        ),
        Example("int *f(int n) { return (int *)malloc(n); }\n", None, why="the host's memory"),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        if b"__global__" not in code.content and b"__device__" not in code.content:
            return
        found = [
            match.span()
            for match in code.words(_ALLOCATES)
            if not _NEW.match(code.content, match.start())  # placement
            and code.device_function_at(match.start()) is not None
            and code.is_token(*match.span())
        ]
        if found:
            first, *others = found
            yield Finding(
                self.code,
                self.severity,
                "HIP's heap for kernels has another size than CUDA's (hipLimitMallocHeapSize), and "
                "is slow: memory from the host is better.",
                *first,
                related=tuple(Related(*other, "Here too.") for other in others[:20]),
            )
