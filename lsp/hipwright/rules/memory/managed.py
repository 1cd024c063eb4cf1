"""MEM001: managed memory."""

from __future__ import annotations

from hipwright.finding import Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example
from hipwright.rules.notice import NoticeRule


class ManagedMemory(NoticeRule):
    """Managed memory moves between host and GPU only where the GPU can retry page faults
    (HSA_XNACK=1 on MI200 and later, with a kernel that has HMM); elsewhere it stays in the
    host's memory, and every access crosses the bus."""

    code = "MEM001"
    title = "Managed memory"
    severity = Severity.INFO
    source = "HIP documentation: unified memory"
    hazards = ("HW081",)
    triggers = (
        b"cudaMallocManaged",
        b"hipMallocManaged",
        b"__managed__",
        b"cuMemAllocManaged",
    )
    affected_by = regex(rb"cudaMallocManaged|hipMallocManaged|__managed__|cuMemAllocManaged")
    places = regex(rb"(?:cudaMallocManaged|hipMallocManaged|cuMemAllocManaged|__managed__)(?!\w)")
    message = (
        "Managed memory migrates on AMD only with HSA_XNACK=1 on MI200 and later; "
        "elsewhere it stays on the host, which is right and slow. hipMalloc and "
        "copies are fast everywhere."
    )
    examples = (
        Example(
            "void f() { cudaMallocManaged(&p, n); }\n",
            "void f() { cudaMallocManaged(&p, n); }\n",
            around="void *p; size_t n;\n@",
        ),
        Example(
            "void f() { cudaMalloc(&p, n); }\n",
            None,
        ),
    )
