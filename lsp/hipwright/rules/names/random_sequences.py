"""LIB003: random numbers that come out otherwise."""

from __future__ import annotations

from hipwright.api import Entry
from hipwright.finding import Severity
from hipwright.rules.base import Advice, Example, NameRule
from hipwright.settings import Settings

_NAMES = frozenset({"curand_init", "curandCreateGenerator", "curandCreateGeneratorHost"})


class RandomSequences(NameRule):
    """hipRAND promises the same distributions as cuRAND, and not the same sequence for a seed."""

    code = "LIB003"
    title = "Random numbers with a sequence of their own"
    severity = Severity.INFO
    settled = True
    source = "rocRAND documentation: cuRAND compatibility"
    hazards = ("HW231",)
    examples = (
        Example(
            "__device__ void f() { curand_init(1, 0, 0, &state); }",
            "__device__ void f() { curand_init(1, 0, 0, &state); }",
            around="#include <curand_kernel.h>\nextern __device__ curandState state;\n@\n",
        ),
        Example("__device__ float f() { return curand_uniform(&state); }", None),
    )

    def applies(self, entry: Entry, settings: Settings) -> bool:
        return entry.name in _NAMES and not settings.hipify

    def advice(self, entry: Entry, settings: Settings) -> Advice:
        return Advice(
            "the same seed may give other numbers than cuRAND's: compare results by their "
            "statistics, or read the numbers from a file"
        )
