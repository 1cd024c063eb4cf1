"""`hipwright replay`: run packed evidence again."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hipwright_server.commands.options import with_limits
from hipwright_server.commands.output import note

if TYPE_CHECKING:
    from hipwright_server.evidence.replay import Evidence, Replay


@click.command(short_help="Run packed evidence again and say whether its verdict holds.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.zip")
@click.option(
    "--on", "targets", default="", metavar="TARGET,TARGET", help="Where. [default: as packed]"
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="End a program that runs longer. [default: as packed]",
)
@click.option(
    "--memory", type=click.IntRange(min=1), metavar="MIB", help="End one that takes more memory."
)
@click.option("--show", is_flag=True, help="Only say what is in it and what would be run.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def replay(
    file: Path, targets: str, timeout: float | None, memory: int | None, show: bool, form: str
) -> int:
    """Compile and run the programs in FILE.zip, which `hipwright compare --bundle` packed.

    They run with your rights, as any program that you compile: look at what is in the file first,
    with --show, where you do not know whom it is from. Nothing but the packed sources is compiled,
    and nothing but that is run.

    Exit status: 0 the verdict holds and every array is as packed, 1 not so, 2 it could not be
    tried.
    """
    from hipwright_server.evidence.replay import Opened
    from hipwright_server.evidence.replay import replay as run_again

    names = [name.strip() for name in targets.split(",") if name.strip()]
    try:
        with Opened(file) as evidence:
            _announce(evidence, names, to_stderr=form == "json" and not show)
            if show:
                return 0
            options = with_limits(evidence.options, timeout, memory)
            result = run_again(evidence, names, options)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    if form == "json":
        click.echo(json.dumps(_as_json(result), indent=2, ensure_ascii=False))
    else:
        _report(result)
    statuses = {side.run.status.value for side in result.comparison.sides}
    if "interrupted" in statuses:
        return 130
    if "unavailable" in statuses:
        return 2
    return 0 if result.holds else 1


def _announce(evidence: Evidence, names: list[str], to_stderr: bool) -> None:
    """What is in it, and what is about to be compiled and run."""

    def say(text: str) -> None:
        click.echo(text, err=to_stderr)

    say(f"{evidence.path}: {evidence.title}, packed {evidence.made} by {evidence.packed_by}")
    say(f"  it claims: {evidence.sentence}")
    for number, side in enumerate(evidence.sides):
        program = side.program
        target = names[number] if number < len(names) else side.target
        compiled = ", ".join(file.name for file in program.files if file.compiled)
        size = sum(len(file.content) for file in program.files)
        say(f"  compiles and runs {side.label} on {target}: {compiled} ({size:,} bytes)")
        for title, values in (("flags", program.flags), ("arguments", program.arguments)):
            if values:
                shown = shlex.join(values).replace(str(program.root), ".")
                say(f"    {title}: {shown}")
        if side.dropped_flags:
            say(f"    flags that are left out: {shlex.join(side.dropped_flags)}")


def _report(result: Replay) -> None:
    for side in result.sides:
        where = side.target if side.target == side.packed_target else f"{side.target}, "
        if side.target != side.packed_target:
            where += f"packed on {side.packed_target}"
        click.echo(f"  {side.label} ({where}): {side.sentence}")
        if side.unsteady:
            left_out = ", ".join(side.unsteady)
            note(f"  not compared, as it differs from run to run: {left_out}")
    word = "HOLDS" if result.holds else "DOES NOT HOLD"
    click.echo(f"{click.style(word, fg='green' if result.holds else 'red', bold=True)}  ", nl=False)
    click.echo(result.sentence)


def _as_json(result: Replay) -> dict[str, Any]:
    from hipwright_server.compare.as_json import comparison_json

    evidence = result.evidence
    return {
        "format": "hipwright.replay",
        "version": 1,
        "holds": result.holds,
        "sentence": result.sentence,
        "packed": {
            "title": evidence.title,
            "verdict": evidence.verdict,
            "sentence": evidence.sentence,
            "hipwright": evidence.packed_by,
            "made": evidence.made,
        },
        "sides": [
            {
                "label": side.label,
                "target": side.target,
                "packedTarget": side.packed_target,
                "holds": side.holds,
                "sentence": side.sentence,
                "unsteady": list(side.unsteady),
                "arrays": [
                    {"name": each.name, "verdict": each.verdict, "sentence": each.sentence}
                    for each in side.arrays
                ],
                "output": {"verdict": side.output.verdict, "sentence": side.output.sentence},
            }
            for side in result.sides
        ],
        "comparison": comparison_json(result.comparison),
    }
