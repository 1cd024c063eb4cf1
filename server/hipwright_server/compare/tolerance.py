"""How far two numbers may lie apart and still count as the same result."""

from __future__ import annotations

import math
from dataclasses import dataclass

# Relative and absolute tolerance by element type, where the user chooses none. Sums in another
# order (a wavefront of 64 lanes adds in another order than a warp of 32) move the last few bits of
# a float, not more; the relative numbers leave room for some hundred such steps.
DEFAULTS = {
    "float16": (2e-3, 1e-5),
    "bfloat16": (1.6e-2, 1e-5),
    "float8_e4m3": (1.25e-1, 1e-3),
    "float8_e5m2": (2.5e-1, 1e-3),
    "float32": (1e-5, 1e-7),
    "complex64": (1e-5, 1e-7),
    "float64": (1e-10, 1e-14),
    "complex128": (1e-10, 1e-14),
}
DEFAULT_ULP = 4
PRINTED = (1e-5, 1e-7)  # for numbers in the output, which are mostly single precision


@dataclass(frozen=True, slots=True)
class Tolerance:
    """The user's choice: None takes the default of the element type.

    Two floating-point elements agree when |a - b| <= absolute + relative * |a|, where a is the
    reference, or when they lie at most `ulp` representable numbers apart. Integers must be the
    same, unless an absolute tolerance is chosen.

    Raises:
        ValueError: a number is negative or not finite.
    """

    relative: float | None = None
    absolute: float | None = None
    ulp: int | None = None

    def __post_init__(self) -> None:
        for name, value in (
            ("relative", self.relative),
            ("absolute", self.absolute),
            ("ulp", self.ulp),
        ):
            if value is not None and not (value >= 0 and math.isfinite(value)):
                raise ValueError(f"the {name} tolerance must be a number from 0 up, not {value}")

    def for_type(self, element_type: str) -> tuple[float, float, int]:
        """(relative, absolute, ulp) for an element type; integers get (0, absolute, 0)."""
        if element_type in DEFAULTS:
            relative, absolute = DEFAULTS[element_type]
            return (
                relative if self.relative is None else self.relative,
                absolute if self.absolute is None else self.absolute,
                DEFAULT_ULP if self.ulp is None else self.ulp,
            )
        return 0.0, self.absolute or 0.0, 0

    def for_output(self) -> tuple[float, float]:
        """(relative, absolute) for numbers in the output."""
        relative, absolute = PRINTED
        return (
            relative if self.relative is None else self.relative,
            absolute if self.absolute is None else self.absolute,
        )
