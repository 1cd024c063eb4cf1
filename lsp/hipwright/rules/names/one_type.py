"""API017: overloads for two types of CUDA's that are one type in HIP."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.finding import Finding, Fix, Related, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.headers._directives import branches_at
from hipwright.rules.names._guarded import definition_at, is_seen, left_out
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.source.names import is_text

# What HIP makes of the driver's and of the runtime's.
_IN_HIP = {
    b"CUresult": b"hipError_t",
    b"cudaError_t": b"hipError_t",
    b"cudaError": b"hipError_t",
    b"CUfunc_cache": b"hipFuncCache_t",
    b"cudaFuncCache": b"hipFuncCache_t",
    b"CUsharedconfig": b"hipSharedMemConfig",
    b"cudaSharedMemConfig": b"hipSharedMemConfig",
    b"CUlimit": b"hipLimit_t",
    b"cudaLimit": b"hipLimit_t",
}
_TYPE = regex(rb"CU(?:result|func_cache|sharedconfig|limit)\b|hipError_t\b")
_BEFORE = regex(rb"(?P<name>[A-Za-z_]\w*)\s*\(\s*(?:[^;{}()]*,\s*)?(?:const\s+)?\Z")
_NEAR = 200  # how far from the name of a function its parameter may stand


class OneType(FileRule):
    """The driver's `CUresult` and the runtime's `cudaError_t` are one type in HIP, `hipError_t`: of
    two overloads for them, the second is a redefinition."""

    code = "API017"
    title = "Overloads for types that are one in HIP"
    severity = Severity.ERROR
    source = "hip_runtime_api.h of HIP 7.1, compiled with clang 19"
    triggers = (b"CUresult", b"CUfunc_cache", b"CUsharedconfig", b"CUlimit", b"(hipError_t ")
    affected_by = regex(rb"CU|cuda|hipError_t|#")
    examples = (
        Example(
            "const char *text(cudaError_t error) { return cudaGetErrorName(error); }\n"
            "const char *text(CUresult error) {\n"
            "  const char *name = 0;\n"
            "  cuGetErrorName(error, &name);\n"
            "  return name;\n}\n",
            "const char *text(cudaError_t error) { return cudaGetErrorName(error); }\n"
            "const char *text(CUresult error) {\n"
            "  const char *name = 0;\n"
            "  cuGetErrorName(error, &name);\n"
            "  return name;\n}\n",
            alternative=(
                "const char *text(cudaError_t error) { return cudaGetErrorName(error); }\n"
                "#ifndef __HIP__\n"
                "const char *text(CUresult error) {\n"
                "  const char *name = 0;\n"
                "  cuGetErrorName(error, &name);\n"
                "  return name;\n}\n#endif\n"
            ),
            why="calls with an error of either then go to the one that is left",
            around="#include <cuda.h>\n@",
        ),
        Example(
            "#ifdef USE_RUNTIME\nvoid say(hipError_t e) {}\n#endif\n"
            "#ifdef USE_DRIVER\nvoid say(hipError_t error) {}\n#endif\n",
            "#ifdef USE_RUNTIME\nvoid say(hipError_t e) {}\n#endif\n"
            "#ifdef USE_DRIVER\nvoid say(hipError_t error) {}\n#endif\n",
            alternative=(
                "#ifdef USE_RUNTIME\nvoid say(hipError_t e) {}\n#endif\n#ifdef USE_DRIVER\n"
                "#ifndef __HIP__\nvoid say(hipError_t error) {}\n#endif\n#endif\n"
            ),
            why="what a port makes of two; information, because both may never be compiled",
        ),
        Example(
            "#ifdef OLD\nvoid say(cudaError_t e) {}\n#else\nvoid say(CUresult e) {}\n#endif\n",
            None,
        ),
        Example("void say(cudaError_t error) { }\nvoid tell(CUresult error) { }\n", None),
    )

    def looks(self, settings: Settings) -> bool:
        return not settings.hipify

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        content = source.content
        for match in _TYPE.finditer(content):
            start, end = match.span()
            before = _BEFORE.search(content, max(start - _NEAR, 0), start)
            if before is None or is_text(source, start, end) or not is_seen(content, start):
                continue
            twin = _twin(content, before)
            if twin is None or not is_seen(content, twin.start()):
                continue
            branches = dict(branches_at(content, start))
            others = dict(branches_at(content, twin.start()))
            if any(others.get(block, branch) != branch for block, branch in branches.items()):
                continue  # one in each branch of an `#if`
            definition = definition_at(source, start)
            edits = left_out(source, definition) if definition is not None else None
            fixes = (Fix("Leave it out for HIP", edits, False),) if edits else ()
            # Where each has a condition of its own, perhaps only one of them is compiled.
            together = branches == others
            in_hip = _IN_HIP.get(match[0], match[0]).decode()
            yield Finding(
                self.code,
                self.severity if together else Severity.INFO,
                f"With `{in_hip}` here, HIP has this function twice: it makes one type of the "
                "driver's and the runtime's.",
                start,
                end,
                fixes,
                (Related(*twin.span("name"), "The other one."),),
            )


def _twin(content: bytes, before: re.Match[bytes]) -> re.Match[bytes] | None:
    """The definition, by the same name, that has the same parameters in HIP.

    Of two that are HIP's already, the first is the twin of the second.
    """
    heads = re.compile(
        rb"(?<![\w.])(?P<name>" + re.escape(before["name"]) + rb")\s*\((?P<all>[^;{}()]*)\)\s*\{"
    )
    own = heads.match(content, before.start())
    if own is None:
        return None
    types = _types(own["all"])
    are_driver = b"CU" in own["all"]
    for other in heads.finditer(content):
        if other.start() != own.start() and _types(other["all"]) == types:
            if are_driver and b"CU" in other["all"]:
                continue
            return other if are_driver or other.start() < own.start() else None
    return None


def _types(parameters: bytes) -> list[bytes]:
    """The types of parameters, as HIP has them, without their names."""
    found = []
    for parameter in parameters.split(b","):
        words = re.findall(rb"\w+|[*&]", parameter)
        words = [word for word in words if word not in (b"const", b"enum")]
        if len(words) > 1 and words[-1] not in (b"*", b"&"):
            words.pop()  # its name
        found.append(b" ".join(_IN_HIP.get(word, word) for word in words))
    return found
