"""INTR005: questions for the address space of a pointer."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import code_of
from hipwright.rules.warp._lexing import parentheses_at
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.source.names import Names, Place

_CALL = regex(rb"__is(?:Shared|Local|Global|Constant)(?=\s*\()")
_BUILTINS = {
    b"__isShared": b"__builtin_amdgcn_is_shared",
    b"__isLocal": b"__builtin_amdgcn_is_private",
}
_CAST = b"(const __attribute__((address_space(0))) void *)("


class AddressSpaceTests(FileRule):
    """HIP does not declare `__isShared`, `__isLocal`, `__isGlobal` and `__isConstant`; clang has
    builtins for the first two.

    AMD GPUs have no address space for constants that a pointer could be asked for: `__constant__`
    memory is global memory. So what is neither shared nor local is global there.
    """

    code = "INTR005"
    title = "Question for the address space of a pointer"
    severity = Severity.ERROR
    settled = True
    source = "headers of HIP 7.1; clang: AMDGPU builtins, compiled with clang 19"
    hazards = ("HW188",)
    triggers = (b"__isShared", b"__isLocal", b"__isGlobal", b"__isConstant")
    affected_by = regex(rb"__is[SLGC]")
    examples = (
        Example(
            "__device__ bool f(const float *p) { return __isShared(p); }\n",
            "__device__ bool f(const float *p) { return __builtin_amdgcn_is_shared("
            "(const __attribute__((address_space(0))) void *)(p)); }\n",
        ),
        Example(
            "__device__ bool f(const float *p) { return __isGlobal(p); }\n",
            "__device__ bool f(const float *p) { return __isGlobal(p); }\n",
            why="Memory for constants is global on AMD: what is asked here is yours to say.",
        ),
        Example(
            "__device__ bool __isShared(const void *p);\n"
            "__device__ bool f(const float *p) { return __isShared(p); }\n",
            None,
        ),
        Example("// __isShared(p)\n", None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        names = Names(source, lambda word: word.startswith(b"__is"))
        found = list(code.words(_CALL))
        own = {m.group() for m in found if names.place(*m.span())[0] is Place.DECLARED}
        for match in found:
            name, (start, end) = match.group(), match.span()
            if name in own or not code.is_code(start, end):
                continue
            builtin = _BUILTINS.get(name)
            call = parentheses_at(source.content, end, len(source.content))
            fixes: tuple[Fix, ...] = ()
            message = (
                f"HIP has no `{name.decode()}`: on AMD GPUs, global is what is neither shared nor "
                "local, and constants are in it."
            )
            if builtin is not None:
                message = f"HIP has no `{name.decode()}`; clang has `{builtin.decode()}`."
                if call is not None and len(call.arguments) == 1:
                    first, last = call.arguments[0]
                    edits = (
                        Edit(start, end, builtin),
                        Edit(first, first, _CAST),
                        Edit(last, last, b")"),
                    )
                    fixes = (Fix(f"Replace by {builtin.decode()}", edits),)
            yield Finding(self.code, self.severity, message, start, end, fixes, name=name.decode())
