"""NVIDIA's compiler."""

from __future__ import annotations

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
        command += [*(("-Xptxas", "-v") if self.ptxas else ()), *job.flags]
        # nvcc takes a .cpp for host code only; what the user compiles here is CUDA.
        command += ["-x", "cu", *map(as_argument, job.files), "-o", str(job.output)]
        done, said = run_compiler(command, job)
        diagnostics = parse_diagnostics(said, job.user_files or job.files, str(job.directory))
        compiled = conclude(done, command, self.name, diagnostics, said)
        if compiled.ok:
            compiled.resources = parse_ptxas(said)
        return compiled


@cache
def open_nvcc(executable: Path) -> Nvcc | None:
    """The nvcc at a path; None where it does not say its version."""
    version = first_line([str(executable), "--version"], r"release [\d.]+, V([\d.]+)")
    return Nvcc(executable, version) if version else None
