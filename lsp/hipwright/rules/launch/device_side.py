"""LAUNCH004: launches and calls of the runtime in GPU code."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Finding, Related, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import code_of
from hipwright.rules.macro._conditions import branches, condition_of
from hipwright.settings import Settings
from hipwright.source import Source

_RUNTIME = regex(
    rb"(?:cuda|hip)(?:DeviceSynchronize|Malloc|Free|Memcpy(?:Async)?|Memset(?:Async)?"
    rb"|StreamCreate\w*|StreamDestroy|StreamSynchronize|EventCreate\w*|EventRecord|EventDestroy"
    rb"|GetLastError|PeekAtLastError|GetDevice|DeviceGetAttribute|LaunchKernel|LaunchDevice"
    rb"|GetParameterBuffer\w*|GetErrorString|StreamWaitEvent)(?=\s*\()"
)
_LAUNCH = regex(rb"<<<")
_HOST_ONLY = regex(rb"!\s*defined\s*\(?\s*__CUDA_ARCH__")


class DeviceSideLaunch(FileRule):
    """HIP has no launches from GPU code, and none of its runtime's functions there."""

    code = "LAUNCH004"
    title = "Launch from GPU code"
    severity = Severity.ERROR
    source = "HIP C++ language extensions: dynamic parallelism; checked with clang 19 and HIP 7.1"
    hazards = ("HW058", "HW059")
    triggers = (b"__global__", b"__device__")
    examples = (
        Example(
            "__global__ void child(int *p) {}\n"
            "__global__ void parent(int *p) { child<<<1, 32>>>(p); cudaDeviceSynchronize(); }\n",
            "__global__ void child(int *p) {}\n"
            "__global__ void parent(int *p) { child<<<1, 32>>>(p); cudaDeviceSynchronize(); }\n",
            why="Launch from the host, in a loop or from a queue of work.",
        ),
        Example(
            "__host__ __device__ void f() {\n#ifndef __CUDA_ARCH__\n  cudaDeviceSynchronize();\n"
            "#endif\n}\n",
            None,
            why="only the host runs it",
        ),
        Example("void f() { child<<<1, 32>>>(p); cudaDeviceSynchronize(); }\n", None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        places: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for match in _LAUNCH.finditer(code.content):
            function = code.device_function_at(match.start())
            if function is not None and code.is_launch(match.start()):
                places.setdefault(function, []).append(match.span())
        for match in code.words(_RUNTIME):
            function = code.device_function_at(match.start())
            if function is not None and code.is_code(*match.span()):
                places.setdefault(function, []).append(match.span())
        if not places:
            return
        host = [
            branch.body
            for branch in branches(code)
            if _HOST_ONLY.search(condition_of(branch.directive))
        ]
        for found in places.values():
            meant = sorted(place for place in found if not any(a <= place[0] < b for a, b in host))
            if meant:
                first, *others = meant
                yield Finding(
                    self.code,
                    self.severity,
                    "HIP has neither launches nor functions of the runtime in GPU code: launch "
                    "from the host, in a loop or from a queue of work.",
                    *first,
                    related=tuple(Related(*other, "Here too.") for other in others[:20]),
                )
