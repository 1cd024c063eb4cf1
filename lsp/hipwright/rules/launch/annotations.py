"""LAUNCH007 and LAUNCH008: annotations of kernels that HIP lacks."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import code_of
from hipwright.rules.warp._lexing import parentheses_at
from hipwright.settings import Settings
from hipwright.source import Source

_GRID_CONSTANT = regex(rb"__grid_constant__(?!\w)[ \t]*")
_MAXNREG = regex(rb"__maxnreg__(?!\w)")


class GridConstant(FileRule):
    """HIP has no `__grid_constant__`: a kernel's parameters are constant for the grid as it is."""

    code = "LAUNCH007"
    title = "__grid_constant__"
    severity = Severity.ERROR
    settled = True
    source = "the headers of HIP 7.1, checked with clang 19"
    hazards = ("HW056",)
    triggers = (b"__grid_constant__",)
    affected_by = regex(rb"__grid_constant__")
    examples = (
        Example(
            "__global__ void k(const __grid_constant__ Parameters p) "
            "{ results[threadIdx.x] = p.n; }\n",
            "__global__ void k(const Parameters p) { results[threadIdx.x] = p.n; }\n",
            run="void run() { k<<<1, 64>>>(Parameters{6}); }\n",
            around="struct Parameters { int n; };\n@",
        ),
        Example("__global__ void k(const Parameters p) {} // __grid_constant__\n", None),
        Example("#define __grid_constant__\n", None, why="defined away"),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        if re.search(rb"#[ \t]*define[ \t]+__grid_constant__", code.content):
            return
        for match in code.words(_GRID_CONSTANT):
            end = match.start() + len(b"__grid_constant__")
            if code.is_token(match.start(), end):
                yield Finding(
                    self.code,
                    self.severity,
                    "HIP has no `__grid_constant__`, and needs none: parameters are by value.",
                    match.start(),
                    end,
                    (Fix("Leave it out", (Edit(match.start(), match.end(), b""),)),),
                )


class MaximumRegisters(FileRule):
    """HIP has no `__maxnreg__`: `__launch_bounds__` or `amdgpu_num_vgpr` limit the registers, of
    which AMD's GPUs have other numbers."""

    code = "LAUNCH008"
    title = "__maxnreg__"
    severity = Severity.ERROR
    source = "HIP porting guide: maxregcount; checked with clang 19"
    hazards = ("HW055",)
    triggers = (b"__maxnreg__",)
    affected_by = regex(rb"__maxnreg__")
    examples = (
        Example(
            "__global__ void __maxnreg__(64) k() {}\n",
            "__global__ void __maxnreg__(64) k() {}\n",
            alternative="__global__ void __attribute__((amdgpu_num_vgpr(64))) k() {}\n",
        ),
        Example("__global__ void __launch_bounds__(64) k() {}\n", None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        for match in code.words(_MAXNREG):
            call = parentheses_at(code.content, match.end(), len(code.content))
            if call is None or len(call.arguments) != 1 or not code.is_token(*match.span()):
                continue
            text = b"__attribute__((amdgpu_num_vgpr(%s)))" % code.text(call.arguments[0])
            edits = (Edit(match.start(), call.end + 1, text),)
            yield Finding(
                self.code,
                self.severity,
                "HIP has no `__maxnreg__`; amdgpu_num_vgpr limits the vector registers, of which "
                "AMD has other numbers.",
                match.start(),
                call.end + 1,
                (Fix("Limit the vector registers", edits, safe=False),),
            )
