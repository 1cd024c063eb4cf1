"""The preprocessor directives that rules about headers look at."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from typing import NamedTuple

from hipwright.api import Entry, lookup
from hipwright.patterns import regex
from hipwright.rules.headers._families import family_entry
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.source.lines import begins_line
from hipwright.source.names import is_surely_code

_INCLUDE = regex(rb'#[ \t]*include(?:_next)?[ \t]*[<"]([^>"\r\n]+)[>"]')
_ONCE = regex(rb"#[ \t]*pragma[ \t]+once\b")
_BLANKS = regex(rb"[ \t]*")
_C_LINKAGE = regex(rb'extern[ \t]+"C"[ \t\r\n]*\{')
_NO_CODE = regex(rb'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.DOTALL)


class Include(NamedTuple):
    """One include directive."""

    start: int  # its `#`
    end: int  # after the closing quote
    path_start: int
    path_end: int
    path: bytes
    entry: Entry | None  # what is known of the header, as `header_entry` tells

    @property
    def hip_path(self) -> bytes:
        """The header that stands here in HIP; empty where HIP has none."""
        return self.path if self.entry is None else self.entry.hip.encode()


# An `#if` branch: number of the block, number of the branch in it.
Branch = tuple[int, int]


class Directives(NamedTuple):
    """The directives of a source; those in comments are not told apart, see `is_real`."""

    includes: tuple[Include, ...]
    known: tuple[tuple[Include, Entry], ...]  # those of headers with an entry
    once: tuple[int, int] | None  # the first `#pragma once`
    # Where the `#if` branches change, and the branches from there on, outermost first.
    changes: list[int]
    branches: list[tuple[Branch, ...]]
    are_real: dict[int, bool]  # what `is_real` found out, by start; several rules ask


# The last texts and their directives. Several rules ask for those of one text, which is the same
# object then: to compare it, or to hash it as a cache does, would take longer than finding them.
_latest: list[tuple[bytes, Directives]] = []


def directives_of(content: bytes) -> Directives:
    """The directives of a text."""
    for text, directives in _latest:
        if text is content:
            return directives
    directives = _directives_in(content)
    _latest[:] = [(content, directives), *_latest[:1]]
    return directives


def _directives_in(content: bytes) -> Directives:
    """What `directives_of` gives."""
    includes: list[Include] = []
    once: tuple[int, int] | None = None
    changes: list[int] = [0]
    branches: list[tuple[Branch, ...]] = [()]
    stack: list[Branch] = []
    blocks = 0
    # A byte is found ten times as fast as an expression that begins with it.
    at = content.find(b"#")
    while at >= 0:
        word = _word_of(content, at)
        if word == b"inc":
            if (match := _INCLUDE.match(content, at)) is not None:
                path = match[1]
                entry = header_entry(path)
                # Without the call that a named tuple's own way to make one takes.
                include = tuple.__new__(Include, (at, match.end(), *match.span(1), path, entry))
                includes.append(include)
        elif word == b"end" or word.startswith((b"if", b"el")):
            if word.startswith(b"if"):
                stack.append((blocks, 0))
                blocks += 1
            elif stack:
                block, branch = stack.pop()
                if word != b"end":
                    stack.append((block, branch + 1))
            changes.append(at)
            branches.append(tuple(stack))
        elif word == b"pra" and once is None and (match := _ONCE.match(content, at)) is not None:
            once = match.span()
        at = content.find(b"#", at + 1)
    known = tuple([(each, each.entry) for each in includes if each.entry is not None])
    return Directives(tuple(includes), known, once, changes, branches, {})


def _word_of(content: bytes, at: int) -> bytes:
    """The first three letters of the directive that the `#` at a place begins; empty for none."""
    if not begins_line(content, at):
        return b""
    word = content[at + 1 : at + 4]
    if word.startswith((b" ", b"\t")):
        begin = _BLANKS.match(content, at + 1).end()  # type: ignore[union-attr]
        word = content[begin : begin + 3]
    return word


def branches_at(content: bytes, offset: int) -> tuple[Branch, ...]:
    """The `#if` branches that a place stands in, outermost first."""
    directives = directives_of(content)
    return directives.branches[bisect_left(directives.changes, offset, 1) - 1]


def covers(content: bytes, earlier: Include, later: Include) -> bool:
    """Whether what one include brings is there wherever the other, further down, is compiled."""
    outer = branches_at(content, earlier.start)
    return branches_at(content, later.start)[: len(outer)] == outer


def in_c_linkage(content: bytes, offset: int) -> bool:
    """Whether a place stands in an `extern "C" { … }`, where no template can be declared.

    Told by the braces, since the block often begins in one `#ifdef __cplusplus` and ends in
    another, which no syntax tree shows as one.
    """
    if content.find(b"extern", 0, offset) < 0:
        return False  # as nearly always, and found out fast
    begins = [match.end() for match in _C_LINKAGE.finditer(content, 0, offset)]
    if not begins:
        return False
    between = _NO_CODE.sub(b" ", content[begins[-1] : offset])
    return between.count(b"}") <= between.count(b"{")


def include_that_brings(source: Source, header: bytes) -> Include | None:
    """The first include that brings a header of HIP's, by its name or as one that becomes it."""
    for include in directives_of(source.content).includes:
        if include.hip_path == header and is_real(source, include):
            return include
    return None


def is_real(source: Source, include: Include) -> bool:
    """Whether an include is a directive, and not text in a comment or a string."""
    known = directives_of(source.content).are_real
    found = known.get(include.start)
    if found is None:
        found = known[include.start] = _is_directive(source, include)
    return found


def _is_directive(source: Source, include: Include) -> bool:
    if is_surely_code(source, include.start):
        return True
    node = source.tree.root_node.descendant_for_byte_range(include.start, include.end)
    while node is not None:
        if node.type in ("preproc_include", "preproc_call", "translation_unit", "ERROR"):
            return True
        if node.type in ("comment", "raw_string_literal", "raw_string_content"):
            return False
        node = node.parent
    return True


@lru_cache(maxsize=4_096)
def header_entry(path: bytes) -> Entry | None:
    """What is known of a header: by its own name, or as one of a family such as `cub/…`."""
    entry = lookup(path)
    if entry is not None and entry.kind != "header":
        entry = None
    if entry is None or (entry.status in ("unknown", "unsupported") and not entry.instead):
        return family_entry(path.decode("utf-8", "replace")) or entry
    return entry


def is_legacy_blas(content: bytes, settings: Settings) -> bool:
    """Whether a source uses cuBLAS as cublas.h declares it, without handles."""
    paths = {include.path for include in directives_of(content).includes}
    # AMD's tool ports the header nevertheless: what it left must stay left on a second run.
    legacy = b"cublas.h" in paths or (settings.hipify and b"hipblas.h" in paths)
    return legacy and b"cublas_v2.h" not in paths
