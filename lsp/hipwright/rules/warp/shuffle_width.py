"""WARP005: shuffles without a width."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hipwright.finding import Edit, Finding, Fix, Related, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.warp._code import SHUFFLES, Dialect, Mask, WarpCall, WarpCode, warp_code
from hipwright.rules.warp._lexing import Span
from hipwright.rules.warp._rewrite import drop_first_argument, shuffle
from hipwright.rules.warp._wrappers import aliases, torch_shuffles
from hipwright.settings import Settings
from hipwright.source import Source

# A loop whose steps are 16, 8, 4, 2, 1: what it combines is a group of 32 lanes.
_FROM_16_DOWN = regex(rb"=\s*16\s*;[^;{}]*;[^;{}]*(?:/=\s*2|>>=\s*1)\b")
# The first of the steps 16, 8, 4, 2, 1 where they are written out.
_STEP = regex(rb"__shfl_(?:down|xor|up)(?:_sync)?\s*\([^;{}]*,\s*(16|32)\s*[,)]")
# A lane that is brought back into a group of 32: `(threadIdx.x + d) & 31`.
_AMONG_32 = regex(rb"\)\s*(?:&\s*\(?(?:31|0x1f)|%\s*32)(?![\w.])", re.IGNORECASE)
_KNOWS_WARPS = regex(rb"\b\w*warp_?size\w*", re.IGNORECASE)
_LIMIT = 12  # related places shown; more of them say no more


class ShuffleWidth(FileRule):
    """A HIP shuffle without a width reaches across all lanes of the wavefront, 64 on many GPUs.

    In CUDA a warp has 32 lanes, so that the width 32 changes nothing there and keeps groups of 32
    lanes on AMD. In HIP code the same fix is offered where the code around counts in 32s.
    """

    code = "WARP005"
    title = "Shuffle without a width"
    severity = Severity.WARNING
    source = "HIP C++ language extensions: warp shuffle functions (the width defaults to warpSize)"
    hazards = ("HW015", "HW016", "HW032", "HW033")
    wave_sizes = frozenset((64,))
    triggers = (b"__shfl", b"WARP_SHFL")
    examples = (
        Example(
            before="#include <cuda_runtime.h>\nv += __shfl_down(v, 16);",
            after="#include <cuda_runtime.h>\nv += __shfl_down(v, 16, 32);",
            why="CUDA before version 9, where a warp has 32 lanes too.",
            around="__device__ float fragment(float v) {\n@\nreturn v;\n}\n",
            run="fragment(t * 5)",
        ),
        Example(
            before="v += __shfl_down(v, 16);",
            after="v += __shfl_down(v, 16);",
            alternative="v += __shfl_down(v, 16, 32);",
            why="Old CUDA or HIP: nothing here tells, so that a person has to.",
            around="__device__ void fragment(float v) {\n@\n}\n",
        ),
        Example(
            before="#include <cuda_runtime.h>\n#define FROM(v, lane) __shfl((v), (lane))\n",
            after="#include <cuda_runtime.h>\n#define FROM(v, lane) __shfl((v), (lane), 32)\n",
            run="FROM(t, t / 2 + 3)",
        ),
        Example(
            before=(
                "#include <hip/hip_runtime.h>\n"
                "__device__ float first(float v) {\n"
                "  int lane = threadIdx.x & 31;\n"
                "  return lane > 0 ? __shfl(v, 0) : v;\n"
                "}\n"
            ),
            after=(
                "#include <hip/hip_runtime.h>\n"
                "__device__ float first(float v) {\n"
                "  int lane = threadIdx.x & 31;\n"
                "  return lane > 0 ? __shfl(v, 0) : v;\n"
                "}\n"
            ),
            alternative=(
                "#include <hip/hip_runtime.h>\n"
                "__device__ float first(float v) {\n"
                "  int lane = threadIdx.x & 31;\n"
                "  return lane > 0 ? __shfl(v, 0, 32) : v;\n"
                "}\n"
            ),
            why="The code counts lanes in 32s, the shuffle reads lane 0 of the whole wavefront.",
        ),
        Example(
            before=(
                "#include <hip/hip_runtime.h>\n"
                "__device__ float down(float v) { return __shfl_down(0xffffffff, v, 1); }\n"
            ),
            after=(
                "#include <hip/hip_runtime.h>\n"
                "__device__ float down(float v) { return __shfl_down(0xffffffff, v, 1); }\n"
            ),
            alternative=(
                "#include <hip/hip_runtime.h>\n"
                "__device__ float down(float v) { return __shfl_down(v, 1, 32); }\n"
            ),
            why="Without `_sync`, the mask that was left behind is what is shuffled.",
        ),
        Example(
            before=(
                "#include <hip/hip_runtime.h>\n"
                "__device__ float sum(float v) {\n"
                "  for (int d = 16; d > 0; d /= 2) v += __shfl_xor(v, d);\n"
                "  return v;\n"
                "}\n"
            ),
            after=None,
            why="An exclusive or with less than 32 stays inside groups of 32 lanes.",
        ),
        Example(
            before=(
                "#include <hip/hip_runtime.h>\n"
                "__device__ float sum(float v) {\n"
                "  for (int d = warpSize / 2; d > 0; d /= 2) v += __shfl_down(v, d);\n"
                "  return v;\n"
                "}\n"
            ),
            after=None,
            why="Written for whatever the wavefront has.",
        ),
        Example(
            before=(
                "#include <hip/hip_runtime.h>\n"
                "__device__ float total(float v) {\n"
                "  for (int d = 16; d > 0; d /= 2) v += __shfl_xor(v, d);\n"
                "  return __shfl(v, 0);\n"
                "}\n"
            ),
            after=(
                "#include <hip/hip_runtime.h>\n"
                "__device__ float total(float v) {\n"
                "  for (int d = 16; d > 0; d /= 2) v += __shfl_xor(v, d);\n"
                "  return __shfl(v, 0);\n"
                "}\n"
            ),
            alternative=(
                "#include <hip/hip_runtime.h>\n"
                "__device__ float total(float v) {\n"
                "  for (int d = 16; d > 0; d /= 2) v += __shfl_xor(v, d);\n"
                "  return __shfl(v, 0, 32);\n"
                "}\n"
            ),
            why="The steps add up 32 lanes, the last shuffle reads lane 0 of the whole wavefront.",
        ),
        Example(
            before=(
                "#include <ATen/cuda/DeviceUtils.cuh>\n"
                "#include <cuda_runtime.h>\n"
                "__device__ float first(float v) { return WARP_SHFL(v, 0); }\n"
            ),
            after=(
                "#include <ATen/cuda/DeviceUtils.cuh>\n"
                "#include <cuda_runtime.h>\n"
                "__device__ float first(float v) { return WARP_SHFL(v, 0, 32); }\n"
            ),
            why="PyTorch's shuffles have the width `warpSize` where none is given.",
        ),
        Example(
            before=(
                "#include <ATen/cuda/DeviceUtils.cuh>\n"
                "#include <hip/hip_runtime.h>\n"
                "__device__ float next(float v, int l) {\n"
                "  if (USE_ROCM) return WARP_SHFL_DOWN(v, GPU_WARP_SIZE / 2);\n"
                "  return WARP_SHFL(v, (threadIdx.x + l) & 31);\n"
                "}\n"
            ),
            after=None,
            why="The code knows both sizes of warp.",
        ),
        Example(
            before=(
                "#include <hip/hip_runtime.h>\n"
                "#define SHFL_DOWN __shfl_down\n"
                "__device__ float next(float v) { return SHFL_DOWN(0xffffffff, v, 1); }\n"
            ),
            after=(
                "#include <hip/hip_runtime.h>\n"
                "#define SHFL_DOWN __shfl_down\n"
                "__device__ float next(float v) { return SHFL_DOWN(0xffffffff, v, 1); }\n"
            ),
            alternative=(
                "#include <hip/hip_runtime.h>\n"
                "#define SHFL_DOWN(mask, value, lane) __shfl_down(value, lane, 32)\n"
                "__device__ float next(float v) { return SHFL_DOWN(0xffffffff, v, 1); }\n"
            ),
            why="The alias is called with a mask, which the shuffle behind it takes for the value.",
        ),
        Example(
            before=(
                "#include <hip/hip_runtime.h>\n"
                "#define SHFL_DOWN __shfl_down\n"
                "__device__ float next(float v) { return SHFL_DOWN(v, 1, 32); }\n"
            ),
            after=None,
        ),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        """The findings of the whole source."""
        code = warp_code(source)
        neighbours: dict[Span, list[WarpCall]] = {}
        for call in code.calls:
            if call.name not in SHUFFLES:
                continue
            if b"__VA_ARGS__" in code.content[call.start : call.stop]:
                continue
            if _shuffles_mask(code, call):
                yield self._mask_left_behind(code, call)
            elif len(call.arguments) != 2:
                continue
            elif code.dialect in (Dialect.CUDA, Dialect.UNCLEAR):
                safe = code.dialect is Dialect.CUDA
                if not safe and call.name == b"__shfl_xor":
                    continue  # stays inside its 32 lanes
                is_from_one_lane = call.name == b"__shfl"
                yield self._finding(
                    call,
                    f"`{call.name.decode()}` reaches across all 64 lanes of an AMD wavefront."
                    " The width 32 keeps CUDA's groups.",
                    Fix("Add the width 32", shuffle(code, call, True), safe),
                    # The steps of a reduction or a scan are mostly right as they are, and what
                    # tells nothing of 32 lanes may well work on the whole wavefront.
                    None
                    if is_from_one_lane and (safe or _counts_in_32s(code, call))
                    else Severity.INFO,
                )
            elif call.name != b"__shfl_xor":
                function = _counts_in_32s(code, call)
                if function is None:
                    continue
                if call.name == b"__shfl":
                    yield self._finding(
                        call,
                        "The code around counts lanes in 32s, this shuffle reads from the whole"
                        " wavefront.",
                        Fix("Add the width 32", shuffle(code, call, True), safe=False),
                    )
                else:
                    neighbours.setdefault(function, []).append(call)
        for calls in neighbours.values():
            yield self._neighbours(code, calls)
        for call in torch_shuffles(code):
            yield from self._torch(code, call)
        for alias, calls in aliases(code):
            masked = [call for call in calls if _shuffles_mask(code, call)]
            if masked:
                yield self._masked_alias(alias, calls, masked)

    def _torch(self, code: WarpCode, call: WarpCall) -> Iterator[Finding]:
        if len(call.arguments) != 2:
            return
        is_cuda = code.dialect is Dialect.CUDA
        if not is_cuda:
            function = _counts_in_32s(code, call)
            if function is None or call.name == b"WARP_SHFL_XOR":
                return
            knows = _KNOWS_WARPS.finditer(code.content, *function)
            if any(code.is_token(*match.span()) for match in knows):
                return  # what is for 32 lanes is one branch of it
        end = call.arguments[1][1]
        yield self._finding(
            call,
            f"`{call.name.decode()}` reaches across all 64 lanes of an AMD wavefront: its width is"
            " `warpSize` where none is given. The width 32 keeps CUDA's groups.",
            Fix("Add the width 32", (Edit(end, end, b", 32"),), safe=is_cuda),
        )

    def _masked_alias(
        self, alias: re.Match[bytes], calls: list[WarpCall], masked: list[WarpCall]
    ) -> Finding:
        name, shuffle_name = alias.group(1), alias.group(2)
        start, end = alias.span(1)
        fixes: tuple[Fix, ...] = ()
        if len(masked) == len(calls):
            new = name + b"(mask, value, lane) " + shuffle_name + b"(value, lane, 32)"
            fix = Fix("Drop the mask, add the width 32", (Edit(start, alias.end(2), new),), False)
            fixes = (fix,)
        related = tuple(Related(call.start, call.end, "A mask comes first.") for call in masked)
        return Finding(
            self.code,
            self.severity,
            f"`{name.decode()}` is called with a lane mask, which `{shuffle_name.decode()}` without"
            " `_sync` takes for the value: it shuffles the mask.",
            start,
            end,
            fixes,
            related[:_LIMIT],
            name=name.decode(),
        )

    def _neighbours(self, code: WarpCode, calls: list[WarpCall]) -> Finding:
        """One finding for the steps of a reduction or a scan: mostly right as they are."""
        edits = tuple(edit for call in calls for edit in shuffle(code, call, True))
        return self._finding(
            calls[0],
            "On a wavefront of 64, lanes at the end of a group of 32 read from the next group:"
            " right where nothing uses what they get.",
            Fix("Add the width 32 to the shuffles of this function", edits, safe=False),
            Severity.INFO,
        )

    def _mask_left_behind(self, code: WarpCode, call: WarpCall) -> Finding:
        edits: tuple[Edit, ...] = (drop_first_argument(code, call),)
        end = call.arguments[2][1]
        edits = (*edits, Edit(end, end, b", 32"))
        return self._finding(
            call,
            f"The first argument is a lane mask, which `{call.name.decode()}` without `_sync`"
            " takes for the value: it shuffles the mask.",
            Fix("Drop the mask, add the width 32", edits, safe=False),
        )

    def _finding(
        self, call: WarpCall, message: str, fix: Fix, severity: Severity | None = None
    ) -> Finding:
        return Finding(
            self.code,
            severity or self.severity,
            message,
            call.end - len(call.name),
            call.end,
            (fix,),
            name=call.name.decode(),
        )


def _counts_in_32s(code: WarpCode, call: WarpCall) -> Span | None:
    """The function around a call, where it counts lanes in 32s and never by `warpSize`."""
    function = code.function_at(call.start)
    if function is None:
        return None
    start, end = function
    if any(start <= use < end for use, _ in code.builtin_warp_sizes):
        return None
    counts = any(start <= match.start() < end for match in code.lane_arithmetic)
    halves = _FROM_16_DOWN.search(code.content, start, end) is not None
    counts = counts or _AMONG_32.search(code.content, start, end) is not None
    counts = counts or set(_STEP.findall(code.content, start, end)) == {b"16"}
    return function if counts or halves else None


def _shuffles_mask(code: WarpCode, call: WarpCall) -> bool:
    """Whether the value that is shuffled is a full mask: what another port left behind."""
    if len(call.arguments) != 3:
        return False
    start, end = call.arguments[0]
    return code.mask(code.text((start, end)), start) is Mask.FULL
