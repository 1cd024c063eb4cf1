"""Run the programs of a table through `hipwright compare`, one JSON line each.

    python -m tools.study.run --table FILE --out FILE.jsonl NAME=FOLDER…

Programs run in their folder and write into it: give copies of the corpora. A program that has a
line in the output already is left out; `--only TEXT` runs those whose name contains it, again, and
`--again OUTCOME` those with that outcome.

The outcome of a program is `right` when both sides ran to their end with status 0, computed the
same, and no check of the program itself failed; else what stopped it, the first of:
`compile-error`, `timeout`, `crash`, `exit-status`, `kernel-error` (a kernel was ended by an illegal
access or never ended), `check-failed` (by the program's own words), `differ`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from tools.study.table import Entry, corpus_folders, read_table

# What programs say of themselves. Names of things that can fail ("failures: 0") are left alone.
_FAILED = re.compile(
    r"\bFAIL(?:ED|URE)?\b|(?i:\b(?:test|check|verification|validation) failed\b|\bfailed to pass\b"
    r"|\bmismatch(?:es)? at\b|\bmismatch\b(?!\w|:? *0)|\bincorrect\b|\bdoes not match\b"
    r"|\bdisagree\b|\bdismatch\b)"
)
_ZERO_FAILED = re.compile(r"(fail\w*|mismatch\w*)\s*[:=]\s*0\b", re.IGNORECASE)
_PASSED = re.compile(
    r"\bPASS(ED)?\b|\bsuccess(ful(ly)?)?\b|\bcorrect\b|\bOK\b|\bmatch(es)?\b", re.IGNORECASE
)
_FATAL_REPORTS = {"illegal-address", "deadlock", "trap", "launch-error", "crash", "stopped"}


def run_entry(entry: Entry, corpus: Path, seconds: float, extra: list[str]) -> dict[str, Any]:
    """Compare one program with its port; what to write down about it."""
    try:
        for change in entry.smaller:
            make_smaller(corpus / entry.folder, change)
    except (OSError, ValueError) as error:
        return {"key": entry.key, "seconds": 0, "outcome": "not-tried", "cause": str(error)}
    with tempfile.TemporaryDirectory() as scratch:
        result = Path(scratch) / "result.json"
        command = [sys.executable, "-m", "hipwright.cli", "compare", *entry.files]
        command += ["--flags", shlex.join(entry.flags), "--timeout", str(seconds), *extra]
        command += ["--format", "json", "-o", str(result), "--", *entry.arguments]
        start = time.monotonic()
        done = subprocess.run(
            command,
            cwd=corpus / entry.folder,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        row: dict[str, Any] = {
            "key": entry.key,
            "seconds": round(time.monotonic() - start, 1),
            "arguments": shlex.join(entry.arguments),
        }
        if not result.exists():
            said = (done.stderr or done.stdout).strip().splitlines()
            return {**row, "outcome": "not-tried", "cause": said[-1] if said else "no result"}
        data = json.loads(result.read_text("utf-8"))
    sides = [_side(side) for side in data["sides"]]
    row.update(_outcome(data, sides))
    row["verdict"] = data["verdict"]
    row["sides"] = sides
    return row


def make_smaller(folder: Path, change: str) -> None:
    """Write another value behind a name that a source defines: `FILE:NAME=VALUE`.

    Or another text in place of one: `FILE:OLD=>NEW`. Raises ValueError where it is not there.
    """
    file, _, assignment = change.partition(":")
    path = folder / file
    text = path.read_text("utf-8", "surrogateescape")
    if "=>" in assignment:
        old, _, new = assignment.partition("=>")
        if old in text:
            path.write_text(text.replace(old, new), "utf-8", "surrogateescape")
        elif new not in text:
            raise ValueError(f"{path} has no {old}")
        return
    name, _, value = assignment.partition("=")
    defined = rf"(^[ \t]*#[ \t]*define[ \t]+{name}[ \t]+)[^\n/]+"
    changed, count = re.subn(defined, rf"\g<1>{value}", text, flags=re.MULTILINE)
    if not count:
        changed, count = re.subn(rf"(\b{name}\s*=\s*)[^;,\n]+", rf"\g<1>{value}", text, count=1)
    if not count:
        changed, count = re.subn(rf"(\w\s+{name}\()[^)]+", rf"\g<1>{value}", text, count=1)
    if not count:
        raise ValueError(f"{path} defines no {name}")
    if changed != text:
        path.write_text(changed, "utf-8", "surrogateescape")


def _side(side: dict[str, Any]) -> dict[str, Any]:
    """What one run says, short."""
    output = side["stdout"]["text"] + "\n" + side["stderr"]["text"]
    errors = [each for each in side["diagnostics"] if each["severity"] == "error"]
    return {
        "target": side["target"],
        "status": side["status"],
        "exit": side["exitStatus"],
        "signal": side["signal"],
        "compile_seconds": round(side["compileSeconds"] or 0, 1),
        "run_seconds": round(side["runSeconds"] or 0, 2),
        "launches": sum(each["count"] for each in side["launches"]),
        "reports": Counter(each["kind"] for each in side["reports"]),
        "own_check": own_check(output),
        "message": side["message"],
        "first_error": _place(errors[0]) if errors else "",
        "first_report": _place(side["reports"][0]) if side["reports"] else "",
        "output_tail": output.strip()[-600:],
    }


def _place(each: dict[str, Any]) -> str:
    return f"{each['file']}:{each['line']}: {each['message']}"


def own_check(output: str) -> str:
    """What a program says of its own result: `failed`, `passed`, or empty when it says nothing."""
    text = _ZERO_FAILED.sub("", output)
    if _FAILED.search(text):
        return "failed"
    return "passed" if _PASSED.search(text) else ""


def _outcome(data: dict[str, Any], sides: list[dict[str, Any]]) -> dict[str, str]:
    named = {
        "compile-error": "compile-error",
        "timeout": "timeout",
        "signal": "crash",
    }
    for side in sides:
        if side["status"] != "ok":
            kind = named.get(side["status"], side["status"])
            cause = side["first_error"] or side["first_report"] or side["message"]
            return {"outcome": kind, "cause": f"{side['target']}: {cause}"}
    for side in sides:
        if side["exit"] != 0:
            return {"outcome": "exit-status", "cause": f"{side['target']}: status {side['exit']}"}
    for side in sides:
        if _FATAL_REPORTS & side["reports"].keys():
            return {"outcome": "kernel-error", "cause": f"{side['target']}: {side['first_report']}"}
    for side in sides:
        if side["own_check"] == "failed":
            return {"outcome": "check-failed", "cause": side["target"]}
    if data["verdict"] != "agree":
        return {"outcome": "differ", "cause": data["sentence"]}
    return {"outcome": "right", "cause": ""}


def main() -> int:
    """Run what is to be run, and print the counts."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("corpora", nargs="+", metavar="NAME=FOLDER")
    options.add_argument("--table", type=Path, required=True)
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--only", action="append", default=[], metavar="TEXT")
    options.add_argument("--again", action="append", default=[], metavar="OUTCOME")
    options.add_argument("--timeout", type=float, default=60.0)
    options.add_argument("--jobs", type=int, default=1)
    options.add_argument("--compare-options", default="", help="more for hipwright compare")
    given = options.parse_args()
    folders = corpus_folders(given.corpora)
    entries = [entry for entry in read_table(given.table) if not entry.cannot_run]
    rows: dict[str, dict[str, Any]] = {}
    if given.out.exists():
        lines = given.out.read_text("utf-8").splitlines()
        rows = {row["key"]: row for row in map(json.loads, lines)}
    chosen = [
        entry
        for entry in entries
        if entry.corpus in folders
        and (
            any(text in entry.key for text in given.only)
            if given.only
            else entry.key not in rows or rows[entry.key]["outcome"] in given.again
        )
    ]
    extra = shlex.split(given.compare_options)
    os.nice(5)

    def go(entry: Entry) -> dict[str, Any]:
        return run_entry(entry, folders[entry.corpus], given.timeout, extra)

    with ThreadPoolExecutor(given.jobs) as pool:
        for future in as_completed([pool.submit(go, entry) for entry in chosen]):
            row = future.result()
            with given.out.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(row, ensure_ascii=False) + "\n")
            rows[row["key"]] = row
            print(f"{row['key']:45} {row['seconds']:6} {row['outcome']:14} {row['cause'][:150]}")
            sys.stdout.flush()
    counts = Counter(rows[entry.key]["outcome"] for entry in entries if entry.key in rows)
    print(", ".join(f"{number} {name}" for name, number in counts.most_common()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
