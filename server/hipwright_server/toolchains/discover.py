"""Which compilers and GPUs are on this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

_HOST_COMPILERS = ("clang++", "g++")
_NEWEST = 30  # versions of compilers that are looked for by name


def _executable(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


def _first(candidates: Iterable[Path | str | None]) -> Path | None:
    """The first candidate that can be run; a plain name is looked up on the path."""
    for candidate in candidates:
        if isinstance(candidate, Path):
            if _executable(candidate):
                return candidate
        elif candidate:
            found = shutil.which(candidate)
            if found:
                return Path(found)
    return None


def _below(variables: Iterable[str], *parts: str) -> Iterator[Path]:
    for variable in variables:
        folder = os.environ.get(variable)
        if folder:
            yield Path(folder, *parts)


def _newest(pattern: str, *parts: str) -> Iterator[Path]:
    """Folders such as /opt/rocm-7.1.0, the newest first."""
    base = Path(pattern).parent

    def version(folder: Path) -> list[int]:
        return [int(number) for number in re.findall(r"\d+", folder.name)]

    for folder in sorted(base.glob(Path(pattern).name), key=version, reverse=True):
        yield Path(folder, *parts)


def find_nvcc() -> Path | None:
    """nvcc: under $CUDA_HOME, on the path, or where CUDA installs itself."""
    return _first(
        [
            *_below(("CUDA_HOME", "CUDA_PATH"), "bin", "nvcc"),
            "nvcc",
            Path("/usr/local/cuda/bin/nvcc"),
            *_newest("/usr/local/cuda-*", "bin", "nvcc"),
        ]
    )


def find_hipcc() -> Path | None:
    """hipcc: under $ROCM_PATH, on the path, or where ROCm installs itself."""
    return _first(
        [
            *_below(("ROCM_PATH", "HIP_PATH"), "bin", "hipcc"),
            "hipcc",
            Path("/opt/rocm/bin/hipcc"),
            *_newest("/opt/rocm-*", "bin", "hipcc"),
        ]
    )


def find_host_compilers() -> list[Path]:
    """The C++ compilers for the CPU device, the preferred first.

    $HIPWRIGHT_CXX decides alone where it is set.

    Raises:
        ValueError: $HIPWRIGHT_CXX names nothing that can be run.
    """
    chosen = os.environ.get("HIPWRIGHT_CXX")
    if chosen:
        found = _first([Path(chosen) if "/" in chosen else chosen])
        if found is None:
            raise ValueError(f"HIPWRIGHT_CXX names {chosen}, which cannot be run")
        return [found]
    compilers = []
    for name in _HOST_COMPILERS:
        numbered = (f"{name}-{version}" for version in range(_NEWEST, 9, -1))
        compiler = _first([name, *numbered])
        if compiler is not None:
            compilers.append(compiler)
    return compilers


@cache
def nvidia_gpus() -> tuple[tuple[str, str], ...]:
    """(name, architecture such as sm_90) of each NVIDIA GPU that its driver lists."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return ()
    try:
        done = subprocess.run(
            [tool, "--query-gpu=name,compute_cap", "--format=csv,noheader"],
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    gpus = []
    for line in done.stdout.splitlines():
        name, _, capability = line.rpartition(",")
        if re.fullmatch(r"\s*\d+\.\d+\s*", capability):
            gpus.append((name.strip(), "sm_" + capability.strip().replace(".", "")))
    return tuple(gpus)


@cache
def amd_gpus(topology: Path = Path("/sys/class/kfd/kfd/topology/nodes")) -> tuple[str, ...]:
    """The architecture (gfx90a, gfx942, …) of each AMD GPU that the kernel's driver lists.

    Read from the driver itself, so that no tool of ROCm is needed.
    """
    found = []
    for properties in sorted(topology.glob("*/properties")):
        try:
            match = re.search(r"^gfx_target_version (\d+)$", properties.read_text(), re.MULTILINE)
        except OSError:
            continue
        version = int(match.group(1)) if match else 0
        if version:  # 0 is a CPU
            major, minor, stepping = version // 10000, version // 100 % 100, version % 100
            found.append(f"gfx{major}{minor:x}{stepping:x}")
    return tuple(found)
