"""MB/s of a single process: parsing alone, checking, porting, and hipify-perl on the same files."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.corpus import Corpus
from benchmarks.measure import best_of, children_seconds, print_table
from hipwright.analysis import check
from hipwright.port import port
from hipwright.source import Source

TITLE = "Throughput of one process, by processor time"


def run(corpus: Corpus, hipify_perl: Path | None, peer_seconds: float) -> None:
    """Print the table. A peer is stopped after `peer_seconds`; its rate is that of what it did."""
    for _, content in corpus.files[:3]:  # tables and rules are loaded once a process
        port(content)

    def over(work: Callable[[bytes], object]) -> float:
        def once() -> None:
            for _, content in corpus.files:
                work(content)

        return corpus.size / 1e6 / best_of(3, once)

    parse_rate = over(lambda content: Source(content).tree)
    check_rate = over(lambda content: check(Source(content)))
    port_rate = over(port)
    rows = [
        _row("parse only (tree-sitter)", parse_rate, parse_rate, port_rate, ""),
        _row("hipwright check", check_rate, parse_rate, port_rate, ""),
        _row("hipwright port", port_rate, parse_rate, port_rate, ""),
    ]
    if hipify_perl is None:
        rows.append(["hipify-perl", "", "", "", "skipped: give --hipify-perl PATH"])
    elif shutil.which("perl") is None:
        rows.append(["hipify-perl", "", "", "", "skipped: there is no perl"])
    else:
        for name, options in (
            ("hipify-perl -quiet-warnings", ["-quiet-warnings"]),
            ("hipify-perl", []),
        ):
            rate, done = _hipify(corpus, hipify_perl, options, peer_seconds)
            remark = f"{done} of {len(corpus.files)} files, a process each"
            rows.append(_row(name, rate, parse_rate, port_rate, remark))
    print_table(
        f"{TITLE}: {len(corpus.files)} files, {corpus.size / 1e6:.1f} MB, "
        f"{corpus.lines:,} lines ({corpus.name})",
        ["", "MB/s", "of parsing", "port is", ""],
        rows,
    )


def _row(name: str, rate: float, parse_rate: float, port_rate: float, remark: str) -> list[str]:
    times = port_rate / rate
    faster = "" if name.startswith("hipwright port") else f"{times:.1f} ×"
    return [name, f"{rate:.3g}", f"{rate / parse_rate:.0%}", faster, remark]


def _hipify(corpus: Corpus, script: Path, options: list[str], seconds: float) -> tuple[float, int]:
    """MB/s, and how many files it did before its time was up."""
    size = done = 0
    start = time.perf_counter()
    used = children_seconds()
    for path, content in corpus.files:
        subprocess.run(
            ["perl", str(script), *options, str(path)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        size += len(content)
        done += 1
        if time.perf_counter() - start > seconds:
            break
    return size / 1e6 / (children_seconds() - used), done
