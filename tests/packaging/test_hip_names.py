"""The names that a port writes, against HIP's headers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tools.hip_names import declared, main, missing


def test_only_code_declares(tmp_path: Path) -> None:
    (tmp_path / "hip").mkdir()
    (tmp_path / "hip" / "a.h").write_text(
        'int hipFree(void*); // hipMalloc\n/* hipInit\n */ const char* s = "hipMemcpy";\n'
    )
    (tmp_path / "hip" / "notes.txt").write_text("hipHostFree")
    words = declared(tmp_path)
    assert "hipFree" in words
    assert words.isdisjoint({"hipMalloc", "hipInit", "hipMemcpy", "hipHostFree"})


def test_says_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.h").write_text("int hipFree(void*);\n")
    names = {entry.name for entry in missing(tmp_path)}
    assert "cudaFree" not in names
    assert {"cudaMalloc", "cuda_runtime.h"} <= names
    assert main([str(tmp_path), "nvtx"]) == 1
    said = capsys.readouterr().out
    assert "nvtxMarkA -> roctxMarkA" in said
    assert "cudaMalloc" not in said


def test_says_how_it_is_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none")]) == 2
    assert "usage" in capsys.readouterr().err


@pytest.mark.skipif(
    "HIPWRIGHT_HIP_HEADERS" not in os.environ,
    reason="HIPWRIGHT_HIP_HEADERS does not name a folder that holds HIP's include/",
)
def test_every_name_that_a_port_writes_is_declared() -> None:
    left = missing(Path(os.environ["HIPWRIGHT_HIP_HEADERS"]) / "include")
    # caffe2's stand in its own repository; those of fp4 and fp6 came with ROCm 7.
    assert {entry.name for entry in left if entry.library != "caffe2"} <= {
        "cuda_fp4.h",
        "cuda_fp6.h",
    }
