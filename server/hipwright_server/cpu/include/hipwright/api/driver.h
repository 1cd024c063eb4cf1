// The part of CUDA's driver API that programs use beside the runtime: devices, contexts, memory,
// streams, events and modules.
#pragma once

#include "device.h"
#include "driver_numbers.h"
#include "launch.h"
#include "module.h"

using CUdevice = int;
using CUdeviceptr = unsigned long long;
using CUcontext = struct CUctx_st*;
using CUmodule = struct CUmod_st*;
using CUfunction = CUfunc_st*;
using CUstream = CUstream_st*;
using CUevent = CUevent_st*;
enum CUctx_flags {
    CU_CTX_SCHED_AUTO = 0,
    CU_CTX_SCHED_SPIN = 1,
    CU_CTX_SCHED_YIELD = 2,
    CU_CTX_MAP_HOST = 8
};
enum CUstream_flags { CU_STREAM_DEFAULT = 0, CU_STREAM_NON_BLOCKING = 1 };
enum CUevent_flags {
    CU_EVENT_DEFAULT = 0,
    CU_EVENT_BLOCKING_SYNC = 1,
    CU_EVENT_DISABLE_TIMING = 2
};
inline CUresult cuGetErrorName(CUresult error, const char** text) {
    *text = cudaGetErrorName(static_cast<cudaError_t>(error));
    return CUDA_SUCCESS;
}
inline CUresult cuGetErrorString(CUresult error, const char** text) {
    *text = cudaGetErrorString(static_cast<cudaError_t>(error));
    return CUDA_SUCCESS;
}
inline CUresult cuInit(unsigned) { return CUDA_SUCCESS; }
inline CUresult cuDriverGetVersion(int* version) { return cudaDriverGetVersion(version); }
inline CUresult cuDeviceGetCount(int* count) { return cudaGetDeviceCount(count); }
inline CUresult cuDeviceGet(CUdevice* device, int ordinal) {
    if (!hipwright::is_device(ordinal)) return CUDA_ERROR_INVALID_DEVICE;
    *device = ordinal;
    return CUDA_SUCCESS;
}
inline CUresult cuDeviceGetName(char* name, int size, CUdevice device) {
    if (!name || size < 1 || !hipwright::is_device(device)) return CUDA_ERROR_INVALID_VALUE;
    std::snprintf(name, static_cast<std::size_t>(size), "%s", hipwright::model().name);
    return CUDA_SUCCESS;
}
inline CUresult cuDeviceTotalMem(std::size_t* bytes, CUdevice) {
    *bytes = hipwright::Memory::get().total();
    return CUDA_SUCCESS;
}
inline CUresult cuDeviceGetAttribute(int* value, CUdevice_attribute which, CUdevice device) {
    return cudaDeviceGetAttribute(value, static_cast<cudaDeviceAttr>(which), device);
}
inline CUresult cuDeviceComputeCapability(int* major, int* minor, CUdevice) {
    *major = hipwright::model().major;
    *minor = hipwright::model().minor;
    return CUDA_SUCCESS;
}
struct CUctxCreateParams {
    void* execAffinityParams;
    int numExecAffinityParams;
    void* cigParams;
};
inline CUresult cuCtxCreate(CUcontext* context, unsigned, CUdevice);
// CUDA 13 takes parameters first.
inline CUresult cuCtxCreate(CUcontext* context, CUctxCreateParams*, unsigned flags,
                            CUdevice device) {
    return cuCtxCreate(context, flags, device);
}
inline CUresult cuCtxCreate(CUcontext* context, unsigned, CUdevice) {
    *context = reinterpret_cast<CUcontext>(std::uintptr_t{1});
    return CUDA_SUCCESS;
}
inline CUresult cuCtxDestroy(CUcontext) { return CUDA_SUCCESS; }
inline CUresult cuCtxSetCurrent(CUcontext) { return CUDA_SUCCESS; }
inline CUresult cuCtxGetCurrent(CUcontext* context) { return cuCtxCreate(context, 0, 0); }
inline CUresult cuCtxGetDevice(CUdevice* device) { return cudaGetDevice(device); }
inline CUresult cuCtxSynchronize(HIPWRIGHT_HERE) { return cudaDeviceSynchronize(file, line); }
inline CUresult cuDevicePrimaryCtxRetain(CUcontext* context, CUdevice) {
    return cuCtxCreate(context, 0, 0);
}
inline CUresult cuDevicePrimaryCtxRelease(CUdevice) { return CUDA_SUCCESS; }

inline CUresult cuMemAlloc(CUdeviceptr* pointer, std::size_t bytes, HIPWRIGHT_HERE) {
    void* memory = nullptr;
    const CUresult result = cudaMalloc(&memory, bytes, file, line);
    *pointer = reinterpret_cast<CUdeviceptr>(memory);
    return result;
}
inline CUresult cuMemFree(CUdeviceptr pointer) {
    return cudaFree(reinterpret_cast<void*>(pointer));
}
inline CUresult cuMemGetInfo(std::size_t* free, std::size_t* total) {
    return cudaMemGetInfo(free, total);
}
inline CUresult cuMemcpyHtoD(CUdeviceptr to, const void* from, std::size_t bytes, HIPWRIGHT_HERE) {
    return cudaMemcpy(reinterpret_cast<void*>(to), from, bytes, cudaMemcpyHostToDevice, file, line);
}
template <typename T>
inline CUresult cuMemcpyDtoH(T* to, CUdeviceptr from, std::size_t bytes, HIPWRIGHT_HERE) {
    return cudaMemcpy(to, reinterpret_cast<const void*>(from), bytes, cudaMemcpyDeviceToHost, file,
                      line);
}
inline CUresult cuMemcpyDtoD(CUdeviceptr to, CUdeviceptr from, std::size_t bytes, HIPWRIGHT_HERE) {
    return cudaMemcpy(reinterpret_cast<void*>(to), reinterpret_cast<const void*>(from), bytes,
                      cudaMemcpyDeviceToDevice, file, line);
}
inline CUresult cuMemsetD8(CUdeviceptr to, unsigned char value, std::size_t count, HIPWRIGHT_HERE) {
    return cudaMemset(reinterpret_cast<void*>(to), value, count, file, line);
}
inline CUresult cuMemsetD32(CUdeviceptr to, unsigned value, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) reinterpret_cast<unsigned*>(to)[i] = value;
    return CUDA_SUCCESS;
}
inline CUresult cuStreamCreate(CUstream* stream, unsigned flags) {
    return cudaStreamCreateWithFlags(stream, flags);
}
inline CUresult cuStreamDestroy(CUstream stream) { return cudaStreamDestroy(stream); }
inline CUresult cuStreamSynchronize(CUstream stream, HIPWRIGHT_HERE) {
    return cudaStreamSynchronize(stream, file, line);
}
inline CUresult cuEventCreate(CUevent* event, unsigned flags) {
    return cudaEventCreateWithFlags(event, flags);
}
inline CUresult cuEventRecord(CUevent event, CUstream stream) {
    return cudaEventRecord(event, stream);
}
inline CUresult cuEventSynchronize(CUevent event) { return cudaEventSynchronize(event); }
inline CUresult cuEventDestroy(CUevent event) { return cudaEventDestroy(event); }
inline CUresult cuEventElapsedTime(float* milliseconds, CUevent start, CUevent stop) {
    return cudaEventElapsedTime(milliseconds, start, stop);
}
inline CUresult cuProfilerStart() { return CUDA_SUCCESS; }
inline CUresult cuProfilerStop() { return CUDA_SUCCESS; }

// -- modules
inline CUresult cuModuleLoad(CUmodule* module, const char* name, HIPWRIGHT_HERE) {
    using namespace hipwright;
    return load_module_file(reinterpret_cast<Module**>(module), name, file, line);
}
inline CUresult cuModuleLoadData(CUmodule* module, const void* image, HIPWRIGHT_HERE) {
    using namespace hipwright;
    return load_module(reinterpret_cast<Module**>(module), image, file, line);
}
enum CUjit_option {
    CU_JIT_MAX_REGISTERS = 0,
    CU_JIT_THREADS_PER_BLOCK = 1,
    CU_JIT_WALL_TIME = 2,
    CU_JIT_INFO_LOG_BUFFER = 3,
    CU_JIT_INFO_LOG_BUFFER_SIZE_BYTES = 4,
    CU_JIT_ERROR_LOG_BUFFER = 5,
    CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES = 6,
    CU_JIT_OPTIMIZATION_LEVEL = 7,
    CU_JIT_TARGET_FROM_CUCONTEXT = 8,
    CU_JIT_TARGET = 9,
    CU_JIT_GENERATE_DEBUG_INFO = 11,
    CU_JIT_LOG_VERBOSE = 12,
    CU_JIT_GENERATE_LINE_INFO = 13,
};
inline CUresult cuModuleLoadDataEx(CUmodule* module, const void* image, unsigned, CUjit_option*,
                                   void**, HIPWRIGHT_HERE) {
    return cuModuleLoadData(module, image, file, line);
}
inline CUresult cuModuleUnload(CUmodule module) {
    using namespace hipwright;
    return unload_module(reinterpret_cast<Module*>(module));
}
inline CUresult cuModuleGetFunction(CUfunction* function, CUmodule module, const char* name) {
    using namespace hipwright;
    return module_kernel(reinterpret_cast<Kernel**>(function),
                         reinterpret_cast<const Module*>(module), name);
}
inline CUresult cuModuleGetGlobal(CUdeviceptr* address, std::size_t* bytes, CUmodule module,
                                  const char* name) {
    using namespace hipwright;
    return module_variable(reinterpret_cast<void**>(address), bytes,
                           reinterpret_cast<const Module*>(module), name);
}
#define CU_LAUNCH_PARAM_BUFFER_POINTER (reinterpret_cast<void*>(0x01))
#define CU_LAUNCH_PARAM_BUFFER_SIZE (reinterpret_cast<void*>(0x02))
#define CU_LAUNCH_PARAM_END (reinterpret_cast<void*>(0x00))
inline CUresult cuLaunchKernel(CUfunction function, unsigned grid_x, unsigned grid_y,
                               unsigned grid_z, unsigned block_x, unsigned block_y,
                               unsigned block_z, unsigned shared, CUstream stream, void** arguments,
                               void** extra = nullptr, HIPWRIGHT_HERE) {
    return hipwright::launch_of_module(function, dim3(grid_x, grid_y, grid_z),
                                       dim3(block_x, block_y, block_z), shared, stream, arguments,
                                       extra, false, file, line);
}
inline CUresult cuLaunchCooperativeKernel(CUfunction function, unsigned grid_x, unsigned grid_y,
                                          unsigned grid_z, unsigned block_x, unsigned block_y,
                                          unsigned block_z, unsigned shared, CUstream stream,
                                          void** arguments, HIPWRIGHT_HERE) {
    return hipwright::launch_of_module(function, dim3(grid_x, grid_y, grid_z),
                                       dim3(block_x, block_y, block_z), shared, stream, arguments,
                                       nullptr, true, file, line);
}
