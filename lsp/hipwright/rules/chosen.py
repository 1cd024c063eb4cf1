"""The rules that some settings choose, sorted by what they look at."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from ahocorasick_rs import BytesAhoCorasick, Implementation
from tree_sitter import Query

from hipwright.api import Entry, lookup
from hipwright.finding import Severity
from hipwright.rules.base import FileRule, NameRule, Rule, SyntaxRule, TextRule
from hipwright.rules.registry import cuda_rules, text_rules
from hipwright.settings import Settings
from hipwright.source.languages import Language
from hipwright.source.text import cuda_language

if TYPE_CHECKING:
    from hipwright.scan import Scan

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


_Kind = TypeVar("_Kind", bound=Rule)


class Said(NamedTuple):
    """What a rule says of every use of a name: most of a finding, made once."""

    code: str
    severity: Severity
    message: str
    title: str
    replacement: bytes | None
    name: str
    deprecated: bool


class Known(NamedTuple):
    """What a candidate is good for."""

    name: bytes
    entry: Entry  # what the table says of it
    rules: tuple[NameRule, ...]  # those that look at each use
    advice: tuple[Said, ...]  # what others say of all uses


class ChosenRules:
    """The rules that some settings choose, and what makes each of them look."""

    def __init__(self, settings: Settings) -> None:
        chosen = _chosen(cuda_rules(), settings)
        self.settings = settings
        self.of_names = [rule for rule in chosen if isinstance(rule, NameRule)]
        self.of_files = [rule for rule in chosen if isinstance(rule, FileRule)]
        # By the word that makes them look; `None` for those that look at all.
        self._of_files_by_word: dict[bytes | None, list[FileRule]] = {}
        for of_file in self.of_files:
            for word in of_file.triggers or (None,):
                self._of_files_by_word.setdefault(word, []).append(of_file)
        self.of_shapes: dict[bytes | None, list[SyntaxRule]] = {}
        self._queries: dict[SyntaxRule, Query] = {}
        for rule in chosen:
            if isinstance(rule, SyntaxRule):
                for word in rule.triggers or (None,):
                    self.of_shapes.setdefault(word, []).append(rule)
        self.triggers = sorted({word for rule in chosen for word in rule.triggers})
        self._unstable: dict[bytes, list[Rule]] = {}
        for rule in chosen:
            if not rule.stable:
                for word in rule.triggers:
                    self._unstable.setdefault(word, []).append(rule)
        # One automaton for all of them: what it costs hardly depends on how many there are.
        self.trigger_search = BytesAhoCorasick(self.triggers, implementation=Implementation.DFA)
        # Every candidate that was met before; None for one that nobody cares about.
        self.known: dict[bytes, Known | None] = {}

    def of_file_with(self, words: Iterable[bytes]) -> set[FileRule]:
        """The rules about whole files that look at a file with these triggers."""
        looking = set(self._of_files_by_word.get(None, ()))
        for word in words:
            looking.update(self._of_files_by_word.get(word, ()))
        return looking

    def may_fix(self, content: bytes, triggers: Iterable[bytes]) -> bool:
        """Whether a rule that is not stable might have a fix for a text with these triggers."""
        asked = {rule for word in triggers for rule in self._unstable.get(word, ())}
        return any(rule.may_fix(content) for rule in asked)

    def of_texts(self, language: Language) -> list[TextRule]:
        """The rules about texts in a language."""
        return [rule for rule in self._of_texts if language in rule.languages]

    @cached_property
    def _of_texts(self) -> list[TextRule]:
        return _chosen(text_rules(), self.settings)

    def query_of(self, rule: SyntaxRule) -> Query:
        """The pattern of a rule, compiled when it is first asked for: it takes milliseconds."""
        query = self._queries.get(rule)
        if query is None:
            query = self._queries[rule] = Query(cuda_language(), rule.pattern)
        return query

    def shapes_look(self, seen: Scan) -> bool:
        """Whether any rule about the shape of code has to look at what was seen."""
        return None in self.of_shapes or any(word in self.of_shapes for _, word in seen.triggers)

    def about(self, candidate: bytes) -> Known | None:
        """What a candidate is good for, or None."""
        entry = lookup(candidate)
        if entry is None or entry.kind == "header":
            return None
        looking: list[NameRule] = []
        advising: list[Said] = []
        for rule in self.of_names:
            if rule.applies(entry, self.settings):
                advice = rule.advice(entry, self.settings)
                if advice is None:
                    looking.append(rule)
                else:
                    message, title, replacement, deprecated = advice
                    advising.append(
                        Said(
                            rule.code,
                            rule.severity,
                            message,
                            title,
                            replacement,
                            entry.name,
                            deprecated,
                        )
                    )
        if not looking and not advising:
            return None
        return Known(candidate, entry, tuple(looking), tuple(advising))


def _chosen(rules: Iterable[_Kind], settings: Settings) -> list[_Kind]:
    return [
        rule
        for rule in rules
        if settings.selects(rule.code)
        and rule.wave_sizes & settings.wave_sizes
        and rule.looks(settings)
    ]


@lru_cache(maxsize=8)
def chosen_rules(settings: Settings) -> ChosenRules:
    """The rules that these settings choose, kept for the next source."""
    return ChosenRules(settings)
