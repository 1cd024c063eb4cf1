"""FP001: 8-bit floats on GPUs whose own format is another one."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Finding, Related, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import code_of
from hipwright.settings import Settings
from hipwright.source import Source

_TYPE = regex(rb"__(?:nv|hip)_fp8(?:x[24])?_e[45]m[23](?!\w)|__(?:NV|HIP)_E[45]M[23](?!\w)")
_FNUZ = regex(r"gfx94[0-2]")


class Fp8Format(FileRule):
    """The matrix cores of gfx940 to gfx942 take FNUZ 8-bit floats, and not those of CUDA (OCP).

    In FNUZ, E4M3 has a bias of 8 instead of 7, ends at 240 instead of 448, and has one NaN, 0x80,
    where OCP has negative zero. `__hip_fp8_e4m3` is OCP, and HIP converts it on the host and on
    gfx950 and gfx12; in device code for gfx942 its conversions are host functions, and do not
    compile. There it must be `__hip_fp8_e4m3_fnuz`, and scales change by 2.
    """

    code = "FP001"
    title = "8-bit floats of another format"
    severity = Severity.INFO
    source = "HIP low precision types; amd_hip_fp8.h of HIP 6.3 and 7.1"
    hazards = ("HW152", "HW305")
    triggers = (b"__nv_fp8", b"__hip_fp8", b"__NV_E", b"__HIP_E")
    examples = (
        Example(
            before="#include <cuda_fp8.h>\n__device__ float f(__nv_fp8_e4m3 x) { return x; }\n",
            after="#include <cuda_fp8.h>\n__device__ float f(__nv_fp8_e4m3 x) { return x; }\n",
            settings=Settings(arch=("gfx942",)),
        ),
        Example(
            before="#include <cuda_fp8.h>\n__device__ float f(__nv_fp8_e4m3 x) { return x; }\n",
            after=None,
            why="gfx950 takes OCP's formats.",
            settings=Settings(arch=("gfx950",)),
        ),
        Example(before="// __nv_fp8_e4m3\n", after=None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        """The findings of the whole source."""
        if settings.arch and not any(_FNUZ.match(name) for name in settings.arch):
            return
        code = code_of(source)
        found = [match.span() for match in code.words(_TYPE) if code.is_code(*match.span())]
        if not found:
            return
        first, *others = found
        yield Finding(
            self.code,
            self.severity,
            "These 8-bit floats are OCP's; gfx942 has FNUZ only (bias 8, up to 240, NaN 0x80):"
            " HIP does not compile conversions of these in device code for it.",
            *first,
            related=tuple(Related(*other, "Here too.") for other in others[:20]),
        )
