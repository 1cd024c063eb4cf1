"""Which settings govern a document: its project's file, or else what the editor says."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from hipwright.configuration import Configuration, ConfigurationError, Configurations
from hipwright.settings import Settings, SettingsError, from_mapping

# What our clients keep under the same name, but is about themselves and not about checking.
_CLIENT_KEYS = frozenset(
    {"path", "interpreter", "trace", "enable", "disable", "exclude", "targets"}
)


class Preferences:
    """The settings of every document.

    The nearest hipwright.toml, or table in pyproject.toml, wins as a whole, so that the editor and
    the command line say the same of a project; without one, the editor's settings hold. What
    cannot be used is reported once, and left out.
    """

    def __init__(self, report: Callable[[str], None]) -> None:
        self._report = report
        self._reported: set[str] = set()
        self._editor = Settings()
        self._files = Configurations()

    def use_editor_settings(self, values: object) -> None:
        """Take over the editor's settings, a JSON object such as {"ignore": ["WARP"]}."""
        if not isinstance(values, Mapping):
            return
        given = {
            key: value
            for key, value in values.items()
            if key not in _CLIENT_KEYS and value is not None
        }
        try:
            self._editor = from_mapping(given)
        except SettingsError as error:
            self._tell(f"hipwright: the editor's setting {error.key}: {error.reason}")

    def forget_files(self) -> None:
        """Read every configuration file again when it is next needed."""
        self._files = Configurations()
        self._reported.clear()

    def of(self, uri: str) -> Settings:
        """The settings of the document at `uri`."""
        path = path_of(uri)
        if path is None:
            return self._editor
        try:
            found = self._files.of_folder(path.parent)
        except ConfigurationError as error:
            self._tell(str(error))
            found = Configuration()
        return self._editor if found.file is None else found.settings

    def _tell(self, message: str) -> None:
        if message not in self._reported:
            self._reported.add(message)
            self._report(message)


def path_of(uri: str) -> Path | None:
    """The absolute path of a `file:` URI, or of a notebook cell in a file; None for all others."""
    parts = urlsplit(uri)
    if parts.scheme not in ("file", "vscode-notebook-cell") or parts.netloc not in (
        "",
        "localhost",
    ):
        return None
    path = unquote(parts.path)
    if os.name == "nt" and len(path) > 2 and path[0] == "/" and path[2] == ":":
        path = path[1:]
    return Path(path) if path and "\0" not in path and Path(path).is_absolute() else None
