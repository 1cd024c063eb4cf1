"""Numba's CUDA target on AMD: numba-hip stands in for it, and has wavefronts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.rules.base import Example, TextRule
from hipwright.rules.python._code import uses_of
from hipwright.settings import Settings
from hipwright.source.languages import Language
from hipwright.source.python import Import
from hipwright.source.texts import Text

_SOURCE = "README of numba-hip (ROCm)"


def _is_numba_cuda(item: Import) -> bool:
    return item.path == "numba.cuda" or item.path.startswith("numba.cuda.")


class NumbaCuda(TextRule):
    """Numba itself compiles for NVIDIA only; numba-hip adds AMD's MI GPUs on Linux.

    Once it is installed, `hip.pose_as_cuda()` makes `numba.cuda` mean AMD's GPU: the kernels and
    launches below it stay as they are.
    """

    code = "PY005"
    title = "Numba's CUDA target"
    severity = Severity.ERROR
    source = _SOURCE
    hazards = ("HW290",)
    languages: ClassVar[frozenset[Language]] = frozenset({"python"})
    triggers = (b"numba",)
    examples = (
        Example(
            before="from numba import cuda\n\n@cuda.jit\ndef twice(x):\n    x[cuda.grid(1)] *= 2\n",
            after="from numba import cuda\n\n@cuda.jit\ndef twice(x):\n    x[cuda.grid(1)] *= 2\n",
            alternative="from numba import hip\nhip.pose_as_cuda()\nfrom numba import cuda\n\n"
            "@cuda.jit\ndef twice(x):\n    x[cuda.grid(1)] *= 2\n",
            why="numba-hip has to be installed beside Numba",
            file="example.py",
        ),
        Example(before="import numba\nfrom numba import njit\n", after=None, file="example.py"),
        Example(
            before="from numba import hip\nhip.pose_as_cuda()\nimport numba.cuda\n",
            after=None,
            file="example.py",
        ),
    )

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """The first import of the CUDA target, unless numba-hip poses as it already."""
        if b"pose_as_cuda" in text.content:
            return
        code = text.python
        item = next((item for item in code.imports if _is_numba_cuda(item)), None)
        if item is None:
            return
        at = item.statement.start_byte
        line_start, _ = text.lines.line_bounds(text.lines.line_of(at))
        indentation = text.content[line_start:at]
        fixes: tuple[Fix, ...] = ()
        if not indentation.strip():
            end = b"\r\n" if b"\r\n" in text.content[:at] else b"\n"
            new = b"from numba import hip" + end + indentation + b"hip.pose_as_cuda()" + end
            edit = Edit(at, at, new + indentation)
            fixes = (Fix("Let numba-hip pose as the CUDA target", (edit,), safe=False),)
        yield Finding(
            self.code,
            self.severity,
            "Numba's CUDA target needs an NVIDIA GPU; numba-hip can stand in for it",
            item.start,
            item.end,
            fixes,
        )


_WARP_FUNCTIONS = {
    **dict.fromkeys(
        ("shfl_sync", "shfl_up_sync", "shfl_down_sync", "shfl_xor_sync"),
        "shuffles 64 lanes on MI GPUs; lanes from 32 on see other partners",
    ),
    **dict.fromkeys(
        ("ballot_sync", "activemask", "match_any_sync", "match_all_sync", "lanemask_lt"),
        "speaks of 64 lanes on MI GPUs, which 32 bits do not hold",
    ),
    **dict.fromkeys(
        ("all_sync", "any_sync", "eq_sync", "vote_sync_intrinsic"),
        "asks all 64 lanes of a wavefront on MI GPUs, not 32",
    ),
}


class NumbaWarp(TextRule):
    """A wavefront of an MI GPU has 64 lanes; shuffles and votes of Numba kernels span them all.

    Code that hands on results between 32 lanes needs `cuda.warpsize` in its arithmetic, or groups
    of 32 lanes made by hand.
    """

    code = "PY006"
    title = "warp functions in a Numba kernel"
    severity = Severity.WARNING
    source = f"{_SOURCE}; HIP documentation: warp cross-lane functions"
    hazards = ("HW291",)
    languages: ClassVar[frozenset[Language]] = frozenset({"python"})
    triggers = (b"_sync", b"activemask", b"lanemask_lt")
    examples = (
        Example(
            before="from numba import cuda\n\n@cuda.jit\ndef f(x):\n"
            "    x[0] = cuda.shfl_sync(0xffffffff, x[0], 0)\n",
            after="from numba import cuda\n\n@cuda.jit\ndef f(x):\n"
            "    x[0] = cuda.shfl_sync(0xffffffff, x[0], 0)\n",
            file="example.py",
        ),
        Example(
            before="from numba import cuda\n\n@cuda.jit\ndef f(x):\n    cuda.syncthreads()\n",
            after=None,
            file="example.py",
        ),
    )

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """The calls of functions of a warp."""
        for use in uses_of(text.python, "numba.cuda"):
            reason = _WARP_FUNCTIONS.get(use.path.rpartition(".")[2])
            if reason is not None and use.call is not None:
                yield Finding(
                    self.code,
                    self.severity,
                    f"`{text.python.string_of(use.node)}` {reason}",
                    use.node.start_byte,
                    use.node.end_byte,
                )
