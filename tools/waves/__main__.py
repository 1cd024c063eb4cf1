"""Replay known wave64 bugs, and places that only look like one, against the projects' histories.

    python -m tools.waves MIRROR_FOLDER

Reads `bugs.csv` and `lookalikes.csv` beside this file. A repository `owner/name` is looked for as
a git repository at `MIRROR_FOLDER/owner/name`, `MIRROR_FOLDER/owner+name` or either one's `repo`.
Each file is read with `git show COMMIT:FILE` and checked with all rules; nothing is written.

A bug is *flagged* when a rule that the table expects has a finding, or a place related to one,
within two lines of those that the fix touched. A look-alike is *clean* when no rule of that kind
has a warning or an error at its line. Prints every bug missed and every look-alike with a warning,
then the tally. Exit status 1 when less than 90% of the bugs are flagged or more than 5% of the
look-alikes draw a warning; 2 when a table, a repository or a file cannot be read.
"""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

from hipwright.analysis import check
from hipwright.finding import Severity
from hipwright.source import Source

TABLES = Path(__file__).parent
NEAR = 2  # lines
# Families of rules that speak of lanes, warps and what hangs on them.
ABOUT_LANES = ("WARP", "CG", "PROP", "MACRO")
FLAGGED_AT_LEAST = 0.90
WARNED_AT_MOST = 0.05


class UnreadableError(Exception):
    """A table, a repository or a file cannot be read: one line that says which and why."""


@dataclass(frozen=True, slots=True)
class Place:
    """Lines of one file of a repository, as of a commit; lines count from 1."""

    repository: str
    commit: str
    file: str
    first: int
    last: int
    what: str
    rules: frozenset[str] = frozenset()

    def __str__(self) -> str:
        lines = f"{self.first}" if self.first == self.last else f"{self.first}-{self.last}"
        return f"{self.repository} {self.commit[:12]} {self.file}:{lines}"


@dataclass(frozen=True, slots=True)
class Seen:
    """One finding: its rule, its severity and the lines it points to, related places included."""

    rule: str
    severity: Severity
    line: int
    lines: tuple[int, ...]

    @property
    def warns(self) -> bool:
        return self.severity in (Severity.WARNING, Severity.ERROR)


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: python -m tools.waves MIRROR_FOLDER", file=sys.stderr)
        return 2
    try:
        bugs = list(_bugs(TABLES / "bugs.csv"))
        lookalikes = list(_lookalikes(TABLES / "lookalikes.csv"))
        return replay(Path(arguments[0]), bugs, lookalikes)
    except UnreadableError as error:
        print(f"waves: {error}", file=sys.stderr)
        return 2


def replay(mirror: Path, bugs: list[Place], lookalikes: list[Place]) -> int:
    """Check every place and print what was missed, what was warned of in vain, and the tally."""
    flagged: Counter[str] = Counter()
    total: Counter[str] = Counter()
    as_warning = 0
    for bug in bugs:
        near = [each for each in findings(mirror, bug) if is_flagged(bug, each)]
        total[bug.repository] += 1
        flagged[bug.repository] += bool(near)
        as_warning += any(each.warns for each in near)
        if not near:
            print(f"missed: {bug}: {bug.what}")
    warned = 0
    for place in lookalikes:
        for each in findings(mirror, place):
            if each.warns and each.rule.startswith(ABOUT_LANES) and _at(place, each.line):
                warned += 1
                print(f"false alarm: {place}: {each.rule}, though {place.what}")
                break
    for repository in sorted(total):
        print(f"{repository}: {flagged[repository]} of {total[repository]}")
    found = sum(flagged.values())
    print(
        f"{found} of {len(bugs)} bugs in {len(total)} repositories flagged"
        f" ({as_warning} as a warning or an error);"
        f" {warned} of {len(lookalikes)} look-alikes draw a warning"
    )
    enough = found >= FLAGGED_AT_LEAST * len(bugs)
    quiet = warned <= WARNED_AT_MOST * len(lookalikes)
    return 0 if enough and quiet else 1


def is_flagged(bug: Place, finding: Seen) -> bool:
    """Whether a finding is of an expected rule, and near the lines that the fix touched."""
    return finding.rule in bug.rules and any(
        bug.first - NEAR <= line <= bug.last + NEAR for line in finding.lines
    )


def findings(mirror: Path, place: Place) -> tuple[Seen, ...]:
    """What all rules find in the file of a place."""
    return _findings(mirror, place.repository, place.commit, place.file)


@cache
def _findings(mirror: Path, repository: str, commit: str, file: str) -> tuple[Seen, ...]:
    source = Source(_content(mirror, repository, commit, file), name=PurePosixPath(file).name)
    line_of = source.lines.line_of
    found: list[Seen] = []
    for each in check(source):
        line = line_of(each.start) + 1
        related = (line_of(place.start) + 1 for place in each.related)
        found.append(Seen(each.code, each.severity, line, (line, *related)))
    return tuple(found)


def _content(mirror: Path, repository: str, commit: str, file: str) -> bytes:
    result = subprocess.run(
        ["git", "-C", str(_git_folder(mirror, repository)), "show", f"{commit}:{file}"],
        capture_output=True,
        check=False,
    )
    if result.returncode:
        why = result.stderr.decode(errors="replace").strip().splitlines()
        raise UnreadableError(
            f"{repository} {commit}:{file}: {why[0] if why else 'git show failed'}"
        )
    return result.stdout


def _git_folder(mirror: Path, repository: str) -> Path:
    for name in (repository, repository.replace("/", "+")):
        for folder in (mirror / name / "repo", mirror / name):
            if (folder / "HEAD").exists() or (folder / ".git").exists():
                return folder
    raise UnreadableError(f"no git repository of {repository} below {mirror}: clone it there")


def _at(place: Place, line: int) -> bool:
    return place.first <= line <= place.last


def _rows(path: Path) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UnreadableError(f"{path}: {error}") from error


def _bugs(path: Path) -> Iterator[Place]:
    for row in _rows(path):
        yield _place(path, row, "wrong", frozenset(row.get("rules", "").split()))


def _lookalikes(path: Path) -> Iterator[Place]:
    for row in _rows(path):
        yield _place(path, row, "right", frozenset())


def _place(path: Path, row: dict[str, str], what: str, rules: frozenset[str]) -> Place:
    try:
        first, _, last = row["lines"].partition("-")
        return Place(
            row["repository"],
            row["commit"],
            row["file"],
            int(first),
            int(last or first),
            row[what],
            rules,
        )
    except (KeyError, ValueError) as error:
        raise UnreadableError(f"{path}: a row lacks {error}") from error


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
