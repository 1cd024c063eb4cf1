"""The C++ tokens of a source, with comments, literals and directives told apart.

The launch rewriter works on tokens and not on a syntax tree: launches inside macro bodies, in code
that a grammar misreads, and in half of an `#if` are all seen alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

# Alternatives are tried in this order, so comments and literals win over punctuation. A `>` is
# always a token of its own (but in `->`, `>=`, `>>=`): whether `>>` closes two template argument
# lists or shifts is for the reader of the tokens to say.
_TOKEN = re.compile(
    rb"""
      (?P<space>[ \t\f\v]+|\\\r?\n)
    | (?P<newline>\r?\n|\r)
    | (?P<comment>//(?:[^\\\r\n]|\\\r?\n|\\)*|/\*[\s\S]*?(?:\*/|\Z))
    | (?P<raw>(?:u8|[uUL])?R"(?P<delimiter>[^()\\\s"]{0,16})\([\s\S]*?\)(?P=delimiter)")
    | (?P<string>(?:u8|[uUL])?(?:"(?:[^"\\\r\n]|\\\r?\n|\\.)*"|'(?:[^'\\\r\n]|\\\r?\n|\\.)*'))
    | (?P<number>\.?[0-9](?:[eEpP][+-]|'(?=[0-9A-Za-z_])|[0-9A-Za-z_.])*)
    | (?P<word>[A-Za-z_$\x80-\xff][0-9A-Za-z_$\x80-\xff]*)
    | (?P<mark><<[ \t]*<(?![<=])|<<=|<=>|<<|<=|<|->\*?|>>=|>=|>|::|\#\#|\.\.\.|&&|\|\||==|!=|\+\+|--
        |[-+*/%&|^]=|.)
    """,
    re.VERBOSE,
)

OPENING = {b"(": b")", b"[": b"]", b"{": b"}"}
CLOSING = {close: opening for opening, close in OPENING.items()}


class Token(NamedTuple):
    """One token; `kind` is "word", "number", "string" (characters too) or "mark"."""

    kind: str
    text: bytes
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        """Whether this is an identifier or a keyword."""
        return self.kind == "word"


@dataclass(frozen=True, slots=True)
class Directive:
    """One preprocessor directive, from its `#` to the end of its last line, without the line end.

    `name` is `b"define"`, `b"if"`, …; `tokens` are those after the name. For a `#define`, `body`
    says where in `tokens` the macro's replacement starts.
    """

    name: bytes
    start: int
    end: int
    tokens: list[Token]
    body: int = 0


@dataclass(frozen=True, slots=True)
class Tokens:
    """All tokens of a text: those outside directives in `code`, and the directives."""

    code: list[Token]
    directives: list[Directive]

    def regions(self) -> list[list[Token]]:
        """The token lists that can hold code: the text itself and each macro's replacement."""
        bodies = [
            directive.tokens[directive.body :]
            for directive in self.directives
            if directive.name == b"define"
        ]
        return [self.code, *(body for body in bodies if body)]


def tokenize(content: bytes) -> Tokens:
    """The tokens of a text. Never fails: what is no token of C++ becomes a mark."""
    code: list[Token] = []
    directives: list[Directive] = []
    at_line_start = True
    position, length = 0, len(content)
    while position < length:
        match = _TOKEN.match(content, position)
        assert match is not None, "the last alternatives of _TOKEN match every character"
        kind = match.lastgroup
        if kind == "newline":
            at_line_start = True
        elif kind in ("space", "comment"):
            pass
        elif at_line_start and match.group() == b"#":
            directive = _directive(content, position)
            directives.append(directive)
            position = directive.end
            continue
        else:
            at_line_start = False
            code.append(_token(match))
        position = match.end()
    return Tokens(code, directives)


def _token(match: re.Match[bytes]) -> Token:
    kind = match.lastgroup or "mark"
    if kind in ("raw", "delimiter"):
        kind = "string"
    text = match.group()
    if kind == "mark" and text[:2] == b"<<" and text[2:].strip() == b"<":
        text = b"<<<"  # nvcc also takes `<< <`
    return Token(kind, text, match.start(), match.end())


def _directive(content: bytes, start: int) -> Directive:
    tokens: list[Token] = []
    position = start + 1
    while position < len(content):
        match = _TOKEN.match(content, position)
        assert match is not None
        kind = match.lastgroup
        if kind == "newline":
            break
        if kind not in ("space", "comment"):
            tokens.append(_token(match))
        position = match.end()
    name = tokens[0].text if tokens else b""
    rest = tokens[1:]
    body = 0
    if name == b"define" and rest:
        body = 1
        # A macro has parameters only when the parenthesis touches its name.
        if len(rest) > 1 and rest[1].text == b"(" and rest[1].start == rest[0].end:
            close = matching(rest, 1)
            body = len(rest) if close is None else close + 1
    return Directive(name, start, position, rest, body)


def matching(tokens: list[Token], index: int) -> int | None:
    """The index of the bracket that closes the one at `index`, or None."""
    wanted = [OPENING[tokens[index].text]]
    for position in range(index + 1, len(tokens)):
        text = tokens[position].text
        if text in OPENING:
            wanted.append(OPENING[text])
        elif text in CLOSING:
            if text != wanted.pop():
                return None
            if not wanted:
                return position
    return None


def matching_before(tokens: list[Token], index: int) -> int | None:
    """The index of the bracket that opens what the one at `index` closes, or None."""
    wanted = [CLOSING[tokens[index].text]]
    for position in range(index - 1, -1, -1):
        text = tokens[position].text
        if text in CLOSING:
            wanted.append(CLOSING[text])
        elif text in OPENING:
            if text != wanted.pop():
                return None
            if not wanted:
                return position
    return None
