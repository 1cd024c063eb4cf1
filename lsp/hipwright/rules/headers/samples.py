"""HEADER006: the helper headers of NVIDIA's samples."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Finding, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.headers._directives import directives_of, is_real
from hipwright.settings import Settings
from hipwright.source import Source

# Those that hold CUDA; helper_timer.h, helper_string.h and their like are plain C++.
_HELPERS = frozenset(
    {
        "helper_cuda.h",
        "helper_cuda_drvapi.h",
        "helper_cuda_gl.h",
        "helper_cusolver.h",
        "helper_math.h",
        "nvrtc_helper.h",
        "drvapi_error_string.h",
    }
)


class SampleHeader(FileRule):
    """The helper headers of NVIDIA's samples are CUDA themselves and are in no release of ROCm: a
    program that includes one needs a ported copy."""

    code = "HEADER006"
    title = "Helper header of NVIDIA's samples"
    severity = Severity.INFO
    settled = True
    stable = True
    source = "NVIDIA cuda-samples, folder Common"
    hazards = ("HW251",)
    triggers = (b"helper_", b"nvrtc_helper.h", b"drvapi_error_string.h")
    affected_by = regex(rb"include")
    examples = (
        Example('#include "helper_cuda.h"\n', '#include "helper_cuda.h"\n'),
        Example("#include <helper_timer.h>\n// helper_cuda.h\n", None),
    )

    def looks(self, settings: Settings) -> bool:
        return not settings.hipify

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        for include in directives_of(source.content).includes:
            name = include.path.rpartition(b"/")[2].decode("utf-8", "replace")
            if name in _HELPERS and is_real(source, include):
                yield Finding(
                    self.code,
                    self.severity,
                    f"`{name}` of NVIDIA's samples holds CUDA: port a copy of it too",
                    include.path_start,
                    include.path_end,
                )
