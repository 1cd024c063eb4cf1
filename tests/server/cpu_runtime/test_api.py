"""The runtime API, as both vendors document it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

from .conftest import COMPILERS, Build, Ran

TARGETS = [("cuda", 32), ("hip", 64)]


@pytest.fixture(scope="module", params=TARGETS, ids=["cuda-32", "hip-64"])
def prefix(request: pytest.FixtureRequest) -> str:
    return str(request.param[0])


@pytest.fixture(scope="module")
def ran(build: Build, prefix: str, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    warp = dict(TARGETS)[prefix]
    return build("api.cu", prefix, warp)(tmp_path_factory.mktemp("api"))


@pytest.fixture(scope="module")
def said(ran: Ran) -> dict[str, str]:
    pairs = [line.partition(" ") for line in ran.out.splitlines()]
    return {name: value for name, _, value in pairs if name != "array"}


def test_memory(said: dict[str, str], prefix: str) -> None:
    done = f"{prefix}Success"
    invalid = f"{prefix}ErrorInvalidValue"
    out_of_memory = {"cuda": "cudaErrorMemoryAllocation", "hip": "hipErrorOutOfMemory"}[prefix]
    for name in (
        "malloc", "malloc_void", "last_error_again", "free_null", "empty_copy", "box",
        "host_malloc", "device_pointer", "host_free", "register", "unregister", "managed",
        "prefetch", "advise", "free",
    ):  # fmt: skip
        assert said[name] == done, name
    assert said["too_much"] == said["last_error"] == out_of_memory
    assert said["null_copy"] == invalid
    assert said["narrow_pitch"] == f"{prefix}ErrorInvalidPitchValue"
    assert said["register_again"] == f"{prefix}ErrorHostMemoryAlreadyRegistered"
    assert said["free_twice"] == {"cuda": invalid, "hip": "hipErrorInvalidDevicePointer"}[prefix]
    assert said["aligned"] == said["zeroed"] == said["rows"] == said["box_holds"] == "0"
    assert said["used"] == str(1 << 20)
    assert said["copied"] == said["same"] == said["is_device"] == "1"
    assert int(said["pitch"]) >= 40
    assert said["managed_holds"] == "115"


def test_what_comes_back_is_kept(ran: Ran) -> None:
    assert ran.arrays["copied"].dtype == np.int32
    assert (ran.arrays["copied"] == 0x01010101 + 5).all()
    assert (ran.arrays["rows"] == np.arange(70, dtype=np.float32)).all()
    assert (ran.arrays["managed"] == np.arange(16) + 100).all()
    kept = [each for each in ran.events if each["event"] == "array"]
    assert [each["index"] for each in kept] == list(range(len(kept)))
    assert [each["how"] for each in kept if each["how"] != "copy"] == ["managed"]
    assert all(each["file"] in ("api.cu", "front.h") and each["line"] > 0 for each in kept)
    assert all(each["stored"] == each["bytes"] for each in kept)


def test_streams_and_events(said: dict[str, str], ran: Ran, prefix: str) -> None:
    done = f"{prefix}Success"
    for name in (
        "stream", "stream_flags", "query", "wait", "event_wait", "elapsed", "stream_wait",
        "destroy",
    ):  # fmt: skip
        assert said[name] == done, name
    handle = {"cuda": "cudaErrorInvalidResourceHandle", "hip": "hipErrorInvalidHandle"}[prefix]
    assert said["not_recorded"] == said["untimed"] == handle
    assert (said["flags"], said["async"], said["calls"], said["forwards"]) == ("1", "3", "11", "1")
    assert (ran.arrays["async"] == 3).all()


def test_graphs(said: dict[str, str], ran: Ran, prefix: str) -> None:
    done = f"{prefix}Success"
    for name in (
        "end", "instantiate", "kernel_node", "template_node", "copy_node", "dependency", "launch",
    ):  # fmt: skip
        assert said[name] == done, name
    assert (said["capturing"], said["nothing_ran"], said["nodes"]) == ("1", "0", "4")
    assert said["ran"] == "603"
    assert [ran.arrays[f"graph {i}"].tolist() for i in range(3)] == [[2] * 4, [4] * 4, [6] * 4]
    assert ran.arrays["more"].tolist() == [3] * 4
    assert ran.arrays["by_hand"].tolist() == [6.0] * 8  # filled first, though added last
    assert said["cycle"] == f"{prefix}ErrorInvalidValue"


def test_launches(said: dict[str, str], ran: Ran, prefix: str) -> None:
    done = f"{prefix}Success"
    assert said["by_address"] == said["by_type"] == said["cooperative"] == done
    assert said["unknown"] == f"{prefix}ErrorInvalidDeviceFunction"
    assert said["too_large"] == f"{prefix}ErrorCooperativeLaunchTooLarge"
    assert (ran.arrays["by_address"] == 18).all()
    assert (ran.arrays["by_pointer"] == 19).all()
    assert ran.arrays["cooperative"].tolist() == [24 * 24]
    assert ran.arrays["macro"].tolist() == [5] * 32 + [4] * 32
    assert (said["occupancy"], said["block_size"], said["max_threads"]) == ("8", "1024", "1024")
    kernels = {each["kernel"] for each in ran.events if each["event"] == "launch"}
    assert {"add", "fill<int>", "pointer"} <= kernels
    launch = next(each for each in ran.events if each["event"] == "launch")
    assert (launch["kernel"], launch["grid"], launch["block"]) == ("add", [4, 1, 1], [256, 1, 1])
    assert launch["seconds"] > 0


def test_device(said: dict[str, str], prefix: str) -> None:
    cuda = prefix == "cuda"
    assert said["devices"] == "1"
    assert said["wrong_device"] == f"{prefix}ErrorInvalidDevice"
    assert said["device"] == "0"
    assert said["warp"] == said["warp_attribute"] == ("32" if cuda else "64")
    assert said["shared"] == ("49152" if cuda else "65536")
    assert said["architecture"] == ("90" if cuda else "gfx942:sramecc+:xnack-")
    assert said["text"] == "invalid argument"
    assert said["text_success"] == "no error"
    assert said["name_999"] == f"{prefix}ErrorUnknown"
    assert said["version"] == ("13000" if cuda else "70100000")


def test_the_device_can_pose_as_another(build: Build, tmp_path: Path) -> None:
    ran = build("api.cu", "hip", 64)(tmp_path, HIPWRIGHT_DEVICE_MODEL="mi300x")
    assert "name AMD Instinct MI300X\n" in ran.out
    assert "multiprocessors 304\n" in ran.out
    assert ran.events[0] == {
        "event": "device", "warp_size": 64, "model": "mi300x", "dialect": "hip",
    }  # fmt: skip


def test_arrays_over_the_cap_are_kept_in_part(build: Build, tmp_path: Path) -> None:
    ran = build("api.cu", "cuda", 32)(tmp_path, HIPWRIGHT_ARRAY_CAP="1000")
    kept = [each for each in ran.events if each["event"] == "array"]
    whole = build("api.cu", "cuda", 32)(tmp_path / "whole")
    uncut = [each for each in whole.events if each["event"] == "array"]
    assert [each["checksum"] for each in kept] == [each["checksum"] for each in uncut]
    assert sum(each["stored"] for each in kept) <= sum(each["bytes"] for each in kept)


def test_poisoned_memory(build: Build, tmp_path: Path) -> None:
    ran = build("api.cu", "cuda", 32)(tmp_path, HIPWRIGHT_DEVICE_MEMORY="poison")
    value = int.from_bytes(b"\xcd" * 4, "little", signed=True)
    assert f"zeroed {value}\n" in ran.out


def test_without_a_run_directory_reports_go_to_stderr(build: Build, tmp_path: Path) -> None:
    program = build("wrong.cu", "hip", 64)
    ran = program(tmp_path, "outside")
    assert ran.err == ""
    (tmp_path / "events.jsonl").unlink()
    environment = {key: value for key, value in os.environ.items() if "HIPWRIGHT" not in key}
    done = subprocess.run(
        [program.executable, "outside"], capture_output=True, text=True, env=environment
    )
    assert done.stderr.startswith("hipwright: wrong.cu:")
    assert not (tmp_path / "events.jsonl").exists()


@pytest.mark.parametrize("compiler", COMPILERS[1:])
def test_another_compiler_agrees(build: Build, tmp_path: Path, compiler: str, ran: Ran) -> None:
    other = build("api.cu", "cuda", 32, compiler)(tmp_path)
    for name, array in ran.arrays.items():
        assert (array == other.arrays[name]).all(), name
