"""What one source file defines, and what it leaves to others: enough to put a program together."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

COMPILED_SUFFIXES = (".cu", ".hip", ".cpp", ".cc", ".cxx", ".c", ".C")
_LARGE_BYTES = 8 * 1024 * 1024  # a text beyond this is data, not a program's source

_NO_CODE = re.compile(
    rb"//(?:[^\n\\]|\\.|\\\n)*|/\*.*?\*/|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'", re.DOTALL
)
_MAIN = re.compile(rb"\bmain\s*\((?P<parameters>[^;{}()]*)\)[^;{}()]*\{")
_GPU = re.compile(
    rb"__global__|<<<|\bcuda[A-Z]\w*|\bhip[A-Z]\w*|\bcu(?:blas|fft|rand|sparse|solver)[A-Z]\w*|"
    rb"\bthrust::|\bcub::|#\s*include\s*[<\"](?:cuda|hip/|thrust/|cub/)"
)
_INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*["<]([^">\n]+)[">]', re.MULTILINE)
_WORD = re.compile(rb"[A-Za-z_]\w*")
# What may hold declarations; a function's body may not, as far as this is concerned.
_CONTAINERS = frozenset(
    {
        "translation_unit",
        "namespace_definition",
        "declaration_list",
        "linkage_specification",
        "class_specifier",
        "struct_specifier",
        "field_declaration_list",
        "template_declaration",
        "preproc_if",
        "preproc_ifdef",
        "preproc_else",
        "preproc_elif",
        "ERROR",
    }
)
_WRAPPERS = frozenset(
    {"pointer_declarator", "reference_declarator", "parenthesized_declarator", "init_declarator"}
)


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What a file says about itself."""

    has_main: bool
    uses_gpu: bool
    includes: tuple[str, ...]  # the names as they are written
    defines: frozenset[bytes] = field(default=frozenset())  # functions with a body
    declares: frozenset[bytes] = field(default=frozenset())  # functions without one
    uses: frozenset[bytes] = field(default=frozenset())  # names that it does more with


class Sources:
    """Files read once, and what they say."""

    def __init__(self) -> None:
        self._facts: dict[Path, SourceFacts] = {}
        self._contents: dict[Path, bytes] = {}

    def content(self, path: Path) -> bytes:
        """The file's bytes; nothing where it cannot be read."""
        if path not in self._contents:
            try:
                with path.open("rb") as file:
                    content = file.read(_LARGE_BYTES + 1)
            except OSError:
                content = b""
            self._contents[path] = content if len(content) <= _LARGE_BYTES else b""
        return self._contents[path]

    def has_main(self, path: Path) -> bool:
        """Whether the file defines main()."""
        content = self.content(path)
        return b"main" in content and _MAIN.search(_NO_CODE.sub(b" ", content)) is not None

    def uses_gpu(self, paths: Iterable[Path]) -> bool:
        """Whether any of the files has to do with a GPU."""
        return any(
            path.suffix in (".cu", ".cuh", ".hip") or _GPU.search(self.content(path))
            for path in paths
        )

    def facts(self, path: Path) -> SourceFacts:
        """All that the file says about itself."""
        if path not in self._facts:
            self._facts[path] = self._read(path)
        return self._facts[path]

    def included(self, path: Path) -> list[Path]:
        """The files beside it that a file includes by name, and what those include."""
        found: list[Path] = []
        waiting = [path]
        while waiting:
            current = waiting.pop()
            for name in _INCLUDE.findall(self.content(current)):
                beside = Path(os.path.normpath(current.parent / os.fsdecode(name)))
                if beside != path and beside not in found and beside.is_file():
                    found.append(beside)
                    waiting.append(beside)
        return found

    def _read(self, path: Path) -> SourceFacts:
        from hipwright.source import Source

        content = self.content(path)
        defines: set[bytes] = set()
        declares: Counter[bytes] = Counter()
        for name, has_body in _functions(Source(content, path.name).tree.root_node):
            if has_body:
                defines.add(name)
            else:
                declares[name] += 1
        words = Counter(_WORD.findall(_NO_CODE.sub(b" ", content)))
        return SourceFacts(
            has_main=self.has_main(path),
            uses_gpu=self.uses_gpu([path]),
            includes=tuple(os.fsdecode(name) for name in _INCLUDE.findall(content)),
            defines=frozenset(defines),
            declares=frozenset(declares),
            uses=frozenset(word for word, times in words.items() if times > declares[word]),
        )


def needed_sources(main: Path, candidates: Iterable[Path], sources: Sources) -> list[Path]:
    """The files that a program needs besides the one with its main().

    A function that the program declares and uses but does not define must come from another file:
    the nearest of the `candidates` that defines it. What two equally near files define is left
    alone, as nothing tells which is meant.
    """
    chosen: list[Path] = []
    read = [main, *sources.included(main)]
    others = [path for path in candidates if path != main and not sources.has_main(path)]
    while True:
        facts = [sources.facts(path) for path in read]
        defined = frozenset().union(*(each.defines for each in facts))
        declared = frozenset().union(*(each.declares for each in facts))
        used = frozenset().union(*(each.uses for each in facts))
        missing = sorted((declared - defined) & used)
        addition = _nearest_definer(missing, main, [p for p in others if p not in read], sources)
        if addition is None:
            return chosen
        chosen.append(addition)
        read += [addition, *(path for path in sources.included(addition) if path not in read)]


def _nearest_definer(
    missing: Iterable[bytes], main: Path, candidates: list[Path], sources: Sources
) -> Path | None:
    for name in missing:
        definers = [
            path
            for path in candidates
            if name in sources.content(path) and name in sources.facts(path).defines
        ]
        if not definers:
            continue
        distances = [_distance(main, path) for path in definers]
        nearest = min(distances)
        if distances.count(nearest) == 1:
            return definers[distances.index(nearest)]
    return None


def _distance(one: Path, other: Path) -> int:
    """Steps from the folder of one file to that of the other."""
    first, second = one.parent.parts, other.parent.parts
    same = 0
    while same < min(len(first), len(second)) and first[same] == second[same]:
        same += 1
    return len(first) + len(second) - 2 * same


def _functions(root: Node) -> Iterator[tuple[bytes, bool]]:
    """(name, whether it has a body) of the functions in a file. `static` ones are nobody else's."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type in ("function_definition", "declaration", "field_declaration"):
            if _is_static(node) and node.parent is not None and node.type != "field_declaration":
                continue
            name = _function_name(node.child_by_field_name("declarator"))
            if name:
                yield name, node.type == "function_definition"
                continue
        if node.type in _CONTAINERS or node.type in ("declaration", "field_declaration"):
            waiting += node.named_children


def _is_static(node: Node) -> bool:
    return any(
        child.type == "storage_class_specifier" and child.text == b"static"
        for child in node.children
    )


def _function_name(declarator: Node | None) -> bytes:
    """The last part of a function's name; nothing where the declarator is no function's."""
    while declarator is not None and declarator.type in _WRAPPERS:
        declarator = declarator.child_by_field_name("declarator") or next(
            iter(declarator.named_children), None
        )
    if declarator is None or declarator.type != "function_declarator":
        return b""
    name = declarator.child_by_field_name("declarator")
    while name is not None and name.type == "qualified_identifier":
        name = name.child_by_field_name("name")
    if name is not None and name.type == "template_function":
        name = name.child_by_field_name("name")
    if name is None or name.type not in ("identifier", "field_identifier"):
        return b""
    return name.text or b""
