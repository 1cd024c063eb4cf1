"""What a file calls the namespace of cooperative groups."""

from __future__ import annotations

import re

_ALIAS = re.compile(rb"\bnamespace\s+(\w+)\s*=\s*(?:::)?cooperative_groups\s*;")
_USING = re.compile(rb"\busing\s+namespace\s+(?:::)?cooperative_groups\s*;")


def prefixes(content: bytes) -> list[bytes]:
    """The names that stand before `::` for cooperative groups."""
    return [b"cooperative_groups", *_ALIAS.findall(content)]


def is_used(content: bytes) -> bool:
    """Whether a file takes all names of cooperative groups into its own scope."""
    return _USING.search(content) is not None


def qualified(content: bytes, names: bytes) -> re.Pattern[bytes]:
    """A pattern for some names of cooperative groups, as this file writes them.

    The name itself is the group `name`; `names` are alternatives of a regular expression.
    """
    before = rb"(?:" + rb"|".join(map(re.escape, prefixes(content))) + rb")\s*::\s*"
    return re.compile(before + rb"(?P<name>" + names + rb")(?!\w)")
