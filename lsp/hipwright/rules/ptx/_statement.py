"""Reads asm statements from the text itself, in code and in the bodies of macros."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from hipwright.patterns import regex
from hipwright.source.occurrences import words

KEYWORD = regex(rb"(?:__asm__|__asm|asm)(?!\w)")
_QUALIFIER = regex(rb"(?:[\s\\]|/\*.*?\*/|//[^\n]*|volatile\b|__volatile__\b)*", re.DOTALL)
_TOKEN = regex(
    rb"""
      (?P<comment>/\*.*?\*/ | //[^\n]*)
    | (?P<blank>(?:\s|\\\r?\n)+)
    | (?P<string>R"(?P<delimiter>[^\s()\\]{0,16})\((?P<raw>.*?)\)(?P=delimiter)"
        | "(?P<text>(?:\\.|[^"\\])*)")
    | (?P<quoted>'(?:\\.|[^'\\\n])+')
    | (?P<word>\w+)
    | (?P<other>::|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = regex(r"\\(?:\r?\n|(.))", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "v": " ", "f": " "}
_LONGEST = 60_000  # bytes: a statement with hundreds of registers has 30,000


class Operand(NamedTuple):
    """One operand of an asm statement: `[name] "constraint" (expression)`."""

    constraint: str
    expression: str  # on one line, without comments
    name: str = ""

    @property
    def kind(self) -> str:
        """The letter that says what register it is: h, r, l, f, d, or n for a constant."""
        return self.constraint.strip("=+&% ")


class Statement(NamedTuple):
    """One asm statement, from its keyword to the closing parenthesis, as byte offsets."""

    start: int
    end: int
    keyword_end: int
    template: str  # the assembly; what a macro would add is left out
    is_complete: bool  # whether all of the assembly stands here as text
    is_volatile: bool
    outputs: tuple[Operand, ...] = ()
    inputs: tuple[Operand, ...] = ()
    comments: tuple[str, ...] = ()  # inside it, as written

    @property
    def operands(self) -> tuple[Operand, ...]:
        """All operands, numbered as the assembly does."""
        return (*self.outputs, *self.inputs)


def statements(content: bytes) -> Iterator[Statement]:
    """The asm statements of a text that can be read, in order, wherever they stand."""
    for match in words(KEYWORD, content):
        statement = statement_at(content, match.start(), match.end())
        if statement is not None:
            yield statement


def statement_at(content: bytes, start: int, keyword_end: int) -> Statement | None:
    """The statement whose keyword is given; None where it is none that can be read."""
    qualifiers = _QUALIFIER.match(content, keyword_end)
    assert qualifiers is not None  # it matches the empty text
    opening = qualifiers.end()
    if content[opening : opening + 1] != b"(":
        return None
    parts: list[list[_Piece]] = [[]]
    comments: list[str] = []
    depth = 0
    for token in _TOKEN.finditer(content, opening + 1, min(len(content), opening + _LONGEST)):
        kind = token.lastgroup
        if token.group("string") is not None:
            parts[-1].append(_Piece("string", _text_of(token), token.group()))
            continue
        text = token.group()
        if kind == "comment":
            comments.append(text.decode("utf-8", "replace"))
        elif kind == "blank":
            parts[-1].append(_Piece("blank", " ", b" "))
        elif text in (b"(", b"[", b"{"):
            depth += 1
            parts[-1].append(_Piece("open", "", text))
        elif text == b")" and depth == 0:
            volatile = b"volatile" in qualifiers.group()
            return _assembled(start, token.end(), keyword_end, volatile, parts, comments)
        elif text in (b")", b"]", b"}"):
            depth -= 1
            parts[-1].append(_Piece("close", "", text))
        elif text == b":" and depth == 0:
            parts.append([])
        elif text == b"::" and depth == 0:
            parts.extend(([], []))
        elif text == b";" and depth == 0:
            return None
        else:
            parts[-1].append(_Piece("other", "", text))
    return None


class _Piece(NamedTuple):
    kind: str
    value: str  # of a string: what it stands for
    text: bytes


def _text_of(token: re.Match[bytes]) -> str:
    raw = token.group("raw")
    if raw is not None:
        return raw.decode("utf-8", "replace")
    text = token.group("text").decode("utf-8", "replace")
    return _ESCAPE.sub(lambda match: _ESCAPES.get(match.group(1) or "", match.group(1) or ""), text)


def _assembled(
    start: int,
    end: int,
    keyword_end: int,
    is_volatile: bool,
    parts: list[list[_Piece]],
    comments: list[str],
) -> Statement | None:
    template = "".join(piece.value for piece in parts[0] if piece.kind == "string")
    is_complete = all(piece.kind in ("string", "blank") for piece in parts[0])
    if not any(piece.kind == "string" for piece in parts[0]):
        return None
    outputs, readable = _operands(parts[1]) if len(parts) > 1 else ((), True)
    inputs, others_readable = _operands(parts[2]) if len(parts) > 2 else ((), True)
    return Statement(
        start,
        end,
        keyword_end,
        template,
        is_complete and readable and others_readable,
        is_volatile,
        outputs,
        inputs,
        tuple(comments),
    )


def _operands(pieces: list[_Piece]) -> tuple[tuple[Operand, ...], bool]:
    """The operands in one part of a statement, and whether all of it could be read.

    nvcc does without the commas between them.
    """
    found: list[Operand] = []
    position = 0
    count = len(pieces)

    def skip() -> None:
        nonlocal position
        while position < count and (
            pieces[position].kind == "blank" or pieces[position].text == b","
        ):
            position += 1

    skip()
    while position < count:
        name = ""
        if pieces[position].text == b"[":
            closing = _closing(pieces, position)
            name = b"".join(piece.text for piece in pieces[position + 1 : closing]).decode().strip()
            position = closing + 1
            skip()
        if position >= count or pieces[position].kind != "string":
            return tuple(found), False
        constraint = pieces[position].value
        position += 1
        skip()
        if position >= count or pieces[position].text != b"(":
            return tuple(found), False
        closing = _closing(pieces, position)
        expression = b"".join(piece.text for piece in pieces[position + 1 : closing])
        text = " ".join(expression.decode("utf-8", "replace").split())
        found.append(Operand(constraint, text, name))
        position = closing + 1
        skip()
    return tuple(found), True


def _closing(pieces: list[_Piece], opening: int) -> int:
    """Where the bracket that opens at a piece closes; the end where it does not."""
    depth = 0
    for index in range(opening, len(pieces)):
        depth += (pieces[index].kind == "open") - (pieces[index].kind == "close")
        if depth == 0:
            return index
    return len(pieces)
