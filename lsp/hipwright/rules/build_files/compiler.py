"""nvcc as the compiler of a build."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, TextRule
from hipwright.rules.build_files._texts import command_around, handles_hip, is_code
from hipwright.settings import Settings
from hipwright.source.languages import Language
from hipwright.source.texts import Text

_VARIABLE = rb"\$\([^)\s]*\)|\$\{[^}\s]*\}"
_PATH = (
    rb"(?:(?:" + _VARIABLE + rb"|\$\w+|[\w.~-]+)?"
    rb"(?:/(?:" + _VARIABLE + rb"|[\w.-]+))*/)?"
)
_NVCC = regex(
    rb"(?<![\w./$(){}-])(?P<program>" + _PATH + rb"nvcc(?:\.exe)?)(?=[ \t\r\n;&|)\"'`]|\Z)"
)
# Where the word is the program to run: what a variable holds, or the first word of a command.
_ASSIGNED = regex(
    rb"(?:^|[\s;&|])(?:export[ \t]+|override[ \t]+|ENV[ \t]+)*[\w.-]+[ \t]*[:?]{0,2}=[ \t]*"
    rb"[\"']?(?:[\w./-]*ccache[ \t]+)?\Z"
)
_COMMAND = regex(
    rb"(?:^|[;&|`(]|\$\(|\b(?:then|do|else|time|exec|sudo|RUN|ccache))[ \t]*[-@+]*[ \t]*"
    rb"(?:\w+=\S*[ \t]+)*[\"']?\Z"
)
_ASKS = regex(rb"(?:which|command[ \t]+-v|type|hash|shell)[ \t]+[^;&|]*\Z")


class NvccAsCompiler(TextRule):
    """hipcc compiles HIP for AMD's GPUs where nvcc compiles CUDA, and for the host, too."""

    code = "BUILD001"
    title = "nvcc as the compiler"
    severity = Severity.ERROR
    source = "HIP documentation: hipcc"
    hazards = ("HW257",)
    languages: ClassVar[frozenset[Language]] = frozenset({"make", "shell", "dockerfile"})
    triggers = (b"nvcc",)
    examples = (
        Example(
            before="CC = nvcc\nNVCC := $(CUDA_HOME)/bin/nvcc -m64\nall:\n\tnvcc -c a.cu\n",
            after="CC = hipcc\nNVCC := hipcc -m64\nall:\n\thipcc -c a.cu\n",
            file="Makefile",
        ),
        Example(
            before="set -e\nnvcc -O3 a.cu -o a && ./a\nif which nvcc; then echo yes; fi\n",
            after="set -e\nhipcc -O3 a.cu -o a && ./a\nif which nvcc; then echo yes; fi\n",
            file="build.sh",
        ),
        Example(
            before="# nvcc compiles this\necho 'nvcc is not here'\n", after=None, file="build.sh"
        ),
        Example(
            before="ifdef ROCM\nCC = hipcc\nelse\nCC = nvcc\nendif\n", after=None, file="Makefile"
        ),
    )

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """Where nvcc is run, kept in a variable or looked for."""
        if handles_hip(text):
            return
        for match in _NVCC.finditer(text.content):
            start, end = match.span("program")
            if not is_code(text, start, end):
                continue
            command_start, command_end = command_around(text, start)
            line_start, _ = text.lines.line_bounds(text.lines.line_of(start))
            before = text.content[max(command_start, line_start) : start]
            behind = text.content[end:command_end]
            runs = _ASSIGNED.search(before) or _COMMAND.search(before)
            if _ASKS.search(before):
                runs, asks = None, True
            else:
                asks = bool(runs) and re.match(rb"[ \t]+(?:--version|-V)\b", behind) is not None
            if not runs and not asks:
                continue
            edit = Edit(start, end, b"hipcc")
            # Whoever looks for nvcc, or reads its version, decides something by it.
            fixes = (Fix("Write hipcc", (edit,), safe=not asks),)
            message = "nvcc does not compile for AMD's GPUs: hipcc does"
            yield Finding(self.code, self.severity, message, start, end, fixes)
