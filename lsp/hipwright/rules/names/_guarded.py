"""Definitions that HIP's headers have too: kept for other compilers, and left out for HIP's."""

from __future__ import annotations

import re

from tree_sitter import Node

from hipwright.finding import Edit
from hipwright.patterns import regex
from hipwright.rules.warp._guards import directives, unseen_on_amd
from hipwright.source import Source

_BEFORE = b"#ifndef __HIP__"
_AFTER = b"#endif"


# Conditions that are usual around such definitions, and that no compiler for AMD fulfils.
_CUDA_ONLY = regex(rb"^[ \t]*#[ \t]*(?:if|elif)[^\n]*\b__(?:CUDA_ARCH|NVCC)__", re.MULTILINE)
_NEAR = 500


def is_seen(content: bytes, position: int) -> bool:
    """Whether HIP's compiler gets to see a definition, as far as the lines above it tell."""
    if any(start <= position < end for start, end in unseen_on_amd(directives(content))):
        return False
    return _CUDA_ONLY.search(content, max(position - _NEAR, 0), position) is None


def definition_at(source: Source, position: int) -> Node | None:
    """The function definition at a position, with its `template <…>`."""
    node = source.tree.root_node.descendant_for_byte_range(position, position)
    while node is not None and node.type != "function_definition":
        node = node.parent
    if node is not None and node.parent is not None and node.parent.type == "template_declaration":
        return node.parent
    return node


def left_out(source: Source, definition: Node) -> tuple[Edit, Edit] | None:
    """The edits that hide a definition from HIP's compiler; None where it shares its lines."""
    content = source.content
    start = content.rfind(b"\n", 0, definition.start_byte) + 1
    end = content.find(b"\n", definition.end_byte)
    end = len(content) if end < 0 else end
    newline = b"\r\n" if content[end - 1 : end] == b"\r" else b"\n"
    rest = content[definition.end_byte : end].strip()
    if content[start : definition.start_byte].strip() or not (
        rest in (b"", b";") or rest.startswith(b"//")
    ):
        return None
    if newline == b"\r\n":
        end -= 1
    return (
        Edit(start, start, _BEFORE + newline),
        Edit(end, end, newline + _AFTER),
    )
