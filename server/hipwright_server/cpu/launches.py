"""Kernel launches, rewritten into calls that a C++ compiler understands.

    kernel<T, (a > b)><<<grid, block, shared, stream>>>(x, y);

becomes, on the lines that it had,

    ::hipwright::launch("kernel<T, (a > b)>", __FILE__, __LINE__, grid, block, shared, stream)(
        [&](auto&... hipwright_a) { kernel<T, (a > b)>(hipwright_a...); }, x, y);

Calling through a generic lambda leaves deduced template arguments, default arguments, overloads and
function pointers to the compiler. One thing a generic lambda cannot pass on is a literal that only
as a literal converts to the parameter's type: `0` and `NULL` for a pointer, and `{…}`. Such
arguments are written into the lambda's body instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from hipwright_server.cpu.rewrite import Edit, replace
from hipwright_server.cpu.tokens import Token, matching, matching_before

# Words that a kernel's name cannot be part of, though they may stand in front of it.
_NOT_A_CALLEE = frozenset(
    b"return else do throw if while for switch case sizeof new delete co_return co_await".split()
)
_NULL = re.compile(rb"0+[uUlL]*|0[xX]0+[uUlL]*|NULL|__null")
_HIP_LAUNCH = b"hipLaunchKernelGGL"
_AS_FUNCTION = b"HIP_TEMPLATE_KERNEL_LAUNCH"
_HIP_KERNEL_NAME = b"HIP_KERNEL_NAME"
_HIP_CONFIGURATION = 4  # grid, block, shared memory, stream


def rewrite_launches(
    content: bytes, tokens: list[Token], *, in_macro: bool, is_plain: Callable[[bytes], bool]
) -> list[Edit]:
    """The edits for all launches in one region of a text: its code, or a macro's replacement.

    `is_plain` says whether a kernel of this name is known to need no threads that wait for each
    other; it is launched as a plain loop then.
    """
    edits: list[Edit] = []
    for index, token in enumerate(tokens):
        launch = None
        if token.text == b"<<<":
            launch = _chevrons(tokens, index)
        elif token.text == _HIP_LAUNCH:
            launch = _hip_launch(tokens, index, as_function=_AS_FUNCTION in content)
        if launch is not None:
            edits.extend(_edits(content, tokens, launch, in_macro, is_plain))
    return edits


class Launch(NamedTuple):
    """Where the parts of a launch are, as indices of tokens; `after` is never part of a range."""

    kernel: int
    kernel_after: int
    configuration: int
    configuration_after: int
    arguments: int
    arguments_after: int
    start: int
    end: int


def _edits(
    content: bytes,
    tokens: list[Token],
    launch: Launch,
    in_macro: bool,
    is_plain: Callable[[bytes], bool],
) -> list[Edit]:
    kernel_tokens = tokens[launch.kernel : launch.kernel_after]
    kernel = _one_line(kernel_tokens)
    plain = is_plain(kernel_name(kernel_tokens))
    # In a macro the kernel can be a parameter: the preprocessor has to make the string.
    name = b"HIPWRIGHT_NAME(%s)" % kernel if in_macro else _string_literal(kernel)
    head_start, head_end = tokens[launch.start].start, tokens[launch.configuration].start
    head = b"::hipwright::%s(%s, __FILE__, __LINE__, " % (
        b"launch_plain" if plain else b"launch",
        name,
    )
    arguments = Arguments(content, tokens[launch.arguments : launch.arguments_after])
    middle_start = tokens[launch.configuration_after - 1].end
    middle_end = tokens[launch.end].start
    if launch.arguments < launch.arguments_after:
        middle_end = tokens[launch.arguments].start
    parameters, passed = arguments.lambda_text()
    middle = b")([&](%s) { %s(%s); }%s" % (parameters, kernel, passed, arguments.separator())
    return [
        replace(content, head_start, head_end, head, in_macro=in_macro),
        replace(content, middle_start, middle_end, middle, in_macro=in_macro),
        *arguments.edits(in_macro),
    ]


def _chevrons(tokens: list[Token], opening: int) -> Launch | None:
    start = callee_start(tokens, opening)
    closing = _closing_chevrons(tokens, opening)
    if start is None or closing is None:
        return None  # not a launch: `operator<<<…>`, a merge conflict's marks, half a launch
    first, last = closing
    if first == opening + 1 or last + 1 >= len(tokens) or tokens[last + 1].text != b"(":
        return None
    end = matching(tokens, last + 1)
    if end is None:
        return None
    return Launch(start, opening, opening + 1, first, last + 2, end, start, end)


def _hip_launch(tokens: list[Token], index: int, *, as_function: bool) -> Launch | None:
    """`hipLaunchKernelGGL(kernel, grid, block, shared, stream, arguments…)`.

    The runtime has a macro of this name for what is left alone here. Sources that define
    HIP_TEMPLATE_KERNEL_LAUNCH get a function from HIP: commas of template arguments are no longer
    the preprocessor's.
    """
    if index + 1 >= len(tokens) or tokens[index + 1].text != b"(":
        return None
    end = matching(tokens, index + 1)
    if end is None or any(token.text in (b"##", b"__VA_OPT__") for token in tokens[index:end]):
        return None
    if as_function:
        _, separators = split_arguments(tokens[index + 2 : end])
        starts = {token.start for token in separators}
        commas = [at for at in range(index + 2, end) if tokens[at].start in starts]
    else:
        commas = _preprocessor_commas(tokens, index + 1, end)
    if len(commas) < _HIP_CONFIGURATION:
        return None
    kernel, kernel_after = index + 2, commas[0]
    if kernel >= kernel_after or tokens[kernel].text == b"__VA_ARGS__":
        return None
    if tokens[kernel].text == _HIP_KERNEL_NAME and tokens[kernel + 1].text == b"(":
        kernel, kernel_after = kernel + 2, kernel_after - 1
    more = len(commas) > _HIP_CONFIGURATION
    configuration_after = commas[_HIP_CONFIGURATION] if more else end
    arguments = configuration_after + 1 if more else end
    return Launch(
        kernel, kernel_after, commas[0] + 1, configuration_after, arguments, end, index, end
    )


def kernel_name(tokens: list[Token]) -> bytes:
    """The plain name in a kernel expression: `k` of `space::k<T>`; empty for a pointer."""
    name = b""
    for token in tokens:
        if token.text == b"<" and name:
            return name if tokens[-1].text == b">" else b""
        if token.is_word:
            name = token.text
        elif token.text != b"::":
            return b""
    return name


def _string_literal(text: bytes) -> bytes:
    return b'"%s"' % text.replace(b"\\", b"\\\\").replace(b'"', b'\\"')


class Arguments:
    """The arguments of a launch: which are passed, and which are written into the lambda."""

    def __init__(self, content: bytes, tokens: list[Token]) -> None:
        self._content = content
        self._pieces, self._commas = split_arguments(tokens)
        self._literal = [_must_stay_literal(piece) for piece in self._pieces]

    def lambda_text(self) -> tuple[bytes, bytes]:
        """The parameter list of the lambda, and the arguments it calls the kernel with."""
        if not any(self._literal):
            return b"auto&... hipwright_a", b"hipwright_a..."
        parameters: list[bytes] = []
        passed: list[bytes] = []
        for piece, literal in zip(self._pieces, self._literal, strict=True):
            if literal:
                passed.append(_one_line(piece))
            else:
                name = b"hipwright_a%d" % len(parameters)
                parameters.append(b"auto& " + name)
                passed.append(name)
        return b", ".join(parameters), b", ".join(passed)

    def separator(self) -> bytes:
        """What stands between the lambda and the arguments that are passed."""
        if all(self._literal):
            return b""
        if len(self._pieces) == 1 and self._pieces[0][0].text == b"__VA_ARGS__":
            return b" __VA_OPT__(,) "  # a launch macro that may get no arguments
        return b", "

    def edits(self, in_macro: bool) -> list[Edit]:
        """The edits that take the literal arguments, and their commas, out of the call."""
        if not any(self._literal):
            return []
        edits: list[Edit] = []
        kept_one = False
        commas: list[Token | None] = [None, *self._commas]  # the comma in front of each piece
        for piece, literal, comma in zip(self._pieces, self._literal, commas, strict=True):
            if comma is not None and (literal or not kept_one):
                edits.append(Edit(comma.start, comma.end, b""))
            if literal:
                start, end = piece[0].start, piece[-1].end
                edits.append(replace(self._content, start, end, b"", in_macro=in_macro))
            else:
                kept_one = True
        return edits


def callee_start(tokens: list[Token], end: int) -> int | None:
    """The index of the first token of the expression that ends before the token at `end`.

    Follows names, scopes, template arguments, calls, subscripts and members to the left:
    `space::kernel<T, (a > b)>`, `(*pointer)`, `table[i].kernel`, `prefix##_kernel`. None when no
    such expression ends there.
    """
    position = end  # the expression starts at this index
    need_operand = True
    while position > 0:
        token = tokens[position - 1]
        if need_operand:
            if token.text in (b")", b"]"):
                opening = matching_before(tokens, position - 1)
                if opening is None:
                    return None
                position = opening
                # `f(x)` and `t[i]` go on to the left; `(*pointer)` alone is whole.
                before = tokens[position - 1] if position else None
                need_operand = before is not None and (
                    (before.is_word and before.text not in _NOT_A_CALLEE)
                    or before.text in (b"]", b")", b">")
                )
                if before is not None and before.text == b")" and token.text == b")":
                    # `if (x) (*pointer)<<<…>>>` and `f(x)(y)<<<…>>>` look alike: a control word
                    # in front of the first group decides.
                    need_operand = not _is_condition(tokens, position - 1)
                if before is not None and before.text == b">":
                    need_operand = _template_opening(tokens, position - 1) is not None
            elif token.text == b">":
                opening = _template_opening(tokens, position - 1)
                if opening is None:
                    return None
                position = opening
            elif token.is_word and token.text not in _NOT_A_CALLEE and token.text != b"operator":
                position -= 1
                need_operand = False
            else:
                return None
        elif token.text in (b"::", b".", b"->", b"##"):
            position -= 1
            before = tokens[position - 1] if position else None
            qualified = before is not None and (
                (before.is_word and before.text not in _NOT_A_CALLEE)
                or before.text in (b">", b")", b"]")
            )
            if not qualified and token.text != b"::":
                return None
            need_operand = qualified
        elif token.text == b"template" and position < end:
            position -= 1  # `object.template kernel<T>`
        elif token.text == b"operator":
            return None
        else:
            break
    return None if need_operand else position


def _is_condition(tokens: list[Token], closing: int) -> bool:
    opening = matching_before(tokens, closing)
    if not opening:
        return True
    return tokens[opening - 1].text in (b"if", b"while", b"for", b"switch", b"constexpr")


def _template_opening(tokens: list[Token], closing: int) -> int | None:
    """The index of the `<` whose list of template arguments the `>` at `closing` ends, or None."""
    depth = 0
    position = closing
    while position >= 0:
        text = tokens[position].text
        if text in (b")", b"]", b"}"):
            opening = matching_before(tokens, position)
            if opening is None:
                return None
            position = opening
        elif text == b">":
            depth += 1
        elif text == b"<":
            depth -= 1
            if not depth:
                named = position > 0 and tokens[position - 1].is_word
                return position if named else None
        elif text in (b";", b"{", b"(", b"[", b"<<<"):
            return None
        position -= 1
    return None


def _closing_chevrons(tokens: list[Token], opening: int) -> tuple[int, int] | None:
    """The indices of the first and the last `>` of the `>>>` that ends a launch's configuration."""
    position = opening + 1
    spaced = tokens[opening].end - tokens[opening].start > len(b"<<<")  # then `>> >` ends it
    while position < len(tokens):
        text = tokens[position].text
        if text in (b"(", b"[", b"{"):
            closing = matching(tokens, position)
            if closing is None:
                return None
            position = closing
        elif text == b">":
            last = position
            while last + 1 < len(tokens) and (
                tokens[last + 1].text == b">" if spaced else _touching(tokens, last, b">")
            ):
                last += 1
            if last - position >= 2:  # `f<T>>>>`: the last three
                return last - 2, last
            position = last
        elif text in (b")", b"]", b"}", b";", b"<<<"):
            return None
        position += 1
    return None


def _touching(tokens: list[Token], index: int, text: bytes) -> bool:
    return tokens[index + 1].text == text and tokens[index + 1].start == tokens[index].end


def _preprocessor_commas(tokens: list[Token], opening: int, end: int) -> list[int]:
    """The commas that separate a macro call's arguments: only parentheses protect one."""
    commas: list[int] = []
    depth = 0
    for position in range(opening, end):
        text = tokens[position].text
        if text == b"(":
            depth += 1
        elif text == b")":
            depth -= 1
        elif text == b"," and depth == 1:
            commas.append(position)
    return commas


def split_arguments(tokens: list[Token]) -> tuple[list[list[Token]], list[Token]]:
    """The arguments in a list of tokens, and the commas between them.

    A comma inside brackets or template arguments separates nothing.
    """
    pieces: list[list[Token]] = [[]]
    commas: list[Token] = []
    position = 0
    while position < len(tokens):
        token = tokens[position]
        end = position
        if token.text in (b"(", b"[", b"{"):
            end = matching(tokens, position) or position
        elif token.text == b"<" and position and tokens[position - 1].is_word:
            end = _template_closing(tokens, position) or position
        if token.text == b"," and end == position:
            commas.append(token)
            pieces.append([])
        else:
            pieces[-1].extend(tokens[position : end + 1])
        position = end + 1
    return ([] if pieces == [[]] else pieces), commas


def _template_closing(tokens: list[Token], opening: int) -> int | None:
    """The index of the `>` that ends template arguments, or None where `<` rather compares."""
    depth = 0
    position = opening
    while position < len(tokens):
        text = tokens[position].text
        if text in (b"(", b"[", b"{"):
            closing = matching(tokens, position)
            if closing is None:
                return None
            position = closing
        elif text == b"<":
            depth += 1
        elif text == b">":
            depth -= 1
            if not depth:
                follows = tokens[position + 1].text if position + 1 < len(tokens) else b")"
                return position if follows in (b"(", b"{", b"::", b",", b")", b"&", b"*") else None
        elif text in (b";", b"&&", b"||", b")", b"]", b"}"):
            return None
        position += 1
    return None


def _must_stay_literal(piece: list[Token]) -> bool:
    if not piece:
        return False
    return piece[0].text == b"{" or (len(piece) == 1 and _NULL.fullmatch(piece[0].text) is not None)


def _one_line(tokens: list[Token]) -> bytes:
    """The tokens as text without line breaks and comments, spaced only where they were apart."""
    parts: list[bytes] = []
    for index, token in enumerate(tokens):
        if index and tokens[index - 1].end != token.start:
            parts.append(b" ")
        parts.append(re.sub(rb"\\\r?\n", b"", token.text))
    return b"".join(parts)
