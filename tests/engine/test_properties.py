"""What holds for any text: edits and ports of generated and of broken CUDA."""

from __future__ import annotations

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from hipwright.analysis import Analysis, check
from hipwright.finding import Finding
from hipwright.port import port
from hipwright.settings import Settings
from hipwright.source import LineIndex, Source
from hipwright.source.names import are_surely_no_literals, in_literals, is_surely_code

# Pieces of CUDA that make, and break, all that the analysis tells apart.
PIECES = (
    "#include <cuda_runtime.h>\n",
    '#include "cublas.h"\n',
    "#ifdef A\n",
    "#else\n",
    "#endif\n",
    "#define FREE(p) cudaFree(p) // cudaFree\n",
    "#define cudaFree my_free\n",
    "#define CALL(x) cuda##x\n",
    "#define WARP_SIZE 32\n",
    "#ifdef __CUDA_ARCH__\n",
    "namespace n {\n",
    'extern "C" {\n',
    "}\n",
    "struct S { int cudaMalloc; void f(); };\n",
    "void S::f() { cudaMalloc(0); }\n",
    "__global__ void k(int *p) {\n  p[threadIdx.x % WARP_SIZE] = __shfl_sync(~0u, *p, 1);\n}\n",
    "__device__ int w() { return __popc(__ballot_sync(0xffffffff, 1)) + warpSize; }\n",
    "int main() {\n  int *p;\n  cudaMalloc(&p, 4);\n  k<<<1, 32>>>(p);\n}\n",
    "void g(int cudaFree) { h(cudaFree); }\n",
    "void h() { cudaMemcpyToSymbol(s, &v, 4); cublasSscal(n, a, x, 1); }\n",
    "void h() { cudaFree(p); } // hipwright: ignore[API001] kept\n",
    "/* cudaFree */\n",
    'const char *t = "cudaFree";\n',
    'auto r = R"(cudaFree(p);)";\n',
    "cudaStream_t s;\r\n",
)
FRAGMENTS = (
    *PIECES,
    "cudaFree",
    "cuda",
    "Free",
    "{",
    "}",
    "(",
    ")",
    ";",
    '"',
    "'",
    "/*",
    "*/",
    "//",
    "\n",
    "\r",
    "\\\n",
    "#",
    " ",
    "x",
    "é",
    "",
)
TEXTS = st.lists(st.sampled_from(PIECES), max_size=14).map("".join).map(str.encode)


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=20).map("".join).map(str.encode))
@example(b"/*//cudaFree")
@example(b'"a\\\n"cudaFree"')
@example(b'R"(\n"" cudaFree)"')
def test_what_the_bytes_are_sure_of_is_true(text: bytes) -> None:
    source = Source(text)  # asked while it has no tree
    root = Source(text).tree.root_node
    places = [match.start() for match in re.finditer(rb"cudaFree|cudaMalloc|#", text)]
    for place, is_opaque in zip(places, in_literals(text, places), strict=True):
        node = root.descendant_for_byte_range(place, place + 1)
        # Broken text is told by the bytes: a string that is left open ends with its line.
        kind = "" if node is None or root.has_error else node.type
        if are_surely_no_literals(source, [place]):
            assert kind not in ("string_content", "raw_string_content", "character")
        if is_surely_code(source, place):
            assert not is_opaque
            assert kind not in ("comment", "string_content", "raw_string_content", "character")


def shown(findings: list[Finding], lines: LineIndex) -> list[tuple[object, ...]]:
    return [
        (
            finding.code,
            finding.message,
            lines.position(finding.start, "utf-8"),
            lines.position(finding.end, "utf-8"),
            [(fix.title, fix.safe) for fix in finding.fixes],
            [(part.message, lines.position(part.start, "utf-8")) for part in finding.related],
        )
        for finding in findings
    ]


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.sampled_from(FRAGMENTS))))
def test_edited_is_as_good_as_new(content: bytes, edits: list[tuple[float, float, str]]) -> None:
    analysis = Analysis(Source(content, "example.cu"))
    for at, length, text in edits:
        content = analysis.source.content
        start = int(at * len(content))
        end = start + int(length * min(40, len(content) - start))
        before = shown(analysis.findings, analysis.source.lines)
        changed = analysis.edit(start, end, text.encode())
        fresh = check(Source(analysis.source.content, "example.cu"))
        assert analysis.findings == fresh
        assert changed == (before != shown(fresh, LineIndex(analysis.source.content)))


@settings(max_examples=50, deadline=None)
@given(TEXTS, st.lists(st.tuples(st.floats(0, 1), st.sampled_from(FRAGMENTS)), min_size=1))
def test_settling_catches_up(content: bytes, edits: list[tuple[float, str]]) -> None:
    analysis = Analysis(Source(content, "example.cu"))
    for at, text in edits:
        start = int(at * len(analysis.source.content))
        analysis.edit(start, start, text.encode(), settle=False)
        size = len(analysis.source.content)
        assert all(0 <= finding.start <= finding.end <= size for finding in analysis.findings)
    unsettled = analysis.findings
    changed = analysis.settle()
    assert analysis.findings == check(Source(analysis.source.content, "example.cu"))
    assert changed == (analysis.findings != unsettled)
    assert not analysis.settle()


_TEXT = re.compile(
    rb'R"(?P<d>[^\s()\\]{0,16})\(.*?\)(?P=d)"|//(?:\\\r?\n|[^\n])*|/\*.*?(?:\*/|\Z)'
    rb'|"(?:\\.|[^"\\\n])*"|' + rb"'(?:\\.|[^'\\\n])*'",
    re.DOTALL,
)
_INCLUDE = re.compile(rb'#[ \t]*include[ \t]*(?:<[^>\n]*>|"[^"\n]*")')


def texts(content: bytes) -> list[bytes]:
    """The comments and literals of a program that lexes."""
    return [match.group() for match in _TEXT.finditer(_INCLUDE.sub(b"", content))]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join).map(str.encode), st.booleans())
def test_comments_and_literals_stay_and_a_port_is_final(content: bytes, hipify: bool) -> None:
    chosen = Settings(hipify=hipify)
    once = port(content, "example.cu", chosen)
    if not hipify:  # AMD's tool ports the names in messages too
        assert texts(once.text) == texts(content)
    again = port(once.text, "example.cu", chosen)
    assert again.text == once.text
    assert again.applied == ()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join).map(str.encode))
@example(b"#include <cuda.h>#include <cuda.h>")
@example(b"x#void h() { cudaMemcpyToSymbol(s, &v, 4); }\n")
def test_a_port_of_broken_code_is_final(content: bytes) -> None:
    once = port(content, "example.cu").text
    assert port(once, "example.cu").text == once
