"""Compile and link commands, put together to programs: of a dry run of make, or of a database."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hipwright_server.verify.flags import meaningful_flags
from hipwright_server.verify.sources import COMPILED_SUFFIXES

_COMPILER = re.compile(
    r"(?:[\w.-]*-)?(?:nvcc|hipcc|g\+\+|gcc|c\+\+|cc|clang\+\+|clang|icpc|icc|icpx|amdclang\+\+|"
    r"nvc\+\+)(?:-[\d.]+)?"
)
_LAUNCHERS = ("ccache", "sccache", "distcc", "time", "env", "nice")
_SEPARATORS = ("&&", "||", ";", "|", "&")
_OBJECTS = (".o", ".obj", ".a", ".so", ".lo")
# Their value is in the next word, and is no file of the program.
_WITH_VALUE = frozenset(
    {
        *(
            "-o",
            "-I",
            "-D",
            "-U",
            "-isystem",
            "-include",
            "-iquote",
            "-L",
            "-l",
            "-x",
            "-MF",
            "-MT",
        ),
        *(
            "-MQ",
            "-arch",
            "-gencode",
            "-code",
            "-Xcompiler",
            "-Xptxas",
            "-Xlinker",
            "-ccbin",
            "-std",
        ),
        *("--compiler-options", "-Xcudafe", "-maxrregcount", "--std", "-Xarch_host"),
        *("-Xarch_device", "-odir", "-T", "-framework", "-Xnvlink", "-target", "-u"),
    }
)


@dataclass(frozen=True, slots=True)
class Command:
    """One command, and where it is run."""

    words: tuple[str, ...]
    directory: Path


@dataclass(slots=True)
class Step:
    """One call of a compiler."""

    sources: list[Path] = field(default_factory=list)
    objects: list[Path] = field(default_factory=list)
    libraries: list[str] = field(default_factory=list)
    output: Path | None = None
    compiles_only: bool = False
    flags: tuple[str, ...] = ()
    directory: Path = Path()


@dataclass(frozen=True, slots=True)
class Executable:
    """What is linked: its sources and the flags of all its steps."""

    output: Path
    sources: tuple[Path, ...]
    flags: tuple[str, ...]
    directory: Path


def split_line(line: str) -> list[list[str]]:
    """The commands in one line of a shell."""
    try:
        lexer = shlex.shlex(line, posix=True, punctuation_chars="&|;")
        lexer.whitespace_split = True
        lexer.commenters = ""
        words = list(lexer)
    except ValueError:
        return []
    commands: list[list[str]] = [[]]
    for word in words:
        if word in _SEPARATORS:
            commands.append([])
        else:
            commands[-1].append(word)
    return [command for command in commands if command]


def read_step(command: Command) -> Step | None:
    """The call of a compiler in a command; None where it is something else."""
    words = list(command.words)
    while words and (words[0] in _LAUNCHERS or re.fullmatch(r"\w+=.*", words[0])):
        words.pop(0)
    if not words or not _COMPILER.fullmatch(Path(words[0]).name):
        return None
    step = Step(directory=command.directory)
    given: list[str] = []
    waiting = iter(words[1:])
    for word in waiting:
        if word in ("-o", "--output-file"):
            step.output = _absolute(next(waiting, ""), command.directory)
        elif word in ("-c", "-dc", "-dw", "--compile", "--device-c", "-E", "-S", "-ptx", "-cubin"):
            step.compiles_only = True
        elif word in ("-M", "-MM", "-dlink", "--device-link", "-fatbin"):
            return None
        elif word in _WITH_VALUE:
            given += [word, next(waiting, "")]
        elif word.startswith("-"):
            given.append(word)
            if word.startswith("-l"):
                step.libraries.append(word[2:])
        elif word.endswith(COMPILED_SUFFIXES):
            step.sources.append(_absolute(word, command.directory))
        elif word.endswith(_OBJECTS):
            step.objects.append(_absolute(word, command.directory))
    step.flags = meaningful_flags(given, command.directory)
    if step.output is None and not step.compiles_only:
        step.output = command.directory / "a.out"
    return step


def executables(commands: Iterable[Command]) -> list[Executable]:
    """The programs that the commands make, in their order."""
    made_of: dict[Path, tuple[list[Path], tuple[str, ...]]] = {}
    archives: dict[str, list[Path]] = {}  # by the library's name
    found: list[Executable] = []
    for command in commands:
        archive = _archive(command)
        if archive is not None:
            output, members = archive
            parts = [made_of[member] for member in members if member in made_of]
            made_of[output] = (
                [source for sources, _ in parts for source in sources],
                tuple(flag for _, flags in parts for flag in flags),
            )
            archives[output.name.removeprefix("lib").removesuffix(".a")] = [output]
            continue
        step = read_step(command)
        if step is None:
            continue
        if step.compiles_only:
            for source in step.sources:
                output = step.output or step.directory / f"{source.stem}.o"
                made_of[output] = ([source], step.flags)
            continue
        inputs = [*step.objects]
        for library in step.libraries:
            inputs += archives.get(library, [])
        parts = [made_of[each] for each in inputs if each in made_of]
        sources = dict.fromkeys([*step.sources, *(each for part, _ in parts for each in part)])
        libraries = {f"-l{name}" for name in archives}
        flags = dict.fromkeys(
            flag
            for flag in (*(each for _, part in parts for each in part), *step.flags)
            if flag not in libraries
        )
        if sources and step.output is not None:
            found.append(Executable(step.output, tuple(sources), tuple(flags), command.directory))
    return found


def _archive(command: Command) -> tuple[Path, list[Path]] | None:
    """The archive that `ar` makes, and its members."""
    words = command.words
    if not words or not re.fullmatch(r"(?:[\w.-]*-)?ar", Path(words[0]).name):
        return None
    files = [word for word in words[1:] if word.endswith(_OBJECTS)]
    if len(files) < 2:
        return None
    first, *members = (_absolute(file, command.directory) for file in files)
    return first, members


def _absolute(name: str, directory: Path) -> Path:
    return Path(os.path.normpath(directory / name))


def arguments_for(commands: Sequence[Command], output: Path) -> tuple[str, ...]:
    """The arguments with which the commands run a program; none where they do not."""
    for command in commands:
        for index, word in enumerate(command.words):
            if "/" in word and _absolute(word, command.directory) == output:
                if index and not re.fullmatch(r"\w+=.*|time|exec", command.words[index - 1]):
                    break
                return _without_redirections(command.words[index + 1 :])
    return ()


def _without_redirections(words: Sequence[str]) -> tuple[str, ...]:
    kept: list[str] = []
    waiting = iter(words)
    for word in waiting:
        redirection = re.fullmatch(r"\d?(?:>>?|<)(&?)(.*)", word)
        if redirection is None:
            kept.append(word)
        elif not redirection[2]:
            next(waiting, None)  # the file's name
    return tuple(kept)
