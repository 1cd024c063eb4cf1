"""WARP012: macros about the wavefront, which the host does not have."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.finding import Finding, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import Code, code_of
from hipwright.rules.warp._guards import Directive
from hipwright.rules.warp._lexing import Span
from hipwright.settings import Settings
from hipwright.source import Source

_SIZE = regex(rb"__AMDGCN_WAVEFRONT_SIZE(?:__)?(?!\w)")
_TARGET = regex(rb"__(?:GFX\d+|gfx\w+)__")
_DEVICE_PASS = regex(rb"__HIP_DEVICE_COMPILE__|__AMDGCN__")
_DEFINES = regex(
    rb"#[ \t]*define[ \t]+(?P<name>\w*(?:WARP|WAVE|LANE)\w*)[ \t]+(?:32|64)\b", re.IGNORECASE
)


class WavefrontMacros(FileRule):
    """What the compiler defines about a GPU holds while it compiles for that GPU only: the host
    gets 64 from `__AMDGCN_WAVEFRONT_SIZE`, which is deprecated, and no `__GFX9__` at all."""

    code = "WARP012"
    title = "Wavefront told by a macro of the compiler"
    severity = Severity.WARNING
    source = "LLVM: AMDGPU predefined macros; ROCm 6.3 release notes (deprecation)"
    hazards = ("HW024", "HW025")
    triggers = (b"__AMDGCN_WAVEFRONT_SIZE", b"__GFX", b"__gfx")
    affected_by = regex(rb"#|__AMDGCN")
    examples = (
        Example(
            "#include <hip/hip_runtime.h>\nconst int lanes = __AMDGCN_WAVEFRONT_SIZE;\n",
            "#include <hip/hip_runtime.h>\nconst int lanes = __AMDGCN_WAVEFRONT_SIZE;\n",
        ),
        Example(
            "#include <hip/hip_runtime.h>\n"
            "__device__ int lanes() { return __AMDGCN_WAVEFRONT_SIZE; }\n",
            "#include <hip/hip_runtime.h>\n"
            "__device__ int lanes() { return __AMDGCN_WAVEFRONT_SIZE; }\n",
            why="Right on the GPU, and information only; `warpSize` says the same.",
        ),
        Example(
            "#if defined(__GFX9__)\n#define WARP_SIZE 64\n#else\n#define WARP_SIZE 32\n#endif\n"
            "void f(int n) { k<<<n, 4 * WARP_SIZE>>>(); }\n",
            "#if defined(__GFX9__)\n#define WARP_SIZE 64\n#else\n#define WARP_SIZE 32\n#endif\n"
            "void f(int n) { k<<<n, 4 * WARP_SIZE>>>(); }\n",
            why="The host takes 32, whatever the GPU: its launches count other warps.",
            around="__global__ void k();\n@",
        ),
        Example(
            "#if defined(__GFX9__)\n#define WARP_SIZE 64\n#else\n#define WARP_SIZE 32\n#endif\n"
            "__device__ int f() { return threadIdx.x / WARP_SIZE; }\n",
            None,
            why="only the GPU asks",
        ),
        Example("#if defined(__gfx942__)\nuse_matrix_units();\n#endif\n", None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        uses = [match for match in code.words(_SIZE) if code.is_token(*match.span())]
        if uses:
            for_host = [use for use in uses if _is_for_host(code, use)]
            yield Finding(
                self.code,
                self.severity if for_host else Severity.INFO,
                "Deprecated since ROCm 6.3, and always 64 on the host: ask the device for "
                "hipDeviceAttributeWarpSize there, and use warpSize on the GPU.",
                *(for_host or uses)[0].span(),
            )
        for number, directive in enumerate(code.directives):
            if _defines_warp_size(code, number, directive):
                yield Finding(
                    self.code,
                    self.severity,
                    "The host defines none of these macros and takes the other size: ask the "
                    "device for hipDeviceAttributeWarpSize there.",
                    directive.start,
                    directive.start + len(b"#" + directive.keyword),
                )


def _is_for_host(code: Code, use: re.Match[bytes]) -> bool:
    """Whether the host takes the value too: in a condition, a constant or a function of its own."""
    line = code.content[code.content.rfind(b"\n", 0, use.start()) + 1 : use.start()]
    if line.lstrip().startswith(b"#"):
        return re.search(rb"define", line) is None  # and neither does `defined(…)` ask for it
    function = code.function_at(use.start())
    return function is None or not _for_gpu(code, function)


def _for_gpu(code: Code, function: Span) -> bool:
    """Whether a function is compiled for the GPU; a macro is for whoever uses it."""
    head = code.content[function[0] : code.content.find(b"{", *function)]
    return b"#" in head or re.search(rb"__global__|__device__", head) is not None


def _defines_warp_size(code: Code, number: int, directive: Directive) -> bool:
    if not _TARGET.search(directive.condition) or _DEVICE_PASS.search(directive.condition):
        return False
    if number + 1 >= len(code.directives):
        return False
    following = code.directives[number + 1]
    if following.keyword not in (b"else", b"elif"):
        return False
    defined = _DEFINES.search(code.content, directive.end, following.start)
    return defined is not None and _is_used_by_host(code, defined["name"])


def _is_used_by_host(code: Code, name: bytes) -> bool:
    """Whether a function that the host runs uses a name."""
    for match in code.words(re.compile(name + rb"(?!\w)")):
        function = code.function_at(match.start())
        if function is None or not code.is_code(*match.span()):
            continue
        if not _for_gpu(code, function):
            return True
    return False
