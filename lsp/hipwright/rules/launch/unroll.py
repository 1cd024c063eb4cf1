"""LAUNCH010: `#pragma unroll` with parentheses."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import code_of
from hipwright.settings import Settings
from hipwright.source import Source

_PRAGMA = regex(
    rb"^[ \t]*#[ \t]*pragma[ \t]+(?P<all>unroll[ \t]*(?P<open>\()[ \t]*\w+[ \t]*(?P<close>\)))"
    rb"[ \t]*(?:$|//|\r)",
    re.MULTILINE,
)


class UnrollParentheses(FileRule):
    """clang warns of the parentheses in `#pragma unroll(N)`, and unrolls all the same."""

    code = "LAUNCH010"
    title = "Parentheses in #pragma unroll"
    severity = Severity.INFO
    settled = True
    source = "clang 19: -Wcuda-compat"
    hazards = ("HW314",)
    triggers = (b"unroll(", b"unroll (")
    affected_by = regex(rb"unroll|#")
    examples = (
        Example(
            "__device__ void k() {\n#pragma unroll(4)\n  for (int i = 0; i < 8; ++i) f(i);\n}\n",
            "__device__ void k() {\n#pragma unroll 4\n  for (int i = 0; i < 8; ++i) f(i);\n}\n",
            around="__device__ void f(int i) { results[threadIdx.x] += i; }\n@",
            run="(k(), results[t])",
        ),
        Example("#pragma unroll 4\n#pragma unroll\n// #pragma unroll(4)\n", None),
        Example("void f() { unroll(4); }\n", None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        for match in _PRAGMA.finditer(code.content):
            start, end = match.span("all")
            if not code.is_seen(start) or source.comment_around(start, end) is not None:
                continue
            space = b"" if code.content[match.start("open") - 1] in b" \t" else b" "
            edits = (
                Edit(match.start("open"), match.end("open"), space),
                Edit(match.start("close"), match.end("close"), b""),
            )
            yield Finding(
                self.code,
                self.severity,
                "clang warns of these parentheses, and unrolls all the same.",
                start,
                end,
                (Fix("Write it without parentheses", edits),),
            )
