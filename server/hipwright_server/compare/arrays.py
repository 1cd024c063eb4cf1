"""Two captured arrays, element by element; and which array belongs to which."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from hipwright_server.compare.tolerance import Tolerance
from hipwright_server.run import CapturedArray

Values = npt.NDArray[Any]

_CHUNK = 1 << 20  # elements looked at together: bounds the memory that a comparison takes
_SAMPLES = 16
_RANDOM = 0.9  # the share of elements that two runs must differ in for an array to be random
_SLICES = 64


@dataclass(frozen=True, slots=True)
class Element:
    """One element of both arrays."""

    index: int
    left: str
    right: str


@dataclass(slots=True)
class ArrayComparison:
    """What one pair of arrays shows; one is missing where the other run has no such copy."""

    name: str
    left: CapturedArray | None
    right: CapturedArray | None
    verdict: str = "agree"  # agree | differ | unpaired
    sentence: str = ""
    exact: bool = False
    elements: int = 0
    differing: int = 0
    max_absolute: float | None = None
    max_relative: float | None = None
    max_ulp: int | None = None
    left_nan: int = 0
    left_infinite: int = 0
    right_nan: int = 0
    right_infinite: int = 0
    first: Element | None = None
    worst: Element | None = None
    samples: list[Element] = field(default_factory=list)
    profile: list[float] = field(default_factory=list)
    unstable: int = 0  # elements that differ, and differ between two runs of the left one as well
    left_out: int = 0  # elements of a very large array that were not kept, known by a checksum


def pair_arrays(
    left: Sequence[CapturedArray], right: Sequence[CapturedArray]
) -> list[tuple[CapturedArray | None, CapturedArray | None]]:
    """Which array belongs to which: in order; when the counts differ, by expression or place.

    Line numbers are no sure sign between two programs, so the expression of the copy goes first.
    Where several threads of the host made copies, no order is the right one: of those with the same
    expression, the ones that hold the same belong together, and only the rest go in order.
    """
    if any(len({array.thread for array in arrays}) > 1 for arrays in (left, right)):
        return _pair_by_content(left, right)
    if len(left) == len(right):
        return list(zip(left, right, strict=True))
    return _with_the_rest(left, {}, right, _key)


def _pair_by_content(
    left: Sequence[CapturedArray], right: Sequence[CapturedArray]
) -> list[tuple[CapturedArray | None, CapturedArray | None]]:
    same: dict[object, list[CapturedArray]] = defaultdict(list)
    for array in reversed(right):
        same[array.expression, _content(array)].append(array)
    found: dict[int, CapturedArray] = {}
    for array in left:
        if alike := same[array.expression, _content(array)]:
            found[array.index] = alike.pop()
    rest = [array for arrays in same.values() for array in arrays]
    rest.sort(key=lambda array: array.index)
    return _with_the_rest(left, found, rest, lambda array: array.expression)


def _with_the_rest(
    left: Sequence[CapturedArray],
    found: Mapping[int, CapturedArray],
    rest: Sequence[CapturedArray],
    key: Callable[[CapturedArray], object],
) -> list[tuple[CapturedArray | None, CapturedArray | None]]:
    """Each of the left arrays with the one that was found for it, or else with the next of the rest
    that has its key; then what is left of the rest."""
    waiting: dict[object, list[CapturedArray]] = defaultdict(list)
    for array in reversed(rest):
        waiting[key(array)].append(array)
    pairs: list[tuple[CapturedArray | None, CapturedArray | None]] = []
    for array in left:
        if array.index in found:
            pairs.append((array, found[array.index]))
        else:
            same = waiting[key(array)]
            pairs.append((array, same.pop() if same else None))
    alone = [array for arrays in waiting.values() for array in arrays]
    pairs.extend((None, array) for array in sorted(alone, key=lambda array: array.index))
    return pairs


def _content(array: CapturedArray) -> object:
    """Equal for arrays that hold the same bytes, and small however large they are."""
    digest = hashlib.blake2b(np.ascontiguousarray(array.values).data).digest()
    return array.left_out, array.checksum if array.left_out else "", digest


def _key(array: CapturedArray) -> object:
    if array.expression:
        return array.expression
    return None if array.place is None else array.place.line


def compare_arrays(
    pairs: Sequence[tuple[CapturedArray | None, CapturedArray | None]],
    tolerance: Tolerance,
    repeats: Mapping[int, CapturedArray] | None = None,
) -> list[ArrayComparison]:
    """Compare each pair.

    `repeats` are the arrays of another run of the left program, by their index: where its two runs
    differ, there is no result to compare with.
    """
    names = _names([left or right for left, right in pairs])
    again = repeats or {}
    return [
        _compare_pair(name, left, right, tolerance, again.get(left.index) if left else None)
        for name, (left, right) in zip(names, pairs, strict=True)
    ]


def _names(arrays: Sequence[CapturedArray | None]) -> Iterator[str]:
    """A name for each: its expression, counted where it occurs more than once."""
    names = [
        array.expression or f"array {array.index}" if array is not None else "" for array in arrays
    ]
    counts = Counter(names)
    seen: Counter[str] = Counter()
    for name in names:
        seen[name] += 1
        yield name if counts[name] == 1 else f"{name} (copy {seen[name]})"


def _compare_pair(
    name: str,
    left: CapturedArray | None,
    right: CapturedArray | None,
    tolerance: Tolerance,
    repeat: CapturedArray | None,
) -> ArrayComparison:
    result = ArrayComparison(name, left, right)
    if left is None or right is None:
        result.verdict = "unpaired"
        result.sentence = (
            "Only the second run copied it back."
            if left is None
            else "Only the first run copied it back."
        )
        return result
    first, second, element_type = _same_type(left, right)
    again = None
    if repeat is not None and repeat.values.nbytes == first.nbytes:
        again = repeat.values.view(first.dtype)
    _measure(result, first, second, element_type, tolerance, again)
    result.left_out = max(left.left_out, right.left_out)
    if result.left_out and left.checksum != right.checksum:
        result.exact = False
    sizes = (first.size + left.left_out, second.size + right.left_out)
    _conclude(result, *sizes, element_type, tolerance)
    return result


def _same_type(left: CapturedArray, right: CapturedArray) -> tuple[Values, Values, str]:
    """Both arrays with one element type.

    Bytes of unknown type take the type that the other side knows.
    """
    first, second = left.values, right.values
    if first.dtype == second.dtype:
        return first, second, left.type_name
    if first.dtype == np.uint8 and first.size % second.dtype.itemsize == 0:
        return first.view(second.dtype), second, right.type_name
    if second.dtype == np.uint8 and second.size % first.dtype.itemsize == 0:
        return first, second.view(first.dtype), left.type_name
    common = np.result_type(first.dtype, second.dtype)
    return first.astype(common), second.astype(common), common.name


def _measure(
    result: ArrayComparison,
    first: Values,
    second: Values,
    element_type: str,
    tolerance: Tolerance,
    again: Values | None,
) -> None:
    """Fill in the numbers of a pair, a chunk at a time."""
    count = min(first.size, second.size)
    result.elements = count
    result.exact = first.size == second.size
    differing_in_slice = np.zeros(_SLICES, dtype=np.int64)
    slices = min(_SLICES, max(count, 1))
    for start in range(0, count, _CHUNK):
        end = min(start + _CHUNK, count)
        a, b = np.asarray(first[start:end]), np.asarray(second[start:end])
        _count_not_finite(result, a, b)
        if a.tobytes() == b.tobytes():
            continue
        result.exact = False
        unstable = None
        if again is not None:
            scratch = ArrayComparison("", None, None)
            repeated = np.asarray(again[start:end])
            unstable = _measure_chunk(scratch, a, repeated, start, element_type, tolerance, None)
        wrong = _measure_chunk(result, a, b, start, element_type, tolerance, unstable)
        where = np.flatnonzero(wrong)
        if where.size == 0:
            continue
        result.differing += int(where.size)
        for index in where[: _SAMPLES - len(result.samples)]:
            result.samples.append(_element(a, b, start, int(index)))
        slice_of = (where + start) * slices // count
        differing_in_slice += np.bincount(slice_of, minlength=_SLICES)
    if result.differing and result.unstable >= _RANDOM * count:
        # What is the same in two runs of the original then is so by chance.
        result.unstable = count
        result.differing = 0
        result.samples.clear()
    if result.samples:
        result.first = result.samples[0]
        sizes = np.diff(np.ceil(np.arange(slices + 1) * count / slices))
        shares = differing_in_slice[:slices] / np.maximum(sizes, 1)
        result.profile = [round(float(share), 4) for share in shares]


def _measure_chunk(
    result: ArrayComparison,
    a: Values,
    b: Values,
    start: int,
    element_type: str,
    tolerance: Tolerance,
    unstable: npt.NDArray[np.bool_] | None,
) -> npt.NDArray[np.bool_]:
    """Which elements of a chunk lie outside the tolerance; notes the largest errors.

    Those that are `unstable` do not count.
    """
    relative, absolute, ulp = tolerance.for_type(element_type)
    if a.dtype.kind in "iub":
        wrong, error, scale = _integer_errors(a, b, absolute)
    elif a.dtype.kind in "fc":
        wide = np.complex128 if a.dtype.kind == "c" else np.float64
        wide_a, wide_b = a.astype(wide), b.astype(wide)
        with np.errstate(all="ignore"):
            error = np.abs(wide_a - wide_b)
            scale = np.abs(wide_a)
            wrong = ~(error <= absolute + relative * scale)
        same = (wide_a == wide_b) | (np.isnan(wide_a) & np.isnan(wide_b))
        error[same] = 0
        wrong[same] = False
        # An infinite reference makes an infinite allowance, which no finite number deserves.
        wrong |= np.isinf(scale) & ~same
        if a.dtype.kind == "f":
            apart = _ulp_distance(a, b, element_type)
            finite = np.isfinite(wide_a) & np.isfinite(wide_b)
            wrong &= ~(finite & (apart <= ulp))
            if finite.any():
                result.max_ulp = max(result.max_ulp or 0, int(apart[finite].max()))
    else:  # structures and the like: bytes decide
        wrong = np.asarray(a != b, dtype=np.bool_)
        return wrong if unstable is None else wrong & ~unstable
    if unstable is not None:
        result.unstable += int((wrong & unstable).sum())
        wrong &= ~unstable
        error = np.where(unstable, 0.0, error)
    _note_largest(result, a, b, error, scale, start)
    return wrong


def _integer_errors(
    a: Values, b: Values, absolute: float
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Wrong elements, absolute error and scale of whole numbers; exact where it decides."""
    larger = np.maximum(a, b)
    smaller = np.minimum(a, b)
    if a.dtype.kind == "b":
        error = (larger != smaller).astype(np.float64)
    else:
        # In the unsigned type of the same width the difference of two numbers cannot overflow.
        unsigned = np.dtype(f"u{a.dtype.itemsize}")
        error = (larger.astype(unsigned) - smaller.astype(unsigned)).astype(np.float64)
    wrong = (a != b) & (error > absolute)
    return wrong, error, np.abs(a.astype(np.float64))


def _ulp_distance(a: Values, b: Values, element_type: str) -> npt.NDArray[np.uint64]:
    """How many representable numbers lie between the elements, for floats of 16, 32 or 64 bits."""
    width = a.dtype.itemsize
    unsigned = np.dtype(f"u{width}")
    if unsigned.itemsize not in (2, 4, 8):
        raise ValueError(f"no ULP distance for {a.dtype.name}")
    sign = np.array(1 << (8 * width - 1), dtype=unsigned)

    def ordered(values: Values) -> npt.NDArray[np.uint64]:
        bits = np.ascontiguousarray(values).view(unsigned)
        # Negative numbers count down, positive ones up; both zeros are the same number.
        below = sign - (bits & ~sign)
        every: npt.NDArray[np.uint64] = np.where(bits & sign != 0, below, bits | sign).astype(
            np.uint64
        )
        return every

    x, y = ordered(a), ordered(b)
    distance = np.maximum(x, y) - np.minimum(x, y)
    # Narrow floats come widened to float32: count in their own steps.
    narrow = {"bfloat16": 16, "float8_e4m3": 20, "float8_e5m2": 21}
    steps: npt.NDArray[np.uint64] = distance >> np.uint64(narrow.get(element_type, 0))
    return steps


def _note_largest(
    result: ArrayComparison,
    a: Values,
    b: Values,
    error: npt.NDArray[np.float64],
    scale: npt.NDArray[np.float64],
    start: int,
) -> None:
    finite = np.isfinite(error)
    if not finite.any():
        return
    masked = np.where(finite, error, -1.0)
    index = int(masked.argmax())
    largest = float(masked[index])
    if largest > (result.max_absolute or 0.0):
        result.worst = _element(a, b, start, index)
    result.max_absolute = max(result.max_absolute or 0.0, largest)
    comparable = finite & (scale > 0) & np.isfinite(scale)
    if comparable.any():
        relative = float((error[comparable] / scale[comparable]).max())
        result.max_relative = max(result.max_relative or 0.0, relative)


def _count_not_finite(result: ArrayComparison, a: Values, b: Values) -> None:
    if a.dtype.kind in "fc":
        result.left_nan += int(np.isnan(a).sum())
        result.left_infinite += int(np.isinf(a).sum())
        result.right_nan += int(np.isnan(b).sum())
        result.right_infinite += int(np.isinf(b).sum())


def _element(a: Values, b: Values, start: int, index: int) -> Element:
    return Element(start + index, str(a[index]), str(b[index]))


def _conclude(
    result: ArrayComparison,
    left_size: int,
    right_size: int,
    element_type: str,
    tolerance: Tolerance,
) -> None:
    """Verdict and sentence, from the numbers."""
    if result.differing:
        assert result.first is not None
        first = result.first
        result.verdict = "differ"
        result.sentence = (
            f"{result.differing:,} of {result.elements:,} elements differ, the first at "
            f"[{first.index}]: {first.left} against {first.right}."
        )
        relative, _, _ = tolerance.for_type(element_type)
        # Says so when it is a question of tolerance, and not of a wrong result.
        if result.max_relative and relative < result.max_relative < 100 * relative:
            result.sentence += (
                f" The largest relative error is {result.max_relative:.1e}, allowed is "
                f"{relative:.0e}."
            )
    elif result.exact:
        result.sentence = f"All {left_size:,} elements are the same."
    elif result.unstable == result.elements:
        result.sentence = "There is nothing to compare with."
    else:
        every = "All other" if result.unstable else f"All {result.elements:,}"
        result.sentence = f"{every} elements agree within the tolerance"
        if result.max_ulp is not None:
            result.sentence += f"; the largest error is {result.max_absolute:.2g}"
            result.sentence += f" ({result.max_ulp:,} ULP)"
        result.sentence += "."
    if result.unstable:
        result.sentence += (
            f" {result.unstable:,} are left out: two runs of the original differ there."
        )
    if result.left_out and not result.exact:
        # Neither agreement nor a difference can be shown where only checksums are left.
        result.verdict = "differ"
        result.sentence += (
            f" Of the other {result.left_out:,}, which were too many to keep, the checksums differ."
        )
    if left_size != right_size:
        result.verdict = "differ"
        result.sentence = (
            f"The sizes differ: {left_size:,} against {right_size:,} elements. " + result.sentence
        )
