// Turns an image through a texture: filtered reads between pixels, clamped at the border.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
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

__global__ void rotate(cudaTextureObject_t image, float* turned, int width, int height,
                       float angle) {
    const int x = blockIdx.x * blockDim.x + threadIdx.x;
    const int y = blockIdx.y * blockDim.y + threadIdx.y;
    if (x >= width || y >= height) {
        return;
    }
    const float u = x - 0.5f * width, v = y - 0.5f * height;
    const float from_x = u * cosf(angle) - v * sinf(angle) + 0.5f * width;
    const float from_y = u * sinf(angle) + v * cosf(angle) + 0.5f * height;
    turned[y * width + x] = tex2D<float>(image, from_x + 0.5f, from_y + 0.5f);
}

int main() {
    const int width = 64, height = 48;
    std::vector<float> pixels(width * height), turned(width * height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            pixels[y * width + x] = static_cast<float>(x + 2 * y);
        }
    }

    cudaArray_t array;
    const cudaChannelFormatDesc format = cudaCreateChannelDesc<float>();
    CHECK(cudaMallocArray(&array, &format, width, height));
    CHECK(cudaMemcpy2DToArray(array, 0, 0, pixels.data(), width * sizeof(float),
                              width * sizeof(float), height, cudaMemcpyHostToDevice));

    cudaResourceDesc resource;
    std::memset(&resource, 0, sizeof(resource));
    resource.resType = cudaResourceTypeArray;
    resource.res.array.array = array;
    cudaTextureDesc description;
    std::memset(&description, 0, sizeof(description));
    description.addressMode[0] = cudaAddressModeClamp;
    description.addressMode[1] = cudaAddressModeClamp;
    description.filterMode = cudaFilterModeLinear;
    description.readMode = cudaReadModeElementType;
    cudaTextureObject_t image;
    CHECK(cudaCreateTextureObject(&image, &resource, &description, nullptr));

    float* device_turned;
    CHECK(cudaMalloc(&device_turned, turned.size() * sizeof(float)));
    const float angle = 0.3f;
    const dim3 block(16, 16), grid((width + 15) / 16, (height + 15) / 16);
    rotate<<<grid, block>>>(image, device_turned, width, height, angle);
    CHECK(cudaGetLastError());
    CHECK(cudaMemcpy(turned.data(), device_turned, turned.size() * sizeof(float),
                     cudaMemcpyDeviceToHost));

    // The image is a plane, so that a filtered read inside it has a plain formula. The hardware
    // filters with 8 bits of fraction, hence the tolerance.
    int wrong = 0;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const float u = x - 0.5f * width, v = y - 0.5f * height;
            const float from_x = u * std::cos(angle) - v * std::sin(angle) + 0.5f * width;
            const float from_y = u * std::sin(angle) + v * std::cos(angle) + 0.5f * height;
            if (from_x >= 0 && from_x <= width - 1 && from_y >= 0 && from_y <= height - 1) {
                wrong += std::fabs(turned[y * width + x] - (from_x + 2 * from_y)) > 0.05f;
            }
        }
    }
    std::printf("texture: %d x %d, %d wrong\n", width, height, wrong);

    CHECK(cudaDestroyTextureObject(image));
    CHECK(cudaFreeArray(array));
    CHECK(cudaFree(device_turned));
    return wrong != 0;
}
