"""`threadIdx.x` in device code becomes a call that a compiler can keep in a register."""

from __future__ import annotations

import pytest

from hipwright_server.cpu.prepare import rewrite


def rewritten(source: str) -> str:
    text = rewrite(source.encode(), "k.cu", "cuda").decode()
    return text.split("\n", 2)[2]  # after the include and #line


def test_reads_in_device_functions_and_macros_are_calls() -> None:
    source = """\
#define COLUMN (blockIdx.y * blockDim.y + threadIdx.y)
struct S { int x; __device__ S() : x(threadIdx.x) {} };
__device__ int row(int n) { return n * gridDim.x & threadIdx.z; }
__global__ void k(int* p) { auto f = [&] { return threadIdx.x; }; p[COLUMN] = f(); }
"""
    call = "::hipwright::"
    assert rewritten(source) == (
        source.replace("blockIdx.y", f"{call}block_index_y()")
        .replace("blockDim.y", f"{call}block_size_y()")
        .replace("threadIdx.y", f"{call}thread_index_y()")
        .replace("threadIdx.x", f"{call}thread_index_x()")
        .replace("threadIdx.z", f"{call}thread_index_z()")
        .replace("gridDim.x", f"{call}grid_size_x()")
    )


@pytest.mark.parametrize(
    "source",
    [
        "__global__ void k() { auto& t = threadIdx.x; }",
        "__global__ void k() { f(&threadIdx.x); }",
        "__device__ void f(uint3 threadIdx) { g(threadIdx.x); }",
        "__global__ void k() { dim3 threadIdx(1); f(threadIdx.x); }",
        "__global__ void k() { f(threadIdx.x, threadIdx); }",
        "__global__ void k() { f(other.threadIdx.x); }",
        "struct S { dim3 gridDim; __device__ int n() { return gridDim.x; } };",
        "uint3 threadIdx; __device__ int n() { return threadIdx.x; }",
        "#define threadIdx mine\n__global__ void k() { f(threadIdx.x); }",
        "void f(S s) { dim3 gridDim(3); g([=] __device__ (int i) { return gridDim.x; }); }",
        "#define N gridDim.x\nvoid f() { dim3 gridDim(3); g(N); }",
        "void f(dim3 blockDim) { g(blockDim.x); }",
    ],
)
def test_what_may_mean_something_else_is_left_alone(source: str) -> None:
    assert "hipwright::" not in rewritten(source)


def test_a_variable_of_the_host_does_not_hide_it_from_kernels() -> None:
    result = rewritten("""\
void f() { dim3 blockDim(256), gridDim(2); g(blockDim.x); }
__global__ void k(int* p) { p[blockDim.x] = 0; }
""")
    assert "g(blockDim.x)" in result
    assert "p[::hipwright::block_size_x()]" in result


def test_no_token_grows_together_with_the_mark_before_it() -> None:
    # `%:` is another way to write `#`, and `<:` to write `[`.
    result = rewritten(
        "__global__ void k(int* p) { *p = *p%gridDim.x+(*p<blockDim.x?1:threadIdx.x); }"
    )
    assert "% ::hipwright" in result
    assert "< ::hipwright" in result
    assert "1: ::hipwright" in result
