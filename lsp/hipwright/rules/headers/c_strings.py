"""HEADER007: functions of <cstring> without its include."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.rules.base import Example, FileRule
from hipwright.rules.headers._directives import directives_of, header_entry
from hipwright.rules.headers.missing import line_for_include
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.source.names import is_text

_FUNCTION = re.compile(
    rb"(?<![\w.>])(?<!->)(?:std::)?(?:mem(?:cpy|set|cmp|move)|str(?:len|n?cmp|n?cpy|n?cat|r?chr|str))"
    rb"(?=\s*\()"
)
# Headers of C and C++ that do not bring <string.h> along, with libstdc++ 12.
_OTHERS = frozenset(
    b"algorithm array cassert cfloat chrono climits cmath complex cstdint cstdio cstdlib ctime "
    b"exception fstream functional iomanip iostream iterator limits list map memory new numeric "
    b"queue random set sstream stdexcept string thread tuple type_traits unordered_map utility "
    b"vector assert.h "
    b"errno.h float.h getopt.h limits.h math.h omp.h stdbool.h stdint.h stdio.h stdlib.h "
    b"sys/time.h time.h unistd.h".split()
)


class CStrings(FileRule):
    """cuda_runtime.h brings <string.h>; HIP's runtime header does not."""

    code = "HEADER007"
    title = "Function of <cstring> without its include"
    severity = Severity.ERROR
    settled = True
    source = "compiled with nvcc 13.0, and with clang 19 and the headers of HIP 7.1"
    hazards = ("HW315",)
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
    )
    examples = (
        Example(
            "#include <hip/hip_runtime.h>\nvoid f(int *a) { memset(a, 0, 4); }\n",
            "#include <cstring>\n#include <hip/hip_runtime.h>\n"
            "void f(int *a) { memset(a, 0, 4); }\n",
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
        Example("#include <hip/hip_runtime.h>\nvoid f(S a) { a.memset(0); } // memset(\n", None),
    )

    def looks(self, settings: Settings) -> bool:
        return not settings.hipify

    def may_fix(self, content: bytes) -> bool:
        includes = directives_of(content).includes
        return bool(includes) and all(_is_known(include.path) for include in includes)

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        content = source.content
        if source.suffix not in (".cu", ".hip", ""):
            return
        if not self.may_fix(content):
            return
        matches = list(_FUNCTION.finditer(content))
        hidden = [is_text(source, *match.span()) for match in matches]
        for match, is_hidden in zip(matches, hidden, strict=True):
            if is_hidden:
                continue
            newline = b"\r\n" if b"\r\n" in content[:4096] else b"\n"
            at = line_for_include(source, settings)
            edit = Edit(at, at, b"#include <cstring>" + newline)
            yield Finding(
                self.code,
                self.severity,
                "this comes from <cstring>, which cuda_runtime.h brings and HIP's header does not",
                *match.span(),
                (Fix("Include <cstring>", (edit,)),),
            )
            return  # once a file


def _is_known(path: bytes) -> bool:
    """Whether a header is known not to bring <string.h>."""
    if path in _OTHERS or path in (b"hip/hip_runtime.h", b"hip/hip_runtime_api.h"):
        return True
    entry = header_entry(path)
    return entry is not None and entry.library in ("runtime", "driver") and bool(entry.hip)
