"""Searching whole files for a pattern at the speed of the literals that it may begin with.

Python passes over text many times as fast when it knows the first letters of what it searches for.
It does not see them in `(?:cuda|hip)Malloc`: two searches, for `cudaMalloc` and for `hipMalloc`,
take a fraction of the time of one for either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from operator import methodcaller

from hipwright.patterns import regex

# The bytes that names are made of.
WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")

_MOST = 16  # searches in place of one
# What gives a regular expression its structure; escapes and sets of characters are passed over.
_STRUCTURE = regex(rb"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|(?P<mark>[()|])", re.DOTALL)
_LITERAL = regex(rb"(?:[\w#<:=!](?![?*{]))+")
_CAPTURES = regex(rb"\((?!\?)|\(\?P")
_start = methodcaller("start")


def occurrences(
    pattern: re.Pattern[bytes], content: bytes, start: int = 0, end: int | None = None
) -> Iterator[re.Match[bytes]]:
    """What `pattern.finditer` gives, from `start` to `end`; the pattern matches no empty text."""
    stop = len(content) if end is None else end
    parts = _by_beginning(pattern)
    if not parts:
        yield from pattern.finditer(content, start, stop)
        return
    # Most texts lack most of the beginnings: no pattern is made of those.
    found = [
        match
        for text, literal in parts
        if content.find(literal, start, stop) >= 0
        for match in _compiled(text, pattern.flags).finditer(content, start, stop)
    ]
    found.sort(key=_start)
    reached = start
    for match in found:
        if match.start() >= reached:
            reached = match.end()
            yield match


def words(
    pattern: re.Pattern[bytes], content: bytes, start: int = 0, end: int | None = None
) -> Iterator[re.Match[bytes]]:
    """The occurrences of a pattern from `start` to `end` that no part of a word stands before."""
    for match in occurrences(pattern, content, start, end):
        at = match.start()
        if at == 0 or content[at - 1] not in WORD:
            yield match


def places_of(name: bytes, content: bytes, start: int = 0) -> Iterator[int]:
    """Where a name stands as a whole word, from `start` on."""
    size = len(content)
    at = content.find(name, start)
    while at >= 0:
        end = at + len(name)
        if (at == 0 or content[at - 1] not in WORD) and (end == size or content[end] not in WORD):
            yield at
        at = content.find(name, end)


@lru_cache(maxsize=512)
def _by_beginning(pattern: re.Pattern[bytes]) -> tuple[tuple[bytes, bytes], ...]:
    """Expressions that together match what this pattern does, and the literals they begin with.

    Empty where that would help nothing.
    """
    texts = _beginnings(pattern.pattern)
    if pattern.flags & (re.IGNORECASE | re.VERBOSE) or not 1 < len(texts) <= _MOST:
        return ()
    literals = [_LITERAL.match(text) for text in texts]
    # Python itself sees the letters that all of them begin with.
    if None in literals or len({text[:2] for text in texts}) == 1:
        return ()
    return tuple((text, each[0]) for text, each in zip(texts, literals, strict=True) if each)


@lru_cache(maxsize=1024)
def _compiled(text: bytes, flags: int) -> re.Pattern[bytes]:
    return re.compile(text, flags)


def _beginnings(text: bytes) -> list[bytes]:
    """A regular expression, written out once for each way to begin."""
    alternatives = _alternatives(text)
    if len(alternatives) > 1:
        rest = b""
    elif text.startswith(b"(?:"):
        close = next(at for at, depth in _marks(text) if depth == 0 and text[at : at + 1] == b")")
        alternatives, rest = _alternatives(text[3:close]), text[close + 1 :]
        if rest[:1] in (b"?", b"*", b"+", b"{"):
            return [text]
    else:
        return [text]
    # A group that only one of them has could not be asked for in a match of the others.
    if any(map(_CAPTURES.search, alternatives)):
        return [text]
    return [each for choice in alternatives for each in _beginnings(choice + rest)]


def _alternatives(text: bytes) -> list[bytes]:
    """The parts of a regular expression between the bars that stand in no parentheses."""
    bars = [at for at, depth in _marks(text) if depth == 0 and text[at : at + 1] == b"|"]
    begun = [0, *(at + 1 for at in bars)]
    return [text[start:end] for start, end in zip(begun, [*bars, len(text)], strict=True)]


def _marks(text: bytes) -> Iterator[tuple[int, int]]:
    """The parentheses and bars of a regular expression, and how deep they stand."""
    depth = 0
    for match in _STRUCTURE.finditer(text):
        mark = match["mark"]
        depth -= mark == b")"
        if mark is not None:
            yield match.start(), depth
        depth += mark == b"("
