"""What is known to be wrong and accepted, so that a check fails on what is new.

A baseline is a JSON file that a person can read and review. For each program it lists facts, such
as "cpu:64: array h_out differs": what is wrong, and nothing that changes from run to run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hipwright_server.compare.comparison import Comparison
from hipwright_server.run import DeviceReport, Run, RunStatus

FORMAT = "hipwright.baseline"
VERSION = 1
Facts = Mapping[str, Sequence[str]]  # by the program's name

_ENDS = {
    RunStatus.TIMEOUT: "does not end in time",
    RunStatus.MEMORY_LIMIT: "takes too much memory",
    RunStatus.COMPILE_ERROR: "does not compile",
    RunStatus.UNAVAILABLE: "could not run",
}


@dataclass(slots=True)
class Judged:
    """Facts beside a baseline, each as "program: fact"."""

    accepted: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


def run_facts(run: Run) -> list[str]:
    """What is wrong with one run, whatever another does."""
    if run.status in (RunStatus.COMPILED, RunStatus.INTERRUPTED):
        return []
    if run.status is RunStatus.SIGNAL:
        return [f"{run.target}: crashes ({run.signal})"]
    if run.status is not RunStatus.OK:
        return [f"{run.target}: {_ENDS[run.status]}"]
    return [f"{run.target}: ends with exit status {run.exit_status}"] if run.exit_status else []


def comparison_facts(comparison: Comparison) -> list[str]:
    """What is wrong in a comparison, each once, in its order."""
    facts: list[str] = []
    for side in comparison.sides:
        facts += run_facts(side.run)
    for pair in comparison.pairs:
        left, right = comparison.sides[pair.left].run, comparison.sides[pair.right].run
        facts += [_report_fact(left, each) for each in left.reports if each.ends_kernel]
        if pair.verdict != "differ":
            continue
        for array in pair.arrays:
            if array.verdict != "agree":
                word = "differs" if array.verdict == "differ" else "is copied on one side only"
                facts.append(f"{right.target}: array {_steady(array.name)} {word}")
        for check in pair.checks:
            if check.name == "output" and check.verdict == "differ":
                facts.append(f"{right.target}: the output differs")
        known = {(each.kind, each.kernel) for each in left.reports}
        for report in right.reports:
            if (report.kind, report.kernel) not in known:
                facts.append(_report_fact(right, report))
    if comparison.verdict != "agree" and not facts:
        facts.append(comparison.sentence)
    return list(dict.fromkeys(facts))


def _report_fact(run: Run, report: DeviceReport) -> str:
    where = f" in kernel {_steady(report.kernel)}" if report.kernel else ""
    return f"{run.target}: {report.kind}{where}"


def _steady(name: str) -> str:
    """A name without what may change between compilers: spaces."""
    return re.sub(r"\s+", " ", name)


def read_baseline(file: Path) -> dict[str, list[str]]:
    """The accepted facts.

    Raises:
        ValueError: the file cannot be read, or is no baseline; says which and why.
    """
    try:
        data = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise ValueError(f"{file}: no such baseline; --write-baseline makes one") from None
    except OSError as error:
        raise ValueError(f"{file}: {error.strerror}") from None
    except ValueError as error:
        raise ValueError(f"{file}: not a baseline: {error}") from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ValueError(f"{file}: not a baseline: it does not say that it is a {FORMAT}")
    if data.get("version") != VERSION:
        raise ValueError(
            f"{file}: a baseline of version {data.get('version')}; this hipwright knows {VERSION}"
        )
    programs = data.get("programs")
    if not isinstance(programs, dict) or not all(map(_is_list_of_text, programs.values())):
        raise ValueError(f"{file}: not a baseline: programs must be lists of text")
    return programs


def _is_list_of_text(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def judge(baseline: Facts, found: Facts) -> Judged:
    """What of the facts found is accepted, what is new, and what the baseline lists in vain.

    Programs of the baseline that were not tried say nothing: a run of a part is no change.
    """
    judged = Judged()
    for program, facts in found.items():
        accepted = baseline.get(program, ())
        for fact in facts:
            (judged.accepted if fact in accepted else judged.new).append(f"{program}: {fact}")
        judged.gone += [f"{program}: {fact}" for fact in accepted if fact not in facts]
    return judged


def baseline_text(before: Facts, found: Facts) -> str:
    """A baseline that accepts what was found; what it says of programs not tried now stays."""
    programs = {**before, **found}
    data = {
        "format": FORMAT,
        "version": VERSION,
        "programs": {name: list(programs[name]) for name in sorted(programs) if programs[name]},
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
