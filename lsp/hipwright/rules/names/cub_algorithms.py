"""LIB004: block algorithms of CUB that need whole warps."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.finding import Finding, Severity
from hipwright.rules.base import Example, FileRule
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.source.names import is_text

_ALGORITHM = re.compile(
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
    affected_by = re.compile(rb"BLOCK_")
    examples = (
        Example(
            "using Scan = hipcub::BlockScan<int, 32, hipcub::BLOCK_SCAN_WARP_SCANS>;\n",
            "using Scan = hipcub::BlockScan<int, 32, hipcub::BLOCK_SCAN_WARP_SCANS>;\n",
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
                )
