"""API012: operators of vector types, which HIP has already."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.finding import Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.names._guarded import definition_at, is_seen, left_out
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.source.names import is_text

_VECTOR = rb"(?P<type>u?(?:char|short|int|long|longlong)[1-4]|float[1-4]|double[1-4])"
_OPERATOR = regex(
    rb"operator(?<!\woperator)[ \t]*(?P<op>[-+*/]=|[*/])[ \t]*\([ \t]*(?:const[ \t]+)?"
    + _VECTOR
    + rb"(?:[ \t]+const)?[ \t]*(?P<reference>&?)[ \t]*(?P<to>\w+)[ \t]*,[ \t]*"
    rb"(?:const[ \t]+)?(?P=type)(?:[ \t]+const)?[ \t]*&?[ \t]*(?P<by>\w+)[ \t]*\)"
    rb"\s*\{(?P<body>[^{}]*(?:\{[^{}]*\}[^{}]*)?)\}"
)
_FIELDS = (b"x", b"y", b"z", b"w")


class VectorOperator(FileRule):
    """HIP's vector types have `+=`, `-=`, `*=` and `/=`, and `*` and `/`, by another of their type:
    the program's own make each use ambiguous.

    Other operators of the program's own, such as `+`, come before HIP's templates and compile.
    """

    code = "API012"
    title = "Operator that HIP's vector types have already"
    severity = Severity.ERROR
    source = "amd_hip_vector_types.h of HIP 7.1; compiled with clang 19"
    hazards = ("HW190",)
    triggers = (b"operator",)
    affected_by = regex(rb"operator|#")
    examples = (
        Example(
            "inline __device__ void operator+=(float2 &a, float2 b) {\n"
            "  a.x += b.x;\n  a.y += b.y;\n}\n",
            "#ifndef __HIP__\n"
            "inline __device__ void operator+=(float2 &a, float2 b) {\n"
            "  a.x += b.x;\n  a.y += b.y;\n}\n#endif\n",
            run="[&] { float2 a = {1, 2}; a += make_float2(t, 3); return a.x * 100 + a.y; }()",
        ),
        Example(
            "inline __device__ void operator*=(float2 &a, float2 b) {\n  a = rotate(a, b);\n}\n",
            "inline __device__ void operator*=(float2 &a, float2 b) {\n  a = rotate(a, b);\n}\n",
            why="it does something else than HIP's: call a function instead",
            around="__device__ float2 rotate(float2, float2);\n@",
        ),
        Example(
            "inline __device__ float2 operator*(float2 a, float2 b) {\n"
            "  return make_float2(a.x * b.x, a.y * b.y);\n}\n"
            "__device__ float2 square(float2 v) { return v * v; }\n",
            "#ifndef __HIP__\n"
            "inline __device__ float2 operator*(float2 a, float2 b) {\n"
            "  return make_float2(a.x * b.x, a.y * b.y);\n}\n#endif\n"
            "__device__ float2 square(float2 v) { return v * v; }\n",
        ),
        Example(
            "__device__ float2 operator*(const float2 &a, const float2 &b) {\n"
            "  return make_float2(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x);\n}\n",
            "__device__ float2 operator*(const float2 &a, const float2 &b) {\n"
            "  return make_float2(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x);\n}\n",
            why="of complex numbers: without it, a use would compile and multiply field by field",
        ),
        Example("inline __device__ void operator*=(float2 &a, float b) { a.x *= b; }\n", None),
        Example("inline float2 operator*(float2 a, float b) { return a; }\n", None),
        Example(
            "#ifdef __NVCC__\n"
            "inline void operator*=(float1 &a, float1 b) { a.x *= b.x; }\n"
            "#endif\n",
            None,
        ),
        Example("inline float2 operator+(float2 a, float2 b) { return a; }\n", None),
    )

    def looks(self, settings: Settings) -> bool:
        return not settings.hipify

    def may_fix(self, content: bytes) -> bool:
        return _OPERATOR.search(content) is not None

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        content = source.content
        matches = list(_OPERATOR.finditer(content))
        if not matches:
            return
        hidden = [is_text(source, match.start(), match.start("type")) for match in matches]
        for match, is_hidden in zip(matches, hidden, strict=True):
            start = match.start()
            if is_hidden or not _is_hips(match) or not is_seen(content, start):
                continue
            fixes: tuple[Fix, ...] = ()
            same = _does_the_same(match)
            definition = definition_at(source, start)
            edits = left_out(source, definition) if same and definition is not None else None
            if edits is not None:
                fixes = (Fix("Leave it out for HIP", edits),)
            name = f"operator{match['op'].decode()}"
            message = f"HIP's `{match['type'].decode()}` has `{name}` already: with this one too, "
            message += "each use is ambiguous"
            if not same:
                message += ", and this one does something else: make a function of it"
            yield Finding(self.code, self.severity, message, start, match.start("type"), fixes)


def _is_hips(match: re.Match[bytes]) -> bool:
    """Whether HIP has this operator: an assignment changes what its first parameter refers to."""
    return not match["op"].endswith(b"=") or bool(match["reference"])


def _does_the_same(match: re.Match[bytes]) -> bool:
    """Whether the operator works field by field, as HIP's does."""
    operator, to, by = match["op"], match["to"], match["by"]
    fields = _FIELDS[: int(match["type"][-1:])]
    statements = [re.sub(rb"\s+", b"", part) for part in match["body"].split(b";")]
    done = [part for part in statements if part and part != b"return" + to]
    wanted = [to + b"." + field + operator + by + b"." + field for field in fields]
    if operator.endswith(b"="):
        return done == wanted
    values = b",".join(wanted)
    kind: bytes = match["type"]
    braces = b"{" + values + b"}"
    made = (b"make_" + kind + b"(" + values + b")", braces, kind + braces)
    return len(done) == 1 and done[0].removeprefix(b"return") in made
