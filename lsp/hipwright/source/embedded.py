"""What a document is made of: all one language, or the cell of a notebook behind its magic."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from hipwright.patterns import regex
from hipwright.source.languages import Language, language_in_editor, language_of

Kind = Language | Literal["cell", "other cell"]
"""What a text is: all of it one language, a cell of a Python notebook, or one of another."""

# The first line of a cell whose rest is CUDA or HIP. `%%cu`, `%%cuda_group_save` and the like are
# the spellings of the notebook plugins that people come from; a file written with `%%writefile`
# is CUDA when its name says so. IPython lets blank lines, and blanks, stand before the magic.
_MAGIC_LINE = regex(
    rb"""
    \A(?:[ \t\f]*(?:\r\n|\n|\r))*
    [ \t]*%%
    (?:
        (?:cuda|hip|cu)(?:_[a-z_]+)?(?=[ \t\r\n]|\Z)[^\r\n]*
      | (?:writefile|file)[ \t][^\r\n]*?\.(?:cu|cuh|hip)["']?[ \t]*(?=[\r\n]|\Z)
    )
    (?:\r\n|\n|\r|\Z)
    """,
    re.VERBOSE,
)
# Ours: what the other spellings run is not for us to say.
_CUDA_MAGIC = regex(rb"\A(\s*%%)cuda(?=[ \t\r\n])")
_SHELL_MAGIC = regex(rb"%%(?:bash|sh|shell)\b")
_FILE_MAGIC = regex(rb"%%(?:writefile|file)[ \t][^\r\n]*?(?P<name>[^\s\"'/]+)[\"']?[ \t]*\Z")
# Magics whose cell is Python all the same.
_PYTHON_MAGIC = regex(rb"%%(?:time|timeit|capture|prun|python3?|memit|mprun|debug)\b")
_ANY_CELL_MAGIC = regex(rb"\A(?:[ \t\f]*(?:\r\n|\n|\r))*[ \t]*%%[^\r\n]*")

# Language ids of editors and notebooks for code that the engine can read as it stands.
CUDA_LANGUAGES = frozenset({"cuda-cpp", "cuda", "cuda-c++", "hip", "cpp", "c++", "c"})


class Region(NamedTuple):
    """The bytes `start` to `end` (exclusive) of a text, which are in one language."""

    start: int
    end: int
    language: Language = "cuda"


def regions(text: bytes, kind: Kind) -> list[Region]:
    """The stretches of `text` in a language that we read, in order.

    The line of a magic is never in one, but for that of a cell of Python.
    """
    if kind != "cell" and kind != "other cell":
        return [Region(0, len(text), kind)]
    magic = _MAGIC_LINE.match(text)
    if magic:
        return [Region(magic.end(), len(text))]
    magic = _ANY_CELL_MAGIC.match(text)
    if magic is None:
        return [Region(0, len(text), "python")] if kind == "cell" and text else []
    line = magic[0].strip()
    if _PYTHON_MAGIC.match(line):
        return [Region(0, len(text), "python")]
    language: Language | None = "shell" if _SHELL_MAGIC.match(line) else None
    written = _FILE_MAGIC.match(line)
    if written:
        language = language_of(written["name"].decode("utf-8", "replace"))
    if language is None or language == "notebook":
        return []
    return [Region(min(magic.end() + 1, len(text)), len(text), language)]


def with_hip_magic(cell: bytes) -> bytes:
    """The cell with `%%hip` in the place of `%%cuda`, for one that was ported.

    `%%cuda` would compile its HIP as CUDA; `%%hip` takes both, so that a port with something left
    to do has it as well. The options behind the word stay.
    """
    return _CUDA_MAGIC.sub(rb"\1hip", cell, count=1)


def kind_of(language: str, text: bytes, in_notebook: bool, name: str = "") -> Kind:
    """What a text of an editor is: by its language id, its name, or its first line in a notebook.

    A client sends what its user wants to be read: what we do not know is taken for CUDA.
    """
    if in_notebook:
        if language in CUDA_LANGUAGES and not _ANY_CELL_MAGIC.match(text):
            return "cuda"
        return "cell" if language in ("python", "ipython") else "other cell"
    if language in CUDA_LANGUAGES:
        return "cuda"
    return language_in_editor(language, name) or "cuda"
