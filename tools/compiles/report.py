"""The results of `tools.compiles.run` as Markdown, for docs/ports-that-compile.md.

python -m tools.compiles.report RESULTS.jsonl [--table FILE]
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

from tools.study.table import Entry, read_table


def is_silent(row: dict[str, Any]) -> bool:
    """Whether a source of our port fails, and no rule says anything at its first error."""
    seen: set[str] = set()
    for error in row["ours"]:
        if error["source"] not in seen:
            seen.add(error["source"])
            if not error["findings"]:
                return True
    return False


def report(entries: list[Entry], rows: dict[str, dict[str, Any]]) -> str:
    """The counts, and a row for each program that does not compile with both tools."""
    outcomes = Counter(row["outcome"] for row in rows.values())
    can = len(rows) - outcomes["excluded"]
    left_out = [entry for entry in entries if entry.cannot_run]
    failing = [row for row in rows.values() if row["outcome"] in ("neither", "theirs")]
    lines = [
        "| | programs |",
        "|---|---|",
        f"| drawn | {len(entries)} |",
        f"| not tried: no CUDA program | {len(left_out)} |",
        f"| tried | {len(rows)} |",
        f"| cannot compile here: a third party's header is missing | {outcomes['excluded']} |",
        f"| **our port compiles** | **{outcomes['both'] + outcomes['ours']} of {can}** |",
        f"| hipify-perl's output compiles | {outcomes['both'] + outcomes['theirs']} of {can} |",
        f"| only ours | {outcomes['ours']} |",
        f"| only hipify-perl's | {outcomes['theirs']} |",
        f"| our failures without a finding at the place | {sum(map(is_silent, failing))} |",
        "",
        "| our port of | first error | findings there |",
        "|---|---|---|",
    ]
    for row in failing:
        first = row["ours"][0]
        place = f"{Path(first['file']).name}:{first['line']}"
        codes = ", ".join(first["findings"]) or "none"
        lines.append(f"| {row['key']} | `{place}`: {_short(first['message'])} | {codes} |")
    lines += ["", "| only ours compiles | first error in hipify-perl's output |", "|---|---|"]
    for row in rows.values():
        if row["outcome"] == "ours":
            first = row["theirs"][0]
            place = f"{Path(first['file']).name}:{first['line']}"
            lines.append(f"| {row['key']} | `{place}`: {_short(first['message'])} |")
    lines += ["", "| cannot compile here | why |", "|---|---|"]
    lines += [f"| {entry.key} | {entry.cannot_run} |" for entry in left_out]
    for row in rows.values():
        if row["outcome"] == "excluded":
            lines.append(f"| {row['key']} | needs {', '.join(row['missing'])} |")
    return "\n".join(lines) + "\n"


def _short(message: str) -> str:
    text = message.replace("|", "\\|")
    return text if len(text) <= 110 else text[:109] + "…"


def main() -> int:
    """Print the tables."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("results", type=Path)
    options.add_argument("--table", type=Path, default=Path(__file__).parent / "programs.csv")
    given = options.parse_args()
    lines = given.results.read_text("utf-8").splitlines()
    rows = {row["key"]: row for row in map(json.loads, lines)}
    entries = read_table(given.table)
    order = [entry.key for entry in entries]
    print(report(entries, {key: rows[key] for key in order if key in rows}), end="")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
