"""Launches of every form become calls that a host compiler takes, on the lines they had."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipwright_server.cpu import rewrite

HEAD = b'#include <cuda_runtime.h>\n#line 1 "a.cu"\n'


def rewritten(source: str) -> str:
    text = rewrite(source.encode(), "a.cu", "cuda")
    assert text.startswith(HEAD)
    result = text.removeprefix(HEAD).decode()
    assert result.count("\n") == source.count("\n")
    return result


def launch(name: str, configuration: str, call: str, arguments: str, macro: bool = False) -> str:
    shown = f"HIPWRIGHT_NAME({name})" if macro else f'"{name}"'
    lambda_ = f"[&](auto&... hipwright_a) {{ {call}(hipwright_a...); }}"
    return (
        f"::hipwright::launch({shown}, __FILE__, __LINE__, {configuration})({lambda_}{arguments})"
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("k<<<g, b>>>(x, y);", launch("k", "g, b", "k", ", x, y") + ";"),
        ("k<<<g, b, s, st>>>();", launch("k", "g, b, s, st", "k", "") + ";"),
        ("k <<< 1 , 2 >>> ( x );", launch("k", "1 , 2", "k", ", x ") + ";"),
        ("a::b::k<<<1, 2>>>(x);", launch("a::b::k", "1, 2", "a::b::k", ", x") + ";"),
        ("::k<<<1, 2>>>(x);", launch("::k", "1, 2", "::k", ", x") + ";"),
        ("k<int><<<1, 2>>>(x);", launch("k<int>", "1, 2", "k<int>", ", x") + ";"),
        (
            "k<T, (a > b)><<<g, b>>>(x);",
            launch("k<T, (a > b)>", "g, b", "k<T, (a > b)>", ", x") + ";",
        ),
        (
            "k<std::vector<std::pair<int, T>>><<<g, b>>>(x);",
            launch(
                "k<std::vector<std::pair<int, T>>>",
                "g, b",
                "k<std::vector<std::pair<int, T>>>",
                ", x",
            )
            + ";",
        ),
        ("k<1 << 3><<<g, b>>>(x);", launch("k<1 << 3>", "g, b", "k<1 << 3>", ", x") + ";"),
        ("(*p)<<<1, 2>>>(x);", launch("(*p)", "1, 2", "(*p)", ", x") + ";"),
        ("if (c) (*p)<<<1, 2>>>(x);", "if (c) " + launch("(*p)", "1, 2", "(*p)", ", x") + ";"),
        ("else k<<<1, 2>>>(x);", "else " + launch("k", "1, 2", "k", ", x") + ";"),
        ("if (c) k<<<1, 2>>>(x);", "if (c) " + launch("k", "1, 2", "k", ", x") + ";"),
        ("return k<<<1, 2>>>(x);", "return " + launch("k", "1, 2", "k", ", x") + ";"),
        ("t[i]<<<1, 2>>>(x);", launch("t[i]", "1, 2", "t[i]", ", x") + ";"),
        ("p->k<<<1, 2>>>(x);", launch("p->k", "1, 2", "p->k", ", x") + ";"),
        ("get(1)<<<1, 2>>>(x);", launch("get(1)", "1, 2", "get(1)", ", x") + ";"),
        (
            "p.template k<3><<<1, 2>>>(x);",
            launch("p.template k<3>", "1, 2", "p.template k<3>", ", x") + ";",
        ),
        (
            "k<<<n >> 2, f<T>::size, (a > b) ? 1 : 2>>>(x);",
            launch("k", "n >> 2, f<T>::size, (a > b) ? 1 : 2", "k", ", x") + ";",
        ),
        ("k<<<1, f<T>>>>(x);", launch("k", "1, f<T>", "k", ", x") + ";"),
        (
            "k<<<1, {1, 2, 3}>>>([=] __device__ (int i) { return i << 1; });",
            launch("k", "1, {1, 2, 3}", "k", ", [=] __device__ (int i) { return i << 1; }") + ";",
        ),
        ("CHECK(k<<<1, 2>>>(x));", "CHECK(" + launch("k", "1, 2", "k", ", x") + ");"),
        (
            "c ? k<<<1, 2>>>(x) : l<<<1, 2>>>(y);",
            "c ? "
            + launch("k", "1, 2", "k", ", x")
            + " : "
            + launch("l", "1, 2", "l", ", y")
            + ";",
        ),
        ("k/* why */<<<1, 2>>>(x);", launch("k", "1, 2", "k", ", x") + ";"),
        ("k << < 1, 2 >> > (x);", launch("k", "1, 2", "k", ", x") + ";"),
        ("k<< <1, 2>> >(x);", launch("k", "1, 2", "k", ", x") + ";"),
        ("M(float)<<<1, 2>>>(x);", launch("M(float)", "1, 2", "M(float)", ", x") + ";"),
    ],
)
def test_chevrons(source: str, expected: str) -> None:
    assert rewritten(source) == expected


def test_lines_of_a_launch_stay() -> None:
    source = "k<T,\n  U>\n <<<g,\n b // blocks\n>>>\n(x, // first\n y);\nz;"
    lines = rewritten(source).split("\n")
    assert lines[0].startswith('::hipwright::launch("k<T, U>", __FILE__, __LINE__, ')
    assert lines[2] == "g,"
    assert lines[3].startswith(" b)([&](auto&... hipwright_a) { k<T, U>(hipwright_a...); }, ")
    assert lines[5:] == ["x, // first", " y);", "z;"]


@pytest.mark.parametrize("null", ["0", "NULL", "0u", "{1, 2}", "{}"])
def test_literals_that_convert_stay_in_the_call(null: str) -> None:
    result = rewritten(f"k<<<1, 2>>>(a, {null}, b);")
    assert (
        "[&](auto& hipwright_a0, auto& hipwright_a1) "
        f"{{ k(hipwright_a0, {null}, hipwright_a1); }}, a" in result
    )
    assert re.search(r"\}, a\s+, b\);$", result)


def test_only_literals_need_no_arguments() -> None:
    assert rewritten("k<<<1, 2>>>(0, NULL);") == (
        '::hipwright::launch("k", __FILE__, __LINE__, 1, 2)([&]() { k(0, NULL); } );'
    )


def test_commas_of_template_arguments_separate_nothing() -> None:
    result = rewritten("k<<<1, 2>>>(f<1, 0>(x), 0, a < b, c);")
    assert "{ k(hipwright_a0, 0, hipwright_a1, hipwright_a2); }" in result


def test_launch_in_a_macro_keeps_its_continuations() -> None:
    source = "#define L(k, ...) \\\n  k<<<g, \\\n  b>>>(__VA_ARGS__); /* a\n b */\nx;"
    lines = rewritten(source).split("\n")
    assert lines[1] == "  ::hipwright::launch(HIPWRIGHT_NAME(k), __FILE__, __LINE__, g, \\"
    assert lines[2] == (
        "  b)([&](auto&... hipwright_a) { k(hipwright_a...); } __VA_OPT__(,) __VA_ARGS__); /* a"
    )


def test_pasted_names_are_kernels() -> None:
    result = rewritten("#define L(t) k_##t<<<g, b>>>(x)")
    assert "HIPWRIGHT_NAME(k_##t)" in result
    assert "{ k_##t(hipwright_a...); }" in result


@pytest.mark.parametrize(
    "source",
    [
        "// k<<<1, 2>>>(x);",
        '"k<<<1, 2>>>(x);"',
        'R"(k<<<1, 2>>>(x);)"',
        "/* k<<<1, 2>>>(x); */",
        "<<<<<<< HEAD\nx\n=======\n>>>>>>> b",
        "cout << a << b >> c;",
        "x = a << (b >> c);",
        "k<<<1, 2>>>;",
        "k<<<1, 2",
        "<<<1, 2>>>(x);",
        "operator<<<T>(x);",
        "#error k<<<1, 2>>>(x)",
        "hipLaunchKernelGGL(__VA_ARGS__);",
        "hipLaunchKernelGGL(k, g, b);",
        "int hipLaunchKernelGGL;",
    ],
)
def test_what_is_no_launch_stays(source: str) -> None:
    assert rewritten(source) == source


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "hipLaunchKernelGGL(k, dim3(1, 2), dim3(3), 0, 0, x, y);",
            launch("k", "dim3(1, 2), dim3(3), 0, 0", "k", ", x, y") + ";",
        ),
        (
            "hipLaunchKernelGGL(HIP_KERNEL_NAME(k<T, 3>), g, b, 0, 0, x);",
            launch("k<T, 3>", "g, b, 0, 0", "k<T, 3>", ", x") + ";",
        ),
        (
            "hipLaunchKernelGGL((k<T, 3>), g, b, 0, 0, x);",
            launch("(k<T, 3>)", "g, b, 0, 0", "(k<T, 3>)", ", x") + ";",
        ),
        ("hipLaunchKernelGGL(k, g, b, 0, 0);", launch("k", "g, b, 0, 0", "k", "") + ";"),
    ],
)
def test_hip_macro(source: str, expected: str) -> None:
    assert rewritten(source) == expected


def test_hip_function() -> None:
    wanted = "#define HIP_TEMPLATE_KERNEL_LAUNCH\n"
    call = launch("k<T, 3>", "g, dim3(1, 2), 0, 0", "k<T, 3>", ", x, f<1, 2>(y)")
    assert (
        rewritten(wanted + "hipLaunchKernelGGL(k<T, 3>, g, dim3(1, 2), 0, 0, x, f<1, 2>(y));")
        == wanted + call + ";"
    )


def test_kernels_that_never_wait_are_plain_loops() -> None:
    source = """
__device__ float square(float x) { return x * x; }
__global__ void plain(float* p) { p[threadIdx.x] = square(p[threadIdx.x]) + sqrtf(2.0f); }
__global__ void waits(float* p) { __syncthreads(); }
__device__ void inner() { __syncthreads(); }
__global__ void waits_inside(float* p) { inner(); }
__global__ void calls_unknown(float* p) { elsewhere(p); }
__global__ void spins(int* p) { while (*p == 0); }
#define SYNC __syncthreads()
__global__ void waits_in_a_macro(float* p) { SYNC; }
void f() {
  plain<<<1, 2>>>(p);
  waits<<<1, 2>>>(p); waits_inside<<<1, 2>>>(p); calls_unknown<<<1, 2>>>(p); spins<<<1, 2>>>(p);
  waits_in_a_macro<<<1, 2>>>(p); pointer<<<1, 2>>>(p); (*plain)<<<1, 2>>>(p);
}
"""
    result = rewritten(source)
    assert re.findall(r'launch_plain\("(.*?)"', result) == ["plain"]
    assert re.findall(r'launch\("(.*?)"', result) == [
        "waits", "waits_inside", "calls_unknown", "spins", "waits_in_a_macro",
        "pointer", "(*plain)",
    ]  # fmt: skip


MARKS = r"k x T ( ) [ ] { } < > , ; :: . -> << >> >>> = 0 1 'a' \"s\" /* */ // # define if"
words = st.sampled_from([*MARKS.replace("\\", "").split(), "\n", "\\\n"])


@given(st.lists(words, max_size=40).map(" ".join))
def test_text_without_launches_is_unchanged(source: str) -> None:
    assert rewritten(source) == source


@given(st.lists(st.one_of(words, st.just("<<<")), max_size=40).map("".join))
def test_lines_are_kept_whatever_the_text(source: str) -> None:
    try:
        rewritten(source)
    except ValueError as error:
        assert str(error).startswith("a.cu: line ")  # noqa: PT017
