"""ERR003 and ERR004: errors told by their text, or by their number."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Finding, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import code_of
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.source.occurrences import occurrences

_TEXT = regex(rb"(?P<compare>strn?cmp|strstr)\s*\(\s*(?:cuda|hip)GetError(?:Name|String)\s*\(")
_NUMBER = regex(rb"(?:==|!=)\s*(?P<number>[1-9]\d{0,3})(?![\w.])")
_NAMED = regex(rb"(?:cudaError_t|hipError_t|CUresult|hipError)(?P<names>[^;{}]*)")
_NAME = regex(rb"\w+")
_ERROR = regex(rb"\b(?:cuda|hip)Error_t\b|\bCUresult\b|\bhipError\b")


class ErrorText(FileRule):
    """The names of HIP's errors begin with `hipError`, and their texts differ from CUDA's: compare
    the enumerators."""

    code = "ERR003"
    title = "Error told by its text"
    severity = Severity.WARNING
    source = "hip_runtime_api.h: hipGetErrorName"
    hazards = ("HW112",)
    triggers = (b"GetErrorName", b"GetErrorString")
    affected_by = regex(rb"GetError")
    examples = (
        Example(
            'bool f(cudaError_t e) { return !strcmp(cudaGetErrorName(e), "cudaErrorAssert"); }\n',
            'bool f(cudaError_t e) { return !strcmp(cudaGetErrorName(e), "cudaErrorAssert"); }\n',
            around="#include <string.h>\n@",
        ),
        Example('void f(cudaError_t e) { printf("%s", cudaGetErrorName(e)); }\n', None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        for match in code.words(_TEXT):
            if code.is_token(*match.span("compare")):
                yield Finding(
                    self.code,
                    self.severity,
                    "HIP's errors have other names and texts: compare the enumerators.",
                    *match.span("compare"),
                )


class ErrorNumber(FileRule):
    """Many of CUDA's errors have no number in HIP, or another one: compare the enumerators."""

    code = "ERR004"
    title = "Error told by its number"
    severity = Severity.WARNING
    source = "HIP documentation: error codes"
    hazards = ("HW113",)
    triggers = (b"cudaError_t", b"hipError_t", b"CUresult")
    affected_by = regex(rb"==|!=|Error_t")
    examples = (
        Example(
            "bool f(cudaError_t e) { return e == 77; }\n",
            "bool f(cudaError_t e) { return e == 77; }\n",
        ),
        Example("bool f(cudaError_t e) { return e != 0; }\n", None, why="success is 0 in both"),
        Example("bool f(int e, cudaError_t g) { return e == 77; }\n", None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        named: set[bytes] | None = None
        for match in occurrences(_NUMBER, code.content):
            start = code.name_before(match.start())
            name = _NAME.match(code.content, start) if start is not None else None
            if name is None:
                continue
            if named is None:
                named = {
                    word for found in code.words(_NAMED) for word in _NAME.findall(found["names"])
                }
            if name[0] not in named:  # what declares it costs more to find
                continue
            declaration = code.declaration(name[0], name.start())
            if declaration is None or not _ERROR.search(declaration.type):
                continue
            if code.is_code(*name.span()):
                yield Finding(
                    self.code,
                    self.severity,
                    f"{match['number'].decode()} need not be this error in HIP: compare the "
                    "enumerator.",
                    name.start(),
                    match.end(),
                )
