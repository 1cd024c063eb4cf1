"""MEM006: a thread that waits for another one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.finding import Finding, Related, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import Code, code_of
from hipwright.rules.warp._lexing import parentheses_at
from hipwright.settings import Settings
from hipwright.source import Source

# `while (…);` and `while (…) {}`: nothing happens but the question.
_WAITS = regex(rb"while\s*(?=\()")
_EMPTY = regex(rb"\s*(?:;|\{\s*;?\s*\})")
_CAS = regex(rb"\batomic(?:CAS|Exch)\w*\s*\(")
_ATOMIC = regex(rb"\batomic\w+\s*\(|__hip_atomic_load|\bld_acquire|\.load\s*\(")
_ONE_THREAD = regex(rb"threadIdx|\b(?:tid|lane|laneId|lane_id|thread_rank|tx)\b")


class WaitingThread(FileRule):
    """A thread that polls what another block writes relies on blocks that run at the same time,
    which only a cooperative launch promises, and how many do is another number on AMD; what it
    reads afterwards needs a `__threadfence()` between, as caches of compute units are not coherent.
    """

    code = "MEM006"
    title = "Thread that waits for another block"
    severity = Severity.INFO
    source = (
        "HIP C++ language extensions: memory fences; HIP documentation: cooperative groups; LLVM: "
        "memory model of AMDGPU (volatile loads bypass the cache of the compute unit)"
    )
    hazards = ("HW092", "HW093")
    triggers = (b"volatile", b"atomicCAS", b"atomicAdd", b"atomicOr", b"atomicLoad", b"__ldcg")
    affected_by = regex(rb"while|volatile|atomic")
    examples = (
        Example(
            "__global__ void k(volatile int *flag) { while (*flag == 0); }\n",
            "__global__ void k(volatile int *flag) { while (*flag == 0); }\n",
        ),
        Example(
            "__global__ void k(int *count, int blocks) { while (atomicAdd(count, 0) < blocks) {} }"
            "\n",
            "__global__ void k(int *count, int blocks) { while (atomicAdd(count, 0) < blocks) {} }"
            "\n",
        ),
        Example("__global__ void k(volatile int *p) { int i = 0; while (i < 5) i += *p; }\n", None),
        Example("void f(volatile int *p) { while (*p == 0); }\n", None, why="the host waits"),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        found: list[tuple[int, int]] = []
        for match in code.words(_WAITS):
            call = parentheses_at(code.content, match.end(), len(code.content))
            if call is None or not _EMPTY.match(code.content, call.end + 1):
                continue
            at = match.start()
            if code.device_function_at(at) is None or not code.is_seen(at):
                continue
            condition = code.content[call.start : call.end + 1]
            if _CAS.search(condition) and b"CAS" in condition:
                continue  # a lock: WARP011
            if _ATOMIC.search(condition) or _reads_volatile(code, condition, match.start()):
                found.append((match.start(), call.end + 1))
        if found:
            first, *others = found
            yield Finding(
                self.code,
                self.severity,
                "This waits for another block: only a cooperative launch promises that both run "
                "at once. `__threadfence()` belongs behind it, before what is then read.",
                *first,
                related=tuple(Related(*other, "Here too.") for other in others[:20]),
            )


def _reads_volatile(code: Code, condition: bytes, position: int) -> bool:
    if b"volatile" in condition:
        return True
    for name in re.findall(rb"(?<![\w.])[A-Za-z_]\w*", condition):
        declaration = code.declaration(name, position)
        if declaration is not None and b"volatile" in declaration.type:
            return b"__shared__" not in declaration.type
    return False
