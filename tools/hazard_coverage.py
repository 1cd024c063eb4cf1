"""Say, for every hazard of the catalogue, which rule covers it, or why none does.

    python -m tools.hazard_coverage [HAZARDS.CSV]

Reads `tools/facts/hazards.csv`, or a catalogue with the same columns, the `hazards` of every rule,
and the reasons in `tools/facts/uncovered.toml`. Prints one line a hazard, then the totals. Exit
status 1 when an error or a warning that occurs in real code has neither a rule nor a reason, or
when a rule or a reason names a hazard that the catalogue lacks; 2 when a file cannot be read.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

from hipwright.rules.registry import all_rules

FACTS = Path(__file__).parent / "facts"
COLUMNS = ("id", "family", "severity", "title", "evidence")
# How often it occurs in real code: in HeCBench's programs, in the .cu files of cuda-samples. Two
# names for the second, since catalogues give it either way.
COUNTS = ("hecbench_programs", "cuda_samples_files", "cuda_samples_cu")


@dataclass(frozen=True, slots=True)
class Hazard:
    """One entry of the catalogue: what can go wrong between CUDA and HIP."""

    id: str
    family: str
    severity: str
    title: str
    evidence: str
    occurrences: int

    @property
    def must_be_answered(self) -> bool:
        """Whether it needs a rule or a reason: it hurts, and it occurs."""
        return self.severity in ("error", "warning") and self.occurrences > 0


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is known of every hazard."""

    hazards: list[Hazard]
    rules: dict[str, list[str]]  # hazard → codes of rules
    reasons: dict[str, str]  # hazard → why no rule covers it
    not_yet: frozenset[str]  # hazards whose rule is still to be written

    @property
    def unanswered(self) -> list[Hazard]:
        """Those that must be answered, and have neither a rule nor a reason."""
        return [
            hazard
            for hazard in self.hazards
            if hazard.must_be_answered
            and hazard.id not in self.rules
            and hazard.id not in self.reasons
            and hazard.id not in self.not_yet
        ]

    @property
    def strangers(self) -> list[str]:
        """Hazards that a rule or a reason names and the catalogue does not have."""
        known = {hazard.id for hazard in self.hazards}
        return sorted({*self.rules, *self.reasons, *self.not_yet} - known)

    @property
    def outdated(self) -> list[str]:
        """Hazards with a reason or a promise although a rule covers them."""
        return sorted(set(self.rules) & {*self.reasons, *self.not_yet})


class CatalogueError(Exception):
    """A file that cannot be used, and why, in one line."""


def read_hazards(path: Path) -> list[Hazard]:
    """The catalogue, in its order. Raises CatalogueError."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CatalogueError(f"{path}: {error}") from None
    missing = [name for name in COLUMNS if not rows or name not in rows[0]]
    if missing:
        raise CatalogueError(f"{path}: no column {missing[0]}")
    return [
        Hazard(
            *(row[name] for name in COLUMNS),
            occurrences=sum(int(row.get(name) or 0) for name in COUNTS),
        )
        for row in rows
    ]


def read_reasons(path: Path) -> tuple[dict[str, str], frozenset[str]]:
    """Why some hazards have no rule, and those whose rule is still to come.

    Raises CatalogueError.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(f"{path}: {error}") from None
    return dict(content.get("reasons", {})), frozenset(content.get("not-yet", []))


def coverage(hazards: Path, reasons: Path = FACTS / "uncovered.toml") -> Coverage:
    """What the rules and the written reasons say of every hazard. Raises CatalogueError."""
    rules: dict[str, list[str]] = defaultdict(list)
    for rule in all_rules():
        for hazard in rule.hazards:
            rules[hazard].append(rule.code)
    return Coverage(read_hazards(hazards), dict(rules), *read_reasons(reasons))


def lines(found: Coverage) -> Iterable[str]:
    """One line a hazard, then the totals."""
    totals: Counter[str] = Counter()
    for hazard in found.hazards:
        if hazard.id in found.rules:
            kind, answer = "covered", ", ".join(found.rules[hazard.id])
        elif hazard.id in found.reasons:
            kind, answer = "no rule, with a reason", found.reasons[hazard.id]
        elif hazard.id in found.not_yet:
            kind, answer = "not yet", "not yet"
        else:
            kind, answer = "no rule", "-"
        totals[kind] += 1
        yield f"{hazard.id} {hazard.severity:7} {hazard.title}: {answer}"
    yield ""
    yield f"{len(found.hazards)} hazards: " + ", ".join(
        f"{count} {kind}" for kind, count in sorted(totals.items())
    )


def main() -> int:
    if len(sys.argv) > 2 or sys.argv[1:2] in (["-h"], ["--help"]):
        print("usage: python -m tools.hazard_coverage [HAZARDS.CSV]", file=sys.stderr)
        return 2
    path = Path(sys.argv[1]) if len(sys.argv) == 2 else FACTS / "hazards.csv"
    try:
        found = coverage(path)
    except CatalogueError as error:
        print(error, file=sys.stderr)
        return 2
    for line in lines(found):
        print(line)
    for hazard in found.unanswered:
        print(f"{hazard.id} has neither a rule nor a reason: {hazard.title}", file=sys.stderr)
    for name in found.strangers:
        print(f"{name} is not in the catalogue", file=sys.stderr)
    for name in found.outdated:
        print(f"{name} has a rule: take it out of uncovered.toml", file=sys.stderr)
    return 1 if found.unanswered or found.strangers else 0


if __name__ == "__main__":
    sys.exit(main())
