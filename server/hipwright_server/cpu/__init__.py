"""The CPU device: runs CUDA and HIP programs without a GPU, with warps of 32 or 64 lanes."""

from hipwright_server.cpu.prepare import (
    Prepared,
    include_directory,
    precompiled_header,
    prepare,
    rewrite,
    runtime_hash,
)

__all__ = [
    "Prepared",
    "include_directory",
    "precompiled_header",
    "prepare",
    "rewrite",
    "runtime_hash",
]
