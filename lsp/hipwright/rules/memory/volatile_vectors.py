"""MEM008: vector types that are copied whole through volatile."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hipwright.finding import Finding, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import Code, code_of
from hipwright.settings import Settings
from hipwright.source import Source

_TYPES = (
    *(base + count for base in ("float", "double", "int", "uint") for count in "234"),
    *(base + count for base in ("char", "uchar", "short", "ushort") for count in "24"),
    *("longlong2", "ulonglong2", "longlong4", "ulonglong4"),
)
_TYPE = rb"(?:" + "|".join(_TYPES).encode() + rb")"
_QUALIFIED = regex(
    rb"volatile[ \t]+(?:__shared__[ \t]+)?(?:const[ \t]+)?" + _TYPE + rb"(?!\w)"
    rb"|" + _TYPE + rb"[ \t]+volatile(?!\w)"
)
# What is declared: `* const name`, `*name`, `name`, `name[…]`; or the type of a cast.
_DECLARED = regex(
    rb"\s*(?P<star>\*)?\s*(?:(?:const|__restrict__|__restrict)\s+)*(?P<name>[A-Za-z_]\w*)"
    rb"\s*(?P<array>\[)?"
)
_INDEX = regex(rb"\s*\[(?:[^\[\];{}]|\[[^\[\];{}]*\])*\]")
_MEMBER = regex(rb"\s*(?:\.|->)\s*[A-Za-z_]")
_WRITTEN = regex(rb"\s*=(?!=)")
_READ_BEFORE = regex(rb"(?<![=!<>])=\s*\Z|(?<!\w)return\s+\Z")
_READ_AFTER = regex(rb"\s*;")


class VolatileVectors(FileRule):
    """HIP's vector types are classes whose copies do not take volatile objects: a whole one is
    neither read from nor written to a volatile variable. Its members are."""

    code = "MEM008"
    title = "Vector copied whole through volatile"
    severity = Severity.ERROR
    source = "amd_hip_vector_types.h of HIP 7.1; compiled with clang 19"
    hazards = ("HW311",)
    triggers = (
        *(b"volatile " + name.encode() for name in _TYPES),
        *(name.encode() + b" volatile" for name in _TYPES),
        *(b"volatile __shared__ " + name.encode() for name in _TYPES),
    )
    affected_by = regex(rb"volatile")
    examples = (
        Example(
            "__global__ void k(volatile float4 *p, float4 *q) { *q = p[threadIdx.x]; }\n",
            "__global__ void k(volatile float4 *p, float4 *q) { *q = p[threadIdx.x]; }\n",
        ),
        Example(
            "__global__ void k(float4 v) {\n  volatile __shared__ float4 s[2];\n  s[0] = v;\n}\n",
            "__global__ void k(float4 v) {\n  volatile __shared__ float4 s[2];\n  s[0] = v;\n}\n",
        ),
        Example(
            "__global__ void k(volatile float4 *p, float *q) { *q = p[0].x; p[1].y = 2; }\n",
            None,
            why="single members can be volatile",
        ),
        Example(
            "__global__ void k(float4 *p, float *q) { volatile float4 v = p[0]; *q = v.x; }\n",
            None,
            why="a volatile variable can be made from one that is not",
        ),
        Example("// volatile float4 *p; v = p[0];\n", None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        found: dict[tuple[int, int], bytes] = {}
        for match in code.words(_QUALIFIED):
            first_word = match.start() + len(match.group().split()[0])
            if code.is_token(match.start(), first_word):
                for span in _copies(code, match.end()):
                    if code.is_code(*span):
                        found[span] = code.content[slice(*span)]
        for (start, end), name in sorted(found.items()):
            yield Finding(
                self.code,
                self.severity,
                f"a vector of HIP's is not copied whole to or from volatile `{name.decode()}`: "
                "copy its members one by one.",
                start,
                end,
                name=name.decode(),
            )


def _copies(code: Code, end: int) -> Iterator[tuple[int, int]]:
    """The names of what is volatile, where it is read or written whole."""
    content = code.content
    declared = _DECLARED.match(content, end)
    if declared is None:
        return
    name = declared["name"]
    own = code.declaration(name, declared.start("name"))
    scope = own.scope if own is not None else code.function_at(end)
    if scope is None:
        return
    is_pointer = declared["star"] is not None or declared["array"] is not None
    uses = re.compile(rb"(?<![\w.>])" + re.escape(name) + rb"(?!\w)")
    for use in uses.finditer(content, declared.end("name"), scope[1]):
        before = content[max(0, use.start() - 80) : use.start()]
        after = use.end()
        if is_pointer:
            index = _INDEX.match(content, after)
            if index is not None:
                after = index.end()
            elif before.rstrip().endswith(b"*"):
                before = before.rstrip()[:-1]
                if re.search(rb"[\w)\]]\s*\Z", before) and not before.rstrip().endswith(b"return"):
                    continue  # a product, or a declaration
            else:
                continue
        if _MEMBER.match(content, after):
            continue
        is_read = _READ_BEFORE.search(before) and _READ_AFTER.match(content, after)
        if is_read or _WRITTEN.match(content, after):
            yield use.span()
