"""Finding the sources under the paths of a command line.

A file that is named is taken as it is. A folder is searched: CUDA files, and C, C++, Python and
build files that mention it; what .gitignore files or the configuration leave out is left out, and
symbolic links are not followed, so that nothing is ported twice and nothing outside the folder is
touched.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hipwright.configuration import Configuration, Configurations
from hipwright.files import FileError
from hipwright.patterns import regex
from hipwright.source.languages import CUDA_SUFFIXES, Language, language_of

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_NEVER_SEARCHED = frozenset(
    {".git", ".hg", ".svn", ".venv", ".tox", "node_modules", "__pycache__", "site-packages"}
)

# Plain searches first: each runs at memory speed, where one expression of all would not.
_WORDS = (
    *(b'.cu"', b".cu>", b'.cuh"', b".cuh>"),  # includes, which may have to follow a new name
    *(b"cuda", b"CUDA", b"Cuda", b"__global__", b"__device__", b"<<<", b"threadIdx", b"thrust"),
    *(b"__syncthreads", b"__shfl", b"__ballot", b"cooperative_groups", b"cub::", b"cub/", b"CUB_"),
    *(b"CubDebug", b"_CubLog", b"nccl", b"NCCL", b"nvrtc", b"NVRTC", b"nvtx", b"nvml", b"nvvm"),
    *(b"nvJit", b"nvjpeg", b"nvcuda", b"nv_bfloat", b"__nv_", b"bfloat16", b"__half2", b"__half_"),
    *(b"_half2", b"_cuComplex", b"_cuDouble", b"_cuFloat", b"gesvdjInfo", b"syevjInfo"),
    *(
        b"driver_types.h",
        b"vector_types.h",
        b"surface_types.h",
        b"texture_types.h",
        b"library_types.h",
        b"channel_descriptor.h",
    ),
    *(b"device_functions.h", b"math_constants.h", b"math_functions.h", b"nvToolsExt", b"__NV_"),
)
_LIBRARY_NAME = regex(rb"cu(?:[A-Z]|blas|fft|rand|sparse|solver|dnn|tensor|pti|file)")
_TYPE_OR_MACRO = regex(rb"CU(?:[a-z]|_|BLAS|FFT|RAND|SPARSE|SOLVER|DNN|TENSOR|FILE|PTI|GL|D3D|GPU)")
_AT_A_WORD = regex(rb"\b(?:%b|%b)" % (_LIBRARY_NAME.pattern, _TYPE_OR_MACRO.pattern))


class Found(NamedTuple):
    """One source to work on."""

    path: Path  # as the user would write it
    below: Path  # its place below what was named: its name, or its path in the folder
    root: Path  # what was named on the command line


def mentions_cuda(content: bytes, name: str = "") -> bool:
    """Whether a file has anything to do with CUDA, by a cheap test that may say yes wrongly and
    never no. What is not C or C++ by its name does where a rule may have something to say of it."""
    language = language_of(name, content)
    if language == "notebook":
        # Its cells may be in any language; a word of one stands in the notebook as it is.
        return any(is_relevant(content, part) for part in ("python", "shell")) or mentions_cuda(
            content
        )
    if language is not None and language != "cuda":
        return is_relevant(content, language)
    if any(word in content for word in _WORDS):
        return True
    # An expression that starts with a letter is far faster than one that starts with \b.
    likely = _LIBRARY_NAME.search(content) or _TYPE_OR_MACRO.search(content)
    return likely is not None and _AT_A_WORD.search(content) is not None


def is_relevant(content: bytes, language: Language) -> bool:
    """Whether a rule may have something to say about a text in another language than CUDA."""
    from hipwright import texts  # with all rules: only where there is such a text

    return texts.is_relevant(content, language)


def is_cuda_by_name(path: Path) -> bool:
    """Whether the name alone says that a file is CUDA."""
    return path.suffix.lower() in CUDA_SUFFIXES


def find(
    paths: Sequence[Path],
    configurations: Configurations,
    leave_out: Path | None = None,
    every: bool = False,
) -> Iterator[Found | FileError]:
    """The sources under `paths`, each file once, in the order named and by name below a folder.

    `leave_out` is a folder that is never searched: where the ports go. A path that does not exist,
    and a folder without CUDA, come as FileError; with `every`, a folder's files come whether or not
    there is CUDA in it. Raises ConfigurationError for a configuration
    that cannot be used.
    """
    seen: set[tuple[int, int] | str] = set()
    for path in paths:
        if path.is_dir():
            yield from _in_folder(path, configurations, leave_out, seen, every)
        elif not os.path.lexists(path):
            yield FileError(path, "there is no such file")
        elif _is_new(path, seen):
            yield Found(path, Path(path.name), path)


def _in_folder(
    root: Path,
    configurations: Configurations,
    leave_out: Path | None,
    seen: set[tuple[int, int] | str],
    every: bool,
) -> Iterator[Found | FileError]:
    any_cuda = every
    held_back: list[Found] = []  # until one file shows that there is CUDA here
    for item in _walk(root, configurations, leave_out):
        if isinstance(item, FileError):
            yield item
            continue
        if not _is_new(item, seen):
            any_cuda = True  # handled under another path of the same command line
            continue
        found = Found(item, item.relative_to(root), root)
        if not any_cuda:
            any_cuda = is_cuda_by_name(item) or _file_mentions_cuda(item)
            if not any_cuda:
                held_back.append(found)
                continue
            yield from held_back
            held_back.clear()
        yield found
    if not any_cuda:
        yield FileError(
            root,
            "no CUDA in this folder (.cu, .cuh and .hip files, or others that mention CUDA)",
        )


def _walk(
    root: Path, configurations: Configurations, leave_out: Path | None
) -> Iterator[Path | FileError]:
    """The files below a folder with the endings that we read, ignored ones left out."""
    absolute = root.resolve()
    left_out = leave_out.resolve() if leave_out else None
    specs = _specs_above(absolute)
    # Each entry: the folder, its absolute path, and the ignore files that count in it.
    waiting = [(root, absolute, specs)]
    while waiting:
        folder, absolute, specs = waiting.pop()
        own = _read_ignore_file(absolute / ".gitignore")
        if own is not None:
            specs = (*specs, (absolute, own))
        excluded = _excluded_by(configurations.of_folder(absolute))
        try:
            with os.scandir(folder) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError as error:
            yield FileError(folder, (error.strerror or str(error)).lower())
            continue
        folders = []
        for entry in entries:
            if entry.is_symlink() or _is_junction(entry):
                continue
            is_folder = entry.is_dir(follow_symlinks=False)
            if is_folder and entry.name in _NEVER_SEARCHED:
                continue
            if not is_folder and not _is_read(entry.name):
                continue
            place = absolute / entry.name
            if place == left_out or _ignored(place, is_folder, (*specs, *excluded)):
                continue
            if is_folder:
                folders.append((folder / entry.name, place, specs))
            elif entry.is_file(follow_symlinks=False):
                yield folder / entry.name
        waiting.extend(reversed(folders))


def _is_read(name: str) -> bool:
    return language_of(name) is not None


def _is_junction(entry: os.DirEntry[str]) -> bool:
    """Whether the entry is a Windows junction, which is a link that is_symlink does not see."""
    asked = getattr(entry, "is_junction", None)  # Python 3.12
    return bool(asked and asked())


def _is_new(path: Path, seen: set[tuple[int, int] | str]) -> bool:
    try:
        status = path.stat()
        identity: tuple[int, int] | str = (status.st_dev, status.st_ino)
        if status.st_nlink > 1:  # another name of the same file is another file to port
            identity = str(path.resolve())
    except OSError:
        identity = str(path)
    if identity in seen:
        return False
    seen.add(identity)
    return True


def _file_mentions_cuda(path: Path) -> bool:
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return mentions_cuda(file.read(10_000_000), path.name)
    except OSError:
        return False


Specs = tuple[tuple[Path, "GitIgnoreSpec"], ...]


def _ignored(place: Path, is_folder: bool, specs: Specs) -> bool:
    """What the ignore files say, the deepest first; within one file the last pattern wins."""
    for base, spec in reversed(specs):
        name = place.relative_to(base).as_posix() + ("/" if is_folder else "")
        verdict = spec.check_file(name).include
        if verdict is not None:
            return verdict
    return False


def _specs_above(folder: Path) -> Specs:
    """The ignore files in the folders above, up to the repository's root.

    None of them when they ignore the folder itself: a person who names an ignored folder means it.
    """
    above = list(folder.parents)
    root = next((place for place in (folder, *above) if (place / ".git").exists()), None)
    if root is None or root == folder:
        return () if root is None else _with_exclude_file(root)
    specs = _with_exclude_file(root)
    between = [place for place in reversed(above) if place == root or root in place.parents]
    for place in between:
        own = _read_ignore_file(place / ".gitignore")
        if own is not None:
            specs = (*specs, (place, own))
    for place in (folder, *above):
        if place == root:
            break
        if _ignored(place, True, tuple(spec for spec in specs if spec[0] in place.parents)):
            return ()
    return specs


def _with_exclude_file(root: Path) -> Specs:
    spec = _read_ignore_file(root / ".git" / "info" / "exclude")
    return ((root, spec),) if spec is not None else ()


def _read_ignore_file(file: Path) -> GitIgnoreSpec | None:
    try:
        with open(file, encoding="utf-8", errors="surrogateescape") as text:  # noqa: PTH123
            return _spec(text)
    except OSError:
        return None


def _excluded_by(configuration: Configuration) -> Specs:
    if not configuration.exclude or configuration.file is None:
        return ()
    return ((configuration.file.parent.resolve(), _exclude_spec(configuration.exclude)),)


@cache
def _exclude_spec(patterns: tuple[str, ...]) -> GitIgnoreSpec:
    return _spec(patterns)


def _spec(lines: Iterable[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(line.rstrip("\n") for line in lines)
