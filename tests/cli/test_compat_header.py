"""`hipwright port --compat-header`: the sources stay, a header gives their names HIP's meaning."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

HEADER = "hipwright_compat.h"
GUARDED = """\
#if defined(__HIP_PLATFORM_AMD__) || defined(__HIP__)
#include "hipwright_compat.h"
#else
#include <cuda_runtime.h>
#endif
"""
SAMPLE = Path(__file__).parents[2] / "samples" / "vector_add.cu"


@pytest.fixture
def guarded(tmp_path: Path) -> Path:
    """A sample whose include of CUDA's header stands in a branch."""
    text = SAMPLE.read_text().replace("#include <cuda_runtime.h>\n", GUARDED)
    assert "hipwright_compat.h" in text
    (tmp_path / "add.cu").write_text(text)
    return tmp_path / "add.cu"


def test_the_header_holds_the_names_in_use_and_the_source_stays(shell, guarded):
    before = guarded.read_bytes()
    result = shell("port", "--compat-header", ".")
    assert result.returncode == 0, result.stderr
    header = guarded.with_name(HEADER).read_text()
    assert guarded.read_bytes() == before
    defined = dict(re.findall(r"#define (cuda\w+) +(\w+)", header))
    assert defined["cudaMalloc"] == "hipMalloc"
    assert set(defined) == set(re.findall(r"\bcuda[A-Z]\w+", SAMPLE.read_text()))
    assert "#include <hip/hip_runtime.h>" in header
    assert b"Wrote hipwright_compat.h" in result.stderr
    # A second run writes the same.
    assert shell("port", "--compat-header", ".").returncode == 0
    assert guarded.with_name(HEADER).read_text() == header


def test_what_a_header_cannot_solve_is_told(shell, tmp_path):
    (tmp_path / "a.cu").write_text(
        "#include <cuda_runtime.h>\n"
        "__global__ void k(int *a) { a[0] = __shfl_sync(0xffffffff, a[1], 0); }\n"
        "int main() { int *a; cudaMallocHost(&a, 4); cudaFree(a); }\n"
    )
    result = shell("port", "--compat-header=names.h", "a.cu", "--format", "concise")
    assert result.returncode == 1
    codes = re.findall(rb"\[([A-Z]+\d+)\]", result.stdout)
    assert set(codes) == {b"HEADER001", b"WARP001", b"API005"}
    header = (tmp_path / "names.h").read_text()
    assert "#ifndef NAMES_H" in header
    assert "cudaFree" in header
    assert "cudaMallocHost" not in header


def test_another_file_is_not_lost(shell, tmp_path):
    (tmp_path / "a.cu").write_text("int main() { cudaFree(0); }\n")
    (tmp_path / "mine.h").write_text("int mine;\n")
    result = shell("port", "--compat-header=mine.h", "a.cu")
    assert result.returncode == 2
    assert b"mine.h is there already" in result.stderr
    assert (tmp_path / "mine.h").read_text() == "int mine;\n"


@pytest.mark.parametrize("option", ["--in-place", "--diff", "-oout", "--unsafe-fixes", "--rename"])
def test_it_is_no_port(shell, guarded, option):
    result = shell("port", "--compat-header", option, ".")
    assert result.returncode == 2
    assert b"--compat-header leaves the sources alone" in result.stderr
    assert not guarded.with_name(HEADER).exists()
    assert shell("port", "--compat-header", "-").returncode == 2


def preprocessed(source: Path, *options: str) -> bytes:
    """What the preprocessor makes of a source, without its includes of the system's."""
    nvcc = shutil.which("nvcc")
    compiler = [nvcc, "-E", "-Xcompiler", "-P"] if nvcc else ["g++", "-E", "-P", "-x", "c++"]
    if not nvcc and shutil.which("g++") is None:
        pytest.skip("neither nvcc nor g++ is here")
    found = subprocess.run(
        [*compiler, *options, str(source)], capture_output=True, timeout=120, check=False
    )
    if found.returncode and b"cuda_runtime.h" in found.stderr:
        pytest.skip("CUDA's headers are not here")
    assert found.returncode == 0, found.stderr
    return found.stdout


def test_for_cuda_nothing_changes(shell, guarded, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "cuda_runtime.h").write_text("int of_cuda;\n")
    shell("port", "--compat-header", "add.cu")
    header = str(guarded.with_name(HEADER))
    without = preprocessed(guarded, f"-I{empty}")
    assert preprocessed(guarded, f"-I{empty}", "-include", header) == without
    assert b"hipMalloc" not in without
    assert b"cudaMalloc" in without


def test_it_runs_as_hip_through_the_header(shell, guarded):
    if shutil.which("g++") is None and shutil.which("clang++") is None:
        pytest.skip("no host compiler is here")
    assert shell("port", "--compat-header", ".").returncode == 0
    guarded.with_suffix(".hip").write_bytes(guarded.read_bytes())
    result = shell("run", "add.hip", "--on", "cpu:64")
    assert result.returncode == 0, result.stderr
