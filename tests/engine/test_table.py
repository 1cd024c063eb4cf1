"""The API table: that it is what the facts make, and that their known faults are put right."""

from __future__ import annotations

from pathlib import Path

import pytest

from hipwright.api import Entry, lookup, table
from hipwright.api import build_table as building
from hipwright.api.calls import rewrites
from hipwright.port import port
from hipwright.rules.chosen import BEGINNINGS
from hipwright.settings import Settings

FACTS = Path(__file__).parents[2] / "tools" / "facts"


def entry(name: str) -> Entry:
    found = lookup(name.encode())
    assert found is not None, name
    return found


def test_the_table_is_what_the_facts_make() -> None:
    made = Path(building.__file__)
    assert made.with_name("table.txt").read_text(encoding="utf-8") == building.build(FACTS)
    assert made.with_name("calls.txt").read_text(encoding="utf-8") == building.build_calls(FACTS)


def test_every_name_of_the_facts_is_known() -> None:
    left_out = {
        row["cuda_name"]
        for row in building.read(FACTS, "api_map.csv")
        if row["cuda_name"].encode() not in table()
    }
    # Warp intrinsics are the rules' about warps; plain words are the user's.
    assert all(
        building._WARP.match(name) or building._PLAIN_WORD.match(name) for name in left_out
    ), left_out
    assert len(table()) > 13_000


def test_every_name_like_cudas_is_found_in_a_text() -> None:
    families = tuple({beginning[:2] for beginning in BEGINNINGS})
    names = [name for name in table() if name.startswith(families)]
    assert len(names) > 12_000
    for name in names:
        entry = lookup(name)
        assert entry is None or entry.kind == "header" or name.startswith(BEGINNINGS), name


def test_every_entry_can_be_read() -> None:
    statuses = {entry(name.decode()).status for name in table()}
    assert statuses == {
        "supported",
        "same",
        "v2-only",
        "unsupported",
        "roc-only",
        "experimental",
        "unknown",
    }


@pytest.mark.parametrize(
    ("cuda", "hip"),
    [
        # HIPIFY misspells these; the names are those of HIP 7.1's hip_runtime_api.h.
        ("cudaDevAttrMaxBlocksPerMultiprocessor", "hipDeviceAttributeMaxBlocksPerMultiProcessor"),
        (
            "CU_DEVICE_ATTRIBUTE_MAX_BLOCKS_PER_MULTIPROCESSOR",
            "hipDeviceAttributeMaxBlocksPerMultiProcessor",
        ),
        ("cudaDevAttrPciDomainId", "hipDeviceAttributePciDomainId"),
        ("CU_DEVICE_ATTRIBUTE_PCI_DOMAIN_ID", "hipDeviceAttributePciDomainId"),
        # Today's bf16 and fp8 types.
        ("__nv_bfloat16", "__hip_bfloat16"),
        ("nv_bfloat16", "__hip_bfloat16"),
        ("__nv_bfloat162", "__hip_bfloat162"),
        ("__nv_fp8_e4m3", "__hip_fp8_e4m3"),
        ("__nv_cvt_float_to_fp8", "__hip_cvt_float_to_fp8"),
        # Library headers have folders of their own.
        ("cublas_v2.h", "hipblas/hipblas.h"),
        ("cublasLt.h", "hipblaslt/hipblaslt.h"),
        ("cufft.h", "hipfft/hipfft.h"),
        ("curand.h", "hiprand/hiprand.h"),
        ("curand_kernel.h", "hiprand/hiprand_kernel.h"),
        ("cusparse.h", "hipsparse/hipsparse.h"),
        ("cusolverDn.h", "hipsolver/hipsolver.h"),
        ("nccl.h", "rccl/rccl.h"),
        ("nvrtc.h", "hip/hiprtc.h"),
        # Headers that HIPIFY lacks.
        ("cuda_bf16.h", "hip/hip_bf16.h"),
        ("cuda_fp8.h", "hip/hip_fp8.h"),
        ("cuda_gl_interop.h", "hip/hip_gl_interop.h"),
        # What HIP has by now, and HIPIFY calls unsupported or does not know.
        ("cudaMemcpy3DPeer", "hipMemcpy3DPeer"),
        ("cuMemsetD2D32_v2", "hipMemsetD2D32"),
        ("CUDA_R_8F_E4M3", "HIP_R_8F_E4M3"),
        ("cudaLaunchConfig_t", "hipLaunchConfig_t"),
        ("cudaMemcpyBatchAsync", "hipMemcpyBatchAsync"),
        # What HIP 7.1 names otherwise than HIPIFY does.
        ("CU_JIT_MAX_REGISTERS", "hipJitOptionMaxRegisters"),
        ("cuLinkCreate", "hipLinkCreate"),
        ("nvrtcGetCUBIN", "hiprtcGetCode"),
        ("cuLinkCreate_v2", "hipLinkCreate"),
        ("nvtxRangePushA", "roctxRangePushA"),
        ("nvtxRangeId_t", "roctx_range_id_t"),
        # What headers declare, and HIPIFY calls unsupported.
        ("cudaLaunchKernelEx", "hipLaunchKernelEx"),
        ("cudaCreateChannelDescHalf2", "hipCreateChannelDescHalf2"),
        ("cudaMemPrefetchAsync_v2", "hipMemPrefetchAsync_v2"),
        ("cuMemAdvise_v2", "hipMemAdvise_v2"),
        ("cudaStreamGetDevice", "hipStreamGetDevice"),
        ("cudaJitCacheOptionCA", "hipJitCacheOptionCA"),
        ("cudaExternalMemoryMipmappedArrayDesc", "hipExternalMemoryMipmappedArrayDesc"),
        ("cuMemcpy", "hipMemcpy"),
        ("cufftXtSetGPUs", "hipfftXtSetGPUs"),
        ("CUFFT_XT_FORMAT_INPUT", "HIPFFT_XT_FORMAT_INPUT"),
        ("cublasSgeam_64", "hipblasSgeam_64"),
        ("cublasChemm_v2_64", "hipblasChemm_64"),
        ("cublasGetStatusString", "hipblasStatusToString"),
        ("cusparseSideMode_t", "hipsparseSideMode_t"),
        ("CUB_IGNORE_DEPRECATED_API", "HIPCUB_IGNORE_DEPRECATED_API"),
        ("CU_DEVICE_ATTRIBUTE_MULTI_GPU_BOARD_GROUP_ID", "hipDeviceAttributeMultiGpuBoardGroupID"),
        # hipBLAS 3 has no suffix `_v2` any more.
        ("cublasGemmEx", "hipblasGemmEx"),
        ("cublasCgemm_v2", "hipblasCgemm"),
    ],
)
def test_known_faults_are_put_right(cuda: str, hip: str) -> None:
    found = entry(cuda)
    assert (found.status, found.hip) == ("supported", hip)


@pytest.mark.parametrize("name", ["__float2bfloat16", "__bfloat162float", "cuda_stream"])
def test_names_that_stay(name: str) -> None:
    assert (entry(name).status, entry(name).hip) == ("same", name)


@pytest.mark.parametrize(
    "name",
    [
        "CUoccupancyB2DSize",
        "cudaErrorLossyQuery",
        "CU_GRAPH_DEBUG_DOT_FLAGS_RUNTIME_TYPES",
        "cudaMemcpyArrayToArray",
        "cudaMemcpyFromArrayAsync",
        "CUDNN_DATA_INT8x32",
    ],
)
def test_counterparts_that_no_header_has_are_not_claimed(name: str) -> None:
    assert entry(name).status == "unsupported"
    assert entry(name).hip == ""


def test_what_hip_lacks_comes_with_advice_where_there_is_some() -> None:
    assert "rocprofiler" in entry("cuptiActivityEnable").instead
    assert "rocWMMA" in entry("mma.h").instead
    assert "HIP_VERSION" in entry("CUDART_VERSION").instead


@pytest.mark.parametrize("name", ["T", "all", "valid", "char1", "pipeline", "barrier_wait"])
def test_plain_words_of_cudas_headers_are_not_taken_for_cudas(name: str) -> None:
    assert lookup(name.encode()) is None


def test_versions_are_kept() -> None:
    assert entry("cudaMallocAsync").cuda_added == "11.2"
    assert entry("cudaMallocAsync").hip_added == "5.2.0"
    assert entry("cudaThreadExit").cuda_deprecated != ""


def test_rewrites_of_arguments_are_known_by_target() -> None:
    assert [rewrite.kind for rewrite in rewrites()["hip"]["cudaMemcpyToSymbol"]] == ["HIP_SYMBOL"]
    assert "cusparseScsrmm" in rewrites()["roc"]
    assert "cudnnSoftmaxForward" in rewrites()["miopen"]
    assert "cuMemcpy" in rewrites()["own"]


@pytest.mark.parametrize(
    ("settings", "text", "after"),
    [
        (Settings(), '#include "cublas_v2.h"\n', '#include "hipblas/hipblas.h"\n'),
        (Settings(roc=True), '#include "cublas_v2.h"\n', '#include "rocblas/rocblas.h"\n'),
        (Settings(roc=True), "cublasHandle_t h;", "rocblas_handle h;"),
        (Settings(roc=True), "__half h; cudaStream_t s;", "__half h; hipStream_t s;"),
        (Settings(), "cudaDevAttrPciDomainId;", "hipDeviceAttributePciDomainId;"),
        # In place of the name AMD's tool writes, so that its users find what they know.
        (Settings(hipify=True), "#include <hip/hip_runtime.h>\nnv_bfloat16 b;", None),
        (Settings(), "cublasSgemmEx_64;", "cublasSgemmEx_64;"),
        # hipBLAS 2, whose plain names take other types, and AMD's tool write the suffix.
        (Settings(hip_version="6.2"), "cublasCgemm_v2;", "hipblasCgemm_v2;"),
        (Settings(hip_version="7.0"), "cublasCgemm_v2;", "hipblasCgemm;"),
        (
            Settings(hipify=True),
            "#include <hip/hip_runtime.h>\ncublasCgemm_v2;",
            "#include <hip/hip_runtime.h>\nhipblasCgemm_v2;",
        ),
        (
            Settings(hipify=True),
            "#include <hip/hip_runtime.h>\nvoid f() { cublasHgemm(h, t, t, m, n, k, o, a); }",
            "#include <hip/hip_runtime.h>\nvoid f() { hipblasHgemm(h, t, t, m, n, k, o, a); }",
        ),
        # hipDNN is in no release of ROCm; MIOpen's calls take other arguments.
        (Settings(), "cudnnHandle_t h;", "cudnnHandle_t h;"),
        (Settings(experimental=True), "cudnnHandle_t h;", "miopenHandle_t h;"),
        (Settings(experimental=True), '#include "cudnn.h"\n', '#include "miopen/miopen.h"\n'),
    ],
)
def test_spelling_follows_the_settings(settings: Settings, text: str, after: str | None) -> None:
    assert port(text.encode(), "a.cpp", settings).text.decode() == (
        text if after is None else after
    )


@pytest.mark.parametrize("arguments", [[], ["a", "b"]])
def test_building_needs_one_folder(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert building.main(arguments) == 2
    assert "usage:" in capsys.readouterr().err


def test_building_from_an_empty_folder_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert building.main([str(tmp_path)]) == 2
    assert "api_map.csv: no such file" in capsys.readouterr().err
