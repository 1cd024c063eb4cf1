"""LIB004: block algorithms of CUB that need whole warps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hipwright.finding import Finding, Related, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.source.names import is_text

_NAMED = regex(rb"\busing\s+(?P<new>\w+)\s*=|\btypedef\b[^;{}]*?\b(?P<old>\w+)\s*;")
_ALGORITHM = regex(
    rb"\bBLOCK_(?:SCAN_WARP_SCANS|REDUCE_WARP_REDUCTIONS|(?:LOAD|STORE)_WARP_TRANSPOSE\w*)\b"
)


class WarpAlgorithm(FileRule):
    """These block algorithms work warp by warp: on AMD the block must be a multiple of the
    wavefront, 64 lanes on most GPUs."""

    code = "LIB004"
    title = "Block algorithm that needs whole wavefronts"
    severity = Severity.INFO
    settled = True
    stable = True
    wave_sizes = frozenset((64,))
    source = "hipCUB documentation: block-wide primitives; rocPRIM's static assertions"
    hazards = ("HW241",)
    triggers = (b"WARP_SCANS", b"WARP_REDUCTIONS", b"WARP_TRANSPOSE")
    examples = (
        Example(
            "using Scan = hipcub::BlockScan<int, 32, hipcub::BLOCK_SCAN_WARP_SCANS>;\n",
            "using Scan = hipcub::BlockScan<int, 32, hipcub::BLOCK_SCAN_WARP_SCANS>;\n",
            around="#include <hipcub/hipcub.hpp>\n@",
        ),
        Example("// BLOCK_SCAN_WARP_SCANS\nint BLOCK_SCAN_RAKING;\n", None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        matches = list(_ALGORITHM.finditer(source.content))
        hidden = [is_text(source, *match.span()) for match in matches]
        for match, is_hidden in zip(matches, hidden, strict=True):
            if not is_hidden:
                yield Finding(
                    self.code,
                    self.severity,
                    f"`{match.group().decode()}` needs a block that is a multiple of the "
                    "wavefront: 64 threads; the RAKING and DIRECT kinds take any",
                    *match.span(),
                    related=tuple(_uses_of_type(source.content, *match.span())),
                )


def _uses_of_type(content: bytes, start: int, end: int) -> Iterator[Related]:
    """Where the type that the algorithm belongs to is used, under its name: compilers say there
    that its block is too small."""
    before = max(content.rfind(mark, 0, start) for mark in (b";", b"{", b"}"))
    after = content.find(b";", end)
    named = _NAMED.search(content, before + 1, after + 1) if after >= 0 else None
    if named is None:
        return
    name = named.group("new") or named.group("old")
    for use in re.finditer(rb"\b" + re.escape(name) + rb"\s*(?:::|\()", content[after:]):
        first = after + use.start()
        yield Related(first, first + len(name), f"`{name.decode()}` is used here")
