// Compiles a kernel from a string at run time with NVRTC, and launches it through the driver API.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <cuda.h>
#include <nvrtc.h>

#define CHECK(call)                                                        \
    do {                                                                   \
        CUresult status = (call);                                          \
        if (status != CUDA_SUCCESS) {                                      \
            const char* text = nullptr;                                    \
            cuGetErrorString(status, &text);                               \
            std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, text); \
            std::exit(1);                                                  \
        }                                                                  \
    } while (0)

#define CHECK_COMPILE(call)                                                                       \
    do {                                                                                          \
        nvrtcResult status = (call);                                                              \
        if (status != NVRTC_SUCCESS) {                                                            \
            std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, nvrtcGetErrorString(status)); \
            std::exit(1);                                                                         \
        }                                                                                         \
    } while (0)

static const char* kernel_source = R"(
extern "C" __global__ void saxpy(float a, const float *x, float *y, int count)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < count) {
        y[i] = a * x[i] + y[i];
    }
}
)";

int main() {
    CHECK(cuInit(0));
    CUdevice device;
    CHECK(cuDeviceGet(&device, 0));
    CUcontext context;
    CHECK(cuDevicePrimaryCtxRetain(&context, device));
    CHECK(cuCtxSetCurrent(context));

    nvrtcProgram program;
    CHECK_COMPILE(nvrtcCreateProgram(&program, kernel_source, "saxpy.cu", 0, nullptr, nullptr));
    CHECK_COMPILE(nvrtcCompileProgram(program, 0, nullptr));
    size_t code_size = 0;
    CHECK_COMPILE(nvrtcGetPTXSize(program, &code_size));
    std::string code(code_size, '\0');
    CHECK_COMPILE(nvrtcGetPTX(program, &code[0]));
    CHECK_COMPILE(nvrtcDestroyProgram(&program));

    CUmodule module;
    CUfunction saxpy;
    CHECK(cuModuleLoadData(&module, code.data()));
    CHECK(cuModuleGetFunction(&saxpy, module, "saxpy"));

    int count = 1000;
    float a = 2.5f;
    std::vector<float> x(count), y(count);
    for (int i = 0; i < count; ++i) {
        x[i] = static_cast<float>(i);
        y[i] = 1.0f;
    }
    CUdeviceptr device_x, device_y;
    CHECK(cuMemAlloc(&device_x, count * sizeof(float)));
    CHECK(cuMemAlloc(&device_y, count * sizeof(float)));
    CHECK(cuMemcpyHtoD(device_x, x.data(), count * sizeof(float)));
    CHECK(cuMemcpyHtoD(device_y, y.data(), count * sizeof(float)));

    void* arguments[] = {&a, &device_x, &device_y, &count};
    CHECK(cuLaunchKernel(saxpy, (count + 255) / 256, 1, 1, 256, 1, 1, 0, nullptr, arguments,
                         nullptr));
    CHECK(cuCtxSynchronize());
    CHECK(cuMemcpyDtoH(y.data(), device_y, count * sizeof(float)));

    int wrong = 0;
    for (int i = 0; i < count; ++i) {
        wrong += y[i] != a * x[i] + 1.0f;
    }
    std::printf("runtime_compiled: %d elements, %d wrong\n", count, wrong);

    CHECK(cuMemFree(device_x));
    CHECK(cuMemFree(device_y));
    CHECK(cuModuleUnload(module));
    CHECK(cuDevicePrimaryCtxRelease(device));
    return wrong != 0;
}
