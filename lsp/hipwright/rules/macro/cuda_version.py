"""MACRO004: the version of CUDA, which is 0 on AMD."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Finding, Fix, Related, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import Code, code_of
from hipwright.rules.macro._conditions import (
    NAMES,
    VERSIONS,
    Branch,
    branches,
    condition_of,
    differences,
    end_of,
    has_statements,
    joined,
    knows_amd,
)
from hipwright.settings import Settings
from hipwright.source import Source

# HIP has both ways of naming these, and the rules for warps know them: either branch is right.
_WARP = regex(
    rb"__(?:shfl|ballot|any|all|activemask|syncwarp|match|threadfence_block)\w*|\w*(?:SHFL|shfl|BALLOT|ballot|SYNC)\w*"
)
_WARP_MACROS = regex(rb"#[ \t]*define[ \t]+__(?:shfl|ballot|any|all)\w*\([^\n]*|//[^\n]*")
# CUDA 10 and what came before it is long gone: what is older is dead code, and AMD gets it. Of a
# choice between newer ones, either may suit.
_OLD = 10020
_NUMBER = regex(rb"\b\d+\b")
_REFUSES = regex(rb"#[ \t]*error")


class CudaVersion(FileRule):
    """`CUDA_VERSION` and `CUDART_VERSION` are not defined for AMD: in a condition they are 0, and
    the code for the oldest CUDA is chosen.

    HIP follows the newer interfaces, so that the branch for the newer CUDA is mostly the one to
    port. `HIP_VERSION` counts otherwise and is no replacement.
    """

    code = "MACRO004"
    title = "Version of CUDA in a condition"
    severity = Severity.WARNING
    source = "the headers of HIP 7.1, which define neither; PyTorch's notes on HIP"
    hazards = ("HW131",)
    triggers = (b"CUDA_VERSION", b"CUDART_VERSION", b"__CUDACC_VER_MAJOR__")
    affected_by = regex(rb"#")
    examples = (
        Example(
            "#if CUDART_VERSION >= 9000\n  modern();\n#else\n  legacy();\n#endif\n",
            "#if CUDART_VERSION >= 9000\n  modern();\n#else\n  legacy();\n#endif\n",
            alternative="#if CUDART_VERSION >= 9000 || defined(__HIP_PLATFORM_AMD__)\n"
            "  modern();\n#else\n  legacy();\n#endif\n",
            around=(
                "__device__ void modern(); __device__ void legacy();\n"
                "__device__ void fragment() {\n"
                "@\n"
                "}\n"
            ),
        ),
        Example(
            "#if CUDART_VERSION >= 12000\n  newest();\n#else\n  older();\n#endif\n",
            "#if CUDART_VERSION >= 12000\n  newest();\n#else\n  older();\n#endif\n",
            alternative="#if CUDART_VERSION >= 12000 || defined(__HIP_PLATFORM_AMD__)\n"
            "  newest();\n#else\n  older();\n#endif\n",
            why="Worth knowing, no more: either branch may suit HIP.",
            around=(
                "__device__ void newest(); __device__ void older();\n"
                "__device__ void fragment() {\n"
                "@\n"
                "}\n"
            ),
        ),
        Example(
            "#if !defined(CUDA_VERSION)\n  other();\n#endif\n",
            "#if !defined(CUDA_VERSION)\n  other();\n#endif\n",
            alternative="#if !defined(CUDA_VERSION) && !defined(__HIP_PLATFORM_AMD__)\n"
            "  other();\n#endif\n",
            why="Information: this may well be what tells HIP from CUDA.",
            around="__device__ void other();\n__device__ void fragment() {\n@\n}\n",
        ),
        Example(
            "#if CUDART_VERSION >= 9000\n#define __shfl_up(v, d) __shfl_up_sync(~0u, v, d)\n"
            "#endif\n",
            None,
            why="HIP has this function.",
        ),
        Example(
            '#if CUDA_VERSION < 9000\n#error "too old"\n#endif\n',
            '#if CUDA_VERSION < 9000 && !defined(__HIP_PLATFORM_AMD__)\n#error "too old"\n#endif\n',
            why="Only a refusal of old versions.",
        ),
        Example(
            "#if defined(CUDART_VERSION) && CUDART_VERSION < 9000\nlegacy();\n#endif\n",
            None,
            why="Left out on AMD, as with any newer CUDA.",
        ),
        Example(
            "#if CUDART_VERSION >= 9000\nv += __shfl_down_sync(~0u, v, 1);\n#else\n"
            "v += __shfl_down(v, 1);\n#endif\n",
            None,
            why="HIP has both, and the other branch is right.",
        ),
    )

    def may_fix(self, content: bytes) -> bool:
        return _REFUSES.search(content) is not None

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        for branch in branches(code):
            if not branch.is_first:
                continue
            wrong = [other for other in branch.chain if _depends_on_version(other)]
            if wrong and not branch.thinks_of_amd(code) and not _is_about_warps(code, branch):
                yield self._finding(code, wrong)

    def _finding(self, code: Code, wrong: list[Branch]) -> Finding:
        branch = wrong[0]
        directive = branch.directive
        name = next(name for name in NAMES.findall(condition_of(directive)) if name in VERSIONS)
        refuses = _REFUSES.match(branch.text(code).strip()) is not None
        taken = differences(directive)
        assert taken is not None  # or it were not wrong
        if taken[1]:
            message = f"`{name.decode()}` is 0 for AMD, which takes this branch for an old CUDA."
            edits = joined(directive, b" && !defined(__HIP_PLATFORM_AMD__)")
            fix = Fix("Leave it out for AMD", edits, refuses)
        else:
            message = f"`{name.decode()}` is 0 for AMD, which does not take this branch."
            edits = joined(directive, b" || defined(__HIP_PLATFORM_AMD__)")
            fix = Fix("Take this branch for AMD too", edits, safe=False)
        newest = max(map(int, _NUMBER.findall(condition_of(directive))), default=0)
        if name == b"__CUDACC_VER_MAJOR__":
            newest *= 1000
        # Whether it is defined at all is rather asked to tell CUDA from others.
        harmless = newest > _OLD or not (newest or refuses) or knows_amd(code)
        harmless = harmless or not (
            refuses or any(has_statements(b.text(code)) for b in branch.chain)
        )
        return Finding(
            self.code,
            Severity.INFO if harmless else self.severity,
            message,
            directive.start,
            end_of(directive),
            (fix,) if edits else (),
            tuple(
                Related(later.directive.start, end_of(later.directive), "The same here.")
                for later in wrong[1:]
            ),
        )


def _depends_on_version(branch: Branch) -> bool:
    if VERSIONS.isdisjoint(NAMES.findall(condition_of(branch.directive))):
        return False
    return differences(branch.directive) is not None


def _is_about_warps(code: Code, branch: Branch) -> bool:
    """Whether a choice is between shuffles with a mask and without."""
    if len(branch.chain) == 1:
        return not _WARP_MACROS.sub(b"", branch.text(code)).strip()
    return all(_WARP.search(part.text(code)) for part in branch.chain)
