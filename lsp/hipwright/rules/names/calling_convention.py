"""API008: CUDA's words for a calling convention."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.api import Entry
from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.rules.base import Example, NameRule, NameUse
from hipwright.settings import Settings
from hipwright.source import Source

CALLING_CONVENTIONS = frozenset(("CUDA_CB", "CUDAAPI", "CUDARTAPI", "CUDARTAPI_CDECL", "CUDART_CB"))


class CallingConvention(NameRule):
    """HIP declares its functions and its callbacks without a calling convention."""

    code = "API008"
    title = "Calling convention of CUDA"
    severity = Severity.ERROR
    settled = True
    source = "host_defines.h and cuda.h of CUDA 13.0; hip_runtime_api.h of HIP 7.1"
    examples = (
        Example(
            "void CUDART_CB done(void *data);",
            "void done(void *data);",
            why="On 64-bit systems there is one convention, and the word stands for nothing.",
        ),
        Example(
            "typedef void (CUDA_CB *Callback)(void *);\n",
            "typedef void (*Callback)(void *);\n",
        ),
        Example("// void CUDART_CB done(void *data);\n", None),
    )

    def applies(self, entry: Entry, settings: Settings) -> bool:
        return entry.name in CALLING_CONVENTIONS

    def check(self, use: NameUse, source: Source, settings: Settings) -> Iterable[Finding]:
        end = use.end
        while source.content[end : end + 1] in (b" ", b"\t"):
            end += 1
        name = use.entry.name
        yield Finding(
            self.code,
            self.severity,
            f"`{name}` is CUDA's word for a calling convention; HIP has none",
            use.start,
            use.end,
            (Fix(f"Leave {name} out", (Edit(use.start, end, b""),)),),
            name=name,
        )
