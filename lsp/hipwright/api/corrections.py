"""What the facts get wrong or lack, with the reason beside each correction.

These are read only when the table is rebuilt.
"""

from __future__ import annotations

# HIPIFY misspells these; the right names stand in hip_runtime_api.h of HIP 7.1.
_ATTRIBUTES = {
    "CU_DEVICE_ATTRIBUTE_MAX_BLOCKS_PER_MULTIPROCESSOR": (
        "hipDeviceAttributeMaxBlocksPerMultiProcessor"
    ),
    "cudaDevAttrMaxBlocksPerMultiprocessor": "hipDeviceAttributeMaxBlocksPerMultiProcessor",
    "CU_DEVICE_ATTRIBUTE_PCI_DOMAIN_ID": "hipDeviceAttributePciDomainId",
    "cudaDevAttrPciDomainId": "hipDeviceAttributePciDomainId",
}

# The bf16 types of amd_hip_bf16.h; HIPIFY still names the older class hip_bfloat16.
_BFLOAT16 = {
    "__nv_bfloat16": "__hip_bfloat16",
    "nv_bfloat16": "__hip_bfloat16",
    "__nv_bfloat162": "__hip_bfloat162",
    "nv_bfloat162": "__hip_bfloat162",
    "__nv_bfloat16_raw": "__hip_bfloat16_raw",
    "__nv_bfloat162_raw": "__hip_bfloat162_raw",
}

# The fp8 types and conversions of amd_hip_fp8.h carry AMD's prefix and keep the rest of the name.
_FP8 = {
    **{
        f"__nv_{name}": f"__hip_{name}"
        for name in (
            "fp8_e4m3",
            "fp8_e5m2",
            "fp8x2_e4m3",
            "fp8x2_e5m2",
            "fp8x4_e4m3",
            "fp8x4_e5m2",
            "fp8_storage_t",
            "fp8x2_storage_t",
            "fp8x4_storage_t",
            "fp8_interpretation_t",
            "saturation_t",
            "cvt_bfloat16raw2_to_fp8x2",
            "cvt_bfloat16raw_to_fp8",
            "cvt_double2_to_fp8x2",
            "cvt_double_to_fp8",
            "cvt_float2_to_fp8x2",
            "cvt_float_to_fp8",
            "cvt_fp8_to_halfraw",
            "cvt_fp8x2_to_halfraw2",
            "cvt_halfraw2_to_fp8x2",
            "cvt_halfraw_to_fp8",
        )
    },
    **{f"__NV_{name}": f"__HIP_{name}" for name in ("SATFINITE", "NOSAT", "E4M3", "E5M2")},
}

# What amd_hip_bf16.h declares under CUDA's own names; HIPIFY calls them unsupported.
_BFLOAT16_FUNCTIONS = (
    "__bfloat1622float2",
    "__bfloat162bfloat162",
    "__bfloat162float",
    "__bfloat16_as_short",
    "__bfloat16_as_ushort",
    "__double2bfloat16",
    "__float22bfloat162_rn",
    "__float2bfloat16",
    "__halves2bfloat162",
    "__high2bfloat16",
    "__high2bfloat162",
    "__highs2bfloat162",
    "__low2bfloat16",
    "__low2bfloat162",
    "__lows2bfloat162",
    "__short_as_bfloat16",
    "__ushort_as_bfloat16",
)

# roctx.h of roctracer, which rocprofiler reads.
_NVTX = {
    "nvtxMark": "roctxMark",
    "nvtxMarkA": "roctxMarkA",
    "nvtxRangePush": "roctxRangePush",
    "nvtxRangePushA": "roctxRangePushA",
    "nvtxRangePop": "roctxRangePop",
    "nvtxRangeStart": "roctxRangeStart",
    "nvtxRangeStartA": "roctxRangeStartA",
    "nvtxRangeEnd": "roctxRangeStop",
    "nvtxRangeId_t": "roctx_range_id_t",
}

# hip_runtime_api.h, driver_types.h, linker_types.h and amd_channel_descriptor.h of HIP 7.1 declare
# these under the name that CUDA has, but for the prefix; HIPIFY has no counterpart for them.
_RUNTIME = (
    "cudaArrayMemoryRequirements",
    "cudaCreateChannelDescHalf",
    "cudaCreateChannelDescHalf1",
    "cudaCreateChannelDescHalf2",
    "cudaCreateChannelDescHalf4",
    "cudaEnableDefault",
    "cudaEnableLegacyStream",
    "cudaEnablePerThreadDefaultStream",
    "cudaExternalMemoryGetMappedMipmappedArray",
    "cudaExternalMemoryHandleTypeNvSciBuf",
    "cudaExternalMemoryMipmappedArrayDesc",
    "cudaExternalSemaphoreHandleTypeD3D11Fence",
    "cudaExternalSemaphoreHandleTypeKeyedMutex",
    "cudaExternalSemaphoreHandleTypeKeyedMutexKmt",
    "cudaExternalSemaphoreHandleTypeNvSciSync",
    "cudaExternalSemaphoreHandleTypeTimelineSemaphoreFd",
    "cudaExternalSemaphoreHandleTypeTimelineSemaphoreWin32",
    "cudaJitCacheOptionCA",
    "cudaJitCacheOptionCG",
    "cudaJitCacheOptionNone",
    "cudaJitOption",
    "cudaLaunchKernelEx",
    "cudaLaunchMemSyncDomain",
    "cudaLibraryOption",
    "cudaMemAdvise_v2",
    "cudaMemPrefetchAsync_v2",
    "cudaMemcpy3DOperandType",
    "cudaMemcpyFlags",
    "cudaMemcpySrcAccessOrder",
    "cudaStreamAttrID",
    "cudaStreamGetDevice",
    "cudaSynchronizationPolicy",
)
_DRIVER = ("cuMemAdvise_v2", "cuMemPrefetchAsync_v2", "cuStreamGetDevice")

# With one more argument, hipMemcpyDefault: see ARGUMENTS.
_DRIVER_COPIES = {"cuMemcpy": "hipMemcpy", "cuMemcpyAsync": "hipMemcpyAsync"}

# hipfftXt.h of hipFFT 1.0.17.
_FFT = (
    "CUFFT_COPY_DEVICE_TO_DEVICE",
    "CUFFT_COPY_DEVICE_TO_HOST",
    "CUFFT_COPY_HOST_TO_DEVICE",
    "CUFFT_COPY_UNDEFINED",
    "CUFFT_FORMAT_UNDEFINED",
    "CUFFT_XT_FORMAT_1D_INPUT_SHUFFLED",
    "CUFFT_XT_FORMAT_INPLACE",
    "CUFFT_XT_FORMAT_INPLACE_SHUFFLED",
    "CUFFT_XT_FORMAT_INPUT",
    "CUFFT_XT_FORMAT_OUTPUT",
    "cufftXtCopyType",
    "cufftXtCopyType_t",
    "cufftXtExec",
    "cufftXtExecDescriptor",
    "cufftXtExecDescriptorC2C",
    "cufftXtExecDescriptorC2R",
    "cufftXtExecDescriptorD2Z",
    "cufftXtExecDescriptorR2C",
    "cufftXtExecDescriptorZ2D",
    "cufftXtExecDescriptorZ2Z",
    "cufftXtFree",
    "cufftXtGetSizeMany",
    "cufftXtMakePlanMany",
    "cufftXtMalloc",
    "cufftXtMemcpy",
    "cufftXtSetGPUs",
    "cufftXtSubFormat",
    "cufftXtSubFormat_t",
)

# hipblas.h has level 3 with 64-bit sizes since hipBLAS 2.3; HIPIFY lacks it.
_BLAS_64 = (
    *(
        f"cublas{letter}{name}_64"
        for letter in "SDCZ"
        for name in ("dgmm", "geam", "symm", "syr2k", "syrk", "syrkx", "trmm")
    ),
    *(f"cublas{letter}hemm_64" for letter in "CZ"),
    *(
        f"cublas{letter}{name}_v2_64"
        for letter in "SDCZ"
        for name in ("symm", "syr2k", "syrk", "trmm")
    ),
    *(f"cublas{letter}hemm_v2_64" for letter in "CZ"),
    "cublasGemmEx_64",
    "cublasGemmBatchedEx_64",
    "cublasGemmStridedBatchedEx_64",
)


def _in_hip(name: str) -> str:
    """A name of CUDA's with HIP's prefix."""
    for cuda, hip in (("cuda", "hip"), ("CU", "HIP"), ("cu", "hip")):
        if name.startswith(cuda):
            return hip + name.removeprefix(cuda)
    raise ValueError(f"{name} has no prefix of CUDA's")


# Device functions of CUDA 13.0's headers that no header of HIP 7.1 has.
_CLUSTERS = "AMD GPUs have no clusters of blocks"
_TWO_FLOATS = "add, multiply or fuse each `float` of the two by itself"
_BARRIERS = "AMD GPUs have one barrier for a block, `__syncthreads`"
_DEVICE_ONLY_CUDA = {
    **dict.fromkeys(
        (
            "__clusterDim",
            "__clusterDimIsSpecified",
            "__clusterGridDimInClusters",
            "__clusterIdx",
            "__clusterRelativeBlockIdx",
            "__clusterRelativeBlockRank",
            "__clusterSizeInBlocks",
            "__cluster_barrier_arrive",
            "__cluster_barrier_arrive_relaxed",
            "__cluster_barrier_wait",
            "__cluster_dims__",
            "__cluster_map_shared_multicast",
            "__cluster_map_shared_rank",
            "__cluster_query_shared_rank",
            "__isClusterShared",
            "__threadfence_cluster",
        ),
        _CLUSTERS,
    ),
    **dict.fromkeys(
        (
            f"__f{what}2_{mode}"
            for what in ("add", "mul", "fma")
            for mode in ("rd", "rn", "ru", "rz")
        ),
        _TWO_FLOATS,
    ),
    **dict.fromkeys(("__barrier_sync", "__barrier_sync_count"), _BARRIERS),
    **dict.fromkeys(
        (f"__fmaf_ieee_{mode}" for mode in ("rd", "ru", "rz")),
        "HIP fuses with rounding to nearest only, as `__fmaf_rn`",
    ),
    "__fmaf_ieee_rn": "`__fmaf_rn`; AMD GPUs keep subnormal numbers unless told otherwise",
    "__float_to_tf32": "rocWMMA has `rocwmma::xfloat32_t`",
    **dict.fromkeys(
        (
            f"__u128Atomic{what}{scope}"
            for what in ("CAS", "Exch")
            for scope in ("", "_block", "_system")
        ),
        "AMD GPUs have no atomic operation on 128 bits",
    ),
    "__cvta_generic_to_grid_constant": "AMD GPUs pass all parameters of a kernel as constants",
    "__cvta_grid_constant_to_generic": "AMD GPUs pass all parameters of a kernel as constants",
    "__isGridConstant": "AMD GPUs pass all parameters of a kernel as constants",
}

# Plain words that HIPIFY maps for one framework, caffe2; in other programs they are the user's.
_FRAMEWORK_ONLY = (
    "CUDAContext",
    "REGISTER_CUDA_OPERATOR",
    "REGISTER_CUDA_OPERATOR_CREATOR",
    "cuda_stream",
)

CORRECTIONS: dict[str, dict[str, str]] = {
    **{name: {"hip": hip} for name, hip in _ATTRIBUTES.items()},
    **{
        name: {"hip": hip, "kind": "device type", "library": "device", "status": "supported"}
        for name, hip in (_BFLOAT16 | _FP8).items()
    },
    **{
        name: {"hip": name, "kind": "device function", "library": "device", "status": "supported"}
        for name in _BFLOAT16_FUNCTIONS
    },
    **{
        name: {"hip": hip, "kind": "function", "library": "nvtx", "status": "supported"}
        for name, hip in _NVTX.items()
    },
    **{
        name: {"hip": "", "kind": "device function", "library": "device", "status": "unsupported"}
        for name in _DEVICE_ONLY_CUDA
    },
    **{name: {"hip": name} for name in _FRAMEWORK_ONLY},
    **{
        name: {"hip": _in_hip(name), "status": "supported"} for name in (*_RUNTIME, *_DRIVER, *_FFT)
    },
    **{name: {"hip": hip, "status": "supported"} for name, hip in _DRIVER_COPIES.items()},
    **{name: {"hip": _in_hip(name).replace("_v2", ""), "status": "supported"} for name in _BLAS_64},
    # hipblas.h: one function gives the name of a status, which is all that cuBLAS's text says too.
    "cublasGetStatusString": {"hip": "hipblasStatusToString", "status": "supported"},
    "cublasGetStatusName": {"hip": "hipblasStatusToString", "status": "supported"},
    # hipsparse.h of hipSPARSE 3.1.
    "CUSPARSE_SIDE_LEFT": {"hip": "HIPSPARSE_SIDE_LEFT", "status": "supported"},
    "CUSPARSE_SIDE_RIGHT": {"hip": "HIPSPARSE_SIDE_RIGHT", "status": "supported"},
    "cusparseSideMode_t": {"hip": "hipsparseSideMode_t", "status": "supported"},
    # util_deprecated.hpp of hipCUB 3.3.
    "CUB_IGNORE_DEPRECATED_API": {"hip": "HIPCUB_IGNORE_DEPRECATED_API", "status": "supported"},
    # amd_hip_fp16.h of HIP 7.1 declares these for half precision only: API010 says what to do.
    **{name: {"hip": "", "status": "unsupported"} for name in ("__ldca", "__ldcg", "__ldcs")},
    # Names that HIPIFY writes and no header declares.
    "CU_DEVICE_ATTRIBUTE_MULTI_GPU_BOARD_GROUP_ID": {
        "hip": "hipDeviceAttributeMultiGpuBoardGroupID"
    },
    "CU_GRAPH_DEBUG_DOT_FLAGS_RUNTIME_TYPES": {"hip": "", "status": "unsupported"},
    "cudaMemcpyArrayToArray": {"hip": "", "status": "unsupported"},
    "cudaMemcpyFromArrayAsync": {"hip": "", "status": "unsupported"},
    # What hip_runtime_api.h of HIP 7.1 calls the linker's state; HIPIFY names hipRTC's older one.
    "CUlinkState": {"hip": "hipLinkState_t"},
    # What loads is hipRTC's code object; its bitcode is there after -fgpu-rdc only, and is for the
    # linker. HIPIFY names the bitcode.
    "nvrtcGetCUBIN": {"hip": "hiprtcGetCode"},
    "nvrtcGetCUBINSize": {"hip": "hiprtcGetCodeSize"},
    # HIP's own union, and not the pointer that HIPIFY names.
    "CUoccupancyB2DSize": {"hip": "", "status": "unsupported"},
    "cudaErrorLossyQuery": {"hip": "", "status": "unsupported"},
    "cudaGraphNodeTypeConditional": {"hip": "", "status": "unsupported"},
}

# Calls whose arguments change, beyond those that HIPIFY knows: function, argument, kind, constant.
# Sources: hip_runtime_api.h of HIP 7.1; hipblas.h, whose half is a `uint16_t` in C++ too, but with
# HIPBLAS_USE_HIP_HALF.
ARGUMENTS: tuple[tuple[str, int, str, str], ...] = (
    ("cuMemcpy", 3, "add_const_argument", "hipMemcpyDefault"),
    ("cuMemcpyAsync", 3, "add_const_argument", "hipMemcpyDefault"),
    *(
        (name, argument, kind, "")
        for name, arguments in (
            ("cublasHgemm", (6, 7, 9, 11, 12)),
            ("cublasHgemmStridedBatched", (6, 7, 10, 13, 14)),
        )
        for argument, kind in zip(
            arguments,
            (*["reinterpret_cast_const_half"] * 4, "reinterpret_cast_half"),
            strict=True,
        )
    ),
)

# CUDA header → (HIP header, roc header, library). Library headers live in a folder of their own
# since ROCm 5.2; the flat ones were only forwarders, and are gone in ROCm 7.
HEADERS: dict[str, tuple[str, str, str]] = {
    **dict.fromkeys(
        ("cublas.h", "cublas_api.h", "cublas_v2.h"),
        ("hipblas/hipblas.h", "rocblas/rocblas.h", "cuBLAS"),
    ),
    "cublasLt.h": ("hipblaslt/hipblaslt.h", "", "cuBLASLt"),
    **dict.fromkeys(
        ("cusparse.h", "cusparse_v2.h"),
        ("hipsparse/hipsparse.h", "rocsparse/rocsparse.h", "cuSPARSE"),
    ),
    **dict.fromkeys(
        (
            "cusolverDn.h",
            "cusolverMg.h",
            "cusolverRf.h",
            "cusolverSp.h",
            "cusolverSp_LOWLEVEL_PREVIEW.h",
            "cusolver_common.h",
        ),
        ("hipsolver/hipsolver.h", "rocsolver/rocsolver.h", "cuSOLVER"),
    ),
    "cuda_bf16.h": ("hip/hip_bf16.h", "", "device"),
    "cuda_bf16.hpp": ("hip/hip_bf16.h", "", "device"),
    "cuda_fp16.hpp": ("hip/hip_fp16.h", "", "device"),
    "cuda_fp8.h": ("hip/hip_fp8.h", "", "device"),
    "cuda_fp8.hpp": ("hip/hip_fp8.h", "", "device"),
    "cuda_fp6.h": ("hip/hip_fp6.h", "", "device"),
    "cuda_fp4.h": ("hip/hip_fp4.h", "", "device"),
    "cuda_gl_interop.h": ("hip/hip_gl_interop.h", "", "runtime"),
    "cudaGL.h": ("hip/hip_gl_interop.h", "", "driver"),
    "cudaProfiler.h": ("hip/hip_runtime_api.h", "", "driver"),
    "math_functions.h": ("hip/math_functions.h", "", "device"),
    "surface_types.h": ("hip/surface_types.h", "", "runtime"),
    "texture_types.h": ("hip/texture_types.h", "", "runtime"),
    "nvrtc.h": ("hip/hiprtc.h", "", "NVRTC"),
    "nccl.h": ("rccl/rccl.h", "", "NCCL"),
    "nvToolsExt.h": ("roctracer/roctx.h", "", "nvtx"),
    "nvtx3/nvToolsExt.h": ("roctracer/roctx.h", "", "nvtx"),
}

# Headers whose declarations hip_runtime.h brings by itself.
NEEDLESS = (
    "builtin_types.h",
    "common_functions.h",
    "cuda_device_runtime_api.h",
    "device_atomic_functions.h",
    "device_atomic_functions.hpp",
    "device_double_functions.h",
    "device_launch_parameters.h",
    "device_types.h",
    "driver_functions.h",
    "host_config.h",
    "host_defines.h",
    "sm_20_atomic_functions.h",
    "sm_20_intrinsics.h",
    "sm_30_intrinsics.h",
    "sm_32_atomic_functions.h",
    "sm_32_intrinsics.h",
    "sm_35_atomic_functions.h",
    "sm_35_intrinsics.h",
    "sm_60_atomic_functions.h",
    "sm_61_intrinsics.h",
    "surface_functions.h",
    "surface_indirect_functions.h",
    "texture_fetch_functions.h",
    "texture_indirect_functions.h",
    "vector_functions.h",
    "vector_functions.hpp",
)

_VERSION = "HIP_VERSION counts otherwise; ask for the HIP version that the code needs"

_PARAMETERS = "`hipModuleLaunchKernel` takes the sizes and the arguments of a launch at once"

# What to use instead of one name that HIP lacks.
INSTEAD: dict[str, str] = {
    **_DEVICE_ONLY_CUDA,
    "CUDA_VERSION": _VERSION,
    "CUDART_VERSION": _VERSION,
    "__trap": "`__builtin_trap()` or `abort()` ends the kernel",
    "__brkpt": "`__builtin_debugtrap()` stops in the debugger",
    "__prof_trigger": "AMD's profilers have no such counter; leave it out",
    "__ldcv": "`__builtin_nontemporal_load` reads past the caches",
    "__ldlu": "`__builtin_nontemporal_load` reads past the caches",
    "__stcg": "`__builtin_nontemporal_store` writes past the caches",
    "__stcs": "`__builtin_nontemporal_store` writes past the caches",
    "__stwb": "a plain store does the same",
    "__stwt": "`__builtin_nontemporal_store` writes past the caches",
    "mma.h": "rocWMMA (`rocwmma/rocwmma.hpp`) has fragments and their operations",
    "cuda_pipeline.h": "HIP has no asynchronous copy to shared memory; copy and synchronise",
    "cuda_pipeline_primitives.h": (
        "HIP has no asynchronous copy to shared memory; copy and synchronise"
    ),
    "cuda_awbarrier.h": "HIP has no split barrier; `__syncthreads()` waits for all at once",
    "cuda_awbarrier_primitives.h": (
        "HIP has no split barrier; `__syncthreads()` waits for all at once"
    ),
    "cuda_occupancy.h": "the occupancy functions of hip_runtime_api.h answer the same questions",
    "cudaGetDriverEntryPointByVersion": "`hipGetProcAddress` finds a function by name and version",
    "cudaGraphConditionalHandle": "HIP's graphs have no conditional nodes",
    "CubDebugExit": "wrap the call in HipcubDebug, and exit when it is not hipSuccess",
    "CUctxCreateParams": "hipCtxCreate takes no such parameters",
    "cudaGraphicsResourceSetMapFlags": "hipGraphicsMapResources takes no flags; leave it out",
    "cuGraphicsResourceSetMapFlags": "hipGraphicsMapResources takes no flags; leave it out",
    "cuParamSetSize": _PARAMETERS,
    "cuParamSetf": _PARAMETERS,
    "cuParamSeti": _PARAMETERS,
    "cuParamSetv": _PARAMETERS,
    "cuLaunch": _PARAMETERS,
    "cuLaunchGrid": _PARAMETERS,
    "cuLaunchGridAsync": _PARAMETERS,
    "cuFuncSetBlockShape": _PARAMETERS,
    "cuFuncSetSharedSize": _PARAMETERS,
    "cudaMemcpyArrayToArray": "`hipMemcpy2DArrayToArray` copies rows and columns",
    "cudaMemcpyFromArrayAsync": "`hipMemcpy2DFromArrayAsync` copies rows and columns",
    "cudaDeviceSetSharedMemConfig": "LDS banks are fixed on AMD GPUs; leave it out",
}

# The same for whole families: a pattern that the name starts with, and what to say. The first
# match counts.
FAMILY_INSTEAD: tuple[tuple[str, str], ...] = (
    (r"__nv_atomic|__NV_ATOMIC|__NV_THREAD_SCOPE", "clang's `__hip_atomic_…` do the same in HIP"),
    (r"cudaGraphicsMapFlags|CU_GRAPHICS_MAP_", "hipGraphicsMapResources takes no flags"),
    (r"cupti|CUPTI|CUpti", "rocprofiler-sdk reads counters and traces on AMD GPUs"),
    (r"nvtx|NVTX|nvToolsExt", "rocTX (roctracer/roctx.h) has marks and ranges for AMD's profilers"),
    (r"nvperf|NVPW|NVPA", "rocprofiler-sdk reads counters on AMD GPUs"),
    (
        r"nvvm|NVVM",
        "HIP compiles from source with hipRTC; LLVM bitcode goes to `hipModuleLoadData`",
    ),
    (
        r"cudaEGL|cuEGL|CUegl|CU_EGL|cudaEgl|cudaNvSci|cuNvSci",
        "ROCm does not work with EGL streams",
    ),
    (r"cudaVDPAU|cuVDPAU|CUvdpau", "ROCm does not work with VDPAU"),
    (
        r"cu(da)?D3D|CUd3d|CU_D3D|cudaD3D",
        "HIP has no Direct3D calls; import external memory instead",
    ),
    (r"__v\w+[24]$", "the SIMD intrinsics on bytes and half words need code of your own"),
    (r"cu(da)?GraphCond|CUgraphCond|CU_GRAPH_COND", "HIP's graphs have no conditional nodes"),
    (
        r"cuGreenCtx|CUgreenCtx|cuDevSm",
        "HIP has no green contexts; streams with a CU mask come near",
    ),
    (r"cu(da)?Mc|cuMulticast|CUmulticast", "HIP has no multicast objects; RCCL moves data to many"),
    (r"cudnn|CUDNN", "MIOpen is AMD's library for it; its interface differs"),
    (
        r"cusolverRf|cusolverSp|cusolverMg",
        "hipSOLVER has only a part of this; see its documentation",
    ),
    (r"cuTensorMap|CUtensorMap|CU_TENSOR_MAP", "AMD GPUs have no tensor memory accelerator"),
)

# Names in the facts that are the user's as often as CUDA's.
OURS_ALONE: frozenset[str] = frozenset()
