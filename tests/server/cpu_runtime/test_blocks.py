"""Blocks, barriers, shared memory, atomics and symbols: what each thread sees and what adds up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from .conftest import COMPILERS, Build, Ran

TARGETS = [("cuda", 32), ("hip", 64)]
SIZES = [1, 2, 3, 31, 32, 33, 63, 64, 65, 100, 127, 128, 255, 256, 511, 1000, 1023, 1024]


@pytest.fixture(scope="module", params=TARGETS, ids=["cuda-32", "hip-64"])
def target(request: pytest.FixtureRequest) -> tuple[str, int]:
    dialect, warp = request.param
    return str(dialect), int(warp)


@pytest.fixture(
    scope="module",
    params=[
        {"HIPWRIGHT_SCHEDULE": "friendly"},
        {"HIPWRIGHT_SCHEDULE": "adversarial"},
        {"HIPWRIGHT_THREADS": "1"},
        {"HIPWRIGHT_THREADS": "7"},
    ],
    ids=lambda chosen: "-".join(chosen.values()),
)
def ran(
    build: Build,
    target: tuple[str, int],
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Ran:
    folder = tmp_path_factory.mktemp("blocks")
    return build("blocks.cu", *target)(folder, **request.param)


def test_nothing_is_reported(ran: Ran) -> None:
    assert ran.reports() == []
    assert ran.events[-1] == {"event": "exit", "status": "done"}


@pytest.mark.parametrize("name", ["positions", "positions_after_barrier"])
def test_each_thread_knows_where_it_is(ran: Ran, name: str) -> None:
    got = ran.arrays[name].reshape(4, 2, 3, 7, 3, 5, 6)  # block z y x, thread z y x
    bz, by, bx, tz, ty, tx = np.indices((4, 2, 3, 7, 3, 5))
    for i, expected in enumerate((tx, ty, tz, bx, by, bz)):
        assert (got[..., i] == expected).all()


def test_each_of_many_blocks_runs_once(ran: Ran) -> None:
    assert (ran.arrays["visits"] == 1).all()


@pytest.mark.parametrize("threads", SIZES)
def test_barriers_in_blocks_of_any_size(ran: Ran, threads: int) -> None:
    numbers = np.array([i * i % 1009 for i in range(6 * 1024)])[: 6 * threads].reshape(6, threads)
    assert (ran.arrays[f"tree {threads}"] == numbers.sum(axis=1)).all()
    stay = np.arange(threads) % 3 != 2
    left = ran.arrays[f"tree with leavers {threads}"]
    assert (left == (numbers * stay).sum(axis=1)).all()


def test_barriers_in_loops_and_calls(ran: Ran) -> None:
    got = ran.arrays["nested"].reshape(5, 96)
    for block in range(5):
        steps = sum(range(block + 1)) + (2 * (block + 1) if block % 2 else 0)
        assert (got[block] == (np.arange(96) + steps) % 96).all()


def test_barriers_that_count(ran: Ran) -> None:
    got = ran.arrays["counted"].reshape(3, 77, 4)
    threads = np.arange(77)
    stays = threads % 10 != 9
    assert (got[:, ~stays] == 0).all()
    expected = [((threads % 4 == 0) & stays).sum(), 1, 0, 10]
    assert (got[:, stays] == expected).all()


def test_values_outlast_barriers(ran: Ran) -> None:
    assert ran.arrays["kept"].tolist() == [0] * 300


def test_shared_memory_belongs_to_the_block(ran: Ran) -> None:
    got = ran.arrays["isolated"].reshape(200, 3)
    expected = np.stack([np.full(200, 70), 70 * np.arange(200), np.full(200, 140)], axis=1)
    assert (got == expected).all()


def test_atomics_add_up(ran: Ran) -> None:
    n = 64 * 200
    i = np.arange(n)
    mixed = (i * 7919) % 10007
    line = next(line for line in ran.out.splitlines() if line.startswith("totals "))
    assert line.split()[1:] == [
        str(i.sum()),
        str(-n),
        str(mixed.min()),
        str(mixed.max()),
        "77",
        f"{0xFFFFFF00:x}",
        "ffff",
        str(np.bitwise_xor.reduce(i)),
        str(n % 10),  # counts 0 to 9 and starts again
        str(-n % 10),
        str(n << 33),
        str((n - 1) << 35),
        f"{n:.1f}",
        f"{n / 2:.1f}",
        str(n),
    ]
    assert (ran.arrays["seen"] == 1).all()


def test_threads_that_wait_for_others_let_them_go_on(ran: Ran) -> None:
    assert ran.arrays["locked"].tolist() == [0, 7 * 96]
    assert ran.arrays["chain"].tolist() == list(range(39, -1, -1))
    assert ran.arrays["fenced"].tolist() == [1] * 20 + [7] * 20


def test_a_loop_that_waits_on_a_volatile(
    build: Build, target: tuple[str, int], tmp_path: Path
) -> None:
    ran = build("blocks.cu", *target)(tmp_path, "handshake")
    assert ran.arrays["handshake"].tolist() == [42]


def test_constants_and_symbols(ran: Ran) -> None:
    assert ran.arrays["products"].tolist() == [1.5, 5.0, 4.5, 10.0]
    assert ran.arrays["counter"].tolist() == [11]
    assert ran.arrays["table"].tolist() == [1, 2, 3, 0, 0, 10, 20, 30]
    assert "symbols 11 3 30 1 32 4" in ran.out
    assert "too much for a symbol is refused: 1" in ran.out


def test_launches_from_kernels(ran: Ran) -> None:
    leaves = 2 * sum(range(40)) * 2  # two leaf grids a parent block, two blocks each
    assert ran.arrays["families"].tolist() == [
        *(leaves * 2**generation for generation in range(1, 5)), 0, 496, 496, 0,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "flags",
    [("-fsanitize=address,undefined", "-fno-sanitize-recover=all"), ("-DHIPWRIGHT_UCONTEXT",)],
    ids=["sanitizers", "ucontext"],
)
def test_other_builds_agree(build: Build, tmp_path: Path, ran: Ran, flags: tuple[str, ...]) -> None:
    other = build("blocks.cu", "cuda", 32, flags=flags)(tmp_path)
    assert other.reports() == []
    for name, array in ran.arrays.items():
        assert (array == other.arrays[name]).all(), name


@pytest.mark.parametrize("compiler", COMPILERS[1:])
def test_another_compiler_agrees(build: Build, tmp_path: Path, compiler: str) -> None:
    usual = build("blocks.cu", "cuda", 32)(tmp_path / "usual")
    other = build("blocks.cu", "cuda", 32, compiler)(tmp_path / "other")
    for name, array in usual.arrays.items():
        assert (array == other.arrays[name]).all(), name
