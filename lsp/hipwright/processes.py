"""Many files' way through all cores."""

from __future__ import annotations

import contextlib
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from hipwright.report.located import FileResult
from hipwright.work import Job, Plan, do_all

if TYPE_CHECKING:
    from concurrent.futures import Future

# Starting a process costs as long as checking about this many bytes.
_SMALL = 2_000_000
_BATCH_BYTES = 500_000
_BATCH_FILES = 100


def run(jobs: Sequence[Job], plan: Plan, processes: int | None = None) -> Iterator[FileResult]:
    """The results of all jobs, in their order.

    Few bytes are worked on here; more are spread over `processes` (all cores when None).
    """
    processes = processes or _cores()
    batches = list(_batches(jobs))
    total = sum(size for _, size in batches)
    if processes == 1 or total <= _SMALL or len(batches) == 1:
        yield from do_all(jobs, plan)
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
    return list(do_all(batch, _plan))


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
