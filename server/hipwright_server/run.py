"""What a run is: the outcome of compiling and executing one program on one target."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # the part of us that is sent to a remote server needs no NumPy
    import numpy as np
    import numpy.typing as npt

Dialect = Literal["cuda", "hip"]
# What the times of a run's launches are: "cpu-device" times say nothing about a GPU.
Times = Literal["gpu", "cpu-device", "none"]


class RunStatus(str, Enum):
    """How far a run came."""

    OK = "ok"  # ran to the end, whatever its exit status
    COMPILED = "compiled"  # the target only compiles here: no device of its kind
    COMPILE_ERROR = "compile-error"
    SIGNAL = "signal"  # ended by a signal
    TIMEOUT = "timeout"
    MEMORY_LIMIT = "memory-limit"
    INTERRUPTED = "interrupted"
    UNAVAILABLE = "unavailable"  # the target, its compiler or its server cannot be reached


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the user's source; line and column count from 1, column 0 means unknown."""

    file: str
    line: int
    column: int = 0


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One message of a compiler, at the user's line."""

    severity: Literal["error", "warning", "note"]
    message: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class KernelResources:
    """What a compiler says a kernel costs. None where it does not say."""

    kernel: str
    architecture: str
    vector_registers: int | None = None
    scalar_registers: int | None = None
    shared_memory_bytes: int | None = None
    scratch_bytes: int | None = None
    spills: int | None = None
    occupancy: int | None = None  # waves per SIMD


@dataclass(frozen=True, slots=True)
class KernelLaunch:
    """One launch of a kernel as the device saw it."""

    kernel: str
    grid: tuple[int, int, int]
    block: tuple[int, int, int]
    shared_memory_bytes: int
    seconds: float
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class CapturedArray:
    """An array that the program copied from the device to the host.

    `values` is one-dimensional. Its dtype is the element type of the copy's destination where the
    program's types tell it, else uint8. bfloat16 and 8-bit floats, which NumPy lacks, come widened
    to float32, with their own name in `element_type`.
    """

    index: int
    place: Place | None
    values: npt.NDArray[np.generic]
    expression: str = ""
    element_type: str = ""  # where NumPy's name of the dtype does not say it
    # Of a very large array only the first part is kept; the checksum is of the whole.
    left_out: int = 0  # elements that were not kept
    checksum: str = ""
    thread: int = 0  # of the host, which made the copy; counted by their first copies

    @property
    def type_name(self) -> str:
        """The element type as a person reads it."""
        return self.element_type or self.values.dtype.name


@dataclass(frozen=True, slots=True)
class OtherAccess:
    """The earlier one of two accesses that a report is about."""

    access: str  # "a write"
    place: Place | None = None
    block: tuple[int, int, int] | None = None
    thread: tuple[int, int, int] | None = None


# The kinds of report after which nothing of the kernel's results can be counted on.
_ENDS_KERNEL = frozenset(
    ("illegal-address", "deadlock", "assert", "trap", "assembly", "surface", "crash", "stopped")
)


@dataclass(frozen=True, slots=True)
class DeviceReport:
    """Something that the device saw go wrong: lanes that never came, a deadlock, a bad access."""

    kind: str
    message: str
    kernel: str = ""
    place: Place | None = None
    block: tuple[int, int, int] | None = None
    thread: tuple[int, int, int] | None = None
    lanes: tuple[int, ...] = ()
    other: OtherAccess | None = None  # where it takes two: a race

    @property
    def ends_kernel(self) -> bool:
        """Whether the kernel was ended by this, its work not done."""
        return self.kind in _ENDS_KERNEL


@dataclass(slots=True)
class Run:
    """One compile and execution of a program on a target."""

    target: str
    dialect: Dialect
    warp_size: int | None
    status: RunStatus
    message: str = ""  # one sentence for a person when the status is not OK
    exit_status: int | None = None
    signal: str | None = None
    stdout: bytes = b""
    stderr: bytes = b""
    output_cut: bool = False  # it printed more than is kept
    device: str = ""  # the device's own name, where it says one
    times: Times = "none"
    diagnostics: list[Diagnostic] = field(default_factory=list)
    resources: list[KernelResources] = field(default_factory=list)
    launches: list[KernelLaunch] = field(default_factory=list)
    arrays: list[CapturedArray] = field(default_factory=list)
    reports: list[DeviceReport] = field(default_factory=list)
    compile_seconds: float = 0.0
    run_seconds: float = 0.0
    cached: bool = False  # the compiled program came from the cache
    command: tuple[str, ...] = ()  # the compile command, to show and to repeat
    toolchain: str = ""  # name and version of what compiled it
