"""Libraries that a program uses: Thrust by its C++ backend, others by libraries of the CPU.

cuBLAS and hipBLAS are served by OpenBLAS, cuFFT and hipFFT by FFTW. Our headers say which package
to install where these are missing.
"""

from __future__ import annotations

import os
import re
import sysconfig
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

from hipwright_server.run import Diagnostic, Dialect

_INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*[<"](?:thrust|cuda/std)/', re.MULTILINE)
# Where Thrust lies under a toolkit's folder: CUDA 13 and newer, then all older ones and ROCm.
_PLACES = ("include/cccl", "include")
_FLAGS = (
    "-DTHRUST_DEVICE_SYSTEM=THRUST_DEVICE_SYSTEM_CPP",
    "-DTHRUST_HOST_SYSTEM=THRUST_HOST_SYSTEM_CPP",
    "-DCCCL_DISABLE_NVTX",
    "-DCCCL_DISABLE_NVFP8_SUPPORT",
)
# As clang and g++ say it.
_THRUST_NOT_FOUND = re.compile(
    r"'thrust/[\w./]+' file not found|thrust/[\w./]+: No such file or directory"
)
_THRUST_MISSING = (
    "Thrust comes from a CUDA toolkit or from ROCm; install one, set CUDA_PATH or ROCM_PATH to it, "
    "or name the folder of Thrust's headers by -I"
)
# What a program links that includes one of our headers for a library: by that header's name.
_LINKED = (
    (
        re.compile(
            rb'^[ \t]*#[ \t]*include[ \t]*[<"](?:cublas|hipblas|cusolver|hipsolver)[/\w]*\.h[>"]',
            re.MULTILINE,
        ),
        ("-lopenblas",),
    ),
    (
        re.compile(rb'^[ \t]*#[ \t]*include[ \t]*[<"](?:cufft|hipfft)[/\w]*\.h[>"]', re.MULTILINE),
        ("-lfftw3", "-lfftw3f"),
    ),
    # What is compiled at run time goes on with the program's own runtime.
    (
        re.compile(
            rb'^[ \t]*#[ \t]*include[ \t]*[<"](?:nvrtc|hiprtc|hip/hiprtc)\.h[>"]', re.MULTILINE
        ),
        tuple(
            f"-Wl,--export-dynamic-symbol={name}"
            for name in ("_Z*9hipwright*", "threadIdx", "blockIdx", "blockDim", "gridDim")
        ),
    ),
)


def link_flags(texts: Iterable[bytes]) -> tuple[str, ...]:
    """What to link for the libraries whose headers these texts include."""
    held = list(texts)
    return tuple(
        flag
        for header, flags in _LINKED
        if any(header.search(text) for text in held)
        for flag in flags
    )


def library_flags(texts: Iterable[bytes], dialect: Dialect) -> tuple[str, ...]:
    """The flags for the libraries that these texts include; none for one that is not found."""
    if not any(_INCLUDE.search(text) for text in texts):
        return ()
    folder = thrust_directory(dialect)
    # As a system folder: what a program's own -I names wins, and its warnings are not the user's.
    return () if folder is None else (*_FLAGS, "-isystem", str(folder))


def explain_missing(diagnostics: list[Diagnostic], dialect: Dialect) -> list[Diagnostic]:
    """The diagnostics; what is missing for Thrust stands behind the header that was not found."""
    if thrust_directory(dialect) is not None:
        return diagnostics
    return [
        replace(each, message=f"{each.message}: {_THRUST_MISSING}")
        if _THRUST_NOT_FOUND.search(each.message)
        else each
        for each in diagnostics
    ]


@cache
def thrust_directory(dialect: Dialect) -> Path | None:
    """The folder that holds `thrust/`, from the dialect's own toolkit, or else from the other's.

    rocThrust is a port of CUDA's Thrust: by the C++ backend a program can use either.
    """
    other: Dialect = "hip" if dialect == "cuda" else "cuda"
    for root in (*_roots(dialect), *_roots(other)):
        for place in _PLACES:
            if (root / place / "thrust" / "version.h").is_file():
                return root / place
    return None


def _roots(dialect: Dialect) -> list[Path]:
    """Where a vendor's toolkits are: as the environment says, at the usual places, from wheels."""
    variables: tuple[str, ...]
    if dialect == "hip":
        variables, folder, pattern = ("ROCM_PATH", "ROCM_HOME", "HIP_PATH"), "/opt", "rocm*"
    else:
        variables, folder, pattern = ("CUDA_PATH", "CUDA_HOME"), "/usr/local", "cuda*"
    roots = [Path(os.environ[name]) for name in variables if os.environ.get(name)]
    roots += sorted(Path(folder).glob(pattern), reverse=True)
    if dialect == "cuda":
        wheels = Path(sysconfig.get_paths()["purelib"]) / "nvidia"
        roots += sorted(wheels.glob("*"), reverse=True)
    return roots
