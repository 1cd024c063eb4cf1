"""API006: a CUDA name that a macro pastes together."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import cache

from tree_sitter import Node

from hipwright.api import table
from hipwright.finding import Finding, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, SyntaxRule
from hipwright.settings import Settings
from hipwright.source import Source

_PASTED = regex(rb"(?<![\w#])([A-Za-z_]\w*)(?:[ \t]|\\\r?\n)*##")
# A beginning that nearly only CUDA's names share; `c` or `get` say nothing.
_LOOKS_CUDA = regex(rb"cuda|cu[A-Z]|CU_|CUDA|cu(?:blas|fft|rand|sparse|solver|dnn)|nvrtc")


class PastedName(SyntaxRule):
    """A macro pastes this CUDA name together, so that no tool can tell which name it becomes."""

    code = "API006"
    title = "CUDA name pasted together by a macro"
    severity = Severity.ERROR
    settled = True
    stable = True  # it fixes nothing
    source = "C++ standard: the ## operator"
    triggers = (b"##",)
    pattern = "(preproc_function_def value: (preproc_arg) @body) @macro"
    examples = (
        Example(
            "#define CALL(name) check(cuda##name())\n",
            "#define CALL(name) check(cuda##name())\n",
        ),
        Example(
            "#define COPY(kind) cudaMemcpy##kind(a, b, n)\n",
            "#define COPY(kind) cudaMemcpy##kind(a, b, n)\n",
        ),
        Example("#define FIELD(name) m_##name\n", None),
        Example('#define TEXT(name) "cuda##name" // cuda##name\n', None),
    )

    def check(
        self, captures: dict[str, list[Node]], source: Source, settings: Settings
    ) -> Iterable[Finding]:
        body = captures["body"][0]
        text = source.text_of(body)
        for match in _PASTED.finditer(_without_literals(text)):
            beginning = match.group(1)
            if not _LOOKS_CUDA.match(beginning) or not _begins_a_name(beginning):
                continue
            start = body.start_byte + match.start()
            yield Finding(
                self.code,
                self.severity,
                f"a CUDA name is pasted together from `{beginning.decode()}`: "
                "write the names out, or paste HIP's",
                start,
                body.start_byte + match.end(),
            )


_LITERAL = regex(rb"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.DOTALL)


def _without_literals(text: bytes) -> bytes:
    return _LITERAL.sub(lambda match: b" " * len(match.group()), text)


@cache
def _names() -> list[bytes]:
    return sorted(table())


def _begins_a_name(beginning: bytes) -> bool:
    names = _names()
    index = bisect_left(names, beginning)
    return index < len(names) and names[index].startswith(beginning)
