"""WARP002: lane masks kept in 32 bits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hipwright.finding import Edit, Finding, Fix, Related, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.warp._code import OWN_HALF, Dialect, Mask, WarpCall, WarpCode, warp_code
from hipwright.rules.warp._names import Declaration, Width, width_of_type
from hipwright.rules.warp._rewrite import enclosing_expression, vote
from hipwright.rules.warp._wrappers import ballot_macros
from hipwright.settings import Settings
from hipwright.source import Source

# Masks that WARP001 leaves alone in HIP code.
_LEFT_ALONE = (Mask.WIDE, Mask.GIVEN, Mask.UNKNOWN, Mask.LONG)
_GIVES_MASK = frozenset({b"__ballot", b"__activemask", b"__match_any", b"__match_all"})

# Functions of 32 bits, and their twins of 64 with the same meaning.
_TWINS = {b"__popc": b"__popcll", b"__ffs": b"__ffsll"}
_TAKES_32_BITS = regex(rb"(?<!\w)(__popc|__ffs|__clz|__brev)\s*\(\s*$")
_TAKES_64_BITS = regex(rb"(?<!\w)(?:__popcll|__ffsll|__clzll|__brevll)\s*\(\s*$")
_CAST = regex(rb"(?:\(\s*([\w\s]+?)\s*\)|static_cast\s*<\s*([\w\s]+?)\s*>\s*\()\s*$")
_NARROW_BIT = regex(rb"\(*\s*(1[uU]?)\s*<<")
_LOOK_BACK = 80  # bytes before a call in which a cast or a function around it can stand


class BallotWidth(FileRule):
    """HIP's votes give a 64-bit mask of lanes; 32 bits keep only the lanes 0 to 31 of it.

    The conversion is silent. In CUDA code the fix reads the half of the wavefront that the lane is
    in, so that a mask has the 32 lanes that the code was written for. In HIP code a person chooses
    between that and a 64-bit variable.
    """

    code = "WARP002"
    title = "Lane mask kept in 32 bits"
    severity = Severity.WARNING
    source = "HIP C++ language extensions: warp vote and ballot functions (64-bit results)"
    hazards = ("HW004", "HW005", "HW006", "HW007", "HW008", "HW034")
    triggers = (b"__ballot", b"BALLOT", b"__activemask", b"__match_a")
    examples = (
        Example(
            before="#include <cuda_runtime.h>\nunsigned votes = __ballot(x > 0);",
            after=(
                "#include <cuda_runtime.h>\n"
                "unsigned votes = (unsigned)(__ballot(x > 0) >> (__lane_id() & 32));"
            ),
            around="__device__ unsigned fragment(int x) {\n@\nreturn votes;\n}\n",
            run="fragment(t % 3)",
        ),
        Example(
            before="#include <cuda_runtime.h>\nunsigned active = __activemask();",
            after=(
                "#include <cuda_runtime.h>\n"
                "unsigned active = (unsigned)(__ballot(1) >> (__lane_id() & 32));"
            ),
            around="__device__ unsigned fragment() {\n@\nreturn active;\n}\n",
            run="fragment()",
        ),
        Example(
            before=(
                "#include <hip/hip_runtime.h>\n"
                "__device__ int f(int x) { unsigned votes = __ballot(x); return __popc(votes); }\n"
            ),
            after=(
                "#include <hip/hip_runtime.h>\n"
                "__device__ int f(int x) { unsigned votes = __ballot(x); return __popc(votes); }\n"
            ),
            alternative=(
                "#include <hip/hip_runtime.h>\n"
                "__device__ int f(int x) { "
                "unsigned votes = (unsigned)(__ballot(x) >> (__lane_id() & 32)); "
                "return __popc(votes); }\n"
            ),
            why="In HIP code, whether 32 lanes or all of them are meant is for a person to say.",
        ),
        Example(
            before=(
                "#include <hip/hip_runtime.h>\n"
                "#define BALLOT(x) __ballot(x)\n"
                "__device__ int f(int x) { unsigned votes = BALLOT(x); return votes != 0; }\n"
            ),
            after=(
                "#include <hip/hip_runtime.h>\n"
                "#define BALLOT(x) __ballot(x)\n"
                "__device__ int f(int x) { unsigned votes = BALLOT(x); return votes != 0; }\n"
            ),
            alternative=(
                "#include <hip/hip_runtime.h>\n"
                "#define BALLOT(x) __ballot(x)\n"
                "__device__ int f(int x) { unsigned long long votes = BALLOT(x);"
                " return votes != 0; }\n"
            ),
            why="A macro of the project's; one that is defined elsewhere is worth a question.",
        ),
        Example(
            before=(
                "#include <hip/hip_runtime.h>\n"
                "#define BALLOT(x) (unsigned)(__ballot(x) >> (threadIdx.x & 32))\n"
                "__device__ int f(int x) { unsigned votes = BALLOT(x); return votes != 0; }\n"
            ),
            after=None,
            why="It gives 32 lanes.",
        ),
        Example(
            before=(
                "#include <hip/hip_runtime.h>\n"
                "__device__ int rank(int x, int lane) {\n"
                "  unsigned long long votes = __ballot(x);\n"
                "  return __popc(votes & ((1u << lane) - 1));\n"
                "}\n"
            ),
            after=(
                "#include <hip/hip_runtime.h>\n"
                "__device__ int rank(int x, int lane) {\n"
                "  unsigned long long votes = __ballot(x);\n"
                "  return __popcll(votes & ((1ull << lane) - 1));\n"
                "}\n"
            ),
            why="The mask is 64 bits wide: what reads it must be, too.",
        ),
        Example(
            before=(
                "#include <hip/hip_runtime.h>\n"
                "__device__ int first(int x) { uint64_t votes = __ballot(x); "
                "return __ffs(votes); }\n"
            ),
            after=(
                "#include <hip/hip_runtime.h>\n"
                "__device__ int first(int x) { uint64_t votes = __ballot(x); "
                "return __ffsll((unsigned long long)votes); }\n"
            ),
        ),
        Example(
            before=(
                "#include <hip/hip_runtime.h>\n"
                "__device__ int count(int x) { return __popcll(__ballot(x)); }\n"
            ),
            after=None,
        ),
        Example(
            before="unsigned votes = (unsigned)(__ballot(x > 0) >> (__lane_id() & 32));",
            after=None,
            why="The 32 lanes around this one: right everywhere.",
        ),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        """The findings of the whole source."""
        code = warp_code(source)
        # Masks that go away: those of shuffles, and those that only say "whoever is here".
        masked = [call for call in code.calls if call.takes_mask and call.arguments]
        for call in code.calls:
            if call.operation not in _GIVES_MASK or call.parentheses is None:
                continue
            if any(_holds(other, call) for other in masked):
                continue  # goes away with the mask that it is
            if OWN_HALF.match(code.content, call.stop):
                continue
            if code.dialect in (Dialect.CUDA, Dialect.UNCLEAR):
                # One that takes a mask gets its new text from WARP001.
                if not call.takes_mask and call.operation in (b"__ballot", b"__activemask"):
                    yield from self._check_cuda(code, call)
            # A mask of 32 bits gets its new text from WARP001.
            elif not call.takes_mask or code.mask_of(call) in _LEFT_ALONE:
                yield from self._check_hip(code, call)
        if code.dialect is not Dialect.CUDA:
            yield from self._check_wide_variables(code)
            for call, is_whole in ballot_macros(code):
                yield from self._check_macro(code, call, is_whole)

    def _check_cuda(self, code: WarpCode, call: WarpCall) -> Iterator[Finding]:
        if call.operation == b"__ballot" and len(call.arguments) != 1:
            return
        if _wants_64_bits(code, call):
            return
        predicate = call.arguments[0] if call.arguments else None
        edits = vote(code, call, predicate, keep_mask=False)
        fix = Fix("Read the own 32 lanes", edits, safe=code.dialect is Dialect.CUDA)
        yield self._finding(
            call,
            f"`{call.name.decode()}` gives 64 lanes on AMD, 32 bits keep the lower half of them."
            " The fix reads the 32 lanes around this one.",
            [fix],
        )

    def _check_hip(self, code: WarpCode, call: WarpCall) -> Iterator[Finding]:
        narrowed = _narrowing(code, call)
        if narrowed is None:
            return
        what, widening = narrowed
        fixes: list[Fix] = []
        start, stop = call.start, call.stop
        fixes.append(
            Fix(
                "Read the own 32 lanes",
                (Edit(start, start, b"(unsigned)("), Edit(stop, stop, b" >> (__lane_id() & 32))")),
                safe=False,
            )
        )
        if widening is not None:
            fixes.append(Fix("Keep all 64 lanes", (widening,), safe=False))
        yield self._finding(
            call,
            f"`{call.name.decode()}` gives 64 lanes, {what} keeps the lower 32 of them.",
            fixes,
        )

    def _check_macro(self, code: WarpCode, call: WarpCall, is_whole: bool) -> Iterator[Finding]:
        """A vote by a macro; `is_whole` tells whether its definition here says 64 lanes."""
        narrowed = _narrowing(code, call)
        if narrowed is None:
            return
        what, widening = narrowed
        fixes = (Fix("Keep all 64 lanes", (widening,), safe=False),) if widening else ()
        name = call.name.decode()
        yield Finding(
            self.code,
            self.severity if is_whole else Severity.INFO,
            f"`{name}` gives 64 lanes, {what} keeps the lower 32 of them."
            if is_whole
            else f"If `{name}` is a vote of all 64 lanes, {what} keeps the lower 32 of them.",
            call.start,
            call.end,
            fixes,
            name=name,
        )

    def _check_wide_variables(self, code: WarpCode) -> Iterator[Finding]:
        """Uses of a 64-bit mask, in a variable, that look at 32 bits of it."""
        names: set[bytes] = set()
        for call in code.calls:
            if call.operation in _GIVES_MASK:
                name = _wide_variable(code, call)
                if name:
                    names.add(name)
        for name in sorted(names):
            for match in re.finditer(rb"(?<![\w.>])" + name + rb"(?!\w)", code.content):
                declaration = code.declaration(name, match.start())
                if declaration is None or declaration.start == match.start():
                    continue
                if not code.is_seen(match.start()):
                    continue
                if width_of_type(declaration.type) is Width.BITS_32:
                    continue
                yield from self._check_wide_use(code, match, declaration)

    def _check_wide_use(
        self, code: WarpCode, match: re.Match[bytes], declaration: Declaration
    ) -> Iterator[Finding]:
        name, type_ = match.group().decode(), declaration.type
        related = (Related(declaration.start, declaration.end, f"`{name}` holds 64 lanes."),)
        before = code.content[max(0, match.start() - _LOOK_BACK) : match.start()]
        called = _TAKES_32_BITS.search(before)
        if called is not None:
            first = match.start() - len(before) + called.start(1)
            function = called.group(1)
            twin = _TWINS.get(function)
            fixes = []
            if twin is not None:
                edits = [Edit(first, first + len(function), twin)]
                if twin == b"__ffsll" and b"long long" not in type_ and b"auto" not in type_:
                    # Overloaded for signed and unsigned long long: a uint64_t fits neither better.
                    edits.append(Edit(match.start(), match.start(), b"(unsigned long long)"))
                fixes.append(Fix(f"Use `{twin.decode()}`", tuple(edits)))
            yield Finding(
                self.code,
                self.severity,
                f"`{name}` holds 64 lanes, `{function.decode()}` looks at 32 of them.",
                first,
                first + len(function),
                tuple(fixes),
                related,
            )
        shifted = re.compile(rb"\s*&\s*~?" + _NARROW_BIT.pattern).match(code.content, match.end())
        if shifted is not None:
            edit = Edit(*shifted.span(1), b"1ull")
            yield Finding(
                self.code,
                self.severity,
                f"A lane of 32 to 63 shifts this 32-bit 1 out of its type; `{name}` has 64 lanes.",
                *shifted.span(1),
                (Fix("Shift a 64-bit 1", (edit,)),),
                related,
            )

    def _finding(self, call: WarpCall, message: str, fixes: list[Fix]) -> Finding:
        return Finding(
            self.code,
            self.severity,
            message,
            call.end - len(call.name),
            call.end,
            tuple(fixes),
            name=call.name.decode(),
        )


def _holds(outer: WarpCall, inner: WarpCall) -> bool:
    """Whether a call stands in the mask of another, and goes away with it."""
    start, end = outer.arguments[0]
    if outer is inner or not start <= inner.start < end:
        return False
    is_vote = outer.operation in (b"__ballot", b"__any", b"__all", b"__match_any")
    return not is_vote or (
        inner.name == b"__activemask" and (inner.start, inner.stop) == (start, end)
    )


def _before(code: WarpCode, call: WarpCall) -> bytes:
    return code.content[max(0, call.start - _LOOK_BACK) : call.start]


def _wants_64_bits(code: WarpCode, call: WarpCall) -> bool:
    """Whether CUDA code already treats a vote as 64 bits, because it is meant for AMD too."""
    before = _before(code, call)
    if _TAKES_64_BITS.search(before):
        return True
    cast = _CAST.search(before)
    if cast is not None:
        return width_of_type(cast.group(1) or cast.group(2) or b"") is Width.BITS_64
    return _wide_variable(code, call) is not None


def _wide_variable(code: WarpCode, call: WarpCall) -> bytes | None:
    """The 64-bit variable that a call's result is stored in."""
    target = _stored_in(code, call)
    if target is None:
        return None
    name, type_ = target
    is_auto = b"auto" in type_.split() and code.dialect is not Dialect.CUDA
    return name if is_auto or width_of_type(type_) is Width.BITS_64 else None


def _stored_in(code: WarpCode, call: WarpCall) -> tuple[bytes, bytes] | None:
    """Name and type of the variable that is given a call's result, and nothing but that."""
    expression = enclosing_expression(call)
    parent = expression.parent if expression is not None else None
    if parent is None:
        return None
    if parent.type == "init_declarator":
        name = parent.child_by_field_name("declarator")
    elif parent.type == "assignment_expression":
        name = parent.child_by_field_name("left")
    else:
        return None
    if name is None or name.type != "identifier":
        return None
    declaration = code.declaration(code.source.text_of(name), name.end_byte)
    return (code.source.text_of(name), declaration.type) if declaration is not None else None


def _narrowing(code: WarpCode, call: WarpCall) -> tuple[str, Edit | None] | None:
    """What cuts a result to 32 bits, in words, and the edit that would widen it."""
    before = _before(code, call)
    called = _TAKES_32_BITS.search(before)
    if called is not None:
        function = called.group(1)
        first = call.start - len(before) + called.start(1)
        twin = _TWINS.get(function)
        widening = Edit(first, first + len(function), twin) if twin else None
        return f"`{function.decode()}`", widening
    cast = _CAST.search(before)
    if cast is not None:
        type_ = cast.group(1) or cast.group(2) or b""
        if width_of_type(type_) is Width.BITS_32 and re.fullmatch(rb"[\w\s]+", type_):
            return f"the cast to `{type_.decode()}`", None
        return None
    target = _stored_in(code, call)
    if target is None:
        return None
    name, type_ = target
    if width_of_type(type_) is not Width.BITS_32 or b"bool" in type_.split():
        return None
    return f"`{name.decode()}`", _widening_of(code, name, call)


def _widening_of(code: WarpCode, name: bytes, call: WarpCall) -> Edit | None:
    """The edit that gives a variable a 64-bit type, where it is declared alone."""
    declaration = code.declaration(name, call.start)
    node = (
        code.source.tree.root_node.descendant_for_byte_range(declaration.start, declaration.end)
        if declaration is not None
        else None
    )
    while node is not None and node.type != "declaration":
        node = node.parent
    if node is None or len(node.children_by_field_name("declarator")) != 1:
        return None
    type_ = node.child_by_field_name("type")
    return Edit(type_.start_byte, type_.end_byte, b"unsigned long long") if type_ else None
