"""The user's files, rewritten so that a C++ compiler and the CPU runtime can run them.

The rewritten files lie under a folder of their own, with the same places relative to each other, so
that quoted includes find each other there. Every line keeps its number, and `#line` names the file
as the user knows it.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from hipwright_server.cpu.device_code import (
    rewrite_address_spaces,
    rewrite_attributes,
    rewrite_compiler_macro,
    rewrite_device_macros,
    rewrite_dynamic_shared,
    rewrite_kernel_pointers,
    rewrite_spins,
)
from hipwright_server.cpu.functions import Functions
from hipwright_server.cpu.includes import included, is_vendor_folder
from hipwright_server.cpu.indices import rewrite_indices
from hipwright_server.cpu.inline_assembly import HEADER as ASSEMBLY_HEADER
from hipwright_server.cpu.inline_assembly import rewrite_assembly
from hipwright_server.cpu.launches import rewrite_launches
from hipwright_server.cpu.libraries import library_flags, link_flags
from hipwright_server.cpu.program import Program
from hipwright_server.cpu.rewrite import Edit, apply
from hipwright_server.cpu.static_shared import rewrite_static_shared
from hipwright_server.cpu.tokens import Tokens, tokenize
from hipwright_server.run import Dialect

_RUNTIME_HEADER = {"cuda": "cuda_runtime.h", "hip": "hip/hip_runtime.h"}
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_GPU_HEADER = re.compile(
    rb'#[ \t]*include[ \t]*[<"](?:cuda|cu[A-Zrbf]|hip/|hip[a-z]+/|helper_cuda|vector_types|nv)'
)
_GPU_TOKENS = frozenset((b"<<<", b"__global__", b"__device__", b"__shared__"))
SOURCE_SUFFIXES = frozenset((".cu", ".hip", ".cpp", ".cc", ".cxx", ".c++", ".c"))
HEADER_SUFFIXES = frozenset(
    (".h", ".hpp", ".hh", ".hxx", ".cuh", ".h++", ".inl", ".inc", ".ipp", ".tpp", ".txx", ".def")
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What to compile instead of the user's files, and how.

    `files` maps each given or included file to its rewritten one; `sources` are the rewritten files
    to compile, in the given order. `flags` are needed for each of them besides
    `-DHIPWRIGHT_WARP_SIZE=…`, `link_flags` for the program. `c_sources` are those of `sources` that
    are C and know nothing of a GPU: nvcc and hipcc leave them to a C compiler.
    """

    files: Mapping[Path, Path]
    sources: tuple[Path, ...]
    flags: tuple[str, ...]
    link_flags: tuple[str, ...] = ("-pthread",)
    c_sources: frozenset[Path] = frozenset()


@dataclass(slots=True)
class _File:
    path: Path
    content: bytes
    tokens: Tokens
    functions: Functions = field(init=False)

    def __post_init__(self) -> None:
        self.functions = Functions(self.tokens.code)


def prepare(
    files: Sequence[Path],
    dialect: Dialect,
    directory: Path,
    root: Path | None = None,
    include_directories: Sequence[Path] = (),
    checked: bool = False,
) -> Prepared:
    """Rewrite a program's files into `directory`.

    `files` are the ones to compile, and may hold headers too; local headers that they include,
    beside them or in `include_directories`, come along. Names in diagnostics are relative to
    `root`; without one they are as given. `checked` is for builds with checks: shared variables get
    memory of their own. Raises ValueError, with one line that says where and
    what, for a file that cannot be read or rewritten.
    """
    search = [folder for folder in include_directories if not is_vendor_folder(folder)]
    found = _read_all([Path(file) for file in files], search)
    program = Program()
    for file in found.values():
        program.add(file.tokens, file.functions)
    base = _common_folder([*found, *(_normal(folder) for folder in search)], root)
    rewritten: dict[Path, Path] = {}
    for place, file in found.items():
        target = directory / place.relative_to(base)
        name = place.relative_to(_normal(root)) if root is not None else file.path
        text = _rewritten(file, program, name, dialect, checked)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text)
        rewritten[file.path] = target
    sources = tuple(
        rewritten[path]
        for path in dict.fromkeys(Path(file) for file in files)
        if path.suffix.lower() in SOURCE_SUFFIXES
    )
    folders = [directory / _normal(folder).relative_to(base) for folder in search]
    texts = [file.content for file in found.values()]
    c_sources = frozenset(
        rewritten[file.path]
        for place, file in found.items()
        if file.path.suffix == ".c" and _is_plain_c(place, found, search)
    )
    flags = (*_flags(dialect, folders, search), *library_flags(texts, dialect))
    return Prepared(rewritten, sources, flags, ("-pthread", *link_flags(texts)), c_sources)


def _is_plain_c(place: Path, found: Mapping[Path, _File], search: Sequence[Path]) -> bool:
    """Whether a C source and all local headers that it includes hold nothing of CUDA or HIP."""
    seen = {place}
    waiting = [place]
    while waiting:
        current = waiting.pop()
        file = found[current]
        if _GPU_HEADER.search(file.content):
            return False
        if any(token.text in _GPU_TOKENS for token in file.tokens.code):
            return False
        for path in included(file.content, file.tokens.directives, current.parent, search):
            header = _normal(path)
            if header in found and header not in seen:
                seen.add(header)
                waiting.append(header)
    return True


def rewrite(content: bytes, name: str, dialect: Dialect) -> bytes:
    """One text on its own, rewritten: a notebook cell, say. Raises ValueError as `prepare` does."""
    file = _File(Path(name), content, tokenize(content))
    program = Program()
    program.add(file.tokens, file.functions)
    return _rewritten(file, program, Path(name), dialect)


def include_directory() -> Path:
    """The folder with the runtime's headers."""
    return Path(__file__).parent / "include"


def precompiled_header(dialect: Dialect) -> Path:
    """The header that every rewritten source includes first, and that may be precompiled."""
    return include_directory() / dialect / _RUNTIME_HEADER[dialect]


@cache
def runtime_hash() -> str:
    """A hash of everything that decides what `prepare` writes and what its result compiles to."""
    digest = hashlib.sha256()
    folder = Path(__file__).parent
    for path in sorted([*folder.glob("*.py"), *include_directory().rglob("*")]):
        if path.is_file():
            digest.update(str(path.relative_to(folder)).encode() + b"\0")
            digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def _normal(path: Path) -> Path:
    """An absolute path without `..`; links are kept, since includes are found along them."""
    return Path(os.path.normpath(Path.cwd() / path))


def _read_all(files: list[Path], search: list[Path]) -> dict[Path, _File]:
    """The given files and what they include, by absolute path, in the order they were met."""
    found: dict[Path, _File] = {}
    waiting = [file for file in files if file.suffix.lower() in SOURCE_SUFFIXES | HEADER_SUFFIXES]
    while waiting:
        path = waiting.pop(0)
        place = _normal(path)
        if place in found:
            continue
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ValueError(f"{path}: cannot be read: {error.strerror}") from error
        content = content.removeprefix(_BYTE_ORDER_MARK)
        file = _File(path, content, tokenize(content))
        found[place] = file
        waiting.extend(included(content, file.tokens.directives, path.parent, search))
    return found


def _common_folder(places: list[Path], root: Path | None) -> Path:
    folders = [place if place.is_dir() else place.parent for place in places]
    if root is not None:
        folders.append(_normal(root))
    return Path(os.path.commonpath(folders)) if folders else Path.cwd()


def _rewritten(
    file: _File, program: Program, name: Path, dialect: Dialect, checked: bool = False
) -> bytes:
    content, tokens, functions = file.content, file.tokens, file.functions
    code, directives = tokens.code, tokens.directives
    macros = [directive for directive in directives if directive.name == b"define"]
    edits: list[Edit] = []
    assembly: list[Edit] = []
    for index, region in enumerate(tokens.regions()):
        in_macro = index > 0
        edits += rewrite_launches(content, region, in_macro=in_macro, is_plain=program.is_plain)
        shared: frozenset[int] = frozenset()
        if checked:
            more, shared = rewrite_static_shared(content, region, functions, in_macro=in_macro)
            edits += more
        edits += rewrite_attributes(content, region, in_macro=in_macro, done=shared)
        edits += rewrite_address_spaces(content, region, in_macro=in_macro)
        assembly += rewrite_assembly(
            content, region, in_macro=in_macro, is_device=functions.on_device
        )
    edits += assembly
    edits += rewrite_dynamic_shared(content, code, macros, functions)
    edits += rewrite_spins(code, functions)
    edits += rewrite_kernel_pointers(code, frozenset(program.kernels))
    if file.path.suffix.lower() not in (".c", ".cc", ".cpp", ".cxx") or dialect == "hip":
        edits += rewrite_device_macros(content, code, directives, functions, dialect)
    if dialect == "hip":
        edits += rewrite_compiler_macro(code, directives)
    if not checked:  # checks follow the source as it stands
        edits += rewrite_indices(content, tokens, functions, program.own_indices, edits)
    try:
        text = apply(content, edits)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    quoted = name.as_posix().replace("\\", "\\\\").replace('"', '\\"')
    head = _first_lines(file.path, dialect)
    if assembly:
        head += b"#include <%s>\n#include <%s>\n" % (
            _RUNTIME_HEADER[dialect].encode(),
            ASSEMBLY_HEADER,
        )
    return head + b'#line 1 "%s"\n' % os.fsencode(quoted) + text


def _first_lines(path: Path, dialect: Dialect) -> bytes:
    """nvcc includes its runtime's header into every .cu file; clang does much the same for HIP."""
    suffix = path.suffix.lower()
    device_suffixes = {".cu"} if dialect == "cuda" else SOURCE_SUFFIXES - {".c"}
    if suffix in device_suffixes or suffix not in SOURCE_SUFFIXES | HEADER_SUFFIXES:
        return b"#include <%s>\n" % _RUNTIME_HEADER[dialect].encode()
    return b""


def _flags(dialect: Dialect, folders: list[Path], search: list[Path]) -> tuple[str, ...]:
    include = include_directory()
    ours = [f"-I{include / dialect}", f"-I{include}"]
    # A header whose name comes from a macro was not seen, and lies only where it was.
    theirs = [f"-I{folder}" for folder in [*folders, *search]]
    return ("-std=c++17", "-x", "c++", *_machine_flags(), *ours, *theirs)


@cache
def _machine_flags() -> tuple[str, ...]:
    """Half precision conversions in hardware where this machine has them."""
    if platform.machine() not in ("x86_64", "AMD64"):
        return ()
    try:
        described = Path("/proc/cpuinfo").read_text(errors="replace")
    except OSError:
        return ()
    return ("-mf16c",) if " f16c" in described else ()
