"""The programs of a compile_commands.json, as CMake, Meson and Bear write it."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hipwright_server.verify.build_commands import Command, Executable, executables, read_step

NAME = "compile_commands.json"
_TARGET = re.compile(r"(?:^|/)CMakeFiles/([^/]+)\.dir/")


@dataclass(frozen=True, slots=True)
class Unit:
    """One file of the database, with what its compiler is told about it."""

    source: Path
    flags: tuple[str, ...]
    target: str  # what CMake builds of it; "" when nothing says
    directory: Path


def read_database(file: Path) -> list[Unit]:
    """The files in a compilation database.

    Raises:
        ValueError: it cannot be read, or is no compilation database.
    """
    return [unit for unit, _ in _entries(file)]


def programs_of(file: Path) -> list[Executable] | None:
    """The programs that are linked of its files, where CMake's own link commands say so.

    Raises:
        ValueError: it cannot be read, or is no compilation database.
    """
    entries = _entries(file)
    links: list[Command] = []
    for directory in dict.fromkeys(unit.directory for unit, _ in entries):
        for link in sorted(directory.glob("CMakeFiles/*.dir/link.txt")):
            for line in link.read_text("utf-8", "replace").splitlines():
                links.append(Command(tuple(shlex.split(line)), directory))
    if not links:
        return None
    # Archives before what links them.
    links.sort(key=lambda command: not Path(command.words[0]).name.endswith("ar"))
    return executables([*(command for _, command in entries), *links])


def _entries(file: Path) -> list[tuple[Unit, Command]]:
    try:
        listed = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise ValueError(f"{file}: not a compilation database: {error}") from None
    if not isinstance(listed, list) or not all(_is_entry(each) for each in listed):
        raise ValueError(f"{file}: not a compilation database: a list of commands is expected")
    return list(_units(listed, file.resolve().parent))


def _is_entry(each: Any) -> bool:
    return isinstance(each, dict) and "file" in each and ("command" in each or "arguments" in each)


def _units(listed: list[dict[str, Any]], base: Path) -> Iterable[tuple[Unit, Command]]:
    for each in listed:
        directory = base / str(each.get("directory", "."))
        words = each.get("arguments") or shlex.split(str(each["command"]))
        command = Command(tuple(map(str, words)), directory)
        step = read_step(command)
        flags = step.flags if step is not None else ()
        output = str(each.get("output") or (step.output if step and step.output else ""))
        found = _TARGET.search(output)
        source = (directory / str(each["file"])).resolve()
        yield Unit(source, flags, found[1] if found else "", directory), command
