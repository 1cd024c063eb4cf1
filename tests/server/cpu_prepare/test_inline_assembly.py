"""Inline PTX: the common instructions become C++, the others a trap, and host assembly stays."""

from __future__ import annotations

import pytest

from hipwright_server.cpu import rewrite
from hipwright_server.run import Dialect


def rewritten(source: str, dialect: Dialect = "cuda") -> str:
    text = rewrite(source.encode(), "a.cu", dialect).decode()
    result = text[text.index("#line 1") :].split("\n", 1)[1]
    assert result.count("\n") == source.count("\n")
    return result


def body(statement: str) -> str:
    return rewritten("__device__ void f() { %s }" % statement)  # noqa: UP031


def test_a_special_register() -> None:
    assert body('asm volatile("mov.u32 %0, %%laneid;" : "=r"(x));') == (
        "__device__ void f() { do { using namespace ::hipwright::assembly; "
        "[[maybe_unused]] Word hipwright_0; [[maybe_unused]] bool hipwright_carry = false; "
        "{ hipwright_0 = ::hipwright::assembly::word<std::uint32_t>("
        "::hipwright::assembly::word(::hipwright::lane_id()).as<std::uint32_t>()); } "
        "::hipwright::assembly::store(x, hipwright_0); } while (false); }"
    )


def test_the_header_is_included_before_the_text() -> None:
    text = rewrite(b'__device__ void f() { asm("trap;"); }', "a.cuh", "cuda")
    assert text.startswith(
        b'#include <cuda_runtime.h>\n#include <hipwright/inline_assembly.h>\n#line 1 "a.cuh"\n'
    )


def test_lines_are_kept() -> None:
    source = (
        '#define ADD(d, a) asm("add.u32 %0, \\\n  %1, 1;" \\\n : "=r"(d) : "r"(a))\n'
        'void h() {\n asm("rdtsc" : "=a"(x));\n}\n'
    )
    assert "Word hipwright_1 = ::hipwright::assembly::word(a)" in rewritten(source)


@pytest.mark.parametrize(
    "source",
    [
        'void f() { asm volatile("rdtsc" : "=a"(lo), "=d"(hi)); }',
        'void f() { __asm__("mov %eax, %ebx"); }',
        '__device__ void f() { asm volatile("" ::: "memory"); }',
        "int asm_count; void f() { asm_count(1); }",
        "void f() { asm(MACRO); }",
    ],
)
def test_what_is_no_gpu_assembly_stays(source: str) -> None:
    assert rewritten(source) == source


@pytest.mark.parametrize(
    "instruction",
    [
        "mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%0}, {%1}, {%2}, {%3}",
        "bar.sync 1, 64",
        "add.sat.s32 %0, %1, %1",
        "mov.u32 %0, %envreg3",
        "add.u32 %0, %9, 1",
        "bra DONE",
    ],
)
def test_what_is_unknown_traps(instruction: str) -> None:
    result = body(f'asm volatile("{{ .reg .pred p; {instruction}; }}" : "=r"(x) : "r"(y));')
    assert f'::hipwright::assembly::untranslated("{instruction[:30]}' in result


def test_assembly_of_amd_gpus_traps_in_device_code() -> None:
    source = '__global__ void f() { asm volatile("global_wb scope:SCOPE_SYS"); }'
    assert 'untranslated("global_wb scope:SCOPE_SYS")' in rewritten(source, "hip")
