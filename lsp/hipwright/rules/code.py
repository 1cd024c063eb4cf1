"""What rules know of a source as code: what AMD compiles, what names mean, where functions are."""

from __future__ import annotations

import re
from bisect import bisect_right, insort
from collections.abc import Callable, Iterator
from functools import cached_property

from tree_sitter import Node

from hipwright.api import lookup
from hipwright.patterns import regex
from hipwright.rules.expression import evaluate
from hipwright.rules.included import Headers
from hipwright.rules.latest import Latest
from hipwright.rules.warp._guards import Directive, directives, unseen_on_amd
from hipwright.rules.warp._lexing import Span, without_comments
from hipwright.rules.warp._names import Declaration, declarations, resolve
from hipwright.source import Source
from hipwright.source.calls import Call, call_of
from hipwright.source.names import Names, Place
from hipwright.source.occurrences import WORD, words

_ON_GPU = regex(rb"__(?:global|device)__")
_BLANK = frozenset(b" \t\r\n\f\v")
_IN_CODE = (Place.CODE, Place.MACRO_BODY)
_TEXT = (Place.TEXT, Place.STRING)
_USED = (*_IN_CODE, Place.MEMBER)


class Code:
    """One source, seen as code for a GPU."""

    def __init__(self, source: Source, is_known: Callable[[bytes], bool]) -> None:
        """`is_known` tells the names that are CUDA's or HIP's where the grammar cannot."""
        self.source = source
        self.content = source.content
        self._is_known = is_known
        self._declarations: dict[bytes, list[Declaration]] = {}
        self._functions: list[Span] = []  # those that were met, in order
        self._runs_on_gpu: dict[Span, bool] = {}

    @cached_property
    def _names(self) -> Names:
        return Names(self.source, self._is_known)  # has the source parsed: not before it is asked

    @cached_property
    def directives(self) -> list[Directive]:
        """The conditional directives, in order."""
        return directives(self.content)

    @cached_property
    def _unseen(self) -> list[Span]:
        return unseen_on_amd(self.directives)

    def is_seen(self, position: int) -> bool:
        """Whether a compiler for AMD gets to see this position."""
        index = bisect_right(self._unseen, (position, len(self.content))) - 1
        return index < 0 or position >= self._unseen[index][1]

    def words(
        self, pattern: re.Pattern[bytes], start: int = 0, end: int | None = None
    ) -> Iterator[re.Match[bytes]]:
        """The matches of a pattern from `start` to `end` that no part of a word stands before."""
        return words(pattern, self.content, start, end)

    def call_at(self, start: int, end: int) -> Call | None:
        """The call of the name at `start` to `end`; None where it is not called."""
        node = self.source.tree.root_node.descendant_for_byte_range(start, end)
        return call_of(self.source, start, end, node)

    def calls_of(self, pattern: re.Pattern[bytes]) -> Iterator[tuple[re.Match[bytes], Call]]:
        """The calls, in code that AMD compiles, of the functions that a pattern names."""
        for match in self.words(pattern):
            if self.is_code(*match.span()):
                call = self.call_at(*match.span())
                if call is not None:
                    yield match, call

    def members(
        self, fields: re.Pattern[bytes], pattern: re.Pattern[bytes]
    ) -> Iterator[re.Match[bytes]]:
        """The matches of a pattern for members of something that has a name, such as `a[0].size`.

        The pattern begins with that name, and goes on with one of the `fields`, which are what is
        searched for: there are names everywhere.
        """
        starts = {self._owner_before(field.start()) for field in self.words(fields)}
        reached = 0
        # By their starts: an index may hold a member too, as in `a[b.size].size`.
        for start in sorted(start for start in starts if start is not None):
            if start < reached:
                continue
            match = pattern.match(self.content, start)
            if match is not None:
                reached = match.end()
                yield match

    def _owner_before(self, position: int) -> int | None:
        """Where the name begins whose member stands at a position, with an index or without."""
        content = self.content
        end = self._before_blanks(position)
        if content.endswith(b".", 0, end):
            end -= 1
        elif content.endswith(b"->", 0, end):
            end -= 2
        else:
            return None
        end = self._before_blanks(end)
        if content.endswith(b"]", 0, end):
            end = content.rfind(b"[", 0, end)
        return self.name_before(end)

    def name_before(self, position: int) -> int | None:
        """Where the name begins that stands before a position, with blanks between or without."""
        end = self._before_blanks(position)
        start = self._start_of_word(end)
        return start if start < end and not self.content[start : start + 1].isdigit() else None

    def _before_blanks(self, position: int) -> int:
        while position > 0 and self.content[position - 1] in _BLANK:
            position -= 1
        return position

    def _start_of_word(self, position: int) -> int:
        while position > 0 and self.content[position - 1] in WORD:
            position -= 1
        return position

    def is_code(self, start: int, end: int) -> bool:
        """Whether a name stands in code, or in a macro's body, that AMD compiles."""
        return self._names.place(start, end)[0] in _IN_CODE and self.is_seen(start)

    def is_used(self, start: int, end: int) -> bool:
        """Whether a name is used in code that AMD compiles, as a member too."""
        return self._names.place(start, end)[0] in _USED and self.is_seen(start)

    def is_token(self, start: int, end: int) -> bool:
        """Whether a word that AMD compiles is no comment or string, whatever it is for."""
        place, node = self._names.place(start, end)
        # The grammar knows a few words by name, and names their nodes so.
        is_own_kind = node is not None and node.type.encode() == self.content[start:end]
        return (is_own_kind or place not in _TEXT) and self.is_seen(start)

    def is_launch(self, position: int) -> bool:
        """Whether `<<<` at a position is a kernel launch that AMD compiles, not text."""
        node = self.source.tree.root_node.descendant_for_byte_range(position, position + 3)
        kinds = ("<<<", "kernel_call_syntax")
        return node is not None and node.type in kinds and self.is_seen(position)

    def text(self, span: Span) -> bytes:
        """The text of a span, on one line and without comments."""
        return without_comments(self.content[span[0] : span[1]])

    def declaration(self, name: bytes, position: int) -> Declaration | None:
        """What declares a name that is used at a position; None where this source does not."""
        found = self._declarations.get(name)
        if found is None:
            found = self._declarations[name] = declarations(self.source, name)
        return resolve(found, position)

    def function_at(self, position: int) -> Span | None:
        """The function definition, or the macro, that a position is in."""
        index = bisect_right(self._functions, (position, len(self.content))) - 1
        if index >= 0 and position < self._functions[index][1]:
            return self._functions[index]
        node = self.source.tree.root_node.descendant_for_byte_range(position, position)
        found: Node | None = None
        while node is not None:
            if node.type in ("function_definition", "preproc_function_def", "preproc_def"):
                found = node
            node = node.parent
        if found is None:
            return None
        insort(self._functions, span := (found.start_byte, found.end_byte))
        return span

    def in_directive(self, position: int) -> bool:
        """Whether a position is in the condition of an `#if`."""
        line = self.source.lines.line_of(position)
        start, _ = self.source.lines.line_bounds(line)
        return bool(re.match(rb"[ \t]*#[ \t]*(?:el)?if", self.content[start:position]))

    @cached_property
    def headers(self) -> Headers:
        """The project's own headers that the source includes, where it stands on the disk."""
        return Headers(self.source)

    def number(self, text: bytes, position: int, depth: int = 4) -> int | None:
        """The value of an expression of integers and of names that stand for one, here or in the
        headers."""

        def value_of_name(name: bytes) -> int | None:
            declaration = self.declaration(name, position) if depth else None
            if declaration is None and depth and self.source.path is not None:
                constant = self.headers.constant(name)
                value = constant.declaration.value if constant is not None else None
                return self.number(value, position, depth - 1) if value else None
            if declaration is None or not declaration.value or not declaration.is_constant:
                return None
            return self.number(declaration.value, declaration.start, depth - 1)

        return evaluate(text, value_of_name)

    @cached_property
    def device_functions(self) -> list[Span]:
        """The functions that only run on the GPU, in order."""
        found: list[Span] = []
        for match in self.words(_ON_GPU):
            if found and match.start() < found[-1][1]:
                continue
            span = self.device_function_at(match.start())
            if span is not None:
                found.append(span)
        return found

    def device_function_at(self, position: int) -> Span | None:
        """The function that a position is in, if it only runs on the GPU."""
        span = self.function_at(position)
        if span is None:
            return None
        runs_on_gpu = self._runs_on_gpu.get(span)
        if runs_on_gpu is None:
            head = self.content[slice(*span)].partition(b"{")[0]
            is_function = not head.startswith(b"#")
            runs_on_gpu = is_function and bool(_ON_GPU.search(head)) and b"__host__" not in head
            self._runs_on_gpu[span] = runs_on_gpu
        return span if runs_on_gpu else None


def _code(source: Source) -> Code:
    return Code(source, lambda name: lookup(name) is not None)


code_of = Latest(_code)
