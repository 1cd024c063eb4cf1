"""The programs that cuda4cpu says it runs, beside what the CPU device makes of them.

    python -m tools.study.field --table FILE --peer FILE --results FILE.jsonl

`--peer` is a table of what the peer's repository says (corpus, program, status), `--results` what
`tools.study.run` has found. Prints Markdown: the counts, then one row a program.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

from tools.study.report import verdict
from tools.study.table import Entry, read_table

_FATAL = {"illegal-address", "deadlock", "trap", "crash", "stopped"}
_WAIVED = 2  # what NVIDIA's samples end with when a device lacks what they show


def at_32(entry: Entry, row: dict[str, Any] | None) -> str:
    """What came of the original with a warp of 32."""
    if entry.cannot_run:
        return entry.cannot_run
    if row is None:
        return "not run"
    if not row.get("sides"):
        return str(row["cause"])
    side = row["sides"][0]
    if side["status"] != "ok":
        return entry.note or {"signal": "crashes", "timeout": "takes too long"}.get(
            side["status"], side["status"]
        )
    if side["exit"] == _WAIVED:
        return "waives itself"
    if side["exit"] != 0 or side["own_check"] == "failed" or _FATAL & side["reports"].keys():
        return "fails"
    return "passes"


def at_64(entry: Entry, row: dict[str, Any] | None) -> str:
    """What came of the port with a wavefront of 64."""
    outcome, why = verdict(entry, row)
    if outcome == "right":
        return "agrees" + (f" ({why})" if why else "")
    return why or outcome


def main() -> int:
    """Print the tables."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--table", type=Path, required=True)
    options.add_argument("--peer", type=Path, required=True)
    options.add_argument("--results", type=Path, required=True)
    given = options.parse_args()
    rows = {}
    for line in given.results.read_text("utf-8").splitlines():
        row = json.loads(line)
        rows[row["key"]] = row
    with given.peer.open(newline="", encoding="utf-8") as stream:
        peer = {
            f"{row['corpus']}/{row['program']}": row["cuda4cpu"] for row in csv.DictReader(stream)
        }
    counts: dict[str, Counter[str]] = {}
    lines = []
    for entry in read_table(given.table):
        row = rows.get(entry.key)
        theirs, ours, ported = peer[entry.key], at_32(entry, row), at_64(entry, row)
        found = counts.setdefault(entry.corpus, Counter())
        found["programs"] += 1
        found["theirs"] += theirs == "passes"
        found["ours"] += ours == "passes"
        found["ported"] += ported.startswith("agrees")
        lines.append(f"| {entry.corpus} | {entry.program} | {theirs} | {ours} | {ported} |")
    print("| | programs | cuda4cpu, warp of 32 | ours, warp of 32 | ours, port or HIP at 64 |")
    print("|---|---|---|---|---|")
    for corpus, found in [*counts.items(), ("**all**", sum(counts.values(), Counter()))]:
        numbers = " | ".join(str(found[name]) for name in ("programs", "theirs", "ours", "ported"))
        print(f"| {corpus} | {numbers} |")
    print("\n| | program | cuda4cpu, 32 | ours, 32 | ours, 64 |\n|---|---|---|---|---|")
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
