// One program, two vendors: GPU(Malloc) is cudaMalloc or hipMalloc.
#pragma once
#ifdef __HIPCC__
#include <hip/hip_runtime.h>
#define GPU(name) hip##name
using Mask = unsigned long long;
#else
#include <cuda_runtime.h>
#define GPU(name) cuda##name
using Mask = unsigned;
#endif
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

// Brings an array back from the device; the test finds it in the record of the run, by its name.
template <typename T>
std::vector<T> fetch(const char* name, const T* device, size_t count)
{
    std::vector<T> host(count);
    std::printf("array %s\n", name);
    if (GPU(Memcpy)(host.data(), device, count * sizeof(T), GPU(MemcpyDeviceToHost)) != GPU(Success)) {
        std::printf("the copy of %s failed\n", name);
        std::exit(1);
    }
    return host;
}
template <typename T>
T* on_device(size_t count, int fill = 0)
{
    T* device = nullptr;
    if (GPU(Malloc)(&device, count * sizeof(T)) != GPU(Success)) std::exit(1);
    GPU(Memset)(device, fill, count * sizeof(T));
    return device;
}
