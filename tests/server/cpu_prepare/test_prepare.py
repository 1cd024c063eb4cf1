"""The files of a program come out under one folder, with all that they include."""

from __future__ import annotations

from pathlib import Path

import pytest

from hipwright_server.cpu import (
    include_directory,
    libraries,
    precompiled_header,
    prepare,
    runtime_hash,
)


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_included_files_come_along(tmp_path: Path) -> None:
    source, build = tmp_path / "source", tmp_path / "build"
    write(
        source,
        {
            "app/main.cu": '#include "kernels/a.cuh"\n#include <shared.h>\n#include <stdio.h>\n',
            "app/kernels/a.cuh": '#include "../b.h"\nvoid f() { k<<<1, 2>>>(x); }\n',
            "app/b.h": '#include "a_cycle.h"\n',
            "app/a_cycle.h": '#include "b.h"\n',
            "common/shared.h": "int shared;\n",
            "common/unused.h": "int unused;\n",
        },
    )
    prepared = prepare(
        [source / "app/main.cu"], "cuda", build, include_directories=[source / "common"]
    )
    names = {target.relative_to(build).as_posix() for target in prepared.files.values()}
    assert names == {
        "app/main.cu", "app/kernels/a.cuh", "app/b.h", "app/a_cycle.h", "common/shared.h",
    }  # fmt: skip
    assert prepared.sources == (build / "app/main.cu",)
    assert f"-I{build / 'common'}" in prepared.flags
    assert "::hipwright::launch" in (build / "app/kernels/a.cuh").read_text()
    assert (build / "app/main.cu").read_text().startswith("#include <cuda_runtime.h>\n#line 1 ")
    assert (build / "app/b.h").read_text().startswith("#line 1 ")


def test_names_are_relative_to_the_root(tmp_path: Path) -> None:
    write(tmp_path, {"p/a.hip": "int x;\n", "p/sub/b.h": ""})
    prepared = prepare(
        [tmp_path / "p/a.hip", tmp_path / "p/sub/b.h"], "hip", tmp_path / "build", tmp_path / "p"
    )
    text = (tmp_path / "build/a.hip").read_text()
    assert text == '#include <hip/hip_runtime.h>\n#line 1 "a.hip"\nint x;\n'
    assert prepared.files[tmp_path / "p/sub/b.h"] == tmp_path / "build/sub/b.h"
    assert str(tmp_path) not in text


def test_host_sources_of_cuda_get_no_runtime_header(tmp_path: Path) -> None:
    write(tmp_path, {"a.cpp": "int x;\n"})
    prepare([tmp_path / "a.cpp"], "cuda", tmp_path / "build", tmp_path)
    assert (tmp_path / "build/a.cpp").read_text() == '#line 1 "a.cpp"\nint x;\n'


def test_vendors_headers_are_not_searched(tmp_path: Path) -> None:
    write(tmp_path, {"a.cu": "#include <cuda_runtime.h>\n", "cuda/cuda_runtime.h": "int cuda;\n"})
    prepared = prepare(
        [tmp_path / "a.cu"], "cuda", tmp_path / "build", include_directories=[tmp_path / "cuda"]
    )
    assert len(prepared.files) == 1
    assert not any(str(tmp_path / "cuda") in flag for flag in prepared.flags)


def test_bytes_that_are_not_utf8_and_line_ends_stay(tmp_path: Path) -> None:
    content = b"// caf\xe9\r\nint x;\r\n"
    (tmp_path / "a.cu").write_bytes(b"\xef\xbb\xbf" + content)
    prepared = prepare([tmp_path / "a.cu"], "cuda", tmp_path / "build")
    assert prepared.sources[0].read_bytes().endswith(b"\n" + content)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"gone\.cu: cannot be read: No such file"):
        prepare([tmp_path / "gone.cu"], "cuda", tmp_path / "build")


def test_thrust_comes_from_a_toolkit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    libraries.thrust_directory.cache_clear()
    write(tmp_path, {"kit/include/cccl/thrust/version.h": "", "a.cu": "#include <thrust/sort.h>\n"})
    write(tmp_path, {"plain.cu": "int thrust;\n"})
    monkeypatch.setenv("CUDA_PATH", str(tmp_path / "kit"))
    prepared = prepare([tmp_path / "a.cu"], "cuda", tmp_path / "build")
    assert prepared.flags[-2:] == ("-isystem", str(tmp_path / "kit/include/cccl"))
    assert "-isystem" not in prepare([tmp_path / "plain.cu"], "cuda", tmp_path / "b").flags
    libraries.thrust_directory.cache_clear()


def test_the_runtime_has_a_hash_and_headers() -> None:
    assert len(runtime_hash()) == 64
    assert precompiled_header("cuda").name == "cuda_runtime.h"


def test_the_include_guards_that_programs_ask_for_are_those_of_the_vendors() -> None:
    from hipwright.rules.headers.include_guard import _GUARDS

    headers = [path.read_bytes() for path in include_directory().rglob("*.h")]
    for guard in (*_GUARDS, *_GUARDS.values()):
        assert any(b"#define " + guard in header for header in headers), guard
