// Compiles kernels while it runs, with NVRTC or with hipRTC.
#ifdef __HIP__
#include <hip/hip_runtime.h>
#include <hip/hiprtc.h>
#define RTC(name) hiprtc##name
#define RUN(cuda, hip) hip
#define Image Code
using Module = hipModule_t;
using Kernel = hipFunction_t;
using Pointer = hipDeviceptr_t;
#else
#include <cuda.h>
#include <nvrtc.h>
#define RTC(name) nvrtc##name
#define RUN(cuda, hip) cuda
#define Image PTX
using Module = CUmodule;
using Kernel = CUfunction;
using Pointer = CUdeviceptr;
#endif
#include <cstdio>
#include <vector>

const char* const source = R"(
#include "factor.h"
__constant__ float factor;
extern "C" __global__ void scale(float* p, int n) {
    extern __shared__ float reversed[];
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    reversed[threadIdx.x] = i < n ? p[i] : 0;
    __syncthreads();
    if (i < n) p[i] = reversed[blockDim.x - 1 - threadIdx.x] * factor + OFFSET;
}
namespace mine {
template <typename T> __global__ void fill(T* p, T value) { p[threadIdx.x] = value; }
}
)";

void print_log(RTC(Program) program, RTC(Result) result) {
    size_t bytes = 0;
    RTC(GetProgramLogSize)(program, &bytes);
    std::vector<char> log(bytes);
    RTC(GetProgramLog)(program, log.data());
    std::printf("%d: %s\n", int(result), log.data());
}

float factor = 0;  // names of the program's own do not meet the module's
extern "C" void scale() {}

int main() {
    RTC(Program) program;
    const char* header = "#define OFFSET 100.0f\n";
    const char* name = "factor.h";
    RTC(CreateProgram)(&program, source, "kernels/scale.cu", 1, &header, &name);
    RTC(AddNameExpression)(program, "mine::fill<double>");
    RTC(AddNameExpression)(program, "&factor");
    const char* options[] = {"--gpu-architecture=compute_70", "-Inowhere", "--std=c++14"};
    print_log(program, RTC(CompileProgram)(program, 3, options));

    const char *fill_name = "", *factor_name = "";
    RTC(GetLoweredName)(program, "mine::fill<double>", &fill_name);
    RTC(GetLoweredName)(program, "&factor", &factor_name);
    std::printf("%s %s\n", fill_name, factor_name);
    size_t bytes = 0;
    RUN(nvrtcGetPTXSize, hiprtcGetCodeSize)(program, &bytes);
    std::vector<char> image(bytes);
    RUN(nvrtcGetPTX, hiprtcGetCode)(program, image.data());
    RTC(DestroyProgram)(&program);

    Module module = nullptr;
    Kernel scale_kernel = nullptr, fill = nullptr;
    Pointer place = 0, numbers = 0;
    RUN(cuModuleLoadData, hipModuleLoadData)(&module, image.data());
    RUN(cuModuleGetFunction, hipModuleGetFunction)(&scale_kernel, module, "scale");
    RUN(cuModuleGetFunction, hipModuleGetFunction)(&fill, module, fill_name);
    RUN(cuModuleGetGlobal, hipModuleGetGlobal)(&place, &bytes, module, "factor");
    const float two = 2;
    RUN(cuMemcpyHtoD, hipMemcpyHtoD)(place, RUN(&two, const_cast<float*>(&two)), bytes);
    float values[64];
    for (int i = 0; i < 64; ++i) values[i] = float(i);
    RUN(cuMemAlloc, hipMalloc)(&numbers, 64 * sizeof(double));
    RUN(cuMemcpyHtoD, hipMemcpyHtoD)(numbers, values, sizeof values);
    int count = 64;
    void* arguments[] = {&numbers, &count};
    RUN(cuLaunchKernel, hipModuleLaunchKernel)
    (scale_kernel, 2, 1, 1, 32, 1, 1, 32 * sizeof(float), nullptr, arguments, nullptr);
    RUN(cuMemcpyDtoH, hipMemcpyDtoH)(values, numbers, sizeof values);
    std::printf("%g %g %g\n", values[0], values[31], values[63]);

    struct {
        Pointer p;
        double value;
    } packed{numbers, 7};
    size_t size = sizeof packed;
    void* extra[] = {RUN(CU_LAUNCH_PARAM_BUFFER_POINTER, HIP_LAUNCH_PARAM_BUFFER_POINTER), &packed,
                     RUN(CU_LAUNCH_PARAM_BUFFER_SIZE, HIP_LAUNCH_PARAM_BUFFER_SIZE), &size,
                     RUN(CU_LAUNCH_PARAM_END, HIP_LAUNCH_PARAM_END)};
    RUN(cuLaunchKernel, hipModuleLaunchKernel)
    (fill, 1, 1, 1, 64, 1, 1, 0, nullptr, nullptr, extra);
    double doubles[64];
    RUN(cuMemcpyDtoH, hipMemcpyDtoH)(doubles, numbers, sizeof doubles);
    std::printf("%g %g\n", doubles[0], doubles[63]);
    const int missing =
        RUN(cuModuleGetFunction, hipModuleGetFunction)(&scale_kernel, module, "nothing");
    const int foreign = RUN(cuModuleLoadData, hipModuleLoadData)(&module, ".version 8.0\n");
    std::printf("missing %d, foreign %d\n", missing, foreign);

    RTC(CreateProgram)(&program, "__global__ void k() {\n  nothing();\n}", nullptr, 0, nullptr,
                       nullptr);
    print_log(program, RTC(CompileProgram)(program, 0, nullptr));
    RTC(DestroyProgram)(&program);
}
