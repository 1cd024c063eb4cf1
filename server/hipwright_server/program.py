"""A program to run: its files, how to compile it, and its port."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from hipwright_server.cpu.includes import is_vendor_folder
from hipwright_server.run import Dialect

SOURCE_SUFFIXES = (".cu", ".hip", ".cpp", ".cc", ".cxx", ".c", ".C")
_HIP_SIGNS = re.compile(
    rb'#\s*include\s*[<"]hip[/_]|\bhip(Malloc|Memcpy|Launch|Device|Stream|Event|Free)'
)
_CUDA_SIGNS = re.compile(
    rb'#\s*include\s*[<"]cuda|\bcuda(Malloc|Memcpy|Launch|Device|Stream|Event|Free)'
)
_HIP_INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*[<"]hip/', re.MULTILINE)
_CUDA_INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*[<"]cuda', re.MULTILINE)
_INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*(["<])([^">\n]+)[">]', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a program. `name` is its path relative to the program's root, with `/`."""

    name: str
    content: bytes
    compiled: bool = True  # False: a header, there to be included

    @property
    def text(self) -> str:
        """The content as text; bytes that are not UTF-8 are replaced."""
        return self.content.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Program:
    """What a target compiles and runs.

    `root` is where the names of the files, relative include folders in `flags`, and headers that
    are not among `files` are looked up; `directory` is the working directory of the run.
    """

    files: tuple[SourceFile, ...]
    dialect: Dialect
    root: Path
    directory: Path
    flags: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """A name for the program: its compiled files."""
        return ", ".join(file.name for file in self.files if file.compiled)

    def write(self, folder: Path) -> list[Path]:
        """Write all files below a folder, under their names; the paths, in order."""
        paths = []
        for file in self.files:
            path = folder / file.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content)
            paths.append(path)
        return paths


@dataclass(frozen=True, slots=True)
class PortedFinding:
    """What is left to do in a port, at the user's line."""

    code: str
    severity: str
    message: str
    file: str
    line: int
    column: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class PortedProgram:
    """The port of a program, and what the port still needs."""

    program: Program
    findings: tuple[PortedFinding, ...] = field(default=())
    changes: int = 0


def dialect_of(name: str, content: bytes) -> Dialect:
    """What a file is written in: by its suffix, else by what it includes and calls."""
    if name.endswith((".cu", ".cuh")):
        # hipcc's users keep .cu for ported files as well.
        hip = _HIP_SIGNS.search(content) and not _CUDA_SIGNS.search(content)
        return "hip" if hip else "cuda"
    if name.endswith(".hip"):
        return "hip"
    return "hip" if _HIP_SIGNS.search(content) else "cuda"


def is_hip(content: bytes) -> bool:
    """Whether a text can only be meant as HIP, whatever it is called.

    It includes HIP's headers and none of CUDA's: a compiler for CUDA stops at the first line. A
    text that includes both chooses between them by itself.
    """
    if _HIP_INCLUDE.search(content):
        return not _CUDA_INCLUDE.search(content)
    return dialect_of("cell.cu", content) == "hip"


def load_program(
    paths: Sequence[Path],
    *,
    dialect: Dialect | None = None,
    flags: Sequence[str] = (),
    arguments: Sequence[str] = (),
    directory: Path | None = None,
) -> Program:
    """A program from its files on disk, with the local headers that they include by name.

    Raises:
        ValueError: a file cannot be read, or is no source; the message says which and why.
    """
    if not paths:
        raise ValueError("no file given: name the program's source files")
    sources = [_checked(path) for path in paths]
    contents = {path: path.read_bytes() for path in sources}
    headers = _local_headers(contents, _include_directories(flags, Path.cwd()))
    everything = {**contents, **headers}
    root = Path(os.path.commonpath([path.parent for path in everything]))
    files = tuple(
        SourceFile(path.relative_to(root).as_posix(), content, compiled=path in contents)
        for path, content in everything.items()
    )
    if dialect is None:
        dialect = _dialect_of_all(files)
    return Program(
        files=files,
        dialect=dialect,
        root=root,
        directory=directory or Path.cwd(),
        flags=tuple(absolute_includes(flags, Path.cwd())),
        arguments=tuple(arguments),
    )


def load_text(
    name: str,
    content: bytes,
    *,
    dialect: Dialect,
    directory: Path,
    saved: Mapping[str, bytes] | None = None,
    with_sources: Sequence[str] = (),
    flags: Sequence[str] = (),
    arguments: Sequence[str] = (),
) -> Program:
    """A program from one text, a notebook's cell, with the headers that it includes by name.

    Headers are looked for among the `saved` texts, then in `directory`. `with_sources` names saved
    texts to compile along.

    Raises:
        ValueError: a named source was not saved.
    """
    saved = saved or {}
    for source in with_sources:
        if source not in saved:
            known = ", ".join(saved) or "none"
            raise ValueError(f"no cell was saved as {source} (saved: {known})")
    path = directory / name
    sources = {path: content, **{directory / each: saved[each] for each in with_sources}}
    texts = {directory / each: text for each, text in saved.items()}
    headers = _local_headers(sources, _include_directories(flags, directory), texts)
    everything = {**sources, **headers}
    root = Path(os.path.commonpath([each.parent for each in everything]))
    return Program(
        files=tuple(
            SourceFile(each.relative_to(root).as_posix(), text, compiled=each in sources)
            for each, text in everything.items()
        ),
        dialect=dialect,
        root=root,
        directory=directory,
        flags=tuple(absolute_includes(flags, directory)),
        arguments=tuple(arguments),
    )


def _checked(path: Path) -> Path:
    """The absolute path of a readable source file; ValueError says what is wrong with it."""
    if not path.exists():
        raise ValueError(f"{path}: no such file")
    if path.is_dir():
        raise ValueError(f"{path} is a folder: name the program's source files")
    if path.suffix not in SOURCE_SUFFIXES:
        known = ", ".join(SOURCE_SUFFIXES)
        raise ValueError(f"{path} is no source that can be compiled (one of {known})")
    if not os.access(path, os.R_OK):
        raise ValueError(f"{path} cannot be read")
    return path.resolve()


def _dialect_of_all(files: Iterable[SourceFile]) -> Dialect:
    """HIP when a compiled file is: CUDA programs have no HIP files, ports may keep plain C++."""
    dialects = {
        dialect_of(file.name, file.content)
        for file in files
        if file.compiled
        and (
            file.name.endswith((".cu", ".hip"))
            or _HIP_SIGNS.search(file.content)
            or _CUDA_SIGNS.search(file.content)
        )
    }
    return "hip" if "hip" in dialects else "cuda"


def absolute_includes(flags: Sequence[str], base: Path) -> list[str]:
    """Compiler flags with each `-I` in one word, and its folder absolute."""
    changed: list[str] = []
    following = False
    for flag in flags:
        if following:
            changed.append(f"-I{(base / flag).resolve()}")
            following = False
        elif flag == "-I":
            following = True
        elif flag.startswith("-I"):
            changed.append(f"-I{(base / flag[2:]).resolve()}")
        else:
            changed.append(flag)
    return changed


def _include_directories(flags: Sequence[str], base: Path) -> list[Path]:
    """The folders that `-I` names among compiler flags."""
    return [Path(flag[2:]) for flag in absolute_includes(flags, base) if flag.startswith("-I")]


def _local_headers(
    sources: Mapping[Path, bytes],
    folders: Sequence[Path],
    texts: Mapping[Path, bytes] | None = None,
) -> dict[Path, bytes]:
    """The headers that the sources include and that lie beside them or under `-I`.

    `texts` are headers that are not on disk; they go first. The folders of a CUDA toolkit or of
    ROCm are left alone.
    """
    folders = [folder for folder in folders if not is_vendor_folder(folder)]
    found: dict[Path, bytes] = {}
    pending = list(sources.items())
    while pending:
        path, content = pending.pop()
        for opening, name in _INCLUDE.findall(content):
            beside = [path.parent] if opening == b'"' else []
            for folder in (*beside, *folders):
                header = Path(os.path.normpath(folder / os.fsdecode(name)))
                text = (texts or {}).get(header)
                if text is None and header.is_file():
                    header = header.resolve()
                    text = header.read_bytes()
                if text is not None:
                    if header not in sources and header not in found:
                        found[header] = text
                        pending.append((header, text))
                    break
    return found


def port_program(program: Program) -> PortedProgram:
    """The port of a CUDA program to HIP: every safe fix applied in every file.

    File names stay, so that includes still find each other.
    """
    from hipwright.port import port
    from hipwright.settings import Settings
    from hipwright.source import Source

    settings = Settings()
    files: list[SourceFile] = []
    findings: list[PortedFinding] = []
    changes = 0
    for file in program.files:
        result = port(file.content, file.name, settings)
        files.append(replace(file, content=result.text))
        changes += len(result.applied)
        source = Source(result.text, file.name)
        for finding in result.remaining:
            if finding.severity.value not in ("error", "warning"):
                continue
            line, column = source.lines.position(finding.start)
            findings.append(
                PortedFinding(
                    code=finding.code,
                    severity=finding.severity.value,
                    message=finding.message,
                    file=file.name,
                    line=line + 1,
                    column=column + 1,
                )
            )
    ported = replace(program, files=tuple(files), dialect="hip")
    return PortedProgram(ported, tuple(findings), changes)
