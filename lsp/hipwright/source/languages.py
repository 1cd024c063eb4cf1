"""The languages of the texts that hipwright reads, and how each of them writes a comment."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Literal

from hipwright.patterns import regex
from hipwright.source.lines import first_line

Language = Literal[
    "cuda",  # CUDA, HIP, C and C++: what the engine parses
    "python",
    "notebook",
    "cmake",
    "make",
    "dockerfile",
    "shell",
    "requirements",
    "toml",
    "yaml",
    "bazel",
    "meson",
    "nix",
]

# .hip, too: a port is checked as its original was.
CUDA_SUFFIXES = frozenset({".cu", ".cuh", ".hip"})
# CUDA only when they mention it.
C_SUFFIXES = frozenset({".h", ".hh", ".hpp", ".hxx", ".c", ".cc", ".cpp", ".cxx", ".inl", ".ipp"})

# They name the sources, which a port may rename.
BUILD_LANGUAGES = frozenset(
    {"python", "cmake", "make", "dockerfile", "shell", "bazel", "meson", "toml"}
)

_BY_SUFFIX: dict[str, Language] = {
    **dict.fromkeys(CUDA_SUFFIXES | C_SUFFIXES, "cuda"),
    **dict.fromkeys((".py", ".pyi", ".pyw"), "python"),
    ".ipynb": "notebook",
    ".cmake": "cmake",
    **dict.fromkeys((".mk", ".mak", ".make"), "make"),
    ".dockerfile": "dockerfile",
    **dict.fromkeys((".sh", ".bash", ".zsh", ".slurm", ".sbatch"), "shell"),
    ".toml": "toml",
    **dict.fromkeys((".yml", ".yaml"), "yaml"),
    **dict.fromkeys((".bzl", ".bazel"), "bazel"),
    ".nix": "nix",
}
_BY_NAME: dict[str, Language] = {
    "cmakelists.txt": "cmake",
    **dict.fromkeys(("makefile", "gnumakefile"), "make"),
    **dict.fromkeys(("dockerfile", "containerfile"), "dockerfile"),
    **dict.fromkeys(("build", "workspace"), "bazel"),
    "meson.build": "meson",
}
_MAKE = regex(r"(gnu)?makefile[._-]", re.ASCII)
_DOCKER = regex(r"(dockerfile|containerfile)[._-]", re.ASCII)
_REQUIREMENTS = regex(r"[\w.-]*(requirements|constraints)[\w.-]*\.(txt|in)", re.ASCII)
_SHEBANG = regex(rb"#![^\r\n]*?\b(?:(?P<shell>(?:ba|da|z|k)?sh)|(?P<python>python[\d.]*))\b")

# What editors call them, where it is another word than ours.
_BY_EDITOR: dict[str, Language] = {
    "python": "python",
    "cmake": "cmake",
    "makefile": "make",
    "dockerfile": "dockerfile",
    "shellscript": "shell",
    "pip-requirements": "requirements",
    "toml": "toml",
    "yaml": "yaml",
    "dockercompose": "yaml",
    "starlark": "bazel",
    "bazel": "bazel",
    "meson": "meson",
    "nix": "nix",
}


def language_of(name: str, content: bytes = b"") -> Language | None:
    """The language of a file, by its name, or else by its first line; None when it is none of ours.

    `name` may be a path; `content` need not be more than the file's beginning.
    """
    path = PurePath(name)
    base = path.name.lower()
    found = _BY_SUFFIX.get(path.suffix.lower()) or _BY_NAME.get(base)
    if found is not None:
        return found
    if _MAKE.match(base):
        return "make"
    if _DOCKER.match(base):
        return "dockerfile"
    if _REQUIREMENTS.fullmatch(base) or (
        path.parent.name.lower() == "requirements" and path.suffix in (".txt", ".in")
    ):
        return "requirements"
    shebang = _SHEBANG.match(first_line(content))
    if shebang:
        return "shell" if shebang["shell"] else "python"
    return None


def language_in_editor(identifier: str, name: str) -> Language | None:
    """The language of an editor's document: what the editor calls it, and the file's name."""
    return _BY_EDITOR.get(identifier) or language_of(name)


def comment_mark(language: Language) -> bytes:
    """What starts a comment that reaches to the end of its line."""
    return b"//" if language == "cuda" else b"#"


def takes_comments_behind_code(language: Language) -> bool:
    """Whether a comment may stand behind something else on a line."""
    return language not in ("dockerfile",)
