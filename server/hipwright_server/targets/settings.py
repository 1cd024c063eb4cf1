"""Targets as the user configures them: [targets.NAME] in hipwright.toml.

    [targets.lab2]
    url = "http://127.0.0.1:8889/"
    token-env = "LAB2_TOKEN"       # or token-file = "~/.config/hipwright/lab2.token"
    kernel = "python3"             # the kernel to start there
    target = "rocm"                # what runs there when only lab2 is asked for

    [targets.hip7]
    hip-headers = "hip-7.1"        # a folder with include/hip/hip_runtime.h, as seen from this file
    arch = "gfx942"                # what hip7 alone compiles for; hip7:gfx1100 is another
    clang = "clang++-19"           # the newest here otherwise

A token never stands in the configuration, which is shared and committed.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_KEYS = {"url", "token-env", "token-file", "kernel", "target"}
_HEADER_KEYS = {"hip-headers", "arch", "clang"}
_RESERVED = {"cpu", "cuda", "rocm", "hip", "clang", "scale"}


@dataclass(frozen=True, slots=True)
class RemoteServer:
    """A Jupyter server on another machine."""

    name: str
    url: str
    token_env: str = ""
    token_file: str = ""
    kernel: str = ""  # empty: the server's default
    target: str = ""  # empty: the best that is there

    def token(self) -> str:
        """The token; "" for a server without one.

        Raises:
            ValueError: the variable or the file is not there, or others can read the file.
        """
        if self.token_env:
            token = os.environ.get(self.token_env, "")
            if not token:
                raise ValueError(f"{self.name}: the environment variable {self.token_env} is empty")
            return token
        if self.token_file:
            path = Path(self.token_file).expanduser()
            try:
                mode = path.stat().st_mode
                token = path.read_text("utf-8").strip()
            except OSError as error:
                raise ValueError(f"{self.name}: {path}: {error.strerror}") from error
            if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise ValueError(f"{self.name}: others can read {path}; chmod 600 it")
            return token
        return ""


@dataclass(frozen=True, slots=True)
class HipHeaders:
    """HIP's headers on this machine, for clang."""

    name: str
    folder: Path
    architecture: str = ""
    clang: str = ""


def configured_headers(directory: Path | None = None) -> dict[str, HipHeaders]:
    """The configured headers of HIP, by name, of the nearest configuration in or above a folder.

    Raises:
        ValueError: the configuration holds something that cannot be used; says where and what.
    """
    file, tables = _tables(directory or Path.cwd())
    return {
        name: _headers(file, name, table) for name, table in tables.items() if _has_headers(table)
    }


def remote_servers(directory: Path | None = None) -> dict[str, RemoteServer]:
    """The configured servers, by name, of the nearest configuration in or above a folder.

    Raises:
        ValueError: the configuration holds something that cannot be used; says where and what.
    """
    file, tables = _tables(directory or Path.cwd())
    return {
        name: _server(file, name, table)
        for name, table in tables.items()
        if not _has_headers(table)
    }


def _has_headers(table: object) -> bool:
    return isinstance(table, Mapping) and "hip-headers" in table


def _tables(directory: Path) -> tuple[Path, Mapping[str, Any]]:
    """The `targets` table that governs a folder, and the file that it is from."""
    for folder in (directory.resolve(), *directory.resolve().parents):
        for name in ("hipwright.toml", "pyproject.toml"):
            file = folder / name
            if not file.is_file():
                continue
            values = _parse(file)
            if name == "pyproject.toml":
                values = values.get("tool", {}).get("hipwright")
                if values is None:
                    continue
            tables = values.get("targets", {})
            if not isinstance(tables, Mapping):
                raise ValueError(f"{file}: targets must be a table: [targets.NAME]")
            return file, tables
    return directory, {}


def _parse(file: Path) -> Mapping[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{file}: {error}") from error


def _headers(file: Path, name: str, table: Mapping[str, Any]) -> HipHeaders:
    where = f"{file}: [targets.{name}]"
    _check(where, name, table, _HEADER_KEYS)
    architecture = table.get("arch", "")
    if architecture and not re.fullmatch(r"gfx[0-9a-f]+(?::[\w+-]+)*", architecture):
        raise ValueError(f"{where}: arch is no AMD architecture, such as gfx942")
    folder = (file.parent / Path(table["hip-headers"]).expanduser()).resolve()
    return HipHeaders(name, folder, architecture, table.get("clang", ""))


def _check(where: str, name: str, table: Mapping[str, Any], keys: set[str]) -> None:
    """Names and values that any target's table may have.

    Raises:
        ValueError: one is not allowed; says which.
    """
    if not re.fullmatch(r"[A-Za-z][\w.-]*", name) or name in _RESERVED:
        raise ValueError(f"{where}: {name} cannot be the name of a target")
    unknown = sorted(set(table) - keys)
    if unknown:
        known = ", ".join(sorted(keys))
        raise ValueError(f"{where}: there is no setting {unknown[0]}; there are {known}")
    for key, value in table.items():
        if not isinstance(value, str):
            raise ValueError(f"{where}: {key} must be a string")


def _server(file: Path, name: str, table: object) -> RemoteServer:
    where = f"{file}: [targets.{name}]"
    if not isinstance(table, Mapping):
        raise ValueError(f"{where}: must be a table with url, or with hip-headers")
    if "token" in table:
        raise ValueError(
            f"{where}: a token does not belong into a file that is shared; "
            "use token-env or token-file"
        )
    _check(where, name, table, _KEYS)
    url = table.get("url", "")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{where}: url must be an http or https address of a Jupyter server")
    if parts.query or parts.fragment or parts.username:
        raise ValueError(f"{where}: url must not hold a token or a user; use token-env")
    return RemoteServer(
        name=name,
        url=url.rstrip("/") + "/",
        token_env=table.get("token-env", ""),
        token_file=table.get("token-file", ""),
        kernel=table.get("kernel", ""),
        target=table.get("target", ""),
    )
