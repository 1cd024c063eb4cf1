"""Headers that are known by their folder, and not one by one."""

from __future__ import annotations

import re
from typing import NamedTuple

from hipwright.api import Entry
from hipwright.patterns import regex


class _Family(NamedTuple):
    """Headers whose paths begin alike, and what there is in their place."""

    beginning: str
    rest: re.Pattern[str]  # what the path goes on with
    library: str
    hip: str = ""  # the HIP header, with groups of the rest
    instead: str = ""  # what to say where HIP has none


# Sources: the header folders of hipCUB, rocThrust, rocWMMA and roctx in ROCm 7.1.
_NAME = regex(r"\w*\.h")
_FAMILIES = (
    _Family("cub/", regex(r"(?!cub\.cuh).+\.(?:cuh|hpp|h)"), "CUB", "hipcub/hipcub.hpp"),
    _Family("thrust/system/cuda/", regex(r"(.+)"), "Thrust", r"thrust/system/hip/\1"),
    _Family(
        "cuda/",
        regex(r"(?:std/)?[\w/]+"),
        "libcu++",
        instead="AMD's libhipcxx has it as `<hip/…>`; it is not part of ROCm",
    ),
    _Family(
        "cooperative_groups/",
        regex(r"[\w/]+\.h"),
        "cooperative groups",
        instead="hip/hip_cooperative_groups.h has groups, but not these algorithms",
    ),
    *(
        _Family(
            folder,
            regex(r".+"),
            "CUTLASS",
            instead="composable_kernel is AMD's library for it; its interface differs",
        )
        for folder in ("cutlass/", "cute/")
    ),
    *(
        _Family(beginning, rest, "other libraries", instead=instead)
        for beginnings, rest, instead in (
            (("npp",), _NAME, "AMD's RPP has image operations; its interface differs"),
            (("nvjpeg",), _NAME, "rocJPEG decodes; its interface differs"),
            (
                ("nvcuvid", "cuviddec", "nvEncodeAPI"),
                regex(r"\.h"),
                "rocDecode decodes; its interface differs",
            ),
            (("optix",), _NAME, "HIP RT traces rays; its interface differs"),
            (("cutensor",), _NAME, "hipTensor has a part of it"),
            (
                ("cusparseLt",),
                regex(r"\.h"),
                "hipSPARSELt has it as `hipsparselt/hipsparselt.h`",
            ),
            (("nvshmem",), _NAME, "AMD's rocSHMEM has a part of it, under names of its own"),
            (("cufile",), regex(r"\.h"), "hipFile is AMD's library for it; it is not part of ROCm"),
            (
                ("nvcomp",),
                regex(r"(?:/.+|\w*)\.h(?:pp)?"),
                "hipCOMP is AMD's port of an old version",
            ),
            (
                ("cudss", "nvgraph", "nvblas", "nvml"),
                _NAME,
                "ROCm has no such library; see AMD SMI for nvml",
            ),
        )
        for beginning in beginnings
    ),
)


def family_entry(path: str) -> Entry | None:
    """What is known of a header by its folder; None when its folder is not known either."""
    for beginning, rest, library, hip, instead in _FAMILIES:
        if not path.startswith(beginning):
            continue
        match = rest.fullmatch(path, len(beginning))
        if match is None:
            continue
        if hip:
            return Entry(path, "header", library, "supported", match.expand(hip))
        return Entry(path, "header", library, "unsupported", instead=instead)
    return None
