"""MEM002: a place in memory as CUDA 13 tells it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import code_of
from hipwright.rules.warp._lexing import parentheses_at
from hipwright.settings import Settings
from hipwright.source import Source

_CALL = regex(rb"(?:cuda|hip)Mem(?P<what>PrefetchAsync|Advise)(?!\w)")
_LOCATION = regex(rb"\b(?:cuda|hip)MemLocation\b")
_WITH_FLAGS = 5


class MemoryLocation(FileRule):
    """In CUDA 13 cudaMemPrefetchAsync and cudaMemAdvise take a cudaMemLocation; HIP's take the
    number of a device, and hipMemPrefetchAsync_v2 and hipMemAdvise_v2 take a location."""

    code = "MEM002"
    title = "Prefetch or advice with a location"
    severity = Severity.ERROR
    settled = True
    source = "hip_runtime_api.h of HIP 7.1, checked with clang 19"
    hazards = ("HW082",)
    triggers = (b"MemPrefetchAsync", b"MemAdvise")
    affected_by = regex(rb"Mem(?:PrefetchAsync|Advise|Location)")
    examples = (
        Example(
            "void f(hipMemLocation place) { hipMemPrefetchAsync(p, n, place, 0, s); }\n",
            "void f(hipMemLocation place) { hipMemPrefetchAsync_v2(p, n, place, 0, s); }\n",
            around="void *p; size_t n; cudaStream_t s;\n@",
        ),
        Example(
            "void f(hipMemLocation place) { hipMemAdvise(p, n, advice, place); }\n",
            "void f(hipMemLocation place) { hipMemAdvise_v2(p, n, advice, place); }\n",
            around="void *p; size_t n; cudaMemoryAdvise advice;\n@",
        ),
        Example(
            "void f(cudaMemLocation place) { cudaMemPrefetchAsync(p, n, place, 0, s); }\n",
            None,
            why="API005 says it",
        ),
        Example("void f(int device) { hipMemPrefetchAsync(p, n, device, s); }\n", None),
        Example("void f(int device) { hipMemAdvise(p, n, advice, device); }\n", None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        for match in code.words(_CALL):
            call = parentheses_at(code.content, match.end(), len(code.content))
            if call is None or not code.is_code(*match.span()):
                continue
            is_advice = match["what"] == b"Advise"
            index = 3 if is_advice else 2
            if len(call.arguments) <= index:
                continue
            if (
                match[0].startswith(b"cuda")
                and not is_advice
                and len(call.arguments) == _WITH_FLAGS
            ):
                continue  # API005 tells the two by the number of their arguments
            place = code.text(call.arguments[index])
            is_name = re.fullmatch(rb"[A-Za-z_]\w*", place) is not None
            declaration = code.declaration(place, match.start()) if is_name else None
            is_location = declaration is not None and _LOCATION.search(declaration.type)
            if not is_location and (is_advice or len(call.arguments) != _WITH_FLAGS):
                continue
            name = b"hip" + match[0].removeprefix(b"cuda").removeprefix(b"hip") + b"_v2"
            yield Finding(
                self.code,
                self.severity,
                f"HIP's function takes the number of a device; `{name.decode()}` takes a location.",
                # Behind the name, which another rule makes HIP's.
                call.start,
                call.end + 1,
                (Fix(f"Call {name.decode()}", (Edit(match.end(), match.end(), b"_v2"),)),),
            )
