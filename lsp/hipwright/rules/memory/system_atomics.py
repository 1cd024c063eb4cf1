"""MEM003: atomic functions that host and GPU share."""

from __future__ import annotations

from hipwright.finding import Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example
from hipwright.rules.notice import NoticeRule


class SystemAtomics(NoticeRule):
    """Atomic functions of system scope on the host's memory need a bus with atomic operations:
    where hipDeviceAttributeHostNativeAtomicSupported is 0, they may be lost."""

    code = "MEM003"
    title = "Atomic function of system scope"
    severity = Severity.INFO
    source = "HIP C++ language extensions: atomic functions (system scope)"
    hazards = ("HW087",)
    triggers = (b"_system",)
    affected_by = regex(rb"_system")
    places = regex(rb"atomic(?:Add|Sub|Exch|Min|Max|Inc|Dec|CAS|And|Or|Xor)_system(?=\s*\()")
    message = (
        "On the host's memory this needs PCIe atomics: ask for "
        "hipDeviceAttributeHostNativeAtomicSupported first."
    )
    examples = (
        Example(
            "__global__ void k(int *p) { atomicAdd_system(p, 1); }\n",
            "__global__ void k(int *p) { atomicAdd_system(p, 1); }\n",
        ),
        Example(
            "__global__ void k(int *p) { atomicAdd(p, 1); }\n",
            None,
        ),
    )
