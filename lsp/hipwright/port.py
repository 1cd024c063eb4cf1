"""A source's findings → edits → its port."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from hipwright.analysis import may_find_more
from hipwright.finding import Edit, Finding, Fix, Related
from hipwright.rules.registry import listed
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.source.languages import Language
from hipwright.texts import check_text, text_of

# A fix can make room for another that overlapped it, or show something new: after a few rounds
# nothing is left to do.
_ROUNDS = 8


class Port(NamedTuple):
    """A ported text: what was applied to it, and what is left in it for a person to decide."""

    text: bytes
    applied: tuple[Finding, ...]  # positions are those of the text before their round
    remaining: tuple[Finding, ...]  # positions are those of `text`


def port(
    content: bytes,
    name: str = "<input>",
    settings: Settings | None = None,
    unsafe: bool = False,
    language: Language = "cuda",
    in_notebook: bool = False,
    path: Path | None = None,
) -> Port:
    """Apply every safe fix until none is left; with `unsafe`, also the first of the unsafe ones.

    `in_notebook` is true for a cell, whose Python may hold magics. `path` is where the text stands,
    if on the disk: constants in the headers beside it are followed.
    """
    applied: list[Finding] = []
    source = text_of(content, language, name, in_notebook=in_notebook, path=path)
    findings = check_text(source, settings)
    for _ in range(_ROUNDS):
        chosen: list[Finding] = []
        fixes: list[Fix] = []
        left: list[Finding] = []
        for finding in findings:
            for fix in finding.fixes:
                if fix.safe:
                    break
            else:
                if not (unsafe and finding.fixes):
                    left.append(finding)
                    continue
                fix = finding.fixes[0]
            chosen.append(finding)
            fixes.append(fix)
        if not chosen:
            break
        kept, edits = _compatible(fixes)
        ported = _apply(content, edits)
        if ported == content:
            break
        if (
            isinstance(source, Source)
            and len(kept) == len(chosen)
            and _leave_nothing(chosen, left)
            and not _shows_more(source, edits, ported, settings or Settings(), unsafe)
        ):
            # Nothing that these rules write is of interest to any rule: no need to look again.
            applied.extend(chosen)
            return Port(ported, tuple(applied), tuple(_carried_over(left, edits)))
        content = ported
        taken = {id(fix) for fix in kept}
        applied.extend(
            finding for finding, fix in zip(chosen, fixes, strict=True) if id(fix) in taken
        )
        source = text_of(content, language, name, in_notebook=in_notebook, path=path)
        findings = check_text(source, settings)
    return Port(content, tuple(applied), tuple(findings))


def apply_fixes(content: bytes, fixes: Iterable[Fix]) -> bytes:
    """The content with these fixes applied. Of two that overlap, the first one wins.

    An edit that several fixes share, such as an include that all of them need, is made once.
    """
    _, edits = _compatible(list(fixes))
    return _apply(content, edits)


def _apply(content: bytes, edits: Iterable[Edit]) -> bytes:
    """The content with these edits, sorted and free of overlaps, made in one go."""
    pieces: list[bytes] = []
    position = 0
    for start, end, text in edits:
        pieces.append(content[position:start])
        pieces.append(text)
        position = end
    pieces.append(content[position:])
    return b"".join(pieces)


def _changes_shape(edits: list[Edit], since: int) -> bool:
    """Whether edits do more than write one name for another, from a place on.

    Where code does not parse, a line more or less can show names that were taken for text. What
    stands in front of it parses as before.
    """
    return any(end >= since and (start == end or not text) for start, end, text in edits)


def _first_broken(source: Source) -> int:
    """Where the first top-level item begins that does not parse."""
    for item in source.tree.root_node.children:
        if item.has_error or item.is_missing:
            return item.start_byte
    return len(source.content)


def _shows_more(
    source: Source, edits: list[Edit], content: bytes, settings: Settings, unsafe: bool
) -> bool:
    """Whether rules may find more in the content that edits make, where the source is broken."""

    def may_find() -> bool:
        return unsafe or may_find_more(content, settings)

    # No rule has asked for a tree: looking at the bytes once more costs less than making one.
    if not source.is_parsed and not may_find():
        return False
    return (
        source.tree.root_node.has_error
        and _changes_shape(edits, _first_broken(source))
        and may_find()
        and _parses_otherwise(source, edits, content)
    )


def _parses_otherwise(source: Source, edits: list[Edit], content: bytes) -> bool:
    """Whether edits, which make this content, change how anything but their own text parses."""
    written = [
        (start + move, start + move + len(text))
        for (start, _, text), move in zip(edits, _moves(edits), strict=False)
    ]
    starts = [start for start, _ in written]
    return any(
        end > written[max(bisect_right(starts, start) - 1, 0)][1] or start < starts[0]
        for start, end in source.changed_by(edits, content)
    )


def _leave_nothing(chosen: list[Finding], left: list[Finding]) -> bool:
    """Whether the fixes of those that are chosen leave nothing to look for, beside what is left."""
    codes = {finding.code for finding in chosen}
    if not codes <= _settled():
        return False
    families = tuple(family for code in codes for family in _disturbed().get(code, ()))
    return not (families and any(finding.code.startswith(families) for finding in left))


@cache
def _settled() -> frozenset[str]:
    """The rules whose fixes leave nothing behind."""
    return frozenset(code for code, rule in listed().items() if rule.settled)


@cache
def _disturbed() -> dict[str, tuple[str, ...]]:
    """The families that a rule disturbs, for those that disturb any."""
    return {code: rule.disturbs for code, rule in listed().items() if rule.disturbs}


def _sorted_edits(fixes: Iterable[Fix]) -> list[Edit]:
    return sorted({edit for fix in fixes for edit in fix.edits})


def _compatible(fixes: list[Fix]) -> tuple[list[Fix], list[Edit]]:
    """The fixes that can be applied together, the first of those that overlap; their edits."""
    edits = [edit for fix in fixes for edit in fix.edits]
    if _are_apart(edits):  # as they mostly are, since findings are sorted
        return fixes, edits
    edits = _sorted_edits(fixes)
    if _are_apart(edits):
        return fixes, edits
    kept: list[Fix] = []
    taken: list[Edit] = []
    for fix in fixes:
        if not any(_clashes_with(edit, taken) for edit in fix.edits):
            kept.append(fix)
            for edit in fix.edits:
                if edit not in taken[bisect_left(taken, edit) :][:1]:
                    insort(taken, edit)
    return kept, _sorted_edits(kept)


def _are_apart(edits: list[Edit]) -> bool:
    """Whether each edit stands behind the one before it."""
    reached = begun = -1
    for start, end, _ in edits:
        if start < reached or (start == begun and end == reached):
            return False
        begun, reached = start, end
    return True


def _clashes_with(span: Edit, taken: list[Edit]) -> bool:
    """Whether an edit overlaps one of those, sorted and free of overlaps, that are taken."""
    index = bisect_left(taken, span)
    # An insertion can stand beside a replacement at the same place: look two steps each way.
    return any(_clash(span, other) for other in taken[max(index - 2, 0) : index + 2])


def _clash(first: Edit, second: Edit) -> bool:
    if first == second:
        return False
    (start, end, _), (other_start, other_end, _) = first, second
    if (start, end) == (other_start, other_end):
        return True
    return start < other_end and other_start < end


def _moves(edits: list[Edit]) -> list[int]:
    """How far what stands in front of each edit moves; last, what stands behind them all."""
    return list(accumulate([len(text) - end + start for start, end, text in edits], initial=0))


def _carried_over(findings: list[Finding], edits: list[Edit]) -> list[Finding]:
    """The same findings in the text that the edits make."""
    if not findings:
        return []
    starts = [start for start, _, _ in edits]
    moves = _moves(edits)

    def place(offset: int, *, is_end: bool = False) -> int:
        # What is inserted at the start of a finding stands before it; at its end, behind it.
        index = bisect_left(starts, offset) if is_end else bisect_right(starts, offset)
        if index and not is_end and edits[index - 1][1] > offset:
            return starts[index - 1] + moves[index - 1]
        if index and is_end and edits[index - 1][1] > offset:
            return edits[index - 1][0] + moves[index - 1] + len(edits[index - 1][2])
        return offset + moves[index]

    def stretch(start: int, end: int) -> tuple[int, int]:
        first = place(start)
        return first, max(place(end, is_end=True), first)

    removed = [(start, end) for start, end, text in edits if not text]
    carried: list[Finding] = []
    for finding in findings:
        if removed and any(first <= finding.start < finding.end <= last for first, last in removed):
            continue  # what it speaks of is there no more
        code, severity, message, start, end, fixes, related, name, deprecated = finding
        if fixes:
            fixes = tuple(
                fix._replace(
                    edits=tuple(
                        Edit(*stretch(first, last), text) for first, last, text in fix.edits
                    )
                )
                for fix in fixes
                # What a fix would change may be something else by now.
                if not any(_clashes_with(edit, edits) for edit in fix.edits)
            )
        if related:
            related = tuple(Related(*stretch(*part[:2]), *part[2:]) for part in related)
        start, end = stretch(start, end)
        carried.append(
            Finding(code, severity, message, start, end, fixes, related, name, deprecated)
        )
    return carried
