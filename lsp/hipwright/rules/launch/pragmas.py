"""LAUNCH009: pragmas for nvcc."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.finding import Finding, Related, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import code_of
from hipwright.settings import Settings
from hipwright.source import Source

_PRAGMA = regex(
    rb"^[ \t]*(?P<pragma>#[ \t]*pragma[ \t]+(?:nv_\w+|nv_exec_check_disable|hd_warning_disable))",
    re.MULTILINE,
)


class NvccPragma(FileRule):
    """clang ignores pragmas that are meant for nvcc, and warns of them."""

    code = "LAUNCH009"
    title = "Pragma for nvcc"
    severity = Severity.HINT
    source = "clang: -Wunknown-pragmas"
    hazards = ("HW057",)
    triggers = (b"nv_diag", b"nv_exec_check", b"hd_warning_disable")
    affected_by = regex(rb"pragma|#")
    examples = (
        Example("#pragma nv_diag_suppress 177\n", "#pragma nv_diag_suppress 177\n"),
        Example("#pragma unroll\n", None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        found = [
            m.span("pragma") for m in _PRAGMA.finditer(code.content) if code.is_seen(m.start())
        ]
        if found:
            first, *others = found
            yield Finding(
                self.code,
                self.severity,
                "clang does not know this pragma, and warns of it: `#ifdef __CUDACC__` around it "
                "keeps it for nvcc.",
                *first,
                related=tuple(Related(*other, "Here too.") for other in others[:20]),
            )
