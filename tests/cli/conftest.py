"""Sources to port, and ways to run the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from hipwright.cli import main

_COLOUR = ("NO_COLOR", "FORCE_COLOR")

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
def hipwright(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command line in the test's folder, without the cost of a process."""
    monkeypatch.chdir(tmp_path)
    for name in _COLOUR:
        monkeypatch.delenv(name, raising=False)

    def run(
        *arguments: str | Path,
        stdin: bytes = b"",
        environment: Mapping[str, str] | None = None,
    ) -> Result:
        result = CliRunner().invoke(
            main, [str(argument) for argument in arguments], input=stdin, env=environment
        )
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Result(list(arguments), result.exit_code, result.stdout_bytes, result.stderr_bytes)

    return run


@pytest.fixture
def shell(tmp_path: Path) -> Run:
    """Runs the command line as a shell does: a process, in the test's folder."""

    def run(*arguments: str | Path, stdin: bytes = b"", **extra: Any) -> Result:
        environment = {name: value for name, value in os.environ.items() if name not in _COLOUR}
        return subprocess.run(
            [sys.executable, "-m", "hipwright", *map(str, arguments)],
            input=stdin,
            capture_output=True,
            cwd=tmp_path,
            env=environment,
            timeout=120,
            check=False,
            **extra,
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
