"""LAUNCH003: launch bounds with more than the size of a block."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Related, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import Code, code_of
from hipwright.rules.warp._lexing import Parentheses, parentheses_at
from hipwright.settings import Settings
from hipwright.source import Source

_BOUNDS = regex(rb"__launch_bounds__(?!\w)")


class LaunchBounds(FileRule):
    """The second argument of `__launch_bounds__` counts blocks of a multiprocessor in CUDA, and
    waves of a SIMD (`amdgpu_waves_per_eu`) in HIP; a third one, for clusters, does not compile.

    It decides how many registers a thread may have, and so about speed, not about results. The
    formula for a GPU in CU mode: blocks × threads ÷ (lanes of a wavefront × 2).
    """

    code = "LAUNCH003"
    title = "Launch bounds that count otherwise"
    severity = Severity.ERROR
    source = "HIP porting guide: porting from CUDA __launch_bounds__; amd_hip_runtime.h of HIP 7.1"
    hazards = ("HW052", "HW053")
    triggers = (b"__launch_bounds__",)
    affected_by = regex(rb"launch_bounds")
    examples = (
        Example(
            "__global__ void __launch_bounds__(256, 4) k() {}\n",
            "__global__ void __launch_bounds__(256, 4) k() {}\n",
            why="Worth knowing, no more: it is about registers.",
        ),
        Example(
            "__global__ void __launch_bounds__(256, 4, 2) k() "
            "{ results[threadIdx.x % 128] = 1; }\n",
            "__global__ void __launch_bounds__(256, 4) k() { results[threadIdx.x % 128] = 1; }\n",
            run="void run() { k<<<2, 256>>>(); }\n",
            why="AMD has no clusters of blocks.",
        ),
        Example("__global__ void __launch_bounds__(256) k() {}\n", None),
        Example("__global__ void __launch_bounds__(256, 1) k() {}\n", None, why="no limit in both"),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        counted: list[tuple[int, int]] = []
        for match in code.words(_BOUNDS):
            call = parentheses_at(code.content, match.end(), len(code.content))
            if call is None or not code.is_token(*match.span()):
                continue
            if len(call.arguments) == 3:
                yield self._clusters(match, call)
            elif len(call.arguments) == 2 and not _is_one(code, call):
                counted.append((match.start(), call.end + 1))
        if counted:
            (start, end), *others = counted
            yield Finding(
                self.code,
                Severity.INFO,
                "HIP takes the second number for waves of a SIMD, CUDA for blocks of a "
                "multiprocessor: blocks × threads ÷ (2 × lanes of a wavefront) means the same.",
                start,
                end,
                related=tuple(Related(*other, "Here too.") for other in others[:20]),
            )

    def _clusters(self, match: re.Match[bytes], call: Parentheses) -> Finding:
        return Finding(
            self.code,
            self.severity,
            "AMD has no clusters of blocks: HIP's `__launch_bounds__` takes no third argument.",
            match.start(),
            call.end + 1,
            (Fix("Leave the third out", (Edit(call.arguments[1][1], call.end, b""),)),),
        )


def _is_one(code: Code, call: Parentheses) -> bool:
    start, end = call.arguments[1]
    return code.number(code.content[start:end], start) in (0, 1)
