// Works on the parts of an array in several streams, with events between them, pinned memory for
// the copies, and managed memory for the totals.
#include <cstdio>
#include <cstdlib>

#include <cuda_runtime.h>

#define CHECK(call)                                                                              \
    do {                                                                                         \
        cudaError_t status = (call);                                                             \
        if (status != cudaSuccess) {                                                             \
            std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, cudaGetErrorString(status)); \
            std::exit(1);                                                                        \
        }                                                                                        \
    } while (0)

__global__ void scale(float* values, int count, float factor) {
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < count) {
        values[i] *= factor;
    }
}

__global__ void add_up(const float* values, int count, double* total) {
    // One block, one running total a thread, then a tree in shared memory.
    __shared__ double partial[128];
    double sum = 0.0;
    for (int i = threadIdx.x; i < count; i += blockDim.x) {
        sum += values[i];
    }
    partial[threadIdx.x] = sum;
    __syncthreads();
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        if (threadIdx.x < half) {
            partial[threadIdx.x] += partial[threadIdx.x + half];
        }
        __syncthreads();
    }
    if (threadIdx.x == 0) {
        *total = partial[0];
    }
}

int main() {
    const int parts = 4, part = 10000;
    float* host;
    CHECK(cudaMallocHost(&host, parts * part * sizeof(float)));
    for (int i = 0; i < parts * part; ++i) {
        host[i] = static_cast<float>(i % 100);
    }
    float* device;
    double* totals;
    CHECK(cudaMalloc(&device, parts * part * sizeof(float)));
    CHECK(cudaMallocManaged(&totals, parts * sizeof(double)));

    cudaStream_t streams[parts];
    cudaEvent_t scaled[parts];
    for (int p = 0; p < parts; ++p) {
        CHECK(cudaStreamCreateWithFlags(&streams[p], cudaStreamNonBlocking));
        CHECK(cudaEventCreateWithFlags(&scaled[p], cudaEventDisableTiming));
    }
    for (int p = 0; p < parts; ++p) {
        float* values = device + p * part;
        CHECK(cudaMemcpyAsync(values, host + p * part, part * sizeof(float), cudaMemcpyHostToDevice,
                              streams[p]));
        scale<<<(part + 255) / 256, 256, 0, streams[p]>>>(values, part, 1.0f + p);
        CHECK(cudaEventRecord(scaled[p], streams[p]));
    }
    for (int p = 0; p < parts; ++p) {
        // The next stream adds up what this one scaled.
        const int other = (p + 1) % parts;
        CHECK(cudaStreamWaitEvent(streams[other], scaled[p], 0));
        add_up<<<1, 128, 0, streams[other]>>>(device + p * part, part, &totals[p]);
        CHECK(cudaMemcpyAsync(host + p * part, device + p * part, part * sizeof(float),
                              cudaMemcpyDeviceToHost, streams[other]));
    }
    for (int p = 0; p < parts; ++p) {
        CHECK(cudaStreamSynchronize(streams[p]));
    }

    int wrong = 0;
    for (int p = 0; p < parts; ++p) {
        double expected = 0.0;
        for (int i = 0; i < part; ++i) {
            const float value = static_cast<float>((p * part + i) % 100) * (1.0f + p);
            expected += value;
            wrong += host[p * part + i] != value;
        }
        wrong += totals[p] != expected;
        std::printf("part %d: total %.0f\n", p, totals[p]);
    }
    std::printf("streams: %d wrong\n", wrong);

    for (int p = 0; p < parts; ++p) {
        CHECK(cudaEventDestroy(scaled[p]));
        CHECK(cudaStreamDestroy(streams[p]));
    }
    CHECK(cudaFree(device));
    CHECK(cudaFree(totals));
    CHECK(cudaFreeHost(host));
    return wrong != 0;
}
