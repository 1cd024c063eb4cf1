"""CG005: shuffles of a group for types that HIP's groups do not take."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import Code, code_of
from hipwright.rules.cooperative_groups._names import type_of_group
from hipwright.rules.warp._lexing import parentheses_at
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.source.occurrences import occurrences

_NAME = regex(rb"shfl(?:_down|_up|_xor)?(?=\s*\()")
_MEMBER = regex(rb"(?P<group>[A-Za-z_]\w*)\s*(?:\.|->)\s*(?P<member>shfl\w*)\s*(?=\()")
_VALUE = regex(rb"(?P<name>[A-Za-z_]\w*)(?:\s*\.\s*(?P<field>[A-Za-z_]\w*))?")
_SIMPLE = regex(rb"[\w\s.+*/%-]+")  # without effects, whatever it names
_VECTOR = regex(rb"(?:u?(?:char|short|int|long|longlong)|float|double)([1-4])")
_MAY_BE_VECTOR = regex(rb"(?:char|short|int|long|float|double)[1-4]")
_SMALL = regex(rb"(?:__)?half2?|__half2?|(?:__)?(?:nv|hip)_bfloat162?")
_FIELDS = (b"x", b"y", b"z", b"w")
_QUALIFIERS = frozenset((b"const", b"volatile", b"static", b"register", b"struct", b"__shared__"))


class ShuffledType(FileRule):
    """The shuffles of HIP's groups take integers, `float` and `double`; CUDA's take any small type.

    The fix shuffles the parts of a vector one by one.
    """

    code = "CG005"
    title = "Shuffle of a group for a type that HIP's does not take"
    severity = Severity.ERROR
    source = "hip_cooperative_groups_helper.h of HIP (is_valid_type), compiled with clang 19"
    triggers = (b".shfl",)
    affected_by = regex(rb"shfl|tile|group|struct")
    examples = (
        Example(
            "#include <cooperative_groups.h>\n"
            "__device__ float2 f(cooperative_groups::thread_block_tile<32> tile, float2 v) {\n"
            "  return tile.shfl_xor(v, 1);\n}\n",
            "#include <cooperative_groups.h>\n"
            "__device__ float2 f(cooperative_groups::thread_block_tile<32> tile, float2 v) {\n"
            "  return make_float2(tile.shfl_xor(v.x, 1), tile.shfl_xor(v.y, 1));\n}\n",
        ),
        Example(
            "struct Best { float value; int at; };\n"
            "__device__ Best f(cooperative_groups::thread_block_tile<32> tile, Best best) {\n"
            "  return tile.shfl_down(best, 16);\n}\n",
            "struct Best { float value; int at; };\n"
            "__device__ Best f(cooperative_groups::thread_block_tile<32> tile, Best best) {\n"
            "  return tile.shfl_down(best, 16);\n}\n",
            why="shuffle each member by itself",
        ),
        Example(
            "__device__ float f(cooperative_groups::thread_block_tile<32> tile, float2 v) {\n"
            "  return tile.shfl_xor(v.x, 1);\n}\n",
            None,
        ),
        Example("__device__ float2 f(Mine tile, float2 v) { return tile.shfl(v, 1); }\n", None),
    )

    def looks(self, settings: Settings) -> bool:
        return not settings.hipify

    def may_fix(self, content: bytes) -> bool:
        # The only types with a fix.
        return next(occurrences(_MAY_BE_VECTOR, content), None) is not None

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        for match in code.members(_NAME, _MEMBER):
            if not code.is_seen(match.start()):
                continue
            call = parentheses_at(source.content, match.end(), len(source.content))
            if call is None or len(call.arguments) != 2:
                continue
            if type_of_group(code, match["group"], match.start()) is None:
                continue
            value = code.text(call.arguments[0])
            kind = _type_of(code, value, match.start())
            if kind is None or not _is_refused(code, kind):
                continue
            fixes: tuple[Fix, ...] = ()
            vector = _VECTOR.fullmatch(kind)
            by = source.content[call.arguments[1][0] : call.arguments[1][1]]
            if vector is not None and _SIMPLE.fullmatch(by):
                function = source.content[match.start() : match.end()].rstrip()
                parts = [
                    function + b"(" + value + b"." + field + b", " + by + b")"
                    for field in _FIELDS[: int(vector[1])]
                ]
                text = b"make_" + kind + b"(" + b", ".join(parts) + b")"
                fixes = (Fix("Shuffle its parts", (Edit(match.start(), call.end + 1, text),)),)
            yield Finding(
                self.code,
                self.severity,
                f"HIP's groups shuffle integers, `float` and `double`, and this is "
                f"`{kind.decode()}`: shuffle its parts, one by one.",
                *match.span("member"),
                fixes,
            )


def _type_of(code: Code, value: bytes, position: int) -> bytes | None:
    """The type of a variable, or of a member of one whose class the source defines."""
    match = _VALUE.fullmatch(value.strip())
    if match is None:
        return None
    declaration = code.declaration(match["name"], position)
    if declaration is None or declaration.is_array or declaration.kind == "macro":
        return None
    kind = _plain(declaration.type)
    field = match["field"]
    if field is None or kind is None:
        return kind
    body = _body_of(code, kind)
    if body is None:
        return None
    held = re.search(rb"(\w+)\s+(?:\w+\s*,\s*)*" + field + rb"\s*(?:,[\w\s,]*)?;", body)
    return held[1] if held is not None else None


def _plain(type_: bytes) -> bytes | None:
    """A type of one word, without its qualifiers; None where it is a pointer or has more words."""
    words = [word for word in type_.replace(b"&", b" ").split() if word not in _QUALIFIERS]
    return words[0] if len(words) == 1 and words[0].replace(b"_", b"a").isalnum() else None


def _body_of(code: Code, kind: bytes) -> bytes | None:
    body = re.compile(rb"struct\s+" + re.escape(kind) + rb"\s*\{([^{}]*)\}")
    found = next(code.words(body), None)
    return found[1] if found is not None else None


def _is_refused(code: Code, kind: bytes) -> bool:
    return bool(_VECTOR.fullmatch(kind) or _SMALL.fullmatch(kind)) or (
        _body_of(code, kind) is not None
    )
