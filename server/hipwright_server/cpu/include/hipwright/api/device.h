// Devices: how many, which, what they can do, and waiting for them.
#pragma once

#include "attributes.h"
#include "stream.h"

enum API(FuncCache) {
    API(FuncCachePreferNone) = 0,
    API(FuncCachePreferShared) = 1,
    API(FuncCachePreferL1) = 2,
    API(FuncCachePreferEqual) = 3,
};
enum API(SharedMemConfig) {
    API(SharedMemBankSizeDefault) = 0,
    API(SharedMemBankSizeFourByte) = 1,
    API(SharedMemBankSizeEightByte) = 2,
};
enum API(Limit) {
    API(LimitStackSize) = 0,
    API(LimitPrintfFifoSize) = 1,
    API(LimitMallocHeapSize) = 2,
    API(LimitDevRuntimeSyncDepth) = 3,
    API(LimitDevRuntimePendingLaunchCount) = 4,
    API(LimitMaxL2FetchGranularity) = 5,
    API(LimitPersistingL2CacheSize) = 6,
};
#ifdef HIPWRIGHT_HIP
using hipFuncCache_t = hipFuncCache;
using hipLimit_t = hipLimit;
#endif

namespace hipwright {
// One device unless HIPWRIGHT_DEVICE_COUNT says more; all of them are the same.
inline int device_count() {
    static const int count = [] {
        const char* wish = std::getenv("HIPWRIGHT_DEVICE_COUNT");
        const long n = wish ? std::strtol(wish, nullptr, 10) : 1;
        return n < 1 ? 1 : n > 64 ? 64 : static_cast<int>(n);
    }();
    return count;
}
inline bool is_device(int device) { return device >= 0 && device < device_count(); }
inline thread_local int current_device = 0;
inline std::size_t limits[8] = {1024, 1 << 20, 8 << 20, 2, 2048, 128, 0, 0};
inline Status wait_for_everything(const char* file, int line) {
    if (in_kernel()) {
        wait_for_children();
        return status_success;
    }
    Memory::get().keep_managed(file, line);
    return status_success;
}
}  // namespace hipwright

inline API(Error_t) API(GetDeviceCount)(int* count) {
    if (!count) return hipwright::done(hipwright::status_invalid_value);
    *count = hipwright::device_count();
    return hipwright::done(hipwright::status_success);
}
inline API(Error_t) API(SetDevice)(int device) {
    using namespace hipwright;
    if (!is_device(device)) return done(status_invalid_device);
    current_device = device;
    return done(status_success);
}
inline API(Error_t) API(GetDevice)(int* device) {
    if (!device) return hipwright::done(hipwright::status_invalid_value);
    *device = hipwright::current_device;
    return hipwright::done(hipwright::status_success);
}
inline API(Error_t) API(GetDeviceProperties)(hipwright::DeviceProperties* properties, int device) {
    using namespace hipwright;
    if (!properties) return done(status_invalid_value);
    if (!is_device(device)) return done(status_invalid_device);
    fill(*properties);
    return done(status_success);
}
#ifdef HIPWRIGHT_HIP
inline hipError_t hipDeviceGetAttribute(int* value, hipDeviceAttribute_t which, int device) {
#else
inline cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr which, int device) {
#endif
    using namespace hipwright;
    if (!value) return done(status_invalid_value);
    if (!is_device(device)) return done(status_invalid_device);
    DeviceProperties properties;
    fill(properties);
    *value = attribute(properties, which);
    return done(status_success);
}
inline API(Error_t) API(ChooseDevice)(int* device, const hipwright::DeviceProperties*) {
    *device = 0;
    return hipwright::done(hipwright::status_success);
}
inline API(Error_t) API(DeviceSynchronize)(HIPWRIGHT_HERE) {
    return hipwright::done(hipwright::wait_for_everything(file, line));
}
inline API(Error_t) API(DeviceReset)() {
    using namespace hipwright;
    __atomic_store_n(&sticky_status, 0, __ATOMIC_SEQ_CST);
    last_status = status_success;
    return done(status_success);
}
#ifndef HIPWRIGHT_HIP
// Gone since CUDA 10 to 13; old sources still have them.
inline cudaError_t cudaThreadSynchronize(HIPWRIGHT_HERE) {
    return cudaDeviceSynchronize(file, line);
}
inline cudaError_t cudaThreadExit() { return cudaDeviceReset(); }
inline cudaError_t cudaThreadSetCacheConfig(cudaFuncCache) {
    return hipwright::done(hipwright::status_success);
}
#endif
inline API(Error_t) API(SetDeviceFlags)(unsigned) {
    return hipwright::done(hipwright::status_success);
}
inline API(Error_t) API(GetDeviceFlags)(unsigned* flags) {
    *flags = API(DeviceMapHost);
    return hipwright::done(hipwright::status_success);
}
inline API(Error_t) API(DeviceSetCacheConfig)(API(FuncCache)) {
    return hipwright::done(hipwright::status_success);
}
inline API(Error_t) API(DeviceGetCacheConfig)(API(FuncCache) * config) {
    *config = API(FuncCachePreferNone);
    return hipwright::done(hipwright::status_success);
}
inline API(Error_t) API(DeviceSetSharedMemConfig)(API(SharedMemConfig)) {
    return hipwright::done(hipwright::status_success);
}
inline API(Error_t) API(DeviceGetSharedMemConfig)(API(SharedMemConfig) * config) {
    *config = API(SharedMemBankSizeFourByte);
    return hipwright::done(hipwright::status_success);
}
inline API(Error_t) API(DeviceSetLimit)(API(Limit) which, std::size_t value) {
    using namespace hipwright;
    if (which > 6) return done(status_invalid_value);
    limits[which] = value;
    return done(status_success);
}
inline API(Error_t) API(DeviceGetLimit)(std::size_t* value, API(Limit) which) {
    using namespace hipwright;
    if (!value || which > 6) return done(status_invalid_value);
    *value = limits[which];
    return done(status_success);
}
inline API(Error_t) API(DeviceCanAccessPeer)(int* can, int device, int peer) {
    using namespace hipwright;
    if (!is_device(device) || !is_device(peer)) return done(status_invalid_device);
    *can = device != peer;
    return done(status_success);
}
inline API(Error_t) API(DeviceEnablePeerAccess)(int peer, unsigned) {
    using namespace hipwright;
    return done(is_device(peer) && peer != current_device ? status_success : status_invalid_device);
}
inline API(Error_t) API(DeviceDisablePeerAccess)(int peer) {
    using namespace hipwright;
    return done(is_device(peer) && peer != current_device ? status_success : status_invalid_device);
}
inline API(Error_t) API(DeviceGetPCIBusId)(char* text, int size, int device) {
    using namespace hipwright;
    if (!text || size < 13 || !is_device(device)) return done(status_invalid_value);
    std::snprintf(text, static_cast<std::size_t>(size), "0000:%02x:00.0", device);
    return done(status_success);
}
inline API(Error_t) API(DeviceGetByPCIBusId)(int* device, const char* text) {
    using namespace hipwright;
    const long bus = text && std::strlen(text) >= 7 ? std::strtol(text + 5, nullptr, 16) : -1;
    if (!device || bus < 0 || bus >= device_count()) return done(status_invalid_value);
    *device = static_cast<int>(bus);
    return done(status_success);
}
// CUDA 13.0's number, and HIP 7.1's: major * 10^7 + minor * 10^5 + patch.
inline API(Error_t) API(DriverGetVersion)(int* version) {
    *version = hipwright::is_hip ? 70100000 : 13000;
    return hipwright::done(hipwright::status_success);
}
inline API(Error_t) API(RuntimeGetVersion)(int* version) { return API(DriverGetVersion)(version); }
inline API(Error_t) API(ProfilerStart)() { return hipwright::done(hipwright::status_success); }
inline API(Error_t) API(ProfilerStop)() { return hipwright::done(hipwright::status_success); }

// -- between devices and between processes
// ---------------------------------------------------------
enum API(DeviceP2PAttr) {
#ifdef HIPWRIGHT_HIP
    hipDevP2PAttrPerformanceRank = 0,
    hipDevP2PAttrAccessSupported = 1,
    hipDevP2PAttrNativeAtomicSupported = 2,
    hipDevP2PAttrHipArrayAccessSupported = 3,
#else
    cudaDevP2PAttrPerformanceRank = 1,
    cudaDevP2PAttrAccessSupported = 2,
    cudaDevP2PAttrNativeAtomicSupported = 3,
    cudaDevP2PAttrCudaArrayAccessSupported = 4,
#endif
};
inline API(Error_t)
    API(DeviceGetP2PAttribute)(int* value, API(DeviceP2PAttr) which, int device, int peer) {
    using namespace hipwright;
    if (!value || device == peer) return done(status_invalid_value);
    if (!is_device(device) || !is_device(peer)) return done(status_invalid_device);
    *value = which != API(DevP2PAttrPerformanceRank);
    return done(status_success);
}
// Another process cannot see this device's memory.
#ifdef HIPWRIGHT_HIP
struct hipIpcMemHandle_t {
    char reserved[64];
};
struct hipIpcEventHandle_t {
    char reserved[64];
};
#else
struct cudaIpcMemHandle_t {
    char reserved[64];
};
struct cudaIpcEventHandle_t {
    char reserved[64];
};
#endif
enum : unsigned { API(IpcMemLazyEnablePeerAccess) = 1 };
inline API(Error_t) API(IpcGetMemHandle)(API(IpcMemHandle_t) *, void*) {
    return hipwright::done(hipwright::status_not_supported);
}
inline API(Error_t) API(IpcOpenMemHandle)(void**, API(IpcMemHandle_t), unsigned) {
    return hipwright::done(hipwright::status_not_supported);
}
inline API(Error_t) API(IpcCloseMemHandle)(void*) {
    return hipwright::done(hipwright::status_not_supported);
}
inline API(Error_t) API(IpcGetEventHandle)(API(IpcEventHandle_t) *, API(Event_t)) {
    return hipwright::done(hipwright::status_not_supported);
}
inline API(Error_t) API(IpcOpenEventHandle)(API(Event_t) *, API(IpcEventHandle_t)) {
    return hipwright::done(hipwright::status_not_supported);
}

#ifdef HIPWRIGHT_HIP
// The part of HIP that mirrors CUDA's driver.
inline hipError_t hipInit(unsigned) { return hipwright::done(hipwright::status_success); }
inline hipError_t hipDeviceGet(hipDevice_t* device, int ordinal) {
    using namespace hipwright;
    if (!is_device(ordinal)) return done(status_invalid_device);
    *device = ordinal;
    return done(status_success);
}
inline hipError_t hipDeviceGetName(char* name, int size, hipDevice_t device) {
    using namespace hipwright;
    if (!name || size < 1) return done(status_invalid_value);
    if (!is_device(device)) return done(status_invalid_device);
    std::snprintf(name, static_cast<std::size_t>(size), "%s", model().name);
    return done(status_success);
}
inline hipError_t hipDeviceTotalMem(std::size_t* bytes, hipDevice_t device) {
    using namespace hipwright;
    if (!is_device(device)) return done(status_invalid_device);
    *bytes = Memory::get().total();
    return done(status_success);
}
inline hipError_t hipDeviceComputeCapability(int* major, int* minor, hipDevice_t) {
    *major = hipwright::model().major;
    *minor = hipwright::model().minor;
    return hipwright::done(hipwright::status_success);
}
inline hipError_t hipCtxCreate(hipCtx_t* context, unsigned, hipDevice_t) {
    *context = nullptr;
    return hipwright::done(hipwright::status_success);
}
inline hipError_t hipCtxDestroy(hipCtx_t) { return hipwright::done(hipwright::status_success); }
inline hipError_t hipCtxSetCurrent(hipCtx_t) { return hipwright::done(hipwright::status_success); }
inline hipError_t hipCtxGetCurrent(hipCtx_t* context) { return hipCtxCreate(context, 0, 0); }
inline hipError_t hipCtxGetDevice(hipDevice_t* device) { return hipGetDevice(device); }
inline hipError_t hipDevicePrimaryCtxRetain(hipCtx_t* context, hipDevice_t) {
    return hipCtxCreate(context, 0, 0);
}
inline hipError_t hipDevicePrimaryCtxRelease(hipDevice_t) {
    return hipwright::done(hipwright::status_success);
}
inline hipError_t hipDrvGetErrorName(hipError_t error, const char** text) {
    *text = hipGetErrorName(error);
    return hipwright::done(hipwright::status_success);
}
inline hipError_t hipDrvGetErrorString(hipError_t error, const char** text) {
    *text = hipGetErrorString(error);
    return hipwright::done(hipwright::status_success);
}
inline hipError_t hipCtxSynchronize(HIPWRIGHT_HERE) { return hipDeviceSynchronize(file, line); }
#endif
