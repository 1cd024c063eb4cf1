"""Two outputs, line by line: numbers within a tolerance, text as it is.

What differs from run to run although the results are the same is left out, and said: times and
rates, addresses, the name of the device, its warp size and its compute capability.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from hipwright_server.compare.tolerance import Tolerance

_LINES_SHOWN = 20
_LINES_ALIGNED = 4000  # above this many lines, lines are compared one by one

_TOKEN = re.compile(
    r"""
    (?P<address>\b0x(?:7f|5[56])[0-9a-fA-F]{10}\b)
  | (?P<hex>\b0[xX][0-9a-fA-F]+\b)
  | (?P<clock>\b\d{1,2}:\d{2}:\d{2}(?:\.\d+)?\b)
  | (?P<number>(?<![\w.])[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?:f(?!\w))?)
  | (?P<special>[-+]?\b(?:nan|inf|infinity)\b)
    """,
    re.VERBOSE | re.IGNORECASE,
)
# A unit of time or of a rate right after a number: "0.41 ms", "12.5GB/s", "3 GFLOP/s".
_UNIT = re.compile(
    r"\s*[\[(]?\s*(?:"
    r"(?:n|u|µ|μ|m|k)?s(?:ecs?|econds?)?|(?:nano|micro|milli)?-?seconds?|msecs?|usecs?|nsecs?|minutes?|"
    r"[KMGT]?i?B(?:ytes)?\s*(?:/|p)\s*s(?:ec(?:ond)?)?|[KMGT]?bit/s|"
    r"[KMGTP]?(?i:flops?)(?:\s*/\s*s(?:ec(?:ond)?)?)?|"
    r"[KMG]?(?:items|elements|pixels|points|particles|updates|samples|options|iterations)?\s*/\s*s(?:ec(?:ond)?)?|"
    r"[kMG]?Hz|fps|cycles?|ticks|clocks?)(?![A-Za-z0-9_])"
)
# A word for a time or a rate right before a number: "Elapsed time (ms): 0.41", "bandwidth = 12.5".
_LABEL = re.compile(
    r"\b(?:time|times|timing|elapsed|took|duration|latency|runtime|bandwidth|throughput|"
    r"speed-?up|fps|gflops|cycles)"
    r"(?:\s+(?:taken|used|spent|elapsed|per\s+\w+|for\s+\w+))?\s*(?:[\[(][^\])]*[\])])?\s*[:=]?\s*$",
    re.IGNORECASE,
)
# What NVIDIA's sample headers print of the device before a program starts.
_DEVICE_LINE = re.compile(r"\s*(?:MapSMto\w+ for SM|GPU Device \d+:|> ?Using (?:CUDA )?device\b)")
_DEVICE_LABEL = re.compile(
    r"\b(?:(?:compute|CUDA) capability|Compute|SM)\s*(?:is|of|version)?\s*[:=]?\s*$", re.I
)
_WARP_LABEL = re.compile(
    r"\b(?:warp|wave(?:front)?)[\s_-]*(?:size)?\s*(?:is|of)?\s*[:=]?\s*$", re.I
)


# What is left out of a comparison: one of it, several of it.
_IGNORED = {
    "time or rate": ("time or rate", "times or rates"),
    "address": ("address", "addresses"),
    "time of day": ("time of day", "times of day"),
    "warp size": ("warp size", "warp sizes"),
    "device": ("line or number about the device", "lines or numbers about the device"),
    "number": (
        "number that differs between two runs of the original",
        "numbers that differ between two runs of the original",
    ),
    "line": (
        "line that differs between two runs of the original",
        "lines that differ between two runs of the original",
    ),
}


@dataclass(frozen=True, slots=True)
class LineDifference:
    """Two lines that differ. A line number is None where the line is only on the other side."""

    stream: str
    left_line: int | None
    right_line: int | None
    left: str
    right: str
    reason: str


@dataclass(slots=True)
class OutputComparison:
    """What the outputs of two runs show."""

    verdict: str = "agree"  # agree | differ
    sentence: str = ""
    exact: bool = False
    ignored: list[str] = field(default_factory=list)
    differing_lines: int = 0
    lines: list[LineDifference] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Identity:
    """What a run prints about its device without it being a result."""

    warp_size: int | None = None
    device: str = ""


@dataclass(frozen=True, slots=True)
class _Number:
    text: str
    value: float
    integer: bool
    ignored: str  # why it is left out of the comparison, "" where it is not


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    shape: str  # the text with its numbers taken out
    numbers: tuple[_Number, ...]
    place: int  # its number in the output, from 1

    @property
    def about_device(self) -> bool:
        return _DEVICE_LINE.match(self.text) is not None


def compare_output(
    left: bytes,
    right: bytes,
    tolerance: Tolerance,
    left_identity: Identity | None = None,
    right_identity: Identity | None = None,
    stream: str = "stdout",
    repeats: Sequence[bytes] = (),
) -> OutputComparison:
    """Compare what two runs printed.

    `repeats` are what more runs of the left one printed: where they differ, there is no result to
    compare with.
    """
    result = OutputComparison()
    if left == right:
        result.exact = True
        result.sentence = "The output is the same." if left else "Neither run printed anything."
        return result
    first = _lines(left, left_identity or Identity())
    second = _lines(right, right_identity or Identity())
    about = [line for line in (*first, *second) if line.about_device]
    first = [line for line in first if not line.about_device]
    second = [line for line in second if not line.about_device]
    again = [
        _Again(first, repeat, left_identity or Identity(), tolerance.for_output())
        for repeat in repeats
    ]
    limits = tolerance.for_output()
    ignored: Counter[str] = Counter()
    example: dict[str, str] = {}
    if about:
        ignored["device"] = len(about)
        example["device"] = f"“{_shortened(about[0].text)}”"
    within = 0
    for i, j in _align(first, second):
        reason = ""
        unstable = frozenset() if i is None else _unstable(again, i)
        if unstable is None:
            ignored["line"] += 1
            example.setdefault("line", f"“{_shortened(first[i or 0].text)}”")
        elif i is None or j is None:
            reason = "the line is only in one output"
        else:
            reason, close = _line_differs(first[i], second[j], limits, ignored, example, unstable)
            within += close
        if reason:
            result.differing_lines += 1
            if len(result.lines) < _LINES_SHOWN:
                result.lines.append(
                    LineDifference(
                        stream,
                        None if i is None else first[i].place,
                        None if j is None else second[j].place,
                        "" if i is None else first[i].text,
                        "" if j is None else second[j].text,
                        reason,
                    )
                )
    result.ignored = [
        f"{count:,} {_IGNORED[what][count != 1]} (such as {example[what]})"
        for what, count in ignored.items()
    ]
    if result.lines:
        result.verdict = "differ"
        count = result.differing_lines
        result.sentence = (
            f"{count:,} line{'s' if count != 1 else ''} of the output "
            f"differ{'s' if count == 1 else ''}: {result.lines[0].reason}."
        )
    elif within:
        plural = "s lie" if within != 1 else " lies"
        result.sentence = f"The output agrees; {within} number{plural} within the tolerance."
    else:
        result.sentence = "The output is the same, but for what is ignored."
    return result


class _Again:
    """Another run of the left program: says which of its numbers change from run to run."""

    def __init__(
        self,
        first: Sequence[_Line],
        repeat: bytes,
        identity: Identity,
        limits: tuple[float, float],
    ) -> None:
        self._first = first
        self._limits = limits
        self._repeat = [line for line in _lines(repeat, identity) if not line.about_device]
        pairs = _align(first, self._repeat)
        self._line_of = {i: k for i, k in pairs if i is not None}

    def unstable(self, i: int) -> frozenset[int] | None:
        """The positions of the numbers of a line that change; None when the whole line does."""
        k = self._line_of.get(i)
        if k is None:
            return None
        one, other = self._first[i], self._repeat[k]
        if one.shape != other.shape or len(one.numbers) != len(other.numbers):
            return None
        return frozenset(
            position
            for position, (a, b) in enumerate(zip(one.numbers, other.numbers, strict=True))
            if not _close(a, b, self._limits)
        )


def _unstable(again: Sequence[_Again], i: int) -> frozenset[int] | None:
    """What changes of a line in any of the other runs; None when the whole line does in one."""
    changing: frozenset[int] = frozenset()
    for each in again:
        unstable = each.unstable(i)
        if unstable is None:
            return None
        changing |= unstable
    return changing


def _lines(output: bytes, identity: Identity) -> list[_Line]:
    texts = output.decode("utf-8", "replace").splitlines()
    return [_read_line(text, identity, place) for place, text in enumerate(texts, 1)]


def _read_line(text: str, identity: Identity, place: int) -> _Line:
    shown = text
    numbers: list[_Number] = []
    shape: list[str] = []
    end = 0
    if identity.device and identity.device in text:
        text = text.replace(identity.device, "<device>")
    for match in _TOKEN.finditer(text):
        shape.append(text[end : match.start()])
        end = match.end()
        before, after = text[: match.start()], text[end:]
        numbers.append(_number(match, before, after, identity))
    shape.append(text[end:])
    # Padding moves with the width of the numbers.
    template = re.sub(r"\s+", " ", "\0".join(shape)).strip()
    return _Line(shown, re.sub(r" ?\0 ?", "\0", template), tuple(numbers), place)


def _number(match: re.Match[str], before: str, after: str, identity: Identity) -> _Number:
    text = match.group()
    kind = match.lastgroup
    if kind == "address":
        return _Number(text, 0.0, True, "address")
    if kind == "clock":
        return _Number(text, 0.0, True, "time of day")
    if kind == "hex":
        return _Number(text, float(int(text, 16)), True, "")
    digits = text.rstrip("fF") if kind == "number" else text
    value = float(digits)
    integer = kind == "number" and digits.lstrip("+-").isdigit()
    ignored = ""
    if _UNIT.match(after) or _LABEL.search(before):
        ignored = "time or rate"
    elif integer and identity.warp_size == value and _WARP_LABEL.search(before):
        ignored = "warp size"
    elif _DEVICE_LABEL.search(before):
        ignored = "device"
    return _Number(text, value, integer, ignored)


def _align(first: Sequence[_Line], second: Sequence[_Line]) -> list[tuple[int | None, int | None]]:
    """Which line belongs to which: in order; by their words when the counts differ."""
    pairs: list[tuple[int | None, int | None]] = []
    if len(first) == len(second) or max(len(first), len(second)) > _LINES_ALIGNED:
        for i in range(max(len(first), len(second))):
            pairs.append((i if i < len(first) else None, i if i < len(second) else None))
        return pairs
    matcher = SequenceMatcher(
        None, [line.shape for line in first], [line.shape for line in second], autojunk=False
    )
    for _, i1, i2, j1, j2 in matcher.get_opcodes():
        for k in range(max(i2 - i1, j2 - j1)):
            pairs.append((i1 + k if i1 + k < i2 else None, j1 + k if j1 + k < j2 else None))
    return pairs


def _line_differs(
    left: _Line,
    right: _Line,
    limits: tuple[float, float],
    ignored: Counter[str],
    example: dict[str, str],
    unstable: frozenset[int],
) -> tuple[str, int]:
    """Why two lines differ ("" when they do not), and how many numbers only the tolerance saves."""
    if left.text == right.text:
        return "", 0
    if left.shape != right.shape or len(left.numbers) != len(right.numbers):
        return f"“{_shortened(left.text)}” against “{_shortened(right.text)}”", 0
    within = 0
    for position, (a, b) in enumerate(zip(left.numbers, right.numbers, strict=True)):
        if a.text == b.text:
            continue
        reason = a.ignored if a.ignored and a.ignored == b.ignored else ""
        reason = reason or ("number" if position in unstable else "")
        if reason:
            ignored[reason] += 1
            example.setdefault(reason, f"{a.text} against {b.text}")
        elif _close(a, b, limits):
            within += 1
        else:
            return f"{a.text} against {b.text}", within
    return "", within


def _close(a: _Number, b: _Number, limits: tuple[float, float]) -> bool:
    if a.value == b.value or (a.value != a.value and b.value != b.value):
        return True
    if a.integer and b.integer:
        return False
    relative, absolute = limits
    error = abs(a.value - b.value)
    if error <= absolute + relative * abs(a.value) and error != float("inf"):
        return True
    # Two close numbers may round to neighbours in print; with four digits or more, that is small.
    step = max(_last_place(a.text), _last_place(b.text))
    return _digits(a.text) >= 4 and _digits(b.text) >= 4 and error <= 1.01 * step


def _digits(text: str) -> int:
    mantissa = re.split("[eE]", text.strip("+-fF"))[0]
    return len(mantissa.replace(".", "").lstrip("0"))


def _last_place(text: str) -> float:
    """The value of one unit in the last digit printed."""
    mantissa, _, exponent = text.rstrip("fF").lower().partition("e")
    decimals = len(mantissa.partition(".")[2])
    return float(10.0 ** (int(exponent or 0) - decimals))


def _shortened(text: str) -> str:
    text = text.strip()
    return text if len(text) <= 60 else text[:57] + "…"
