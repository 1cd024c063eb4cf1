"""Includes: renamed, removed where they repeat one another, and added where nvcc would."""

from __future__ import annotations

import pytest

from hipwright.port import port
from hipwright.settings import Settings

HEADERS = Settings(select=("HEADER",))


def ported(text: str, name: str = "a.cu") -> str:
    return port(text.encode(), name, HEADERS).text.decode()


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("#include <cuda_runtime.h>\r\nint a;\r\n", "#include <hip/hip_runtime.h>\r\nint a;\r\n"),
        ("#  include\t<cuda.h>", "#  include\t<hip/hip_runtime.h>"),
        ("#include <cuda.h>\n#include <cuda.h>\n", "#include <hip/hip_runtime.h>\n"),
        ("#include <cuda.h>\r\n#include <cuda.h>\r\n", "#include <hip/hip_runtime.h>\r\n"),
        ("#include <cuda.h>\n#include <cuda.h>", "#include <hip/hip_runtime.h>\n"),
        (
            "#include <cuda.h>\n  #include <cuda.h> /* twice */\n",
            "#include <hip/hip_runtime.h>\n  /* twice */\n",
        ),
        ("#include <hip/hip_runtime.h>\n#include <cuda.h>\n", "#include <hip/hip_runtime.h>\n"),
        # One that is only included under a condition does not stand for one that always is.
        (
            "#if A\n#include <cuda.h>\n#endif\n#include <cuda_runtime.h>\n",
            "#if A\n#include <hip/hip_runtime.h>\n#endif\n#include <hip/hip_runtime.h>\n",
        ),
        (
            "#include <cuda.h>\n#if A\n#include <cuda_runtime.h>\n#endif\n",
            "#include <hip/hip_runtime.h>\n#if A\n#endif\n",
        ),
        (
            "#ifndef G\n#define G\n#include <cuda.h>\n#include <cuda_runtime.h>\n#endif\n",
            "#ifndef G\n#define G\n#include <hip/hip_runtime.h>\n#endif\n",
        ),
        ("#include <cub/block/block_load.cuh>\n", "#include <hipcub/hipcub.hpp>\n"),
        (
            "#include <thrust/system/cuda/execution_policy.h>\n#include <thrust/sort.h>\n",
            "#include <thrust/system/hip/execution_policy.h>\n#include <thrust/sort.h>\n",
        ),
        ("// #include <cuda.h>\n/*\n#include <cuda.h>\n*/\n", None),
        ('auto s = R"(\n#include <cuda.h>\n)";\n', None),
        ('const char *s = "#include <cuda.h>";\n', None),
        ('#include "my/cuda.h"\n#include "cuda.hpp"\n#include CUDA_HEADER\n', None),
    ],
)
def test_includes(text: str, after: str | None) -> None:
    assert ported(text, "a.cpp") == (text if after is None else after)


@pytest.mark.parametrize(
    ("name", "text", "after"),
    [
        ("a.cu", "__global__ void k();\n", "#include <hip/hip_runtime.h>\n__global__ void k();\n"),
        ("A.CU", "dim3 g;\n", "#include <hip/hip_runtime.h>\ndim3 g;\n"),
        ("a.cu", "int main() { return 0; }\n", None),
        ("a.cu", '// __global__\nconst char *s = "<<<";\n', None),
        ("a.cuh", "__global__ void k();\n", None),
        ("a.h", "__global__ void k();\n", None),
        ("a.cpp", "__global__ void k();\n", None),
        # A cell, or standard input: only what has kernels of its own.
        (
            "<stdin>",
            "__global__ void k();\n",
            "#include <hip/hip_runtime.h>\n__global__ void k();\n",
        ),
        ("<stdin>", "k<<<1, 2>>>();\n", "#include <hip/hip_runtime.h>\nk<<<1, 2>>>();\n"),
        ("<stdin>", "cudaStream_t s;\n", None),
        (
            "a.cu",
            "/* One.\n   Two. */\n// Three.\n\n#define A 1\n#include <map>\ndim3 g;\n",
            "/* One.\n   Two. */\n// Three.\n\n#define A 1\n#include <hip/hip_runtime.h>\n"
            "#include <map>\ndim3 g;\n",
        ),
        (
            "a.cu",
            "// One.\n#ifndef G\n#define G\n#include <map>\ndim3 g;\n#endif\n",
            "// One.\n#include <hip/hip_runtime.h>\n#ifndef G\n#define G\n#include <map>\ndim3 g;\n"
            "#endif\n",
        ),
        ("a.cu", "/*\n*/ dim3 g;", "/*\n*/\n#include <hip/hip_runtime.h>\n dim3 g;"),
        ("a.cu", "\r\ndim3 g;\r\n", "\r\n#include <hip/hip_runtime.h>\r\ndim3 g;\r\n"),
        ("a.cu", "\ufeffdim3 g;\n", "\ufeff#include <hip/hip_runtime.h>\ndim3 g;\n"),
        (
            "a.cu",
            "\ufeff#include <map>\ndim3 g;\n",
            "\ufeff#include <hip/hip_runtime.h>\n#include <map>\ndim3 g;\n",
        ),
        ("a.cu", "#pragma once", None),
        ("a.cu", "dim3 g;\n#pragma once", "dim3 g;\n#pragma once\n#include <hip/hip_runtime.h>\n"),
    ],
)
def test_the_runtime_is_included_where_nvcc_does(name: str, text: str, after: str | None) -> None:
    once = ported(text, name)
    assert once == (text if after is None else after)
    assert ported(once, name) == once


def test_conditional_headers_of_legacy_blas_stay() -> None:
    text = '#include "cublas.h"\nvoid f() { cublasSscal(n, a, x, 1); }\n'
    assert port(text.encode(), "a.cpp").text.decode() == text
