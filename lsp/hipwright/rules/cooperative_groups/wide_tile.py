"""CG004: a tile of 64 lanes."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Finding, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import code_of
from hipwright.settings import Settings
from hipwright.source import Source

_TILE = regex(rb"(?:tiled_partition|thread_block_tile)\s*<\s*(\w+)\s*[,>]")


class WideTile(FileRule):
    """A tile must fit into a wavefront: 64 lanes do not compile for GPUs whose wavefront has 32.

    Tiles of 32 and fewer lanes mean the same on every GPU; a `ballot` of such a tile holds no more
    than 32 bits, in 64.
    """

    code = "CG004"
    title = "Tile of more lanes than a wavefront"
    severity = Severity.ERROR
    source = "amd_hip_cooperative_groups.h of HIP 7.1, compiled for gfx942 and gfx1100"
    hazards = ("HW035",)
    wave_sizes = frozenset((32,))
    triggers = (b"tiled_partition", b"thread_block_tile")
    affected_by = regex(rb"tile")
    examples = (
        Example(
            "auto tile = cooperative_groups::tiled_partition<64>(block);",
            "auto tile = cooperative_groups::tiled_partition<64>(block);",
            around=(
                "#include <cooperative_groups.h>\n"
                "__device__ void fragment() {\n"
                "auto block = cooperative_groups::this_thread_block();\n"
                "@\n"
                "}\n"
            ),
        ),
        Example("auto tile = cooperative_groups::tiled_partition<32>(block);", None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        for match in code.words(_TILE):
            lanes = code.number(match[1], match.start())
            if lanes is not None and lanes > 32 and code.is_seen(match.start()):
                yield Finding(
                    self.code,
                    self.severity,
                    f"A tile of {lanes} lanes does not fit into a wavefront of 32, and does not "
                    "compile for gfx10 and later.",
                    *match.span(1),
                )
