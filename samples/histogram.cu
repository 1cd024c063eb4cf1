// Counts bytes into 256 bins: atomics in dynamic shared memory first, then in global memory.
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <cuda_runtime.h>

#define CHECK(call)                                                                              \
    do {                                                                                         \
        cudaError_t status = (call);                                                             \
        if (status != cudaSuccess) {                                                             \
            std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, cudaGetErrorString(status)); \
            std::exit(1);                                                                        \
        }                                                                                        \
    } while (0)

__global__ void count_bytes(const unsigned char* data, int count, unsigned* bins, int bin_count) {
    extern __shared__ unsigned block_bins[];
    for (int bin = threadIdx.x; bin < bin_count; bin += blockDim.x) {
        block_bins[bin] = 0;
    }
    __syncthreads();

    const int stride = gridDim.x * blockDim.x;
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < count; i += stride) {
        atomicAdd(&block_bins[data[i]], 1u);
    }
    __syncthreads();

    for (int bin = threadIdx.x; bin < bin_count; bin += blockDim.x) {
        if (block_bins[bin] != 0) {
            atomicAdd(&bins[bin], block_bins[bin]);
        }
    }
}

int main() {
    const int count = 200000, bin_count = 256;
    std::vector<unsigned char> data(count);
    std::vector<unsigned> bins(bin_count), expected(bin_count);
    unsigned state = 2026;
    for (unsigned char& byte : data) {
        state = state * 1664525u + 1013904223u;
        byte = static_cast<unsigned char>((state >> 24) & (state >> 16));
        ++expected[byte];
    }

    unsigned char* device_data;
    unsigned* device_bins;
    CHECK(cudaMalloc(&device_data, count));
    CHECK(cudaMalloc(&device_bins, bin_count * sizeof(unsigned)));
    CHECK(cudaMemcpy(device_data, data.data(), count, cudaMemcpyHostToDevice));
    CHECK(cudaMemset(device_bins, 0, bin_count * sizeof(unsigned)));

    count_bytes<<<16, 256, bin_count * sizeof(unsigned)>>>(device_data, count, device_bins,
                                                           bin_count);
    CHECK(cudaGetLastError());
    CHECK(cudaDeviceSynchronize());
    CHECK(
        cudaMemcpy(bins.data(), device_bins, bin_count * sizeof(unsigned), cudaMemcpyDeviceToHost));

    int wrong = 0;
    for (int bin = 0; bin < bin_count; ++bin) {
        wrong += bins[bin] != expected[bin];
    }
    std::printf("histogram: %d bins, %d wrong\n", bin_count, wrong);

    CHECK(cudaFree(device_data));
    CHECK(cudaFree(device_bins));
    return wrong != 0;
}
