"""Bugs that only a wavefront of 64 lanes shows are found without a GPU; right ports are left alone.

Each kernel of planted.cu has one bug of the catalogue of hazards. The original at a warp of 32 is
compared with its renamed form at 64, and with its right port at 64.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hipwright_server.compare import Comparison
from hipwright_server.compare.comparison import Side, compare
from hipwright_server.program import load_program
from hipwright_server.run import Dialect, Run
from hipwright_server.targets.base import RunOptions
from hipwright_server.targets.cpu import CpuTarget

SOURCE = Path(__file__).parent / "planted.cu"
CACHE = Path(__file__).parents[3] / ".cache" / "planted-tests"
pytestmark = pytest.mark.skipif(
    not (shutil.which("g++") or shutil.which("clang++")), reason="no C++ compiler is installed"
)

# The kernel, the hazard, and whether the lanes are named that never came or were left out.
PLANTED = (
    ("full_mask", "HW001", True),
    ("half_warps", "HW003", True),
    ("ballot_in_an_int", "HW004", False),
    ("counted_votes", "HW005", False),
    ("leader", "HW006", False),
    ("active_lanes", "HW007", False),
    ("rank_among_voters", "HW008", False),
    ("lane_by_a_mask", "HW009", False),
    ("warp_by_a_shift", "HW010", False),
    ("warp_by_a_division", "HW011", False),
    ("rows_by_the_host", "HW014", False),
    ("no_width", "HW015", False),
    ("from_sixteen_down", "HW016", False),
    ("partial_results", "HW017", False),
    ("last_warp", "HW018", False),
    ("only_for_32", "HW022", False),
    ("block_of_one_warp", "HW023", True),
    ("any_of_32", "HW031", False),
    ("equal_values", "HW034", False),
    ("after_an_early_return", "HW327", True),
)
FOUND_AT_LEAST = 19


@pytest.fixture(scope="module")
def comparisons() -> dict[str, tuple[Comparison, Comparison]]:
    """For each kernel: the original against its renamed form, and against its right port."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HIPWRIGHT_CACHE_DIRECTORY", str(CACHE))
        return {kernel: _compared(kernel) for kernel, _, _ in PLANTED}


def _compared(kernel: str) -> tuple[Comparison, Comparison]:
    original = Side("original", _run(kernel, "cuda", 32))
    renamed = Side("port", _run(kernel, "hip", 64))
    right = Side("port", _run(kernel, "hip", 64, "-DRIGHT"))
    return compare([original, renamed], None, kernel), compare([original, right], None, kernel)


def _run(kernel: str, dialect: Dialect, warp: int, *flags: str) -> Run:
    program = load_program([SOURCE], dialect=dialect, flags=flags, arguments=[kernel])
    run = CpuTarget(64 if warp == 64 else 32).run(program, RunOptions(seconds=60))
    assert run.status.value == "ok", (run.message, run.diagnostics)
    return run


def _finding(comparison: Comparison) -> str:
    """What a comparison says of a bug: the lanes, or the first element; "" for nothing of use."""
    (pair,) = comparison.pairs
    if pair.verdict != "differ":
        return ""
    for report in comparison.sides[1].run.reports:
        if report.lanes and report.place is not None:
            return f"lanes {report.lanes[0]}-{report.lanes[-1]} at line {report.place.line}"
    for array in pair.arrays:
        if array.first is not None:
            first = array.first
            return f"{array.name}[{first.index}]: {first.left} against {first.right}"
    return ""


@pytest.mark.parametrize(("kernel", "hazard", "by_lanes"), PLANTED)
def test_a_planted_bug_is_found(
    comparisons: dict[str, tuple[Comparison, Comparison]], kernel: str, hazard: str, by_lanes: bool
) -> None:
    comparison = comparisons[kernel][0]
    finding = _finding(comparison)
    assert finding, hazard
    assert finding.startswith("lanes") == by_lanes, finding
    assert not comparison.sides[0].run.reports  # the original is right


@pytest.mark.parametrize("kernel", [kernel for kernel, _, _ in PLANTED])
def test_a_right_port_is_left_alone(
    comparisons: dict[str, tuple[Comparison, Comparison]], kernel: str
) -> None:
    comparison = comparisons[kernel][1]
    assert comparison.verdict == "agree", comparison.sentence
    assert not comparison.sides[1].run.reports


def test_the_tally(comparisons: dict[str, tuple[Comparison, Comparison]]) -> None:
    findings = {kernel: _finding(pair[0]) for kernel, pair in comparisons.items()}
    quiet = [kernel for kernel, pair in comparisons.items() if pair[1].verdict == "agree"]
    for kernel, hazard, _ in PLANTED:
        print(f"{hazard} {kernel}: {findings[kernel] or 'not found'}")
    found = sum(bool(finding) for finding in findings.values())
    print(f"{found} of {len(PLANTED)} planted bugs found; {len(quiet)} right ports left alone")
    assert found >= FOUND_AT_LEAST
    assert len(quiet) == len(PLANTED)
