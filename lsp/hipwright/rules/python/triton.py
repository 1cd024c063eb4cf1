"""Triton kernels: what is written for NVIDIA alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, TextRule
from hipwright.rules.python._code import knows_rocm, uses_of
from hipwright.settings import Settings
from hipwright.source.languages import Language
from hipwright.source.texts import Text

_PYTHON: frozenset[Language] = frozenset({"python"})
# The first word of a string: a vector or a scalar instruction of AMD's.
_AMD_ASSEMBLY = regex(rb"""["'\s](?:v|s|ds|buffer|global|flat)_\w+""")
_CUDA = "triton.language.extra.cuda"


class TritonLibdevice(TextRule):
    """`triton.language.extra.cuda.libdevice` is NVIDIA's; `triton.language.extra.libdevice` picks
    the library of the GPU that it compiles for.

    AMD's has fewer functions: one that is missing is an error when the kernel is compiled.
    """

    code = "PY018"
    title = "NVIDIA's libdevice in Triton"
    severity = Severity.ERROR
    source = "Triton, pull request 3825: libdevice for AMD"
    hazards = ("HW295",)
    languages: ClassVar[frozenset[Language]] = _PYTHON
    triggers = (b"extra.cuda",)
    examples = (
        Example(
            before="from triton.language.extra.cuda import libdevice\n",
            after="from triton.language.extra import libdevice\n",
            file="example.py",
        ),
        Example(
            before="import triton.language as tl\ny = tl.extra.cuda.libdevice.tanh(x)\n",
            after="import triton.language as tl\ny = tl.extra.libdevice.tanh(x)\n",
            file="example.py",
        ),
        Example(
            before="from triton.language.extra import libdevice\n", after=None, file="example.py"
        ),
    )

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """Imports and uses."""
        for item in text.python.imports:
            if item.path == f"{_CUDA}.libdevice" and item.module.start_byte != item.start:
                yield self._finding(item.module.start_byte, item.module.end_byte)
        for use in uses_of(text.python, f"{_CUDA}.libdevice"):
            written = text.python.text_of(use.node)
            place = written.find(b"extra.cuda.")
            if place >= 0:
                start = use.node.start_byte
                yield self._finding(start, start + place + len(b"extra.cuda"))

    def _finding(self, start: int, end: int) -> Finding:
        edit = Edit(end - len(b".cuda"), end, b"")
        return Finding(
            self.code,
            self.severity,
            "this is NVIDIA's libdevice; the one without `cuda` fits the GPU",
            start,
            end,
            (Fix("Use the libdevice of the GPU at hand", (edit,)),),
        )


class TritonInlineAssembly(TextRule):
    """`tl.inline_asm_elementwise` takes the GPU's own assembly: PTX does not assemble for AMD."""

    code = "PY019"
    title = "inline PTX in Triton"
    severity = Severity.ERROR
    source = "Triton documentation: triton.language.inline_asm_elementwise"
    hazards = ("HW295",)
    languages: ClassVar[frozenset[Language]] = _PYTHON
    triggers = (b"inline_asm_elementwise",)
    examples = (
        Example(
            before="import triton.language as tl\n"
            "y = tl.inline_asm_elementwise('tanh.approx.f32 $0, $1;', '=r,r', [x])\n",
            after="import triton.language as tl\n"
            "y = tl.inline_asm_elementwise('tanh.approx.f32 $0, $1;', '=r,r', [x])\n",
            file="example.py",
        ),
        Example(
            before="import triton.language as tl\n"
            "y = tl.inline_asm_elementwise('v_exp_f32 $0, $1', '=v,v', [x])\n",
            after=None,
            why="this is AMD's",
            file="example.py",
        ),
    )

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """The calls, unless what they hold is AMD's."""
        if knows_rocm(text):
            return
        for use in text.python.uses:
            call = use.call
            if call is None or not use.path.endswith(".inline_asm_elementwise"):
                continue
            if _AMD_ASSEMBLY.search(text.python.text_of(call)):
                continue
            yield Finding(
                self.code,
                self.severity,
                "PTX does not assemble for AMD: write it in Triton, or choose by "
                "`triton.runtime.driver.active.get_current_target().backend`",
                use.node.start_byte,
                use.node.end_byte,
            )


class TritonWarps(TextRule):
    """`num_warps` counts wavefronts on AMD: of 64 lanes on MI GPUs, so twice as many threads.

    The result is the same; the best setting is not. AMD's guide has `num_warps` halved to begin
    with, `num_stages` of 1 or 2, and `waves_per_eu` tried.
    """

    code = "PY020"
    title = "Triton configurations tuned for NVIDIA"
    severity = Severity.INFO
    source = "ROCm documentation: optimizing Triton kernels"
    hazards = ("HW295",)
    languages: ClassVar[frozenset[Language]] = _PYTHON
    triggers = (b"num_warps",)
    examples = (
        Example(
            before="import triton\nc = triton.Config({'BLOCK': 128}, num_stages=4, num_warps=8)\n",
            after="import triton\nc = triton.Config({'BLOCK': 128}, num_stages=4, num_warps=8)\n",
            file="example.py",
        ),
        Example(before="num_warps = 8\n", after=None, file="example.py"),
    )

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """The first configuration of a text, once."""
        if knows_rocm(text) or b"waves_per_eu" in text.content:
            return
        for use in uses_of(text.python, "triton.Config"):
            if use.call is not None and b"num_warps" in text.python.text_of(use.call):
                yield Finding(
                    self.code,
                    self.severity,
                    "a warp has 64 lanes on MI GPUs: tune `num_warps` and `num_stages` again there",
                    use.node.start_byte,
                    use.node.end_byte,
                )
                return
