"""FP003: arithmetic of half precision on the host."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.finding import Finding, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import Code, code_of
from hipwright.rules.floats.host_functions import is_for_host
from hipwright.settings import Settings
from hipwright.source import Source

_CHANGED = regex(rb"[-+*/]=[ \t]*(?P<type>[A-Za-z_]\w*)[ \t]*(?=[({])")
_HALF = frozenset((b"half", b"__half", b"half2", b"__half2"))


class HostHalf(FileRule):
    """HIP's `__half` has its operators on the GPU only; CUDA's has them on the host too.

    On the host, compute in `float`, and convert with `__half2float` and `__float2half`.
    """

    code = "FP003"
    title = "Arithmetic of half precision on the host"
    severity = Severity.ERROR
    source = "amd_hip_fp16.h of ROCm 6.3, compiled with clang 19; cuda_fp16.h of CUDA 13.0"
    triggers = (b"cuda_fp16", b"hip_fp16")
    affected_by = regex(rb"=|half|template|__")
    examples = (
        Example(
            "#include <cuda_fp16.h>\nvoid scale(half *p) { p[0] *= half(2.0f); }\n",
            "#include <cuda_fp16.h>\nvoid scale(half *p) { p[0] *= half(2.0f); }\n",
        ),
        Example(
            "#include <cuda_fp16.h>\n"
            "template <typename T> void scale(T *p) { p[0] *= T(2); }\n"
            "void half_too(__half *p) { scale(p); }\n",
            "#include <cuda_fp16.h>\n"
            "template <typename T> void scale(T *p) { p[0] *= T(2); }\n"
            "void half_too(__half *p) { scale(p); }\n",
            why="information: only where the template is for half precision",
        ),
        Example(
            "#include <cuda_fp16.h>\n__global__ void scale(half *p) { p[0] *= half(2.0f); }\n",
            None,
        ),
        Example(
            "#include <cuda_fp16.h>\nvoid scale(float *p) { p[0] *= float(2); }\n",
            None,
        ),
    )

    def looks(self, settings: Settings) -> bool:
        return not settings.hipify

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        for match in _CHANGED.finditer(source.content):
            is_half = match["type"] in _HALF
            if not is_half and not _is_parameter(code, match["type"], match.start()):
                continue
            if code.is_used(*match.span("type")) and is_for_host(code, match.start()):
                what = (
                    "`__half`" if is_half else f"`{match['type'].decode()}`, where it is `__half`,"
                )
                yield Finding(
                    self.code,
                    Severity.ERROR if is_half else Severity.INFO,
                    f"HIP has no operators of {what} on the host: compute in `float`.",
                    *match.span(),
                )


def _is_parameter(code: Code, name: bytes, position: int) -> bool:
    """Whether a type is a parameter of the template that a position is in."""
    function = code.function_at(position)
    if function is None or b"half" not in code.content:
        return False
    begin = code.content.rfind(b"template", max(function[0] - 200, 0), function[0])
    head = code.content[begin : function[0]] if begin >= 0 else b""
    return (
        b";" not in head and re.search(rb"(?:typename|class)\s+" + name + rb"\b", head) is not None
    )
