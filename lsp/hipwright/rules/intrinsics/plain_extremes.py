"""INTR003: umin, umax and their kin."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import code_of
from hipwright.rules.warp._lexing import parentheses_at
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.source.names import Names, Place

_TYPES = {
    b"umin": b"unsigned",
    b"umax": b"unsigned",
    b"llmin": b"long long",
    b"llmax": b"long long",
    b"ullmin": b"unsigned long long",
    b"ullmax": b"unsigned long long",
}
_NAME = regex(rb"(?:u|ll|ull)m(?:in|ax)(?!\w)")


class PlainExtremes(FileRule):
    """HIP has no `umin`, `umax`, `llmin`, `llmax`, `ullmin` and `ullmax`.

    `min` and `max` of HIP have overloads for all of these types. Because the names are plain words
    that a program may define in a header, the fix is offered only.
    """

    code = "INTR003"
    title = "umin, umax and their kin"
    severity = Severity.WARNING
    source = "CUDA Math API: integer mathematical functions; headers of HIP 7.1"
    hazards = ("HW168",)
    triggers = tuple(sorted(_TYPES))
    examples = (
        Example(
            before="__device__ unsigned f(unsigned a, int b) { return umin(a, b); }\n",
            after="__device__ unsigned f(unsigned a, int b) { return umin(a, b); }\n",
            alternative=(
                "__device__ unsigned f(unsigned a, int b) "
                "{ return min((unsigned)(a), (unsigned)(b)); }\n"
            ),
        ),
        Example(
            before="#define umin(a, b) min(a, b)\nint f(int a) { return umin(a, 1); }\n",
            after=None,
        ),
        Example(before="struct S { int umin; };\n", after=None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        """The findings of the whole source."""
        code = code_of(source)
        names = Names(source, lambda word: word in _TYPES)
        found = list(code.words(_NAME))
        own = {m.group() for m in found if names.place(*m.span())[0] is Place.DECLARED}
        for match in found:
            name, (start, end) = match.group(), match.span()
            if name in own or not code.is_code(start, end):
                continue
            call = parentheses_at(source.content, end, len(source.content))
            if call is None or len(call.arguments) != 2:
                continue
            other = b"min" if name.endswith(b"min") else b"max"
            edits = [Edit(start, end, other)]
            for first, last in call.arguments:
                edits.append(Edit(first, first, b"(" + _TYPES[name] + b")("))
                edits.append(Edit(last, last, b")"))
            text = other.decode()
            yield Finding(
                self.code,
                self.severity,
                f"HIP has no `{name.decode()}`; `{text}` takes every type.",
                start,
                end,
                (Fix(f"Replace by {text}", tuple(edits), safe=False),),
                name=name.decode(),
            )
