"""SMEM002: hints how to divide cache and shared memory."""

from __future__ import annotations

from hipwright.finding import Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example
from hipwright.rules.notice import NoticeRule


class CacheHints(NoticeRule):
    """AMD's GPUs do not divide cache and LDS by choice: these hints are ignored, and
    hipDeviceSetCacheConfig returns hipErrorNotSupported."""

    code = "SMEM002"
    title = "Hint that AMD ignores"
    severity = Severity.INFO
    source = (
        "hip_runtime_api.h of HIP 7.1: notes on hipDeviceSetCacheConfig, "
        "hipFuncSetCacheConfig and hipDeviceSetSharedMemConfig"
    )
    hazards = ("HW063",)
    triggers = (
        b"SetCacheConfig",
        b"SetSharedMemConfig",
        b"PreferredSharedMemoryCarveout",
    )
    affected_by = regex(rb"SetCacheConfig|SetSharedMemConfig|PreferredSharedMemoryCarveout")
    places = regex(
        rb"(?:(?:cuda|hip)(?:Device|Func)Set(?:Cache|SharedMem)Config|(?:cuda|hip)FuncAttributePreferredSharedMemoryCarveout)(?!\w)"
    )
    message = (
        "AMD ignores this hint; hipDeviceSetCacheConfig returns "
        "hipErrorNotSupported, which is no reason to stop."
    )
    examples = (
        Example(
            "void f() { cudaDeviceSetCacheConfig(cudaFuncCachePreferL1); }\n",
            "void f() { cudaDeviceSetCacheConfig(cudaFuncCachePreferL1); }\n",
        ),
        Example(
            "// cudaDeviceSetCacheConfig\n",
            None,
        ),
    )
