"""TEX002: texture references."""

from __future__ import annotations

import re

from hipwright.finding import Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example
from hipwright.rules.code import Code
from hipwright.rules.notice import NoticeRule

_AT_TOP = regex(rb"(?:^|[;}\n])[ \t]*(?:static\s+|extern\s+)*$")


class TextureReference(NoticeRule):
    """Texture references are gone from CUDA 12 and deprecated in HIP: a texture object, which is
    passed to the kernel, does the same."""

    code = "TEX002"
    title = "Texture reference"
    severity = Severity.WARNING
    source = "CUDA 12 release notes; HIP 7.1: texture_types.h, hipBindTexture is deprecated"
    hazards = ("HW075",)
    triggers = (b"texture<", b"texture <", b"cudaBindTexture", b"cudaUnbindTexture")
    affected_by = regex(rb"texture")
    places = regex(rb"texture\s*<[^<>;{}]*>(?=\s*&?\s*\w+)|cuda(?:Unb|B)indTexture\w*(?=\s*\()")
    message = (
        "A texture reference: deprecated in HIP, and not there for gfx942 and gfx950. Make a "
        "texture object, and pass it to the kernel."
    )
    examples = (
        Example(
            "texture<float, 1, cudaReadModeElementType> table;\n",
            "texture<float, 1, cudaReadModeElementType> table;\n",
        ),
        Example("__global__ void k(cudaTextureObject_t table) {}\n", None),
        Example("template <class T> class texture; void f() { gl::texture<int> t; }\n", None),
    )

    def is_meant(self, code: Code, match: re.Match[bytes]) -> bool:
        """Whether it is CUDA's class, and not one of the program's own."""
        if match[0].startswith(b"cuda"):
            return True
        before = code.content[max(0, match.start() - 40) : match.start()]
        return _AT_TOP.search(before) is not None and b"cuda" in code.content
