"""The verdict of a comparison, from runs made by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from hipwright_server.compare import Side, Tolerance, compare
from hipwright_server.compare.as_json import comparison_json
from hipwright_server.compare.baseline import comparison_facts
from hipwright_server.compare.render import html_page, json_text, mimebundle
from hipwright_server.run import CapturedArray, DeviceReport, Diagnostic, Place, Run, RunStatus


def run_of(values=(1.0, 2.0), *, warp_size=32, stdout=b"done\n", **changes) -> Run:
    array = CapturedArray(
        0, Place("a.cu", 10), np.asarray(values, dtype=np.float32), expression="h_out"
    )
    run = Run(
        target=f"cpu:{warp_size}",
        dialect="cuda" if warp_size == 32 else "hip",
        warp_size=warp_size,
        status=RunStatus.OK,
        exit_status=0,
        stdout=stdout,
        arrays=[array],
        times="cpu-device",
    )
    return replace(run, **changes)


def sides(left: Run, right: Run) -> list[Side]:
    return [Side("original", left), Side("port", right)]


def test_same_results_agree_and_the_sentence_says_what_was_compared():
    result = compare(sides(run_of(), run_of(warp_size=64)))
    assert result.verdict == "agree"
    assert result.sentence == (
        "The port computes the same as the original: 1 array and the output agree."
    )
    assert any("Speed" in each for each in result.cannot_show)


def test_a_wrong_element_differs_and_is_named():
    result = compare(sides(run_of((1, 2, 3)), run_of((1, 2, 4), warp_size=64)))
    assert result.verdict == "differ"
    assert "h_out: 1 of 3 elements differ, the first at [2]: 3.0 against 4.0." in result.sentence


def test_elements_that_cancel_in_the_total_are_still_found():
    result = compare(sides(run_of((1, 2)), run_of((2, 1), warp_size=64)))
    assert result.verdict == "differ"
    assert result.pairs[0].arrays[0].differing == 2


def test_a_report_of_the_port_alone_makes_it_differ():
    report = DeviceReport("missing-lanes", "Lanes 32 to 63 never arrived.", "k", Place("a.cu", 5))
    result = compare(sides(run_of(), run_of(warp_size=64, reports=[report])))
    assert result.verdict == "differ"
    assert "Lanes 32 to 63 never arrived (a.cu:5)." in result.sentence
    both = compare(sides(run_of(reports=[report]), run_of(warp_size=64, reports=[report])))
    assert both.verdict == "agree"
    assert [check.verdict for check in both.pairs[0].checks if check.name == "reports"] == [
        "warning"
    ]


def test_kernels_that_both_end_by_a_fault_prove_nothing():
    fault = DeviceReport("illegal-address", "the kernel ended by SIGSEGV.", "k", Place("a.cu", 5))
    result = compare(sides(run_of(reports=[fault]), run_of(warp_size=64, reports=[fault])))
    assert result.verdict == "failed"
    assert result.sentence == (
        "Kernel k was ended by a fault on both sides (a.cu:5), so there is no result to compare: "
        "the kernel ended by SIGSEGV."
    )
    assert comparison_facts(result) == ["cpu:32: illegal-address in kernel k"]
    failing = compare(
        sides(
            run_of(reports=[fault], exit_status=1),
            run_of(warp_size=64, reports=[fault], exit_status=1),
        )
    )
    assert failing.sentence == result.sentence  # which says more than the exit status


def test_a_kernel_of_the_original_that_ends_by_a_fault_proves_nothing():
    fault = DeviceReport("assert", "assertion `n > 0` failed", "k", Place("a.cu", 5))
    result = compare(sides(run_of(reports=[fault]), run_of(warp_size=64)))
    assert result.verdict == "failed"
    assert result.sentence.startswith("Kernel k of the original was ended by a fault (a.cu:5), so")


def test_what_both_sides_report_and_survive_is_no_failure():
    race = DeviceReport("race", "a race", "k", Place("a.cu", 5))
    result = compare(sides(run_of(reports=[race]), run_of(warp_size=64, reports=[race])))
    assert result.verdict == "agree"


def test_a_port_that_does_not_compile_fails_with_its_first_error():
    error = Diagnostic("error", "unknown type name 'foo'", Place("a.cu", 3, 5))
    broken = run_of(
        warp_size=64, status=RunStatus.COMPILE_ERROR, diagnostics=[error], arrays=[], stdout=b""
    )
    result = compare(sides(run_of(), broken))
    assert result.verdict == "failed"
    assert result.sentence == "The port does not compile: a.cu:3: unknown type name 'foo'"


def test_a_crash_of_the_port_fails_but_its_arrays_are_still_compared():
    crashed = run_of(
        (1, 9),
        warp_size=64,
        status=RunStatus.SIGNAL,
        signal="SIGSEGV",
        exit_status=None,
        message="It crashed (SIGSEGV) in kernel k.",
    )
    result = compare(sides(run_of(), crashed))
    assert result.verdict == "failed"
    assert "SIGSEGV" in result.sentence
    assert result.pairs[0].arrays[0].verdict == "differ"


def test_programs_that_report_a_failure_themselves_prove_nothing():
    left = run_of(exit_status=1, stderr=b"cannot open input.dat\n")
    right = run_of(warp_size=64, exit_status=1)
    result = compare(sides(left, right))
    assert result.verdict == "failed"
    assert "cannot open input.dat" in result.sentence


def test_another_exit_status_of_the_port_differs():
    result = compare(sides(run_of(), run_of(warp_size=64, exit_status=3)))
    assert result.verdict == "differ"
    assert "exit status 3" in result.sentence


def test_compiling_only_is_no_agreement():
    left = run_of(status=RunStatus.COMPILED, arrays=[], stdout=b"", exit_status=None)
    result = compare(sides(left, run_of(warp_size=64)))
    assert result.verdict == "failed"
    assert "only compile here" in result.sentence


def test_nothing_to_compare_is_said():
    result = compare(
        sides(run_of(arrays=[], stdout=b""), run_of(warp_size=64, arrays=[], stdout=b""))
    )
    assert "nothing to compare" in result.sentence


def test_tolerances_are_checked():
    with pytest.raises(ValueError, match="relative tolerance"):
        Tolerance(relative=-1)
    with pytest.raises(ValueError, match="absolute tolerance"):
        Tolerance(absolute=float("nan"))


def test_three_sides_make_two_pairs_and_the_worst_speaks():
    result = compare([run_of(), run_of(warp_size=64), run_of((1, 5), warp_size=64)])
    assert [pair.verdict for pair in result.pairs] == ["agree", "differ"]
    assert result.verdict == "differ"


def test_json_survives_numbers_that_are_not_finite():
    result = compare(
        sides(run_of((1, np.nan, np.inf)), run_of((1, 2, np.inf), warp_size=64)), title="a.cu"
    )
    data = json.loads(json_text(result), parse_constant=lambda name: pytest.fail(name))
    array = data["pairs"][0]["arrays"][0]
    assert array["first"] == {"index": 1, "left": "nan", "right": "2.0"}
    assert array["notFinite"]["leftNan"] == 1
    assert data == comparison_json(result)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.stack: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in ("br", "meta"):
            self.stack.append(tag)

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag


def test_html_has_no_script_no_style_sheet_and_escapes_what_users_write():
    name = "<script>alert(1)</script>"
    left, right = run_of((1, 2)), run_of((1, 3), warp_size=64, stdout=name.encode() + b"\n")
    left.arrays[0] = replace(left.arrays[0], expression=name)
    bundle = mimebundle(compare(sides(left, right), title=name))
    parser = _Tags()
    parser.feed(bundle["text/html"])
    assert not parser.stack
    assert not parser.tags & {"script", "style", "svg", "link", "iframe"}
    assert parser.attributes <= {"style", "title", "open"}
    assert "<script>" not in bundle["text/html"]
    assert "DIFFER" in bundle["text/plain"].splitlines()[0]
    assert "<script>" not in html_page(compare(sides(left, right), title=name))
