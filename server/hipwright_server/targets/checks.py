"""The checks that a program can be built with on the CPU device, and where its reports point to."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, Literal

from hipwright_server.toolchains.host import HostCompiler

Check = Literal["sanitize", "race", "uninitialised", "lockstep", "leaks"]
CHECKS: tuple[Check, ...] = ("sanitize", "race", "uninitialised", "lockstep", "leaks")
_TRACED = frozenset(("race", "uninitialised", "lockstep"))  # built with a call for each access
# Reports of these kinds are to be seen to, whatever the program made of it. A leak is a note.
NOTES = frozenset(("leak",))

# What the debugging information calls the folder with the rewritten sources.
SOURCES = "/hipwright-sources"
_SYMBOLIZERS = ("llvm-addr2line", "addr2line")
_NEWEST, _OLDEST = 30, 14  # versions of llvm-addr2line that are looked for by name
_SECONDS = 120
_BACK = 48  # bytes of code that are looked through for a line

# Signed overflow is left out: hashes and random numbers rely on it everywhere, and GPUs wrap.
_SANITIZERS = (
    "-O1",  # an optimiser may drop what comes after the undefined
    "-fsanitize=address",
    "-fsanitize=bounds,alignment,null,shift-exponent,integer-divide-by-zero,bool,enum,return,"
    "unreachable,float-cast-overflow,vla-bound",
    "-fsanitize-recover=all",
    "-fno-omit-frame-pointer",
    # Both are weak in the sanitizers' libraries, which may come first on the linker's line.
    "-Wl,--defsym=__asan_on_error=hipwright_asan_on_error",
    "-Wl,--defsym=__ubsan_on_report=hipwright_ubsan_on_report",
)
_TRACING = {
    True: (  # clang
        "-mllvm",
        "-tsan-instrument-func-entry-exit=0",
        "-mllvm",
        "-tsan-distinguish-volatile=1",
        "-mllvm",
        "-tsan-instrument-read-before-write=1",
        "-fno-vectorize",
        "-fno-slp-vectorize",
    ),
    False: (
        "--param=tsan-instrument-func-entry-exit=0",
        "--param=tsan-distinguish-volatile=1",
        "-Wno-tsan",
        "-fno-tree-vectorize",
        "-fno-tree-slp-vectorize",
    ),
}


def problem(checks: Collection[Check]) -> str:
    """Why these checks cannot be had together; "" when they can."""
    traced = [f"--{check}" for check in CHECKS if check in _TRACED and check in checks]
    if "sanitize" in checks and traced:
        return (
            f"--sanitize and {traced[0]} change the program in ways that do not go together: "
            "run it once with each"
        )
    return ""


def is_built_in(checks: Collection[Check]) -> bool:
    """Whether a program has to be compiled for these checks."""
    return "sanitize" in checks or bool(_TRACED & set(checks))


def flags(checks: Collection[Check], compiler: HostCompiler, folder: Path) -> list[str]:
    """Flags for compiling and for linking; `folder` holds the rewritten sources."""
    if not is_built_in(checks):
        return []
    # -pie: a report gives places in the program as distances from its start.
    # g++ forgets at -g1 where it has inlined what.
    common = [
        "-g1" if compiler.is_clang else "-g",
        f"-fdebug-prefix-map={folder}={SOURCES}",
        "-fPIE",
        "-pie",
    ]
    if compiler.is_clang:
        common.append("-Wno-unused-command-line-argument")  # -pie, where nothing is linked
    if "sanitize" in checks:
        return [*common, *_SANITIZERS]
    # Lanes that part meet again at the lowest address: the code must lie in the source's order.
    in_order = ["-O0"] if "lockstep" in checks else []
    return [*common, "-DHIPWRIGHT_TRACED", *in_order]


def compile_flags(checks: Collection[Check], compiler: HostCompiler) -> list[str]:
    """Flags for compiling alone: the runtime's headers stand in for the sanitizer's library."""
    if not _TRACED & set(checks):
        return []
    return ["-fsanitize=thread", *_TRACING[compiler.is_clang]]


def environment(checks: Collection[Check], directory: Path) -> dict[str, str]:
    """What the program finds in its environment. The sanitizers' own texts go to `directory`."""
    found: dict[str, str] = {}
    traced = sorted(_TRACED & set(checks))
    if traced:
        found["HIPWRIGHT_CHECKS"] = ",".join(traced)
    if set(traced) & {"race", "uninitialised"}:
        found["HIPWRIGHT_THREADS"] = "1"  # the same reports in every run
    if "leaks" in checks:
        found["HIPWRIGHT_LEAKS"] = "1"
    if "sanitize" in checks:
        log = f"log_path='{directory / 'sanitizer'}'"
        # Signals are handled by the runtime, which names the kernel.
        signals = ":".join(f"handle_{name}=0" for name in ("segv", "sigbus", "sigfpe", "sigill"))
        found["ASAN_OPTIONS"] = (
            f"halt_on_error=0:detect_leaks=0:detect_stack_use_after_return=0:handle_abort=0:"
            f"allocator_may_return_null=1:symbolize=0:{signals}:{log}"
        )
        found["UBSAN_OPTIONS"] = f"halt_on_error=0:print_stacktrace=0:symbolize=0:{log}"
    return found


def resolve_sites(directory: Path, executable: Path) -> None:
    """Give the reports in a run's events the file and the line of the instructions they name."""
    events = directory / "events.jsonl"
    try:
        lines = events.read_bytes().splitlines()
    except OSError:
        return
    reports: dict[int, dict[str, Any]] = {}
    for number, line in enumerate(lines):
        if b'"site":' not in line:
            continue
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict) and event.get("event") == "report":
            reports[number] = event
    if not reports:
        return
    sites = {event[key] for event in reports.values() for key in _KEYS if event.get(key)}
    places = _places(executable, sorted(sites))
    for number, event in reports.items():
        for key, prefix in _KEYS.items():
            place = places.get(event.get(key, 0))
            if place is not None and not event.get(f"{prefix}line"):
                event[f"{prefix}file"], event[f"{prefix}line"] = place
        lines[number] = json.dumps(event, ensure_ascii=False).encode()
    events.write_bytes(b"\n".join(lines) + b"\n")


_KEYS = {"site": "", "other_site": "other_"}


def _places(executable: Path, sites: Sequence[int]) -> dict[int, tuple[str, int]]:
    """File and line in the user's sources of return addresses; none without a tool that knows.

    An instruction that an optimiser has made of two lines' has the line of neither: the closest
    one before it that has a line speaks for it.
    """
    tool = _symbolizer()
    if tool is None or not sites:
        return {}
    calls = {site: site - 1 for site in sites}  # the call is before where it returns to
    known = _lines(tool, executable, list(calls.values()))
    lost = [call for call in calls.values() if call not in known]
    if lost:
        before = _lines(
            tool, executable, [call - back for call in lost for back in range(1, _BACK)]
        )
        for call in lost:
            closest = next((call - i for i in range(1, _BACK) if call - i in before), None)
            if closest is not None:
                known[call] = before[closest]
    return {site: known[call] for site, call in calls.items() if call in known}


def _lines(tool: str, executable: Path, addresses: Sequence[int]) -> dict[int, tuple[str, int]]:
    """File and line of those addresses that lie in the user's sources."""
    try:
        done = subprocess.run(
            [tool, "-e", str(executable), "-a", "-i"],
            input="\n".join(f"{address:#x}" for address in addresses) + "\n",
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return {}
    places: dict[int, tuple[str, int]] = {}
    address = 0
    for line in done.stdout.splitlines():
        if re.fullmatch(r"0x[0-9a-f]+", line):
            address = int(line, 16)
            continue
        # The innermost call comes first; those in our headers are not the user's.
        found = re.match(rf"{SOURCES}/(?:\./)?(.+):(\d+)", line)
        if found and address not in places and found.group(2) != "0":
            places[address] = (found.group(1), int(found.group(2)))
    return places


def _symbolizer() -> str | None:
    names = [*(f"llvm-addr2line-{n}" for n in range(_NEWEST, _OLDEST, -1)), *_SYMBOLIZERS]
    return next((found for name in names if (found := shutil.which(name))), None)
