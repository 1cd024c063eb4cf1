"""Calls whose arguments change between CUDA and HIP, not only their name."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple


class ArgumentRewrite(NamedTuple):
    """One change to the arguments of a call. Arguments count from 0, as CUDA has them.

    `kind`: "HIP_SYMBOL" and those that begin with "reinterpret_cast" wrap the argument;
    "add_const_argument" inserts `constant` before it, "replace_argument_with_const" puts it in its
    place, "remove_argument" drops it; "add_var_argument" copies it before argument `to`, and
    "move_argument" moves it and those behind it, `length` in all, there.
    """

    kind: str
    position: int
    constant: str
    to: int
    length: int


@cache
def rewrites() -> dict[str, dict[str, tuple[ArgumentRewrite, ...]]]:
    """The rewrites by library that a port is for ("hip", "roc", "miopen", "hipify", and
    "own" for those to HIP that AMD's tool does not make) and function.

    Source: the argument casts of AMD's HIPIFY; `calls.txt` is made by `build_table`.
    """
    found: dict[str, dict[str, tuple[ArgumentRewrite, ...]]] = {}
    text = Path(__file__).with_name("calls.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        target, function, index, kind, constant, to, count = line.split("\t")
        rewrite = ArgumentRewrite(kind, int(index), constant, int(to or 0), int(count or 1))
        of_target = found.setdefault(target, {})
        of_target[function] = (*of_target.get(function, ()), rewrite)
    return found


# HIP has a name for each number of arguments where C++ CUDA overloads one, or where CUDA 13 changed
# what a function takes. Sources: HIPIFY; hip_runtime_api.h of HIP 7.1.
OVERLOADS: dict[str, dict[int, str]] = {
    "cudaEventCreate": {1: "hipEventCreate", 2: "hipEventCreateWithFlags"},
    "cudaMemPrefetchAsync": {5: "hipMemPrefetchAsync_v2"},
    "cudaGraphInstantiate": {5: "hipGraphInstantiate", 3: "hipGraphInstantiateWithFlags"},
}
