// Kernels that are wrong, one a name. Each must end, and say what is wrong with it and where.
#include "front.h"
#include <cassert>
#include <csignal>

// The lanes from `first` on never come to the shuffle.
__global__ void missing(int* out, int first)
{
    const int lane = threadIdx.x % warpSize;
    int value = lane;
    if (lane < first) {
        value = __shfl_xor_sync(static_cast<Mask>(~0ull), value, 1);  // line: missing
    } else {
        value = -__any_sync(static_cast<Mask>(~0ull), 1);  // line: elsewhere
    }
    out[threadIdx.x] = value;
}
__global__ void returned(int* out)
{
    if (threadIdx.x % 4 == 3) return;
    out[threadIdx.x] = __shfl_xor_sync(static_cast<Mask>(~0ull), threadIdx.x, 1);  // line: returned
}
__global__ void waiting(int* out)
{
    if (threadIdx.x % 2) {
        __syncthreads();
        out[threadIdx.x] = 1;
    } else {
        out[threadIdx.x] = __ballot_sync(static_cast<Mask>(~0ull), 1) != 0;  // line: waiting
        __syncthreads();
    }
}
__global__ void outside(int* out)
{
    out[threadIdx.x] = __shfl_down_sync(0xffffull, static_cast<int>(threadIdx.x), 1);  // line: outside
}
__global__ void divergent(int* out)
{
    if (threadIdx.x % 2) {
        out[threadIdx.x] = 1;
        __syncthreads();  // line: divergent
    } else {
        out[threadIdx.x] = 2;
        __syncthreads();
    }
}
__device__ void grid_barrier(int line) { hipwright::sync_grid(__FILE__, line); }
__global__ void lonely_grid() { grid_barrier(__LINE__); }  // line: lonely_grid
__global__ void half_grid()
{
    if (threadIdx.x % 2) grid_barrier(__LINE__);
    else __syncthreads();  // line: half_grid
}
__global__ void null_pointer(int* out)
{
    if (blockIdx.x == 2 && blockIdx.y == gridDim.y / 2 && threadIdx.x == 3) *out = 1;
}
__device__ int dig(int depth, volatile int* out)
{
    volatile int here[64];
    here[depth % 64] = depth;
    const int below = depth > 1000000 ? 0 : dig(depth + 1, out);
    return below + here[depth % 64];
}
__global__ void too_deep(int* out)
{
    __syncthreads();
    out[threadIdx.x] = dig(0, out);
}
__global__ void asserts(int limit) { assert(static_cast<int>(threadIdx.x) < limit); }  // line: asserts
__global__ void traps()
{
    // What a compiler puts where code must not go on; the builtin for it ends the kernel alone in HIP.
    if (threadIdx.x == 5) std::raise(SIGILL);
}
__global__ void calls_trap()
{
#ifndef __HIPCC__
    if (threadIdx.x == 5) __trap();  // line: calls_trap
#else
    if (threadIdx.x == 5) abort();
#endif
}
__global__ void divides(int* out, int by) { out[threadIdx.x] = (threadIdx.x + 10) / by; }
__global__ void waits_for_ever(int* flag)
{
    if (blockIdx.x == 1 && threadIdx.x == 3) {
        while (atomicAdd(flag, 0) == 0) {  // line: waits_for_ever
        }
    }
}
__global__ void loops_for_ever(volatile int* flag)
{
    if (blockIdx.x == 0 && threadIdx.x == 0) {
        while (*flag < 1000000000) *flag = *flag & 0xff;
    }
}
__global__ void fine() {}

static const char* say(GPU(Error_t) error) { return GPU(GetErrorName)(error); }

// Each thread reads what a thread of the next warp wrote. Without the barrier it works only where
// that warp has come as far.
template <bool BARRIER>
__global__ void next_warp(int* out)
{
    extern __shared__ int tile[];
    tile[threadIdx.x] = 1000 + threadIdx.x;
    if (BARRIER) __syncthreads();
    else __syncwarp();
    out[threadIdx.x] = tile[(threadIdx.x + warpSize) % blockDim.x];
}

int main(int argc, char** argv)
{
    if (argc < 2) return 2;
    const std::string which = argv[1];
    const int threads = HIPWRIGHT_WARP_SIZE;
    int* out = on_device<int>(2 * threads, 0x7f);
    int zero = argc > 5;
    if (which == "missing") missing<<<1, threads>>>(out, threads - 8);
    else if (which == "returned") returned<<<1, threads>>>(out);
    else if (which == "waiting") waiting<<<1, threads>>>(out);
    else if (which == "outside") outside<<<2, threads>>>(out);
    else if (which == "divergent") divergent<<<1, threads>>>(out);
    else if (which == "lonely_grid") lonely_grid<<<2, threads>>>();
    else if (which == "half_grid") {
        void* none[1] = {nullptr};
        GPU(LaunchCooperativeKernel)(half_grid, dim3(2), dim3(threads), none, 0, nullptr);
    } else if (which == "null_pointer") null_pointer<<<4, threads>>>(argc > 5 ? out : (int*)nullptr);
    else if (which == "null_pointer_far") null_pointer<<<dim3(4, 499), threads>>>(argc > 5 ? out : (int*)nullptr);
    else if (which == "too_deep") too_deep<<<1, threads>>>(out);
    else if (which == "asserts") asserts<<<2, threads>>>(7);
    else if (which == "traps") traps<<<1, threads>>>();
    else if (which == "calls_trap") calls_trap<<<1, threads>>>();
    else if (which == "divides") divides<<<1, threads>>>(out, zero);
    else if (which == "no_barrier") next_warp<false><<<1, 2 * threads, 2 * threads * sizeof(int)>>>(out);
    else if (which == "barrier") next_warp<true><<<1, 2 * threads, 2 * threads * sizeof(int)>>>(out);
    else if (which == "waits_for_ever" || which == "loops_for_ever") {
        int* flag = on_device<int>(1);
        if (which == "waits_for_ever") waits_for_ever<<<2, threads>>>(flag);
        else loops_for_ever<<<1, threads>>>(flag);
    } else if (which == "launches") {
        fine<<<0, 32>>>();
        std::printf("%s\n", say(GPU(GetLastError)()));
        fine<<<1, 1025>>>();
        std::printf("%s\n", say(GPU(GetLastError)()));
        fine<<<1, dim3(32, 33)>>>();
        std::printf("%s\n", say(GPU(GetLastError)()));
        fine<<<1, 32, 1 << 20>>>();
        std::printf("%s\n", say(GPU(PeekAtLastError)()));
        std::printf("%s\n", say(GPU(GetLastError)()));
        fine<<<1, 32>>>();
    } else if (which == "copies") {
        int host[4] = {};
        std::printf("%s\n", say(GPU(Memcpy)(host, out + 2 * threads - 2, sizeof host, GPU(MemcpyDeviceToHost))));
        std::printf("%s\n", say(GPU(Memset)(out, 0, (2 * threads + 1) * sizeof(int))));
        std::printf("%s\n", say(GPU(Memcpy)(host, out, sizeof host, static_cast<GPU(MemcpyKind)>(77))));
        std::printf("%s\n", say(GPU(Free)(host)));
        GPU(GetLastError)();
    } else return 2;
    const GPU(Error_t) first = GPU(DeviceSynchronize)();
    std::printf("after: %s\n", say(first));
    if (first == GPU(Success)) fetch("out", out, 2 * threads);
    else {
        int host = 0;
        std::printf("then: %s\n", say(GPU(Memcpy)(&host, out, sizeof host, GPU(MemcpyDeviceToHost))));
        GPU(DeviceReset)();
        fine<<<1, 32>>>();
        std::printf("reset: %s\n", say(GPU(DeviceSynchronize)()));
    }
    return 0;
}
