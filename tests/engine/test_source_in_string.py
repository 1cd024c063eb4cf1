"""CUDA in C++ string literals: ported in place, escapes and all else kept."""

from __future__ import annotations

import ast
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipwright.port import port
from hipwright.settings import Settings

_STRING = re.compile(r'"(?:\\.|[^"\\])*"')


def ported(text: str, settings: Settings | None = None) -> str:
    return port(text.encode(), "example.cpp", settings).text.decode()


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (
            r'auto s = "__global__ void k(curandState *s) {\n  s[0].a = \'\\\\\';\n}\t";',
            r'auto s = "__global__ void k(hiprandState *s) {\n  s[0].a = \'\\\\\';\n}\t";',
        ),
        (
            'auto s = "__global__ void k(curandState *s) {" // one\r\n'
            '  /* two */ "curandState t;}";',
            'auto s = "__global__ void k(hiprandState *s) {" // one\r\n'
            '  /* two */ "hiprandState t;}";',
        ),
        (
            'auto s = "__global__ void k(" TYPE " *x, curandState *s) {}";',
            'auto s = "__global__ void k(" TYPE " *x, hiprandState *s) {}";',
        ),
        (
            'auto s = u8R"x(__device__ int f(curandState *s) { return ")"[0]; })x";',
            'auto s = u8R"x(__device__ int f(hiprandState *s) { return ")"[0]; })x";',
        ),
        (
            'auto s = "#include <cuda_runtime.h>\\n#include <cuda_fp16.h>\\n"\n'
            '  "__global__ void k() {}";',
            'auto s = "#include <hip/hip_runtime.h>\\n#include <hip/hip_fp16.h>\\n"\n'
            '  "__global__ void k() {}";',
        ),
        (
            'auto s = "__global__ void k(float *x) {\\\n curandState t; }";',
            'auto s = "__global__ void k(float *x) {\\\n hiprandState t; }";',
        ),
    ],
)
def test_source_in_strings_is_ported_where_it_stands(text: str, after: str) -> None:
    assert ported(text) == after
    assert ported(after) == after


@pytest.mark.parametrize(
    "text",
    [
        'puts("cudaFree failed in __global__ code (see the log)");',
        'auto s = "curandState";',
        'auto s = "// __global__ void k();";  // curandState',
        # A name in two literals cannot be written in one of them.
        'auto s = "__global__ void k() { curand" "State t; }";',
    ],
)
def test_other_strings_stay(text: str) -> None:
    assert ported(text) == text


def test_what_cannot_be_ported_is_said_where_it_stands() -> None:
    text = b'auto s = "__global__ void k() {\\n __nanosleep(3); __hmax2(a, b); }";'
    result = port(text, "a.cpp")
    (left,) = [f for f in result.remaining if f.name == "__hmax2"]
    assert left.code == "API007"
    assert result.text[left.start : left.end] == b"__hmax2"


def test_amds_tool_ports_names_in_all_strings() -> None:
    text = 'auto s = "__global__ void k(curandState *s) {}";'
    result = ported(text, Settings(hipify=True))
    assert 'auto s = "__global__ void k(hiprandState *s) {}";' in result


PIECES = [
    "\n",
    "\t",
    '"',
    "\\",
    "\r",
    "a",
    "7",
    " ",
    "é",
    "\x01",
    "curandState t;",
    "// x",
    "{",
    "}",
]


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_a_literal_says_what_it_said_but_for_the_names(middle: str) -> None:
    inner = f"__global__ void k() {{}}\n{middle}"
    escaped = (
        inner.replace("\\", "\\\\")
        .replace('"', '\\"')
        .replace("\n", "\\n")
        .replace("\r", "\\r")
        .replace("\t", "\\t")
        .replace("\x01", "\\x01")
    )
    result = ported(f'const char *s = "{escaped}";\n')
    match = _STRING.search(result)
    assert match is not None
    said = ast.literal_eval(match.group())
    assert said.replace("hiprandState", "curandState") == inner
