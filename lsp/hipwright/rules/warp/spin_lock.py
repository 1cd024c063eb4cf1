"""WARP011: a lock that lanes of one wavefront wait for."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.finding import Finding, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import Code, code_of
from hipwright.rules.warp._lexing import parentheses_at
from hipwright.settings import Settings
from hipwright.source import Source

_LOOP = regex(rb"while\s*(?=\()")
_EMPTY = regex(rb"\s*(?:;|\{\s*;?\s*\})")
_TAKES = regex(
    rb"\batomicCAS\w*\s*\([^()]*,\s*(?:0|false)\s*,\s*(?:1|true)\s*\)\s*(?:!=\s*0|==\s*1)?"
)
_ONE = regex(
    rb"(?:threadIdx\s*\.\s*[xyz]|\b\w*(?:tid|lane|thread|rank|leader|tx)\w*(?:\(\))?)\s*\)?\s*==\s*0|!\s*threadIdx"
    rb"|\belect\w*\s*\(",
    re.IGNORECASE,
)


class SpinLock(FileRule):
    """Lanes of a wavefront move together on AMD: the lane that holds a lock waits at the end of the
    loop for those that spin, which wait for the lock. CUDA's GPUs since Volta let it go on.

    A loop that tries, does its work where it got the lock, and lets go inside the same turn is
    right on both.
    """

    code = "WARP011"
    title = "Lock that lanes of one wavefront wait for"
    severity = Severity.WARNING
    source = "HIP documentation: cooperative groups (no independent thread scheduling)"
    hazards = ("HW020",)
    triggers = (b"atomicCAS",)
    affected_by = regex(rb"atomicCAS|while|threadIdx")
    examples = (
        Example(
            "__global__ void k(int *lock) {\n  while (atomicCAS(lock, 0, 1) != 0);\n  work();\n"
            "  atomicExch(lock, 0);\n}\n",
            "__global__ void k(int *lock) {\n  while (atomicCAS(lock, 0, 1) != 0);\n  work();\n"
            "  atomicExch(lock, 0);\n}\n",
            around="__device__ void work();\n@",
        ),
        Example(
            "__global__ void k(int *lock) {\n  if (threadIdx.x == 0) {\n"
            "    while (atomicCAS(lock, 0, 1) != 0);\n    work();\n    atomicExch(lock, 0);\n"
            "  }\n}\n",
            None,
            why="one thread of the block takes it",
        ),
        Example(
            "__global__ void k(int *lock) {\n  bool done = false;\n  while (!done) {\n"
            "    if (atomicCAS(lock, 0, 1) == 0) { work(); atomicExch(lock, 0); done = true; }\n"
            "  }\n}\n",
            None,
        ),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        for match in code.words(_LOOP):
            call = parentheses_at(code.content, match.end(), len(code.content))
            if call is None or not _EMPTY.match(code.content, call.end + 1):
                continue
            if not _TAKES.search(code.content[call.start : call.end + 1]):
                continue
            function = code.function_at(match.start())
            if function is None or code.device_function_at(match.start()) is None:
                continue
            if not code.is_seen(match.start()) or _is_guarded(code, function[0], match.start()):
                continue
            yield Finding(
                self.code,
                self.severity,
                "Where two lanes of a wavefront want this lock, both wait for ever on AMD: try, "
                "work and let go inside one turn of the loop.",
                match.start(),
                call.end + 1,
            )


def _is_guarded(code: Code, start: int, position: int) -> bool:
    """Whether only one thread of a block, or of a warp, may get here."""
    return _ONE.search(code.content, start, position) is not None
