"""MACRO002: `__CUDA_ARCH__` compared with a version."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Finding, Fix, Related, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import Code, code_of
from hipwright.rules.macro._conditions import (
    ARCH,
    NAMES,
    Branch,
    branches,
    condition_of,
    differences,
    end_of,
    has_statements,
    joined,
    knows_amd,
    with_effect,
)
from hipwright.rules.macro.device_pass import asks_for_device
from hipwright.settings import Settings
from hipwright.source import Source

# HIP has this function itself: the one that is written for old GPUs would be a second one.
_OWN_ATOMIC = regex(rb"\batomicAdd\s*\(\s*double\s*\*")
# A branch for GPUs that are too old says so, and does nothing.
_REFUSES = regex(rb"#\s*error|\bassert\s*\(|\b__trap\s*\(|\bprintf\s*\(|not supported|NOT_IMPL")
# The general template is left.
_SPECIALISED = regex(
    rb"\s*(?://[^\n]*\n\s*)*template\s*(?:<\s*>|<[^<>;{}]*>\s*(?:struct|class)\s+\w+\s*<)"
)
# What stands behind the branch is what is done instead.
_OR_ELSE = regex(rb"\belse\s*\Z")
_NEAR = 200  # of the end of a branch


class ArchVersion(FileRule):
    """AMD's compiler never defines `__CUDA_ARCH__`: compared, it is 0, and the code for the oldest
    GPUs is chosen, or none.

    Which of both suits AMD depends on the feature that is asked for: what HIP has as well (atomics
    on `double`, half precision) is best taken, what only NVIDIA has (tensor cores, asynchronous
    copies) is not.
    """

    code = "MACRO002"
    title = "__CUDA_ARCH__ compared with a version"
    severity = Severity.WARNING
    source = "HIP porting guide: feature macros; clang 19 -dM"
    hazards = ("HW129",)
    triggers = (ARCH,)
    affected_by = regex(rb"#")
    examples = (
        Example(
            "#if __CUDA_ARCH__ < 600\n"
            "__device__ double atomicAdd(double *p, double v) { return cas(p, v); }\n#endif\n",
            "#if __CUDA_ARCH__ < 600 && !defined(__HIP_PLATFORM_AMD__)\n"
            "__device__ double atomicAdd(double *p, double v) { return cas(p, v); }\n#endif\n",
            why="HIP has this function: the emulation would clash with it.",
            around="__device__ double cas(double *p, double v);\n@",
            run="[&] { double sum = 1; atomicAdd(&sum, t * 0.5); return sum; }()",
        ),
        Example(
            "#if __CUDA_ARCH__ >= 800\n  sum = add_pairs(a, b);\n#endif\n",
            "#if __CUDA_ARCH__ >= 800\n  sum = add_pairs(a, b);\n#endif\n",
            alternative="#if __CUDA_ARCH__ >= 800 || defined(__HIP_PLATFORM_AMD__)\n"
            "  sum = add_pairs(a, b);\n#endif\n",
            why="On AMD nothing is left of it.",
        ),
        Example(
            "#if __CUDA_ARCH__ >= 700\n  fast();\n#else\n  slow();\n#endif\n",
            "#if __CUDA_ARCH__ >= 700\n  fast();\n#else\n  slow();\n#endif\n",
            alternative="#if __CUDA_ARCH__ >= 700 || defined(__HIP_PLATFORM_AMD__)\n  fast();\n"
            "#else\n  slow();\n#endif\n",
            why="Worth knowing, no more: the other branch is there.",
            around=(
                "__device__ void fast(); __device__ void slow();\n"
                "__device__ void fragment() {\n"
                "@\n"
                "}\n"
            ),
        ),
        Example("#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ < 600\nuse(v);\n#endif\n", None),
        Example("#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 700\nuse(v);\n#endif\n", None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        for branch in branches(code):
            if not branch.is_first:
                continue  # what is wrong with the first one decides about the others
            wrong = [other for other in branch.chain if _depends_on_version(other)]
            if wrong and not branch.thinks_of_amd(code):
                yield self._finding(code, wrong)

    def _finding(self, code: Code, wrong: list[Branch]) -> Finding:
        branch = wrong[0]
        directive = branch.directive
        taken = differences(directive)
        assert taken is not None  # or it were not wrong
        _, taken_on_amd = taken
        if taken_on_amd:
            is_own = _OWN_ATOMIC.search(branch.text(code)) is not None
            harmless = not is_own and _does_for_old_gpus(code, branch)
            message = (
                "HIP has `atomicAdd` on `double`, and would get this one as well: `__CUDA_ARCH__` "
                "is 0 for AMD."
                if is_own
                else "`__CUDA_ARCH__` is 0 for AMD, which takes this branch for old GPUs."
            )
            edits = joined(directive, b" && !defined(__HIP_PLATFORM_AMD__)")
            fix = Fix("Leave it out for AMD", edits, is_own)
        else:
            harmless = _has_a_substitute(code, branch)
            message = "`__CUDA_ARCH__` is 0 for AMD, which "
            if harmless:
                message += "takes what is there for older GPUs."
            else:
                message += "gets nothing of this branch: decide what its GPUs do instead."
            edits = joined(directive, b" || defined(__HIP_PLATFORM_AMD__)")
            fix = Fix("Take this branch for AMD too", edits, safe=False)
        harmless = harmless or knows_amd(code)
        severity = Severity.INFO if harmless else self.severity
        return Finding(
            self.code,
            severity,
            message,
            directive.start,
            end_of(directive),
            (fix,) if edits else (),
            tuple(
                Related(later.directive.start, later.directive.end, "The same here.")
                for later in wrong[1:]
            ),
        )


def _has_a_substitute(code: Code, branch: Branch) -> bool:
    """Whether nothing is missing without a branch: older GPUs have other code, which is not only a
    refusal, or the branch computes nothing by itself."""
    text = branch.text(code)
    if not has_statements(text):
        return True
    other = branch.following
    if other is None:
        return bool(_SPECIALISED.match(text) or _OR_ELSE.search(with_effect(text[-_NEAR:])))
    return _works(code, other)


def _does_for_old_gpus(code: Code, branch: Branch) -> bool:
    """Whether a branch for old GPUs does its work on new ones too, as other steps mostly do.

    One that refuses does not, nor does one that leaves the work out; and a function that is there
    for old GPUs alone may be one that HIP has.
    """
    text = branch.text(code)
    if _REFUSES.search(text):
        return False
    other = branch.following
    if other is None:
        return b"__device__" not in text
    return has_statements(text) or not has_statements(other.text(code))


def _works(code: Code, branch: Branch) -> bool:
    text = branch.text(code)
    return has_statements(text) and _REFUSES.search(text) is None


def _depends_on_version(branch: Branch) -> bool:
    names = set(NAMES.findall(condition_of(branch.directive)))
    if names != {ARCH} or asks_for_device(branch):
        return False
    return differences(branch.directive) is not None
