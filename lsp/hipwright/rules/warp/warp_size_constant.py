"""WARP003: constants that say that a warp has 32 lanes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from hipwright.finding import Finding, Related, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.included import Header
from hipwright.rules.warp._code import OWN_HALF, Dialect, WarpCode, warp_code
from hipwright.rules.warp._lexing import Span
from hipwright.rules.warp._names import Declaration, declarations
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.source.occurrences import places_of

_NAME = regex(
    rb"\w*warp_?si?z(?:e|es)?\w*|k?warp(?:_?(?:width|threads|lanes))?|warp_?sz|ws"
    rb"|(?:num_|n)?lanes(?:_per_warp)?|threads_per_warp",
    re.IGNORECASE,
)
# What stands before a 32 that is the value of a name; `1 << 5` is one too.
_DEFINES = regex(rb"(?:#[ \t]*define[ \t]+(\w+)[ \t]+|(\w+)[ \t]*[={][ \t]*)[( \t]*$")
_BEFORE_VALUE = (b" ", b"\t", b"=", b"(", b"{")
_VALUES = (b"32", b"0x20", b"1 << 5", b"1<<5")
_LIMIT = 12  # related places shown; more of them say no more


class WarpSizeConstant(FileRule):
    """A constant for 32 lanes is right as long as all that uses it keeps groups of 32 lanes.

    Widening it to 64 is seldom the answer: the same constant counts lanes, sizes tiles and arrays,
    and stands for the bits of a word. A port keeps it, and keeps groups of 32 lanes. It is wrong
    beside shuffles, votes and counts that take in a whole wavefront of 64.
    """

    code = "WARP003"
    title = "Warp size of 32"
    severity = Severity.HINT
    source = "HIP porting guide: warpSize; measured on public ports"
    hazards = ("HW012", "HW017")
    triggers = (
        b"warpSize",
        b"WARP_SIZE",
        b"WarpSize",
        b"warp_size",
        b"__shfl",
        b"__ballot",
        b"__any",
        b"__all",
        b"__syncwarp",
        b"__match_",
    )
    examples = (
        Example(
            before=(
                "#define WARP_SIZE 32\n"
                "__device__ float sum(float v) {\n"
                "  for (int d = WARP_SIZE / 2; d > 0; d /= 2) v += __shfl_down(v, d, WARP_SIZE);\n"
                "  return v;\n"
                "}\n"
            ),
            after=(
                "#define WARP_SIZE 32\n"
                "__device__ float sum(float v) {\n"
                "  for (int d = WARP_SIZE / 2; d > 0; d /= 2) v += __shfl_down(v, d, WARP_SIZE);\n"
                "  return v;\n"
                "}\n"
            ),
            why="A hint: right as it stands, for groups of 32 lanes.",
        ),
        Example(
            before=(
                "#include <hip/hip_runtime.h>\n"
                "constexpr int kWarpSize = 32;\n"
                "__device__ float first(float v) {\n"
                "  return threadIdx.x % kWarpSize ? __shfl(v, 0) : v;\n"
                "}\n"
            ),
            after=(
                "#include <hip/hip_runtime.h>\n"
                "constexpr int kWarpSize = 32;\n"
                "__device__ float first(float v) {\n"
                "  return threadIdx.x % kWarpSize ? __shfl(v, 0) : v;\n"
                "}\n"
            ),
            why="A warning: the shuffle reads from 64 lanes, the constant counts 32.",
        ),
        Example(
            before=(
                "#define warpSize 32\n"
                "__global__ void k(int *p) { p[threadIdx.x / warpSize] = __shfl(p[0], 0, 32); }\n"
            ),
            after=(
                "#define warpSize 32\n"
                "__global__ void k(int *p) { p[threadIdx.x / warpSize] = __shfl(p[0], 0, 32); }\n"
            ),
            why="A warning: it hides HIP's own `warpSize`, in HIP's headers too.",
        ),
        Example(
            before="#define TILE 32\n__global__ void k(float *p) { p[threadIdx.x / TILE] = 0; }\n",
            after=None,
            why="The size of a tile.",
        ),
        Example(
            before=(
                "#include <hip/hip_runtime.h>\n"
                "#define WARP_SIZE 32\n"
                "const int max_threads_per_particle = WARP_SIZE;\n"
            ),
            after=(
                "#include <hip/hip_runtime.h>\n"
                "#define WARP_SIZE 32\n"
                "const int max_threads_per_particle = WARP_SIZE;\n"
            ),
            why="A hint: in a header of HIP code, for kernels elsewhere.",
        ),
        Example(
            before="#define WARP_SIZE 32\nint blocks(int n) { return n / WARP_SIZE; }\n",
            after=None,
            why="No code for warps here.",
        ),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        """The findings of the whole source."""
        code = warp_code(source)
        for name in sorted(_names(source.content)):
            found = [each for each in declarations(source, name) if code.is_seen(each.start)]
            values = [each for each in found if each.value is not None]
            narrow = [each for each in values if _is_32(code, each)]
            # One that is something else in another branch knows of other warps already.
            macros = {each.value for each in values if each.kind == "macro"}
            if len(macros) > 1:
                continue
            for declaration in narrow:
                if len(name) > 2 or _says_warp(code, declaration):
                    yield from self._check_own(code, name, declaration)
        for header in code.headers.all:
            for name in sorted(_names_of(header)):
                if name in source.content:
                    yield from self._check_included(code, name, header)

    def _check_own(
        self, code: WarpCode, name: bytes, declaration: Declaration
    ) -> Iterator[Finding]:
        uses = _uses(code, name, declaration)
        at = declaration.start, declaration.end
        if name == b"warpSize" and declaration.kind == "macro":
            yield self._finding(
                name,
                at,
                "This hides HIP's own `warpSize`, and breaks HIP's headers when they come after it:"
                " give the constant another name.",
                [Related(*use, "32 here.") for use in uses],
                Severity.WARNING,
            )
            return
        yield from self._check(code, name, uses, at, declaration.kind == "template parameter", [])

    def _check_included(self, code: WarpCode, name: bytes, header: Header) -> Iterator[Finding]:
        """The findings of a constant that a header defines, at its first use."""
        constant = code.headers.constant(name)
        if constant is None or constant.header is not header or declarations(code.source, name):
            return
        value = constant.declaration.value
        if constant.declaration.is_array or not value or code.number(value, 0) != 32:
            return
        uses = _uses(code, name, None)
        if uses:
            message = f"`{name.decode()}` is defined in {constant.described}."
            defined = Related(*uses[0], message, constant.place)
            yield from self._check(code, name, uses, uses[0], False, [defined])

    def _check(
        self,
        code: WarpCode,
        name: bytes,
        uses: list[Span],
        at: Span,
        is_parameter: bool,
        defined: list[Related],
    ) -> Iterator[Finding]:
        if not uses:
            return
        others = [use for use in uses if use != at]
        if not (code.calls or code.builtin_warp_sizes):
            if code.dialect is Dialect.HIP and not is_parameter:
                yield self._finding(
                    name,
                    at,
                    f"`{name.decode()}` is 32, in HIP code: a wavefront has 64 lanes on many GPUs.",
                    defined + [Related(*use, _role(code, use)) for use in others],
                    Severity.HINT,
                )
            return
        text = name.decode()
        may_differ = code.dialect is Dialect.CUDA or is_parameter
        wide = [] if may_differ else _wavefront_wide(code, uses)
        if wide:
            yield self._finding(
                name,
                at,
                f"`{text}` is 32, and the code that uses it also works on whole wavefronts: wrong"
                " on a wavefront of 64.",
                defined + _both(code, uses, wide),
                Severity.WARNING,
            )
            return
        yield self._finding(
            name,
            at,
            f"`{text}` stays 32: the code keeps groups of 32 lanes, on a wavefront of 64 too"
            f" ({len(uses)} {'use' if len(uses) == 1 else 'uses'}).",
            defined + [Related(*use, _role(code, use)) for use in others],
            Severity.HINT,
        )

    def _finding(
        self,
        name: bytes,
        at: Span,
        message: str,
        related: list[Related],
        severity: Severity,
    ) -> Finding:
        return Finding(
            self.code,
            severity,
            message,
            *at,
            related=tuple(related[:_LIMIT]),
            name=name.decode(),
        )


def _names(content: bytes) -> set[bytes]:
    """Names that sound like a warp's size, and are given the value 32 somewhere."""
    found: set[bytes] = set()
    for value in _VALUES:
        position = content.find(value)
        while position >= 0:
            if content[position - 1 : position] in _BEFORE_VALUE:
                line = content.rfind(b"\n", 0, position) + 1
                match = _DEFINES.search(content, line, position)
                name = (match.group(1) or match.group(2)) if match else b""
                if _NAME.fullmatch(name):
                    found.add(name)
            position = content.find(value, position + 1)
    return found


@lru_cache(maxsize=512)
def _names_of(header: Header) -> frozenset[bytes]:
    """The same of a header; of short names, those whose line speaks of warps."""
    content = header.source.content
    return frozenset(
        name
        for name in _names(content)
        if len(name) > 2
        or re.search(rb"(?i)^(?=.*warp).*\b" + name + rb"\b", content, re.MULTILINE)
    )


def _is_32(code: WarpCode, declaration: Declaration) -> bool:
    if declaration.value is None or declaration.is_array:
        return False
    if not declaration.is_constant and declaration.kind not in ("template parameter",):
        return False
    return code.number(declaration.value, declaration.start) == 32


def _says_warp(code: WarpCode, declaration: Declaration) -> bool:
    """Whether the line of a declaration speaks of warps, where its name hardly does."""
    lines = code.source.lines
    start, end = lines.line_bounds(lines.line_of(declaration.start))
    return b"warp" in code.content[start:end].lower()


def _uses(code: WarpCode, name: bytes, declaration: Declaration | None) -> list[Span]:
    """Where a constant is used that is declared here, or in a header where None."""
    found = [
        (start, start + len(name))
        for start in places_of(name, code.content)
        if not code.content.endswith(b".", 0, start) and code.is_code(start, start + len(name))
    ]
    if declaration is None:
        return found
    return [
        use
        for use in found
        if use[0] != declaration.start
        and (declaration.kind == "macro" or code.declaration(name, use[0]) == declaration)
    ]


def _both(code: WarpCode, uses: list[Span], wide: list[Span]) -> list[Related]:
    """What takes in a wavefront, and the uses of 32 in the same functions, in order."""
    functions = {code.function_at(start) for start, _ in wide}
    found = [Related(*span, "All lanes of the wavefront.") for span in wide]
    for use in uses:
        role = _role(code, use)
        if role in _COUNTS and code.function_at(use[0]) in functions:
            found.append(Related(*use, role))
    return sorted(found, key=lambda related: related.start)


def _wavefront_wide(code: WarpCode, uses: list[Span]) -> list[Span]:
    """What takes in a whole wavefront, in the functions that use the constant."""
    functions = {code.function_at(start) for start, _ in uses} - {None}
    found: list[Span] = []
    for call in code.calls:
        # `__shfl_down` and `__shfl_xor` of less than 32 mostly stay in their group, or go unused.
        whole = (call.name in (b"__shfl", b"__shfl_up") and len(call.arguments) == 2) or (
            call.operation in (b"__ballot", b"__activemask")
            and not OWN_HALF.match(code.content, call.stop)
        )
        if whole and code.function_at(call.start) in functions:
            found.append((call.start, call.end))
    found.extend(span for span in code.builtin_warp_sizes if code.function_at(span[0]) in functions)
    return sorted(found)


_ROLES = (
    (regex(rb"(?:%|&\s*\(?)\s*$"), "counts lanes"),
    (regex(rb"/\s*$"), "counts warps"),
    (regex(rb"\[[^\]]*$"), "sizes an array"),
    (regex(rb"(?:<<<|dim3\s*\w*\s*\()[^;]*$"), "sizes a block or a grid"),
)
# Roles of a constant that are wrong beside what takes in a whole wavefront.
_COUNTS = ("Counts lanes.", "Counts warps.")


def _role(code: WarpCode, use: Span) -> str:
    """What a use of the constant is for, as far as what stands before it tells."""
    line = code.source.lines.line_of(use[0])
    start, _ = code.source.lines.line_bounds(line)
    before = code.content[start : use[0]]
    if re.search(rb"__shfl\w*\s*\([^;]*$", before):
        return "Width or step of a shuffle."
    if re.search(rb"\bfor\s*\([^;]*=\s*\(?\s*$", before):
        return "Steps of a loop over lanes."
    for pattern, role in _ROLES:
        if pattern.search(before):
            return role[0].upper() + role[1:] + "."
    return "32 here."
