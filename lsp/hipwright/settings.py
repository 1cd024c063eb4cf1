"""What the user can choose about checking and porting. One schema for every front end."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Choices that change which findings and fixes a source gets."""

    select: tuple[str, ...] = ()  # codes or families to look for; empty means all
    ignore: tuple[str, ...] = ()  # codes or families to leave out
    roc: bool = False  # prefer roc* libraries to hip* ones
    launch: str = "keep"  # "keep" leaves <<<>>>; "macro" writes hipLaunchKernelGGL
