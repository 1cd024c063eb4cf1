"""Findings with lines and columns in the place of byte offsets: what reports are made from.

Lines and columns count from 1; a column counts characters (Unicode code points), a tab is one, and
a byte that is not UTF-8 is one. A byte order mark at the start of a file is not counted.

The plain data here are tuples: there are many of them, and they travel between processes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from hipwright.finding import Finding, Related, Severity
from hipwright.source.lines import LineIndex

if TYPE_CHECKING:
    from hipwright.compat import Names

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Position(NamedTuple):
    """A place in a text; both count from 1."""

    line: int
    column: int


class LocatedEdit(NamedTuple):
    """Replace what is between two positions (the end excluded) by `text`."""

    start: Position
    end: Position
    text: str


class LocatedFix(NamedTuple):
    """A fix; `edits` is empty in reports that only show the title."""

    title: str
    safe: bool
    edits: tuple[LocatedEdit, ...] = ()


class LocatedRelated(NamedTuple):
    """Another place that explains a finding; in the same file, where it names no other."""

    start: Position
    end: Position
    message: str
    file: str | None = None


class LocatedFinding(NamedTuple):
    """A finding as reports show it. `excerpt` is the source line that it starts on."""

    file: str
    code: str
    severity: Severity
    message: str
    start: Position
    end: Position
    fixes: tuple[LocatedFix, ...]
    related: tuple[LocatedRelated, ...]
    excerpt: str
    name: str | None = None
    deprecated: bool = False
    cell: int | None = None  # of a notebook, from 1; lines then count in the cell
    file_line: int | None = None  # the line of the notebook's file, for tools that know no cells

    @property
    def place(self) -> str:
        """Where it starts, as a person reads it."""
        cell = "" if self.cell is None else f"cell {self.cell}:"
        return f"{self.file}:{cell}{self.start.line}:{self.start.column}"

    @property
    def fixed_by_port(self) -> bool:
        """Whether `hipwright port` fixes it: it has a safe fix."""
        return any(fix.safe for fix in self.fixes)


class FileResult:
    """What was done with one file."""

    def __init__(
        self,
        file: str,
        findings: Iterable[LocatedFinding] = (),
        *,
        problem: str | None = None,
        skipped: bool = False,
        names: Names | None = None,
    ) -> None:
        self.file = file
        self.findings = list(findings)  # for a port: what is left
        self.applied: dict[str, int] = {}  # fixes of a port, by rule code
        self.changed = False  # the port differs from the original
        self.output: str | None = None  # where the port was written
        self.backup: str | None = None
        self.text: bytes | None = None  # the port, where it goes to standard output
        self.diff = b""
        self.problem = problem  # why the file could not be worked on
        self.skipped = skipped  # C or C++ that does not mention CUDA
        self.names = names  # what a compatibility header needs for it


def _shown(path: str) -> str:
    """A path as reports show it: short, where it is below the folder that one works in."""
    here = os.path.join(os.getcwd(), "")  # noqa: PTH109, PTH118
    return path.removeprefix(here)


def locate(
    findings: Iterable[Finding], content: bytes, lines: LineIndex, file: str, with_edits: bool
) -> list[LocatedFinding]:
    """Findings of a source, made ready for a report.

    `with_edits` includes the edits of fixes, which only the machine-readable reports show.
    """

    def position(offset: int) -> Position:
        line, column = lines.position(offset, "utf-32")
        if line == 0 and column > 0 and content.startswith(_BYTE_ORDER_MARK):
            column -= 1
        return Position(line + 1, column + 1)

    def excerpt(offset: int) -> str:
        start, end = lines.line_bounds(lines.line_of(offset))
        text = content[start:end]
        if start == 0:
            text = text.removeprefix(_BYTE_ORDER_MARK)
        return text.decode("utf-8", "replace")

    def related(other: Related) -> LocatedRelated:
        place = other.elsewhere
        if place is None:
            return LocatedRelated(position(other.start), position(other.end), other.message)
        start, end = (
            Position(place.line + 1, column + 1) for column in (place.column, place.end_column)
        )
        return LocatedRelated(start, end, other.message, _shown(place.path))

    located = []
    for finding in findings:
        fixes = []
        for fix in finding.fixes:
            edits = [
                LocatedEdit(
                    position(edit.start),
                    position(edit.end),
                    edit.text.decode("utf-8", "replace"),
                )
                for edit in (fix.edits if with_edits else ())
            ]
            fixes.append(LocatedFix(fix.title, fix.safe, tuple(edits)))
        located.append(
            LocatedFinding(
                file,
                finding.code,
                finding.severity,
                finding.message,
                position(finding.start),
                position(finding.end),
                tuple(fixes),
                tuple([related(other) for other in finding.related]),
                excerpt(finding.start),
                finding.name,
                finding.deprecated,
            )
        )
    return located
