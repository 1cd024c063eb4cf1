"""SMEM004: dynamic shared memory by HIP's old macro."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import code_of
from hipwright.rules.warp._lexing import parentheses_at
from hipwright.settings import Settings
from hipwright.source import Source

_MACRO = regex(rb"HIP_DYNAMIC_SHARED(?!\w)")


class DynamicSharedMacro(FileRule):
    """HIP_DYNAMIC_SHARED is left over from HIP's first compiler: `extern __shared__` compiles as it
    is, for AMD and for NVIDIA."""

    code = "SMEM004"
    title = "HIP_DYNAMIC_SHARED"
    severity = Severity.HINT
    settled = True
    source = "amd_device_functions.h of HIP 7.1"
    hazards = ("HW065",)
    triggers = (b"HIP_DYNAMIC_SHARED",)
    affected_by = regex(rb"HIP_DYNAMIC_SHARED")
    examples = (
        Example(
            "__global__ void k() { HIP_DYNAMIC_SHARED(float, s); s[threadIdx.x] = 3; "
            "results[threadIdx.x] = s[threadIdx.x]; }\n",
            "__global__ void k() { extern __shared__ float s[]; s[threadIdx.x] = 3; "
            "results[threadIdx.x] = s[threadIdx.x]; }\n",
            run="void run() { k<<<1, 64, 256>>>(); }\n",
        ),
        Example("__global__ void k() { extern __shared__ float s[]; }\n", None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        for match in code.words(_MACRO):
            call = parentheses_at(code.content, match.end(), len(code.content))
            if call is None or len(call.arguments) != 2 or not code.is_code(*match.span()):
                continue
            kind, name = (code.text(span) for span in call.arguments)
            edits = (
                Edit(match.start(), call.end + 1, b"extern __shared__ %s %s[]" % (kind, name)),
            )
            yield Finding(
                self.code,
                self.severity,
                "HIP needs this macro no more: `extern __shared__` means the same.",
                match.start(),
                call.end + 1,
                (Fix("Declare it as CUDA does", edits),),
            )
