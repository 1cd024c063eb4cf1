"""API019: functions of the driver's that are asked for by their name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.api import lookup
from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import code_of
from hipwright.settings import Settings
from hipwright.source import Source

_ASKS = regex(
    rb"(?P<runtime>cudaGetDriverEntryPoint)(?!\w)|cuGetProcAddress(?:_v2)?(?!\w)"
    rb"|hipGetProcAddress(?!\w)"
)
_NAME = regex(rb'"(cu[A-Z]\w*)"')
# What HIP compares the version with, see hipGetProcAddress: 601 for HIP 6.1.
_VERSION = b"HIP_VERSION_MAJOR * 100 + HIP_VERSION_MINOR, "


class EntryPoints(FileRule):
    """hipGetProcAddress finds functions by the names that HIP gives them: it knows no `cuMemAlloc`.

    It takes the version of HIP in front of the flags, which the runtime's cudaGetDriverEntryPoint
    does not.
    """

    code = "API019"
    title = "Driver function asked for by its name"
    severity = Severity.ERROR
    source = "hip_runtime_api.h of HIP 7.1: hipGetProcAddress"
    hazards = ("HW322",)
    triggers = (b"GetDriverEntryPoint", b"GetProcAddress")
    affected_by = regex(rb"EntryPoint|ProcAddress|\"cu")
    examples = (
        Example(
            "void f(void **call) {\n"
            '  cuGetProcAddress("cuMemAlloc", call, 12000, 0, nullptr);\n}\n',
            "void f(void **call) {\n"
            '  cuGetProcAddress("cuMemAlloc", call, 12000, 0, nullptr);\n}\n',
            alternative="void f(void **call) {\n"
            '  cuGetProcAddress("hipMalloc", call, 12000, 0, nullptr);\n}\n',
            why="It is called by a pointer, whose type is to be HIP's function's too.",
            around="#include <cuda.h>\n@",
        ),
        Example(
            "void f(const char *name, void **call) {\n"
            "  cudaGetDriverEntryPoint(name, call, cudaEnableDefault, nullptr);\n}\n",
            "void f(const char *name, void **call) {\n"
            "  cudaGetDriverEntryPoint(name, call, cudaEnableDefault, nullptr);\n}\n",
            alternative="void f(const char *name, void **call) {\n"
            "  cudaGetDriverEntryPoint(name, call, "
            "HIP_VERSION_MAJOR * 100 + HIP_VERSION_MINOR, cudaEnableDefault, nullptr);\n}\n",
        ),
        Example(
            "void f(void **call, hipDriverProcAddressQueryResult *result) {\n"
            '  hipGetProcAddress("hipMalloc", call, 601, 0, result);\n}\n',
            None,
        ),
        Example(
            "void f(void **call, hipDriverProcAddressQueryResult *result) {\n"
            '  hipGetProcAddress("hipMalloc", call, hipEnableDefault, result);\n}\n',
            "void f(void **call, hipDriverProcAddressQueryResult *result) {\n"
            '  hipGetProcAddress("hipMalloc", call, hipEnableDefault, result);\n}\n',
            alternative="void f(void **call, hipDriverProcAddressQueryResult *result) {\n"
            '  hipGetProcAddress("hipMalloc", call, HIP_VERSION_MAJOR * 100 + HIP_VERSION_MINOR, '
            "hipEnableDefault, result);\n}\n",
            why="What is left of a call of the runtime's.",
            around="#include <hip/hip_runtime.h>\n@",
        ),
        Example('// cuGetProcAddress("cuMemAlloc", …)\n', None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        for match, call in code.calls_of(_ASKS):
            if len(call.arguments) < 3:
                continue  # its address, or a declaration
            arguments = call.arguments
            edits: list[Edit] = []
            asked = _NAME.fullmatch(source.content, *arguments[0])
            entry = lookup(asked[1]) if asked is not None else None
            counterpart = entry.hip if entry is not None else ""
            # A port of the runtime's call has HIP's name, and one argument too few.
            is_short = match.group() == b"hipGetProcAddress" and len(arguments) < 5
            lacks_version = match["runtime"] is not None or is_short
            if asked is None and not lacks_version:
                continue
            if asked is not None and counterpart:
                edits.append(Edit(*arguments[0], f'"{counterpart}"'.encode()))
            if lacks_version and len(arguments) == 4:
                at = arguments[2][0]
                edits.append(Edit(at, at, _VERSION))
            yield Finding(
                self.code,
                self.severity,
                _message(asked, counterpart, lacks_version),
                *(arguments[0] if asked is not None else match.span()),
                (Fix("Ask for HIP's function", tuple(edits), safe=False),) if edits else (),
                name=asked[1].decode() if asked is not None else None,
            )


def _message(asked: re.Match[bytes] | None, counterpart: str, lacks_version: bool) -> str:
    if asked is None:
        return (
            "hipGetProcAddress takes HIP's version in front of the flags, and finds functions by "
            "HIP's names only."
        )
    name = asked[1].decode()
    there = f"there it is `{counterpart}`" if counterpart else "and HIP has no counterpart"
    version = ". It takes HIP's version in front of the flags" if lacks_version else ""
    return f"hipGetProcAddress finds functions by HIP's names, not `{name}`: {there}{version}."
