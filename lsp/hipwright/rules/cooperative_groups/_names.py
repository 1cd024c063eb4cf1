"""What a file calls the namespace of cooperative groups."""

from __future__ import annotations

import re

from hipwright.rules.code import Code

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


_KIND = (
    rb"(?:thread_block_tile\s*<\s*\w+[^<>;]*>|thread_block|coalesced_group|grid_group|thread_group)"
)
# What makes a group, and of which type it is; the lanes of a tile stand behind.
_MADE = {
    b"this_thread_block": b"thread_block",
    b"this_grid": b"grid_group",
    b"coalesced_threads": b"coalesced_group",
    b"tiled_partition": b"thread_block_tile",
}
_MAKER = re.compile(
    rb"(?:\w+\s*::\s*)*(?P<made>" + b"|".join(_MADE) + rb")\b\s*(?P<lanes><\s*\w+)?"
)


def type_of_group(code: Code, name: bytes, position: int) -> bytes | None:
    """The type of a group that a name stands for, such as `thread_block_tile<32`; None if none.

    Read from the text: the grammar takes `cg::thread_block_tile<32> warp = …` for a comparison.
    """
    function = code.function_at(position) or (0, position)
    text = code.content[function[0] : position]
    declared = None
    for match in re.finditer(
        rb"\b(?P<type>auto|" + _KIND + rb")(?:\s+const)?\s*&{0,2}\s*\b" + name + rb"\b"
        rb"(?:\s*=\s*(?P<value>[^;]*))?",
        text,
    ):
        declared = match
    if declared is None:
        return None
    if declared["type"] != b"auto":
        return bytes(declared["type"])
    made = _MAKER.match(declared["value"] or b"")
    return _MADE[made["made"]] + (made["lanes"] or b"") if made is not None else None
