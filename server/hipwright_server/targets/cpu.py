"""The CPU device: runs CUDA and HIP programs without a GPU, with warps of 32 or 64 lanes."""

from __future__ import annotations

import atexit
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hipwright.user_directory import cache_directory
from hipwright_server.process import OutputCallback, Stop
from hipwright_server.program import Program
from hipwright_server.run import Dialect, Run, RunStatus
from hipwright_server.targets import checks
from hipwright_server.targets.base import RunOptions, TargetDescription, unavailable
from hipwright_server.targets.build import apply_compiled, beside, build, user_flags
from hipwright_server.targets.execute import execute
from hipwright_server.toolchains import Compiled, CompileJob
from hipwright_server.toolchains.discover import find_host_compilers
from hipwright_server.toolchains.host import (
    OPTIMISATION,
    HostCompiler,
    open_host_compiler,
    translate_flags,
)
from hipwright_server.toolchains.precompiled import precompile_with_object, precompiled

_HOW_TO_GET = "a C++17 compiler: install g++ (apt install g++) or clang (apt install clang)"


@dataclass(frozen=True, slots=True)
class CpuTarget:
    """The CPU device with one warp size."""

    warp_size: Literal[32, 64]

    @property
    def name(self) -> str:
        """`cpu:32` or `cpu:64`."""
        return f"cpu:{self.warp_size}"

    @property
    def dialect(self) -> Dialect | None:
        """It takes both."""
        return None

    def describe(self) -> TargetDescription:
        """What it is and what it can do here."""
        title = f"CPU device with a warp of {self.warp_size}, no GPU needed"
        compiler, missing = host_compiler()
        if compiler is None:
            return TargetDescription(self.name, title, "none", missing=missing)
        toolchain = f"{compiler.name} {compiler.version}, {compiler.executable}"
        return TargetDescription(self.name, title, "run", toolchain)

    def run(
        self,
        program: Program,
        options: RunOptions | None = None,
        on_output: OutputCallback | None = None,
    ) -> Run:
        """Compile with the host's compiler and run on this machine's processor."""
        from hipwright_server.cpu import runtime_hash

        options = options or RunOptions()
        compiler, missing = host_compiler()
        if compiler is None:
            return unavailable(self, program, missing)
        run = Run(self.name, program.dialect, self.warp_size, RunStatus.OK, times="cpu-device")
        ours = runtime_flags(compiler, self.warp_size)
        key: list[object] = ["cpu", *ours, compiler.identity, runtime_hash()]
        key += checks.flags(options.checks, compiler, Path())
        try:
            built = build(
                program,
                key,
                lambda work, output: self._compile(compiler, program, work, output, options),
            )
        except ValueError as error:
            run.status = RunStatus.COMPILE_ERROR
            run.message = str(error)
            return run
        except OSError as error:
            return unavailable(self, program, f"{error.filename or ''}: {error.strerror or error}")
        apply_compiled(run, built, f"{compiler.name} {compiler.version}")
        if built.executable is not None:
            execute(built.executable, program, run, options, on_output, on_cpu=True)
        return run

    def _compile(
        self,
        compiler: HostCompiler,
        program: Program,
        work: Path,
        output: Path,
        options: RunOptions,
    ) -> Compiled:
        from hipwright_server.cpu import precompiled_header, prepare
        from hipwright_server.cpu.libraries import explain_missing

        layout, build_folder = work / "source", work / "build"
        layout.mkdir()
        build_folder.mkdir()
        written = program.write(layout)
        flags, _ = translate_flags(user_flags(program, layout))
        laid_out = [Path(flag[2:]) for flag in flags if flag.startswith(f"-I{layout}")]
        checked = checks.is_built_in(options.checks)
        prepared = prepare(
            written,
            program.dialect,
            build_folder,
            root=layout,
            include_directories=laid_out,
            checked=checked,
        )
        compiled_files = {
            path for path, file in zip(written, program.files, strict=True) if file.compiled
        }
        sources = [
            rewritten for path, rewritten in prepared.files.items() if path in compiled_files
        ]
        header = precompiled_header(program.dialect)
        job = CompileJob(
            directory=build_folder,
            files=tuple(source.relative_to(build_folder).as_posix() for source in sources),
            output=output,
            flags=(
                *runtime_flags(compiler, self.warp_size),
                *checks.flags(options.checks, compiler, build_folder),
                *prepared.flags,
                *flags,
                *beside(program),
                *prepared.link_flags,
            ),
            compile_flags=tuple(checks.compile_flags(options.checks, compiler)),
            stop=options.stop,
            user_files=tuple(file.name for file in program.files),
            c_files=frozenset(
                source.relative_to(build_folder).as_posix() for source in prepared.c_sources
            ),
        )
        # With checks, seldom, no precompiled header is kept.
        first = all(source.read_bytes().startswith(b"#include <") for source in sources)
        compiled = compiler.compile(job, header if first and not checked else None)
        compiled.diagnostics = explain_missing(compiled.diagnostics, program.dialect)
        return compiled


def runtime_flags(compiler: HostCompiler, warp_size: int) -> tuple[str, ...]:
    """The flags that make a compiler's C++ that of the CPU device with this warp size."""
    return (OPTIMISATION, *compiler.dialect_flags, f"-DHIPWRIGHT_WARP_SIZE={warp_size}")


def get_ready() -> None:
    """Precompile the runtime's headers for `cpu:32` with CUDA and `cpu:64` with HIP, if missing.

    Failure is silent: the compile of a program will say what is wrong.
    """
    from hipwright_server.cpu import precompiled_header, prepare

    compiler, _ = host_compiler()
    if compiler is None:
        return
    stop = Stop()
    atexit.register(stop.set)
    pairs: tuple[tuple[Dialect, Literal[32, 64]], ...] = (("cuda", 32), ("hip", 64))
    # Always the same folder: whoever is killed meanwhile leaves nothing new behind.
    work = cache_directory() / "ready"
    jobs: list[tuple[Path, CompileJob]] = []
    try:
        work.mkdir(parents=True, exist_ok=True, mode=0o700)
        for dialect, warp_size in pairs:
            empty = work / f"empty-{dialect}.cu"
            empty.write_text("")
            prepared = prepare([empty], dialect, work / dialect, root=work)
            flags = (*runtime_flags(compiler, warp_size), *prepared.flags, *prepared.link_flags)
            job = CompileJob(directory=work, files=(), output=work / "none", flags=flags, stop=stop)
            jobs.append((precompiled_header(dialect), job))
    except (OSError, ValueError):
        return
    for header, job in jobs:
        precompiled(compiler, header, job)
    for header, job in jobs:
        precompile_with_object(compiler, header, job)


def host_compiler() -> tuple[HostCompiler | None, str]:
    """The host's compiler, or what is missing."""
    if sys.platform not in ("linux", "darwin"):
        return None, "programs run on Linux and macOS only; use a remote target here"
    try:
        candidates: Sequence[Path] = find_host_compilers()
    except ValueError as error:
        return None, str(error)
    for candidate in candidates:
        compiler = open_host_compiler(candidate)
        if compiler is not None:
            return compiler, ""
    return None, _HOW_TO_GET
