"""Analyses that are kept open and follow edits."""

from __future__ import annotations

import pytest

from hipwright.analysis import Analysis, check
from hipwright.rules.registry import all_rules
from hipwright.settings import Settings
from hipwright.source import Source


def test_rules_about_whole_files_wait_until_settled() -> None:
    analysis = Analysis(Source(b"#include <stdio.h>\nint a;\n", "a.cpp"))
    edited = analysis.edit(0, 0, b"#include <cuda_runtime.h>\n", settle=False)
    codes = [finding.code for finding in analysis.findings]
    assert (edited, codes) in (
        (False, []),
        (True, ["HEADER001"]),  # includes are context of other rules: then all is found again
    )
    analysis.settle()
    assert [finding.code for finding in analysis.findings] == ["HEADER001"]


def test_an_edit_outside_of_the_text_is_refused() -> None:
    analysis = Analysis(Source(b"int a;"))
    with pytest.raises(ValueError, match=r"3\.\.99 is outside 0\.\.6"):
        analysis.edit(3, 99, b"")
    assert analysis.source.content == b"int a;"


def test_what_only_moves_in_bytes_has_not_changed() -> None:
    analysis = Analysis(Source(b"int a;\nvoid f() {\n  cudaFree(p);\n}\n", "a.cpp"))
    assert not analysis.edit(4, 5, b"longer")
    assert analysis.findings == check(Source(analysis.source.content, "a.cpp"))
    assert analysis.edit(0, 0, b"\n")
    assert analysis.edit(len(b"\nint longer;\nvoid f() {\n"), 0 + 24, b"") in (True, False)


def test_findings_come_by_position() -> None:
    source = Source(b"#include <cuda.h>\nvoid f() { cudaFree(p); cudaFree(q); }\n", "a.cu")
    starts = [finding.start for finding in check(source)]
    assert starts == sorted(starts)
    assert len(starts) == 3


def test_examples_of_rules_about_shapes_stay_in_their_item() -> None:
    # What such a rule says must follow from the item alone, or edits elsewhere would miss it.
    for rule in all_rules():
        for example in rule.examples:
            analysis = Analysis(Source(example.before.encode(), "example.cu"), example.settings)
            assert not analysis._reaches_far, rule.code


def test_a_megabyte_on_one_line() -> None:
    content = b"void f() { " + b"cudaFree(p); " * 40_000 + b"}"
    assert len(check(Source(content, "a.cpp"))) == 40_000


def test_a_using_directive_that_is_typed_or_deleted_counts() -> None:
    text = b"namespace my { void cudaFree(int); }\nint a;\nvoid g() { cudaFree(0); }\n"
    analysis = Analysis(Source(text, "a.cpp"))
    assert len(analysis.findings) == 1
    at = text.index(b"int a;")
    assert analysis.edit(at, at, b"using namespace my;\n")
    assert analysis.findings == []
    assert analysis.edit(at, at + len(b"using namespace my;\n"), b"")
    assert len(analysis.findings) == 1


def test_a_source_with_no_name_to_ask_about_is_not_parsed() -> None:
    text = b'extern "C" __global__ void k(float *p) { p[threadIdx.x] = 0; }\n'
    source = Source(text, "kernel.cu")
    codes = [finding.code for finding in check(source, Settings(select=("API", "HEADER")))]
    assert codes == ["HEADER003"]
    assert not source.is_parsed
    named = Source(text + b"void f() { cudaFree(0); }\n", "kernel.cu")
    check(named, Settings(select=("API",)))
    assert named.is_parsed
