"""Reading what a device wrote."""

from __future__ import annotations

import json

import numpy as np
import pytest

from hipwright_server.run import Place, Run, RunStatus
from hipwright_server.targets.events import read_events, widen


def events(folder, *lines, arrays=()):
    (folder / "arrays").mkdir()
    for index, array in enumerate(arrays):
        (folder / "arrays" / f"{index}.bin").write_bytes(np.asarray(array).tobytes())
    text = "".join(json.dumps(line) + "\n" if isinstance(line, dict) else line for line in lines)
    (folder / "events.jsonl").write_text(text)


def read(folder, sources=None) -> Run:
    run = Run("cpu:32", "cuda", 32, RunStatus.OK)
    read_events(folder, run, sources or {})
    return run


def array_event(**changes):
    event = {
        "event": "array",
        "index": 0,
        "file": "a.cu",
        "line": 2,
        "expression": "",
        "type": "float32",
        "bytes": 8,
        "data": "arrays/0.bin",
    }
    return {**event, **changes}


def test_everything_that_a_device_says(tmp_path):
    events(
        tmp_path,
        {"event": "device", "warp_size": 64, "model": "cpu"},
        {
            "event": "launch",
            "kernel": "k",
            "grid": [2, 1, 1],
            "block": [64, 1, 1],
            "shared": 128,
            "seconds": 0.5,
            "file": "a.cu",
            "line": 7,
        },
        array_event(),
        {
            "event": "report",
            "kind": "missing-lanes",
            "message": "m",
            "kernel": "k",
            "block": [0, 0, 0],
            "lanes": [32, 33],
            "file": "a.cu",
            "line": 3,
        },
        {"event": "something-new"},
        '{"event": "launch", "kern',
        arrays=[np.float32([1, 2])],
    )
    run = read(tmp_path, {"a.cu": "\n  cudaMemcpy(h_out, d, 8, cudaMemcpyDeviceToHost);\n"})
    assert (run.warp_size, run.device) == (64, "cpu")
    assert (run.launches[0].kernel, run.launches[0].grid) == ("k", (2, 1, 1))
    assert run.arrays[0].values.tolist() == [1, 2]
    assert (run.arrays[0].expression, run.arrays[0].place) == ("h_out", Place("a.cu", 2))
    assert run.reports[0].lanes == (32, 33)
    assert len(run.launches) == 1


def test_arrays_survive_their_folder(tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    events(folder, array_event(), arrays=[np.float32([1, 2])])
    run = read(folder)
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.rmdir()
    assert run.arrays[0].values.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("text", "line", "name", "start"),
    [
        ("cudaMemcpy(h, d, n, k);", 1, "h", 1),
        ("CHECK(hipMemcpy(totals.data(), d,\n   n, k));", 2, "totals", 1),
        ("cudaMemcpyAsync(\n  (void*)&result,\n d, n, k, s);", 3, "result", 1),
        ("cudaMemcpy(&h[f(1, 2)], d, n, k);", 1, "&h[f(1, 2)]", 1),
        ("copy_all(h, d);", 1, "", 1),
    ],
)
def test_an_array_is_named_after_what_it_was_copied_to(tmp_path, text, line, name, start):
    events(tmp_path, array_event(line=line), arrays=[np.float32([1, 2])])
    array = read(tmp_path, {"a.cu": text}).arrays[0]
    assert (array.expression, array.place.line) == (name, start)


def test_a_part_of_a_large_array(tmp_path):
    events(
        tmp_path,
        array_event(bytes=4000, stored=8, truncated=True, checksum="ab"),
        arrays=[np.float32([1, 2])],
    )
    array = read(tmp_path).arrays[0]
    assert (array.left_out, array.checksum) == (998, "ab")


def test_types_that_are_unknown_or_do_not_fit_are_bytes(tmp_path):
    events(tmp_path, array_event(type="float128x"), arrays=[np.float32([1, 2])])
    assert read(tmp_path).arrays[0].values.dtype == np.uint8
    (tmp_path / "arrays" / "0.bin").write_bytes(b"12345")
    (tmp_path / "events.jsonl").write_text(json.dumps(array_event(bytes=5)) + "\n")
    assert read(tmp_path).arrays[0].values.size == 5


def test_files_outside_the_folder_are_not_read(tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    (tmp_path / "secret").write_bytes(b"1234")
    events(folder, array_event(data="../secret"))
    assert read(folder).arrays == []


def test_no_events_at_all(tmp_path):
    assert read(tmp_path).arrays == []


def test_narrow_floats_widen_exactly():
    bfloat16 = np.uint16([0x3F80, 0x4000, 0xFF80, 0x3F81])
    assert widen(bfloat16, "bfloat16").tolist() == [1.0, 2.0, -np.inf, 1.0078125]
    e5m2 = np.uint8([0x3C, 0x7C, 0xC0])
    assert widen(e5m2, "float8_e5m2").tolist() == [1.0, np.inf, -2.0]
    e4m3 = np.uint8([0x38, 0x7E, 0x01, 0xB8, 0x00])
    assert widen(e4m3, "float8_e4m3").tolist() == [1.0, 448.0, 2.0**-9, -1.0, 0.0]
    assert np.isnan(widen(np.uint8([0x7F]), "float8_e4m3")[0])
