"""Dynamic shared memory, attributes, spin loops, kernel addresses and device-only branches."""

from __future__ import annotations

import pytest

from hipwright_server.cpu import rewrite
from hipwright_server.run import Dialect


def rewritten(source: str, name: str = "a.cu", dialect: Dialect = "cuda") -> str:
    text = rewrite(source.encode(), name, dialect).decode()
    result = text[text.index("#line 1") :].split("\n", 1)[1]
    assert result.count("\n") == source.count("\n")
    return result


@pytest.mark.parametrize(
    ("declaration", "reference"),
    [
        ("extern __shared__ float s[];", "auto& s = *(float(*)[])"),
        ("__shared__ extern float s[];", "auto& s = *(float(*)[])"),
        ("extern __shared__ __align__(16) unsigned char s[];", "auto& s = *(unsigned char(*)[])"),
        ("extern __shared__ __align__(sizeof(T)) T s[];", "auto& s = *(T(*)[])"),
        ("extern __align__(8) __shared__ int s[];", "auto& s = *(int(*)[])"),
        ("extern volatile __shared__ int s[];", "auto& s = *(volatile int(*)[])"),
        ("extern __shared__ alignas(128) int s[];", "auto& s = *(int(*)[])"),
        ("extern __shared__ int __align__(8) s[];", "auto& s = *(int(*)[])"),
        ("extern __shared__ T<a, b> s[][4 * n];", "auto& s = *(T < a , b >(*)[][4*n])"),
        ("extern __shared__ ns::T s [ ] ;", "auto& s = *(ns :: T(*)[])"),
        ("extern __shared__ S s;", "auto& s = *(S*)"),
    ],
)
def test_dynamic_shared(declaration: str, reference: str) -> None:
    result = rewritten(f"__global__ void k() {{ {declaration} }}")
    assert "[[maybe_unused]] " + reference + "::hipwright::dynamic_shared();" in result
    assert "extern" not in result


def test_several_names_in_one_declaration() -> None:
    result = rewritten("__global__ void k() { extern __shared__ int a[], b[]; }")
    assert "auto& a = *(int(*)[])::" in result
    assert "auto& b = *(int(*)[])::" in result


def test_namespace_scope_is_declared_where_it_is_used() -> None:
    result = rewritten(
        "namespace n {\nextern __shared__ int s[];\n"
        "__global__ void uses() { s[0] = 1; }\n__global__ void not_this() { }\n"
        "__device__ void own(int* s) { s[0] = 1; }\n}\n"
    )
    lines = result.split("\n")
    assert lines[1] == ""
    assert "uses() { [[maybe_unused]] auto& s = *(int(*)[])" in lines[2]
    assert "dynamic_shared" not in lines[3]
    assert "dynamic_shared" not in lines[4]


def test_other_externs_stay() -> None:
    source = 'extern "C" { extern int x; extern __device__ int y[]; void f(); }'
    assert rewritten(source) == source


def test_noinline_is_an_attribute() -> None:
    result = rewritten("static __noinline__ __device__ void f();")
    assert result == "static __attribute__((noinline)) __device__ void f();"
    untouched = "__attribute__((__noinline__)) void f(); [[gnu::__noinline__]] void g();"
    assert rewritten(untouched) == untouched


def test_alignment_comes_before_the_type() -> None:
    result = rewritten("__shared__ float __align__(8) x[2];")
    assert result == "__shared__ __align__(8) float  x[2];"


@pytest.mark.parametrize(
    ("loop", "expected"),
    [
        ("while (*p == 0);", "while (*p == 0) ::hipwright::spin();"),
        ("while (*p == 0) {}", "while (*p == 0) { ::hipwright::spin();}"),
        ("do {} while (*p == 0);", "do { ::hipwright::spin();} while (*p == 0);"),
        ("while (*p == 0) { f(); }", "while (*p == 0) { f(); }"),
        ("do { f(); } while (*p == 0);", "do { f(); } while (*p == 0);"),
    ],
)
def test_empty_loops_give_way(loop: str, expected: str) -> None:
    device = "__device__ void f(int* p) "
    assert rewritten(f"{device}{{ {loop} }}") == f"{device}{{ {expected} }}"
    host = f"void f(int* p) {{ {loop} }}"
    assert rewritten(host) == host


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        ("(void*)k", '(void*)::hipwright::kernel_pointer(k, "k")'),
        ("(const void *)&k", '(const void *)::hipwright::kernel_pointer(&k, "k")'),
        ("(void*)n::k<int, 1>", '(void*)::hipwright::kernel_pointer(n::k<int, 1>, "n::k<int,1>")'),
        (
            "reinterpret_cast<void*>(k)",
            'reinterpret_cast<void*>(::hipwright::kernel_pointer(k, "k"))',
        ),
        ("(void*)other", "(void*)other"),
        ("(void**)k", "(void**)k"),
        ("f(k)", "f(k)"),
    ],
)
def test_kernel_addresses_are_known_to_the_runtime(use: str, expected: str) -> None:
    head = "__global__ void k() {}\nvoid* x = "
    assert rewritten(f"{head}{use};") == f"{head}{expected};"


DEVICE = "__device__ void f() {\n%s\n}"
HOST = "void f() {\n%s\n}"
BOTH = "__host__ __device__ void f() {\n%s\n}"


@pytest.mark.parametrize(
    ("around", "source", "expected"),
    [
        (DEVICE, "#ifdef __CUDA_ARCH__\n#endif", "#if 1\n#endif"),
        (DEVICE, "#ifndef __CUDA_ARCH__\n#endif", "#if 0\n#endif"),
        (DEVICE, "#if __CUDA_ARCH__ >= 700\n#endif", "#if HIPWRIGHT_CUDA_ARCH >= 700\n#endif"),
        (
            DEVICE,
            "#if !defined(__CUDA_ARCH__) || (__CUDA_ARCH__ < 600)\n#endif",
            "#if !1 || (HIPWRIGHT_CUDA_ARCH < 600)\n#endif",
        ),
        (DEVICE, "int a = __CUDA_ARCH__;", "int a = HIPWRIGHT_CUDA_ARCH;"),
        (BOTH, "#ifdef __CUDA_ARCH__\n#endif", "#if 1\n#endif"),
        (HOST, "#ifdef __CUDA_ARCH__\n#endif", "#ifdef __CUDA_ARCH__\n#endif"),
        (HOST, "int a = __CUDA_ARCH__;", "int a = __CUDA_ARCH__;"),
        ("%s", "#if __CUDA_ARCH__ < 600\n#endif", "#if HIPWRIGHT_CUDA_ARCH < 600\n#endif"),
        ("%s", "#ifndef __CUDA_ARCH__\n#endif", "#ifndef __CUDA_ARCH__\n#endif"),
        ("%s", "#if !defined(__CUDA_ARCH__)\n#endif", "#if !defined(__CUDA_ARCH__)\n#endif"),
        ("%s", "#ifndef __CUDA_ARCH__\n#else\n#endif", "#if 0\n#else\n#endif"),
        ("class A {\n%s\n};", "#ifdef __CUDA_ARCH__\n#endif", "#if 1\n#endif"),
        ("%s", "#define ARCH __CUDA_ARCH__", "#define ARCH HIPWRIGHT_CUDA_ARCH"),
    ],
)
def test_device_only_branches(around: str, source: str, expected: str) -> None:
    assert rewritten(around % source) == around % expected


def test_host_files_of_a_cuda_program_are_read_as_the_host_reads_them() -> None:
    source = "#ifdef __CUDA_ARCH__\n#endif\n"
    assert rewritten(source, "a.cpp") == source


def test_hip_has_its_own_name_for_the_device_pass_and_no_architecture_of_cuda() -> None:
    source = DEVICE % "#if defined(__CUDA_ARCH__) || defined __HIP_DEVICE_COMPILE__\n#endif"
    expected = DEVICE % "#if defined(__CUDA_ARCH__) || 1\n#endif"
    assert rewritten(source, "a.cpp", "hip") == expected
    assert rewritten(DEVICE % "#ifdef __CUDA_ARCH__\n#endif", dialect="hip").count("#ifdef") == 1


def test_a_variable_of_the_same_name_hides_the_one_at_namespace_scope() -> None:
    result = rewritten(
        "extern __shared__ int s[];\n"
        "__global__ void own() { __shared__ int s[8]; s[0] = 1; }\n"
        "__global__ void nested() { s[0] = 1; { int *s = 0; } }\n"
    )
    lines = result.split("\n")
    assert "dynamic_shared(); { __shared__ int s[8]; s[0] = 1; }}" in lines[1]
    assert "dynamic_shared(); { s[0] = 1; { int *s = 0; } }}" in lines[2]


def test_the_architecture_at_class_scope_is_the_devices() -> None:
    source = (
        "struct S {\n  enum {\n#ifdef __CUDA_ARCH__\n    n = __CUDA_ARCH__ >= 200 ? 32 : 16\n"
        "#else\n    n = 16\n#endif\n  };\n};\n"
    )
    result = rewritten(source)
    assert "#if 1\n    n = HIPWRIGHT_CUDA_ARCH >= 200" in result


def test_a_program_that_asks_for_hip_is_told_yes() -> None:
    source = b"#ifndef __HIP__\nint cuda;\n#endif\n#if defined(__HIP__)\nint n = __HIP__;\n#endif\n"
    expected = source.replace(b"__HIP__", b"__HIPCC__")
    assert rewrite(source, "a.hip", "hip").endswith(expected)
    assert rewrite(source, "a.cu", "cuda").endswith(source)
