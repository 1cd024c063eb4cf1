"""A report as one page: the table first, then what is to be seen to, each program's comparison."""

from __future__ import annotations

from html import escape

from hipwright_server.compare.as_html import render_html
from hipwright_server.compare.as_json import comparison_json
from hipwright_server.compare.baseline import Judged
from hipwright_server.compare.html_parts import (
    COLOURS,
    MONO,
    details,
    muted,
    page,
    pill,
    table,
)
from hipwright_server.verify.as_text import beside, cell, summary
from hipwright_server.verify.verdict import GOOD, Outcome, Report


def html_page(report: Report, judged: Judged | None = None) -> str:
    """The report as a page that opens anywhere, without scripts."""
    counts = summary(report).plain
    parts = [
        f'<div style="margin-bottom:10px">{pill(report.verdict.upper(), COLOURS[report.verdict])}'
        f'<span style="font-size:14px;font-weight:600">{escape(counts)}</span></div>',
        _table(report),
        muted("Times are the CPU device's: they say nothing about a GPU's speed.")
        if any(result.run.times == "cpu-device" for o in report.outcomes for result in o.results)
        else "",
        _baseline(judged) if judged is not None else "",
        *[
            f'<div id="program-{number}">{_program(outcome)}</div>'
            for number, outcome in enumerate(report.outcomes)
            if outcome.verdict not in GOOD
        ],
    ]
    if report.left_out:
        rows = [[escape(each.name), muted(each.reason)] for each in report.left_out]
        parts.append(details(f"Left out ({len(rows)})", table([], rows), opened=False))
    body = f'<div style="font-size:13px;line-height:1.5">{"".join(parts)}</div>'
    return page(f"{report.verdict}: {counts}", body)


def _table(report: Report) -> str:
    rows = []
    for number, outcome in enumerate(report.outcomes):
        name = escape(outcome.program.name)
        if outcome.verdict not in GOOD:
            name = f'<a href="#program-{number}" style="color:inherit">{name}</a>'
        rows.append(
            [
                f'<span style="{MONO}">{name}</span>',
                pill(outcome.verdict, COLOURS[outcome.verdict]),
                *[_on_one_line(cell(outcome, target).plain) for target in report.targets],
                escape(beside(outcome)),
            ]
        )
    return table(["program", "verdict", *map(escape, report.targets), ""], rows)


def _on_one_line(text: str) -> str:
    return f'<span style="white-space:nowrap">{escape(text)}</span>'


def _program(outcome: Outcome) -> str:
    """A program that is to be seen to: the comparison, or why there is none."""
    if outcome.comparison is not None:
        body = render_html(comparison_json(outcome.comparison))
    else:
        errors = [
            [
                muted(result.target),
                escape(each.message),
                muted(f"{each.place.file}:{each.place.line}" if each.place else ""),
            ]
            for result in outcome.results
            for each in result.run.diagnostics
            if each.severity == "error"
        ]
        body = escape(outcome.cause) + table([], errors[:8])
    return details(outcome.program.name, body, opened=False)


def _baseline(judged: Judged) -> str:
    html = ""
    for title, facts in (
        ("New, not in the baseline", judged.new),
        ("Gone since the baseline was written", judged.gone),
        ("Known differences, accepted", judged.accepted),
    ):
        if facts:
            rows = [[escape(fact)] for fact in facts]
            html += details(f"{title} ({len(rows)})", table([], rows), facts is not judged.accepted)
    return html
