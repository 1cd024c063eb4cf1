"""Running evidence again, and saying whether what it claims holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from hipwright_server.compare.arrays import ArrayComparison, compare_arrays, pair_arrays
from hipwright_server.compare.comparison import Comparison
from hipwright_server.compare.output import Identity, OutputComparison, compare_output
from hipwright_server.compare.programs import Contender, compare_contenders
from hipwright_server.compare.tolerance import Tolerance
from hipwright_server.compare.words import ended, named
from hipwright_server.evidence.archive import Archive, EvidenceError, safe_name
from hipwright_server.program import SOURCE_SUFFIXES, Program, SourceFile
from hipwright_server.run import CapturedArray, Dialect, Place, Run
from hipwright_server.targets import RunOptions, find
from hipwright_server.targets.checks import CHECKS
from hipwright_server.verify.flags import meaningful_flags

_DTYPE = re.compile(r"[<|](?:[iu][1248]|f[248]|c(?:8|16)|b1)")
_LIBRARY = re.compile(r"-l[\w+.-]+")
_LOCAL = re.compile(r"(?:cpu|cuda|rocm|clang|scale)(?::[\w:+-]+)?")


@dataclass(slots=True)
class PackedSide:
    """One side as it was packed."""

    label: str
    target: str
    program: Program
    dropped_flags: tuple[str, ...]
    status: str
    exit_status: int | None
    signal: str | None
    warp_size: int | None
    device: str
    stdout: bytes
    again: bytes | None  # what another run of the same printed
    arrays: list[CapturedArray]
    steady: frozenset[int]  # the arrays that are the same in every run, by index


@dataclass(slots=True)
class Evidence:
    """Evidence that was opened: its programs lie in folders of their own."""

    path: Path
    title: str
    verdict: str
    sentence: str
    packed_by: str
    made: str
    tolerance: Tolerance
    options: RunOptions
    sides: list[PackedSide]


@dataclass(slots=True)
class ReplayedSide:
    """One side beside what was packed."""

    label: str
    target: str
    packed_target: str
    arrays: list[ArrayComparison]
    output: OutputComparison
    unsteady: list[str]  # arrays left out, as they differ from run to run
    holds: bool
    sentence: str


@dataclass(slots=True)
class Replay:
    """What came of running evidence again."""

    evidence: Evidence
    comparison: Comparison
    holds: bool
    sentence: str
    sides: list[ReplayedSide] = field(default_factory=list)


class Opened:
    """Evidence with its programs written to a folder, which goes away at the end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stack = ExitStack()

    def __enter__(self) -> Evidence:
        """Open it.

        Raises:
            EvidenceError: it is no evidence, or is damaged.
        """
        with ExitStack() as stack:
            archive = Archive(self._path)
            stack.callback(archive.close)
            folder = stack.enter_context(TemporaryDirectory(prefix="hipwright-replay-"))
            evidence = _read(archive, Path(folder).resolve())
            self._stack = stack.pop_all()
        return evidence

    def __exit__(self, *error: object) -> None:
        self._stack.close()


def replay(
    evidence: Evidence, targets: Sequence[str] = (), options: RunOptions | None = None
) -> Replay:
    """Compile and run what was packed, compare the sides, and each with what was packed of it.

    Raises:
        ValueError: a target is not known or not for here; the message says which.
    """
    names = list(targets) or [side.target for side in evidence.sides]
    if len(names) != len(evidence.sides):
        raise ValueError(f"--on must name {len(evidence.sides)} targets, one for each side")
    contenders = []
    for side, name in zip(evidence.sides, names, strict=True):
        if not targets and not _LOCAL.fullmatch(name):
            raise ValueError(f"{name} is not on this machine; name targets that are: --on {name},…")
        contenders.append(Contender(side.label, side.program, find(name)))
    options = options or evidence.options
    comparison = compare_contenders(contenders, evidence.tolerance, options, title=evidence.title)
    sides = [
        _beside(packed, now.run, evidence.tolerance)
        for packed, now in zip(evidence.sides, comparison.sides, strict=True)
    ]
    holds, sentence = _conclude(evidence, comparison, sides)
    return Replay(evidence, comparison, holds, sentence, sides)


def _beside(packed: PackedSide, now: Run, tolerance: Tolerance) -> ReplayedSide:
    """One side's run beside what was packed of it."""
    pairs = pair_arrays(packed.arrays, now.arrays)
    steady = [pair for pair in pairs if pair[0] is None or pair[0].index in packed.steady]
    unsteady = [
        pair[0].expression or f"array {pair[0].index}"
        for pair in pairs
        if pair[0] is not None and pair[0].index not in packed.steady
    ]
    arrays = compare_arrays(steady, tolerance)
    output = compare_output(
        packed.stdout,
        now.stdout,
        tolerance,
        Identity(packed.warp_size, packed.device),
        Identity(now.warp_size, now.device),
        repeats=[] if packed.again is None else [packed.again],
    )
    holds, sentence = True, "The output is as packed."
    if arrays:
        number = f"{len(arrays)} array{'s' if len(arrays) != 1 else ''}"
        sentence = f"{number} and the output are as packed."
    here = (now.status.value, now.exit_status, now.signal)
    there = (packed.status, packed.exit_status, packed.signal)
    wrong = next((each for each in arrays if each.verdict != "agree"), None)
    if here != there:
        holds = False
        said = [
            ended({"status": status, "exitStatus": number, "signal": signal})
            for status, number, signal in (here, there)
        ]
        sentence = f"It ended otherwise: {said[0]}, and not {said[1]} as packed. {now.message}"
        sentence = sentence.rstrip()
    elif wrong is not None:
        holds, sentence = False, f"{wrong.name} is not as packed: {wrong.sentence}"
    elif output.verdict != "agree":
        holds, sentence = False, f"The output is not as packed. {output.sentence}"
    return ReplayedSide(
        packed.label, now.target, packed.target, arrays, output, unsteady, holds, sentence
    )


def _conclude(
    evidence: Evidence, comparison: Comparison, sides: Sequence[ReplayedSide]
) -> tuple[bool, str]:
    if comparison.verdict != evidence.verdict:
        return False, (
            f"The verdict does not hold: {comparison.verdict} here, {evidence.verdict} as packed. "
            f"{comparison.sentence}"
        )
    wrong = next((side for side in sides if not side.holds), None)
    if wrong is not None:
        return False, (
            f"The verdict is {comparison.verdict} here as well, but {named(wrong.label)} "
            f"computes something else. {wrong.sentence}"
        )
    arrays = sum(len(side.arrays) for side in sides)
    beside = f"; all {arrays} arrays are as packed" if arrays else ""
    return True, f"The verdict holds: {comparison.verdict}{beside}."


def _read(archive: Archive, folder: Path) -> Evidence:
    manifest = archive.manifest
    try:
        sides = [
            _side(archive, each, folder / str(number))
            for number, each in enumerate(manifest["sides"])
        ]
        if len(sides) < 2:
            raise EvidenceError(f"{archive.path}: there are not two sides in it")
        data = [
            (safe_name(each["name"], archive.path), archive.read(each)) for each in manifest["data"]
        ]
        relative, absolute, ulp = manifest["tolerance"]
        limits = manifest["options"]
        evidence = Evidence(
            archive.path,
            str(manifest["title"]),
            str(manifest["verdict"]),
            str(manifest["sentence"]),
            str(manifest["hipwright"]),
            str(manifest["made"]),
            Tolerance(relative, absolute, ulp),
            RunOptions(
                seconds=float(limits["seconds"]) if limits["seconds"] else None,
                architecture=_architecture(limits["architecture"]),
                schedule="adversarial" if limits["schedule"] == "adversarial" else "friendly",
                checks=tuple(each for each in CHECKS if each in limits.get("checks", ())),
            ),
            sides,
        )
    except EvidenceError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError):
        raise EvidenceError(f"{archive.path}: evidence.json is damaged") from None
    for side in sides:
        for name, content in data:
            place = side.program.directory / name
            try:
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content)
            except OSError as error:
                raise EvidenceError(f"{archive.path}: {name}: {error.strerror}") from None
    return evidence


def _architecture(value: object) -> str:
    text = str(value)
    if text and not re.fullmatch(r"[a-z]+_?[0-9a-f]+[a-z]?(?::[\w+-]+)*", text):
        raise ValueError("no architecture")
    return text


def _side(archive: Archive, packed: dict[str, Any], folder: Path) -> PackedSide:
    program = packed["program"]
    root, directory = folder / "source", folder / "run"
    root.mkdir(parents=True)
    directory.mkdir()
    files = tuple(
        SourceFile(
            safe_name(each["name"], archive.path), archive.read(each), each["compiled"] is True
        )
        for each in program["files"]
    )
    compiled = [file.name for file in files if file.compiled]
    if not compiled or not all(name.endswith(SOURCE_SUFFIXES) for name in compiled):
        raise EvidenceError(f"{archive.path}: a side has no source that can be compiled")
    if program["dialect"] not in ("cuda", "hip"):
        raise ValueError("no dialect")
    flags, dropped = _checked_flags([str(flag) for flag in program["flags"]], root)
    arguments = [str(each) for each in program["arguments"]]
    if any("\0" in each for each in arguments):
        raise ValueError("no argument")
    run = packed["run"]
    exit_status = run["exit_status"]
    return PackedSide(
        label=str(packed["label"]),
        target=str(packed["target"]),
        program=Program(
            files=files,
            dialect=cast(Dialect, program["dialect"]),
            root=root,
            directory=directory,
            flags=flags,
            arguments=tuple(arguments),
        ),
        dropped_flags=dropped,
        status=str(run["status"]),
        exit_status=None if exit_status is None else int(exit_status),
        signal=None if run["signal"] is None else str(run["signal"]),
        warp_size=run["warp_size"],
        device=str(run["device"]),
        stdout=archive.read(packed["stdout"]),
        again=archive.read(packed["again"]) if packed["again"] else None,
        arrays=[_array(archive, each) for each in packed["arrays"]],
        steady=frozenset(int(each["index"]) for each in packed["arrays"] if each["steady"]),
    )


def _checked_flags(flags: Sequence[str], root: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The flags that say what a program means, and those that are left out.

    A compiler can be told to run other programs, and to write anywhere. What stays can do neither,
    and looks for files nowhere but in what was packed.
    """
    allowed: list[str] = []
    waiting = iter(meaningful_flags(flags, root))
    for flag in waiting:
        if flag == "-include":
            path = Path(next(waiting))
            if path.is_relative_to(root):
                allowed += [flag, str(path)]
        elif flag.startswith("-l"):
            allowed += [flag] if _LIBRARY.fullmatch(flag) else []
        elif not flag.startswith("-I") or Path(flag[2:]).is_relative_to(root):
            allowed.append(flag)
    short = {re.sub(rf"^(-I)?{re.escape(str(root))}/?", r"\1", flag) for flag in allowed}
    known = {*allowed, *short, "-I."} if "-I" in short else {*allowed, *short}
    return tuple(allowed), tuple(flag for flag in flags if flag not in known)


def _array(archive: Archive, packed: dict[str, Any]) -> CapturedArray:
    import numpy as np

    kind = str(packed["dtype"])
    if not _DTYPE.fullmatch(kind):
        raise ValueError("no element type")
    place = Place(str(packed["file"]), int(packed["line"])) if packed["file"] else None
    return CapturedArray(
        index=int(packed["index"]),
        place=place,
        values=np.frombuffer(archive.read(packed), dtype=np.dtype(kind)),
        expression=str(packed["expression"]),
        element_type=str(packed["elementType"]),
        left_out=int(packed["leftOut"]),
        checksum=str(packed["checksum"]),
        thread=int(packed.get("thread", 0)),
    )
