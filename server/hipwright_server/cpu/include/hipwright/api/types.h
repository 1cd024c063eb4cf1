// The plain types of the runtime API.
#pragma once

#include "../stream.h"
#include "../vector_types.h"
#include "errors.h"
#include "names.h"

enum API(MemcpyKind) {
    API(MemcpyHostToHost) = 0,
    API(MemcpyHostToDevice) = 1,
    API(MemcpyDeviceToHost) = 2,
    API(MemcpyDeviceToDevice) = 3,
    API(MemcpyDefault) = 4,
#ifdef HIPWRIGHT_HIP
    hipMemcpyDeviceToDeviceNoCU = 1024,
#endif
};

// Handles. The pointed-to types are what the vendors' headers forward-declare.
#ifdef HIPWRIGHT_HIP
struct ihipStream_t;
struct ihipEvent_t;
struct ihipGraph;
struct hipGraphNode;
struct hipGraphExec;
struct ihipMemPoolHandle_t;
using hipStream_t = ihipStream_t*;
using hipEvent_t = ihipEvent_t*;
using hipGraph_t = ihipGraph*;
using hipGraphNode_t = hipGraphNode*;
using hipGraphExec_t = hipGraphExec*;
using hipMemPool_t = ihipMemPoolHandle_t*;
using hipFunction_t = void*;
using hipDevice_t = int;
using hipCtx_t = void*;
using hipDeviceptr_t = void*;
#else
struct CUstream_st;
struct CUevent_st;
struct CUgraph_st;
struct CUgraphNode_st;
struct CUgraphExec_st;
struct CUmemPoolHandle_st;
struct CUfunc_st;
using cudaStream_t = CUstream_st*;
using cudaEvent_t = CUevent_st*;
using cudaGraph_t = CUgraph_st*;
using cudaGraphNode_t = CUgraphNode_st*;
using cudaGraphExec_t = CUgraphExec_st*;
using cudaMemPool_t = CUmemPoolHandle_st*;
using cudaFunction_t = CUfunc_st*;
#define cudaStreamLegacy (reinterpret_cast<cudaStream_t>(0x1))
#define cudaStreamPerThread (reinterpret_cast<cudaStream_t>(0x2))
#endif
#ifdef HIPWRIGHT_HIP
#define hipStreamLegacy (reinterpret_cast<hipStream_t>(0x1))
#define hipStreamPerThread (reinterpret_cast<hipStream_t>(0x2))
#endif

struct API(Extent) {
    std::size_t width, height, depth;
};
struct API(Pos) {
    std::size_t x, y, z;
};
struct API(PitchedPtr) {
    void* ptr;
    std::size_t pitch;
    std::size_t xsize;
    std::size_t ysize;
};
#ifdef HIPWRIGHT_HIP
#define HIPWRIGHT_MAKE(name) make_hip##name
#else
#define HIPWRIGHT_MAKE(name) make_cuda##name
#endif
inline API(Extent)
    HIPWRIGHT_MAKE(Extent)(std::size_t width, std::size_t height, std::size_t depth) {
    return {width, height, depth};
}
inline API(Pos) HIPWRIGHT_MAKE(Pos)(std::size_t x, std::size_t y, std::size_t z) {
    return {x, y, z};
}
inline API(PitchedPtr)
    HIPWRIGHT_MAKE(PitchedPtr)(void* pointer, std::size_t pitch, std::size_t x, std::size_t y) {
    return {pointer, pitch, x, y};
}

// See array.h.
#ifdef HIPWRIGHT_HIP
struct hipArray;
using hipArray_t = hipArray*;
using hipArray_const_t = const hipArray*;
#else
struct cudaArray;
using cudaArray_t = cudaArray*;
using cudaArray_const_t = const cudaArray*;
#endif
struct API(Memcpy3DParms) {
    API(Array_t) srcArray;
    API(Pos) srcPos;
    API(PitchedPtr) srcPtr;
    API(Array_t) dstArray;
    API(Pos) dstPos;
    API(PitchedPtr) dstPtr;
    API(Extent) extent;
    API(MemcpyKind) kind;
};

// These are macros for a literal 0, which programs pass for a null stream or event.
#ifdef HIPWRIGHT_HIP
#define hipStreamDefault 0x00
#define hipEventDefault 0x0
#else
#define cudaStreamDefault 0x00
#define cudaEventDefault 0x00
#endif
enum : unsigned {
    API(EventBlockingSync) = 1,
    API(EventDisableTiming) = 2,
    API(EventInterprocess) = 4,
    API(EventRecordDefault) = 0,
    API(EventRecordExternal) = 1,
    API(EventWaitDefault) = 0,
    API(EventWaitExternal) = 1,
    API(StreamNonBlocking) = 1,
    API(DeviceScheduleAuto) = 0,
    API(DeviceScheduleSpin) = 1,
    API(DeviceScheduleYield) = 2,
    API(DeviceScheduleBlockingSync) = 4,
    API(DeviceScheduleMask) = 7,
    API(DeviceMapHost) = 8,
    API(DeviceLmemResizeToMax) = 16,
    API(HostRegisterDefault) = 0,
    API(HostRegisterPortable) = 1,
    API(HostRegisterMapped) = 2,
    API(HostRegisterIoMemory) = 4,
    API(HostRegisterReadOnly) = 8,
    API(MemAttachGlobal) = 1,
    API(MemAttachHost) = 2,
    API(MemAttachSingle) = 4,
    API(OccupancyDefault) = 0,
    API(OccupancyDisableCachingOverride) = 1,
    API(PeerAccessDefault) = 0,
#ifdef HIPWRIGHT_HIP
    hipHostMallocDefault = 0,
    hipHostMallocPortable = 1,
    hipHostMallocMapped = 2,
    hipHostMallocWriteCombined = 4,
    hipHostMallocUncached = 0x10000000,
    hipHostMallocNumaUser = 0x20000000,
    hipHostMallocCoherent = 0x40000000,
    hipHostMallocNonCoherent = 0x80000000,
    hipHostAllocDefault = 0,
    hipHostAllocPortable = 1,
    hipHostAllocMapped = 2,
    hipHostAllocWriteCombined = 4,
    hipDeviceMallocDefault = 0,
    hipDeviceMallocFinegrained = 1,
    hipMallocSignalMemory = 2,
    hipDeviceMallocUncached = 3,
    hipEventReleaseToDevice = 0x40000000,
    hipEventReleaseToSystem = 0x80000000,
    hipEventDisableSystemFence = 0x20000000,
    hipCooperativeLaunchMultiDeviceNoPreSync = 1,
    hipCooperativeLaunchMultiDeviceNoPostSync = 2,
#else
    cudaHostAllocDefault = 0,
    cudaHostAllocPortable = 1,
    cudaHostAllocMapped = 2,
    cudaHostAllocWriteCombined = 4,
    cudaDeviceBlockingSync = 4,
#endif
};

enum API(MemoryType) {
    API(MemoryTypeUnregistered) = 0,
    API(MemoryTypeHost) = 1,
    API(MemoryTypeDevice) = 2,
    API(MemoryTypeManaged) = 3,
#ifdef HIPWRIGHT_HIP
    hipMemoryTypeArray = 10,
    hipMemoryTypeUnified = 11,
#endif
};
#ifdef HIPWRIGHT_HIP
struct hipPointerAttribute_t {
    hipMemoryType type;
    int device;
    void* devicePointer;
    void* hostPointer;
    int isManaged;
    unsigned allocationFlags;
};
#else
struct cudaPointerAttributes {
    cudaMemoryType type;
    int device;
    void* devicePointer;
    void* hostPointer;
};
#endif

enum API(MemoryAdvise) {
    API(MemAdviseSetReadMostly) = 1,
    API(MemAdviseUnsetReadMostly) = 2,
    API(MemAdviseSetPreferredLocation) = 3,
    API(MemAdviseUnsetPreferredLocation) = 4,
    API(MemAdviseSetAccessedBy) = 5,
    API(MemAdviseUnsetAccessedBy) = 6,
#ifdef HIPWRIGHT_HIP
    hipMemAdviseSetCoarseGrain = 100,
    hipMemAdviseUnsetCoarseGrain = 101,
#endif
};
// Which part of memory should stay in the cache: taken, without effect.
enum API(AccessProperty) {
    API(AccessPropertyNormal) = 0,
    API(AccessPropertyStreaming) = 1,
    API(AccessPropertyPersisting) = 2,
};
struct API(AccessPolicyWindow) {
    void* base_ptr;
    std::size_t num_bytes;
    float hitRatio;
    API(AccessProperty) hitProp;
    API(AccessProperty) missProp;
};
enum API(SynchronizationPolicy) {
    API(SyncPolicyAuto) = 1,
    API(SyncPolicySpin) = 2,
    API(SyncPolicyYield) = 3,
    API(SyncPolicyBlockingSync) = 4,
};
enum API(MemLocationType) {
    API(MemLocationTypeInvalid) = 0,
    API(MemLocationTypeDevice) = 1,
    API(MemLocationTypeHost) = 2,
    API(MemLocationTypeHostNuma) = 3,
    API(MemLocationTypeHostNumaCurrent) = 4,
};
struct API(MemLocation) {
    API(MemLocationType) type;
    int id;
};
inline constexpr int API(CpuDeviceId) = -1;
inline constexpr int API(InvalidDeviceId) = -2;

#ifdef HIPWRIGHT_HIP
using hipStreamCallback_t = void (*)(hipStream_t, hipError_t, void*);
using hipHostFn_t = void (*)(void*);
#define HIPRT_CB
#else
using cudaStreamCallback_t = void (*)(cudaStream_t, cudaError_t, void*);
using cudaHostFn_t = void (*)(void*);
#define CUDART_CB
#endif
