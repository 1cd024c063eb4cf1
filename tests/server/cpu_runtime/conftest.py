"""Compile programs for the CPU device, once for each content, and read what a run recorded."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from hipwright_server.cpu import prepare, runtime_hash
from hipwright_server.run import Dialect

PROGRAMS = Path(__file__).parent / "programs"
CACHE = Path(__file__).parents[3] / ".cache" / "cpu-runtime-tests"
COMPILERS = [name for name in ("g++", "clang++-19", "clang++") if shutil.which(name)][:2]


@dataclass(frozen=True)
class Ran:
    """What a program left behind."""

    status: int
    out: str
    err: str
    events: list[dict[str, Any]]
    arrays: dict[str, npt.NDArray[Any]]

    def reports(self, kind: str = "") -> list[dict[str, Any]]:
        found = [each for each in self.events if each["event"] == "report"]
        return [each for each in found if not kind or each["kind"] == kind]


@dataclass(frozen=True)
class Program:
    executable: Path

    def __call__(
        self, folder: Path, *arguments: str, status: int | None = 0, **environment: str
    ) -> Ran:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        clean = {key: value for key, value in os.environ.items() if "HIPWRIGHT" not in key}
        done = subprocess.run(
            [self.executable, *arguments],
            capture_output=True,
            text=True,
            timeout=60,
            cwd=folder,
            env=clean | {"HIPWRIGHT_RUN_DIRECTORY": str(folder)} | environment,
        )
        lines = (folder / "events.jsonl").read_text().splitlines()
        events = [json.loads(line) for line in lines]
        names = [line[6:] for line in done.stdout.splitlines() if line.startswith("array ")]
        arrays: dict[str, npt.NDArray[Any]] = {}
        kept = [each for each in events if each["event"] == "array"]
        for name, event in zip(names, kept, strict=False):
            arrays[name] = np.fromfile(folder / event["data"], dtype=event["type"])
        ran = Ran(done.returncode, done.stdout, done.stderr, events, arrays)
        if status is not None:
            assert done.returncode == status, f"{done.stdout}\n{done.stderr}\n{ran.reports()}"
        return ran


Build = Callable[..., Program]


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Compiles one of programs/ for a dialect and a warp size; kept by content under .cache."""

    def compiled(
        name: str, dialect: Dialect, warp: int, compiler: str = "", flags: tuple[str, ...] = ()
    ) -> Program:
        if not COMPILERS:
            pytest.skip("no C++ compiler is installed")
        compiler = compiler or COMPILERS[0]
        sources = [*sorted(PROGRAMS.glob("*.h")), PROGRAMS / name]
        key = hashlib.sha256()
        for part in (runtime_hash(), dialect, str(warp), compiler, *flags):
            key.update(part.encode() + b"\0")
        for source in sources:
            key.update(source.read_bytes())
        for source in sorted(Path(prepare.__code__.co_filename).parent.glob("*.py")):
            key.update(source.read_bytes())
        executable = CACHE / key.hexdigest()[:24]
        if not executable.exists():
            folder = tmp_path_factory.mktemp("build")
            prepared = prepare([PROGRAMS / name], dialect, folder, PROGRAMS)
            command = [
                compiler, "-O1", "-Wall", "-Wextra", "-Werror", f"-DHIPWRIGHT_WARP_SIZE={warp}",
                *prepared.flags, *flags, *map(str, prepared.sources), *prepared.link_flags,
                "-o", str(folder / "program"),
            ]  # fmt: skip
            built = subprocess.run(command, capture_output=True, text=True)
            assert built.returncode == 0, built.stderr
            CACHE.mkdir(parents=True, exist_ok=True)
            (folder / "program").rename(executable.with_suffix(f".{os.getpid()}"))
            executable.with_suffix(f".{os.getpid()}").rename(executable)
        return Program(executable)

    return compiled
