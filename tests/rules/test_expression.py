"""Integer expressions: what they come to, and what cannot be told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipwright.rules.expression import evaluate


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("48 * 1024", 49152),
        ("96 << 10", 98304),
        ("(0x60u * 1024) + 1'000UL", 99304),
        ("-7 / 2", -3),
        ("-7 % 2", -1),
        ("1 ? 2 : x", 2),
        ("x && 0", 0),
        ("0 && x", 0),
        ("x || 3", 1),
        ("x || 0", None),
        ("x ? 4 : 4", 4),
        ("sizeof(float) * 4", None),
        ("f(a, b) && 0", 0),
        ("1 / 0", None),
        ("1 << 99", None),
        ("1.5 * 2", None),
        ("(1", None),
        ("1 2", None),
        ("", None),
        ("!0 + ~0", 0),
        ("4 // four", 4),
        ("1 /* one */ + 1", 2),
    ],
)
def test_values(text: str, value: int | None) -> None:
    assert evaluate(text.encode(), lambda name: None) == value


def test_conditions() -> None:
    def defined(name: bytes) -> int | None:
        return {b"YES": 1, b"NO": 0}.get(name)

    def value(text: str) -> int | None:
        return evaluate(text.encode(), lambda name: 7 if name == b"YES" else None, defined)

    assert value("defined(YES) && YES >= 5") == 1
    assert value("defined YES && !defined(NO)") == 1
    assert value("defined(OTHER) || defined(YES)") == 1
    assert value("defined(OTHER) && defined(YES)") is None
    assert value("defined(") is None


@given(st.text("0123456789abc+-*/%<>!&|?:() ", max_size=30))
def test_no_text_is_too_strange(text: str) -> None:
    evaluate(text.encode(), lambda name: None)


_SUMS = st.recursive(
    st.integers(0, 99).map(str),
    lambda part: st.tuples(part, st.sampled_from("+-*"), part).map(
        lambda parts: f"({' '.join(parts)})"
    ),
)


@given(_SUMS)
def test_as_python_reckons(text: str) -> None:
    assert evaluate(text.encode(), lambda name: None) == eval(text)
