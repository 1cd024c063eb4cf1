"""SCALE's nvcc: compiles CUDA for AMD GPUs. Known by its layout; not run on hardware yet."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from hipwright_server.toolchains.base import first_line
from hipwright_server.toolchains.nvcc import Nvcc


@cache
def open_scale(executable: Path) -> Nvcc | None:
    """SCALE's nvcc at a path; None where it does not say its version."""
    version = first_line(
        [str(executable), "--version"], r"(?:SCALE|clang)[ \w]* version ([\w.+-]+)|release ([\d.]+)"
    )
    return Nvcc(executable, version, "SCALE nvcc", ptxas=False) if version else None
