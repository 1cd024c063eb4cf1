// Kernels with and without a race or a read of unwritten memory, one a name. Marked lines are where
// the reports must point to: `first` made the earlier access, `second` the later one.
#include "front.h"

constexpr int threads = 128;

// -- wrong -----------------------------------------------------------------------------------------
__global__ void no_barrier(int* in, int* out)
{
    __shared__ int tile[threads];
    tile[threadIdx.x] = in[threadIdx.x] + 1;  // second: no_barrier
    out[threadIdx.x] = tile[threads - 1 - threadIdx.x];  // first: no_barrier
}
__global__ void no_barrier_dynamic(int* in, int* out)
{
    extern __shared__ int more[];
    more[threadIdx.x] = in[threadIdx.x] + 1;  // second: no_barrier_dynamic
    out[threadIdx.x] = more[threads - 1 - threadIdx.x];  // first: no_barrier_dynamic
}
// The second round writes what the first may still read.
__global__ void no_barrier_in_a_loop(int* in, int* out)
{
    __shared__ int tile[threads];
    int sum = 0;
    for (int round = 1; round < 4; ++round) {
        tile[threadIdx.x] = in[threadIdx.x] * round + 1;  // second: no_barrier_in_a_loop
        __syncthreads();
        sum += tile[threads - 1 - threadIdx.x];  // first: no_barrier_in_a_loop
    }
    out[threadIdx.x] = sum;
}
__global__ void no_barrier_behind_an_atomic(int* in, int* out)
{
    __shared__ int count;
    if (threadIdx.x == 0) count = 0;
    __syncthreads();
    atomicAdd(&count, in[threadIdx.x] + 1);  // first: no_barrier_behind_an_atomic
    if (threadIdx.x == threads - 1) out[0] = count;  // second: no_barrier_behind_an_atomic
}
__global__ void many_write_one(int* in, int* out)
{
    __shared__ int last;
    last = threadIdx.x + in[0];  // first second: many_write_one
    __syncthreads();
    out[threadIdx.x] = last;
}
__global__ void blocks_in_an_order(int* in, int* out)
{
    if (threadIdx.x) return;
    const int before = blockIdx.x ? out[blockIdx.x - 1] : in[0];  // second: blocks_in_an_order
    out[blockIdx.x] = before + 1;  // first: blocks_in_an_order
}
// Right where a warp moves together, as AMD's do.
__global__ void no_syncwarp(int* in, int* out)
{
    __shared__ volatile int tile[threads];
    tile[threadIdx.x] = in[threadIdx.x] + 1;  // second: no_syncwarp
    out[threadIdx.x] = tile[threadIdx.x ^ 1];  // first: no_syncwarp
}
__global__ void unwritten_device(int* in, int* out)
{
    out[threadIdx.x] += in[threadIdx.x];  // first: unwritten_device
}
__global__ void unwritten_shared(int* in, int* out)
{
    __shared__ int tile[threads + 2];
    tile[threadIdx.x] = in[threadIdx.x];
    __syncthreads();
    out[threadIdx.x] = tile[threadIdx.x + 2];  // first: unwritten_shared
}
__global__ void unwritten_counter(int* in, int* out)
{
    atomicAdd(&out[0], in[threadIdx.x]);  // first: unwritten_counter
}

// -- right -----------------------------------------------------------------------------------------
__global__ void tree(int* in, int* out)
{
    __shared__ int tile[threads];
    tile[threadIdx.x] = in[threadIdx.x];
    __syncthreads();
    for (int s = threads / 2; s > 0; s /= 2) {
        if (threadIdx.x < s) tile[threadIdx.x] += tile[threadIdx.x + s];
        __syncthreads();
    }
    if (threadIdx.x == 0) out[blockIdx.x] = tile[0];
}
__global__ void all_write_the_same(int* in, int* out)
{
    __shared__ int flag;
    flag = 1;
    __syncthreads();
    if (in[threadIdx.x] > 3) out[0] = flag;
}
__device__ unsigned blocks_done;
__global__ void last_block(int* in, int* out)
{
    __shared__ bool last;
    if (threadIdx.x == 0) {
        out[blockIdx.x] = in[blockIdx.x] + 1;
        __threadfence();
        last = atomicAdd(&blocks_done, 1) == gridDim.x - 1;
    }
    __syncthreads();
    if (last && threadIdx.x == 0) {
        int sum = 0;
        for (int i = 0; i < gridDim.x; ++i) sum += out[i];
        out[gridDim.x] = sum;
        blocks_done = 0;
    }
}
// The last one puts the counter back by a plain store.
__global__ void last_block_of_a_counter(int* in, int* out)
{
    unsigned* counter = reinterpret_cast<unsigned*>(in) + 100;
    if (threadIdx.x == 0 && atomicInc(counter, gridDim.x) == gridDim.x - 1) *counter = 0;
    out[blockIdx.x * blockDim.x + threadIdx.x] = 3;
}
__device__ int lock;
__global__ void under_a_lock(int* in, int* out)
{
    if (threadIdx.x == 0) {
        while (atomicCAS(&lock, 0, 1)) {
        }
        in[0] = in[0] + in[1] + 1;
        __threadfence();
        atomicExch(&lock, 0);
    }
    out[blockIdx.x * blockDim.x + threadIdx.x] = 1;
}
__global__ void histogram(int* in, int* out)
{
    __shared__ int bins[8];
    if (threadIdx.x < 8) bins[threadIdx.x] = 0;
    __syncthreads();
    atomicAdd(&bins[in[threadIdx.x] % 8], 1);
    __syncthreads();
    if (threadIdx.x < 8) atomicAdd(&in[threadIdx.x], bins[threadIdx.x]);
    out[blockIdx.x * blockDim.x + threadIdx.x] = 2;
}
__global__ void ordered_lanes(int* in, int* out)
{
    __shared__ int tile[threads];
    tile[threadIdx.x] = in[threadIdx.x];
    __syncwarp();
    out[threadIdx.x] = tile[threadIdx.x ^ 1];
}
__global__ void neighbouring_bytes(int* in, int* out)
{
    __shared__ unsigned char bytes[threads];
    bytes[threadIdx.x] = static_cast<unsigned char>(in[threadIdx.x]);
    auto* wide = reinterpret_cast<unsigned char*>(out);
    wide[blockIdx.x * blockDim.x + threadIdx.x] = bytes[threadIdx.x];
}
struct Particle {
    float place[3], speed[3];
    int kind;
};
__global__ void whole_structures(int* in, int* out)
{
    __shared__ Particle there[threads];
    Particle one{};
    one.kind = in[threadIdx.x];
    there[threadIdx.x] = one;
    auto* all = reinterpret_cast<Particle*>(out);
    all[blockIdx.x * blockDim.x + threadIdx.x] = there[threadIdx.x];
    const Particle again = all[blockIdx.x * blockDim.x + threadIdx.x];
    there[threadIdx.x].speed[2] = again.speed[2] + again.place[0];
}
__global__ void flag_of_another_block(int* in, int* out)
{
    volatile int* flags = in + 64;
    if (threadIdx.x) return;
    if (blockIdx.x) {
        while (!flags[blockIdx.x - 1]) {
        }
        out[blockIdx.x] = out[blockIdx.x - 1] + 1;
    } else {
        out[0] = 1;
    }
    __threadfence();
    flags[blockIdx.x] = 1;
}
// Each block tells the next one alone; the third writes what the first has read.
__global__ void handed_on(int* in, int* out)
{
    int* flags = in + 64;
    if (threadIdx.x) return;
    const int mine = in[blockIdx.x];
    if (blockIdx.x)
        while (atomicAdd(&flags[blockIdx.x], 0) == 0) {
        }
    atomicAdd(&flags[blockIdx.x + 1], 1);
    if (blockIdx.x > 1) in[blockIdx.x - 2] = mine + 1;
    out[blockIdx.x] = mine;
}

int main(int, char** arguments)
{
    const std::string which = arguments[1];
    int* in = on_device<int>(threads);
    std::vector<int> numbers;
    for (int i = 0; i < threads / 2; ++i) numbers.push_back(i * i % 101);
    GPU(Memcpy)(in, numbers.data(), numbers.size() * sizeof(int), GPU(MemcpyHostToDevice));
    int* out = nullptr;
    if (GPU(Malloc)(&out, 16384 * sizeof(int)) != GPU(Success)) return 1;
    const bool alone = which.find("no_") == 0 || which.find("many") == 0;
    const int blocks = alone ? 1 : 4;
#define RUN(name) \
    if (which == #name) name<<<blocks, threads, threads * sizeof(int)>>>(in, out);
    RUN(no_barrier) RUN(no_barrier_dynamic) RUN(no_barrier_in_a_loop)
    RUN(no_barrier_behind_an_atomic) RUN(many_write_one) RUN(blocks_in_an_order)
    RUN(no_syncwarp) RUN(unwritten_device) RUN(unwritten_shared) RUN(unwritten_counter)
    RUN(tree) RUN(all_write_the_same) RUN(last_block) RUN(last_block_of_a_counter) RUN(under_a_lock) RUN(histogram)
    RUN(ordered_lanes) RUN(neighbouring_bytes) RUN(whole_structures) RUN(flag_of_another_block)
    RUN(handed_on)
    return GPU(DeviceSynchronize)() == GPU(Success) ? 0 : 1;
}
