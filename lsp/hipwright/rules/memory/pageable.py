"""MEM007: an asynchronous copy of pageable memory."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Finding, Related, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import Code, code_of
from hipwright.rules.warp._lexing import parentheses_at
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.source.occurrences import places_of

_COPY = regex(rb"(?:cuda|hip)MemcpyAsync(?!\w)")
_HOST = regex(rb"(?:cuda|hip)Memcpy(HostToDevice|DeviceToHost)")
_NAME = regex(rb"&?\s*([A-Za-z_]\w*)\s*(?:\.\s*data\s*\(\s*\)|\[[^\[\]]*\])?")
_PAGEABLE_TYPE = regex(rb"\bvector\s*<|\barray\s*<")
_PAGEABLE_VALUE = regex(rb"\b(?:malloc|calloc|realloc|aligned_alloc)\s*\(|\bnew\b")
_MADE = regex(rb"\s*=[^;]*\b(?:\w*alloc|new)\b")
_CONTAINER = regex(rb"(?:vector|array)\s*<")
_REGISTERED = regex(rb"(?:cuda|hip)HostRegister|cuMemHostRegister")


class PageableCopy(FileRule):
    """An asynchronous copy of memory that is not pinned makes the host wait; hipHostMalloc gives
    memory that is copied while the program goes on."""

    code = "MEM007"
    title = "Asynchronous copy of pageable memory"
    severity = Severity.INFO
    source = "hip_runtime_api.h: hipMemcpyAsync (host memory must be pinned to be asynchronous)"
    hazards = ("HW083",)
    triggers = (b"MemcpyAsync",)
    affected_by = regex(rb"MemcpyAsync|malloc|new|vector|HostRegister")
    examples = (
        Example(
            "void f(int n) { float *h = (float *)malloc(n); "
            "cudaMemcpyAsync(d, h, n, cudaMemcpyHostToDevice, s); }\n",
            "void f(int n) { float *h = (float *)malloc(n); "
            "cudaMemcpyAsync(d, h, n, cudaMemcpyHostToDevice, s); }\n",
            around="float *d; cudaStream_t s;\n@",
        ),
        Example(
            "void f(float *h, int n) { cudaMemcpyAsync(d, h, n, cudaMemcpyHostToDevice, s); }\n",
            None,
            why="where it comes from is not seen",
        ),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        if b"HostRegister" in code.content and _REGISTERED.search(code.content):
            return
        found: list[tuple[int, int]] = []
        for match in code.words(_COPY):
            call = parentheses_at(code.content, match.end(), len(code.content))
            if call is None or len(call.arguments) < 4 or not code.is_code(*match.span()):
                continue
            direction = _HOST.fullmatch(code.text(call.arguments[3]))
            if direction is None:
                continue
            span = call.arguments[1 if direction[1] == b"HostToDevice" else 0]
            if _is_pageable(code, code.text(span), match.start()):
                found.append(span)
        if found:
            first, *others = found
            yield Finding(
                self.code,
                self.severity,
                "This memory is not pinned, so that the copy makes the host wait: hipHostMalloc "
                "gives memory that is copied meanwhile.",
                *first,
                related=tuple(Related(*other, "Here too.") for other in others[:20]),
            )


def _is_pageable(code: Code, text: bytes, position: int) -> bool:
    name = _NAME.fullmatch(text)
    if name is None or not _may_be_pageable(code, name[1]):
        return False
    declaration = code.declaration(name[1], position)
    if declaration is None:
        return False
    if _PAGEABLE_TYPE.search(declaration.type):
        return True
    return declaration.value is not None and _PAGEABLE_VALUE.search(declaration.value) is not None


def _may_be_pageable(code: Code, name: bytes) -> bool:
    """Whether the text gives reason to look for what declares a name: that costs more."""
    content = code.content
    for start in places_of(name, content):
        end = start + len(name)
        stop = content.find(b";", end)
        if _MADE.match(content, end, len(content) if stop < 0 else stop):
            return True
        if _CONTAINER.search(content, content.rfind(b";", 0, start) + 1, start):
            return True
    return False
