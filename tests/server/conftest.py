"""The header of the CPU device, precompiled once for all programs of a session."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from hipwright_server.cpu import Prepared, include_directory, precompiled_header
from hipwright_server.run import Dialect
from hipwright_server.targets.cpu import get_ready

# Of a compiler, a program, and the flags besides the program's: the flags to compile it with first.
Precompile = Callable[[str, Dialect, Prepared, Sequence[str]], list[str]]


@pytest.fixture(scope="session")
def precompile(tmp_path_factory: pytest.TempPathFactory) -> Precompile:
    """Gives the flags that have a program use the precompiled header.

    It is compiled with the same flags as the program, warnings and all, so that what is wrong with
    a header fails a test all the same. The processes of a session share what was made.
    """
    folder = _shared_folder(tmp_path_factory)

    def flags_for(
        compiler: str, dialect: Dialect, prepared: Prepared, flags: Sequence[str]
    ) -> list[str]:
        first = b"#include <%s>\n" % _name(dialect).encode()
        if not all(source.read_bytes().startswith(first) for source in prepared.sources):
            return []
        # The folders of the program mean nothing to the header.
        machine = [flag for flag in prepared.flags if not flag.startswith("-I")]
        include = include_directory()
        ours = [*flags, *machine, f"-I{include / dialect}", f"-I{include}"]
        # What clang notes of threads must be the same for the header and for the program.
        ours += [flag for flag in prepared.link_flags if flag == "-pthread"]
        key = hashlib.sha256("\0".join([compiler, dialect, *ours]).encode()).hexdigest()[:16]
        made = folder / f"precompiled-{key}"
        if not made.exists():
            work = tmp_path_factory.mktemp("precompiled")
            _make(compiler, dialect, ours, work)
            try:
                work.rename(made)
            except OSError:
                assert made.exists()  # the other process was first
        header = made / f"{_name(dialect)}.gch"
        return ["-include-pch", str(header)] if "clang" in compiler else [f"-I{made}"]

    return flags_for


@pytest.fixture(scope="session", autouse=True)
def ready(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Has one process of a whole run do early what the first notebook does anyway.

    What `hipwright` compiles in the user's cache directory then takes half the time with clang.
    """
    if "PYTEST_XDIST_WORKER" in os.environ:
        try:
            (_shared_folder(tmp_path_factory) / "ready").mkdir()
        except FileExistsError:
            return
        get_ready()


def _shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this session that all its processes have."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def _name(dialect: Dialect) -> str:
    return precompiled_header(dialect).relative_to(include_directory() / dialect).as_posix()


def _make(compiler: str, dialect: Dialect, flags: list[str], folder: Path) -> None:
    header = precompiled_header(dialect)
    output = folder / f"{_name(dialect)}.gch"
    output.parent.mkdir(parents=True, exist_ok=True)
    source = header
    if "clang" not in compiler:
        # g++ looks for a header beside its precompiled form.
        source = output.with_suffix("")
        source.write_text(f'#include "{header}"\n')
    options = [flag for flag in flags if flag not in ("-x", "c++")]
    command = [compiler, *options, "-x", "c++-header", str(source), "-o", str(output)]
    built = subprocess.run(command, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
