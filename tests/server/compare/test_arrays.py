"""Arrays, element by element."""

from __future__ import annotations

import numpy as np
import pytest

from hipwright_server.compare import Tolerance
from hipwright_server.compare import arrays as module
from hipwright_server.compare.arrays import compare_arrays, pair_arrays
from hipwright_server.run import CapturedArray, Place


def captured(values, dtype="float32", index=0, expression="h", line=1, element_type="", thread=0):
    array = np.asarray(values, dtype=dtype)
    place = Place("a.cu", line)
    return CapturedArray(index, place, array, expression, element_type, thread=thread)


def compared(left, right, dtype="float32", tolerance=None, element_type=""):
    pair = (
        captured(left, dtype, element_type=element_type),
        captured(right, dtype, element_type=element_type),
    )
    return compare_arrays([pair], tolerance or Tolerance())[0]


def test_the_same_bits_are_exact_even_with_nan():
    result = compared([1, np.nan, np.inf], [1, np.nan, np.inf])
    assert result.exact
    assert result.verdict == "agree"
    assert result.left_nan == result.right_nan == 1


def test_one_ulp_is_within_the_tolerance_and_counted():
    one = np.float32(1)
    result = compared([one], [np.nextafter(one, np.float32(2))])
    assert (result.verdict, result.max_ulp, result.exact) == ("agree", 1, False)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_ulp_counts_across_zero(dtype):
    tiny = np.nextafter(np.dtype(dtype).type(0), np.dtype(dtype).type(1))
    result = compared([tiny], [-tiny], dtype)
    assert result.max_ulp == 2
    assert compared([0.0], [-0.0], dtype).max_ulp == 0


def test_small_wrong_elements_are_not_hidden_by_large_ones():
    result = compared([1e9, 1.0], [1e9, 2.0])
    assert result.differing == 1
    assert result.first.index == 1


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ([np.nan], [1.0]),
        ([1.0], [np.nan]),
        ([np.inf], [1.0]),
        ([1.0], [np.inf]),
        ([np.inf], [-np.inf]),
    ],
)
def test_not_finite_against_finite_differs(left, right):
    assert compared(left, right).differing == 1


def test_integers_must_be_the_same_and_do_not_overflow():
    result = compared([2**63 - 1, 0], [-(2**63), 0], "int64")
    assert result.differing == 1
    assert result.max_absolute == pytest.approx(2.0**64)
    assert result.max_ulp is None
    assert compared([5], [6], "int32").verdict == "differ"
    assert compared([5], [6], "int32", Tolerance(absolute=1)).verdict == "agree"
    assert compared([0], [2**64 - 1], "uint64").differing == 1


def test_large_integers_that_a_double_cannot_tell_apart_differ():
    assert compared([2**60], [2**60 + 1], "int64").differing == 1


def test_booleans_and_complex_numbers():
    assert compared([True], [False], "bool").differing == 1
    assert compared([1 + 1j], [1 + 2j], "complex64").differing == 1
    assert compared([1 + 1j], [1 + 1j], "complex64").exact


def test_bfloat16_counts_its_own_steps():
    result = compared([1.0], [1.0078125], element_type="bfloat16")
    assert (result.max_ulp, result.verdict) == (1, "agree")


def test_bytes_of_unknown_type_take_the_type_of_the_other_side():
    left = captured([1.0, 2.0])
    right = CapturedArray(0, None, np.asarray([1.0, 3.0], dtype="float32").view(np.uint8))
    result = compare_arrays([(left, right)], Tolerance())[0]
    assert (result.elements, result.differing) == (2, 1)


def test_other_sizes_differ_and_the_common_part_is_still_compared():
    result = compared([1, 2, 3], [1, 2])
    assert result.verdict == "differ"
    assert "3 against 2 elements" in result.sentence
    assert result.differing == 0


def test_chunks_give_what_the_whole_gives(monkeypatch):
    generator = np.random.default_rng(1)
    left = generator.random(1000).astype("float32")
    right = left.copy()
    right[[3, 500, 999]] += 1
    whole = compared(left, right)
    monkeypatch.setattr(module, "_CHUNK", 64)
    parts = compared(left, right)
    assert parts == whole or (
        (parts.differing, parts.first, parts.worst, parts.samples, parts.profile, parts.max_ulp)
        == (whole.differing, whole.first, whole.worst, whole.samples, whole.profile, whole.max_ulp)
    )
    assert whole.differing == 3
    assert [each.index for each in whole.samples] == [3, 500, 999]
    assert sum(share > 0 for share in whole.profile) == 3


def test_a_hint_when_the_difference_is_a_question_of_tolerance():
    assert "allowed is" in compared([1.0], [1.00005]).sentence
    assert "allowed is" not in compared([1.0], [7.0]).sentence


def test_pairs_in_order_when_the_counts_are_the_same():
    left = [captured([1], expression="a"), captured([2], expression="b")]
    right = [captured([1], expression="x"), captured([2], expression="y")]
    assert pair_arrays(left, right) == list(zip(left, right, strict=True))


def test_pairs_by_expression_when_the_counts_differ():
    left = [captured([1], index=0, expression="a"), captured([2], index=1, expression="b")]
    right = [captured([2], index=0, expression="b")]
    pairs = pair_arrays(left, right)
    assert pairs[0] == (left[0], None)
    assert pairs[1] == (left[1], right[0])
    results = compare_arrays(pairs, Tolerance())
    assert [each.verdict for each in results] == ["unpaired", "agree"]


def test_copies_of_several_threads_are_paired_by_what_they_hold():
    def run(*arrays):
        return [
            captured([value], index=index, expression=name, thread=index % 2)
            for index, (name, value) in enumerate(arrays)
        ]

    left = run(("a", 1), ("a", 2), ("b", 1), ("a", 3))
    right = run(("a", 4), ("b", 1), ("a", 1), ("a", 2))
    pairs = pair_arrays(left, right)
    assert [one.index for one, _ in pairs] == [0, 1, 2, 3]
    assert [other.index for _, other in pairs] == [2, 3, 1, 0]
    results = compare_arrays(pairs, Tolerance())
    assert [each.verdict for each in results] == ["agree", "agree", "agree", "differ"]
    # Where no expression is known, lines are no help: a port has others.
    left = [captured([v], expression="", line=7, thread=v, index=v) for v in (0, 1)]
    right = [captured([1 - v], expression="", line=8, thread=v, index=v) for v in (0, 1)]
    assert pair_arrays(left, right) == [(left[0], right[1]), (left[1], right[0])]
    # One thread makes its copies in order.
    same = [captured([value], index=index) for index, value in enumerate((1, 2))]
    swapped = [captured([value], index=index) for index, value in enumerate((2, 1))]
    assert pair_arrays(same, swapped) == list(zip(same, swapped, strict=True))


def test_repeated_copies_are_numbered():
    pairs = [(captured([1]), captured([1])), (captured([1]), captured([1]))]
    assert [each.name for each in compare_arrays(pairs, Tolerance())] == [
        "h (copy 1)",
        "h (copy 2)",
    ]


def test_empty_arrays_agree():
    assert compared([], []).verdict == "agree"


def test_what_was_too_large_to_keep_is_known_by_its_checksum():
    left = CapturedArray(0, None, np.zeros(4, "float32"), "h", left_out=100, checksum="aa")
    same = CapturedArray(0, None, np.zeros(4, "float32"), "h", left_out=100, checksum="aa")
    other = CapturedArray(0, None, np.zeros(4, "float32"), "h", left_out=100, checksum="bb")
    agree, differ = compare_arrays([(left, same), (left, other)], Tolerance())
    assert (agree.verdict, agree.exact) == ("agree", True)
    assert "All 104 elements" in agree.sentence
    assert differ.verdict == "differ"
    assert "checksums differ" in differ.sentence


def test_elements_that_differ_between_two_runs_of_the_original_are_left_out():
    left, right = captured([1, 2, 3, 4]), captured([1, 9, 3, 8])
    again = captured([1, 5, 3, 4])
    result = compare_arrays([(left, right)], Tolerance(), {0: again})[0]
    assert (result.verdict, result.differing, result.unstable) == ("differ", 1, 1)
    assert result.first.index == 3
    stable = compare_arrays([(left, captured([1, 9, 3, 4]))], Tolerance(), {0: again})[0]
    assert stable.verdict == "agree"
    assert "1 are left out" in stable.sentence
    # The last bits may move from run to run: that excuses no wrong result.
    nearly = captured(np.float32([1, 2, 3, 4]) * np.float32(1 + 1e-7))
    assert compare_arrays([(left, right)], Tolerance(), {0: nearly})[0].differing == 2


def test_an_array_that_is_random_has_nothing_to_compare_with():
    generator = np.random.default_rng(5)
    first, second, other = (generator.integers(0, 100, 1000) for _ in range(3))
    result = compare_arrays(
        [(captured(first), captured(other))], Tolerance(), {0: captured(second)}
    )[0]
    assert (result.verdict, result.differing, result.unstable) == ("agree", 0, 1000)
    assert result.sentence.startswith("There is nothing to compare with.")
    half = np.where(np.arange(1000) < 500, first, second)  # half of it is steady, and counts
    result = compare_arrays([(captured(first), captured(other))], Tolerance(), {0: captured(half)})[
        0
    ]
    assert result.verdict == "differ"
