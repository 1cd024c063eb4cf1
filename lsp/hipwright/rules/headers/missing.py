"""HEADER003: CUDA without an include of its header, which nvcc adds by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Related, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.headers._directives import (
    branches_at,
    directives_of,
    in_c_linkage,
    include_that_brings,
    is_real,
)
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.source.lines import line_end_of
from hipwright.source.names import is_text
from hipwright.source.occurrences import words

_RUNTIME = b"hip/hip_runtime.h"
_KERNELS = (b"__global__", b"<<<", b"__device__")
_CUDA = regex(rb"(?:cuda|hip)[A-Z]\w+|(?:threadIdx|blockIdx|dim3)\b")
_GUARD = regex(rb"^[ \t]*#[ \t]*ifndef[^\n]*\n", re.MULTILINE)
# Text that a file may begin with, before anything that an include must stand in front of.
_COMMENT = regex(rb"//[^\\\n]*(?:\\\r?\n?[^\\\n]*)*|/\*[^*]*(?:\*+[^*/][^*]*)*\*+/")


class HeaderMissing(FileRule):
    """nvcc includes cuda_runtime.h in every .cu file by itself; hipcc includes nothing."""

    code = "HEADER003"
    title = "Missing include of the HIP runtime"
    severity = Severity.ERROR
    settled = True
    hazards = ("HW253",)
    source = "CUDA compiler driver nvcc: compilation phases; hipcc includes only its wrapper header"
    examples = (
        Example(
            "#include <stdio.h>\n__global__ void k() {}\n",
            "#include <hip/hip_runtime.h>\n#include <stdio.h>\n__global__ void k() {}\n",
        ),
        Example(
            "// Adds.\n\n__global__ void k() {}\n",
            "// Adds.\n\n#include <hip/hip_runtime.h>\n__global__ void k() {}\n",
        ),
        Example(
            "#pragma once\n__global__ void k() {}\n",
            "#pragma once\n#include <hip/hip_runtime.h>\n__global__ void k() {}\n",
        ),
        Example(
            '#ifdef __cplusplus\nextern "C" {\n#endif\n'
            '#include "mine.h"\n__global__ void k() {}\n}\n',
            '#include <hip/hip_runtime.h>\n#ifdef __cplusplus\nextern "C" {\n#endif\n'
            '#include "mine.h"\n__global__ void k() {}\n}\n',
            why="nvcc's include stands before everything else too",
        ),
        Example(
            'extern "C" {\n#include <hip/hip_runtime.h>\n}\n__global__ void k() {}\n',
            '#include <hip/hip_runtime.h>\nextern "C" {\n#include <hip/hip_runtime.h>\n}\n'
            "__global__ void k() {}\n",
            why="CUDA's header was there already, and brought nothing more",
        ),
        Example("#include <hip/hip_runtime.h>\n__global__ void k() {}\n", None),
        Example("#include <cuda_runtime.h>\n__global__ void k() {}\n", None),
        Example("int main() {}\n// __global__\n", None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        include = include_that_brings(source, _RUNTIME)
        if include is not None:
            if not settings.hipify and in_c_linkage(source.content, include.start):
                yield self._finding(
                    source,
                    settings,
                    'the templates of HIP\'s runtime header do not compile inside `extern "C"`',
                    (include.path_start, include.path_end),
                )
            return
        evidence = _evidence(source, settings)
        if evidence is None:
            yield from self._for_headers(source, settings)
            return
        message = "hipcc includes no runtime header by itself, as nvcc does"
        yield self._finding(source, settings, message, evidence)

    def _finding(
        self, source: Source, settings: Settings, message: str, place: tuple[int, int]
    ) -> Finding:
        edit = _include_at(source, settings, _RUNTIME)
        return Finding(
            self.code,
            self.severity,
            message,
            *place,
            (Fix("Include hip/hip_runtime.h", (edit,)),),
        )

    def _for_headers(self, source: Source, settings: Settings) -> Iterable[Finding]:
        """The finding of a source that shows no CUDA itself, and includes headers that do."""
        if source.suffix != ".cu" or source.path is None:
            return
        from hipwright.rules.included import Headers

        headers = Headers(source).all
        place = next((each.wants_runtime for each in headers if each.wants_runtime), None)
        if place is None or any(each.has_runtime for each in headers):
            return
        first = next(
            include
            for include in directives_of(source.content).includes
            if source.content[include.path_start - 1 : include.path_start] == b'"'
        )
        yield Finding(
            self.code,
            self.severity,
            "hipcc includes no runtime header by itself, as nvcc does, and a header needs it",
            first.start,
            first.end,
            (Fix("Include hip/hip_runtime.h", include_of(source, settings, _RUNTIME)),),
            (Related(first.start, first.end, "This is CUDA.", place),),
        )


def include_of(source: Source, settings: Settings, header: bytes) -> tuple[Edit, ...]:
    """The edit that includes a header of HIP's; none where the source includes it already.

    A header of CUDA's that becomes this one counts as included.
    """
    if include_that_brings(source, header) is not None:
        return ()
    return (_include_at(source, settings, header),)


def _include_at(source: Source, settings: Settings, header: bytes) -> Edit:
    content = source.content
    offset = line_for_include(source, settings)
    newline = line_end_of(content)
    text = b"#include <" + header + b">" + newline
    if offset and content[offset - 1 : offset] not in (b"\n", b"\xbf"):
        text = newline + text
    return Edit(offset, offset, text)


def _evidence(source: Source, settings: Settings) -> tuple[int, int] | None:
    """Where the source shows that it needs the header; None where it does not."""
    if settings.hipify:
        return 0, 0  # as AMD's tool does, whatever the file holds
    suffix = source.suffix
    if suffix not in (".cu", ".hip", ""):
        return None
    content = source.content
    for word in _KERNELS:
        at = content.find(word)
        while at >= 0:
            if not is_text(source, at, at + len(word)):
                return at, at + len(word)
            at = content.find(word, at + 1)
    if suffix == ".cu":  # a cell or standard input may be only a part of a program
        for match in words(_CUDA, content):
            if not is_text(source, *match.span()):
                return match.span()
    return None


def line_for_include(source: Source, settings: Settings) -> int:
    """Where the include goes: behind `#pragma once`, before the first include or other item."""
    content = source.content
    text_start = 3 if content.startswith(b"\xef\xbb\xbf") else 0  # a byte order mark stays first
    once = directives_of(content).once
    if once is not None:
        guard = _GUARD.search(content, 0, once[0])
        if settings.hipify and guard is not None:
            return guard.end()
        end = content.find(b"\n", once[1])
        return len(content) if end < 0 else end + 1
    for include in directives_of(content).includes:
        if (
            is_real(source, include)
            and not branches_at(content, include.start)
            and (settings.hipify or not in_c_linkage(content, include.start))
        ):
            return max(content.rfind(b"\n", 0, include.start) + 1, text_start)
        break
    position = line_start = text_start
    while True:
        while content[position : position + 1].isspace():
            position += 1
        line_start = max(line_start, content.rfind(b"\n", 0, position) + 1)
        comment = _COMMENT.match(content, position)
        if comment is None:
            return line_start
        position = comment.end()
        if b"\n" in comment.group():
            line_start = position  # what stands behind it on its last line comes after the include
