// Kernels with one bug each that only a wavefront of 64 lanes shows. As CUDA at a warp of 32 they
// are right. Renamed to HIP and otherwise unchanged they are wrong at 64; with RIGHT defined they
// are ported as they should be.
#ifdef __HIPCC__
#include <hip/hip_runtime.h>
#define GPU(name) hip##name
// What a program gets that was only renamed.
#define BALLOT(p) __ballot(p)
#define ANY(p) __any(p)
#define SHFL(v, lane) __shfl(v, lane)
#define SHFL_DOWN(v, d) __shfl_down(v, d)
#define MATCH(v) __match_any(v)
#define FULL 0xffffffffffffffffull
// The 32 lanes of a mask that a lane's CUDA warp was.
#define HALF(mask) static_cast<unsigned>((mask) >> (__lane_id() & 32))
#else
#include <cuda_runtime.h>
#define GPU(name) cuda##name
#define BALLOT(p) __ballot_sync(0xffffffffu, p)
#define ANY(p) __any_sync(0xffffffffu, p)
#define SHFL(v, lane) __shfl_sync(0xffffffffu, v, lane)
#define SHFL_DOWN(v, d) __shfl_down_sync(0xffffffffu, v, d)
#define MATCH(v) __match_any_sync(0xffffffffu, v)
#define FULL 0xffffffffu
#endif
#include <cstdio>
#include <string>

#define THREAD const unsigned t = blockIdx.x * blockDim.x + threadIdx.x

__global__ void full_mask(const int* in, int* out)
{
    THREAD;
    int sum = in[t];
    for (int d = 16; d > 0; d /= 2)
#ifdef RIGHT
        sum += __shfl_down(sum, d, 32);
#else
        sum += __shfl_down_sync(0xffffffffu, sum, d);
#endif
    if (threadIdx.x % 32 == 0) out[t / 32] = sum;
}
__global__ void half_warps(const int* in, int* out)
{
    THREAD;
    int sum = in[t];
    for (int d = 8; d > 0; d /= 2)
#ifdef RIGHT
        sum += __shfl_xor(sum, d, 16);
#else
        sum += __shfl_xor_sync(threadIdx.x % 32 < 16 ? 0xffffu : 0xffff0000u, sum, d);
#endif
    out[t] = sum;
}
__global__ void ballot_in_an_int(const int* in, int* out)
{
    THREAD;
#ifdef RIGHT
    const unsigned votes = HALF(__ballot(in[t] & 1));
#else
    const unsigned votes = BALLOT(in[t] & 1);
#endif
    out[t] = static_cast<int>(votes);
}
__global__ void counted_votes(const int* in, int* out)
{
    THREAD;
#ifdef RIGHT
    out[t] = __popc(HALF(__ballot(in[t] % 3 == 0)));
#else
    out[t] = __popc(BALLOT(in[t] % 3 == 0));
#endif
}
__global__ void leader(const int* in, int* out)
{
    THREAD;
#ifdef RIGHT
    out[t] = __ffs(static_cast<int>(HALF(__ballot(in[t] > 60)))) - 1;
#else
    out[t] = __ffs(static_cast<int>(BALLOT(in[t] > 60))) - 1;
#endif
}
__global__ void active_lanes(const int* in, int* out)
{
    THREAD;
    if (in[t] % 2 == 0) return;
#ifdef RIGHT
    out[t] = __popc(HALF(__activemask()));
#else
    out[t] = __popc(static_cast<unsigned>(__activemask()));
#endif
}
__global__ void rank_among_voters(const int* in, int* out)
{
    THREAD;
    const unsigned lane = threadIdx.x % warpSize;
#ifdef RIGHT
    out[t] = __popc(HALF(__ballot(in[t] & 1)) & ((1u << lane % 32) - 1));
#else
    out[t] = __popc(static_cast<unsigned>(BALLOT(in[t] & 1)) & ((1u << lane) - 1));
#endif
}
__global__ void lane_by_a_mask(const int* in, int* out)
{
    THREAD;
    int sum = in[t];
    for (int d = warpSize / 2; d > 0; d /= 2) sum += SHFL_DOWN(sum, d);
#ifdef RIGHT
    if (threadIdx.x % warpSize == 0) atomicAdd(&out[blockIdx.x], sum);
#else
    if ((threadIdx.x & 31) == 0) atomicAdd(&out[blockIdx.x], sum);
#endif
}
__global__ void warp_by_a_shift(const int* in, int* out)
{
    THREAD;
    int sum = in[t];
#ifdef RIGHT
    for (int d = 16; d > 0; d /= 2) sum += __shfl_down(sum, d, 32);
    if (threadIdx.x % 32 == 0) out[t >> 5] = sum;
#else
    for (int d = warpSize / 2; d > 0; d /= 2) sum += SHFL_DOWN(sum, d);
    if (threadIdx.x % warpSize == 0) out[t >> 5] = sum;
#endif
}
__global__ void warp_by_a_division(const int* in, int* out)
{
    __shared__ int first[4];
    THREAD;
#ifdef RIGHT
    if (threadIdx.x % 32 == 0) first[threadIdx.x / 32] = in[t] + 1;
#else
    if (threadIdx.x % warpSize == 0) first[threadIdx.x / 32] = in[t] + 1;
#endif
    __syncthreads();
    out[t] = first[threadIdx.x / 32];
}
// The host counts rows by warps of 32.
__global__ void rows_by_the_host(const int* in, int* out)
{
    THREAD;
    const unsigned row = t / warpSize, lane = t % warpSize;
    int sum = 0;
    for (unsigned i = lane; i < 32; i += warpSize) sum += in[row * 32 + i];
    for (int d = warpSize / 2; d > 0; d /= 2) sum += SHFL_DOWN(sum, d);
    if (lane == 0) out[row] = sum;
}
__global__ void no_width(const int* in, int* out)
{
    THREAD;
#ifdef RIGHT
    out[t] = __shfl(in[t], 3, 32);
#else
    out[t] = SHFL(in[t], 3);
#endif
}
__global__ void from_sixteen_down(const int* in, int* out)
{
    THREAD;
    int sum = in[t];
#ifdef RIGHT
    for (int d = warpSize / 2; d > 0; d /= 2) sum += SHFL_DOWN(sum, d);
#else
    for (int d = 16; d > 0; d /= 2) sum += SHFL_DOWN(sum, d);
#endif
    if (threadIdx.x % warpSize == 0) atomicAdd(&out[blockIdx.x], sum);
}
__global__ void partial_results(const int* in, int* out)
{
    __shared__ int part[4];
    THREAD;
    int least = in[t] + 1;
    for (int d = warpSize / 2; d > 0; d /= 2) least = min(least, SHFL_DOWN(least, d));
    if (threadIdx.x % warpSize == 0) part[threadIdx.x / warpSize] = least;
    __syncthreads();
    if (threadIdx.x) return;
#ifdef RIGHT
    const unsigned parts = blockDim.x / warpSize;
#else
    const unsigned parts = blockDim.x / 32;
#endif
    for (unsigned i = 0; i < parts; ++i) least = min(least, part[i]);
    out[blockIdx.x] = least;
}
__global__ void last_warp(const int* in, int* out)
{
    __shared__ int sums[128];
    THREAD;
    sums[threadIdx.x] = in[t];
    __syncthreads();
#ifdef RIGHT
    const unsigned last = 32;
#else
    const unsigned last = warpSize;  // what follows does the last six steps, not seven
#endif
    for (unsigned d = 64; d > last; d /= 2) {
        if (threadIdx.x < d) sums[threadIdx.x] += sums[threadIdx.x + d];
        __syncthreads();
    }
    if (threadIdx.x < 32) {
        for (unsigned d = 32; d > 0; d /= 2) {
            const int sum = sums[threadIdx.x] + sums[threadIdx.x + d];
            __syncwarp();
            sums[threadIdx.x] = sum;
            __syncwarp();
        }
    }
    if (threadIdx.x == 0) out[blockIdx.x] = sums[0];
}
__global__ void only_for_32(const int* in, int* out)
{
    THREAD;
#ifndef RIGHT
    if (warpSize != 32) return;
#endif
    out[t] = in[t] * 2;
}
// A block of 32 threads is half a wavefront.
__global__ void block_of_one_warp(const int* in, int* out)
{
    THREAD;
    int sum = in[t];
    for (int d = 16; d > 0; d /= 2)
#ifdef RIGHT
        sum += __shfl_down(sum, d, 32);
#else
        sum += __shfl_down_sync(FULL, sum, d);
#endif
    if (threadIdx.x == 0) out[blockIdx.x] = sum;
}
__global__ void any_of_32(const int* in, int* out)
{
    THREAD;
#ifdef RIGHT
    out[t] = HALF(__ballot(in[t] > 99)) != 0;
#else
    out[t] = ANY(in[t] > 99) != 0;
#endif
}
__global__ void equal_values(const int* in, int* out)
{
    THREAD;
#ifdef RIGHT
    out[t] = __popc(HALF(__match_any(in[t] % 5)));
#else
    out[t] = __popc(static_cast<unsigned>(MATCH(in[t] % 5)));
#endif
}
__global__ void after_an_early_return(const int* in, int* out)
{
    THREAD;
    if (threadIdx.x % 32 >= 24) return;
#ifdef RIGHT
    out[t] = __shfl_xor(in[t], 1, 32);
#else
    out[t] = __shfl_xor_sync(FULL, in[t], 1);
#endif
}

constexpr int count = 256;

int main(int, char** arguments)
{
    const std::string which = arguments[1];
    int numbers[count], results[count], *in, *out;
    for (int i = 0; i < count; ++i) numbers[i] = (i * i + 13 * i) % 101;
    GPU(Malloc)(&in, sizeof numbers);
    GPU(Malloc)(&out, sizeof results);
    GPU(Memcpy)(in, numbers, sizeof numbers, GPU(MemcpyHostToDevice));
    GPU(Memset)(out, 0, sizeof results);
    int blocks = 2, threads = 128;
    if (which == "block_of_one_warp") threads = 32;
#ifdef RIGHT
    if (which == "rows_by_the_host") blocks = 4;
#endif
#define RUN(name) \
    if (which == #name) name<<<blocks, threads>>>(in, out);
    RUN(full_mask) RUN(half_warps) RUN(ballot_in_an_int) RUN(counted_votes) RUN(leader)
    RUN(active_lanes) RUN(rank_among_voters) RUN(lane_by_a_mask) RUN(warp_by_a_shift)
    RUN(warp_by_a_division) RUN(rows_by_the_host) RUN(no_width) RUN(from_sixteen_down)
    RUN(partial_results) RUN(last_warp) RUN(only_for_32) RUN(block_of_one_warp) RUN(any_of_32)
    RUN(equal_values) RUN(after_an_early_return)
    GPU(Memcpy)(results, out, sizeof results, GPU(MemcpyDeviceToHost));
    return 0;
}
