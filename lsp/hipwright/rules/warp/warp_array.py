"""WARP013: arrays with one element for each warp, read by every lane."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hipwright.finding import Edit, Finding, Fix, Related, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.warp._code import Dialect, WarpCode, warp_code
from hipwright.rules.warp._lexing import Span
from hipwright.rules.warp._names import declarations
from hipwright.settings import Settings
from hipwright.source import Source

# `lane = threadIdx.x % X` and `warp = threadIdx.x / X`, X being `warpSize` or a name for it.
_LANE = regex(rb"(\w+)\s*=\s*[\w.()]+\s*(?:%\s*(\w+)|&\s*\(\s*(\w+)\s*-\s*1\s*\))\s*[;,]")
_WARP = regex(rb"(\w+)\s*=\s*[\w.()]+\s*/\s*(\w+)\s*[;,]")
_ELEMENT = regex(rb"\s*\[\s*([^\[\]]*?)\s*\]\s*([-+*/|&^]?=(?!=))?")
# What can keep a lane from evaluating the right side of an expression.
_DECIDES = regex(rb"&&|\|\|")


class WarpArray(FileRule):
    """A block of 1024 threads has 32 warps of 32 lanes, but 16 wavefronts of 64.

    In CUDA an array with one element for each warp can have as many as a warp has lanes, so that
    every lane may read one. On a wavefront of 64 lanes most of them read what no warp has written,
    beyond the array where it has room for the warps alone.
    """

    code = "WARP013"
    title = "Array of warps read by every lane"
    severity = Severity.WARNING
    source = "HIP programming guide: 1024 threads in a block; measured on public ports"
    hazards = ("HW017",)
    wave_sizes = frozenset((64,))
    triggers = (b"warpSize", b"WARP_SIZE", b"WarpSize", b"warp_size")
    examples = (
        Example(
            before=(
                "#include <hip/hip_runtime.h>\n"
                "__global__ void k(float *p) {\n"
                "  __shared__ float sums[32];\n"
                "  int warp = threadIdx.x / warpSize;\n"
                "  int lane = threadIdx.x % warpSize;\n"
                "  float sum = p[threadIdx.x];\n"
                "  if (lane == 0) sums[warp] = sum;\n"
                "  __syncthreads();\n"
                "  sum = sums[lane];\n"
                "  *p = sum;\n"
                "}\n"
            ),
            after=(
                "#include <hip/hip_runtime.h>\n"
                "__global__ void k(float *p) {\n"
                "  __shared__ float sums[32];\n"
                "  int warp = threadIdx.x / warpSize;\n"
                "  int lane = threadIdx.x % warpSize;\n"
                "  float sum = p[threadIdx.x];\n"
                "  if (lane == 0) sums[warp] = sum;\n"
                "  __syncthreads();\n"
                "  sum = sums[lane];\n"
                "  *p = sum;\n"
                "}\n"
            ),
            alternative=(
                "#include <hip/hip_runtime.h>\n"
                "__global__ void k(float *p) {\n"
                "  __shared__ float sums[32];\n"
                "  int warp = threadIdx.x / warpSize;\n"
                "  int lane = threadIdx.x % warpSize;\n"
                "  float sum = p[threadIdx.x];\n"
                "  if (lane == 0) sums[warp] = sum;\n"
                "  __syncthreads();\n"
                "  sum = (lane < blockDim.x / warpSize ? sums[lane] : 0);\n"
                "  *p = sum;\n"
                "}\n"
            ),
            why="0 is what a sum needs there; a minimum or a product needs another value.",
        ),
        Example(
            before=(
                "#include <hip/hip_runtime.h>\n"
                "__global__ void k(float *p) {\n"
                "  __shared__ float sums[32];\n"
                "  int warp = threadIdx.x / warpSize;\n"
                "  int lane = threadIdx.x % warpSize;\n"
                "  if (lane == 0) sums[warp] = *p;\n"
                "  __syncthreads();\n"
                "  *p = lane < blockDim.x / warpSize ? sums[lane] : 0;\n"
                "}\n"
            ),
            after=None,
        ),
        Example(
            before=(
                "#include <hip/hip_runtime.h>\n"
                "__global__ void k(float *p) {\n"
                "  __shared__ float tile[64];\n"
                "  int warp = threadIdx.x / warpSize;\n"
                "  int lane = threadIdx.x % warpSize;\n"
                "  if (warp == 0) tile[lane] = 0;\n"
                "  __syncthreads();\n"
                "  if (lane == 0) tile[warp] = *p;\n"
                "  __syncthreads();\n"
                "  *p = tile[lane];\n"
                "}\n"
            ),
            after=None,
            why="All elements have a value before the warps write theirs.",
        ),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        """The findings of the whole source."""
        code = warp_code(source)
        # In CUDA, what counts with `warpSize` counts 32 lanes, and its port goes on doing so.
        if code.dialect not in (Dialect.HIP, Dialect.BOTH):
            return
        for warp in _WARP.finditer(code.content):
            if not _is_wide(code, warp.group(2), warp.start()):
                continue
            function = code.function_at(warp.start())
            if function is not None and code.is_token(*warp.span(1)):
                for lane in _LANE.finditer(code.content, *function):
                    if (lane.group(2) or lane.group(3)) == warp.group(2):
                        yield from self._check(code, function, warp.group(1), lane.group(1))

    def _check(self, code: WarpCode, function: Span, warp: bytes, lane: bytes) -> Iterator[Finding]:
        written = re.compile(rb"(?<![\w.>])(\w+)\s*\[\s*" + warp + rb"\s*\]\s*=(?!=)")
        for match in written.finditer(code.content, *function):
            array = match.group(1)
            if _is_written_otherwise(code, function, array, warp):
                continue
            read = re.compile(rb"(?<![\w.>])" + array + rb"\s*\[\s*" + lane + rb"\s*\](?!\s*=[^=])")
            for place in read.finditer(code.content, match.end(), function[1]):
                if not _is_read_by_all(code, place):
                    continue
                element = place.group()
                new = b"(" + lane + b" < blockDim.x / warpSize ? " + element + b" : 0)"
                edit = Edit(*place.span(), new)
                yield Finding(
                    self.code,
                    self.severity,
                    f"`{array.decode()}` has an element for each warp, and all lanes read one: a"
                    " block of 1024 threads has 16 wavefronts of 64 lanes.",
                    *place.span(),
                    (Fix("Read 0 beyond the last warp", (edit,), safe=False),),
                    (Related(*match.span(1), "Each warp writes one element."),),
                    name=array.decode(),
                )


def _is_wide(code: WarpCode, name: bytes, position: int) -> bool:
    """Whether a name can be 64 on AMD: the builtin, or a constant that is given it."""
    if name == b"warpSize":
        return code.declaration(name, position) is None
    nearest = code.declaration(name, position)
    if nearest is None:
        return False
    found = declarations(code.source, name) if nearest.kind == "macro" else [nearest]
    seen = [each for each in found if each.is_constant and each.value and code.is_seen(each.start)]
    return any(
        b"warpSize" in each.value or code.number(each.value, each.start) == 64
        for each in seen
        if each.value
    )


def _is_written_otherwise(code: WarpCode, function: Span, array: bytes, warp: bytes) -> bool:
    """Whether anything but the warps writes to an array, or gets to know where it is."""
    name = re.compile(rb"(?<![\w.>])" + array + rb"(?!\w)")
    for match in name.finditer(code.content, *function):
        if not code.is_token(*match.span()):
            continue
        element = _ELEMENT.match(code.content, match.end(), function[1])
        if element is None:
            return True
        if element.group(2) and element.group(1) != warp:
            return True
    return False


def _is_read_by_all(code: WarpCode, place: re.Match[bytes]) -> bool:
    """Whether nothing keeps some lanes of a wavefront from a read."""
    if not code.is_code(place.start(), place.start() + len(place.group().split(b"[")[0].rstrip())):
        return False
    node = code.source.tree.root_node.descendant_for_byte_range(*place.span())
    while node is not None and node.type != "function_definition":
        if node.type in (
            "if_statement",
            "conditional_expression",
            "for_statement",
            "while_statement",
        ):
            return False
        if node.type == "binary_expression" and _DECIDES.search(code.source.text_of(node)):
            return False
        node = node.parent
    return node is not None
