"""What rules about Python share: whose code it is already, and plain strings."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from tree_sitter import Node

from hipwright.patterns import regex
from hipwright.source.python import PythonCode, Use
from hipwright.source.texts import Text

# Whoever asks for one of these has thought of AMD; what stands beside it is on purpose.
_KNOWS_ROCM = regex(
    rb"version\.hip\b|\bROCM_HOME\b|\bis_rocm\b|\bis_hip\b|\bIS_HIP\w*|\bis_hip_extension\b"
    rb"|\bIS_ROCM\b|\bTEST_WITH_ROCM\b|\bgcnArchName\b|\bUSE_ROCM\b|\bhas_rocm\b|\bHIP_HOME\b"
    rb"|\bis_amd\w*|\bget_rocm\w*|\brocm_\w+|\bis_rocm_pytorch\b|[\"']hip[\"']"
)


_AMD = (b"hip", b"HIP", b"rocm", b"ROCM", b"is_amd", b"gcnArchName")


@lru_cache(maxsize=4)
def _mentions_rocm(content: bytes) -> bool:
    return any(word in content for word in _AMD) and _KNOWS_ROCM.search(content) is not None


def knows_rocm(text: Text) -> bool:
    """Whether a text asks somewhere if it runs on ROCm."""
    return _mentions_rocm(text.content)


def uses_of(code: PythonCode, *paths: str) -> Iterator[Use]:
    """The uses of these names, and of what is below them."""
    for use in code.uses:
        if any(use.path == path or use.path.startswith(f"{path}.") for path in paths):
            yield use


def strings(code: PythonCode) -> Iterator[tuple[Node, int, int, bytes]]:
    """Each string: its node, where its text begins and ends, and that text as it is written."""
    for node in code.nodes("(string) @found"):
        opening = code.text_of(node.children[0])
        quote = opening.lstrip(b"rRbBfFuUtT")
        start, end = node.children[0].end_byte, node.end_byte - len(quote)
        if start <= end:
            yield node, start, end, code.content[start:end]


def is_guard(node: Node) -> bool:
    """Whether a value is only asked to be there, by `x is not None` or an `if x`."""
    parent = node.parent
    if parent is None:
        return False
    if parent.type == "comparison_operator":
        operators = [child.type for child in parent.children if not child.is_named]
        return "is not" in operators or operators == ["is", "not"]
    if parent.type == "conditional_expression":
        return parent.named_children[1] == node
    return parent.type == "if_statement" and parent.child_by_field_name("condition") == node


def stands_behind(node: Node, condition: bytes, code: PythonCode) -> bool:
    """Whether an `if` around a node asks for this, so that the node is not reached without it."""
    current = node.parent
    while current is not None:
        if current.type == "conditional_expression":
            value, wanted = current.named_children[:2]
            name = condition.removesuffix(b" is not None")
            if value.end_byte >= node.end_byte and name in code.text_of(wanted):
                return True
        if current.type == "if_statement":
            asked = current.child_by_field_name("condition")
            behind = asked is not None and asked.end_byte <= node.start_byte
            if behind and asked is not None and condition in code.text_of(asked):
                return True
        current = current.parent
    return False


def enclosing(node: Node, *kinds: str) -> Node | None:
    """The closest node around this one that is of one of these kinds, within its statement."""
    current = node.parent
    while current is not None and not current.type.endswith("_statement"):
        if current.type in kinds:
            return current
        current = current.parent
    return current if current is not None and current.type in kinds else None
