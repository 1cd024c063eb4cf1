"""Let `#include "x.cu"` (or `<x.cu>`), and build files, follow files that a port renames."""

from __future__ import annotations

from pathlib import Path

from hipwright.patterns import regex
from hipwright.source.languages import Language
from hipwright.source.texts import Text

_CU_INCLUDE = regex(rb'(?m)^[ \t]*#[ \t]*include[ \t]*["<]([^">\r\n]+\.cu)[">]')


def rename_includes(text: bytes, path: Path, renamed: frozenset[Path]) -> bytes:
    """Let `#include "x.cu"` follow a file that becomes x.hip.

    The included file is looked for beside the includer, then by its name below any folder, as an
    include path would find it, when only one renamed file fits.
    """
    matches = list(_CU_INCLUDE.finditer(text))
    if not matches:
        return text
    from hipwright.source import Source

    root = Source(text).tree.root_node
    pieces: list[bytes] = []
    position = 0
    for match in matches:
        node = root.descendant_for_byte_range(match.start(1), match.end(1))
        while node is not None and node.type != "preproc_include":
            node = node.parent
        if node is None:  # in a comment or a string
            continue
        if _is_renamed(match[1].decode("utf-8", "surrogateescape"), path, renamed):
            pieces += [text[position : match.end(1) - 2], b"hip"]
            position = match.end(1)
    return b"".join((*pieces, text[position:]))


# A file, as build files write it, perhaps below a variable; or a pattern such as %.cu and *.cu.
_CU_FILE = regex(rb"(?P<path>(?:[\w.+@~%*?-]|/|\$\([^)\s]*\)|\$\{[^}\s]*\})*)\.cu(?![\w.])")
_SUFFIX_RULE = regex(rb"(?m)^\.cu(?=\.\w+[ \t]*:)")
_VARIABLE = regex(rb"\$\([^)\s]*\)|\$\{[^}\s]*\}")


def rename_sources(text: bytes, language: Language, path: Path, renamed: frozenset[Path]) -> bytes:
    """Let a build file name the sources as a port does that turns x.cu into x.hip.

    A pattern, such as `%.cu`, follows where the folder that it is for has such a file; Python's
    strings follow where they are nothing but a file or a pattern. Comments stay as they are.
    """
    if b".cu" not in text or not renamed:
        return text
    code = Text(text, language, str(path))
    if language == "cmake" and code.cmake.problem is not None:
        return text
    places = [
        (match.start("path"), match.end("path"))
        for match in _CU_FILE.finditer(text)
        if _names_renamed(match["path"], path, renamed)
    ]
    if language == "python":
        from hipwright.rules.python._code import strings

        whole = {(start, end - 3) for _, start, end, _ in strings(code.python)}
        places = [place for place in places if place in whole]
    elif language == "make" and _any_below(path.parent, renamed):
        places += [(match.start(), match.start()) for match in _SUFFIX_RULE.finditer(text)]
    pieces: list[bytes] = []
    position = 0
    for start, end in sorted(set(places)):
        if code.comment_around(start, end + 3) is not None:
            continue
        pieces += [text[position:end], b".hip"]
        position = end + 3
    return b"".join((*pieces, text[position:]))


def _names_renamed(written: bytes, path: Path, renamed: frozenset[Path]) -> bool:
    """Whether what stands before `.cu` in a build file names a file that becomes .hip."""
    folder, _, stem = written.decode("utf-8", "surrogateescape").rpartition("/")
    plain = _VARIABLE.sub(b"", folder.encode("utf-8", "surrogateescape")).decode(
        "utf-8", "surrogateescape"
    )
    in_variable = plain != folder
    is_pattern = not stem or any(mark in stem for mark in "%*?$")
    if is_pattern:
        place = path.parent / plain.lstrip("/") if in_variable else path.parent / folder
        return _any_below(place, renamed) or (in_variable and bool(renamed))
    if not in_variable:
        beside = path.parent / folder / f"{stem}.cu"
        if beside.resolve() in renamed:
            return True
        if beside.exists():  # another file, that stays
            return False
    parts = (*(part for part in plain.split("/") if part not in ("", ".", "..")), f"{stem}.cu")
    return any(other.parts[-len(parts) :] == parts for other in renamed)


def _any_below(folder: Path, renamed: frozenset[Path]) -> bool:
    place = folder.resolve()
    return any(place in other.parents for other in renamed)


def _is_renamed(include: str, path: Path, renamed: frozenset[Path]) -> bool:
    if (path.parent / include).resolve() in renamed:
        return True
    parts = Path(include).parts
    return sum(other.parts[-len(parts) :] == parts for other in renamed) == 1
