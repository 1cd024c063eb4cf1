// Code that relies on a warp that moves together, one kernel a name. A lane must see what the
// others of its warp stored by the instructions before, with nothing between them.
// Beside it what ordinary builds report: a launch that is refused, and memory that is kept.
#include "front.h"

constexpr int threads = 64;

__global__ void reduction(const int* in, int* out)
{
    __shared__ volatile int sums[threads + 32];
    const unsigned t = threadIdx.x;
    sums[t] = in[t];
    if (t < 32) sums[threads + t] = 0;
    __syncthreads();
    if (t >= 32) return;
    sums[t] += sums[t + 32];
    sums[t] += sums[t + 16];
    sums[t] += sums[t + 8];
    sums[t] += sums[t + 4];
    sums[t] += sums[t + 2];
    sums[t] += sums[t + 1];
    out[t] = t ? 0 : sums[0];
}
// Each lane reads its neighbour's value of the step before.
__global__ void rotation(const int* in, int* out)
{
    __shared__ volatile int ring[threads];
    const unsigned t = threadIdx.x, first = t / 32 * 32;
    ring[t] = in[t];
    for (int step = 0; step < 5; ++step) ring[t] = ring[first + (t + 1) % 32];
    out[t] = ring[t];
}
// The lanes part, and meet again behind the branch and the loop.
__global__ void branches(const int* in, int* out)
{
    __shared__ volatile int values[threads];
    const unsigned t = threadIdx.x, first = t / 32 * 32;
    if (t % 2) {
        values[t] = in[t] * 2;
    } else {
        values[t] = in[t] * 3;
    }
    for (unsigned i = 0; i < t % 5; ++i) values[t] += 1;
    out[t] = values[first + (t + 1) % 32];
}

int main(int, char** arguments)
{
    const std::string which = arguments[1];
    int* in = on_device<int>(threads);
    if (which == "kept") return 0;
    if (which == "unchecked" || which == "checked") {
        reduction<<<1, 4096>>>(in, in);
        return which == "checked" && GPU(GetLastError)() == GPU(Success) ? 1 : 0;
    }
    int* out = on_device<int>(threads);
    std::vector<int> numbers;
    for (int i = 0; i < threads; ++i) numbers.push_back(i * i % 101);
    GPU(Memcpy)(in, numbers.data(), threads * sizeof(int), GPU(MemcpyHostToDevice));
    if (which == "reduction") reduction<<<1, threads>>>(in, out);
    if (which == "rotation") rotation<<<1, threads>>>(in, out);
    if (which == "branches") branches<<<1, threads>>>(in, out);
    fetch("out", out, threads);
    return 0;
}
