"""API007: CUDA source in a string that is compiled at run time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from tree_sitter import Node

from hipwright.finding import Finding, Severity, moved
from hipwright.rules.base import Example, SyntaxRule
from hipwright.settings import Settings
from hipwright.source import Source

# What a string must hold to be taken for device code, and not for text about it.
_KERNEL = re.compile(rb"\b__global__\b[^;{}]*\(|\b__device__\b[^;{}]*\(")

# Compilation at run time brings the runtime's header by itself.
_NOT_INSIDE = ("HEADER003", "LAUNCH001")


class SourceInString(SyntaxRule):
    """A raw string with kernels in it is source for NVRTC, which hipRTC compiles as HIP."""

    code = "API007"
    title = "CUDA source in a string"
    severity = Severity.ERROR
    source = "HIP documentation: hipRTC"
    triggers = (b'R"',)
    pattern = "(raw_string_literal) @string"
    examples = (
        Example(
            'auto s = R"(extern "C" __global__ void k(curandState *s) { curand_init(0, 0, 0, s); }'
            ')";\n',
            'auto s = R"(extern "C" __global__ void k(hiprandState *s) '
            '{ hiprand_init(0, 0, 0, s); })";\n',
        ),
        Example('auto s = R"cuda(cudaFree frees. // cudaFree)cuda";\n', None, why="text"),
        Example('auto s = R"(__global__ void k(float *p) { *p = 0; })";\n', None),
    )

    def check(
        self, captures: dict[str, list[Node]], source: Source, settings: Settings
    ) -> Iterable[Finding]:
        # The analysis imports the rules: it can only be imported once they are all there.
        from hipwright.analysis import check

        literal = captures["string"][0]
        text = source.text_of(literal)
        start = text.find(b"(") + 1
        end = text.rfind(b")")
        if not 0 < start <= end or not _KERNEL.search(text):
            return
        inside = replace(
            settings,
            select=tuple(code for code in settings.select if code != self.code),
            ignore=(*settings.ignore, *_NOT_INSIDE),
        )
        for finding in check(Source(text[start:end], source.name), inside):
            yield moved(finding, literal.start_byte + start)._replace(
                code=self.code, message=f"{finding.message} ({finding.code}, in a string)"
            )
