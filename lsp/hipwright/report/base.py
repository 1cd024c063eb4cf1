"""What a report is, and how to get one by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from hipwright.finding import Severity
from hipwright.report.located import FileResult

FORMATS = ("text", "concise", "json", "sarif", "github")

Write = Callable[[str], None]
Style = Callable[..., str]  # click.style, or something that leaves the text plain

COLOURS = {
    Severity.ERROR: "red",
    Severity.WARNING: "yellow",
    Severity.INFO: "cyan",
    Severity.HINT: "cyan",
}


class Report(Protocol):
    """A report in the making: `add` each file's result, then `end`. All text goes to `write`."""

    def add(self, result: FileResult) -> None:
        """Report one file."""

    def end(self) -> None:
        """Nothing more comes."""


def plain(text: str, **_: object) -> str:
    """A style that adds nothing."""
    return text


def make_report(format_name: str, write: Write, style: Style = plain) -> Report:
    """The report of that name, one of FORMATS. Only its own module is imported."""
    if format_name == "text":
        from hipwright.report.text import TextReport

        return TextReport(write, style)
    if format_name == "concise":
        from hipwright.report.concise import ConciseReport

        return ConciseReport(write, style)
    if format_name == "json":
        from hipwright.report.json import JsonReport

        return JsonReport(write)
    if format_name == "sarif":
        from hipwright.report.sarif import SarifReport

        return SarifReport(write)
    if format_name == "github":
        from hipwright.report.github import GithubReport

        return GithubReport(write)
    raise ValueError(f"no report is called {format_name}")
