// The temperature of a plate, one step in time after the other.
#pragma once

#include <cuda_runtime.h>

struct Plate {
    int width;
    int height;
    float* now;   // on the device, width * height
    float* next;  // likewise
};

cudaError_t create_plate(Plate* plate, int width, int height, const float* temperatures);
cudaError_t step_plate(Plate* plate, float diffusion, cudaStream_t stream);
cudaError_t read_plate(const Plate* plate, float* temperatures);
cudaError_t destroy_plate(Plate* plate);
