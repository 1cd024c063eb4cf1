// Accesses to memory that is not theirs, and other undefined behaviour, one a name.
#include "front.h"

constexpr int threads = 64;

__global__ void beyond_device(int* data) { data[threadIdx.x + 1] = 1; }  // line: beyond_device
__global__ void before_device(int* data) { data[static_cast<int>(threadIdx.x) - 1] = 1; }  // line: before_device
__global__ void beyond_static(int* data)
{
    __shared__ int tile[threads];
    int* all = tile;
    all[threadIdx.x + 1] = data[threadIdx.x];  // line: beyond_static
    __syncthreads();
    data[threadIdx.x] = tile[0];
}
__global__ void beyond_row(int* data)
{
    __shared__ int tile[4][16];
    tile[threadIdx.x / 16][threadIdx.x % 16 + (threadIdx.x == 5 ? 16 : 0)] = 1;  // line: beyond_row
    __syncthreads();
    data[threadIdx.x] = tile[threadIdx.x / 16][threadIdx.x % 16];
}
__global__ void beyond_dynamic(int* data)
{
    extern __shared__ int more[];
    more[threadIdx.x + 1] = data[threadIdx.x];  // line: beyond_dynamic
}
__global__ void after_free(int* data) { data[threadIdx.x] = 1; }  // line: after_free
__global__ void beyond_local(int* data)
{
    int mine[8] = {};
    for (int i = 0; i <= 8 + data[0]; ++i) mine[i] = i;  // line: beyond_local
    data[threadIdx.x] = mine[data[1]];
}
__global__ void too_far_a_shift(int* data)
{
    data[threadIdx.x] = 1u << threadIdx.x;  // line: too_far_a_shift
}
__global__ void within(int* data)
{
    __shared__ int tile[4][16];
    extern __shared__ int more[];
    tile[threadIdx.x / 16][threadIdx.x % 16] = data[threadIdx.x];
    more[threadIdx.x] = data[threadIdx.x];
    __syncthreads();
    data[threadIdx.x] = tile[3][15] + more[threads - 1] + (1 << (threadIdx.x % 31));
}

int main(int, char** arguments)
{
    const std::string which = arguments[1];
    int* data = on_device<int>(threads);
    if (which == "after_free") GPU(Free)(data);
#define RUN(name) \
    if (which == #name) name<<<1, threads, threads * sizeof(int)>>>(data);
    RUN(beyond_device) RUN(before_device) RUN(beyond_static) RUN(beyond_row) RUN(beyond_dynamic)
    RUN(after_free) RUN(beyond_local) RUN(too_far_a_shift) RUN(within)
    return GPU(DeviceSynchronize)() == GPU(Success) ? 0 : 1;
}
