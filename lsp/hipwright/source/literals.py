"""The text that string literals of Python and C++ stand for, and how an edit of it is written.

What a kernel's compiler gets is not what stands in the file: `\\n` is a line end there, `{{` in an
f-string is one brace, and `{type}` is whatever it will be. So a source in a string is decoded, byte
by byte with where each came from; an edit of the decoded text goes back only if it can be written
there so that the language reads exactly the edited text.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from enum import Enum
from typing import Literal, NamedTuple

from tree_sitter import Node

from hipwright.finding import Edit, Finding, Fix, Related
from hipwright.patterns import regex

Template = Literal["", "format", "percent"]
"""What is done to a string before it is used: nothing, `.format(…)`, or `% …`."""

# Escapes of strings and of bytes; an unknown one stands for itself, backslash and all.
_ESCAPE = (
    rb"\\(?:\r\n|[0-7]{1,3}|x[0-9a-fA-F]{2}|N\{[^}\r\n]*\}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[\s\S])"
)
# In a raw string a backslash and what follows it stay, and stay together.
_RAW_PAIR = rb"\\(?:\r\n|[\s\S])"
_LINE_END = rb"\r\n|\r"
_BRACES = rb"\{\{|\}\}"
_FIELD = rb"\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}"
_PERCENT = rb"%(?:\(\w+\))?[-#0 +]*(?:\*|\d+)?(?:\.(?:\*|\d+))?[hlL]?[diouxXeEfFgGcrsa%]"
_SHORT_OCTAL = regex(rb"\\[0-7]{1,2}\Z")
_OCTAL_DIGIT = regex(rb"[0-7]")


class _Kind(Enum):
    PLAIN = 1  # byte for byte
    WHOLE = 2  # an escape: replaced as a whole, or not at all
    FIXED = 3  # what is put in later, or what we put around: never touched


class _Segment(NamedTuple):
    inner: int
    inner_end: int
    outer: int  # -1 where it stands for nothing in the file
    outer_end: int
    kind: _Kind
    literal: int  # which of the literals it is in


class _Form(NamedTuple):
    """How a literal is written."""

    raw: bool
    is_bytes: bool
    quote: bytes
    braces_doubled: bool
    percent_doubled: bool
    line_end: bytes
    ends: bytes = b""  # what ends a raw literal of C++, in which all else is possible


class InnerText:
    """A text put together from literals, with where each byte of it stands in the file."""

    def __init__(self, outer: bytes) -> None:
        """`outer` is the file."""
        self._outer = outer
        self._pieces: list[bytes] = []
        self._size = 0
        self._segments: list[_Segment] = []
        self._forms: list[_Form] = []
        self._placeholders = 0

    @property
    def content(self) -> bytes:
        """The text."""
        return b"".join(self._pieces)

    # Putting it together

    def add_frame(self, text: bytes) -> None:
        """Add a text that stands nowhere in the file, such as a function around a fragment."""
        self._add(text, -1, -1, _Kind.FIXED)

    def add_placeholder(self, start: int, end: int) -> None:
        """Add a name for what is only known when the program runs."""
        self._placeholders += 1
        self._add(b"placeholder_%d" % self._placeholders, start, end, _Kind.FIXED)

    def add_literal(self, node: Node, template: Template) -> None:
        """Add a string literal, a `string` of the syntax tree."""
        opening = self._outer[node.children[0].start_byte : node.children[0].end_byte]
        prefix = opening.rstrip(b"'\"").lower()
        quote = opening[len(prefix) :]
        # Not the start of the node that ends it, which may hold a backslash before the quote.
        start, end = node.children[0].end_byte, node.end_byte - len(quote)
        form = _Form(
            raw=b"r" in prefix,
            is_bytes=b"b" in prefix,
            quote=quote,
            braces_doubled=b"f" in prefix or template == "format",
            percent_doubled=template == "percent",
            line_end=b"\r\n" if b"\r\n" in self._outer[start:end] else b"\n",
        )
        self._forms.append(form)
        tokens = _tokens(form.raw, b"f" in prefix, template)
        position = start
        for child in node.children[1:-1]:
            if child.type == "interpolation":
                self._scan(position, child.start_byte, form, tokens)
                self.add_placeholder(child.start_byte, child.end_byte)
                position = child.end_byte
        self._scan(position, end, form, tokens)

    def add_cpp_literal(self, node: Node) -> None:
        """Add a literal of C++: a `string_literal` or `raw_string_literal` of the syntax tree."""
        text = self._outer[node.start_byte : node.end_byte]
        is_raw = node.type == "raw_string_literal"
        opening = text.find(b"(" if is_raw else b'"') + 1
        ends = b")" + text[text.find(b'"') + 1 : opening - 1] + b'"' if is_raw else b""
        start, end = node.start_byte + opening, node.end_byte - max(len(ends), 1)
        form = _Form(
            raw=is_raw,
            is_bytes=False,
            quote=b'"',
            braces_doubled=False,
            percent_doubled=False,
            line_end=b"\r\n" if b"\r\n" in text else b"\n",
            ends=ends,
        )
        self._forms.append(form)
        if is_raw:
            self._add_plain(start, end)
        else:
            self._scan(start, end, form, _tokens(False, False, ""))

    def _scan(self, start: int, end: int, form: _Form, tokens: re.Pattern[bytes]) -> None:
        position = start
        for match in tokens.finditer(self._outer, start, end):
            self._add_plain(position, match.start())
            self._add_token(match, form)
            position = match.end()
        self._add_plain(position, end)

    def _add_token(self, match: re.Match[bytes], form: _Form) -> None:
        token = match.group()
        start, end = match.span()
        if token.startswith(b"\\") and form.raw:
            pair = token.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            self._add(pair, start, end, _Kind.WHOLE)
        elif token.startswith(b"\\"):
            self._add(_decoded(token, form.is_bytes), start, end, _Kind.WHOLE)
        elif token in (b"\r\n", b"\r"):
            self._add(b"\n", start, end, _Kind.WHOLE)
        elif token in (b"{{", b"}}", b"%%"):
            self._add(token[:1], start, end, _Kind.WHOLE)
        else:
            self.add_placeholder(start, end)

    def _add_plain(self, start: int, end: int) -> None:
        if start < end:
            self._add(self._outer[start:end], start, end, _Kind.PLAIN)

    def _add(self, text: bytes, start: int, end: int, kind: _Kind) -> None:
        self._pieces.append(text)
        size = self._size + len(text)
        segment = _Segment(self._size, size, start, end, kind, len(self._forms) - 1)
        self._segments.append(segment)
        self._size = size

    # From the text to the file

    def outer_finding(self, finding: Finding) -> Finding | None:
        """A finding of the text as one of the file; None where it is about nothing in the file.

        A fix stays only where each of its edits can be written.
        """
        span = self._outer_span(finding.start, finding.end)
        if span is None:
            return None
        fixes = []
        for fix in finding.fixes:
            edits = [self.outer_edit(edit) for edit in fix.edits]
            if all(edit is not None for edit in edits):
                fixes.append(Fix(fix.title, tuple(e for e in edits if e is not None), fix.safe))
        related = []
        for part in finding.related:
            place = self._outer_span(part.start, part.end)
            if place is not None:
                related.append(Related(*place, part.message, part.elsewhere))
        start, end = span
        return finding._replace(start=start, end=end, fixes=tuple(fixes), related=tuple(related))

    def outer_edit(self, edit: Edit) -> Edit | None:
        """An edit of the text as one of the file; None where it cannot be written there."""
        place = self._range(edit.start, edit.end) if edit.start < edit.end else None
        if edit.start == edit.end:
            place = self._insertion(edit.start)
        if place is None:
            return None
        start, end, literal = place
        written = _written(edit.text, self._forms[literal])
        if written is None:
            return None
        following = written or self._outer[end : end + 1]
        before = self._outer[max(start - 3, 0) : start]
        if _SHORT_OCTAL.search(before) and _OCTAL_DIGIT.match(following):
            return None  # it would become a part of the escape
        return Edit(start, end, written)

    def _range(self, start: int, end: int) -> tuple[int, int, int] | None:
        segments = [
            segment
            for segment in self._segments
            if segment.inner < end and start < max(segment.inner_end, segment.inner + 1)
        ]
        if not segments or any(segment.kind is _Kind.FIXED for segment in segments):
            return None
        first, last = segments[0], segments[-1]
        if first.literal != last.literal:
            return None
        if first.kind is _Kind.WHOLE and start != first.inner:
            return None
        if last.kind is _Kind.WHOLE and end != last.inner_end:
            return None
        outer = first.outer + (start - first.inner)
        outer_end = last.outer_end - (last.inner_end - end)
        return outer, outer_end, first.literal

    def _insertion(self, at: int) -> tuple[int, int, int] | None:
        best: tuple[int, int, int] | None = None
        for segment in self._segments:
            if segment.kind is _Kind.FIXED or not segment.inner <= at <= segment.inner_end:
                continue
            if segment.kind is _Kind.WHOLE and segment.inner < at < segment.inner_end:
                return None
            outer = segment.outer_end
            if at < segment.inner_end:
                outer = segment.outer + (at - segment.inner)
            best = outer, outer, segment.literal
            if segment.kind is _Kind.PLAIN:
                break
        return best

    def _outer_span(self, start: int, end: int) -> tuple[int, int] | None:
        """The bytes of the file that hold a stretch of the text."""
        places = list(self._places(start, max(end, start + 1))) or list(
            self._places(start - 1, start)
        )
        if not places:
            return None
        return min(place[0] for place in places), max(place[1] for place in places)

    def _places(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        for segment in self._segments:
            if segment.outer < 0 or segment.inner >= end or segment.inner_end <= start:
                continue
            if segment.kind is not _Kind.PLAIN:
                yield segment.outer, segment.outer_end
                continue
            low, high = max(start, segment.inner), min(end, segment.inner_end)
            first = segment.outer + low - segment.inner
            yield first, first + high - low


def _tokens(raw: bool, interpolated: bool, template: Template) -> re.Pattern[bytes]:
    """What in a literal does not stand for itself."""
    kinds = [_RAW_PAIR if raw else _ESCAPE, _LINE_END]
    if interpolated or template == "format":
        kinds.append(_BRACES)
    if template == "format":
        kinds.append(_FIELD)
    if template == "percent":
        kinds.append(_PERCENT)
    return re.compile(b"|".join(kinds))


def _decoded(escape: bytes, is_bytes: bool) -> bytes:
    """What an escape stands for, in UTF-8."""
    if escape in (b"\\\n", b"\\\r", b"\\\r\n"):
        return b""
    if escape == b"\\":
        return escape
    if is_bytes and escape[1:2] in b"NuU":
        return escape
    if escape[1:2] not in b"\\'\"abfnrtv01234567xNuU":
        return escape  # an unknown one
    try:
        value = ast.literal_eval(f'{"b" if is_bytes else ""}"{escape.decode("ascii")}"')
    except (SyntaxError, ValueError):
        return escape
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


def _written(text: bytes, form: _Form) -> bytes | None:
    """A text as it is written in a literal of this form; None where it cannot be."""
    if form.braces_doubled:
        text = text.replace(b"{", b"{{").replace(b"}", b"}}")
    if form.percent_doubled:
        text = text.replace(b"%", b"%%")
    if form.ends:
        return None if form.ends in text else text.replace(b"\n", form.line_end)
    is_long = len(form.quote) == 3
    quote = form.quote[:1]
    if form.raw:
        if quote in text or text.endswith(b"\\") or b"\r" in text:
            return None
        if b"\n" in text and not is_long:
            return None
        if form.is_bytes and not text.isascii():
            return None
        return text.replace(b"\n", form.line_end)
    text = text.replace(b"\\", b"\\\\").replace(quote, b"\\" + quote).replace(b"\r", b"\\r")
    text = text.replace(b"\n", form.line_end if is_long else b"\\n")
    if form.is_bytes:
        text = b"".join(b"\\x%02x" % byte if byte > 127 else bytes((byte,)) for byte in text)
    return text
