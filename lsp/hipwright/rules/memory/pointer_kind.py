"""MEM004: what kind of memory a pointer is of."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import code_of
from hipwright.settings import Settings
from hipwright.source import Source

_FIELD = regex(rb"memoryType(?!\w)")
_MEMBER = regex(rb"(?P<owner>[A-Za-z_]\w*)\s*(?:\.|->)\s*(?P<field>\w+)")
_ATTRIBUTES = regex(rb"\b(?:cudaPointerAttributes|hipPointerAttribute_t)\b")


class PointerKind(FileRule):
    """The attributes of a pointer have `type` in HIP 6 and later, and no `memoryType` any more; the
    numbers behind it are new too, so that only the enumerators tell what it is."""

    code = "MEM004"
    title = "memoryType of a pointer"
    severity = Severity.ERROR
    source = "HIP documentation: changes in HIP 7 (hipPointerGetAttributes); hip_runtime_api.h"
    hazards = ("HW091",)
    triggers = (b"memoryType",)
    affected_by = regex(rb"memoryType|Pointer")
    examples = (
        Example(
            "bool f(cudaPointerAttributes a) { return a.memoryType == cudaMemoryTypeHost; }\n",
            "bool f(cudaPointerAttributes a) { return a.type == cudaMemoryTypeHost; }\n",
        ),
        Example("bool f(Arena a) { return a.memoryType == 2; }\n", None),
    )

    def may_fix(self, content: bytes) -> bool:
        return _ATTRIBUTES.search(content) is not None

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        for match in code.members(_FIELD, _MEMBER):
            declaration = code.declaration(match["owner"], match.start())
            if declaration is None or not _ATTRIBUTES.search(declaration.type):
                continue
            if code.is_used(*match.span("field")):
                yield Finding(
                    self.code,
                    self.severity,
                    "The field is `type` in HIP 6 and later, as in CUDA 11.",
                    *match.span("field"),
                    (Fix("Ask for type", (Edit(*match.span("field"), b"type"),)),),
                )
