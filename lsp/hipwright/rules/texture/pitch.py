"""TEX004: the pitch of a texture in linear memory."""

from __future__ import annotations

import re

from hipwright.finding import Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example
from hipwright.rules.code import Code
from hipwright.rules.notice import NoticeRule


class TexturePitch(NoticeRule):
    """HIP makes no texture of rows whose pitch is not a multiple of 256 bytes; CUDA takes any
    multiple of 32.

    `hipCreateTextureObject` then returns hipErrorInvalidValue. A pitch that came from
    cudaMallocPitch is right by itself, and one that was computed may not be.
    """

    code = "TEX004"
    title = "Pitch of a texture"
    severity = Severity.INFO
    source = (
        "HIP's runtime (ROCm/clr): hip_texture.cpp, and imagePitchAlignment_ in rocdevice.cpp; "
        "cudaDeviceProp::texturePitchAlignment, 32 on NVIDIA GPUs"
    )
    hazards = ("HW078",)
    triggers = (b"pitchInBytes",)
    affected_by = regex(rb"itch")
    places = regex(rb"pitchInBytes\s*=(?!=)\s*(?P<value>[^;]*);")
    message = (
        "Make this a multiple of 256 bytes, which HIP asks for where CUDA asks for 32, or allocate "
        "with cudaMallocPitch: else there is no texture."
    )
    examples = (
        Example(
            "void f(cudaResourceDesc &d, int w) { d.res.pitch2D.pitchInBytes = w * 4; }\n",
            "void f(cudaResourceDesc &d, int w) { d.res.pitch2D.pitchInBytes = w * 4; }\n",
        ),
        Example(
            "void f(cudaResourceDesc &d, void *p) {\n"
            "  size_t pitch;\n  cudaMallocPitch(&p, &pitch, 100, 100);\n"
            "  d.res.pitch2D.pitchInBytes = pitch;\n}\n",
            None,
        ),
        Example("void f(cudaResourceDesc &d) { d.res.pitch2D.pitchInBytes = 1024; }\n", None),
    )

    def is_meant(self, code: Code, match: re.Match[bytes]) -> bool:
        value = match["value"].strip()
        number = code.number(value, match.start())
        if number is not None:
            return number % 256 != 0
        # A plain name may hold what an allocation gave: `&pitch` stands in it.
        name = re.fullmatch(rb"(?:[\w.]|->)*?(\w+)", value)
        return name is None or re.search(rb"&\s*(?:\w+(?:\.|->))*" + name[1], code.content) is None
