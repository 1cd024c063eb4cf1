"""Libraries of headers that a program uses and this machine has: Thrust, by its C++ backend."""

from __future__ import annotations

import os
import re
import sysconfig
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from hipwright_server.run import Dialect

_INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*[<"](?:thrust|cuda/std)/', re.MULTILINE)
# Where Thrust lies under a toolkit's folder: CUDA 13 and newer, then all older ones and ROCm.
_PLACES = ("include/cccl", "include")
_FLAGS = (
    "-DTHRUST_DEVICE_SYSTEM=THRUST_DEVICE_SYSTEM_CPP",
    "-DTHRUST_HOST_SYSTEM=THRUST_HOST_SYSTEM_CPP",
    "-DCCCL_DISABLE_NVTX",
    "-DCCCL_DISABLE_NVFP8_SUPPORT",
)


def library_flags(texts: Iterable[bytes], dialect: Dialect) -> tuple[str, ...]:
    """The flags for the libraries that these texts include; none for one that is not found."""
    if not any(_INCLUDE.search(text) for text in texts):
        return ()
    folder = thrust_directory(dialect)
    # As a system folder: what a program's own -I names wins, and its warnings are not the user's.
    return () if folder is None else (*_FLAGS, "-isystem", str(folder))


@cache
def thrust_directory(dialect: Dialect) -> Path | None:
    """The folder that holds `thrust/`, from a CUDA toolkit, a wheel of one, or ROCm."""
    for root in _roots(dialect):
        for place in _PLACES:
            if (root / place / "thrust" / "version.h").is_file():
                return root / place
    return None


def _roots(dialect: Dialect) -> list[Path]:
    variables = {
        "cuda": ("CUDA_PATH", "CUDA_HOME", "CUDA_ROOT"),
        "hip": ("ROCM_PATH", "ROCM_HOME", "HIP_PATH"),
    }[dialect]
    roots = [Path(os.environ[name]) for name in variables if os.environ.get(name)]
    names = {"cuda": ("usr/local", "cuda*"), "hip": ("opt", "rocm*")}[dialect]
    roots += sorted(Path("/", names[0]).glob(names[1]), reverse=True)
    packages = Path(sysconfig.get_paths()["purelib"]) / "nvidia"
    if dialect == "cuda":
        roots += sorted(packages.glob("*"), reverse=True)
    return roots
