"""Static `__shared__` variables for builds with checks: each gets memory of its own.

In other builds such a variable is the OS thread's own. There an access beyond it lands in another
variable, and nobody could tell which of the OS thread's variables are shared by the block.
"""

from __future__ import annotations

from hipwright_server.cpu.device_code import declaration_in
from hipwright_server.cpu.functions import Functions
from hipwright_server.cpu.rewrite import Edit, replace
from hipwright_server.cpu.tokens import Token

_SHARED = b"__shared__"
_ENDS = (b";", b"{", b"}", b"=", b"(")
_SPECIFIERS = frozenset((_SHARED, b"__device__", b"static", b"volatile", b"const", b"extern"))


def rewrite_static_shared(
    content: bytes, tokens: list[Token], functions: Functions, *, in_macro: bool
) -> tuple[list[Edit], frozenset[int]]:
    """The edits for the declarations of one region, and the starts of the `__shared__` they take.

    `__shared__ T a[4], b;` declares references to memory that the runtime provides. What is not
    understood (a structure defined on the spot, a variable outside every function) stays.
    """
    edits: list[Edit] = []
    taken: set[int] = set()
    for position, token in enumerate(tokens):
        if token.text != _SHARED or token.start in taken:
            continue
        if not in_macro and not functions.on_device(token.start):
            continue
        start = position
        while start and tokens[start - 1].text in _SPECIFIERS:
            start -= 1
        end = _declaration_end(tokens, position)
        words = tokens[start : end or start]
        if end is None or any(word.text == b"extern" for word in words):
            continue
        declaration = declaration_in(tokens, start, end)
        if declaration is None or any(
            not name.isidentifier() for name, _ in _decoded(declaration.declarators)
        ):
            continue
        taken.update(word.start for word in words if word.text == _SHARED)
        text = b" ".join(
            _reference(declaration.element, name, suffix)
            for name, suffix in declaration.declarators
        )
        edits.append(
            replace(content, tokens[start].start, tokens[end].end, text, in_macro=in_macro)
        )
    return edits, frozenset(taken)


def _decoded(declarators: list[tuple[bytes, bytes]]) -> list[tuple[str, bytes]]:
    return [(name.decode("latin-1"), suffix) for name, suffix in declarators]


def _declaration_end(tokens: list[Token], position: int) -> int | None:
    """The `;` that ends a declaration without initialiser, or None."""
    depth = 0
    for index in range(position, len(tokens)):
        text = tokens[index].text
        if text == b"(" and tokens[index - 1].text in (b"__align__", b"alignas", b"__attribute__"):
            depth += 1
        elif depth and text in (b"(", b")"):
            depth += 1 if text == b"(" else -1
        elif not depth and text == b";":
            return index
        elif not depth and text in _ENDS and not _in_brackets(tokens, position, index):
            return None
    return None


def _in_brackets(tokens: list[Token], start: int, index: int) -> bool:
    """Whether a place is in the brackets of an array's extent: `x[(N + 1) * 2]`."""
    depth = 0
    for token in tokens[start:index]:
        depth += {b"[": 1, b"]": -1}.get(token.text, 0)
    return depth > 0


def _reference(element: bytes, name: bytes, suffix: bytes) -> bytes:
    if not suffix:
        what, pointer = element, element + b"*"
    else:
        what, pointer = element + suffix, b"%s(*)%s" % (element, suffix)
    return (
        b"static thread_local ::hipwright::SharedVariable hipwright_shared_%s; "
        b"[[maybe_unused]] auto& %s = *(%s)hipwright_shared_%s.get("
        b'sizeof(%s), 128, "%s");'
    ) % (name, name, pointer, name, what, name)
