"""The CPU runtime's header, precompiled: a notebook cell then compiles in a fraction of the time.

It is made once for each compiler, warp size and set of flags, and kept in the user's cache
directory. With clang there is a second form, made while nobody waits: the code of the runtime's
functions is then compiled beside the header once, and not again with every program.
"""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from hipwright.user_directory import cache_directory
from hipwright_server.cache import Cache, Entry, key_of, read_depfile
from hipwright_server.toolchains.base import CompileJob, run_compiler

_BYTES = 1024**3
# Flags that cannot change what the runtime's header means.
_HARMLESS = re.compile(r"-(?:(?:I|iquote|idirafter|l|L|W).*|w|D(?!_|HIPWRIGHT|NDEBUG)\w+(?:=.*)?)")
_OBJECT = "runtime.o"
_making: dict[str, threading.Lock] = {}  # by key: two cells at once need not make it twice


class Compiler(Protocol):
    """What is asked of a compiler here."""

    @property
    def executable(self) -> Path:
        """Where it is."""

    @property
    def identity(self) -> tuple[str, ...]:
        """All that tells it from another compiler."""

    @property
    def is_clang(self) -> bool:
        """Clang, or else g++."""


@dataclass(frozen=True, slots=True)
class Precompiled:
    """How to use a precompiled header: flags to compile with, objects to link with."""

    flags: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()


NOTHING = Precompiled()


def precompiled(compiler: Compiler, header: Path, job: CompileJob) -> Precompiled:
    """The precompiled `header` for a job's flags, made when missing; NOTHING where that fails."""
    recipe = _Recipe(compiler, header, job)
    if compiler.is_clang:
        entry = recipe.find(with_object=True)
        if entry is not None:
            return recipe.usage(entry, with_object=True)
    entry = recipe.find() or recipe.make()
    return recipe.usage(entry) if entry is not None else NOTHING


def precompile_with_object(compiler: Compiler, header: Path, job: CompileJob) -> None:
    """Make the second form, where the compiler has it and it is missing. Takes some seconds."""
    recipe = _Recipe(compiler, header, job)
    if compiler.is_clang and recipe.find(with_object=True) is None:
        recipe.make(with_object=True)


class _Recipe:
    """One header with one set of flags."""

    def __init__(self, compiler: Compiler, header: Path, job: CompileJob) -> None:
        from hipwright_server.cpu import include_directory, runtime_hash

        self._compiler = compiler
        self._header = header
        self._job = job
        include = include_directory()
        dialect = header.relative_to(include).parts[0]
        self._name = header.relative_to(include / dialect).as_posix() + ".gch"
        self._flags = [
            *[flag for flag in without_language(job.flags) if not _HARMLESS.fullmatch(flag)],
            f"-I{include / dialect}",
            f"-I{include}",
        ]
        self._key = [compiler.identity, self._flags, runtime_hash(), header]
        self._store = Cache(cache_directory() / "precompiled", _BYTES)

    def _key_of(self, with_object: bool) -> str:
        return key_of(["object" if with_object else "header", *self._key])

    def find(self, with_object: bool = False) -> Entry | None:
        """The cache's entry."""
        return self._store.get(self._key_of(with_object))

    def make(self, with_object: bool = False) -> Entry | None:
        """Make the entry; None where the compiler will not: a program's compile will say why."""
        key = self._key_of(with_object)
        with _making.setdefault(key, threading.Lock()):
            entry = self._store.get(key)
            if entry is not None:
                return entry
            read: list[Path] = []
            try:
                return self._store.put(
                    key, {}, lambda folder: read.extend(self._fill(folder, with_object)), read
                )
            except OSError:
                return None

    def _fill(self, folder: Path, with_object: bool) -> list[Path]:
        """Write the entry's files; what was read for them."""
        output = folder / self._name
        output.parent.mkdir(parents=True, exist_ok=True)
        depfile = folder / "header.d"
        command = [*self._flags, "-x", "c++-header", "-MD", "-MF", str(depfile)]
        if self._compiler.is_clang:
            source = self._header
            command.append("-fpch-validate-input-files-content")
            if with_object:
                command += ["-fpch-codegen", "-fpch-instantiate-templates"]
        else:
            # g++ looks for the header beside its precompiled form. One that only includes the
            # real one may be included again and again.
            source = output.with_suffix("")
            source.write_text(f'#include "{self._header}"\n')
        self._run([*command, str(source), "-o", str(output)])
        if with_object:
            machine = [flag for flag in self._flags if flag.startswith(("-O", "-m", "-f"))]
            self._run([*machine, "-c", str(output), "-o", str(folder / _OBJECT)], politely=True)
        return [path for path in read_depfile(depfile) if folder not in path.parents]

    def _run(self, arguments: Sequence[str], politely: bool = False) -> None:
        # Nobody waits for it: whoever compiles a cell meanwhile goes first.
        nice = shutil.which("nice") if politely else None
        first = [nice, "-n", "10"] if nice else []
        command = [*first, str(self._compiler.executable), *arguments]
        done, _ = run_compiler(command, self._job)
        if done.exit_status != 0:
            raise OSError("the header does not compile")

    def usage(self, entry: Entry, with_object: bool = False) -> Precompiled:
        """How to use an entry."""
        if not self._compiler.is_clang:
            return Precompiled((f"-I{entry.directory}",))
        objects = (str(entry.directory / _OBJECT),) if with_object else ()
        # Read when times differ: an installation anew gives the same headers later times.
        header = ("-fpch-validate-input-files-content", "-include-pch")
        return Precompiled((*header, str(entry.directory / self._name)), objects)


def is_link_flag(flag: str) -> bool:
    """Whether a flag is for the linker alone."""
    return flag.startswith(("-l", "-L", "-Wl,")) or flag in ("-static", "-shared")


def without_language(flags: Sequence[str]) -> list[str]:
    """Flags without `-x c++` and without a precompiled header: for what is no source.

    g++ moreover links, whatever it is given, when it has once seen `-x c++`.
    """
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
