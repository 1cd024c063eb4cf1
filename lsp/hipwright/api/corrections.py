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

CORRECTIONS: dict[str, dict[str, str]] = {
    **{name: {"hip": hip} for name, hip in _ATTRIBUTES.items()},
    **{
        name: {"hip": hip, "kind": "device type", "library": "device", "status": "supported"}
        for name, hip in _BFLOAT16.items()
    },
}

# CUDA header → (HIP header, roc header, library). Library headers live in a folder of their own
# since ROCm 5.2; the flat ones were only forwarders, and are gone in ROCm 7.
HEADERS: dict[str, tuple[str, str, str]] = {
    "cublas.h": ("hipblas/hipblas.h", "rocblas/rocblas.h", "cuBLAS"),
    "cublas_api.h": ("hipblas/hipblas.h", "rocblas/rocblas.h", "cuBLAS"),
    "cublas_v2.h": ("hipblas/hipblas.h", "rocblas/rocblas.h", "cuBLAS"),
    "cublasLt.h": ("hipblaslt/hipblaslt.h", "", "cuBLASLt"),
    "cusparse.h": ("hipsparse/hipsparse.h", "rocsparse/rocsparse.h", "cuSPARSE"),
    "cusparse_v2.h": ("hipsparse/hipsparse.h", "rocsparse/rocsparse.h", "cuSPARSE"),
    "cuda_bf16.h": ("hip/hip_bf16.h", "", "device"),
    "cuda_fp8.h": ("hip/hip_fp8.h", "", "device"),
    "nvrtc.h": ("hip/hiprtc.h", "", "NVRTC"),
    "nccl.h": ("rccl/rccl.h", "", "NCCL"),
}

# What to use instead of one name that HIP lacks.
INSTEAD: dict[str, str] = {}

# The same for whole families: a pattern that the name starts with, and what to say.
LIBRARY_INSTEAD: tuple[tuple[str, str], ...] = (
    (r"(cupti|CUPTI|CUpti)", "rocprofiler-sdk reads counters and traces on AMD GPUs"),
    (r"(nvtx|NVTX)", "rocTX (roctx.h) marks ranges for AMD's profilers"),
)

# Names in the facts that are the user's as often as CUDA's.
OURS_ALONE: frozenset[str] = frozenset()
