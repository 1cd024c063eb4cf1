"""Headers that hold little: asynchronous copies to shared memory, marks for profilers."""

from __future__ import annotations

from collections.abc import Callable

Run = Callable[..., str]

PIPELINE = r"""
#include <cstdio>
#include <cuda_pipeline.h>
__global__ void turn(const int4* from, int* to) {
    __shared__ int4 stage[32];
    const int t = static_cast<int>(threadIdx.x);
    __pipeline_memcpy_async(&stage[t], &from[t], sizeof(int4), t % 2 ? 8 : 0);
    __pipeline_commit();
    __pipeline_wait_prior(0);
    __syncthreads();
    const int4 other = stage[31 - t];
    to[t] = other.x + other.y + other.z + other.w;
}
int main() {
    int4* from;
    int *to, sum = 0;
    cudaMallocManaged(&from, 32 * sizeof(int4));
    cudaMallocManaged(&to, 32 * sizeof(int));
    for (int i = 0; i < 32; ++i) from[i] = make_int4(i, 10, 100, 1000);
    turn<<<1, 32>>>(from, to);
    cudaDeviceSynchronize();
    for (int i = 0; i < 32; ++i) sum += to[i];
    std::printf("%d %d %d\n", to[0], to[31], sum);
}
"""

MARKS = r"""
#include <cstdio>
#include <hip/hip_runtime.h>
#include <roctracer/roctx.h>
#include <roctx.h>
int main() {
    const roctx_range_id_t range = roctxRangeStart("all");
    roctxMark("here");
    std::printf("%d", roctxRangePush("inner"));
    std::printf("%d\n", roctxRangePop());
    roctxRangeStop(range);
}
"""


def test_asynchronous_copies_fill_shared_memory(run_program: Run) -> None:
    # Odd threads get zeros in the last two of four numbers.
    assert run_program(PIPELINE) == "41 1110 18416\n"


def test_marks_do_nothing(run_program: Run) -> None:
    assert run_program(MARKS, "hip") == "00\n"


def test_clock_is_the_kernels_in_kernels_and_the_librarys_elsewhere(run_program: Run) -> None:
    source = r"""
#include <cstdio>
#include <ctime>
__global__ void wait(long* took) {
    const clock_t begin = clock();
    while (clock() - begin < 1000);
    *took = clock() - begin;
}
int main() {
    long* took;
    cudaMallocManaged(&took, sizeof *took);
    const clock_t begin = std::clock();
    wait<<<1, 1>>>(took);
    cudaDeviceSynchronize();
    // A thousand ticks of the library's clock would be a millisecond: some 990,000 nanoseconds.
    printf("%d %d\n", *took >= 1000, clock() - begin < 60 * CLOCKS_PER_SEC);
}
"""
    assert run_program(source) == "1 1\n"
