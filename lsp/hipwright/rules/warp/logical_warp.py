"""WARP009: CUB's operations on a warp, without a size."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.warp._code import Dialect, warp_code
from hipwright.settings import Settings
from hipwright.source import Source

# How many template arguments stand before the size of the logical warp.
_BEFORE_SIZE = {b"WarpReduce": 1, b"WarpScan": 1, b"WarpExchange": 2, b"WarpMergeSort": 2}
_NAME = regex(rb"Warp(?:Reduce|Scan|Exchange|MergeSort)(?!\w)")


class LogicalWarp(FileRule):
    """CUB's warp operations work on 32 threads by default, hipCUB's on the whole wavefront.

    With the size given, both work on 32, and the arrays of temporary storage fit.
    """

    code = "WARP009"
    title = "CUB warp operation without a size"
    severity = Severity.WARNING
    source = (
        "hipCUB: hipcub/backend/rocprim/warp/warp_reduce.hpp (LOGICAL_WARP_THREADS defaults to "
        "HIPCUB_DEVICE_WARP_THREADS)"
    )
    hazards = ("HW028",)
    wave_sizes = frozenset((64,))
    triggers = (b"WarpReduce", b"WarpScan", b"WarpExchange", b"WarpMergeSort")
    examples = (
        Example(
            before=(
                "__device__ int sum(int v, cub::WarpReduce<int>::TempStorage &storage) {\n"
                "  return cub::WarpReduce<int>(storage).Sum(v);\n"
                "}\n"
            ),
            after=(
                "__device__ int sum(int v, cub::WarpReduce<int, 32>::TempStorage &storage) {\n"
                "  return cub::WarpReduce<int, 32>(storage).Sum(v);\n"
                "}\n"
            ),
            around="#include <cub/cub.cuh>\n@",
            run=(
                "__global__ void sums() {\n"
                "  __shared__ cub::WarpReduce<int>::TempStorage storage[4];\n"
                "  const int total = sum(threadIdx.x, storage[threadIdx.x / 32]);\n"
                "  results[threadIdx.x] = threadIdx.x % 32 == 0 ? total : 0;\n"
                "}\n"
                "void run() { sums<<<1, 128>>>(); }\n"
            ),
        ),
        Example(
            before="using Scan = cub::WarpScan<float, 16>;\n",
            after=None,
            why="A size is given.",
        ),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        """The findings of the whole source."""
        code = warp_code(source)
        if code.dialect is not Dialect.CUDA:
            return
        content = source.content
        uses_cub = re.search(rb"using\s+namespace\s+(?:::)?cub\b", content) is not None
        for match in _NAME.finditer(content):
            start, end = match.span()
            node = source.tree.root_node.descendant_for_byte_range(start, end)
            owner = node.parent if node is not None else None
            if node is None or owner is None or (node.start_byte, node.end_byte) != (start, end):
                continue
            if owner.type not in ("template_type", "template_function"):
                continue
            qualified = re.search(rb"(?<!\w)cub\s*::\s*$", content[max(0, start - 16) : start])
            arguments = owner.child_by_field_name("arguments")
            if arguments is None or not (qualified or uses_cub) or not code.is_seen(start):
                continue
            given = [child for child in arguments.named_children if child.type != "comment"]
            if len(given) != _BEFORE_SIZE[match.group()]:
                continue
            name = match.group().decode()
            last = given[-1].end_byte
            yield Finding(
                self.code,
                self.severity,
                f"`{name}` works on 32 threads in CUB, on the whole wavefront in hipCUB. The fix"
                " gives the size.",
                start,
                end,
                (Fix("Give the size 32", (Edit(last, last, b", 32"),)),),
                name=f"cub::{name}",
            )
