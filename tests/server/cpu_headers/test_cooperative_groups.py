"""Cooperative groups: ranks, sizes, and what the lanes of a group exchange."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Run = Callable[..., str]

COMMON = r"""
#include <cstdio>
namespace cg = cooperative_groups;
#define CHECK(what) \
    do { if (!(what)) printf("thread %u: %s\n", threadIdx.x, #what); } while (false)

__global__ void tiles() {
    const cg::thread_block block = cg::this_thread_block();
    const unsigned t = block.thread_rank();
    CHECK(block.size() == 96 && t == threadIdx.x + 48 * threadIdx.y);
    const auto tile = cg::tiled_partition<8>(block);
    CHECK(tile.size() == 8 && tile.thread_rank() == t % 8);
    CHECK(tile.meta_group_rank() == t / 8 && tile.meta_group_size() == 12);
    int sum = t;
    for (int d = tile.size() / 2; d > 0; d /= 2) sum += tile.shfl_down(sum, d);
    if (tile.thread_rank() == 0) CHECK(sum == static_cast<int>(8 * t + 28));
    CHECK(tile.shfl(t, 3) == t / 8 * 8 + 3);
    CHECK(tile.shfl_xor(t, 1) == (t ^ 1));
    CHECK(tile.shfl_up(t, 2) == (t % 8 < 2 ? t : t - 2));
    CHECK(tile.ballot(t % 2) == 0xaa);
    CHECK(tile.any(t % 8 == 5) && !tile.any(false) && tile.all(true) && !tile.all(t % 8));
    CHECK(tile.match_any(t % 4) == 0x11u << (t % 4));
    const cg::thread_block_tile<4> part = cg::tiled_partition<4>(tile);
    CHECK(part.thread_rank() == t % 4 && part.meta_group_size() == 2);
    part.sync();
    cg::sync(block);
}
__global__ void parts() {
    const auto tile = cg::tiled_partition<16>(cg::this_thread_block());
    if (threadIdx.x % 3 == 0) {
        const cg::coalesced_group group = cg::coalesced_threads();
        CHECK(group.thread_rank() == threadIdx.x / 3 % group.size() || group.size() > 11);
        CHECK(group.shfl(threadIdx.x, 1) % 3 == 0);
        CHECK(group.all(threadIdx.x % 3 == 0));
        group.sync();
    }
    const auto half = cg::binary_partition(tile, threadIdx.x % 16 < 5);
    CHECK(half.size() == (threadIdx.x % 16 < 5 ? 5u : 11u));
    CHECK(half.thread_rank() == (threadIdx.x % 16 < 5 ? threadIdx.x % 16 : threadIdx.x % 16 - 5));
    const cg::thread_group quarter = cg::tiled_partition(cg::this_thread_block(), 4);
    CHECK(quarter.size() == 4 && quarter.thread_rank() == threadIdx.x % 4);
    quarter.sync();
}
__global__ void whole_grid(int* data) {
    const cg::grid_group grid = cg::this_grid();
    const int n = static_cast<int>(grid.size()), i = static_cast<int>(grid.thread_rank());
    data[i] = i;
    grid.sync();
    CHECK(data[n - 1 - i] == n - 1 - i);
}
"""

CUDA = (
    """
#include <cooperative_groups.h>
#include <cooperative_groups/reduce.h>
#include <cooperative_groups/scan.h>
"""
    + COMMON
    + r"""
__global__ void algorithms() {
    const auto tile = cg::tiled_partition<32>(cg::this_thread_block());
    const int t = threadIdx.x % 32;
    CHECK(cg::reduce(tile, t, cg::plus<int>()) == 496);
    CHECK(cg::reduce(tile, t, cg::greater<int>()) == 31);
    CHECK(cg::inclusive_scan(tile, 1) == t + 1);
    CHECK(cg::exclusive_scan(tile, t, cg::plus<int>()) == t * (t - 1) / 2);
    __shared__ int copied[64];
    __shared__ int source[64];
    source[threadIdx.x] = threadIdx.x;
    const auto block = cg::this_thread_block();
    block.sync();
    cg::memcpy_async(block, copied, source, sizeof(copied));
    cg::wait(block);
    CHECK(copied[63 - threadIdx.x] == static_cast<int>(63 - threadIdx.x));
}
int main() {
    tiles<<<1, dim3(48, 2)>>>();
    parts<<<1, 64>>>();
    algorithms<<<1, 64>>>();
    int* data;
    cudaMallocManaged(&data, 4 * 64 * sizeof(int));
    void* arguments[] = {&data};
    cudaLaunchCooperativeKernel((void*)whole_grid, 4, 64, arguments);
    printf("%d\n", cudaDeviceSynchronize());
}
"""
)

HIP = (
    "#include <hip/hip_cooperative_groups.h>\n"
    + COMMON
    + r"""
int main() {
    hipLaunchKernelGGL(tiles, dim3(1), dim3(48, 2), 0, 0);
    parts<<<1, 64>>>();
    int* data;
    (void)hipMallocManaged(&data, 4 * 64 * sizeof(int));
    void* arguments[] = {&data};
    (void)hipLaunchCooperativeKernel(whole_grid, 4, 64, arguments, 0, 0);
    printf("%d\n", hipDeviceSynchronize());
}
"""
)


@pytest.mark.parametrize(("dialect", "warp"), [("cuda", 32), ("hip", 64), ("hip", 32)])
def test_groups(run_program: Run, dialect: str, warp: int) -> None:
    assert run_program(CUDA if dialect == "cuda" else HIP, dialect, warp) == "0\n"


def test_a_grid_that_waits_may_have_more_threads_than_a_process_has_mappings(
    run_program: Run,
) -> None:
    source = r"""
#include <cooperative_groups.h>
#include <cstdio>
__global__ void count(int* sums) {
    auto grid = cooperative_groups::this_grid();
    atomicAdd(sums, 1);
    grid.sync();
    if (grid.thread_rank() == 0) sums[1] = sums[0];
}
int main() {
    int *sums, host[2];
    (void)cudaMalloc(&sums, sizeof host);
    void* arguments[] = {&sums};
    (void)cudaLaunchCooperativeKernel((void*)count, 36, 1024, arguments, 0, 0);
    (void)cudaMemcpy(host, sums, sizeof host, cudaMemcpyDeviceToHost);
    printf("%d %d\n", host[0], host[1]);
}
"""
    assert run_program(source) == "36864 36864\n"


def test_tiles_of_several_warps(run_program: Run) -> None:
    source = r"""
#include <cooperative_groups.h>
#include <cooperative_groups/reduce.h>
#include <cstdio>
namespace cg = cooperative_groups;
#define CHECK(what) \
    do { if (!(what)) printf("thread %u: %s\n", threadIdx.x, #what); } while (false)
__global__ void tiles(int* sums) {
    __shared__ cg::block_tile_memory<256> scratch;
    __shared__ int first[4];
    const auto block = cg::this_thread_block(scratch);
    const auto tile = cg::tiled_partition<64>(block);
    const int t = threadIdx.x;
    CHECK(tile.size() == 64 && tile.thread_rank() == t % 64u);
    CHECK(tile.meta_group_rank() == t / 64u && tile.meta_group_size() == (blockDim.x + 63) / 64);
    if (tile.thread_rank() == 0) first[t / 64] = t + 1;
    tile.sync();  // of this tile alone: the others are elsewhere
    CHECK(first[t / 64] == t / 64 * 64 + 1);
    const int size = blockDim.x - t / 64 * 64 < 64 ? blockDim.x - t / 64 * 64 : 64;
    for (int round = 0; round < 3; ++round) {
        CHECK(cg::reduce(tile, 1 + round, cg::plus<int>()) == size * (1 + round));
        CHECK(cg::reduce(tile, t, cg::greater<int>()) == t / 64 * 64 + size - 1);
        CHECK(tile.shfl(t, 33) == t / 64 * 64 + 33);
        CHECK(tile.any(t % 64 == round) && !tile.any(false) && tile.all(true));
        CHECK(!tile.all(t % 64 != 40));
    }
    const cg::thread_block_tile<32> part = cg::tiled_partition<32>(tile);
    CHECK(part.meta_group_rank() == t % 64 / 32u && part.meta_group_size() == 2);
    const auto whole = cg::tiled_partition<256>(block);
    const int sum = cg::reduce(whole, t, cg::plus<int>());
    if (t == 0) sums[blockIdx.x] = sum;
}
int main() {
    int *sums, host[3];
    cudaMalloc(&sums, sizeof host);
    tiles<<<3, 256>>>(sums);
    cudaMemcpy(host, sums, sizeof host, cudaMemcpyDeviceToHost);
    printf("%d %d %d\n", host[0], host[1], host[2]);
    tiles<<<1, 240>>>(sums);
    printf("%d\n", cudaDeviceSynchronize());
}
"""
    assert run_program(source) == "32640 32640 32640\n0\n"


def test_hip_has_no_tiles_of_several_warps(run_program: Run) -> None:
    source = r"""
#include <hip/hip_cooperative_groups.h>
__global__ void k() { (void)cooperative_groups::tiled_partition<128>(
    cooperative_groups::this_thread_block()); }
int main() { k<<<1, 128>>>(); }
"""
    with pytest.raises(AssertionError, match="no tiles larger than a warp"):
        run_program(source, "hip", 64)
