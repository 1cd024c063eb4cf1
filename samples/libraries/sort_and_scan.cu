// Sorts and scans with Thrust, and reduces by segments with CUB.
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <cuda_runtime.h>
#include <thrust/copy.h>
#include <thrust/device_vector.h>
#include <thrust/host_vector.h>
#include <thrust/scan.h>
#include <thrust/sort.h>
#include <cub/cub.cuh>

#define CHECK(call)                                                                              \
    do {                                                                                         \
        cudaError_t status = (call);                                                             \
        if (status != cudaSuccess) {                                                             \
            std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, cudaGetErrorString(status)); \
            std::exit(1);                                                                        \
        }                                                                                        \
    } while (0)

struct Larger {
    __host__ __device__ int operator()(int a, int b) const { return a > b ? a : b; }
};

__global__ void block_maximum(const int* values, int count, int* maxima) {
    typedef cub::BlockReduce<int, 128> BlockReduce;
    __shared__ typename BlockReduce::TempStorage storage;
    const int i = blockIdx.x * 128 + threadIdx.x;
    const int value = i < count ? values[i] : 0;
    const int maximum = BlockReduce(storage).Reduce(value, Larger());
    if (threadIdx.x == 0) {
        maxima[blockIdx.x] = maximum;
    }
}

int main() {
    const int count = 3000;
    thrust::host_vector<int> host(count);
    for (int i = 0; i < count; ++i) {
        host[i] = (i * 7919) % 10007;
    }
    thrust::device_vector<int> values = host;
    thrust::sort(values.begin(), values.end());
    thrust::device_vector<int> running(count);
    thrust::inclusive_scan(values.begin(), values.end(), running.begin());

    const int blocks = (count + 127) / 128;
    thrust::device_vector<int> maxima(blocks);
    block_maximum<<<blocks, 128>>>(thrust::raw_pointer_cast(values.data()), count,
                                   thrust::raw_pointer_cast(maxima.data()));
    CHECK(cudaGetLastError());

    int* total;
    void* storage = nullptr;
    size_t storage_bytes = 0;
    CHECK(cudaMalloc(&total, sizeof(int)));
    CHECK(cub::DeviceReduce::Sum(storage, storage_bytes, thrust::raw_pointer_cast(values.data()),
                                 total, count));
    CHECK(cudaMalloc(&storage, storage_bytes));
    CHECK(cub::DeviceReduce::Sum(storage, storage_bytes, thrust::raw_pointer_cast(values.data()),
                                 total, count));
    int sum = 0;
    CHECK(cudaMemcpy(&sum, total, sizeof(int), cudaMemcpyDeviceToHost));

    thrust::host_vector<int> sorted = values, scanned = running, largest = maxima;
    int wrong = 0, so_far = 0;
    for (int i = 0; i < count; ++i) {
        wrong += i > 0 && sorted[i - 1] > sorted[i];
        so_far += sorted[i];
        wrong += scanned[i] != so_far;
    }
    for (int block = 0; block < blocks; ++block) {
        const int last = (block + 1) * 128 < count ? (block + 1) * 128 : count;
        wrong += largest[block] != sorted[last - 1];
    }
    wrong += sum != so_far;
    std::printf("sort_and_scan: sum %d, %d wrong\n", sum, wrong);

    CHECK(cudaFree(storage));
    CHECK(cudaFree(total));
    return wrong != 0;
}
