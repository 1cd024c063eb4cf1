"""The host's C++ compiler, with the runtime of the CPU device.

The runtime's header is precompiled once for each compiler, warp size and set of flags, and kept in
the user's cache directory: a notebook cell then compiles in a fraction of the time.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from hipwright_server.cache import Cache, cache_directory, key_of
from hipwright_server.process import Finished
from hipwright_server.toolchains.base import (
    Compiled,
    CompileJob,
    conclude,
    first_line,
    identity_of,
    run_compiler,
)
from hipwright_server.toolchains.diagnostics import parse_diagnostics

OPTIMISATION = "-O2"
_PRECOMPILED_BYTES = 1024**3
# Flags that cannot change what the runtime's header means.
_HARMLESS = re.compile(r"-(?:[IlL].*|W.*|w|D(?!_|HIPWRIGHT|NDEBUG)\w+(?:=.*)?)")
_NVCC_ONLY = re.compile(
    r"-(?:gencode|arch|code|rdc|Xptxas|Xcudafe|maxrregcount|lineinfo|use_fast_math|-.*|G|ccbin|"
    r"offload-arch|fgpu-rdc|cudart|res-usage|dc|dlink|x)(?:=.*)?"
)
_WITH_VALUE = ("-gencode", "-arch", "-code", "-Xptxas", "-Xcudafe", "-maxrregcount", "-ccbin", "-x")
_building: dict[str, threading.Lock] = {}  # by key: two cells at once need not make it twice


@dataclass(frozen=True, slots=True)
class HostCompiler:
    """g++ or clang++."""

    executable: Path
    version: str
    name: str
    is_clang: bool

    @property
    def identity(self) -> tuple[str, ...]:
        """All that tells it from another compiler."""
        return identity_of(self.executable, self.version)

    def compile(self, job: CompileJob, precompile: Path | None = None) -> Compiled:
        """Compile each file, two at a time, and link. `precompile` is the header to precompile.

        Each file of the job must include that header before anything else.
        """
        if precompile is not None:
            compiled = self._compile(job, (*self.precompiled(precompile, job), *job.flags))
            if not any("precompiled header" in each.message for each in compiled.diagnostics):
                return compiled
        return self._compile(job, job.flags)

    def _compile(self, job: CompileJob, flags: tuple[str, ...]) -> Compiled:
        if len(job.files) == 1:
            return self._run(job, [*flags, job.files[0], "-o", str(job.output)], [job.files[0]])
        objects = [f"hipwright-{number}.o" for number in range(len(job.files))]
        compile_flags = [flag for flag in flags if not _is_link_flag(flag)]
        with ThreadPoolExecutor(2) as pool:
            parts = list(
                pool.map(
                    lambda pair: self._run(
                        job, [*compile_flags, "-c", pair[0], "-o", pair[1]], [pair[0]]
                    ),
                    zip(job.files, objects, strict=True),
                )
            )
        failed = [part for part in parts if not part.ok]
        if failed:
            result = failed[0]
        else:
            link_flags = _without_language(flags)
            result = self._run(job, [*link_flags, *objects, "-o", str(job.output)], [])
            result.command = parts[0].command
        return replace(
            result,
            seconds=sum(part.seconds for part in parts),
            diagnostics=[each for part in [*parts, result] for each in part.diagnostics]
            if not failed
            else [each for part in parts for each in part.diagnostics],
            dependencies=list(dict.fromkeys(d for part in parts for d in part.dependencies)),
        )

    def _run(self, job: CompileJob, arguments: Sequence[str], sources: Sequence[str]) -> Compiled:
        command = [str(self.executable), *arguments]
        depfiles = []
        if sources:
            depfile = job.directory / (Path(arguments[-1]).name + ".d")
            command += ["-MD", "-MF", str(depfile)]
            depfiles.append(depfile)
        done, said = run_compiler(command, job)
        diagnostics = parse_diagnostics(said, job.user_files or job.files, str(job.directory))
        return conclude(done, command, self.name, diagnostics, said, depfiles, job.directory)

    def precompiled(self, header: Path, job: CompileJob) -> tuple[str, ...]:
        """Flags that use the precompiled `header`, which is made when missing; () where that fails.

        It is made for the job's flags, but for those that cannot change what the header means.
        """
        from hipwright_server.cpu import include_directory, runtime_hash

        # g++ links when it has once seen `-x c++`, whatever it is given then.
        decisive = _without_language(job.flags)
        flags = [flag for flag in decisive if not _HARMLESS.fullmatch(flag)]
        flags += _runtime_includes(header)
        store = Cache(cache_directory() / "precompiled", _PRECOMPILED_BYTES)
        key = key_of(["pch", self.identity, list(flags), runtime_hash(), str(header)])
        relative = header.relative_to(include_directory() / dialect_folder(header))
        entry = store.get(key)
        if entry is None:
            with _building.setdefault(key, threading.Lock()):
                entry = store.get(key)
                if entry is None:
                    done: list[Finished] = []

                    def fill(folder: Path) -> None:
                        output = folder / (relative.as_posix() + ".gch")
                        output.parent.mkdir(parents=True, exist_ok=True)
                        command = [str(self.executable), *flags, "-x", "c++-header"]
                        if self.is_clang:
                            source = header
                            command.append("-fpch-validate-input-files-content")
                        else:
                            # g++ looks for the header beside its precompiled form. One that only
                            # includes the real one may be included again and again.
                            source = output.with_suffix("")
                            source.write_text(f'#include "{header}"\n')
                        command += [str(source), "-o", str(output)]
                        done.append(run_compiler(command, job)[0])
                        if done[0].exit_status != 0:
                            raise OSError("the header does not compile")

                    try:
                        entry = store.put(key, {}, fill)
                    except OSError:
                        # The program's own compile will say what is wrong.
                        return ()
        made = entry.directory / (relative.as_posix() + ".gch")
        if self.is_clang:
            return ("-include-pch", str(made))
        return (f"-I{entry.directory}",)


def dialect_folder(header: Path) -> str:
    """The folder of the runtime's headers that a front header is in: `cuda` or `hip`."""
    from hipwright_server.cpu import include_directory

    return header.relative_to(include_directory()).parts[0]


def _runtime_includes(header: Path) -> list[str]:
    from hipwright_server.cpu import include_directory

    include = include_directory()
    return [f"-I{include / dialect_folder(header)}", f"-I{include}"]


def _is_link_flag(flag: str) -> bool:
    return flag.startswith(("-l", "-L", "-Wl,")) or flag in ("-static", "-shared")


def _without_language(flags: Sequence[str]) -> list[str]:
    """Flags without `-x c++`, which would take objects for source, and without a header."""
    kept: list[str] = []
    skip = False
    for flag in flags:
        if skip:
            skip = False
        elif flag in ("-x", "-include-pch"):
            skip = True
        else:
            kept.append(flag)
    return kept


def translate_flags(flags: Sequence[str]) -> tuple[list[str], list[str]]:
    """Flags for nvcc or hipcc, made into the host compiler's; and those that mean nothing to it."""
    kept: list[str] = []
    dropped: list[str] = []
    pending = ""
    for flag in flags:
        if pending == "-Xcompiler":
            kept += flag.split(",")
            pending = ""
        elif pending:
            dropped.append(f"{pending} {flag}")
            pending = ""
        elif flag in ("-Xcompiler", "--compiler-options"):
            pending = "-Xcompiler"
        elif flag.startswith(("-Xcompiler=", "--compiler-options=")):
            kept += flag.partition("=")[2].split(",")
        elif flag in ("--std", "-std"):
            pending = flag
        elif flag.startswith("--std="):
            kept.append(flag[1:])
        elif flag in _WITH_VALUE:
            pending = flag
        elif _NVCC_ONLY.fullmatch(flag):
            dropped.append(flag)
        else:
            kept.append(flag)
    return kept, dropped


@cache
def open_host_compiler(executable: Path) -> HostCompiler | None:
    """The compiler at a path; None where it is neither g++ nor clang++."""
    clang = first_line([str(executable), "--version"], r"clang version ([\w.+~-]+)")
    if clang:
        return HostCompiler(executable, clang, "clang++", True)
    gnu = first_line([str(executable), "-dumpfullversion"], r"^(\d+\.\d+[\d.]*)")
    return HostCompiler(executable, gnu, "g++", False) if gnu else None
