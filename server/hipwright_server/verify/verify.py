"""Verifying programs: each is ported, compiled for every target, run where it can be, compared."""

from __future__ import annotations

import shlex
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace

from hipwright_server.compare import Tolerance
from hipwright_server.compare.baseline import comparison_facts, run_facts
from hipwright_server.compare.programs import Contender, compare_runs
from hipwright_server.process import Stop
from hipwright_server.program import Program, load_program, port_program
from hipwright_server.run import Run, RunStatus
from hipwright_server.targets import RunOptions, Target
from hipwright_server.verify.found import FoundProgram
from hipwright_server.verify.settings import SettingsFile
from hipwright_server.verify.verdict import Outcome, ProgramVerdict, Result, Written, worst

_WAIT_SECONDS = 0.1  # how long an interrupt may go unnoticed
_NO_RESULT = (RunStatus.INTERRUPTED, RunStatus.UNAVAILABLE)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done with each program."""

    targets: tuple[Target, ...]  # the first is the reference
    options: RunOptions
    tolerance: Tolerance
    settings: SettingsFile
    flags: tuple[str, ...] = ()


def verify_all(
    programs: Sequence[FoundProgram],
    plan: Plan,
    jobs: int,
    on_done: Callable[[Outcome], None] | None = None,
) -> list[Outcome]:
    """Verify programs, `jobs` at a time; the outcomes in the order of the programs.

    An interrupt (Ctrl+C) ends what is running; programs that did not come to an end are
    `interrupted`.
    """
    stop = plan.options.stop or Stop()
    plan = replace(plan, options=replace(plan.options, stop=stop))
    lock = threading.Lock()

    def verify(program: FoundProgram) -> Outcome:
        if stop.is_set():
            return Outcome(program, "interrupted", "it was not tried")
        outcome = verify_program(program, plan)
        if on_done is not None:
            with lock:
                on_done(outcome)
        return outcome

    with ThreadPoolExecutor(jobs, thread_name_prefix="hipwright-verify") as pool:
        futures: list[Future[Outcome]] = [pool.submit(verify, program) for program in programs]
        waiting: set[Future[Outcome]] = set(futures)
        while waiting:
            try:
                waiting = wait(waiting, timeout=_WAIT_SECONDS).not_done
            except KeyboardInterrupt:
                stop.set()
    return [future.result() for future in futures]


def verify_program(found: FoundProgram, plan: Plan) -> Outcome:
    """Verify one program. Whatever goes wrong with it is in the outcome."""
    settings = plan.settings.of(found.name)
    if settings.skip:
        return Outcome(found, "skipped", settings.skip)
    started = time.monotonic()
    arguments = found.arguments if settings.arguments is None else settings.arguments
    directory = settings.directory or found.directory
    found = replace(
        found,
        arguments=arguments,
        directory=directory,
        flags=(*found.flags, *plan.flags, *settings.flags),
    )
    options = plan.options
    if settings.seconds is not None:
        options = replace(options, seconds=settings.seconds)
    try:
        program = load_program(
            found.files, flags=found.flags, arguments=arguments, directory=directory
        )
        outcome = _verify(found, program, replace(plan, options=options))
    except (OSError, ValueError) as error:
        cause = str(error).splitlines()[0]
        outcome = Outcome(found, "failed", cause, facts=["it cannot be read as a program"])
    outcome.seconds = time.monotonic() - started
    return outcome


def _verify(found: FoundProgram, program: Program, plan: Plan) -> Outcome:
    contenders, outcome = _contenders(found, program, plan)
    options = plan.options
    for contender in contenders:
        # One after the other: both may write the same files in their folder.
        run = contender.target.run(contender.program, options)
        original: Written = "original" if program.dialect == "cuda" else "program"
        written = original if contender.program is program else "port"
        outcome.results.append(Result(contender.target.name, written, run, "compiles"))
        if run.status is RunStatus.INTERRUPTED:
            outcome.verdict, outcome.cause = "interrupted", run.message.rstrip(".")
            return outcome
    runs = [result.run for result in outcome.results]
    ran = [index for index, run in enumerate(runs) if not _only_compiles(contenders[index], run)]
    if len(ran) > 1:
        comparison = compare_runs(
            [contenders[index] for index in ran],
            [runs[index] for index in ran],
            plan.tolerance,
            options,
            found.name,
        )
        outcome.comparison = comparison
        outcome.results[ran[0]].verdict = "reference"
        for pair in comparison.pairs:
            result = outcome.results[ran[pair.right]]
            result.verdict, result.sentence = pair.verdict, pair.sentence
            outcome.arrays = max(outcome.arrays, len(pair.arrays))
            outcome.elements = max(outcome.elements, sum(each.elements for each in pair.arrays))
        outcome.printed = any(run.stdout for run in runs)
    for index, result in enumerate(outcome.results):
        if index not in ran or len(ran) == 1:
            _judge_alone(result)
    outcome.verdict, outcome.cause = _conclude(outcome)
    outcome.facts = _facts(outcome)
    for run in runs:  # what a table and a report need not hold any more
        run.arrays = []
    return outcome


def _contenders(
    found: FoundProgram, program: Program, plan: Plan
) -> tuple[list[Contender], Outcome]:
    """The program, or its port, on each target."""
    outcome = Outcome(found, "failed", dialect=program.dialect)
    if program.dialect == "hip":
        takes_hip = [target for target in plan.targets if target.dialect != "cuda"]
        labels = [f"on {target.name}" for target in takes_hip]
        return [
            Contender(label, program, target)
            for label, target in zip(labels, takes_hip, strict=True)
        ], outcome
    ported = port_program(program)
    outcome.changes, outcome.findings = ported.changes, ported.findings
    contenders = []
    for index, target in enumerate(plan.targets):
        if takes_original(target, index):
            label = "original" if index == 0 else f"original on {target.name}"
            contenders.append(Contender(label, program, target))
        else:
            single = sum(not takes_original(each, i) for i, each in enumerate(plan.targets)) == 1
            label = "port" if single else f"port on {target.name}"
            contenders.append(Contender(label, ported.program, target, ported.findings))
    return contenders, outcome


def takes_original(target: Target, index: int) -> bool:
    """Whether CUDA runs there as it is: on NVIDIA's, and on the first if that takes both."""
    return target.dialect == "cuda" or (target.dialect is None and index == 0)


def _only_compiles(contender: Contender, run: Run) -> bool:
    """Whether a run says nothing beyond the compiler: there is no device of the kind here."""
    if run.status is RunStatus.COMPILED:
        return True
    return run.status is RunStatus.COMPILE_ERROR and run.times == "none"


def _judge_alone(result: Result) -> None:
    """The verdict of a target that is compared with nothing."""
    run = result.run
    if run.status is RunStatus.COMPILED:
        result.verdict = "compiles"
    elif run.status is RunStatus.OK and run.exit_status == 0:
        result.verdict = "reference"
    else:
        result.verdict = "failed"
        result.sentence = why(result)


def why(result: Result) -> str:
    """Why a run came to nothing, in one line."""
    run = result.run
    subject = f"The {result.written} on {result.target}"
    if run.status is RunStatus.COMPILE_ERROR:
        first = next((each for each in run.diagnostics if each.severity == "error"), None)
        where = f"{first.place.file}:{first.place.line}: " if first and first.place else ""
        return f"{subject} does not compile: {where}{first.message if first else run.message}"
    if run.status is RunStatus.OK:
        return f"{subject} ended with exit status {run.exit_status}"
    return f"{subject}: {run.message}"


def _conclude(outcome: Outcome) -> tuple[ProgramVerdict, str]:
    """The program's verdict, and the sentence of the first target that has it."""
    meaning: dict[str, ProgramVerdict] = {
        "reference": "agree",
        "agree": "agree",
        "compiles": "compiles",
        "differ": "differ",
        "failed": "failed",
    }
    verdicts = [meaning[result.verdict] for result in outcome.results]
    if not verdicts:
        return "failed", "no target takes this program: it is HIP"
    verdict = worst(verdicts)
    if verdict in ("differ", "failed"):
        result = outcome.results[verdicts.index(verdict)]
        return verdict, result.sentence.splitlines()[0].rstrip(".") + _smaller(outcome)
    return verdict, ""


def _facts(outcome: Outcome) -> list[str]:
    """What is wrong, for a baseline."""
    facts = comparison_facts(outcome.comparison) if outcome.comparison is not None else []
    facts += [fact for result in outcome.results for fact in run_facts(result.run)]
    if outcome.verdict in ("differ", "failed") and not facts:
        facts.append(outcome.cause)
    return list(dict.fromkeys(facts))


def _smaller(outcome: Outcome) -> str:
    """What helps a program that takes too long: a Makefile's arguments are meant for a GPU."""
    arguments = outcome.program.arguments
    too_long = any(result.run.status is RunStatus.TIMEOUT for result in outcome.results)
    if not too_long or not arguments:
        return ""
    return f"; its arguments were {shlex.join(arguments)}: --programs can give smaller ones"
