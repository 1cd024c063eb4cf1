"""WARP006: reductions in shared memory that rely on lanes that move together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from hipwright.finding import Edit, Finding, Fix, Related, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.warp._code import WarpCode, warp_code
from hipwright.settings import Settings
from hipwright.source import Source

# One step of such a reduction reads another lane's element, at a distance of 1 to 32: the end of
# it, and the whole, which is matched on what stands before the end.
_DISTANCE = regex(rb"([+-])\s*(32|16|8|4|2|1)[uU]?\s*\]")
_ELEMENT = regex(rb"(?<![\w.])([A-Za-z_]\w*)\s*\[\s*([^\[\];+-]+?)\s*$")
_ASSIGNED = regex(rb"\s*(?:[-+*/|&^%]|<<|>>)?=(?!=)")
_FENCE = regex(rb"__threadfence\w*\s*\(")
_STRETCH = 80
_SYNCHRONISES = regex(
    rb"(?<!\w)(?:__sync(?:threads|warp)\w*|__builtin_amdgcn_\w*barrier\w*"
    rb"|__builtin_amdgcn_fence)\s*\(|\.\s*sync\s*\(|(?<!\w)sync\s*\("
)
_STEPS_AT_LEAST = 3
# No reduction over a warp goes without a step of 8.
_EIGHT = regex(rb"8(?:(?<=[ +-]8)\]|[ u]\])")


class WarpSynchronous(FileRule):
    """Lanes of a wavefront move together on AMD, but the compiler does not promise to keep it so.

    Steps of a reduction in shared memory without a barrier between them hold only while every
    access goes to memory, which `volatile` asks for, and while all lanes share one wavefront. CUDA
    has not promised as much since Volta either. Reading before a `__syncwarp()` and writing after
    it, or a shuffle, is right on both.
    """

    code = "WARP006"
    title = "Reduction without a barrier"
    severity = Severity.WARNING
    source = (
        "HIP C++ language extensions: warp cross-lane functions (lock step); CUDA C++ programming "
        "guide: independent thread scheduling"
    )
    hazards = ("HW018",)
    triggers = (b"8]", b"8 ]", b"8u]")  # one search for all; `_EIGHT` looks closer
    examples = (
        Example(
            before=(
                "__device__ void last_warp(float *s, int tid) {\n"
                "  s[tid] += s[tid + 32];\n"
                "  s[tid] += s[tid + 16];\n"
                "  s[tid] += s[tid + 8];\n"
                "  s[tid] += s[tid + 4];\n"
                "  s[tid] += s[tid + 2];\n"
                "  s[tid] += s[tid + 1];\n"
                "}\n"
            ),
            after=(
                "__device__ void last_warp(float *s, int tid) {\n"
                "  s[tid] += s[tid + 32];\n"
                "  s[tid] += s[tid + 16];\n"
                "  s[tid] += s[tid + 8];\n"
                "  s[tid] += s[tid + 4];\n"
                "  s[tid] += s[tid + 2];\n"
                "  s[tid] += s[tid + 1];\n"
                "}\n"
            ),
            why="The compiler may keep `s[tid]` in a register from one step to the next.",
        ),
        Example(
            before=(
                "__device__ void scan(volatile int *s, int tid) {\n"
                "  s[tid] += s[tid - 1];\n"
                "  s[tid] += s[tid - 2];\n"
                "  s[tid] += s[tid - 4];\n"
                "  s[tid] += s[tid - 8];\n"
                "}\n"
            ),
            after=(
                "__device__ void scan(volatile int *s, int tid) {\n"
                "  s[tid] += s[tid - 1];\n"
                "  s[tid] += s[tid - 2];\n"
                "  s[tid] += s[tid - 4];\n"
                "  s[tid] += s[tid - 8];\n"
                "}\n"
            ),
            alternative=(
                "__device__ void scan(volatile int *s, int tid) {\n"
                "  { const auto other = s[tid - 1]; __syncwarp(); "
                "s[tid] += other; __syncwarp(); }\n"
                "  { const auto other = s[tid - 2]; __syncwarp(); "
                "s[tid] += other; __syncwarp(); }\n"
                "  { const auto other = s[tid - 4]; __syncwarp(); "
                "s[tid] += other; __syncwarp(); }\n"
                "  { const auto other = s[tid - 8]; __syncwarp(); "
                "s[tid] += other; __syncwarp(); }\n"
                "}\n"
            ),
            why="Worth knowing, no more: `volatile` keeps every step in memory.",
        ),
        Example(
            before=(
                "__device__ void last_warp(float *s, int tid) {\n"
                "  float v = s[tid];\n"
                "  v += s[tid + 16]; __syncwarp(); s[tid] = v; __syncwarp();\n"
                "  v += s[tid + 8]; __syncwarp(); s[tid] = v; __syncwarp();\n"
                "  v += s[tid + 4]; __syncwarp(); s[tid] = v; __syncwarp();\n"
                "}\n"
            ),
            after=None,
        ),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        """The findings of the whole source."""
        if _EIGHT.search(source.content) is None:
            return  # nothing but `table[8]`
        code = warp_code(source)
        for steps in _ladders(code):
            first = steps[0]
            array = first.array
            related = tuple(
                Related(step.start, step.end, "No barrier before this step.") for step in steps[1:]
            )
            edits = _with_barriers(code, steps)
            fixes = (Fix("Read, wait, write, wait", edits, safe=False),) if edits else ()
            between = code.content[first.end : steps[-1].start]
            in_memory = _is_volatile(code, array, first.start) or _FENCE.search(between)
            yield Finding(
                self.code,
                Severity.INFO if in_memory else self.severity,
                "These steps rely on lanes that move together, as they do on AMD. A `__syncwarp()`"
                " between reading and writing, or a shuffle, is right everywhere."
                if in_memory
                else f"Nothing orders these steps, and without `volatile` the compiler may keep"
                f" `{array.decode()}` in registers: read, `__syncwarp()`, write, `__syncwarp()`.",
                first.start,
                first.end,
                fixes,
                related,
            )


class _Step(NamedTuple):
    """`array[lane + distance]`, from `start` to `end`."""

    start: int
    end: int
    array: bytes
    lane: bytes
    distance: int  # negative for a lane further down


def _steps(code: WarpCode) -> Iterator[_Step]:
    for end in _DISTANCE.finditer(code.content):
        first = max(0, end.start() - _STRETCH)
        element = _ELEMENT.search(code.content, first, end.start())
        is_written = _ASSIGNED.match(code.content, end.end()) is not None
        if element is not None and not is_written and code.is_code(*element.span(1)):
            lane = b" ".join(element.group(2).split())
            distance = int(end.group(1) + end.group(2))
            yield _Step(element.start(), end.end(), element.group(1), lane, distance)


def _ladders(code: WarpCode) -> Iterator[list[_Step]]:
    """Runs of steps on one array, each twice or half as far as the last, without a barrier."""
    ladder: list[_Step] = []
    for step in _steps(code):
        if ladder and _continues(code, ladder, step):
            ladder.append(step)
            continue
        if len(ladder) >= _STEPS_AT_LEAST:
            yield ladder
        ladder = [step]
    if len(ladder) >= _STEPS_AT_LEAST:
        yield ladder


def _continues(code: WarpCode, ladder: list[_Step], step: _Step) -> bool:
    last = ladder[-1]
    between = code.content[last.end : step.start]
    is_next = step.distance in (last.distance * 2, last.distance / 2)
    if len(ladder) > 1:
        is_next = is_next and step.distance * ladder[-2].distance == last.distance**2
    return (
        is_next
        and (step.array, step.lane) == (last.array, last.lane)
        and _SYNCHRONISES.search(between) is None
        and _writes(between, step.array)
    )


def _writes(text: bytes, array: bytes) -> bool:
    """Whether an array is written to: a table of coefficients that is only read is no reduction."""
    return re.search(array + rb"\s*\[[^\]]*\]\s*[-+*|&^]?=(?!=)", text) is not None


def _with_barriers(code: WarpCode, steps: list[_Step]) -> tuple[Edit, ...]:
    """The edits that make each step read before a barrier and write after it.

    None where a step is no statement of its own. They hold where all lanes of the 32 take part.
    """
    edits: list[Edit] = []
    function = code.function_at(steps[0].start)
    if function is None or b"other" in code.content[slice(*function)]:
        return ()
    for step in steps:
        node = code.source.tree.root_node.descendant_for_byte_range(step.start, step.end)
        while node is not None and node.type != "expression_statement":
            node = node.parent
        if node is None or code.content.count(step.array, node.start_byte, node.end_byte) > 3:
            return ()
        element = code.content[step.start : step.end]
        before = b"{ const auto other = " + element + b"; __syncwarp(); "
        edits.append(Edit(node.start_byte, node.start_byte, before))
        edits.append(Edit(step.start, step.end, b"other"))
        edits.append(Edit(node.end_byte, node.end_byte, b" __syncwarp(); }"))
    return tuple(edits)


def _is_volatile(code: WarpCode, name: bytes, position: int) -> bool:
    declaration = code.declaration(name, position)
    return declaration is not None and b"volatile" in declaration.type.split()
