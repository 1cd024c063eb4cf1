"""The real compilers, where they are: discovery, versions, diagnostics, resources."""

from __future__ import annotations

from pathlib import Path

import pytest

from hipwright_server.program import load_program
from hipwright_server.run import RunStatus
from hipwright_server.targets.cpu import CpuTarget
from hipwright_server.targets.gpu import GpuTarget, wavefront
from hipwright_server.toolchains import discover
from hipwright_server.toolchains.host import translate_flags
from hipwright_server.toolchains.resources import (
    demangle,
    parse_kernel_resource_usage,
    parse_ptxas,
)

CUDA = """\
#include "scale.h"
__global__ void add(const float* a, float* b, int n) {
  __shared__ float s[32];
  int i = threadIdx.x;
  s[i % 32] = a[i];
  __syncthreads();
  if (i < n) b[i] = FACTOR * s[0];
}
template <typename T> __global__ void zero(T* p) { *p = T(); }
int main() { add<<<1, 32>>>(0, 0, 0); zero<<<1, 1>>>((int*)0); return 0; }
"""

needs_compiler = pytest.mark.skipif(
    CpuTarget(32).describe().ability != "run", reason="there is no C++ compiler"
)
needs_nvcc = pytest.mark.skipif(discover.find_nvcc() is None, reason="nvcc is not here")
needs_hipcc = pytest.mark.skipif(discover.find_hipcc() is None, reason="hipcc is not here")


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("HIPWRIGHT_CACHE_DIRECTORY", str(tmp_path / "cache"))


def source(tmp_path: Path, name: str, text: str) -> Path:
    (tmp_path / "scale.h").write_text("#define FACTOR 2\n")
    path = tmp_path / name
    path.write_text(text)
    return path


@needs_nvcc
def test_nvcc_compiles_without_a_gpu_and_says_what_kernels_cost(tmp_path):
    program = load_program([source(tmp_path, "k.cu", CUDA)])
    run = GpuTarget("cuda", "sm_80").run(program)
    assert run.status in (RunStatus.COMPILED, RunStatus.OK, RunStatus.SIGNAL)
    costs = {each.kernel: each for each in run.resources}
    assert set(costs) == {"add", "zero<int>"}
    assert costs["add"].shared_memory_bytes == 128
    assert costs["add"].architecture == "sm_80"
    assert costs["add"].vector_registers
    again = GpuTarget("cuda", "sm_80").run(program)
    assert again.cached
    assert again.resources == run.resources


on_each_target = pytest.mark.parametrize(
    "target",
    [
        pytest.param(CpuTarget(32), marks=needs_compiler),
        pytest.param(GpuTarget("cuda", "sm_80"), marks=needs_nvcc),
        pytest.param(GpuTarget("hip", "gfx90a"), marks=needs_hipcc),
    ],
    ids=lambda target: target.name,
)


@on_each_target
def test_files_beside_a_program_are_found_but_stand_for_no_header_of_the_standard(tmp_path, target):
    (tmp_path / "new").write_text("this is no header\n")
    run = target.run(load_program([source_with_own_header(tmp_path, target)]))
    assert run.status in (RunStatus.OK, RunStatus.COMPILED), run.message


@on_each_target
def test_a_folder_of_any_name_is_a_folder(tmp_path, target):
    folder = tmp_path / "with a space and $(touch made)"
    folder.mkdir()
    run = target.run(load_program([source_with_own_header(folder, target)]))
    assert run.status in (RunStatus.OK, RunStatus.COMPILED), run.message
    assert not list(tmp_path.rglob("made"))


def source_with_own_header(folder: Path, target: CpuTarget | GpuTarget) -> Path:
    (folder / "own.h").write_text("#define OWN 0\n")
    header = "hip/hip_runtime.h" if target.dialect == "hip" else "cuda_runtime.h"
    text = f"#include <{header}>\n#include <new>\n#include <own.h>\nint main() {{ return OWN; }}\n"
    return source(folder, "k.cu", text)


@pytest.mark.parametrize("name", ["--help.cu", "@options.cu"])
@on_each_target
def test_a_file_that_is_named_like_an_option_is_compiled(tmp_path, name, target):
    header = "hip/hip_runtime.h" if target.dialect == "hip" else "cuda_runtime.h"
    text = f"#include <{header}>\nint main() {{{{ return {{}}; }}}}\n"
    good = target.run(load_program([source(tmp_path, name, text.format("0"))]))
    assert good.status in (RunStatus.OK, RunStatus.COMPILED), good.message
    assert good.exit_status in (0, None)
    bad = target.run(load_program([source(tmp_path, name, text.format("nothing"))]))
    assert bad.status is RunStatus.COMPILE_ERROR
    place = bad.diagnostics[0].place
    assert place is not None
    assert (place.file, place.line) == (name, 2)


@needs_compiler
def test_several_files_that_are_named_like_options_are_compiled(tmp_path):
    first = source(tmp_path, "-c.cu", "int answer();\nint main() { return answer() - 42; }\n")
    second = source(tmp_path, "-o.cu", "int answer() { return 42; }\n")
    run = CpuTarget(64).run(load_program([first, second]))
    assert (run.status, run.exit_status) == (RunStatus.OK, 0), run.message


@needs_nvcc
def test_nvcc_errors_are_at_the_users_line(tmp_path):
    run = GpuTarget("cuda").run(
        load_program([source(tmp_path, "k.cu", CUDA.replace("s[0]", "nothing"))])
    )
    assert run.status is RunStatus.COMPILE_ERROR
    place = run.diagnostics[0].place
    assert place is not None
    assert (place.file, place.line) == ("k.cu", 7)
    assert "nothing" in run.message


@needs_hipcc
def test_hipcc_compiles_without_a_gpu_and_says_what_kernels_cost(tmp_path):
    text = "#include <hip/hip_runtime.h>\n" + CUDA
    program = load_program([source(tmp_path, "k.hip", text)])
    run = GpuTarget("hip", "gfx90a").run(program)
    assert run.status is RunStatus.COMPILED, (run.message, run.diagnostics)
    costs = {each.kernel: each for each in run.resources}
    assert costs["add"].shared_memory_bytes == 128
    assert costs["add"].occupancy
    assert run.warp_size == 64
    (tmp_path / "scale.h").write_text("#define FACTOR nothing\n")
    broken = GpuTarget("hip", "gfx90a").run(load_program([tmp_path / "k.hip"]))
    assert broken.status is RunStatus.COMPILE_ERROR
    assert not broken.cached


@needs_hipcc
def test_hipcc_does_not_take_cuda(tmp_path):
    run = GpuTarget("hip").run(load_program([source(tmp_path, "k.cu", CUDA)]))
    assert run.status is RunStatus.UNAVAILABLE
    assert "takes HIP" in run.message


def test_a_missing_toolchain_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setattr("hipwright_server.targets.gpu.find_nvcc", lambda: None)
    description = GpuTarget("cuda").describe()
    assert description.ability == "none"
    assert "CUDA_HOME" in description.missing
    run = GpuTarget("cuda").run(load_program([source(tmp_path, "k.cu", CUDA)]))
    assert run.status is RunStatus.UNAVAILABLE


def test_compilers_are_found_under_their_variables(monkeypatch, tmp_path):
    nvcc = tmp_path / "bin" / "nvcc"
    nvcc.parent.mkdir()
    nvcc.write_text("#!/bin/sh\n")
    nvcc.chmod(0o755)
    monkeypatch.setenv("CUDA_HOME", str(tmp_path))
    assert discover.find_nvcc() == nvcc
    monkeypatch.setenv("HIPWRIGHT_CXX", str(tmp_path / "nothing"))
    with pytest.raises(ValueError, match="HIPWRIGHT_CXX"):
        discover.find_host_compilers()


def test_amd_gpus_are_read_from_the_driver(tmp_path):
    for node, version in (("0", 0), ("1", 90010), ("2", 90402), ("3", 110000)):
        folder = tmp_path / node
        folder.mkdir()
        (folder / "properties").write_text(f"cpu_cores_count 4\ngfx_target_version {version}\n")
    assert discover.amd_gpus(tmp_path) == ("gfx90a", "gfx942", "gfx1100")


def test_wavefronts():
    assert [wavefront(name) for name in ("gfx90a", "gfx942", "gfx1030", "gfx1100")] == [
        64,
        64,
        32,
        32,
    ]


def test_flags_of_nvcc_become_the_host_compilers():
    kept, dropped = translate_flags(
        [
            "-O3",
            "-arch=sm_80",
            "-Xcompiler",
            "-fopenmp,-Wall",
            "--use_fast_math",
            "-DN=3",
            "-gencode",
            "arch=compute_80,code=sm_80",
            "-std=c++20",
            "-lm",
            "--offload-arch=gfx942",
        ]
    )
    assert kept == ["-O3", "-fopenmp", "-Wall", "-DN=3", "-std=c++20", "-lm"]
    assert "-arch=sm_80" in dropped
    assert "-gencode arch=compute_80,code=sm_80" in dropped


def test_ptxas_and_clang_reports():
    found = parse_ptxas(
        "ptxas info    : Compiling entry function '_Z3addPKfS0_Pfi' for 'sm_75'\n"
        "ptxas info    : Function properties for _Z3addPKfS0_Pfi\n"
        "    16 bytes stack frame, 4 bytes spill stores, 8 bytes spill loads\n"
        "ptxas info    : Used 8 registers, used 1 barriers, 128 bytes smem, 380 bytes cmem[0]\n"
    )
    assert len(found) == 1
    assert (found[0].vector_registers, found[0].shared_memory_bytes) == (8, 128)
    assert (found[0].scratch_bytes, found[0].spills) == (16, 12)
    clang = "\n".join(
        f"k.hip:2:1: remark: {line} [-Rpass-analysis=kernel-resource-usage]"
        for line in (
            "Function Name: _Z1kPf",
            "    TotalSGPRs: 14",
            "    VGPRs: 6",
            "    AGPRs: 0",
            "    ScratchSize [bytes/lane]: 0",
            "    Occupancy [waves/SIMD]: 8",
            "    SGPRs Spill: 1",
            "    VGPRs Spill: 2",
            "    LDS Size [bytes/block]: 128",
        )
    )
    only = parse_kernel_resource_usage(clang, "gfx942")[0]
    assert (only.scalar_registers, only.vector_registers, only.spills) == (14, 6, 3)
    assert (only.shared_memory_bytes, only.occupancy) == (128, 8)


def test_names_are_made_readable():
    names = demangle(["_Z3addPKfS0_Pfi", "_Z2tkIiEvPT_", "_ZN12_GLOBAL__N_11kEv", "plain"])
    if names[0].startswith("_Z"):
        pytest.skip("no demangler is here")
    assert names == ["add", "tk<int>", "(anonymous namespace)::k", "plain"]


@needs_compiler
def test_plain_c_is_compiled_as_c_and_an_old_standard_is_raised(tmp_path):
    (tmp_path / "sum.h").write_text("int total(int* values, int count);\n")
    (tmp_path / "sum.c").write_text(
        '#include <stdlib.h>\n#include "sum.h"\n'
        "int total(int* values, int count) {\n"
        '  const char* title = "<<< total"; int *class = malloc(4), i; *class = 0; (void)title;\n'
        "  for (i = 0; i < count; i++) *class += values[i];\n  return *class;\n}\n"
    )
    main = tmp_path / "main.cu"
    main.write_text(
        '#include <cstdio>\nextern "C" {\n#include "sum.h"\n}\n'
        "__global__ void fill(int* p) { p[threadIdx.x] = threadIdx.x; }\n"
        "int main() { int *p, h[8]; cudaMalloc(&p, 32); fill<<<1, 8>>>(p);\n"
        '  cudaMemcpy(h, p, 32, cudaMemcpyDeviceToHost); printf("%d\\n", total(h, 8)); }\n'
    )
    program = load_program([main, tmp_path / "sum.c"], flags=["-std=c++11", "-std=gnu89"])
    run = CpuTarget(32).run(program)
    assert run.status is RunStatus.OK, run.diagnostics
    assert run.stdout == b"28\n"


@needs_compiler
def test_c_that_uses_the_gpu_is_compiled_as_cpp(tmp_path):
    source = tmp_path / "main.c"
    source.write_text(
        "#include <cuda_runtime.h>\n#include <stdio.h>\n"
        'int main() { int n = 0; cudaGetDeviceCount(&n); printf("%d\\n", n); return 0; }\n'
    )
    run = CpuTarget(32).run(load_program([source]))
    assert run.status is RunStatus.OK, run.diagnostics
    assert run.stdout == b"1\n"


def test_standards_older_than_the_runtime_are_left_out():
    flags = ["-std=c++11", "--std=gnu++14", "-std", "c++14", "--std=c++20", "-std=c99"]
    assert translate_flags(flags)[0] == ["-std=c++20", "-std=c99"]


UNDEFINED = """\
#include <cooperative_groups.h>
#include <cstdio>
namespace cg = cooperative_groups;
__device__ int first(int value) { return __shfl_sync(0xffffffff, value, 0); }
__global__ void places(int* counters, int* out) {
  int lane = threadIdx.x % 32, direct, wrapped, grouped;
  cg::coalesced_group active = cg::coalesced_threads();
  if (lane == 0) direct = atomicAdd(&counters[0], 32);
  direct = __shfl_sync(0xffffffff, direct, 0);
  if (lane == 0) wrapped = atomicAdd(&counters[1], 32);
  wrapped = first(wrapped);
  if (lane == 0) grouped = atomicAdd(&counters[2], 32);
  grouped = active.shfl(grouped, 0);
  out[threadIdx.x] = direct + wrapped + grouped;
}
int main() {
  int *counters, *out, host[3];
  cudaMalloc(&counters, 12); cudaMemset(counters, 0, 12); cudaMalloc(&out, 512);
  places<<<1, 128>>>(counters, out);
  cudaMemcpy(host, counters, 12, cudaMemcpyDeviceToHost);
  printf("%d %d %d\\n", host[0], host[1], host[2]);
}
"""


@pytest.mark.parametrize("compiler", discover.find_host_compilers(), ids=lambda path: path.name)
def test_only_one_lane_has_a_value_to_hand_to_the_others(tmp_path, monkeypatch, compiler):
    monkeypatch.setenv("HIPWRIGHT_CXX", str(compiler))
    run = CpuTarget(32).run(load_program([source(tmp_path, "places.cu", UNDEFINED)]))
    assert run.status is RunStatus.OK, run.diagnostics
    assert run.stdout == b"128 128 128\n"
