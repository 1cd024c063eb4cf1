"""The hazard catalogue: every error and warning that occurs in real code has a rule or a reason."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tools.hazard_coverage import FACTS, CatalogueError, coverage, lines, read_hazards

CATALOGUE = FACTS / "hazards.csv"
HEADER = "id,family,severity,title,evidence,hecbench_programs,cuda_samples_cu\n"


def test_every_hazard_of_real_code_is_answered() -> None:
    found = coverage(CATALOGUE)
    assert [hazard.id for hazard in found.unanswered] == []
    assert found.strangers == []


def test_a_reason_is_a_sentence() -> None:
    for hazard, reason in coverage(CATALOGUE).reasons.items():
        assert len(reason.split()) >= 5, hazard
        assert reason.endswith("."), hazard


def test_a_hazard_without_an_answer_is_told(tmp_path: Path) -> None:
    catalogue = tmp_path / "hazards.csv"
    catalogue.write_text(
        HEADER
        + "X1,made up,error,occurs,inference,1,0\n"
        + "X2,made up,error,never seen,inference,0,\n"
        + "X3,made up,info,harmless,inference,5,5\n"
        + "X4,made up,warning,has a reason,inference,0,2\n"
        + "HW001,warp size,error,has a rule,inference,1,1\n"
    )
    reasons = tmp_path / "uncovered.toml"
    reasons.write_text('not-yet = []\n[reasons]\nX4 = "It is made up."\n')
    found = coverage(catalogue, reasons)
    assert [hazard.id for hazard in found.unanswered] == ["X1"]
    assert "HW001" not in found.strangers
    assert "HW002" in found.strangers
    text = "\n".join(lines(found))
    assert "HW001 error   has a rule: WARP001" in text
    assert "X4 warning has a reason: It is made up." in text
    assert "5 hazards: 1 covered, 3 no rule, 1 no rule, with a reason" in text


def test_the_command_tells_by_its_exit_status(tmp_path: Path) -> None:
    catalogue = tmp_path / "hazards.csv"
    catalogue.write_text(HEADER + "X1,made up,error,occurs,inference,1,0\n")
    command = [sys.executable, "-m", "tools.hazard_coverage"]
    root = Path(__file__).parents[2]
    found = subprocess.run([*command, catalogue], cwd=root, capture_output=True, text=True)
    assert found.returncode == 1
    assert "X1 has neither a rule nor a reason: occurs" in found.stderr
    lost = subprocess.run([*command, tmp_path / "no.csv"], cwd=root, capture_output=True, text=True)
    assert lost.returncode == 2
    assert "no.csv" in lost.stderr
    assert "Traceback" not in lost.stderr


def test_a_catalogue_without_its_columns_is_told(tmp_path: Path) -> None:
    path = tmp_path / "hazards.csv"
    path.write_text("id,title\nX1,occurs\n")
    with pytest.raises(CatalogueError, match="no column family"):
        read_hazards(path)
