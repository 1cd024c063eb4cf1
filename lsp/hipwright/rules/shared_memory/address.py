"""SMEM005: addresses of shared memory as numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.finding import Finding, Related, Severity
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import code_of
from hipwright.settings import Settings
from hipwright.source import Source

_ADDRESS = re.compile(
    rb"__(?:cvta_generic_to_shared|cvta_shared_to_generic|nvvm_get_smem_pointer)(?!\w)"
)


class SharedAddress(FileRule):
    """HIP has no functions that turn a pointer into an address of shared memory: on AMD such a
    pointer is generic, or of address space 3."""

    code = "SMEM005"
    title = "Address of shared memory as a number"
    severity = Severity.ERROR
    source = "LLVM: user guide for AMDGPU (address spaces); checked with clang 19 and HIP 7.1"
    hazards = ("HW069",)
    triggers = (b"__cvta_generic_to_shared", b"__nvvm_get_smem_pointer", b"__cvta_shared_to")
    affected_by = re.compile(rb"__cvta|__nvvm_get")
    examples = (
        Example(
            "__device__ unsigned f(void *p) { return __cvta_generic_to_shared(p); }\n",
            "__device__ unsigned f(void *p) { return __cvta_generic_to_shared(p); }\n",
        ),
        Example("// __cvta_generic_to_shared\n", None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        found = [m.span() for m in code.words(_ADDRESS) if code.is_code(*m.span())]
        if found:
            first, *others = found
            yield Finding(
                self.code,
                self.severity,
                "HIP has no such function: what it is for, inline PTX or an asynchronous copy, "
                "takes the pointer itself in C++ on AMD.",
                *first,
                related=tuple(Related(*other, "Here too.") for other in others[:20]),
            )
