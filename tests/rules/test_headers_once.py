"""An include counts once, whatever is said about it in the lines below."""

from __future__ import annotations

from hipwright.analysis import check
from hipwright.source import Source


def test_a_comment_below_an_include_does_not_repeat_it() -> None:
    findings = check(Source(b"#include <cuda_runtime.h>\n\n// includes, project\nint a;\n"))
    assert [finding.message for finding in findings] == [
        "`cuda_runtime.h` is `hip/hip_runtime.h` in HIP"
    ]
