"""What is wrong with a kernel is said, with its place; the program never hangs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from .conftest import PROGRAMS, Build, Ran

TARGETS = [("cuda", 32), ("hip", 64)]
FULL = {32: "0xffffffff", 64: "0xffffffffffffffff"}


def line_of(mark: str) -> int:
    lines = (PROGRAMS / "wrong.cu").read_text().splitlines()
    return next(i for i, line in enumerate(lines, 1) if f"// line: {mark}" in line)


@pytest.fixture(params=TARGETS, ids=["cuda-32", "hip-64"])
def target(request: pytest.FixtureRequest) -> tuple[str, int]:
    dialect, warp = request.param
    return str(dialect), int(warp)


@pytest.fixture(params=["friendly", "adversarial"])
def schedule(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def run(build: Build, target: tuple[str, int], folder: Path, which: str, **more: str) -> Ran:
    return build("wrong.cu", *target)(folder, which, status=0, **more)


def test_lanes_that_never_arrive(
    build: Build, target: tuple[str, int], tmp_path: Path, schedule: str
) -> None:
    warp = target[1]
    ran = run(build, target, tmp_path, "missing", HIPWRIGHT_SCHEDULE=schedule)
    reports = ran.reports("missing-lanes")
    here = next(each for each in reports if each["line"] == line_of("missing"))
    assert here["lanes"] == list(range(warp - 8, warp))
    assert here["file"] == "wrong.cu"
    assert here["kernel"] == "missing"
    assert here["block"] == [0, 0, 0]
    expected = (
        f"lanes {warp - 8}-{warp - 1} of warp 0 never arrived at __shfl_xor_sync "
        f"with mask {FULL[warp]}"
    )
    assert here["message"].startswith(expected)
    # The others come to their operation when the first have returned: on CUDA those count no more.
    elsewhere = [each for each in reports if each["line"] == line_of("elsewhere")]
    assert [each["lanes"] for each in elsewhere] == (
        [list(range(warp - 8))] if target[0] == "hip" else []
    )
    assert len(ran.reports()) == 1 + len(elsewhere)
    expected_values = [i ^ 1 for i in range(warp - 8)]
    assert ran.arrays["out"][: warp - 8].tolist() == expected_values


def test_lanes_that_have_returned(build: Build, target: tuple[str, int], tmp_path: Path) -> None:
    ran = run(build, target, tmp_path, "returned")
    dialect, warp = target
    if dialect == "cuda":  # they need not arrive
        assert ran.reports() == []
    else:  # HIP 7 compares the mask with the active lanes, and stops
        (report,) = ran.reports()
        assert report["kind"] == "missing-lanes"
        assert report["lanes"] == [lane for lane in range(warp) if lane % 4 == 3]
        assert report["line"] == line_of("returned")
        assert "HIP 7 stops" in report["message"]


def test_lanes_that_wait_at_a_barrier(
    build: Build, target: tuple[str, int], tmp_path: Path, schedule: str
) -> None:
    ran = run(build, target, tmp_path, "waiting", HIPWRIGHT_SCHEDULE=schedule)
    (report,) = ran.reports("missing-lanes")
    assert report["line"] == line_of("waiting")
    assert report["lanes"] == [lane for lane in range(target[1]) if lane % 2]


def test_lanes_that_their_own_mask_leaves_out(
    build: Build, target: tuple[str, int], tmp_path: Path
) -> None:
    ran = run(build, target, tmp_path, "outside")
    dialect, warp = target
    reports = ran.reports()
    assert {each["kind"] for each in reports} == {"outside-mask"}
    assert reports[0]["lanes"] == list(range(16, warp))
    assert reports[0]["line"] == line_of("outside")
    repeats = [each["count"] for each in ran.events if each["event"] == "repeats"]
    assert len(reports) + sum(repeats) == 2  # both blocks, written once
    got = ran.arrays["out"][:warp].tolist()
    if dialect == "cuda":  # lane 15's source and lanes 16 on take no part: they keep their own
        assert got == [*range(1, 16), *range(15, warp)]
    else:  # AMD's instructions go by the active lanes
        assert got == [*range(1, warp), warp - 1]


def test_a_barrier_that_a_warp_reaches_at_two_places(
    build: Build, target: tuple[str, int], tmp_path: Path
) -> None:
    ran = run(build, target, tmp_path, "divergent")
    (report,) = ran.reports()
    assert report["kind"] == "divergent-barrier"
    assert ran.arrays["out"][: target[1]].tolist() == [2, 1] * (target[1] // 2)


@pytest.mark.parametrize("which", ["lonely_grid", "half_grid"])
def test_a_deadlock_is_reported(
    build: Build, target: tuple[str, int], tmp_path: Path, which: str
) -> None:
    ran = run(build, target, tmp_path, which)
    reports = ran.reports("deadlock")
    assert reports
    assert {each["line"] for each in reports} <= {line_of(which), line_of(which) - 1}
    assert "ErrorLaunchFailure" in ran.out
    assert "reset: " in ran.out
    assert ran.out.splitlines()[-1].endswith("Success")


def test_an_illegal_address_ends_the_kernel_and_not_the_program(
    build: Build, target: tuple[str, int], tmp_path: Path
) -> None:
    ran = run(build, target, tmp_path, "null_pointer")
    (report,) = ran.reports()
    assert report["kind"] == "illegal-address"
    assert (report["kernel"], report["block"], report["thread"]) == (
        "null_pointer", [2, 0, 0], [3, 0, 0],
    )  # fmt: skip
    prefix = target[0]
    assert ran.out.splitlines() == [
        f"after: {prefix}ErrorIllegalAddress",
        f"then: {prefix}ErrorIllegalAddress",
        f"reset: {prefix}Success",
    ]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_block_with_an_illegal_address_is_told_from_others_of_its_share(
    build: Build, target: tuple[str, int], tmp_path: Path, workers: str
) -> None:
    ran = run(build, target, tmp_path, "null_pointer_far", HIPWRIGHT_THREADS=workers)
    (report,) = ran.reports()
    assert (report["block"], report["thread"]) == ([2, 249, 0], [3, 0, 0])


def test_a_stack_that_overflows(build: Build, target: tuple[str, int], tmp_path: Path) -> None:
    ran = run(build, target, tmp_path, "too_deep")
    (report,) = ran.reports()
    assert report["kind"] == "illegal-address"
    assert "HIPWRIGHT_STACK_BYTES" in report["message"]


def test_assertions(build: Build, target: tuple[str, int], tmp_path: Path) -> None:
    ran = run(build, target, tmp_path, "asserts", HIPWRIGHT_THREADS="1")
    (report,) = ran.reports()
    assert report["kind"] == "assert"
    assert report["line"] == line_of("asserts")
    assert report["thread"] == [7, 0, 0]
    assert "block: [0,0,0], thread: [7,0,0] Assertion" in ran.err
    assert ran.out.splitlines()[0] == f"after: {target[0]}ErrorAssert"


def test_signals_that_end_the_program_say_where(
    build: Build, target: tuple[str, int], tmp_path: Path
) -> None:
    ran = build("wrong.cu", *target)(tmp_path, "traps", status=None)
    assert ran.status < 0  # by the signal
    (report,) = ran.reports()
    assert (report["kind"], report["kernel"], report["thread"]) == ("crash", "traps", [5, 0, 0])
    assert ran.events[-1] == report  # no orderly exit


@pytest.mark.parametrize("which", ["waits_for_ever", "loops_for_ever"])
def test_a_program_that_is_stopped_says_where_it_was(
    build: Build, target: tuple[str, int], tmp_path: Path, which: str
) -> None:
    program = build("wrong.cu", *target)
    environment = {**os.environ, "HIPWRIGHT_RUN_DIRECTORY": str(tmp_path), "HIPWRIGHT_THREADS": "2"}
    running = subprocess.Popen([program.executable, which], env=environment)
    time.sleep(0.4)
    running.terminate()
    assert running.wait(timeout=20) == -signal.SIGTERM
    events = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    (report,) = (each for each in events if each["event"] == "report")
    assert (report["kind"], report["kernel"]) == ("stopped", which)


def test_traps(build: Build, tmp_path: Path) -> None:
    ran = build("wrong.cu", "cuda", 32)(tmp_path, "calls_trap")
    (report,) = ran.reports()
    assert (report["kind"], report["line"]) == ("trap", line_of("calls_trap"))
    assert ran.out.splitlines()[0] == "after: cudaErrorLaunchFailure"


def test_division_by_zero_goes_on_as_on_a_gpu(
    build: Build, target: tuple[str, int], tmp_path: Path
) -> None:
    ran = run(build, target, tmp_path, "divides")
    assert ran.out.splitlines()[0] == f"after: {target[0]}Success"


def test_launches_that_no_device_takes(
    build: Build, target: tuple[str, int], tmp_path: Path
) -> None:
    ran = run(build, target, tmp_path, "launches")
    configuration = f"{target[0]}ErrorInvalidConfiguration"
    value = f"{target[0]}ErrorInvalidValue"
    assert ran.out.splitlines()[:6] == [
        configuration, configuration, configuration, value, value, f"after: {target[0]}Success",
    ]  # fmt: skip
    assert len(ran.reports("launch-error")) == 4
    assert all("was not launched" in each["message"] for each in ran.reports())


def test_copies_that_leave_their_memory(
    build: Build, target: tuple[str, int], tmp_path: Path
) -> None:
    ran = run(build, target, tmp_path, "copies")
    prefix = target[0]
    freed = "ErrorInvalidDevicePointer" if prefix == "hip" else "ErrorInvalidValue"
    assert ran.out.splitlines()[:5] == [
        f"{prefix}ErrorInvalidValue",
        f"{prefix}ErrorInvalidValue",
        f"{prefix}ErrorInvalidMemcpyDirection",
        f"{prefix}{freed}",
        f"after: {prefix}Success",
    ]
    reports = ran.reports("out-of-bounds")
    assert len(reports) == 2
    assert "goes beyond an allocation" in reports[0]["message"]


def test_a_missing_barrier_shows_when_warps_run_one_after_the_other(
    build: Build, target: tuple[str, int], tmp_path: Path
) -> None:
    def out(which: str, schedule: str) -> list[int]:
        ran = run(build, target, tmp_path, which, HIPWRIGHT_SCHEDULE=schedule)
        values: list[int] = ran.arrays["out"].tolist()
        return values[: len(right)]

    warp = target[1]
    threads = 2 * warp
    right = [1000 + (t + warp) % threads for t in range(threads)]
    assert out("barrier", "friendly") == out("barrier", "adversarial") == right
    assert out("no_barrier", "friendly") == right  # the bug hides, as it may on a GPU
    shown = out("no_barrier", "adversarial")
    assert shown[warp:] == right[warp:]  # the last warp reads what the first has written
    assert all(got != expected for got, expected in zip(shown[:warp], right[:warp], strict=True))
