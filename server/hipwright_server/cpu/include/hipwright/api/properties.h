// Device properties. The fields of both vendors' structures, old ones included, in one.
#pragma once

#include "../memory.h"
#include "../model.h"
#include "types.h"

#ifdef HIPWRIGHT_HIP
struct hipUUID {
    char bytes[16];
};
struct hipDeviceArch_t {
    unsigned hasGlobalInt32Atomics : 1;
    unsigned hasGlobalFloatAtomicExch : 1;
    unsigned hasSharedInt32Atomics : 1;
    unsigned hasSharedFloatAtomicExch : 1;
    unsigned hasFloatAtomicAdd : 1;
    unsigned hasGlobalInt64Atomics : 1;
    unsigned hasSharedInt64Atomics : 1;
    unsigned hasDoubles : 1;
    unsigned hasWarpVote : 1;
    unsigned hasWarpBallot : 1;
    unsigned hasWarpShuffle : 1;
    unsigned hasFunnelShift : 1;
    unsigned hasThreadFenceSystem : 1;
    unsigned hasSyncThreadsExt : 1;
    unsigned hasSurfaceFuncs : 1;
    unsigned has3dGrid : 1;
    unsigned hasDynamicParallelism : 1;
};
struct hipDeviceProp_t {
    hipUUID uuid;
#else
struct CUuuid_st {
    char bytes[16];
};
using cudaUUID_t = CUuuid_st;
using CUuuid = CUuuid_st;
struct cudaDeviceProp {
    cudaUUID_t uuid;
#endif
    char name[256];
    char luid[8];
    unsigned luidDeviceNodeMask;
    std::size_t totalGlobalMem;
    std::size_t sharedMemPerBlock;
    int regsPerBlock;
    int warpSize;
    std::size_t memPitch;
    int maxThreadsPerBlock;
    int maxThreadsDim[3];
    int maxGridSize[3];
    int clockRate;
    std::size_t totalConstMem;
    int major;
    int minor;
    std::size_t textureAlignment;
    std::size_t texturePitchAlignment;
    int deviceOverlap;
    int multiProcessorCount;
    int kernelExecTimeoutEnabled;
    int integrated;
    int canMapHostMemory;
    int computeMode;
    int maxTexture1D;
    int maxTexture1DMipmap;
    int maxTexture1DLinear;
    int maxTexture2D[2];
    int maxTexture2DMipmap[2];
    int maxTexture2DLinear[3];
    int maxTexture2DGather[2];
    int maxTexture3D[3];
    int maxTexture3DAlt[3];
    int maxTextureCubemap;
    int maxTexture1DLayered[2];
    int maxTexture2DLayered[3];
    int maxTextureCubemapLayered[2];
    int maxSurface1D;
    int maxSurface2D[2];
    int maxSurface3D[3];
    int maxSurface1DLayered[2];
    int maxSurface2DLayered[3];
    int maxSurfaceCubemap;
    int maxSurfaceCubemapLayered[2];
    std::size_t surfaceAlignment;
    int concurrentKernels;
    int ECCEnabled;
    int pciBusID;
    int pciDeviceID;
    int pciDomainID;
    int tccDriver;
    int asyncEngineCount;
    int unifiedAddressing;
    int memoryClockRate;
    int memoryBusWidth;
    int l2CacheSize;
    int persistingL2CacheMaxSize;
    int maxThreadsPerMultiProcessor;
    int streamPrioritiesSupported;
    int globalL1CacheSupported;
    int localL1CacheSupported;
    std::size_t sharedMemPerMultiprocessor;
    int regsPerMultiprocessor;
    int managedMemory;
    int isMultiGpuBoard;
    int multiGpuBoardGroupID;
    int hostNativeAtomicSupported;
    int singleToDoublePrecisionPerfRatio;
    int pageableMemoryAccess;
    int concurrentManagedAccess;
    int computePreemptionSupported;
    int canUseHostPointerForRegisteredMem;
    int cooperativeLaunch;
    int cooperativeMultiDeviceLaunch;
    std::size_t sharedMemPerBlockOptin;
    int pageableMemoryAccessUsesHostPageTables;
    int directManagedMemAccessFromHost;
    int maxBlocksPerMultiProcessor;
    int accessPolicyMaxWindowSize;
    std::size_t reservedSharedMemPerBlock;
    int hostRegisterSupported;
    int hostRegisterReadOnlySupported;
    int timelineSemaphoreInteropSupported;
    int memoryPoolsSupported;
    int gpuDirectRDMASupported;
    unsigned gpuDirectRDMAFlushWritesOptions;
    int gpuDirectRDMAWritesOrdering;
    unsigned memoryPoolSupportedHandleTypes;
    int ipcEventSupported;
    int clusterLaunch;
    int unifiedFunctionPointers;
#ifdef HIPWRIGHT_HIP
    int sparseHipArraySupported;
    int deferredMappingHipArraySupported;
    char gcnArchName[256];
    int gcnArch;
    std::size_t maxSharedMemoryPerMultiProcessor;
    int clockInstructionRate;
    hipDeviceArch_t arch;
    unsigned* hdpMemFlushCntl;
    unsigned* hdpRegFlushCntl;
    int cooperativeMultiDeviceUnmatchedFunc;
    int cooperativeMultiDeviceUnmatchedGridDim;
    int cooperativeMultiDeviceUnmatchedBlockDim;
    int cooperativeMultiDeviceUnmatchedSharedMem;
    int isLargeBar;
    int asicRevision;
#else
    int sparseCudaArraySupported;
    int deferredMappingCudaArraySupported;
#endif
};
#ifdef HIPWRIGHT_HIP
using hipDeviceProp_tR0600 = hipDeviceProp_t;
#endif

enum API(ComputeMode) {
    API(ComputeModeDefault) = 0,
    API(ComputeModeExclusive) = 1,
    API(ComputeModeProhibited) = 2,
    API(ComputeModeExclusiveProcess) = 3,
};

namespace hipwright {
#ifdef HIPWRIGHT_HIP
using DeviceProperties = hipDeviceProp_t;
#else
using DeviceProperties = cudaDeviceProp;
#endif
HIPWRIGHT_SELDOM inline void fill(DeviceProperties& p) {
    const Model& m = model();
    p = DeviceProperties{};
    std::snprintf(p.name, sizeof p.name, "%s", m.name);
    std::memcpy(p.uuid.bytes, "hipwright-cpu-0", 16);
    p.totalGlobalMem = Memory::get().total();
    p.sharedMemPerBlock = shared_per_block;
    p.regsPerBlock = 65536;
    p.warpSize = HIPWRIGHT_WARP_SIZE;
    p.memPitch = 0x7fffffff;
    p.maxThreadsPerBlock = 1024;
    p.maxThreadsDim[0] = p.maxThreadsDim[1] = 1024;
    p.maxThreadsDim[2] = is_hip ? 1024 : 64;
    p.maxGridSize[0] = 0x7fffffff;
    p.maxGridSize[1] = p.maxGridSize[2] = 65535;
    p.clockRate = m.clock_khz;
    p.totalConstMem = is_hip ? 0x7fffffff : 65536;
    p.major = m.major;
    p.minor = m.minor;
    p.textureAlignment = 512;
    p.texturePitchAlignment = 32;
    p.deviceOverlap = 1;
    p.multiProcessorCount = m.multiprocessors;
    p.canMapHostMemory = 1;
    p.maxTexture1D = 131072;
    p.maxTexture1DLinear = 1 << 27;
    p.maxTexture2D[0] = 131072;
    p.maxTexture2D[1] = 65536;
    for (int& n : p.maxTexture3D) n = 16384;
    p.surfaceAlignment = 512;
    p.concurrentKernels = 1;
    p.asyncEngineCount = 2;
    p.unifiedAddressing = 1;
    p.memoryClockRate = m.memory_clock_khz;
    p.memoryBusWidth = m.bus_bits;
    p.l2CacheSize = m.l2_bytes;
    p.maxThreadsPerMultiProcessor = m.threads_per_multiprocessor;
    p.streamPrioritiesSupported = 1;
    p.globalL1CacheSupported = p.localL1CacheSupported = 1;
    p.sharedMemPerMultiprocessor = static_cast<std::size_t>(m.shared_per_multiprocessor);
    p.regsPerMultiprocessor = 65536;
    p.managedMemory = 1;
    p.hostNativeAtomicSupported = 1;
    p.singleToDoublePrecisionPerfRatio = 2;
    p.pageableMemoryAccess = 1;
    p.concurrentManagedAccess = 1;
    p.computePreemptionSupported = 1;
    p.canUseHostPointerForRegisteredMem = 1;
    p.cooperativeLaunch = 1;
    p.sharedMemPerBlockOptin = static_cast<std::size_t>(m.shared_per_block_opt_in);
    p.maxBlocksPerMultiProcessor = m.blocks_per_multiprocessor;
    p.reservedSharedMemPerBlock = is_hip ? 0 : 1024;
    p.hostRegisterSupported = 1;
    p.memoryPoolsSupported = 1;
#ifdef HIPWRIGHT_HIP
    std::snprintf(p.gcnArchName, sizeof p.gcnArchName, "%s", m.architecture);
    p.gcnArch = m.major * 100 + m.minor * 10;
    p.maxSharedMemoryPerMultiProcessor = p.sharedMemPerMultiprocessor;
    p.clockInstructionRate = 100000;
    std::memset(&p.arch, 0xff, sizeof p.arch);
    p.arch.hasDynamicParallelism = 0;
    p.isLargeBar = 1;
#endif
}
}  // namespace hipwright
