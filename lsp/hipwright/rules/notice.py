"""A rule with one finding a file: what holds for every use of some names is said once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import ClassVar

from hipwright.finding import Finding, Related
from hipwright.rules.base import FileRule
from hipwright.rules.code import Code, code_of
from hipwright.settings import Settings
from hipwright.source import Source

# More places than these explain nothing more.
_PLACES = 20


class NoticeRule(FileRule):
    """A rule that says one thing of all places of a file that match a pattern in code.

    The pattern begins with a word; its group `name`, or all of it, is what is underlined.
    """

    places: ClassVar[re.Pattern[bytes]]
    message: ClassVar[str]

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        found = list(self.find(code, settings))
        if not found:
            return
        first, *others = found
        related = tuple(Related(*_name(match), "Here too.") for match in others[:_PLACES])
        start, end = _name(first)
        yield Finding(
            self.code,
            self.severity,
            self.message_for(first, settings),
            start,
            end,
            related=related,
        )

    def find(self, code: Code, settings: Settings) -> Iterator[re.Match[bytes]]:
        """The places, in order."""
        for match in code.words(self.places):
            name = re.match(rb"\w+", match.group())
            end = match.start() + (name.end() if name else 1)
            if code.is_used(match.start(), end) and self.is_meant(code, match):
                yield match

    def is_meant(self, code: Code, match: re.Match[bytes]) -> bool:
        """Whether a place that matches is one of those that are meant."""
        return True

    def message_for(self, match: re.Match[bytes], settings: Settings) -> str:
        """What to say; `match` is the first place."""
        return self.message


def _name(match: re.Match[bytes]) -> tuple[int, int]:
    return match.span("name") if "name" in match.re.groupindex else match.span()
