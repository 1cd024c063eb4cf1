"""SMEM001: more shared memory than a compute unit gives one block."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.finding import Finding, Related, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import Code, code_of
from hipwright.settings import Settings
from hipwright.source import Source

_ATTRIBUTE = regex(
    rb"(?:cuda|hip)FuncAttributeMaxDynamicSharedMemorySize(?!\w)"
    rb"|CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES(?!\w)"
)
# What one block may have, in bytes; gfx950 has more.
_LDS = 64 * 1024
_LDS_OF_GFX950 = 160 * 1024


class SharedMemoryOptIn(FileRule):
    """A block may have 64 KiB of LDS on AMD (160 KiB on gfx950), and no function asks for more;
    NVIDIA's newer GPUs give up to 227 KiB to a kernel that asks."""

    code = "SMEM001"
    title = "More shared memory than AMD gives a block"
    severity = Severity.ERROR
    source = (
        "HIP documentation: hardware features (LDS), changes in HIP 7 (shared memory size check)"
    )
    hazards = ("HW061", "HW307")
    triggers = (b"MaxDynamicSharedMemorySize", b"MAX_DYNAMIC_SHARED_SIZE_BYTES")
    affected_by = regex(rb"(?i)shared|size|bytes|const|define")
    examples = (
        Example(
            "void f() { cudaFuncSetAttribute(k, cudaFuncAttributeMaxDynamicSharedMemorySize, "
            "96 * 1024); }\n",
            "void f() { cudaFuncSetAttribute(k, cudaFuncAttributeMaxDynamicSharedMemorySize, "
            "96 * 1024); }\n",
            why="The call or the launch fails with hipErrorInvalidValue: smaller tiles fit.",
            around="__global__ void k();\n@",
        ),
        Example(
            "void f(int n) { cudaFuncSetAttribute(k, cudaFuncAttributeMaxDynamicSharedMemorySize, "
            "n); }\n",
            "void f(int n) { cudaFuncSetAttribute(k, cudaFuncAttributeMaxDynamicSharedMemorySize, "
            "n); }\n",
            why="Worth knowing, no more: how much it is shows at run time.",
            around="__global__ void k();\n@",
        ),
        Example(
            "void f() { cudaFuncSetAttribute(k, cudaFuncAttributeMaxDynamicSharedMemorySize, "
            "65536); }\n",
            None,
            why="it fits",
        ),
        Example(
            "void f() { cudaFuncSetAttribute(k, cudaFuncAttributeMaxDynamicSharedMemorySize, "
            "98304); }\n",
            None,
            why="it fits into the LDS of gfx950",
            settings=Settings(arch=("gfx950",)),
        ),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        is_gfx950 = bool(settings.arch) and all(a.startswith("gfx950") for a in settings.arch)
        limit = _LDS_OF_GFX950 if is_gfx950 else _LDS
        unknown: list[tuple[int, int]] = []
        for match in code.words(_ATTRIBUTE):
            if not code.is_used(*match.span()):
                continue
            size = _size_after(code, match.end())
            if size is None:
                unknown.append(match.span())
            elif size > limit:
                yield Finding(
                    self.code,
                    self.severity,
                    f"{size // 1024} KiB do not fit: AMD gives a block {limit // 1024} KiB of LDS"
                    + (" (160 on gfx950)." if limit == _LDS else "."),
                    *match.span(),
                )
        if unknown:
            first, *others = unknown
            yield Finding(
                self.code,
                Severity.INFO,
                f"AMD gives a block {limit // 1024} KiB of LDS, without asking, and no more: check "
                "the size against sharedMemPerBlock.",
                *first,
                related=tuple(Related(*other, "Here too.") for other in others[:20]),
            )


def _size_after(code: Code, position: int) -> int | None:
    """What the argument after this one comes to."""
    rest = re.compile(rb"\s*,\s*([^;{}]*?)\s*\)\s*[);]").match(code.content, position)
    if rest is None:
        return None
    return code.number(rest[1], position)
