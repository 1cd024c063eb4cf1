"""Asm statements are read as the compiler reads them, and as PTX only where they are."""

from __future__ import annotations

import pytest

from hipwright.analysis import check
from hipwright.port import port
from hipwright.rules.ptx._instruction import Instruction, Other, Registers, looks_like_ptx, parse
from hipwright.rules.ptx._integers import of_three
from hipwright.rules.ptx._statement import statements
from hipwright.settings import Settings
from hipwright.source import Source

_ONLY_PTX = Settings(select=("PTX",))


def test_a_statement() -> None:
    text = (
        b'__asm__ __volatile__("add.u32 %0, %1, " // first\n  "%[two];\\n" : "=r"(d[f(1, 2)]) '
        b': "r"(a), [two] "r"((unsigned)(b ? 1 : 2)) : "memory");'
    )
    (found,) = statements(text)
    assert (found.start, found.end) == (0, len(text) - 1)
    assert found.template == "add.u32 %0, %1, %[two];\n"
    assert found.is_complete
    assert found.is_volatile
    assert [(o.constraint, o.expression, o.name) for o in found.operands] == [
        ("=r", "d[f(1, 2)]", ""),
        ("r", "a", ""),
        ("r", "(unsigned)(b ? 1 : 2)", "two"),
    ]
    assert found.comments == ("// first",)


def test_without_outputs_and_commas() -> None:
    (found,) = statements(b'asm volatile("st.u32 [%1], %0;" ::"r"(v) "l"(p) : "memory")')
    assert found.outputs == ()
    assert [operand.expression for operand in found.inputs] == ["v", "p"]


def test_a_raw_string_and_a_macro() -> None:
    raw, built = statements(b'asm(R"(mov.u32 %0, 1;)" : "=r"(d)); asm("mov." TYPE " %0, 1;");')
    assert raw.template == "mov.u32 %0, 1;"
    assert raw.is_complete
    assert not built.is_complete


@pytest.mark.parametrize("text", [b'asm("mov.u32 %0', b"asm", b"asm(", b'asm("a" : "=r"(x);'])
def test_what_does_not_end(text: bytes) -> None:
    assert list(statements(text)) == []
    assert check(Source(b"void f() { " + text + b" }", "x.cu"), _ONLY_PTX) is not None


def test_instructions() -> None:
    lines = parse("{ .reg .pred p<2>; // two\n @!p1 ld.global.v2.u32 {%0, %1}, [%2+4]; L: bra L; }")
    assert lines == [
        Registers("pred", ("p0", "p1")),
        Instruction("ld", ("global", "v2", "u32"), ("{%0, %1}", "[%2+4]"), "p1", True),
        Other("L: bra L"),
    ]


@pytest.mark.parametrize(
    ("text", "is_ptx"),
    [
        ("mov.u32 %0, %1;", True),
        ("{ .reg .u32 t; }", True),
        ("@p bar.sync 0;", True),
        ("trap;", True),
        ("mov %eax, %ebx", False),
        ("rdtsc", False),
        ("", False),
        ("  // nothing", False),
        ("v_mov_b32 %0, %1", False),
        ("s_waitcnt vmcnt(0)", False),
        ("ld %0, %%fsr", False),
        ("fldcw %0", False),
        (".globl main", False),
        ("mrc p15, 0, %0, c9, c13, 0", False),
    ],
)
def test_what_is_ptx(text: str, is_ptx: bool) -> None:
    assert looks_like_ptx(text) is is_ptx


@pytest.mark.parametrize("table", range(256))
def test_lop3(table: int) -> None:
    text = of_three(table, "a", "b", "c")
    value = eval(text, {"a": 0xF0, "b": 0xCC, "c": 0xAA})  # the bits of the eight cases
    assert value & 0xFF == table, text


@pytest.mark.parametrize(
    "text",
    [
        'const char *ptx = "add.u32 %r1, %r2, %r3;"; cuModuleLoadData(&m, ptx);',
        'static const char k[] = R"(.version 7.0 .entry f() { ret; })";',
        '// asm("trap;");',
        '#if 0\nvoid f() { asm("trap;"); }\n#endif\n',
        '#ifndef __HIP_PLATFORM_AMD__\n__device__ void f() { asm("trap;"); }\n#endif\n',
        'void f() { asm volatile("pause"); __asm__("cpuid" : "=a"(a)); }',
    ],
)
def test_silence(text: str) -> None:
    assert check(Source(text.encode(), "x.cu"), _ONLY_PTX) == []


def test_a_branch_that_amd_never_takes_is_a_remark() -> None:
    text = (
        b"__device__ unsigned f(unsigned x) {\n#if __CUDA_ARCH__ >= 800\n"
        b'  asm("brev.b32 %0, %0;" : "+r"(x));\n#else\n  x = g(x);\n#endif\n  return x;\n}\n'
    )
    (finding,) = check(Source(text, "x.cu"), _ONLY_PTX)
    assert finding.severity.value == "info"


def test_lane_registers_are_found_once() -> None:
    text = b'__device__ void f(unsigned l) { asm("mov.u32 %0, %%laneid;" : "=r"(l)); }'
    codes = [finding.code for finding in check(Source(text, "x.cu"))]
    assert codes.count("WARP010") == 1
    assert check(Source(text, "x.cu"), _ONLY_PTX) == []


def test_in_a_macro() -> None:
    text = (
        b'#define ROTATE(d, a) \\\n  asm("shf.l.wrap.b32 %0, %1, %1, 8;" \\\n'
        b'      : "=r"(d) : "r"(a))\nint x;\n'
    )
    result = port(text, "x.cu", _ONLY_PTX).text
    assert result == (
        b"#define ROTATE(d, a) \\\n  d = __funnelshift_l((unsigned)a, (unsigned)a, 8u)\nint x;\n"
    )


def test_a_carry_for_another_statement_is_left() -> None:
    text = b'__device__ void f(unsigned a) { asm("add.cc.u32 %0, %0, 1;" : "+r"(a)); }'
    (finding,) = check(Source(text, "x.cu"), _ONLY_PTX)
    assert finding.code == "PTX002"
    assert not finding.fixes


def test_what_is_written_stays() -> None:
    text = (
        b"#include <cuda_fp16.h>\n__device__ void f(unsigned *d, float x, unsigned a) {\n"
        b'  asm("cvt.rn.f16x2.f32 %0, %1, %1;" : "=r"(*d) : "f"(x));\n'
        b'  asm("vabsdiff4.u32.u32.u32.add %0, %1, %1, %1;" : "=r"(*d) : "r"(a));\n}\n'
    )
    once = port(text, "x.cu", _ONLY_PTX)
    assert once.remaining == ()
    assert port(once.text, "x.cu", _ONLY_PTX).text == once.text
