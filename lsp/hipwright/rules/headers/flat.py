"""HEADER005: HIP's library headers without their folder."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.headers._directives import directives_of, is_real
from hipwright.settings import Settings
from hipwright.source import Source

_FOLDERS = {
    b"hipblas.h": b"hipblas",
    b"hipblaslt.h": b"hipblaslt",
    b"hipfft.h": b"hipfft",
    b"hipfftXt.h": b"hipfft",
    b"hiprand.h": b"hiprand",
    b"hiprand.hpp": b"hiprand",
    b"hiprand_kernel.h": b"hiprand",
    b"hipsolver.h": b"hipsolver",
    b"hipsparse.h": b"hipsparse",
    b"rccl.h": b"rccl",
    b"rocblas.h": b"rocblas",
    b"rocfft.h": b"rocfft",
    b"rocrand.h": b"rocrand",
    b"rocrand_kernel.h": b"rocrand",
    b"rocsolver.h": b"rocsolver",
    b"rocsparse.h": b"rocsparse",
    b"roctx.h": b"roctracer",
}


class FlatHeader(FileRule):
    """The headers of HIP's libraries stand in folders of their own since ROCm 5.2; those without
    were only forwarders, and are gone since ROCm 6.

    AMD's own tool still writes the old ones.
    """

    code = "HEADER005"
    title = "Library header without its folder"
    severity = Severity.ERROR
    settled = True
    stable = True
    source = "ROCm documentation: file structure reorganisation; the packages of ROCm 7.1"
    hazards = ("HW234",)
    triggers = tuple(_FOLDERS)
    affected_by = regex(rb"include")
    examples = (
        Example("#include <hipblas.h>\n", "#include <hipblas/hipblas.h>\n"),
        Example('#include "hiprand_kernel.h"\n', '#include "hiprand/hiprand_kernel.h"\n'),
        Example("#include <hipblas/hipblas.h>\n// #include <hipblas.h>\n", None),
    )

    def looks(self, settings: Settings) -> bool:
        return not settings.hipify

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        for include in directives_of(source.content).includes:
            folder = _FOLDERS.get(include.path)
            if folder is None or not is_real(source, include):
                continue
            path = folder + b"/" + include.path
            edit = Edit(include.path_start, include.path_end, path)
            yield Finding(
                self.code,
                self.severity,
                f"`{include.path.decode()}` stands in a folder: `{path.decode()}`",
                include.path_start,
                include.path_end,
                (Fix(f"Include {path.decode()}", (edit,)),),
            )
