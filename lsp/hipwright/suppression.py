"""Comments that silence findings: `// hipwright: ignore[CODE] reason`.

In another language it is that language's comment. It silences its own line; alone on its line, it
silences the next one. Several codes or families stand between the brackets, separated by commas.
One that silences nothing is a finding itself, so that they do not outlive their reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, Protocol

from hipwright.finding import Edit, Finding, Fix
from hipwright.patterns import regex
from hipwright.rules.suppression.unused import UnusedSuppression
from hipwright.settings import Settings, covers
from hipwright.source import LineIndex

SUPPRESSION = b"hipwright:"
_COMMENT = regex(rb"hipwright:[ \t]*ignore[ \t]*\[([^\]\r\n]*)\]")


class Commented(Protocol):
    """What is asked of a source, or of a text in another language."""

    content: bytes

    @property
    def lines(self) -> LineIndex:
        """Its lines."""
        ...

    def comment_around(self, start: int, end: int) -> tuple[int, int] | None:
        """The comment that holds these bytes, if any does."""
        ...


class _Choice(NamedTuple):
    """One code or family of one comment."""

    code: str
    start: int
    end: int
    line: int  # the line that it silences
    comment: tuple[int, int]
    alone: bool  # the only choice of its comment


def suppress(findings: list[Finding], source: Commented, settings: Settings) -> list[Finding]:
    """The findings that no comment silences, and those about comments that silence nothing."""
    if SUPPRESSION not in source.content:
        return findings
    by_line: dict[int, list[_Choice]] = {}
    for choice in _choices(source):
        by_line.setdefault(choice.line, []).append(choice)
    if not by_line:
        return findings
    used: set[_Choice] = set()
    kept: list[Finding] = []
    for finding in findings:
        line = source.lines.line_of(finding.start)
        silencing = [c for c in by_line.get(line, ()) if covers(c.code, finding.code)]
        used.update(silencing)
        if not silencing:
            kept.append(finding)
    if settings.selects(UnusedSuppression.code):
        for choices in by_line.values():
            kept.extend(
                _unused(choice, source)
                for choice in choices
                # A code that was not looked for may well be needed when it is.
                if choice not in used and (settings.selects(choice.code) or not choice.code)
            )
        kept.sort(key=lambda finding: (finding.start, finding.end, finding.code))
    return kept


def _choices(source: Commented) -> Iterator[_Choice]:
    content = source.content
    for match in _COMMENT.finditer(content):
        comment = source.comment_around(match.start(), match.end())
        if comment is None:
            continue
        line = source.lines.line_of(match.start())
        start, _ = source.lines.line_bounds(line)
        _, end = source.lines.line_bounds(source.lines.line_of(comment[1]))
        if not content[start : comment[0]].strip() and not content[comment[1] : end].strip():
            line = source.lines.line_of(comment[1]) + 1
        words = list(re.finditer(rb"[^\s,]+", match.group(1)))
        if not words:
            yield _Choice("", match.start(), match.end(), line, comment, True)
        for word in words:
            yield _Choice(
                word.group().decode("utf-8", "replace"),
                match.start(1) + word.start(),
                match.start(1) + word.end(),
                line,
                comment,
                len(words) == 1,
            )


def _unused(choice: _Choice, source: Commented) -> Finding:
    fixes: tuple[Fix, ...] = ()
    if choice.alone:
        start, end = choice.comment
        # With the blanks before it; a comment alone on its line leaves an empty line.
        while start > 0 and source.content[start - 1 : start] in (b" ", b"\t"):
            start -= 1
        fixes = (Fix("Remove the comment", (Edit(start, end, b""),), safe=False),)
    what = f"`{choice.code}`" if choice.code else "a comment without a code"
    return Finding(
        UnusedSuppression.code,
        UnusedSuppression.severity,
        f"nothing to ignore here for {what}",
        choice.start,
        choice.end,
        fixes,
    )
