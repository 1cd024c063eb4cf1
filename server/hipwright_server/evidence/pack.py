"""Packing a comparison as evidence."""

from __future__ import annotations

import contextlib
import difflib
import hashlib
import json
import platform
import secrets
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import hipwright
from hipwright_server.compare.arrays import compare_arrays, pair_arrays
from hipwright_server.compare.as_html import render_page
from hipwright_server.compare.as_json import comparison_json
from hipwright_server.compare.comparison import Comparison
from hipwright_server.compare.programs import REPEAT_SECONDS, Contender, run_again
from hipwright_server.evidence.archive import FORMAT, MANIFEST, VERSION
from hipwright_server.program import Program
from hipwright_server.remote.wire import program_to_json, run_to_json
from hipwright_server.run import CapturedArray, Run, RunStatus
from hipwright_server.targets import RunOptions

_ABOUT = """\
Evidence that hipwright {version} packed: two programs, and what both computed.

    {title}
    {sentence}

report.html shows the comparison. sides/ holds what was compiled, what it printed, and the arrays
that it copied back from the device, as raw bytes; evidence.json says what they are. To run it
again:

    pip install hipwright
    hipwright replay {name}
"""


def pack(
    path: Path,
    comparison: Comparison,
    contenders: Sequence[Contender],
    options: RunOptions,
    data: Sequence[Path] = (),
) -> None:
    """Write a comparison and all that it takes to repeat it into a zip archive.

    Each side is run once more, to know what is the same in every run. `data` are files below the
    programs' working directory that they read.

    Raises:
        OSError: the archive cannot be written, or a data file not be read.
    """
    writer = _Writer(path)
    with writer as archive:
        sides = [
            _side(archive, number, side.run, contender, options, comparison)
            for number, (side, contender) in enumerate(
                zip(comparison.sides, contenders, strict=True)
            )
        ]
        shown = comparison_json(comparison)
        tolerance = comparison.tolerance
        manifest = {
            "format": FORMAT,
            "version": VERSION,
            "hipwright": hipwright.__version__,
            "made": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "machine": f"{platform.system()} {platform.machine()}",
            "title": comparison.title,
            "verdict": comparison.verdict,
            "sentence": comparison.sentence,
            "tolerance": [tolerance.relative, tolerance.absolute, tolerance.ulp],
            "options": {
                "seconds": options.seconds,
                "architecture": options.architecture,
                "schedule": options.schedule,
                "checks": options.checks,
            },
            "sides": sides,
            "data": [_data_file(archive, file, contenders[0].program) for file in data],
        }
        archive.text("report.html", render_page(shown))
        archive.text("comparison.json", json.dumps(shown, indent=1, ensure_ascii=False))
        difference = _difference(contenders)
        if difference:
            archive.text("port.diff", difference)
        archive.text(
            "README.txt",
            _ABOUT.format(
                version=hipwright.__version__,
                title=comparison.title,
                sentence=comparison.sentence,
                name=path.name,
            ),
        )
        archive.text(MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False))


class _Writer:
    """A zip archive that appears whole or not at all."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")

    def __enter__(self) -> _Writer:
        self._zip = zipfile.ZipFile(self._fresh, "w", zipfile.ZIP_DEFLATED)
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._zip.close()
        if kind is None:
            self._fresh.replace(self._path)
        else:
            with contextlib.suppress(OSError):
                self._fresh.unlink()

    def add(self, name: str, content: bytes) -> dict[str, Any]:
        """Add a file; how the manifest names it."""
        self._zip.writestr(name, content)
        return {
            "data": name,
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }

    def text(self, name: str, content: str) -> None:
        """Add a file for a person."""
        self._zip.writestr(name, content.encode("utf-8", "replace"))


def _side(
    archive: _Writer,
    number: int,
    run: Run,
    contender: Contender,
    options: RunOptions,
    comparison: Comparison,
) -> dict[str, Any]:
    place = f"sides/{number}"
    program = contender.program
    packed = program_to_json(program)
    packed["files"] = [
        {
            "name": file.name,
            "compiled": file.compiled,
            **archive.add(f"{place}/source/{file.name}", file.content),
        }
        for file in program.files
    ]
    again = _again(contender, run, options)
    steady = _steady_arrays(run, again, comparison)
    return {
        "label": contender.label,
        "target": contender.target.name,
        "program": packed,
        "run": {
            **run_to_json(run),
            "command": [_without_home(word, program) for word in run.command],
            "run_seconds": run.run_seconds,
        },
        "stdout": archive.add(f"{place}/stdout.txt", run.stdout),
        "stderr": archive.add(f"{place}/stderr.txt", run.stderr),
        "again": archive.add(f"{place}/stdout-again.txt", again.stdout) if again else None,
        "arrays": [
            _array(archive, f"{place}/arrays/{array.index}.bin", array, array.index in steady)
            for array in run.arrays
        ],
    }


def _array(archive: _Writer, name: str, array: CapturedArray, steady: bool) -> dict[str, Any]:
    values = array.values
    return {
        "index": array.index,
        "expression": array.expression,
        "file": array.place.file if array.place else None,
        "line": array.place.line if array.place else 0,
        "dtype": values.dtype.newbyteorder("<").str,
        "elementType": array.element_type,
        "leftOut": array.left_out,
        "checksum": array.checksum,
        "thread": array.thread,
        "steady": steady,
        **archive.add(name, values.astype(values.dtype.newbyteorder("<")).tobytes()),
    }


def _again(contender: Contender, run: Run, options: RunOptions) -> Run | None:
    """Another run of the same, where that is worth it."""
    if run.status is not RunStatus.OK or run.run_seconds > REPEAT_SECONDS:
        return None
    return run_again(contender, options)


def _steady_arrays(run: Run, again: Run | None, comparison: Comparison) -> set[int]:
    """Which arrays are the same in both runs; all, where there is only one."""
    if again is None or len(again.arrays) != len(run.arrays):
        return {array.index for array in run.arrays} if again is None else set()
    compared = compare_arrays(pair_arrays(run.arrays, again.arrays), comparison.tolerance)
    return {
        result.left.index
        for result in compared
        if result.left is not None and result.verdict == "agree"
    }


def _without_home(word: str, program: Program) -> str:
    """A word of a command without where the program lies on this machine, which is nobody's."""
    return word.replace(str(program.root), ".").replace(str(Path.home()), "~")


def _data_file(archive: _Writer, file: Path, program: Program) -> dict[str, Any]:
    path = file.resolve()
    directory = program.directory.resolve()
    if not path.is_relative_to(directory):
        raise OSError(0, f"not below {directory}, where the program runs", str(file))
    name = path.relative_to(directory).as_posix()
    return {"name": name, **archive.add(f"files/{name}", path.read_bytes())}


def _difference(contenders: Sequence[Contender]) -> str:
    """What the port changed, for a person to read."""
    first, second = contenders[0].program, contenders[-1].program
    texts = {file.name: file.text for file in second.files}
    lines: list[str] = []
    for file in first.files:
        if file.name in texts and texts[file.name] != file.text:
            lines += difflib.unified_diff(
                file.text.splitlines(keepends=True),
                texts[file.name].splitlines(keepends=True),
                f"original/{file.name}",
                f"port/{file.name}",
            )
    return "".join(line if line.endswith("\n") else line + "\n" for line in lines)
