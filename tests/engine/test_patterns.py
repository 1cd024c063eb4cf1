"""Expressions that are compiled when they are first used."""

from __future__ import annotations

import pkgutil
import re
from importlib import import_module

import pytest

import hipwright
from hipwright import patterns
from hipwright.patterns import regex


def test_it_answers_as_the_compiled_one_does():
    word = regex(rb"(?P<first>\w)\w*")
    assert word.search(b" cudaFree")["first"] == b"c"
    assert [match.group() for match in word.finditer(b"a bc")] == [b"a", b"bc"]
    assert word.pattern == rb"(?P<first>\w)\w*"
    assert regex("A", re.IGNORECASE).fullmatch("a")


def test_nothing_is_compiled_before_its_first_use(monkeypatch):
    compiled = []
    real = re.compile
    monkeypatch.setattr(patterns.re, "compile", lambda *said: compiled.append(said) or real(*said))
    waiting = regex("a|b", re.DOTALL)
    assert not compiled
    assert waiting.search("b")
    assert waiting.match("a")
    assert compiled == [("a|b", re.DOTALL)]


def test_a_faulty_one_says_so_when_it_is_used():
    with pytest.raises(re.error):
        regex("(").search("a")


def test_every_expression_of_ours_can_be_compiled(monkeypatch):
    made = []

    real = patterns._WhenUsed

    class Kept(real):
        def __init__(self, *said):
            super().__init__(*said)
            made.append(self)

    # Modules that are loaded already have made theirs: look at what their names stand for, too.
    monkeypatch.setattr(patterns, "_WhenUsed", Kept)
    for module in pkgutil.walk_packages(hipwright.__path__, "hipwright."):
        if not module.name.endswith("__main__"):
            made += vars(import_module(module.name)).values()
    found = [each for each in made if isinstance(each, real)]
    assert len(found) > 300
    assert all(each.groups >= 0 for each in found)
