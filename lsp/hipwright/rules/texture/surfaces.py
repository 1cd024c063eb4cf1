"""TEX003: functions of surfaces that take other arguments."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import Code, code_of
from hipwright.rules.warp._lexing import parentheses_at
from hipwright.settings import Settings
from hipwright.source import Source

_READ = regex(rb"(?P<name>surf(?:1D|2D|3D)(?:Layered)?(?P<what>read|write))(?!\w)")
# The only ones with a safe fix.
_RETURNED = regex(rb"surf\w*read\s*<(?![^;]*BoundaryMode)")
_TYPE = regex(rb"\s*<([\w\s:]+)>\s*(?=\()")
_MODE = regex(rb"(?:cuda|hip)BoundaryMode(\w+)")
_ASSIGNED = regex(
    rb"(?P<declared>(?:const\s+)?(?P<type>(?:unsigned\s+)?[A-Za-z_]\w*)\s+)?(?P<to>[A-Za-z_][\w.\[\]]*)\s*=\s*$"
)
_NO_TYPES = frozenset((b"auto", b"case", b"do", b"else", b"goto", b"return", b"throw"))
# Between one statement and the next.
_BLANK = regex(rb"(?:\s|//[^\n]*\n|/\*.*?\*/)*", re.DOTALL)


class SurfaceCalls(FileRule):
    """HIP's functions of surfaces write what they read to a pointer, and take no boundary mode."""

    code = "TEX003"
    title = "Surface function with other arguments in HIP"
    severity = Severity.ERROR
    settled = True
    source = "amd_surface_functions.h of HIP 7.1, checked with clang 19"
    hazards = ("HW076", "HW077")
    triggers = (b"surf1D", b"surf2D", b"surf3D")
    affected_by = regex(rb"surf|BoundaryMode")
    examples = (
        Example(
            "__global__ void k(cudaSurfaceObject_t s) {\n"
            "  float v = surf2Dread<float>(s, x * 4, y);\n}\n",
            "__global__ void k(cudaSurfaceObject_t s) {\n"
            "  float v; surf2Dread(&v, s, x * 4, y);\n}\n",
            around="__device__ int x, y;\n@",
        ),
        Example(
            "__global__ void k(cudaSurfaceObject_t s) {\n  unsigned int v =\n"
            "      surf2Dread<unsigned int>(s, x * 4, y);\n}\n",
            "__global__ void k(cudaSurfaceObject_t s) {\n"
            "  unsigned int v; surf2Dread(&v, s, x * 4, y);\n}\n",
            around="__device__ int x, y;\n@",
        ),
        Example(
            "__global__ void k(cudaSurfaceObject_t s) {\n"
            "  if (x) y = 1; else z = surf2Dread<float>(s, x * 4, y);\n}\n",
            "__global__ void k(cudaSurfaceObject_t s) {\n"
            "  if (x) y = 1; else z = surf2Dread<float>(s, x * 4, y);\n}\n",
            around="__device__ int x, y, z;\n@",
        ),
        Example(
            "__global__ void k(cudaSurfaceObject_t s) {\n"
            "  surf2Dwrite(v, s, x * 4, y, cudaBoundaryModeTrap);\n}\n",
            "__global__ void k(cudaSurfaceObject_t s) {\n"
            "  surf2Dwrite(v, s, x * 4, y, cudaBoundaryModeTrap);\n}\n",
            alternative="__global__ void k(cudaSurfaceObject_t s) {\n"
            "  surf2Dwrite(v, s, x * 4, y);\n}\n",
            why="What happens outside of the surface is yours to decide.",
            around="__device__ float v; __device__ int x, y;\n@",
        ),
        Example("__global__ void k(hipSurfaceObject_t s) { surf2Dread(&v, s, x * 4, y); }\n", None),
    )

    def may_fix(self, content: bytes) -> bool:
        return _RETURNED.search(content) is not None

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        for match in code.words(_READ):
            if not code.is_code(*match.span("name")):
                continue
            typed = _TYPE.match(code.content, match.end())
            after = typed.end() if typed else match.end()
            call = parentheses_at(code.content, after, len(code.content))
            if call is None or not call.arguments:
                continue
            last = call.arguments[-1]
            mode = _MODE.fullmatch(code.text(last))
            returns = typed is not None and match["what"] == b"read"
            if mode is None and not returns:
                continue
            drop = (Edit(call.arguments[-2][1], last[1], b""),) if mode is not None else ()
            fixes: tuple[Fix, ...] = ()
            if not returns:
                fixes = (Fix("Leave the boundary mode out", drop, safe=False),)
            else:
                edits = _to_pointer(code, match, call.start)
                if edits:
                    fixes = (Fix("Read to a pointer", edits + drop, safe=mode is None),)
            yield Finding(
                self.code,
                self.severity,
                "HIP's function writes what it reads to a pointer, its first argument."
                if returns
                else "HIP's functions of surfaces take no boundary mode: test the bounds yourself.",
                *match.span("name"),
                fixes,
            )


def _to_pointer(code: Code, match: re.Match[bytes], opening: int) -> tuple[Edit, ...]:
    """The edits of `v = read<T>(…)`, where that is a statement of its own."""
    begin = max(code.content.rfind(mark, 0, match.start()) for mark in (b";", b"{", b"}")) + 1
    blank = _BLANK.match(code.content, begin, match.start())
    start = begin if blank is None else blank.end()
    assigned = _ASSIGNED.fullmatch(code.content[start : match.start()])
    call = parentheses_at(code.content, opening, len(code.content))
    if assigned is None or call is None or code.content[call.end + 1 : call.end + 2] != b";":
        return ()
    if assigned["declared"] and assigned["type"] in _NO_TYPES:
        return ()
    declared = b"%s %s; " % (assigned["type"], assigned["to"]) if assigned["declared"] else b""
    text = b"%s%s(&%s, " % (declared, match["name"], assigned["to"])
    return (Edit(start, opening + 1, text),)
