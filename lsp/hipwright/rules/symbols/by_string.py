"""SYM002: device variables that are named by a string."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import code_of
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.source.occurrences import words

_SYMBOL_CALL = regex(
    rb"(?:cuda|hip)(?:MemcpyToSymbol(?:Async)?|(?P<second>MemcpyFromSymbol(?:Async)?"
    rb"|GetSymbol(?:Address|Size)))(?!\w)"
)
_STRING = regex(rb'(?P<marked>HIP_SYMBOL\s*\(\s*)?"(?P<name>[A-Za-z_]\w*)"(?(marked)\s*\))')


class SymbolByString(FileRule):
    """A device variable is given by its name, not by a string: the string compiles in HIP too, and
    the call fails at run time, as it does in CUDA 5 and later."""

    code = "SYM002"
    title = "Device variable named by a string"
    severity = Severity.ERROR
    source = "CUDA 5.0 release notes; hip_runtime_api.h of HIP 7.1, compiled with clang 19"
    hazards = ("HW071",)
    triggers = (b"ToSymbol", b"FromSymbol", b"GetSymbol")
    affected_by = regex(rb"Symbol|__(?:constant|device|managed)__")
    examples = (
        Example(
            "__constant__ float table[4];\n"
            'void f(const float *host) { cudaMemcpyToSymbol("table", host, 16); }\n',
            "__constant__ float table[4];\n"
            "void f(const float *host) { cudaMemcpyToSymbol(table, host, 16); }\n",
        ),
        Example(
            'void f(float **table) { cudaGetSymbolAddress((void **)table, "table"); }\n',
            'void f(float **table) { cudaGetSymbolAddress((void **)table, "table"); }\n',
            alternative=(
                "void f(float **table) { cudaGetSymbolAddress((void **)table, table); }\n"
            ),
            why="The variable is in another file, and `table` is something else here.",
        ),
        Example(
            "__constant__ float table[4];\n"
            "void f(const float *host) { hipMemcpyToSymbol(HIP_SYMBOL(table), host, 16); }\n",
            None,
        ),
        Example('// cudaMemcpyToSymbol("table", host, 16)\n', None),
    )

    def looks(self, settings: Settings) -> bool:
        return not settings.hipify  # AMD's tool leaves it as it is

    def may_fix(self, content: bytes) -> bool:
        return any(
            b'"' in content[call.end() : content.find(b";", call.end())]
            for call in words(_SYMBOL_CALL, content)
        )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        for match, call in code.calls_of(_SYMBOL_CALL):
            index = 0 if match["second"] is None else 1
            if len(call.arguments) <= index:
                continue
            string = _STRING.fullmatch(source.content, *call.arguments[index])
            if string is None:
                continue
            name = string["name"]
            quoted = (string.start("name") - 1, string.end("name") + 1)
            yield Finding(
                self.code,
                self.severity,
                f"a device variable is not named by a string: the call fails at run time. Write "
                f"`{name.decode()}`.",
                *quoted,
                (Fix("Give the variable itself", (Edit(*quoted, name),), _is_own(source, name)),),
                name=name.decode(),
            )


def _is_own(source: Source, name: bytes) -> bool:
    """Whether the file has a device variable by that name."""
    return bool(
        re.search(
            rb"\b__(?:constant|device|managed)__\b[^;(){}\"=]*[\s*]" + name + rb"\s*[\[;={]",
            source.content,
        )
    )
