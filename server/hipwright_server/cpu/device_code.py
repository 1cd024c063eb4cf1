"""What must change inside device code so that a host compiler takes it, launches apart."""

from __future__ import annotations

from collections.abc import Mapping

from hipwright_server.cpu.functions import DEVICE, Function, Functions
from hipwright_server.cpu.rewrite import Edit, replace
from hipwright_server.cpu.tokens import Directive, Token, matching, matching_before
from hipwright_server.run import Dialect

_SHARED = b"__shared__"
_NOINLINE = b"__noinline__"
_SPECIFIERS = frozenset((_SHARED, DEVICE, b"static", b"volatile", b"const", b"extern"))
_ALIGNMENT = (b"__align__", b"alignas", b"__attribute__")
_LOCAL = [b"(", b"3", b")"]  # the address space of LDS
# What a text sees while the device's code is compiled, and what stands for it here.
_DEVICE_MACROS: dict[Dialect, dict[bytes, bytes]] = {
    "cuda": {b"__CUDA_ARCH__": b"HIPWRIGHT_CUDA_ARCH"},
    "hip": {b"__HIP_DEVICE_COMPILE__": b"1"},
}
DYNAMIC = b"::hipwright::dynamic_shared()"


class DynamicShared:
    """One `extern __shared__` declaration: where it is, and what it declares."""

    def __init__(
        self, start: int, end: int, element: bytes, declarators: list[tuple[bytes, bytes]]
    ):
        self.start = start  # byte offset of its first token
        self.end = end  # byte offset after its `;`
        self.element = element
        self.declarators = declarators  # (name, array suffix): (s, [][16])

    def reference(self, name: bytes, suffix: bytes) -> bytes:
        """A local declaration that gives `name` the type it was declared with."""
        if not suffix:
            return b"[[maybe_unused]] auto& %s = *(%s*)%s;" % (name, self.element, DYNAMIC)
        return b"[[maybe_unused]] auto& %s = *(%s(*)%s)%s;" % (name, self.element, suffix, DYNAMIC)

    def references(self) -> bytes:
        """The local declarations of all it declares."""
        return b" ".join(self.reference(name, suffix) for name, suffix in self.declarators)


def dynamic_shared(tokens: list[Token]) -> list[DynamicShared]:
    """All `extern __shared__` declarations in a list of tokens."""
    found: list[DynamicShared] = []
    for position, token in enumerate(tokens):
        if token.text != b"extern":
            continue
        end = position
        while end < len(tokens) and tokens[end].text not in (b";", b"{", b"}", b"("):
            end = _after_attribute(tokens, end) if tokens[end].text in _ALIGNMENT else end + 1
        start = position
        while start and tokens[start - 1].text in _SPECIFIERS:
            start -= 1
        if end == len(tokens) or tokens[end].text != b";":
            continue
        if not any(word.text == _SHARED for word in tokens[start:end]):
            continue
        declaration = declaration_in(tokens, start, end)
        if declaration is not None:
            found.append(declaration)
    return found


def _after_attribute(tokens: list[Token], position: int) -> int:
    if position + 1 < len(tokens) and tokens[position + 1].text == b"(":
        end = matching(tokens, position + 1)
        if end is not None:
            return end + 1
    return position + 1


def declaration_in(tokens: list[Token], start: int, end: int) -> DynamicShared | None:
    """The shared variables that the tokens from `start` to the `;` at `end` declare, or None."""
    kept: list[Token] = []
    position = start
    while position < end:
        if tokens[position].text in _ALIGNMENT:
            position = _after_attribute(tokens, position)
            continue
        if tokens[position].text not in (b"extern", _SHARED, DEVICE, b"static"):
            kept.append(tokens[position])
        position += 1
    # The first declarator's name is the last word before a `[`, a `,` or the end, outside <…>.
    depth = 0
    name_at = None
    for index, token in enumerate(kept):
        if token.text == b"<":
            depth += 1
        elif token.text == b">":
            depth -= 1
        elif depth == 0 and token.text in (b"[", b","):
            name_at = index - 1
            break
    else:
        name_at = len(kept) - 1
    if name_at is None or name_at < 1 or not kept[name_at].is_word:
        return None
    element = b" ".join(token.text for token in kept[:name_at])
    declarators: list[tuple[bytes, bytes]] = []
    index = name_at
    while index < len(kept):
        name = kept[index].text
        index += 1
        suffix = b""
        while index < len(kept) and kept[index].text != b",":
            suffix += kept[index].text
            index += 1
        declarators.append((name, suffix))
        index += 1
    return DynamicShared(tokens[start].start, tokens[end].end, element, declarators)


def rewrite_dynamic_shared(
    content: bytes, code: list[Token], macros: list[Directive], functions: Functions
) -> list[Edit]:
    """Each `extern __shared__` becomes a reference to the block's dynamic shared memory.

    One at namespace scope is taken out, and declared in every function that uses its name.
    """
    edits: list[Edit] = []
    for declaration in dynamic_shared(code):
        inside = functions.on_device(declaration.start) or functions.in_host_function(
            declaration.start
        )
        text = declaration.references() if inside else b""
        edits.append(replace(content, declaration.start, declaration.end, text))
        if not inside:
            for name, suffix in declaration.declarators:
                reference = declaration.reference(name, suffix)
                edits.extend(_uses(code, macros, functions, declaration, name, reference))
    for macro in macros:
        body = macro.tokens[macro.body :]
        for declaration in dynamic_shared(body):
            edits.append(
                replace(
                    content,
                    declaration.start,
                    declaration.end,
                    declaration.references(),
                    in_macro=True,
                )
            )
    return edits


def _uses(
    code: list[Token],
    macros: list[Directive],
    functions: Functions,
    declaration: DynamicShared,
    name: bytes,
    reference: bytes,
) -> list[Edit]:
    words = {name}
    for macro in macros:
        if any(token.text == name for token in macro.tokens[macro.body :]):
            words.add(macro.tokens[0].text)
    edits: list[Edit] = []
    outermost_end = -1
    for function in functions.device_bodies():
        if function.body < outermost_end or code[function.body].start < declaration.start:
            continue  # a lambda in a body that already has it
        outermost_end = function.end
        body = code[function.body : function.end]
        own_parameter = any(
            token.text == name for token in code[function.parameters : function.body]
        )
        if own_parameter or not any(token.text in words for token in body):
            continue
        place = code[function.body].end
        if _declares(body, name):  # its own variable of that name must be in a scope within
            end = code[function.end].start
            edits += [Edit(place, place, b" %s {" % reference), Edit(end, end, b"}")]
        else:
            edits.append(Edit(place, place, b" " + reference))
    return edits


def _declares(body: list[Token], name: bytes) -> bool:
    """Whether a name may be declared in a function's body: it follows a word, `*`, `&` or `>`."""
    return any(
        token.text == name
        and (body[index - 1].text in (b"*", b"&", b">") or body[index - 1].is_word)
        and body[index - 1].text != b"return"
        for index, token in enumerate(body)
        if index
    )


def rewrite_attributes(
    content: bytes, tokens: list[Token], *, in_macro: bool, done: frozenset[int] = frozenset()
) -> list[Edit]:
    """`__noinline__` outside `__attribute__`, and an alignment in front of a variable's name.

    `done` are the starts of the `__shared__` whose declarations are rewritten as a whole.
    `__noinline__` cannot be a macro: libstdc++ writes `__attribute__((__noinline__))`.
    """
    edits: list[Edit] = []
    for position, token in enumerate(tokens):
        if token.text == _NOINLINE:
            before = tokens[position - 1].text if position else b""
            if before not in (b"(", b",", b"::"):
                edits.append(Edit(token.start, token.end, b"__attribute__((noinline))"))
        elif token.text == _SHARED and token.start not in done:
            edits.extend(_early_alignment(content, tokens, position, in_macro))
    return edits


def _early_alignment(
    content: bytes, tokens: list[Token], shared: int, in_macro: bool
) -> list[Edit]:
    """`__shared__ T __align__(8) x` → `__shared__ __align__(8) T x`, which g++ takes.

    `__shared__ alignas(8) T x` → `alignas(8) __shared__ T x`, which clang takes.
    """
    before = shared
    while before and tokens[before - 1].text in _SPECIFIERS:
        before -= 1
    position = shared + 1
    if any(token.text == b"extern" for token in tokens[before : position + 1]):
        return []  # dynamic: rewritten as a whole
    while position < len(tokens) and tokens[position].text not in (b";", b"=", b"[", b"{", b"("):
        if tokens[position].text in (b"__align__", b"alignas"):
            end = _after_attribute(tokens, position)
            start, stop = tokens[position].start, tokens[end - 1].end
            attribute = b"".join(token.text for token in tokens[position:end])
            if position > shared + 1:
                place, attribute = tokens[shared].end, b" " + attribute
            elif tokens[position].text == b"alignas":  # clang wants it in front of everything
                place, attribute = tokens[before].start, attribute + b" "
            else:
                return []
            return [
                Edit(place, place, attribute),
                replace(content, start, stop, b"", in_macro=in_macro),
            ]
        position += 1
    return []


def rewrite_address_spaces(content: bytes, tokens: list[Token], *, in_macro: bool) -> list[Edit]:
    """`(__attribute__((address_space(3))) T*)(x)` → a function that finds the block's memory."""
    edits: list[Edit] = []
    words = [token.text for token in tokens]
    for position, token in enumerate(tokens):
        if token.text != b"address_space" or words[position + 1 : position + 4] != _LOCAL:
            continue
        start = position - 4  # `(`, `__attribute__`, `(`, `(`
        if start < 0 or words[start] != b"(" or words[start + 1] != b"__attribute__":
            continue
        end = matching(tokens, start)
        if end is None or words[end - 1] != b"*" or words[end + 1 : end + 2] != [b"("]:
            continue
        pointee = b" ".join(words[position + 6 : end - 1])
        text = b"::hipwright::local_pointer<%s>" % pointee
        edits.append(
            replace(content, tokens[start].start, tokens[end].end, text, in_macro=in_macro)
        )
    return edits


def rewrite_spins(code: list[Token], functions: Functions) -> list[Edit]:
    """Empty loops that wait for another thread give way to it: `while (flag == 0);`."""
    edits = [edit for function in functions.device_bodies() for edit in _spins(code, function)]
    return list(dict.fromkeys(edits))  # a lambda's body is part of its function's


def has_spin(code: list[Token], function: Function) -> bool:
    """Whether a function has an empty loop."""
    return bool(_spins(code, function))


def _spins(code: list[Token], function: Function) -> list[Edit]:
    edits: list[Edit] = []
    for position in range(function.body, function.end):
        if code[position].text != b"while" or code[position + 1].text != b"(":
            continue
        end = matching(code, position + 1)
        if end is None:
            continue
        body = matching_before(code, position - 1) if code[position - 1].text == b"}" else None
        if body is not None and code[body - 1].text == b"do":
            if body + 1 == position - 1:
                edits.append(_spin(code[body].end, b";"))
        elif code[end + 1].text == b";":
            edits.append(_spin(code[end].end, b""))
        elif code[end + 1].text == b"{" and code[end + 2].text == b"}":
            edits.append(_spin(code[end + 1].end, b";"))
    return edits


def _spin(place: int, after: bytes) -> Edit:
    return Edit(place, place, b" ::hipwright::spin()" + after)


def rewrite_kernel_pointers(code: list[Token], kernels: frozenset[bytes]) -> list[Edit]:
    """`(void*)kernel` loses the kernel's type: the runtime is told of it first."""
    edits: list[Edit] = []
    for position, token in enumerate(code):
        if token.text not in kernels or not token.is_word or not position:
            continue
        start = position
        while start >= 2 and code[start - 1].text == b"::" and code[start - 2].is_word:
            start -= 2
        if code[start - 1].text == b"&":
            start -= 1
        wrapped = code[start - 1].text == b"("
        cast_end = start - 2 if wrapped else start - 1
        if cast_end < 0 or not _is_void_cast(code, cast_end, wrapped):
            continue
        end = position
        if position + 1 < len(code) and code[position + 1].text == b"<":
            closing = _closing_angle(code, position + 1)
            if closing is None:
                continue
            end = closing
        name = b"".join(token.text for token in code[start : end + 1]).lstrip(b"&")
        edits.append(Edit(code[start].start, code[start].start, b"::hipwright::kernel_pointer("))
        edits.append(Edit(code[end].end, code[end].end, b', "%s")' % name.replace(b'"', b'\\"')))
    return edits


def _is_void_cast(code: list[Token], end: int, wrapped: bool) -> bool:
    """Whether a cast to a pointer to void, `(const void*)` or `…_cast<void*>`, ends at `end`."""
    closing = code[end].text
    if closing == b")":
        opening = matching_before(code, end)
    elif closing == b">" and wrapped:
        opening = end
        while opening > 0 and code[opening].text != b"<":
            opening -= 1
        if not opening or not code[opening - 1].text.endswith(b"_cast"):
            return False
    else:
        return False
    if opening is None:
        return False
    inner = [token.text for token in code[opening + 1 : end]]
    return sorted(word for word in inner if word != b"const") == [b"*", b"void"]


def _closing_angle(code: list[Token], opening: int) -> int | None:
    depth = 0
    position = opening
    while position < len(code):
        text = code[position].text
        if text in (b"(", b"["):
            closing = matching(code, position)
            if closing is None:
                return None
            position = closing
        elif text == b"<":
            depth += 1
        elif text == b">":
            depth -= 1
            if not depth:
                return position
        elif text in (b";", b"{", b"}", b")"):
            return None
        position += 1
    return None


def rewrite_device_macros(
    content: bytes,
    code: list[Token],
    directives: list[Directive],
    functions: Functions,
    dialect: Dialect,
) -> list[Edit]:
    """`__CUDA_ARCH__`, and `__HIP_DEVICE_COMPILE__` in HIP, mean what they mean where they stand.

    A GPU's compiler reads a text twice, once for the device and once for the host; here it is read
    once. In functions that can run on the device, and at namespace scope, the device's reading
    holds; in functions of the host alone, and for `#ifndef __CUDA_ARCH__` without an `#else`
    at namespace scope (code for the host only), the host's. Headers of others are not touched and
    see the host's reading.
    """
    macros = _DEVICE_MACROS[dialect]
    edits: list[Edit] = []
    for index, directive in enumerate(directives):
        names = [token for token in directive.tokens if token.text in macros]
        if not names or directive.name in (b"undef", b"include", b"error", b"pragma", b"warning"):
            continue
        if functions.in_host_function(directive.start):
            continue
        if directive.name in (b"ifdef", b"ifndef"):
            if (
                directive.name == b"ifndef"
                and not functions.on_device(directive.start)
                and not _has_else(directives, index)
            ):
                continue
            head_end = directive.tokens[0].end
            text = b"#if 1" if directive.name == b"ifdef" else b"#if 0"
            edits.append(replace(content, directive.start, head_end, text, in_macro=True))
        elif directive.name in (b"if", b"elif"):
            if (
                directive.name == b"if"
                and not functions.on_device(directive.start)
                and _is_host_only_test(directive, macros)
                and not _has_else(directives, index)
            ):
                continue
            edits.extend(_conditions(content, directive.tokens, macros))
        elif directive.name == b"define" and directive.tokens[0].text not in macros:
            for token in directive.tokens[directive.body :]:
                if token.text in macros:
                    edits.append(Edit(token.start, token.end, macros[token.text]))
    for token in code:
        if token.text in macros and not functions.in_host_function(token.start):
            edits.append(Edit(token.start, token.end, macros[token.text]))
    return edits


def rewrite_compiler_macro(code: list[Token], directives: list[Directive]) -> list[Edit]:
    """What asks for `__HIP__`, which clang defines for HIP, asks for `__HIPCC__`, which is here.

    The macro itself stays undefined: libraries take it to mean that a GPU is compiled for.
    """
    tokens = [*code]
    for directive in directives:
        if directive.name not in (b"undef", b"include", b"error", b"warning"):
            tokens += directive.tokens
    return [
        Edit(token.start, token.end, b"__HIPCC__") for token in tokens if token.text == b"__HIP__"
    ]


def _conditions(content: bytes, tokens: list[Token], macros: Mapping[bytes, bytes]) -> list[Edit]:
    edits: list[Edit] = []
    for position, token in enumerate(tokens):
        if token.text not in macros:
            continue
        start, end, text = token.start, token.end, macros[token.text]
        if position and tokens[position - 1].text == b"defined":
            start, text = tokens[position - 1].start, b"1"
        elif position > 1 and tokens[position - 2].text == b"defined":
            start, end, text = tokens[position - 2].start, tokens[position + 1].end, b"1"
        edits.append(replace(content, start, end, text, in_macro=True))
    return edits


def _is_host_only_test(directive: Directive, macros: Mapping[bytes, bytes]) -> bool:
    text = b"".join(token.text for token in directive.tokens)
    return any(
        text in (b"!defined(%s)" % name, b"!defined%s" % name, b"!%s" % name) for name in macros
    )


def _has_else(directives: list[Directive], index: int) -> bool:
    depth = 0
    for directive in directives[index + 1 :]:
        if directive.name in (b"if", b"ifdef", b"ifndef"):
            depth += 1
        elif directive.name == b"endif":
            if not depth:
                return False
            depth -= 1
        elif directive.name in (b"else", b"elif", b"elifdef", b"elifndef") and not depth:
            return True
    return False


__all__ = [
    "declaration_in",
    "dynamic_shared",
    "has_spin",
    "rewrite_attributes",
    "rewrite_compiler_macro",
    "rewrite_device_macros",
    "rewrite_dynamic_shared",
    "rewrite_kernel_pointers",
    "rewrite_spins",
]
