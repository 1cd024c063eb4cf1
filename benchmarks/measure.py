"""Clocks, and one way to print what they said."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

# A pipe has no width of its own; narrow tables would wrap.
console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)


def environment() -> dict[str, str]:
    """The environment as most people have it: Python keeps what it has compiled."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def children_seconds() -> float:
    """Processor seconds of all ended child processes; Windows does not count them, so wall time."""
    if os.name == "nt":
        return time.perf_counter()
    used = os.times()
    return used.children_user + used.children_system


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that so many percent of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows; the first column is text, the others are numbers, the last may be a remark."""
    table = Table(title=title, title_justify="left", title_style="bold")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 or column == "" else "right")
    for row in rows:
        table.add_row(*row)
    console.print(table)
    console.print()


def print_skipped(title: str, reason: str) -> None:
    """Say that something was not measured."""
    console.print(f"[bold]{title}[/bold]: skipped, {reason}\n")
