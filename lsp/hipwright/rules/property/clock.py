"""PROP005: the clock of the GPU as a measure of time."""

from __future__ import annotations

import re

from hipwright.finding import Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example
from hipwright.rules.code import Code
from hipwright.rules.notice import NoticeRule

_CYCLES = regex(rb"\bclock(?:64)?\s*\(\s*\)|%clock(?:64)?\b")


class ClockRate(NoticeRule):
    """`clock64()` counts cycles of the shader clock, which changes with load; `wall_clock64()`
    counts at a fixed rate, hipDeviceAttributeWallClockRate."""

    code = "PROP005"
    title = "Cycles taken for time"
    severity = Severity.INFO
    source = "HIP C++ language extensions: timer functions"
    hazards = ("HW122",)
    triggers = (
        b"clockRate",
        b"ClockRate",
    )
    affected_by = regex(rb"clock|Clock")
    places = regex(rb"(?:clockRate|cudaDevAttrClockRate|hipDeviceAttributeClockRate)(?!\w)")
    message = (
        "Cycles of `clock64()` do not come at the clock rate that a device tells: "
        "for time, use `wall_clock64()` and hipDeviceAttributeWallClockRate."
    )
    examples = (
        Example(
            "__global__ void k(long long *t) { *t = clock64(); }\n"
            "float f(cudaDeviceProp p, long long t) { return t / (float)p.clockRate; }\n",
            "__global__ void k(long long *t) { *t = clock64(); }\n"
            "float f(cudaDeviceProp p, long long t) { return t / (float)p.clockRate; }\n",
        ),
        Example(
            'void f(cudaDeviceProp p) { printf("%d", p.clockRate); }\n',
            None,
            why="nothing counts cycles here",
        ),
    )

    def is_meant(self, code: Code, match: re.Match[bytes]) -> bool:
        """Whether the file counts cycles too."""
        return _CYCLES.search(code.content) is not None
