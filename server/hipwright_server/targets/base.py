"""What a target is: a named device with its toolchain and its place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from hipwright_server.process import (
    OUTPUT_BYTES,
    Limits,
    OutputCallback,
    Stop,
    physical_memory_bytes,
)
from hipwright_server.program import Program
from hipwright_server.run import Dialect, Run, RunStatus
from hipwright_server.targets.checks import Check

Ability = Literal["run", "compile", "none"]
_MEMORY_SHARE = 0.75  # of the machine's, where the user sets no limit


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Limits and choices of one run."""

    seconds: float | None = 120.0
    memory_bytes: int | None = None  # None: three quarters of the machine's
    output_bytes: int = OUTPUT_BYTES
    architecture: str = ""
    schedule: Literal["friendly", "adversarial"] = "friendly"
    checks: tuple[Check, ...] = ()  # what the CPU device looks for besides
    stop: Stop | None = None
    # Where the device writes, kept after the run and its arrays not read; None: a fresh folder.
    run_directory: Path | None = None

    def limits(self) -> Limits:
        """The limits of the process."""
        memory = self.memory_bytes or int(physical_memory_bytes() * _MEMORY_SHARE) or None
        return Limits(self.seconds, memory, self.output_bytes)


@dataclass(frozen=True, slots=True)
class TargetDescription:
    """What a person is told of a target."""

    name: str
    title: str  # what it is, in a few words
    ability: Ability
    toolchain: str = ""  # name and version; "" when there is none
    missing: str = ""  # what is missing and how to get it; "" when nothing is
    place: str = "this machine"


class Target(Protocol):
    """Compiles and runs programs."""

    @property
    def name(self) -> str:
        """Its name: `cpu:32`, `cuda`, `rocm:gfx942`, `lab2:cpu:64`."""

    @property
    def dialect(self) -> Dialect | None:
        """The only dialect that it takes; None when it takes both."""

    def describe(self) -> TargetDescription:
        """What it is and what it can do here."""

    def run(
        self,
        program: Program,
        options: RunOptions | None = None,
        on_output: OutputCallback | None = None,
    ) -> Run:
        """Compile and run. Whatever goes wrong is in the run, not raised."""


def unavailable(target: Target, program: Program, message: str) -> Run:
    """A run that never was, and why."""
    return Run(target.name, program.dialect, None, RunStatus.UNAVAILABLE, message)
