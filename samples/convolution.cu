// Blurs an image with a filter in constant memory; each block loads its tile and a border around
// it.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <cuda_runtime.h>

#define RADIUS 2
#define SIDE (2 * RADIUS + 1)
#define TILE 16

#define CHECK(call)                                                                              \
    do {                                                                                         \
        cudaError_t status = (call);                                                             \
        if (status != cudaSuccess) {                                                             \
            std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, cudaGetErrorString(status)); \
            std::exit(1);                                                                        \
        }                                                                                        \
    } while (0)

__constant__ float filter_weights[SIDE * SIDE];

__device__ int clamp_index(int i, int size) { return min(max(i, 0), size - 1); }

__global__ void convolve(const float* image, float* blurred, int width, int height) {
    __shared__ float tile[TILE + 2 * RADIUS][TILE + 2 * RADIUS];
    const int left = blockIdx.x * TILE - RADIUS;
    const int top = blockIdx.y * TILE - RADIUS;
    for (int y = threadIdx.y; y < TILE + 2 * RADIUS; y += TILE) {
        for (int x = threadIdx.x; x < TILE + 2 * RADIUS; x += TILE) {
            tile[y][x] = image[clamp_index(top + y, height) * width + clamp_index(left + x, width)];
        }
    }
    __syncthreads();

    const int x = blockIdx.x * TILE + threadIdx.x;
    const int y = blockIdx.y * TILE + threadIdx.y;
    if (x >= width || y >= height) {
        return;
    }
    float sum = 0.0f;
    for (int row = 0; row < SIDE; ++row) {
        for (int column = 0; column < SIDE; ++column) {
            sum +=
                filter_weights[row * SIDE + column] * tile[threadIdx.y + row][threadIdx.x + column];
        }
    }
    blurred[y * width + x] = sum;
}

int main() {
    const int width = 150, height = 90;
    std::vector<float> image(width * height), blurred(width * height);
    for (int i = 0; i < width * height; ++i) {
        image[i] = static_cast<float>((i * 37) % 256);
    }
    std::vector<float> weights(SIDE * SIDE);
    float total = 0.0f;
    for (int row = 0; row < SIDE; ++row) {
        for (int column = 0; column < SIDE; ++column) {
            const int distance = std::abs(row - RADIUS) + std::abs(column - RADIUS);
            weights[row * SIDE + column] = 1.0f / (1 << distance);
            total += weights[row * SIDE + column];
        }
    }
    for (float& weight : weights) {
        weight /= total;
    }

    float *device_image, *device_blurred;
    CHECK(cudaMalloc(&device_image, image.size() * sizeof(float)));
    CHECK(cudaMalloc(&device_blurred, blurred.size() * sizeof(float)));
    CHECK(cudaMemcpy(device_image, image.data(), image.size() * sizeof(float),
                     cudaMemcpyHostToDevice));
    CHECK(cudaMemcpyToSymbol(filter_weights, weights.data(), weights.size() * sizeof(float)));

    const dim3 block(TILE, TILE);
    const dim3 grid((width + TILE - 1) / TILE, (height + TILE - 1) / TILE);
    convolve<<<grid, block>>>(device_image, device_blurred, width, height);
    CHECK(cudaGetLastError());
    CHECK(cudaMemcpy(blurred.data(), device_blurred, blurred.size() * sizeof(float),
                     cudaMemcpyDeviceToHost));

    int wrong = 0;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            double expected = 0.0;
            for (int row = -RADIUS; row <= RADIUS; ++row) {
                for (int column = -RADIUS; column <= RADIUS; ++column) {
                    const int from_y = std::min(std::max(y + row, 0), height - 1);
                    const int from_x = std::min(std::max(x + column, 0), width - 1);
                    expected += weights[(row + RADIUS) * SIDE + column + RADIUS] *
                                image[from_y * width + from_x];
                }
            }
            wrong += std::fabs(blurred[y * width + x] - expected) > 1e-3;
        }
    }
    std::printf("convolution: %d x %d, %d wrong\n", width, height, wrong);

    CHECK(cudaFree(device_image));
    CHECK(cudaFree(device_blurred));
    return wrong != 0;
}
