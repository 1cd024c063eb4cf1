"""API021: what CUDA 13 hands to a new context, and HIP does not take."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import Code, code_of
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.source.occurrences import places_of

_CREATE = regex(rb"cuCtxCreate(?:_v4)?\b")
_NOTHING = (b"NULL", b"nullptr", b"0")
# A variable that says nothing: all of it is zero.
_DECLARED = rb"[ \t]*(?:struct\s+)?CUctxCreateParams\s+%s\s*(?:=\s*)?\{\s*(?:0|NULL)?\s*\}\s*;"


class ContextParameters(FileRule):
    """Since CUDA 13, cuCtxCreate takes parameters before its flags: which multiprocessors, and
    which graphics client, a context is for. hipCtxCreate takes the flags and the device."""

    code = "API021"
    title = "Parameters of a context"
    severity = Severity.ERROR
    settled = True
    source = "cuda.h of CUDA 13.0; hip_runtime_api.h of HIP 7.1"
    triggers = (b"cuCtxCreate",)
    affected_by = regex(rb"cuCtxCreate|CUctxCreateParams")
    examples = (
        Example(
            "void f() {\n    CUctxCreateParams params = {};\n"
            "    cuCtxCreate(&context, &params, 0, device);\n}\n",
            "void f() {\n    cuCtxCreate(&context, 0, device);\n}\n",
            why="the parameters are empty",
            around="CUcontext context; CUdevice device;\n@",
        ),
        Example(
            "void f() { cuCtxCreate(&context, NULL, 0, device); }\n",
            "void f() { cuCtxCreate(&context, 0, device); }\n",
            around="CUcontext context; CUdevice device;\n@",
        ),
        Example(
            "void f(CUctxCreateParams *some) { cuCtxCreate(&context, some, 0, device); }\n",
            "void f(CUctxCreateParams *some) { cuCtxCreate(&context, some, 0, device); }\n",
            why="what they ask for is for a person to decide",
            around="CUcontext context; CUdevice device;\n@",
        ),
        Example("void f() { cuCtxCreate(&context, 0, device); }\n", None),
        Example("void f(S s) { s.cuCtxCreate(&context, NULL, 0, device); }\n", None),
    )

    def looks(self, settings: Settings) -> bool:
        return not settings.hipify

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        calls = [
            (match, call) for match, call in code.calls_of(_CREATE) if len(call.arguments) == 4
        ]
        handed_on = [
            (match.start(), source.content[slice(*call.arguments[1])]) for match, call in calls
        ]
        for match, call in calls:
            start, end = match.span()
            first, last = call.arguments[1]
            edits = _without(code, start, source.content[first:last], handed_on)
            fixes: tuple[Fix, ...] = ()
            if edits is not None:
                argument = Edit(first, call.arguments[2][0], b"")
                fixes = (Fix("Remove the empty parameters", (*edits, argument)),)
            yield Finding(
                self.code,
                self.severity,
                "`hipCtxCreate` takes no parameters: an affinity of the context, or a graphics "
                "client, cannot be asked for",
                start,
                end,
                fixes,
                name=source.content[start:end].decode(),
            )


def _without(
    code: Code, position: int, argument: bytes, handed_on: list[tuple[int, bytes]]
) -> tuple[Edit, ...] | None:
    """What else goes with an argument that says nothing; None where it may say something.

    `handed_on` is what all calls of the source hand on, each with its place.
    """
    if argument in _NOTHING:
        return ()
    function = code.function_at(position)
    if function is None or not re.fullmatch(rb"&\s*\w+", argument):
        return None
    name = argument[1:].strip()
    content = code.content[function[0] : function[1]]
    declared = [
        match
        for match in re.finditer(_DECLARED % re.escape(name), content)
        if code.is_seen(function[0] + match.start())
    ]
    times = sum(
        other == argument for start, other in handed_on if function[0] <= start < function[1]
    )
    places = [function[0] + at for at in places_of(name, content)]
    used = sum(code.is_token(at, at + len(name)) for at in places)
    if len(declared) != 1 or used != times + 1:
        return None  # it is filled in, or used otherwise
    start, end = function[0] + declared[0].start(), function[0] + declared[0].end()
    return (Edit(*_with_line(code.content, start, end), b""),)


def _with_line(content: bytes, start: int, end: int) -> tuple[int, int]:
    """A stretch with the line end behind it, where it has its lines for itself."""
    rest = re.compile(rb"[ \t]*\r?\n").match(content, end)
    if rest is not None and content[max(start - 1, 0) : start] in (b"\n", b""):
        return start, rest.end()
    return start, end
