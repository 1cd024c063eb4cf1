"""Ports: what is not ported comes back byte for byte, and a port of a port is the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipwright.analysis import check
from hipwright.finding import Edit, Fix
from hipwright.port import apply_fixes, port
from hipwright.settings import Settings
from hipwright.source import Source


@pytest.mark.parametrize(
    ("content", "after"),
    [
        (b"", b""),
        (b"int a;", b"int a;"),
        (b"\xef\xbb\xbfvoid f() { cudaFree(p); }", b"\xef\xbb\xbfvoid f() { hipFree(p); }"),
        (
            b"\xef\xbb\xbf#include <cuda.h>\r\nint a;\r\n",
            b"\xef\xbb\xbf#include <hip/hip_runtime.h>\r\nint a;\r\n",
        ),
        (b"void f() {\r\n\tcudaFree(p);\r\n}\r", b"void f() {\r\n\thipFree(p);\r\n}\r"),
        (
            b"// \xe9\xff\nvoid f() { cudaFree(p); }\x00",
            b"// \xe9\xff\nvoid f() { hipFree(p); }\x00",
        ),
        (
            b'const char *s = "\xe9\x0c";\x0c cudaStream_t t;',
            b'const char *s = "\xe9\x0c";\x0c hipStream_t t;',
        ),
    ],
)
def test_all_else_comes_back_byte_for_byte(content: bytes, after: bytes) -> None:
    assert port(content, "a.cpp").text == after


@given(st.binary(max_size=200))
def test_bytes_without_cuda_stay(content: bytes) -> None:
    result = port(content, "a.cpp")
    if not result.applied:
        assert result.text == content


def test_what_is_left_is_found_where_it_is_in_the_port() -> None:
    result = port(b"void f() { cudaMemcpy(a, b, n, k); cuParamSetv(f, 0, p, n); }\n", "a.cpp")
    assert [finding.code for finding in result.remaining] == ["API002"]
    (left,) = result.remaining
    assert result.text[left.start : left.end] == b"cuParamSetv"


def test_unsafe_fixes_are_applied_only_when_asked_for() -> None:
    content = b"void f() { cuOccupancyMaxPotentialBlockSize(g, b, k, of, n, l); }"
    assert port(content, "a.cpp").text == content
    unsafe = port(content, "a.cpp", unsafe=True)
    assert unsafe.text == b"void f() { hipModuleOccupancyMaxPotentialBlockSize(g, b, k, n, l); }"


def test_nested_calls_are_ported_in_turn() -> None:
    content = b"void f() { cudaMemcpyToSymbol(s, cudaGetSymbolAddress(&p, t), n); }"
    assert port(content, "a.cpp").text == (
        b"void f() { hipMemcpyToSymbol(HIP_SYMBOL(s), hipGetSymbolAddress(&p, HIP_SYMBOL(t)), n); }"
    )


def fix(*edits: tuple[int, int, bytes]) -> Fix:
    return Fix("", tuple(Edit(*edit) for edit in edits))


@pytest.mark.parametrize(
    ("fixes", "after"),
    [
        ([fix((0, 1, b"A")), fix((2, 3, b"C"))], b"AbCdef"),
        ([fix((0, 3, b"X")), fix((2, 4, b"Y")), fix((4, 5, b"Z"))], b"XdZf"),
        # All of a fix or nothing of it.
        ([fix((0, 2, b"X")), fix((1, 2, b"Y"), (4, 5, b"Z"))], b"Xcdef"),
        # Shared edits are made once.
        ([fix((0, 0, b"#"), (1, 2, b"X")), fix((0, 0, b"#"), (3, 4, b"Y"))], b"#aXcYef"),
        # Two insertions at one place could stand in either order: the first one wins.
        ([fix((2, 2, b"X")), fix((2, 2, b"Y"))], b"abXcdef"),
        ([fix((2, 2, b"X")), fix((2, 3, b"Y"))], b"abXYdef"),
        ([fix((2, 4, b"X")), fix((3, 3, b"Y"))], b"abXef"),
        ([fix((2, 4, b"X")), fix((4, 4, b"Y"))], b"abXYef"),
    ],
)
def test_of_fixes_that_overlap_the_first_one_wins(fixes: list[Fix], after: bytes) -> None:
    assert apply_fixes(b"abcdef", fixes) == after


def test_what_a_fix_removes_is_not_left() -> None:
    content = (
        b"#include <cooperative_groups/reduce.h>\n"
        b"__device__ int f(cooperative_groups::thread_block_tile<8> tile, int v) {\n"
        b"  return cooperative_groups::reduce(tile, v, cooperative_groups::less<int>());\n}\n"
    )
    result = port(content, "a.h")
    assert b"reduce.h" not in result.text
    assert result.remaining == ()


def test_amds_choices_leave_a_symbol_named_by_a_string() -> None:
    content = b'__constant__ int n[4];\nvoid f(int *h) { cudaMemcpyToSymbol("n", h, 16); }\n'
    assert b'HIP_SYMBOL("n")' in port(content, settings=Settings(hipify=True)).text
    assert b"HIP_SYMBOL(n)" in port(content).text


def test_a_port_that_may_change_what_is_left_looks_again() -> None:
    content = (
        b"__device__ int f(unsigned mask, int v) {\n"
        b"  return __shfl_sync(~0u, v, 0) + __reduce_add_sync(mask, v);\n}\n"
    )
    result = port(content, "example.cu")
    assert b"__shfl(v, 0, 32)" in result.text
    assert list(result.remaining) == check(Source(result.text, "example.cu"))


@pytest.mark.parametrize(
    ("content", "edits", "changed"),
    [
        (b"int a;\nvoid f() { g(a); }\n", [Edit(20, 21, b"longer")], []),
        (b"int a;\nvoid f() { g(a); }\n", [Edit(21, 21, b", 1")], [(21, 24)]),
        (b"int a;\nvoid f() { g(a);\n", [Edit(4, 5, b"b"), Edit(23, 23, b" }")], None),
    ],
)
def test_edits_tell_where_they_change_the_tree(
    content: bytes, edits: list[Edit], changed: list[tuple[int, int]] | None
) -> None:
    source = Source(content)
    shape = str(source.tree.root_node)
    new = apply_fixes(content, [Fix("", tuple(edits), True)])
    found = source.changed_by(edits, new)
    if changed is None:
        assert found
    else:
        assert found == changed
    assert source.content == content
    assert str(source.tree.root_node) == shape
