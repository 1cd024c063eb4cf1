"""clang with HIP's headers: what AMD's compiler says of a port, where no ROCm is installed.

It compiles and does not link: there is no HIP runtime to link with. For the host it checks types;
for the GPU it generates code, since only that finds shared memory that is too large, or assembly
that the GPU has not.
"""

from __future__ import annotations

import re
import tempfile
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
from hipwright_server.toolchains.resources import parse_kernel_resource_usage

DEFAULT_ARCHITECTURE = "gfx942"
_CONTROLS = (  # the switches of the device library, as hipcc sets them
    "oclc_abi_version_500",
    "oclc_correctly_rounded_sqrt_on",
    "oclc_daz_opt_off",
    "oclc_finite_only_off",
    "oclc_unsafe_math_off",
)
_UNREADABLE = re.compile(r"bitcode|Unknown attribute kind|Invalid record|Malformed block", re.I)
_OLDEST = 15  # clang before that lacks what today's headers of HIP use


@dataclass(frozen=True, slots=True)
class ClangHip:
    """clang++, compiling HIP with the headers below `headers`/include."""

    executable: Path
    headers: Path
    clang: str
    hip: str  # the headers' version
    name: str = "clang"

    @property
    def version(self) -> str:
        """clang's and the headers'."""
        return f"{self.clang} with HIP {self.hip}"

    @property
    def identity(self) -> tuple[str, ...]:
        """All that tells it from another compiler."""
        runtime = self.headers / "include" / "hip" / "hip_runtime.h"
        return (*identity_of(self.executable, self.version), str(runtime.resolve()))

    def compile(self, job: CompileJob) -> Compiled:
        """Check each file for the host, and generate code for the GPU; the output is assembly."""
        architecture = job.architecture or DEFAULT_ARCHITECTURE
        with tempfile.TemporaryDirectory(prefix="hipwright-hip-") as folder:
            root = self._root(Path(folder))
            steps = []
            for file in job.files:
                host = ["--cuda-host-only", "-fsyntax-only"]
                assembly = Path(folder) / "device.s"
                device = ["--cuda-device-only", "-S", "-o", str(assembly)]
                with ThreadPoolExecutor(2) as pool:
                    started = pool.submit(self._run, job, architecture, root, file, host)
                    steps.append(self._for_device(job, architecture, root, file, device))
                    steps.append(started.result())
                if not all(step.ok for step in steps):
                    break
                with job.output.open("ab") as output:
                    output.write(assembly.read_bytes())
        first = next((step for step in steps if not step.ok), steps[0])
        seen = dict.fromkeys(each for step in steps for each in step.diagnostics)
        return replace(
            first,
            seconds=sum(step.seconds for step in steps),
            diagnostics=list(seen),
            resources=[each for step in steps for each in step.resources],
            dependencies=list(dict.fromkeys(d for step in steps for d in step.dependencies)),
        )

    def _root(self, folder: Path) -> Path:
        """What clang takes for ROCm: the headers' folder if it says its version, else a stand-in.

        clang asks a file for the version of HIP, and headers alone do not bring it.
        """
        for name in ("share/hip/version", "bin/.hipVersion"):
            if (self.headers / name).is_file():
                return self.headers
        major, minor, patch = self.hip.split(".") if "." in self.hip else ("0", "0", "0")
        version = folder / "rocm" / "share" / "hip" / "version"
        version.parent.mkdir(parents=True)
        version.write_text(
            f"HIP_VERSION_MAJOR={major}\nHIP_VERSION_MINOR={minor}\nHIP_VERSION_PATCH={patch}\n"
        )
        return folder / "rocm"

    def _for_device(
        self, job: CompileJob, architecture: str, root: Path, file: str, how: list[str]
    ) -> Compiled:
        """Generate code, with ROCm's device library where one is here that this clang can read.

        Without it a kernel calls what it would have inlined, and what it costs cannot be said.
        """
        library = device_library(self.headers, architecture)
        if library:
            linked: list[str] = []
            for path in library:
                linked += ["-Xclang", "-mlink-builtin-bitcode", "-Xclang", str(path)]
            report = "-Rpass-analysis=kernel-resource-usage"
            compiled = self._run(job, architecture, root, file, [*how, report, *linked])
            said = [compiled.message, *(each.message for each in compiled.diagnostics)]
            if compiled.ok or not any(map(_UNREADABLE.search, said)):
                return compiled
        return self._run(job, architecture, root, file, how)

    def _run(
        self, job: CompileJob, architecture: str, root: Path, file: str, how: list[str]
    ) -> Compiled:
        depfile = job.directory / f"hipwright-{file.replace('/', '-')}-{how[0]}.d"
        command = [
            str(self.executable),
            "-x",
            "hip",
            *([] if any(flag.startswith("-std=") for flag in job.flags) else ["-std=c++17"]),
            "-O3",  # as hipcc: what a kernel costs without it says nothing
            f"--offload-arch={architecture}",
            f"--rocm-path={root}",
            "-nogpulib",
            # clang takes ROCm's folder last; other headers of HIP on the system would win.
            *(() if self.headers == Path("/usr") else ("-isystem", f"{self.headers}/include")),
            *job.flags,
            *how,
            "-MD",
            "-MF",
            str(depfile),
            as_argument(file),
        ]
        done, said = run_compiler(command, job)
        diagnostics = parse_diagnostics(said, job.user_files or job.files, str(job.directory))
        compiled = conclude(done, command, self.name, diagnostics, said, [depfile], job.directory)
        if compiled.ok:
            compiled.resources = parse_kernel_resource_usage(said, architecture)
        return compiled


@cache
def device_library(headers: Path, architecture: str) -> tuple[Path, ...]:
    """ROCm's device library as bitcode for an architecture; nothing where it is not here."""
    folders = [
        headers / "amdgcn" / "bitcode",
        *sorted(headers.glob("lib/llvm/lib/clang/*/lib/amdgcn/bitcode"), reverse=True),
        *Path("/usr/lib").glob("*/amdgcn/bitcode"),
        Path("/usr/lib/amdgcn/bitcode"),
    ]
    folder = next((each for each in folders if (each / "ockl.bc").is_file()), None)
    if folder is None:
        return ()
    number = architecture.partition(":")[0].removeprefix("gfx")
    # Debian's library is older than gfx942, which is gfx940 with other caches.
    numbers = [number, "940"] if number.startswith("94") else [number]
    narrow = architecture.startswith(("gfx10", "gfx11", "gfx12"))
    names = [
        *("ocml", "ockl"),
        *_CONTROLS,
        f"oclc_wavefrontsize64_{'off' if narrow else 'on'}",
        *(f"oclc_isa_version_{each}" for each in numbers),
    ]
    found = [folder / f"{name}.bc" for name in names if (folder / f"{name}.bc").is_file()]
    isa = [path for path in found if "isa_version" in path.name]
    return tuple(path for path in found if path not in isa[1:])


@cache
def open_clang_hip(executable: Path, headers: Path) -> ClangHip | None:
    """clang with the headers; None where it is no clang, or too old a one."""
    clang = first_line([str(executable), "--version"], r"clang version ([\w.+~-]+)")
    if not clang or int(re.match(r"\d*", clang)[0] or 0) < _OLDEST:  # type: ignore[index]
        return None
    return ClangHip(executable, headers, clang, _hip_version(headers))


def _hip_version(headers: Path) -> str:
    """The headers' version, such as 7.1.0; "?" where no file says it."""
    for name in ("include/hip/hip_version.h", "share/hip/version", "bin/.hipVersion"):
        try:
            text = (headers / name).read_text("utf-8", "replace")
        except OSError:
            continue
        numbers = [
            match[1]
            for part in ("MAJOR", "MINOR", "PATCH")
            if (match := re.search(rf"HIP_VERSION_{part}[ =]+(\d+)", text))
        ]
        if len(numbers) == 3:
            return ".".join(numbers)
    return "?"
