"""Finds the rules: every rule class in every module of the folders beside this file."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from hipwright.rules.base import Rule, TextRule

# The folders whose rules are about texts that are not CUDA: who ports a CUDA file, as a command
# that ends soon, does not load them.
_OF_TEXTS = frozenset(("build_files", "python"))


@cache
def cuda_rules() -> tuple[Rule, ...]:
    """One instance of each rule about CUDA sources, sorted by code."""
    here = Path(__file__).parent
    folders = [path.parent for path in here.glob("*/__init__.py")]
    return _rules_in(folder for folder in folders if folder.name not in _OF_TEXTS)


@cache
def text_rules() -> tuple[TextRule, ...]:
    """One instance of each rule about texts in other languages, sorted by code."""
    here = Path(__file__).parent
    found = _rules_in(here / name for name in sorted(_OF_TEXTS))
    return tuple(rule for rule in found if isinstance(rule, TextRule))


@cache
def all_rules() -> tuple[Rule, ...]:
    """One instance of each rule, sorted by code.

    Raises ValueError when two rules share a code, or a rule stands in a folder of another kind.
    """
    rules = (*cuda_rules(), *text_rules())
    codes = [rule.code for rule in rules]
    for code in codes:
        if codes.count(code) > 1:
            raise ValueError(f"two rules have the code {code}")
    for rule in cuda_rules():
        if isinstance(rule, TextRule):
            raise ValueError(f"{rule.code} is about other texts than CUDA: name its folder above")
    return tuple(sorted(rules, key=lambda rule: rule.code))


def _rules_in(folders: Iterable[Path]) -> tuple[Rule, ...]:
    rules: list[Rule] = []
    for path in sorted(path for folder in folders for path in folder.glob("*.py")):
        if path.name.startswith("_"):
            continue
        name = f"hipwright.rules.{path.parent.name}.{path.stem}"
        for value in vars(importlib.import_module(name)).values():
            if not (isinstance(value, type) and issubclass(value, Rule)):
                continue
            # Base classes have no code; an imported rule belongs to the module that defines it.
            if value.__module__ == name and hasattr(value, "code"):
                rules.append(value())
    return tuple(sorted(rules, key=lambda rule: rule.code))


def rule(code: str) -> Rule | None:
    """The rule with this code, or None."""
    for rules in (cuda_rules, text_rules):
        for candidate in rules():
            if candidate.code == code:
                return candidate
    return None
