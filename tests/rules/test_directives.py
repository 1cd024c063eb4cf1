"""The directives of a source, against what its lines say one by one."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from hipwright.rules.headers._directives import branches_at, directives_of

_LINES = st.sampled_from(
    [
        b"#include <a.h>",
        b'  # \t include "b/c.h" // why',
        b"#include_next <a.h>",
        b"#include NAME",
        b"int x; #include <a.h>",
        b"#if A",
        b"# ifdef A",
        b"#ifndef A",
        b"#elif B",
        b"#else",
        b" #endif",
        b"#define A #include",
        b"#pragma once",
        b"#pragma unroll",
        b"#",
        b"# ",
        b"##if",
        b"",
    ]
)
_ENDS = st.sampled_from([b"\n", b"\r\n"])


@given(mark=st.sampled_from([b"", b"\xef\xbb\xbf"]), lines=st.lists(_LINES), end=_ENDS)
def test_they_are_those_that_begin_a_line(mark: bytes, lines: list[bytes], end: bytes) -> None:
    content = mark + end.join(lines)
    found = directives_of(content)
    assert directives_of(content) is found
    directives = [
        re.fullmatch(rb"[ \t]*#[ \t]*(include(?:_next)?|if|el|endif|pragma once)(.*)", each)
        for each in lines
    ]
    paths = [
        re.match(rb'[ \t]*[<"]([^>"]+)[>"]', each[2])
        for each in directives
        if each is not None and each[1].startswith(b"include")
    ]
    assert [include.path for include in found.includes] == [each[1] for each in paths if each]
    for include in found.includes:
        assert content[include.start : include.start + 1] == b"#"
        assert content[include.path_start : include.path_end] == include.path
        assert content[include.end - 1 : include.end] in (b">", b'"')
    assert (found.once is not None) == (b"#pragma once" in lines)
    # How deep each line stands, and that a branch is left with its `#else` or `#endif`.
    depth = 0
    place = len(mark)
    for line, directive in zip(lines, directives, strict=True):
        word = directive[1] if directive else b""
        before = branches_at(content, place)
        place += len(line)
        after = branches_at(content, place)
        if word == b"if":
            depth += 1
            assert after[:-1] == before
        elif word == b"endif" and depth:
            depth -= 1
            assert after == before[:-1]
        elif word == b"el" and depth:
            assert after[:-1] == before[:-1]
            assert after[-1][0] == before[-1][0]
            assert after[-1][1] == before[-1][1] + 1
        else:
            assert after == before
        assert len(after) == depth
        place += len(end)
