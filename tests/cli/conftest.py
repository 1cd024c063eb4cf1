"""Sources to port, and ways to run the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

VECTOR_ADD = b"""\
#include <cuda_runtime.h>

__global__ void add(const float *a, float *b) { b[threadIdx.x] += a[threadIdx.x]; }

int main() {
  float *a, *b;
  cudaMalloc(&a, 4);
  cudaMalloc(&b, 4);
  add<<<1, 1>>>(a, b);
  cudaFree(a);  // cudaFree stays here
  return 0;
}
"""

# Uses a function that HIP has nothing for, so that something is left after a port.
UNPORTABLE = b"""\
#include <cuda_runtime.h>
int main() { cudaFree(0); cuTensorMapEncodeTiled(0); }
"""

Result = subprocess.CompletedProcess[bytes]
Run = Callable[..., Result]


@pytest.fixture
def hipwright(tmp_path: Path) -> Run:
    """Runs the command line in a process of its own, in the test's folder."""

    def run(
        *arguments: str | Path,
        stdin: bytes = b"",
        environment: Mapping[str, str] | None = None,
        **extra: object,
    ) -> Result:
        clean = {
            name: value
            for name, value in os.environ.items()
            if name not in ("NO_COLOR", "FORCE_COLOR", "HIPWRIGHT_DEBUG")
        }
        return subprocess.run(
            [sys.executable, "-m", "hipwright", *map(str, arguments)],
            input=stdin,
            capture_output=True,
            cwd=extra.pop("cwd", tmp_path),
            env={**clean, **(environment or {})},
            timeout=60,
            check=False,
            **extra,  # type: ignore[call-overload]
        )

    return run


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A small CUDA file."""
    path = tmp_path / "add.cu"
    path.write_bytes(VECTOR_ADD)
    return path


@pytest.fixture
def vector_add() -> bytes:
    """A small CUDA program of which nothing is left after its port."""
    return VECTOR_ADD


@pytest.fixture
def unportable() -> bytes:
    """A program that calls something HIP lacks."""
    return UNPORTABLE


@pytest.fixture
def refused() -> Callable[[Result], str]:
    """Checks that a run said one line and nothing else, with status 2; gives that line."""

    def line_of(result: Result) -> str:
        assert result.returncode == 2, result
        lines = result.stderr.decode().splitlines()
        assert len(lines) == 1, result.stderr.decode()
        assert lines[0].startswith("hipwright: error: ")
        assert result.stdout == b""
        return lines[0].removeprefix("hipwright: error: ")

    return line_of
