"""PTX002: inline PTX without a counterpart."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Finding, Severity
from hipwright.rules.base import Example, FileRule
from hipwright.rules.ptx._triggers import TRIGGERS
from hipwright.settings import Settings
from hipwright.source import Source

_MATRIX = (
    "__device__ void f(float *d, unsigned a, unsigned b) {\n"
    '  asm("mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5}, {%6},'
    ' {%0,%1,%2,%3};"\n'
    '      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3]) : "r"(a), "r"(a), "r"(b));\n'
    "}\n"
)
_NAMED_BARRIER = (
    '__device__ void f(int threads) { asm volatile("bar.sync 1, %0;" :: "r"(threads)); }\n'
)


class UntranslatedPtx(FileRule):
    """AMD GPUs do not run PTX, and this instruction is not one expression in C++ either.

    The finding says what AMD GPUs have for the purpose.
    """

    code = "PTX002"
    title = "Inline PTX without a counterpart"
    severity = Severity.ERROR
    source = "PTX ISA: instruction set; LLVM: user guide for the AMDGPU back end; rocWMMA"
    hazards = ("HW136", "HW137", "HW138", "HW139", "HW140", "HW142", "HW146")
    triggers = TRIGGERS
    examples = (
        Example(before=_MATRIX, after=_MATRIX, why="rocWMMA uses AMD's matrix cores."),
        Example(before=_NAMED_BARRIER, after=_NAMED_BARRIER, why="A block has one barrier."),
        Example(
            before='__device__ void f() { asm volatile("bar.sync 0;"); }\n',
            after=None,
            why="`__syncthreads()`, as PTX001 says",
        ),
        Example(
            before='void f(float *x) { __asm__("fldcw %0" : : "m"(*x)); }\n',
            after=None,
            why="Assembly of the host.",
        ),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        """The findings of the whole source."""
        # Much to load, and few files have any PTX.
        from hipwright.rules.ptx._advice import advice
        from hipwright.rules.ptx._found import ptx_of
        from hipwright.rules.ptx._instruction import Instruction
        from hipwright.rules.ptx._translate import Untranslated

        for found in ptx_of(source):
            result = found.result
            if not isinstance(result, Untranslated):
                continue
            line = result.line
            message = ""
            if not found.statement.is_complete:
                message = (
                    "AMD GPUs do not run PTX, and macros or `#if` put this text together: write"
                    " each of its forms in C++."
                )
            if line is None:
                line = next((line for line in found.lines if isinstance(line, Instruction)), None)
            name = line.form if isinstance(line, Instruction) else "PTX"
            lacks = f", and have no `{name}`" if isinstance(line, Instruction) else ""
            yield Finding(
                self.code,
                Severity.INFO if found.for_cuda_only else self.severity,
                message or f"AMD GPUs do not run PTX{lacks}: {advice(line)}.",
                found.statement.start,
                found.statement.end,
                name=name,
            )
