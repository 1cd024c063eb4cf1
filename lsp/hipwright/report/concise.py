"""One line a finding, in the shape that editors and grep know: file:line:column: …"""

from __future__ import annotations

from hipwright.report.base import COLOURS, Style, Write
from hipwright.report.located import FileResult
from hipwright.report.text import printable


class ConciseReport:
    """file:line:column: severity[CODE]: message [fixable]"""

    def __init__(self, write: Write, style: Style) -> None:
        self._write = write
        self._style = style

    def add(self, result: FileResult) -> None:
        """Write the findings of one file."""
        for finding in result.findings:
            head = self._style(
                f"{finding.severity.value}[{finding.code}]", fg=COLOURS[finding.severity]
            )
            mark = " [fixable]" if finding.fixed_by_port else ""
            self._write(f"{finding.place}: {head}: {printable(finding.message)}{mark}\n")

    def end(self) -> None:
        """Nothing is left to write."""
