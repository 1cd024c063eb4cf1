"""FP002: atomicAdd on half precision and bfloat16."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import Code, code_of
from hipwright.rules.warp._lexing import parentheses_at
from hipwright.settings import Settings
from hipwright.source import Source

_ADD = regex(rb"atomicAdd(?!\w)")
_CAST = regex(rb"^\s*(?:\(\s*([\w\s]+?)\s*\*\s*\)|reinterpret_cast\s*<\s*([\w\s]+?)\s*\*\s*>)")
_TARGET = regex(rb"^\s*&?\s*([A-Za-z_]\w*)")
_PAIRS = frozenset((b"__half2", b"half2", b"__nv_bfloat162", b"nv_bfloat162", b"__hip_bfloat162"))
_SINGLES = frozenset((b"__half", b"half", b"__nv_bfloat16", b"nv_bfloat16", b"__hip_bfloat16"))


class SmallAtomics(FileRule):
    """HIP has no `atomicAdd` on half precision and bfloat16.

    For two of them in one word there is `unsafeAtomicAdd`, which takes the GPU's own instruction:
    it must not be used on fine-grained memory (host or managed), where that does nothing. For a
    single one, a loop with `atomicCAS` on the 32 bits around it does the same.
    """

    code = "FP002"
    title = "atomicAdd on half precision"
    severity = Severity.ERROR
    source = "amd_hip_fp16.h, amd_hip_bf16.h and amd_hip_unsafe_atomics.h of HIP 7.1"
    hazards = ("HW150",)
    triggers = (b"atomicAdd",)
    examples = (
        Example(
            before="__device__ void f(__half2 *p, __half2 v) { atomicAdd(p, v); }\n",
            after="__device__ void f(__half2 *p, __half2 v) { atomicAdd(p, v); }\n",
            alternative="__device__ void f(__half2 *p, __half2 v) { unsafeAtomicAdd(p, v); }\n",
        ),
        Example(
            before="__device__ void f(__half *p, __half v) { atomicAdd(&p[1], v); }\n",
            after="__device__ void f(__half *p, __half v) { atomicAdd(&p[1], v); }\n",
        ),
        Example(before="__device__ void f(float *p) { atomicAdd(p, 1.0f); }\n", after=None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        """The findings of the whole source."""
        content = source.content
        if b"half" not in content and b"bfloat16" not in content:
            return
        code = code_of(source)
        for match in code.words(_ADD):
            start, end = match.span()
            if not code.is_code(start, end):
                continue
            call = parentheses_at(content, end, len(content))
            if call is None or len(call.arguments) != 2:
                continue
            pointee = _pointee(code, code.text(call.arguments[0]), start)
            name = pointee.decode()
            if pointee in _PAIRS:
                fix = Fix(
                    "Replace by unsafeAtomicAdd", (Edit(start, end, b"unsafeAtomicAdd"),), False
                )
                message = (
                    f"HIP has no `atomicAdd` on `{name}`; `unsafeAtomicAdd` is one, for memory of"
                    " the GPU itself."
                )
                yield Finding(self.code, self.severity, message, start, end, (fix,), name=name)
            elif pointee in _SINGLES:
                message = (
                    f"HIP has no `atomicAdd` on `{name}`: use a loop with `atomicCAS` on the 32"
                    " bits around it, or add two at once."
                )
                yield Finding(self.code, self.severity, message, start, end, name=name)


def _pointee(code: Code, argument: bytes, position: int) -> bytes:
    """What the first argument points to, as far as a cast or a declaration says."""
    cast = _CAST.match(argument)
    if cast:
        return (cast.group(1) or cast.group(2)).strip()
    target = _TARGET.match(argument)
    declared = code.declaration(target.group(1), position) if target else None
    if declared is None or declared.kind in ("macro", "enumerator"):
        return b""
    words = re.sub(rb"\b(?:const|volatile|__restrict__|__shared__|extern)\b|[*&\[\]]", b" ",
                   declared.type)  # fmt: skip
    return b" ".join(words.split())
