"""What an integer expression comes to, as far as that can be told: conditions, sizes, counts."""

from __future__ import annotations

import re
from collections.abc import Callable

from hipwright.patterns import regex

_TOKEN = regex(
    rb"""
      \s+ | //[^\n]* | /\*.*?\*/ | \\\r?\n
    | (?P<number>(?:0[xX][0-9A-Fa-f']+|0[bB][01']+|[0-9][0-9']*))[uUlLzZ]*(?![\w.])
    | (?P<name>[A-Za-z_]\w*)
    | (?P<operator><<|>>|<=|>=|==|!=|&&|\|\||[-+*/%<>!~&^|?:()])
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
# What binds tighter comes later.
_LEVELS: tuple[tuple[bytes, ...], ...] = (
    (b"||",),
    (b"&&",),
    (b"|",),
    (b"^",),
    (b"&",),
    (b"==", b"!="),
    (b"<", b">", b"<=", b">="),
    (b"<<", b">>"),
    (b"+", b"-"),
    (b"*", b"/", b"%"),
)
_SHIFT_LIMIT = 64

# The value of a name, or None where it cannot be told.
Values = Callable[[bytes], "int | None"]


def evaluate(text: bytes, values: Values, is_defined: Values | None = None) -> int | None:
    """The value of an expression; None where it cannot be told, or is none of integers.

    `is_defined` answers `defined(NAME)` in the condition of an `#if`: 1, 0 or None. What cannot be
    told does not spoil `0 && …` and `1 || …`.
    """
    reader = _Reader(text, values, is_defined)
    try:
        value = reader.ternary()
    except _UnreadableError:
        return None
    return value if not reader.tokens else None


def value_of(digits: bytes) -> int:
    """The value of a C++ integer literal without its suffix."""
    digits = digits.replace(b"'", b"")
    if digits[:2].lower() == b"0x":
        return int(digits[2:], 16)
    if digits[:2].lower() == b"0b":
        return int(digits[2:], 2)
    return int(digits, 8 if digits.startswith(b"0") and digits != b"0" and digits.isdigit() else 10)


class _UnreadableError(Exception):
    """The text is no expression that is understood here."""


class _Reader:
    """Reads an expression from its tokens, the first one last."""

    def __init__(self, text: bytes, values: Values, is_defined: Values | None) -> None:
        self.tokens: list[tuple[str, bytes]] = [
            (match.lastgroup, match[match.lastgroup])
            for match in _TOKEN.finditer(text)
            if match.lastgroup is not None
        ][::-1]
        self._values = values
        self._is_defined = is_defined

    def ternary(self) -> int | None:
        condition = self._binary(0)
        if not self._skip(b"?"):
            return condition
        first = self.ternary()
        self._need(b":")
        second = self.ternary()
        if condition is None:
            return first if first == second else None
        return first if condition else second

    def _binary(self, level: int) -> int | None:
        if level == len(_LEVELS):
            return self._unary()
        left = self._binary(level + 1)
        while self.tokens and self.tokens[-1][1] in _LEVELS[level]:
            operator = self.tokens.pop()[1]
            left = _result(operator, left, self._binary(level + 1))
        return left

    def _unary(self) -> int | None:
        for operator, apply in _UNARY.items():
            if self._skip(operator):
                value = self._unary()
                return None if value is None else apply(value)
        return self._primary()

    def _primary(self) -> int | None:
        if self._skip(b"("):
            value = self.ternary()
            self._need(b")")
            return value
        if not self.tokens:
            raise _UnreadableError
        kind, text = self.tokens.pop()
        if kind == "number":
            try:
                return value_of(text)
            except ValueError:  # 08 is neither octal nor decimal
                raise _UnreadableError from None
        if kind != "name":
            raise _UnreadableError
        if text == b"defined" and self._is_defined is not None:
            wrapped = self._skip(b"(")
            if not self.tokens or self.tokens[-1][0] != "name":
                raise _UnreadableError
            value = self._is_defined(self.tokens.pop()[1])
            if wrapped:
                self._need(b")")
            return value
        if self.tokens and self.tokens[-1][1] == b"(":
            self._skip_parentheses()
            return None
        return self._values(text)

    def _skip_parentheses(self) -> None:
        depth = 0
        while self.tokens:
            text = self.tokens.pop()[1]
            depth += {b"(": 1, b")": -1}.get(text, 0)
            if not depth:
                return
        raise _UnreadableError

    def _skip(self, text: bytes) -> bool:
        if self.tokens and self.tokens[-1][1] == text:
            self.tokens.pop()
            return True
        return False

    def _need(self, text: bytes) -> None:
        if not self._skip(text):
            raise _UnreadableError


_UNARY: dict[bytes, Callable[[int], int]] = {
    b"!": lambda value: int(not value),
    b"-": lambda value: -value,
    b"+": lambda value: value,
    b"~": lambda value: ~value,
}


def _result(operator: bytes, left: int | None, right: int | None) -> int | None:
    if operator == b"&&":
        if 0 in (left, right):
            return 0
        return None if None in (left, right) else 1
    if operator == b"||":
        if any(left_or_right not in (0, None) for left_or_right in (left, right)):
            return 1
        return None if None in (left, right) else 0
    if left is None or right is None:
        return None
    if operator in (b"/", b"%"):
        if right == 0:
            return None
        quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
        return quotient if operator == b"/" else left - quotient * right
    if operator in (b"<<", b">>"):
        if not 0 <= right < _SHIFT_LIMIT:
            return None
        return left << right if operator == b"<<" else left >> right
    return int(_PLAIN[operator](left, right))


_PLAIN: dict[bytes, Callable[[int, int], int]] = {
    b"|": lambda left, right: left | right,
    b"^": lambda left, right: left ^ right,
    b"&": lambda left, right: left & right,
    b"==": lambda left, right: left == right,
    b"!=": lambda left, right: left != right,
    b"<": lambda left, right: left < right,
    b">": lambda left, right: left > right,
    b"<=": lambda left, right: left <= right,
    b">=": lambda left, right: left >= right,
    b"+": lambda left, right: left + right,
    b"-": lambda left, right: left - right,
    b"*": lambda left, right: left * right,
}
