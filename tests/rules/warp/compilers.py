"""The HIP compilers that a machine has, to check that ported text compiles."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class HipCompiler:
    """A command that checks a HIP file; `version` is that of its headers."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]
    has_sync: bool  # whether its headers have the `_sync` intrinsics

    def errors(self, path: Path) -> str:
        """What the compiler has against a file; empty where it compiles."""
        result = subprocess.run(
            [*self.command, str(path)],
            capture_output=True,
            text=True,
            env={**os.environ, **self.environment},
            check=False,
        )
        return result.stderr if result.returncode else ""


def hip_compilers() -> list[HipCompiler]:
    """What is here: hipcc, and clang with the headers that HIPWRIGHT_TEST_HIP_ROOT names."""
    found: list[HipCompiler] = []
    hipcc = shutil.which("hipcc")
    if hipcc is not None:
        command = (hipcc, "--offload-arch=gfx90a", "-fsyntax-only", "-std=c++17")
        found.append(HipCompiler("hipcc", command, {"HIP_PLATFORM": "amd"}, has_sync=False))
    clang = shutil.which("clang++-19") or shutil.which("clang++")
    root = os.environ.get("HIPWRIGHT_TEST_HIP_ROOT")
    if clang is not None and root is not None:
        for architecture in ("gfx942", "gfx1100"):
            command = (
                clang,
                *("-x", "hip", "-std=c++17", f"--offload-arch={architecture}"),
                *(f"--rocm-path={root}", "-isystem", f"{root}/include", "-fsyntax-only"),
            )
            found.append(HipCompiler(f"clang, {architecture}", command, {}, has_sync=True))
    return found
