"""What the device wrote while a program ran: events.jsonl and arrays/*.bin."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from hipwright_server.run import CapturedArray, DeviceReport, KernelLaunch, OtherAccess, Place, Run

if TYPE_CHECKING:  # NumPy is imported when there is an array to read
    import numpy as np
    import numpy.typing as npt

# Element types that NumPy lacks: how many bytes, and how they widen to float32.
_NARROW_FLOATS = {"bfloat16": 2, "float8_e4m3": 1, "float8_e5m2": 1}
_COPY = re.compile(r"\b(?:cuda|hip|cu)Memcpy\w*\s*\(")
_CALL_LINES = 4  # how many lines a call of a copy may span
# A cast in front, an address of a plain name, a container's data().
_UNWRAP = re.compile(r"^(?:\(\s*void\s*\*+\s*\)\s*)?(?:&(?=\w+$))?|\.data\(\)$")


def read_events(directory: Path, run: Run, sources: Mapping[str, str], arrays: bool = True) -> None:
    """Fill a run with what its device wrote. Half a line at the end is what a killed program left.

    `sources` are the program's texts by name: an array is named after the expression that it was
    copied to. Without `arrays`, those are left where they are.
    """
    try:
        lines = (directory / "events.jsonl").read_bytes().splitlines()
    except OSError:
        return
    texts = {name: text.splitlines() for name, text in sources.items()}
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict) and (arrays or event.get("event") != "array"):
            _read(event, directory, run, texts)


def _read(event: dict[str, Any], directory: Path, run: Run, texts: Mapping[str, list[str]]) -> None:
    kind = event.get("event")
    if kind == "device":
        run.warp_size = event.get("warp_size")
        run.device = event.get("model", "")
    elif kind == "launch":
        run.launches.append(
            KernelLaunch(
                kernel=event.get("kernel", ""),
                grid=_triple(event.get("grid")) or (1, 1, 1),
                block=_triple(event.get("block")) or (1, 1, 1),
                shared_memory_bytes=event.get("shared", 0),
                seconds=event.get("seconds", 0.0),
                place=_place(event),
            )
        )
    elif kind == "array":
        array = _array(event, directory, texts)
        if array is not None:
            run.arrays.append(array)
    elif kind == "report":
        run.reports.append(
            DeviceReport(
                kind=event.get("kind", ""),
                message=event.get("message", ""),
                kernel=event.get("kernel", ""),
                place=_place(event),
                block=_triple(event.get("block")),
                thread=_triple(event.get("thread")),
                lanes=tuple(event.get("lanes", ())),
                other=_other(event),
            )
        )


def _other(event: dict[str, Any]) -> OtherAccess | None:
    if not event.get("other_access"):
        return None
    return OtherAccess(
        access=event["other_access"],
        place=Place(event["other_file"], event["other_line"]) if event.get("other_file") else None,
        block=_triple(event.get("other_block")),
        thread=_triple(event.get("other_thread")),
    )


def _place(event: dict[str, Any]) -> Place | None:
    return Place(event["file"], event.get("line", 0)) if event.get("file") else None


def _triple(value: object) -> tuple[int, int, int] | None:
    if isinstance(value, list) and len(value) == 3:
        return cast(tuple[int, int, int], tuple(value))
    return None


def _array(
    event: dict[str, Any], directory: Path, texts: Mapping[str, list[str]]
) -> CapturedArray | None:
    """The array of an event; its file is mapped, not read, since it may be large."""
    path = directory / event["data"]
    if not path.is_file() or directory.resolve() not in path.resolve().parents:
        return None
    import numpy as np

    element_type = event.get("type", "uint8")
    try:
        values = _values(path, element_type)
        width = _NARROW_FLOATS.get(element_type) or np.dtype(element_type).itemsize
    except (TypeError, ValueError):  # a type that NumPy does not know, or half an element
        element_type, width = "uint8", 1
        values = _values(path, "uint8")
    expression, place = _copy_call(_place(event), texts)
    return CapturedArray(
        index=event.get("index", 0),
        place=place,
        values=values,
        expression=event.get("expression") or expression,
        element_type=element_type if element_type in _NARROW_FLOATS else "",
        left_out=max(event.get("bytes", 0) // width - values.size, 0),
        checksum=event.get("checksum", ""),
        thread=event.get("thread", 0),
    )


def _values(path: Path, element_type: str) -> npt.NDArray[np.generic]:
    import numpy as np

    if path.stat().st_size == 0:
        return np.empty(0, dtype=np.float32 if element_type in _NARROW_FLOATS else element_type)
    if element_type in _NARROW_FLOATS:
        width = _NARROW_FLOATS[element_type]
        raw = np.memmap(path, dtype=np.dtype(f"u{width}"), mode="r")
        return widen(raw, element_type)
    return np.memmap(path, dtype=np.dtype(element_type), mode="r")


def widen(raw: npt.NDArray[Any], element_type: str) -> npt.NDArray[np.float32]:
    """Floats that NumPy lacks, as float32, which holds each of them exactly."""
    import numpy as np

    if element_type == "bfloat16":
        wide: npt.NDArray[np.float32] = (raw.astype(np.uint32) << 16).view(np.float32)
        return wide
    if element_type == "float8_e5m2":
        half = (raw.astype(np.uint16) << 8).view(np.float16)
        return half.astype(np.float32)
    sign = np.where(raw & 0x80, np.float32(-1), np.float32(1))
    exponent = ((raw >> 3) & 0xF).astype(np.int32)
    mantissa = (raw & 0x7).astype(np.float32)
    normal = np.ldexp(1 + mantissa / 8, exponent - 7)
    subnormal = np.ldexp(mantissa / 8, -6)
    values = sign * np.where(exponent == 0, subnormal, normal)
    # OCP's E4M3 has no infinity: all ones is not a number.
    result: npt.NDArray[np.float32] = np.where((raw & 0x7F) == 0x7F, np.nan, values).astype(
        np.float32
    )
    return result


def _copy_call(place: Place | None, texts: Mapping[str, list[str]]) -> tuple[str, Place | None]:
    """What an array was copied to, and where that call begins.

    Compilers name the last line of a call that a macro wraps: the call is looked for a few lines
    up as well.
    """
    if place is None:
        return "", place
    lines = texts.get(place.file, [])
    if not 0 < place.line <= len(lines):
        return "", place
    for number in range(place.line, max(place.line - _CALL_LINES, 0), -1):
        match = _COPY.search(lines[number - 1])
        if match is not None:
            after = " ".join(lines[number : number + _CALL_LINES])
            argument = _first_argument(lines[number - 1][match.end() :] + " " + after)
            return _UNWRAP.sub("", argument), Place(place.file, number, place.column)
    return "", place


def _first_argument(text: str) -> str:
    depth = 0
    for position, character in enumerate(text):
        if character in "([{<":
            depth += 1
        elif character in ")]}>":
            depth -= 1
        if depth < 0 or (character == "," and depth == 0):
            return text[:position].strip()
    return ""
