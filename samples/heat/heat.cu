#include "heat.cuh"

#include <utility>

__global__ void diffuse(const float* now, float* next, int width, int height, float diffusion) {
    const int x = blockIdx.x * blockDim.x + threadIdx.x;
    const int y = blockIdx.y * blockDim.y + threadIdx.y;
    if (x >= width || y >= height) {
        return;
    }
    const int i = y * width + x;
    if (x == 0 || y == 0 || x == width - 1 || y == height - 1) {
        next[i] = now[i];  // the border keeps its temperature
        return;
    }
    const float around = now[i - 1] + now[i + 1] + now[i - width] + now[i + width];
    next[i] = now[i] + diffusion * (around - 4.0f * now[i]);
}

cudaError_t create_plate(Plate* plate, int width, int height, const float* temperatures) {
    const size_t bytes = static_cast<size_t>(width) * height * sizeof(float);
    plate->width = width;
    plate->height = height;
    cudaError_t status = cudaMalloc(&plate->now, bytes);
    if (status != cudaSuccess) {
        return status;
    }
    status = cudaMalloc(&plate->next, bytes);
    if (status != cudaSuccess) {
        return status;
    }
    return cudaMemcpy(plate->now, temperatures, bytes, cudaMemcpyHostToDevice);
}

cudaError_t step_plate(Plate* plate, float diffusion, cudaStream_t stream) {
    const dim3 block(32, 8);
    const dim3 grid((plate->width + block.x - 1) / block.x,
                    (plate->height + block.y - 1) / block.y);
    diffuse<<<grid, block, 0, stream>>>(plate->now, plate->next, plate->width, plate->height,
                                        diffusion);
    std::swap(plate->now, plate->next);
    return cudaGetLastError();
}

cudaError_t read_plate(const Plate* plate, float* temperatures) {
    const size_t bytes = static_cast<size_t>(plate->width) * plate->height * sizeof(float);
    return cudaMemcpy(temperatures, plate->now, bytes, cudaMemcpyDeviceToHost);
}

cudaError_t destroy_plate(Plate* plate) {
    cudaError_t status = cudaFree(plate->now);
    const cudaError_t second = cudaFree(plate->next);
    return status != cudaSuccess ? status : second;
}
