"""The port of warp code computes on 32 and on 64 lanes what the original computes on 32."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hipwright.port import port

pytest.importorskip("hipwright_server.targets")

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.cu"))


def _compare(*arguments: str) -> tuple[int, dict[str, Any]]:
    command = [sys.executable, "-m", "hipwright.cli", "compare", *arguments, "--format", "json"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    if result.returncode == 2 and "compiler" in result.stderr:
        pytest.skip(result.stderr.strip())
    assert result.stdout, result.stderr
    return result.returncode, json.loads(result.stdout)


@pytest.mark.parametrize(
    ("lanes", "schedule"), [("32", "friendly"), ("64", "friendly"), ("64", "adversarial")]
)
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.stem)
def test_port_agrees(program: Path, lanes: str, schedule: str) -> None:
    status, comparison = _compare(
        str(program), "--on", f"cpu:32,cpu:{lanes}", "--schedule", schedule
    )
    assert comparison["verdict"] == "agree", comparison["sentence"]
    assert status == 0


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.stem)
def test_port_has_nothing_left(program: Path) -> None:
    result = port(program.read_bytes(), str(program))
    assert [finding for finding in result.remaining if finding.severity.value != "hint"] == []
    assert port(result.text, str(program)).text == result.text


def test_a_mere_renaming_differs(tmp_path: Path) -> None:
    """What makes the agreement mean something: dropping the masks alone is caught."""
    program = next(path for path in PROGRAMS if path.stem == "intrinsics")
    text = program.read_text().replace("_sync(__activemask(), ", "(")
    renamed = re.sub(r"(__(?:shfl\w*|ballot|any|all|match_any))_sync\([^,()]*, ", r"\1(", text)
    renamed = re.sub(r"__syncwarp\([^()]*\)", "__syncwarp()", renamed)
    renamed = renamed.replace("__ffs(__ballot", "__ffsll(__ballot")
    renamed = renamed.replace("cuda_runtime.h", "hip/hip_runtime.h").replace("cuda", "hip")
    path = tmp_path / "renamed.hip"
    path.write_text(renamed)
    status, comparison = _compare(str(program), str(path))
    assert comparison["verdict"] == "differ", comparison["sentence"]
    assert status == 1
