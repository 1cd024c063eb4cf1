"""Which parts of a file an AMD compiler never sees: the other branch of an `#ifdef`."""

from __future__ import annotations

import re
from typing import NamedTuple

from hipwright.patterns import regex
from hipwright.rules.warp._lexing import Span
from hipwright.source.lines import begins_line

# Defined, with a value that is not 0, whenever code is compiled for an AMD GPU: by the compiler,
# and by names that projects give to their own switch.
_OWN_SWITCH = (
    rb"USE_ROCM|USE_HIP|WITH_HIP|ENABLE_HIP|HAVE_HIP|USE_AMD(?:_ROCM)?|USING_HIP|\w*_USE_HIP"
    rb"|\w*_USE_ROCM|\w*_USING_HIP|\w*_WITH_HIP|(?:\w*_)?WITH_ROCM|\w+_HIP_PLATFORM_(?:AMD|HCC)"
)
_ON_AMD = regex(
    rb"__HIP_PLATFORM_(?:AMD|HCC)__|__HIP__|__HIPCC__|__HIP_DEVICE_COMPILE__|__AMDGCN__|__HCC__|"
    + _OWN_SWITCH
)
# `defined(X_USING_CUDA) || defined(X_USING_HIP)`: the file is made for both.
_FOR_BOTH = regex(rb"(?<!\w)(?:" + _OWN_SWITCH + rb")(?!\w)")
# Defined for some AMD GPUs: code that asks knows of wavefronts, whatever the answer.
_ON_SOME_AMD = regex(rb"__(?:GFX\d+|gfx\w+)__|__AMDGCN_WAVEFRONT_SIZE")
# A project's own switch for CUDA.
CUDA_SWITCH = regex(rb"(?<!\w)(?:\w+_)?(?:USE|USING|WITH|ENABLE|HAVE)_CUDA(?!\w)")
_NOT_ON_AMD = regex(rb"\w*_HIP_PLATFORM_(?:NVIDIA|NVCC)(?:__)?")
# `CUDA_VERSION < 9000 || defined(USE_ROCM)` tells AMD from CUDA; `defined(__CUDACC__) || …` does
# not.
_OLD_OR_NEW = regex(rb"(?:CUDA(?:RT)?_VERSION|__CUDACC_VER_\w+__|__CUDA_ARCH__)\s*[<>=!]=?\s*\d+")

_DIRECTIVE = regex(
    rb"#[ \t]*(ifdef|ifndef|if|elifdef|elifndef|elif|else|endif)\b((?:[^\n\\]|\\.|\\\r?\n)*)",
    re.DOTALL,
)
_CONDITION_TOKEN = regex(rb"&&|\|\||!(?!=)|\(|\)|defined|\w+|[^\s\w]")


class Directive(NamedTuple):
    """One `#if`, `#else`, `#endif` or the like."""

    start: int
    end: int
    keyword: bytes
    condition: bytes


def directives(content: bytes) -> list[Directive]:
    """The conditional directives of a file, in order."""
    found: list[Directive] = []
    for match in _DIRECTIVE.finditer(content):
        if begins_line(content, match.start()):
            found.append(Directive(*match.span(), match.group(1), match.group(2)))
    return found


def mentions_amd(found: list[Directive]) -> bool:
    """Whether a file has a branch of its own for AMD."""
    return any(
        _ON_SOME_AMD.search(directive.condition)
        or _FOR_BOTH.search(directive.condition)
        or (
            _ON_AMD.search(directive.condition)
            and b"CUDA" not in _OLD_OR_NEW.sub(b"", directive.condition)
        )
        for directive in found
    )


def unseen_on_amd(found: list[Directive]) -> list[Span]:
    """The byte ranges that a compiler for AMD leaves out, as far as the directives tell.

    They are sorted, and none is inside another.
    """
    spans: list[Span] = []
    # One entry for each `#if` that is open: what its branches so far came to, where the one that
    # is left out began, and the branches so far that ask for CUDA.
    open_conditions: list[tuple[list[bool | None], int | None, list[_CudaBranch]]] = []
    for directive in found:
        keyword = directive.keyword
        if keyword in (b"if", b"ifdef", b"ifndef"):
            value = _value_on_amd(keyword, directive.condition)
            left_out = directive.end if value is False else None
            open_conditions.append(([value], left_out, _asks_for_cuda(directive, value)))
            continue
        if not open_conditions:
            continue
        branches, left_out, for_cuda = open_conditions.pop()
        for branch in for_cuda:
            branch.end = branch.end or directive.start
        if left_out is not None:
            while spans and spans[-1][0] >= left_out:
                spans.pop()
            spans.append((left_out, directive.start))
        if keyword == b"endif":
            continue
        value = True if keyword == b"else" else _value_on_amd(keyword[2:], directive.condition)
        if True in branches:
            value = False
        elif value is True and keyword != b"else":
            # `#ifdef X_USE_CUDA`, `#elif defined(X_USE_HIP)`: the first one is not for AMD.
            spans.extend((branch.start, branch.end) for branch in for_cuda)
        left_out = directive.end if value is False else None
        for_cuda.extend(_asks_for_cuda(directive, value))
        open_conditions.append(([*branches, value], left_out, for_cuda))
    return _outermost(spans)


class _CudaBranch:
    def __init__(self, start: int) -> None:
        self.start = start
        self.end = 0  # not known yet


def _asks_for_cuda(directive: Directive, value: bool | None) -> list[_CudaBranch]:
    """The branch that a directive begins, where nothing but its name tells that it is for CUDA."""
    is_for_cuda = value is None and CUDA_SWITCH.search(directive.condition) is not None
    return [_CudaBranch(directive.end)] if is_for_cuda else []


def _outermost(spans: list[Span]) -> list[Span]:
    """The spans in order, without those inside another."""
    found: list[Span] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not found or start >= found[-1][1]:
            found.append((start, end))
    return found


def _value_on_amd(keyword: bytes, text: bytes) -> bool | None:
    """What a condition comes to on AMD; None where that cannot be told."""
    if keyword == b"ifdef":
        return is_defined_on_amd(text.strip())
    if keyword == b"ifndef":
        return _negated(is_defined_on_amd(text.strip()))
    tokens = _CONDITION_TOKEN.findall(text.partition(b"//")[0])
    value, rest = _either(tokens)
    return value if not rest else None


def is_defined_on_amd(name: bytes) -> bool | None:
    """Whether a macro is defined, and not 0, for AMD; None where that cannot be told."""
    name = name.split()[0] if name.split() else b""
    if _ON_AMD.fullmatch(name):
        return True
    if _NOT_ON_AMD.fullmatch(name):
        return False
    return None


def _negated(value: bool | None) -> bool | None:
    return None if value is None else not value


def _either(tokens: list[bytes]) -> tuple[bool | None, list[bytes]]:
    value, tokens = _both(tokens)
    while tokens[:1] == [b"||"]:
        other, tokens = _both(tokens[1:])
        value = True if True in (value, other) else None if None in (value, other) else False
    return value, tokens


def _both(tokens: list[bytes]) -> tuple[bool | None, list[bytes]]:
    value, tokens = _one(tokens)
    while tokens[:1] == [b"&&"]:
        other, tokens = _one(tokens[1:])
        value = False if False in (value, other) else None if None in (value, other) else True
    return value, tokens


def _one(tokens: list[bytes]) -> tuple[bool | None, list[bytes]]:
    """One operand, up to the next `&&`, `||` or closing parenthesis."""
    if not tokens:
        return None, tokens
    if tokens[0] == b"!":
        value, rest = _one(tokens[1:])
        return _negated(value), rest
    if tokens[0] == b"(":
        value, rest = _either(tokens[1:])
        if rest[:1] == [b")"]:
            return _unless_compared(value, rest[1:])
        return None, rest
    if tokens[0] == b"defined":
        rest = tokens[1:]
        if rest[:1] == [b"("] and rest[2:3] == [b")"]:
            return is_defined_on_amd(rest[1]), rest[3:]
        return (is_defined_on_amd(rest[0]), rest[1:]) if rest else (None, rest)
    value = {b"0": False, b"1": True}.get(tokens[0], is_defined_on_amd(tokens[0]))
    return _unless_compared(value, tokens[1:])


def _unless_compared(value: bool | None, tokens: list[bytes]) -> tuple[bool | None, list[bytes]]:
    """The value, or None where it is only part of a comparison or of arithmetic."""
    if not tokens or tokens[0] in (b"&&", b"||", b")"):
        return value, tokens
    depth = 0
    for index, token in enumerate(tokens):
        if depth == 0 and token in (b"&&", b"||", b")"):
            return None, tokens[index:]
        depth += {b"(": 1, b")": -1}.get(token, 0)
    return None, []
