"""CG002: members of groups that HIP calls otherwise, or lacks."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import code_of
from hipwright.rules.cooperative_groups._names import type_of_group
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.source.occurrences import occurrences

_NAME = regex(
    rb"(?:num_threads|dim_threads|num_blocks|dim_blocks|block_rank|block_index|barrier_arrive"
    rb"|barrier_wait)(?!\w)"
)
_MEMBER = regex(rb"(?P<group>[A-Za-z_]\w*)\s*(?:\.|->)\s*(?P<member>\w+)\s*\(\s*(?P<close>\))?")
# What HIP 7.1 has instead: a member of the same group, or an expression.
_INSTEAD: dict[bytes, bytes] = {
    b"num_threads": b"%s.size()",
    b"dim_threads": b"%s.group_dim()",
    b"num_blocks": b"(gridDim.x * gridDim.y * gridDim.z)",
    b"dim_blocks": b"dim3(gridDim.x, gridDim.y, gridDim.z)",
    b"block_rank": b"((blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x)",
    b"block_index": b"dim3(blockIdx.x, blockIdx.y, blockIdx.z)",
}
_OF_GRID = frozenset({b"num_blocks", b"dim_blocks", b"block_rank", b"block_index"})


class GroupMembers(FileRule):
    """HIP's groups have `size()` and `group_dim()`, and none of the members that came with CUDA 11
    and later: `num_threads()`, `dim_threads()`, `num_blocks()`, `block_rank()`."""

    code = "CG002"
    title = "Member of a cooperative group that HIP lacks"
    severity = Severity.ERROR
    source = "amd_hip_cooperative_groups.h of HIP 7.1, checked with clang 19"
    hazards = ("HW042", "HW043")
    triggers = (b"cooperative_groups",)
    examples = (
        Example(
            "#include <cooperative_groups.h>\n"
            "__device__ int f() {\n"
            "  auto tile = cooperative_groups::tiled_partition<32>(block());\n"
            "  return tile.num_threads();\n}\n",
            "#include <cooperative_groups.h>\n"
            "__device__ int f() {\n"
            "  auto tile = cooperative_groups::tiled_partition<32>(block());\n"
            "  return tile.size();\n}\n",
            around=(
                "__device__ cooperative_groups::thread_block block() {\n"
                "  return cooperative_groups::this_thread_block();\n}\n@"
            ),
            run="f()",
        ),
        Example(
            "__device__ int f(cooperative_groups::grid_group grid) { return grid.block_rank(); }\n",
            "__device__ int f(cooperative_groups::grid_group grid) { return "
            "((blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x); }\n",
            around="#include <cooperative_groups.h>\n@",
            run=(
                "__global__ void ranks() {\n"
                "  const int rank = f(cooperative_groups::this_grid());\n"
                "  if (threadIdx.x == 0) results[rank] = blockIdx.x + 10 * blockIdx.y;\n"
                "}\n"
                "void run() { ranks<<<dim3(5, 3), 64>>>(); }\n"
            ),
        ),
        Example(
            "__device__ void f(cooperative_groups::thread_block block) {\n"
            "  auto token = block.barrier_arrive();\n}\n",
            "__device__ void f(cooperative_groups::thread_block block) {\n"
            "  auto token = block.barrier_arrive();\n}\n",
            why="HIP has only a barrier that arrives and waits at once: `sync()`.",
        ),
        Example(
            "// cooperative_groups\nvoid f(Pool pool) { use(pool.num_threads()); }\n",
            None,
            why="not a group",
        ),
    )

    def may_fix(self, content: bytes) -> bool:
        return any(True for _ in occurrences(_NAME, content))

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        for match in code.members(_NAME, _MEMBER):
            if not code.is_seen(match.start()):
                continue
            kind = type_of_group(code, match["group"], match.start())
            member = match["member"]
            if kind is None or (member in _OF_GRID and kind != b"grid_group"):
                continue
            instead = _INSTEAD.get(member)
            message = f"HIP's groups have no `{member.decode()}`"
            fixes: tuple[Fix, ...] = ()
            if instead is None:
                message += ": a split barrier is not there, only `sync()`."
            else:
                text = instead % match["group"] if b"%" in instead else instead
                message += f": it is `{text.decode()}`."
                if match["close"] and b"->" not in match[0]:
                    edit = Edit(match.start(), match.end(), text)
                    fixes = (Fix(f"Write {text.decode()}", (edit,)),)
            yield Finding(self.code, self.severity, message, *match.span("member"), fixes)
