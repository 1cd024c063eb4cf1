"""The pieces that a source is analysed by: its top-level items, through namespaces and `#if`s.

A keystroke touches one function of a file; analysing only that one is what makes an edit cheap.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tree_sitter import Node, Tree

# What holds items of the same rank as those of the file itself.
CONTAINERS = frozenset(
    {
        "namespace_definition",
        "linkage_specification",
        "declaration_list",
        "preproc_if",
        "preproc_ifdef",
        "preproc_elif",
        "preproc_elifdef",
        "preproc_else",
        "ERROR",
    }
)

# Parts of a container that are not items in it.
_PARTS = frozenset({"name", "condition", "value"})


class Item(NamedTuple):
    """A top-level item. `whole` is False for a container, whose own items come after it."""

    start: int
    node: Node
    whole: bool


def items(tree: Tree, start: int, end: int) -> Iterator[Item]:
    """The items that begin before `end` and end after `start`, in order."""
    return _items_in(tree.root_node, start, end)


def _items_in(container: Node, start: int, end: int) -> Iterator[Item]:
    cursor = container.walk()
    if not cursor.goto_first_child():
        return
    if start > container.start_byte:
        # Skips what ends before `start`; a node that ends exactly there is skipped too.
        cursor.reset(container)
        if cursor.goto_first_child_for_byte(start) is None:
            return
    # In an ERROR, single letters can be nodes: an item must not begin inside a word.
    whole_words = container.type != "ERROR"
    while True:
        node = cursor.node
        assert node is not None
        if node.start_byte >= end:
            return
        if node.is_named and cursor.field_name not in _PARTS:
            kind = node.type
            if kind in CONTAINERS:
                if kind not in ("declaration_list", "ERROR"):
                    yield Item(node.start_byte, node, False)
                yield from _items_in(node, start, end)
            elif kind != "comment" and (whole_words or node.child_count):
                yield Item(node.start_byte, node, True)
        if not cursor.goto_next_sibling():
            return
