"""What came of one program, and of all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from hipwright_server.compare.comparison import Comparison
from hipwright_server.program import PortedFinding
from hipwright_server.run import Run
from hipwright_server.verify.found import FoundProgram, LeftOut

# agree: it computes the same wherever it ran, and compiles elsewhere. compiles: nothing could run.
# skipped and interrupted: not tried, or not to the end.
ProgramVerdict = Literal["agree", "compiles", "differ", "failed", "skipped", "interrupted"]
GOOD = ("agree", "compiles", "skipped")
Written = Literal["original", "port", "program"]  # a program that is HIP already has no original


@dataclass(slots=True)
class Result:
    """One program on one target."""

    target: str
    written: Written  # what was compiled there
    run: Run
    verdict: str  # reference | agree | differ | failed | compiles
    sentence: str = ""


@dataclass(slots=True)
class Outcome:
    """One program on all targets."""

    program: FoundProgram
    verdict: ProgramVerdict
    cause: str = ""  # one line, when it is not plain agreement
    results: list[Result] = field(default_factory=list)
    comparison: Comparison | None = None
    dialect: str = ""
    changes: int = 0
    findings: tuple[PortedFinding, ...] = ()
    seconds: float = 0.0
    arrays: int = 0  # compared with those of the original
    elements: int = 0
    printed: bool = False  # whether it printed anything that was compared
    facts: list[str] = field(default_factory=list)  # what is not as it should be; see baseline.py

    @property
    def compared_nothing(self) -> bool:
        """Whether it agrees only because it neither printed nor copied anything back."""
        return self.verdict == "agree" and not self.arrays and not self.printed


@dataclass(slots=True)
class Report:
    """All programs."""

    targets: list[str]
    outcomes: list[Outcome]
    left_out: list[LeftOut]
    seconds: float = 0.0

    def counts(self) -> Counter[str]:
        """How many programs have each verdict."""
        return Counter(outcome.verdict for outcome in self.outcomes)

    @property
    def verdict(self) -> ProgramVerdict:
        """The worst of all: one program that differs is a difference."""
        return worst([outcome.verdict for outcome in self.outcomes])


def worst(verdicts: Sequence[ProgramVerdict]) -> ProgramVerdict:
    """The verdict that speaks for all. A wrong result weighs more than none."""
    order: Sequence[ProgramVerdict] = ("differ", "failed", "interrupted", "agree", "compiles")
    return next((each for each in order if each in verdicts), "skipped")
