"""HEADER007: functions of <cstring> and <math.h> without their include."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import code_of
from hipwright.rules.headers._directives import directives_of, header_entry
from hipwright.rules.headers.missing import line_for_include
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.source.lines import line_end_of
from hipwright.source.names import is_text


class _Standard(NamedTuple):
    """A header of the standard library that CUDA's runtime header brings along."""

    name: bytes
    functions: re.Pattern[bytes]
    bringing: frozenset[bytes]  # other headers that bring it too
    is_on_gpu: bool  # whether code for the GPU has them without it


_CALL = rb"(?=\s*\()"
_STRINGS = _Standard(
    b"cstring",
    regex(
        rb"(?<![\w.>])(?<!->)(?:std::)?"
        rb"(?:mem(?:cpy|set|cmp|move)|str(?:len|n?cmp|n?cpy|n?cat|r?chr|str))" + _CALL
    ),
    frozenset((b"cstring", b"string.h")),
    is_on_gpu=False,
)
_TESTS = _Standard(
    b"math.h",  # <cmath> declares them in namespace std alone
    regex(rb"(?<![\w.>:])(?<!->)(?:isfinite|isinf|isnan|signbit)" + _CALL),
    frozenset((b"math.h",)),
    is_on_gpu=True,
)
_IN_STD = regex(rb"\busing\s+(?:namespace\s+std\b|(?:std)?::is)")
# Headers that bring neither, with libstdc++ 12; those of C and C++, and those of HIP 7.1.
_OTHERS = frozenset(
    b"algorithm array cassert cfloat chrono climits cmath complex cstdint cstdio cstdlib ctime "
    b"exception fstream functional iomanip iostream iterator limits list map memory new numeric "
    b"queue random set stdexcept string thread tuple type_traits unordered_map utility "
    b"vector assert.h errno.h float.h getopt.h limits.h omp.h stdbool.h stdint.h stdio.h stdlib.h "
    b"sys/time.h time.h unistd.h sstream "
    b"hip/hip_runtime.h hip/hip_runtime_api.h hip/hip_bf16.h hip/hip_complex.h "
    b"hip/hip_cooperative_groups.h hip/hip_fp16.h hip/hip_fp8.h hip/hip_vector_types.h "
    b"hip/hiprtc.h hip/math_functions.h hipblas/hipblas.h hipblaslt/hipblaslt.h hipfft/hipfft.h "
    b"hiprand/hiprand.h hipsolver/hipsolver.h hipsparse/hipsparse.h rccl/rccl.h".split()
).union(_STRINGS.bringing, _TESTS.bringing)


class BroughtAlong(FileRule):
    """cuda_runtime.h brings <string.h> and <math.h>; HIP's runtime header does not.

    Code for the GPU needs neither: there these functions are the compiler's own.
    """

    code = "HEADER007"
    title = "Function of <cstring> or <math.h> without its include"
    severity = Severity.ERROR
    settled = True
    source = "compiled with nvcc 13.0, and with clang 19 and the headers of HIP 7.1"
    hazards = ("HW315", "HW254")
    triggers = (
        b"memcpy",
        b"memset",
        b"memcmp",
        b"memmove",
        b"strlen",
        b"strcmp",
        b"strncmp",
        b"strcpy",
        b"strncpy",
        b"strcat",
        b"strncat",
        b"strchr",
        b"strrchr",
        b"strstr",
        b"isfinite",
        b"isinf",
        b"isnan",
        b"signbit",
    )
    examples = (
        Example(
            "#include <hip/hip_runtime.h>\nvoid f(int *a) { memset(a, 0, 4); }\n",
            "#include <cstring>\n#include <hip/hip_runtime.h>\n"
            "void f(int *a) { memset(a, 0, 4); }\n",
        ),
        Example(
            "void f(int *a) { memset(a, 0, 4); }\n",
            "#include <cstring>\nvoid f(int *a) { memset(a, 0, 4); }\n",
            why="nvcc includes its header in each .cu file, which brings this one",
        ),
        Example(
            "#include <string.h>\n#include <hip/hip_runtime.h>\n"
            "void f(int *a) { memset(a, 0, 4); }\n",
            None,
        ),
        Example(
            '#include <hip/hip_runtime.h>\n#include "mine.h"\n'
            "void f(int *a) { memset(a, 0, 4); }\n",
            None,
            why="mine.h may bring it",
        ),
        Example(
            "#pragma once\n#include <hip/hip_runtime.h>\nvoid f(int *a) { memset(a, 0, 4); }\n",
            "#pragma once\n#include <cstring>\n#include <hip/hip_runtime.h>\n"
            "void f(int *a) { memset(a, 0, 4); }\n",
            file="example.cuh",
        ),
        Example(
            "#pragma once\nvoid f(int *a) { memset(a, 0, 4); }\n",
            None,
            why="it relies on what its includer brings",
            file="example.cuh",
        ),
        Example(
            "#include <cmath>\n#include <hip/hip_runtime.h>\n"
            "bool f(float x) { return isnan(x); }\n",
            "#include <math.h>\n#include <cmath>\n#include <hip/hip_runtime.h>\n"
            "bool f(float x) { return isnan(x); }\n",
        ),
        Example(
            "#include <hip/hip_runtime.h>\n__device__ bool f(float x) { return isnan(x); }\n",
            None,
            why="the compiler has it for the GPU",
        ),
        Example(
            "#include <hip/hip_runtime.h>\nusing namespace std;\n"
            "bool f(float x) { return isnan(x); }\n",
            None,
            why="HIP's header brings <cmath>",
        ),
        Example(
            "#include <hip/hip_runtime.h>\nstruct S { static void memcpy(int *to); };\n"
            "void f(int *a) { S::memcpy(a); }\n",
            None,
        ),
        Example("#include <hip/hip_runtime.h>\nvoid f(S a) { a.memset(0); } // memset(\n", None),
    )

    def looks(self, settings: Settings) -> bool:
        return not settings.hipify

    def may_fix(self, content: bytes) -> bool:
        return all(
            _is_known(include.path) or content[include.end - 1 : include.end] == b'"'
            for include in directives_of(content).includes
        )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        content = source.content
        if not self.may_fix(content):
            return
        own = {include.path for include in directives_of(content).includes}
        if not own and source.suffix != ".cu":
            return  # a part of a program; nvcc itself includes its header in a .cu file
        if source.suffix not in (".cu", ".hip", "") and not any(map(_is_runtime, own)):
            return
        included = _all_included(source)
        if included is None:
            return
        newline = line_end_of(content)
        for standard in (_STRINGS, _TESTS):
            if included & standard.bringing or (standard is _TESTS and _IN_STD.search(content)):
                continue
            use = next(_uses(source, standard), None)
            if use is None:
                continue
            at = line_for_include(source, settings)
            edit = Edit(at, at, b"#include <" + standard.name + b">" + newline)
            name = standard.name.decode()
            yield Finding(
                self.code,
                self.severity,
                f"this comes from <{name}>, which cuda_runtime.h brings and HIP's header does not",
                *use,
                (Fix(f"Include <{name}>", (edit,)),),
            )


def _uses(source: Source, standard: _Standard) -> Iterator[tuple[int, int]]:
    """The calls that need a header, in order."""
    content = source.content
    code = code_of(source)
    for match in standard.functions.finditer(content):
        start, end = match.span()
        if is_text(source, start, end) or not code.is_seen(start):
            continue
        if standard.is_on_gpu and code.device_function_at(start):
            continue
        if _declares(content, match.group()):
            continue
        yield start, end


def _declares(content: bytes, name: bytes) -> bool:
    """Whether a source declares a function, or a method, of this name itself."""
    pattern = rb"\b(?:bool|char|int|void|size_t)[ \t*]+" + name + rb"[ \t]*\("
    return re.search(pattern, content) is not None


def _all_included(source: Source) -> frozenset[bytes] | None:
    """What a source includes, through headers of the project too; None where one is not found."""
    own = frozenset(include.path for include in directives_of(source.content).includes)
    if all(map(_is_known, own)):
        return own
    headers = code_of(source).headers.all
    included = own.union(
        include.path
        for header in headers
        for include in directives_of(header.source.content).includes
    )
    names = [header.path.as_posix().encode() for header in headers]
    for path in included:
        ending = b"/" + path.rpartition(b"../")[2].removeprefix(b"./")
        if not _is_known(path) and not any(name.endswith(ending) for name in names):
            return None
    return included


def _is_known(path: bytes) -> bool:
    """Whether a header is known, and with it what it brings along."""
    if path in _OTHERS:
        return True
    entry = header_entry(path)
    return entry is not None and entry.hip.encode() in _OTHERS


def _is_runtime(path: bytes) -> bool:
    """Whether a header is CUDA's runtime header, or HIP's."""
    if path in (b"hip/hip_runtime.h", b"hip/hip_runtime_api.h"):
        return True
    entry = header_entry(path)
    return entry is not None and entry.hip in ("hip/hip_runtime.h", "hip/hip_runtime_api.h")
