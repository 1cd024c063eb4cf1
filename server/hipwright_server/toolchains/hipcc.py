"""AMD's compiler driver: ROCm's of any version, or Debian's."""

from __future__ import annotations

import os
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
from hipwright_server.toolchains.resources import parse_kernel_resource_usage

DEFAULT_ARCHITECTURE = "gfx90a"  # where no GPU says otherwise: known to every ROCm since 4.5


@dataclass(frozen=True, slots=True)
class Hipcc:
    """hipcc, compiling for AMD GPUs."""

    executable: Path
    version: str
    name: str = "hipcc"

    @property
    def identity(self) -> tuple[str, ...]:
        """All that tells it from another compiler."""
        return identity_of(self.executable, self.version)

    def compile(self, job: CompileJob) -> Compiled:
        """Compile and link, with the back end's report on each kernel."""
        architecture = job.architecture or DEFAULT_ARCHITECTURE
        depfile = job.directory / "hipwright.d"
        command = [
            str(self.executable),
            f"--offload-arch={architecture}",
            "-Rpass-analysis=kernel-resource-usage",
            # As nvcc and newer hipcc; Debian's would take C++11.
            *([] if any(flag.startswith("-std=") for flag in job.flags) else ["-std=c++17"]),
            *job.flags,
            "-x",
            "hip",
            *map(as_argument, job.files),
            "-o",
            str(job.output),
        ]
        if len(job.files) == 1:
            command += ["-MD", "-MF", str(depfile)]
        # Without it, hipcc takes nvcc wherever that is installed as well.
        environment = {**os.environ, "HIP_PLATFORM": "amd"}
        done, said = run_compiler(command, job, environment)
        diagnostics = parse_diagnostics(said, job.user_files or job.files, str(job.directory))
        compiled = conclude(done, command, self.name, diagnostics, said, [depfile], job.directory)
        if compiled.ok:
            compiled.resources = parse_kernel_resource_usage(said, architecture)
        return compiled


@cache
def open_hipcc(executable: Path) -> Hipcc | None:
    """The hipcc at a path; None where it does not say its version."""
    version = first_line(
        ["/usr/bin/env", "HIP_PLATFORM=amd", str(executable), "--version"],
        r"HIP version:\s*([\w.-]+)",
    )
    return Hipcc(executable, version) if version else None
