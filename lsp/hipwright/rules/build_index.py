"""Rebuilds `index.txt`, which says of each rule where it is and what makes it look.

    python -m hipwright.rules.build_index

Run it when a rule comes, goes, or changes its triggers; a test says so too.
"""

from __future__ import annotations

from collections.abc import Iterator

from hipwright.rules.base import FileRule, NameRule, Rule, SyntaxRule, TextRule
from hipwright.rules.registry import INDEX, Kind, rules_in_folders

_FLAGS = ("settled", "stable", "has_safe_fixes")
_KINDS: dict[Kind, type[Rule]] = {
    "name": NameRule,
    "shape": SyntaxRule,
    "file": FileRule,
    "text": TextRule,
    "other": Rule,
}


def build() -> bytes:
    r"""What `index.txt` has to hold: a line a rule, in columns that tabs separate.

    A tab in a trigger is written `\t`. Raises ValueError for what could not be read again.
    """
    return b"".join(b"\t".join(_columns(rule)) + b"\n" for rule in rules_in_folders())


def _columns(rule: Rule) -> Iterator[bytes]:
    yield rule.code.encode()
    yield next(kind for kind, base in _KINDS.items() if isinstance(rule, base)).encode()
    yield type(rule).__module__.removeprefix("hipwright.rules.").encode()
    yield ",".join(flag for flag in _FLAGS if getattr(rule, flag)).encode()
    yield ",".join(rule.disturbs).encode()
    yield ",".join(map(str, sorted(rule.wave_sizes))).encode()
    for trigger in rule.triggers:
        if not trigger or b"\\" in trigger or b"\n" in trigger or b"\r" in trigger:
            raise ValueError(f"{rule.code}: {trigger!r} cannot be a trigger")
        yield trigger.replace(b"\t", b"\\t")


if __name__ == "__main__":
    INDEX.write_bytes(build())
