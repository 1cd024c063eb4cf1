"""Headers that are known by their folder, and not one by one."""

from __future__ import annotations

import re

from hipwright.api import Entry

# Pattern of the path, its library, the HIP header (with groups), and what to say where HIP has
# none. Sources: the header folders of hipCUB, rocThrust, rocWMMA and roctx in ROCm 7.1.
_FAMILIES: tuple[tuple[re.Pattern[str], str, str, str], ...] = (
    (re.compile(r"cub/(?!cub\.cuh).+\.(?:cuh|hpp|h)"), "CUB", "hipcub/hipcub.hpp", ""),
    (re.compile(r"thrust/system/cuda/(.+)"), "Thrust", r"thrust/system/hip/\1", ""),
    (
        re.compile(r"cuda/(?:std/)?[\w/]+"),
        "libcu++",
        "",
        "AMD's libhipcxx has it as `<hip/…>`; it is not part of ROCm",
    ),
    (
        re.compile(r"cooperative_groups/[\w/]+\.h"),
        "cooperative groups",
        "",
        "hip/hip_cooperative_groups.h has groups, but not these algorithms",
    ),
    (
        re.compile(r"(?:cutlass|cute)/.+"),
        "CUTLASS",
        "",
        "composable_kernel is AMD's library for it; its interface differs",
    ),
    *(
        (re.compile(path), "other libraries", "", instead)
        for path, instead in (
            (r"npp\w*\.h", "AMD's RPP has image operations; its interface differs"),
            (r"nvjpeg\w*\.h", "rocJPEG decodes; its interface differs"),
            (r"(?:nvcuvid|cuviddec|nvEncodeAPI)\.h", "rocDecode decodes; its interface differs"),
            (r"optix\w*\.h", "HIP RT traces rays; its interface differs"),
            (r"cutensor\w*\.h", "hipTensor has a part of it"),
            (r"cusparseLt\.h", "hipSPARSELt has it as `hipsparselt/hipsparselt.h`"),
            (r"nvshmem\w*\.h", "AMD's rocSHMEM has a part of it, under names of its own"),
            (r"cufile\.h", "hipFile is AMD's library for it; it is not part of ROCm"),
            (r"nvcomp(?:/.+|\w*)\.h(?:pp)?", "hipCOMP is AMD's port of an old version"),
            (
                r"(?:cudss|nvgraph|nvblas|nvml)\w*\.h",
                "ROCm has no such library; see AMD SMI for nvml",
            ),
        )
    ),
)


def family_entry(path: str) -> Entry | None:
    """What is known of a header by its folder; None when its folder is not known either."""
    for pattern, library, hip, instead in _FAMILIES:
        match = pattern.fullmatch(path)
        if match is None:
            continue
        if hip:
            return Entry(path, "header", library, "supported", match.expand(hip))
        return Entry(path, "header", library, "unsupported", instead=instead)
    return None
