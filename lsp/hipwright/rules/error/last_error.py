"""ERR001: the last error, before HIP 7."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Finding, Related, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import code_of
from hipwright.settings import Settings
from hipwright.source import Source

_LAST = regex(rb"(?:cuda|hip)(?:GetLastError|PeekAtLastError)(?=\s*\()")
_CALL = regex(rb"(?:cuda|hip)(?!GetLastError|PeekAtLastError|GetErrorString)[A-Z]\w+\s*\(")
_NEW = 7
_OLD = Settings(hip_version="6.2")


class LastError(FileRule):
    """Before HIP 7 hipGetLastError tells how the last call went, and not the last error: any call
    between a launch and the question hides a launch that failed."""

    code = "ERR001"
    title = "Last error asked too late"
    severity = Severity.WARNING
    source = "HIP documentation: changes in HIP 7 (hipGetLastError)"
    hazards = ("HW109", "HW110")
    triggers = (b"GetLastError", b"PeekAtLastError")
    affected_by = regex(rb"Error|<<<|cuda|hip")
    examples = (
        Example(
            "void f() { k<<<1, 2>>>(); cudaEventRecord(e); check(cudaGetLastError()); }\n",
            "void f() { k<<<1, 2>>>(); cudaEventRecord(e); check(cudaGetLastError()); }\n",
            settings=_OLD,
            around="__global__ void k();\nvoid check(cudaError_t); cudaEvent_t e;\n@",
        ),
        Example(
            "void f() { k<<<1, 2>>>(); check(cudaGetLastError()); cudaEventRecord(e); }\n",
            None,
            settings=_OLD,
        ),
        Example(
            "void f() { k<<<1, 2>>>(); cudaEventRecord(e); check(cudaGetLastError()); }\n",
            None,
            why="HIP 7 and later keep the error",
        ),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        if not settings.hip_version or int(settings.hip_version.split(".")[0]) >= _NEW:
            return
        code = code_of(source)
        for match in code.words(_LAST):
            if not code.is_code(*match.span()):
                continue
            function = code.function_at(match.start())
            launch = code.content.rfind(b">>>", function[0] if function else 0, match.start())
            if launch < 0 or not code.is_launch(code.content.rfind(b"<<<", 0, launch)):
                continue
            between = [
                call
                for call in _CALL.finditer(code.content, launch, match.start())
                if code.is_code(call.start(), call.end() - 1)
            ]
            if between:
                name = code.content[slice(*match.span())].decode().replace("cuda", "hip")
                yield Finding(
                    self.code,
                    self.severity,
                    f"In HIP {settings.hip_version} the call before `{name}` decides what it tells:"
                    " ask right after the launch.",
                    *match.span(),
                    related=(Related(between[-1].start(), between[-1].end() - 1, "This call."),),
                )
