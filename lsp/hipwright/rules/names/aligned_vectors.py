"""API020: CUDA 13's vector types that say how they are aligned."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import code_of
from hipwright.settings import Settings
from hipwright.source import Source

_TYPES = ("double4", "long4", "ulong4", "longlong4", "ulonglong4")
_NAME = regex(rb"(?:make_)?(?:double4|u?long4|u?longlong4)_(?P<bytes>16|32)a(?!\w)")


class AlignedVectors(FileRule):
    """CUDA 13 has `double4_16a`, `double4_32a` and their kin for its vectors of 32 bytes; HIP has
    `double4`, which is aligned to 32."""

    code = "API020"
    title = "Vector type with its alignment in the name"
    severity = Severity.ERROR
    source = (
        "vector_types.h of CUDA 13.0; amd_hip_vector_types.h of HIP 7.1, compiled with clang 19"
    )
    hazards = ("HW192",)
    triggers = (b"4_16a", b"4_32a")
    affected_by = regex(rb"4_(?:16|32)a")
    examples = (
        Example(
            "__device__ double4_32a f(double x) { return make_double4_32a(x, x, x, x); }\n",
            "__device__ double4 f(double x) { return make_double4(x, x, x, x); }\n",
        ),
        Example(
            "__global__ void k(longlong4_16a *p) { p->x = 1; }\n",
            "__global__ void k(longlong4_16a *p) { p->x = 1; }\n",
            alternative="__global__ void k(longlong4 *p) { p->x = 1; }\n",
            why="A structure that holds one may become larger.",
        ),
        Example("struct double4_16a { double x[4]; };\ndouble4_16a f();\n", None),
        Example("// double4_16a\ndouble4 f();\n", None),
    )

    def looks(self, settings: Settings) -> bool:
        return not settings.hipify  # AMD's tool leaves it as it is

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        for match in code.words(_NAME):
            start, end = match.span()
            name = match.group()
            own = re.compile(rb"(?:struct|class|using|define)\s+%s(?!\w)" % name)
            if not code.is_code(start, end) or own.search(source.content):
                continue
            new = name[: -len("_16a")]
            same = match["bytes"] == b"32"
            also = "" if same else ", and is aligned to 32 bytes, not to 16"
            yield Finding(
                self.code,
                self.severity,
                f"`{name.decode()}` is `{new.decode()}` in HIP{also}",
                start,
                end,
                (Fix(f"Write {new.decode()}", (Edit(start, end, new),), safe=same),),
                name=name.decode(),
            )
