"""API004: a name that CUDA's headers declare and no map knows."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.api import Entry
from hipwright.finding import Finding, Severity
from hipwright.rules.base import Example, NameRule, NameUse
from hipwright.settings import Settings
from hipwright.source import Source


class Unknown(NameRule):
    """CUDA's headers declare this name, and no counterpart in HIP is known."""

    code = "API004"
    title = "CUDA name that no map knows"
    severity = Severity.ERROR
    settled = True
    source = "the headers of CUDA 13.0"
    examples = (
        Example(
            "void f() { cuCheckpointProcessLock(process, nullptr); }",
            "void f() { cuCheckpointProcessLock(process, nullptr); }",
        ),
    )

    def applies(self, entry: Entry, settings: Settings) -> bool:
        return entry.status == "unknown"

    def check(self, use: NameUse, source: Source, settings: Settings) -> Iterable[Finding]:
        message = f"`{use.entry.name}` is CUDA's, and no counterpart in HIP is known"
        if use.entry.instead:
            message += f": {use.entry.instead}"
        yield Finding(self.code, self.severity, message, use.start, use.end, name=use.entry.name)
