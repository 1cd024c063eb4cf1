"""The code cells of a Jupyter notebook, and how to put ported ones back.

A notebook is JSON. Only the lines of a cell that changed are written anew; every other byte of the
file stays, whatever wrote it and however it is indented.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

_DECODER = json.JSONDecoder()
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_SPACE = re.compile(r"[ \t\r\n]*")


class NotebookError(ValueError):
    """The text is not a notebook; the message says why."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A code cell. `content` is its source as UTF-8."""

    number: int  # among all cells, from 1
    content: bytes
    start: int  # of the JSON value of its source, in characters of the notebook's text
    end: int
    lines: tuple[int, ...]  # the lines of the file, from 1, where the strings of the source stand
    outputs: tuple[int, int] | None = None  # where its list of outputs stands, as `start` and `end`
    count: tuple[int, int] | None = None  # where the number of its execution stands

    def line_in_file(self, line: int) -> int:
        """The line of the file that holds a line of the cell; both count from 1."""
        return self.lines[min(line, len(self.lines)) - 1]


def code_cells(content: bytes) -> list[Cell]:
    """The code cells of a notebook. Raises NotebookError when it is none."""
    text, notebook = _parse(content)
    if not isinstance(notebook.get("cells"), list):
        raise NotebookError("it has no cells (notebooks before version 4 are not read)")
    found = []
    newlines = [match.start() for match in re.finditer("\n", text)]

    def line_of(position: int) -> int:
        from bisect import bisect_left

        return bisect_left(newlines, position) + 1

    start = _SPACE.match(text).end()  # type: ignore[union-attr]
    cells_start = next(value for key, value, _ in _members(text, start) if key == "cells")
    for number, (_, cell_start, _) in enumerate(_members(text, cells_start), 1):
        if text[cell_start] != "{":
            raise NotebookError(f"cell {number} is not an object")
        cell = {key: (start, end) for key, start, end in _members(text, cell_start)}
        if "cell_type" not in cell or "source" not in cell:
            raise NotebookError(f"cell {number} has no source or no type")
        if _value(text, cell["cell_type"]) != "code":
            continue
        start, end = cell["source"]
        source = _value(text, (start, end))
        if isinstance(source, str):
            lines = [line_of(start)]
        elif isinstance(source, list) and all(isinstance(line, str) for line in source):
            lines = [line_of(item) for _, item, _ in _members(text, start)] or [line_of(start)]
            source = "".join(source)
        else:
            raise NotebookError(f"the source of cell {number} is not text")
        encoded = source.encode("utf-8", "surrogatepass")
        outputs, count = cell.get("outputs"), cell.get("execution_count")
        found.append(Cell(number, encoded, start, end, tuple(lines), outputs, count))
    return found


def language(content: bytes) -> str:
    """The language that the notebook's kernel speaks; Python unless it says otherwise.

    Raises NotebookError when the text is no notebook.
    """
    metadata = _parse(content)[1].get("metadata")
    for holder, key in (("language_info", "name"), ("kernelspec", "language")):
        told = metadata.get(holder) if isinstance(metadata, dict) else None
        if isinstance(told, dict) and isinstance(told.get(key), str):
            name: str = told[key]
            return name.lower()
    return "python"


def with_sources(
    content: bytes, cells: list[Cell], changed: Mapping[int, bytes], *, clear: bool = False
) -> bytes:
    """The notebook with other sources in some of its cells, given by their numbers.

    With `clear`, no code cell has outputs, or the number of an execution.
    """
    text, _ = _parse(content)
    ascii_only = text.isascii()
    edits: list[tuple[int, int, str]] = []
    for cell in cells:
        if cell.number in changed:
            source = changed[cell.number].decode("utf-8", "surrogatepass")
            written = _written(text[cell.start : cell.end], source, ascii_only)
            edits.append((cell.start, cell.end, written))
        if clear:
            for place, empty in ((cell.outputs, "[]"), (cell.count, "null")):
                if place is not None:
                    edits.append((*place, empty))
    pieces = []
    position = 0
    for start, end, written in sorted(edits):
        pieces += [text[position:start], written]
        position = end
    pieces.append(text[position:])
    mark = b"\xef\xbb\xbf" if content.startswith(b"\xef\xbb\xbf") else b""
    return mark + "".join(pieces).encode("utf-8")


def _written(old: str, source: str, ascii_only: bool) -> str:
    """The JSON of a source, laid out as the old one was."""
    if old.startswith('"'):
        return json.dumps(source, ensure_ascii=ascii_only)
    items = [(start, end) for _, start, end in _members(old, 0)]
    if not items:
        return json.dumps(_LINE.findall(source), ensure_ascii=ascii_only)
    # A string that did not change keeps its spelling, such as \/ or \u00e9.
    spelling = {_value(old, item): old[item[0] : item[1]] for item in items}
    lines = _LINE.findall(source)
    written = [spelling.get(line) or json.dumps(line, ensure_ascii=ascii_only) for line in lines]
    between = [old[end:start] for (_, end), (start, _) in pairwise(items)] or [", "]
    pieces = [old[: items[0][0]]]
    for number, line in enumerate(written):
        if number > 0:
            pieces.append(between[min(number, len(between)) - 1])
        pieces.append(line)
    return "".join((*pieces, old[items[-1][1] :]))


def _parse(content: bytes) -> tuple[str, dict[str, Any]]:
    try:
        text = content.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
        notebook = json.loads(text)
    except UnicodeDecodeError:
        raise NotebookError("it is not UTF-8") from None
    except json.JSONDecodeError as error:
        reason = error.msg[:1].lower() + error.msg[1:]
        raise NotebookError(f"line {error.lineno} is not JSON: {reason}") from None
    if not isinstance(notebook, dict):
        raise NotebookError("it is JSON, but no notebook")
    return text, notebook


def _value(text: str, span: tuple[int, int]) -> Any:
    return _DECODER.raw_decode(text, span[0])[0]


def _members(text: str, start: int) -> Iterator[tuple[str | None, int, int]]:
    """The key (None in a list), start and end of each value in the list or object at `start`.

    The text is known to be JSON.
    """
    closing = "]" if text[start] == "[" else "}"
    position = _after_space(text, start + 1)
    while text[position] != closing:
        key = None
        if closing == "}":
            key, position = _DECODER.raw_decode(text, position)
            position = _after_space(text, _after_space(text, position) + 1)  # the colon
        _, end = _DECODER.raw_decode(text, position)
        yield key, position, end
        position = _after_space(text, end)
        if text[position] == ",":
            position = _after_space(text, position + 1)


def _after_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    assert match is not None  # it matches nothing, too
    return match.end()
