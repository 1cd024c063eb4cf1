"""API016: options of NVRTC's, which hipRTC does not take."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Finding, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import code_of
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.source.names import is_text

_OPTION = regex(
    rb'(?<=")(?P<option>(?:--gpu-architecture|-arch)=(?:compute|sm)_\w*|--?use_fast_math)(?=["\s])'
)
_COMPILER = regex(rb"(?<!\w)(?:nv|hip)rtc(?:Compile|Create)Program(?!\w)")
_ARCHITECTURE = "hipRTC takes clang's options: --offload-arch=gfx942, or none for the GPU at hand."
_FAST = (
    "hipRTC takes clang's options: -ffast-math is the nearest, and deletes tests for NaN, so add "
    "-fno-finite-math-only."
)


class RuntimeCompilerOptions(FileRule):
    """hipRTC takes clang's options: an architecture such as `compute_80` and NVRTC's
    `--use_fast_math` mean nothing to it."""

    code = "API016"
    title = "Option of NVRTC's"
    severity = Severity.ERROR
    source = "HIP documentation: HIP RTC, compilation options"
    hazards = ("HW318",)
    triggers = (b'"--gpu-architecture=', b'"-arch=', b'use_fast_math"')
    affected_by = regex(rb"arch|fast_math|rtc")
    examples = (
        Example(
            'void f() { const char *o[] = {"--gpu-architecture=compute_80"}; '
            "nvrtcCompileProgram(p, 1, o); }\n",
            'void f() { const char *o[] = {"--gpu-architecture=compute_80"}; '
            "nvrtcCompileProgram(p, 1, o); }\n",
        ),
        Example(
            'void f() { options.push_back("--use_fast_math"); nvrtcCompileProgram(p, 1, o); }\n',
            'void f() { options.push_back("--use_fast_math"); nvrtcCompileProgram(p, 1, o); }\n',
        ),
        Example(
            'void f() { const char *o[] = {"--offload-arch=gfx942"}; '
            "hiprtcCompileProgram(p, 1, o); }\n",
            None,
        ),
        Example('void f() { run("nvcc", "-arch=sm_80"); }\n', None, why="no runtime compiler"),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        if not any(code.is_used(*match.span()) for match in _COMPILER.finditer(code.content)):
            return
        for match in _OPTION.finditer(code.content):
            start, end = match.span("option")
            if not is_text(source, start, end) or not code.is_seen(start):
                continue
            if source.comment_around(start, end) is not None:
                continue
            yield Finding(
                self.code,
                self.severity,
                _FAST if b"fast" in match["option"] else _ARCHITECTURE,
                start,
                end,
                name=match["option"].decode(),
            )
