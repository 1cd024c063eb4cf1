"""`hipwright run`: compile a program and run it."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from hipwright_server.commands.options import (
    WithArguments,
    check_options,
    checks_from,
    note_misplaced_flags,
    options_from,
    program_from,
    shared_options,
)
from hipwright_server.commands.output import note

if TYPE_CHECKING:
    from hipwright_server.run import Dialect, Run

_SAME_WARNINGS = 2  # of one text that are printed


@click.command(cls=WithArguments, short_help="Compile and run a program, with or without a GPU.")
@shared_options
@check_options
@click.option(
    "--on",
    "target_name",
    metavar="TARGET",
    help="Where to run. [default: cpu:32 for CUDA, cpu:64 for HIP]",
)
@click.option(
    "--dialect",
    type=click.Choice(["cuda", "hip"]),
    help="What the files are written in. [default: by suffix and content]",
)
@click.option("--port", "ported", is_flag=True, help="Run the program's port to HIP.")
@click.option("--json", "as_json", is_flag=True, help="Print the run as JSON; the output is in it.")
def run(
    files: tuple[Path, ...],
    flags: str,
    arch: str,
    timeout: float,
    memory: int | None,
    schedule: str,
    target_name: str | None,
    dialect: str | None,
    ported: bool,
    as_json: bool,
    **checks: bool,
) -> int:
    """Compile the program in FILE… and run it; what stands after -- are its arguments.

    Exit status: 0 when it ran to its end with status 0 (or compiled, where the target can only
    compile), 1 when it did not or a check found something, 2 when it could not be tried.
    """
    from hipwright_server.program import port_program
    from hipwright_server.targets import find

    chosen = checks_from(checks)
    program = program_from(files, flags, cast("Dialect | None", dialect))
    try:
        if target_name is None:
            hip = ported or program.dialect == "hip"
            target_name = "cpu:64" if hip else "cpu:32"
        target = find(target_name)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    if program.dialect == "cuda" and (ported or target.dialect == "hip"):
        result = port_program(program)
        program = result.program
        changes = f"{result.changes} change{'s' if result.changes != 1 else ''}"
        note(f"ported to HIP: {changes}, {len(result.findings)} left to do")
    elif ported:
        raise click.UsageError(f"{program.title} is HIP already; leave --port out")
    options = options_from(arch, timeout, memory, schedule, chosen)
    outcome = target.run(program, options, None if as_json else _write)
    if as_json:
        from hipwright_server.compare.as_json import run_json

        click.echo(json.dumps(run_json(outcome), indent=2, ensure_ascii=False))
    else:
        _report(outcome)
    if outcome.status.value == "compile-error":
        note_misplaced_flags()
    return _status(outcome, bool(chosen))


def _write(name: str, text: str) -> None:
    """Hand on what the program prints, as it comes."""
    stream = sys.stdout if name == "stdout" else sys.stderr
    stream.write(text)
    stream.flush()


def _report(outcome: Run) -> None:
    """What the compiler and the device said, and how it ended when that is not plain."""
    from hipwright_server.compare import words
    from hipwright_server.compare.as_json import run_json

    data = run_json(outcome)
    told: Counter[str] = Counter()
    for each in data["diagnostics"]:
        told[each["message"]] += 1
        if each["severity"] == "error" or told[each["message"]] <= _SAME_WARNINGS:
            where = f"{words.place(each)}: " if each["file"] else ""
            click.echo(f"{where}{each['severity']}: {each['message']}", err=True)
    more = sum(count - _SAME_WARNINGS for count in told.values() if count > _SAME_WARNINGS)
    if more and outcome.status.value != "compile-error":
        note(f"and {more} more warnings of the same kind")
    for each in data["reports"]:
        note(each["message"])
        if words.report_place(each):
            note(f"  {words.report_place(each)}")
    left_out = data["reportsTotal"] - len(data["reports"])
    if left_out > 0:
        note(f"and {left_out} more reports")
    for name, (cell,) in words.resource_rows([data]):
        click.echo(f"{name}: {cell}", err=True)
    if outcome.output_cut:
        note("it printed more than is kept; the rest was dropped")
    if outcome.status.value == "ok":
        if outcome.exit_status:
            note(f"the program ended with exit status {outcome.exit_status}")
    elif outcome.status.value != "compile-error" or not outcome.diagnostics:
        note(outcome.message.rstrip("."))


def _status(outcome: Run, checked: bool) -> int:
    """The exit status for a run; who asked for checks wants to know what they found."""
    from hipwright_server.targets.checks import NOTES

    kind = outcome.status.value
    if kind == "ok":
        if checked and any(report.kind not in NOTES for report in outcome.reports):
            return 1
        return 0 if outcome.exit_status == 0 else 1
    return {"compiled": 0, "unavailable": 2, "interrupted": 130}.get(kind, 1)
