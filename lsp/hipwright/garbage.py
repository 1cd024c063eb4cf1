"""How often Python looks for garbage."""

from __future__ import annotations

import gc


def collect_seldom() -> None:
    """Let Python look for cycles less often.

    A check makes thousands of small tuples, none in a cycle, and rules and tables stay for good:
    going through all of them every so many tuples only takes time.
    """
    gc.set_threshold(50_000, 20, 50)
