"""WARP010: a lane's index and masks, read from PTX registers."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.warp._code import Dialect, warp_code
from hipwright.settings import Settings
from hipwright.source import Source

_LANE = b"__lane_id() & 31"
# Registers, and what they hold for the lane of a group of 32.
_VALUES = {
    b"laneid": _LANE,
    b"lanemask_eq": b"1u << (" + _LANE + b")",
    b"lanemask_lt": b"(1u << (" + _LANE + b")) - 1u",
    b"lanemask_le": b"(2u << (" + _LANE + b")) - 1u",
    b"lanemask_ge": b"~((1u << (" + _LANE + b")) - 1u)",
    b"lanemask_gt": b"~((2u << (" + _LANE + b")) - 1u)",
}
_REGISTER = regex(rb"%(?:laneid|lanemask_(?:eq|lt|le|ge|gt))(?!\w)")
_READ = regex(
    rb"(?:__asm__|__asm|asm)\s*(?:volatile\s*|__volatile__\s*)?\(\s*"
    rb'"\s*mov\.u32\s+%0\s*,\s*%%?(?P<register>\w+)\s*;?\s*(?:\\n)?\s*"\s*'
    rb':\s*"=r"\s*\(\s*(?P<target>[^()]+?)\s*\)\s*(?:(?:::|:\s*:)\s*(?:"memory"\s*)?)?\)'
)
_ASM = regex(rb"(?<!\w)(?:__asm__|__asm|asm)(?!\w)")
_LOOK_BACK = 120


def reads_lane_register(content: bytes, start: int) -> bool:
    """Whether the asm statement that starts there does nothing but what this rule rewrites."""
    match = _READ.match(content, start)
    return match is not None and match.group("register") in _VALUES


class LaneRegisters(FileRule):
    """AMD GPUs have no PTX registers; what compiles the assembly of CUDA fails at them.

    A lane of CUDA's is one of 32: HIP's `__lane_id()` counts to 64 on some GPUs, and its lane masks
    are 64 bits wide. The fix keeps the lane's place, and its masks, in the group of 32.
    """

    code = "WARP010"
    title = "Lane registers of PTX"
    severity = Severity.ERROR
    settled = True
    source = "PTX ISA: special registers %laneid, %lanemask_*; HIP: __lane_id()"
    hazards = ("HW026", "HW027")
    triggers = (b"%laneid", b"%lanemask_")
    examples = (
        Example(
            before='asm volatile("mov.u32 %0, %%laneid;" : "=r"(lane));',
            after="lane = __lane_id() & 31;",
            around="__device__ unsigned fragment(unsigned lane) {\n@\nreturn lane;\n}\n",
            run="fragment(0)",
        ),
        Example(
            before='asm("mov.u32 %0, %%lanemask_lt;" : "=r"(below));',
            after="below = (1u << (__lane_id() & 31)) - 1u;",
            why="The lanes before this one, in its group of 32.",
            around="__device__ unsigned fragment(unsigned below) {\n@\nreturn below;\n}\n",
            run="fragment(0)",
        ),
        Example(
            before='// asm("mov.u32 %0, %%laneid;" : "=r"(lane));\nint lane = threadIdx.x & 31;\n',
            after=None,
        ),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        """The findings of the whole source."""
        code = warp_code(source)
        content = source.content
        for register in _REGISTER.finditer(content):
            first = max(0, register.start() - _LOOK_BACK)
            keywords = list(_ASM.finditer(content, first, register.start()))
            if not keywords:
                continue
            keyword = keywords[-1]
            match = _READ.match(content, keyword.start())
            node = source.tree.root_node.descendant_for_byte_range(*keyword.span())
            owner = node.parent if node is not None else None
            is_asm = owner is not None and "asm" in owner.type and code.is_seen(keyword.start())
            if match is None or not (is_asm or code.is_code(*keyword.span())):
                continue
            target, name = match.group("target"), match.group("register")
            new = target + b" = " + _VALUES[name]
            safe = code.dialect is Dialect.CUDA
            yield Finding(
                self.code,
                self.severity,
                f"AMD GPUs have no register `%{name.decode()}`. The fix asks HIP for the lane, and"
                " keeps it in its group of 32.",
                *match.span(),
                (Fix("Ask HIP for the lane", (Edit(*match.span(), new),), safe),),
                name=f"%{name.decode()}",
            )
