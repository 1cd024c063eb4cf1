"""From the shell prompt to the result, for small things."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.corpus import SAMPLES
from benchmarks.measure import children_seconds, environment, median, percentile, print_table

TITLE = "Start-up, from shell prompt to result"


def run(times: int) -> None:
    """Print the table."""
    small = str(SAMPLES / "vector_add.cu")
    script = Path(sys.executable).with_name("hipwright.exe" if os.name == "nt" else "hipwright")
    command = [str(script)] if script.exists() else [sys.executable, "-m", "hipwright"]
    rows = []
    for name, line in (
        ("python -c pass", [sys.executable, "-c", "pass"]),
        ("hipwright --version", [*command, "--version"]),
        ("hipwright port vector_add.cu", [*command, "port", small]),
        ("hipwright check vector_add.cu", [*command, "check", small]),
        ("hipwright rule API001", [*command, "rule", "API001"]),
        ("hipwright --help", [*command, "--help"]),
    ):
        _once(line)  # fills the caches of Python and of the disk
        used = children_seconds()
        seconds = [_once(line) for _ in range(times)]
        used = (children_seconds() - used) / times
        rows.append(
            [
                name,
                f"{median(seconds) * 1000:.0f} ms",
                f"{min(seconds) * 1000:.0f} ms",
                f"{percentile(seconds, 95) * 1000:.0f} ms",
                f"{used * 1000:.0f} ms",
            ]
        )
    print_table(f"{TITLE}: {times} runs each", ["", "median", "fastest", "95%", "processor"], rows)


def _once(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(),
        check=False,
    )
    return time.perf_counter() - start
