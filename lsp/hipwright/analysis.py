"""A source → its findings, from scratch or after an edit."""

from __future__ import annotations

import re
from functools import cache

from tree_sitter import Query, QueryCursor

from hipwright.api import lookup
from hipwright.finding import Finding
from hipwright.rules.base import FileRule, NameRule, NameUse, SyntaxRule
from hipwright.rules.registry import all_rules
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.source.text import cuda_language
from hipwright.source.tokens import Place, place_of

# What a name of the table can start with; a first sieve, the table is the second.
_CANDIDATE = re.compile(rb"[A-Za-z_]\w*")


def check(source: Source, settings: Settings | None = None) -> list[Finding]:
    """Everything that must or should change in a source, by position."""
    return Analysis(source, settings).findings


class Analysis:
    """The findings of one source, kept up to date while it is edited."""

    def __init__(self, source: Source, settings: Settings | None = None) -> None:
        self.source = source
        self.settings = settings or Settings()
        self.findings: list[Finding] = self._analyse()

    def edit(self, start: int, end: int, text: bytes) -> bool:
        """Replace the bytes `start` to `end`; True when findings changed or moved.

        Raises ValueError when the range is not inside the content.
        """
        self.source.edit(start, end, text)
        before = self.findings
        self.findings = self._analyse()
        return self.findings != before

    def _analyse(self) -> list[Finding]:
        source, settings = self.source, self.settings
        findings = self._names()
        for rule in all_rules():
            if not settings.selects(rule.code):
                continue
            if rule.triggers and not any(word in source.content for word in rule.triggers):
                continue
            if isinstance(rule, SyntaxRule):
                for _, captures in QueryCursor(_query(rule.pattern)).matches(source.tree.root_node):
                    findings.extend(rule.check(captures, source, settings))
            elif isinstance(rule, FileRule):
                findings.extend(rule.check(source, settings))
        findings.sort(key=lambda finding: (finding.start, finding.end, finding.code))
        return findings

    def _names(self) -> list[Finding]:
        source, settings = self.source, self.settings
        rules = [
            rule
            for rule in all_rules()
            if isinstance(rule, NameRule) and settings.selects(rule.code)
        ]
        findings: list[Finding] = []
        for match in _CANDIDATE.finditer(source.content):
            entry = lookup(match.group())
            if entry is None or entry.kind == "header":
                continue
            rule = next((rule for rule in rules if rule.applies(entry, settings)), None)
            if rule is None:
                continue
            place, node = place_of(source, *match.span())
            if place is not Place.ELSEWHERE:
                use = NameUse(match.start(), match.end(), entry, node)
                findings.extend(rule.check(use, source, settings))
        return findings


@cache
def _query(pattern: str) -> Query:
    query: Query = Query(cuda_language(), pattern)
    return query
