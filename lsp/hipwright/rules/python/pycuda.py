"""PyCUDA: there is none for AMD GPUs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from hipwright.finding import Finding, Severity
from hipwright.rules.base import Example, TextRule
from hipwright.settings import Settings
from hipwright.source.languages import Language
from hipwright.source.texts import Text


class PyCuda(TextRule):
    """PyCUDA speaks to NVIDIA's driver only, and has no port to ROCm.

    CuPy and HIP Python do run there: `cupy.RawModule` and hipRTC through `hip.hiprtc` take the same
    kernel texts as `SourceModule`, and CuPy's arrays stand in for `gpuarray`.
    """

    code = "PY001"
    title = "PyCUDA does not run on AMD"
    severity = Severity.ERROR
    source = "PyCUDA documentation, installation; HIP Python user guide"
    hazards = ("HW289",)
    languages: ClassVar[frozenset[Language]] = frozenset({"python"})
    triggers = (b"pycuda",)
    examples = (
        Example(
            before="import pycuda.autoinit\nfrom pycuda.compiler import SourceModule\n",
            after="import pycuda.autoinit\nfrom pycuda.compiler import SourceModule\n",
            why="each import is found once; what replaces it depends on what it is used for",
            file="example.py",
        ),
        Example(before="import numpy  # not pycuda\n", after=None, file="example.py"),
    )

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """The imports of PyCUDA."""
        code = text.python
        seen: set[int] = set()
        for item in code.imports:
            if item.path.split(".")[0] != "pycuda" or item.module.start_byte in seen:
                continue
            seen.add(item.module.start_byte)
            yield Finding(
                self.code,
                self.severity,
                f"`{code.string_of(item.module)}` needs an NVIDIA GPU: use CuPy "
                "(RawModule, arrays) or HIP Python (hiprtc) instead",
                item.module.start_byte,
                item.module.end_byte,
            )
