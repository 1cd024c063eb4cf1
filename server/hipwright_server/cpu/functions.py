"""The functions of a source that run on the device, found by their tokens."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from hipwright_server.cpu.tokens import Token, matching

GLOBAL = b"__global__"
DEVICE = b"__device__"
HOST = b"__host__"
_SPACES = frozenset((GLOBAL, DEVICE, HOST))
# A parenthesis after one of these belongs to an attribute, not to a function.
_ATTRIBUTES = frozenset(
    (
        b"__attribute__",
        b"__launch_bounds__",
        b"__align__",
        b"__cluster_dims__",
        b"__maxnreg__",
        b"alignas",
        b"decltype",
        b"explicit",
        b"noexcept",
        b"throw",
        b"requires",
    )
)
_NOT_A_FUNCTION = _ATTRIBUTES | {b"<", b","}  # … or to a template argument
_CLASS_KEYS = frozenset((b"class", b"struct", b"union", b"enum"))


@dataclass(frozen=True, slots=True)
class Function:
    """A definition marked `__global__`, `__device__` or `__host__`; all places index tokens.

    `parameters` is the `(` of its parameter list, `body` the `{` and `end` the `}` of its body.
    """

    name: bytes
    spaces: frozenset[bytes]
    start: int
    parameters: int
    body: int
    end: int

    @property
    def is_kernel(self) -> bool:
        """Whether it is launched."""
        return GLOBAL in self.spaces

    @property
    def on_device(self) -> bool:
        """Whether it can run on the device."""
        return bool(self.spaces & {GLOBAL, DEVICE})


class Functions:
    """The device functions of one token list, and whether a place is inside a function at all."""

    def __init__(self, code: list[Token]) -> None:
        self._code = code
        self.functions = list(_find(code))

    def device_bodies(self) -> list[Function]:
        """The functions that can run on the device, outermost ones and lambdas alike."""
        return [function for function in self.functions if function.on_device]

    def on_device(self, offset: int) -> bool:
        """Whether a byte offset is in the body of a function that can run on the device."""
        return any(
            self._code[function.body].start <= offset < self._code[function.end].end
            for function in self.device_bodies()
        )

    def in_host_function(self, offset: int) -> bool:
        """Whether a byte offset is in the body of a function of the host only."""
        return not self.on_device(offset) and any(
            start <= offset < end for start, end in self._bodies
        )

    def in_a_body(self, offset: int) -> bool:
        """Whether a byte offset is in the body of any function."""
        return any(start <= offset < end for start, end in self._bodies)

    @cached_property
    def _bodies(self) -> list[tuple[int, int]]:
        bodies: list[tuple[int, int]] = []
        position = 0
        code = self._code
        while position < len(code):
            if code[position].text == b"{" and not is_scope(code, position):
                end = matching(code, position)
                if end is not None:
                    bodies.append((code[position].start, code[end].end))
                    position = end
            position += 1
        return bodies


def is_scope(code: list[Token], brace: int) -> bool:
    """Whether the `{` at an index opens a namespace, a linkage block, or a class."""
    start = brace
    while start > 0 and code[start - 1].text not in (b";", b"{", b"}"):
        start -= 1
    header = _without_template(code[start:brace])
    words = [token.text for token in header if token.is_word]
    if not words:
        return False
    if words[0] in (b"namespace", b"inline") and b"namespace" in words:
        return True
    if words == [b"extern"]:  # extern "C" {
        return True
    if header[-1].text in (b")", b"=") or b"operator" in words:
        return False
    return any(word in _CLASS_KEYS for word in words) and b"(" not in _after_class_key(header)


def _after_class_key(header: list[Token]) -> list[bytes]:
    """The tokens of a class's header without the groups of its attributes."""
    kept: list[bytes] = []
    position = 0
    while position < len(header):
        token = header[position]
        if token.text in _ATTRIBUTES and position + 1 < len(header):
            end = matching(header, position + 1) if header[position + 1].text == b"(" else None
            position = position + 1 if end is None else end + 1
            continue
        if token.text == b":":
            break  # the base classes: `struct A : B<(1 > 0)>`
        kept.append(token.text)
        position += 1
    return kept


def _without_template(header: list[Token]) -> list[Token]:
    while len(header) > 1 and header[0].text == b"template" and header[1].text == b"<":
        depth = 0
        for position in range(1, len(header)):
            if header[position].text == b"<":
                depth += 1
            elif header[position].text == b">":
                depth -= 1
                if not depth:
                    header = header[position + 1 :]
                    break
        else:
            return header
    return header


def _find(code: list[Token]) -> list[Function]:
    found: list[Function] = []
    position = 0
    while position < len(code):
        if code[position].text not in _SPACES:
            position += 1
            continue
        function, following = _definition(code, position)
        if function is not None:
            found.append(function)
        position = following
    return found


def _definition(code: list[Token], start: int) -> tuple[Function | None, int]:
    """The function whose declaration has a space marker at `start`, and where to look on."""
    spaces: set[bytes] = set()
    # `static __host__ __device__`, `__device__ inline __host__`: markers on both sides count.
    parameters: int | None = None
    name = b""
    position = start
    in_initializers = False
    while position < len(code):
        token = code[position]
        text = token.text
        if text in _SPACES:
            spaces.add(text)
        elif text == b"(":
            end = matching(code, position)
            if end is None:
                return None, position + 1
            before = code[position - 1].text
            # `operator()(…)`: the second group is the list of parameters.
            first = parameters is None or code[parameters - 1].text == b"operator"
            if first and not in_initializers and before not in _NOT_A_FUNCTION:
                parameters, name = position, before
            position = end
        elif text == b"[":
            end = matching(code, position)
            if end is None:
                return None, position + 1
            position = end
        elif text == b"{":
            end = matching(code, position)
            if end is None:
                return None, position + 1
            if parameters is None:
                return None, position + 1  # `__device__ int x{1};` or a class
            if in_initializers and _initializes(code, position, end):
                position = end
            else:
                function = Function(name, frozenset(spaces), start, parameters, position, end)
                return function, position + 1
        elif text == b":" and parameters is not None:
            in_initializers = True
        elif text in (b";", b"}") or (text == b"=" and code[position - 1].text != b"operator"):
            if text != b"=" or parameters is not None:
                # A default argument of a template, `= default`, a variable.
                return None, position + 1
            if not _inside_template(code, start, position):
                return None, position + 1
        position += 1
    return None, position


def _initializes(code: list[Token], opening: int, closing: int) -> bool:
    """Whether braces after a constructor's `:` initialise a member, rather than are the body."""
    before = code[opening - 1].text
    if before in (b")", b"}"):
        return False
    following = code[closing + 1].text if closing + 1 < len(code) else b""
    return following in (b",", b"{")


def _inside_template(code: list[Token], start: int, position: int) -> bool:
    depth = sum({b"<": 1, b">": -1}.get(token.text, 0) for token in code[start:position])
    return depth > 0


def words_in(code: list[Token], function: Function) -> set[bytes]:
    """All words in the body of a function."""
    return {token.text for token in code[function.body : function.end] if token.is_word}
