// The part of CUDA's driver API that programs use beside the runtime: devices, contexts, memory,
// streams and events. Modules (PTX, cubins) cannot be loaded here and say so.
#pragma once

#include "device.h"
#include "launch.h"

using CUresult = int;
enum : int {
    CUDA_SUCCESS = 0,
    CUDA_ERROR_INVALID_VALUE = 1,
    CUDA_ERROR_OUT_OF_MEMORY = 2,
    CUDA_ERROR_NOT_INITIALIZED = 3,
    CUDA_ERROR_DEINITIALIZED = 4,
    CUDA_ERROR_NO_DEVICE = 100,
    CUDA_ERROR_INVALID_DEVICE = 101,
    CUDA_ERROR_INVALID_IMAGE = 200,
    CUDA_ERROR_INVALID_CONTEXT = 201,
    CUDA_ERROR_NO_BINARY_FOR_GPU = 209,
    CUDA_ERROR_FILE_NOT_FOUND = 301,
    CUDA_ERROR_INVALID_HANDLE = 400,
    CUDA_ERROR_NOT_FOUND = 500,
    CUDA_ERROR_NOT_READY = 600,
    CUDA_ERROR_LAUNCH_FAILED = 719,
    CUDA_ERROR_NOT_SUPPORTED = 801,
    CUDA_ERROR_UNKNOWN = 999,
};
using cudaError_enum = CUresult;
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
// The driver numbers attributes as the runtime does.
enum CUdevice_attribute {
    CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK = 1,
    CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_X = 2,
    CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Y = 3,
    CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Z = 4,
    CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_X = 5,
    CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Y = 6,
    CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Z = 7,
    CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK = 8,
    CU_DEVICE_ATTRIBUTE_TOTAL_CONSTANT_MEMORY = 9,
    CU_DEVICE_ATTRIBUTE_WARP_SIZE = 10,
    CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_BLOCK = 12,
    CU_DEVICE_ATTRIBUTE_CLOCK_RATE = 13,
    CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT = 16,
    CU_DEVICE_ATTRIBUTE_INTEGRATED = 18,
    CU_DEVICE_ATTRIBUTE_CAN_MAP_HOST_MEMORY = 19,
    CU_DEVICE_ATTRIBUTE_CONCURRENT_KERNELS = 31,
    CU_DEVICE_ATTRIBUTE_MEMORY_CLOCK_RATE = 36,
    CU_DEVICE_ATTRIBUTE_GLOBAL_MEMORY_BUS_WIDTH = 37,
    CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE = 38,
    CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR = 39,
    CU_DEVICE_ATTRIBUTE_UNIFIED_ADDRESSING = 41,
    CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR = 75,
    CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR = 76,
    CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR = 81,
    CU_DEVICE_ATTRIBUTE_MANAGED_MEMORY = 83,
    CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH = 95,
    CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN = 97,
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

namespace hipwright {
inline CUresult no_modules(const char* file, int line) {
    Report report{};
    report.kind = "not-supported";
    report.message =
        "the CPU device cannot load PTX or compiled GPU code: compile the kernel's source instead";
    report.file = file;
    report.line = line;
    Record::get().report(report);
    return CUDA_ERROR_NOT_SUPPORTED;
}
}  // namespace hipwright
inline CUresult cuModuleLoad(CUmodule*, const char*, HIPWRIGHT_HERE) {
    return hipwright::no_modules(file, line);
}
inline CUresult cuModuleLoadData(CUmodule*, const void*, HIPWRIGHT_HERE) {
    return hipwright::no_modules(file, line);
}
inline CUresult cuModuleUnload(CUmodule) { return CUDA_SUCCESS; }
