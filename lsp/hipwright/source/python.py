"""Python as the parser sees it. It reads what does not parse, and cells with magics, as well."""

from __future__ import annotations

import re
from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple

from tree_sitter import Language, Node, Parser, Query, QueryCursor, Tree

from hipwright.patterns import regex

if TYPE_CHECKING:
    from hipwright.source.texts import Text


@cache
def python_language() -> Language:
    """The grammar of Python."""
    import tree_sitter_python  # texts that are CUDA need none of it

    return Language(tree_sitter_python.language())


@cache
def _parser() -> Parser:
    return Parser(python_language())


# What IPython takes for itself: shell lines, magics, and the same behind an equals sign.
_MAGIC = regex(rb"^([ \t]*(?:[\w., \t]+=[ \t]*)?)(?:!|%(?![ \t=])|\?)[^\r\n]*", re.MULTILINE)
_CELL_MAGIC = regex(rb"\A(?:[ \t\f]*(?:\r\n|\n|\r))*[ \t]*%%[^\r\n]*")


class Import(NamedTuple):
    """One name that an import binds: `from a.b import c as d` binds `d` to `a.b.c`."""

    path: str  # what is imported, in full
    name: str  # what it is called here
    means: str  # what that name stands for: `import a.b` binds `a` to `a`
    start: int  # of the module's name, or of the imported one's in `from … import …`
    end: int
    module: Node  # the name of the module
    statement: Node


class Use(NamedTuple):
    """One use of something imported: `np.linalg.norm` is a use of `numpy.linalg.norm`."""

    path: str
    node: Node  # the identifier, or the longest attribute that it begins

    @property
    def call(self) -> Node | None:
        """The call of it, if it is called."""
        parent = self.node.parent
        if parent is None or parent.type != "call":
            return None
        return parent if parent.child_by_field_name("function") == self.node else None


_IMPORTS = "[(import_statement) (import_from_statement)] @found"
_IDENTIFIERS = "(identifier) @found"


@cache
def _query(pattern: str) -> Query:
    query: Query = Query(python_language(), pattern)
    return query


class PythonCode:
    """The Python of a text, parsed. Positions are bytes of the text."""

    def __init__(self, text: Text) -> None:
        self.content = text.content
        self._in_notebook = text.in_notebook

    @cached_property
    def tree(self) -> Tree:
        """The syntax tree. Code that does not parse stands in ERROR nodes."""
        content = self.content
        if self._in_notebook:
            content = _without_magics(content)
        return _parser().parse(content)

    def nodes(self, pattern: str) -> list[Node]:
        """What a query captures as `found`, by position."""
        captures = QueryCursor(_query(pattern)).captures(self.tree.root_node)
        return sorted(captures.get("found", ()), key=lambda node: (node.start_byte, -node.end_byte))

    @cached_property
    def imports(self) -> list[Import]:
        """What is imported, anywhere in the text, by position. Relative imports are left out."""
        found: list[Import] = []
        for statement in self.nodes(_IMPORTS):
            found.extend(self._imports_of(statement))
        return found

    def _imports_of(self, statement: Node) -> list[Import]:
        names = statement.children_by_field_name("name")
        module = statement.child_by_field_name("module_name")
        if module is not None and module.type == "relative_import":
            return []
        found: list[Import] = []
        for name in names:
            original = name.child_by_field_name("name") if name.type == "aliased_import" else name
            alias = name.child_by_field_name("alias") if name.type == "aliased_import" else None
            if original is None:
                continue
            path = self.string_of(original)
            if module is not None:
                path = f"{self.string_of(module)}.{path}"
            last = path.rpartition(".")[2] if module is not None else path.partition(".")[0]
            bound = self.string_of(alias) if alias is not None else last
            means = path if alias is not None or module is not None else last
            holder = module if module is not None else original
            found.append(
                Import(
                    path,
                    bound,
                    means,
                    original.start_byte,
                    original.end_byte,
                    holder,
                    statement,
                )
            )
        return found

    @cached_property
    def uses(self) -> list[Use]:
        """Where something imported is used, by position. Scopes are not told apart."""
        meanings: dict[bytes, set[str]] = {}
        for item in self.imports:
            meanings.setdefault(item.name.encode(), set()).add(item.means)
        found: list[Use] = []
        if not meanings:
            return found
        for name in self.nodes(_IDENTIFIERS):
            paths = meanings.get(self.text_of(name))
            if paths is not None and _is_read(name):
                node, rest = self._longest(name)
                found.extend(Use(path + rest, node) for path in sorted(paths))
        found.sort(key=lambda use: (use.node.start_byte, use.path))
        return found

    def _longest(self, name: Node) -> tuple[Node, str]:
        """The longest attribute that begins with a name, and what stands behind the name in it."""
        node, rest = name, ""
        while node.parent is not None and node.parent.type == "attribute":
            field = node.parent.child_by_field_name("attribute")
            if field is None or field == node:
                break
            rest += "." + self.string_of(field)
            node = node.parent
        return node, rest

    def comment_around(self, start: int, end: int) -> tuple[int, int] | None:
        """Where the comment that holds these bytes begins and ends, if any does."""
        node: Node | None = self.tree.root_node.descendant_for_byte_range(start, end)
        if node is None or node.type != "comment":
            return None
        return node.start_byte, node.end_byte

    def in_string(self, offset: int) -> bool:
        """Whether a byte stands inside a string, or between two of its lines."""
        node = self.tree.root_node.descendant_for_byte_range(offset, offset)
        while node is not None and node.type != "string":
            node = node.parent
        return node is not None and node.children[0].end_byte <= offset < node.end_byte

    def text_of(self, node: Node) -> bytes:
        """The bytes that a node spans."""
        return self.content[node.start_byte : node.end_byte]

    def string_of(self, node: Node) -> str:
        """The text that a node spans."""
        return self.text_of(node).decode("utf-8", "replace")


def _is_read(name: Node) -> bool:
    """Whether an identifier is a use of a variable: no field, no keyword, no import, no binding."""
    parent = name.parent
    if parent is None:
        return True
    kind = parent.type
    if kind == "attribute":
        return parent.child_by_field_name("object") == name
    if kind == "keyword_argument":
        return parent.child_by_field_name("name") != name
    return kind not in (
        "dotted_name",
        "aliased_import",
        "import_statement",
        "parameters",
        "function_definition",
        "class_definition",
        "global_statement",
    ) and not (kind == "assignment" and parent.child_by_field_name("left") == name)


def _without_magics(cell: bytes) -> bytes:
    """The cell with a constant of the same length for each magic, so that the rest parses."""

    def masked(match: re.Match[bytes]) -> bytes:
        kept = match[1] if match.re is _MAGIC else b""
        return kept + b"0" + b" " * (len(match[0]) - len(kept) - 1)

    return _MAGIC.sub(masked, _CELL_MAGIC.sub(masked, cell, count=1))
