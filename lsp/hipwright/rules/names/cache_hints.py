"""API010: loads and stores with a cache hint."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.api import Entry
from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.rules.base import Example, NameRule, NameUse
from hipwright.rules.names._counterpart import CACHE_HINTS
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.source.calls import Call, call_of


class CacheHint(NameRule):
    """HIP has these loads and stores for half precision only; a plain one does the same, without
    the hint to the cache.

    `__builtin_nontemporal_load` and `__builtin_nontemporal_store` keep the hint, for numbers and
    not for CUDA's vector types. `__ldcv` reads memory again each time, which a plain load does not.
    """

    code = "API010"
    title = "Load or store with a cache hint"
    severity = Severity.ERROR
    settled = True
    source = (
        "CUDA C++ programming guide: load and store functions using cache hints; HIP 7.1 headers"
    )
    hazards = ("HW182",)
    examples = (
        Example(
            "__device__ float f(float *p) { return __ldcs(p + 1); }",
            "__device__ float f(float *p) { return (*(p + 1)); }",
            run="[&] { float p[2] = {0, t + 0.5f}; return f(p); }()",
        ),
        Example(
            "__device__ void f(float *p, float x) { __stcs(&p[3], 2 * x); }",
            "__device__ void f(float *p, float x) { (*(&p[3]) = (2 * x)); }",
            run="[&] { float p[4]; f(p, t); return p[3]; }()",
        ),
        Example(
            "__device__ int f(int *p) { return __ldcv(p); }",
            "__device__ int f(int *p) { return __ldcv(p); }",
            why="the memory may change while it is read",
            alternative="__device__ int f(int *p) { return __builtin_nontemporal_load(p); }",
        ),
        Example("__device__ float f(float *p) { return __ldg(p); }", None),
    )

    def applies(self, entry: Entry, settings: Settings) -> bool:
        return entry.name in CACHE_HINTS and not settings.hipify

    def check(self, use: NameUse, source: Source, settings: Settings) -> Iterable[Finding]:
        name = use.entry.name
        is_load = name.startswith("__ld")
        call = call_of(source, use.start, use.end, use.node)
        fixes: tuple[Fix, ...] = ()
        if call is not None and len(call.arguments) == (1 if is_load else 2):
            if name == "__ldcv":
                edit = Edit(use.start, use.end, b"__builtin_nontemporal_load")
                fixes = (Fix("Read past the caches", (edit,), safe=False),)
            else:
                fixes = (plain_access(use.start, call, is_load=is_load),)
        yield Finding(
            self.code,
            self.severity,
            f"`{name}` is not declared for this type in HIP; a plain "
            f"{'load' if is_load else 'store'} does the same, without the hint",
            use.start,
            use.end,
            fixes,
            name=name,
        )


def plain_access(start: int, call: Call, *, is_load: bool) -> Fix:
    """The fix that makes a plain load or store of the call whose name is at `start`."""
    first, last = call.arguments[0]
    edits = [Edit(start, first, b"(*(")]
    if is_load:
        edits.append(Edit(last, call.close + 1, b"))"))
        return Fix("Write a plain load", tuple(edits))
    value_start, value_end = call.arguments[1]
    edits += [Edit(last, value_start, b") = ("), Edit(value_end, call.close + 1, b"))")]
    return Fix("Write a plain store", tuple(edits))
