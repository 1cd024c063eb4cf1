"""API001: a CUDA name that HIP has under another name."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.api import Entry
from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.rules.base import Advice, Example, NameRule, NameUse
from hipwright.rules.headers._directives import is_legacy_blas
from hipwright.rules.names._counterpart import changes_arguments, hip_name
from hipwright.settings import Settings
from hipwright.source import Source


class Rename(NameRule):
    """HIP has this CUDA name under a name of its own; the CUDA name does not compile on AMD."""

    code = "API001"
    title = "CUDA name with a HIP counterpart"
    severity = Severity.ERROR
    settled = True
    hazards = (
        "HW040",
        "HW088",
        "HW090",
        "HW094",
        "HW105",
        "HW106",
        "HW125",
        "HW126",
        "HW151",
        "HW173",
        "HW199",
        "HW200",
        "HW201",
        "HW202",
        "HW203",
        "HW204",
        "HW205",
        "HW206",
        "HW207",
        "HW208",
        "HW209",
        "HW223",
        "HW225",
        "HW232",
        "HW239",
        "HW240",
        "HW245",
        "HW323",
        "HW324",
    )
    source = "HIPIFY's API map, checked against the headers of HIP 7.1"
    examples = (
        Example("void f(float *p) { cudaFree(p); }", "void f(float *p) { hipFree(p); }"),
        Example("struct S { int cudaFree; };", None, why="a field of the user's"),
        Example('const char *s = "cudaFree"; // cudaFree\n', None, why="string and comment"),
    )

    def applies(self, entry: Entry, settings: Settings) -> bool:
        return hip_name(entry, settings) not in ("", entry.name) and not changes_arguments(
            entry, settings
        )

    def advice(self, entry: Entry, settings: Settings) -> Advice | None:
        if entry.status == "v2-only":
            return None
        hip = hip_name(entry, settings)
        return Advice(
            f"`{entry.name}` is `{hip}` in HIP",
            f"Replace by {hip}",
            hip.encode(),
            bool(entry.hip_deprecated),
        )

    def check(self, use: NameUse, source: Source, settings: Settings) -> Iterable[Finding]:
        if is_legacy_blas(source.content, settings):
            return  # another function than hipBLAS's: LIB001 says so
        entry = use.entry
        hip = hip_name(entry, settings)
        yield Finding(
            self.code,
            self.severity,
            f"`{entry.name}` is `{hip}` in HIP",
            use.start,
            use.end,
            (Fix(f"Replace by {hip}", (Edit(use.start, use.end, hip.encode()),)),),
            name=entry.name,
            deprecated=bool(entry.hip_deprecated),
        )
