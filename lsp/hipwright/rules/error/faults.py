"""ERR002: faults of a kernel that are expected as errors."""

from __future__ import annotations

from hipwright.finding import Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example
from hipwright.rules.notice import NoticeRule


class KernelFaults(NoticeRule):
    """A kernel that faults ends the process before ROCm 7; from ROCm 7 on it is reported as an
    error, unless core dumps are on."""

    code = "ERR002"
    title = "Fault of a kernel expected as an error"
    severity = Severity.INFO
    source = "HIP documentation: changes in HIP 7 (exceptions during kernel execution)"
    hazards = ("HW111",)
    triggers = (
        b"ErrorIllegalAddress",
        b"ErrorAssert",
        b"ErrorLaunchFailure",
        b"ErrorLaunchTimeout",
        b"ErrorMisalignedAddress",
        b"ErrorIllegalInstruction",
    )
    affected_by = regex(
        rb"ErrorIllegalAddress|ErrorAssert|ErrorLaunchFailure|ErrorLaunchTimeout|ErrorMisalignedAddress|ErrorIllegalInstruction"
    )
    places = regex(
        rb"(?:cuda|hip)Error(?:IllegalAddress|Assert|LaunchFailure|LaunchTimeout|MisalignedAddress|IllegalInstruction)(?!\w)"
    )
    message = (
        "Before ROCm 7 a fault ends the process instead of being returned; from "
        "ROCm 7 on it is returned, unless core dumps are on."
    )
    examples = (
        Example(
            "void f() { if (cudaDeviceSynchronize() == cudaErrorIllegalAddress) recover(); }\n",
            "void f() { if (cudaDeviceSynchronize() == cudaErrorIllegalAddress) recover(); }\n",
            around="void recover();\n@",
        ),
        Example(
            "void f() { if (cudaDeviceSynchronize() == cudaErrorNotReady) wait(); }\n",
            None,
        ),
    )
