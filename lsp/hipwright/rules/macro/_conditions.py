"""What the conditions of a file come to under nvcc, and under AMD's compiler."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from hipwright.finding import Edit
from hipwright.patterns import regex
from hipwright.rules.code import Code
from hipwright.rules.expression import evaluate
from hipwright.rules.warp._guards import CUDA_SWITCH, Directive, is_defined_on_amd
from hipwright.rules.warp._lexing import Span
from hipwright.source.occurrences import occurrences

ARCH = b"__CUDA_ARCH__"
COMPILERS = frozenset({b"__CUDACC__", b"__NVCC__"})
VERSIONS = frozenset({b"CUDA_VERSION", b"CUDART_VERSION", b"__CUDACC_VER_MAJOR__"})
# What nvcc 13 defines while it compiles for a new GPU. AMD's compiler defines none of it: `clang++
# -x hip -dM` and the headers of HIP 7.1.
_CUDA: dict[bytes, int] = {
    ARCH: 1200,
    b"__CUDACC__": 1,
    b"__NVCC__": 1,
    b"CUDA_VERSION": 13000,
    b"CUDART_VERSION": 13000,
    b"__CUDACC_VER_MAJOR__": 13,
    b"__CUDACC_VER_MINOR__": 0,
    b"__CUDACC_VER_BUILD__": 88,
}
NAMES = regex(rb"\b(?:" + b"|".join(_CUDA) + rb")\b")
# What a name may stand for that nobody knows: both are tried.
_GUESSES = (0, 1_000_000)
_AMD = regex(rb"__HIP|_HIP\b|HIPCC|\bHIP_|_HIP_|ROCM|AMD|_ROC[A-Z]")
_SPEAKS_OF_AMD = regex(rb"#include <hip/|ROCm\b|hipcc\b")
# What changes nothing of what is computed: comments, directives, asserts, stops of a debugger,
# fences that only the compiler reads, and words to NVIDIA's scheduler.
_WITHOUT_EFFECT = regex(
    rb"//[^\n]*|/\*.*?\*/|^[ \t]*#(?![ \t]*define)(?:[^\\\n]|\\.)*"
    rb"|\b(?:static_)?assert\s*\([^;]*;|\basm\s*(?:volatile\s*)?\(\s*\"\s*(?:brkpt[^\"]*)?\"[^;]*;"
    rb"|\b(?:__nanosleep|cudaTriggerProgrammatic\w+|cudaGridDependencySynchronize)\s*\([^;]*;",
    re.DOTALL | re.MULTILINE,
)
_DEFINITION = regex(rb"^[ \t]*#[ \t]*define(?:[^\\\n]|\\.)*", re.DOTALL | re.MULTILINE)
_STATEMENT = regex(rb"[;}]")
# A line that is surely a statement, and no end of a macro: what most branches hold.
_PLAIN = regex(
    rb"(?<!\\\n)^[ \t]*(?!static_assert|assert|asm|__nanosleep|cuda)\w[^;\\\n\"]*;[ \t]*$",
    re.MULTILINE,
)
_WITH_NAME = regex(rb"__CUDA_ARCH__\s*\)*\s*(?:[<>]=?|[!=]=)\s*\(*\s*[A-Za-z_]")
_COMMENT = regex(rb"//|/\*")


class Branch:
    """One `#if`, `#ifdef`, `#elif`, `#else` or the like, and what it holds."""

    def __init__(self, directive: Directive, body: Span, chain: list[Branch]) -> None:
        self.directive = directive
        self.body = body
        self.chain = chain  # all branches of its `#if`, this one too

    @property
    def is_first(self) -> bool:
        return self.chain[0] is self

    @property
    def later(self) -> list[Branch]:
        """The branches that come behind this one."""
        index = next(number for number, branch in enumerate(self.chain) if branch is self)
        return self.chain[index + 1 :]

    @property
    def following(self) -> Branch | None:
        """The branch that comes next, or None."""
        return next(iter(self.later), None)

    def text(self, code: Code) -> bytes:
        """What the branch holds."""
        return code.content[self.body[0] : self.body[1]]

    def thinks_of_amd(self, code: Code) -> bool:
        """Whether a branch of the same `#if` is there for AMD, or speaks of it."""
        return any(
            _AMD.search(branch.directive.condition)
            or next(occurrences(_SPEAKS_OF_AMD, branch.text(code)), None) is not None
            for branch in self.chain
        )


def knows_amd(code: Code) -> bool:
    """Whether a condition of the file asks for AMD, by any name: its author has thought of it."""
    return any(_AMD.search(directive.condition) for directive in code.directives)


def with_effect(text: bytes) -> bytes:
    """What a branch holds, without what changes nothing of what is computed."""
    return _WITHOUT_EFFECT.sub(b"", text)


def has_statements(text: bytes) -> bool:
    """Whether a branch computes or declares something, and does not only define macros."""
    if _PLAIN.search(text):
        return True
    return _STATEMENT.search(_DEFINITION.sub(b"", with_effect(text))) is not None


def branches(code: Code) -> Iterator[Branch]:
    """The branches of a file that AMD's compiler reads, by the end of their `#if`."""
    open_chains: list[list[Branch]] = []
    for directive in code.directives:
        keyword = directive.keyword
        if keyword in (b"if", b"ifdef", b"ifndef"):
            open_chains.append([])
        elif not open_chains:
            continue
        chain = open_chains[-1]
        if chain:
            chain[-1].body = (chain[-1].directive.end, directive.start)
        if keyword == b"endif":
            open_chains.pop()
            yield from (branch for branch in chain if code.is_seen(branch.directive.start))
        else:
            chain.append(Branch(directive, (directive.end, directive.end), chain))


def condition_of(directive: Directive) -> bytes:
    """The condition as an expression, without comments."""
    text = _COMMENT.split(directive.condition, maxsplit=1)[0]
    if directive.keyword in (b"ifdef", b"elifdef"):
        return b"defined(" + b"".join(text.split()[:1]) + b")"
    if directive.keyword in (b"ifndef", b"elifndef"):
        return b"!defined(" + b"".join(text.split()[:1]) + b")"
    return text


def differences(directive: Directive) -> tuple[bool, bool] | None:
    """Whether the branch is taken under nvcc, and for AMD; None where both agree."""
    condition = condition_of(directive)
    for guess in (None, *_GUESSES):
        if guess == 0 and _WITH_NAME.search(condition):
            continue  # a version has a number
        cuda = evaluate(condition, _values(_in_cuda, guess), _values(_in_cuda, guess, True))
        amd = evaluate(condition, _values(_on_amd, guess), _values(_on_amd, guess, True))
        if cuda is not None and amd is not None:
            if bool(cuda) != bool(amd):
                return bool(cuda), bool(amd)
            if guess is None:
                return None
    return None


def _in_cuda(name: bytes) -> int | None:
    if name in _CUDA:
        return _CUDA[name]
    if CUDA_SWITCH.fullmatch(name):
        return 1
    return 0 if is_defined_on_amd(name) else None


def _on_amd(name: bytes) -> int | None:
    if name in _CUDA or CUDA_SWITCH.fullmatch(name):
        return 0
    known = is_defined_on_amd(name)
    return None if known is None else int(known)


def _values(
    world: Callable[[bytes], int | None], guess: int | None, defined: bool = False
) -> Callable[[bytes], int | None]:
    def value(name: bytes) -> int | None:
        found = world(name)
        if found is None:
            found = guess
        return int(bool(found)) if defined and found is not None else found

    return value


def joined(directive: Directive, addition: bytes) -> tuple[Edit, ...]:
    """The edits that put ` || …` or ` && …` behind a condition; none where that cannot be done.

    Under nvcc the condition must come to what it did before: that is up to the addition.
    """
    keyword = directive.keyword
    code = _COMMENT.split(directive.condition, maxsplit=1)[0]
    expression = code.strip()
    if keyword in (b"elifdef", b"elifndef") or not expression or b"\\" in expression:
        return ()
    start = directive.end - len(directive.condition) + len(code) - len(code.lstrip())
    end = start + len(expression)
    if keyword in (b"if", b"elif"):
        other = b"&&" if addition.split()[0] == b"||" else b"||"
        if other not in expression and b"?" not in expression:
            return (Edit(end, end, addition),)
        return (Edit(start, start, b"("), Edit(end, end, b")" + addition))
    negation = b"!" if keyword == b"ifndef" else b""
    at = directive.end - len(directive.condition) - len(keyword)
    return (
        Edit(at, at + len(keyword), b"if"),
        Edit(start, end, negation + b"defined(" + expression + b")" + addition),
    )


def also_defined(directive: Directive, name: bytes, macro: bytes) -> tuple[Edit, ...]:
    """The edits that ask for `macro` wherever it is asked whether `name` is defined.

    None where the name is also used in another way.
    """
    if directive.keyword == b"ifdef":
        return joined(directive, b" || defined(" + macro + b")")
    if directive.keyword == b"ifndef":
        return joined(directive, b" && !defined(" + macro + b")")
    condition = condition_of(directive)
    asked = list(
        re.finditer(rb"(!\s*)?defined\s*(?:\(\s*%s\s*\)|\s%s\b)" % (name, name), condition)
    )
    if len(re.findall(rb"\b" + name + rb"\b", condition)) != len(asked):
        return ()
    start = directive.end - len(directive.condition)
    alone = len(asked) == 1 and asked[0].group() == condition.strip()
    edits = []
    for match in asked:
        text = b"!defined(%s) && !defined(%s)" if match[1] else b"defined(%s) || defined(%s)"
        text = text % (name, macro)
        edits.append(
            Edit(start + match.start(), start + match.end(), text if alone else b"(" + text + b")")
        )
    return tuple(edits)


def end_of(directive: Directive) -> int:
    """Where the text of a directive ends, without a comment behind it."""
    condition = _COMMENT.split(directive.condition, maxsplit=1)[0]
    return directive.end - len(directive.condition) + len(condition.rstrip())
