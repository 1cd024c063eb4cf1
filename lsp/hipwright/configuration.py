"""The configuration of a project: hipwright.toml, or [tool.hipwright] in pyproject.toml.

A file is governed by the nearest configuration in its own folder or one above; a hipwright.toml
wins over a pyproject.toml beside it. Configurations are not merged.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from hipwright.patterns import regex
from hipwright.settings import Settings, SettingsError, from_mapping

# A table `tool.hipwright`, in each way to write one.
_MAY_BE_OURS = regex(
    rb"""tool["'\s]*\.[\s"']*hipwright|\[[\s"']*tool[\s"']*\].*hipwright"""
    rb"""|tool["'\s]*=\s*\{.*hipwright""",
    re.DOTALL,
)


class Configuration(NamedTuple):
    """What one configuration file says. `file` is None where there is none."""

    settings: Settings = Settings()
    exclude: tuple[str, ...] = ()
    file: Path | None = None


class ConfigurationError(Exception):
    """A configuration that cannot be used. The message names the file, the line and the key."""


def read(file: Path) -> Configuration | None:
    """The configuration in `file`, or None when it is a pyproject.toml without our table.

    Raises ConfigurationError when the file cannot be read, is not TOML, or holds something that
    the schema does not allow.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{file}: {error.strerror}") from error
    in_pyproject = file.name == "pyproject.toml"
    if in_pyproject and not _MAY_BE_OURS.search(content):
        return None  # another one's TOML takes time to read, and its faults are none of ours
    values = _parse(file, content)
    if in_pyproject:
        tool = values.get("tool")
        if not isinstance(tool, Mapping) or "hipwright" not in tool:
            return None
        values = tool["hipwright"]
        if not isinstance(values, Mapping):
            raise ConfigurationError(f"{file}: tool.hipwright: must be a table")
    try:
        settings = from_mapping(values)
    except SettingsError as error:
        place = _place(file, content, error.key, error.item)
        raise ConfigurationError(f"{place}: {error.reason}") from error
    return Configuration(settings, tuple(values.get("exclude", ())), file)


def place_of(file: Path, key: str, item: object) -> str:
    """Where a configuration sets `key`, and `item` in it: the file, the line and the key."""
    try:
        return _place(file, file.read_bytes(), key, item)
    except OSError:
        return f"{file}: {key}"


def _place(file: Path, content: bytes, key: str, item: object) -> str:
    text = content.decode("utf-8", "replace")
    line = _line_of(text, key, item, file.name == "pyproject.toml")
    return f"{file}:{line}: {key}" if line else f"{file}: {key}"


def _parse(file: Path, content: bytes) -> Mapping[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib

    try:
        values: Mapping[str, Any] = tomllib.loads(content.decode("utf-8"))
        return values
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(f"{file}:{line}: this is not UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        # The parser ends its message with the place; a place comes first with us.
        found = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", str(error))
        last = content.rstrip().count(b"\n") + 1
        line_text = f":{found[1] or last}" if found else ""
        reason = str(error)[: found.start()] if found else str(error)
        reason = reason[:1].lower() + reason[1:]
        raise ConfigurationError(f"{file}{line_text}: not valid TOML: {reason}") from error


def _line_of(text: str, key: str, item: object, in_pyproject: bool) -> int | None:
    """The line, from 1, where `key` is set, or where its faulty `item` stands.

    TOML parsers keep no lines, so the text is searched for the usual ways to write a key.
    """
    lines = text.split("\n")
    start = 0
    if in_pyproject:
        for number, line in enumerate(lines):
            if re.match(r"\s*\[\s*tool\s*\.\s*\"?hipwright\"?\s*\]", line):
                start = number + 1
                break
    name = re.escape(key)
    written = re.compile(
        rf"(?:^|[\s.{{,])(?:{name}|\"{name}\"|'{name}')\s*=|^\s*\[.*\b{name}\b.*\]"
    )
    for number in range(start, len(lines)):
        if not written.search(lines[number]):
            continue
        if isinstance(item, str):
            for below in range(number, len(lines)):
                if f'"{item}"' in lines[below] or f"'{item}'" in lines[below]:
                    return below + 1
        return number + 1
    return None


class Configurations:
    """The configurations of a set of files, each read once."""

    def __init__(self, fixed: Configuration | None = None) -> None:
        """With `fixed`, every file is governed by that one."""
        self._fixed = fixed
        self._of_folder: dict[Path, Configuration] = {}

    def of_folder(self, folder: Path) -> Configuration:
        """The configuration that governs the files in `folder`, an absolute path.

        Raises ConfigurationError as `read` does.
        """
        if self._fixed is not None:
            return self._fixed
        known = self._of_folder.get(folder)
        if known is None:
            known = self._in(folder)
            if known is None:
                above = folder.parent
                known = Configuration() if above == folder else self.of_folder(above)
            self._of_folder[folder] = known
        return known

    @staticmethod
    def _in(folder: Path) -> Configuration | None:
        for name in ("hipwright.toml", "pyproject.toml"):
            file = folder / name
            if file.is_file():
                found = read(file)
                if found is not None:
                    return found
        return None
