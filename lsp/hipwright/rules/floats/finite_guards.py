"""MATH002: tests for NaN and infinity, which fast math of clang deletes."""

from __future__ import annotations

import re

from hipwright.finding import Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example
from hipwright.rules.code import Code
from hipwright.rules.notice import NoticeRule

_TESTED = regex(rb"[!=]=\s*-?\s*\Z")


class FiniteGuards(NoticeRule):
    """With -ffast-math, and with -Ofast, clang assumes that there is no NaN and no infinity, and
    deletes the tests for them. nvcc's -use_fast_math keeps them.

    Add -fno-finite-math-only behind -ffast-math, or port nvcc's option as BUILD006 does.
    """

    code = "MATH002"
    title = "Test for NaN or infinity, under fast math"
    severity = Severity.INFO
    source = "nvcc 13.0 and clang 19: the code they make for it, with and without fast math"
    hazards = ("HW158",)
    triggers = (b"isnan", b"isinf", b"isfinite", b"= INFINITY", b"= -INFINITY")
    affected_by = regex(rb"is(?:nan|inf|finite)|INFINITY|__(?:global|device)__")
    places = regex(rb"is(?:nan|inf|finite)f?(?=\s*\()|INFINITY(?!\w)")
    message = (
        "clang deletes this test under -ffast-math, which nvcc's -use_fast_math keeps: compile "
        "with -fno-finite-math-only too."
    )
    examples = (
        Example(
            "__device__ float f(float x) { return isnan(x) ? 0 : x; }\n",
            "__device__ float f(float x) { return isnan(x) ? 0 : x; }\n",
        ),
        Example(
            "__device__ float f(float x) { return x == -INFINITY ? 0 : x; }\n",
            "__device__ float f(float x) { return x == -INFINITY ? 0 : x; }\n",
        ),
        Example(
            "float f(float x) { return isnan(x) ? 0 : x; }\n",
            None,
            why="what the host compiles is no business of the port",
        ),
        Example("__device__ float f() { float most = -INFINITY; return most; }\n", None),
    )

    def is_meant(self, code: Code, match: re.Match[bytes]) -> bool:
        """Whether it is a test, and runs on the GPU."""
        start = match.start()
        if match.group() == b"INFINITY" and not _TESTED.search(code.content[start - 8 : start]):
            return False
        return code.device_function_at(match.start()) is not None
