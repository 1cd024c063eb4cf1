"""`hipwright port`: the sources with every safe fix applied."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from hipwright.commands._compat import PortCommand, refuse, write_header
from hipwright.commands.options import SettingsSource, shared_options
from hipwright.commands.output import read_stdin, write_bytes
from hipwright.commands.session import Session
from hipwright.commands.standard_input import (
    refuse_filename_without_stdin,
    stdin_filename_option,
    stdin_job,
)
from hipwright.configuration import ConfigurationError
from hipwright.discovery import Found, find
from hipwright.files import FileError, write
from hipwright.source.languages import language_of
from hipwright.work import Job, Plan, do_all, do_text


@click.command("port", cls=PortCommand)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--diff", is_flag=True, help="Show what would change; write nothing.")
@click.option("--in-place", "-i", is_flag=True, help="Write each port over its original.")
@click.option("--backup", is_flag=True, help="With --in-place: keep each original as NAME.prehip.")
@click.option(
    "--output",
    "-o",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Write the ports into this folder; for a single source, a file name will do.",
)
@click.option(
    "--rename/--keep-names",
    default=None,
    help="Name the port of x.cu x.hip (as -o does unless told otherwise), or x.cu.",
)
@click.option(
    "--unsafe-fixes",
    is_flag=True,
    help="Also apply fixes that may change what the program computes.",
)
@click.option(
    "--compat-header",
    metavar="[=FILE]",
    help="Leave the sources alone; write a header that gives their names HIP's meaning on AMD.",
)
@click.option(
    "--outputs",
    type=click.Choice(["keep", "clear"]),
    default="keep",
    show_default=True,
    help="What becomes of the outputs in a notebook, which the original made.",
)
@stdin_filename_option
@shared_options
def port_command(
    paths: tuple[str, ...],
    diff: bool,
    in_place: bool,
    backup: bool,
    output: Path | None,
    rename: bool | None,
    unsafe_fixes: bool,
    compat_header: str | None,
    outputs: str,
    stdin_filename: Path | None,
    format_name: str,
    exit_zero: bool,
    jobs: int | None,
    **choices: Any,
) -> int:
    """Port CUDA sources to HIP: apply every safe fix, and say what is left.

    PATH is a file, a folder (searched for CUDA), or - for standard input. The port of a single
    file goes to standard output unless --in-place, -o or --diff says otherwise; the report then
    goes to standard error. Exit status: 0 when no error or warning is left, 1 when one is, 2 for a
    path or an option that cannot be used.
    """
    if compat_header is not None:
        refuse(
            diff=diff,
            in_place=in_place,
            backup=backup,
            output=output,
            rename=rename,
            unsafe_fixes=unsafe_fixes,
            stdin_filename=stdin_filename,
        )
        try:
            source = SettingsSource(**choices)
            return write_header(paths, compat_header, source, format_name, exit_zero, jobs)
        except ConfigurationError as error:
            raise click.ClickException(str(error)) from error
    if output == Path("-"):
        output = None  # standard output, as without it
    if diff + in_place + (output is not None) > 1:
        raise click.UsageError("choose one of --diff, --in-place and -o")
    if backup and not in_place:
        raise click.UsageError("--backup goes with --in-place")
    if "-" in paths and (len(paths) > 1 or in_place):
        raise click.UsageError("- for standard input stands alone, and has no place to write to")
    refuse_filename_without_stdin(stdin_filename, paths)
    to_stdout = not (diff or in_place or output is not None)
    if rename and to_stdout:
        raise click.UsageError("--rename goes with --in-place, -o or --diff")
    if rename is None:
        rename = output is not None
    plan = Plan(
        "diff" if diff else "port",
        with_edits=format_name in ("json", "sarif"),
        unsafe=unsafe_fixes,
        backup=backup,
        clear_outputs=outputs == "clear",
        move=in_place and rename,
    )
    try:
        source = SettingsSource(**choices)
        session = Session(plan, format_name, report_to_stderr=diff or to_stdout, dry=diff)
        if paths == ("-",):
            job = stdin_job(source, stdin_filename)
            return _port_stdin(job, session, output, exit_zero)
        if to_stdout and (len(paths) > 1 or Path(paths[0]).is_dir()):
            raise click.UsageError(
                "several files need a place to go: --in-place, -o DIR, or --diff to look first"
            )
        work = _jobs(paths, source, session, output, in_place, rename)
        if rename:
            renamed = frozenset(
                job.path.resolve() for job in work if job.path.suffix.lower() == ".cu"
            )
            session.plan = plan = plan._replace(renamed=renamed)
        if to_stdout:
            for result in do_all(work, plan):
                if result.text is not None:
                    write_bytes(sys.stdout, result.text)
                session.add(result)
        else:
            session.run(work, jobs)
        return session.finish(exit_zero)
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from error


def _port_stdin(job: Job, session: Session, output: Path | None, exit_zero: bool) -> int:
    result = do_text(read_stdin(), job, session.plan)
    if result.text is not None:
        if output is None:
            write_bytes(sys.stdout, result.text)
        elif output.is_dir():
            raise click.UsageError("-o names a folder; for standard input it must name a file")
        else:
            try:
                write(output, result.text)
                result.output = str(output)
            except FileError as error:
                result.problem = error.reason
    session.add(result)
    return session.finish(exit_zero)


def _jobs(
    paths: Sequence[str],
    source: SettingsSource,
    session: Session,
    output: Path | None,
    in_place: bool,
    rename: bool,
) -> list[Job]:
    roots = [Path(path) for path in paths]
    output_file = output is not None and _names_a_file(output, roots)
    if output is not None:
        _check_output(output, output_file, roots)
    jobs: list[Job] = []
    taken: dict[Path, Path] = {}
    several = len(roots) > 1
    found = []
    for item in find(roots, source.configurations, None if output_file else output):
        if isinstance(item, FileError):
            session.problem(item.path, item.reason)
        else:
            found.append(item)
    for item in found:
        target = _target(item, output, output_file, in_place, rename, several)
        if target is not None:
            place = target.resolve()
            if place in taken:
                raise click.ClickException(
                    f"{taken[place]} and {item.path} would both be written to {target}; "
                    "port one at a time, or use --keep-names"
                )
            taken[place] = item.path
            if target != item.path and in_place and target.exists():
                session.problem(item.path, f"{target} is there already; it was not overwritten")
                continue
        settings = source.of(item.path)
        named = item.path == item.root
        jobs.append(Job(item.path, str(item.path), settings, named, target))
    for job in jobs:
        if output is not None and job.path.resolve() in taken:
            raise click.ClickException(
                f"-o would write over {job.path}, which is being ported; use --in-place for that"
            )
    return jobs


def _target(
    item: Found,
    output: Path | None,
    output_file: bool,
    in_place: bool,
    rename: bool,
    several: bool,
) -> Path | None:
    below = item.below
    if rename and below.suffix.lower() == ".cu":
        below = below.with_suffix(".hip")
    if output is not None:
        if output_file:
            return output
        if several and item.root != item.path:
            # As with cp: of several folders, each keeps its name.
            below = Path(item.root.resolve().name) / below
        return output / below
    if in_place or rename:
        return item.path.with_name(below.name)
    return None


def _names_a_file(output: Path, roots: Sequence[Path]) -> bool:
    return (
        len(roots) == 1
        and not roots[0].is_dir()
        and not output.is_dir()
        and language_of(output.name) is not None
    )


def _check_output(output: Path, output_file: bool, roots: Sequence[Path]) -> None:
    """Refuse a place that cannot take the ports, before anything is done."""
    if os.path.lexists(output) and not output.is_dir() and not output_file:
        raise click.ClickException(f"-o {output} is a file; the ports need a folder")
    for root in roots:
        if root.is_dir() and output.resolve() == root.resolve():
            raise click.ClickException(
                f"-o {output} is the folder being ported; use --in-place to write over it"
            )
