// Multiplies two matrices through tiles in shared memory, timed with events.
#include <cmath>
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

constexpr int TILE = 16;

// product = left (rows x inner) times right (inner x columns), all in row order.
__global__ void multiply(const float* left, const float* right, float* product, int rows, int inner,
                         int columns) {
    __shared__ float left_tile[TILE][TILE];
    __shared__ float right_tile[TILE][TILE];

    const int row = blockIdx.y * TILE + threadIdx.y;
    const int column = blockIdx.x * TILE + threadIdx.x;
    float sum = 0.0f;

    for (int start = 0; start < inner; start += TILE) {
        const int left_column = start + threadIdx.x;
        const int right_row = start + threadIdx.y;
        left_tile[threadIdx.y][threadIdx.x] =
            row < rows && left_column < inner ? left[row * inner + left_column] : 0.0f;
        right_tile[threadIdx.y][threadIdx.x] =
            right_row < inner && column < columns ? right[right_row * columns + column] : 0.0f;
        __syncthreads();
        for (int k = 0; k < TILE; ++k) {
            sum += left_tile[threadIdx.y][k] * right_tile[k][threadIdx.x];
        }
        __syncthreads();
    }
    if (row < rows && column < columns) {
        product[row * columns + column] = sum;
    }
}

int main() {
    // No size is a multiple of the tile, so that the edges are tested too.
    const int rows = 100, inner = 75, columns = 130;
    std::vector<float> left(rows * inner), right(inner * columns), product(rows * columns);
    for (size_t i = 0; i < left.size(); ++i) {
        left[i] = static_cast<float>(i % 7) - 3.0f;
    }
    for (size_t i = 0; i < right.size(); ++i) {
        right[i] = static_cast<float>(i % 5) * 0.25f;
    }

    float *device_left, *device_right, *device_product;
    CHECK(cudaMalloc(&device_left, left.size() * sizeof(float)));
    CHECK(cudaMalloc(&device_right, right.size() * sizeof(float)));
    CHECK(cudaMalloc(&device_product, product.size() * sizeof(float)));
    CHECK(
        cudaMemcpy(device_left, left.data(), left.size() * sizeof(float), cudaMemcpyHostToDevice));
    CHECK(cudaMemcpy(device_right, right.data(), right.size() * sizeof(float),
                     cudaMemcpyHostToDevice));

    cudaEvent_t begin, end;
    CHECK(cudaEventCreate(&begin));
    CHECK(cudaEventCreate(&end));

    const dim3 block(TILE, TILE);
    const dim3 grid((columns + TILE - 1) / TILE, (rows + TILE - 1) / TILE);
    CHECK(cudaEventRecord(begin));
    multiply<<<grid, block>>>(device_left, device_right, device_product, rows, inner, columns);
    CHECK(cudaEventRecord(end));
    CHECK(cudaEventSynchronize(end));

    float milliseconds = 0.0f;
    CHECK(cudaEventElapsedTime(&milliseconds, begin, end));
    CHECK(cudaMemcpy(product.data(), device_product, product.size() * sizeof(float),
                     cudaMemcpyDeviceToHost));

    int wrong = 0;
    for (int row = 0; row < rows; ++row) {
        for (int column = 0; column < columns; ++column) {
            double expected = 0.0;
            for (int k = 0; k < inner; ++k) {
                expected +=
                    static_cast<double>(left[row * inner + k]) * right[k * columns + column];
            }
            wrong += std::fabs(product[row * columns + column] - expected) > 1e-4;
        }
    }
    std::printf("matrix_multiply: %d x %d, %d wrong\n", rows, columns, wrong);
    std::fprintf(stderr, "kernel time: %.3f ms\n", milliseconds);

    CHECK(cudaEventDestroy(begin));
    CHECK(cudaEventDestroy(end));
    CHECK(cudaFree(device_left));
    CHECK(cudaFree(device_right));
    CHECK(cudaFree(device_product));
    return wrong != 0;
}
