"""The rules that some settings choose, sorted by what they look at."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby, pairwise
from typing import NamedTuple

from tree_sitter import Query

from hipwright.api import Entry, lookup
from hipwright.rules.base import Advice, FileRule, NameRule, SyntaxRule, TextRule
from hipwright.rules.registry import all_rules
from hipwright.settings import Settings
from hipwright.source.languages import Language
from hipwright.source.text import cuda_language

# How names of the table begin: a first sieve, the table is the second. One expression for each
# beginning: Python searches for a literal three times as fast as for alternatives. No boundary
# before them, which would cost as much again: whoever has a hit looks at the byte before it.
BEGINNINGS = (b"cu", b"CU", b"Cub", b"nv", b"NV", b"__")
CANDIDATES = (
    re.compile(rb"cu[A-Zbdfprsu]\w*"),
    re.compile(rb"CU\w+"),
    re.compile(rb"Cub\w+"),
    re.compile(rb"nv\w+"),
    re.compile(rb"NV\w+"),
    re.compile(rb"__\w+"),
)


class Known(NamedTuple):
    """What a candidate is good for."""

    name: bytes
    entry: Entry | None  # what the table says of it, where a rule cares
    rules: tuple[NameRule, ...]  # those that look at each use
    advice: tuple[tuple[NameRule, Advice], ...]  # what others say of all uses
    triggers: tuple[bytes, ...]  # the triggers that it holds


class ChosenRules:
    """The rules that some settings choose, and what makes each of them look."""

    def __init__(self, settings: Settings) -> None:
        chosen = [
            rule
            for rule in all_rules()
            if settings.selects(rule.code) and rule.wave_sizes & settings.wave_sizes
        ]
        self.settings = settings
        self.of_names = [rule for rule in chosen if isinstance(rule, NameRule)]
        self.of_shapes = [
            (rule, Query(cuda_language(), rule.pattern))
            for rule in chosen
            if isinstance(rule, SyntaxRule)
        ]
        self.of_files = [rule for rule in chosen if isinstance(rule, FileRule)]
        self._of_texts = [rule for rule in chosen if isinstance(rule, TextRule)]
        triggers = {
            word
            for rule in (*self.of_files, *(rule for rule, _ in self.of_shapes))
            for word in rule.triggers
        }
        # Wherever one of these stands, the scan for names comes by anyway.
        self._candidate_triggers = sorted(
            word for word in triggers if any(known.fullmatch(word) for known in CANDIDATES)
        )
        self.trigger_searches = _searches(triggers.difference(self._candidate_triggers))
        # Every candidate that was met before; None for one that nobody cares about.
        self.known: dict[bytes, Known | None] = {}

    def of_texts(self, language: Language) -> list[TextRule]:
        """The rules about texts in a language."""
        return [rule for rule in self._of_texts if language in rule.languages]

    def about(self, candidate: bytes) -> Known | None:
        """What a candidate is good for, or None."""
        triggers = tuple(word for word in self._candidate_triggers if word in candidate)
        entry = lookup(candidate)
        if entry is None or entry.kind == "header":
            return Known(candidate, None, (), (), triggers) if triggers else None
        looking: list[NameRule] = []
        advising: list[tuple[NameRule, Advice]] = []
        for rule in self.of_names:
            if rule.applies(entry, self.settings):
                advice = rule.advice(entry, self.settings)
                if advice is None:
                    looking.append(rule)
                else:
                    advising.append((rule, advice))
        if not looking and not advising:
            return Known(candidate, None, (), (), triggers) if triggers else None
        return Known(candidate, entry, tuple(looking), tuple(advising), triggers)


def _searches(words: Iterable[bytes]) -> tuple[tuple[bytes, re.Pattern[bytes]], ...]:
    """What finds these words, a search for those that begin with the same byte.

    Each has a literal that all of its words begin with, and an expression that finds this literal
    with the rest of a word, its group 1, behind it. A regular expression that begins with a literal
    passes over the rest twice as fast as `bytes.find` does for a few bytes, and many times as fast
    as one whose alternatives begin differently. The rest is not consumed: words may overlap.
    Raises ValueError when a word begins with another one, which would hide it.
    """
    searches: list[tuple[bytes, re.Pattern[bytes]]] = []
    for _, group in groupby(sorted(words), key=lambda word: word[0]):
        same = list(group)
        begin = same[0]
        while not all(word.startswith(begin) for word in same):
            begin = begin[:-1]
        if len(same) > 1 and any(other.startswith(word) for word, other in pairwise(same)):
            raise ValueError(f"a trigger begins with another one: {same}")
        rests = b"|".join(re.escape(word[len(begin) :]) for word in same)
        searches.append((begin, re.compile(re.escape(begin) + b"(?=(" + rests + b"))")))
    return tuple(searches)


@lru_cache(maxsize=8)
def chosen_rules(settings: Settings) -> ChosenRules:
    """The rules that these settings choose, kept for the next source."""
    return ChosenRules(settings)
