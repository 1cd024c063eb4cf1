"""Reads calls from the text itself, so that they are found in macro bodies and broken code too."""

from __future__ import annotations

import re
from typing import NamedTuple

from hipwright.patterns import regex

Span = tuple[int, int]

_BLANK = regex(rb"(?:[ \t\r\n\f\v]|\\\r?\n|/\*.*?\*/|//[^\n]*)+", re.DOTALL)
_COMMENT = regex(rb"/\*.*?(?:\*/|\Z)|//[^\n]*", re.DOTALL)
_CONTINUATION = regex(rb"\\\r?\n")

# What matters between two parentheses. A template's arguments are one token, so that the commas
# between them do not count.
_TOKEN = regex(
    rb"""
      /\*.*?\*/ | //[^\n]*
    | R"(?P<delimiter>[^\s()\\]{0,16})\(.*?\)(?P=delimiter)"
    | "(?:\\.|[^"\\\n])*" | (?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'
    | [A-Za-z_]\w*[ \t]*<[\w\s:,*&]*>(?=\s*[({:])
    | [()\[\]{},;]
    """,
    re.VERBOSE | re.DOTALL,
)
_CLOSING = {b"(": b")", b"[": b"]", b"{": b"}"}


class Parentheses(NamedTuple):
    """A pair of parentheses, and the arguments between them, their blanks left out."""

    start: int  # of the opening one
    end: int  # of the closing one
    arguments: tuple[Span, ...]


def skip_blanks(content: bytes, position: int, end: int | None = None) -> int:
    """The first byte at or after `position` that is neither blank nor comment."""
    match = _BLANK.match(content, position, len(content) if end is None else end)
    return match.end() if match else position


def parentheses_at(content: bytes, position: int, end: int) -> Parentheses | None:
    """The parentheses that open at or after `position`; None where there are none, or no end."""
    start = skip_blanks(content, position, end)
    if content[start : start + 1] != b"(":
        return None
    expected = [b")"]
    arguments: list[Span] = []
    argument_start = start + 1
    for match in _TOKEN.finditer(content, start + 1, end):
        token = match.group()
        if token in _CLOSING:
            expected.append(_CLOSING[token])
        elif token == b",":
            if len(expected) == 1:
                arguments.append((argument_start, match.start()))
                argument_start = match.end()
        elif token == b";":
            if b"}" not in expected:
                return None
        elif token in (b")", b"]", b"}"):
            if token != expected.pop():
                return None
            if not expected:
                arguments.append((argument_start, match.start()))
                trimmed = tuple(_trimmed(content, span) for span in arguments)
                if len(trimmed) == 1 and trimmed[0][0] == trimmed[0][1]:
                    trimmed = ()
                return Parentheses(start, match.start(), trimmed)
    return None


def _trimmed(content: bytes, span: Span) -> Span:
    """The span without the blanks and comments around what it holds."""
    text = content[span[0] : span[1]]
    if b"/" not in text and b"\\" not in text:  # neither comment nor continuation: the fast way
        start = span[0] + len(text) - len(text.lstrip())
        return min(start, span[1]), max(start, span[0] + len(text.rstrip()))
    start = min(skip_blanks(content, span[0], span[1]), span[1])
    end = position = start
    while position < span[1]:
        after = skip_blanks(content, position, span[1])
        if after > position:
            position = after
            continue
        token = _TOKEN.match(content, position, span[1])
        position = token.end() if token else position + 1
        end = position
    return start, end


def without_comments(text: bytes) -> bytes:
    """The text on one line, without comments, line continuations and outer blanks."""
    text = _COMMENT.sub(b" ", _CONTINUATION.sub(b" ", text))
    return b" ".join(text.split())


def is_wrapped(text: bytes) -> bool:
    """Whether the text is one expression in parentheses."""
    if not text.startswith(b"("):
        return False
    pair = parentheses_at(text, 0, len(text))
    return pair is not None and pair.end == len(text) - 1
