"""The whole command on a whole folder: wall time, and the memory of all its processes."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.corpus import Corpus
from benchmarks.measure import children_seconds, environment, print_skipped, print_table

TITLE = "A folder of 1,000 files, from the shell"


def run(corpus: Corpus) -> None:
    """Print the table."""
    if not Path("/proc/self/smaps_rollup").exists():
        print_skipped(TITLE, "memory is read from /proc, which is not here")
        return
    cores = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source"
        source.mkdir()
        size = 0
        for number in range(1000):
            content = corpus.files[number % len(corpus.files)][1]
            (source / f"{number:04}.cu").write_bytes(content)
            size += len(content)
        rows = []
        for jobs in sorted({1, cores}):
            used = children_seconds()
            seconds, each, together = _watch(
                [
                    *(sys.executable, "-m", "hipwright", "port", str(source)),
                    *("-o", str(Path(folder) / f"out{jobs}"), "--jobs", str(jobs), "--exit-zero"),
                ]
            )
            rows.append(
                [
                    f"hipwright port -o DIR --jobs {jobs}",
                    f"{seconds:.2f} s",
                    f"{children_seconds() - used:.2f} s",
                    f"{size / 1e6 / seconds:.2f}",
                    f"{each / 1e6:.0f} MB",
                    f"{together / 1e6:.0f} MB",
                ]
            )
    columns = ["", "wall", "processor", "MB/s", "largest process", "all processes"]
    print_table(f"{TITLE}: {size / 1e6:.1f} MB", columns, rows)


def _watch(command: list[str]) -> tuple[float, int, int]:
    """Seconds, the most memory of one process, and of all together (shared pages counted once)."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment()
    )
    largest = together = 0
    while process.poll() is None:
        sizes = [_memory(pid) for pid in (process.pid, *_children(process.pid))]
        largest = max(largest, *sizes)
        together = max(together, sum(sizes))
        time.sleep(0.05)
    return time.perf_counter() - start, largest, together


def _children(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(word) for word in text.split()]


def _memory(pid: int) -> int:
    """Proportional set size in bytes: a page that two processes share counts half for each."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0
