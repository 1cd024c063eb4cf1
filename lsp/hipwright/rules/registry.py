"""Finds the rules: every rule class in every module of the folders beside this file."""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path

from hipwright.rules.base import Rule


def _module_names() -> list[str]:
    here = Path(__file__).parent
    return sorted(
        ".".join(("hipwright.rules", *path.relative_to(here).with_suffix("").parts))
        for path in here.glob("*/*.py")
        if not path.name.startswith("_")
    )


@cache
def all_rules() -> tuple[Rule, ...]:
    """One instance of each rule, sorted by code.

    Raises ValueError when two rules share a code.
    """
    rules: dict[str, Rule] = {}
    for module_name in _module_names():
        module = importlib.import_module(module_name)
        for value in vars(module).values():
            if not (isinstance(value, type) and issubclass(value, Rule)):
                continue
            # Base classes have no code; an imported rule belongs to the module that defines it.
            if value.__module__ != module_name or not hasattr(value, "code"):
                continue
            if value.code in rules:
                raise ValueError(f"two rules have the code {value.code}")
            rules[value.code] = value()
    return tuple(rule for _, rule in sorted(rules.items()))


def rule(code: str) -> Rule | None:
    """The rule with this code, or None."""
    return next((candidate for candidate in all_rules() if candidate.code == code), None)
