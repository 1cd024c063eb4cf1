"""HEADER002: a CUDA header without a counterpart in HIP."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Finding, Severity
from hipwright.rules.base import Example, FileRule
from hipwright.rules.headers._directives import directives_of, is_legacy_blas, is_real
from hipwright.rules.names._counterpart import hip_name, without_counterpart
from hipwright.settings import Settings
from hipwright.source import Source


class HeaderUnsupported(FileRule):
    """HIP has no counterpart of this CUDA header."""

    code = "HEADER002"
    title = "CUDA header without a HIP counterpart"
    severity = Severity.ERROR
    settled = True
    hazards = (
        "HW036", "HW236", "HW238", "HW244", "HW246", "HW247", "HW248", "HW249", "HW250", "HW255",
    )  # fmt: skip
    source = "HIPIFY's header map; the headers of CUDA 13.0"
    examples = (
        Example("#include <mma.h>\n", "#include <mma.h>\n"),
        Example("#include <cuda/std/atomic>\n", "#include <cuda/std/atomic>\n"),
        Example('#include "helper_cuda.h"\n', None, why="the project's own header"),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        for include, entry in directives_of(source.content).known:
            if entry.status == "same":
                continue
            legacy = entry.name == "cublas.h" and is_legacy_blas(source.content, settings)
            if hip_name(entry, settings) and (settings.hipify or not legacy):
                continue
            if not is_real(source, include):
                continue
            message = without_counterpart(entry)
            if legacy:
                message = (
                    f"`{entry.name}` has no counterpart in HIP: its calls take no handle; "
                    "those of cublas_v2.h have one"
                )
            yield Finding(
                self.code,
                self.severity,
                message,
                include.path_start,
                include.path_end,
                name=entry.name,
            )
