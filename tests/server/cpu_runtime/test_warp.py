"""Each warp operation against tables worked out from the vendors' documentation.

CUDA: PTX ISA, shfl.sync, vote.sync, match.sync, redux.sync; CUDA C++ programming guide, warp
functions. HIP 7.1: amd_warp_functions.h and amd_warp_sync_functions.h, and what the instructions
behind them do (ds_bpermute gives 0 for an inactive lane).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from .conftest import COMPILERS, Build, Ran

WARPS = [("cuda", 32), ("hip", 64), ("hip", 32)]
RETURN, ELSEWHERE, BARRIER = 0, 1, 2

# threads, mask, what the lanes outside the mask do
PATTERNS = [
    (64, 0xFFFFFFFFFFFFFFFF, RETURN),
    (128, 0xFFFFFFFFFFFFFFFF, RETURN),
    (64, 0x5555555555555555, RETURN),
    (64, 0x5555555555555555, ELSEWHERE),
    (64, 0x00000000FFFFFFFF, ELSEWHERE),
    (128, 0x00FF00F00F0FF001, BARRIER),
    (64, 0x8000000080000000, ELSEWHERE),
    (64, 0x0000000100000001, BARRIER),
]


def source_lane(dialect: str, warp: int, operation: str, lane: int, d: int, width: int) -> int:
    """The lane that a shuffle reads, by the vendor's document."""
    if dialect == "cuda":  # PTX ISA, shfl.sync, with c = ((32 - width) << 8) | 0x1f (0 for up)
        b = d & 31
        segment = 32 - width
        high, low = lane & segment | 31 & ~segment, lane & segment
        if operation == "idx":
            j = low | b & ~segment & 31
            inside = j <= high
        elif operation == "up":
            j = lane - b
            inside = j >= low
        elif operation == "down":
            j = lane + b
            inside = j <= high
        else:
            j = lane ^ b
            inside = j <= high
        return j if inside else lane
    if operation == "idx":
        return (d & (width - 1)) + (lane & ~(width - 1))
    if operation == "up":
        index = lane - d
        return lane if index < (lane & ~(width - 1)) else index
    if operation == "down":
        return lane if (lane & (width - 1)) + d >= width else lane + d
    index = lane ^ d
    return lane if index >= ((lane + width) & ~(width - 1)) else index


def groups(threads: int, warp: int, mask: int, outside: int) -> dict[int, list[int]]:
    """For each thread that takes part: the threads that it meets."""
    meets: dict[int, list[int]] = {}
    for first in range(0, threads, warp):
        inside = [t for t in range(first, min(first + warp, threads)) if mask >> (t - first) & 1]
        others = [t for t in range(first, min(first + warp, threads)) if t not in inside]
        for group in [inside] + ([others] if outside == ELSEWHERE else []):
            for thread in group:
                meets[thread] = group
    return meets


def bits(group: list[int], warp: int, chosen: list[bool] | None = None) -> int:
    chosen = chosen or [True] * len(group)
    return sum(1 << (t % warp) for t, yes in zip(group, chosen, strict=True) if yes)


@pytest.mark.parametrize(("dialect", "warp"), WARPS)
@pytest.mark.parametrize(("threads", "mask", "outside"), PATTERNS)
@pytest.mark.parametrize("schedule", ["friendly", "adversarial"])
def test_operations_with_a_mask(
    build: Build, tmp_path: Path, dialect: str, warp: int, threads: int, mask: int, outside: int,
    schedule: str,
) -> None:  # fmt: skip
    mask &= (1 << warp) - 1
    ran = build("warp.cu", dialect, warp)(
        tmp_path, str(threads), f"{mask:x}", str(outside), HIPWRIGHT_SCHEDULE=schedule
    )
    assert ran.reports() == []
    meets = groups(threads, warp, mask, outside)
    check_shuffles(ran, dialect, warp, threads, meets)
    check_votes(ran, warp, threads, meets)


def check_shuffles(
    ran: Ran, dialect: str, warp: int, threads: int, meets: dict[int, list[int]]
) -> None:
    shuffled = ran.arrays["shuffled"].reshape(-1, threads)
    slot = 0
    width = 2
    while width <= warp:
        for distance in range(2 * warp + 1):
            for operation in ("idx", "up", "down", "xor"):
                expected = np.full(threads, -1)
                for thread, group in meets.items():
                    lane = thread % warp
                    source = source_lane(dialect, warp, operation, lane, distance, width) % warp
                    source += thread - lane
                    if source in group:
                        expected[thread] = 1000 + source
                    else:
                        expected[thread] = 0 if dialect == "hip" else 1000 + thread
                wrong = np.nonzero(shuffled[slot] != expected)[0]
                assert wrong.size == 0, (
                    f"{operation} {distance} of {width}: thread {wrong[0]} got "
                    f"{shuffled[slot][wrong[0]]}, not {expected[wrong[0]]}"
                )
                slot += 1
        width *= 2


def check_votes(ran: Ran, warp: int, threads: int, meets: dict[int, list[int]]) -> None:
    voted = ran.arrays["voted"].reshape(-1, threads)
    for thread in range(threads):
        got = [int(row[thread]) for row in voted]
        if thread not in meets:
            assert got == [0xFFFFFFFFFFFFFFFF] * len(got), f"thread {thread} takes no part"
            continue
        group = meets[thread]
        exclusive = 0
        together = 0
        for t in group:
            exclusive ^= t * 7
            together |= 1 << t % 32
        expected = [
            bits(group, warp, [t % 3 == 0 for t in group]),
            int(any(t % 64 == 40 for t in group)),
            int(all(t % 64 != 40 for t in group)),
            1,
            0,
            bits(group, warp, [t // 5 == thread // 5 for t in group]),
            bits(group, warp),
            1,
            sum(group),
            min(100 - t for t in group) % 2**64,
            max(t ^ 21 for t in group),
            together,
            exclusive,
            bits(group, warp) if len(group) == 1 else 0,
            int(len(group) == 1),
        ]
        assert got == expected, f"thread {thread}"


@pytest.mark.parametrize(("dialect", "warp"), WARPS)
@pytest.mark.parametrize("threads", [1, 5, 31, 32, 33, 48, 63, 64, 65, 100, 1023, 1024])
@pytest.mark.parametrize("schedule", ["friendly", "adversarial"])
def test_operations_without_a_mask_meet_by_place(
    build: Build, tmp_path: Path, dialect: str, warp: int, threads: int, schedule: str
) -> None:
    ran = build("warp.cu", dialect, warp)(
        tmp_path, str(threads), "1", "0", HIPWRIGHT_SCHEDULE=schedule
    )
    got = ran.arrays["unmasked"].reshape(7, threads)
    for first in range(0, threads, warp):
        here = [t for t in range(first, min(first + warp, threads)) if t % 7 != 3]
        odd, even = [t for t in here if t % 2], [t for t in here if not t % 2]
        for t in range(first, min(first + warp, threads)):
            if t not in here:
                assert (got[:, t] == np.uint64(0xFFFFFFFFFFFFFFFF)).all()
                continue
            mine = odd if t % 2 else even
            divisor = 3 if t % 2 else 5
            assert got[0, t] == bits(mine, warp, [o % divisor == 0 for o in mine])
            assert got[1, t] == bits(mine, warp)
            assert got[2, t] == bits(here, warp)
            neighbour = t + 1 if (t + 1) % warp else t
            if neighbour in here:
                assert got[3, t] == neighbour
            else:
                assert got[3, t] == (0 if dialect == "hip" else t)
            assert got[4, t] == any(o % 64 == 40 for o in here)
            assert got[5, t] == all(o % 64 != 40 for o in here)
            rounds = 0
            for i in range(t % 4 + 1):
                rounds = rounds * 100 + sum(o % 4 >= i for o in here)
            assert got[6, t] == rounds


@pytest.mark.parametrize(("dialect", "warp"), WARPS)
@pytest.mark.parametrize("schedule", ["friendly", "adversarial"])
def test_lanes_that_part_and_return_in_blocks_of_three_dimensions(
    build: Build, tmp_path: Path, dialect: str, warp: int, schedule: str
) -> None:
    ran = build("warp.cu", dialect, warp)(tmp_path, "1", "1", "0", HIPWRIGHT_SCHEDULE=schedule)
    assert ran.reports() == []
    nobody = 0xFFFFFFFFFFFFFFFF
    begin = [t for t in range(75) if t % 11 != 10]
    inner = [t for t in begin if t % 6 == 0]
    other = [t for t in begin if t % 2 == 0 and t % 3]
    even = [t for t in begin if t % 2 == 0 and t % 30 and t % 8 != 6]
    end = [t for t in begin if t % 2 or t in even]

    def vote(lanes: list[int], thread: int) -> int:
        return sum(1 << t % warp for t in lanes if t // warp == thread // warp)

    got = ran.arrays["parted"].reshape(4, 75, 6)
    for block in range(4):
        for t in range(75):
            first = t // warp * warp + 1
            absent = 0 if dialect == "hip" else t + 1000 * block
            expected = [
                vote(begin, t) if t in begin else nobody,
                vote(inner, t) if t in inner
                else vote([o for o in other if o % 4 == 0], t) if t in other
                else nobody,
                vote(even, t) if t in even else nobody,
                len(end) if t in end else nobody,
                vote(end, t) if t in end else nobody,
                (first + 1000 * block if first in end else absent) if t in end else nobody,
            ]  # fmt: skip
            assert got[block, t].tolist() == expected, f"block {block}, thread {t}"


@pytest.mark.parametrize(("dialect", "warp"), WARPS)
def test_shuffles_of_other_types(build: Build, tmp_path: Path, dialect: str, warp: int) -> None:
    ran = build("warp.cu", dialect, warp)(tmp_path, str(warp), "ffffffffffffffff", "0")
    other = np.arange(warp) ^ 1
    assert (ran.arrays["doubles"] == other + 0.5).all()
    assert (ran.arrays["longs"] == other + (1 << 40)).all()
    assert (ran.arrays["floats"] == other * 0.25).all()
    assert (ran.arrays["bytes"] == other).all()
    assert [ran.arrays[n].dtype for n in ("doubles", "longs", "floats", "bytes")] == [
        np.dtype(n) for n in ("float64", "int64", "float32", "uint8")
    ]


@pytest.mark.parametrize("compiler", COMPILERS[1:])
def test_another_compiler_agrees(build: Build, tmp_path: Path, compiler: str) -> None:
    first = build("warp.cu", "hip", 64)(tmp_path / "a", "64", "ffff0000ffff", "1")
    second = build("warp.cu", "hip", 64, compiler)(tmp_path / "b", "64", "ffff0000ffff", "1")
    assert first.arrays.keys() == second.arrays.keys()
    for name, array in first.arrays.items():
        assert (array == second.arrays[name]).all(), name
