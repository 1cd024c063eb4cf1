"""What the warp rules know of a source, made once and shared by them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from functools import cached_property
from typing import NamedTuple

from tree_sitter import Node

from hipwright.api import lookup
from hipwright.patterns import regex
from hipwright.rules.code import Code
from hipwright.rules.expression import value_of
from hipwright.rules.latest import Latest
from hipwright.rules.warp._guards import mentions_amd
from hipwright.rules.warp._lexing import (
    Parentheses,
    Span,
    is_wrapped,
    parentheses_at,
)
from hipwright.rules.warp._names import (
    Declaration,
    Width,
    width_of_type,
)
from hipwright.source import Source
from hipwright.source.names import Place

SHUFFLES = frozenset({b"__shfl", b"__shfl_up", b"__shfl_down", b"__shfl_xor"})

# Patterns that are looked for in whole files start with a literal, which is what makes them fast;
# what stands before a hit is looked at afterwards.
_INTRINSIC = regex(
    rb"__(?:shfl(?:_up|_down|_xor)?(?:_sync)?|(?:ballot|any|all)(?:_sync)?|activemask|syncwarp"
    rb"|match_(?:any|all)(?:_sync)?|reduce_(?:add|min|max|and|or|xor)_sync)(?!\w)"
)
_WARP_SIZE = regex(rb"warpSize(?!\w)")
_HIP_NAME = regex(rb"hip(?:/hip_|[A-Z]\w|cub\b|rand\b|fft\b|blas\b|sparse\b)")
_HIP_BUILTINS = (b"__lane_id", b"__ballot64", b"__builtin_amdgcn_", b"__AMDGCN_WAVEFRONT_SIZE")
_CUDA_HEADER = regex(rb"#[ \t]*include[ \t]*[<\"]cu(?:da|b/|blas|fft|rand|sparse)\w*")
_COULD_BE_CUDA = regex(r"\.(?:cuh?|h|hh|hpp|hxx|inl|inc|cpp|cc|cxx)$")
_CUDA_NAME = regex(rb"cuda[A-Z]\w+")
# A comment may speak of CUDA in a file that is HIP; so many of them are looked at.
_CUDA_NAMES_LOOKED_AT = 20

# The half of the wavefront that a lane is in, cut out of what a vote gives.
OWN_HALF = regex(rb"\s*>>\s*\(\s*__lane_id\s*\(\s*\)\s*&\s*(?:32|0x20)[uU]?\s*\)")

_NUMBER = regex(rb"(0[xX][0-9A-Fa-f']+|0[bB][01']+|[0-9][0-9']*)([uUlLzZ]*)")
_CAST = regex(
    rb"\(\s*((?:(?:const|unsigned|signed|int|long|uint|u?int(?:32|64)_t|size_t)\s*)+)\)\s*(?=[\w~(-])"
    rb"|static_cast\s*<\s*([\w\s]+?)\s*>\s*(?=\()"
    rb"|(unsigned(?:\s+int)?|uint32_t|uint|uint64_t|int)\s*(?=\()"
)
_IDENTIFIER = regex(rb"(?<![\w.])[A-Za-z_]\w*")
_CALLED = regex(rb"(?<![\w.])([A-Za-z_]\w*)\s*\(")
_CHANGES_STATE = regex(rb"\+\+|--|(?<![=!<>])=(?!=)|<<=|>>=")
_WITHOUT_EFFECT = frozenset(
    b"__activemask __ballot __ballot_sync __any __all __any_sync __all_sync __match_any "
    b"__match_any_sync __popc __popcll __ffs __ffsll __clz __clzll __brev __lane_id min max "
    b"unsigned int uint32_t uint static_cast defined sizeof __shfl __shfl_sync".split()
)
_MASK_CALL = regex(rb"(?:::)?__(?:activemask|ballot(?:_sync)?|match_(?:any|all)(?:_sync)?)\s*\(")
_NEWER_CUDA = regex(
    rb"(?:CUDART_VERSION|CUDA_VERSION|__CUDACC_VER_MAJOR__|__CUDA_ARCH__)\s*>=?\s*[1-9]"
)
_IN_CODE = (Place.CODE, Place.MACRO_BODY)
_FULL = 0xFFFFFFFF

# A lane or a warp index, made from a thread's index with a literal 32: what the literal is, and
# the whole, which is matched on a short stretch around it.
_LANE_LITERALS = (b"31", b"32", b"0x1f", b"0x1F", b">> 5", b">>5")
_LANE_ARITHMETIC = regex(
    rb"(?:threadIdx\s*\.\s*[xyz]|(?<!\w)\w*(?:tid|thread|lane|rank|linear)\w*(?:\(\))?)\s*\)*\s*"
    rb"(?:(?P<lane>&\s*\(?(?:31|0x1f)|%\s*32)|(?P<warp>>>\s*5|/\s*32))[uU]?(?![\w.])",
    re.IGNORECASE,
)
_LANE_STRETCH = 64


def _is_builtin(name: bytes) -> bool:
    return name == b"warpSize" or _INTRINSIC.fullmatch(name) is not None


class Dialect(Enum):
    """What a source was written for, and so what its warps are."""

    CUDA = "CUDA"  # a warp is 32 lanes, everywhere
    HIP = "HIP"  # a warp is what the device has
    BOTH = "both"  # one text for both, with branches for each
    UNCLEAR = "unclear"  # calls that both have, or had, and nothing else to tell from


class Mask(Enum):
    """What a mask argument is."""

    FULL = "all 32 lanes"
    PART = "a literal with some of 32 lanes"
    NARROW = "a 32-bit value, known only at run time"
    LONG = "a 64-bit literal that names none but the lower 32 lanes"
    GIVEN = "the lanes that a vote or a match gives: as wide as the dialect has it"
    WIDE = "64 bits wide"
    UNKNOWN = "unknown"


class WarpCall(NamedTuple):
    """One call of a warp intrinsic, in code that AMD compiles and that no one else defines."""

    name: bytes  # without leading `::`
    start: int  # of the name, or of a `::` in front of it
    end: int  # of the name
    parentheses: Parentheses | None  # None where they cannot be read
    node: Node | None  # None in a macro's body

    @property
    def operation(self) -> bytes:
        """The name without its `_sync`."""
        return self.name.removesuffix(b"_sync")

    @property
    def takes_mask(self) -> bool:
        """Whether the first argument is a lane mask."""
        return self.name.endswith(b"_sync") or (self.name == b"__syncwarp" and bool(self.arguments))

    @property
    def arguments(self) -> tuple[Span, ...]:
        """The spans of the arguments."""
        return self.parentheses.arguments if self.parentheses else ()

    @property
    def stop(self) -> int:
        """The byte after the call."""
        return self.parentheses.end + 1 if self.parentheses else self.end


class WarpCode(Code):
    """One source, seen as code for warps."""

    def __init__(self, source: Source) -> None:
        super().__init__(source, _is_builtin)
        self._definition_starts: dict[bytes, list[int]] = {}

    @cached_property
    def dialect(self) -> Dialect:
        """What the source was written for."""
        if mentions_amd(self.directives):
            return Dialect.BOTH
        if self._names_cuda():
            return Dialect.CUDA
        masks = {self.mask_of(call) for call in self.calls if call.takes_mask}
        # A literal of 32 bits cannot have been written for HIP, which does not compile it.
        if masks & {Mask.FULL, Mask.PART}:
            return Dialect.CUDA
        if self._names_hip() or self.source.name.endswith(".hip"):
            return Dialect.HIP
        if Mask.WIDE in masks:
            return Dialect.HIP
        is_cuda_file = self.source.name.endswith((".cu", ".cuh"))
        if Mask.NARROW in masks or (is_cuda_file and (masks or not self.calls)):
            return Dialect.CUDA
        # Shuffles and votes without a mask, and not a name of either: CUDA from before 2017, or
        # HIP, which has no others in most versions.
        return Dialect.UNCLEAR if _COULD_BE_CUDA.search(self.source.name) else Dialect.HIP

    def _names_cuda(self) -> bool:
        if _CUDA_HEADER.search(self.content):
            return True
        for number, match in enumerate(self.words(_CUDA_NAME)):
            if number == _CUDA_NAMES_LOOKED_AT:
                break
            is_known = lookup(match.group()) is not None
            if is_known and self._names.place(*match.span())[0] in _IN_CODE:
                return True
        return False

    def _names_hip(self) -> bool:
        return any(word in self.content for word in _HIP_BUILTINS) or any(self.words(_HIP_NAME))

    @cached_property
    def calls(self) -> list[WarpCall]:
        """The calls of warp intrinsics, in order."""
        return list(self._find_calls())

    def _find_calls(self) -> Iterator[WarpCall]:
        for match in self.words(_INTRINSIC):
            start, end = match.span()
            place, node = self._names.place(start, end)
            if place not in _IN_CODE or not self.is_seen(start):
                continue
            limit = len(self.content)
            if place is Place.MACRO_BODY:
                body = self.source.tree.root_node.descendant_for_byte_range(start, end)
                assert body is not None  # it has just been found
                limit = body.end_byte
            parentheses = parentheses_at(self.content, end, limit)
            if parentheses is None:
                continue
            if self.content[max(0, start - 64) : start].rstrip().endswith(b"::"):
                start = self.content.rindex(b"::", 0, start)
            if self._is_users(match.group()):
                continue
            yield WarpCall(match.group(), start, end, parentheses, node)

    def _is_users(self, name: bytes) -> bool:
        """Whether the source defines a function or a macro of this name itself."""
        return any(
            self.is_seen(start) and not self._is_for_new_cuda(start)
            for start in self._definitions(name)
        )

    def _is_for_new_cuda(self, position: int) -> bool:
        """Whether a macro is defined for newer CUDA only: AMD, with version 0, gets HIP's own."""
        node = self.source.tree.root_node.descendant_for_byte_range(position, position)
        while node is not None and node.type != "preproc_if":
            node = node.parent
        condition = node.child_by_field_name("condition") if node is not None else None
        return condition is not None and bool(_NEWER_CUDA.search(self.source.text_of(condition)))

    def _definitions(self, name: bytes) -> list[int]:
        cached = self._definition_starts.get(name)
        if cached is not None:
            return cached
        starts = [
            match.start()
            for match in self.words(re.compile(name + rb"(?!\w)"))
            if self._names.place(*match.span())[0] is Place.DECLARED
        ]
        self._definition_starts[name] = starts
        return starts

    @cached_property
    def builtin_warp_sizes(self) -> list[Span]:
        """Where the builtin `warpSize` is used in code that AMD compiles."""
        found: list[Span] = []
        for match in self.words(_WARP_SIZE):
            start, end = match.span()
            if not self.is_code(start, end) or self.in_directive(start):
                continue
            if self.declaration(b"warpSize", start) is None and not self._has_own_warp_size:
                found.append((start, end))
        return found

    @cached_property
    def _has_own_warp_size(self) -> bool:
        """Whether a header of the project's gives `warpSize` a meaning of its own."""
        return self.headers.constant(b"warpSize") is not None

    @cached_property
    def uses_matrix_units(self) -> bool:
        """Whether it calls for matrix operations, which take the whole wavefront on AMD."""
        return b"wmma" in self.content or b"<mma.h>" in self.content

    @cached_property
    def lane_arithmetic(self) -> list[re.Match[bytes]]:
        """Where a lane (`& 31`, `% 32`) or a warp (`>> 5`, `/ 32`) is made from a thread's index.

        The groups `lane` and `warp` tell which.
        """
        found: dict[int, re.Match[bytes]] = {}
        for literal in _LANE_LITERALS:
            for position in _positions(self.content, literal):
                stretch = self.content.rfind(b"\n", max(0, position - _LANE_STRETCH), position) + 1
                first = stretch or max(0, position - _LANE_STRETCH)
                for match in _LANE_ARITHMETIC.finditer(self.content, first, position + 8):
                    place, _ = self._names.place(*_first_name(match))
                    if place in (*_IN_CODE, Place.MEMBER) and self.is_seen(match.start()):
                        found.setdefault(match.start(), match)
        return [match for _, match in sorted(found.items())]

    def mask_of(self, call: WarpCall) -> Mask:
        """What the mask of a call is that takes one."""
        if not call.arguments:
            return Mask.UNKNOWN
        start, end = call.arguments[0]
        return self.mask(self.text((start, end)), start)

    def mask(self, text: bytes, position: int, depth: int = 4) -> Mask:
        """What a mask argument is; `position` is where it stands."""
        text = _unwrapped(text)
        literal = _literal(text)
        if literal is not None:
            return literal
        if not depth:
            return Mask.UNKNOWN
        cast = _CAST.match(text)
        if cast:
            rest = _unwrapped(text[cast.end() :])
            width = width_of_type(next(group for group in cast.groups() if group is not None))
            if width is Width.BITS_64:
                return Mask.WIDE
            inner = _literal(rest)
            if re.fullmatch(rb"[\w~-]+|\(.*\)", text[cast.end() :], re.DOTALL):
                return inner if inner in (Mask.FULL, Mask.PART) else Mask.NARROW
        if re.fullmatch(rb"[A-Za-z_]\w*", text):
            return self._mask_of_name(text, position, depth)
        if _MASK_CALL.match(text):
            return Mask.GIVEN
        return self._mask_of_expression(text, position, depth)

    def _mask_of_name(self, name: bytes, position: int, depth: int) -> Mask:
        declaration = self.declaration(name, position)
        if declaration is None:
            return self._mask_of_constant(name, position, depth)
        width = width_of_type(declaration.type)
        if width is Width.BITS_64:
            return Mask.WIDE
        value = declaration.value
        from_value = self.mask(value, declaration.start, depth - 1) if value else Mask.UNKNOWN
        if declaration.kind in ("macro", "enumerator"):
            return from_value
        if width is Width.BITS_32:
            literal = from_value in (Mask.FULL, Mask.PART)
            return from_value if literal and self._stays(name, declaration) else Mask.NARROW
        if b"auto" in declaration.type.split():
            return Mask.NARROW if from_value in (Mask.FULL, Mask.PART) else from_value
        return Mask.UNKNOWN

    def _mask_of_constant(self, name: bytes, position: int, depth: int) -> Mask:
        """What a mask is that a header may define."""
        constant = self.headers.constant(name)
        if constant is None or not constant.declaration.value:
            return Mask.UNKNOWN
        declaration = constant.declaration
        if width_of_type(declaration.type) is Width.BITS_64:
            return Mask.WIDE
        return self.mask(constant.declaration.value, position, depth - 1)

    def _stays(self, name: bytes, declaration: Declaration) -> bool:
        """Whether a variable keeps the value that it is declared with."""
        if declaration.is_constant:
            return True
        if declaration.kind != "variable":
            return False
        start, end = declaration.scope
        changed = re.compile(
            rb"(?<!\w)" + name + rb"\s*(?:(?:[-+*/|&^%]|<<|>>)?=(?!=)|\+\+|--)"
            rb"|(?:\+\+|--|&)\s*" + name + rb"(?!\w)"
        )
        return not any(
            match.start() > declaration.end for match in changed.finditer(self.content, start, end)
        )

    def _mask_of_expression(self, text: bytes, position: int, depth: int) -> Mask:
        if re.search(rb"(?<!\w)[0-9][0-9a-fA-FxX]*[uU]?(?:ll|LL)[uU]?(?!\w)", text):
            return Mask.WIDE
        if re.search(rb"\blong\b|\bu?int64_t\b", text):
            return Mask.WIDE
        widths = {
            self.mask(name, position, depth - 1)
            for name in _IDENTIFIER.findall(text)
            if self.declaration(name, position) is not None
        }
        if Mask.WIDE in widths:
            return Mask.WIDE
        if Mask.GIVEN in widths:
            return Mask.GIVEN
        if Mask.UNKNOWN in widths:
            return Mask.UNKNOWN
        if widths or re.search(rb"[0-9]", text):
            return Mask.NARROW
        return Mask.UNKNOWN

    def may_have_effects(self, text: bytes, position: int) -> bool:
        """Whether leaving an expression out, or moving it, could change what a program does."""
        if _CHANGES_STATE.search(text):
            return True
        for match in _CALLED.finditer(text):
            name = match.group(1)
            if name in _WITHOUT_EFFECT:
                continue
            declaration = self.declaration(name, position)
            if declaration is None or declaration.kind != "macro":
                return True
        return False


warp_code = Latest(WarpCode)


def _positions(content: bytes, literal: bytes) -> Iterator[int]:
    position = content.find(literal)
    while position >= 0:
        yield position
        position = content.find(literal, position + 1)


def _first_name(match: re.Match[bytes]) -> Span:
    name = _IDENTIFIER.match(match.group())
    return match.start(), match.start() + (name.end() if name else 1)


def _unwrapped(text: bytes) -> bytes:
    text = text.strip()
    while is_wrapped(text):
        text = text[1:-1].strip()
    return text


def _literal(text: bytes) -> Mask | None:
    """What a mask is that is written as a literal; None where it is not one."""
    text = _unwrapped(text)
    if text in (b"UINT_MAX", b"UINT32_MAX"):
        return Mask.FULL
    if text in (b"ULLONG_MAX", b"UINT64_MAX", b"ULONG_MAX"):
        return Mask.WIDE
    inverted = re.fullmatch(rb"~\s*\(?\s*(0(?:[xX]0+)?)([uUlL]*)\s*\)?|-\s*(1)([uUlL]*)", text)
    if inverted:
        suffix = (inverted.group(2) or inverted.group(4) or b"").lower()
        return Mask.WIDE if b"l" in suffix else Mask.FULL
    number = _NUMBER.fullmatch(text)
    if number is None:
        return None
    value = value_of(number[1])
    if value > _FULL:
        return Mask.WIDE
    if b"l" in number.group(2).lower():
        return Mask.LONG
    return Mask.FULL if value == _FULL else Mask.PART
