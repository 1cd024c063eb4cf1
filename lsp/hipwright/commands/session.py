"""What check and port do alike: gather jobs, run them, report, and choose the exit status."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from hipwright.commands.output import data_writer, progress, style_for, write_bytes, writer
from hipwright.compat import Names
from hipwright.processes import ProcessDiedError, run
from hipwright.report.base import make_report
from hipwright.report.located import FileResult
from hipwright.report.summary import Summary
from hipwright.work import Job, Plan


class Session:
    """One run of check or port over some files."""

    def __init__(self, plan: Plan, format_name: str, report_to_stderr: bool, dry: bool) -> None:
        """`report_to_stderr`: standard output carries something else. `dry`: nothing is written."""
        self.plan = plan
        self.summary = Summary(porting=plan.action in ("port", "diff"))
        self.names = Names()  # of a compatibility header
        self._dry = dry
        self._format = format_name
        stream = sys.stderr if report_to_stderr else sys.stdout
        self._is_terminal = stream.isatty()
        self._for_people = format_name in ("text", "concise")
        self._write = writer(stream) if self._for_people else data_writer(stream)
        self._style = style_for(stream)
        self._held: list[str] | None = None
        self._report = make_report(format_name, self._say, self._style)
        self._tell = writer(sys.stderr)
        # A line among a document on the same stream would break it; the document says it itself.
        self._tells_problems = not (report_to_stderr and format_name in ("json", "sarif"))

    def _say(self, text: str) -> None:
        if self._held is None:
            self._write(text)
        else:
            self._held.append(text)

    def problem(self, path: Path | str, reason: str) -> None:
        """Report a path that could not be worked on."""
        self.add(FileResult(str(path), problem=reason))

    def add(self, result: FileResult) -> None:
        """Report one file."""
        self.summary.add(result)
        if result.names is not None:
            self.names.add(result.names)
        self._report.add(result)
        if result.problem is not None and self._tells_problems:
            self._tell(f"hipwright: error: {result.file}: {result.problem}\n")
        if result.diff:
            write_bytes(sys.stdout, result.diff)

    def run(self, jobs: Sequence[Job], processes: int | None) -> None:
        """Do all jobs and report each."""
        try:
            self._run(jobs, processes)
        except ProcessDiedError:
            raise click.ClickException(
                "a worker process was killed, perhaps for memory; try again with --jobs 1"
            ) from None

    def _run(self, jobs: Sequence[Job], processes: int | None) -> None:
        results = iter(run(jobs, self.plan, processes))
        # The first result comes before the bar, which has a thread: processes are started by
        # forking on some systems, and that must not happen beside threads.
        first = next(results, None)
        if first is None:
            return
        bar_wanted = len(jobs) > 50
        if bar_wanted and self._is_terminal and sys.stderr.isatty():
            self._held = []  # a report that scrolls through the bar cannot be read
        try:
            with progress(len(jobs), bar_wanted) as advance:
                self.add(first)
                advance()
                for result in results:
                    self.add(result)
                    advance()
        finally:
            held, self._held = self._held, None
            for text in held or ():
                self._write(text)

    def finish(self, exit_zero: bool) -> int:
        """End the report and give the exit status."""
        self._report.end()
        if self._for_people and self.summary.files:
            # A report on standard output is one text with its summary; the others stay pure.
            self._write(self.summary.text(self._dry, self._style))
        sys.stdout.flush()
        if self.summary.problems:
            return 2
        return 1 if self.summary.needs_work and not exit_zero else 0
