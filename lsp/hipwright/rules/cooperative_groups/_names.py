"""What a file calls the namespace of cooperative groups."""

from __future__ import annotations

import re
from collections.abc import Container
from functools import lru_cache

from hipwright.patterns import regex
from hipwright.rules.code import Code

_ALIAS = regex(rb"namespace\s+(\w+)\s*=\s*(?:::)?cooperative_groups\s*;")


def qualified(code: Code, names: Container[bytes]) -> list[re.Match[bytes]]:
    """Where some names of cooperative groups stand as this file qualifies them, in order.

    The name itself is the group `name` of the match.
    """
    prefixes = {b"cooperative_groups", *(match[1] for match in code.words(_ALIAS))}
    found = [
        match
        for prefix in prefixes
        for match in code.words(_behind(prefix))
        if match["name"] in names
    ]
    return sorted(found, key=lambda match: match.start())


@lru_cache(maxsize=64)
def _behind(prefix: bytes) -> re.Pattern[bytes]:
    return re.compile(re.escape(prefix) + rb"\s*::\s*(?P<name>\w+)")


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
_MAKER = regex(rb"(?:\w+\s*::\s*)*(?P<made>" + b"|".join(_MADE) + rb")\b\s*(?P<lanes><\s*\w+)?")


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
