"""A search by beginnings finds what the pattern itself finds."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipwright.rules.registry import all_rules
from hipwright.source.occurrences import occurrences, places_of

SAMPLES = Path(__file__).parents[2] / "samples"

PATTERNS = [
    rb"(?:cuda|hip)Malloc(?!\w)",
    rb"(?:cuda|hip|cu)(?:Free|Memcpy(?:Async)?)",
    rb"cudaFree|hipFree\w*|<<<",
    rb"(?:==|!=)\s*(?P<number>\d+)",
    rb"(?:a|b)?c",  # not split: it may begin with neither
    rb"(?P<one>a)|(?P<other>b)",  # nor this: each part would lack a group
    rb"(?:[(|)]|\(|x)y",
    rb"(?:ab|abc)d*",
]
WORDS = b"cuda hip cu Malloc Free MemcpyAsync == 1 <<< abcd a b c d x y ( | )".split()
TEXTS = st.lists(st.sampled_from([b" ", b"\n", *WORDS]), max_size=30).map(b"".join)


def found(matches: object) -> list[tuple[object, ...]]:
    return [(match.span(), match.groups()) for match in matches]  # type: ignore[attr-defined]


@pytest.mark.parametrize("pattern", [re.compile(each) for each in PATTERNS])
@given(text=TEXTS)
def test_it_finds_the_same(pattern: re.Pattern[bytes], text: bytes) -> None:
    assert found(occurrences(pattern, text)) == found(pattern.finditer(text))


def test_it_finds_the_same_for_the_patterns_of_all_rules() -> None:
    all_rules()
    holders = [
        vars(holder)
        for name, module in list(sys.modules.items())
        if name.startswith("hipwright.rules.")
        for holder in (module, *(each for each in vars(module).values() if isinstance(each, type)))
    ]
    patterns = {
        value
        for values in holders
        for value in values.values()
        if hasattr(value, "finditer") and isinstance(getattr(value, "pattern", None), bytes)
    }
    assert len(patterns) > 200
    for path in sorted(SAMPLES.rglob("*.cu")):
        content = path.read_bytes()
        for pattern in patterns:
            if pattern.match(b"") is None:
                assert found(occurrences(pattern, content)) == found(pattern.finditer(content))


@given(text=TEXTS, start=st.integers(0, 9))
def test_the_places_of_a_name(text: bytes, start: int) -> None:
    whole = [match.start() for match in re.finditer(rb"(?<!\w)cuda(?!\w)", text)]
    assert list(places_of(b"cuda", text, start)) == [place for place in whole if place >= start]
