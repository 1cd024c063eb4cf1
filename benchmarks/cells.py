"""`%%hip --compare` on a cell of vector-add size: at first, after an edit, and from the cache."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import count
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.corpus import SAMPLES
from benchmarks.measure import print_skipped, print_table

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import CapturedIO

TITLE = "%%hip --compare, vector_add.cu in a cell"
_EDITS = 5


def run() -> None:
    """Print the table."""
    if find_spec("IPython") is None or find_spec("hipwright_server.magics") is None:
        print_skipped(TITLE, "the notebook magics need the jupyter extra")
        return
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HIPWRIGHT_CACHE_DIRECTORY"] = folder
        from IPython.core.interactiveshell import InteractiveShell

        shell = InteractiveShell.instance()
        shell.run_line_magic("load_ext", "hipwright")
        try:
            rows = [[name, f"{seconds:.2f} s"] for name, seconds in _measure(shell)]
        except ValueError as error:
            print_skipped(TITLE, str(error))
            return
    print_table(TITLE, ["", "wall"], rows)


def _measure(shell: InteractiveShell) -> Iterator[tuple[str, float]]:
    from hipwright_server.targets.cpu import get_ready

    cell = (SAMPLES / "vector_add.cu").read_text()
    yield "first, nothing in the cache", _compare(shell, cell)
    get_ready()  # what a notebook does in the background, once
    yield "again, both sides cached", min(_compare(shell, cell) for _ in range(3))
    # A number that the program computes with: both sides are other programs then.
    edited = (cell.replace("1000.0f", f"{1000 + edit}.0f") for edit in count(1))
    both = [_compare(shell, next(edited)) for _ in range(_EDITS)]
    yield f"edited, median of {_EDITS}", median(both)
    one = []
    for _ in range(_EDITS):
        text = next(edited)
        _run(shell, "", text)  # compiles the port
        one.append(_compare(shell, text))
    yield f"edited, the port cached, median of {_EDITS}", median(one)


def _compare(shell: InteractiveShell, cell: str) -> float:
    """The seconds that a comparison takes. Raises ValueError unless both sides agree."""
    start = time.perf_counter()
    shown = _run(shell, "--compare", cell)
    seconds = time.perf_counter() - start
    if "agree" not in str([output.data for output in shown.outputs]):
        raise ValueError(f"the comparison did not agree: {shown.stdout}{shown.stderr}")
    return seconds


def _run(shell: InteractiveShell, options: str, cell: str) -> CapturedIO:
    from IPython.utils.capture import capture_output

    with capture_output() as shown:
        shell.run_cell_magic("hip", options, cell)  # type: ignore[no-untyped-call]
    return shown
