"""A comparison as JSON: `application/vnd.hipwright.compare+json`, described in docs/compare.md."""

from __future__ import annotations

import math
from typing import Any

from hipwright_server.compare.arrays import ArrayComparison, Element
from hipwright_server.compare.comparison import Comparison, Pair, Side
from hipwright_server.run import CapturedArray, KernelLaunch, OtherAccess, Place, Run

MIME_TYPE = "application/vnd.hipwright.compare+json"
VERSION = 1
_TEXT_BYTES = 64 * 1024
_ARRAYS = 200
_REPORTS = 50


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """The comparison as what JSON can hold."""
    tolerance = comparison.tolerance
    return {
        "format": "hipwright.compare",
        "version": VERSION,
        "title": comparison.title,
        "verdict": comparison.verdict,
        "sentence": comparison.sentence,
        "tolerance": {
            "relative": tolerance.relative,
            "absolute": tolerance.absolute,
            "ulp": tolerance.ulp,
        },
        "sides": [_side(side) for side in comparison.sides],
        "pairs": [_pair(pair) for pair in comparison.pairs],
        "cannotShow": list(comparison.cannot_show),
    }


def run_json(run: Run) -> dict[str, Any]:
    """One run, in the shape of a side without label, sources and findings."""
    return {
        "target": run.target,
        "dialect": run.dialect,
        "warpSize": run.warp_size,
        "device": run.device,
        "times": run.times,
        "toolchain": run.toolchain,
        "command": list(run.command),
        "cached": run.cached,
        "status": run.status.value,
        "message": run.message,
        "exitStatus": run.exit_status,
        "signal": run.signal,
        "compileSeconds": run.compile_seconds,
        "runSeconds": run.run_seconds,
        "stdout": _stream(run.stdout, run.output_cut),
        "stderr": _stream(run.stderr, run.output_cut),
        "diagnostics": [
            {"severity": each.severity, "message": each.message, **_place(each.place, column=True)}
            for each in run.diagnostics
        ],
        "resources": [
            {
                "kernel": each.kernel,
                "architecture": each.architecture,
                "vectorRegisters": each.vector_registers,
                "scalarRegisters": each.scalar_registers,
                "sharedMemoryBytes": each.shared_memory_bytes,
                "scratchBytes": each.scratch_bytes,
                "spills": each.spills,
                "occupancy": each.occupancy,
            }
            for each in run.resources
        ],
        "launches": _launches(run.launches),
        "reports": [
            {
                "kind": each.kind,
                "message": each.message,
                "kernel": each.kernel,
                **_place(each.place),
                "block": list(each.block) if each.block else None,
                "thread": list(each.thread) if each.thread else None,
                "lanes": list(each.lanes),
                "other": _other(each.other),
            }
            for each in run.reports[:_REPORTS]
        ],
        "reportsTotal": len(run.reports),
    }


def _other(other: OtherAccess | None) -> dict[str, Any] | None:
    if other is None:
        return None
    return {
        "access": other.access,
        **_place(other.place),
        "block": list(other.block) if other.block else None,
        "thread": list(other.thread) if other.thread else None,
    }


def _side(side: Side) -> dict[str, Any]:
    return {
        "label": side.label,
        **run_json(side.run),
        "sources": [{"name": file.name, "text": file.text} for file in side.sources],
        "findings": [
            {
                "code": each.code,
                "severity": each.severity,
                "message": each.message,
                "file": each.file,
                "line": each.line,
                "column": each.column,
                "url": each.url,
            }
            for each in side.findings
        ],
    }


def _stream(content: bytes, cut: bool) -> dict[str, Any]:
    return {
        "text": content[:_TEXT_BYTES].decode("utf-8", "replace"),
        "bytes": len(content),
        "cut": cut or len(content) > _TEXT_BYTES,
    }


def _place(place: Place | None, column: bool = False) -> dict[str, Any]:
    result: dict[str, Any] = {
        "file": place.file if place else None,
        "line": place.line if place else 0,
    }
    if column:
        result["column"] = place.column if place else 0
    return result


def _launches(launches: list[KernelLaunch]) -> list[dict[str, Any]]:
    """Launches, those of the same kernel, place and shape as one."""
    grouped: dict[object, dict[str, Any]] = {}
    for each in launches:
        key = (each.kernel, each.grid, each.block, each.shared_memory_bytes, each.place)
        if key not in grouped:
            grouped[key] = {
                "kernel": each.kernel,
                "count": 0,
                "grid": list(each.grid),
                "block": list(each.block),
                "sharedMemoryBytes": each.shared_memory_bytes,
                "seconds": 0.0,
                **_place(each.place),
            }
        grouped[key]["count"] += 1
        grouped[key]["seconds"] += each.seconds
    return list(grouped.values())


def _pair(pair: Pair) -> dict[str, Any]:
    # Those that differ come first when not all can be kept.
    arrays = pair.arrays
    if len(arrays) > _ARRAYS:
        arrays = sorted(arrays, key=lambda array: array.verdict == "agree")[:_ARRAYS]
    output = pair.output
    return {
        "left": pair.left,
        "right": pair.right,
        "verdict": pair.verdict,
        "sentence": pair.sentence,
        "checks": [
            {"name": each.name, "verdict": each.verdict, "sentence": each.sentence}
            for each in pair.checks
        ],
        "output": {
            "verdict": output.verdict,
            "sentence": output.sentence,
            "ignored": list(output.ignored),
            "differingLines": output.differing_lines,
            "lines": [
                {
                    "stream": each.stream,
                    "leftLine": each.left_line,
                    "rightLine": each.right_line,
                    "left": each.left,
                    "right": each.right,
                    "reason": each.reason,
                }
                for each in output.lines
            ],
        },
        "arrays": [_array(array) for array in arrays],
        "arraysTotal": len(pair.arrays),
    }


def _array(array: ArrayComparison) -> dict[str, Any]:
    return {
        "name": array.name,
        "verdict": array.verdict,
        "sentence": array.sentence,
        "left": _captured(array.left),
        "right": _captured(array.right),
        "exact": array.exact,
        "elements": array.elements,
        "differing": array.differing,
        "leftOut": array.left_out,
        "unstable": array.unstable,
        "maxAbsolute": _finite(array.max_absolute),
        "maxRelative": _finite(array.max_relative),
        "maxUlp": array.max_ulp,
        "notFinite": {
            "leftNan": array.left_nan,
            "leftInfinite": array.left_infinite,
            "rightNan": array.right_nan,
            "rightInfinite": array.right_infinite,
        },
        "first": _element(array.first),
        "worst": _element(array.worst),
        "samples": [_element(each) for each in array.samples],
        "profile": list(array.profile),
    }


def _captured(array: CapturedArray | None) -> dict[str, Any] | None:
    if array is None:
        return None
    return {
        "index": array.index,
        **_place(array.place),
        "type": array.type_name,
        "elements": int(array.values.size) + array.left_out,
    }


def _element(element: Element | None) -> dict[str, Any] | None:
    if element is None:
        return None
    return {"index": element.index, "left": element.left, "right": element.right}


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
