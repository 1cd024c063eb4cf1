"""STREAM002: work that is captured into a graph."""

from __future__ import annotations

from hipwright.finding import Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example
from hipwright.rules.notice import NoticeRule


class StreamCapture(NoticeRule):
    """HIP refuses more calls than CUDA while a stream is captured: allocations, and libraries that
    make their workspace on first use."""

    code = "STREAM002"
    title = "Capture of a stream"
    severity = Severity.INFO
    source = "HIP documentation: changes in HIP 7 (stream capture updates)"
    hazards = ("HW104",)
    triggers = (b"StreamBeginCapture",)
    affected_by = regex(rb"StreamBeginCapture")
    places = regex(rb"(?:cuda|hip|cu)StreamBeginCapture\w*(?=\s*\()")
    message = (
        "HIP 7 refuses more calls during a capture "
        "(hipErrorStreamCaptureUnsupported): allocate before it, and give "
        "libraries their workspace."
    )
    examples = (
        Example(
            "void f() { cudaStreamBeginCapture(s, cudaStreamCaptureModeGlobal); }\n",
            "void f() { cudaStreamBeginCapture(s, cudaStreamCaptureModeGlobal); }\n",
            around="cudaStream_t s;\n@",
        ),
        Example(
            "void f() { cudaStreamEndCapture(s, &g); }\n",
            None,
        ),
    )
