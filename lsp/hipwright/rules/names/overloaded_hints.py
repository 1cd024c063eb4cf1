"""API018: CUDA's loads and stores with a cache hint, beside overloads of the program's own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from hipwright.finding import Finding, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import code_of
from hipwright.rules.names._counterpart import CACHE_HINTS
from hipwright.rules.names.cache_hints import plain_access
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.source.names import is_text

_NAME = rb"\b(?P<name>" + b"|".join(name.encode() for name in sorted(CACHE_HINTS)) + rb")[ \t]*\("
_POINTER = rb"[ \t]*(?:const[ \t]+)?(?P<type>\w[\w ]*?)[ \t]*\*"
_DEFINITION = regex(_NAME + _POINTER + rb"[^(){};]*\)\s*\{")
_CALL = regex(_NAME + rb"[ \t]*(?:\(|reinterpret_cast[ \t]*<)" + _POINTER + rb"[ \t]*[)>]")
# What CUDA loads and stores with a hint: numbers, and vectors of them.
_CUDAS = regex(
    rb"(?:(?:un)?signed )?(?:char|short|int|long(?: long)?)|unsigned|float|double|u?int\d+_t"
    rb"|u?(?:char|short|int)[24]|u?longlong2|float[24]|double2"
)


class OverloadedHint(FileRule):
    """HIP has these loads and stores for half precision only: where a program adds overloads of its
    own, calls that meant CUDA's find none.

    Only calls whose pointer is cast on the spot are looked at: the type of others is not known.
    """

    code = "API018"
    title = "CUDA's load or store with a cache hint, beside the program's own"
    severity = Severity.ERROR
    settled = True
    source = "CUDA C++ programming guide: load functions using cache hints; HIP 7.1 headers"
    hazards = ("HW182",)
    triggers = tuple(name.encode() for name in sorted(CACHE_HINTS))
    examples = (
        Example(
            "__device__ half2x __ldcs(const half2x *p) { return load(p); }\n"
            "__device__ int4 f(const float *p) {\n"
            "  return __ldcs(reinterpret_cast<const int4 *>(p));\n}\n",
            "__device__ half2x __ldcs(const half2x *p) { return load(p); }\n"
            "__device__ int4 f(const float *p) {\n"
            "  return (*(reinterpret_cast<const int4 *>(p)));\n}\n",
            around="struct half2x { int bits; };\n__device__ half2x load(const half2x *);\n@",
        ),
        Example(
            "__device__ void __stcs(int4 *p, int4 v) { *p = v; }\n"
            "__device__ void f(int *p, int4 v) { __stcs((int4 *)p, v); }\n",
            None,
            why="the call is of the program's own",
        ),
        Example(
            "__device__ int4 f(const int *p) { return __ldcs((const int4 *)p); }\n",
            None,
            why="without an overload, API010 says it",
        ),
    )

    def looks(self, settings: Settings) -> bool:
        return not settings.hipify

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        content = source.content
        own = defaultdict(set)
        for definition in _DEFINITION.finditer(content):
            if not is_text(source, *definition.span("name")):
                own[definition["name"]].add(definition["type"])
        if not own:
            return
        code = code_of(source)
        for match in _CALL.finditer(content):
            start, end = match.span("name")
            name, type_name = match["name"], b" ".join(match["type"].split())
            if (
                name not in own
                or type_name in own[name]
                or not _CUDAS.fullmatch(type_name)
                or is_text(source, start, end)
                or not code.is_seen(start)
            ):
                continue
            is_load = name.startswith(b"__ld")
            call = code.call_at(start, end)
            is_plain = (
                name != b"__ldcv"
                and call is not None
                and len(call.arguments) == (1 if is_load else 2)
            )
            yield Finding(
                self.code,
                self.severity,
                f"HIP has no `{name.decode()}` of {type_name.decode()}, and the program's own "
                f"takes another type; a plain {'load' if is_load else 'store'} does the same, "
                "without the hint",
                start,
                end,
                (plain_access(start, call, is_load=is_load),) if is_plain and call else (),
                name=name.decode(),
            )
