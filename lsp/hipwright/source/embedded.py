"""Where the CUDA is in a text that is not all CUDA: a notebook cell that starts with a magic."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["cuda", "cell", "python"]
"""What a text is: all of it CUDA, a notebook cell in any language, or a Python file."""

# The first line of a cell whose rest is CUDA or HIP. `%%cu`, `%%cuda_group_save` and the like are
# the spellings of the notebook plugins that people come from; a file written with `%%writefile`
# is CUDA when its name says so. IPython lets blank lines, and blanks, stand before the magic.
_MAGIC_LINE = re.compile(
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
_CUDA_MAGIC = re.compile(rb"\A(\s*%%)cuda(?=[ \t\r\n])")
_ANY_CELL_MAGIC = re.compile(rb"\A(?:[ \t\f]*(?:\r\n|\n|\r))*[ \t]*%%")

# Language ids of editors and notebooks for code that the engine can read as it stands.
CUDA_LANGUAGES = frozenset({"cuda-cpp", "cuda", "cuda-c++", "hip", "cpp", "c++", "c"})


@dataclass(frozen=True, slots=True)
class Region:
    """The bytes `start` to `end` (exclusive) of a text, which are CUDA: a source of their own."""

    start: int
    end: int


def regions(text: bytes, kind: Kind) -> list[Region]:
    """The stretches of `text` that are CUDA, in order. The line of a magic is never in one."""
    if kind == "cuda":
        return [Region(0, len(text))]
    if kind == "cell":
        magic = _MAGIC_LINE.match(text)
        return [Region(magic.end(), len(text))] if magic else []
    return []  # a Python file: nothing in it is taken for CUDA


def with_hip_magic(cell: bytes) -> bytes:
    """The cell with `%%hip` in the place of `%%cuda`, for one that was ported.

    `%%cuda` would compile its HIP as CUDA; `%%hip` takes both, so that a port with something left
    to do has it as well. The options behind the word stay.
    """
    return _CUDA_MAGIC.sub(rb"\1hip", cell, count=1)


def kind_of(language: str, text: bytes, in_notebook: bool) -> Kind:
    """What a text of an editor is, by its language id, and by its first line in a notebook."""
    if in_notebook:
        if language in CUDA_LANGUAGES and not _ANY_CELL_MAGIC.match(text):
            return "cuda"
        return "cell"
    return "python" if language == "python" else "cuda"
