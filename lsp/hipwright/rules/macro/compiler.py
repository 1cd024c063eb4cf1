"""MACRO003: `__CUDACC__` and `__NVCC__`, which AMD's compiler does not define."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import Code, code_of
from hipwright.rules.macro._conditions import (
    COMPILERS,
    NAMES,
    Branch,
    also_defined,
    branches,
    condition_of,
    differences,
    end_of,
)
from hipwright.rules.warp._guards import mentions_amd
from hipwright.settings import Settings
from hipwright.source import Source

_GPU_CODE = regex(
    rb"\b__(?:global|device|host|shared|constant|forceinline|launch_bounds)__|<<<|\bthreadIdx\b"
    rb"|#[ \t]*include[ \t]*[<\"][\w/]*cu|\bcuda[A-Z]|\b__syncthreads\b|\b__align__\b"
)
# What only makes code faster, or says how it is to be compiled.
_HOW = regex(rb"\b__(?:forceinline|noinline|launch_bounds)__\b")
_ABOUT_NVCC = regex(rb"#[ \t]*pragma|_Pragma|__nv_|\bnvcc\b")
_DEFINES_IT = regex(rb"\s*#[ \t]*define[ \t]+(?:__CUDACC__|__NVCC__)\b")


class Compiler(FileRule):
    """AMD's compiler defines neither `__CUDACC__` nor `__NVCC__`, so that code between them is
    compiled as for a CPU; `__HIPCC__` is what it defines."""

    code = "MACRO003"
    title = "GPU compiler told by __CUDACC__"
    severity = Severity.WARNING
    source = "HIP porting guide: compiler defines; clang 19 -dM"
    hazards = ("HW130",)
    triggers = (b"__CUDACC__", b"__NVCC__")
    affected_by = regex(rb"#")
    examples = (
        Example(
            "#ifdef __CUDACC__\n#define BOTH __host__ __device__\n#else\n#define BOTH\n#endif\n",
            "#if defined(__CUDACC__) || defined(__HIPCC__)\n#define BOTH __host__ __device__\n"
            "#else\n#define BOTH\n#endif\n",
            run="[&] BOTH (int x) { return x * 2; }(t)",
        ),
        Example(
            "#ifndef __CUDACC__\n#define __device__\n#endif\n",
            "#if !defined(__CUDACC__) && !defined(__HIPCC__)\n#define __device__\n#endif\n",
        ),
        Example(
            "#if defined(__NVCC__) && !defined(NO_GPU)\n__device__ int count;\n#endif\n",
            "#if (defined(__NVCC__) || defined(__HIPCC__)) && !defined(NO_GPU)\n"
            "__device__ int count;\n#endif\n",
            run="count + t",
        ),
        Example(
            "#ifdef __NVCC__\n#pragma nv_diag_suppress 177\n#endif\n",
            None,
            why="What is meant for nvcc alone is best left out.",
        ),
        Example(
            "#ifdef __CUDACC__\n#include <cuda.h>\n#endif\n"
            "#ifdef __HIPCC__\n#include <hip/hip_runtime.h>\n#endif\n",
            None,
            why="AMD has a branch of its own.",
        ),
        Example("#if defined(__CUDACC__) || defined(__HIPCC__)\nuse(v);\n#endif\n", None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        if mentions_amd(code.directives):
            return  # who asks for HIP's compiler elsewhere has thought of it
        for branch in branches(code):
            directive = branch.directive
            names = set(NAMES.findall(condition_of(directive)))
            if len(names) != 1 or not names <= COMPILERS or not _matters(code, branch):
                continue
            if differences(directive) is None or branch.thinks_of_amd(code):
                continue
            (name,) = names
            edits = also_defined(directive, name, b"__HIPCC__")
            only_how = _GPU_CODE.search(_HOW.sub(b"", branch.text(code))) is None
            only_how = only_how and _HOW.search(branch.text(code)) is not None
            yield Finding(
                self.code,
                Severity.INFO if only_how else self.severity,
                f"`{name.decode()}` is not defined for AMD, which compiles this as for a CPU; "
                "`__HIPCC__` is.",
                directive.start,
                end_of(directive),
                (Fix("Ask for HIP's compiler too", edits),) if edits else (),
            )


def _matters(code: Code, branch: Branch) -> bool:
    """Whether what is chosen is code, or how to compile it, and not a word to nvcc alone."""
    text = branch.text(code)
    if _DEFINES_IT.match(text):
        return False  # for an editor that is no compiler
    if _ABOUT_NVCC.search(text):
        return False
    following = branch.following
    return any(
        _GPU_CODE.search(part) for part in (text, following.text(code) if following else b"")
    )
