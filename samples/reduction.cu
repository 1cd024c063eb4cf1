// Sums the rows of a matrix, one row a block, with a warp of 32 baked in: the usual CUDA way, and
// the usual way to be wrong on a wavefront of 64 lanes. hipwright's port keeps groups of 32 lanes.
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <cuda_runtime.h>

#define WARP_SIZE 32
#define FULL_MASK 0xffffffff
#define BLOCK 256

#define CHECK(call)                                                                              \
    do {                                                                                         \
        cudaError_t status = (call);                                                             \
        if (status != cudaSuccess) {                                                             \
            std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, cudaGetErrorString(status)); \
            std::exit(1);                                                                        \
        }                                                                                        \
    } while (0)

__device__ int warp_sum(int value) {
    for (int offset = WARP_SIZE / 2; offset > 0; offset /= 2) {
        value += __shfl_down_sync(FULL_MASK, value, offset);
    }
    return __shfl_sync(FULL_MASK, value, 0);  // the total, in every lane
}

// warp_totals: one value a warp of 32; row_totals: one value a row.
__global__ void sum_rows(const int* matrix, int columns, int* warp_totals, int* row_totals) {
    __shared__ int partial[BLOCK / WARP_SIZE];
    const int lane = threadIdx.x % WARP_SIZE;
    const int warp = threadIdx.x / WARP_SIZE;

    int value = 0;
    for (int column = threadIdx.x; column < columns; column += BLOCK) {
        value += matrix[blockIdx.x * columns + column];
    }
    const int total = warp_sum(value);
    if (lane == 0) {
        partial[warp] = total;
        warp_totals[blockIdx.x * (BLOCK / WARP_SIZE) + warp] = total;
    }
    __syncthreads();

    if (warp == 0) {
        const int row_total = warp_sum(lane < BLOCK / WARP_SIZE ? partial[lane] : 0);
        if (lane == 0) {
            row_totals[blockIdx.x] = row_total;
        }
    }
}

int main() {
    const int rows = 12, columns = 1000, warps = BLOCK / WARP_SIZE;
    std::vector<int> matrix(rows * columns), warp_totals(rows * warps), row_totals(rows);
    for (int i = 0; i < rows * columns; ++i) {
        matrix[i] = i % 97 - 20;
    }

    int *device_matrix, *device_warp_totals, *device_row_totals;
    CHECK(cudaMalloc(&device_matrix, matrix.size() * sizeof(int)));
    CHECK(cudaMalloc(&device_warp_totals, warp_totals.size() * sizeof(int)));
    CHECK(cudaMalloc(&device_row_totals, row_totals.size() * sizeof(int)));
    CHECK(cudaMemcpy(device_matrix, matrix.data(), matrix.size() * sizeof(int),
                     cudaMemcpyHostToDevice));

    sum_rows<<<rows, BLOCK>>>(device_matrix, columns, device_warp_totals, device_row_totals);
    CHECK(cudaGetLastError());
    CHECK(cudaMemcpy(warp_totals.data(), device_warp_totals, warp_totals.size() * sizeof(int),
                     cudaMemcpyDeviceToHost));
    CHECK(cudaMemcpy(row_totals.data(), device_row_totals, row_totals.size() * sizeof(int),
                     cudaMemcpyDeviceToHost));

    int wrong = 0;
    for (int row = 0; row < rows; ++row) {
        int expected = 0;
        for (int column = 0; column < columns; ++column) {
            expected += matrix[row * columns + column];
        }
        wrong += row_totals[row] != expected;
    }
    std::printf("reduction: %d rows, %d wrong\n", rows, wrong);

    CHECK(cudaFree(device_matrix));
    CHECK(cudaFree(device_warp_totals));
    CHECK(cudaFree(device_row_totals));
    return wrong != 0;
}
