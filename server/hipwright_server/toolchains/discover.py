"""Which compilers and GPUs are on this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_HOST_COMPILERS = ("clang++", "g++")
_ROCM_WHEELS = ("_rocm_sdk_devel", "_rocm_sdk_core")  # what `pip install rocm[devel]` brings
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
    """hipcc: under $ROCM_PATH, on the path, where ROCm installs itself, or in its Python wheels."""
    return _first(
        [
            *_below(("ROCM_PATH", "HIP_PATH"), "bin", "hipcc"),
            "hipcc",
            Path("/opt/rocm/bin/hipcc"),
            *_newest("/opt/rocm-*", "bin", "hipcc"),
            *(folder / "bin" / "hipcc" for folder in _wheels(*_ROCM_WHEELS)),
        ]
    )


def _wheels(*packages: str) -> Iterator[Path]:
    """The folders of installed Python packages; nothing of them is imported."""
    for package in packages:
        try:
            spec = find_spec(package)
        except (ImportError, ValueError):
            continue
        for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
            yield Path(folder)


def find_scale_nvcc(architecture: str = "", base: Path = Path("/opt/scale")) -> Path | None:
    """SCALE's nvcc for an AMD GPU: under $SCALE_PATH, or where SCALE installs itself.

    It lies in a folder of the architecture that it compiles for; without a choice, in the first.
    """
    roots = [*_below(("SCALE_PATH", "SCALE_HOME")), base]
    wanted = architecture or "gfx*"
    for root in roots:
        for folder in (root / "targets", root):
            found = _first(sorted(folder.glob(f"{wanted}/bin/nvcc")))
            if found is not None:
                return found
    return None


def find_device_clang() -> Path | None:
    """A clang++ that can compile for AMD GPUs: $HIPWRIGHT_CLANG, ROCm's own, or the newest here."""
    chosen = os.environ.get("HIPWRIGHT_CLANG")
    if chosen:
        return _first([Path(chosen) if "/" in chosen else chosen])
    numbered = (f"clang++-{version}" for version in range(_NEWEST, 14, -1))
    return _first(
        [
            *_below(("ROCM_PATH",), "llvm", "bin", "clang++"),
            Path("/opt/rocm/llvm/bin/clang++"),
            *_newest("/opt/rocm-*", "llvm", "bin", "clang++"),
            *(f / "lib" / "llvm" / "bin" / "clang++" for f in _wheels(*_ROCM_WHEELS)),
            *numbered,
            "clang++",
        ]
    )


def find_hip_headers() -> Path | None:
    """A folder with include/hip/hip_runtime.h: $HIPWRIGHT_HIP_HEADERS, ROCm's, or a wheel's.

    The last is what triton's wheel brings: HIP's core headers, without those of the libraries.
    """
    candidates = [
        *_below(("HIPWRIGHT_HIP_HEADERS", "ROCM_PATH", "HIP_PATH")),
        Path("/opt/rocm"),
        *_newest("/opt/rocm-*"),
        *_wheels(*_ROCM_WHEELS),
        *(folder / "backends" / "amd" for folder in _wheels("triton")),
        Path("/usr"),
    ]
    return next((folder for folder in candidates if has_hip_headers(folder)), None)


def has_hip_headers(folder: Path) -> bool:
    """Whether a folder holds HIP's headers as ROCm lays them out."""
    return (folder / "include" / "hip" / "hip_runtime.h").is_file()


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
