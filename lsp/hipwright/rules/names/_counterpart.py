"""What HIP calls a name, under the user's settings."""

from __future__ import annotations

from hipwright.api import Entry
from hipwright.api.calls import OVERLOADS, ArgumentRewrite, rewrites
from hipwright.settings import Settings


def hip_name(entry: Entry, settings: Settings) -> str:
    """What HIP calls a name under these settings; empty when it has nothing."""
    if entry.status == "experimental" and not settings.experimental:
        return ""
    if settings.roc and settings.hipify and entry.hipify_roc:
        return entry.hipify_roc
    if settings.roc and entry.roc:
        return entry.roc
    if settings.hipify and entry.hipify:
        return entry.hipify.removeprefix("-")
    return entry.hip


def rewrites_of(entry: Entry, settings: Settings) -> tuple[ArgumentRewrite, ...]:
    """How the arguments of a function's calls change."""
    known = rewrites()
    if settings.roc and entry.roc:
        return known["roc"].get(entry.name) or known["miopen"].get(entry.name) or ()
    if settings.hipify and entry.name in known["hipify"]:
        return known["hipify"][entry.name]
    return known["hip"].get(entry.name, ())


def changes_arguments(entry: Entry, settings: Settings) -> bool:
    """Whether the calls of a function change more than its name."""
    return bool(rewrites_of(entry, settings)) or entry.name in OVERLOADS
