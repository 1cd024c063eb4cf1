// Sums the rows of a matrix, one row a block, with a warp of 32 baked in. The names are HIP's,
// nothing else was ported: this is what renaming alone makes of reduction.cu. It is wrong on 64
// lanes, on purpose: `hipwright compare reduction.cu reduction_renamed.hip` shows where.
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <hip/hip_runtime.h>

#define WARP_SIZE 32
#define FULL_MASK 0xffffffff
#define BLOCK 256

#define CHECK(call)                                                                             \
    do {                                                                                        \
        hipError_t status = (call);                                                             \
        if (status != hipSuccess) {                                                             \
            std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, hipGetErrorString(status)); \
            std::exit(1);                                                                       \
        }                                                                                       \
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
    CHECK(hipMalloc(&device_matrix, matrix.size() * sizeof(int)));
    CHECK(hipMalloc(&device_warp_totals, warp_totals.size() * sizeof(int)));
    CHECK(hipMalloc(&device_row_totals, row_totals.size() * sizeof(int)));
    CHECK(hipMemcpy(device_matrix, matrix.data(), matrix.size() * sizeof(int),
                    hipMemcpyHostToDevice));

    sum_rows<<<rows, BLOCK>>>(device_matrix, columns, device_warp_totals, device_row_totals);
    CHECK(hipGetLastError());
    CHECK(hipMemcpy(warp_totals.data(), device_warp_totals, warp_totals.size() * sizeof(int),
                    hipMemcpyDeviceToHost));
    CHECK(hipMemcpy(row_totals.data(), device_row_totals, row_totals.size() * sizeof(int),
                    hipMemcpyDeviceToHost));

    int wrong = 0;
    for (int row = 0; row < rows; ++row) {
        int expected = 0;
        for (int column = 0; column < columns; ++column) {
            expected += matrix[row * columns + column];
        }
        wrong += row_totals[row] != expected;
    }
    std::printf("reduction: %d rows, %d wrong\n", rows, wrong);

    CHECK(hipFree(device_matrix));
    CHECK(hipFree(device_warp_totals));
    CHECK(hipFree(device_row_totals));
    return wrong != 0;
}
