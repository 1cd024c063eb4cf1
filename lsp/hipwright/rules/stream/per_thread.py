"""STREAM001: a default stream for each thread."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import code_of
from hipwright.settings import Settings
from hipwright.source import Source

_MACRO = regex(rb"#[ \t]*define[ \t]+(?P<name>CUDA_API_PER_THREAD_DEFAULT_STREAM)(?!\w)")


class PerThreadStream(FileRule):
    """HIP's macro for a default stream of each thread is HIP_API_PER_THREAD_DEFAULT_STREAM: under
    CUDA's name it is lost, and all threads share the legacy stream, which waits for the others."""

    code = "STREAM001"
    title = "Default stream of each thread"
    severity = Severity.WARNING
    source = "hip_runtime_api.h of HIP 7.1: hipStreamPerThread"
    hazards = ("HW098",)
    triggers = (b"CUDA_API_PER_THREAD_DEFAULT_STREAM",)
    affected_by = regex(rb"PER_THREAD")
    examples = (
        Example(
            "#define CUDA_API_PER_THREAD_DEFAULT_STREAM\n#include <cuda_runtime.h>\n",
            "#define HIP_API_PER_THREAD_DEFAULT_STREAM\n#include <cuda_runtime.h>\n",
        ),
        Example("// CUDA_API_PER_THREAD_DEFAULT_STREAM\n", None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        for match in _MACRO.finditer(code.content):
            line, _ = source.lines.line_bounds(source.lines.line_of(match.start()))
            if code.content[line : match.start()].strip() or not code.is_seen(match.start()):
                continue
            start, end = match.span("name")
            text = b"HIP_API_PER_THREAD_DEFAULT_STREAM"
            yield Finding(
                self.code,
                self.severity,
                "HIP's macro for this is HIP_API_PER_THREAD_DEFAULT_STREAM.",
                start,
                end,
                (Fix("Define HIP's macro", (Edit(start, end, text),)),),
            )
