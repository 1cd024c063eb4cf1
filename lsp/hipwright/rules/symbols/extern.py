"""SYM001: device variables of another file."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Finding, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.source.names import is_text

_EXTERN = regex(rb"extern(?<!\wextern)\b[^;(){}\"]*?\b__(?:device|constant|managed)__\b[^;(){}]*;")


class ExternSymbol(FileRule):
    """A device variable of another file needs relocatable device code: `-rdc=true` is `-fgpu-rdc`
    for hipcc, when compiling and when linking."""

    code = "SYM001"
    title = "Device variable of another file"
    severity = Severity.INFO
    settled = True
    stable = True
    source = "clang: -fgpu-rdc; the Makefiles of HeCBench's HIP programs"
    hazards = ("HW072",)
    triggers = (b"extern ",)
    affected_by = regex(rb"extern")
    examples = (
        Example("extern __constant__ float table[4];\n", "extern __constant__ float table[4];\n"),
        Example("extern __shared__ float tile[];\n__constant__ float table[4];\n", None),
        Example('extern "C" __device__ int f(int x);\n', None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        matches = list(_EXTERN.finditer(source.content))
        hidden = [is_text(source, *match.span()) for match in matches]
        for match, is_hidden in zip(matches, hidden, strict=True):
            if not is_hidden:
                yield Finding(
                    self.code,
                    self.severity,
                    "a device variable of another file needs `-fgpu-rdc`, when compiling and "
                    "when linking",
                    *match.span(),
                )
