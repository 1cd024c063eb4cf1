"""NVIDIA's compiler."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hipwright_server.toolchains.base import (
    Compiled,
    CompileJob,
    as_argument,
    conclude,
    first_line,
    identity_of,
    run_compiler,
)
from hipwright_server.toolchains.diagnostics import parse_diagnostics
from hipwright_server.toolchains.resources import parse_ptxas

_OF_THE_HOST = re.compile(r"-(?:iquote|idirafter)(.+)")
_PLAIN = re.compile(r"[\w./+-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Nvcc:
    """nvcc, from the CUDA toolkit, or one that is called as that is."""

    executable: Path
    version: str
    name: str = "nvcc"
    ptxas: bool = True  # whether it hands on to ptxas, which says what kernels cost

    @property
    def identity(self) -> tuple[str, ...]:
        """All that tells it from another compiler."""
        return identity_of(self.executable, self.version)

    def compile(self, job: CompileJob) -> Compiled:
        """Compile and link, with ptxas' report on each kernel."""
        command = [str(self.executable)]
        if job.architecture:
            command.append(f"-arch={job.architecture}")
        command += [*(("-Xptxas", "-v") if self.ptxas else ())]
        command += [_known_to_nvcc(flag) for flag in job.flags]
        # nvcc takes a .cpp for host code only; what the user compiles here is CUDA.
        command += ["-x", "cu", *map(as_argument, job.files), "-o", str(job.output)]
        done, said = run_compiler(command, job)
        diagnostics = parse_diagnostics(said, job.user_files or job.files, str(job.directory))
        compiled = conclude(done, command, self.name, diagnostics, said)
        if compiled.ok:
            compiled.resources = parse_ptxas(said)
        return compiled


def _known_to_nvcc(flag: str) -> str:
    """A flag as nvcc takes it: some are known to the host's compiler alone, which it calls.

    That one preprocesses a GPU's code too. nvcc hands flags to it by way of a shell and without
    quotes, and quotes `-I` only: a folder whose name is not plain is searched before all else.
    """
    match = _OF_THE_HOST.fullmatch(flag)
    if match is None:
        return flag
    folder = match.group(1)
    return f"-Xcompiler={flag}" if _PLAIN.fullmatch(folder) else f"-I{folder}"


@cache
def open_nvcc(executable: Path) -> Nvcc | None:
    """The nvcc at a path; None where it does not say its version."""
    version = first_line([str(executable), "--version"], r"release [\d.]+, V([\d.]+)")
    return Nvcc(executable, version) if version else None
