// What each warp operation gives each lane, for the test to compare with the documentation.
// Arguments: threads of the block, the mask (hexadecimal), and what the lanes outside the mask do:
//   0 they return at once   1 they do the same elsewhere with the complement of the mask
//   2 they wait at the block's barrier
#include "front.h"

#define OPERATIONS 13

__device__ int value_of(int thread) { return 1000 + thread; }

// For each width 2, 4 … and each distance 0 … 2 * warp: the four shuffles.
__device__ void shuffles(Mask mask, int* out, int threads)
{
    const int thread = threadIdx.x;
    int slot = 0;
    for (int width = 2; width <= warpSize; width *= 2) {
        for (int distance = 0; distance <= 2 * warpSize; ++distance) {
            out[(slot + 0) * threads + thread] = __shfl_sync(mask, value_of(thread), distance, width);
            out[(slot + 1) * threads + thread] = __shfl_up_sync(mask, value_of(thread), distance, width);
            out[(slot + 2) * threads + thread] = __shfl_down_sync(mask, value_of(thread), distance, width);
            out[(slot + 3) * threads + thread] = __shfl_xor_sync(mask, value_of(thread), distance, width);
            slot += 4;
        }
    }
}
__device__ void votes(Mask mask, unsigned long long* out, int threads)
{
    const int thread = threadIdx.x;
    int all = -1;
    const unsigned long long results[OPERATIONS] = {
        static_cast<unsigned long long>(__ballot_sync(mask, thread % 3 == 0)),
        static_cast<unsigned long long>(__any_sync(mask, thread % 64 == 40)),
        static_cast<unsigned long long>(__all_sync(mask, thread % 64 != 40)),
        static_cast<unsigned long long>(__all_sync(mask, 1)),
        static_cast<unsigned long long>(__any_sync(mask, 0)),
        static_cast<unsigned long long>(__match_any_sync(mask, thread / 5)),
        static_cast<unsigned long long>(__match_all_sync(mask, 7, &all)),
        static_cast<unsigned long long>(all),
        static_cast<unsigned long long>(__reduce_add_sync(mask, thread)),
        static_cast<unsigned long long>(__reduce_min_sync(mask, 100 - thread)),
        static_cast<unsigned long long>(__reduce_max_sync(mask, static_cast<unsigned>(thread ^ 21))),
        static_cast<unsigned long long>(__reduce_or_sync(mask, 1u << thread % 32)),
        static_cast<unsigned long long>(__reduce_xor_sync(mask, static_cast<unsigned>(thread * 7))),
    };
    for (int i = 0; i < OPERATIONS; ++i) out[i * threads + thread] = results[i];
    int same = -1;
    out[OPERATIONS * threads + thread] = __match_all_sync(mask, thread, &same);
    out[(OPERATIONS + 1) * threads + thread] = same;
    __syncwarp(mask);
}

__global__ void run(Mask mask, int outside, int* shuffled, unsigned long long* voted)
{
    const int lane = threadIdx.x % warpSize;
    const bool inside = mask >> lane & 1;
    if (outside == 0) {
        if (!inside) return;
        shuffles(mask, shuffled, blockDim.x);
        votes(mask, voted, blockDim.x);
    } else if (outside == 1) {
        if (inside) {
            shuffles(mask, shuffled, blockDim.x);
            votes(mask, voted, blockDim.x);
        } else {
            shuffles(~mask, shuffled, blockDim.x);
            votes(~mask, voted, blockDim.x);
        }
    } else {
        if (inside) {
            shuffles(mask, shuffled, blockDim.x);
            votes(mask, voted, blockDim.x);
        }
        __syncthreads();
    }
}

// Without a mask: who is active is who is at this place.
__global__ void unmasked(unsigned long long* out)
{
    const int thread = threadIdx.x, threads = blockDim.x;
    if (thread % 7 == 3) return;
    if (thread % 2) {
        out[0 * threads + thread] = __ballot(thread % 3 == 0);
        out[1 * threads + thread] = __activemask();
    } else {
        out[0 * threads + thread] = __ballot(thread % 5 == 0);
        out[1 * threads + thread] = __activemask();
    }
    out[2 * threads + thread] = __activemask();  // together again
    out[3 * threads + thread] = __shfl_down(thread, 1);
    out[4 * threads + thread] = __any(thread % 64 == 40);
    out[5 * threads + thread] = __all(thread % 64 != 40);
    unsigned long long rounds = 0;  // lanes leave a loop one after another
    for (int i = 0; i <= thread % 4; ++i) rounds = rounds * 100 + __popcll(__ballot(1));
    out[6 * threads + thread] = rounds;
}

// Branches within branches, returns between them, a barrier behind them; blocks of three dimensions.
__global__ void parted(unsigned long long* out)
{
    const int thread = (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
    const int block = (blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x;
    const int threads = blockDim.x * blockDim.y * blockDim.z;
    unsigned long long* mine = out + 6 * (block * threads + thread);
    if (thread % 11 == 10) return;
    mine[0] = __ballot(1);
    if (thread % 2 == 0) {
        if (thread % 3 == 0) {
            mine[1] = __ballot(1);
            if (thread % 5 == 0) return;
        } else {
            mine[1] = __ballot(thread % 4 == 0);
        }
        if (thread % 8 == 6) return;
        mine[2] = __ballot(1);
    }
    mine[3] = __syncthreads_count(1);
    mine[4] = __ballot(1);
    mine[5] = __shfl(thread + 1000 * block, 1);  // lane 1 has returned in some warps
}

// Types of other sizes go through the same shuffles.
__global__ void types(double* doubles, long long* longs, float* floats, unsigned char* bytes)
{
    const int thread = threadIdx.x;
    const Mask all = static_cast<Mask>(~0ull);
    doubles[thread] = __shfl_xor_sync(all, 0.5 + thread, 1);
    longs[thread] = __shfl_xor_sync(all, (1ll << 40) + thread, 1);
    floats[thread] = __shfl_xor_sync(all, 0.25f * thread, 1);
    bytes[thread] = static_cast<unsigned char>(__shfl_xor_sync(all, static_cast<unsigned char>(thread), 1));
}

int main(int argc, char** argv)
{
    if (argc != 4) return 2;
    const int threads = std::atoi(argv[1]);
    const Mask mask = static_cast<Mask>(std::strtoull(argv[2], nullptr, 16));
    const int outside = std::atoi(argv[3]);
    int slots = 0;
    for (int width = 2; width <= HIPWRIGHT_WARP_SIZE; width *= 2) slots += 4 * (2 * HIPWRIGHT_WARP_SIZE + 1);

    int* shuffled = on_device<int>(slots * threads, 0xff);
    auto* voted = on_device<unsigned long long>((OPERATIONS + 2) * threads, 0xff);
    run<<<1, threads>>>(mask, outside, shuffled, voted);
    fetch("shuffled", shuffled, slots * threads);
    fetch("voted", voted, (OPERATIONS + 2) * threads);

    auto* bare = on_device<unsigned long long>(7 * threads, 0xff);
    unmasked<<<1, threads>>>(bare);
    fetch("unmasked", bare, 7 * threads);

    const dim3 grid(2, 1, 2), block(5, 3, 5);
    auto* parts = on_device<unsigned long long>(6 * 4 * 75, 0xff);
    parted<<<grid, block>>>(parts);
    fetch("parted", parts, 6 * 4 * 75);

    auto* doubles = on_device<double>(HIPWRIGHT_WARP_SIZE);
    auto* longs = on_device<long long>(HIPWRIGHT_WARP_SIZE);
    auto* floats = on_device<float>(HIPWRIGHT_WARP_SIZE);
    auto* bytes = on_device<unsigned char>(HIPWRIGHT_WARP_SIZE);
    types<<<1, HIPWRIGHT_WARP_SIZE>>>(doubles, longs, floats, bytes);
    fetch("doubles", doubles, HIPWRIGHT_WARP_SIZE);
    fetch("longs", longs, HIPWRIGHT_WARP_SIZE);
    fetch("floats", floats, HIPWRIGHT_WARP_SIZE);
    fetch("bytes", bytes, HIPWRIGHT_WARP_SIZE);
    return GPU(DeviceSynchronize)() == GPU(Success) ? 0 : 1;
}
