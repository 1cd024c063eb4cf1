"""PROP001: compute capability, compared."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.finding import Finding, Related, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import Code, code_of
from hipwright.settings import Settings
from hipwright.source import Source

_COMPARED = regex(
    rb"(?P<owner>[A-Za-z_]\w*)(?:\[[^\[\]]*\])?\s*(?:\.|->)\s*(?P<field>major|minor)\b"
    rb"(?P<times>\s*\*\s*10\w*)?(?P<rest>[^;{}]{0,80}?)(?P<sign>>=?|<=?|[!=]=)\s*\(?\s*(?P<than>\d+)"
)
_FIELD = regex(rb"(?:major|minor)\b")
_PROPERTIES = regex(rb"\b(?:cuda|hip)DeviceProp(?:_t)?\b|\bCUdevprop\b")
# The generations of AMD's GPUs that the field tells on AMD: from 9 (gfx9) on it is a question that
# NVIDIA's answer does not fit. Smaller numbers ask for a minimum, which every AMD GPU passes.
_FIRST_GENERATION = 8


class ComputeCapability(FileRule):
    """On AMD `major` and `minor` are the version of the instruction set: 9.4 for gfx942, 11.0 for
    gfx1100, and say nothing of NVIDIA's features."""

    code = "PROP001"
    title = "Compute capability compared"
    severity = Severity.WARNING
    source = "hip_device.cpp of clr: deviceProps.major is the version of the ISA"
    hazards = ("HW117",)
    triggers = (b"DeviceProp", b"CUdevprop")
    affected_by = regex(rb"major|minor|DeviceProp")
    examples = (
        Example(
            "void f(cudaDeviceProp prop) { if (prop.major >= 8) use_async_copy(); }\n",
            "void f(cudaDeviceProp prop) { if (prop.major >= 8) use_async_copy(); }\n",
            why="gfx942 has major 9, and no such copies: ask for the feature.",
            around="void use_async_copy();\n@",
        ),
        Example(
            "void f(cudaDeviceProp prop) { if (prop.major < 3) exit(1); }\n",
            "void f(cudaDeviceProp prop) { if (prop.major < 3) exit(1); }\n",
            why="Worth knowing, no more: every AMD GPU passes.",
        ),
        Example('void f(cudaDeviceProp p) { printf("%d.%d", p.major, p.minor); }\n', None),
        Example("void f(Version v) { if (v.major >= 8) g(); } // cudaDeviceProp\n", None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        wrong: list[re.Match[bytes]] = []
        harmless: list[re.Match[bytes]] = []
        for match in code.members(_FIELD, _COMPARED):
            if not code.is_used(*match.span("field")) or not _is_of_device(code, match):
                continue
            if b"," in match["rest"] or b"?" in match["rest"]:
                continue
            (wrong if _is_wrong(match) else harmless).append(match)
        for severity, places, message in (
            (
                self.severity,
                wrong,
                "On AMD this is the version of the instruction set (9.4 for gfx942, 11.0 for "
                "gfx1100): ask for the feature that is meant, in `prop.arch` or by gcnArchName.",
            ),
            (
                Severity.INFO,
                harmless,
                "On AMD this is the version of the instruction set, from 9 on: every GPU passes, "
                "whatever the feature.",
            ),
        ):
            if places:
                first, *others = places
                yield Finding(
                    self.code,
                    severity,
                    message,
                    *first.span(),
                    related=tuple(Related(*other.span(), "Here too.") for other in others[:20]),
                )


def _is_of_device(code: Code, match: re.Match[bytes]) -> bool:
    declaration = code.declaration(match["owner"], match.start())
    return declaration is not None and _PROPERTIES.search(declaration.type) is not None


def _is_wrong(match: re.Match[bytes]) -> bool:
    than = int(match["than"])
    if match["field"] == b"minor" and not match["times"]:
        return False  # decides only together with what major is
    generation = than
    if match["times"]:
        generation = than // (100 if b"100" in match["times"] else 10)
    elif b"+" in match["rest"]:
        generation = than // 10
    # 9999 stands for an emulated device.
    return _FIRST_GENERATION <= generation < 9999
