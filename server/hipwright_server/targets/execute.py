"""Executing a compiled program: a folder for the run, the limits, and what came of it."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from pathlib import Path

from hipwright_server.process import Finished, OutputCallback, run_process
from hipwright_server.program import Program
from hipwright_server.run import Run, RunStatus
from hipwright_server.targets.base import RunOptions
from hipwright_server.targets.checks import environment, resolve_sites
from hipwright_server.targets.events import read_events

_MEBIBYTE = 1024 * 1024


def execute(
    executable: Path,
    program: Program,
    run: Run,
    options: RunOptions,
    on_output: OutputCallback | None,
    on_cpu: bool,
) -> None:
    """Run an executable to its end, in the user's directory, and fill in the run.

    On the CPU device (`on_cpu`) the options say how it runs and what it looks for.
    """
    with contextlib.ExitStack() as stack:
        directory = str(options.run_directory or "")
        if not directory:
            directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="hipwright-run-"))
        try:
            done = run_process(
                [_shown_name(program), *program.arguments],
                executable=executable,
                directory=program.directory,
                environment={
                    **os.environ,
                    "HIPWRIGHT_RUN_DIRECTORY": directory,
                    **(_cpu_environment(options, Path(directory)) if on_cpu else {}),
                },
                limits=options.limits(),
                on_output=on_output,
                stop=options.stop,
            )
        except OSError as error:
            run.status = RunStatus.UNAVAILABLE
            run.message = f"the program cannot be started: {error.strerror or error}"
            return
        if options.checks:
            resolve_sites(Path(directory), executable)
        sources = {file.name: file.text for file in program.files}
        read_events(Path(directory), run, sources, arrays=options.run_directory is None)
    run.stdout, run.stderr, run.output_cut = done.stdout, done.stderr, done.output_cut
    run.run_seconds = done.seconds
    run.exit_status = done.exit_status
    _conclude(run, done, options)


def _cpu_environment(options: RunOptions, directory: Path) -> dict[str, str]:
    return {
        "HIPWRIGHT_SCHEDULE": options.schedule,
        "HIPWRIGHT_RUNTIME_COMPILER": sys.executable,  # cpu/runtime_compiler.py
        **environment(options.checks, directory),
    }


def _shown_name(program: Program) -> str:
    """What the program finds as its own name: what a user would have called it."""
    first = next(file.name for file in program.files if file.compiled)
    return f"./{Path(first).stem}"


def _conclude(run: Run, done: Finished, options: RunOptions) -> None:
    """The status, and a sentence when the program did not end by itself."""
    limits = options.limits()
    if done.ended_by == "timeout":
        run.status = RunStatus.TIMEOUT
        run.message = f"it did not end within {limits.seconds:g} s{_where(run)}."
    elif done.ended_by == "memory":
        run.status = RunStatus.MEMORY_LIMIT
        allowed = (limits.memory_bytes or 0) // _MEBIBYTE
        run.message = f"it took more than {allowed:,} MiB of memory{_where(run)}."
    elif done.ended_by == "interrupt":
        run.status = RunStatus.INTERRUPTED
        run.message = f"it was interrupted{_where(run)}."
    elif done.signal is not None:
        run.status = RunStatus.SIGNAL
        run.signal = done.signal
        run.message = f"it crashed ({done.signal}){_where(run)}."
    else:
        run.status = RunStatus.OK
    if done.ended_by != "itself":
        run.exit_status = None
    # That we stopped it is said, and is nothing that the device saw go wrong.
    run.reports = [report for report in run.reports if report.kind != "stopped"]


def _where(run: Run) -> str:
    """The kernel that was running, where the device knew it; else the last that ended."""
    for report in reversed(run.reports):
        if report.kind in ("crash", "stopped") and report.kernel:
            place = f" ({report.place.file}:{report.place.line})" if report.place else ""
            return f", in kernel {report.kernel}{place}"
    if run.launches:
        last = run.launches[-1]
        place = f" ({last.place.file}:{last.place.line})" if last.place else ""
        return f", some time after kernel {last.kernel}{place}"
    return ""
