"""`hipwright compare`: run two programs side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hipwright_server.commands.baseline import BaselineFile, baseline_options, say_judged
from hipwright_server.commands.options import (
    WithArguments,
    check_options,
    checks_from,
    note_misplaced_flags,
    options_from,
    program_from,
    shared_options,
)
from hipwright_server.commands.output import note, write_file

if TYPE_CHECKING:
    from hipwright_server.compare import Comparison
    from hipwright_server.compare.programs import Contender
    from hipwright_server.targets import RunOptions

_MAIN = re.compile(rb"\bmain\s*\(")


@click.command(cls=WithArguments, short_help="Run an original and its port side by side.")
@shared_options
@check_options
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
@click.option(
    "--bundle",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.zip",
    help="Pack all that it takes to run this again elsewhere.",
)
@click.option(
    "--bundle-data",
    "data",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="A file that the program reads, to be packed as well.",
)
@baseline_options
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
    bundle: Path | None,
    data: tuple[Path, ...],
    baseline: Path | None,
    write_baseline: bool,
    **checks: bool,
) -> int:
    """Run two programs side by side and say whether they compute the same.

    One CUDA program is compared with its port to HIP; a program that is HIP already, with itself
    on 32 and on 64 lanes. Two files with a main() each are compared with each other. What stands
    after -- are the programs' arguments.

    Exit status: 0 they agree, 1 they differ or one failed, 2 they could not be tried.
    """
    from hipwright_server.compare import Tolerance
    from hipwright_server.compare.baseline import comparison_facts
    from hipwright_server.compare.programs import compare_contenders

    accepted = BaselineFile(baseline, write_baseline)
    try:
        tolerance = Tolerance(rtol, atol, ulp)
        names = [name.strip() for name in targets.split(",") if name.strip()]
        contenders = _contenders(files, flags, names)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    options = options_from(arch, timeout, memory, schedule, checks_from(checks))
    result = compare_contenders(contenders, tolerance, options, title=_title(contenders))
    _show(result, form, output)
    if any(side.run.status.value == "compile-error" for side in result.sides):
        note_misplaced_flags()
    if any(side.run.status.value == "interrupted" for side in result.sides):
        return 130
    if any(side.run.status.value == "unavailable" for side in result.sides):
        return 2
    if bundle is not None:
        _pack(bundle, result, contenders, options, data)
    judged = accepted.settle({result.title: comparison_facts(result)})
    if judged is not None:
        say_judged(judged)
        return 1 if judged.new else 0
    return 0 if result.verdict == "agree" else 1


def _pack(
    bundle: Path,
    result: Comparison,
    contenders: Sequence[Contender],
    options: RunOptions,
    data: Sequence[Path],
) -> None:
    from hipwright_server.evidence.pack import pack

    try:
        pack(bundle, result, contenders, options, data)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise click.UsageError(f"{bundle} cannot be made: {where}{error.strerror}") from None
    note(f"{bundle} made ({bundle.stat().st_size:,} bytes); hipwright replay runs it again")


def _contenders(files: Sequence[Path], flags: str, names: Sequence[str]) -> list[Contender]:
    """Who is compared with whom. Raises ValueError for what cannot be compared."""
    from hipwright_server.compare.programs import original_and_port, two_programs

    if len(files) == 2 and all(_has_main(file) for file in files):
        first, second = (program_from([file], flags) for file in files)
        return two_programs(first, second, names)
    return original_and_port(program_from(files, flags), names)


def _has_main(file: Path) -> bool:
    try:
        return bool(_MAIN.search(file.read_bytes()))
    except OSError:
        return False


def _title(contenders: Sequence[Contender]) -> str:
    titles = dict.fromkeys(contender.program.title for contender in contenders)
    return " and ".join(titles)


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
    write_file(output, text)
    click.echo(f"{result.verdict}: {result.sentence} ({output})")
