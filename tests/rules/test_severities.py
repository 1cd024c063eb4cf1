"""A warning says that something goes wrong: what is right as it is written is information."""

from __future__ import annotations

import pytest

from hipwright.analysis import check
from hipwright.finding import Severity
from hipwright.settings import Settings
from hipwright.source import Source

IF_GPU = (
    "__host__ __device__ int f(int *p, int x) {{\n#ifdef __CUDA_ARCH__\n{}\n#else\n{}\n#endif\n}}\n"
)
IF_NEW = "__device__ int f(int *p, int x) {{\n#if __CUDA_ARCH__ >= 800\n{}\n#else\n{}\n#endif\n}}\n"
IF_OLD = "__device__ int f(int *p, int x) {{\n#if __CUDA_ARCH__ < 700\n{}\n#else\n{}\n#endif\n}}\n"
VERSION = "#include <cuda_runtime.h>\nvoid f() {{\n#if CUDART_VERSION >= 9000\n{}\n#endif\n}}\n"
HIP = "#include <hip/hip_runtime.h>\n"


@pytest.mark.parametrize(
    ("rule", "text", "severity"),
    [
        ("MACRO001", IF_GPU.format("return threadIdx.x;", "return 0;"), Severity.WARNING),
        ("MACRO001", IF_GPU.format("return atomicAdd(p, x);", "return *p += x;"), Severity.WARNING),
        ("MACRO001", IF_GPU.format("x = 2;", ""), Severity.WARNING),
        ("MACRO001", IF_GPU.format("__trap();", "throw x;"), Severity.WARNING),
        ("MACRO001", IF_GPU.format("return ::abs(x);", "return std::abs(x);"), Severity.INFO),
        ("MACRO001", IF_GPU.format("assert(threadIdx.x == 0);", ""), Severity.INFO),
        ("MACRO001", IF_GPU.format('asm volatile("" ::: "memory");', ""), Severity.INFO),
        (
            "MACRO001",
            IF_GPU.format('printf("%d: %d", threadIdx.x, x);', 'printf("%d", x);'),
            Severity.INFO,
        ),
        (
            "MACRO001",
            "#if USE_HIP\n#endif\n" + IF_GPU.format("return threadIdx.x;", "return 0;"),
            Severity.INFO,
        ),
        ("MACRO002", IF_NEW.format("return 1;", ""), Severity.WARNING),
        ("MACRO002", IF_NEW.format("return 1;", "assert(0);  // not supported"), Severity.WARNING),
        ("MACRO002", IF_NEW.format("return 1;", "return 2;"), Severity.INFO),
        ("MACRO002", IF_NEW.format("__nanosleep(40);", ""), Severity.INFO),
        ("MACRO002", IF_OLD.format("__trap();", "return x;"), Severity.WARNING),
        ("MACRO002", IF_OLD.format("x += 1;", "x -= -1;"), Severity.INFO),
        ("MACRO002", "#if __CUDA_ARCH__ >= 800\n#define HAS_MMA\n#endif\n", Severity.INFO),
        ("MACRO004", VERSION.format("start();"), Severity.WARNING),
        ("MACRO004", VERSION.format("#define NEW 1"), Severity.INFO),
        ("MACRO003", "#ifdef __CUDACC__\n__global__ void k();\n#endif\n", Severity.WARNING),
        (
            "MACRO003",
            "__global__ void\n#ifdef __CUDACC__\n__launch_bounds__(128)\n#endif\nk() {}\n",
            Severity.INFO,
        ),
        ("WARP012", HIP + "const int lanes = __AMDGCN_WAVEFRONT_SIZE;\n", Severity.WARNING),
        (
            "WARP012",
            HIP + "__device__ int lanes() { return __AMDGCN_WAVEFRONT_SIZE; }\n",
            Severity.INFO,
        ),
    ],
)
def test_severity(rule: str, text: str, severity: Severity) -> None:
    found = check(Source(text.encode(), "example.cu"), Settings(select=(rule,)))
    assert [finding.severity for finding in found] == [severity]


def test_a_line_of_slashes_is_read_once() -> None:
    """It took for ever: a comment could be taken apart in as many ways as it has slashes."""
    text = "#if __CUDA_ARCH__ >= 800\n" + "/" * 200 + "\nint x;\n#endif\n"
    found = check(Source(text.encode(), "example.cu"), Settings(select=("MACRO",)))
    assert [finding.code for finding in found] == ["MACRO002"]
