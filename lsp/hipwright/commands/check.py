"""`hipwright check`: what must or should change, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from hipwright.commands.options import SettingsSource, shared_options
from hipwright.commands.output import read_stdin
from hipwright.commands.session import Session
from hipwright.commands.standard_input import (
    refuse_filename_without_stdin,
    stdin_filename_option,
    stdin_job,
)
from hipwright.configuration import ConfigurationError
from hipwright.discovery import find
from hipwright.files import FileError
from hipwright.work import Job, Plan, do_text


@click.command("check")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@stdin_filename_option
@shared_options
def check_command(
    paths: tuple[str, ...],
    stdin_filename: Path | None,
    format_name: str,
    exit_zero: bool,
    jobs: int | None,
    **choices: Any,
) -> int:
    """Say what must change in CUDA sources, and why.

    PATH is a file, a folder (searched for CUDA), or - for standard input. Exit status: 0 when no
    error or warning is found, 1 when one is, 2 for a path or an option that cannot be used.
    """
    refuse_filename_without_stdin(stdin_filename, paths)
    try:
        source = SettingsSource(**choices)
        plan = Plan("check", with_edits=format_name in ("json", "sarif"))
        session = Session(plan, format_name, report_to_stderr=False, dry=True)
        if "-" in paths:
            if len(paths) > 1:
                raise click.UsageError("- for standard input stands alone")
            session.add(do_text(read_stdin(), stdin_job(source, stdin_filename), plan))
            return session.finish(exit_zero)
        work = []
        for item in find([Path(path) for path in paths], source.configurations):
            if isinstance(item, FileError):
                session.problem(item.path, item.reason)
                continue
            named = item.path == item.root
            work.append(Job(item.path, str(item.path), source.of(item.path), named))
        session.run(work, jobs)
        return session.finish(exit_zero)
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from error
