"""The results of a study as Markdown tables, for the documentation.

    python -m tools.study.report --table FILE --results FILE.jsonl

Prints the counts, then one row a program: what it is compiled with and its arguments, and what came
of it. A program counts as right where the runner says so, or where the table explains, after
`right: `, why a difference is no wrong result and no check of the program's own failed, or why its
check does not fit and both sides agree.
"""

from __future__ import annotations

import argparse
import json
import shlex
from collections import Counter
from pathlib import Path
from typing import Any

from tools.study.table import Entry, read_table

_EXPLAINED = "right: "


def verdict(entry: Entry, row: dict[str, Any] | None) -> tuple[str, str]:
    """The outcome of a program in one word, and what to say about it."""
    if entry.cannot_run:
        return "cannot run", entry.cannot_run
    if row is None:
        return "not run", ""
    outcome, cause = str(row["outcome"]), str(row["cause"])
    if outcome == "right":
        return "right", ""
    checks = [side["own_check"] for side in row.get("sides", [])]
    harmless = outcome == "differ" and "failed" not in checks
    unfit = outcome == "check-failed" and row.get("verdict") == "agree"
    if entry.note.startswith(_EXPLAINED) and (harmless or unfit):
        return "right", entry.note.removeprefix(_EXPLAINED)
    return outcome, entry.note or cause


def checked(row: dict[str, Any] | None) -> str:
    """Whether the program has checked its own result, by its words on both sides."""
    sides = (row or {}).get("sides", [])
    passed = bool(sides) and all(side["own_check"] == "passed" for side in sides)
    return "yes" if passed else ""


def report(entries: list[Entry], rows: dict[str, dict[str, Any]]) -> str:
    """The tables."""
    counts: Counter[str] = Counter()
    by_corpus: dict[str, Counter[str]] = {}
    lines = []
    for entry in entries:
        row = rows.get(entry.key)
        outcome, words = verdict(entry, row)
        counts[outcome] += 1
        by_corpus.setdefault(entry.corpus, Counter())[outcome] += 1
        arguments = shlex.join(entry.arguments)
        smaller = ", ".join(entry.smaller)
        sizes = "; ".join(f"`{text}`" for text in (arguments, smaller) if text)
        cells = [entry.corpus, entry.program, sizes, outcome, checked(row), words]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    tried = sum(counts.values()) - counts["cannot run"]
    head = [
        "| corpus | chosen | can run | right | share |",
        "|---|---|---|---|---|",
    ]
    for corpus, found in [*by_corpus.items(), ("**all**", counts)]:
        total = sum(found.values())
        can = total - found["cannot run"]
        share = f"{found['right'] / can:.0%}" if can else ""
        head.append(f"| {corpus} | {total} | {can} | {found['right']} | {share} |")
    others = ", ".join(
        f"{number} {name}"
        for name, number in counts.most_common()
        if name not in ("right", "cannot run")
    )
    return "\n".join(
        [
            *head,
            "",
            f"Of the {tried} that can run, {counts['right']} are right; the others: {others}.",
            "",
            "| corpus | program | arguments and sizes | outcome | checks itself | why |",
            "|---|---|---|---|---|---|",
            *lines,
        ]
    )


def main() -> int:
    """Print the tables."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--table", type=Path, required=True)
    options.add_argument("--results", type=Path, required=True)
    given = options.parse_args()
    rows = {}
    for line in given.results.read_text("utf-8").splitlines():
        row = json.loads(line)
        rows[row["key"]] = row
    print(report(read_table(given.table), rows))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
