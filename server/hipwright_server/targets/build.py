"""From a program to an executable: laid out in a folder, prepared, compiled, cached."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from hipwright_server.cache import Cache, Entry, key_of
from hipwright_server.program import Program
from hipwright_server.run import Diagnostic, KernelResources, Place, Run, RunStatus
from hipwright_server.toolchains import Compiled

_PROGRAM = "program"


@dataclass(slots=True)
class Built:
    """An executable, or why there is none."""

    executable: Path | None
    compiled: Compiled
    cached: bool = False


def build(
    program: Program,
    key_parts: Sequence[object],
    compile_in: Callable[[Path, Path], Compiled],
    cache: Cache | None = None,
) -> Built:
    """Compile a program, or take it from the cache.

    `key_parts` are all that decides about the result besides the program: toolchain, architecture,
    runtime. `compile_in` gets a folder to work in and the path of the executable to make.

    Raises:
        ValueError: the program cannot be prepared; the message says where and why.
    """
    cache = cache or Cache()
    key = key_of(
        [
            list(key_parts),
            [[file.name, file.content, file.compiled] for file in program.files],
            program.dialect,
            program.root,
            list(program.flags),
        ]
    )
    entry = cache.get(key)
    if entry is not None and (entry.directory / _PROGRAM).is_file():
        return Built(entry.directory / _PROGRAM, _compiled_of(entry), cached=True)
    with tempfile.TemporaryDirectory(prefix="hipwright-build-") as folder:
        work = Path(folder).resolve()
        output = work / "out" / _PROGRAM
        output.parent.mkdir()
        compiled = compile_in(work, output)
        if not compiled.ok:
            return Built(None, compiled)

        def fill(place: Path) -> None:
            shutil.copy2(output, place / _PROGRAM)

        entry = cache.put(key, _meta_of(compiled), fill, compiled.dependencies)
    return Built(entry.directory / _PROGRAM, compiled)


def user_flags(program: Program, layout: Path) -> list[str]:
    """The program's flags with include folders made absolute: those laid out first."""
    flags: list[str] = []
    for flag in program.flags:
        flags += _include(flag[2:], program, layout) if flag.startswith("-I") else [flag]
    return flags


def beside(program: Program) -> tuple[str, ...]:
    """The flags that have files beside a program found: for `#include "…"`, before all else.

    For `<…>` they come behind all else, or a file called `new` or `version` would stand for the
    standard's.
    """
    return f"-iquote{program.root}", f"-idirafter{program.root}"


def _include(folder: str, program: Program, layout: Path) -> list[str]:
    absolute = (program.root / folder).resolve()
    found = []
    if absolute.is_relative_to(program.root):
        laid_out = layout / absolute.relative_to(program.root)
        if laid_out.is_dir():
            found.append(f"-I{laid_out}")
    return [*found, f"-I{absolute}"]


def apply_compiled(run: Run, built: Built, toolchain: str) -> None:
    """Fill a run with what its compile gave."""
    compiled = built.compiled
    run.diagnostics = compiled.diagnostics
    run.resources = compiled.resources
    run.command = compiled.command
    run.toolchain = toolchain
    run.cached = built.cached
    run.compile_seconds = 0.0 if built.cached else compiled.seconds
    if built.executable is None:
        run.status = RunStatus.COMPILE_ERROR
        first = next((each for each in compiled.diagnostics if each.severity == "error"), None)
        run.message = compiled.message or (first.message if first else "")
        if compiled.interrupted:
            run.status = RunStatus.INTERRUPTED


def _meta_of(compiled: Compiled) -> dict[str, Any]:
    return {
        "command": list(compiled.command),
        "seconds": compiled.seconds,
        "diagnostics": [asdict(each) for each in compiled.diagnostics],
        "resources": [asdict(each) for each in compiled.resources],
    }


def _compiled_of(entry: Entry) -> Compiled:
    meta = entry.meta
    return Compiled(
        ok=True,
        command=tuple(meta["command"]),
        seconds=meta["seconds"],
        diagnostics=[
            Diagnostic(
                each["severity"],
                each["message"],
                Place(**each["place"]) if each["place"] else None,
            )
            for each in meta["diagnostics"]
        ],
        resources=[KernelResources(**each) for each in meta["resources"]],
    )
