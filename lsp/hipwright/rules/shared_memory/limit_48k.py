"""SMEM003: 48 KiB of shared memory, NVIDIA's limit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hipwright.finding import Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example
from hipwright.rules.code import Code
from hipwright.rules.notice import NoticeRule
from hipwright.settings import Settings

_SHARED = regex(rb"(?i)sh(?:ared)?_?me?m|shared|smem")


class Limit48K(NoticeRule):
    """A block may have 64 KiB of LDS on AMD without asking for more; 48 KiB is the limit of
    NVIDIA's GPUs."""

    code = "SMEM003"
    title = "Limit of 48 KiB"
    severity = Severity.INFO
    source = "HIP documentation: hardware features (LDS)"
    hazards = (
        "HW068",
        "HW307",
    )
    triggers = (
        b"48 * 1024",
        b"48*1024",
        b"49152",
        b"48 << 10",
    )
    affected_by = regex(rb"48|49152")
    places = regex(rb"(?:48 ?\* ?1024|49152|48 << 10)(?!\w)")
    message = "48 KiB is NVIDIA's limit for a block; on AMD it is sharedMemPerBlock, 64 KiB."
    examples = (
        Example(
            "bool fits(size_t shared) { return shared <= 48 * 1024; }\n",
            "bool fits(size_t shared) { return shared <= 48 * 1024; }\n",
        ),
        Example(
            "int pages = 49152;\n",
            None,
            why="nothing of shared memory",
        ),
    )

    def find(self, code: Code, settings: Settings) -> Iterator[re.Match[bytes]]:
        """The places, in order; numbers are no names, so that the line is looked at."""
        for match in code.words(self.places):
            start, end = code.source.lines.line_bounds(code.source.lines.line_of(match.start()))
            before = code.content[start : match.start()]
            if b"//" in before or b"/*" in before or not code.is_seen(match.start()):
                continue
            if _SHARED.search(code.content, start, end):
                yield match
