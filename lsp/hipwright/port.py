"""A source's findings → edits → its port."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hipwright.analysis import check
from hipwright.finding import Edit, Finding, Fix
from hipwright.settings import Settings
from hipwright.source import Source

# A fix can make room for another that overlapped it: after a few rounds nothing is left to do.
_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Port:
    """A ported text: what was applied to it, and what is left in it for a person to decide."""

    text: bytes
    applied: tuple[Finding, ...]  # positions are those of the text before their round
    remaining: tuple[Finding, ...]  # positions are those of `text`


def port(
    content: bytes,
    name: str = "<input>",
    settings: Settings | None = None,
    unsafe: bool = False,
) -> Port:
    """Apply every safe fix until none is left; with `unsafe`, also the first of the unsafe ones."""
    applied: list[Finding] = []
    findings = check(Source(content, name), settings)
    for _ in range(_ROUNDS):
        chosen = [
            (finding, fix) for finding in findings if (fix := _fix_of(finding, unsafe)) is not None
        ]
        taken = _without_overlaps(chosen)
        if not taken:
            break
        ported = apply_fixes(content, [fix for _, fix in taken])
        if ported == content:
            break
        applied.extend(finding for finding, _ in taken)
        content = ported
        findings = check(Source(content, name), settings)
    return Port(content, tuple(applied), tuple(findings))


def _fix_of(finding: Finding, unsafe: bool) -> Fix | None:
    if unsafe and finding.safe_fix is None:
        return next(iter(finding.fixes), None)
    return finding.safe_fix


def apply_fixes(content: bytes, fixes: Iterable[Fix]) -> bytes:
    """The content with these fixes applied. Of two that overlap, the first one wins.

    An edit that several fixes share, such as an include that all of them need, is made once.
    """
    edits: list[Edit] = []
    for fix in _compatible(fixes):
        edits.extend(edit for edit in fix.edits if edit not in edits)
    edits.sort(key=lambda edit: (edit.start, edit.end))
    pieces: list[bytes] = []
    position = 0
    for edit in edits:
        pieces.append(content[position : edit.start])
        pieces.append(edit.text)
        position = edit.end
    pieces.append(content[position:])
    return b"".join(pieces)


def _without_overlaps(chosen: list[tuple[Finding, Fix]]) -> list[tuple[Finding, Fix]]:
    kept = {id(fix) for fix in _compatible(fix for _, fix in chosen)}
    return [(finding, fix) for finding, fix in chosen if id(fix) in kept]


def _compatible(fixes: Iterable[Fix]) -> list[Fix]:
    kept: list[Fix] = []
    taken: list[Edit] = []
    for fix in fixes:
        if not any(_clash(edit, other) for edit in fix.edits for other in taken):
            kept.append(fix)
            taken.extend(fix.edits)
    return kept


def _clash(first: Edit, second: Edit) -> bool:
    if first == second:
        return False
    if first.start == first.end or second.start == second.end:
        # An insertion clashes with what encloses it, and with another one at the same place.
        return (first.start < second.end and second.start < first.end) or (
            first.start,
            first.end,
        ) == (second.start, second.end)
    return first.start < second.end and second.start < first.end
