"""`%%hip --compare` on a cell of vector-add size: the first time, and again from the cache."""

from __future__ import annotations

import os
import tempfile
import time
from importlib.util import find_spec

from benchmarks.corpus import SAMPLES
from benchmarks.measure import print_skipped, print_table

TITLE = "%%hip --compare, vector_add.cu in a cell"


def run() -> None:
    """Print the table."""
    if find_spec("IPython") is None or find_spec("hipwright_server.magics") is None:
        print_skipped(TITLE, "the notebook magics need the jupyter extra")
        return
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HIPWRIGHT_CACHE_DIRECTORY"] = folder
        from IPython.core.interactiveshell import InteractiveShell
        from IPython.utils.capture import capture_output

        shell = InteractiveShell.instance()
        shell.run_line_magic("load_ext", "hipwright")
        cell = (SAMPLES / "vector_add.cu").read_text()
        for name in ("first, nothing in the cache", "again", "once more"):
            start = time.perf_counter()
            with capture_output() as shown:
                shell.run_cell_magic("hip", "--compare", cell)  # type: ignore[no-untyped-call]
            if "agree" not in str([output.data for output in shown.outputs]):
                print_skipped(TITLE, f"the comparison did not agree: {shown.stdout}{shown.stderr}")
                return
            rows.append([name, f"{time.perf_counter() - start:.2f} s"])
    print_table(TITLE, ["", "wall"], rows)
