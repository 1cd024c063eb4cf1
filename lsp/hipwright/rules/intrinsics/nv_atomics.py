"""INTR004: the __nv_atomic functions of CUDA 12.8."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import code_of
from hipwright.rules.warp._lexing import parentheses_at
from hipwright.settings import Settings
from hipwright.source import Source

_CALL = regex(rb"__nv_atomic_(\w+)(?=\s*\()")
_FETCH = frozenset(
    b"fetch_" + what for what in (b"add", b"sub", b"and", b"or", b"xor", b"min", b"max")
)
# What HIP calls each, and its number of arguments without a scope.
_NAMES: dict[bytes, tuple[bytes, int]] = {
    b"load_n": (b"__hip_atomic_load", 2),
    b"store_n": (b"__hip_atomic_store", 3),
    b"exchange_n": (b"__hip_atomic_exchange", 3),
    **{what: (b"__hip_atomic_" + what, 3) for what in _FETCH},
}
_CONSTANT = regex(rb"__NV_(ATOMIC|THREAD_SCOPE)_([A-Z_]+)")
_SCOPES = {
    b"THREAD": b"__HIP_MEMORY_SCOPE_SINGLETHREAD",
    b"BLOCK": b"__HIP_MEMORY_SCOPE_WORKGROUP",
    b"DEVICE": b"__HIP_MEMORY_SCOPE_AGENT",
    b"SYSTEM": b"__HIP_MEMORY_SCOPE_SYSTEM",
}
_DEFAULT_SCOPE = b", __HIP_MEMORY_SCOPE_SYSTEM"


class NvAtomics(FileRule):
    """clang has CUDA's `__nv_atomic_…` as `__hip_atomic_…`, with other names for orders and scopes.

    Where CUDA's call leaves the scope out, it means the whole system, and so does the fix.
    """

    code = "INTR004"
    title = "Atomic functions with an order and a scope"
    severity = Severity.ERROR
    settled = True
    source = "CUDA C++ programming guide: built-in atomic functions; clang: HIP support, atomics"
    hazards = ("HW179",)
    triggers = (b"__nv_atomic_",)
    examples = (
        Example(
            before=(
                "__device__ int f(int *p) { return __nv_atomic_load_n(p, __NV_ATOMIC_ACQUIRE, "
                "__NV_THREAD_SCOPE_DEVICE); }\n"
            ),
            after=(
                "__device__ int f(int *p) { return __hip_atomic_load(p, __ATOMIC_ACQUIRE, "
                "__HIP_MEMORY_SCOPE_AGENT); }\n"
            ),
            run="[&] { int n = t; return f(&n); }()",
        ),
        Example(
            before=(
                "__device__ int f(int *p) "
                "{ return __nv_atomic_fetch_add(p, 1, __NV_ATOMIC_RELAXED); }\n"
            ),
            after=(
                "__device__ int f(int *p) { return __hip_atomic_fetch_add(p, 1, __ATOMIC_RELAXED, "
                "__HIP_MEMORY_SCOPE_SYSTEM); }\n"
            ),
            run="[&] { int n = t; return f(&n) * 1000 + n; }()",
        ),
        Example(before="// __nv_atomic_load_n(p, 0)\n", after=None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        """The findings of the whole source."""
        code = code_of(source)
        content = source.content
        for match in code.words(_CALL):
            start, end = match.span()
            if not code.is_code(start, end):
                continue
            name = match.group().decode()
            call = parentheses_at(content, end, len(content))
            known = _NAMES.get(match.group(1))
            fixes: tuple[Fix, ...] = ()
            edits: list[Edit] | None = None
            if known is not None and call is not None:
                edits = _edits(content, call.start, call.end)
            if known is not None and call is not None and edits is not None:
                other, count = known
                edits.insert(0, Edit(start, end, other))
                if len(call.arguments) == count:
                    edits.append(Edit(call.end, call.end, _DEFAULT_SCOPE))
                if len(call.arguments) in (count, count + 1):
                    fixes = (Fix(f"Replace by {other.decode()}", tuple(edits)),)
            yield Finding(
                self.code,
                self.severity,
                f"HIP has no `{name}`; clang's `__hip_atomic_…` take an order and a scope too.",
                start,
                end,
                fixes,
                name=name,
            )


def _edits(content: bytes, start: int, end: int) -> list[Edit] | None:
    """What becomes of the constants among the arguments; None where one has no counterpart."""
    edits: list[Edit] = []
    for match in _CONSTANT.finditer(content, start, end):
        kind, word = match.groups()
        text = b"__ATOMIC_" + word if kind == b"ATOMIC" else _SCOPES.get(word)
        if text is None:
            return None
        edits.append(Edit(*match.span(), text))
    return edits
