// Device attributes. Sources of the names: CUDA 13.0 driver_types.h, HIP 7.1 hip_runtime_api.h.
#pragma once

#include "properties.h"

// clang-format off
#ifdef HIPWRIGHT_HIP
enum hipDeviceAttribute_t {
    hipDeviceAttributeCudaCompatibleBegin = 0,
    hipDeviceAttributeEccEnabled =
      hipDeviceAttributeCudaCompatibleBegin,
    hipDeviceAttributeAccessPolicyMaxWindowSize,
    hipDeviceAttributeAsyncEngineCount,
    hipDeviceAttributeCanMapHostMemory,
    hipDeviceAttributeCanUseHostPointerForRegisteredMem,
    hipDeviceAttributeClockRate,
    hipDeviceAttributeComputeMode,
    hipDeviceAttributeComputePreemptionSupported,
    hipDeviceAttributeConcurrentKernels,
    hipDeviceAttributeConcurrentManagedAccess,
    hipDeviceAttributeCooperativeLaunch,
    hipDeviceAttributeCooperativeMultiDeviceLaunch,
    hipDeviceAttributeDeviceOverlap,
    hipDeviceAttributeDirectManagedMemAccessFromHost,
    hipDeviceAttributeGlobalL1CacheSupported,
    hipDeviceAttributeHostNativeAtomicSupported,
    hipDeviceAttributeIntegrated,
    hipDeviceAttributeIsMultiGpuBoard,
    hipDeviceAttributeKernelExecTimeout,
    hipDeviceAttributeL2CacheSize,
    hipDeviceAttributeLocalL1CacheSupported,
    hipDeviceAttributeLuid,
    hipDeviceAttributeLuidDeviceNodeMask,
    hipDeviceAttributeComputeCapabilityMajor,
    hipDeviceAttributeManagedMemory,
    hipDeviceAttributeMaxBlocksPerMultiProcessor,
    hipDeviceAttributeMaxBlockDimX,
    hipDeviceAttributeMaxBlockDimY,
    hipDeviceAttributeMaxBlockDimZ,
    hipDeviceAttributeMaxGridDimX,
    hipDeviceAttributeMaxGridDimY,
    hipDeviceAttributeMaxGridDimZ,
    hipDeviceAttributeMaxSurface1D,
    hipDeviceAttributeMaxSurface1DLayered,
    hipDeviceAttributeMaxSurface2D,
    hipDeviceAttributeMaxSurface2DLayered,
    hipDeviceAttributeMaxSurface3D,
    hipDeviceAttributeMaxSurfaceCubemap,
    hipDeviceAttributeMaxSurfaceCubemapLayered,
    hipDeviceAttributeMaxTexture1DWidth,
    hipDeviceAttributeMaxTexture1DLayered,
    hipDeviceAttributeMaxTexture1DLinear,
    hipDeviceAttributeMaxTexture1DMipmap,
    hipDeviceAttributeMaxTexture2DWidth,
    hipDeviceAttributeMaxTexture2DHeight,
    hipDeviceAttributeMaxTexture2DGather,
    hipDeviceAttributeMaxTexture2DLayered,
    hipDeviceAttributeMaxTexture2DLinear,
    hipDeviceAttributeMaxTexture2DMipmap,
    hipDeviceAttributeMaxTexture3DWidth,
    hipDeviceAttributeMaxTexture3DHeight,
    hipDeviceAttributeMaxTexture3DDepth,
    hipDeviceAttributeMaxTexture3DAlt,
    hipDeviceAttributeMaxTextureCubemap,
    hipDeviceAttributeMaxTextureCubemapLayered,
    hipDeviceAttributeMaxThreadsDim,
    hipDeviceAttributeMaxThreadsPerBlock,
    hipDeviceAttributeMaxThreadsPerMultiProcessor,
    hipDeviceAttributeMaxPitch,
    hipDeviceAttributeMemoryBusWidth,
    hipDeviceAttributeMemoryClockRate,
    hipDeviceAttributeComputeCapabilityMinor,
    hipDeviceAttributeMultiGpuBoardGroupID,
    hipDeviceAttributeMultiprocessorCount,
    hipDeviceAttributeUnused1,
    hipDeviceAttributePageableMemoryAccess,
    hipDeviceAttributePageableMemoryAccessUsesHostPageTables,
    hipDeviceAttributePciBusId,
    hipDeviceAttributePciDeviceId,
    hipDeviceAttributePciDomainId,
    hipDeviceAttributePciDomainID =
      hipDeviceAttributePciDomainId,
    hipDeviceAttributePersistingL2CacheMaxSize,
    hipDeviceAttributeMaxRegistersPerBlock,
    hipDeviceAttributeMaxRegistersPerMultiprocessor,
    hipDeviceAttributeReservedSharedMemPerBlock,
    hipDeviceAttributeMaxSharedMemoryPerBlock,
    hipDeviceAttributeSharedMemPerBlockOptin,
    hipDeviceAttributeSharedMemPerMultiprocessor,
    hipDeviceAttributeSingleToDoublePrecisionPerfRatio,
    hipDeviceAttributeStreamPrioritiesSupported,
    hipDeviceAttributeSurfaceAlignment,
    hipDeviceAttributeTccDriver,
    hipDeviceAttributeTextureAlignment,
    hipDeviceAttributeTexturePitchAlignment,
    hipDeviceAttributeTotalConstantMemory,
    hipDeviceAttributeTotalGlobalMem,
    hipDeviceAttributeUnifiedAddressing,
    hipDeviceAttributeUnused2,
    hipDeviceAttributeWarpSize,
    hipDeviceAttributeMemoryPoolsSupported,
    hipDeviceAttributeVirtualMemoryManagementSupported,
    hipDeviceAttributeHostRegisterSupported,
    hipDeviceAttributeMemoryPoolSupportedHandleTypes,
    hipDeviceAttributeCudaCompatibleEnd = 9999,
    hipDeviceAttributeAmdSpecificBegin = 10000,
    hipDeviceAttributeClockInstructionRate =
      hipDeviceAttributeAmdSpecificBegin,
    hipDeviceAttributeUnused3,
    hipDeviceAttributeMaxSharedMemoryPerMultiprocessor,
    hipDeviceAttributeUnused4,
    hipDeviceAttributeUnused5,
    hipDeviceAttributeHdpMemFlushCntl,
    hipDeviceAttributeHdpRegFlushCntl,
    hipDeviceAttributeCooperativeMultiDeviceUnmatchedFunc,
    hipDeviceAttributeCooperativeMultiDeviceUnmatchedGridDim,
    hipDeviceAttributeCooperativeMultiDeviceUnmatchedBlockDim,
    hipDeviceAttributeCooperativeMultiDeviceUnmatchedSharedMem,
    hipDeviceAttributeIsLargeBar,
    hipDeviceAttributeAsicRevision,
    hipDeviceAttributeCanUseStreamWaitValue,
    hipDeviceAttributeImageSupport,
    hipDeviceAttributePhysicalMultiProcessorCount,
    hipDeviceAttributeFineGrainSupport,
    hipDeviceAttributeWallClockRate,
    hipDeviceAttributeNumberOfXccs,
    hipDeviceAttributeMaxAvailableVgprsPerThread,
    hipDeviceAttributePciChipId,
    hipDeviceAttributeAmdSpecificEnd = 19999,
    hipDeviceAttributeVendorSpecificBegin = 20000,
};
#else
enum cudaDeviceAttr {
    cudaDevAttrMaxThreadsPerBlock = 1,
    cudaDevAttrMaxBlockDimX = 2,
    cudaDevAttrMaxBlockDimY = 3,
    cudaDevAttrMaxBlockDimZ = 4,
    cudaDevAttrMaxGridDimX = 5,
    cudaDevAttrMaxGridDimY = 6,
    cudaDevAttrMaxGridDimZ = 7,
    cudaDevAttrMaxSharedMemoryPerBlock = 8,
    cudaDevAttrTotalConstantMemory = 9,
    cudaDevAttrWarpSize = 10,
    cudaDevAttrMaxPitch = 11,
    cudaDevAttrMaxRegistersPerBlock = 12,
    cudaDevAttrClockRate = 13,
    cudaDevAttrTextureAlignment = 14,
    cudaDevAttrGpuOverlap = 15,
    cudaDevAttrMultiProcessorCount = 16,
    cudaDevAttrKernelExecTimeout = 17,
    cudaDevAttrIntegrated = 18,
    cudaDevAttrCanMapHostMemory = 19,
    cudaDevAttrComputeMode = 20,
    cudaDevAttrMaxTexture1DWidth = 21,
    cudaDevAttrMaxTexture2DWidth = 22,
    cudaDevAttrMaxTexture2DHeight = 23,
    cudaDevAttrMaxTexture3DWidth = 24,
    cudaDevAttrMaxTexture3DHeight = 25,
    cudaDevAttrMaxTexture3DDepth = 26,
    cudaDevAttrMaxTexture2DLayeredWidth = 27,
    cudaDevAttrMaxTexture2DLayeredHeight = 28,
    cudaDevAttrMaxTexture2DLayeredLayers = 29,
    cudaDevAttrSurfaceAlignment = 30,
    cudaDevAttrConcurrentKernels = 31,
    cudaDevAttrEccEnabled = 32,
    cudaDevAttrPciBusId = 33,
    cudaDevAttrPciDeviceId = 34,
    cudaDevAttrTccDriver = 35,
    cudaDevAttrMemoryClockRate = 36,
    cudaDevAttrGlobalMemoryBusWidth = 37,
    cudaDevAttrL2CacheSize = 38,
    cudaDevAttrMaxThreadsPerMultiProcessor = 39,
    cudaDevAttrAsyncEngineCount = 40,
    cudaDevAttrUnifiedAddressing = 41,
    cudaDevAttrMaxTexture1DLayeredWidth = 42,
    cudaDevAttrMaxTexture1DLayeredLayers = 43,
    cudaDevAttrMaxTexture2DGatherWidth = 45,
    cudaDevAttrMaxTexture2DGatherHeight = 46,
    cudaDevAttrMaxTexture3DWidthAlt = 47,
    cudaDevAttrMaxTexture3DHeightAlt = 48,
    cudaDevAttrMaxTexture3DDepthAlt = 49,
    cudaDevAttrPciDomainId = 50,
    cudaDevAttrTexturePitchAlignment = 51,
    cudaDevAttrMaxTextureCubemapWidth = 52,
    cudaDevAttrMaxTextureCubemapLayeredWidth = 53,
    cudaDevAttrMaxTextureCubemapLayeredLayers = 54,
    cudaDevAttrMaxSurface1DWidth = 55,
    cudaDevAttrMaxSurface2DWidth = 56,
    cudaDevAttrMaxSurface2DHeight = 57,
    cudaDevAttrMaxSurface3DWidth = 58,
    cudaDevAttrMaxSurface3DHeight = 59,
    cudaDevAttrMaxSurface3DDepth = 60,
    cudaDevAttrMaxSurface1DLayeredWidth = 61,
    cudaDevAttrMaxSurface1DLayeredLayers = 62,
    cudaDevAttrMaxSurface2DLayeredWidth = 63,
    cudaDevAttrMaxSurface2DLayeredHeight = 64,
    cudaDevAttrMaxSurface2DLayeredLayers = 65,
    cudaDevAttrMaxSurfaceCubemapWidth = 66,
    cudaDevAttrMaxSurfaceCubemapLayeredWidth = 67,
    cudaDevAttrMaxSurfaceCubemapLayeredLayers = 68,
    cudaDevAttrMaxTexture1DLinearWidth = 69,
    cudaDevAttrMaxTexture2DLinearWidth = 70,
    cudaDevAttrMaxTexture2DLinearHeight = 71,
    cudaDevAttrMaxTexture2DLinearPitch = 72,
    cudaDevAttrMaxTexture2DMipmappedWidth = 73,
    cudaDevAttrMaxTexture2DMipmappedHeight = 74,
    cudaDevAttrComputeCapabilityMajor = 75,
    cudaDevAttrComputeCapabilityMinor = 76,
    cudaDevAttrMaxTexture1DMipmappedWidth = 77,
    cudaDevAttrStreamPrioritiesSupported = 78,
    cudaDevAttrGlobalL1CacheSupported = 79,
    cudaDevAttrLocalL1CacheSupported = 80,
    cudaDevAttrMaxSharedMemoryPerMultiprocessor = 81,
    cudaDevAttrMaxRegistersPerMultiprocessor = 82,
    cudaDevAttrManagedMemory = 83,
    cudaDevAttrIsMultiGpuBoard = 84,
    cudaDevAttrMultiGpuBoardGroupID = 85,
    cudaDevAttrHostNativeAtomicSupported = 86,
    cudaDevAttrSingleToDoublePrecisionPerfRatio = 87,
    cudaDevAttrPageableMemoryAccess = 88,
    cudaDevAttrConcurrentManagedAccess = 89,
    cudaDevAttrComputePreemptionSupported = 90,
    cudaDevAttrCanUseHostPointerForRegisteredMem = 91,
    cudaDevAttrCooperativeLaunch = 95,
    cudaDevAttrMaxSharedMemoryPerBlockOptin = 97,
    cudaDevAttrCanFlushRemoteWrites = 98,
    cudaDevAttrHostRegisterSupported = 99,
    cudaDevAttrPageableMemoryAccessUsesHostPageTables = 100,
    cudaDevAttrDirectManagedMemAccessFromHost = 101,
    cudaDevAttrMaxBlocksPerMultiprocessor = 106,
    cudaDevAttrMaxPersistingL2CacheSize = 108,
    cudaDevAttrMaxAccessPolicyWindowSize = 109,
    cudaDevAttrReservedSharedMemoryPerBlock = 111,
    cudaDevAttrSparseCudaArraySupported = 112,
    cudaDevAttrHostRegisterReadOnlySupported = 113,
    cudaDevAttrTimelineSemaphoreInteropSupported = 114,
    cudaDevAttrMemoryPoolsSupported = 115,
    cudaDevAttrGPUDirectRDMASupported = 116,
    cudaDevAttrGPUDirectRDMAFlushWritesOptions = 117,
    cudaDevAttrGPUDirectRDMAWritesOrdering = 118,
    cudaDevAttrMemoryPoolSupportedHandleTypes = 119,
    cudaDevAttrClusterLaunch = 120,
    cudaDevAttrDeferredMappingCudaArraySupported = 121,
    cudaDevAttrIpcEventSupport = 125,
    cudaDevAttrMemSyncDomainCount = 126,
    cudaDevAttrNumaConfig = 130,
    cudaDevAttrNumaId = 131,
    cudaDevAttrMpsEnabled = 133,
    cudaDevAttrHostNumaId = 134,
    cudaDevAttrD3D12CigSupported = 135,
    cudaDevAttrVulkanCigSupported = 138,
    cudaDevAttrGpuPciDeviceId = 139,
    cudaDevAttrGpuPciSubsystemId = 140,
    cudaDevAttrHostNumaMemoryPoolsSupported = 142,
    cudaDevAttrHostNumaMultinodeIpcSupported = 143,
    cudaDevAttrHostMemoryPoolsSupported = 144,
    cudaDevAttrOnlyPartialHostNativeAtomicSupported = 147,
};
#endif

namespace hipwright {
inline int clamped(std::size_t value) {
    return value > 0x7fffffff ? 0x7fffffff : static_cast<int>(value);
}
#ifdef HIPWRIGHT_HIP
inline int attribute(const hipDeviceProp_t& p, hipDeviceAttribute_t which) {
    switch (which) {
        case hipDeviceAttributeEccEnabled: return p.ECCEnabled;
        case hipDeviceAttributeAccessPolicyMaxWindowSize: return p.accessPolicyMaxWindowSize;
        case hipDeviceAttributeAsyncEngineCount: return p.asyncEngineCount;
        case hipDeviceAttributeCanMapHostMemory: return p.canMapHostMemory;
        case hipDeviceAttributeCanUseHostPointerForRegisteredMem: return p.canUseHostPointerForRegisteredMem;
        case hipDeviceAttributeClockRate: return p.clockRate;
        case hipDeviceAttributeComputeMode: return p.computeMode;
        case hipDeviceAttributeComputePreemptionSupported: return p.computePreemptionSupported;
        case hipDeviceAttributeConcurrentKernels: return p.concurrentKernels;
        case hipDeviceAttributeConcurrentManagedAccess: return p.concurrentManagedAccess;
        case hipDeviceAttributeCooperativeLaunch: return p.cooperativeLaunch;
        case hipDeviceAttributeCooperativeMultiDeviceLaunch: return p.cooperativeMultiDeviceLaunch;
        case hipDeviceAttributeDeviceOverlap: return p.deviceOverlap;
        case hipDeviceAttributeDirectManagedMemAccessFromHost: return p.directManagedMemAccessFromHost;
        case hipDeviceAttributeGlobalL1CacheSupported: return p.globalL1CacheSupported;
        case hipDeviceAttributeHostNativeAtomicSupported: return p.hostNativeAtomicSupported;
        case hipDeviceAttributeIntegrated: return p.integrated;
        case hipDeviceAttributeIsMultiGpuBoard: return p.isMultiGpuBoard;
        case hipDeviceAttributeKernelExecTimeout: return p.kernelExecTimeoutEnabled;
        case hipDeviceAttributeL2CacheSize: return p.l2CacheSize;
        case hipDeviceAttributeLocalL1CacheSupported: return p.localL1CacheSupported;
        case hipDeviceAttributeComputeCapabilityMajor: return p.major;
        case hipDeviceAttributeManagedMemory: return p.managedMemory;
        case hipDeviceAttributeMaxBlocksPerMultiProcessor: return p.maxBlocksPerMultiProcessor;
        case hipDeviceAttributeMaxBlockDimX: return p.maxThreadsDim[0];
        case hipDeviceAttributeMaxBlockDimY: return p.maxThreadsDim[1];
        case hipDeviceAttributeMaxBlockDimZ: return p.maxThreadsDim[2];
        case hipDeviceAttributeMaxGridDimX: return p.maxGridSize[0];
        case hipDeviceAttributeMaxGridDimY: return p.maxGridSize[1];
        case hipDeviceAttributeMaxGridDimZ: return p.maxGridSize[2];
        case hipDeviceAttributeMaxTexture1DWidth: return p.maxTexture1D;
        case hipDeviceAttributeMaxTexture1DLinear: return p.maxTexture1DLinear;
        case hipDeviceAttributeMaxTexture2DWidth: return p.maxTexture2D[0];
        case hipDeviceAttributeMaxTexture2DHeight: return p.maxTexture2D[1];
        case hipDeviceAttributeMaxTexture3DWidth: return p.maxTexture3D[0];
        case hipDeviceAttributeMaxTexture3DHeight: return p.maxTexture3D[1];
        case hipDeviceAttributeMaxTexture3DDepth: return p.maxTexture3D[2];
        case hipDeviceAttributeMaxThreadsPerBlock: return p.maxThreadsPerBlock;
        case hipDeviceAttributeMaxThreadsPerMultiProcessor: return p.maxThreadsPerMultiProcessor;
        case hipDeviceAttributeMaxPitch: return clamped(p.memPitch);
        case hipDeviceAttributeMemoryBusWidth: return p.memoryBusWidth;
        case hipDeviceAttributeMemoryClockRate: return p.memoryClockRate;
        case hipDeviceAttributeComputeCapabilityMinor: return p.minor;
        case hipDeviceAttributeMultiGpuBoardGroupID: return p.multiGpuBoardGroupID;
        case hipDeviceAttributeMultiprocessorCount: return p.multiProcessorCount;
        case hipDeviceAttributePageableMemoryAccess: return p.pageableMemoryAccess;
        case hipDeviceAttributePageableMemoryAccessUsesHostPageTables: return p.pageableMemoryAccessUsesHostPageTables;
        case hipDeviceAttributePciBusId: return p.pciBusID;
        case hipDeviceAttributePciDeviceId: return p.pciDeviceID;
        case hipDeviceAttributePciDomainId: return p.pciDomainID;
        case hipDeviceAttributePersistingL2CacheMaxSize: return p.persistingL2CacheMaxSize;
        case hipDeviceAttributeMaxRegistersPerBlock: return p.regsPerBlock;
        case hipDeviceAttributeMaxRegistersPerMultiprocessor: return p.regsPerMultiprocessor;
        case hipDeviceAttributeReservedSharedMemPerBlock: return clamped(p.reservedSharedMemPerBlock);
        case hipDeviceAttributeMaxSharedMemoryPerBlock: return clamped(p.sharedMemPerBlock);
        case hipDeviceAttributeSharedMemPerBlockOptin: return clamped(p.sharedMemPerBlockOptin);
        case hipDeviceAttributeSharedMemPerMultiprocessor: return clamped(p.sharedMemPerMultiprocessor);
        case hipDeviceAttributeSingleToDoublePrecisionPerfRatio: return p.singleToDoublePrecisionPerfRatio;
        case hipDeviceAttributeStreamPrioritiesSupported: return p.streamPrioritiesSupported;
        case hipDeviceAttributeSurfaceAlignment: return clamped(p.surfaceAlignment);
        case hipDeviceAttributeTccDriver: return p.tccDriver;
        case hipDeviceAttributeTextureAlignment: return clamped(p.textureAlignment);
        case hipDeviceAttributeTexturePitchAlignment: return clamped(p.texturePitchAlignment);
        case hipDeviceAttributeTotalConstantMemory: return clamped(p.totalConstMem);
        case hipDeviceAttributeTotalGlobalMem: return clamped(p.totalGlobalMem);
        case hipDeviceAttributeUnifiedAddressing: return p.unifiedAddressing;
        case hipDeviceAttributeWarpSize: return p.warpSize;
        case hipDeviceAttributeMemoryPoolsSupported: return p.memoryPoolsSupported;
        case hipDeviceAttributeHostRegisterSupported: return p.hostRegisterSupported;
        case hipDeviceAttributeClockInstructionRate: return p.clockRate;
        case hipDeviceAttributeMaxSharedMemoryPerMultiprocessor: return clamped(p.sharedMemPerMultiprocessor);
        case hipDeviceAttributeIsLargeBar: return 1;
        case hipDeviceAttributeImageSupport: return 1;
        case hipDeviceAttributePhysicalMultiProcessorCount: return p.multiProcessorCount;
        case hipDeviceAttributeWallClockRate: return 100000;
        default: return 0;
    }
}
#else
inline int attribute(const cudaDeviceProp& p, cudaDeviceAttr which) {
    switch (which) {
        case cudaDevAttrMaxThreadsPerBlock: return p.maxThreadsPerBlock;
        case cudaDevAttrMaxBlockDimX: return p.maxThreadsDim[0];
        case cudaDevAttrMaxBlockDimY: return p.maxThreadsDim[1];
        case cudaDevAttrMaxBlockDimZ: return p.maxThreadsDim[2];
        case cudaDevAttrMaxGridDimX: return p.maxGridSize[0];
        case cudaDevAttrMaxGridDimY: return p.maxGridSize[1];
        case cudaDevAttrMaxGridDimZ: return p.maxGridSize[2];
        case cudaDevAttrMaxSharedMemoryPerBlock: return clamped(p.sharedMemPerBlock);
        case cudaDevAttrTotalConstantMemory: return clamped(p.totalConstMem);
        case cudaDevAttrWarpSize: return p.warpSize;
        case cudaDevAttrMaxPitch: return clamped(p.memPitch);
        case cudaDevAttrMaxRegistersPerBlock: return p.regsPerBlock;
        case cudaDevAttrClockRate: return p.clockRate;
        case cudaDevAttrTextureAlignment: return clamped(p.textureAlignment);
        case cudaDevAttrGpuOverlap: return p.deviceOverlap;
        case cudaDevAttrMultiProcessorCount: return p.multiProcessorCount;
        case cudaDevAttrKernelExecTimeout: return p.kernelExecTimeoutEnabled;
        case cudaDevAttrIntegrated: return p.integrated;
        case cudaDevAttrCanMapHostMemory: return p.canMapHostMemory;
        case cudaDevAttrComputeMode: return p.computeMode;
        case cudaDevAttrMaxTexture1DWidth: return p.maxTexture1D;
        case cudaDevAttrMaxTexture2DWidth: return p.maxTexture2D[0];
        case cudaDevAttrMaxTexture2DHeight: return p.maxTexture2D[1];
        case cudaDevAttrMaxTexture3DWidth: return p.maxTexture3D[0];
        case cudaDevAttrMaxTexture3DHeight: return p.maxTexture3D[1];
        case cudaDevAttrMaxTexture3DDepth: return p.maxTexture3D[2];
        case cudaDevAttrSurfaceAlignment: return clamped(p.surfaceAlignment);
        case cudaDevAttrConcurrentKernels: return p.concurrentKernels;
        case cudaDevAttrEccEnabled: return p.ECCEnabled;
        case cudaDevAttrPciBusId: return p.pciBusID;
        case cudaDevAttrPciDeviceId: return p.pciDeviceID;
        case cudaDevAttrTccDriver: return p.tccDriver;
        case cudaDevAttrMemoryClockRate: return p.memoryClockRate;
        case cudaDevAttrGlobalMemoryBusWidth: return p.memoryBusWidth;
        case cudaDevAttrL2CacheSize: return p.l2CacheSize;
        case cudaDevAttrMaxThreadsPerMultiProcessor: return p.maxThreadsPerMultiProcessor;
        case cudaDevAttrAsyncEngineCount: return p.asyncEngineCount;
        case cudaDevAttrUnifiedAddressing: return p.unifiedAddressing;
        case cudaDevAttrPciDomainId: return p.pciDomainID;
        case cudaDevAttrTexturePitchAlignment: return clamped(p.texturePitchAlignment);
        case cudaDevAttrMaxTexture1DLinearWidth: return p.maxTexture1DLinear;
        case cudaDevAttrComputeCapabilityMajor: return p.major;
        case cudaDevAttrComputeCapabilityMinor: return p.minor;
        case cudaDevAttrStreamPrioritiesSupported: return p.streamPrioritiesSupported;
        case cudaDevAttrGlobalL1CacheSupported: return p.globalL1CacheSupported;
        case cudaDevAttrLocalL1CacheSupported: return p.localL1CacheSupported;
        case cudaDevAttrMaxSharedMemoryPerMultiprocessor: return clamped(p.sharedMemPerMultiprocessor);
        case cudaDevAttrMaxRegistersPerMultiprocessor: return p.regsPerMultiprocessor;
        case cudaDevAttrManagedMemory: return p.managedMemory;
        case cudaDevAttrIsMultiGpuBoard: return p.isMultiGpuBoard;
        case cudaDevAttrMultiGpuBoardGroupID: return p.multiGpuBoardGroupID;
        case cudaDevAttrHostNativeAtomicSupported: return p.hostNativeAtomicSupported;
        case cudaDevAttrSingleToDoublePrecisionPerfRatio: return p.singleToDoublePrecisionPerfRatio;
        case cudaDevAttrPageableMemoryAccess: return p.pageableMemoryAccess;
        case cudaDevAttrConcurrentManagedAccess: return p.concurrentManagedAccess;
        case cudaDevAttrComputePreemptionSupported: return p.computePreemptionSupported;
        case cudaDevAttrCanUseHostPointerForRegisteredMem: return p.canUseHostPointerForRegisteredMem;
        case cudaDevAttrCooperativeLaunch: return p.cooperativeLaunch;
        case cudaDevAttrMaxSharedMemoryPerBlockOptin: return clamped(p.sharedMemPerBlockOptin);
        case cudaDevAttrHostRegisterSupported: return p.hostRegisterSupported;
        case cudaDevAttrPageableMemoryAccessUsesHostPageTables: return p.pageableMemoryAccessUsesHostPageTables;
        case cudaDevAttrDirectManagedMemAccessFromHost: return p.directManagedMemAccessFromHost;
        case cudaDevAttrMaxBlocksPerMultiprocessor: return p.maxBlocksPerMultiProcessor;
        case cudaDevAttrMaxPersistingL2CacheSize: return p.persistingL2CacheMaxSize;
        case cudaDevAttrMaxAccessPolicyWindowSize: return p.accessPolicyMaxWindowSize;
        case cudaDevAttrReservedSharedMemoryPerBlock: return clamped(p.reservedSharedMemPerBlock);
        case cudaDevAttrMemoryPoolsSupported: return p.memoryPoolsSupported;
        case cudaDevAttrClusterLaunch: return 0;
        default: return 0;
    }
}
#endif
}  // namespace hipwright
// clang-format on
