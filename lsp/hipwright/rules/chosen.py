"""The rules that some settings choose, sorted by what they look at."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ahocorasick_rs import BytesAhoCorasick, Implementation
from tree_sitter import Query

from hipwright.api import Entry, lookup
from hipwright.finding import Severity
from hipwright.rules import registry
from hipwright.rules.base import FileRule, NameRule, Rule, SyntaxRule, TextRule
from hipwright.rules.registry import Listed, listed
from hipwright.settings import Settings
from hipwright.source.languages import Language
from hipwright.source.text import cuda_language
from hipwright.suppression import SUPPRESSION

if TYPE_CHECKING:
    from hipwright.scan import Scan

# How names of the table begin: a first sieve, the table is the second.
# Three letters each: "CU" alone is in many a word, and "NVIDIA" in each file.
_THIRD_LETTERS = {
    b"cu": b"ACDEFGIKLMOPSTUVWbdfprsu",
    b"CU": b"BCDFGPRS_acdefghijklmoprstu",
    b"Cu": b"b",
    b"nv": b"S_rtv",
    b"NV": b"CFPRTV",
    b"__": b"CNabcdefhilmnprstuv",
}
# The opaque types of cuSPARSE and cuSOLVER have no beginning of their own.
_INFOS = (
    b"bsric02Info bsrilu02Info bsrsm2Info bsrsv2Info csrcholInfo csrgemm2Info csric02Info "
    b"csrilu02Info csrluInfo csrqrInfo csrsm2Info csrsv2Info csru2csrInfo gesvdjInfo pruneInfo "
    b"syevjInfo"
).split()
BEGINNINGS = (
    *(first + bytes([letter]) for first, letters in _THIRD_LETTERS.items() for letter in letters),
    *_INFOS,
)
# A fast automaton takes milliseconds to make: who scans a few texts does not get them back.
_SCANS_WITH_A_SLOW_ONE = 8
_ANSWERS = 1_000  # that are kept at most


_Rule = TypeVar("_Rule", bound=Rule)
# Codes of rules by the word that makes them look; `None` for those that always do.
_CodesByWord = dict[bytes | None, list[str]]


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
    """The rules that some settings choose, and what makes each of them look.

    Rules about names are loaded at once; the others when a source holds one of their triggers.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._loaded: dict[str, Rule | None] = {}  # by code; None for one that does not look
        self._queries: dict[SyntaxRule, Query] = {}
        chosen = [
            each
            for each in listed().values()
            if settings.selects(each.code) and each.wave_sizes & settings.wave_sizes
        ]
        self._of_texts = [each.code for each in chosen if each.kind == "text"]
        self.of_names = self._load(NameRule, [each.code for each in chosen if each.kind == "name"])
        self._of_files = _by_word(each for each in chosen if each.kind == "file")
        self._of_shapes = _by_word(each for each in chosen if each.kind == "shape")
        of_cuda = [each for each in chosen if each.kind != "text"]
        self._unstable = _by_word(
            each for each in of_cuda if each.has_safe_fixes and not each.stable and each.triggers
        )
        # Comments that silence findings are looked for with the triggers of rules.
        self.triggers = sorted({SUPPRESSION, *(word for each in of_cuda for word in each.triggers)})
        # What is searched for in every text. One automaton for all of it: what it costs hardly
        # depends on how many there are.
        self.words = [*BEGINNINGS, *self.triggers]
        self._search = BytesAhoCorasick(self.words, implementation=Implementation.ContiguousNFA)
        self._scans = 0
        # The rules of a kind for the triggers of a text: many a text has the same ones.
        self._answers: dict[tuple[type[Rule], frozenset[bytes]], list[Any]] = {}
        # Every candidate that was met before; None for one that nobody cares about.
        self.known: dict[bytes, Known | None] = {}

    def search(self, text: bytes) -> list[tuple[int, int, int]]:
        """Where the `words` stand in a text: which one, its start and end; by their ends."""
        self._scans += 1
        if self._scans == _SCANS_WITH_A_SLOW_ONE:
            self._search = BytesAhoCorasick(self.words, implementation=Implementation.DFA)
        return self._search.find_matches_as_indexes(text, overlapping=True)

    def of_files_with(self, words: Iterable[bytes]) -> list[FileRule]:
        """The rules about whole files that look at a file with these triggers, by code."""
        return self._with(FileRule, self._of_files, words)

    def of_shapes_with(self, words: Iterable[bytes]) -> list[SyntaxRule]:
        """The rules about the shape of code that look at an item with these triggers, by code."""
        return self._with(SyntaxRule, self._of_shapes, words)

    def may_fix(self, content: bytes, triggers: Iterable[bytes]) -> bool:
        """Whether a rule that is not stable might have a fix for a text with these triggers."""
        return any(each.may_fix(content) for each in self._with(Rule, self._unstable, triggers))

    def of_texts(self, language: Language) -> list[TextRule]:
        """The rules about texts in a language."""
        return [each for each in self._load(TextRule, self._of_texts) if language in each.languages]

    def _with(
        self, kind: type[_Rule], by_word: _CodesByWord, words: Iterable[bytes]
    ) -> list[_Rule]:
        asked = kind, frozenset(words)
        found = self._answers.get(asked)
        if found is None:
            codes = set(by_word.get(None, ()))
            for word in by_word.keys() & asked[1]:
                codes.update(by_word[word])
            if len(self._answers) >= _ANSWERS:
                self._answers.clear()
            found = self._answers[asked] = self._load(kind, sorted(codes))
        return found

    def _load(self, kind: type[_Rule], codes: Iterable[str]) -> list[_Rule]:
        """Those rules that can find anything under the settings."""
        found: list[_Rule] = []
        for code in codes:
            if code not in self._loaded:
                rule = registry.rule(code)
                looks = rule is not None and rule.looks(self.settings)
                self._loaded[code] = rule if looks else None
            rule = self._loaded[code]
            if isinstance(rule, kind):
                found.append(rule)
        return found

    def query_of(self, rule: SyntaxRule) -> Query:
        """The pattern of a rule, compiled when it is first asked for: it takes milliseconds."""
        query = self._queries.get(rule)
        if query is None:
            query = self._queries[rule] = Query(cuda_language(), rule.pattern)
        return query

    def shapes_look(self, seen: Scan) -> bool:
        """Whether any rule about the shape of code has to look at what was seen."""
        return any(word in self._of_shapes for _, word in seen.triggers)

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


def _by_word(rules: Iterable[Listed]) -> _CodesByWord:
    found: _CodesByWord = {}
    for each in rules:
        for word in each.triggers or (None,):
            found.setdefault(word, []).append(each.code)
    return found


@lru_cache(maxsize=8)
def chosen_rules(settings: Settings) -> ChosenRules:
    """The rules that these settings choose, kept for the next source."""
    return ChosenRules(settings)
