"""A report as text: a table for a terminal, aligned lines for a log."""

from __future__ import annotations

import io

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from hipwright_server.compare import words
from hipwright_server.compare.baseline import Judged
from hipwright_server.targets.checks import NOTES
from hipwright_server.verify.verdict import Outcome, Report

_STYLES = {
    "agree": "green",
    "compiles": "green",
    "differ": "red",
    "failed": "red",
    "skipped": "dim",
    "interrupted": "yellow",
}
_WIDE = 10_000  # no line of a log is wrapped
_LISTED = 20


def render_report(report: Report, judged: Judged | None = None) -> RenderableType:
    """What rich prints on a terminal."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("program", "verdict", *report.targets, ""):
        table.add_column(name, overflow="fold", no_wrap=name == "verdict")
    for outcome in report.outcomes:
        table.add_row(
            outcome.program.name,
            Text(outcome.verdict, style=_STYLES[outcome.verdict]),
            *[cell(outcome, target) for target in report.targets],
            beside(outcome),
        )
    parts: list[RenderableType] = [table, "", summary(report)]
    if any(result.run.times == "cpu-device" for o in report.outcomes for result in o.results):
        parts.append(
            Text("Times are the CPU device's: they say nothing about a GPU's speed.", style="dim")
        )
    if judged is not None:
        parts += _baseline(judged)
    return Group(*parts)


def plain_report(report: Report, judged: Judged | None = None) -> str:
    """The same without colours and without wrapping, for a log."""
    console = Console(
        file=io.StringIO(), width=_WIDE, color_system=None, force_terminal=False, highlight=False
    )
    console.print(render_report(report, judged))
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n") + "\n"


def cell(outcome: Outcome, target: str) -> Text:
    """How one target went: the time that it took, or what stopped it."""
    result = next((each for each in outcome.results if each.target == target), None)
    if result is None:
        return Text("–", style="dim")
    run = result.run
    if run.status.value == "ok":
        style = "red" if result.verdict in ("differ", "failed") else ""
        return Text(words.seconds(run.run_seconds), style=style)
    style = "green" if run.status.value == "compiled" else "red"
    short = {"compiled": "compiles", "compile-error": "no compile", "signal": run.signal or ""}
    return Text(short.get(run.status.value, run.status.value), style=style)


def beside(outcome: Outcome) -> str:
    """What there is to say of a program besides its verdict, in a line."""
    if outcome.cause:
        return outcome.cause
    for result in outcome.results:
        report = next((each for each in result.run.reports if each.kind not in NOTES), None)
        if report is not None:
            place = f" ({report.place.file}:{report.place.line})" if report.place else ""
            return f"on {result.target} the device reports: {report.message}{place}"
    if outcome.compared_nothing:
        return "nothing was printed or copied back: nothing was compared"
    left = len(outcome.findings)
    return f"{left} finding{'s' if left != 1 else ''} left in the port" if left else ""


def summary(report: Report) -> Text:
    """How many programs have which verdict."""
    counts = report.counts()
    number = len(report.outcomes)
    line = Text(f"{number} program{'s' if number != 1 else ''}: ")
    shown = [each for each in _STYLES if counts[each]]
    for position, verdict in enumerate(shown):
        line.append(", " if position else "")
        line.append(f"{counts[verdict]} {verdict}", style=_STYLES[verdict])
    line.append(f" ({words.seconds(report.seconds)})")
    if report.left_out:
        line.append(f"; {len(report.left_out)} without GPU code or main() left out", style="dim")
    return line


def _baseline(judged: Judged) -> list[RenderableType]:
    parts: list[RenderableType] = []
    for title, facts, style in (
        ("New, not in the baseline:", judged.new, "red"),
        ("Gone since the baseline was written (--write-baseline takes them out):", judged.gone, ""),
    ):
        if facts:
            parts += ["", Text(title, style=style)]
            parts += [Text(f"  {fact}") for fact in facts[:_LISTED]]
            if len(facts) > _LISTED:
                parts.append(Text(f"  and {len(facts) - _LISTED} more", style="dim"))
    accepted = len(judged.accepted)
    if accepted:
        parts += ["", Text(f"{accepted} known difference{'s' if accepted != 1 else ''} accepted.")]
    return parts
