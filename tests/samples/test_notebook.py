"""The sample notebook runs from top to bottom, and its comparisons say what its text promises."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).resolve().parents[2] / "samples" / "hipwright.ipynb"
COMPARISON = "application/vnd.hipwright.compare+json"

pytestmark = pytest.mark.skipif(
    not (shutil.which("g++") or shutil.which("clang++")), reason="needs g++ or clang++"
)


@pytest.fixture(scope="module")
def cells() -> dict[str, Any]:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    resources = {"metadata": {"path": str(NOTEBOOK.parent)}}
    NotebookClient(notebook, timeout=120, resources=resources).execute()
    return {cell["id"]: cell for cell in notebook.cells}


def verdict(cell: Any) -> str:
    bundles = [output.data for output in cell.outputs if COMPARISON in output.get("data", {})]
    assert len(bundles) == 1
    assert bundles[0]["text/html"]
    assert bundles[0]["text/plain"]
    return str(bundles[0][COMPARISON]["verdict"])


def test_the_original_runs(cells: dict[str, Any]) -> None:
    printed = "".join(o.text for o in cells["original"].outputs if o.output_type == "stream")
    assert "first share 0.0019, last share 0.0356" in printed


def test_the_port_agrees(cells: dict[str, Any]) -> None:
    assert verdict(cells["port"]) == "agree"


def test_the_renamed_program_differs(cells: dict[str, Any]) -> None:
    assert verdict(cells["renamed"]) == "differ"


def test_the_notebook_is_stored_without_output() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells)
