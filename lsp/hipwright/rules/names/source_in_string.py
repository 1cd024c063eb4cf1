"""API007: CUDA source in a string that is compiled at run time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tree_sitter import Node

from hipwright.finding import Finding, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.source.kernels import NOT_IN_STRINGS
from hipwright.source.literals import InnerText
from hipwright.source.names import are_surely_no_literals

_WORDS = (b"__global__", b"__device__")
_DEVICE_CODE = regex(rb"__(?:global|device)__")
# What a string must hold to be taken for device code, and not for text about it.
_KERNEL = regex(rb"\b__(?:global|device)__\b[^;{}]*\([^;{}]*\)[^;{}()]*[{;]")
_LITERALS = ("string_literal", "raw_string_literal")


class SourceInString(FileRule):
    """A string with kernels in it is source for NVRTC, which hipRTC compiles as HIP.

    Literals that follow each other are one text, which is ported where it stands: escapes are read
    as the compiler reads them, and written again.
    """

    code = "API007"
    title = "CUDA source in a string"
    severity = Severity.ERROR
    source = "HIP documentation: hipRTC"
    hazards = ("HW319",)
    stable = True
    triggers = _WORDS
    affected_by = _DEVICE_CODE
    examples = (
        Example(
            'auto s = R"(extern "C" __global__ void k(curandState *s) { curand_init(0, 0, 0, s); }'
            ')";\n',
            'auto s = R"(extern "C" __global__ void k(hiprandState *s) '
            '{ hiprand_init(0, 0, 0, s); })";\n',
        ),
        Example(
            'const char *s = "#include <cuda_fp16.h>\\n"\n'
            '    "extern \\"C\\" __global__ void k(curandState *s) {\\n"\n'
            '    "    curand_init(0, 0, 0, s); }\\n";\n',
            'const char *s = "#include <hip/hip_fp16.h>\\n"\n'
            '    "extern \\"C\\" __global__ void k(hiprandState *s) {\\n"\n'
            '    "    hiprand_init(0, 0, 0, s); }\\n";\n',
            why="one text in three literals, with escapes",
        ),
        Example(
            'const char *s = "#include <cuda_fp16.h>\\n\\\n'
            '__global__ void k(curandState *s) { curand_init(0, 0, 0, s); }";\n',
            'const char *s = "#include <hip/hip_fp16.h>\\n\\\n'
            '__global__ void k(hiprandState *s) { hiprand_init(0, 0, 0, s); }";\n',
            why="one literal on two lines",
        ),
        Example('auto s = R"cuda(cudaFree frees. // cudaFree)cuda";\n', None, why="text"),
        Example('puts("call cudaFree from a __global__ function (or not)");\n', None, why="text"),
        Example('auto s = R"(__global__ void k(float *p) { *p = 0; })";\n', None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        # The analysis imports the rules: it can only be imported once they are all there.
        from hipwright.analysis import check

        texts = list(_texts(source, settings))
        if not texts:
            return
        inside = settings._replace(
            select=tuple(code for code in settings.select if code != self.code),
            ignore=(*settings.ignore, *NOT_IN_STRINGS, self.code),
        )
        for text in texts:
            for finding in check(Source(text.content, source.name), inside):
                outer = text.outer_finding(finding)
                if outer is not None:
                    yield outer._replace(
                        code=self.code, message=f"{finding.message} ({finding.code}, in a string)"
                    )


def _texts(source: Source, settings: Settings) -> Iterator[InnerText]:
    """The texts of a source's literals that hold kernels."""
    starts = [match.start() for match in _DEVICE_CODE.finditer(source.content)]
    if are_surely_no_literals(source, starts):
        return
    find = source.tree.root_node.descendant_for_byte_range
    reached = 0
    for start in starts:
        if start < reached:
            continue
        node = find(start, start + len(_WORDS[0]))
        if node is None or node.type not in ("string_content", "raw_string_content"):
            continue
        literal = node.parent
        if literal is None or literal.type not in _LITERALS:
            continue
        if settings.hipify and literal.type == "string_literal":
            continue  # AMD's tool ports the names in all of them anyway
        whole = literal.parent
        if whole is None or whole.type != "concatenated_string":
            whole = literal
        reached = whole.end_byte
        text = _text_of(whole, source)
        if _KERNEL.search(text.content):
            yield text


def _text_of(node: Node, source: Source) -> InnerText:
    """The text of a literal, or of several that follow each other."""
    text = InnerText(source.content)
    for part in (node,) if node.type in _LITERALS else node.named_children:
        if part.type in _LITERALS:
            text.add_cpp_literal(part)
        elif part.type != "comment":
            text.add_placeholder(part.start_byte, part.end_byte)  # a macro
    return text
