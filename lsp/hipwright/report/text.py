"""The report for a person: each finding with its line of source, and what fixes it."""

from __future__ import annotations

import unicodedata

from hipwright.report.base import COLOURS, Style, Write
from hipwright.report.located import FileResult, LocatedFinding

_TAB = 4
_WIDEST = 120  # characters of source shown; generated code has lines of many thousands
_BEFORE = 40  # of those, how many stand before a finding far to the right


class TextReport:
    """Findings with excerpts and carets."""

    def __init__(self, write: Write, style: Style) -> None:
        self._write = write
        self._style = style

    def add(self, result: FileResult) -> None:
        """Write the findings of one file."""
        for finding in result.findings:
            self._write(self._block(finding))

    def end(self) -> None:
        """Nothing is left to write."""

    def _block(self, finding: LocatedFinding) -> str:
        style = self._style
        colour = COLOURS[finding.severity]
        number = str(finding.start.line)
        margin = " " * len(number)
        bar = style("|", fg="blue")
        source, before, marked = _excerpt(finding)
        head = style(f"{finding.severity.value}[{finding.code}]", fg=colour, bold=True)
        arrow = style("-->", fg="blue")
        lines = [
            f"{head}: {printable(finding.message)}",
            f"{margin}{arrow} {finding.place}",
            f"{margin} {bar}",
            f"{style(number, fg='blue')} {bar} {source}".rstrip(),
            f"{margin} {bar} {' ' * before}{style('^' * marked, fg=colour, bold=True)}",
        ]
        if finding.end.line > finding.start.line:
            lines[-1] += f" to line {finding.end.line}"
        notes = []
        for related in finding.related:
            place = f"line {related.start.line}"
            if related.file is not None:
                place = printable(f"{related.file}:{related.start.line}")
            notes.append(f"{place}: {printable(related.message)}")
        for index, fix in enumerate(finding.fixes):
            kind = "fix" if fix.safe else "unsafe fix"
            if index > 0:
                kind = "or" if fix.safe else "or, unsafe"
            notes.append(f"{kind}: {printable(fix.title)}")
        equals = style("=", fg="blue")
        lines.extend(f"{margin} {equals} {note}" for note in notes)
        return "\n".join(lines) + "\n\n"


def _excerpt(finding: LocatedFinding) -> tuple[str, int, int]:
    """The source line to show, the width of what is before the finding, and its own width."""
    text = finding.excerpt
    start = finding.start.column - 1
    same_line = finding.end.line == finding.start.line
    end = finding.end.column - 1 if same_line else len(text)
    prefix = ""
    if start > _WIDEST - _BEFORE:
        prefix = "..."
        cut = start - _BEFORE
        text, start, end = text[cut:], start - cut, end - cut
    suffix = ""
    if len(text) > _WIDEST:
        text, suffix = text[:_WIDEST], "..."
        end = min(end, _WIDEST)
    before = _shown(text[:start])
    marked = _shown(text[start:end])
    source = prefix + before + marked + _shown(text[end:]) + suffix
    return source, len(prefix) + _width(before), max(_width(marked), 1)


def printable(text: str) -> str:
    """Text from a source that cannot steer a terminal: control characters become U+FFFD."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() or character == " " else "\ufffd" for character in text
    )


def _shown(text: str) -> str:
    return printable(text.replace("\t", " " * _TAB))


def _width(text: str) -> int:
    """How many cells of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(character)
        else 2
        if unicodedata.east_asian_width(character) in "WF"
        else 1
        for character in text
    )
