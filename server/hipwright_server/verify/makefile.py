"""The programs of a Makefile, by what make says that it would do."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from hipwright_server.process import Limits, Stop, run_process
from hipwright_server.verify.build_commands import (
    Command,
    Executable,
    arguments_for,
    executables,
    split_line,
)

NAMES = ("GNUmakefile", "makefile", "Makefile")
_LIMITS = Limits(seconds=20, output_bytes=8 * 1024 * 1024)
_ENTERING = re.compile(r"make(?:\[\d+\])?: Entering directory ['`](.*)'$")
_LEAVING = re.compile(r"make(?:\[\d+\])?: Leaving directory ")


def has_makefile(folder: Path) -> bool:
    """Whether a folder has a Makefile."""
    return any((folder / name).is_file() for name in NAMES)


def programs_of(folder: Path, stop: Stop | None = None) -> list[tuple[Executable, tuple[str, ...]]]:
    """The programs that make would build in a folder, with the arguments of its `run` target.

    Nothing is built: make is asked for a dry run. What a Makefile computes with `$(shell …)` is
    run, as it always is.
    """
    commands = _dry_run(folder, [], stop)
    programs = executables(commands)
    if not programs:
        return []
    run = _dry_run(folder, ["run"], stop)
    return [(program, arguments_for(run, program.output)) for program in programs]


def _dry_run(folder: Path, targets: list[str], stop: Stop | None) -> list[Command]:
    make = shutil.which("gmake") or shutil.which("make")
    if make is None:
        return []
    # -B: all of it, built before or not. -k: what it can, where one file is missing.
    command = [make, "-n", "-B", "-k", "-w", *targets]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    environment["LC_ALL"] = "C"
    try:
        done = run_process(
            command, directory=folder, environment=environment, limits=_LIMITS, stop=stop
        )
    except OSError:
        return []
    folders = [folder]
    commands: list[Command] = []
    text = done.stdout.decode("utf-8", "replace").replace("\\\n", " ")
    for line in text.splitlines():
        entering = _ENTERING.match(line)
        if entering:
            folders.append(Path(entering[1]))
        elif _LEAVING.match(line):
            if len(folders) > 1:
                folders.pop()
        else:
            directory = folders[-1]
            for words in split_line(line):
                if words[0] == "cd" and len(words) == 2:
                    directory = Path(os.path.normpath(directory / words[1]))
                else:
                    commands.append(Command(tuple(words), directory))
    return commands
