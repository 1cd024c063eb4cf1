"""WARP007: votes without a mask, in CUDA code."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Finding, Fix, Severity
from hipwright.rules.base import Example, FileRule
from hipwright.rules.warp._code import Dialect, warp_code
from hipwright.rules.warp._rewrite import vote
from hipwright.settings import Settings
from hipwright.source import Source


class WavefrontVote(FileRule):
    """HIP's `__any` and `__all` ask the whole wavefront, where CUDA's ask 32 lanes.

    The fix reads the answer of the 32 lanes around the calling one out of a ballot. Where a vote is
    only there to leave a loop early, asking the whole wavefront is right too, and cheaper.
    """

    code = "WARP007"
    title = "Vote over the whole wavefront"
    severity = Severity.WARNING
    source = "HIP C++ language extensions: warp vote functions"
    hazards = ("HW031", "HW032")
    wave_sizes = frozenset((64,))
    triggers = (b"__any", b"__all")
    examples = (
        Example(
            before="#include <cuda_runtime.h>\nif (__any(x > 0)) found = 1;",
            after=(
                "#include <cuda_runtime.h>\n"
                "if ((unsigned)(__ballot(x > 0) >> (__lane_id() & 32)) != 0u) found = 1;"
            ),
            around="__device__ int fragment(int x, int found) {\n@\nreturn found;\n}\n",
            run="fragment(t == 33, 0)",
        ),
        Example(
            before="#include <cuda_runtime.h>\nint same = __all(x == 0);",
            after=(
                "#include <cuda_runtime.h>\n"
                "int same = ((unsigned)(__ballot(!(x == 0)) >> (__lane_id() & 32)) == 0u);"
            ),
            around="__device__ int fragment(int x) {\n@\nreturn same;\n}\n",
            run="fragment(t == 33)",
        ),
        Example(
            before=(
                "#include <hip/hip_runtime.h>\n__device__ bool any(bool x) { return __any(x); }\n"
            ),
            after=None,
            why="In HIP code, the wavefront is what is meant.",
        ),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        """The findings of the whole source."""
        code = warp_code(source)
        if code.dialect not in (Dialect.CUDA, Dialect.UNCLEAR):
            return
        for call in code.calls:
            if call.name not in (b"__any", b"__all") or len(call.arguments) != 1:
                continue
            name = call.name.decode()
            edits = vote(code, call, call.arguments[0], False)
            fix = Fix("Vote in groups of 32 lanes", edits, safe=code.dialect is Dialect.CUDA)
            yield Finding(
                self.code,
                # In code that may be HIP's, the wavefront may be just what is meant.
                self.severity if fix.safe else Severity.INFO,
                f"`{name}` asks all 64 lanes of an AMD wavefront. The fix asks 32, as in CUDA.",
                call.end - len(call.name),
                call.end,
                (fix,),
                name=name,
            )
