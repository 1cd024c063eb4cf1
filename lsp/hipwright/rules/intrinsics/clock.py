"""INTR002: clock() and clock64() in kernels."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Finding, Related, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import code_of
from hipwright.settings import Settings, generation
from hipwright.source import Source

_CLOCK = regex(rb"clock(?:64)?(?=\s*\(\s*\))")
_DEVICE = regex(rb"__(?:global|device)__")


class DeviceClock(FileRule):
    """On gfx11, the counter behind `clock()` and `clock64()` does not count cycles reliably.

    `wall_clock64()` counts at a constant rate on every GPU: hipDeviceAttributeWallClockRate, in
    kHz. Elsewhere `clock64()` counts cycles as in CUDA.
    """

    code = "INTR002"
    title = "Cycle counter in a kernel"
    severity = Severity.INFO
    source = "HIP C++ language extensions: timer functions"
    hazards = ("HW185",)
    triggers = (b"clock64", b"clock()")
    examples = (
        Example(
            before="__global__ void k(long long *t) { t[0] = clock64(); }\n",
            after="__global__ void k(long long *t) { t[0] = clock64(); }\n",
        ),
        Example(
            before="__global__ void k(long long *t) { t[0] = clock64(); }\n",
            after=None,
            settings=Settings(arch=("gfx942",)),
        ),
        Example(before="void f() { long t = clock(); }\n", after=None, why="The host's clock."),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        """The findings of the whole source."""
        if settings.arch and not any(generation(name) == 11 for name in settings.arch):
            return
        code = code_of(source)
        found: list[tuple[int, int]] = []
        for match in code.words(_CLOCK):
            function = code.function_at(match.start())
            if function is None or not code.is_code(*match.span()):
                continue
            if _DEVICE.search(source.content, function[0], match.start()):
                found.append(match.span())
        if not found:
            return
        first, *others = found
        yield Finding(
            self.code,
            self.severity,
            "On gfx11 this counter is not reliable; `wall_clock64()` counts at a constant rate.",
            *first,
            related=tuple(Related(*other, "Here too.") for other in others[:20]),
            name=source.content[first[0] : first[1]].decode(),
        )
