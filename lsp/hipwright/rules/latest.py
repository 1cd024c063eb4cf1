"""What several rules ask of one source, made once.

Rules look at one source after another: remembering what was made of the last one is enough.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Generic, TypeVar

from hipwright.source import Source

_Made = TypeVar("_Made")


class Latest(Generic[_Made]):
    """What `make` makes of a source, remembered until the source is edited or another one comes."""

    _all: ClassVar[list[Latest[Any]]] = []

    def __init__(self, make: Callable[[Source], _Made]) -> None:
        self._make = make
        self._known: tuple[Source, bytes, _Made] | None = None
        Latest._all.append(self)

    def __call__(self, source: Source) -> _Made:
        """What is made of a source, as its content is now."""
        if self._known is not None:
            known, content, made = self._known
            if known is source and content is source.content:
                return made
        made = self._make(source)
        self._known = source, source.content, made
        return made

    @staticmethod
    def forget() -> None:
        """Let go of the last source: its tree takes a hundred times the room of its text."""
        for each in Latest._all:
            each._known = None
