"""One file's way through a check or a port, and many files' way through all cores."""

from __future__ import annotations

import contextlib
import os
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from hipwright import files
from hipwright.discovery import is_cuda_by_name, mentions_cuda
from hipwright.report.located import FileResult, locate
from hipwright.settings import Settings

if TYPE_CHECKING:
    from concurrent.futures import Future

# Starting a process costs as long as checking about this many bytes.
_SMALL = 2_000_000
_BATCH_BYTES = 500_000
_BATCH_FILES = 100

Action = Literal["check", "port", "diff"]


@dataclass(frozen=True, slots=True)
class Job:
    """What to do with one file."""

    path: Path
    name: str  # in reports
    settings: Settings
    named: bool  # on the command line itself, so it is taken even when it does not mention CUDA
    output: Path | None = None  # where the port goes; None: back to the caller


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do with every file of one command."""

    action: Action
    with_edits: bool = False  # the report shows the edits of fixes
    unsafe: bool = False
    backup: bool = False
    move: bool = False  # the port takes the place of an original with another name
    renamed: frozenset[Path] = frozenset()  # the .cu files (real paths) that become .hip


def do(job: Job, plan: Plan) -> FileResult:
    """Check or port one file. What stands against it is in the result's `problem`."""
    try:
        return _do(files.read(job.path), job, plan)
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


def do_text(content: bytes, job: Job, plan: Plan) -> FileResult:
    """Check or port what came on standard input."""
    state = files.State(len(content), 0, 0, 0)
    try:
        return _do(files.decode(job.path, content, state), job, plan)
    except files.FileError as error:
        return FileResult(job.name, problem=error.reason)


def _do(file: files.TextFile, job: Job, plan: Plan) -> FileResult:
    result = FileResult(job.name)
    if not job.named and not is_cuda_by_name(job.path) and not mentions_cuda(file.content):
        result.skipped = True
        if job.output is not None and job.output != job.path:
            files.write(job.output, file.encode(file.content), _mode(job.path))
        return result
    if plan.action == "check":
        from hipwright.analysis import check
        from hipwright.source import Source

        source = Source(file.content, job.name)
        findings = check(source, job.settings)
        result.findings = locate(findings, file.content, source.lines, job.name, plan.with_edits)
        return result
    return _port(file, job, plan, result)


def _port(file: files.TextFile, job: Job, plan: Plan, result: FileResult) -> FileResult:
    from hipwright.port import port
    from hipwright.source.lines import LineIndex

    ported = port(file.content, job.name, job.settings, unsafe=plan.unsafe)
    text = ported.text
    if plan.renamed:
        text = rename_includes(text, job.path, plan.renamed)
    result.applied = dict(sorted(Counter(finding.code for finding in ported.applied).items()))
    result.changed = text != file.content
    # What is left is shown where it now is: in the port.
    shown = job.name if job.output is None or plan.action == "diff" else str(job.output)
    result.findings = locate(
        ported.remaining, ported.text, LineIndex(ported.text), shown, plan.with_edits
    )
    if plan.action == "diff":
        from hipwright.report.diff import unified

        target = job.name if job.output is None else str(job.output)
        result.diff = unified(file.content, text, job.name, target)
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


_CU_INCLUDE = re.compile(rb'(?m)^[ \t]*#[ \t]*include[ \t]*"([^"\r\n]+\.cu)"')


def rename_includes(text: bytes, path: Path, renamed: frozenset[Path]) -> bytes:
    """Let `#include "x.cu"` follow a file that becomes x.hip.

    The included file is looked for beside the includer, then by its name below any folder, as an
    include path would find it, when only one renamed file fits.
    """
    matches = list(_CU_INCLUDE.finditer(text))
    if not matches:
        return text
    from hipwright.source import Source

    root = Source(text).tree.root_node
    pieces: list[bytes] = []
    position = 0
    for match in matches:
        node = root.descendant_for_byte_range(match.start(1), match.end(1))
        while node is not None and node.type != "preproc_include":
            node = node.parent
        if node is None:  # in a comment or a string
            continue
        if _is_renamed(match[1].decode("utf-8", "surrogateescape"), path, renamed):
            pieces += [text[position : match.end(1) - 2], b"hip"]
            position = match.end(1)
    return b"".join((*pieces, text[position:]))


def _is_renamed(include: str, path: Path, renamed: frozenset[Path]) -> bool:
    if (path.parent / include).resolve() in renamed:
        return True
    parts = Path(include).parts
    return sum(other.parts[-len(parts) :] == parts for other in renamed) == 1


def run(jobs: Sequence[Job], plan: Plan, processes: int | None = None) -> Iterator[FileResult]:
    """The results of all jobs, in their order.

    Few bytes are worked on here; more are spread over `processes` (all cores when None).
    """
    processes = processes or _cores()
    batches = list(_batches(jobs))
    total = sum(size for _, size in batches)
    if processes == 1 or total <= _SMALL or len(batches) == 1:
        for job in jobs:
            yield do(job, plan)
        return
    yield from _in_processes([batch for batch, _ in batches], plan, processes)


def _in_processes(batches: Iterable[list[Job]], plan: Plan, processes: int) -> Iterator[FileResult]:
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    waiting: deque[tuple[list[Job], Future[list[FileResult]]]] = deque()
    pool = ProcessPoolExecutor(processes, initializer=_start, initargs=(plan,))
    try:
        for batch in batches:
            # A few batches ahead: enough to keep all busy, few enough to keep memory low.
            if len(waiting) >= 3 * processes:
                yield from waiting.popleft()[1].result()
            waiting.append((batch, pool.submit(_do_batch, batch)))
        while waiting:
            yield from waiting.popleft()[1].result()
    except BrokenProcessPool:
        raise ProcessDiedError from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


class ProcessDiedError(Exception):
    """A worker process ended without a result: killed, most likely for memory."""


_plan = Plan("check")


def _start(plan: Plan) -> None:
    global _plan
    _plan = plan
    import signal
    from threading import Thread

    # Ctrl+C goes to the whole terminal; the parent alone decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A parent that is killed cannot tell its workers to go.
    Thread(target=_go_with_parent, daemon=True).start()


def _go_with_parent() -> None:
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _do_batch(batch: list[Job]) -> list[FileResult]:
    return [do(job, _plan) for job in batch]


def _batches(jobs: Sequence[Job]) -> Iterator[tuple[list[Job], int]]:
    batch: list[Job] = []
    size = 0
    for job in jobs:
        with contextlib.suppress(OSError):  # reading it will say so
            size += job.path.stat().st_size
        batch.append(job)
        if size >= _BATCH_BYTES or len(batch) >= _BATCH_FILES:
            yield batch, size
            batch, size = [], 0
    if batch:
        yield batch, size


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
