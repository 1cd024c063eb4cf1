"""GPUs of this machine: NVIDIA's by nvcc, AMD's by hipcc. Without a GPU, they compile only."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from hipwright_server.process import OutputCallback
from hipwright_server.program import Program
from hipwright_server.run import Dialect, Run, RunStatus
from hipwright_server.targets.base import Ability, RunOptions, TargetDescription, unavailable
from hipwright_server.targets.build import apply_compiled, beside, build, user_flags
from hipwright_server.targets.execute import execute
from hipwright_server.toolchains import CompileJob, Toolchain
from hipwright_server.toolchains.discover import (
    amd_gpus,
    find_hipcc,
    find_nvcc,
    find_scale_nvcc,
    nvidia_gpus,
)
from hipwright_server.toolchains.hipcc import DEFAULT_ARCHITECTURE, open_hipcc
from hipwright_server.toolchains.nvcc import open_nvcc
from hipwright_server.toolchains.scale import open_scale

_CAPTURE = Path(__file__).parents[1] / "toolchains" / "include" / "hipwright_capture.h"
_NO_NVCC = (
    "nvcc: install the CUDA toolkit (pip install nvidia-cuda-nvcc nvidia-cuda-runtime, or "
    "developer.nvidia.com/cuda-downloads), and put it on PATH or in CUDA_HOME"
)
_NO_SCALE = (
    "SCALE's nvcc: install SCALE (docs.scale-lang.com) below /opt/scale, or name its folder in "
    "SCALE_PATH"
)
_NO_HIPCC = (
    "hipcc: install ROCm (rocm.docs.amd.com), its Python wheels (rocm[devel]), or on Debian apt "
    "install hipcc libamdhip64-dev rocm-device-libs, and put it on PATH or in ROCM_PATH"
)


@dataclass(frozen=True, slots=True)
class GpuTarget:
    """`cuda` or `rocm`, for the GPU that is here or for a chosen architecture."""

    vendor: Dialect
    architecture: str = ""

    @property
    def name(self) -> str:
        """`cuda`, `rocm`, or with an architecture `cuda:sm_90`, `rocm:gfx942`."""
        base = "cuda" if self.vendor == "cuda" else "rocm"
        return f"{base}:{self.architecture}" if self.architecture else base

    @property
    def dialect(self) -> Dialect | None:
        """CUDA for nvcc, HIP for hipcc."""
        return self.vendor

    def describe(self) -> TargetDescription:
        """What it is and what it can do here."""
        toolchain = self._toolchain()
        gpu = self._gpu()
        maker = self._maker
        title = gpu[0] if gpu else f"{maker} GPU"
        if toolchain is None:
            return TargetDescription(self.name, f"{maker} GPU", "none", missing=self._how_to_get())
        ability: Ability = "run" if gpu else "compile"
        compiled = f"compiled for {self._architecture()}" if self._architecture() else "compiled"
        missing = "" if gpu else f"no {maker} GPU is here: programs are {compiled}, not run"
        version = f"{toolchain.name} {toolchain.version}, {toolchain.executable}"
        return TargetDescription(self.name, title, ability, version, missing)

    def run(
        self,
        program: Program,
        options: RunOptions | None = None,
        on_output: OutputCallback | None = None,
    ) -> Run:
        """Compile; run where there is a GPU that the architecture fits."""
        options = options or RunOptions()
        if options.checks:
            return unavailable(self, program, f"--{options.checks[0]} is for the CPU device")
        if sys.platform not in ("linux", "darwin"):
            return unavailable(self, program, "programs are compiled on Linux only")
        toolchain = self._toolchain()
        if toolchain is None:
            return unavailable(self, program, self._how_to_get())
        if program.dialect != self.vendor:
            wanted, given = ("CUDA", "HIP") if self.vendor == "cuda" else ("HIP", "CUDA")
            return unavailable(self, program, f"{self.name} takes {wanted}, the program is {given}")
        architecture = options.architecture or self._architecture()
        gpu = self._gpu()
        fits = gpu is not None and (not architecture or architecture == gpu[1])
        warp_size = self._warp_size(architecture)
        run = Run(self.name, program.dialect, warp_size, RunStatus.COMPILED)
        run.times = "gpu" if fits else "none"
        run.device = gpu[0] if fits and gpu else ""
        try:
            built = build(
                program,
                [toolchain.identity, architecture, _CAPTURE.read_bytes() if fits else ""],
                lambda work, output: toolchain.compile(
                    compile_job(program, work, output, architecture, options, capture=fits)
                ),
            )
        except OSError as error:
            return unavailable(self, program, f"{error.filename or ''}: {error.strerror or error}")
        apply_compiled(run, built, f"{toolchain.name} {toolchain.version}")
        if built.executable is not None:
            if fits:
                execute(built.executable, program, run, options, on_output, on_cpu=False)
            else:
                run.message = f"it compiles for {architecture or 'the default architecture'}; "
                run.message += "there is no such GPU here to run it."
        return run

    @property
    def _maker(self) -> str:
        """Who makes the GPU."""
        return "NVIDIA" if self.vendor == "cuda" else "AMD"

    def _how_to_get(self) -> str:
        """What to say where there is no toolchain."""
        return _NO_NVCC if self.vendor == "cuda" else _NO_HIPCC

    def _warp_size(self, architecture: str) -> int | None:
        """Lanes of a warp on the architecture, where that is known before it runs."""
        return 32 if self.vendor == "cuda" else wavefront(architecture)

    def _toolchain(self) -> Toolchain | None:
        if self.vendor == "cuda":
            nvcc = find_nvcc()
            return open_nvcc(nvcc) if nvcc else None
        hipcc = find_hipcc()
        return open_hipcc(hipcc) if hipcc else None

    def _gpu(self) -> tuple[str, str] | None:
        """(name, architecture) of the first GPU."""
        if self.vendor == "cuda":
            return next(iter(nvidia_gpus()), None)
        return next(((f"AMD GPU ({name})", name) for name in amd_gpus()), None)

    def _architecture(self) -> str:
        """The chosen architecture, else the GPU's, else the toolchain's default."""
        if self.architecture:
            return self.architecture
        gpu = self._gpu()
        if gpu is not None:
            return gpu[1]
        return "" if self.vendor == "cuda" else DEFAULT_ARCHITECTURE


@dataclass(frozen=True, slots=True)
class ScaleTarget(GpuTarget):
    """`scale`: CUDA compiled for AMD GPUs by SCALE, without a port. Not run on hardware yet."""

    vendor: Dialect = "cuda"

    @property
    def name(self) -> str:
        """`scale`, or with an architecture `scale:gfx942`."""
        return f"scale:{self.architecture}" if self.architecture else "scale"

    @property
    def _maker(self) -> str:
        return "AMD"

    def _how_to_get(self) -> str:
        return _NO_SCALE

    def _warp_size(self, architecture: str) -> int | None:
        return None

    def _toolchain(self) -> Toolchain | None:
        nvcc = find_scale_nvcc(self._architecture())
        return open_scale(nvcc) if nvcc else None

    def _gpu(self) -> tuple[str, str] | None:
        return next(((f"AMD GPU ({name})", name) for name in amd_gpus()), None)

    def _architecture(self) -> str:
        """The chosen architecture, the GPU's, or the first that SCALE is installed for."""
        if self.architecture:
            return self.architecture
        gpu = self._gpu()
        if gpu is not None:
            return gpu[1]
        found = find_scale_nvcc()
        return found.parents[1].name if found else ""


def wavefront(architecture: str) -> int:
    """Lanes of a wavefront: 64 on GCN and CDNA (gfx9 and before), 32 on RDNA (gfx10 and after)."""
    return 32 if architecture.startswith(("gfx10", "gfx11", "gfx12")) else 64


def compile_job(
    program: Program,
    work: Path,
    output: Path,
    architecture: str,
    options: RunOptions,
    capture: bool,
) -> CompileJob:
    """A program laid out for a GPU's compiler; with `capture`, arrays that come back are kept."""
    layout = work / "source"
    layout.mkdir()
    program.write(layout)
    return CompileJob(
        directory=layout,
        files=tuple(file.name for file in program.files if file.compiled),
        output=output,
        flags=(
            # Keeps the arrays that come back to the host, where the program will run.
            *(("-include", str(_CAPTURE)) if capture else ()),
            *user_flags(program, layout),
            *beside(program),
        ),
        architecture=architecture,
        stop=options.stop,
        user_files=tuple(file.name for file in program.files),
    )
