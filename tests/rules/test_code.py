"""What rules know of a source as code: how they find members and names."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hipwright.rules.code import Code
from hipwright.source import Source

_FIELD = re.compile(rb"size(?!\w)")
_MEMBER = re.compile(
    rb"(?P<owner>[A-Za-z_]\w*)(?:\[[^\[\]]*\])?\s*(?:\.|->)\s*(?P<field>size)(?!\w)"
)


def _code(content: bytes) -> Code:
    return Code(Source(content), lambda name: False)


@pytest.mark.parametrize(
    ("content", "owners"),
    [
        (b"a.size", [b"a"]),
        (b"a -> size", [b"a"]),
        (b"all[i + 1].size + b.size", [b"all", b"b"]),
        (b"a.b.size", [b"b"]),
        (b"a.\n  size", [b"a"]),
        (b"f().size", []),
        (b"size", []),
        (b"a.sizes", []),
        (b"a.resize", []),
        (b"a[b[0]].size", []),
        (b"].size", []),
    ],
)
def test_members_are_found_by_their_fields(content: bytes, owners: list[bytes]) -> None:
    assert [match["owner"] for match in _code(content).members(_FIELD, _MEMBER)] == owners


@example(b"_[_", "]")
@given(st.text(alphabet="ab_1.->[] \n", max_size=6).map(str.encode), st.text(alphabet="ab[].-> +"))
def test_members_are_those_that_a_search_everywhere_finds(before: bytes, between: str) -> None:
    content = before + b".size" + between.encode() + b"->size"
    code = _code(content)
    # From each place that begins a word: `1_` is no name, and what stands behind it counts.
    everywhere = re.compile(rb"(?<!\w)" + _MEMBER.pattern)
    assert [match.span() for match in code.members(_FIELD, _MEMBER)] == [
        match.span() for match in everywhere.finditer(content)
    ]


@pytest.mark.parametrize(
    ("content", "start"), [(b"ab", 0), (b"1 + a_1 \t", 4), (b"a + ", None), (b"x + 12", None)]
)
def test_the_name_before_a_position(content: bytes, start: int | None) -> None:
    assert _code(content).name_before(len(content)) == start


def test_a_macro_in_front_of_a_kernel_is_no_device_function() -> None:
    code = _code(b"#define FREE cudaFree(p)\n__global__ void k() { f(); }\n")
    assert code.device_function_at(code.content.index(b"cudaFree")) is None
    assert code.device_function_at(code.content.index(b"f();")) is not None
