"""What to use on AMD GPUs instead of PTX that has no counterpart, by family.

Sources: PTX ISA; HIP programming guide; LLVM's user guide for the AMDGPU back end; rocWMMA.
"""

from __future__ import annotations

import re

from hipwright.patterns import regex
from hipwright.rules.ptx._instruction import Instruction, Line

# The first pattern that an instruction's form matches counts.
_ADVICE: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (regex(pattern), text)
    for pattern, text in (
        (
            r"(?:mma|wmma|wgmma|tcgen05)\b",
            "matrix cores are used by rocWMMA or `__builtin_amdgcn_mfma_…` (gfx9) and"
            " `__builtin_amdgcn_wmma_…` (gfx11 on), whose lanes hold other parts of the matrices",
        ),
        (
            r"(?:ldmatrix|stmatrix|movmatrix)\b",
            "load each lane's part from LDS, in the layout of the matrix instruction that uses it;"
            " rocWMMA's `load_matrix_sync` does",
        ),
        (
            r"cp\.(?:async\.bulk|reduce\.async)|tensormap|prefetch\.tensormap|fence\.proxy"
            r"|multimem",
            "there is no tensor memory accelerator; let the threads of the block copy",
        ),
        (r"cp\.async\.mbarrier", "copy, and wait with `__syncthreads()`"),
        (
            r"mbarrier|fence\.mbarrier_init",
            "there are no barrier objects; `__syncthreads()`, or an atomic counter in LDS",
        ),
        (
            r"mapa|getctarank|barrier\.cluster|st\.async|red\.async|clusterlaunchcontrol"
            r"|fence\.\S*cluster|ld\.\S*cluster|st\.\S*cluster",
            "there are no clusters of blocks; exchange through global memory",
        ),
        (r"cp\.async", "copy at once: a load and a store"),
        (
            r"(?:bar|barrier)\b",
            "a block has one barrier, for all its threads: `__syncthreads()`; named barriers and"
            " barriers for some of the threads need another structure, or blocks of their own",
        ),
        (r"setmaxnreg", "registers are given out when a kernel starts: `__launch_bounds__`"),
        (r"griddepcontrol", "a kernel waits for the one before it in its stream; leave it out"),
        (r"elect", "the first active lane is where `__lane_id() == __ffsll(__ballot(1)) - 1`"),
        (r"redux", "reduce in log2(32) steps of `__shfl_xor(v, d, 32)`"),
        (r"match", "`__match_any` and `__match_all` of HIP, in groups of 32 lanes"),
        (r"shfl", "`__shfl`, `__shfl_up`, `__shfl_down` and `__shfl_xor`, with a width of 32"),
        (r"vote", "`__ballot`, cut to the 32 lanes around the calling one"),
        (
            r"createpolicy|applypriority|discard|\S*cache_hint",
            "caches take no policy; `__builtin_nontemporal_load` and `…_store` go past them",
        ),
        (
            r"(?:atom|red)\b",
            "`__hip_atomic_…` with order and scope, or a loop with `atomicCAS`",
        ),
        (r"(?:ld|ldu|st)\b", "an access through a pointer, or `__hip_atomic_load`/`…_store`"),
        (r"fence|membar", "`__threadfence()` and its `_block` and `_system` forms"),
        (
            r"(?:add|sub|mul|fma|div|rcp|sqrt)\.\S*r[zmp]\b",
            "other roundings than to nearest are `__fadd_rz` and the like, which HIP declares"
            " where OCML_BASIC_ROUNDED_OPERATIONS is defined",
        ),
        (
            r"(?:addc|subc|madc|add\.cc|sub\.cc|mad\.\S*cc)",
            "the carry goes through `__builtin_addc` and its kin, in one function",
        ),
        (r"cvt\.\S*(?:e4m3|e5m2)", "hip/hip_fp8.h has the conversions of 8-bit floats"),
        (r"cvt\.\S*(?:e2m1|e2m3|e3m2|ue8m0)", "only gfx950 has 4- and 6-bit floats"),
        (r"cvt\.\S*tf32", "only gfx942 has TF32, as `xf32` of its matrix cores"),
        (r"exit", "`return` in the kernel itself"),
        (r"isspacep", "`__builtin_amdgcn_is_shared` and `__builtin_amdgcn_is_private`"),
        (r"v(?:add|sub|min|max|abs|avrg|set|mad|shl|shr)\w*", "C++ on each byte or half word"),
        (r"(?:tex|tld4|suld|sust|sured|txq|suq)\b", "HIP's texture and surface functions"),
        (r"bra|call|ret", "C++ has `if`, loops and functions for it"),
        (r"pmevent", "leave it out; rocTX marks what a profiler shows"),
    )
)
_PLAIN = "write it in C++"


def advice(line: Line | None) -> str:
    """What to use instead of a line of PTX."""
    if not isinstance(line, Instruction):
        return _PLAIN
    form = line.form
    if any("%warpid" in operand or "%nwarpid" in operand for operand in line.operands):
        return "a warp's number is `threadIdx.x / 32` in a block of one dimension"
    for pattern, text in _ADVICE:
        if pattern.match(form):
            return text
    return _PLAIN
