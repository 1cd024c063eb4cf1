"""API004: a name that CUDA's headers declare and no map knows."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.api import Entry
from hipwright.finding import Finding, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Advice, Example, NameRule, NameUse
from hipwright.rules.names.calling_convention import CALLING_CONVENTIONS
from hipwright.settings import Settings
from hipwright.source import Source

_VERSIONS = frozenset({"CUDA_VERSION", "CUDART_VERSION"})
_IN_CONDITION = regex(rb"[ \t]*#[ \t]*(?:el)?if")


class Unknown(NameRule):
    """CUDA's headers declare this name, and no counterpart in HIP is known."""

    code = "API004"
    title = "CUDA name that no map knows"
    severity = Severity.ERROR
    settled = True
    hazards = (
        "HW051",
        "HW079",
        "HW153",
        "HW221",
    )
    source = "the headers of CUDA 13.0"
    examples = (
        Example(
            "void f() { cuCheckpointProcessLock(process, nullptr); }",
            "void f() { cuCheckpointProcessLock(process, nullptr); }",
        ),
        Example("int version = CUDART_VERSION;", "int version = CUDART_VERSION;"),
        Example("#if CUDART_VERSION >= 9000\nuse(v);\n#endif\n", None, why="0 there: MACRO004"),
    )

    def applies(self, entry: Entry, settings: Settings) -> bool:
        return entry.status == "unknown" and entry.name not in CALLING_CONVENTIONS

    def advice(self, entry: Entry, settings: Settings) -> Advice | None:
        if entry.name in _VERSIONS:
            return None
        return Advice(_message(entry))

    def check(self, use: NameUse, source: Source, settings: Settings) -> Iterable[Finding]:
        line_start, _ = source.lines.line_bounds(source.lines.line_of(use.start))
        if _IN_CONDITION.match(source.content, line_start):
            return  # not defined there, it is 0: MACRO004 says what follows
        yield Finding(
            self.code, self.severity, _message(use.entry), use.start, use.end, name=use.entry.name
        )


def _message(entry: Entry) -> str:
    message = f"`{entry.name}` is CUDA's, and no counterpart in HIP is known"
    return message + (f": {entry.instead}" if entry.instead else "")
