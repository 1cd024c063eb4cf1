"""`hipwright verify`: port a tree, compile and run its programs, and compare."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hipwright_server.commands.baseline import BaselineFile, baseline_options
from hipwright_server.commands.options import (
    check_options,
    checks_from,
    options_from,
    schedule_option,
    words_of,
)
from hipwright_server.commands.output import write_file

if TYPE_CHECKING:
    from hipwright_server.compare.baseline import Judged
    from hipwright_server.targets import Target
    from hipwright_server.verify.found import FoundProgram
    from hipwright_server.verify.verdict import Outcome, Report

_SECONDS = 120.0


@click.command(short_help="Port a tree, run its programs and say which compute the same.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="PATH…")
@click.option(
    "--on",
    "targets",
    default="cpu:32,cpu:64",
    show_default=True,
    metavar="TARGET,…",
    help="Where to compile and, if possible, run: the original on the first, the port elsewhere.",
)
@click.option("--flags", default="", metavar="FLAGS", help="More compiler flags, as one text.")
@click.option(
    "--programs",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="A TOML file with single programs' arguments, flags, folder and timeout.",
)
@click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N", help="Programs at once. [default: cores/2]"
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=_SECONDS,
    show_default=True,
    metavar="SECONDS",
    help="End a program that runs longer.",
)
@click.option(
    "--memory", type=click.IntRange(min=1), metavar="MIB", help="End one that takes more memory."
)
@schedule_option
@check_options
@click.option("--rtol", type=float, metavar="X", help="Relative tolerance.")
@click.option("--atol", type=float, metavar="X", help="Absolute tolerance.")
@click.option("--ulp", type=int, metavar="N", help="Representable numbers between two elements.")
@click.option("--list", "only_list", is_flag=True, help="Only list the programs that are found.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "html"]),
    default="text",
    show_default=True,
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file."
)
@baseline_options
def verify(
    paths: tuple[Path, ...],
    targets: str,
    flags: str,
    programs: Path | None,
    jobs: int | None,
    timeout: float,
    memory: int | None,
    schedule: str,
    rtol: float | None,
    atol: float | None,
    ulp: int | None,
    only_list: bool,
    form: str,
    output: Path | None,
    baseline: Path | None,
    write_baseline: bool,
    **checks: bool,
) -> int:
    """Port the programs under PATH…, compile each for every target, run it where that can be done,
    and compare with the original.

    A PATH is a folder, a source file, or a compile_commands.json. A program is a file with main()
    and what it is built with: by the compile_commands.json, a Makefile (asked with make -n), a
    CMakeLists.txt, or what it declares and uses. Programs run in their own folders.

    Exit status: 0 all agree, 1 not all do, 2 misuse, 130 interrupted.
    """
    from hipwright_server.compare import Tolerance
    from hipwright_server.verify.discover import Discovery
    from hipwright_server.verify.settings import SettingsFile
    from hipwright_server.verify.verdict import GOOD, Report
    from hipwright_server.verify.verify import Plan, verify_all

    if not paths:
        raise click.UsageError("no path given: name a folder or source files")
    if sys.platform not in ("linux", "darwin"):
        raise click.UsageError("programs are run on Linux and macOS only; use WSL here")
    started = time.monotonic()
    accepted = BaselineFile(baseline, write_baseline)
    more_flags = words_of(flags)
    try:
        settings = SettingsFile(programs)
        tolerance = Tolerance(rtol, atol, ulp)
        discovery = Discovery(paths)
        chosen = _targets(targets)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    if not discovery.programs:
        raise click.UsageError(
            f"no program for a GPU under {', '.join(map(str, paths))}: none has main() and GPU code"
        )
    if only_list:
        _list(discovery.programs)
        return 0
    options = options_from("", timeout, memory, schedule, checks_from(checks))
    plan = Plan(chosen, options, tolerance, settings, more_flags)
    # A CI job that takes too long is ended with SIGTERM: what is known by then is worth printing.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    count = jobs or max(1, (os.cpu_count() or 2) // 2)
    with _progress(len(discovery.programs)) as done:
        outcomes = verify_all(discovery.programs, plan, count, done)
    report = Report(
        [target.name for target in chosen],
        outcomes,
        discovery.left_out,
        time.monotonic() - started,
    )
    found = {o.program.name: o.facts for o in outcomes if o.verdict not in _NOT_TRIED}
    judged = accepted.settle(found)
    _show(report, judged, form, output)
    if any(outcome.verdict == "interrupted" for outcome in outcomes):
        return 130
    if judged is not None:
        return 1 if judged.new else 0
    return 0 if all(outcome.verdict in GOOD for outcome in outcomes) else 1


_NOT_TRIED = ("skipped", "interrupted")


def _targets(names: str) -> tuple[Target, ...]:
    """The targets, the original's first.

    Raises:
        ValueError: one is not known, or cannot even compile here.
    """
    from hipwright_server.compare.programs import ORIGINAL_TARGET
    from hipwright_server.targets import find

    listed = list(dict.fromkeys(name.strip() for name in names.split(",") if name.strip()))
    if not listed:
        raise ValueError("--on names no target")
    if ORIGINAL_TARGET in listed:  # wherever it stands, it is the original's
        listed.remove(ORIGINAL_TARGET)
        listed.insert(0, ORIGINAL_TARGET)
    chosen = [find(name) for name in listed]
    able = {target.name: target.describe() for target in chosen}
    for target in chosen:
        if able[target.name].ability == "none":
            raise ValueError(f"{target.name} cannot be used here: {able[target.name].missing}")
    runs = any(able[target.name].ability == "run" for target in chosen)
    if any(target.dialect == "cuda" for target in chosen) and chosen[0].name != ORIGINAL_TARGET:
        chosen.sort(key=lambda target: target.dialect != "cuda")  # the original goes first
    elif runs and chosen[0].name != ORIGINAL_TARGET:
        # A port that runs is compared with the original, which needs a target as well.
        chosen.insert(0, find(ORIGINAL_TARGET))
    return tuple(chosen)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[Outcome], None]]:
    """A bar on standard error, on a terminal only; gives what to call with each outcome."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda outcome: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)

        def done(outcome: Outcome) -> None:
            bar.update(task, advance=1, description=f"{outcome.program.name} {outcome.verdict}")

        yield done


def _list(programs: Sequence[FoundProgram]) -> None:
    for program in programs:
        others = [path.name for path in program.files[1:]]
        beside = f" with {', '.join(others)}" if others else ""
        click.echo(f"{program.name} (by {program.found_by}){beside}")
        for title, values in (("flags", program.flags), ("arguments", program.arguments)):
            if values:
                click.echo(f"  {title}: {shlex.join(values)}")


def _show(report: Report, judged: Judged | None, form: str, output: Path | None) -> None:
    from hipwright_server.verify.as_html import html_page
    from hipwright_server.verify.as_json import json_text
    from hipwright_server.verify.as_text import plain_report, render_report

    if form == "text" and output is None and sys.stdout.isatty():
        from rich.console import Console

        Console(highlight=False).print(render_report(report, judged))
        return
    writers = {"json": json_text, "html": html_page, "text": plain_report}
    text = writers[form](report, judged)
    if output is None:
        click.echo(text, nl=False)
        return
    write_file(output, text)
    counts = report.counts()
    said = ", ".join(f"{number} {verdict}" for verdict, number in counts.most_common())
    click.echo(f"{len(report.outcomes)} programs: {said} ({output})")
