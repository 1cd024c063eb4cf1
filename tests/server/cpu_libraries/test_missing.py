"""What the compile says where the library behind a header is not installed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from hipwright_server.cpu import libraries
from hipwright_server.cpu.prepare import include_directory
from hipwright_server.program import load_program
from hipwright_server.targets.cpu import CpuTarget

from .conftest import COMPILER


@pytest.mark.parametrize(
    ("header", "package"),
    [("blas/fortran.h", "libopenblas-dev"), ("fft/fftw.h", "libfftw3-dev")],
)
def test_a_missing_library_is_named(header: str, package: str, tmp_path: Path) -> None:
    if COMPILER is None:
        pytest.skip("no C++ compiler is installed")
    # Without the system's headers nothing is found, and the guard comes before all else.
    path = include_directory() / "hipwright" / header
    empty = f"-I{tmp_path}"
    command = [COMPILER, "-nostdinc", "-nostdinc++", empty, "-E", "-x", "c++", str(path)]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.returncode != 0
    first = next(line for line in said.stderr.splitlines() if "error" in line)
    assert "hipwright: " in first
    assert f"install {package}" in first


def test_missing_thrust_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries, "thrust_directory", lambda dialect: None)
    source = tmp_path / "a.cu"
    source.write_text("#include <thrust/sort.h>\nint main() {}\n")
    ran = CpuTarget(32).run(load_program([source]))
    (error,) = [each for each in ran.diagnostics if each.severity == "error"]
    assert error.place is not None
    assert error.place.line == 1
    assert "thrust/sort.h" in error.message
    assert "set CUDA_PATH or ROCM_PATH" in error.message
