"""What a program's files say about each other: its kernels, and which of them never wait."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path

from hipwright_server.cpu.device_code import has_spin
from hipwright_server.cpu.functions import Functions, words_in
from hipwright_server.cpu.indices import names_declared
from hipwright_server.cpu.tokens import Token, Tokens, tokenize

# Words that make a thread wait for others, or that reach code that we cannot look into.
_WAITS = (
    "__sync",
    "__shfl",
    "__ballot",
    "__any",
    "__all",
    "__activemask",
    "__match_",
    "__reduce_",
    "__threadfence",
    "__nanosleep",
    "__builtin_amdgcn",
    "__hip_",
    "__pipeline",
    "__barrier",
    "__spin",
)
_WAITING_WORDS = frozenset(
    b"""asm __asm__ __asm volatile goto cooperative_groups cg cub hipcub rocprim rocwmma nvcuda wmma
    warpSize __lane_id __syncwarp barrier sync printf assert atomicCAS atomicExch atomicCAS_system
    __ldcv __ldcg __hip_atomic_load __atomic_load_n __assert_fail std cuda thrust malloc free
    """.split()
)
# Followed by a parenthesis, yet no call.
_LANGUAGE = frozenset(
    b"""if for while switch return sizeof alignof decltype static_cast reinterpret_cast const_cast
    int unsigned float double char short long bool size_t static_assert constexpr alignas catch
    __attribute__ __align__ __restrict__ void signed auto noexcept defined
    """.split()
)
_INCLUDE = Path(__file__).parent / "include"
_HARMLESS_HEADERS = (
    "vector_types.h",
    "math.h",
    "bits.h",
    "rounding.h",
    "special_functions.h",
    "half.h",
    "bfloat16.h",
    "complex.h",
    "random/generators.h",
    "random/distributions.h",
    "random/device.h",
)
_C_MATH = b"""acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh erf erfc exp exp2
    expm1 fabs fdim floor fma fmax fmin fmod frexp hypot ilogb j0 j1 jn ldexp lgamma llrint llround
    log log10 log1p log2 logb lrint lround modf nearbyint nextafter pow remainder remquo rint round
    scalbln scalbn sin sincos sinh sqrt tan tanh tgamma trunc y0 y1 yn""".split()


@cache
def _harmless_words() -> frozenset[bytes]:
    """All names that the device library's headers without waiting mention."""
    words: set[bytes] = set()
    for name in _HARMLESS_HEADERS:
        path = _INCLUDE / "hipwright" / name
        if path.exists():
            found = tokenize(path.read_bytes())
            words.update(token.text for region in found.regions() for token in region)
    words.update(_C_MATH, (name + b"f" for name in _C_MATH))
    words.update(b"abs labs llabs isnan isinf isfinite signbit memcpy memset".split())
    words.update(b"atomic%s" % name for name in b"Add Sub Min Max And Or Xor Inc Dec".split())
    return frozenset(words)


class Program:
    """The functions, types and macros that the files of a program define, by their names."""

    def __init__(self) -> None:
        self.kernels: set[bytes] = set()
        self._bodies: dict[bytes, list[frozenset[bytes]]] = defaultdict(list)
        self._calls: dict[bytes, set[bytes]] = defaultdict(set)
        self._types: set[bytes] = set()
        self._plain: dict[bytes, bool] = {}
        self.own_indices: tuple[set[bytes], set[bytes]] = (set(), set())

    def add(self, tokens: Tokens, functions: Functions) -> None:
        """Learn what one file defines."""
        code = tokens.code
        for mine, added in zip(self.own_indices, names_declared(tokens, functions), strict=True):
            mine |= added
        for function in functions.device_bodies():
            if function.is_kernel:
                self.kernels.add(function.name)
            words = words_in(code, function)
            if has_spin(code, function):
                words.add(b"volatile")
            self._bodies[function.name].append(frozenset(words))
            self._calls[function.name] |= _called(code[function.body : function.end])
        for position, token in enumerate(code[:-1]):
            if token.text in (b"class", b"struct", b"union", b"using", b"enum"):
                self._types.add(code[position + 1].text)
            elif token.text == b"typedef":
                end = position
                while end < len(code) - 1 and code[end].text != b";":
                    end += 1
                self._types.add(code[end - 1].text)
        for directive in tokens.directives:
            if directive.name == b"define" and directive.tokens:
                name = directive.tokens[0].text
                body = directive.tokens[directive.body :]
                self._bodies[name].append(frozenset(token.text for token in body if token.is_word))
                self._calls[name] |= _called(body)

    def is_plain(self, name: bytes) -> bool:
        """Whether no thread of this kernel can wait for another one. When in doubt, False."""
        if name not in self.kernels:
            return False
        if name not in self._plain:
            self._plain[name] = self._never_waits(name, set())
        return self._plain[name]

    def _never_waits(self, name: bytes, seen: set[bytes]) -> bool:
        if name in seen:
            return True
        seen.add(name)
        for words in self._bodies[name]:
            if any(
                word in _WAITING_WORDS or word.decode("latin-1").startswith(_WAITS)
                for word in words
            ):
                return False
            # Object-like macros do not look like calls.
            if not all(self._never_waits(word, seen) for word in words if word in self._bodies):
                return False
        return all(
            called in self._bodies or called in self._types or called in _harmless_words()
            for called in self._calls[name]
        )


def _called(tokens: list[Token]) -> set[bytes]:
    """The names in front of a parenthesis or of template arguments."""
    called: set[bytes] = set()
    for position, token in enumerate(tokens[:-1]):
        if token.is_word and tokens[position + 1].text == b"(" and token.text not in _LANGUAGE:
            # `T x(3)` declares: the word in front of the name is one too.
            before = tokens[position - 1] if position else None
            if before is None or not before.is_word or before.text in _LANGUAGE | {b"else", b"do"}:
                called.add(token.text)
        elif token.text == b">" and tokens[position + 1].text == b"(":
            opening = position
            while opening and tokens[opening].text != b"<":
                opening -= 1
            if opening and tokens[opening - 1].is_word:
                called.add(tokens[opening - 1].text)
    return called - _LANGUAGE
