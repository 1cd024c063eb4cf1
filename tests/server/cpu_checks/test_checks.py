"""What the checks of the CPU device find, where they say it is, and what they leave alone."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from hipwright_server.cpu.libraries import thrust_directory
from hipwright_server.program import load_program
from hipwright_server.run import DeviceReport, Dialect, Run
from hipwright_server.targets import checks
from hipwright_server.targets.base import RunOptions
from hipwright_server.targets.checks import Check, problem
from hipwright_server.targets.cpu import CpuTarget

PROGRAMS = Path(__file__).parent / "programs"
CACHE = Path(__file__).parents[3] / ".cache" / "cpu-checks-tests"
COMPILERS = [name for name in ("clang++-19", "g++") if shutil.which(name)]
pytestmark = pytest.mark.skipif(not COMPILERS, reason="no C++ compiler is installed")

RACES = (
    "no_barrier",
    "no_barrier_dynamic",
    "no_barrier_in_a_loop",
    "no_barrier_behind_an_atomic",
    "many_write_one",
    "blocks_in_an_order",
)
UNWRITTEN = ("unwritten_device", "unwritten_shared", "unwritten_counter")
RIGHT = (
    "tree",
    "all_write_the_same",
    "last_block",
    "last_block_of_a_counter",
    "under_a_lock",
    "histogram",
    "ordered_lanes",
    "neighbouring_bytes",
    "whole_structures",
    "flag_of_another_block",
    "handed_on",
)
TARGETS: list[tuple[Dialect, CpuTarget]] = [("cuda", CpuTarget(32)), ("hip", CpuTarget(64))]
# One compiler builds everything for both vendors. Builds with checks take seconds each, so the
# other one takes the traced program for HIP alone.
Configuration = tuple[str, Dialect, CpuTarget]
FIRST: list[Configuration] = [
    (each, dialect, target) for each in COMPILERS[:1] for dialect, target in TARGETS
]
SECOND: list[Configuration] = [(each, "hip", CpuTarget(64)) for each in COMPILERS[1:]]

Start = Callable[..., Run]


def name(configuration: Configuration) -> str:
    compiler, dialect, target = configuration
    return f"{compiler}-{dialect}-{target.warp_size}"


def starter(program: str, patch: pytest.MonkeyPatch, configuration: Configuration) -> Start:
    """Runs a kernel of a program with checks. Programs are compiled once for all processes."""
    compiler, dialect, target = configuration
    patch.setenv("HIPWRIGHT_CXX", compiler)
    patch.setenv("HIPWRIGHT_CACHE_DIRECTORY", str(CACHE))

    def run(kernel: str, *checks: Check) -> Run:
        loaded = load_program([PROGRAMS / program], dialect=dialect, arguments=[kernel])
        done = target.run(loaded, RunOptions(seconds=60, checks=checks))
        assert done.status.value == "ok", (done.message, done.diagnostics, done.stderr)
        # Where a compiler puts a trap behind what it knows to be undefined, the kernel ends there.
        assert done.exit_status == 0 or kernel == "beyond_local"
        return done

    return run


@pytest.fixture(params=[*FIRST, *SECOND], ids=name)
def orders(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Start:
    return starter("orders.cu", monkeypatch, request.param)


@pytest.fixture(params=FIRST, ids=name)
def invalid(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Start:
    return starter("invalid.cu", monkeypatch, request.param)


@pytest.fixture(params=FIRST, ids=name)
def together(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Start:
    return starter("together.cu", monkeypatch, request.param)


def line_of(program: str, mark: str) -> int:
    lines = (PROGRAMS / program).read_text().splitlines()
    (found,) = [i for i, line in enumerate(lines, 1) if line.rstrip().endswith(mark)]
    return found


def lines(report: DeviceReport) -> set[int]:
    assert report.place is not None
    assert report.other is not None
    assert report.other.place is not None
    assert {report.place.file, report.other.place.file} == {"orders.cu"}
    return {report.place.line, report.other.place.line}


@pytest.mark.parametrize("kernel", RACES)
def test_a_race_is_found_with_both_places(orders: Start, kernel: str) -> None:
    reports = orders(kernel, "race").reports
    assert {each.kind for each in reports} == {"race"}
    report = reports[0]
    if kernel == "many_write_one":
        expected = {line_of("orders.cu", f"// first second: {kernel}")}
    else:
        expected = {line_of("orders.cu", f"// {which}: {kernel}") for which in ("first", "second")}
    assert lines(report) == expected
    assert report.kernel == kernel
    assert report.block is not None
    assert report.thread is not None
    assert report.other is not None
    same_block = report.other.block == report.block
    assert same_block == (kernel != "blocks_in_an_order")
    assert (report.other.thread, report.other.block) != (report.thread, report.block)


def test_lanes_of_a_warp_are_ordered_where_it_moves_together(orders: Start) -> None:
    run = orders("no_syncwarp", "race")
    if run.dialect == "hip":
        assert run.reports == []
    else:
        (report, *_) = run.reports
        assert "__syncwarp()" in report.message
        expected = {line_of("orders.cu", f"// {each}: no_syncwarp") for each in ("first", "second")}
        assert lines(report) == expected


@pytest.mark.parametrize("kernel", UNWRITTEN)
def test_a_read_of_what_nobody_wrote_is_found(orders: Start, kernel: str) -> None:
    run = orders(kernel, "uninitialised")
    reports = run.reports
    assert {each.kind for each in reports} == {"uninitialised-read"}
    (report, *_) = reports
    assert report.place is not None
    assert report.kernel == kernel
    if kernel == "unwritten_counter" and run.toolchain.startswith("g++"):
        return  # it says of an atomic that it is where its kernel was inlined: at the launch
    assert report.place.line == line_of("orders.cu", f"// first: {kernel}")


@pytest.mark.parametrize("kernel", RIGHT)
def test_what_is_right_is_left_alone(orders: Start, kernel: str) -> None:
    assert orders(kernel, "race", "uninitialised").reports == []


@pytest.mark.parametrize(
    ("kernel", "kind", "says"),
    [
        ("beyond_device", "out-of-bounds", "0 bytes beyond the 256 bytes allocated at front.h:"),
        ("before_device", "out-of-bounds", "4 bytes before the 256 bytes allocated at front.h:"),
        ("beyond_static", "out-of-bounds", "0 bytes beyond the shared variable tile of 256 bytes"),
        ("beyond_row", "undefined-behaviour", "ndex 21 out of bounds"),
        ("beyond_dynamic", "out-of-bounds", "beyond the 256 bytes of dynamic shared memory"),
        ("after_free", "use-after-free", "heap-use-after-free"),
        ("beyond_local", "", "out of bounds"),
        ("too_far_a_shift", "undefined-behaviour", "hift exponent 32 is too large"),
    ],
)
def test_invalid_accesses_are_found(invalid: Start, kernel: str, kind: str, says: str) -> None:
    run = invalid(kernel, "sanitize")
    report = next(each for each in run.reports if says in each.message)
    assert report.kind == (kind or report.kind)
    assert report.place is not None
    assert (report.place.file, report.place.line) == (
        "invalid.cu",
        line_of("invalid.cu", f"// line: {kernel}"),
    )
    assert report.kernel == kernel
    assert report.thread is not None
    assert run.stderr == b""  # the sanitizers' own words are not the program's


def test_valid_accesses_are_left_alone(invalid: Start) -> None:
    assert invalid("within", "sanitize").reports == []


NUMBERS = [i * i % 101 for i in range(64)]
TOGETHER = {
    "reduction": [sum(NUMBERS)] + [0] * 31,
    "rotation": [NUMBERS[i // 32 * 32 + (i + 5) % 32] for i in range(64)],
    "branches": [
        NUMBERS[k] * (2 if k % 2 else 3) + k % 5
        for k in (i // 32 * 32 + (i + 1) % 32 for i in range(64))
    ],
}


@pytest.mark.parametrize("kernel", TOGETHER)
def test_lanes_move_together_where_it_is_asked_for(together: Start, kernel: str) -> None:
    expected = TOGETHER[kernel]
    (moving,) = together(kernel, "lockstep").arrays
    assert moving.values[: len(expected)].tolist() == expected
    (apart,) = together(kernel).arrays
    assert apart.values[: len(expected)].tolist() != expected


def test_a_launch_that_nobody_checks_is_reported(together: Start) -> None:
    kinds = [each.kind for each in together("unchecked").reports]
    assert kinds == ["launch-error", "unchecked-error"]
    kinds = [each.kind for each in together("checked").reports]
    assert kinds == ["launch-error"]


def test_leaks_are_listed_where_they_are_asked_for(together: Start) -> None:
    (report,) = together("kept", "leaks").reports
    assert (report.kind, report.message) == (
        "leak",
        "256 bytes of device memory in 1 allocation were never freed",
    )
    assert together("kept").reports == []


def test_what_cannot_be_built_together_is_said() -> None:
    assert "--sanitize and --race" in problem(("sanitize", "race"))
    assert problem(("sanitize", "leaks")) == ""
    assert problem(("race", "uninitialised", "lockstep")) == ""


def test_an_instruction_of_two_lines_has_that_of_the_one_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = {0x1000: ("a.cu", 3), 0x1FF5: ("a.cu", 7), 0x1FF8: ("a.cu", 8)}
    asked: list[int] = []

    def lines(_tool: str, _executable: Path, addresses: list[int]) -> dict[int, tuple[str, int]]:
        asked.extend(addresses)
        return {each: known[each] for each in addresses if each in known}

    monkeypatch.setattr(checks, "_symbolizer", lambda: "addr2line")
    monkeypatch.setattr(checks, "_lines", lines)
    found = checks._places(Path("program"), [0x1001, 0x2001, 0x3001])
    assert found == {0x1001: ("a.cu", 3), 0x2001: ("a.cu", 8)}
    assert 0x1000 - 1 not in asked  # what has a line is not asked about again


@pytest.mark.skipif(thrust_directory("cuda") is None, reason="Thrust is not installed")
def test_what_thrust_does_inside_is_no_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HIPWRIGHT_CACHE_DIRECTORY", str(CACHE))
    source = tmp_path / "sorted.cu"
    source.write_text(
        "#include <thrust/device_vector.h>\n"
        "int main(int count, char**) {\n"
        "  thrust::device_vector<int> v(8);\n"
        "  v[0] = count;\n"
        "  volatile int far = 1 << (v[0] + 40);  // the program's own\n"
        "  return far == 12345;\n"
        "}\n"
    )
    run = CpuTarget(32).run(load_program([source]), RunOptions(checks=("sanitize",)))
    assert run.status.value == "ok", (run.message, run.diagnostics)
    assert [each.place.line for each in run.reports if each.place] == [5]
