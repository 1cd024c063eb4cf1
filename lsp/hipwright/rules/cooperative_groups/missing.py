"""CG001: functions of cooperative groups that HIP lacks."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import Code, code_of
from hipwright.rules.cooperative_groups._names import qualified, type_of_group
from hipwright.rules.warp._lexing import parentheses_at
from hipwright.settings import Settings
from hipwright.source import Source

# The name, and what to do instead.
_INSTEAD = {
    b"reduce": "combine with `shfl_xor` over half the size, a quarter, …",
    b"inclusive_scan": "scan with `shfl_up` over 1, 2, 4, … lanes",
    b"exclusive_scan": "scan with `shfl_up` over 1, 2, 4, … lanes",
    b"memcpy_async": "copy in a loop over the threads of the group, and `sync()`",
    b"wait": "`sync()` of the group after a plain copy",
    b"wait_prior": "`sync()` of the group after a plain copy",
    b"labeled_partition": "group lanes with `__match_any`",
    b"binary_partition": "group lanes with `__ballot`",
    b"invoke_one": "let the thread of rank 0 do it",
    b"invoke_one_broadcast": "let the thread of rank 0 do it, and `shfl` the result",
    b"this_cluster": "AMD has no clusters of blocks: cooperate through global memory",
    b"cluster_group": "AMD has no clusters of blocks: cooperate through global memory",
    b"block_tile_memory": "partition with `tiled_partition` into tiles within a wavefront",
    b"reduce_update_async": "combine in the group, and add with an atomic function",
    b"reduce_store_async": "combine in the group, and store from the thread of rank 0",
}
# What `reduce` combines with: how two values become one.
_COMBINED = {
    b"plus": b"value += other",
    b"less": b"value = other < value ? other : value",
    b"greater": b"value = value < other ? other : value",
    b"bit_and": b"value &= other",
    b"bit_or": b"value |= other",
    b"bit_xor": b"value ^= other",
}
_OPERATION = regex(
    rb"(?:\w+\s*::\s*)?(plus|less|greater|bit_and|bit_or|bit_xor)\s*<[\w\s:]*>\s*(?:\(\s*\)|\{\s*\})"
)
_PATH = b"cooperative_groups/reduce.h"
_HEADER = regex(
    rb"^(?P<line>[ \t]*#[ \t]*include[ \t]*[<\"]cooperative_groups/reduce\.h[>\"][ \t]*\r?\n)",
    re.MULTILINE,
)
_REDUCTION = regex(rb"::\s*reduce(?!\w)")
_TILE = regex(rb"thread_block_tile\s*<\s*(\w+)")


class MissingGroupFunction(FileRule):
    """HIP's cooperative groups have no collective functions such as `reduce`, no asynchronous copy,
    no labelled partitions and no clusters."""

    code = "CG001"
    title = "Function of cooperative groups that HIP lacks"
    severity = Severity.ERROR
    settled = True
    source = "amd_hip_cooperative_groups.h of HIP 7.1, checked with clang 19"
    hazards = ("HW036", "HW037", "HW038", "HW041", "HW042")
    triggers = (b"cooperative_groups",)
    examples = (
        Example(
            "namespace cg = cooperative_groups;\n"
            "__device__ float sum(cg::thread_block_tile<32> tile, float v) {\n"
            "  return cg::reduce(tile, v, cg::plus<float>());\n"
            "}\n",
            "namespace cg = cooperative_groups;\n"
            "__device__ float sum(cg::thread_block_tile<32> tile, float v) {\n"
            "  return [&] { auto value = v; for (int step = tile.size() / 2; step > 0; step /= 2) "
            "{ auto other = tile.shfl_xor(value, step); value += other; } return value; }();\n"
            "}\n",
            why="Every lane of the tile gets the result, as in CUDA.",
            around="#include <cooperative_groups.h>\n@",
            run="sum(cg::tiled_partition<32>(cg::this_thread_block()), t)",
        ),
        Example(
            "#include <cooperative_groups/reduce.h>\n"
            "__device__ int f(cooperative_groups::thread_block_tile<8> tile, int v) {\n"
            "  return cooperative_groups::reduce(tile, v, cooperative_groups::less<int>());\n}\n",
            "__device__ int f(cooperative_groups::thread_block_tile<8> tile, int v) {\n"
            "  return [&] { auto value = v; for (int step = tile.size() / 2; step > 0; step /= 2) "
            "{ auto other = tile.shfl_xor(value, step); value = other < value ? other : value; } "
            "return value; }();\n}\n",
            why="Nothing needs the header any more, which HIP lacks.",
            around="#include <cooperative_groups.h>\n@",
            run=(
                "f(cooperative_groups::tiled_partition<8>(cooperative_groups::this_thread_block()),"
                " t * 5 % 17)"
            ),
        ),
        Example(
            "__device__ int sum(cooperative_groups::coalesced_group g, int v) {\n"
            "  return cooperative_groups::reduce(g, v, cooperative_groups::plus<int>());\n}\n",
            "__device__ int sum(cooperative_groups::coalesced_group g, int v) {\n"
            "  return cooperative_groups::reduce(g, v, cooperative_groups::plus<int>());\n}\n",
            why="A group of any size takes another loop.",
        ),
        Example(
            "namespace cg = cooperative_groups;\n"
            "__device__ void f(int *s, const int *p) {\n"
            "  cg::memcpy_async(cg::this_thread_block(), s, p, 64);\n}\n",
            "namespace cg = cooperative_groups;\n"
            "__device__ void f(int *s, const int *p) {\n"
            "  cg::memcpy_async(cg::this_thread_block(), s, p, 64);\n}\n",
        ),
        Example(
            "namespace cg = cooperative_groups;\n"
            "void f() { std::reduce(a, b); thrust::reduce(c, d); }\n",
            None,
        ),
    )

    def may_fix(self, content: bytes) -> bool:
        return _REDUCTION.search(content) is not None

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        uses = [
            match
            for match in qualified(code, _INSTEAD)
            if code.is_code(match.start(), match.start() + len(match[0].partition(b":")[0].strip()))
        ]
        reductions = {
            match.start(): _as_shuffles(code, match) for match in uses if match["name"] == b"reduce"
        }
        # Where every reduction is written out, nothing needs the header, which HIP lacks too.
        is_needless = None not in reductions.values() and _PATH in code.content
        header = _HEADER.search(code.content) if is_needless else None
        without = (Edit(*header.span("line"), b""),) if header is not None else ()
        for match in uses:
            edit = reductions.get(match.start())
            fixes = (Fix("Combine with shuffles", (*without, edit)),) if edit is not None else ()
            name = match["name"]
            yield Finding(
                self.code,
                self.severity,
                f"HIP's cooperative groups have no `{name.decode()}`: {_INSTEAD[name]}.",
                *match.span("name"),
                fixes,
            )


def _as_shuffles(code: Code, match: re.Match[bytes]) -> Edit | None:
    """The reduction over a tile, whose size is a power of two, in shuffles."""
    call = parentheses_at(code.content, match.end(), len(code.content))
    if call is None or len(call.arguments) != 3:
        return None
    group, value, operation = (code.text(span) for span in call.arguments)
    combined = _OPERATION.fullmatch(operation)
    is_name = re.fullmatch(rb"[A-Za-z_]\w*", group) is not None
    kind = type_of_group(code, group, match.start()) if is_name else None
    tile = _TILE.match(kind or b"")
    if combined is None or tile is None:
        return None
    lanes = code.number(tile[1], match.start())
    # A larger tile takes several warps, and shared memory.
    if lanes is None or lanes > 32 or re.search(rb"\b(?:value|other|step)\b", value):
        return None
    text = (
        b"[&] { auto value = %s; for (int step = %s.size() / 2; step > 0; step /= 2) "
        b"{ auto other = %s.shfl_xor(value, step); %s; } return value; }()"
    ) % (value, group, group, _COMBINED[combined[1]])
    return Edit(match.start(), call.end + 1, text)
