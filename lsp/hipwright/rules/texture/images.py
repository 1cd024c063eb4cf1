"""TEX001: textures and surfaces on GPUs without image hardware."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Finding, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example
from hipwright.rules.notice import NoticeRule
from hipwright.settings import Settings
from hipwright.source import Source

# gfx940 and what follows of its line: CDNA 3 and 4.
_WITHOUT_IMAGES = ("gfx94", "gfx95", "gfx9-4")


class ImageFunctions(NoticeRule):
    """The GPUs of CDNA 3 and 4 (gfx942, gfx950) have no image hardware: functions that read
    textures and surfaces do not compile for them. gfx90a and the RDNA GPUs have it.

    An error only where such a GPU is asked for by `--arch`: the compiler does not let it pass.
    """

    code = "TEX001"
    title = "Texture or surface function"
    severity = Severity.ERROR
    source = "HIP C++ language extensions: texture functions; HIP 7.1 compiled for gfx942, gfx1100"
    hazards = ("HW074",)
    triggers = (b"tex1D", b"tex2D", b"tex3D", b"texCubemap", b"surf1D", b"surf2D", b"surf3D")
    affected_by = regex(rb"tex|surf")
    places = regex(
        rb"(?:tex(?:1D|2D|3D|Cubemap)(?:Layered)?(?:fetch|gather|Lod|Grad)?"
        rb"|surf(?:1D|2D|3D|Cubemap)(?:Layered)?(?:read|write))(?=\s*(?:<[\w\s:]*>\s*)?\()"
    )
    message = (
        "gfx942 and gfx950 (MI300, MI350) have no image hardware, and this does not compile for "
        "them: read through a pointer there (`__HIP_NO_IMAGE_SUPPORT` tells)."
    )
    examples = (
        Example(
            "__global__ void k(cudaTextureObject_t t) { v = tex1Dfetch<float>(t, i); }\n",
            "__global__ void k(cudaTextureObject_t t) { v = tex1Dfetch<float>(t, i); }\n",
            around="__device__ float v; __device__ int i;\n@",
        ),
        Example(
            "__global__ void k(cudaTextureObject_t t) { v = tex1Dfetch<float>(t, i); }\n",
            None,
            why="RDNA GPUs have image hardware",
            settings=Settings(arch=("gfx1100",)),
        ),
        Example("// tex2D(t, x, y)\n", None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        if settings.arch and not any(arch.startswith(_WITHOUT_IMAGES) for arch in settings.arch):
            return
        if b"__HIP_NO_IMAGE_SUPPORT" not in source.content:  # who asks has thought of it
            severity = self.severity if settings.arch else Severity.INFO
            for finding in super().check(source, settings):
                yield finding._replace(severity=severity)
