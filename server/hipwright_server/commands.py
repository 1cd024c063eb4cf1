"""`hipwright run`, `hipwright compare` and `hipwright targets`."""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

if TYPE_CHECKING:
    from hipwright_server.compare import Comparison
    from hipwright_server.compare.programs import Contender
    from hipwright_server.program import Program
    from hipwright_server.run import Dialect, Run
    from hipwright_server.targets import RunOptions

_MAIN = re.compile(rb"\bmain\s*\(")
_MEBIBYTE = 1024 * 1024
_SAME_WARNINGS = 2  # of one text that are printed
_ARGUMENTS = "hipwright.arguments"


class _WithArguments(click.Command):
    """A command that keeps what stands after `--` for the user's program."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        after: list[str] = []
        if "--" in args:
            split = args.index("--")
            args, after = args[:split], args[split + 1 :]
        ctx.meta[_ARGUMENTS] = tuple(after)
        return super().parse_args(ctx, args)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [*super().collect_usage_pieces(ctx), "[-- ARGUMENTS…]"]


def _shared_options(command: Any) -> Any:
    for option in reversed(
        (
            click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="FILE…"),
            click.option(
                "--flags", default="", metavar="FLAGS", help="Compiler flags, as one text."
            ),
            click.option("--arch", default="", help="GPU architecture, such as sm_90 or gfx942."),
            click.option(
                "--timeout",
                type=click.FloatRange(min=0, min_open=True),
                default=120.0,
                show_default=True,
                metavar="SECONDS",
                help="End a program that runs longer.",
            ),
            click.option(
                "--memory",
                type=click.IntRange(min=1),
                metavar="MIB",
                help="End a program that takes more memory. [default: 75% of this machine's]",
            ),
            click.option(
                "--schedule",
                type=click.Choice(["friendly", "adversarial"]),
                default="friendly",
                show_default=True,
                help="Order of warps on the CPU device; adversarial finds missing barriers.",
            ),
        )
    ):
        command = option(command)
    return command


@click.command(cls=_WithArguments, short_help="Compile and run a program, with or without a GPU.")
@_shared_options
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
) -> int:
    """Compile the program in FILE… and run it; what stands after -- are its arguments.

    Exit status: 0 when it ran to its end with status 0 (or compiled, where the target can only
    compile), 1 when it did not, 2 when it could not be tried.
    """
    from hipwright_server.program import port_program
    from hipwright_server.targets import find

    program = _program(files, flags, cast("Dialect | None", dialect))
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
        _note(f"ported to HIP: {changes}, {len(result.findings)} left to do")
    elif ported:
        raise click.UsageError(f"{program.title} is HIP already; leave --port out")
    options = _options(arch, timeout, memory, schedule)
    outcome = target.run(program, options, None if as_json else _write)
    if as_json:
        from hipwright_server.compare.as_json import run_json

        click.echo(json.dumps(run_json(outcome), indent=2, ensure_ascii=False))
    else:
        _report(outcome)
    return _status(outcome)


@click.command(cls=_WithArguments, short_help="Run an original and its port side by side.")
@_shared_options
@click.option(
    "--on",
    "targets",
    default="",
    metavar="TARGET[,TARGET]",
    help="Where to run. [default: cpu:32 against cpu:64]",
)
@click.option(
    "--rtol", type=float, metavar="X", help="Relative tolerance. [default: by element type]"
)
@click.option(
    "--atol", type=float, metavar="X", help="Absolute tolerance. [default: by element type]"
)
@click.option(
    "--ulp",
    type=int,
    metavar="N",
    help="Representable numbers that two elements may lie apart. [default: 4]",
)
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
def compare(
    files: tuple[Path, ...],
    flags: str,
    arch: str,
    timeout: float,
    memory: int | None,
    schedule: str,
    targets: str,
    rtol: float | None,
    atol: float | None,
    ulp: int | None,
    form: str,
    output: Path | None,
) -> int:
    """Run two programs side by side and say whether they compute the same.

    One CUDA program is compared with its port to HIP; a program that is HIP already, with itself
    on 32 and on 64 lanes. Two files with a main() each are compared with each other. What stands
    after -- are the programs' arguments.

    Exit status: 0 they agree, 1 they differ or one failed, 2 they could not be tried.
    """
    from hipwright_server.compare import Tolerance
    from hipwright_server.compare.programs import compare_contenders

    try:
        tolerance = Tolerance(rtol, atol, ulp)
        names = [name.strip() for name in targets.split(",") if name.strip()]
        contenders = _contenders(files, flags, names)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    options = _options(arch, timeout, memory, schedule)
    result = compare_contenders(contenders, tolerance, options, title=_title(contenders))
    _show(result, form, output)
    if any(side.run.status.value == "interrupted" for side in result.sides):
        return 130
    if any(side.run.status.value == "unavailable" for side in result.sides):
        return 2
    return 0 if result.verdict == "agree" else 1


@click.command(short_help="List what can run programs, here and on other machines.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def targets(as_json: bool) -> int:
    """List the targets: what is here, what is missing, and how to get it."""
    from concurrent.futures import ThreadPoolExecutor

    from hipwright_server.targets import available

    try:
        known = available()
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    with ThreadPoolExecutor(8) as pool:
        descriptions = list(pool.map(lambda target: target.describe(), known))
    if as_json:
        click.echo(json.dumps([asdict(each) for each in descriptions], indent=2))
        return 0
    from rich.console import Console

    Console(highlight=False).print(targets_table(descriptions))
    return 0


def targets_table(descriptions: Sequence[Any]) -> Any:
    """The targets as a table for rich."""
    from rich.table import Table
    from rich.text import Text

    words = {
        "run": ("runs", "green"),
        "compile": ("compiles", "yellow"),
        "none": ("missing", "red"),
    }
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="bold")
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for each in descriptions:
        word, style = words[each.ability]
        about = Text(each.title)
        if each.toolchain:
            about.append(f", {each.toolchain}")
        if each.place != "this machine":
            about.append(f", at {each.place}")
        if each.missing:
            about.append(f"\n{each.missing}", style="dim")
        table.add_row(each.name, Text(word, style=style), about)
    return table


def _program(files: Sequence[Path], flags: str, dialect: Dialect | None = None) -> Program:
    """The program in these files.

    Raises:
        click.UsageError: a file or the flags cannot be used.
    """
    from hipwright_server.program import load_program

    if sys.platform not in ("linux", "darwin"):
        raise click.UsageError("programs are run on Linux and macOS only; use WSL here")
    try:
        words = shlex.split(flags)
    except ValueError as error:
        raise click.UsageError(f"--flags: {error}") from None
    arguments = click.get_current_context().meta[_ARGUMENTS]
    try:
        return load_program(files, dialect=dialect, flags=words, arguments=arguments)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _contenders(files: Sequence[Path], flags: str, names: Sequence[str]) -> list[Contender]:
    """Who is compared with whom. Raises ValueError for what cannot be compared."""
    from hipwright_server.compare.programs import original_and_port, two_programs

    if len(files) == 2 and all(_has_main(file) for file in files):
        first, second = (_program([file], flags) for file in files)
        return two_programs(first, second, names)
    return original_and_port(_program(files, flags), names)


def _has_main(file: Path) -> bool:
    try:
        return bool(_MAIN.search(file.read_bytes()))
    except OSError:
        return False


def _title(contenders: Sequence[Contender]) -> str:
    titles = dict.fromkeys(contender.program.title for contender in contenders)
    return " and ".join(titles)


def _options(arch: str, timeout: float, memory: int | None, schedule: str) -> RunOptions:
    from hipwright_server.targets import RunOptions

    return RunOptions(
        seconds=timeout,
        memory_bytes=memory * _MEBIBYTE if memory else None,
        architecture=arch,
        schedule="adversarial" if schedule == "adversarial" else "friendly",
    )


def _write(name: str, text: str) -> None:
    """Hand on what the program prints, as it comes."""
    stream = sys.stdout if name == "stdout" else sys.stderr
    stream.write(text)
    stream.flush()


def _note(text: str) -> None:
    click.echo(f"hipwright: {text}", err=True)


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
        _note(f"and {more} more warnings of the same kind")
    for each in data["reports"]:
        _note(each["message"])
        if words.report_place(each):
            _note(f"  {words.report_place(each)}")
    left_out = data["reportsTotal"] - len(data["reports"])
    if left_out > 0:
        _note(f"and {left_out} more reports")
    for name, (cell,) in words.resource_rows([data]):
        click.echo(f"{name}: {cell}", err=True)
    if outcome.output_cut:
        _note("it printed more than is kept; the rest was dropped")
    if outcome.status.value == "ok":
        if outcome.exit_status:
            _note(f"the program ended with exit status {outcome.exit_status}")
    elif outcome.status.value != "compile-error" or not outcome.diagnostics:
        _note(outcome.message.rstrip("."))


def _status(outcome: Run) -> int:
    """The exit status for a run."""
    kind = outcome.status.value
    if kind == "ok":
        return 0 if outcome.exit_status == 0 else 1
    return {"compiled": 0, "unavailable": 2, "interrupted": 130}.get(kind, 1)


def _show(result: Comparison, form: str, output: Path | None) -> None:
    from hipwright_server.compare.as_json import comparison_json
    from hipwright_server.compare.render import html_page, json_text, plain_text, render_text

    if form == "text" and output is None:
        from rich.console import Console

        Console(highlight=False).print(render_text(comparison_json(result)))
        return
    if form == "json":
        text = json_text(result)
    elif form == "html":
        text = html_page(result)
    else:
        text = plain_text(comparison_json(result)) + "\n"
    if output is None:
        click.echo(text, nl=False)
        return
    _write_file(output, text)
    click.echo(f"{result.verdict}: {result.sentence} ({output})")


def _write_file(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    fresh = path.with_name(f".{path.name}.hipwright")
    try:
        fresh.write_text(text, "utf-8")
        fresh.replace(path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise click.UsageError(f"{path} cannot be written: {error.strerror}") from None
