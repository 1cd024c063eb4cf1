"""One pass over the bytes: where names of the API table and the rules' triggers stand.

What is found may be in a comment or a string: whoever needs to know asks the tree, and asks about
these few places only. This is the engine's innermost loop: it builds nothing but plain tuples.
"""

from __future__ import annotations

import re
from operator import itemgetter
from typing import NamedTuple

from hipwright.rules.chosen import BEGINNINGS, CANDIDATES, ChosenRules, Known

_WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")

# What AMD's tool ports for single libraries, and is no one else's business.
_HIPIFY = (re.compile(rb"REGISTER_CUDA\w+"), re.compile(rb"_Cub\w+"))
# The opaque types of cuSPARSE and cuSOLVER have no prefix of their own, but an ending.
_INFO = re.compile(rb"Info\w*")
_start = itemgetter(0)
_MAKE = b"make_"  # of make_cuComplex and its like

# A name of the table that some rule has something to say about: where it stands, and what it is.
Hit = tuple[int, int, Known]


class Scan(NamedTuple):
    """What a stretch of a text holds."""

    hits: list[Hit]  # by position
    triggers: list[tuple[int, bytes]]  # by their ends


def scan(content: bytes, start: int, end: int, rules: ChosenRules) -> Scan:
    """Look through the bytes `start` to `end`, which begin and end between two words."""
    hits: list[Hit] = []
    known = rules.known
    for candidate in CANDIDATES:
        for match in candidate.finditer(content, start, end):
            name = match.group()
            try:
                found = known[name]
            except KeyError:
                found = known[name] = rules.about(name)
            if found is None:
                continue
            at, stop = match.span()
            if at == 0 or content[at - 1] not in _WORD:
                hits.append((at, stop, found))
            elif content[at - 5 : at] == _MAKE:
                _add_word(hits, content, at - 5, stop, rules)
    for match in _INFO.finditer(content, start, end):
        at, stop = match.span()
        while at > start and content[at - 1] in _WORD:
            at -= 1
        if not content.startswith(BEGINNINGS, at):
            _add_word(hits, content, at, stop, rules)
    if rules.settings.hipify:
        for pattern in _HIPIFY:
            for match in pattern.finditer(content, start, end):
                _add_word(hits, content, *match.span(), rules)
    hits.sort(key=_start)
    whole = content if end - start == len(content) else content[start:end]
    words = rules.triggers
    triggers = [
        (start + at, words[index])
        for index, at, _ in rules.trigger_search.find_matches_as_indexes(whole, overlapping=True)
    ]
    return Scan(hits, triggers)


def _add_word(hits: list[Hit], content: bytes, start: int, end: int, rules: ChosenRules) -> None:
    if start > 0 and content[start - 1] in _WORD:
        return
    name = content[start:end]
    if name not in rules.known:
        rules.known[name] = rules.about(name)
    found = rules.known[name]
    if found is not None:
        hits.append((start, end, found))
