"""Compile small programs that use the vendors' libraries; both fronts write the same numbers.

A program is written with CUDA's names; its HIP twin is what `hipwright port` makes of it, so that
one program tests both fronts. `RESULT(name, pointer, count)` writes an array for NumPy to look at.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from hipwright.port import port
from hipwright.settings import Settings
from hipwright_server.cpu import prepare
from hipwright_server.run import Dialect

COMPILER = next((name for name in ("g++", "clang++-19", "clang++") if shutil.which(name)), None)
HEADER_OF = {"libopenblas-dev": "cblas.h", "libfftw3-dev": "fftw3.h"}

Arrays = dict[str, np.ndarray]
RunLibrary = Callable[..., Arrays]

PRELUDE = """
#include <complex>
#include <cstdio>
#include <cstdlib>
#include <vector>
#define OK(call) do { const int status_ = static_cast<int>(call); if (status_) { \\
    std::fprintf(stderr, "%d: status %d of %s\\n", __LINE__, status_, #call); std::exit(1); \\
    } } while (false)
template <typename T> T* device(const std::vector<T>& values) {
    T* memory = nullptr;
    OK(cudaMalloc(reinterpret_cast<void**>(&memory), values.size() * sizeof(T) + 1));
    OK(cudaMemcpy(memory, values.data(), values.size() * sizeof(T), cudaMemcpyHostToDevice));
    return memory;
}
inline bool is_single_precision(double) { return false; }
inline bool is_single_precision(double2) { return false; }
inline bool is_single_precision(float) { return true; }
inline bool is_single_precision(float2) { return true; }
// Numbers between -1 and 1 that NumPy makes as well.
template <typename T> T* noise(unsigned seed, int count) {
    std::vector<T> values(static_cast<size_t>(count));
    float* parts = reinterpret_cast<float*>(values.data());
    double* doubles = reinterpret_cast<double*>(values.data());
    const bool is_single = is_single_precision(T());
    const int all = count * static_cast<int>(sizeof(T) / (is_single ? 4 : 8));
    unsigned state = seed;
    for (int i = 0; i < all; ++i) {
        state = state * 1664525u + 1013904223u;
        const double value = (state >> 8) / 8388608.0 - 1.0;
        if (is_single) parts[i] = static_cast<float>(value); else doubles[i] = value;
    }
    return device(values);
}
template <typename T> void RESULT(const char* name, const T* from, int count) {
    std::vector<T> values(static_cast<size_t>(count));
    OK(cudaMemcpy(values.data(), from, values.size() * sizeof(T), cudaMemcpyDefault));
    std::FILE* out = std::fopen((std::string(name) + ".out").c_str(), "wb");
    std::fwrite(values.data(), sizeof(T), values.size(), out);
    std::fclose(out);
}
"""


def noise(seed: int, count: int, dtype: str) -> np.ndarray:
    """What the program's `noise` makes: `count` elements of a NumPy type."""
    parts = count * (2 if np.dtype(dtype).kind == "c" else 1)
    state, values = seed, []
    for _ in range(parts):
        state = (state * 1664525 + 1013904223) % 2**32
        values.append((state >> 8) / 8388608.0 - 1.0)
    real = {"float32": "f4", "float64": "f8", "complex64": "f4", "complex128": "f8"}[dtype]
    return np.array(values).astype(real).view(dtype)


def needs(package: str) -> None:
    """Skip where the CPU library that a Debian package brings is not installed."""
    header = HEADER_OF[package]
    folders = [
        Path("/usr/include"),
        *Path("/usr/include").glob("*-linux-gnu"),
        Path("/usr/local/include"),
    ]
    if not any((folder / header).exists() for folder in folders):
        pytest.skip(f"{package} is not installed")


@pytest.fixture(params=["cuda", "hip"])
def run_library(
    request: pytest.FixtureRequest, tmp_path: Path, precompile: Callable[..., list[str]]
) -> RunLibrary:
    """Prepares, compiles and runs a program of CUDA's names; gives the arrays that it wrote.

    `names` are replacements in the port, where it takes a decision that porting leaves to the user.
    """
    if COMPILER is None:
        pytest.skip("no C++ compiler is installed")
    dialect: Dialect = request.param

    def run(source: str, dtypes: dict[str, str], names: dict[str, str] | None = None) -> Arrays:
        text = PRELUDE.replace("#include <vector>", "#include <string>\n#include <vector>") + source
        if dialect == "hip":
            ported = port(text.encode(), "program.cu", Settings())
            text = ported.text.decode()
            for name, other in (names or {}).items():
                assert name in text
                text = text.replace(name, other)
        file = tmp_path / ("program.cu" if dialect == "cuda" else "program.hip")
        file.write_text(text)
        prepared = prepare([file], dialect, tmp_path / "build", tmp_path)
        warp = 32 if dialect == "cuda" else 64
        usual = ["-O0", "-Wall", "-Wextra", "-Werror", f"-DHIPWRIGHT_WARP_SIZE={warp}"]
        command = [
            str(COMPILER), *precompile(str(COMPILER), dialect, prepared, usual), *usual,
            *prepared.flags, *map(str, prepared.sources), *prepared.link_flags,
            "-o", str(tmp_path / "program"),
        ]  # fmt: skip
        built = subprocess.run(command, capture_output=True, text=True)
        assert built.returncode == 0, built.stderr
        environment = {key: value for key, value in os.environ.items() if "HIPWRIGHT" not in key}
        ran = subprocess.run(
            [tmp_path / "program"], capture_output=True, text=True, cwd=tmp_path, env=environment,
            timeout=120,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr
        return {
            name: np.fromfile(tmp_path / f"{name}.out", dtype) for name, dtype in dtypes.items()
        }

    return run
