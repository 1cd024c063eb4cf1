"""clang with HIP's headers as a target: what AMD's compiler says, without ROCm or a GPU."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hipwright_server.process import OutputCallback
from hipwright_server.program import Program
from hipwright_server.run import Dialect, Run, RunStatus
from hipwright_server.targets.base import RunOptions, TargetDescription, unavailable
from hipwright_server.targets.build import apply_compiled, build
from hipwright_server.targets.gpu import compile_job, wavefront
from hipwright_server.toolchains.clang_hip import (
    DEFAULT_ARCHITECTURE,
    ClangHip,
    device_library,
    open_clang_hip,
)
from hipwright_server.toolchains.discover import (
    find_device_clang,
    find_hip_headers,
    has_hip_headers,
)

_NO_CLANG = "clang++ 15 or newer: apt install clang, or name one in HIPWRIGHT_CLANG"
_NO_HEADERS = (
    "HIP's headers: name a folder that holds include/hip/hip_runtime.h in HIPWRIGHT_HIP_HEADERS or "
    "in [targets.NAME] hip-headers; ROCm brings them, and so does pip install triton (the core)"
)


@dataclass(frozen=True, slots=True)
class ClangTarget:
    """`clang`, for one architecture; `headers` and `executable` as the user configured them."""

    architecture: str = ""
    label: str = "clang"
    headers: Path | None = None
    executable: Path | None = None

    @property
    def name(self) -> str:
        """`clang`, `clang:gfx942`, or the name of the user's own."""
        return f"{self.label}:{self.architecture}" if self.architecture else self.label

    @property
    def dialect(self) -> Dialect | None:
        """HIP."""
        return "hip"

    def describe(self) -> TargetDescription:
        """What it is and what it can do here."""
        toolchain, missing = self._toolchain()
        title = "AMD GPU, by clang and HIP's headers"
        if toolchain is None:
            return TargetDescription(self.name, title, "none", missing=missing)
        made_by = f"{toolchain.name} {toolchain.version}, {toolchain.executable}"
        made_by += f", headers in {toolchain.headers}"
        architecture = self._architecture()
        beside = f"programs are compiled for {architecture}, neither linked nor run"
        if not device_library(toolchain.headers, architecture):
            beside += "; what kernels cost is not known without ROCm's device libraries"
        return TargetDescription(self.name, title, "compile", made_by, beside)

    def run(
        self,
        program: Program,
        options: RunOptions | None = None,
        on_output: OutputCallback | None = None,
    ) -> Run:
        """Compile."""
        options = options or RunOptions()
        toolchain, missing = self._toolchain()
        if toolchain is None:
            return unavailable(self, program, missing)
        if program.dialect != "hip":
            return unavailable(self, program, f"{self.name} takes HIP, the program is CUDA")
        architecture = self.architecture or options.architecture or DEFAULT_ARCHITECTURE
        run = Run(self.name, "hip", wavefront(architecture), RunStatus.COMPILED)
        try:
            built = build(
                program,
                [
                    toolchain.identity,
                    architecture,
                    list(map(str, device_library(toolchain.headers, architecture))),
                ],
                lambda work, output: toolchain.compile(
                    compile_job(program, work, output, architecture, options, capture=False)
                ),
            )
        except OSError as error:
            return unavailable(self, program, f"{error.filename or ''}: {error.strerror or error}")
        apply_compiled(run, built, f"{toolchain.name} {toolchain.version}")
        if built.executable is not None:
            run.message = f"it compiles for {architecture}; clang and headers alone cannot run it."
        return run

    def _architecture(self) -> str:
        return self.architecture or DEFAULT_ARCHITECTURE

    def _toolchain(self) -> tuple[ClangHip | None, str]:
        """clang and the headers, or what is missing."""
        headers = self.headers or find_hip_headers()
        if headers is None:
            return None, _NO_HEADERS
        if not has_hip_headers(headers):
            return None, f"HIP's headers: there is no include/hip/hip_runtime.h in {headers}"
        executable = self.executable or find_device_clang()
        toolchain = open_clang_hip(executable, headers) if executable is not None else None
        return toolchain, "" if toolchain is not None else _NO_CLANG
