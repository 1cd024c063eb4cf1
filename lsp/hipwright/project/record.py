"""What is known of one file of a project: findings, reduced to what a report shows."""

from __future__ import annotations

from typing import Any, NamedTuple

from hipwright.report.located import FileResult, LocatedFinding


class Place(NamedTuple):
    """One finding. `by_itself`: `hipwright port` fixes it. `choices`: it offers fixes to choose."""

    code: str
    severity: str
    message: str
    line: int
    cell: int | None
    text: str  # what stands there, up to the end of the line
    name: str | None  # the CUDA name that it is about
    by_itself: bool
    choices: bool

    @property
    def needs_person(self) -> bool:
        """Whether a person has to decide: an error or a warning that no port fixes."""
        return not self.by_itself and self.severity in ("error", "warning")


class Record(NamedTuple):
    """One file. `skipped`: it has nothing to do with CUDA. `problem`: why it could not be read."""

    file: str
    lines: int
    places: tuple[Place, ...] = ()
    skipped: bool = False
    problem: str | None = None


def record_of(result: FileResult, lines: int) -> Record:
    """The record of a checked file."""
    places = tuple(_place(finding) for finding in result.findings)
    return Record(result.file, lines, places, result.skipped, result.problem)


def _place(finding: LocatedFinding) -> Place:
    start = finding.start.column - 1
    end = finding.end.column - 1 if finding.end.line == finding.start.line else None
    return Place(
        finding.code,
        finding.severity.value,
        finding.message,
        finding.start.line,
        finding.cell,
        finding.excerpt[start:end].strip()[:120],
        finding.name,
        finding.fixed_by_port,
        bool(finding.fixes),
    )


def to_json(record: Record) -> list[Any]:
    """A record as JSON can hold it."""
    return [*record[:2], [list(place) for place in record.places], *record[3:]]


def from_json(values: list[Any]) -> Record:
    """A record that `to_json` made. Raises TypeError or ValueError for anything else."""
    file, lines, places, skipped, problem = values
    return Record(file, lines, tuple(Place(*place) for place in places), skipped, problem)
