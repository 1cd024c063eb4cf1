"""Constants that a project's own headers define, for sources that stand on the disk.

`#include "x.h"` is looked for beside the file that says it, as compilers do, then below the folders
above it, as with the usual `-I` of a project, where only one file fits. What follows is bounded: so
many headers, so large, so deep.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from functools import cached_property, lru_cache
from pathlib import Path

from hipwright.finding import Elsewhere
from hipwright.patterns import regex
from hipwright.rules.headers._directives import directives_of
from hipwright.rules.warp._guards import directives, unseen_on_amd
from hipwright.rules.warp._lexing import without_comments
from hipwright.rules.warp._names import Declaration, declarations
from hipwright.source import Source

# What a header needs cuda_runtime.h for, and those that bring it.
_CUDA = regex(
    rb"__(?:global|device|shared|constant|launch_bounds)__|<<<|\bcuda(?:Error_t|Stream_t|Event_t)\b"
    rb"|\bcuda[A-Z][a-z]+\w*(?=\s*\()|\bthreadIdx\b|\bblockIdx\b"
)
_RUNTIMES = frozenset(
    (b"cuda_runtime.h", b"cuda_runtime_api.h", b"cuda.h", b"hip/hip_runtime.h", b"hip_runtime.h",
     b"hip/hip_runtime_api.h", b"helper_cuda.h")
)  # fmt: skip
_DEFINED = regex(
    rb"[ \t]*#[ \t]*define[ \t]+(?P<name>\w+)(?!\()(?P<value>(?:[^\n\\]|\\\r?\n|\\.)*)"
)
_INITIALISED = regex(rb"\s*[={]")
_MOST = 48  # headers of one source
_DEEPEST = 5  # includes of includes
_LARGEST = 256_000  # bytes of one header; what is larger is a library in one file
_UP = 4  # folders above a file in which an include may be rooted
_ROOTS = ("", "include", "src")


class Constant:
    """A constant of a header: its declaration there, and the header that has it."""

    def __init__(self, header: Header, declaration: Declaration) -> None:
        self.header = header
        self.declaration = declaration

    @property
    def place(self) -> Elsewhere:
        """Where it is defined, for a finding to point to."""
        start = self.declaration.start
        line, column = self.header.source.lines.position(start, "utf-16")
        length = self.declaration.end - start
        return Elsewhere(str(self.header.path), line, column, column + length)

    @property
    def described(self) -> str:
        """Header and line, for a message."""
        return f"{self.header.path.name}, line {self.place.line + 1}"


class Header:
    """One header, as it was when it was read."""

    def __init__(self, path: Path, content: bytes) -> None:
        self.path = path
        self.name = str(path)
        self.source = Source(content, path.name)
        self._constants: dict[bytes, tuple[Constant, ...]] = {}

    @cached_property
    def includes(self) -> tuple[str, ...]:
        """The paths in its `#include "…"`."""
        return _quoted(self.source)

    def constants(self, name: bytes) -> tuple[Constant, ...]:
        """What it defines by a name, outside of functions and classes, and where AMD sees it."""
        known = self._constants.get(name)
        if known is None:
            known = self._constants[name] = tuple(self._find(name))
        return known

    @cached_property
    def wants_runtime(self) -> Elsewhere | None:
        """Where it first uses what nvcc provides without an include, if it does."""
        source = self.source
        for match in _CUDA.finditer(source.content):
            if not _in_comment(source.content, match.start()):
                line, column = source.lines.position(match.start(), "utf-16")
                return Elsewhere(str(self.path), line, column, column + len(match[0]))
        return None

    @cached_property
    def has_runtime(self) -> bool:
        """Whether it includes a header of CUDA's or of HIP's runtime."""
        return any(
            include.path in _RUNTIMES for include in directives_of(self.source.content).includes
        )

    def _find(self, name: bytes) -> list[Constant]:
        found = [*self._macros(name)]
        if _may_declare(self.source.content, name):
            found += [
                each
                for each in declarations(self.source, name)
                if each.kind != "macro"
                and each.is_constant
                and each.value is not None
                and self._is_outside(each)
            ]
        if not found:
            return []
        hidden = unseen_on_amd(directives(self.source.content))
        return [
            Constant(self, each)
            for each in found
            if not any(start <= each.start < end for start, end in hidden)
        ]

    def _macros(self, name: bytes) -> Iterator[Declaration]:
        """The macros by a name, without parameters; read from the text, which need not be parsed
        for them."""
        content = self.source.content
        at = content.find(name)
        while at >= 0:
            match = _DEFINED.match(content, content.rfind(b"\n", 0, at) + 1)
            if match is not None and match.span("name") == (at, at + len(name)):
                value = without_comments(match["value"].replace(b"\\\n", b" ")).strip()
                if not _in_comment(content, match.start()):
                    scope = (0, len(content))
                    yield Declaration("macro", at, at + len(name), scope, value=value)
            at = content.find(name, at + 1)

    def _is_outside(self, declaration: Declaration) -> bool:
        """Whether a declaration stands in no function and no class."""
        start, end = declaration.start, declaration.end
        node = self.source.tree.root_node.descendant_for_byte_range(start, end)
        while node is not None:
            if node.type in ("function_definition", "class_specifier", "struct_specifier"):
                return False
            node = node.parent
        return True


def _may_declare(content: bytes, name: bytes) -> bool:
    """Whether a text may declare a name as a constant; False is certain, and cheap."""
    at = content.find(name)
    while at >= 0:
        if _INITIALISED.match(content, at + len(name)):
            line = content[content.rfind(b"\n", 0, at) + 1 : at]
            if b"const" in line or b"enum" in content:
                return True
        at = content.find(name, at + 1)
    return False


class Headers:
    """The headers that one source includes, from one another too; read when first asked for."""

    def __init__(self, source: Source) -> None:
        self._source = source

    @cached_property
    def all(self) -> tuple[Header, ...]:
        """The headers, each once, in the order in which they are met."""
        path = self._source.path
        if path is None or b'"' not in self._source.content:
            return ()
        found: dict[str, Header] = {}
        self._follow(str(path), _quoted(self._source), 1, int(time.monotonic()), found)
        return tuple(found.values())

    def _follow(
        self, path: str, includes: tuple[str, ...], depth: int, now: int, found: dict[str, Header]
    ) -> None:
        folder = os.path.dirname(path)  # noqa: PTH120 (there are many)
        for include in includes:
            header = None if len(found) >= _MOST else _header(folder, include, now)
            if header is None or header.name in found or header.path == self._source.path:
                continue
            found[header.name] = header
            if depth < _DEEPEST:
                self._follow(header.name, header.includes, depth + 1, now, found)

    def constant(self, name: bytes) -> Constant | None:
        """What a name means; None where no header defines it, or where two disagree."""
        found = [each for header in self.all for each in header.constants(name)]
        if len({each.declaration.value for each in found}) != 1:
            return None
        return found[0]

    def defines(self, name: bytes) -> bool:
        """Whether a header defines a macro by this name, that AMD sees."""
        return any(
            each.declaration.kind == "macro"
            for header in self.all
            for each in header.constants(name)
        )


def _quoted(source: Source) -> tuple[str, ...]:
    content = source.content
    return tuple(
        include.path.decode("utf-8", "surrogateescape")
        for include in directives_of(content).includes
        if content[include.path_start - 1 : include.path_start] == b'"'
        and not _in_comment(content, include.start)
    )


def _in_comment(content: bytes, position: int) -> bool:
    """Whether a place is in a comment, as far as the text before it tells: no header is parsed for
    its includes."""
    line = content.rfind(b"\n", 0, position) + 1
    is_behind_slashes = content.find(b"//", line, position) >= 0
    return is_behind_slashes or content.rfind(b"/*", 0, position) > content.rfind(
        b"*/", 0, position
    )


@lru_cache(maxsize=8_192)
def _header(folder: str, include: str, second: int) -> Header | None:
    """The header that an include in a file of a folder names; None where it is not there, or not
    one file only. Asked again after a `second`, because files come, go and change."""
    beside = os.path.normpath(f"{folder}/{include}")
    state = _state(beside)
    if state is not None:
        return _read(beside, *state)
    fitting = {}
    for _ in range(_UP):
        folder = os.path.dirname(folder)  # noqa: PTH120 (there are many)
        for root in _ROOTS:
            path = os.path.normpath(f"{folder}/{root}/{include}")
            state = _state(path)
            if state is not None:
                fitting[path] = state
    if len(fitting) != 1:
        return None
    [(path, state)] = fitting.items()
    return _read(path, *state)


def _state(path: str) -> tuple[int, int] | None:
    """When a file was changed, and its size; None where it is no file to read."""
    try:
        status = os.stat(path)  # noqa: PTH116 (there are many)
    except (OSError, ValueError):
        return None
    is_file = (status.st_mode & 0o170000) == 0o100000
    return (status.st_mtime_ns, status.st_size) if is_file else None


@lru_cache(maxsize=512)
def _read(path: str, changed: int, size: int) -> Header | None:
    """A header, kept as long as it is not changed."""
    if size > _LARGEST:
        return None
    try:
        return Header(Path(path), Path(path).read_bytes())
    except OSError:
        return None
