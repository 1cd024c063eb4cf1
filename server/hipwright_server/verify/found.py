"""A program that was found in a tree, and how it is compiled."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FoundProgram:
    """One program: the file with its main() first, then what else is compiled with it.

    All paths are absolute, also those in `flags`. `directory` is where the program is run.
    """

    name: str
    files: tuple[Path, ...]
    directory: Path
    found_by: str  # what said which files it has: "Makefile", "compile_commands.json", …
    flags: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file or a program that is not verified, and why."""

    name: str
    reason: str
