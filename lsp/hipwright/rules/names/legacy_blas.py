"""LIB001: cuBLAS calls without a handle, as cublas.h had them."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.api import Entry
from hipwright.finding import Finding, Severity
from hipwright.rules.base import Example, NameRule, NameUse
from hipwright.rules.headers._directives import is_legacy_blas
from hipwright.settings import Settings
from hipwright.source import Source


class LegacyBlas(NameRule):
    """cublas.h declares calls without a handle; hipBLAS has only those that take one."""

    code = "LIB001"
    title = "cuBLAS call without a handle"
    severity = Severity.ERROR
    settled = True
    hazards = ("HW227",)
    source = "cuBLAS documentation: using the legacy API; hipblas.h of ROCm 7.1"
    examples = (
        Example(
            '#include "cublas.h"\nvoid f() { cublasSscal(n, alpha, x, 1); }\n',
            '#include "cublas.h"\nvoid f() { cublasSscal(n, alpha, x, 1); }\n',
        ),
        Example(
            '#include "cublas_v2.h"\nvoid f() { cublasSscal(handle, n, &alpha, x, 1); }\n', None
        ),
    )

    def applies(self, entry: Entry, settings: Settings) -> bool:
        return entry.status == "v2-only"

    def check(self, use: NameUse, source: Source, settings: Settings) -> Iterable[Finding]:
        if not is_legacy_blas(source.content, settings):
            return
        name = use.entry.name
        yield Finding(
            self.code,
            self.severity,
            f"`{name}` of cublas.h takes no handle, and hipBLAS has only the one that does: "
            f"include cublas_v2.h, and pass a handle",
            use.start,
            use.end,
            name=name,
        )
