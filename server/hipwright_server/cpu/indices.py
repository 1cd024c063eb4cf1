"""`threadIdx.x` and its kin in device code, read so that a compiler can keep them in registers.

`threadIdx` is a variable that any store of an integer may change, as far as a compiler can tell, so
a loop over the threads of a block could not be vectorised. `threadIdx.x` becomes
`::hipwright::thread_index_x()`, which reads what no program stores. Both are always set: what is
left alone here, in doubt, is right and only slower.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hipwright_server.cpu.functions import Functions
from hipwright_server.cpu.rewrite import Edit, replace
from hipwright_server.cpu.tokens import Token, Tokens

_READ_BY = {
    b"threadIdx": b"thread_index",
    b"blockIdx": b"block_index",
    b"blockDim": b"block_size",
    b"gridDim": b"grid_size",
}
_MEMBERS = frozenset((b"x", b"y", b"z"))
_ASSIGNS = frozenset(b"= += -= *= /= %= &= |= ^= <<= >>= ++ --".split())


def names_declared(tokens: Tokens, functions: Functions) -> tuple[set[bytes], set[bytes]]:
    """The names that a file uses otherwise than to read a member, and those it hides for all.

    `dim3 blockDim(16)` in a function of the host is of the first kind: it matters to macros and to
    lambdas, which may mean it. A macro, a member of a class, or a variable outside all functions is
    of the second: device functions may mean it.
    """
    anywhere: set[bytes] = set()
    outside: set[bytes] = set()
    ends = [(function.start, function.end) for function in functions.device_bodies()]
    for directive in tokens.directives:
        words = {token.text for token in directive.tokens} & _READ_BY.keys()
        if not words or directive.name != b"define":
            continue
        outside |= {token.text for token in directive.tokens[: directive.body]} & words
        body = directive.tokens[directive.body :]
        anywhere |= {
            token.text
            for index, token in enumerate(body)
            if token.text in words and not _is_read(body, index)
        }
    depth = 0  # of parentheses
    for index, token in enumerate(tokens.code):
        if token.text == b"(":
            depth += 1
        elif token.text == b")":
            depth = max(depth - 1, 0)
        elif token.text in _READ_BY and not _is_read(tokens.code, index):
            anywhere.add(token.text)
            if any(start <= index <= end for start, end in ends):
                continue
            if not depth and not functions.in_host_function(token.start):
                outside.add(token.text)
    return anywhere | outside, outside


def rewrite_indices(
    content: bytes,
    tokens: Tokens,
    functions: Functions,
    declared: tuple[set[bytes], set[bytes]],
    others: Iterable[Edit],
) -> list[Edit]:
    """The edits for a file. `declared` is of the whole program; `others` are edits to keep out of.

    A function that uses a name in any other way than to read a member of it, or that stands inside
    a function of the host, is left alone.
    """
    anywhere, outside = declared
    edits: list[Edit] = []
    outermost_end = -1
    for function in functions.device_bodies():
        if function.body < outermost_end:
            continue
        outermost_end = function.end
        code = tokens.code[function.start : function.end + 1]
        names = set(_READ_BY) - outside
        if anywhere and functions.in_a_body(tokens.code[function.start].start):
            names -= anywhere  # a lambda, which may have captured the host's
        edits += _reads(content, code, names, in_macro=False)
    for directive in tokens.directives:
        if directive.name == b"define":
            body = directive.tokens[directive.body :]
            edits += _reads(content, body, set(_READ_BY) - anywhere, in_macro=True)
    taken = sorted((edit.start, edit.end) for edit in others)
    return list(_apart(sorted(edits), taken))


def _reads(content: bytes, code: list[Token], names: set[bytes], in_macro: bool) -> Iterator[Edit]:
    places: dict[bytes, list[int]] = {}
    for index, token in enumerate(code):
        if token.text in names:
            places.setdefault(token.text, []).append(index)
    for name, indices in places.items():
        if not all(_is_read(code, index) for index in indices):
            continue
        for index in indices:
            member = code[index + 2]
            text = b"::hipwright::%s_%s()" % (_READ_BY[name], member.text)
            yield replace(content, code[index].start, member.end, text, in_macro=in_macro)


def _is_read(code: list[Token], index: int) -> bool:
    """Whether the name at an index is followed by a member, and only the member's value is used."""
    following = [token.text for token in code[index + 1 : index + 4]]
    if len(following) < 2 or following[0] != b"." or following[1] not in _MEMBERS:
        return False
    if following[2:] and following[2] in _ASSIGNS | {b"##"}:
        return False
    before = [token.text for token in code[max(index - 3, 0) : index]]
    if not before:
        return True
    if before[-1] in (b".", b"->", b"::", b"++", b"--", b"##"):
        return False
    if before[-1] == b"&":  # of two operands, or the address?
        left = code[index - 2] if index > 1 else None
        return left is not None and (
            (left.kind != "mark" and left.text not in (b"return", b"case"))
            or left.text in (b")", b"]")
        )
    return not (before[-1] == b"=" and before[0] == b"&")  # a reference to it


def _apart(edits: list[Edit], taken: list[tuple[int, int]]) -> Iterator[Edit]:
    """Those of the sorted edits that touch no range of the sorted `taken`."""
    position = 0
    for edit in edits:
        while position < len(taken) and taken[position][1] <= edit.start:
            position += 1
        if position == len(taken) or taken[position][0] >= edit.end:
            yield edit
