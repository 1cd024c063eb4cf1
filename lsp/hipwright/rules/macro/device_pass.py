"""MACRO001: `__CUDA_ARCH__` as the question whether code is compiled for the GPU."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import Code, code_of
from hipwright.rules.macro._conditions import (
    ARCH,
    NAMES,
    Branch,
    also_defined,
    branches,
    condition_of,
    differences,
    end_of,
    has_statements,
    joined,
    knows_amd,
    with_effect,
)
from hipwright.settings import Settings
from hipwright.source import Source

_COMPARED = regex(rb"__CUDA_ARCH__\s*\)*\s*(>=?|<=?|[!=]=)\s*\(?\s*(\d+)")
_COMPUTED = regex(rb"^(?![ \t]*#)[^\n]*\b__CUDA_ARCH__\b", re.MULTILINE)
_IN_COMPARISON = regex(
    rb"__CUDA_ARCH__\s*\)*\s*(?:[<>]|[!=]=|[-+*/%])|(?:[<>]=?|[!=]=|[-+*/%])\s*\(*\s*__CUDA_ARCH__"
)
# Every GPU that CUDA has known since 2012 passes these: the question is only "device or host?".
_OLDEST = 350
_WITH_SHUFFLES = 300


# What a message says of its thread makes none either.
_MESSAGE = regex(rb"\bprintf\s*\((?:[^();]|\([^();]*\))*\)")
_ONLY_ON_GPU = regex(
    rb"\b(?:(?:thread|block)Idx|blockDim|gridDim|__sync\w+|__threadfence\w*|__shared__|__shfl\w*"
    rb"|__ballot\w*|__activemask|__trap|clock(?:64)?\s*\(|\w*atomic[A-Z]\w*\s*\()"
)
# Where the other branch has these, it is for older GPUs, and no host's.
_ALSO_ON_GPU = regex(rb"\b(?:(?:thread|block)Idx|__syncthreads|__shared__|(?<!::)atomicCAS\()")
_ONLY_ON_HOST = regex(
    rb"\bthrow\b|\bstd::(?:terminate|exit|cerr|cout|string|vector|mutex|atomic)\b"
    rb"|\b(?:exit|fprintf|malloc|getenv|cuda[A-Z]\w+)\s*\(|NOT_IMPLEMENTED"
)
# The head of a function that is compiled for the GPU, by itself or by a macro of the project's.
_FOR_GPU = regex(rb"__(?:device|global)__|[A-Z_]*(?:DEVICE|_HD|HD_|FUNCTION)\w*|\w+_device\w*")


class DevicePass(FileRule):
    """AMD's compiler never defines `__CUDA_ARCH__`, so that the host's branch is compiled for the
    GPU; `__HIP_DEVICE_COMPILE__` tells the two passes apart."""

    code = "MACRO001"
    title = "Device pass told by __CUDA_ARCH__"
    severity = Severity.WARNING
    source = "HIP porting guide: identifying the host or device compilation pass; clang 19 -dM"
    hazards = ("HW128",)
    triggers = (ARCH,)
    settled = True
    disturbs = ("MACRO", "FP")
    affected_by = regex(rb"#")
    examples = (
        Example(
            "#ifdef __CUDA_ARCH__\n  count = __popc(bits);\n#else\n  count = popcount(bits);\n"
            "#endif\n",
            "#if defined(__CUDA_ARCH__) || defined(__HIP_DEVICE_COMPILE__)\n"
            "  count = __popc(bits);\n#else\n  count = popcount(bits);\n#endif\n",
            around=(
                "__host__ __device__ int popcount(unsigned bits) "
                "{ return bits ? popcount(bits & (bits - 1)) + 1 : 0; }\n"
                "__device__ int fragment(unsigned bits, int count) {\n"
                "@\n"
                "return count;\n}\n"
            ),
            run="fragment(t * 77, 0)",
        ),
        Example(
            '#ifndef __CUDA_ARCH__  // host\n  fprintf(stderr, "failed");\n#endif\n',
            "#if !defined(__CUDA_ARCH__) && !defined(__HIP_DEVICE_COMPILE__)  // host\n"
            '  fprintf(stderr, "failed");\n#endif\n',
            around="#include <stdio.h>\n__host__ __device__ void fragment() {\n@\n}\n",
        ),
        Example(
            "#if defined(__CUDA_ARCH__) && defined(FAST)\nuse(v);\n#endif\n",
            "#if (defined(__CUDA_ARCH__) || defined(__HIP_DEVICE_COMPILE__)) && defined(FAST)\n"
            "use(v);\n#endif\n",
        ),
        Example(
            "#if __CUDA_ARCH__ >= 200\n  sum += v;\n#endif\n",
            "#if __CUDA_ARCH__ >= 200 || defined(__HIP_DEVICE_COMPILE__)\n  sum += v;\n#endif\n",
            why="Every GPU of the last ten years passes: what is asked is device or host.",
            around="__device__ int fragment(int sum, int v) {\n@\nreturn sum;\n}\n",
            run="fragment(t, 3)",
        ),
        Example(
            "#ifdef __CUDA_ARCH__\nint banks = __CUDA_ARCH__ >= 200 ? 32 : 16;\n#endif\n",
            "#ifdef __CUDA_ARCH__\nint banks = __CUDA_ARCH__ >= 200 ? 32 : 16;\n#endif\n",
            why="What it holds computes with the macro, which AMD's compiler does not have.",
        ),
        Example(
            "#if defined(__CUDA_ARCH__) || defined(__HIP_DEVICE_COMPILE__)\nuse(v);\n#endif\n", None
        ),
        Example(
            "#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ < 600\nuse(v);\n#endif\n",
            None,
            why="Left out on AMD, as on any newer GPU.",
        ),
        Example("#if __CUDA_ARCH__ == TURING\nuse(v);\n#endif\n", None, why="MACRO002"),
        Example(
            "#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 600\nuse(v);\n#endif\n",
            None,
            why="Taken on AMD, as on any newer GPU.",
        ),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        for branch in branches(code):
            directive = branch.directive
            if branch.thinks_of_amd(code):
                continue
            if asks_for_device(branch) and differences(directive) is not None:
                # Code that computes with it would not compile: the host's branch at least does.
                edits = () if _COMPUTED.search(branch.text(code)) else _edits(branch)
                fixes = (Fix("Ask for the device pass of HIP too", edits),) if edits else ()
                yield Finding(
                    self.code,
                    self.severity if _makes_a_difference(code, branch) else Severity.INFO,
                    "`__CUDA_ARCH__` is not defined for AMD, so that its GPUs get the host's "
                    "branch; HIP defines `__HIP_DEVICE_COMPILE__`.",
                    directive.start,
                    end_of(directive),
                    fixes,
                )


def asks_for_device(branch: Branch) -> bool:
    """Whether a condition asks for device or host, and for no version."""
    condition = condition_of(branch.directive)
    if set(NAMES.findall(condition)) != {ARCH}:
        return False
    compared = _COMPARED.findall(condition)
    if len(_IN_COMPARISON.findall(condition)) != len(compared):
        return False  # with a name for a version, or the other way round
    return all(sign in (b">", b">=") and int(than) <= _OLDEST for sign, than in compared)


def _makes_a_difference(code: Code, branch: Branch) -> bool:
    """Whether it surely matters that AMD's GPUs get the host's branch.

    It does where they are left without code, or get code for the host, or where CUDA's does what
    only a GPU can. The two branches are mostly one thing written in two ways otherwise.
    """
    taken = differences(branch.directive)
    assert taken is not None  # or there were no finding
    if knows_amd(code):
        return False  # a file that has thought of AMD elsewhere
    compared = _COMPARED.findall(condition_of(branch.directive))
    if any(int(than) >= _WITH_SHUFFLES for _, than in compared):
        return False  # what older GPUs do instead is mostly there, here or elsewhere
    rest = b"\n".join(other.text(code) for other in branch.later)
    texts = (branch.text(code), rest) if taken[0] else (rest, branch.text(code))
    on_cuda, on_amd = (_MESSAGE.sub(b";", with_effect(text)) for text in texts)
    if _ALSO_ON_GPU.search(on_amd):
        return False
    if _ONLY_ON_GPU.search(on_cuda):
        return True
    if _ONLY_ON_HOST.search(on_amd):
        function = code.function_at(branch.directive.start)
        head = code.content[slice(*function)].partition(b"{")[0] if function is not None else b""
        return _FOR_GPU.search(head) is not None
    return has_statements(on_cuda) and not has_statements(on_amd)


def _edits(branch: Branch) -> tuple[Edit, ...]:
    directive = branch.directive
    condition = condition_of(directive)
    if b"defined" not in condition and b"!" not in condition:
        return joined(directive, b" || defined(__HIP_DEVICE_COMPILE__)")
    return also_defined(directive, ARCH, b"__HIP_DEVICE_COMPILE__")
