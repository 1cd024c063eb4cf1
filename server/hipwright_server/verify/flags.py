"""Compiler flags of a build system, kept as far as they say what the program means.

A program is compiled here by other compilers than its build system's. What includes, defines and
the language's version say must stay; architectures, warnings, optimisation and the toolkit's own
folders and libraries are for the compiler that was meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from hipwright_server.cpu.includes import is_vendor_folder

# Flags with their value in the next word or in the same one.
_PATHS = ("-I", "-isystem", "-include", "-iquote")
_VALUES = ("-D", "-U")
_NVCC_NAMES = {
    "--include-path": "-I",
    "--define-macro": "-D",
    "--undefine-macro": "-U",
    "--pre-include": "-include",
    "--std": "-std",
    "--library": "-l",
}
_VENDOR_LIBRARY = re.compile(r"-l(?:cu\w*|nv\w*|npp\w*|hip\w*|roc\w*|amdhip64|stdc\+\+)")
_KEPT = re.compile(
    r"-(?:std=.+|l.+|fopenmp|pthread|fpermissive|ffast-math|use_fast_math|--use_fast_math|fno-\w[\w-]*)"
)
_FROM_COMPILER = ("-Xcompiler", "--compiler-options")


def meaningful_flags(words: Sequence[str], directory: Path) -> tuple[str, ...]:
    """The flags among a compiler's words that say what the program means.

    Args:
        words: a compile command without the compiler and its files.
        directory: what relative folders are relative to.

    Returns:
        The flags, each once and in order, with absolute folders and `-I` in one word.
    """
    kept: list[str] = []
    waiting = iter(_plain(words))
    for word in waiting:
        name, value = _split(word)
        if name in (*_PATHS, *_VALUES) and not value:
            value = next(waiting, "")
        if name in _PATHS:
            path = (directory / value).resolve()
            if name == "-include":
                kept += ["-include", str(path)]
            elif value and not is_vendor_folder(path):
                kept.append(f"-I{path}")
        elif name in _VALUES:
            kept.append(name + value)
        elif _KEPT.fullmatch(word) and not _VENDOR_LIBRARY.fullmatch(word):
            kept.append(word)
    return _each_once(kept)


def _plain(words: Sequence[str]) -> list[str]:
    """nvcc's long names made short, and what it hands on to the host compiler unpacked."""
    plain: list[str] = []
    waiting = iter(words)
    for word in waiting:
        name, equals, value = word.partition("=")
        if name in _FROM_COMPILER:
            plain += (value if equals else next(waiting, "")).strip("\"'").split(",")
        elif name in _NVCC_NAMES:
            value = value if equals else next(waiting, "")
            short = _NVCC_NAMES[name]
            plain.append(f"-std={value}" if short == "-std" else f"{short}{value}")
        elif word == "-std":
            plain.append(f"-std={next(waiting, '')}")
        else:
            plain.append(word)
    return plain


def _split(word: str) -> tuple[str, str]:
    for name in (*_PATHS, *_VALUES):
        if word.startswith(name) and (name != "-I" or not word.startswith("-Isystem")):
            return name, word[len(name) :]
    return word, ""


def _each_once(flags: Sequence[str]) -> tuple[str, ...]:
    once: list[str] = []
    previous = ""
    for flag in flags:
        if previous == "-include" or flag == "-include" or flag not in once:
            once.append(flag)
        previous = flag
    return tuple(once)
