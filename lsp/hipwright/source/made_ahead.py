"""What was made of texts before anyone asked for it."""

from __future__ import annotations

from typing import Generic, TypeVar

_Made = TypeVar("_Made")


class MadeAhead(Generic[_Made]):
    """Something made of each of a few texts, which whoever asks first takes away.

    A text is known by its very object: to compare it, or to hash it, would take longer than what
    is won.
    """

    def __init__(self) -> None:
        self._made: dict[int, tuple[bytes, _Made]] = {}

    def __len__(self) -> int:
        return len(self._made)

    def put(self, content: bytes, made: _Made) -> None:
        """Keep what was made of a text."""
        self._made[id(content)] = content, made  # with the text: its number stays its own

    def take(self, content: bytes) -> _Made | None:
        """What was made of a text, or None."""
        _, made = self._made.pop(id(content), (content, None))
        return made

    def clear(self) -> None:
        """Let go of what nobody asked for."""
        self._made.clear()
