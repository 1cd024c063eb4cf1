"""When the precompiled header of the CPU device stays good: other times, other folders."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from hipwright_server import cpu
from hipwright_server.cache import Entry
from hipwright_server.program import load_program
from hipwright_server.targets.cpu import CpuTarget
from hipwright_server.toolchains import CompileJob
from hipwright_server.toolchains.host import open_host_compiler
from hipwright_server.toolchains.precompiled import _Recipe, precompiled

COMPILERS = [name for name in ("g++", "clang++-19", "clang++") if shutil.which(name)][:2]


@pytest.mark.parametrize("name", COMPILERS)
def test_an_installation_anew_leaves_it_good(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = tmp_path / "include" / "cuda" / "small.h"
    header.parent.mkdir(parents=True)
    header.write_text("#ifndef ONE\n#define ONE\ninline int one() { return 1; }\n#endif\n")
    monkeypatch.setattr(cpu, "include_directory", lambda: tmp_path / "include")
    monkeypatch.setattr(cpu, "runtime_hash", lambda: "of this test")
    monkeypatch.setenv("HIPWRIGHT_CACHE_DIRECTORY", str(tmp_path / "cache"))
    compiler = open_host_compiler(Path(shutil.which(name) or ""))
    assert compiler is not None
    job = CompileJob(directory=tmp_path, files=(), output=tmp_path / "none", flags=("-std=c++17",))
    used = precompiled(compiler, header, job)
    assert used.flags
    os.utime(header, (1, 1))
    assert precompiled(compiler, header, job) == used
    source = tmp_path / "program.cpp"
    source.write_text('#include "small.h"\nint main() { return one(); }\n')
    command = [name, "-std=c++17", *used.flags, f"-I{header.parent}", "-fsyntax-only", str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not shutil.which("g++"), reason="g++ is not installed")
@pytest.mark.parametrize(
    "said",
    [
        "cc1plus: sorry, unimplemented: PCH allocation failure",
        "main.cu:1:1: internal compiler error: Segmentation fault",
        "cuda_runtime.h: error: one or more precompiled headers are invalid",
    ],
)
def test_a_compiler_that_fails_with_it_is_asked_again_without(
    said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    monkeypatch.setenv("HIPWRIGHT_CACHE_DIRECTORY", str(cache))
    wrapper = tmp_path / "g++"
    wrapper.write_text(
        f"""#!/bin/sh
case "$*" in
  *-o*.gch*) ;;
  *-I{cache}/precompiled/*) echo '{said}' >&2; echo with >> {tmp_path}/log; exit 1 ;;
  *main*) echo without >> {tmp_path}/log ;;
esac
exec {shutil.which("g++")} "$@"
"""
    )
    wrapper.chmod(0o755)
    monkeypatch.setenv("HIPWRIGHT_CXX", str(wrapper))
    source = tmp_path / "main.cu"
    source.write_text("#include <cuda_runtime.h>\nint main() { return 0; }\n")
    run = CpuTarget(32).run(load_program([source]))
    assert run.status.value == "ok", run.message
    assert (tmp_path / "log").read_text().split() == ["with", "without"]


@pytest.mark.skipif(not COMPILERS, reason="no C++ compiler is installed")
def test_programs_in_other_folders_share_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys: list[list[object]] = []

    class Watched(_Recipe):
        def find(self, with_object: bool = False) -> Entry | None:
            keys.append(self._key)
            return super().find(with_object)

    monkeypatch.setattr("hipwright_server.toolchains.precompiled._Recipe", Watched)
    for name in ("one", "two"):
        source = tmp_path / name / "main.cu"
        source.parent.mkdir()
        source.write_text(
            '#include <cuda_runtime.h>\n#include "part.h"\nint main() { return PART; }\n'
        )
        (tmp_path / name / "part.h").write_text("#define PART 0\n")
        run = CpuTarget(32).run(load_program([source]))
        assert run.status.value == "ok", run.message
    assert len(keys) > 1
    assert all(key == keys[0] for key in keys)
