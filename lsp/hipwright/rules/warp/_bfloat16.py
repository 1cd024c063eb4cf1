"""Shuffles of bfloat16, which HIP has for integers and other floats, and not for this type."""

from __future__ import annotations

import re

from hipwright.finding import Edit
from hipwright.patterns import regex
from hipwright.rules.warp._code import WarpCall, WarpCode

_VALUE = regex(rb"(\w+)((?:\s*\[[^\[\]]*\])*)")
_BFLOAT16 = regex(rb"(?<!\w)(?:__nv_|__hip_|nv_|hip_)bfloat16(2?)(?!\w)")
_MADE = regex(rb"__(?:float|double|u?short|u?int)(?:2|_as_)bfloat16\w*\s*\(")


def parts_of(code: WarpCode, call: WarpCall) -> int | None:
    """How many bfloat16 a shuffle moves: 1 or 2; 0 where it moves none as far as can be told.

    None where the type's name is one for bfloat16 in some branches, and for others elsewhere.
    """
    if b"bfloat16" not in code.content:
        return 0
    value = code.text(call.arguments[1]).strip()
    if _MADE.match(value):
        return 1
    match = _VALUE.fullmatch(value)
    declaration = code.declaration(match[1], call.start) if match is not None else None
    if declaration is None or declaration.kind == "macro":
        return 0
    types = [declaration.type]
    for word in re.findall(rb"\w+", declaration.type):
        types += _aliases(code.content, word)
    found = {_parts(each) for each in types[1:] or types}
    return found.pop() if len(found) == 1 else None


def shuffle_of_bits(code: WarpCode, call: WarpCall, edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """A shuffle, as `edits` write it, that moves the bits of a bfloat16."""
    start, end = call.arguments[1]
    return (
        Edit(call.start, call.start, b"__ushort_as_bfloat16("),
        *edits,
        Edit(start, start, b"__bfloat16_as_ushort("),
        Edit(end, end, b")"),
        Edit(call.stop, call.stop, b")"),
    )


def _parts(type_: bytes) -> int:
    match = _BFLOAT16.search(type_)
    return 0 if match is None else 2 if match[1] else 1


def _aliases(content: bytes, name: bytes) -> list[bytes]:
    """What a name of a type stands for in a source, in each place that says so."""
    pattern = (
        rb"\busing\s+" + name + rb"\s*=\s*([\w:]+)\s*;"
        rb"|\btypedef\s+([\w:]+)\s+" + name + rb"\s*;"
        rb"|#[ \t]*define[ \t]+" + name + rb"[ \t]+([\w:]+)"
    )
    return [b"".join(found) for found in re.findall(pattern, content)]
