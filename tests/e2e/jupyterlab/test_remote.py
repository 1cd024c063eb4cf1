"""A cell that runs on another machine: a second real Jupyter server, as JupyterLab shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

pytestmark = pytest.mark.browser

SAMPLES = Path(__file__).parents[3] / "samples"
COMPARISON = "application/vnd.hipwright.compare+json"


def test_a_cell_runs_on_another_server(jupyter: Any, second_server: str, scenario: Any) -> None:
    source = (SAMPLES / "ballot_compaction.cu").read_text()
    path = jupyter.root / "remote.ipynb"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = ["%load_ext hipwright", f"%%hip --compare --on {second_server}:cpu:64\n{source}"]
    notebook = new_notebook(
        cells=[new_code_cell(cell) for cell in cells],
        metadata={"kernelspec": kernel, "language_info": {"name": "python"}},
    )
    nbformat.write(notebook, path)
    scenario("remote")
    saved = nbformat.read(path, as_version=4)
    (bundle,) = [o.data for o in saved.cells[1].outputs if COMPARISON in o.get("data", {})]
    assert bundle[COMPARISON]["verdict"] == "agree"
    assert [side["target"] for side in bundle[COMPARISON]["sides"]] == ["cpu:32", "lab2:cpu:64"]
