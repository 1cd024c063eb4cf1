"""What the compile says where the library behind a header is not installed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from hipwright_server.cpu.prepare import include_directory

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
