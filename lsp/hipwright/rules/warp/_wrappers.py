"""Shuffles and votes under other names: PyTorch's, a file's own aliases, a project's macros."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hipwright.patterns import regex
from hipwright.rules.warp._code import WarpCall, WarpCode
from hipwright.rules.warp._lexing import parentheses_at

# PyTorch's ATen/cuda/DeviceUtils.cuh, before that THC's, has them: value, lane, then the width,
# which is `warpSize` where it is left out.
_TORCH = regex(rb"WARP_SHFL(?:_UP|_DOWN|_XOR)?(?!\w)")
_TORCH_HEADER = regex(rb"#[ \t]*include[ \t]*[<\"][\w/]*DeviceUtils\.cuh")
_ALIAS = regex(
    rb"#[ \t]*define[ \t]+(\w+)[ \t]+(__shfl(?:_up|_down|_xor)?)[ \t]*(?=\r?$|//|/\*)", re.MULTILINE
)
# A vote of a project's own, for CUDA and for HIP: `KOKKOS_IMPL_CUDA_BALLOT(x)`.
_BALLOT = regex(rb"[A-Z_]*_?BALLOT(?:_[A-Z]+)*(?=[ \t]*\()")
_WHOLE_VOTE = regex(
    rb"\(*\s*(?:__ballot(?:64|_sync)?|__activemask)\s*\([^()]*(?:\([^()]*\))?[^()]*\)\s*\)*"
)


def torch_shuffles(code: WarpCode) -> Iterator[WarpCall]:
    """The calls of PyTorch's shuffles, in a file that includes them from PyTorch."""
    if b"WARP_SHFL" in code.content and _TORCH_HEADER.search(code.content):
        for match in code.words(_TORCH):
            yield from _call(code, match)


def aliases(code: WarpCode) -> Iterator[tuple[re.Match[bytes], list[WarpCall]]]:
    """Macros that are a shuffle's name and no more, and the calls by them.

    The groups of the match are the macro's name and the shuffle's, without `_sync`.
    """
    for match in _ALIAS.finditer(code.content):
        if code.is_seen(match.start()):
            uses = code.words(re.compile(re.escape(match.group(1)) + rb"(?!\w)"))
            yield match, [call for use in uses for call in _call(code, use)]


def _call(code: WarpCode, match: re.Match[bytes]) -> Iterator[WarpCall]:
    if not code.is_code(*match.span()):
        return
    pair = parentheses_at(code.content, match.end(), len(code.content))
    if pair is not None:
        node = code.source.tree.root_node.descendant_for_byte_range(*match.span())
        yield WarpCall(match.group(), match.start(), match.end(), pair, node)


def ballot_macros(code: WarpCode) -> Iterator[tuple[WarpCall, bool]]:
    """The calls of macros that are called a ballot.

    With each goes whether the macro is defined here and gives what HIP's vote does. One that is
    defined here as anything else is left out: it may well give 32 lanes.
    """
    if b"BALLOT" not in code.content:
        return
    for match in code.words(_BALLOT):
        for call in _call(code, match):
            declaration = code.declaration(match.group(), match.start())
            if declaration is None:
                yield call, False
            elif declaration.kind == "macro" and _WHOLE_VOTE.fullmatch(declaration.value or b""):
                yield call, True
