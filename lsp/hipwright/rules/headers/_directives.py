"""The preprocessor directives that rules about headers look at."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from hipwright.api import Entry, lookup
from hipwright.rules.headers._families import family_entry
from hipwright.settings import Settings
from hipwright.source import Source

# From the beginning of a line, or of the file: the `#`, and an include's path.
_BLANK = rb"[ \t\r\xef\xbb\xbf]*"
_INCLUDE = re.compile(_BLANK + rb'(#)[ \t]*include(?:_next)?[ \t]*[<"]([^>"\r\n]+)[>"]')
_ONCE = re.compile(_BLANK + rb"(#[ \t]*pragma[ \t]+once\b)")
_CONDITIONAL = re.compile(rb"#[ \t]*(if|el|endif)")
_C_LINKAGE = re.compile(rb'extern[ \t]+"C"[ \t\r\n]*\{')
_NO_CODE = re.compile(rb'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.DOTALL)


class Include(NamedTuple):
    """One include directive."""

    start: int  # its `#`
    end: int  # after the closing quote
    path_start: int
    path_end: int
    path: bytes


class Directives(NamedTuple):
    """What a source includes."""

    includes: tuple[Include, ...]
    are_real: dict[Include, bool]  # what `is_real` found out; several rules ask


@lru_cache(maxsize=2)
def directives_of(content: bytes) -> Directives:
    """The directives of a text; comments are not told apart, see `is_real`."""
    includes = tuple(
        Include(match.start(1), match.end(), *match.span(2), match[2])
        for match in _on_lines_with(b"include", _INCLUDE, content)
    )
    return Directives(includes, {})


@lru_cache(maxsize=2)
def pragma_once(content: bytes) -> tuple[int, int] | None:
    """Where the first `#pragma once` stands."""
    once = next(_on_lines_with(b"pragma", _ONCE, content), None)
    return None if once is None else once.span(1)


def _on_lines_with(
    word: bytes, pattern: re.Pattern[bytes], content: bytes
) -> Iterator[re.Match[bytes]]:
    """The matches of a pattern at the beginning of lines that hold a word, which is found fast."""
    at = content.find(word)
    while at >= 0:
        match = pattern.match(content, content.rfind(b"\n", 0, at) + 1)
        if match is not None:
            yield match
            at = content.find(b"\n", match.end())  # no line holds two
            if at < 0:
                return
        at = content.find(word, at + 1)


@lru_cache(maxsize=2)
def _branch_changes(content: bytes) -> tuple[list[int], list[tuple[tuple[int, int], ...]]]:
    """Where the `#if` branches change, and the branches from there on, outermost first.

    A branch is (number of the block, number of the branch in it).
    """
    places = [0]
    branches: list[tuple[tuple[int, int], ...]] = [()]
    stack: list[tuple[int, int]] = []
    blocks = 0
    for match in _CONDITIONAL.finditer(content):
        if not _begins_line(content, match.start()):
            continue
        word = match.group(1)
        if word == b"if":
            stack.append((blocks, 0))
            blocks += 1
        elif word == b"el" and stack:
            stack[-1] = (stack[-1][0], stack[-1][1] + 1)
        elif word == b"endif" and stack:
            stack.pop()
        places.append(match.end())
        branches.append(tuple(stack))
    return places, branches


def branches_at(content: bytes, offset: int) -> tuple[tuple[int, int], ...]:
    """The `#if` branches that a place stands in, outermost first."""
    if _CONDITIONAL.search(content, 0, offset) is None:
        return ()
    places, branches = _branch_changes(content)
    return branches[bisect_right(places, offset) - 1]


def covers(content: bytes, earlier: Include, later: Include) -> bool:
    """Whether what one include brings is there wherever the other, further down, is compiled."""
    outer = branches_at(content, earlier.start)
    return branches_at(content, later.start)[: len(outer)] == outer


def _begins_line(content: bytes, offset: int) -> bool:
    start = content.rfind(b"\n", 0, offset) + 1
    return not content[start:offset].strip(b" \t\r\xef\xbb\xbf")


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


def is_real(source: Source, include: Include) -> bool:
    """Whether an include is a directive, and not text in a comment or a string."""
    known = directives_of(source.content).are_real
    found = known.get(include)
    if found is None:
        found = known[include] = _is_directive(source, include)
    return found


def _is_directive(source: Source, include: Include) -> bool:
    node = source.tree.root_node.descendant_for_byte_range(include.path_start, include.path_end)
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
