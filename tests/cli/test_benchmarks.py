"""The benchmarks run and print their tables; what the numbers are is nobody's test."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_throughput_and_startup(tmp_path):
    result = _run("throughput", "startup", "--size", "0.02", "--runs", "1")
    assert result.returncode == 0, result.stderr
    assert "parse only (tree-sitter)" in result.stdout
    assert "skipped: give --hipify-perl PATH" in result.stdout
    assert "hipwright port vector_add.cu" in result.stdout


@pytest.mark.skipif(importlib.util.find_spec("pygls") is None, reason="needs the lsp extra")
def test_keystrokes():
    result = _run("keystrokes", "--lines", "300", "--keys", "4")
    assert result.returncode == 0, result.stderr
    assert "a CUDA name gets and loses a letter" in result.stdout


def test_misuse(tmp_path):
    assert "there is no table speed" in _run("speed").stderr
    assert "no .cu files to measure with" in _run("throughput", "--corpus", str(tmp_path)).stderr
