"""Words and numbers shared by the text and the HTML of a comparison."""

from __future__ import annotations

import re
from typing import Any

_LANES = re.compile(r"\d+ lanes")  # what a program that runs twice is called by
Json = dict[str, Any]

DIALECTS = {"cuda": "CUDA", "hip": "HIP"}
CHECKS = {
    "build": "Build",
    "exit": "Exit status",
    "arrays": "Arrays",
    "output": "Output",
    "reports": "Device reports",
}
VERDICTS = {
    "agree": "agree",
    "differ": "differ",
    "failed": "failed",
    "warning": "look",
    "skipped": "nothing",
    "unpaired": "unpaired",
}
STATUSES = {
    "ok": "ran to the end",
    "compiled": "compiled only",
    "compile-error": "does not compile",
    "signal": "crashed",
    "timeout": "timed out",
    "memory-limit": "took too much memory",
    "interrupted": "interrupted",
    "unavailable": "not available",
}


def named(label: str) -> str:
    """A side in the middle of a sentence, by its label: `the port`, or a file's name."""
    if _LANES.fullmatch(label):
        return f"the run with {label}"
    if label.startswith("on "):
        return f"the run {label}"
    if label in ("original", "port") or label.startswith(("original on ", "port on ")):
        return f"the {label}"
    return label


def whose(side: Json) -> str:
    """A side in the middle of a sentence."""
    return named(str(side["label"]))


def place(each: Json) -> str:
    """`file:line`, or nothing."""
    return f"{each['file']}:{each['line']}" if each.get("file") else ""


def seconds(value: float) -> str:
    """A time that a person reads at once."""
    if value < 0.0995:
        return f"{value * 1000:.1f} ms"
    return f"{value:.2f} s"


def error(value: float | None) -> str:
    """An error, or a dash where there is none to speak of."""
    return "–" if value is None else f"{value:.3g}"


def ended(side: Json) -> str:
    """How a run ended, in a few words."""
    if side["status"] == "ok":
        return f"exit status {side['exitStatus']}"
    if side["status"] == "signal" and side["signal"]:
        return f"crashed ({side['signal']})"
    return STATUSES.get(side["status"], str(side["status"]))


def ran_on(side: Json) -> str:
    """Target and warp size."""
    warp = f", warp of {side['warpSize']}" if side["warpSize"] else ""
    return f"{side['target']}{warp}"


def compiled_in(side: Json) -> str:
    """How long the compile took, or that it was not needed."""
    if side["cached"]:
        return "from the cache"
    return seconds(side["compileSeconds"]) if side["compileSeconds"] else "–"


def ran_in(side: Json) -> str:
    """How long the run took; told apart from a GPU's time on the CPU device."""
    if side["status"] in ("compile-error", "compiled", "unavailable"):
        return "–"
    beside = " (CPU device)" if side["times"] == "cpu-device" else ""
    return seconds(side["runSeconds"]) + beside


def lanes(numbers: list[int]) -> str:
    """Lane numbers with runs drawn together: `32–63`."""
    spans: list[list[int]] = []
    for number in sorted(numbers):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(f"{a}" if a == b else f"{a}–{b}" for a, b in spans)


def report_place(report: Json) -> str:
    """Where a report happened: kernel, block, thread or lanes, place in the source."""
    parts = []
    if report["kernel"]:
        parts.append(f"kernel {report['kernel']}")
    if report["block"]:
        parts.append("block ({})".format(", ".join(map(str, report["block"]))))
    if report["thread"]:
        parts.append("thread ({})".format(", ".join(map(str, report["thread"]))))
    if report["lanes"]:
        parts.append(f"lanes {lanes(report['lanes'])}")
    if report["file"]:
        parts.append(place(report))
    here = ", ".join(parts)
    other = report.get("other")
    if other is None:
        return here
    there = [f"block ({', '.join(map(str, other['block']))})"] if other["block"] else []
    if other["thread"]:
        there.append(f"thread ({', '.join(map(str, other['thread']))})")
    if other["file"]:
        there.append(place(other))
    return f"{here}; {other['access']} before: {', '.join(there)}"


def resource_rows(sides: list[Json]) -> list[tuple[str, list[str]]]:
    """What the compilers say of the kernels: (kernel and quantity, one cell a side)."""
    quantities = (
        ("vectorRegisters", "vector registers"),
        ("scalarRegisters", "scalar registers"),
        ("sharedMemoryBytes", "shared memory, bytes"),
        ("scratchBytes", "scratch, bytes"),
        ("spills", "spills"),
        ("occupancy", "occupancy, waves a SIMD"),
    )
    kernels: list[str] = []
    for side in sides:
        kernels += [each["kernel"] for each in side["resources"] if each["kernel"] not in kernels]
    rows = []
    for kernel in kernels:
        for key, name in quantities:
            cells = []
            for side in sides:
                found = [each for each in side["resources"] if each["kernel"] == kernel]
                value = found[0][key] if found else None
                cells.append("–" if value is None else f"{value:,}")
            if any(cell != "–" for cell in cells):
                rows.append((f"{kernel}: {name}", cells))
    return rows
