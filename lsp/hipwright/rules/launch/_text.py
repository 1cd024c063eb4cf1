"""Kernel launches in text that the grammar keeps opaque: macros' bodies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from hipwright.patterns import regex


class Launch(NamedTuple):
    """A kernel launch: the bytes of its parts."""

    kernel: tuple[int, int]
    configuration: tuple[tuple[int, int], ...]
    arguments: int  # where the first argument starts
    has_arguments: bool
    close: int  # the closing parenthesis


_KERNEL = regex(rb"((?:::)?\w+(?:::\w+)*(?:\s*<[\w\s,:*&]*>)?)\s*<<<")
_TOKEN = regex(
    rb"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|>>>|[()\[\]{},;]""", re.DOTALL
)
_ARGUMENTS = regex(rb"(?:\s|\\\r?\n)*\((?:\s|\\\r?\n)*")


def launches_in_text(content: bytes, start: int, end: int) -> Iterator[Launch]:
    """The launches between two offsets whose parts can all be told apart."""
    for match in _KERNEL.finditer(content, start, end):
        configuration = _parts(content, match.end(), end, b">>>")
        if configuration is None or not 2 <= len(configuration[0]) <= 4:
            continue
        opening = _ARGUMENTS.match(content, configuration[1] + 3, end)
        if opening is None:
            continue
        arguments = _parts(content, opening.end(), end, b")")
        if arguments is None:
            continue
        close = arguments[1]
        has_arguments = opening.end() < close
        yield Launch(
            match.span(1),
            tuple(configuration[0]),
            opening.end() if has_arguments else close,
            has_arguments,
            close,
        )


def _parts(
    content: bytes, start: int, end: int, closing: bytes
) -> tuple[list[tuple[int, int]], int] | None:
    """The parts between commas up to `closing`, and where that stands."""
    depth = 0
    parts: list[tuple[int, int]] = []
    for token in _TOKEN.finditer(content, start, end):
        text = token.group()
        if depth == 0 and text in (b",", closing):
            part = content[start : token.start()]
            stripped = part.strip(b" \t\r\n\\")
            first = start + part.find(stripped) if stripped else start
            parts.append((first, first + len(stripped)))
            start = token.end()
            if text == closing:
                return parts, token.start()
        elif text in (b"(", b"[", b"{"):
            depth += 1
        elif text in (b")", b"]", b"}"):
            depth -= 1
            if depth < 0:
                return None
        elif text == b";" or text[:2] in (b"//", b"/*"):
            return None
    return None
