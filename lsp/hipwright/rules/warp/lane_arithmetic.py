"""WARP004: lanes counted with 32 and with `warpSize`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hipwright.finding import Edit, Finding, Fix, Related, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.warp._code import OWN_HALF, Dialect, WarpCode, warp_code
from hipwright.rules.warp._lexing import Span
from hipwright.settings import Settings
from hipwright.source import Source

_BY_WARP_SIZE = regex(rb"(?:%|/|&\s*\(?)\s*$")
_STARTS_EXPRESSION = regex(rb"(?:[=(,\[{;?:]|\breturn)\s*$")
_PARTS_OF_EXPRESSION = (
    "binary_expression",
    "parenthesized_expression",
    "unary_expression",
    "conditional_expression",
    "cast_expression",
)
_WIDE_LANE_BIT = regex(rb"\b1[uU]?(?:ll|LL)[uU]?\s*<<")


class LaneArithmetic(FileRule):
    """`warpSize` is 32 in CUDA; on AMD it is 32 or 64, and no constant since ROCm 7.

    Lanes and warps counted with 32 stay right where shuffles and votes keep groups of 32 lanes. In
    CUDA code the fix therefore writes 32 for `warpSize`. HIP code that counts with both is wrong on
    one of the two kinds of wavefront.
    """

    code = "WARP004"
    title = "Lanes counted with 32 and with warpSize"
    severity = Severity.WARNING
    settled = True
    source = "HIP porting guide: warpSize; HIP 7.0 release notes: warpSize is not constexpr"
    hazards = ("HW009", "HW010", "HW011", "HW013", "HW014", "HW016", "HW017", "HW021")
    triggers = (b"warpSize", b"__ballot", b"__activemask")
    examples = (
        Example(
            before=("int lane = threadIdx.x % warpSize;\nint warp = threadIdx.x / 32;\n"),
            after=("int lane = threadIdx.x % 32;\nint warp = threadIdx.x / 32;\n"),
            why="In CUDA both are 32. On a wavefront of 64 two warps would share their lanes.",
            around="__device__ int fragment() {\n@\nreturn warp * 100 + lane;\n}\n",
            run="fragment()",
        ),
        Example(
            before=(
                "#include <cuda_runtime.h>\n"
                "for (int d = warpSize / 2; d > 0; d /= 2) v += __shfl_down(v, d, 32);"
            ),
            after=(
                "#include <cuda_runtime.h>\n"
                "for (int d = 32 / 2; d > 0; d /= 2) v += __shfl_down(v, d, 32);"
            ),
            why="In groups of 32 lanes, a first step of 32 would add each value to itself.",
            around="__device__ float fragment(float v) {\n@\nreturn v;\n}\n",
            run="fragment(t * 5)",
        ),
        Example(
            before=(
                "#include <hip/hip_runtime.h>\n"
                "__device__ int slot(int tid) {\n"
                "  int lane = tid % warpSize;\n"
                "  int warp = tid / 32;\n"
                "  return warp * warpSize + lane;\n"
                "}\n"
            ),
            after=(
                "#include <hip/hip_runtime.h>\n"
                "__device__ int slot(int tid) {\n"
                "  int lane = tid % warpSize;\n"
                "  int warp = tid / 32;\n"
                "  return warp * warpSize + lane;\n"
                "}\n"
            ),
            alternative=(
                "#include <hip/hip_runtime.h>\n"
                "__device__ int slot(int tid) {\n"
                "  int lane = tid % warpSize;\n"
                "  int warp = tid / warpSize;\n"
                "  return warp * warpSize + lane;\n"
                "}\n"
            ),
            why="HIP code: which of the two is meant is for a person to say.",
        ),
        Example(
            before=(
                "#include <hip/hip_runtime.h>\n"
                "__device__ int rank(bool p) {\n"
                "  int lane = threadIdx.x & 31;\n"
                "  return __popcll(__ballot(p) & ((1ull << lane) - 1));\n"
                "}\n"
            ),
            after=(
                "#include <hip/hip_runtime.h>\n"
                "__device__ int rank(bool p) {\n"
                "  int lane = threadIdx.x & 31;\n"
                "  return __popcll(__ballot(p) & ((1ull << lane) - 1));\n"
                "}\n"
            ),
            alternative=(
                "#include <hip/hip_runtime.h>\n"
                "__device__ int rank(bool p) {\n"
                "  int lane = threadIdx.x & (warpSize - 1);\n"
                "  return __popcll(__ballot(p) & ((1ull << lane) - 1));\n"
                "}\n"
            ),
            why="A lane of 32, in a mask of 64.",
        ),
        Example(
            before=(
                "#include <hip/hip_runtime.h>\n"
                "__global__ void k(float *p) {\n"
                "  __shared__ float sums[256 / warpSize];\n"
                "  sums[threadIdx.x / warpSize] = *p;\n"
                "}\n"
            ),
            after=(
                "#include <hip/hip_runtime.h>\n"
                "__global__ void k(float *p) {\n"
                "  __shared__ float sums[256 / warpSize];\n"
                "  sums[threadIdx.x / warpSize] = *p;\n"
                "}\n"
            ),
            why="An array's size is a constant. With the smallest wavefront, 256 / 32 holds them.",
        ),
        Example(
            before=("#include <mma.h>\n__device__ int tile() { return threadIdx.x / warpSize; }\n"),
            after=("#include <mma.h>\n__device__ int tile() { return threadIdx.x / warpSize; }\n"),
            alternative=("#include <mma.h>\n__device__ int tile() { return threadIdx.x / 32; }\n"),
            why="On AMD a matrix operation takes the whole wavefront: left to a person.",
        ),
        Example(
            before="int lane = threadIdx.x & 31;\nint warp = threadIdx.x >> 5;\n",
            after=None,
            why="Groups of 32 lanes, throughout.",
        ),
        Example(
            before="int warpSize = properties.warpSize;\nint warps = threads / warpSize;\n",
            after=None,
            why="A variable of the user's.",
        ),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        """The findings of the whole source."""
        code = warp_code(source)
        if code.dialect in (Dialect.CUDA, Dialect.UNCLEAR):
            # A matrix operation is one of a whole wavefront: there, 32 would be wrong.
            safe = code.dialect is Dialect.CUDA and not code.uses_matrix_units
            for start, end in code.builtin_warp_sizes:
                yield Finding(
                    self.code,
                    self.severity,
                    "`warpSize` is 32 in CUDA, and 64 on many AMD GPUs. The fix keeps 32.",
                    start,
                    end,
                    (Fix("Write 32", (Edit(start, end, b"32"),), safe),),
                    name="warpSize",
                )
        else:
            yield from self._check_hip(code)

    def _check_hip(self, code: WarpCode) -> Iterator[Finding]:
        if not code.calls and not code.builtin_warp_sizes:
            return
        for start, end in code.builtin_warp_sizes:
            if _is_asked_for_constant(code, start, end):
                yield Finding(
                    self.code,
                    self.severity,
                    "`warpSize` is no constant since ROCm 7, and one is needed here: it does not"
                    " compile there.",
                    start,
                    end,
                    name="warpSize",
                )
        for match in code.lane_arithmetic:
            function = code.function_at(match.start())
            if function is None:
                continue
            is_lane = match.group("lane") is not None
            conflict = _counted_by_warp_size(code, function) or (
                _wavefront_wide(code, function) if is_lane else None
            )
            if conflict is None:
                continue
            group = "lane" if is_lane else "warp"
            edit = _in_wavefronts(code, match, group)
            fixes = (Fix("Count in wavefronts", (edit,), safe=False),) if edit else ()
            yield Finding(
                self.code,
                self.severity,
                "This counts lanes in 32s, the code around in whole wavefronts: they disagree on"
                " a wavefront of 64.",
                match.start(),
                match.end(),
                fixes,
                (Related(*conflict, "This has all lanes of the wavefront."),),
            )


def _is_asked_for_constant(code: WarpCode, start: int, end: int) -> bool:
    """Whether a name stands in an array's size, a template's arguments or a constant's value."""
    node = code.source.tree.root_node.descendant_for_byte_range(start, end)
    if node is None or (node.start_byte, node.end_byte) != (start, end):
        return False  # in a macro's body
    child, parent = node, node.parent
    while parent is not None:
        if parent.type == "array_declarator":
            return parent.child_by_field_name("size") == child
        if parent.type in ("template_argument_list", "static_assert_declaration"):
            return True
        if parent.type == "init_declarator":
            declaration = parent.parent
            before = (
                code.content[declaration.start_byte : parent.start_byte] if declaration else b""
            )
            return b"constexpr" in before.split()
        if parent.type not in _PARTS_OF_EXPRESSION:
            return False
        child, parent = parent, parent.parent
    return False


def _in_wavefronts(code: WarpCode, match: re.Match[bytes], group: str) -> Edit | None:
    """The edit that counts with `warpSize`, where nothing binds the operands otherwise."""
    if not _STARTS_EXPRESSION.search(code.content[max(0, match.start() - 16) : match.start()]):
        return None
    literal = match.group(group)
    if literal.startswith(b"&"):
        new = b"& (warpSize - 1" + (b"" if b"(" in literal else b")")
    else:
        new = b"% warpSize" if literal.startswith(b"%") else b"/ warpSize"
    return Edit(match.start(group), match.end(), new)


def _counted_by_warp_size(code: WarpCode, function: Span) -> Span | None:
    """Where a function divides by the builtin `warpSize`, or takes the rest."""
    for start, end in code.builtin_warp_sizes:
        before = code.content[max(0, start - 16) : start]
        if function[0] <= start < function[1] and _BY_WARP_SIZE.search(before):
            return start, end
    return None


def _wavefront_wide(code: WarpCode, function: Span) -> Span | None:
    """Where a function shifts a 64-bit 1 by a lane, beside a vote of the whole wavefront."""
    wide_bit = _WIDE_LANE_BIT.search(code.content, *function)
    if wide_bit is None:
        return None
    for call in code.calls:
        if (
            function[0] <= call.start < function[1]
            and call.operation in (b"__ballot", b"__activemask")
            and not OWN_HALF.match(code.content, call.stop)
        ):
            return call.start, call.end
    return None
