"""Arrays that come back from a real GPU: the wrapper, on a stand-in for CUDA's runtime.

The stand-in copies at once on the host, except that an asynchronous copy arrives only when its
stream is waited for: that is what the wrapper must not miss. The real runtimes' headers are
compiled against where they are.
"""

from __future__ import annotations

import os
import subprocess

import pytest

from hipwright_server.run import Run, RunStatus
from hipwright_server.targets.events import read_events
from hipwright_server.targets.gpu import _CAPTURE
from hipwright_server.toolchains import discover

STAND_IN = r"""
#pragma once
#include <cstddef>
#include <cstring>
#include <functional>
#include <map>
#include <vector>
enum cudaError_t { cudaSuccess, cudaErrorInvalidValue };
enum cudaMemcpyKind {
  cudaMemcpyHostToDevice = 1, cudaMemcpyDeviceToHost, cudaMemcpyDeviceToDevice, cudaMemcpyDefault
};
enum { cudaMemoryTypeUnregistered, cudaMemoryTypeHost, cudaMemoryTypeDevice };
typedef int* cudaStream_t;
typedef int* cudaEvent_t;
struct cudaPointerAttributes { int type; };
inline std::map<cudaStream_t, std::vector<std::function<void()>>> streams;
inline cudaError_t cudaGetLastError() { return cudaSuccess; }
inline cudaError_t cudaPointerGetAttributes(cudaPointerAttributes* a, const void*) {
  a->type = cudaMemoryTypeUnregistered;
  return cudaSuccess;
}
inline cudaError_t cudaMemcpy(void* to, const void* from, std::size_t n, cudaMemcpyKind) {
  if (!to) return cudaErrorInvalidValue;
  std::memcpy(to, from, n);
  return cudaSuccess;
}
inline cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t n, cudaMemcpyKind,
                                   cudaStream_t s = nullptr) {
  streams[s].push_back([=] { std::memcpy(to, from, n); });
  return cudaSuccess;
}
inline cudaError_t cudaMemcpy2D(void* to, std::size_t tp, const void* from, std::size_t fp,
                                std::size_t w, std::size_t h, cudaMemcpyKind) {
  for (std::size_t i = 0; i < h; ++i) std::memcpy((char*)to + i * tp, (char*)from + i * fp, w);
  return cudaSuccess;
}
template <typename T>
cudaError_t cudaMemcpyFromSymbol(void* to, const T& s, std::size_t n, std::size_t o = 0,
                                 cudaMemcpyKind = cudaMemcpyDeviceToHost) {
  std::memcpy(to, (const char*)&s + o, n);
  return cudaSuccess;
}
inline cudaError_t cudaStreamSynchronize(cudaStream_t s) {
  for (auto& copy : streams[s]) copy();
  streams[s].clear();
  return cudaSuccess;
}
inline cudaError_t cudaDeviceSynchronize() {
  for (auto& each : streams) cudaStreamSynchronize(each.first);
  return cudaSuccess;
}
"""

PROGRAM = r"""
#include <vector>
static int symbol[3] = {7, 8, 9};
int main() {
  double device[16];
  for (int i = 0; i < 16; ++i) device[i] = i;
  std::vector<double> h(4);
  int a = 0, b = 0; cudaStream_t first = &a, second = &b;
  double late[2] = {}, never[2] = {}, grid[2][3];
  cudaMemcpy(device, h.data(), 0, cudaMemcpyHostToDevice);
  ::cudaMemcpyAsync(late, device + 2, sizeof late, cudaMemcpyDeviceToHost, first);
  cudaMemcpyAsync(never, device, sizeof never, cudaMemcpyDeviceToHost, second);
  cudaMemcpy(h.data(), device, 4 * sizeof(double), cudaMemcpyDeviceToHost);
  cudaMemcpy(nullptr, device, 8, cudaMemcpyDeviceToHost);
  struct Buffer { char* at; operator void*() { return at; } } buffer = {(char*)late};
  cudaMemcpy(buffer, device, 1, cudaMemcpyDeviceToHost);
  int part[2];
  cudaMemcpyFromSymbol(part, symbol, sizeof part, sizeof(int));
  cudaStreamSynchronize(first);
  cudaMemcpy2D(grid, sizeof grid[0], device, 4 * sizeof(double), 3 * sizeof(double), 2,
               cudaMemcpyDeviceToHost);
  cudaMemcpy((void*)h.data(), device, 8, cudaMemcpyDefault);
  cudaError_t (*pointer)(void*, const void*, size_t, cudaMemcpyKind) = cudaMemcpy;
  return pointer == nullptr;
}
"""


@pytest.fixture(scope="module")
def compiler() -> str:
    found = discover.find_host_compilers()
    if not found:
        pytest.skip("there is no C++ compiler")
    return str(found[0])


def test_what_arrives_is_kept_in_the_order_of_the_calls(compiler, tmp_path):
    (tmp_path / "cuda_runtime.h").write_text(STAND_IN)
    (tmp_path / "p.cu").write_text(PROGRAM)
    run_directory = tmp_path / "run"
    run_directory.mkdir()
    subprocess.run(
        [
            compiler,
            "-std=c++17",
            "-I.",
            "-include",
            str(_CAPTURE),
            "-x",
            "c++",
            "p.cu",
            "-o",
            "p",
        ],
        cwd=tmp_path,
        check=True,
    )
    environment = {**os.environ, "HIPWRIGHT_RUN_DIRECTORY": str(run_directory)}
    subprocess.run(["./p"], cwd=tmp_path, check=True, env=environment)
    run = Run("cuda", "cuda", 32, RunStatus.OK)
    read_events(run_directory, run, {"p.cu": PROGRAM})
    found = sorted((array.index, array.expression, array.values.tolist()) for array in run.arrays)
    assert found == [
        (0, "late", [2.0, 3.0]),
        # 1 is the copy whose stream nobody waited for.
        (2, "h", [0.0, 1.0, 2.0, 3.0]),
        (3, "buffer", [0]),
        (4, "part", [8, 9]),
        (5, "grid", [0.0, 1.0, 2.0, 4.0, 5.0, 6.0]),
        (6, "h", list(bytes(8))),
    ]
    # Without a run directory a program is as it was.
    subprocess.run(["./p"], cwd=tmp_path, check=True)


REAL = """
#include <cstdio>
__device__ int counter;
__global__ void k(float* a) { a[threadIdx.x] += 1; }
int main() {
  float h[64]; int c; float* d; cudaStream_t s;
  cudaStreamCreate(&s);
  cudaMalloc(&d, sizeof h);
  k<<<1, 64, 0, s>>>(d);
  cudaMemcpyAsync(h, d, sizeof h, cudaMemcpyDeviceToHost, s);
  cudaStreamSynchronize(s);
  cudaMemcpyFromSymbol(&c, SYMBOL(counter), sizeof c);
  cudaMemcpy2D(h, 16, d, 32, 16, 4, cudaMemcpyDeviceToHost);
  cudaMemcpy(h, d, sizeof h, cudaMemcpyDefault);
  return cudaDeviceSynchronize();
}
"""


@pytest.mark.skipif(discover.find_nvcc() is None, reason="nvcc is not here")
def test_it_compiles_with_nvcc(tmp_path):
    (tmp_path / "p.cu").write_text("#define SYMBOL(x) x\n" + REAL)
    command = [str(discover.find_nvcc()), "-include", str(_CAPTURE), "p.cu", "-o", "p"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(discover.find_hipcc() is None, reason="hipcc is not here")
@pytest.mark.parametrize("standard", ["c++11", "c++17"])
def test_it_compiles_with_hipcc(tmp_path, standard):
    text = "#include <hip/hip_runtime.h>\n#define SYMBOL(x) HIP_SYMBOL(x)\n" + REAL.replace(
        "cuda", "hip"
    )
    (tmp_path / "p.hip").write_text(text)
    command = [
        str(discover.find_hipcc()),
        f"-std={standard}",
        "--offload-arch=gfx90a",
        "-include",
        str(_CAPTURE),
        "-x",
        "hip",
        "p.hip",
        "-o",
        "p",
    ]
    environment = {**os.environ, "HIP_PLATFORM": "amd"}
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
