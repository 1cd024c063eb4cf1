"""API013: atomic operations of the program's own, which HIP has already."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.names._guarded import definition_at, is_seen, left_out
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.source.names import is_text

_ATOMIC = regex(
    rb"(?P<name>atomic(?:Min|Max|Add))[ \t]*\([ \t]*"
    rb"(?:volatile[ \t]+)?(?P<type>float|double)[ \t]*\*[ \t]*(?:const[ \t]+)?\w+[ \t]*,"
    rb"[ \t]*(?:const[ \t]+)?(?P=type)[ \t]+(?:const[ \t]+)?\w+[ \t]*\)\s*\{"
)
_RETURNS = regex(rb"(?<!\w)(float|double)[ \t]+\Z")


# A function of this name that is for the host has neither of them.
_ON_GPU = regex(rb"__device__|atomic\w+[ \t]*\((?![^(){}]*\)\s*\{)")


class OwnAtomic(FileRule):
    """HIP has atomicAdd, atomicMin and atomicMax of float and double, which CUDA has in part only:
    a definition of the program's own is a second one."""

    code = "API013"
    title = "Atomic operation that HIP has already"
    severity = Severity.ERROR
    source = "amd_hip_atomic.h of HIP 7.1; compiled with clang 19"
    hazards = ("HW176",)
    triggers = (b"atomicMin", b"atomicMax", b"atomicAdd")
    affected_by = regex(rb"atomic|#")
    examples = (
        Example(
            "__device__ float atomicMax(float *p, float v) {\n  return loop(p, v);\n}\n",
            "__device__ float atomicMax(float *p, float v) {\n  return loop(p, v);\n}\n",
            why="HIP's treats NaN and -0.0 in its own way",
            alternative="#ifndef __HIP__\n"
            "__device__ float atomicMax(float *p, float v) {\n  return loop(p, v);\n}\n#endif\n",
            around="__device__ float loop(float *, float);\n@",
        ),
        Example(
            "#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ < 600\n"
            "__device__ double atomicAdd(double *p, double v) { return 0; }\n#endif\n",
            None,
            why="HIP's compiler does not see it",
        ),
        Example(
            "inline float atomicMax(float *p, float v) { return *p = std::max(*p, v); }\n",
            None,
            why="a stand-in for the host",
        ),
        Example("__device__ float atomicMaxFloat(float *p, float v) { return 0; }\n", None),
    )

    def looks(self, settings: Settings) -> bool:
        return not settings.hipify

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        content = source.content
        matches = [
            match
            for match in _ATOMIC.finditer(content)
            if (returns := _RETURNS.search(content, max(match.start() - 32, 0), match.start()))
            and returns[1] == match["type"]
        ]
        if not matches:
            return
        hidden = [is_text(source, *match.span("name")) for match in matches]
        for match, is_hidden in zip(matches, hidden, strict=True):
            start, end = match.span("name")
            if is_hidden or not is_seen(content, start):
                continue
            definition = definition_at(source, start)
            if definition is not None and not _ON_GPU.search(source.text_of(definition)):
                continue
            edits = left_out(source, definition) if definition is not None else None
            fixes = () if edits is None else (Fix("Leave it out for HIP", edits, safe=False),)
            yield Finding(
                self.code,
                self.severity,
                f"HIP has `{match['name'].decode()}` of {match['type'].decode()} already: rename "
                "this one, or leave it out",
                start,
                end,
                fixes,
            )
