"""What a person does in JupyterLab, done in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from hipwright.analysis import check
from hipwright.settings import Settings
from hipwright.source import Source

pytestmark = pytest.mark.browser

SAMPLES = Path(__file__).parents[3] / "samples"
COMPARISON = "application/vnd.hipwright.compare+json"

WARP_TOTALS = """\
#include <cstdio>
#include <cuda_runtime.h>

__global__ void warp_totals(const int *values, int *totals)
{
    int value = values[threadIdx.x];
    for (int offset = 16; offset > 0; offset /= 2) {
        value += __shfl_down_sync(0xffffffff, value, offset);
    }
    if (threadIdx.x % 32 == 0) {
        totals[threadIdx.x / 32] = value;
    }
}

int main()
{
    int host_values[64], host_totals[2], *values, *totals;
    for (int i = 0; i < 64; ++i) host_values[i] = i;
    cudaMalloc(&values, sizeof host_values);
    cudaMalloc(&totals, sizeof host_totals);
    cudaMemcpy(values, host_values, sizeof host_values, cudaMemcpyHostToDevice);
    warp_totals<<<1, 64>>>(values, totals);
    cudaMemcpy(host_totals, totals, sizeof host_totals, cudaMemcpyDeviceToHost);
    std::printf("totals %d %d\\n", host_totals[0], host_totals[1]);
    cudaFree(values);
    cudaFree(totals);
}
"""


def write(path: Path, *cells: Any) -> None:
    """Write a notebook for the Python kernel."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = new_notebook(
        cells=list(cells), metadata={"kernelspec": kernel, "language_info": {"name": "python"}}
    )
    nbformat.write(notebook, path)


def test_squiggle_fix_undo_fix_all(jupyter: Any, scenario: Any) -> None:
    write(
        jupyter.root / "fixing.ipynb",
        new_markdown_cell("# Sums of a warp\n\nWritten for warps of 32 lanes, as CUDA often is."),
        new_code_cell("%%cuda\n" + WARP_TOTALS),
        new_code_cell("cudaFree = 'a name in plain Python'"),
        new_code_cell(
            "%%cuda\n#include <hip/hip_runtime.h>\nvoid f() { cudaDeviceSynchronize(); }"
        ),
    )
    findings = check(Source(WARP_TOTALS.encode(), "cell.cu"), Settings())
    scenario("fixing", findings=len(findings))


def test_the_language_server_comes_back(jupyter: Any, scenario: Any) -> None:
    cell = "%%cuda\n#include <hip/hip_runtime.h>\nvoid f() { cudaFree(0); cudaMalloc(0, 0); }"
    write(jupyter.root / "reconnecting.ipynb", new_code_cell(cell))
    scenario("reconnecting", pid=jupyter.pid)


def test_compare_and_verdict(jupyter: Any, scenario: Any) -> None:
    renamed = (SAMPLES / "reduction_renamed.hip").read_text()
    path = jupyter.root / "comparing.ipynb"
    write(path, new_code_cell("%%cuda\n" + WARP_TOTALS), new_code_cell("%%hip\n" + renamed))
    scenario("comparing")
    saved = nbformat.read(path, as_version=4)
    for cell, verdict in zip(saved.cells, ("agree", "differ"), strict=True):
        (bundle,) = [output.data for output in cell.outputs if COMPARISON in output.get("data", {})]
        assert bundle[COMPARISON]["verdict"] == verdict
        assert "<script" not in bundle["text/html"]
        assert bundle["text/plain"].strip()
        assert cell.execution_count is None


def test_the_sample_notebook(jupyter: Any, scenario: Any) -> None:
    path = jupyter.root / "hipwright.ipynb"
    path.write_bytes((SAMPLES / "hipwright.ipynb").read_bytes())
    scenario("sample")


def test_a_cuda_file(jupyter: Any, scenario: Any) -> None:
    path = jupyter.root / "vector_add.cu"
    path.write_bytes((SAMPLES / "vector_add.cu").read_bytes())
    scenario("file")
    ported = path.read_bytes()
    assert b"hipMalloc" in ported
    assert check(Source(ported, "vector_add.cu"), Settings()) == []
