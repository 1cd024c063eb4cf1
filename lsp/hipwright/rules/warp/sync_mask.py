"""WARP001: lane masks of 32 bits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hipwright.finding import Edit, Finding, Fix, Related, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.warp._bfloat16 import parts_of, shuffle_of_bits
from hipwright.rules.warp._code import (
    SHUFFLES,
    Dialect,
    Mask,
    WarpCall,
    WarpCode,
    warp_code,
)
from hipwright.rules.warp._rewrite import shuffle, vote, vote_of_wavefront
from hipwright.settings import Settings
from hipwright.source import Source

_TRAP = "HIP wants a 64-bit mask here, and stops the kernel unless it names just the active lanes."

_FENCES = (
    b'(__builtin_amdgcn_fence(__ATOMIC_RELEASE, "wavefront"), __builtin_amdgcn_wave_barrier(), '
    b'__builtin_amdgcn_fence(__ATOMIC_ACQUIRE, "wavefront"))'
)

_MASKED = regex(rb"__\w+_sync(?!\w)|__syncwarp\s*\(\s*[^\s)]")
# An integer's declaration, or a cast to one.
_INTEGER = regex(
    rb"\(?\s*(?:(?:const|static|register|volatile)\s+)*"
    rb"(?:unsigned|signed|int|long|size_t|u?int(?:32|64)_t|uint)\b"
)
# Operators that floating-point numbers do not have.
_OF_INTEGERS = regex(rb"%|<<|>>|\^|~|(?<!&)&(?!&)|(?<!\|)\|(?!\|)")


class SyncMask(FileRule):
    """HIP's `_sync` intrinsics take a 64-bit mask, which must name exactly the active lanes.

    A mask of 32 bits does not compile with HIP 7; merely widened, it stops the kernel at run time,
    or makes groups of 64 lanes out of groups of 32. Before ROCm 7 (6.2 with
    HIP_ENABLE_WARP_SYNC_BUILTINS) there are no `_sync` intrinsics at all. The fix drops the mask
    and keeps groups of 32 lanes, which every HIP version compiles.
    """

    code = "WARP001"
    title = "32-bit lane mask"
    severity = Severity.ERROR
    source = (
        "HIP 7.1: hip/amd_detail/amd_warp_sync_functions.h (static_assert on the mask's size, "
        "__hip_check_mask); HIP C++ language extensions: warp cross-lane functions"
    )
    hazards = (
        "HW001",
        "HW002",
        "HW003",
        "HW015",
        "HW019",
        "HW030",
        "HW031",
        "HW034",
        "HW304",
        "HW308",
        "HW327",
    )
    triggers = (b"_sync", b"__syncwarp")
    settled = True
    disturbs = ("WARP",)
    examples = (
        Example(
            before="v += __shfl_down_sync(0xffffffff, v, 16);",
            after="v += __shfl_down(v, 16, 32);",
            alternative="v += __shfl_down(v, 16);",
            why="The width keeps groups of 32 lanes, so that a wavefront of 64 makes two sums.",
            around="__device__ float fragment(float v) {\n@\nreturn v;\n}\n",
            run="fragment(t % 37)",
        ),
        Example(
            before=(
                "#define FULL_MASK 0xffffffffu\n"
                "__device__ float sum(float v) {\n"
                "  for (int d = 16; d > 0; d /= 2) v += __shfl_xor_sync(FULL_MASK, v, d);\n"
                "  return __shfl_sync(FULL_MASK, v, 0, 32);\n"
                "}\n"
            ),
            after=(
                "#define FULL_MASK 0xffffffffu\n"
                "__device__ float sum(float v) {\n"
                "  for (int d = 16; d > 0; d /= 2) v += __shfl_xor(v, d, 32);\n"
                "  return __shfl(v, 0, 32);\n"
                "}\n"
            ),
            why="A mask is followed to its definition.",
            run="sum(t % 13 + 0.5f)",
        ),
        Example(
            before="#define SUM(v, d) ((v) + __shfl_down_sync(~0u, (v), (d)))\n",
            after="#define SUM(v, d) ((v) + __shfl_down((v), (d), 32))\n",
            why="Macro bodies are ported too.",
            run="SUM(t * 3, 5)",
        ),
        Example(
            before="v = __shfl_up_sync(-1, __shfl_up_sync(-1, v, 1), 2);",
            after="v = __shfl_up(__shfl_up(v, 1, 32), 2, 32);",
            around="__device__ float fragment(float v) {\n@\nreturn v;\n}\n",
            run="fragment(t * t)",
        ),
        Example(
            before="unsigned votes = __ballot_sync(0xffffffff, x > 0);",
            after="unsigned votes = (unsigned)(__ballot(x > 0) >> (__lane_id() & 32));",
            alternative="unsigned votes = __ballot(x > 0);",
            why="Each lane reads the half of the wavefront that it is in.",
            around="__device__ unsigned fragment(int x) {\n@\nreturn votes;\n}\n",
            run="fragment(t % 5 - 2)",
        ),
        Example(
            before="if (__any_sync(0xffffffff, x > 0)) found = 1;",
            after="if ((unsigned)(__ballot(x > 0) >> (__lane_id() & 32)) != 0u) found = 1;",
            alternative="if (__any(x > 0)) found = 1;",
            why="HIP's own `__any` asks the whole wavefront.",
            around="__device__ int fragment(int x, int found) {\n@\nreturn found;\n}\n",
            run="fragment(t == 70, 0)",
        ),
        Example(
            before="while (!__all_sync(0xffffffff, done != 0)) step(done);",
            after=(
                "while (!((unsigned)(__ballot(!(done != 0)) >> (__lane_id() & 32)) == 0u)) "
                "step(done);"
            ),
            alternative="while (!__all(done != 0)) step(done);",
            why="Lanes that have left the kernel are not asked, as in CUDA.",
            around=(
                "__device__ void step(int &done) { ++done; }\n"
                "__device__ int fragment(int done) {\n@\nreturn done;\n}\n"
            ),
            run="fragment(t < 32 ? t % 3 - 2 : 1)",
        ),
        Example(
            before=(
                "__device__ int first(unsigned mask, int v) {\n"
                "  int leader = __ffs(mask) - 1;\n"
                "  unsigned same = __ballot_sync(mask, v == __shfl_sync(mask, v, leader));\n"
                "  return __popc(same);\n"
                "}\n"
            ),
            after=(
                "__device__ int first(unsigned mask, int v) {\n"
                "  int leader = __ffs(mask) - 1;\n"
                "  unsigned same = (mask & (unsigned)(__ballot(v == __shfl(v, leader, 32)) >> "
                "(__lane_id() & 32)));\n"
                "  return __popc(same);\n"
                "}\n"
            ),
            why=(
                "A mask that names some lanes says which of them must be there; a shuffle gives "
                "the same without it, a vote keeps it to leave the others out."
            ),
            run="first(~0u, t % 7)",
        ),
        Example(
            before=(
                "#include <cuda_bf16.h>\n"
                "__device__ __nv_bfloat16 next(__nv_bfloat16 v) {\n"
                "  return __shfl_down_sync(0xffffffff, v, 1);\n"
                "}\n"
            ),
            after=(
                "#include <cuda_bf16.h>\n"
                "__device__ __nv_bfloat16 next(__nv_bfloat16 v) {\n"
                "  return __ushort_as_bfloat16(__shfl_down(__bfloat16_as_ushort(v), 1, 32));\n"
                "}\n"
            ),
            why="HIP's shuffles without a mask have no overload for bfloat16.",
        ),
        Example(
            before=(
                "#include <cuda_bf16.h>\n"
                "__device__ __nv_bfloat162 next(__nv_bfloat162 v) {\n"
                "  return __shfl_down_sync(0xffffffff, v, 1);\n"
                "}\n"
            ),
            after=(
                "#include <cuda_bf16.h>\n"
                "__device__ __nv_bfloat162 next(__nv_bfloat162 v) {\n"
                "  return __shfl_down_sync(0xffffffff, v, 1);\n"
                "}\n"
            ),
            why="Shuffle each half by itself.",
        ),
        Example(
            before="__syncwarp(mask);",
            after="__syncwarp();",
            around=(
                "__device__ int fragment(int v) {\n"
                "const unsigned mask = ~0u;\n"
                "__shared__ int place[128];\n"
                "place[threadIdx.x] = v;\n"
                "@\n"
                "return place[threadIdx.x ^ 5];\n}\n"
            ),
            run="fragment(t * 7)",
        ),
        Example(
            before="__syncwarp();",
            after="__syncwarp();",
            alternative=_FENCES.decode() + ";",
            why="Right with ROCm 7. Older headers lack it, or want HIP_ENABLE_WARP_SYNC_BUILTINS.",
            around="__device__ void fragment() {\n@\n}\n",
        ),
        Example(
            before="int sum = __reduce_or_sync(0xffffffff, v);",
            after="int sum = __reduce_or_sync(0xffffffff, v);",
            why="HIP 7.1 computes it wrongly for a mask of the upper half: left to a person.",
            around="__device__ void fragment(unsigned v) {\n@\n}\n",
        ),
        Example(
            before="int sum = __reduce_add_sync(0xffffffff, v);",
            after="int sum = __reduce_add_sync(0xffffffff, v);",
            alternative=(
                "int sum = __reduce_add_sync("
                "__ballot(1) & (0xffffffffull << (__lane_id() & 32)), v);"
            ),
            around="__device__ void fragment(int v) {\n@\n}\n",
        ),
        Example(
            before="v = __shfl_down_sync(next_mask(), v, 1);",
            after="v = __shfl_down_sync(next_mask(), v, 1);",
            alternative="v = __shfl_down(v, 1, 32);",
            why="What a call does besides giving a mask is not known: left to a person.",
            around=(
                "__device__ unsigned next_mask();\n__device__ void fragment(float v) {\n@\n}\n"
            ),
        ),
        Example(
            before=(
                "#include <hip/hip_runtime.h>\n"
                "__device__ int down(int v) { return __shfl_down_sync(~0ull, v, 1); }\n"
            ),
            after=None,
            why="Written for 64 lanes.",
        ),
        Example(
            before=(
                "#if defined(__HIP_PLATFORM_AMD__)\n"
                "__device__ int down(int v) { return __shfl_down(v, 1, 32); }\n"
                "#else\n"
                "__device__ int down(int v) { return __shfl_down_sync(0xffffffff, v, 1); }\n"
                "#endif\n"
            ),
            after=None,
            why="AMD never sees the other branch.",
        ),
        Example(
            before=(
                "__device__ int __shfl_down_sync(unsigned mask, Pair v, int d);\n"
                "__device__ int down(Pair v) { return __shfl_down_sync(0xffffffff, v, 1); }\n"
            ),
            after=None,
            why="A function that the source defines itself is its own.",
        ),
    )

    def may_fix(self, content: bytes) -> bool:
        return _MASKED.search(content) is not None

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        """The findings of the whole source."""
        code = warp_code(source)
        for call in code.calls:
            if call.takes_mask:
                yield from self._check_masked(code, call)
        # One for the file is enough: it is right with the ROCm of today.
        barriers = [
            call for call in code.calls if call.name == b"__syncwarp" and not call.takes_mask
        ]
        if barriers:
            edits = tuple(Edit(call.start, call.stop, _FENCES) for call in barriers)
            yield self._finding(
                barriers[0],
                "`__syncwarp` needs ROCm 7 (6.2 with -DHIP_ENABLE_WARP_SYNC_BUILTINS).",
                [Fix("Write it out, for older ROCm", edits, safe=False)],
                severity=Severity.HINT,
            )

    def _check_masked(self, code: WarpCode, call: WarpCall) -> Iterator[Finding]:
        if not call.arguments:
            return
        start, end = call.arguments[0]
        text = code.text((start, end))
        if b"__VA_ARGS__" in text:
            return
        mask = code.mask_of(call)
        in_doubt = mask in (Mask.UNKNOWN, Mask.GIVEN, Mask.LONG)
        if mask is Mask.WIDE or (in_doubt and code.dialect is not Dialect.CUDA):
            return
        related = self._definition(code, text, start)
        operation = call.operation
        count = len(call.arguments)
        if b"__VA_ARGS__" in code.content[end : call.stop]:
            message = _TRAP + " The other arguments are hidden: drop the mask and give a width."
            yield self._finding(call, message, [], related)
        elif operation in SHUFFLES and count in (3, 4):
            yield self._shuffle(code, call, text, related)
        elif operation in (b"__ballot", b"__any", b"__all") and count == 2:
            yield self._vote(code, call, text, mask, related)
        elif operation == b"__match_any" and count == 2:
            yield self._match_any(code, call, text, mask, related)
        elif operation == b"__match_all":
            message = _TRAP + " HIP's match is over the whole wavefront: compare the lanes by hand."
            yield self._finding(call, message, [], related)
        elif operation.startswith(b"__reduce"):
            yield self._reduce(code, call, mask, related)
        elif operation == b"__syncwarp" and count == 1:
            safe = not code.may_have_effects(text, start)
            pair = call.parentheses
            assert pair is not None
            fix = Fix("Drop the mask", (Edit(pair.start + 1, pair.end, b""),), safe)
            yield self._finding(call, _TRAP + " The fix drops the mask.", [fix], related)
        else:
            yield self._finding(call, _TRAP, [], related)

    def _shuffle(
        self, code: WarpCode, call: WarpCall, mask: bytes, related: list[Related]
    ) -> Finding:
        safe = self._is_safe(code, call, mask)
        delta = code.text(call.arguments[2])
        if delta.isdigit() and int(delta) >= 32:
            safe = False  # CUDA looks at 5 bits of it, HIP at all
        edits = shuffle(code, call, True)
        parts = parts_of(code, call)
        if parts == 1:
            message = _TRAP + " Without a mask, HIP has no shuffle of this type: the fix moves its"
            message += " bits, in groups of 32 lanes."
            fix = Fix("Drop the mask, shuffle the bits", shuffle_of_bits(code, call, edits), safe)
            return self._finding(call, message, [fix], related)
        if parts != 0:
            message = _TRAP + " Without a mask, HIP has no shuffle of `__hip_bfloat162`, nor of"
            message += " `__hip_bfloat16`: shuffle the bits, with `__bfloat16_as_ushort`."
            return self._finding(call, message, [], related)
        fixes = [Fix("Drop the mask, keep groups of 32 lanes", edits, safe)]
        if len(call.arguments) == 3:
            fixes.append(
                Fix("Drop the mask, use the whole wavefront", shuffle(code, call, False), False)
            )
        message = _TRAP + " The fix drops the mask and keeps groups of 32 lanes."
        return self._finding(call, message, fixes, related)

    def _vote(
        self, code: WarpCode, call: WarpCall, text: bytes, mask: Mask, related: list[Related]
    ) -> Finding:
        keep = not _names_all(mask, text)
        edits = vote(code, call, call.arguments[1], keep)
        fixes = [Fix("Vote in groups of 32 lanes", edits, self._is_safe(code, call, text))]
        if not keep:
            whole = vote_of_wavefront(code, call)
            fixes.append(Fix("Vote over the whole wavefront", whole, False))
        message = _TRAP + " The fix drops the mask and reads the vote of 32 lanes."
        return self._finding(call, message, fixes, related)

    def _match_any(
        self, code: WarpCode, call: WarpCall, text: bytes, mask: Mask, related: list[Related]
    ) -> Finding:
        edits = vote(code, call, call.arguments[1], not _names_all(mask, text))
        # HIP compares with `==`, which never ends for a lane that holds a NaN; CUDA compares bits.
        is_integer = self._is_integer(code, code.text(call.arguments[1]), call.start)
        safe = is_integer and self._is_safe(code, call, text)
        message = _TRAP + " The fix drops the mask and keeps the matches of 32 lanes."
        fixes = [Fix("Match in groups of 32 lanes", edits, safe)]
        return self._finding(call, message, fixes, related)

    def _is_integer(self, code: WarpCode, value: bytes, position: int) -> bool:
        """Whether a value is surely an integer."""
        if _INTEGER.match(value) or _OF_INTEGERS.search(value):
            return True
        name = re.match(rb"(\w+)\s*(?:\[[^\[\]]*\])?$", value)
        declaration = code.declaration(name.group(1), position) if name else None
        return declaration is not None and _INTEGER.match(declaration.type) is not None

    def _reduce(
        self, code: WarpCode, call: WarpCall, mask: Mask, related: list[Related]
    ) -> Finding:
        if call.operation.endswith((b"and", b"or", b"xor")):
            message = _TRAP + (
                " HIP 7.1 also takes the values for truth values when the mask is not one run from"
                " lane 0: reduce with `__shfl_xor` and the width 32."
            )
            return self._finding(call, message, [], related)
        start, end = call.arguments[0]
        half = b"__ballot(1) & (0xffffffffull << (__lane_id() & 32))"
        if mask is not Mask.FULL:
            half = b"(unsigned long long)(" + code.text((start, end)) + b") << (__lane_id() & 32)"
        fix = Fix("Name the lanes of the own 32 (ROCm 7)", (Edit(start, end, half),), False)
        message = _TRAP + " ROCm 7 has it; before, reduce with `__shfl_xor` and the width 32."
        return self._finding(call, message, [fix], related)

    def _is_safe(self, code: WarpCode, call: WarpCall, mask: bytes) -> bool:
        """Whether leaving the mask out keeps the meaning.

        Every lane that a mask names must make the same call, in CUDA too; so the data that a
        shuffle or a vote moves between them does not depend on it. What is left is what the
        expression does besides, and code for both vendors that counts lanes with `warpSize`.
        """
        if code.may_have_effects(mask, call.start):
            return False
        if code.dialect is Dialect.CUDA:
            return True
        function = code.function_at(call.start) or (0, len(code.content))
        return not any(function[0] <= start < function[1] for start, _ in code.builtin_warp_sizes)

    def _definition(self, code: WarpCode, mask: bytes, position: int) -> list[Related]:
        is_name = re.fullmatch(rb"[A-Za-z_]\w*", mask) is not None
        declaration = code.declaration(mask, position) if is_name else None
        constant = code.headers.constant(mask) if is_name and declaration is None else None
        if constant is not None:
            message = f"The mask is defined in {constant.described}."
            return [Related(position, position + len(mask), message, constant.place)]
        if declaration is None:
            return []
        return [Related(declaration.start, declaration.end, "The mask is defined here.")]

    def _finding(
        self,
        call: WarpCall,
        message: str,
        fixes: list[Fix],
        related: list[Related] | None = None,
        severity: Severity | None = None,
    ) -> Finding:
        return Finding(
            self.code,
            severity or self.severity,
            message,
            call.end - len(call.name),
            call.end,
            tuple(fixes),
            tuple(related or ()),
            name=call.name.decode(),
        )


def _names_all(mask: Mask, text: bytes) -> bool:
    """Whether a mask names all lanes that are there, so that a vote needs none."""
    if mask is Mask.LONG:
        return re.fullmatch(rb"0[xX][fF]{8}[uUlL]*", text) is not None
    return mask is Mask.FULL or re.fullmatch(rb"__activemask\s*\(\s*\)", text) is not None
