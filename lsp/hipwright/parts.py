"""A file as the texts in it: all of it, or the cells of a notebook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hipwright.files import FileError, TextFile
from hipwright.finding import Finding, moved
from hipwright.port import port
from hipwright.report.located import LocatedFinding, locate
from hipwright.settings import Settings
from hipwright.source.embedded import Kind, kind_of, regions, with_hip_magic
from hipwright.source.languages import language_of
from hipwright.source.lines import LineIndex
from hipwright.texts import check_text, text_of

if TYPE_CHECKING:
    from hipwright.compat import Names
    from hipwright.notebook import Cell


class PortedFile(NamedTuple):
    """A file with its sources ported. `remaining` has places in `text`."""

    text: bytes
    applied: dict[str, int]  # how many fixes of each rule
    remaining: list[LocatedFinding]


def check_file(
    file: TextFile, name: str, settings: Settings, with_edits: bool, follow: bool = True
) -> list[LocatedFinding]:
    """The findings of all sources in a file; `follow` reads the constants of its own headers.

    Raises FileError for a notebook that is none, and for CMake that does not parse.
    """
    _check_readable(file)
    if _kind(file) != "notebook":
        path = file.path.absolute() if follow else None
        findings = _check(file.content, _kind(file), name, settings, path)
        return locate(findings, file.content, LineIndex(file.content), name, with_edits)
    located: list[LocatedFinding] = []
    for cell, kind in _cells(file):
        findings = _check(cell.content, kind, "", settings)
        lines = LineIndex(cell.content)
        in_cell = locate(findings, cell.content, lines, name, with_edits)
        located += _in_notebook(in_cell, cell.number, cell.line_in_file)
    return located


def names_and_findings(
    file: TextFile, name: str, settings: Settings, with_edits: bool
) -> tuple[Names, list[LocatedFinding]]:
    """What a compatibility header needs for a file, and the findings that it leaves."""
    from hipwright.compat import Names, split

    if _kind(file) != "cuda":
        return Names(), check_file(file, name, settings, with_edits)
    content = file.content
    names, left = split(content, _check(content, "cuda", name, settings, file.path.absolute()))
    return names, locate(left, content, LineIndex(content), name, with_edits)


def port_file(
    file: TextFile,
    name: str,
    shown: str,
    settings: Settings,
    unsafe: bool,
    with_edits: bool,
    clear_outputs: bool = False,
) -> PortedFile:
    """The port of all sources in a file; what is left is told of the file called `shown`.

    `clear_outputs` takes the outputs out of a notebook. Raises FileError for a notebook that is
    none, and for CMake that does not parse.
    """
    _check_readable(file)
    applied: Counter[str] = Counter()
    if _kind(file) != "notebook":
        path = file.path.absolute()
        text, left = _port(file.content, _kind(file), name, settings, unsafe, applied, path)
        remaining = locate(left, text, LineIndex(text), shown, with_edits)
        return PortedFile(text, dict(sorted(applied.items())), remaining)
    from hipwright.notebook import with_sources

    cells = _cells(file)
    changed: dict[int, bytes] = {}
    remaining = []
    for cell, kind in cells:
        text, left = _port(cell.content, kind, "", settings, unsafe, applied)
        if text != cell.content:
            changed[cell.number] = with_hip_magic(text)
        in_cell = locate(left, text, LineIndex(text), shown, with_edits)
        remaining += _in_notebook(in_cell, cell.number, cell.line_in_file)
    text = with_sources(file.content, [cell for cell, _ in cells], changed, clear=clear_outputs)
    return PortedFile(text, dict(sorted(applied.items())), remaining)


def _kind(file: TextFile) -> Kind:
    # A file that was named is read, whatever its name.
    return language_of(file.path.name, file.content) or "cuda"


def _check_readable(file: TextFile) -> None:
    """Raises FileError for a build file that cannot be understood, and so not be changed."""
    if _kind(file) != "cmake":
        return
    from hipwright.source.cmake import CMakeCode

    problem = CMakeCode(file.content).problem
    if problem is not None:
        line = LineIndex(file.content).line_of(min(problem, len(file.content))) + 1
        reason = f"line {line}: this is not CMake; look for a parenthesis or a quote left open"
        raise FileError(file.path, reason)


def _cells(file: TextFile) -> list[tuple[Cell, Kind]]:
    from hipwright.notebook import NotebookError, code_cells, language

    try:
        spoken = language(file.content)
        cells = code_cells(file.content)
    except NotebookError as error:
        raise FileError(file.path, f"it is not a notebook: {error}") from error
    return [(cell, kind_of(spoken, cell.content, in_notebook=True)) for cell in cells]


def _check(
    text: bytes, kind: Kind, name: str, settings: Settings, path: Path | None = None
) -> list[Finding]:
    findings: list[Finding] = []
    for region in regions(text, kind):
        part = text[region.start : region.end]
        in_notebook = kind in ("cell", "other cell")
        source = text_of(part, region.language, name, in_notebook=in_notebook, path=path)
        inside = check_text(source, settings)
        findings += [moved(finding, region.start) for finding in inside]
    return findings


def _port(
    text: bytes,
    kind: Kind,
    name: str,
    settings: Settings,
    unsafe: bool,
    applied: Counter[str],
    path: Path | None = None,
) -> tuple[bytes, list[Finding]]:
    pieces: list[bytes] = []
    written = position = 0
    left: list[Finding] = []
    for region in regions(text, kind):
        before = text[position : region.start]
        ported = port(
            text[region.start : region.end],
            name,
            settings,
            unsafe=unsafe,
            language=region.language,
            in_notebook=kind in ("cell", "other cell"),
            path=path,
        )
        applied.update(finding.code for finding in ported.applied)
        left += [moved(finding, written + len(before)) for finding in ported.remaining]
        pieces += [before, ported.text]
        written += len(before) + len(ported.text)
        position = region.end
    return b"".join((*pieces, text[position:])), left


def _in_notebook(
    findings: Iterable[LocatedFinding], number: int, line_in_file: Callable[[int], int]
) -> list[LocatedFinding]:
    return [
        finding._replace(cell=number, file_line=line_in_file(finding.start.line))
        for finding in findings
    ]
