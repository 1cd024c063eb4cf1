"""Sources that come on standard input, as editors send them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from hipwright.commands.options import SettingsSource
from hipwright.work import Job

Command = TypeVar("Command", bound=Callable[..., Any])


def stdin_filename_option(command: Command) -> Command:
    """Add the option that says which file the text on standard input is."""
    option = click.option(
        "--stdin-filename",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="What the text on standard input is called: tells its language and configuration.",
    )
    return option(command)


def stdin_job(source: SettingsSource, filename: Path | None) -> Job:
    """The work on standard input: CUDA C++, unless the name of a file says otherwise.

    The file need not exist; where it does it is not read.
    """
    if filename is None:
        settings = source.of(Path("stdin.cu").absolute())
        return Job(Path("-"), "<stdin>", settings, named=True)
    return Job(filename, str(filename), source.of(filename.absolute()), named=True)


def refuse_filename_without_stdin(filename: Path | None, paths: tuple[str, ...]) -> None:
    """Raise click.UsageError where a name is given, and no text on standard input."""
    if filename is not None and "-" not in paths:
        raise click.UsageError("--stdin-filename goes with - for standard input")
