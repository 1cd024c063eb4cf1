"""IGNORE001: a comment that silences nothing."""

from __future__ import annotations

from hipwright.finding import Severity
from hipwright.rules.base import Example, Rule


class UnusedSuppression(Rule):
    """A comment `hipwright: ignore[CODE]` silences nothing: its reason is gone, or its code wrong.

    The engine itself looks for these, once it knows what all other rules found; see
    `hipwright.suppression`.
    """

    code = "IGNORE001"
    title = "Suppression comment without effect"
    severity = Severity.WARNING
    source = "our own convention"
    examples = (
        Example(
            "int a;  // hipwright: ignore[IGNORE001] was needed once\n",
            "int a;  // hipwright: ignore[IGNORE001] was needed once\n",
            alternative="int a;\n",
        ),
        Example("int a;  // hipwright is a tool\n", None),
    )
