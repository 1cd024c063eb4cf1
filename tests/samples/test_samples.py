"""Every sample is ported and computes what its original does; the renamed one does not."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hipwright.finding import Severity
from hipwright.port import port
from hipwright_server.cpu.libraries import thrust_directory

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
PROGRAMS = [[path] for path in sorted(SAMPLES.glob("*.cu"))]
PROGRAMS.append(sorted((SAMPLES / "heat").glob("*.cu")))
PROGRAMS.append([SAMPLES / "libraries" / "runtime_compiled.cu"])

needs_compiler = pytest.mark.skipif(
    not (shutil.which("g++") or shutil.which("clang++")), reason="needs g++ or clang++"
)


def compare(*files: Path) -> tuple[int, dict[str, Any]]:
    result = subprocess.run(
        [sys.executable, "-m", "hipwright", "compare", *map(str, files), "--format", "json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stdout, result.stderr
    return result.returncode, json.loads(result.stdout)


@pytest.mark.parametrize("path", sorted(SAMPLES.rglob("*.cu*")), ids=lambda path: path.name)
def test_sample_ports_and_a_second_port_changes_nothing(path: Path) -> None:
    first = port(path.read_bytes(), str(path))
    assert first.applied
    left = [f for f in first.remaining if f.severity in (Severity.ERROR, Severity.WARNING)]
    assert not left
    second = port(first.text, str(path))
    assert second.text == first.text
    assert not second.applied


@needs_compiler
@pytest.mark.parametrize(
    "files", PROGRAMS, ids=lambda files: files[0].parent.name + "/" + files[0].name
)
def test_original_on_32_lanes_agrees_with_its_port_on_64(files: list[Path]) -> None:
    status, comparison = compare(*files)
    assert comparison["verdict"] == "agree", comparison["sentence"]
    assert status == 0
    assert [side["warpSize"] for side in comparison["sides"]] == [32, 64]
    assert [side["exitStatus"] for side in comparison["sides"]] == [0, 0]
    arrays = comparison["pairs"][0]["arrays"]
    assert arrays
    assert all(array["elements"] > 0 for array in arrays)


@needs_compiler
@pytest.mark.skipif(
    not (thrust_directory("cuda") and thrust_directory("hip")),
    reason="needs the Thrust headers of a CUDA or ROCm toolkit",
)
def test_thrust_and_cub_agree() -> None:
    status, comparison = compare(SAMPLES / "libraries" / "sort_and_scan.cu")
    assert comparison["verdict"] == "agree", comparison["sentence"]
    assert status == 0


@needs_compiler
def test_renaming_alone_is_wrong_and_the_lanes_are_named() -> None:
    status, comparison = compare(SAMPLES / "reduction.cu", SAMPLES / "reduction_renamed.hip")
    assert status == 1
    assert comparison["verdict"] == "differ"
    warp_totals = comparison["pairs"][0]["arrays"][0]
    # Every second group of 32 lanes shares a wavefront with the one before it.
    assert warp_totals["differing"] == warp_totals["elements"] // 2
    assert warp_totals["first"]["index"] == 1
    reports = comparison["sides"][1]["reports"]
    assert any(report["lanes"] == list(range(32, 64)) for report in reports)
    assert not comparison["sides"][0]["reports"]
