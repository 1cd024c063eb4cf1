"""API002: a CUDA name that HIP lacks."""

from __future__ import annotations

from hipwright.api import Entry
from hipwright.finding import Severity
from hipwright.rules.base import Advice, Example, NameRule
from hipwright.rules.intrinsics._definitions import provided
from hipwright.rules.names._counterpart import CACHE_HINTS, hip_name, without_counterpart
from hipwright.rules.names.calling_convention import CALLING_CONVENTIONS
from hipwright.settings import Settings


class Unsupported(NameRule):
    """HIP has no counterpart of this CUDA name."""

    code = "API002"
    title = "CUDA name without a HIP counterpart"
    severity = Severity.ERROR
    settled = True
    hazards = (
        "HW050",
        "HW080",
        "HW095",
        "HW097",
        "HW102",
        "HW103",
        "HW124",
        "HW149",
        "HW160",
        "HW210",
        "HW211",
        "HW212",
        "HW213",
        "HW214",
        "HW215",
        "HW216",
        "HW217",
        "HW218",
        "HW219",
        "HW220",
        "HW228",
        "HW230",
        "HW233",
        "HW235",
        "HW236",
        "HW247",
    )
    source = "HIPIFY's API map, checked against the headers of HIP 7.1"
    examples = (
        Example(
            "void f() { cuFlushGPUDirectRDMAWrites(target, scope); }",
            "void f() { cuFlushGPUDirectRDMAWrites(target, scope); }",
        ),
    )

    def applies(self, entry: Entry, settings: Settings) -> bool:
        if entry.name in CALLING_CONVENTIONS or entry.name in provided():
            return False  # API008 and INTR001 say more
        if entry.name in CACHE_HINTS and not settings.hipify:
            return False  # API010 says more
        return entry.status in ("unsupported", "roc-only", "experimental") and not hip_name(
            entry, settings
        )

    def advice(self, entry: Entry, settings: Settings) -> Advice:
        return Advice(without_counterpart(entry))
