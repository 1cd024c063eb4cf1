"""What is known of Python packages that bring CUDA with them."""

from __future__ import annotations

import re
from typing import NamedTuple

from hipwright.patterns import regex


class Package(NamedTuple):
    """A package, by the names under which it is installed and imported."""

    names: tuple[str, ...]  # of distributions, as regular expressions, normalised: lower case, "-"
    modules: tuple[str, ...]
    advice: str
    runs: bool  # the same import works on AMD, once the right build is installed
    replacement: str = ""  # a distribution that takes its place for sure


PACKAGES = (
    Package(
        (r"cupy-cuda\d+x?",),
        (),
        "install `cupy-rocm-7-0`, or build `cupy` from source with CUPY_INSTALL_USE_HIP=1",
        True,
        "cupy-rocm-7-0",
    ),
    Package(("pycuda", "scikit-cuda"), ("skcuda",), "use CuPy or HIP Python", False),
    Package(
        ("cuda-python", "cuda-bindings"),
        ("cuda.cuda", "cuda.cudart", "cuda.nvrtc", "cuda.bindings", "cuda.ccuda", "cuda.ccudart"),
        "install `hip-python-interop`, which has cuda.bindings' driver, runtime and nvrtc",
        True,
        "hip-python-interop",
    ),
    Package(
        (
            "cuda-core",
            "cuda-cccl",
            "cuda-cooperative",
            "cuda-parallel",
            "cuda-tile",
            "nvmath-python",
        ),
        ("cuda.core", "cuda.cccl", "cuda.cooperative", "cuda.parallel", "cuda.compute", "nvmath"),
        "use HIP Python, or the `cuda.bindings` of hip-python-interop",
        False,
    ),
    Package(
        ("pynvml", "nvidia-ml-py", "nvidia-ml-py3", "py3nvml", "gputil", "nvitop", "gpustat"),
        ("pynvml", "py3nvml", "nvidia_smi", "GPUtil", "nvitop", "gpustat"),
        "use `amdsmi`; hip-python-interop also has a `pynvml` that speaks to it",
        False,
    ),
    Package(
        ("nvtx",), ("nvtx",), "hip-python-interop has an `nvtx` that marks ranges by roctx", True
    ),
    Package(
        (r"tensorrt(?:-cu\d+)?", "nvidia-tensorrt", "torch-tensorrt", r"tensorrt-llm"),
        ("tensorrt", "torch_tensorrt", "tensorrt_llm"),
        "use MIGraphX, `torch.compile`, or vLLM",
        False,
    ),
    Package(
        (
            r"(?:cudf|cuml|cugraph|cuspatial|rmm|dask-cudf|cuxfilter|cucim|raft-dask|pylibraft)"
            r"(?:-cu\d+)?",
            r"dask-cuda",
        ),
        (
            *("cudf", "cuml", "cugraph", "cuspatial", "rmm", "dask_cudf", "dask_cuda", "cucim"),
            *("cuxfilter", "pylibraft", "raft_dask", "cuvs"),
        ),
        "ROCm-DS has counterparts of some of RAPIDS (hipDF, hipMM, hipGRAPH, hipRAFT, hipVS)",
        False,
    ),
    Package(
        (r"nvidia-dali(?:-cuda\d+)?",), ("nvidia.dali",), "use rocAL, or loaders on the CPU", False
    ),
    Package(
        ("transformer-engine",), ("transformer_engine",), "install ROCm's TransformerEngine", True
    ),
    Package(
        ("flash-attn",),
        ("flash_attn", "flash_attn_interface"),
        "build flash-attn with its ROCm backend (Composable Kernel or Triton)",
        True,
    ),
    Package(("xformers",), ("xformers",), "install the ROCm build of xformers", True),
    Package(
        ("bitsandbytes",), ("bitsandbytes",), "install a bitsandbytes with its ROCm backend", True
    ),
    Package(("apex",), ("apex",), "build ROCm's apex", True),
    Package(("faiss-gpu", r"faiss-gpu-cu\d+"), (), "build faiss with -DFAISS_ENABLE_ROCM=ON", True),
    Package(
        (
            r"nvidia-(?:\w+-)*cu\d+",
            r"nvidia-(?:cublas|cudnn|cufft|cusolver|cusparse|nccl)",
            r"nvidia-cuda-\w+",
        ),
        (),
        "the ROCm build of what needs it brings its own libraries: drop it",
        False,
    ),
    Package(
        ("nvidia-cutlass", "nvidia-cutlass-dsl"),
        ("cutlass",),
        "use Composable Kernel, Triton, or FlyDSL",
        False,
    ),
    Package(("cuquantum", r"cuquantum-python(?:-cu\d+)?"), ("cuquantum",), "there is none", False),
    Package(
        (r"tensorflow-gpu", r"tensorflow\[and-cuda\]"),
        (),
        "install `tensorflow-rocm`",
        True,
        "tensorflow-rocm",
    ),
    Package(
        (r"jax\[cuda\d*(?:-(?:pip|local))?\]", r"jax-cuda\d+-p\w+"),
        (),
        "install jax with the ROCm plugin: jax-rocm7-plugin and jax-rocm7-pjrt",
        True,
    ),
    Package(("numba-cuda", r"numba-cuda\[[\w,]*\]"), (), "install `numba-hip`", True, "numba-hip"),
    Package(("nvcc4jupyter",), (), "hipwright's `%%hip` and `%%cuda` cells take its place", False),
)

_BY_NAME = [
    (regex(f"(?:{'|'.join(package.names)})"), package) for package in PACKAGES if package.names
]
_BY_MODULE = {module: package for package in PACKAGES for module in package.modules}


def package_called(name: str) -> Package | None:
    """The package that is installed under a name, which may have extras in brackets."""
    normal = re.sub(r"[-_.]+", "-", name.lower())
    bare = normal.partition("[")[0]
    for pattern, package in _BY_NAME:
        if pattern.fullmatch(normal) or pattern.fullmatch(bare):
            return package
    return None


def package_imported(path: str) -> Package | None:
    """The package that an imported name belongs to."""
    parts = path.split(".")
    for count in (2, 1):
        package = _BY_MODULE.get(".".join(parts[:count]))
        if package is not None:
            return package
    return None


# Literals that stand in every text that names one of these packages; rarer ones first.
WORDS = tuple(
    word.encode()
    for word in (
        *(
            "cupy-cuda",
            "cupy_cuda",
            "pycuda",
            "skcuda",
            "scikit-cuda",
            "cuda-python",
            "cuda-bindings",
        ),
        *("cuda-core", "cuda-cccl", "cuda-coop", "cuda-parallel", "cuda-tile", "nvmath", "nvml"),
        *("nvidia", "GPUtil", "gputil", "nvitop", "gpustat", "nvtx", "tensorrt", "cudf", "cuml"),
        *("cugraph", "cuspatial", "rmm", "dask-cuda", "dask_cuda", "cuxfilter", "cucim", "raft"),
        *(
            "cuvs",
            "transformer_engine",
            "transformer-engine",
            "flash-attn",
            "flash_attn",
            "xformers",
        ),
        *(
            "bitsandbytes",
            "apex",
            "faiss-gpu",
            "faiss_gpu",
            "cutlass",
            "cuquantum",
            "tensorflow-gpu",
        ),
        *("and-cuda", "jax[cuda", "jax-cuda", "numba-cuda", "nvcc4jupyter", "cuda.cuda", "cudart"),
        *("cuda.nvrtc", "cuda.bindings", "cuda.core", "from cuda import", "cuda.cccl", "ccuda"),
        *("cuda.cooperative", "cuda.parallel", "cuda.compute"),
    )
)
