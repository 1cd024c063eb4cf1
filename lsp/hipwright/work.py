"""One file's way through a check or a port: read, worked on, written, and told."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple, TypeVar

from hipwright import files
from hipwright.discovery import is_cuda_by_name, mentions_cuda
from hipwright.report.located import FileResult
from hipwright.settings import Settings
from hipwright.source.languages import BUILD_LANGUAGES, language_of

Action = Literal["check", "port", "diff", "compat"]

_Result = TypeVar("_Result")
FILES_TOGETHER = 4  # see ahead.py; more gain nothing


class Job(NamedTuple):
    """What to do with one file."""

    path: Path
    name: str  # in reports
    settings: Settings
    named: bool  # on the command line itself, so it is taken even when it does not mention CUDA
    output: Path | None = None  # where the port goes; None: back to the caller


class Plan(NamedTuple):
    """What to do with every file of one command."""

    action: Action
    with_edits: bool = False  # the report shows the edits of fixes
    unsafe: bool = False
    backup: bool = False
    clear_outputs: bool = False  # of notebooks
    move: bool = False  # the port takes the place of an original with another name
    follow: bool = True  # a check reads the constants in the headers of a source
    renamed: frozenset[Path] = frozenset()  # the .cu files (real paths) that become .hip


def do_all(jobs: Sequence[Job], plan: Plan) -> Iterator[FileResult]:
    """Check or port files. What stands against one is in its result's `problem`.

    The results come in the order of the jobs.
    """
    # Where sources are written over, none is read before those in front of it are done.
    in_place = plan.move or any(job.output == job.path for job in jobs)
    size = 1 if in_place else FILES_TOGETHER
    for first in range(0, len(jobs), size):
        group = jobs[first : first + size]
        read = [_guarded(job, partial(files.read, job.path)) for job in group]
        if len(group) > 1:
            from hipwright.ahead import look_ahead

            with contextlib.suppress(Exception):  # it comes again where its file is worked on
                look_ahead(
                    (file.content, job.settings)
                    for file, job in zip(read, group, strict=True)
                    if isinstance(file, files.TextFile) and is_cuda_by_name(job.path)
                )
        for file, job in zip(read, group, strict=True):
            if isinstance(file, files.TextFile):
                yield _guarded(job, partial(_do, file, job, plan))
            else:
                yield file


def do_text(content: bytes, job: Job, plan: Plan) -> FileResult:
    """Check or port what came on standard input."""
    state = files.State(len(content), 0, 0, 0)
    return _guarded(job, lambda: _do(files.decode(job.path, content, state), job, plan))


def _guarded(job: Job, work: Callable[[], _Result]) -> _Result | FileResult:
    """The result of the work; one file that goes wrong must not stop the others."""
    try:
        return work()
    except files.FileError as error:
        # The file may be another than the source: the one that the port should go to.
        elsewhere = "" if error.path == job.path else f"{error.path}: "
        return FileResult(job.name, problem=f"{elsewhere}{error.reason}")
    except RecursionError:
        return FileResult(job.name, problem="the code is nested too deeply to be read")
    except Exception as error:
        if os.environ.get("HIPWRIGHT_DEBUG"):
            raise
        what = f"{type(error).__name__}: {error}".splitlines()[0]
        return FileResult(
            job.name,
            problem=f"hipwright failed here ({what}); the file was left as it is. "
            "Please report it; HIPWRIGHT_DEBUG=1 shows where",
        )


def _do(file: files.TextFile, job: Job, plan: Plan) -> FileResult:
    if (
        not job.named
        and not is_cuda_by_name(job.path)
        and not mentions_cuda(file.content, job.path.name)
    ):
        if job.output is not None and job.output != job.path:
            files.write(job.output, file.encode(file.content), _mode(job.path))
        return FileResult(job.name, skipped=True)
    if plan.action == "check":
        from hipwright.parts import check_file

        findings = check_file(file, job.name, job.settings, plan.with_edits, plan.follow)
        return FileResult(job.name, findings)
    if plan.action == "compat":
        from hipwright.parts import names_and_findings

        names, findings = names_and_findings(file, job.name, job.settings, plan.with_edits)
        return FileResult(job.name, findings, names=names)
    return _port(file, job, plan)


def _port(file: files.TextFile, job: Job, plan: Plan) -> FileResult:
    from hipwright.parts import port_file

    # What is left is shown where it now is: in the port.
    shown = job.name if job.output is None or plan.action == "diff" else str(job.output)
    ported = port_file(
        file,
        job.name,
        shown,
        job.settings,
        plan.unsafe,
        plan.with_edits,
        plan.clear_outputs,
    )
    text = ported.text
    if plan.renamed:
        from hipwright.includes import rename_includes, rename_sources

        language = language_of(file.path.name, file.content)
        if language in BUILD_LANGUAGES:
            text = rename_sources(text, language, job.path, plan.renamed)
        elif language in (None, "cuda"):
            text = rename_includes(text, job.path, plan.renamed)
    result = FileResult(job.name, ported.remaining)
    result.applied = ported.applied
    result.changed = text != file.content
    if plan.action == "diff":
        from hipwright.report.diff import unified

        result.diff = unified(file.content, text, job.name, str(job.output or job.name))
    elif job.output is None:
        result.text = file.encode(text)
    else:
        _write(file, text, job, plan, result)
    return result


def _write(file: files.TextFile, text: bytes, job: Job, plan: Plan, result: FileResult) -> None:
    assert job.output is not None
    if job.output == job.path:
        if result.changed:
            kept = files.replace(file, text, plan.backup)
            result.backup = str(kept) if kept else None
            result.output = str(job.output)
        return
    files.check_unchanged(file)
    files.write(job.output, file.encode(text), _mode(job.path))
    result.output = str(job.output)
    if plan.move:
        if plan.backup:
            kept = files.free_backup_name(job.path)
            os.replace(job.path, kept)  # noqa: PTH105
            result.backup = str(kept)
        else:
            job.path.unlink()


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777
