"""Workflow commands: GitHub Actions shows each finding beside the changed lines.

The form and the escapes are those of GitHub's documentation, "Workflow commands for GitHub
Actions".
"""

from __future__ import annotations

from hipwright.finding import Severity
from hipwright.report.base import Write
from hipwright.report.located import FileResult, LocatedFinding

_COMMANDS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "notice",
    Severity.HINT: "notice",
}


class GithubReport:
    """One ::error, ::warning or ::notice a finding."""

    def __init__(self, write: Write) -> None:
        self._write = write

    def add(self, result: FileResult) -> None:
        """Write the findings of one file."""
        for finding in result.findings:
            self._write(_command(finding))

    def end(self) -> None:
        """Nothing is left to write."""


def _command(finding: LocatedFinding) -> str:
    properties = {"file": finding.file.replace("\\", "/")}
    if finding.file_line is not None:  # a cell of a notebook, whose columns are not the file's
        properties["line"] = str(finding.file_line)
    else:
        properties["line"] = str(finding.start.line)
        properties["endLine"] = str(finding.end.line)
    # GitHub refuses columns on a finding of several lines.
    if finding.start.line == finding.end.line and finding.file_line is None:
        properties["col"] = str(finding.start.column)
        properties["endColumn"] = str(finding.end.column)
    properties["title"] = f"hipwright {finding.code}"
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{_COMMANDS[finding.severity]} {written}::{_data(finding.message)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
