"""The programs that a CMakeLists.txt says plainly, without running CMake.

CMake can only be run where the GPU's own toolkit is. Most projects' `add_executable` can be read
without: literal file names, variables that are set in the same file, and globs.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hipwright_server.verify.flags import meaningful_flags
from hipwright_server.verify.sources import COMPILED_SUFFIXES

NAME = "CMakeLists.txt"
_COMMENT = re.compile(r"#\[\[.*?\]\]|#[^\n]*", re.DOTALL)
_CALL = re.compile(r"([A-Za-z_]\w*)\s*\(((?:[^()\"]|\"(?:[^\"\\]|\\.)*\"|\([^()]*\))*)\)")
_ARGUMENT = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|([^\s\"()]+)")
_VARIABLE = re.compile(r"\$\{([\w./-]+)\}")
_EXECUTABLES = ("add_executable", "cuda_add_executable", "hip_add_executable")
_SCOPES = ("PUBLIC", "PRIVATE", "INTERFACE", "SYSTEM", "BEFORE", "AFTER")


@dataclass(frozen=True, slots=True)
class Target:
    """One executable of a CMakeLists.txt."""

    name: str
    sources: tuple[Path, ...]
    flags: tuple[str, ...]


def read_targets(folder: Path) -> list[Target]:
    """The executables that the folder's CMakeLists.txt names with files that are there."""
    try:
        text = (folder / NAME).read_text("utf-8", "replace")
    except OSError:
        return []
    variables = {
        "CMAKE_CURRENT_SOURCE_DIR": str(folder),
        "CMAKE_CURRENT_LIST_DIR": str(folder),
        "PROJECT_SOURCE_DIR": str(folder),
        "CMAKE_SOURCE_DIR": str(folder),
    }
    executables: dict[str, list[str]] = {}
    flags_of: dict[str, list[str]] = {}
    everywhere: list[str] = []
    for command, words in _calls(text, variables):
        name = words[0] if words else ""
        rest = [word for word in words[1:] if word not in _SCOPES]
        if command == "set" and name:
            variables[name] = ";".join(word for word in words[1:] if word not in ("PARENT_SCOPE",))
        elif command == "project" and name:
            variables["PROJECT_NAME"] = name
        elif command == "file" and name in ("GLOB", "GLOB_RECURSE") and len(words) > 2:
            variables[words[1]] = ";".join(_globbed(folder, words[2:]))
        elif command == "list" and name == "APPEND" and len(words) > 1:
            before = variables.get(words[1], "")
            variables[words[1]] = ";".join([*filter(None, [before]), *words[2:]])
        elif command in _EXECUTABLES and name:
            executables[name] = [word for word in rest if word not in ("WIN32", "MACOSX_BUNDLE")]
        elif command == "target_sources" and name in executables:
            executables[name] += rest
        elif command == "include_directories":
            everywhere += [f"-I{word}" for word in words if word not in _SCOPES]
        elif command == "add_definitions" or command == "add_compile_definitions":
            everywhere += [word if word.startswith("-") else f"-D{word}" for word in words]
        elif command == "target_include_directories":
            flags_of.setdefault(name, []).extend(f"-I{word}" for word in rest)
        elif command == "target_compile_definitions":
            flags_of.setdefault(name, []).extend(
                word if word.startswith("-") else f"-D{word}" for word in rest
            )
    found = []
    for name, files in executables.items():
        paths = [Path(os.path.normpath(folder / file)) for file in files]
        sources = tuple(path for path in paths if path.suffix in COMPILED_SUFFIXES)
        if sources and all(path.is_file() for path in sources):
            given = [*everywhere, *flags_of.get(name, [])]
            clear = [flag for flag in given if "$" not in flag]
            found.append(Target(name, sources, meaningful_flags(clear, folder)))
    return found


def _calls(text: str, variables: dict[str, str]) -> Iterator[tuple[str, list[str]]]:
    """Each command with its arguments, variables replaced as they are known by then."""

    def value(match: re.Match[str]) -> str:
        return variables.get(match[1], match[0])

    for match in _CALL.finditer(_COMMENT.sub("", text)):
        words: list[str] = []
        for quoted, plain in _ARGUMENT.findall(match[2]):
            word = _VARIABLE.sub(value, quoted or plain)
            words += [word] if quoted else [part for part in word.split(";") if part]
        yield match[1].lower(), words


def _globbed(folder: Path, patterns: list[str]) -> list[str]:
    found: list[str] = []
    for pattern in patterns:
        if pattern in ("CONFIGURE_DEPENDS", "RELATIVE", "LIST_DIRECTORIES") or "$" in pattern:
            continue
        relative = os.path.relpath(folder / pattern, folder)
        if not relative.startswith(".."):
            found += sorted(str(path) for path in folder.glob(relative) if path.is_file())
    return found
