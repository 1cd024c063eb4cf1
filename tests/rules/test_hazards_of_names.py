"""Hazards that are names: each is found by the rule about names that says it covers it."""

from __future__ import annotations

import pytest

from hipwright.analysis import check
from hipwright.rules.registry import rule
from hipwright.settings import Settings
from hipwright.source import Source

CALLS = {
    ("HW044", "LAUNCH001"): "k<<<1, 2>>>(p);",
    ("HW088", "API001"): "cudaHostGetDevicePointer(&d, h, 0);",
    ("HW090", "API001"): "cuMemCreate(&handle, size, &properties, 0);",
    ("HW094", "API001"): "cudaDeviceEnablePeerAccess(1, 0);",
    ("HW101", "API005"): "cudaGraphInstantiate(&e, g, NULL, NULL, 0);",
    ("HW105", "API001"): "cudaStreamAddCallback(s, f, data, 0);",
    ("HW106", "API001"): "cudaStreamCreateWithPriority(&s, cudaStreamNonBlocking, -1);",
    ("HW125", "API001"): "cudaDeviceGetAttribute(&n, cudaDevAttrMaxBlocksPerMultiprocessor, 0);",
    ("HW126", "API001"): "cudaOccupancyMaxPotentialBlockSize(&grid, &block, k, 0, 0);",
    ("HW050", "API002"): "attribute.id = cudaLaunchAttributeClusterDimension;",
    ("HW079", "API004"): "cudaMipmappedArrayGetSparseProperties(&p, array);",
    ("HW080", "API002"): "cudaGraphicsD3D11RegisterResource(&r, p, 0);",
    ("HW095", "API002"): "cudaDeviceSetLimit(cudaLimitPersistingL2CacheSize, n);",
    ("HW097", "API002"): "cudaDeviceSetLimit(cudaLimitDevRuntimeSyncDepth, 4);",
    ("HW102", "API002"): "cudaGraphExecUpdateResultInfo info; update(&info);",
    ("HW103", "API002"): "cudaGraphConditionalHandleCreate(&handle, g, 0, 0);",
    ("HW124", "API002"): "cudaDeviceGetAttribute(&n, cudaDevAttrCanFlushRemoteWrites, 0);",
    ("HW051", "API004"): "cudaGridDependencySynchronize();",
    ("HW049", "API005"): "cudaLaunchKernel(k, grid, block, arguments, 0, s);",
    ("HW062", "API005"): "cudaFuncSetAttribute(k<3>, attribute, n);",
    ("HW085", "API005"): "cudaMallocHost(&p, n);",
    ("HW099", "API005"): "cudaEventCreate(&e, flags);",
    ("HW100", "API005"): "cudaGraphInstantiate(&e, g, 0);",
    ("HW127", "API005"): "cuOccupancyMaxPotentialBlockSize(&g, &b, k, bytes_of, n, limit);",
    ("HW173", "API001"): "float infinite = CUDART_INF_F;",
    ("HW201", "API001"): "nvrtcCompileProgram(program, 0, 0);",
    ("HW232", "API001"): "bytes = n * sizeof(curandStatePhilox4_32_10_t);",
    ("HW239", "API001"): "cub::DeviceReduce::Sum(p, bytes, in, out, n);",
    ("HW323", "API001"): "cudaSetDeviceFlags(cudaDeviceScheduleBlockingSync);",
    ("HW324", "API001"): "cudaThreadSynchronize();",
    ("HW149", "API002"): "m = __hmax2(a, b);",
    ("HW160", "API002"): "low = __fadd_rz(a, b);",
    ("HW215", "API002"): "method = CURAND_BINARY_SEARCH;",
    ("HW216", "API002"): "cusparseBsrSetStridedBatch(a, 2, 3, 4, 5);",
    ("HW217", "API002"): "cusolverDnXgesvd(h, p, u, v, m, n);",
    ("HW218", "API002"): "cudnnMultiHeadAttnForward(h, d);",
    ("HW219", "API002"): "nvrtcGetNumSupportedArchs(&n);",
    ("HW235", "API002"): "cusolverMgCreate(&h);",
    ("HW153", "API004"): "__nv_fp4_e2m1 x;",
}


@pytest.mark.parametrize(("hazard", "code"), CALLS)
def test_the_name_is_found(hazard: str, code: str) -> None:
    content = f"void f() {{ {CALLS[hazard, code]} }}\n".encode()
    settings = Settings(launch="macro") if code == "LAUNCH001" else Settings()
    assert code in {finding.code for finding in check(Source(content, "a.cu"), settings)}
    covering = rule(code)
    assert covering is not None
    assert hazard in covering.hazards


HEADERS = {
    ("HW153", "HEADER001"): "cuda_fp4.h",
    ("HW237", "HEADER001"): "nccl.h",
    ("HW238", "HEADER002"): "nvshmem.h",
    ("HW246", "HEADER002"): "nvml.h",
    ("HW249", "HEADER002"): "cutlass/gemm/device/gemm.h",
}


@pytest.mark.parametrize(("hazard", "code"), HEADERS)
def test_the_header_is_found(hazard: str, code: str) -> None:
    content = f"#include <{HEADERS[hazard, code]}>\n".encode()
    assert code in {finding.code for finding in check(Source(content, "a.cu"), Settings())}
    covering = rule(code)
    assert covering is not None
    assert hazard in covering.hazards


def test_names_that_came_later() -> None:
    content = b"void f() { cudaMallocAsync(&p, n, s); }\n"
    found = check(Source(content, "a.cu"), Settings(hip_version="5.1", select=("API003",)))
    assert [finding.code for finding in found] == ["API003"]
