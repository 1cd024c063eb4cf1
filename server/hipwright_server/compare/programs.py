"""Running programs side by side: an original and its port, two programs, or one on two targets."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hipwright_server.compare.comparison import Comparison, Side, compare
from hipwright_server.compare.tolerance import Tolerance
from hipwright_server.process import Stop, StreamName
from hipwright_server.program import PortedFinding, Program, port_program
from hipwright_server.run import Run, RunStatus
from hipwright_server.targets import RunOptions, Target, find
from hipwright_server.targets.cpu import CpuTarget

# The index of the side, the stream, the text.
SideOutput = Callable[[int, StreamName, str], None]

ORIGINAL_TARGET = "cpu:32"
PORT_TARGET = "cpu:64"
_JOIN_SECONDS = 0.05  # how long an interrupt may go unnoticed
REPEAT_SECONDS = 30.0  # a program that runs longer is not run again to be compared with itself
_SHORT_SECONDS = 5.0  # and one that runs longer than this, only once
_MOST_REPEATS = 3


@dataclass(frozen=True, slots=True)
class Contender:
    """A program and the target that it shall run on."""

    label: str
    program: Program
    target: Target
    findings: tuple[PortedFinding, ...] = ()


def original_and_port(
    program: Program, targets: Sequence[str] = (), directory: Path | None = None
) -> list[Contender]:
    """A CUDA program on `cpu:32` and its port on `cpu:64`, or on the targets of these names.

    One name is for the port. With two, each gets what it takes: a target for HIP the port. A
    program that is HIP already has no original here, and runs on both as it is.

    Raises:
        ValueError: a target is not known, or there are more than two.
    """
    if len(targets) > 2:
        raise ValueError("a comparison is of two targets: name one for the port, or two")
    if program.dialect == "hip":
        return _one_program(program, targets, directory)
    names = list(targets) or [PORT_TARGET]
    if len(names) == 1:
        names.insert(0, ORIGINAL_TARGET)
    first, second = (find(name, directory) for name in names)
    ported = port_program(program)
    contenders = [
        Contender("original", program, first),
        Contender("port", ported.program, second, ported.findings),
    ]
    if first.dialect == "hip":
        contenders[0] = Contender(f"port on {first.name}", ported.program, first, ported.findings)
    if second.dialect == "cuda":
        contenders[1] = Contender(f"original on {second.name}", program, second)
    return contenders


def _one_program(
    program: Program, targets: Sequence[str], directory: Path | None
) -> list[Contender]:
    """A program that is HIP, with 32 and with 64 lanes, or on the targets of these names."""
    names = list(targets)
    if names in ([], [ORIGINAL_TARGET]):
        names = [ORIGINAL_TARGET, PORT_TARGET]
    elif len(names) == 1:
        names.insert(0, ORIGINAL_TARGET)
    found = [find(name, directory) for name in names]
    lanes = [target.warp_size for target in found if isinstance(target, CpuTarget)]
    if len(set(lanes)) == 2:
        labels = [f"{number} lanes" for number in lanes]
    else:
        labels = [f"on {name}" for name in names]
    return [Contender(label, program, target) for label, target in zip(labels, found, strict=True)]


def two_programs(
    first: Program, second: Program, targets: Sequence[str] = (), directory: Path | None = None
) -> list[Contender]:
    """Two programs, CUDA on `cpu:32` and HIP on `cpu:64` unless targets are named.

    Raises:
        ValueError: a target is not known, or there are more or fewer than two.
    """
    if len(targets) not in (0, 2):
        raise ValueError("two programs need two targets: --on cpu:32,cpu:64")
    programs = (first, second)
    names = list(targets) or [
        ORIGINAL_TARGET if program.dialect == "cuda" else PORT_TARGET for program in programs
    ]
    labels = [program.title for program in programs]
    if labels[0] == labels[1]:
        labels = [str(program.root / program.title) for program in programs]
    return [
        Contender(label, program, find(name, directory))
        for label, program, name in zip(labels, programs, names, strict=True)
    ]


def compare_contenders(
    contenders: Sequence[Contender],
    tolerance: Tolerance | None = None,
    options: RunOptions | None = None,
    on_output: SideOutput | None = None,
    title: str = "",
) -> Comparison:
    """Compile and run all at once, and compare with the first.

    An interrupt ends them all, and is in the result.
    """
    options = options or RunOptions()
    stop = options.stop or Stop()
    options = replace(options, stop=stop)
    runs: list[Run | None] = [None] * len(contenders)
    failures: list[BaseException] = []

    def run_one(index: int, contender: Contender) -> None:
        def show(name: StreamName, text: str) -> None:
            if on_output is not None:
                on_output(index, name, text)

        try:
            runs[index] = contender.target.run(contender.program, options, show)
        except BaseException as error:  # raised again by the one who waits
            failures.append(error)
            stop.set()

    threads = [
        threading.Thread(target=run_one, args=pair, name=f"hipwright-side-{pair[0]}")
        for pair in enumerate(contenders)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive():
            try:
                thread.join(_JOIN_SECONDS)
            except KeyboardInterrupt:
                stop.set()
    if failures:
        raise failures[0]
    ended = [
        run or Run(contender.target.name, contender.program.dialect, None, RunStatus.INTERRUPTED)
        for contender, run in zip(contenders, runs, strict=True)
    ]
    return compare_runs(contenders, ended, tolerance, options, title)


def compare_runs(
    contenders: Sequence[Contender],
    runs: Sequence[Run],
    tolerance: Tolerance | None,
    options: RunOptions,
    title: str = "",
) -> Comparison:
    """Compare what came of the contenders' runs with the first.

    Where they differ, the first is run once more: does it differ from itself? What changes from
    run to run, a time that no unit tells, or a sum in no fixed order, is no difference between the
    two programs. Where only the output differs, a short program is run twice more: a time in few
    digits is easily the same in two runs.
    """
    sides = [
        Side(contender.label, run, contender.program.files, contender.findings)
        for contender, run in zip(contenders, runs, strict=True)
    ]
    title = title or contenders[0].program.title
    result = compare(sides, tolerance, title)
    repeats: list[Run] = []
    while _is_to_be_repeated(result, runs[0], len(repeats)):
        if options.stop is not None and options.stop.is_set():
            break
        repeat = run_again(contenders[0], options)
        if repeat is None:
            break
        repeats.append(repeat)
        result = compare(sides, tolerance, title, repeats)
    return result


def run_again(contender: Contender, options: RunOptions) -> Run | None:
    """Another run of the same, which tells what changes from run to run; None where it fails."""
    run = contender.target.run(contender.program, options)
    return run if run.status is RunStatus.OK else None


def _is_to_be_repeated(result: Comparison, first: Run, repeats: int) -> bool:
    if result.verdict != "differ":
        return False
    if repeats == 0:
        return first.run_seconds <= REPEAT_SECONDS
    return (
        repeats < _MOST_REPEATS
        and first.run_seconds <= _SHORT_SECONDS
        and all(
            check.name == "output"
            for pair in result.pairs
            for check in pair.checks
            if check.verdict in ("differ", "failed")
        )
    )
