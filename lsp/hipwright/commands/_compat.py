"""`hipwright port --compat-header`: the sources stay as they are, and a header gives them HIP."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from hipwright.commands.options import SettingsSource
from hipwright.commands.session import Session
from hipwright.compat import FIRST_LINE, Names, header
from hipwright.discovery import find
from hipwright.files import FileError, write
from hipwright.work import Job, Plan

NAME = "hipwright_compat.h"


class PortCommand(click.Command):
    """`--compat-header` alone means the usual name; the word behind it is a path to port."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Give the option its value."""
        alone = "--compat-header"
        return super().parse_args(ctx, [f"{alone}=" if arg == alone else arg for arg in args])


def write_header(
    paths: Sequence[str],
    file: str,
    source: SettingsSource,
    format_name: str,
    exit_zero: bool,
    processes: int | None,
) -> int:
    """Write the header and report what it cannot solve; gives the exit status.

    `file` is where the user wants it; without one it goes beside the sources. Raises
    click.ClickException for a place that holds something else.
    """
    if "-" in paths:
        raise click.UsageError("--compat-header is for files and folders, not for standard input")
    first = Path(paths[0])
    target = Path(file) if file else (first if first.is_dir() else first.parent) / NAME
    _check_free(target)
    session = Session(
        Plan("compat", with_edits=format_name in ("json", "sarif")),
        format_name,
        report_to_stderr=False,
        dry=True,
    )
    jobs: list[Job] = []
    for item in find([Path(path) for path in paths], source.configurations):
        if isinstance(item, FileError):
            session.problem(item.path, item.reason)
        elif item.path.resolve() != target.resolve():
            named = item.path == item.root
            jobs.append(Job(item.path, str(item.path), source.of(item.path), named))
    session.run(jobs, processes)
    names = session.names
    try:
        write(target, header(target.name, names.renames, names.headers).encode())
    except FileError as error:
        raise click.ClickException(str(error)) from error
    status = session.finish(exit_zero)
    click.echo(f"Wrote {target}: {_counted(names)}.", err=True)
    return status


def _check_free(target: Path) -> None:
    """Raises click.ClickException where something else than such a header would be lost."""
    if target.is_dir():
        raise click.ClickException(f"{target} is a folder; the header needs a file")
    try:
        with target.open("rb") as there:
            is_ours = there.readline().rstrip() == FIRST_LINE.encode()
    except FileNotFoundError:
        return
    except OSError as error:
        raise click.ClickException(f"{target}: {error.strerror}") from error
    if not is_ours:
        raise click.ClickException(
            f"{target} is there already, and is no header of hipwright's; choose another name"
        )


def _counted(names: Names) -> str:
    renames, headers = len(names.renames), len({*names.headers, "hip/hip_runtime.h"})
    return (
        f"{renames} name{'' if renames == 1 else 's'} and "
        f"{headers} header{'' if headers == 1 else 's'} of HIP's"
    )


def refuse(**others: Any) -> None:
    """Raise click.UsageError for options that are about ports, which there are none of."""
    for name, value in others.items():
        if value:
            option = name.replace("_", "-")
            raise click.UsageError(f"--compat-header leaves the sources alone; drop --{option}")
