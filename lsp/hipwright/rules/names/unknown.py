"""API004: a name that CUDA's headers declare and no map knows."""

from __future__ import annotations

from hipwright.api import Entry
from hipwright.finding import Severity
from hipwright.rules.base import Advice, Example, NameRule
from hipwright.settings import Settings


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

    def advice(self, entry: Entry, settings: Settings) -> Advice:
        message = f"`{entry.name}` is CUDA's, and no counterpart in HIP is known"
        if entry.instead:
            message += f": {entry.instead}"
        return Advice(message)
