// Kernels without barriers, and with barriers, shuffles and atomics, each timed.
#include <hip/hip_runtime.h>
#include "measure.h"
#include <cstdio>
#include <vector>
constexpr int elements = 1 << 22, side = 256, tile = 16, bins = 256;

__global__ void add(const float* a, const float* b, float* c, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) c[i] = a[i] + b[i];
}
__global__ void polynomial(const float* a, float* c, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n) return;
    float x = a[i], y = 0;
    for (int k = 0; k < 32; ++k) y = y * x + 0.5f;
    c[i] = y;
}
__global__ void stencil(const float* a, float* c, int width) {
    int x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y * blockDim.y + threadIdx.y;
    if (x < 1 || y < 1 || x >= width - 1 || y >= width - 1) return;
    int i = y * width + x;
    c[i] = 0.2f * (a[i] + a[i - 1] + a[i + 1] + a[i - width] + a[i + width]);
}
__global__ void multiply(const float* a, const float* b, float* c, int n) {
    __shared__ float s[tile][tile], t[tile][tile];
    int x = threadIdx.x, y = threadIdx.y, row = blockIdx.y * tile + y, column = blockIdx.x * tile + x;
    float sum = 0;
    for (int k = 0; k < n; k += tile) {
        s[y][x] = a[row * n + k + x];
        t[y][x] = b[(k + y) * n + column];
        __syncthreads();
        for (int j = 0; j < tile; ++j) sum += s[y][j] * t[j][x];
        __syncthreads();
    }
    c[row * n + column] = sum;
}
__global__ void reduce(const float* a, float* c, int n) {
    __shared__ float s[256];
    int i = blockIdx.x * blockDim.x + threadIdx.x, t = threadIdx.x;
    s[t] = i < n ? a[i] : 0;
    __syncthreads();
    for (int step = 128; step > 0; step /= 2) {
        if (t < step) s[t] += s[t + step];
        __syncthreads();
    }
    if (t == 0) c[blockIdx.x] = s[0];
}
__global__ void shuffle(const float* a, float* c, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    float sum = i < n ? a[i] : 0;
    for (int step = warpSize / 2; step > 0; step /= 2) sum += __shfl_down(sum, step);
    if (threadIdx.x % warpSize == 0) c[i / warpSize] = sum;
}
__global__ void histogram(const int* a, int* c, int n) {
    __shared__ int s[bins];
    s[threadIdx.x] = 0;
    __syncthreads();
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) atomicAdd(&s[a[i] % bins], 1);
    __syncthreads();
    atomicAdd(&c[threadIdx.x], s[threadIdx.x]);
}

int main() {
    float *a, *b, *c;
    int *d, *e;
    const size_t bytes = elements * sizeof(float);
    (void)hipMalloc((void**)&a, bytes);
    (void)hipMalloc((void**)&b, bytes);
    (void)hipMalloc((void**)&c, bytes);
    (void)hipMalloc((void**)&d, bytes);
    (void)hipMalloc((void**)&e, bins * sizeof(int));
    std::vector<float> numbers(elements);
    std::vector<int> words(elements);
    for (int i = 0; i < elements; ++i) {
        numbers[i] = (i % 101) * 0.01f;
        words[i] = i * 7;
    }
    (void)hipMemcpy(a, numbers.data(), bytes, hipMemcpyHostToDevice);
    (void)hipMemcpy(b, numbers.data(), bytes, hipMemcpyHostToDevice);
    (void)hipMemcpy(d, words.data(), bytes, hipMemcpyHostToDevice);
    const dim3 block(256), all(elements / 256), quarter(elements / 4 / 256);
    auto run = [](const char* name, auto launch) {
        measure(name, [&] {
            launch();
            (void)hipDeviceSynchronize();
        });
    };
    run("add", [&] { hipLaunchKernelGGL(add, all, block, 0, 0, a, b, c, elements); });
    run("polynomial", [&] { hipLaunchKernelGGL(polynomial, all, block, 0, 0, a, c, elements); });
    run("stencil", [&] {
        hipLaunchKernelGGL(stencil, dim3(2048 / 64, 2048 / 4), dim3(64, 4), 0, 0, a, c, 2048);
    });
    run("multiply", [&] {
        hipLaunchKernelGGL(multiply, dim3(side / tile, side / tile), dim3(tile, tile), 0, 0, a, b,
                           c, side);
    });
    run("reduce", [&] { hipLaunchKernelGGL(reduce, quarter, block, 0, 0, a, c, elements / 4); });
    run("shuffle", [&] { hipLaunchKernelGGL(shuffle, quarter, block, 0, 0, a, c, elements / 4); });
    run("histogram",
        [&] { hipLaunchKernelGGL(histogram, quarter, block, 0, 0, d, e, elements / 4); });
}
