// Blocks, threads, barriers, shared memory and atomics. Each array is checked by the test.
#include "front.h"

// -- where a thread is ---------------------------------------------------------------------------
__global__ void positions(unsigned* out)
{
    const unsigned block = (blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x;
    const unsigned thread = (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
    const unsigned threads = blockDim.x * blockDim.y * blockDim.z;
    unsigned* mine = out + 6 * (block * threads + thread);
    mine[0] = threadIdx.x, mine[1] = threadIdx.y, mine[2] = threadIdx.z;
    mine[3] = blockIdx.x, mine[4] = blockIdx.y, mine[5] = blockIdx.z;
}
// How often each of many small blocks runs.
__global__ void visits(int* out)
{
    out[((blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x) * blockDim.x + threadIdx.x] += 1;
}
// The same as positions, after threads have waited.
__global__ void positions_after_barrier(unsigned* out)
{
    __syncthreads();
    const unsigned block = (blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x;
    const unsigned thread = (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
    const unsigned threads = blockDim.x * blockDim.y * blockDim.z;
    unsigned* mine = out + 6 * (block * threads + thread);
    mine[0] = threadIdx.x, mine[1] = threadIdx.y, mine[2] = threadIdx.z;
    __syncthreads();
    mine[3] = blockIdx.x, mine[4] = blockIdx.y, mine[5] = blockIdx.z;
}

// -- barriers ------------------------------------------------------------------------------------
// A tree of barriers in shared memory; a third of the blocks' threads return before the first.
template <bool LEAVE>
__global__ void tree(const int* in, int* out)
{
    extern __shared__ int partial[];
    const int thread = threadIdx.x, threads = blockDim.x;
    if (LEAVE && thread % 3 == 2) {
        partial[thread] = 0;
        return;
    }
    partial[thread] = in[blockIdx.x * threads + thread];
    __syncthreads();
    if (LEAVE) {  // the threads that are left add up what they see, one after the other
        if (thread == 0) {
            int sum = 0;
            for (int i = 0; i < threads; ++i) sum += i % 3 == 2 ? 0 : partial[i];
            out[blockIdx.x] = sum;
        }
        return;
    }
    for (int stride = 1; stride < threads; stride *= 2) {
        int other = 0;
        if (thread + stride < threads) other = partial[thread + stride];
        __syncthreads();
        if (thread + stride < threads && thread % (2 * stride) == 0) partial[thread] += other;
        __syncthreads();
    }
    if (thread == 0) out[blockIdx.x] = partial[0];
}

// Barriers at every depth of calls and loops, with trip counts that depend on the block only.
__device__ void rotate(int* ring, int steps)
{
    for (int i = 0; i < steps; ++i) {
        const int next = ring[(threadIdx.x + 1) % blockDim.x];
        __syncthreads();
        ring[threadIdx.x] = next;
        __syncthreads();
    }
}
__global__ void nested(int* out)
{
    __shared__ int ring[1024];
    ring[threadIdx.x] = threadIdx.x;
    __syncthreads();
    for (int round = 0; round <= static_cast<int>(blockIdx.x); ++round) {
        rotate(ring, round);
        if (blockIdx.x % 2) {
            rotate(ring, 2);
            __syncthreads();
        }
    }
    out[blockIdx.x * blockDim.x + threadIdx.x] = ring[threadIdx.x];
}

__global__ void counted(int* out)
{
    const int thread = threadIdx.x;
    if (thread % 10 == 9) return;
    int* mine = out + 4 * (blockIdx.x * blockDim.x + thread);
    mine[0] = __syncthreads_count(thread % 4 == 0);
    mine[1] = __syncthreads_and(thread >= 0);
    mine[2] = __syncthreads_and(thread != 5);
    mine[3] = __syncthreads_or(thread == 5) * 10 + __syncthreads_or(thread < 0);
}

// What is alive across barriers: in registers of all kinds, and on a frame of variable size and high
// alignment. Counts the values that did not last.
__global__ void kept(const int* seeds, int* wrong)
{
    const int seed = seeds[threadIdx.x], count = seed % 7 + 1;
    struct alignas(64) {
        int words[16];
    } wide;
    auto* more = static_cast<int*>(__builtin_alloca(count * sizeof(int)));
    double reals[10];
    long double longest = seed + 0.25L;
    long long wholes[10];
    for (int i = 0; i < 16; ++i) wide.words[i] = seed * i;
    for (int i = 0; i < count; ++i) more[i] = seed - i;
    for (int i = 0; i < 10; ++i) reals[i] = seed / (i + 1.0), wholes[i] = seed * (i + 1ll);
    const int rounds = 5;
    for (int round = 0; round < rounds; ++round) {
        if (round % 2)
            __syncthreads();
        else
            __syncthreads_or(seed);
        for (int i = 0; i < 10; ++i) reals[i] += i, wholes[i] -= i;
        longest += 1;
        wide.words[(seed + round) % 16] += 3;
        more[round % count] += 5;
    }
    int lost = reinterpret_cast<size_t>(&wide) % 64 != 0;
    const int again = seeds[threadIdx.x];
    for (int i = 0; i < 10; ++i) {
        double real = again / (i + 1.0);
        for (int round = 0; round < rounds; ++round) real += i;
        lost += reals[i] != real;
        lost += wholes[i] != again * (i + 1ll) - rounds * i;
    }
    lost += longest != again + 0.25L + rounds;
    for (int i = 0; i < 16; ++i) lost += wide.words[i] != again * i + 3 * ((i - again % 16 + 16) % 16 < rounds);
    int sum = 0;
    for (int i = 0; i < count; ++i) sum += more[i] - (again - i);
    wrong[blockIdx.x * blockDim.x + threadIdx.x] = lost + (sum != 5 * rounds);
}

// -- shared memory belongs to the block ------------------------------------------------------------
__shared__ int outside_of_functions[4];
__global__ void isolated(int* out)
{
    __shared__ int count;
    static __shared__ int sum;
    if (threadIdx.x == 0) count = sum = outside_of_functions[1] = 0;
    __syncthreads();
    atomicAdd(&count, 1);
    atomicAdd(&sum, blockIdx.x);
    atomicAdd(&outside_of_functions[1], 2);
    __syncthreads();
    if (threadIdx.x == 0) {
        out[3 * blockIdx.x] = count;
        out[3 * blockIdx.x + 1] = sum;
        out[3 * blockIdx.x + 2] = outside_of_functions[1];
    }
}

// -- atomics -------------------------------------------------------------------------------------
struct Totals {
    int add, sub, min, max, exchanged;
    unsigned band, bor, bxor, inc, dec;
    unsigned long long wide, wide_max;
    float real;
    double precise;
    int claimed;
};
__global__ void totals(Totals* t, int* seen)
{
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    atomicAdd(&t->add, i);
    atomicSub(&t->sub, 1);
    atomicMin(&t->min, (i * 7919) % 10007);
    atomicMax(&t->max, (i * 7919) % 10007);
    atomicAnd(&t->band, ~(1u << i % 8));
    atomicOr(&t->bor, 1u << i % 16);
    atomicXor(&t->bxor, static_cast<unsigned>(i));
    atomicInc(&t->inc, 9u);
    atomicDec(&t->dec, 9u);
    atomicAdd(&t->wide, 1ull << 33);
    atomicMax(&t->wide_max, static_cast<unsigned long long>(i) << 35);
    atomicAdd(&t->real, 1.0f);
    atomicAdd(&t->precise, 0.5);
    atomicExch(&t->exchanged, 77);
    const int slot = atomicAdd(&t->claimed, 1);  // each slot once
    seen[slot] += 1;
    int old = t->add, assumed;  // compare-and-swap loop: adds nothing, ends
    do {
        assumed = old;
        old = atomicCAS(&t->add, assumed, assumed);
    } while (assumed != old);
}
// A lock within a warp, which needs lanes that go on by themselves.
__global__ void locked(int* lock, int* counter)
{
    while (atomicCAS(lock, 0, 1) != 0) {
    }
    *counter += 1;
    __threadfence();
    atomicExch(lock, 0);
}
// Each block waits for the one before it.
__global__ void chain(volatile int* turn, int* order)
{
    if (threadIdx.x == 0) {
        const int mine = gridDim.x - 1 - blockIdx.x;  // the last block goes first
        while (atomicAdd(const_cast<int*>(turn), 0) != mine) {
        }
        order[mine] = blockIdx.x;
        __threadfence();
        *turn = mine + 1;
    }
}
// Loops that wait with nothing but a fence in them: within a block, and for the next block.
__global__ void fenced(volatile int* done, int* out)
{
    __shared__ volatile int flag;
    if (threadIdx.x == 0) flag = 0;
    __syncthreads();
    if (threadIdx.x == 3) {
        while (flag == 0) {
            __threadfence_block();
        }
        out[blockIdx.x] = flag;
    }
    if (threadIdx.x == 60) flag = 7;
    if (threadIdx.x == 0) {
        while (blockIdx.x + 1 < gridDim.x && done[blockIdx.x + 1] == 0) {
            __threadfence();
        }
        done[blockIdx.x] = 1;
    }
}
// One thread waits on a volatile that another sets.
__global__ void handshake(int* out)
{
    __shared__ volatile int flag;
    if (threadIdx.x == 0) flag = 0;
    __syncthreads();
    if (threadIdx.x == 0) {
        while (flag == 0)
            ;
        out[0] = flag;
    } else if (threadIdx.x == 70 % blockDim.x) {
        flag = 42;
    }
}

// -- constants and symbols ---------------------------------------------------------------------------
__constant__ float weights[4];
__constant__ float preset[2] = {1.5f, 2.5f};
__device__ int counter;
__device__ int table[8] = {1, 2, 3};
__managed__ int managed = 3;
__global__ void symbols(float* out)
{
    out[threadIdx.x] = weights[threadIdx.x] * preset[threadIdx.x % 2];
    atomicAdd(&counter, 1);
    table[threadIdx.x + 4] = threadIdx.x * 10;
    if (threadIdx.x == 0) managed += 1;
}

// -- launches from kernels ---------------------------------------------------------------------------
__global__ void leaf(int* out, int at)
{
    __shared__ int place;
    if (threadIdx.x == 0) place = at;
    __syncthreads();
    atomicAdd(out + place, threadIdx.x);
}
__global__ void parent(int* out, int depth)
{
    __shared__ int here;
    if (threadIdx.x == 0) here = blockIdx.x * 10 + depth;
    __syncthreads();
    if (threadIdx.x < 2) leaf<<<2, 40>>>(out, depth);
    if (threadIdx.x == 0 && depth < 3) parent<<<2, 64>>>(out, depth + 1);
    __syncthreads();
    if (here != static_cast<int>(blockIdx.x * 10 + depth)) out[7] = 1;
}
__global__ void waits_for_child(int* out)
{
    if (threadIdx.x == 0) {
        leaf<<<1, 32>>>(out, 5);
        GPU(DeviceSynchronize)();
        out[6] = out[5];
    }
}

int main(int argc, char** argv)
{
    if (argc == 2 && !std::strcmp(argv[1], "handshake")) {
        int* out = on_device<int>(1);
        handshake<<<1, 128>>>(out);
        fetch("handshake", out, 1);
        return 0;
    }
    // A grid and blocks of three dimensions.
    const dim3 grid(3, 2, 4), block(5, 3, 7);
    const int cells = 24 * 105 * 6;
    unsigned* where = on_device<unsigned>(cells, 0xff);
    positions<<<grid, block>>>(where);
    fetch("positions", where, cells);
    GPU(Memset)(where, 0xff, cells * sizeof(unsigned));
    positions_after_barrier<<<grid, block>>>(where);
    fetch("positions_after_barrier", where, cells);

    const int visitors = 37 * 11 * 13 * 2;
    int* visited = on_device<int>(visitors);
    visits<<<dim3(37, 11, 13), 2>>>(visited);
    fetch("visits", visited, visitors);

    // Blocks of 1 to 1,024 threads.
    const int sizes[] = {1, 2, 3, 31, 32, 33, 63, 64, 65, 100, 127, 128, 255, 256, 511, 1000, 1023, 1024};
    const int blocks = 6;
    std::vector<int> numbers(blocks * 1024);
    for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<int>(i * i % 1009);
    int* in = on_device<int>(numbers.size());
    GPU(Memcpy)(in, numbers.data(), numbers.size() * sizeof(int), GPU(MemcpyHostToDevice));
    int* sums = on_device<int>(blocks);
    char name[40];
    for (const int threads : sizes) {
        tree<false><<<blocks, threads, threads * sizeof(int)>>>(in, sums);
        std::snprintf(name, sizeof name, "tree %d", threads);
        fetch(name, sums, blocks);
        tree<true><<<blocks, threads, threads * sizeof(int)>>>(in, sums);
        std::snprintf(name, sizeof name, "tree with leavers %d", threads);
        fetch(name, sums, blocks);
    }
    int* rings = on_device<int>(5 * 96);
    nested<<<5, 96>>>(rings);
    fetch("nested", rings, 5 * 96);
    int* counts = on_device<int>(4 * 3 * 77);
    counted<<<3, 77>>>(counts);
    fetch("counted", counts, 4 * 3 * 77);
    std::vector<int> seeds(100);
    for (int i = 0; i < 100; ++i) seeds[i] = 37 * i + 11;
    int* seeds_there = on_device<int>(100);
    GPU(Memcpy)(seeds_there, seeds.data(), 100 * sizeof(int), GPU(MemcpyHostToDevice));
    int* wrong = on_device<int>(3 * 100, 1);
    kept<<<3, 100>>>(seeds_there, wrong);
    fetch("kept", wrong, 3 * 100);
    int* isolation = on_device<int>(3 * 200);
    isolated<<<200, 70>>>(isolation);
    fetch("isolated", isolation, 3 * 200);

    Totals start{};
    start.min = 1 << 30, start.band = ~0u, start.dec = 0;
    Totals* device_totals = on_device<Totals>(1);
    int* seen = on_device<int>(64 * 200);
    GPU(Memcpy)(device_totals, &start, sizeof start, GPU(MemcpyHostToDevice));
    totals<<<64, 200>>>(device_totals, seen);
    Totals t;
    GPU(Memcpy)(&t, device_totals, sizeof t, GPU(MemcpyDeviceToHost));
    std::printf("array totals\n");
    std::printf("totals %d %d %d %d %d %x %x %u %u %u %llu %llu %.1f %.1f %d\n", t.add, t.sub, t.min, t.max,
                t.exchanged, t.band, t.bor, t.bxor, t.inc, t.dec, t.wide, t.wide_max, t.real, t.precise,
                t.claimed);
    fetch("seen", seen, 64 * 200);

    int* lock = on_device<int>(2);
    locked<<<7, 96>>>(lock, lock + 1);
    fetch("locked", lock, 2);
    int* turn = on_device<int>(1);
    int* order = on_device<int>(40);
    chain<<<40, 33>>>(turn, order);
    fetch("chain", order, 40);
    int* fences = on_device<int>(40);
    fenced<<<20, 64>>>(fences, fences + 20);
    fetch("fenced", fences, 40);

    int* families = on_device<int>(8);
    parent<<<2, 64>>>(families, 0);
    waits_for_child<<<1, 32>>>(families);
    fetch("families", families, 8);

    const float values[4] = {1, 2, 3, 4};
    float* products = on_device<float>(4);
    const int seven = 7;
    GPU(MemcpyToSymbol)(weights, values, 2 * sizeof(float));
    GPU(MemcpyToSymbol)(weights, values + 2, 2 * sizeof(float), 2 * sizeof(float), GPU(MemcpyHostToDevice));
    GPU(MemcpyToSymbol)(counter, &seven, sizeof seven);
    symbols<<<1, 4>>>(products);
    fetch("products", products, 4);
    int count = 0;
    std::printf("array counter\n");
    GPU(MemcpyFromSymbol)(&count, counter, sizeof count);
    int entries[8];
    std::printf("array table\n");
    GPU(MemcpyFromSymbol)(entries, table, sizeof entries);
    int* address = nullptr;
    size_t size = 0;
    GPU(GetSymbolAddress)(&address, table);
    GPU(GetSymbolSize)(&size, table);
    std::printf("symbols %d %d %d %d %zu %d\n", count, entries[2], entries[7], address == table, size, managed);
    const bool refused =
        GPU(MemcpyToSymbol)(counter, entries, sizeof entries) == GPU(ErrorInvalidValue);
    std::printf("too much for a symbol is refused: %d\n", refused);
    return 0;
}
