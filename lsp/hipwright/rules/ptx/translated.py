"""PTX001: inline PTX that C++ or HIP has a counterpart of."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.rules.base import Example, FileRule
from hipwright.rules.headers.missing import include_of
from hipwright.rules.ptx._triggers import TRIGGERS
from hipwright.settings import Settings
from hipwright.source import Source


class TranslatedPtx(FileRule):
    """AMD GPUs do not run PTX; the C++ around it compiles, and its assembly does not.

    The fix writes each instruction in C++ or with HIP's functions, with the same meaning on 32 and
    on 64 lanes. Where the meaning could differ, the finding says how, and the fix is offered only.
    In a branch that needs `__CUDA_ARCH__`, which AMD never sees, the finding is a remark.
    """

    code = "PTX001"
    title = "Inline PTX with a counterpart"
    severity = Severity.ERROR
    settled = True
    source = "PTX ISA: instruction set; HIP C++ language extensions"
    hazards = (
        "HW136", "HW138", "HW141", "HW142", "HW143", "HW144", "HW145", "HW146", "HW147",
    )  # fmt: skip
    triggers = TRIGGERS
    examples = (
        Example(
            before=(
                "__device__ unsigned f(unsigned a, unsigned b, unsigned c) {\n"
                "  unsigned d;\n"
                '  asm("lop3.b32 %0, %1, %2, %3, 0xe8;" : "=r"(d) : "r"(a), "r"(b), "r"(c));\n'
                "  return d;\n"
                "}\n"
            ),
            after=(
                "__device__ unsigned f(unsigned a, unsigned b, unsigned c) {\n"
                "  unsigned d;\n"
                "  d = (a & (b | c)) | (b & c);\n"
                "  return d;\n"
                "}\n"
            ),
            why="The number is a table: its bits are the results for the eight cases.",
        ),
        Example(
            before=(
                "__device__ void f(unsigned *low, unsigned *high, unsigned a, unsigned b) {\n"
                '  asm("add.cc.u32 %0, %2, %3; addc.u32 %1, 0, 0;"\n'
                '      : "=r"(*low), "=r"(*high) : "r"(a), "r"(b));\n'
                "}\n"
            ),
            after=(
                "__device__ void f(unsigned *low, unsigned *high, unsigned a, unsigned b) {\n"
                "  do { unsigned ptx_0; unsigned ptx_1; unsigned carry; "
                "const unsigned value_0 = a + b; carry = value_0 < a; ptx_0 = value_0; "
                "const unsigned value_1 = 0u + 0u + carry; ptx_1 = value_1; "
                "*low = ptx_0; *high = ptx_1; } while (false);\n"
                "}\n"
            ),
            why="The carry goes from one instruction to the next.",
        ),
        Example(
            before=(
                "__device__ float f(float x) {\n"
                "  float y;\n"
                '  asm volatile("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));\n'
                "  return y;\n"
                "}\n"
            ),
            after=(
                "__device__ float f(float x) {\n"
                "  float y;\n"
                "  y = __builtin_amdgcn_exp2f(x);\n"
                "  return y;\n"
                "}\n"
            ),
        ),
        Example(
            before=(
                "__device__ void f(int *flag) {\n"
                '  asm volatile("red.release.gpu.global.add.s32 [%0], %1;" :: "l"(flag), "r"(1));\n'
                "}\n"
            ),
            after=(
                "__device__ void f(int *flag) {\n"
                "  __hip_atomic_fetch_add((unsigned*)(flag), 1u, __ATOMIC_RELEASE, "
                "__HIP_MEMORY_SCOPE_AGENT);\n"
                "}\n"
            ),
        ),
        Example(
            before=(
                "__device__ unsigned long long now() {\n"
                "  unsigned long long t;\n"
                '  asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(t));\n'
                "  return t;\n"
                "}\n"
            ),
            after=(
                "__device__ unsigned long long now() {\n"
                "  unsigned long long t;\n"
                '  asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(t));\n'
                "  return t;\n"
                "}\n"
            ),
            why="Its clock counts in another unit.",
            alternative=(
                "__device__ unsigned long long now() {\n"
                "  unsigned long long t;\n"
                "  t = ((unsigned long long)wall_clock64());\n"
                "  return t;\n"
                "}\n"
            ),
        ),
        Example(
            before='void f() { unsigned a, d; asm volatile("rdtsc" : "=a"(a), "=d"(d)); }\n',
            after=None,
            why="Assembly of the host.",
        ),
        Example(
            before='__device__ void f() { asm volatile("" ::: "memory"); }\n',
            after=None,
            why="An empty one only holds the compiler back, on AMD too.",
        ),
        Example(
            before='const char *s = "mov.u32 %0, %1;"; // asm("trap;");\n',
            after=None,
        ),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        """The findings of the whole source."""
        # Much to load, and few files have any PTX.
        from hipwright.rules.ptx._found import ptx_of
        from hipwright.rules.ptx._instruction import Instruction
        from hipwright.rules.ptx._translate import Translation

        for found in ptx_of(source):
            result = found.result
            if not isinstance(result, Translation):
                continue
            statement = found.statement
            forms = list(
                dict.fromkeys(line.form for line in found.lines if isinstance(line, Instruction))
            )
            edits = [Edit(statement.start, statement.end, result.text.encode())]
            for header in sorted(result.headers):
                edits.extend(include_of(source, settings, header.encode()))
            fix = Fix("Write it in C++", tuple(sorted(edits)), not result.notes)
            shown = f"`{forms[0]}`" + (" and more" if len(forms) > 1 else "") if forms else "PTX"
            message = f"AMD GPUs do not run PTX: {shown}. The fix writes it in C++"
            message += f"; mind that {'; '.join(result.notes)}." if result.notes else "."
            yield Finding(
                self.code,
                Severity.INFO if found.for_cuda_only else self.severity,
                message,
                statement.start,
                statement.end,
                (fix,),
                name=forms[0] if forms else "asm",
            )
