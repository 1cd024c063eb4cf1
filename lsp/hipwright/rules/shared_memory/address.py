"""SMEM005: addresses of shared memory as numbers."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import code_of
from hipwright.rules.warp._lexing import parentheses_at
from hipwright.settings import Settings
from hipwright.source import Source

_ADDRESS = regex(
    rb"__(?:cvta_generic_to_shared|cvta_shared_to_generic|nvvm_get_smem_pointer)(?!\w)"
)


_LOCAL = b"(__attribute__((address_space(3))) void*)"
# What stands around the argument of each function's call, in parentheses, instead of its name.
_AROUND = {
    b"__cvta_generic_to_shared": (b"((size_t)" + _LOCAL, b")"),
    b"__nvvm_get_smem_pointer": (b"((unsigned)(size_t)" + _LOCAL, b")"),
    b"__cvta_shared_to_generic": (b"((void*)" + _LOCAL + b"((size_t)(unsigned)", b"))"),
}


class SharedAddress(FileRule):
    """HIP has no functions that turn a pointer into an address of shared memory: on AMD such a
    pointer is generic, or of address space 3.

    A pointer of address space 3 is such an address: 32 bits, from the start of the block's shared
    memory. The fix makes one of the other by a cast.
    """

    code = "SMEM005"
    title = "Address of shared memory as a number"
    severity = Severity.ERROR
    settled = True
    source = "LLVM: user guide for AMDGPU (address spaces); checked with clang 19 and HIP 7.1"
    hazards = ("HW069",)
    triggers = (b"__cvta_generic_to_shared", b"__nvvm_get_smem_pointer", b"__cvta_shared_to")
    affected_by = regex(rb"__cvta|__nvvm_get")
    examples = (
        Example(
            "__device__ unsigned f(void *p) { return __cvta_generic_to_shared(p); }\n",
            "__device__ unsigned f(void *p) { return ((size_t)(__attribute__((address_space(3))) "
            "void*)(p)); }\n",
        ),
        Example("// __cvta_generic_to_shared\n", None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        for match in code.words(_ADDRESS):
            start, end = match.span()
            if not code.is_code(start, end):
                continue
            fixes: tuple[Fix, ...] = ()
            call = parentheses_at(source.content, end, len(source.content))
            if call is not None and len(call.arguments) == 1:
                before, after = _AROUND[match.group()]
                edits = (Edit(start, end, before), Edit(call.end + 1, call.end + 1, after))
                fixes = (Fix("Cast to address space 3", edits),)
            yield Finding(
                self.code,
                self.severity,
                "HIP has no such function; a pointer of address space 3 is the address.",
                start,
                end,
                fixes,
                name=match.group().decode(),
            )
