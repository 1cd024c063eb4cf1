"""libcu++'s atomics, barriers and pipelines."""

from __future__ import annotations

from collections.abc import Callable

Run = Callable[..., str]

COMMON = r"""
#include <cuda/atomic>
#include <cuda/barrier>
#include <cuda/pipeline>
#include <cooperative_groups.h>
#include <cstdio>
namespace cg = cooperative_groups;
#define CHECK(what) \
    do { if (!(what)) printf("thread %u: %s\n", threadIdx.x, #what); } while (false)
int main() {
    RUN
    printf("%d\n", static_cast<int>(cudaDeviceSynchronize()));
}
"""


def program(kernels: str, run: str) -> str:
    head, _, main = COMMON.partition("int main")
    return f"{head}{kernels}\nint main{main}".replace("RUN", run)


def test_atomics(run_program: Run) -> None:
    kernels = r"""
struct Node { cuda::atomic<unsigned, cuda::thread_scope_device> head, flag; int plain, data; };
__global__ void count(Node* node) {
    node->head.fetch_add(2, cuda::memory_order_relaxed);
    cuda::atomic_ref<int, cuda::thread_scope_device> sum(node->plain);
    sum += static_cast<int>(threadIdx.x);
    sum.fetch_max(-5);
    // A flag that a later thread sets: whoever looks lets the others go on.
    if (threadIdx.x == 63 && blockIdx.x == 1) {
        node->data = 42;
        node->flag.store(1, cuda::std::memory_order_release);
    }
    while (node->flag.load(cuda::memory_order_acquire) == 0) {}
    CHECK(node->data == 42);
    __shared__ cuda::atomic<int, cuda::thread_scope_block> best;
    if (threadIdx.x == 0) best = -1;
    __syncthreads();
    int seen = best;
    const int mine = static_cast<int>(threadIdx.x * 37 % 64);
    while (seen < mine && !best.compare_exchange_weak(seen, mine)) {}
    __syncthreads();
    CHECK(best.load() == 63 && sizeof(best) == 4);
}
"""
    run = r"""
    Node* node; cudaMalloc(&node, sizeof(Node));
    count<<<2, 64>>>(node);
    Node seen_; cudaMemcpy(static_cast<void*>(&seen_), node, sizeof(Node), cudaMemcpyDeviceToHost);
    printf("%u %d\n", seen_.head.load(), seen_.plain);
"""
    assert run_program(program(kernels, run)) == "256 4032\n0\n"


def test_barriers_and_pipelines(run_program: Run) -> None:
    kernels = r"""
struct Count { int* times; void operator()() const { ++*times; } };
__global__ void meet(const int* in, int* out) {
    __shared__ cuda::barrier<cuda::thread_scope_block> barrier;
    __shared__ int part[96];
    const int t = static_cast<int>(threadIdx.x);
    if (t == 0) init(&barrier, 96);
    __syncthreads();
    cuda::memcpy_async(&part[t], &in[t], sizeof(int), barrier);
    auto token = barrier.arrive();
    barrier.wait(std::move(token));
    CHECK(part[95 - t] == in[95 - t]);
    if (t >= 64) { barrier.arrive_and_drop(); return; }
    barrier.arrive_and_wait();
    if (t < 32) part[t] += part[t + 32];
    barrier.arrive_and_wait();
    out[t] = part[63 - t];
}
__global__ void stages(const int* in, int* out) {
    const cg::thread_block block = cg::this_thread_block();
    __shared__ cuda::pipeline_shared_state<cuda::thread_scope_block, 2> state;
    __shared__ int ring[2][32];
    const bool produces = threadIdx.x < 32;
    auto pipe = cuda::make_pipeline(
        block, &state, produces ? cuda::pipeline_role::producer : cuda::pipeline_role::consumer);
    const unsigned lane = threadIdx.x % 32;
    for (unsigned round = 0; round < 5; ++round) {
        if (produces) {
            pipe.producer_acquire();
            cuda::memcpy_async(&ring[round % 2][lane], &in[round * 32 + lane],
                               cuda::aligned_size_t<4>(sizeof(int)), pipe);
            pipe.producer_commit();
        } else {
            pipe.consumer_wait();
            out[round * 32 + lane] = ring[round % 2][31 - lane];
            pipe.consumer_release();
        }
    }
}
"""
    run = r"""
    int h[160], *in, *out;
    for (int i = 0; i < 160; ++i) h[i] = i;
    cudaMalloc(&in, sizeof h); cudaMalloc(&out, sizeof h);
    cudaMemcpy(in, h, sizeof h, cudaMemcpyHostToDevice);
    meet<<<1, 96>>>(in, out);
    cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
    printf("%d %d\n", h[0], h[63]);
    stages<<<1, 64>>>(in, out);
    cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
    for (int i = 0; i < 160; ++i)
        if (h[i] != i / 32 * 32 + 31 - i % 32) printf("%d: %d\n", i, h[i]);
"""
    assert run_program(program(kernels, run)) == "63 32\n0\n"
