// Keeps the values above a threshold, in order: each warp counts with a ballot where its values go.
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <cuda_runtime.h>

#define BLOCK 128
#define WARPS (BLOCK / 32)

#define CHECK(call)                                                                              \
    do {                                                                                         \
        cudaError_t status = (call);                                                             \
        if (status != cudaSuccess) {                                                             \
            std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, cudaGetErrorString(status)); \
            std::exit(1);                                                                        \
        }                                                                                        \
    } while (0)

// Each block writes its own part of `kept`, from blockIdx.x * BLOCK on, and how many it wrote.
__global__ void compact(const int* values, int count, int threshold, int* kept, int* kept_counts,
                        unsigned* ballots) {
    __shared__ int warp_counts[WARPS];
    const int i = blockIdx.x * BLOCK + threadIdx.x;
    const int lane = threadIdx.x & 31;
    const int warp = threadIdx.x >> 5;

    const bool keep = i < count && values[i] > threshold;
    const unsigned ballot = __ballot_sync(0xffffffff, keep);
    const int before = __popc(ballot & ((1u << lane) - 1));
    if (lane == 0) {
        warp_counts[warp] = __popc(ballot);
        ballots[blockIdx.x * WARPS + warp] = ballot;
    }
    __syncthreads();

    int start = blockIdx.x * BLOCK;
    for (int other = 0; other < warp; ++other) {
        start += warp_counts[other];
    }
    if (keep) {
        kept[start + before] = values[i];
    }
    if (threadIdx.x == BLOCK - 1) {
        kept_counts[blockIdx.x] = start - blockIdx.x * BLOCK + __popc(ballot);
    }
}

int main() {
    const int count = 5000, threshold = 60;
    const int blocks = (count + BLOCK - 1) / BLOCK;
    std::vector<int> values(count), kept(blocks * BLOCK), kept_counts(blocks);
    std::vector<unsigned> ballots(blocks * WARPS);
    unsigned state = 12345;
    for (int& value : values) {
        state = state * 1664525u + 1013904223u;
        value = static_cast<int>(state >> 24) % 100;
    }

    int *device_values, *device_kept, *device_kept_counts;
    unsigned* device_ballots;
    CHECK(cudaMalloc(&device_values, count * sizeof(int)));
    CHECK(cudaMalloc(&device_kept, kept.size() * sizeof(int)));
    CHECK(cudaMalloc(&device_kept_counts, blocks * sizeof(int)));
    CHECK(cudaMalloc(&device_ballots, ballots.size() * sizeof(unsigned)));
    CHECK(cudaMemcpy(device_values, values.data(), count * sizeof(int), cudaMemcpyHostToDevice));
    CHECK(cudaMemset(device_kept, 0, kept.size() * sizeof(int)));

    compact<<<blocks, BLOCK>>>(device_values, count, threshold, device_kept, device_kept_counts,
                               device_ballots);
    CHECK(cudaGetLastError());
    CHECK(cudaMemcpy(kept.data(), device_kept, kept.size() * sizeof(int), cudaMemcpyDeviceToHost));
    CHECK(cudaMemcpy(kept_counts.data(), device_kept_counts, blocks * sizeof(int),
                     cudaMemcpyDeviceToHost));
    CHECK(cudaMemcpy(ballots.data(), device_ballots, ballots.size() * sizeof(unsigned),
                     cudaMemcpyDeviceToHost));

    std::vector<int> expected, found;
    for (int value : values) {
        if (value > threshold) {
            expected.push_back(value);
        }
    }
    for (int block = 0; block < blocks; ++block) {
        for (int i = 0; i < kept_counts[block]; ++i) {
            found.push_back(kept[block * BLOCK + i]);
        }
    }
    const bool same = found == expected;
    std::printf("ballot_compaction: kept %zu of %d, %s\n", found.size(), count,
                same ? "in order" : "wrong");

    CHECK(cudaFree(device_values));
    CHECK(cudaFree(device_kept));
    CHECK(cudaFree(device_kept_counts));
    CHECK(cudaFree(device_ballots));
    return !same;
}
