"""One pass over the bytes: where names of the API table and the rules' triggers stand.

What is found may be in a comment or a string: whoever needs to know asks the tree, and asks about
these few places only. This is the engine's innermost loop: it builds nothing but plain tuples.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from operator import itemgetter
from typing import NamedTuple

from hipwright.patterns import regex
from hipwright.rules.chosen import BEGINNINGS, ChosenRules, Known
from hipwright.source.made_ahead import MadeAhead
from hipwright.source.occurrences import WORD

_FIRST_TRIGGER = len(BEGINNINGS)  # its place among the words that are searched for
_WORD_AT = re.compile(rb"(?<!\w)\w+").match
_REST_AT = re.compile(rb"\w+").match

# What AMD's tool ports for single libraries, and is no one else's business.
_HIPIFY = (regex(rb"REGISTER_CUDA\w+"), regex(rb"_Cub\w+"))
_start = itemgetter(0)
_MAKE = b"make_"  # of make_cuComplex and its like

# A name of the table that some rule has something to say about: where it stands, and what it is.
Hit = tuple[int, int, Known]


class Scan(NamedTuple):
    """What a stretch of a text holds."""

    hits: list[Hit]  # by position
    triggers: list[tuple[int, bytes]]  # by their ends


_ahead: MadeAhead[tuple[ChosenRules, Scan]] = MadeAhead()


def scan_ahead(texts: Iterable[tuple[bytes, ChosenRules]]) -> list[bytes]:
    """Look through texts that are about to be checked; those with a name that a tree is needed for.

    What was looked through before is forgotten.
    """
    _ahead.clear()
    with_names = []
    for content, rules in texts:
        seen = scan(content, 0, len(content), rules)
        _ahead.put(content, (rules, seen))
        if seen.hits:
            with_names.append(content)
    return with_names


def scan(content: bytes, start: int, end: int, rules: ChosenRules) -> Scan:
    """Look through the bytes `start` to `end`, which begin and end between two words."""
    if end - start == len(content):
        made = _ahead.take(content)
        if made is not None and made[0] is rules:
            return made[1]
    hits: list[Hit] = []
    triggers: list[tuple[int, bytes]] = []
    known = rules.known
    words = rules.words
    word_at = _WORD_AT
    whole = content if end - start == len(content) else content[start:end]
    for index, at, _ in rules.search(whole):
        if index >= _FIRST_TRIGGER:
            triggers.append((start + at, words[index]))
            continue
        at += start
        match = word_at(content, at, end)
        if match is None:  # it stands inside of a word
            if content[at - 5 : at] == _MAKE and (rest := _REST_AT(content, at, end)):
                _add_word(hits, content, at - 5, rest.end(), rules)
            continue
        name = match.group()
        try:
            found = known[name]
        except KeyError:
            found = known[name] = rules.about(name)
        if found is not None:
            hits.append((at, match.end(), found))
    if rules.settings.hipify:
        for pattern in _HIPIFY:
            for match in pattern.finditer(content, start, end):
                _add_word(hits, content, *match.span(), rules)
    hits.sort(key=_start)
    return Scan(hits, triggers)


def _add_word(hits: list[Hit], content: bytes, start: int, end: int, rules: ChosenRules) -> None:
    if start > 0 and content[start - 1] in WORD:
        return
    name = content[start:end]
    if name not in rules.known:
        rules.known[name] = rules.about(name)
    found = rules.known[name]
    if found is not None:
        hits.append((start, end, found))
