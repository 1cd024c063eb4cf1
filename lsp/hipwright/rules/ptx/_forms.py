"""All entries of the table, and the search among them."""

from __future__ import annotations

from functools import cache

from hipwright.rules.ptx import (
    _conversions,
    _integers,
    _long_arithmetic,
    _memory,
    _moving,
    _predicates,
    _reals,
    _small_reals,
    _threads,
)
from hipwright.rules.ptx._table import Form, forms_of

_FORMS: tuple[Form, ...] = tuple(
    entry
    for module in (
        _moving,
        _integers,
        _long_arithmetic,
        _predicates,
        _reals,
        _small_reals,
        _conversions,
        _memory,
        _threads,
    )
    for entry in forms_of(module.__name__)
)


def all_forms() -> tuple[Form, ...]:
    """All entries, in the order in which they are tried."""
    return _FORMS


@cache
def find(name: str) -> tuple[Form, dict[str, str]] | None:
    """The entry for an instruction's form, `add.u32`, and what its pattern found."""
    for entry in _FORMS:
        match = entry.pattern.fullmatch(name)
        if match is not None:
            return entry, {key: value or "" for key, value in match.groupdict().items()}
    return None
