"""Which programs there are under some paths: files with main(), and what each is built of.

What a build system says goes first: a compilation database, then a Makefile. Where there is none, a
program is the file with its main() and the files that define what it declares and uses.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from hipwright_server.process import Stop
from hipwright_server.verify import cmake, compilation_database, makefile
from hipwright_server.verify.build_commands import Executable
from hipwright_server.verify.found import FoundProgram, LeftOut
from hipwright_server.verify.sources import COMPILED_SUFFIXES, Sources, needed_sources

_BUILD_FOLDERS = ("", "build", "out", "cmake-build-release", "cmake-build-debug")


class Discovery:
    """Looks for programs; what it found is in `programs` and `left_out`."""

    def __init__(self, paths: Sequence[Path], stop: Stop | None = None) -> None:
        """Look below `paths`.

        Raises:
            ValueError: a path cannot be used; the message says which and why.
        """
        self.programs: list[FoundProgram] = []
        self.left_out: list[LeftOut] = []
        self._sources = Sources()
        self._stop = stop
        self._makefiles: dict[Path, list[tuple[Executable, tuple[str, ...]]]] = {}
        self._cmake_lists: dict[Path, list[cmake.Target]] = {}
        self._base = _base_of(paths)
        self._seen: set[Path] = set()
        for path in paths:
            if not path.exists():
                raise ValueError(f"{path}: no such file or folder")
        files = [path.resolve() for path in paths if path.is_file() and path.suffix != ".json"]
        for path in paths:
            if path.is_dir():
                self._in_folder(path)
            elif path.suffix == ".json":
                self._in_database(path)
            elif path.suffix not in COMPILED_SUFFIXES:
                known = ", ".join(COMPILED_SUFFIXES)
                raise ValueError(f"{path} is no source that can be compiled (one of {known})")
        if files:
            self._given(files)

    def _in_folder(self, folder: Path) -> None:
        for name in _BUILD_FOLDERS:
            database = folder / name / compilation_database.NAME
            if database.is_file():
                self._in_database(database)
                return
        files = [path.resolve() for path in _sources_below(folder)]
        compiled = [path for path in files if path.suffix in COMPILED_SUFFIXES]
        by_folder = _by_folder(compiled)
        root = folder.resolve()
        for path in compiled:
            if self._sources.has_main(path):
                self._add_main(path, root, _around(path, root, by_folder))

    def _given(self, files: Sequence[Path]) -> None:
        """Files that the user named: each with a main() is a program."""
        mains = [path for path in files if self._sources.has_main(path)]
        others = [path for path in files if path not in mains]
        for path in mains:
            if len(mains) == 1 and others:
                self._add(FoundProgram(self._name(path), (path, *others), path.parent, "given"))
                continue
            beside = [each for each in path.parent.iterdir() if each.suffix in COMPILED_SUFFIXES]
            candidates = [*others, *(each for each in beside if each not in others)]
            self._add_main(path, path.parent, candidates)
        if not mains:
            for path in others:
                self.left_out.append(LeftOut(self._name(path), "it has no main()"))

    def _add_main(self, main: Path, root: Path, candidates: Sequence[Path]) -> None:
        """The program of a file with a main(), by the nearest build file or by what it needs."""
        self._add(
            self._by_makefile(main, root)
            or self._by_cmake(main, root)
            or FoundProgram(
                self._name(main),
                (main, *needed_sources(main, candidates, self._sources)),
                main.parent,
                "main()",
            )
        )

    def _by_makefile(self, main: Path, root: Path) -> FoundProgram | None:
        for folder in _upwards(main.parent, root):
            if not makefile.has_makefile(folder):
                continue
            if folder not in self._makefiles:
                self._makefiles[folder] = makefile.programs_of(folder, self._stop)
            for executable, arguments in self._makefiles[folder]:
                if main in executable.sources and all(map(Path.is_file, executable.sources)):
                    found = self._of_executable(main, executable, "Makefile")
                    return replace(found, arguments=arguments)
        return None

    def _by_cmake(self, main: Path, root: Path) -> FoundProgram | None:
        for folder in _upwards(main.parent, root):
            if not (folder / cmake.NAME).is_file():
                continue
            if folder not in self._cmake_lists:
                self._cmake_lists[folder] = cmake.read_targets(folder)
            for target in self._cmake_lists[folder]:
                if main in target.sources:
                    files = (main, *(path for path in target.sources if path != main))
                    return FoundProgram(
                        self._name(main), files, main.parent, cmake.NAME, target.flags
                    )
        return None

    def _of_executable(self, main: Path, executable: Executable, found_by: str) -> FoundProgram:
        files = (main, *(path for path in executable.sources if path != main))
        return FoundProgram(
            self._name(main), files, executable.directory, found_by, executable.flags
        )

    def _in_database(self, file: Path) -> None:
        units = compilation_database.read_database(file)
        linked = compilation_database.programs_of(file)
        mains = [unit for unit in units if self._sources.has_main(unit.source)]
        for unit in mains:
            executable = next((e for e in linked or () if unit.source in e.sources), None)
            if executable is not None:
                found = self._of_executable(unit.source, executable, file.name)
                self._add(replace(found, directory=unit.source.parent))
                continue
            together = [
                other.source
                for other in units
                if other.source != unit.source and other.target == unit.target
            ]
            if unit.target and not any(map(self._sources.has_main, together)):
                needed = together
            else:
                everything = [other.source for other in units]
                needed = needed_sources(unit.source, everything, self._sources)
            self._add(
                FoundProgram(
                    self._name(unit.source),
                    (unit.source, *needed),
                    unit.source.parent,
                    file.name,
                    unit.flags,
                )
            )

    def _add(self, program: FoundProgram) -> None:
        main = program.files[0]
        if main in self._seen:
            return
        self._seen.add(main)
        everything = [
            *program.files,
            *(h for f in program.files for h in self._sources.included(f)),
        ]
        if self._sources.uses_gpu(everything):
            self.programs.append(program)
        else:
            self.left_out.append(LeftOut(program.name, "nothing in it is for a GPU"))

    def _name(self, path: Path) -> str:
        """A program's name: its main file as seen from here, else from what was named."""
        here = Path.cwd()
        for base in (here, self._base):
            if path.is_relative_to(base):
                return path.relative_to(base).as_posix()
        return str(path)


def _base_of(paths: Sequence[Path]) -> Path:
    folders = [path.resolve() if path.is_dir() else path.resolve().parent for path in paths]
    return Path(os.path.commonpath(folders)) if folders else Path.cwd()


def _sources_below(folder: Path) -> Iterable[Path]:
    from hipwright.configuration import ConfigurationError, Configurations
    from hipwright.discovery import Found, find

    try:
        for item in find([folder], Configurations()):
            if isinstance(item, Found):
                yield item.path
    except ConfigurationError as error:
        raise ValueError(str(error)) from None


def _by_folder(files: Iterable[Path]) -> dict[Path, list[Path]]:
    sorted_out: dict[Path, list[Path]] = {}
    for path in files:
        sorted_out.setdefault(path.parent, []).append(path)
    return sorted_out


def _around(main: Path, root: Path, by_folder: dict[Path, list[Path]]) -> list[Path]:
    """The files that a program may be built of: those below its folder, and below the one above."""
    tops = {main.parent, main.parent.parent if main.parent != root else main.parent}
    return [
        path
        for folder, files in by_folder.items()
        if any(folder == top or top in folder.parents for top in tops)
        for path in files
    ]


def _upwards(folder: Path, root: Path) -> Iterable[Path]:
    """A folder and those above it, up to `root`."""
    yield folder
    for above in folder.parents:
        if above != root and root not in above.parents:
            return
        if folder != root:
            yield above
