"""Compilers' messages in one shape, at the user's line.

Understood are gcc and clang (`file:line:column: error: …`), nvcc's front end
(`file(line): error: …`), ptxas, and the linkers.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from hipwright_server.run import Diagnostic, Place

Severity = Literal["error", "warning", "note"]

_GNU = re.compile(
    r"^(?P<file>(?:[A-Za-z]:)?[^:\n]+?):(?P<line>\d+):(?:(?P<column>\d+):)?\s+"
    r"(?P<severity>fatal error|error|warning|note|remark):\s+(?P<message>.*)$"
)
_NVCC = re.compile(
    r"^(?P<file>[^()\n]+)\((?P<line>\d+)\):\s+"
    r"(?P<severity>catastrophic error|error|warning|note|remark)(?:\s+#(?P<code>[\w-]+))?:\s+"
    r"(?P<message>.*)$"
)
# No place of their own: ptxas, nvlink, the driver.
_PLAIN = re.compile(
    r"^(?P<tool>ptxas|nvlink|nvcc|clang|clang\+\+(?:-\d+)?|g\+\+(?:-\d+)?|gcc|hipcc|lld|ld\.lld|"
    r"amdclang\+\+|cc1plus)\s*(?:info\s*)?:?\s*(?:\S+\s+)?"
    r"(?P<severity>fatal|fatal error|error|warning)\s*:\s*(?P<message>.*)$"
)
_UNDEFINED = re.compile(r"undefined (?:reference to|symbol:) [`'\"]?(?P<symbol>[^'\"`\n]+)")
_MULTIPLE = re.compile(
    r"(?:multiple definition of|duplicate symbol:) [`'\"]?(?P<symbol>[^'\"`;\n]+)"
)
_INCLUDED = re.compile(r"^(?:In file included from|\s+from) (?P<file>[^:\n]+):(?P<line>\d+)")
_REQUIRED = re.compile(
    r"^(?P<file>[^:\n]+):(?P<line>\d+):(?P<column>\d+):\s+(?:recursively )?required (?:from|by)"
)
_INSTANTIATED = re.compile(r"in instantiation of|requested here|called from|instantiation of")
_CODE = re.compile(r"\s*\[-W(?:error=)?[\w+=-]+(?:,-W[\w+=-]+)*\]$")


@dataclass(slots=True)
class _Open:
    """A diagnostic that following notes may still move to the user's file."""

    severity: Severity
    message: str
    place: Place | None
    at_user: bool
    by_include: bool = False  # the place is only where the user includes the header


def parse_diagnostics(text: str, user_files: Collection[str], prefix: str = "") -> list[Diagnostic]:
    """The messages in a compiler's output, each once.

    `user_files` are the names that the user knows; `prefix` is the build folder, taken off the
    names. An error inside a header goes to the user's line that led to it, where the compiler's
    notes name that.
    """
    reader = _Reader(user_files, prefix)
    for line in text.splitlines():
        reader.read(line)
    return reader.finish()


class _Reader:
    def __init__(self, user_files: Collection[str], prefix: str) -> None:
        self._users = set(user_files)
        self._prefix = prefix.rstrip("/") + "/" if prefix else ""
        self._found: list[Diagnostic] = []
        self._open: _Open | None = None
        self._came_from: Place | None = None  # the user's line before the message

    def read(self, line: str) -> None:
        included = _INCLUDED.match(line) or _REQUIRED.match(line)
        if included:
            place = self._place(included)
            if place.file in self._users and self._came_from is None:
                self._came_from = place
            return
        match = _GNU.match(line) or _NVCC.match(line)
        if match:
            self._message(match.group("severity"), match.group("message"), self._place(match))
            return
        undefined = _UNDEFINED.search(line)
        if undefined:
            self._close()
            symbol = undefined.group("symbol").strip()
            self._add("error", f"undefined reference to {symbol}", None)
            return
        multiple = _MULTIPLE.search(line)
        if multiple:
            self._close()
            symbol = multiple.group("symbol").strip()
            self._add("error", f"{symbol} is defined more than once", None)
            return
        plain = _PLAIN.match(line)
        if plain and "linker command failed" not in line and "ld returned" not in line:
            self._close()
            severity: Severity = "warning" if plain.group("severity") == "warning" else "error"
            self._add(severity, f"{plain.group('tool')}: {plain.group('message')}", None)

    def finish(self) -> list[Diagnostic]:
        self._close()
        return self._found

    def _message(self, said: str, message: str, place: Place) -> None:
        at_user = place.file in self._users
        if said == "remark":
            return
        if said == "note":
            opened = self._open
            if opened is None or not at_user:
                return
            # clang and nvcc report an error in their own header, and name the user's line only in
            # a note. Where the header was included says little beside it.
            better = opened.by_include and _INSTANTIATED.search(message)
            if better or not opened.at_user:
                opened.place, opened.at_user, opened.by_include = place, True, False
            return
        self._close()
        severity: Severity = "warning" if said == "warning" else "error"
        by_include = not at_user and self._came_from is not None
        if not at_user and self._came_from is not None:
            place, at_user = self._came_from, True
        self._came_from = None
        self._open = _Open(severity, _CODE.sub("", message), place, at_user, by_include)

    def _close(self) -> None:
        if self._open is not None:
            self._add(self._open.severity, self._open.message, self._open.place)
            self._open = None

    def _add(self, severity: Severity, message: str, place: Place | None) -> None:
        diagnostic = Diagnostic(severity, message, place)
        # Host and device passes say the same thing twice.
        if diagnostic not in self._found:
            self._found.append(diagnostic)

    def _place(self, match: re.Match[str]) -> Place:
        name = match.group("file").strip()
        if self._prefix and name.startswith(self._prefix):
            name = name[len(self._prefix) :]
        if not posixpath.isabs(name):
            name = posixpath.normpath(name)
        column = match.groupdict().get("column")
        return Place(name, int(match.group("line")), int(column) if column else 0)
