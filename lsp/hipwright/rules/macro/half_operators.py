"""MACRO005: macros that take the operators of half precision away."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.settings import Settings
from hipwright.source import Source

_LINE = regex(
    rb"^[ \t]*#[ \t]*(?:define|undef|ifdef|ifndef|if|elif)\b[^\n]*?"
    rb"\b__CUDA_NO_HALF_(OPERATORS|CONVERSIONS)__",
    re.MULTILINE,
)


class HalfOperators(FileRule):
    """HIP's header for half precision asks for `__HIP_NO_HALF_OPERATORS__` and
    `__HIP_NO_HALF_CONVERSIONS__`, and not for CUDA's names."""

    code = "MACRO005"
    title = "Macro that takes half operators away"
    severity = Severity.WARNING
    source = "amd_hip_fp16.h of HIP 7.1"
    hazards = ("HW133",)
    triggers = (b"__CUDA_NO_HALF_",)
    affected_by = regex(rb"#")
    examples = (
        Example("#undef __CUDA_NO_HALF_OPERATORS__\n", "#undef __HIP_NO_HALF_OPERATORS__\n"),
        Example("#define __CUDA_NO_HALF2_OPERATORS__\n", None, why="HIP has no such choice."),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        for match in _LINE.finditer(source.content):
            name = b"__HIP_NO_HALF_" + match[1] + b"__"
            start = match.end() - len(name) - 1
            yield Finding(
                self.code,
                self.severity,
                f"HIP's macro for this is `{name.decode()}`.",
                start,
                match.end(),
                (Fix(f"Replace by {name.decode()}", (Edit(start, match.end(), name),)),),
            )
