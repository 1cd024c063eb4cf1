"""clang with HIP's headers, SCALE's nvcc, ROCm's wheels: found, used, and what is said without."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from hipwright_server.program import load_program
from hipwright_server.run import RunStatus
from hipwright_server.targets import find
from hipwright_server.targets.clang import ClangTarget
from hipwright_server.targets.gpu import ScaleTarget
from hipwright_server.targets.settings import configured_headers, remote_servers
from hipwright_server.toolchains import discover
from hipwright_server.toolchains.clang_hip import device_library, open_clang_hip

HEADERS = os.environ.get("HIPWRIGHT_HIP_HEADERS", "")
needs_headers = pytest.mark.skipif(
    not HEADERS or discover.find_device_clang() is None,
    reason="HIPWRIGHT_HIP_HEADERS names no headers of HIP, or there is no clang++",
)

HIP = """\
#include <hip/hip_runtime.h>
__global__ void halve(int* a) {
  __shared__ int s[256];
  s[threadIdx.x] = a[threadIdx.x];
  __syncthreads();
  a[threadIdx.x] = __shfl_down(s[255 - threadIdx.x], 16);
}
int main() { halve<<<1, 256>>>(nullptr); return hipDeviceSynchronize(); }
"""


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("HIPWRIGHT_CACHE_DIRECTORY", str(tmp_path / "cache"))


def executable(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def source(tmp_path: Path, text: str, name: str = "k.hip") -> Path:
    path = tmp_path / name
    path.write_text(text)
    return path


@needs_headers
@pytest.mark.parametrize(("architecture", "warp_size"), [("gfx942", 64), ("gfx1100", 32)])
def test_clang_generates_code_and_says_what_kernels_cost(tmp_path, architecture, warp_size):
    target = find(f"clang:{architecture}")
    assert target.describe().ability == "compile"
    run = target.run(load_program([source(tmp_path, HIP)]))
    assert (run.status, run.warp_size) == (RunStatus.COMPILED, warp_size), run.diagnostics
    if not device_library(Path(HEADERS), architecture):
        assert run.resources == []
        return
    (kernel,) = run.resources
    assert (kernel.kernel, kernel.architecture) == ("halve", architecture)
    assert kernel.shared_memory_bytes == 1024
    assert (kernel.scratch_bytes, kernel.spills) == (0, 0)
    assert kernel.occupancy is not None
    assert target.run(load_program([tmp_path / "k.hip"])).cached


@needs_headers
def test_clang_names_the_users_line_of_a_mask_that_is_too_narrow(tmp_path):
    text = HIP.replace("__shfl_down(", "__shfl_down_sync(0xffffffffu, ")
    run = find("clang").run(load_program([source(tmp_path, text)]))
    assert run.status is RunStatus.COMPILE_ERROR
    errors = [each for each in run.diagnostics if each.severity == "error"]
    places = [(each.place.file, each.place.line) for each in errors if each.place]
    assert places == [("k.hip", 6)]
    assert "mask must be a 64-bit integer" in errors[0].message


@needs_headers
def test_clang_finds_what_only_code_generation_or_the_host_sees(tmp_path):
    target = find("clang:gfx942")
    large = HIP.replace("int s[256]", "int s[40000]")
    run = target.run(load_program([source(tmp_path, large)]))
    assert run.status is RunStatus.COMPILE_ERROR
    assert "local memory" in run.message
    run = target.run(load_program([source(tmp_path, HIP.replace("nullptr", "missing"))]))
    assert "missing" in run.message
    cuda = target.run(load_program([source(tmp_path, "int main() {}", "k.cu")]))
    assert cuda.status is RunStatus.UNAVAILABLE


@needs_headers
def test_headers_of_the_users_own(tmp_path, monkeypatch):
    monkeypatch.delenv("HIPWRIGHT_HIP_HEADERS")
    (tmp_path / "hipwright.toml").write_text(
        f'[targets.hip7]\nhip-headers = "{HEADERS}"\narch = "gfx1100"\n'
    )
    target = find("hip7", tmp_path)
    assert target.name == "hip7:gfx1100"
    description = target.describe()
    assert "HIP " in description.toolchain
    assert HEADERS in description.toolchain
    assert find("hip7:gfx942", tmp_path).name == "hip7:gfx942"
    # Headers alone, which do not say for clang that they are ROCm.
    bare = tmp_path / "bare"
    bare.mkdir()
    (bare / "include").symlink_to(Path(HEADERS) / "include")
    run = ClangTarget("gfx942", headers=bare).run(load_program([source(tmp_path, HIP)]))
    assert run.status is RunStatus.COMPILED, run.diagnostics


def test_without_headers_it_says_what_to_do(tmp_path):
    run = ClangTarget(headers=tmp_path).run(load_program([source(tmp_path, HIP)]))
    assert run.status is RunStatus.UNAVAILABLE
    assert "include/hip/hip_runtime.h" in run.message
    assert open_clang_hip(executable(tmp_path / "c++", "echo g++"), tmp_path) is None
    assert open_clang_hip(executable(tmp_path / "o", "echo clang version 9.0"), tmp_path) is None


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ('hip-headers = "x"\nurl = "http://x"', "there is no setting url"),
        ("hip-headers = 1", "hip-headers must be a string"),
        ('hip-headers = "x"\narch = "sm_90"', "no AMD architecture"),
    ],
)
def test_faulty_settings_say_where(tmp_path, table, words):
    (tmp_path / "hipwright.toml").write_text(f"[targets.mine]\n{table}\n")
    with pytest.raises(ValueError, match=words) as error:
        configured_headers(tmp_path)
    assert "[targets.mine]" in str(error.value)
    assert remote_servers(tmp_path) == {}
    (tmp_path / "hipwright.toml").write_text(
        '[targets.mine]\nhip-headers = "x"\nclang = "no-such-clang"\n'
    )
    with pytest.raises(ValueError, match="no-such-clang is nothing that can be run"):
        find("mine", tmp_path)


def test_scale_is_found_by_its_layout_and_called_as_nvcc(tmp_path, monkeypatch):
    nvcc = executable(
        tmp_path / "scale" / "targets" / "gfx942" / "bin" / "nvcc",
        'case "$*" in\n*--version*) echo "Cuda compilation tools, release 12.6, V12.6.0";;\n'
        '*broken*) echo "broken.cu:3:5: error: no such thing"; exit 1;;\n'
        '*-Xptxas*) exit 9;;\n*) while [ "$1" != -o ]; do shift; done; echo made > "$2";;\nesac',
    )
    monkeypatch.setenv("SCALE_PATH", str(tmp_path / "scale"))
    assert discover.find_scale_nvcc("gfx942") == nvcc
    assert discover.find_scale_nvcc("gfx1100", base=tmp_path / "none") is None
    target = find("scale:gfx942")
    assert isinstance(target, ScaleTarget)
    assert target.dialect == "cuda"
    description = target.describe()
    assert (description.ability, description.name) == ("compile", "scale:gfx942")
    assert "SCALE nvcc 12.6" in description.toolchain
    run = target.run(load_program([source(tmp_path, "int main() {}", "k.cu")]))
    assert run.status is RunStatus.COMPILED
    broken = target.run(load_program([source(tmp_path, "int main() {}", "broken.cu")]))
    assert broken.status is RunStatus.COMPILE_ERROR
    assert broken.diagnostics[0].place is not None
    assert broken.diagnostics[0].place.line == 3


def test_hipcc_of_rocms_wheels_is_found(tmp_path, monkeypatch):
    hipcc = executable(tmp_path / "_rocm_sdk_devel" / "bin" / "hipcc", "")
    (tmp_path / "_rocm_sdk_devel" / "__init__.py").write_text("raise SystemExit\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    for variable in ("ROCM_PATH", "HIP_PATH"):
        monkeypatch.delenv(variable, raising=False)
    if not list(Path("/opt").glob("rocm*")):
        assert discover.find_hipcc() == hipcc
    newer = executable(tmp_path / "rocm" / "bin" / "hipcc", "")
    monkeypatch.setenv("ROCM_PATH", str(tmp_path / "rocm"))
    assert discover.find_hipcc() == newer
