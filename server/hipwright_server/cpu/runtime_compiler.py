"""What a program on the CPU device starts when it calls NVRTC or hipRTC: a source to a module.

    python -m hipwright_server.cpu.runtime_compiler FOLDER DIALECT WARP_SIZE

The folder holds the request, one file for each text: `name-0` and `text-0` of the source, the same
of its headers from 1 on, `option-…`, `expression-…`, and `directory`, where the program runs. It
gets `module.so` and `log`.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path, PurePosixPath
from typing import Literal, cast

from hipwright_server.cpu.functions import Function, Functions
from hipwright_server.cpu.prepare import SOURCE_SUFFIXES, precompiled_header, prepare
from hipwright_server.cpu.tokens import Token, tokenize
from hipwright_server.run import Dialect
from hipwright_server.targets.cpu import host_compiler, runtime_flags
from hipwright_server.toolchains import Compiled, CompileJob
from hipwright_server.toolchains.host import translate_flags

# Options of NVRTC with a value that mean something to a C++ compiler, and how it says them.
_WITH_VALUE = {
    "--include-path": "-I",
    "-I": "-I",
    "--define-macro": "-D",
    "-D": "-D",
    "--undefine-macro": "-U",
    "-U": "-U",
    "--pre-include": "-include",
    "--std": "-std=",
    "-std": "-std=",
}
_NAMES = "name expressions"


def main() -> None:
    """Compile the request in the folder that the arguments name; exit 1 with a log if it fails."""
    folder, dialect = Path(sys.argv[1]), cast(Dialect, sys.argv[2])
    warp_size = cast(Literal[32, 64], int(sys.argv[3]))
    try:
        log, ok = _compile(folder, dialect, warp_size)
    except (OSError, ValueError) as error:
        log, ok = f"hipwright: {error}\n", False
    (folder / "log").write_text(log, errors="surrogateescape")
    sys.exit(0 if ok else 1)


def _compile(folder: Path, dialect: Dialect, warp_size: Literal[32, 64]) -> tuple[str, bool]:
    compiler, missing = host_compiler()
    if compiler is None:
        return f"hipwright: {missing}\n", False
    written = _write_sources(folder, dialect)
    options = host_options(_texts(folder, "option"), Path((folder / "directory").read_text()))
    source_folder, build = folder / "source", folder / "build"
    build.mkdir()
    searched = [source_folder, *[Path(each[2:]) for each in options if each.startswith("-I")]]
    prepared = prepare(written, dialect, build, root=source_folder, include_directories=searched)
    (source,) = prepared.sources
    content = written[0].read_bytes()
    wanted = [*_plain_kernels(content), *_texts(folder, "expression")]
    with source.open("ab") as stream:
        stream.write(_entries(wanted).encode())
    job = CompileJob(
        directory=build,
        files=(source.relative_to(build).as_posix(),),
        output=folder / "module.so",
        flags=(
            *runtime_flags(compiler, warp_size),
            *("-fPIC", "-shared"),
            *prepared.flags,
            *options,
            *prepared.link_flags,
        ),
        user_files=(written[0].relative_to(source_folder).as_posix(),),
    )
    compiled = compiler.compile(job, precompiled_header(dialect))
    return _log(compiled), compiled.ok


def _texts(folder: Path, what: str) -> list[str]:
    count = len(list(folder.glob(f"{what}-*")))
    return [
        (folder / f"{what}-{number}").read_bytes().decode("utf-8", "surrogateescape")
        for number in range(count)
    ]


def _write_sources(folder: Path, dialect: Dialect) -> list[Path]:
    """The source and its headers, by their names, under one folder."""
    written = []
    for number, name in enumerate(_texts(folder, "name")):
        # A full path, or one that leads out of the folder, is no more than a name here.
        parts = [part for part in PurePosixPath(name).parts if part not in ("/", "..", ".")]
        path = folder / "source" / PurePosixPath(*(parts or ["default_program"]))
        if number == 0 and path.suffix not in SOURCE_SUFFIXES:
            path = path.with_name(path.name + (".cu" if dialect == "cuda" else ".hip"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((folder / f"text-{number}").read_bytes())
        written.append(path)
    return written


def host_options(options: list[str], directory: Path) -> list[str]:
    """NVRTC's options, as the host's compiler takes them; those for a GPU are left out.

    Folders are seen from `directory`.
    """
    kept: list[str] = []
    waiting = iter(options)
    for option in waiting:
        for name, meaning in _WITH_VALUE.items():
            if not option.startswith(name):
                continue
            value = option.removeprefix(name).removeprefix("=") or next(waiting, "")
            if meaning == "-I":
                value = str(directory / value.strip())
            kept += [meaning, value] if meaning == "-include" else [meaning + value]
            break
        else:
            if option.startswith(("-W", "-O", "-f", "-g", "-m")) and "=" not in option:
                kept.append(option)
    return translate_flags(kept)[0]


def _plain_kernels(content: bytes) -> list[str]:
    """Kernels that can be asked for without a name expression: no templates, in no namespace."""
    code = tokenize(content).code
    kernels = [each for each in Functions(code).functions if each.is_kernel]
    times = Counter(each.name for each in kernels)
    return [
        each.name.decode()
        for each in kernels
        if times[each.name] == 1 and _is_plain(code, each) and each.name.decode().isidentifier()
    ]


def _is_plain(code: list[Token], kernel: Function) -> bool:
    open_at: list[int] = []
    for index in range(kernel.start):
        if code[index].text == b"{":
            open_at.append(index)
        elif code[index].text == b"}" and open_at:
            open_at.pop()
    for brace in open_at:  # `extern "C" {` alone
        if brace < 2 or code[brace - 1].text != b'"C"' or code[brace - 2].text != b"extern":
            return False
    start = kernel.start
    while start and code[start - 1].text not in (b";", b"{", b"}"):
        start -= 1
    return all(token.text != b"template" for token in code[start : kernel.start])


def _entries(names: list[str]) -> str:
    """The function that lists a module's kernels and variables (api/module.h)."""
    lines = ["\n#include <hipwright/module_entries.h>\n", f'#line 1 "{_NAMES}"\n']
    lines.append('extern "C" void hipwright_module_entries(')
    lines.append("::hipwright::ModuleEntries& entries) {\n")
    for name in dict.fromkeys(names):
        bare = name.strip().removeprefix("&")
        quoted = name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
        lines.append(f'entries.add("{quoted}", &{bare});\n')
    return "".join([*lines, "}\n"])


def _log(compiled: Compiled) -> str:
    """What the compiler said, in the shape of nvcc's messages."""
    lines = []
    for each in compiled.diagnostics:
        place = f"{each.place.file}({each.place.line}): " if each.place else ""
        lines.append(f"{place}{each.severity}: {each.message}\n")
    return "".join(lines) + (f"{compiled.message}\n" if compiled.message else "")


if __name__ == "__main__":
    main()
