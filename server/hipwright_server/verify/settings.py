"""What single programs need, as the user writes it down: arguments, flags, a folder to run in.

[programs."src/nbody/main.cu"]      # a name that verify prints, or a pattern: "src/*/main.cu"
arguments = ["1024", "10"]
flags = ["-DSTEPS=10"]
directory = "data"                  # where it runs, as seen from this file
timeout = 300                       # seconds
skip = "needs a camera"             # why it is not verified
"""

from __future__ import annotations

import fnmatch
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_KEYS: dict[str, type | tuple[type, ...]] = {
    "arguments": list,
    "flags": list,
    "directory": str,
    "timeout": (int, float),
    "skip": str,
}


@dataclass(frozen=True, slots=True)
class ProgramSettings:
    """What is set for one program; None leaves it as it was found."""

    arguments: tuple[str, ...] | None = None
    flags: tuple[str, ...] = ()
    directory: Path | None = None
    seconds: float | None = None
    skip: str = ""


class SettingsFile:
    """The settings of all programs."""

    def __init__(self, file: Path | None = None) -> None:
        """Read a file; without one, nothing is set.

        Raises:
            ValueError: the file cannot be used; says where and what.
        """
        self._tables: Mapping[str, Mapping[str, Any]] = {}
        self._base = Path()
        if file is not None:
            self._tables = _read(file)
            self._base = file.resolve().parent

    def of(self, name: str) -> ProgramSettings:
        """What is set for the program of a name; of two tables that fit, the later wins."""
        values: dict[str, Any] = {}
        for pattern, table in self._tables.items():
            if pattern == name or fnmatch.fnmatchcase(name, pattern):
                values |= table
        return ProgramSettings(
            tuple(values["arguments"]) if "arguments" in values else None,
            tuple(values.get("flags", ())),
            self._base / values["directory"] if "directory" in values else None,
            float(values["timeout"]) if "timeout" in values else None,
            values.get("skip", ""),
        )


def _read(file: Path) -> Mapping[str, Mapping[str, Any]]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        values = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise ValueError(f"{file}: {error.strerror}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{file}: not valid TOML: {error}") from None
    tables = values.pop("programs", {})
    if values or not isinstance(tables, Mapping):
        what = next(iter(values), "programs")
        raise ValueError(f'{file}: {what}: only tables [programs."NAME"] are known here')
    for name, table in tables.items():
        where = f'{file}: [programs."{name}"]'
        if not isinstance(table, Mapping):
            raise ValueError(f"{where} must be a table")
        for key, value in table.items():
            if key not in _KEYS:
                known = ", ".join(_KEYS)
                raise ValueError(f"{where}: there is no setting {key}; there are {known}")
            words = isinstance(value, list) and not all(isinstance(each, str) for each in value)
            if not isinstance(value, _KEYS[key]) or isinstance(value, bool) or words:
                expected = "a list of strings" if _KEYS[key] is list else "a string"
                expected = "seconds, a number" if key == "timeout" else expected
                raise ValueError(f"{where}: {key} must be {expected}")
        if table.get("timeout", 1) <= 0:
            raise ValueError(f"{where}: timeout must be more than 0")
        directory = table.get("directory")
        if directory is not None and not (file.parent / directory).is_dir():
            raise ValueError(f"{where}: directory {directory} is no folder")
    return tables
