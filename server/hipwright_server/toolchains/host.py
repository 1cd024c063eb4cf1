"""The host's C++ compiler, for the programs of the CPU device."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
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
from hipwright_server.toolchains.precompiled import (
    NOTHING,
    Precompiled,
    is_link_flag,
    precompiled,
    without_language,
)

OPTIMISATION = "-O2"
_C_STANDARD = re.compile(r"-std=(?:c|gnu|iso9899:)\d\w*")
_OLD_CPP_STANDARD = re.compile(r"-std=(?:c|gnu)\+\+(?:98|03|0x|11|1y|14)")
# What may go away without the precompiled header: it is no longer good, it does not fit where the
# compiler has to put it, or the compiler broke down over it.
_FAULT_OF_THE_HEADER = re.compile(r"precompiled header|\bPCH\b|internal compiler error")
# What C allowed before 1999, and old programs do.
_OLD_C = ("-Wno-error=implicit-function-declaration", "-Wno-error=implicit-int")
_NVCC_ONLY = re.compile(
    r"-(?:gencode|arch|code|rdc|Xptxas|Xcudafe|maxrregcount|lineinfo|use_fast_math|-.*|G|ccbin|"
    r"offload-arch|fgpu-rdc|cudart|res-usage|dc|dlink|x)(?:=.*)?"
)
_WITH_VALUE = ("-gencode", "-arch", "-code", "-Xptxas", "-Xcudafe", "-maxrregcount", "-ccbin", "-x")


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

    @property
    def dialect_flags(self) -> tuple[str, ...]:
        """What makes its C++ that of a GPU's compiler.

        A lane may hand an uninitialised value to a function that hands on another lane's: a
        shuffle, or one around it. clang takes that for impossible in C++, and would conclude that
        each lane had taken the branch that sets the value; nvcc does not, and HIP marks its
        shuffles. A GPU's compiler inlines nearly all device code; g++ would call all but the
        smallest kernels once for each thread.
        """
        if self.is_clang:
            return ("-Xclang", "-no-enable-noundef-analysis")
        return ("--param=max-inline-insns-auto=60",)

    def compile(self, job: CompileJob, precompile: Path | None = None) -> Compiled:
        """Compile each file, two at a time, and link. `precompile` is the header to precompile.

        Each file of the job must include that header before anything else.
        """
        if precompile is not None:
            compiled = self._compile(job, precompiled(self, precompile, job))
            if not _is_fault_of_the_header(compiled):
                return compiled
        return self._compile(job, NOTHING)

    def _compile(self, job: CompileJob, header: Precompiled) -> Compiled:
        link = [flag for flag in job.flags if is_link_flag(flag)]
        flags = [*header.flags, *[flag for flag in job.flags if not is_link_flag(flag)]]
        # Libraries come last: a linker may take from each only what is missing so far.
        output = [*header.objects, *link, "-o", str(job.output)]
        files = [as_argument(file) for file in job.files]
        if len(files) == 1 and not job.c_files and not job.compile_flags:
            flags = _for_cpp(flags)
            objects_follow = ["-x", "none"] if header.objects else []
            return self._run(job, [*flags, files[0], *objects_follow, *output], files[0])
        objects = [f"hipwright-{number}.o" for number in range(len(files))]
        with ThreadPoolExecutor(2) as pool:
            parts = list(
                pool.map(
                    lambda each: self._run(
                        job,
                        [
                            *(_for_c(flags) if each[0] in job.c_files else _for_cpp(flags)),
                            *job.compile_flags,
                            *("-c", each[1], "-o", each[2]),
                        ],
                        each[1],
                    ),
                    zip(job.files, files, objects, strict=True),
                )
            )
        result = next((part for part in parts if not part.ok), None)
        linked = (
            []
            if result
            else [self._run(job, [*without_language(_for_cpp(flags)), *objects, *output])]
        )
        steps = [*parts, *linked]
        return replace(
            result or linked[0],
            command=parts[0].command,
            seconds=sum(step.seconds for step in steps),
            diagnostics=[each for step in steps for each in step.diagnostics],
            dependencies=list(dict.fromkeys(d for step in steps for d in step.dependencies)),
        )

    def _run(self, job: CompileJob, arguments: Sequence[str], source: str = "") -> Compiled:
        command = [str(self.executable), *arguments]
        depfiles = []
        if source:
            depfiles = [job.directory / (source.replace("/", "-") + ".d")]
            command += ["-MD", "-MF", str(depfiles[0])]
        done, said = run_compiler(command, job)
        diagnostics = parse_diagnostics(said, job.user_files or job.files, str(job.directory))
        return conclude(done, command, self.name, diagnostics, said, depfiles, job.directory)


def _is_fault_of_the_header(compiled: Compiled) -> bool:
    said = [compiled.message, *[each.message for each in compiled.diagnostics]]
    return any(_FAULT_OF_THE_HEADER.search(each) for each in said)


def _for_cpp(flags: Sequence[str]) -> list[str]:
    """The flags for a C++ source: without a standard for C."""
    return [flag for flag in flags if not _C_STANDARD.fullmatch(flag)]


def _for_c(flags: Sequence[str]) -> list[str]:
    """The flags for a C source: without a standard for C++ and without the runtime's header."""
    kept = [flag for flag in without_language(flags) if not flag.startswith("-std=c++")]
    return ["-x", "c", *_OLD_C, *[flag for flag in kept if not flag.startswith("-std=gnu++")]]


def translate_flags(flags: Sequence[str]) -> tuple[list[str], list[str]]:
    """Flags for nvcc or hipcc, made into the host compiler's; and those that mean nothing to it.

    The runtime's headers are C++17: an older standard is left out.
    """
    kept: list[str] = []
    dropped: list[str] = []
    pending = ""
    for flag in flags:
        if pending == "-Xcompiler":
            kept += flag.split(",")
            pending = ""
        elif pending:
            standard = f"-std={flag}"
            if pending not in ("-std", "--std") or _OLD_CPP_STANDARD.fullmatch(standard):
                dropped.append(f"{pending} {flag}")
            else:
                kept.append(standard)
            pending = ""
        elif flag in ("-Xcompiler", "--compiler-options"):
            pending = "-Xcompiler"
        elif flag.startswith(("-Xcompiler=", "--compiler-options=")):
            kept += flag.partition("=")[2].split(",")
        elif flag in ("--std", "-std"):
            pending = flag
        elif flag.startswith("--std=") and not _OLD_CPP_STANDARD.fullmatch(flag[1:]):
            kept.append(flag[1:])
        elif flag in _WITH_VALUE:
            pending = flag
        elif _NVCC_ONLY.fullmatch(flag) or _OLD_CPP_STANDARD.fullmatch(flag):
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
