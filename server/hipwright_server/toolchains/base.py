"""What a toolchain is: it turns files into a program, and says what the compiler said."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Protocol

from hipwright_server.cache import read_depfile
from hipwright_server.process import Finished, Limits, Stop, run_process
from hipwright_server.run import Diagnostic, KernelResources

COMPILE_LIMITS = Limits(seconds=600, output_bytes=4 * 1024 * 1024)


@dataclass(frozen=True, slots=True)
class CompileJob:
    """Files to compile and link into one program.

    `files` are relative to `directory`, which is also the compiler's working directory, so that its
    messages name the files as the user does. `user_files` are all names that the user knows,
    headers included; empty means `files`. `c_files` are those of `files` that are C, not C++.
    """

    directory: Path
    files: tuple[str, ...]
    output: Path
    flags: tuple[str, ...] = ()
    compile_flags: tuple[str, ...] = ()  # not for the linker
    architecture: str = ""
    stop: Stop | None = None
    user_files: tuple[str, ...] = ()
    c_files: frozenset[str] = frozenset()


@dataclass(slots=True)
class Compiled:
    """What came of a compile job."""

    ok: bool
    command: tuple[str, ...]
    seconds: float = 0.0
    message: str = ""  # one sentence when it failed without a diagnostic
    interrupted: bool = False
    diagnostics: list[Diagnostic] = field(default_factory=list)
    resources: list[KernelResources] = field(default_factory=list)
    dependencies: list[Path] = field(default_factory=list)  # the headers that it read


def as_argument(file: str) -> str:
    """A file's name as compilers take it: neither an option, nor a file that holds options."""
    return f"./{file}" if file.startswith(("-", "@")) else file


class Toolchain(Protocol):
    """A compiler on this machine, with how it is called."""

    @property
    def name(self) -> str:
        """Its name: `nvcc`, `hipcc`, `g++`."""

    @property
    def version(self) -> str:
        """Its version, as it says it."""

    @property
    def executable(self) -> Path:
        """Where it is."""

    @property
    def identity(self) -> tuple[str, ...]:
        """All that tells it from another compiler, for cache keys."""

    def compile(self, job: CompileJob) -> Compiled:
        """Compile and link. A failure is in the result, not raised."""


def first_line(command: Sequence[str], pattern: str) -> str:
    """What `pattern`'s first group that takes part finds in what a version command says, or ""."""
    try:
        done = subprocess.run(
            list(command),
            capture_output=True,
            text=True,
            errors="replace",
            timeout=60,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    found = re.search(pattern, done.stdout + done.stderr)
    return next((group for group in found.groups() if group), "") if found else ""


@cache
def _stamp(executable: Path) -> tuple[str, ...]:
    real = executable.resolve()
    stat = real.stat()
    return (str(executable), str(real), str(stat.st_size), str(stat.st_mtime_ns))


def identity_of(executable: Path, version: str) -> tuple[str, ...]:
    """An identity for cache keys: where the compiler is, what it says, and the file itself."""
    return (*_stamp(executable), version)


def run_compiler(
    command: Sequence[str], job: CompileJob, environment: dict[str, str] | None = None
) -> tuple[Finished, str]:
    """Run a compiler in the job's folder; how it ended, and all that it said."""
    done = run_process(
        command,
        directory=job.directory,
        environment=environment,
        limits=COMPILE_LIMITS,
        stop=job.stop,
    )
    return done, (done.stderr + done.stdout).decode("utf-8", "replace")


def conclude(
    done: Finished,
    command: Sequence[str],
    name: str,
    diagnostics: list[Diagnostic],
    said: str,
    depfiles: Sequence[Path] = (),
    directory: Path | None = None,
) -> Compiled:
    """The result of a compiler that ran, without resources."""
    compiled = Compiled(
        ok=done.exit_status == 0 and done.ended_by == "itself",
        command=tuple(command),
        seconds=done.seconds,
        interrupted=done.ended_by == "interrupt",
        diagnostics=diagnostics,
    )
    if compiled.ok:
        compiled.dependencies = _dependencies(depfiles, directory)
    elif done.ended_by == "interrupt":
        compiled.message = "It was interrupted while it compiled."
    elif done.ended_by == "timeout":
        compiled.message = f"{name} did not end within {COMPILE_LIMITS.seconds:.0f} s."
    elif not any(each.severity == "error" for each in diagnostics):
        last = [line.strip() for line in said.splitlines() if line.strip()]
        how = f"exit status {done.exit_status}" if done.signal is None else done.signal
        compiled.message = f"{name} failed ({how})" + (f": {last[-1]}" if last else ".")
    return compiled


def _dependencies(depfiles: Sequence[Path], directory: Path | None) -> list[Path]:
    """The headers that were read, but for those of the build folder, which goes away."""
    found: dict[Path, None] = {}
    for depfile in depfiles:
        for path in read_depfile(depfile):
            absolute = path if path.is_absolute() or directory is None else directory / path
            if directory is None or not absolute.is_relative_to(directory):
                found[absolute] = None
    return [path for path in found if path.is_file()]
