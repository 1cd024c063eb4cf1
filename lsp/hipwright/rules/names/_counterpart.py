"""What HIP calls a name, under the user's settings."""

from __future__ import annotations

from hipwright.api import Entry
from hipwright.api.calls import OVERLOADS, ArgumentRewrite, rewrites
from hipwright.settings import Settings

# Loads and stores that differ from plain ones by what they tell the cache. HIP declares some of
# them, for half precision only.
CACHE_HINTS = frozenset(
    f"__{kind}" for kind in ["ldca", "ldcg", "ldcs", "ldcv", "ldlu", "stcg", "stcs", "stwb", "stwt"]
)


def hip_name(entry: Entry, settings: Settings) -> str:
    """What HIP calls a name under these settings; empty when it has nothing."""
    if entry.status == "experimental" and not settings.experimental:
        return ""
    if settings.roc and settings.hipify and entry.hipify_roc:
        return entry.hipify_roc
    if _takes_roc(entry, settings):
        return entry.roc
    if settings.hipify and entry.hipify:
        return entry.hipify.removeprefix("-")
    is_blas = entry.library == "cuBLAS"
    if is_blas and settings.hip_version.startswith("6.") and entry.hipify.endswith("_v2"):
        return entry.hipify  # what hipBLAS 2 calls it, whose plain name still takes other types
    return entry.hip


def _takes_roc(entry: Entry, settings: Settings) -> bool:
    """Whether the name of the roc library, or of MIOpen, is the one to write."""
    if settings.roc:
        return bool(entry.roc)
    return bool(entry.roc) and settings.experimental and not settings.hipify and _is_dnn(entry)


def _is_dnn(entry: Entry) -> bool:
    return entry.library == "cuDNN"


def without_counterpart(entry: Entry) -> str:
    """A sentence that says what there is instead of a name or a header that HIP lacks."""
    message = f"`{entry.name}` has no counterpart in HIP"
    if entry.status == "roc-only" and _is_dnn(entry):
        return f"{message}; MIOpen has `{entry.roc}`, which an experimental port writes"
    if entry.status == "roc-only":
        return (
            f"{message}; the roc library has `{entry.roc}`, which a port for roc libraries writes"
        )
    return f"{message}: {entry.instead}" if entry.instead else message


def rewrites_of(entry: Entry, settings: Settings) -> tuple[ArgumentRewrite, ...]:
    """How the arguments of a function's calls change."""
    known = rewrites()
    if _takes_roc(entry, settings):
        return known["roc"].get(entry.name) or known["miopen"].get(entry.name) or ()
    if settings.hipify and entry.name in known["hipify"]:
        return known["hipify"][entry.name]
    if not settings.hipify and entry.name in known["own"]:
        return known["own"][entry.name]
    return known["hip"].get(entry.name, ())


def changes_arguments(entry: Entry, settings: Settings) -> bool:
    """Whether the calls of a function change more than its name."""
    return bool(rewrites_of(entry, settings)) or entry.name in OVERLOADS
