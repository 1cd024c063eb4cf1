"""Runs side by side, and the verdict: do they compute the same?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from hipwright_server.compare.arrays import ArrayComparison, compare_arrays, pair_arrays
from hipwright_server.compare.output import Identity, OutputComparison, compare_output
from hipwright_server.compare.tolerance import Tolerance
from hipwright_server.compare.words import named
from hipwright_server.program import PortedFinding, SourceFile
from hipwright_server.run import DeviceReport, Diagnostic, Run, RunStatus

Verdict = Literal["agree", "differ", "failed"]


@dataclass(slots=True)
class Side:
    """One run of a comparison, with its name in it and what it was compiled from."""

    label: str
    run: Run
    sources: tuple[SourceFile, ...] = ()
    findings: tuple[PortedFinding, ...] = ()

    @property
    def subject(self) -> str:
        """The side as the subject of a sentence."""
        name = named(self.label)
        return name if name == self.label else f"T{name[1:]}"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was compared, and what came of it."""

    name: str  # build, exit, arrays, output, reports
    verdict: str  # agree | differ | failed | warning | skipped
    sentence: str


@dataclass(slots=True)
class Pair:
    """One side against the reference."""

    left: int
    right: int
    verdict: Verdict
    sentence: str
    checks: list[Check]
    arrays: list[ArrayComparison]
    output: OutputComparison


@dataclass(slots=True)
class Comparison:
    """Two or more runs of one program; the first is the reference."""

    title: str
    sides: list[Side]
    tolerance: Tolerance
    pairs: list[Pair] = field(default_factory=list)
    verdict: Verdict = "agree"
    sentence: str = ""
    cannot_show: list[str] = field(default_factory=list)


def compare(
    runs: Sequence[Run | Side],
    tolerance: Tolerance | None = None,
    title: str = "",
    repeats: Sequence[Run] = (),
) -> Comparison:
    """Compare each run with the first.

    `repeats` are more runs of the first one's program on the same target. Where those differ from
    each other, the program gives another result each time, and nothing can be compared: of the
    arrays the first repeat tells, of the output all of them do.

    Raises:
        ValueError: fewer than two runs were given.
    """
    if len(runs) < 2:
        raise ValueError("a comparison needs two runs")
    sides = [
        run if isinstance(run, Side) else Side(f"{run.dialect} on {run.target}", run)
        for run in runs
    ]
    result = Comparison(title, sides, tolerance or Tolerance())
    for right in range(1, len(sides)):
        result.pairs.append(_compare_pair(sides, 0, right, result.tolerance, repeats))
    # The first pair that says something other than "agree" speaks for all.
    worst = next((pair for pair in result.pairs if pair.verdict != "agree"), result.pairs[0])
    result.verdict = worst.verdict
    result.sentence = worst.sentence
    result.cannot_show = _cannot_show(sides)
    return result


def _compare_pair(
    sides: Sequence[Side], i: int, j: int, tolerance: Tolerance, repeats: Sequence[Run]
) -> Pair:
    left, right = sides[i], sides[j]
    repeated = repeats[0].arrays if repeats else []
    again = {}
    if len(repeated) == len(left.run.arrays):
        pairs = pair_arrays(left.run.arrays, repeated)
        again = {one.index: other for one, other in pairs if one is not None and other is not None}
    arrays = compare_arrays(pair_arrays(left.run.arrays, right.run.arrays), tolerance, again)
    output = compare_output(
        left.run.stdout,
        right.run.stdout,
        tolerance,
        Identity(left.run.warp_size, left.run.device),
        Identity(right.run.warp_size, right.run.device),
        repeats=[repeat.stdout for repeat in repeats],
    )
    checks = [_build_check(left, right)]
    if checks[0].verdict != "failed":
        checks.append(_exit_check(left, right))
    ran = left.run.status not in _NEVER_RAN and right.run.status not in _NEVER_RAN
    if ran:
        checks.append(_arrays_check(arrays))
        checks.append(_output_check(output, left, right))
        checks.append(_reports_check(left, right))
    else:
        arrays = []
        output = OutputComparison(sentence="Not compared: a side did not run.", exact=True)
    verdict, sentence = _conclude(left, right, checks, arrays, output)
    return Pair(i, j, verdict, sentence, checks, arrays, output)


_NEVER_RAN = (RunStatus.COMPILE_ERROR, RunStatus.COMPILED, RunStatus.UNAVAILABLE)


def _build_check(left: Side, right: Side) -> Check:
    for side in (left, right):
        run = side.run
        if run.status is RunStatus.UNAVAILABLE:
            return Check("build", "failed", f"{side.subject} could not run: {run.message}")
        if run.status is RunStatus.COMPILE_ERROR:
            return Check("build", "failed", f"{side.subject} does not compile: {_why(run)}")
    if RunStatus.COMPILED in (left.run.status, right.run.status):
        only = " and ".join(
            side.run.target for side in (left, right) if side.run.status is RunStatus.COMPILED
        )
        return Check("build", "failed", f"Both compile, but {only} can only compile here.")
    return Check("build", "agree", "Both compile.")


def _why(run: Run) -> str:
    """The first error of a compiler, with its place."""
    first: Diagnostic | None = next(
        (each for each in run.diagnostics if each.severity == "error"), None
    )
    if first is None:
        return run.message or "the compiler does not say why"
    where = f"{first.place.file}:{first.place.line}: " if first.place else ""
    return where + first.message


def _exit_check(left: Side, right: Side) -> Check:
    for side in (left, right):
        if side.run.status is not RunStatus.OK:
            other = right if side is left else left
            beside = f" {other.subject} ran to the end." if other.run.status is RunStatus.OK else ""
            return Check("exit", "failed", f"{side.subject}: {side.run.message}{beside}")
    a, b = left.run.exit_status, right.run.exit_status
    if a == b == 0:
        return Check("exit", "agree", "Both ended with exit status 0.")
    if a == b:
        return Check(
            "exit",
            "failed",
            f"Both ended with exit status {a}, so the program itself reports a failure"
            f"{_last_words(left.run)}.",
        )
    if a:
        return Check(
            "exit",
            "failed",
            f"{left.subject} ended with exit status {a}, so it reports a failure itself"
            f"{_last_words(left.run)}; {_within(right.subject)} ended with {b}.",
        )
    return Check(
        "exit", "differ", f"{right.subject} ended with exit status {b}{_last_words(right.run)}."
    )


def _last_words(run: Run) -> str:
    for stream in (run.stderr, run.stdout):
        lines = stream.decode("utf-8", "replace").strip().splitlines()
        if lines:
            return f" (“{lines[-1].strip()[:80]}”)"
    return ""


def _within(subject: str) -> str:
    return subject[0].lower() + subject[1:] if subject.startswith("The ") else subject


def _arrays_check(arrays: Sequence[ArrayComparison]) -> Check:
    if not arrays:
        return Check("arrays", "skipped", "No array was copied back from the device.")
    wrong = [each for each in arrays if each.verdict != "agree"]
    if wrong:
        first = wrong[0]
        count = f"{len(wrong)} of {len(arrays)} arrays differ. " if len(arrays) > 1 else ""
        return Check("arrays", "differ", f"{count}{first.name}: {first.sentence}")
    unstable = [each for each in arrays if each.unstable]
    if unstable:
        first = unstable[0]
        return Check("arrays", "warning", f"{first.name}: {first.sentence}")
    if len(arrays) == 1:
        return Check("arrays", "agree", f"{arrays[0].name}: {arrays[0].sentence}")
    exact = sum(each.exact for each in arrays)
    elements = sum(each.elements for each in arrays)
    how = "bit for bit" if exact == len(arrays) else f"{exact} of them bit for bit"
    return Check(
        "arrays", "agree", f"All {len(arrays)} arrays agree ({elements:,} elements), {how}."
    )


def _output_check(output: OutputComparison, left: Side, right: Side) -> Check:
    if not left.run.stdout and not right.run.stdout:
        return Check("output", "skipped", output.sentence)
    cut = ""
    if left.run.output_cut or right.run.output_cut:
        cut = " Only the beginning was kept and compared."
    return Check("output", output.verdict, output.sentence + cut)


def _reports_check(left: Side, right: Side) -> Check:
    """What the device saw go wrong on the right counts, unless the reference does it as well.

    A reference whose kernel was ended by a fault has no result that a port could be held against.
    """
    fault = next((each for each in left.run.reports if each.ends_kernel), None)
    if fault is not None:
        same = any(
            each.kind == fault.kind and each.kernel == fault.kernel for each in right.run.reports
        )
        kernel = f"Kernel {fault.kernel}" if fault.kernel else "A kernel"
        sentence = (
            f"{kernel} was ended by a fault on both sides"
            if same
            else (f"{kernel} of {_within(left.subject)} was ended by a fault")
        )
        return Check(
            "reports",
            "failed",
            f"{sentence}{_at(fault)}, so there is no result to compare: {fault.message}",
        )
    known = {(each.kind, each.kernel) for each in left.run.reports}
    fresh = [each for each in right.run.reports if (each.kind, each.kernel) not in known]
    if fresh:
        more = f" ({len(fresh) - 1} more)" if len(fresh) > 1 else ""
        return Check("reports", "differ", f"{right.subject}: {fresh[0].message}{more}")
    if right.run.reports:
        return Check("reports", "warning", f"In both: {right.run.reports[0].message}")
    if left.run.reports:
        return Check("reports", "warning", f"{left.subject}: {left.run.reports[0].message}")
    return Check("reports", "agree", "The device reports nothing wrong.")


def _at(report: DeviceReport) -> str:
    return f" ({report.place.file}:{report.place.line})" if report.place else ""


def _conclude(
    left: Side,
    right: Side,
    checks: Sequence[Check],
    arrays: Sequence[ArrayComparison],
    output: OutputComparison,
) -> tuple[Verdict, str]:
    failed = [check for check in checks if check.verdict == "failed"]
    if failed:
        # A program that fails after a fault of its kernel fails because of it.
        ended = left.run.status is RunStatus.OK and right.run.status is RunStatus.OK
        return "failed", failed[-1 if ended else 0].sentence
    differing = [check for check in checks if check.verdict == "differ"]
    if differing:
        return "differ", _why_differs(left, right, differing, arrays, output)
    compared = []
    if arrays:
        compared.append(f"{len(arrays)} array{'s' if len(arrays) != 1 else ''}")
    if left.run.stdout:
        compared.append("the output")
    if not compared:
        return "agree", (
            "Both ran to the end, but nothing was printed or copied back: there is nothing to "
            "compare."
        )
    if any(each.unstable for each in arrays):
        compared.append("all that is the same in two runs of the original")
    verb = "agrees" if compared == ["the output"] or compared == ["1 array"] else "agree"
    return "agree", (
        f"{right.subject} computes the same as {_within(left.subject)}: {_listed(compared)} {verb}."
    )


def _listed(things: Sequence[str]) -> str:
    return " and ".join([*([", ".join(things[:-1])] if things[1:] else []), things[-1]])


def _why_differs(
    left: Side,
    right: Side,
    differing: Sequence[Check],
    arrays: Sequence[ArrayComparison],
    output: OutputComparison,
) -> str:
    names = {check.name for check in differing}
    reason = ""
    wrong = next((each for each in arrays if each.verdict != "agree"), None)
    if wrong is not None:
        reason = f"{wrong.name}: {wrong.sentence}"
    elif "output" in names:
        reason = output.sentence
    elif "exit" in names:
        reason = next(check.sentence for check in differing if check.name == "exit")
    sentence = f"{right.subject} differs from {_within(left.subject)}."
    if reason:
        sentence = f"{sentence} {reason}"
    if "reports" in names and right.run.reports:
        if not reason:
            sentence = (
                f"{right.subject} gives the same results as {_within(left.subject)}, but the "
                "device saw something go wrong."
            )
        known = {(each.kind, each.kernel) for each in left.run.reports}
        report = next(each for each in right.run.reports if (each.kind, each.kernel) not in known)
        where = _at(report)
        # The first clause: the rest of it stands below the verdict.
        clause = re.split(r"[:;] ", report.message)[0]
        message = clause[:1].upper() + clause[1:].rstrip(".")
        sentence = f"{sentence} {message}{where}."
    return sentence


def _cannot_show(sides: Sequence[Side]) -> list[str]:
    """What runs on these devices cannot show, so that an agreement is not read as more."""
    limits: list[str] = []
    ran = [side.run for side in sides if side.run.status not in _NEVER_RAN]
    if any(run.times == "cpu-device" for run in ran):
        limits = [
            "Speed: the times of the CPU device say nothing about a GPU.",
            "Asynchronous timing: streams and copies run in order on the CPU device, so a missing "
            "synchronisation may go unseen.",
            "The memory model: the CPU's is stronger than a GPU's, so a missing fence may go "
            "unseen.",
        ]
    if ran:
        limits.append("Other inputs: only what this run computed was compared.")
    return limits
