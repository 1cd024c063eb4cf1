"""Outputs, line by line: what counts as a difference and what does not."""

from __future__ import annotations

import pytest

from hipwright_server.compare import Tolerance
from hipwright_server.compare.output import Identity, compare_output


def verdict(left: str, right: str, **options) -> str:
    return compare_output(left.encode(), right.encode(), Tolerance(), **options).verdict


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("kernel took 0.123 ms", "kernel took 4.567 ms"),
        ("Elapsed time (ms): 0.41", "Elapsed time (ms): 12.9"),
        ("Time: 0.001234", "Time: 0.5"),
        ("GPU time = 12 us, 10 iterations", "GPU time = 15 us, 10 iterations"),
        ("Effective bandwidth: 812.4 GB/s", "Effective bandwidth: 3.2 GB/s"),
        ("Performance= 1530.21 GFlop/s", "Performance= 0.9 GFlop/s"),
        ("started 10:04:01", "started 10:04:02"),
        ("d_a = 0x7f12a0000000", "d_a = 0x7f99b0000000"),
        ("took 3.1415s", "took 2.7182s"),
    ],
)
def test_times_rates_and_addresses_are_left_out_and_said(left, right):
    result = compare_output(left.encode(), right.encode(), Tolerance())
    assert result.verdict == "agree"
    assert result.ignored


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("sum = 1024", "sum = 1025"),
        ("ballot 0xffffffffffffffff", "ballot 0x00000000ffffffff"),
        ("ballot 0xffffffff", "ballot 0xfffffffe"),
        ("PASS", "FAIL"),
        ("error 0.1", "error 0.2"),
        ("time step 10: energy 3.41", "time step 10: energy 3.52"),
        ("max 1.5", "max nan"),
        ("sum = 42 in 3 ms", "sum = 43 in 3 ms"),
        ("7 sums", "8 sums"),
        ("x[3] = -1", "x[3] = 1"),
    ],
)
def test_results_are_not_left_out(left, right):
    assert verdict(left, right) == "differ"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("pi = 3.14159265", "pi = 3.14159274"),
        ("sum: 523776.0625", "sum: 523776.1250"),
        ("v = 1.2345", "v = 1.2346"),
        ("  1.00000  10.5", " 1.00000    10.5"),
        ("0x10", "0x0010"),
        ("nan", "-nan"),
    ],
)
def test_numbers_within_the_tolerance_agree(left, right):
    assert verdict(left, right) == "agree"


def test_the_device_and_its_warp_size_are_no_result():
    left, right = Identity(32, "Device A"), Identity(64, "Device B")
    assert (
        verdict(
            "Using Device A, warp size: 32",
            "Using Device B, warp size: 64",
            left_identity=left,
            right_identity=right,
        )
        == "agree"
    )
    assert verdict("groups: 32", "groups: 64", left_identity=left, right_identity=right) == "differ"


def test_what_sample_headers_print_of_the_device_is_no_result():
    left = b'GPU Device 0: "Hopper" with compute capability 9.0\nsum 3\n'
    right = (
        b"MapSMtoCores for SM 9.4 is undefined.  Default to use 128 Cores/SM\n"
        b'GPU Device 0: "Blackwell" with compute capability 9.4\nsum 3\n'
    )
    result = compare_output(left, right, Tolerance())
    assert result.verdict == "agree"
    assert "about the device" in result.ignored[0]
    result = compare_output(left, right.replace(b"sum 3", b"sum 4"), Tolerance())
    assert (result.lines[0].left_line, result.lines[0].right_line) == (2, 3)
    assert verdict("compute capability: 9.0", "compute capability: 9.4") == "agree"
    assert verdict("> CUDA Capability 9.0 hardware", "> CUDA Capability 9.4 hardware") == "agree"


def test_a_missing_line_is_found_where_it_is():
    result = compare_output(b"a\nb\nc\n", b"a\nc\n", Tolerance())
    assert result.differing_lines == 1
    assert (result.lines[0].left_line, result.lines[0].right_line) == (2, None)


def test_the_reason_names_the_numbers():
    result = compare_output(b"sum = 42\n", b"sum = 41\n", Tolerance())
    assert result.sentence == "1 line of the output differs: 42 against 41."


def test_only_the_first_lines_are_kept_but_all_are_counted():
    left = "".join(f"{i}\n" for i in range(100)).encode()
    right = "".join(f"{i + 1}\n" for i in range(100)).encode()
    result = compare_output(left, right, Tolerance())
    assert (result.differing_lines, len(result.lines)) == (100, 20)


def test_bytes_that_are_no_text_are_compared():
    assert compare_output(b"\xff\xfe 1\n", b"\xff\xfe 2\n", Tolerance()).verdict == "differ"


def test_what_differs_between_two_runs_of_the_original_is_no_result():
    left = b"score 0.0251 +- 0.004\nsum 42\nseed abc\n"
    again = b"score 0.0249 +- 0.005\nsum 42\nseed xyz\n"
    right = b"score 0.0260 +- 0.009\nsum 42\nseed kkk\n"
    assert compare_output(left, right, Tolerance()).verdict == "differ"
    result = compare_output(left, right, Tolerance(), repeats=[again])
    assert result.verdict == "agree"
    assert result.ignored == [
        "2 numbers that differ between two runs of the original (such as 0.0251 against 0.0260)",
        "1 line that differs between two runs of the original (such as “seed abc”)",
    ]
    wrong = right.replace(b"sum 42", b"sum 41")
    assert compare_output(left, wrong, Tolerance(), repeats=[again]).differing_lines == 1


def test_one_more_run_that_differs_is_enough():
    left, right = b"init 0.022 0.5\nsum 42\n", b"init 0.023 0.5\nsum 42\n"
    same, other = left, b"init 0.024 0.5\nsum 42\n"
    assert compare_output(left, right, Tolerance(), repeats=[same]).verdict == "differ"
    assert compare_output(left, right, Tolerance(), repeats=[same, other]).verdict == "agree"
    wrong = right.replace(b"0.5", b"0.7")
    assert compare_output(left, wrong, Tolerance(), repeats=[same, other]).verdict == "differ"


def test_a_small_change_from_run_to_run_excuses_no_large_error():
    left, again, right = b"sum 1.000001\n", b"sum 1.000002\n", b"sum 7.5\n"
    assert compare_output(left, right, Tolerance(), repeats=[again]).verdict == "differ"
