"""Type-check the ports of public programs with HIP's headers, and those of hipify-perl beside them.

    python -m tools.compiles.run --headers FOLDER --hipify-perl FILE --out FILE.jsonl NAME=FOLDER…

`--headers` is the folder that holds HIP's `include/`; `NAME=FOLDER` are the corpora of the table
(`programs.csv` here, which `python -m tools.study.choose` has drawn). Both tools port the same copy
of a program's folder and of the folders that it includes from; what neither of them touches is
copied. Then every source that the program's Makefile compiles is checked by clang, for the host and
for one GPU, with the Makefile's `-I`, `-D` and `-std`. Nothing is included that the sources do not
include themselves, as with hipcc.

One JSON line a program. What has a line already is left out; `--only TEXT` does those whose name
contains it, again, and `--again OUTCOME` those with that outcome: `both`, `ours`, `theirs`,
`neither`, named for the tools whose port compiles, or `excluded`, where a header of a third party
is missing here.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hipwright_server.toolchains.diagnostics import parse_diagnostics
from tools.study.table import Entry, corpus_folders, read_table

_SOURCES = {".cu", ".cuh", ".hip", ".h", ".hh", ".hpp", ".hxx", ".c", ".cc", ".cpp", ".cxx", ".C"}
_SOURCES |= {".inl", ".ipp"}
_LARGEST = 2_000_000  # bytes; what is larger is data
_INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*([<"][^>"\n]+[>"])', re.MULTILINE)
_MISSING = re.compile(r"^'([^']+)' file not found")
# Headers that come with CUDA, which a port should have replaced: no third party's.
_OF_CUDA = re.compile(
    r"(cuda|cublas|cufft|curand|cusparse|cusolver|cudnn|cutensor|nvrtc|nvml|nvtx|nvToolsExt|nccl"
    r"|npp|nvjpeg|cub/|thrust/|cooperative_groups|device_launch|device_functions|vector_types"
    r"|vector_functions|sm_\d|math_constants|math_functions|texture|surface|helper_|mma\.h"
    r"|driver_types|channel_descriptor|builtin_types|library_types|host_defines)"
)
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Tools:
    """What the programs are checked with."""

    clang: str
    headers: Path  # holds include/
    hipify_perl: Path
    architecture: str
    seconds: float  # for one compilation
    scratch: Path  # for headers that are read once


def check_entry(entry: Entry, corpus: Path, tools: Tools) -> dict[str, Any]:
    """Port one program with both tools, and check both; what to write down about it."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        original = Path(scratch) / "original"
        stage(entry, corpus, original)
        ours = Path(scratch) / "hipwright"
        said = port_with_hipwright(original, ours)
        theirs = Path(scratch) / "hipify-perl"
        port_with_hipify(original, theirs, tools.hipify_perl)
        row: dict[str, Any] = {"key": entry.key, "said": said}
        row["ours"] = check_port(entry, ours, tools)
        row["theirs"] = check_port(entry, theirs, tools)
        findings = findings_in(ours) if row["ours"] else {}
        for error in row["ours"]:
            lines = findings.get(error["file"], {})
            near = (lines.get(error["line"] + shift, ()) for shift in (0, -1, 1, -2, 2))
            error["findings"] = sorted({code for codes in near for code in codes})
        row["missing"] = third_party(row, original)
    if row["missing"]:
        outcome = "excluded"
    else:
        outcome = {
            (True, True): "both",
            (True, False): "ours",
            (False, True): "theirs",
            (False, False): "neither",
        }[not row["ours"], not row["theirs"]]
    return {**row, "outcome": outcome, "seconds": round(time.monotonic() - start, 1)}


def stage(entry: Entry, corpus: Path, to: Path) -> None:
    """Copy the program's folder, and those that it includes from, to the same places below `to`."""
    home = corpus / entry.folder
    wanted = [home]
    wanted += [(home / file).parent for file in entry.files]
    wanted += [home / flag[2:] for flag in entry.flags if flag.startswith("-I")]
    for path in home.rglob("*"):
        if path.suffix in _SOURCES and path.is_file():
            for name in _INCLUDE.findall(path.read_bytes()):
                inside = os.fsdecode(name[1:-1])
                if inside.startswith("../"):
                    wanted.append((path.parent / inside).parent)
    for folder in dict.fromkeys(Path(os.path.normpath(folder)) for folder in wanted):
        if not folder.is_dir() or corpus not in folder.parents:
            continue
        # Of a folder beside the program's, only what lies in it directly may be included.
        inside_home = folder == home or home in folder.parents
        for path in folder.rglob("*") if folder == home or not inside_home else ():
            if path.is_file() and not path.is_symlink() and path.stat().st_size <= _LARGEST:
                target = to / path.relative_to(corpus)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)


def port_with_hipwright(original: Path, to: Path) -> str:
    """`hipwright port ORIGINAL -o TO`; its last words where it could not do all of it."""
    command = [sys.executable, "-m", "hipwright.cli", "port", str(original), "-o", str(to)]
    command += ["--jobs", "1", "--format", "concise"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    for path in original.rglob("*"):
        target = to / path.relative_to(original)
        if path.is_file() and not target.exists() and not target.with_suffix(".hip").exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    return done.stderr.strip()[-300:] if done.returncode not in (0, 1) else ""


def port_with_hipify(original: Path, to: Path, hipify_perl: Path) -> None:
    """`hipify-perl -inplace` of every source in a copy."""
    shutil.copytree(original, to)
    sources = sorted(str(path) for path in to.rglob("*") if path.suffix in _SOURCES)
    command = ["perl", str(hipify_perl), "-quiet-warnings", "-inplace", *sources]
    subprocess.run(command, capture_output=True, check=False)


def check_port(entry: Entry, port: Path, tools: Tools) -> list[dict[str, Any]]:
    """What clang has against the sources of a program: file, line, message, host and device."""
    errors: list[dict[str, Any]] = []
    files = {path.relative_to(port).as_posix() for path in port.rglob("*") if path.is_file()}
    home = port / entry.folder
    for name in entry.files:
        source = home / name
        if not source.exists():
            source = source.with_suffix(".hip")
        named = Path(os.path.normpath(source)).relative_to(port).as_posix()
        if not source.exists():
            errors.append({"source": named, "file": named, "line": 1, "message": "no such file"})
            continue
        if _compiles_quickly(entry, source, home, tools):
            continue
        command = compile_command(entry, source, tools)
        try:
            done = subprocess.run(
                command,
                cwd=home,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
                timeout=tools.seconds,
            )
        except subprocess.TimeoutExpired:
            errors.append({"source": named, "file": named, "line": 1, "message": "timeout"})
            continue
        if done.returncode == 0:
            continue
        text = _absolute(done.stderr, home)
        found = parse_diagnostics(text, files, str(port))
        problems = [each for each in found if each.severity == "error"]
        for each in problems:
            place = each.place
            errors.append(
                {
                    "source": named,
                    "file": place.file if place else named,
                    "line": place.line if place else 0,
                    "message": each.message,
                }
            )
        if not problems:
            tail = done.stderr.strip()[-200:]
            errors.append({"source": named, "file": named, "line": 0, "message": tail})
    return errors


def compile_command(entry: Entry, source: Path, tools: Tools) -> list[str]:
    """The check of one source: as hipcc compiles it, C as C and all else as HIP."""
    flags = [flag for flag in entry.flags if not flag.startswith(("-std=", "-xcu"))]
    standards = [flag for flag in entry.flags if flag.startswith("-std=")] or ["-std=c++17"]
    command = [tools.clang, "-fsyntax-only", "-w", "-ferror-limit=0", "-fno-color-diagnostics"]
    # What hipBLAS 3 of ROCm 7 declares, hipBLAS 2 of ROCm 6 declares where this is defined.
    command += ["-isystem", str(tools.headers / "include"), "-DHIPBLAS_V2"]
    if source.suffix == ".c" and "-xcu" not in entry.flags:
        return [*command, "-x", "c", "-D__HIP_PLATFORM_AMD__", *flags, str(source)]
    command += ["-x", "hip", standards[-1], f"--offload-arch={tools.architecture}", "-nogpulib"]
    command += [f"--rocm-path={tools.headers}", *flags, str(source)]
    return command


def _compiles_quickly(entry: Entry, source: Path, home: Path, tools: Tools) -> bool:
    """Whether a source compiles with hip_runtime.h read beforehand, which takes a sixth of the
    time. Only for one that includes it itself, behind headers of the system at most; what does not
    compile so is checked in full."""
    names = [os.fsdecode(each) for each in _INCLUDE.findall(source.read_bytes())]
    if (source.suffix == ".c" and "-xcu" not in entry.flags) or "<hip/hip_runtime.h>" not in names:
        return False
    first = names[: names.index("<hip/hip_runtime.h>")]
    if any(name.startswith('"') or "/" in name for name in first):
        return False
    for side in ("--cuda-device-only", "--cuda-host-only"):
        command = compile_command(entry, source, tools)
        kept = [word for word in command[:-1] if not word.startswith(("-I", "-D"))]
        name = hashlib.sha256(shlex.join([side, *kept]).encode()).hexdigest()
        ready = tools.scratch / f"{name}.pch"
        if not ready.exists():
            header = tools.headers / "include/hip/hip_runtime.h"
            making = [*kept, side, "-DHIPBLAS_V2", "-Xclang", "-emit-pch"]
            making += ["-Xclang", "-o", "-Xclang", str(ready), str(header)]
            subprocess.run(making, capture_output=True, check=False)
        command[-1:] = [side, "-Xclang", "-include-pch", "-Xclang", str(ready), command[-1]]
        try:
            done = subprocess.run(
                command,
                cwd=home,
                capture_output=True,
                check=False,
                timeout=tools.seconds,
            )
        except subprocess.TimeoutExpired:
            return False
        if done.returncode != 0:
            return False
    return True


def _absolute(text: str, home: Path) -> str:
    """clang names headers relative to its folder: names from the root, so that they compare."""

    def whole(match: re.Match[str]) -> str:
        path = match.group(2)
        return match.group(1) + os.path.normpath(home / path)

    return re.sub(r"(?m)^(In file included from |)([^\s:][^:\n]*)(?=:\d+)", whole, text)


def findings_in(port: Path) -> dict[str, dict[int, set[str]]]:
    """The rules that have something to say, by file and line, of any severity; a line that a
    finding elsewhere points to counts."""
    command = [sys.executable, "-m", "hipwright.cli", "check", str(port), "--jobs", "1"]
    command += ["--format", "json", "--exit-zero"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found: dict[str, dict[int, set[str]]] = {}
    for each in json.loads(done.stdout)["findings"]:
        for place in (each, *each["related"]):
            file = Path(place["file"]).resolve().relative_to(port.resolve()).as_posix()
            for line in range(place["start"]["line"], place["end"]["line"] + 1):
                found.setdefault(file, {}).setdefault(line, set()).add(each["code"])
    return found


def third_party(row: dict[str, Any], original: Path) -> list[str]:
    """The headers that both ports lack, that the original names and CUDA does not have."""
    lacking = [_missing_headers(row[side]) for side in ("ours", "theirs")]
    names = set()
    for path in original.rglob("*"):
        if path.suffix in _SOURCES:
            names.update(os.fsdecode(each[1:-1]) for each in _INCLUDE.findall(path.read_bytes()))
    both = lacking[0] & lacking[1] & names
    return sorted(name for name in both if not _OF_CUDA.match(name))


def _missing_headers(errors: Iterable[dict[str, Any]]) -> set[str]:
    found = (_MISSING.match(each["message"]) for each in errors)
    return {match.group(1) for match in found if match}


def main() -> int:
    """Check what is to be checked, and print the counts."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("corpora", nargs="+", metavar="NAME=FOLDER")
    options.add_argument("--table", type=Path, default=_HERE / "programs.csv")
    options.add_argument("--headers", type=Path, required=True)
    options.add_argument("--hipify-perl", type=Path, required=True)
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--only", action="append", default=[], metavar="TEXT")
    options.add_argument("--again", action="append", default=[], metavar="OUTCOME")
    options.add_argument(
        "--most", type=int, default=1000, metavar="N", help="stop after N programs"
    )
    options.add_argument("--arch", default="gfx942")
    options.add_argument("--timeout", type=float, default=300.0)
    given = options.parse_args()
    clang = shutil.which("clang++-19") or shutil.which("clang++")
    if clang is None or not (given.headers / "include/hip/hip_runtime.h").exists():
        raise SystemExit("want clang++, and --headers FOLDER that holds include/hip/hip_runtime.h")
    headers = given.headers.resolve()
    folders = corpus_folders(given.corpora)
    rows: dict[str, dict[str, Any]] = {}
    if given.out.exists():
        lines = given.out.read_text("utf-8").splitlines()
        rows = {row["key"]: row for row in map(json.loads, lines)}
    entries = [
        entry
        for entry in read_table(given.table)
        if entry.corpus in folders
        and not entry.cannot_run
        and (
            any(text in entry.key for text in given.only)
            if given.only
            else entry.key not in rows or rows[entry.key]["outcome"] in given.again
        )
    ]
    with tempfile.TemporaryDirectory() as scratch:
        tools = Tools(
            *(clang, headers, given.hipify_perl.resolve(), given.arch, given.timeout),
            Path(scratch),
        )
        for entry in entries[: given.most]:
            row = check_entry(entry, folders[entry.corpus], tools)
            rows[entry.key] = row
            text = "".join(json.dumps(each) + "\n" for each in rows.values())
            given.out.write_text(text, "utf-8")
            first = row["ours"][0] if row["ours"] else None
            words = f"{first['file']}:{first['line']}: {first['message']}" if first else ""
            print(f"{row['outcome']:9} {row['seconds']:6} s  {entry.key}  {words}", flush=True)
    print(dict(Counter(row["outcome"] for row in rows.values())))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
