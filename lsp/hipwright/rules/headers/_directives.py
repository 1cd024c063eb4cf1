"""The preprocessor directives that rules about headers look at."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from hipwright.api import Entry, lookup
from hipwright.rules.headers._families import family_entry
from hipwright.settings import Settings
from hipwright.source import Source

_DIRECTIVE = re.compile(
    rb"#[ \t]*(include(?:_next)?|ifdef|ifndef|if|elif\w*|else|endif|pragma[ \t]+once)\b"
    rb'(?:[ \t]*([<"])([^>"\r\n]+)[>"])?'
)


class Include(NamedTuple):
    """One include directive."""

    start: int  # its `#`
    end: int  # after the closing quote
    path_start: int
    path_end: int
    path: bytes
    # The `#if` branches that it stands in, outermost first: (number of the block, of the branch).
    branches: tuple[tuple[int, int], ...]

    def covers(self, other: Include) -> bool:
        """Whether what this one includes is included wherever `other`, further down, is."""
        return other.branches[: len(self.branches)] == self.branches


class Directives(NamedTuple):
    """What a source's preprocessor lines say about headers."""

    includes: tuple[Include, ...]
    pragma_once: tuple[int, int] | None


@lru_cache(maxsize=2)
def directives_of(content: bytes) -> Directives:
    """The directives of a text; comments are not told apart, see `is_real`."""
    includes: list[Include] = []
    once: tuple[int, int] | None = None
    stack: list[tuple[int, int]] = []
    blocks = 0
    for match in _DIRECTIVE.finditer(content):
        line_start = content.rfind(b"\n", 0, match.start()) + 1
        if content[line_start : match.start()].strip(b" \t\r\xef\xbb\xbf"):
            continue
        word = match.group(1)
        if word.startswith(b"include"):
            if match.group(3):
                includes.append(
                    Include(
                        match.start(),
                        match.end(),
                        match.start(3),
                        match.end(3),
                        match.group(3),
                        tuple(stack),
                    )
                )
        elif word.startswith(b"if"):
            stack.append((blocks, 0))
            blocks += 1
        elif word.startswith(b"el"):
            if stack:
                stack[-1] = (stack[-1][0], stack[-1][1] + 1)
        elif word == b"endif":
            if stack:
                stack.pop()
        elif word.startswith(b"pragma") and once is None:
            once = match.span()
    return Directives(tuple(includes), once)


def is_real(source: Source, include: Include) -> bool:
    """Whether an include is a directive, and not text in a comment or a string."""
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
    if entry is not None and entry.kind == "header":
        return entry
    return family_entry(path.decode("utf-8", "replace"))


def is_legacy_blas(content: bytes, settings: Settings) -> bool:
    """Whether a source uses cuBLAS as cublas.h declares it, without handles."""
    paths = {include.path for include in directives_of(content).includes}
    # AMD's tool ports the header nevertheless: what it left must stay left on a second run.
    legacy = b"cublas.h" in paths or (settings.hipify and b"hipblas.h" in paths)
    return legacy and b"cublas_v2.h" not in paths
