"""Compile small programs against the device library's headers, once for each compiler."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from hipwright_server.cpu import prepare
from hipwright_server.run import Dialect

COMPILERS = [name for name in ("g++", "clang++-19", "clang++") if shutil.which(name)][:2]


@pytest.fixture(scope="session", params=COMPILERS or [None])
def compiler(request: pytest.FixtureRequest) -> str:
    if request.param is None:
        pytest.skip("no C++ compiler is installed")
    return str(request.param)


@pytest.fixture
def run_program(
    compiler: str, tmp_path: Path, precompile: Callable[..., list[str]]
) -> Callable[..., str]:
    """Prepares, compiles and runs a program; gives what it printed."""

    def run(
        source: str, dialect: Dialect = "cuda", warp: int = 0, flags: tuple[str, ...] = ()
    ) -> str:
        name = "program.cu" if dialect == "cuda" else "program.hip"
        (tmp_path / name).write_text(source)
        prepared = prepare([tmp_path / name], dialect, tmp_path / "build", tmp_path)
        warp = warp or (32 if dialect == "cuda" else 64)
        usual = ["-O1", "-Wall", "-Wextra", "-Werror", f"-DHIPWRIGHT_WARP_SIZE={warp}"]
        first = precompile(compiler, dialect, prepared, usual) if not flags else []
        command = [
            compiler, *first, *usual, *prepared.flags, *flags, *map(str, prepared.sources),
            *prepared.link_flags, "-o", str(tmp_path / "program"),
        ]  # fmt: skip
        built = subprocess.run(command, capture_output=True, text=True)
        assert built.returncode == 0, built.stderr
        environment = {key: value for key, value in os.environ.items() if "HIPWRIGHT" not in key}
        ran = subprocess.run(
            [tmp_path / "program"], capture_output=True, text=True, cwd=tmp_path, env=environment,
            timeout=60,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    return run
