"""What we know of each CUDA name: kind, library, HIP name, versions, status."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

Status = Literal[
    "supported", "same", "unsupported", "v2-only", "roc-only", "experimental", "unknown"
]

# The columns of table.txt after the name. `hipify` is what AMD's tool writes where ours differs;
# "-" where it writes nothing; `hipify_roc` is the same for roc* libraries.
FIELDS = (
    "kind",
    "library",
    "status",
    "hip",
    "roc",
    "cuda_added",
    "cuda_deprecated",
    "cuda_removed",
    "hip_added",
    "hip_deprecated",
    "hip_removed",
    "instead",
    "hipify",
    "hipify_roc",
)


class Entry(NamedTuple):
    """One CUDA name. Versions are strings such as "12.0"; empty means not known or never.

    `status`: "supported" (HIP has it under `hip`), "same" (under the same name), "v2-only"
    (HIP has what cublas_v2.h declares under this name, and not what cublas.h does), "unsupported"
    (HIP has nothing; `instead` says what to use, where known), "roc-only" (only the roc* library
    has it), "experimental" (not in a release yet), "unknown" (CUDA has it, nobody maps it).
    """

    name: str
    kind: str
    library: str
    status: Status
    hip: str = ""
    roc: str = ""
    cuda_added: str = ""
    cuda_deprecated: str = ""
    cuda_removed: str = ""
    hip_added: str = ""
    hip_deprecated: str = ""
    hip_removed: str = ""
    instead: str = ""
    hipify: str = ""
    hipify_roc: str = ""


@cache
def _stretches() -> tuple[bytes, bytes, bytes]:
    families, names, facts = Path(__file__).with_name("table.txt").read_bytes().split(b"\n\n", 2)
    return families, names, facts


@cache
def table() -> dict[bytes, bytes]:
    """Every name with its facts, which stay in one piece until someone asks for them."""
    _, names, facts = _stretches()
    return dict(zip(names.split(b"\n"), facts.split(b"\n"), strict=False))


@cache
def _families() -> list[str]:
    return _stretches()[0].decode().split("\n")


@cache
def lookup(name: bytes) -> Entry | None:
    """What is known of a CUDA name or header, or None when it is not CUDA's.

    Source: AMD HIPIFY (2024-10), PyTorch's hipify, hip-python, the CUDA 13.0 and HIP 7.1 headers;
    see `build_table`.
    """
    facts = table().get(name)
    if facts is None:
        return None
    fields = facts.decode().split("\t")
    instead = FIELDS.index("instead")
    if len(fields) > instead and fields[instead].startswith("="):
        fields[instead] = _families()[int(fields[instead][1:])]
    return Entry(name.decode(), *fields)  # type: ignore[arg-type]
