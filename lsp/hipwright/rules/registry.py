"""Finds the rules: every rule class in every module of the folders beside this file.

`index.txt` says of each rule where it is and what makes it look, so that a command that ends soon
loads no more rules than its sources need; `build_index` writes it anew.
"""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from hipwright.rules.base import Rule

INDEX = Path(__file__).with_name("index.txt")


Kind = Literal["name", "shape", "file", "text", "other"]


class Listed(NamedTuple):
    """What the index says of a rule, without loading it. The fields are those of `Rule`."""

    code: str
    kind: Kind
    module: str  # in this package
    settled: bool
    disturbs: tuple[str, ...]
    stable: bool
    has_safe_fixes: bool
    wave_sizes: frozenset[int]
    triggers: tuple[bytes, ...]


@cache
def listed() -> dict[str, Listed]:
    """What the index says of each rule, by code, in the order of the codes."""
    found: dict[str, Listed] = {}
    for line in INDEX.read_bytes().splitlines():
        code, kind, module, flags, disturbs, sizes, *triggers = line.split(b"\t")
        text = code.decode()
        found[text] = Listed(
            text,
            kind.decode(),  # type: ignore[arg-type]
            module.decode(),
            b"settled" in flags,
            tuple(disturbs.decode().split(",")) if disturbs else (),
            b"stable" in flags,
            b"has_safe_fixes" in flags,
            frozenset(map(int, sizes.split(b","))),
            tuple([trigger.replace(b"\\t", b"\t") for trigger in triggers]),
        )
    return found


def rule(code: str) -> Rule | None:
    """The rule with this code, or None."""
    return _load(code) if code in listed() else None


@cache
def _load(code: str) -> Rule:
    """The one instance of a rule that is in the index."""
    return next(each for each in _in_module(listed()[code].module) if each.code == code)


@cache
def all_rules() -> tuple[Rule, ...]:
    """One instance of each rule, sorted by code.

    Raises ValueError when two rules share a code, or the index does not list them all.
    """
    rules = rules_in_folders()
    if [each.code for each in rules] != list(listed()):
        raise ValueError(f"{INDEX.name} is out of date: run python -m hipwright.rules.build_index")
    return rules


def rules_in_folders() -> tuple[Rule, ...]:
    """One instance of each rule, sorted by code, whatever the index says.

    Raises ValueError when two rules share a code.
    """
    rules = [
        each
        for path in sorted(INDEX.parent.glob("*/*.py"))
        if not path.name.startswith("_")
        for each in _in_module(f"{path.parent.name}.{path.stem}")
    ]
    codes = [each.code for each in rules]
    for code in codes:
        if codes.count(code) > 1:
            raise ValueError(f"two rules have the code {code}")
    return tuple(sorted(rules, key=lambda each: each.code))


@cache
def _in_module(name: str) -> tuple[Rule, ...]:
    """One instance of each rule that a module defines."""
    module = f"hipwright.rules.{name}"
    return tuple(
        value()
        for value in vars(importlib.import_module(module)).values()
        # Base classes have no code; an imported rule belongs to the module that defines it.
        if isinstance(value, type)
        and issubclass(value, Rule)
        and value.__module__ == module
        and hasattr(value, "code")
    )
