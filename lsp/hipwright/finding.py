"""What the engine says about a source: findings, their fixes, and the edits of a fix.

All positions are byte offsets into the source's content. Lines and columns are made from them at
the very end, by the one who shows them (see `hipwright.source.lines`).

These are tuples, because a large file has thousands of them, made anew at every check.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Severity(str, Enum):
    """How much a finding matters, in the words of the language server protocol."""

    ERROR = "error"  # does not compile, or cannot work, on AMD
    WARNING = "warning"  # compiles, and gives a wrong result
    INFO = "info"  # worth knowing, harmless as written
    HINT = "hint"  # a chance to do better


class Edit(NamedTuple):
    """Replace the bytes `start` to `end` (exclusive) of the source by `text`."""

    start: int
    end: int
    text: bytes


class Fix(NamedTuple):
    """A titled list of edits, applied all together or not at all.

    `safe` means that the program's meaning is kept on a warp of 32 and on a wavefront of 64 lanes;
    only safe fixes make up a port. An unsafe fix is offered, and applied one at a time on purpose.
    """

    title: str
    edits: tuple[Edit, ...]
    safe: bool = True


class Elsewhere(NamedTuple):
    """A place in another file, on one line. Lines and columns (UTF-16) count from 0."""

    path: str  # absolute
    line: int
    column: int
    end_column: int


class Related(NamedTuple):
    """Another place that explains a finding, such as the definition behind a use.

    One that stands in another file has `elsewhere`; its bytes are then those of the finding.
    """

    start: int
    end: int
    message: str
    elsewhere: Elsewhere | None = None


class Finding(NamedTuple):
    """One thing that must or should change.

    Its fixes stand in order of preference. The first safe one is the one that a port applies.
    `name` is the CUDA name it is about, where there is one: hover and reports look it up.
    """

    code: str
    severity: Severity
    message: str
    start: int
    end: int
    fixes: tuple[Fix, ...] = ()
    related: tuple[Related, ...] = ()
    name: str | None = None
    deprecated: bool = False

    @property
    def safe_fix(self) -> Fix | None:
        """The fix that a port applies, or None where a person must decide."""
        for fix in self.fixes:  # a loop: a port asks every finding, and `next` costs thrice as much
            if fix.safe:
                return fix
        return None


# Makes a named tuple of a tuple without the call between: a keystroke moves hundreds of findings.
_as = tuple.__new__


def moved(finding: Finding, by: int) -> Finding:
    """The same finding, `by` bytes further on."""
    code, severity, message, start, end, fixes, related, name, deprecated = finding
    if len(fixes) == 1 and len(fixes[0][1]) == 1:  # nearly all; no calls but for the tuples
        title, ((first, last, text),), safe = fixes[0]
        fixes = (_as(Fix, (title, (_as(Edit, (first + by, last + by, text)),), safe)),)
    elif fixes:
        fixes = tuple([_moved_fix(fix, by) for fix in fixes])
    if related:
        related = tuple([Related(part[0] + by, part[1] + by, *part[2:]) for part in related])
    return _as(
        Finding,
        (code, severity, message, start + by, end + by, fixes, related, name, deprecated),
    )


def _moved_fix(fix: Fix, by: int) -> Fix:
    title, edits, safe = fix
    moved_edits = [_as(Edit, (start + by, end + by, text)) for start, end, text in edits]
    return _as(Fix, (title, tuple(moved_edits), safe))
