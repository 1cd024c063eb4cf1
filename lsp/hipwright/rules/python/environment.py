"""Environment variables of CUDA and of what is built on it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import ClassVar

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, TextRule
from hipwright.rules.python._code import knows_rocm, strings
from hipwright.settings import Settings
from hipwright.source.languages import Language
from hipwright.source.texts import Text

_LANGUAGES: frozenset[Language] = frozenset({"python", "shell", "dockerfile", "yaml", "make"})
# Set on a line of a script, of a Dockerfile or of a notebook's magic: `export NAME=1`, `NAME: 1`.
_SETTING = rb"(?<![\w$({])%b(?=[ \t]*[=:]|[ \t]+[\w\"'])"


def _named(text: Text, name: bytes) -> Iterator[tuple[int, int]]:
    """Where a text sets a variable, or asks for it."""
    if name not in text.content:
        return
    if text.language == "python":
        for _, start, end, content in strings(text.python):
            if content == name:
                yield start, end
        pattern = re.compile(
            rb"^[ \t]*(?:%%(?:set_)?env[ \t]+|!(?:export[ \t]+)?)(%b)\b" % name, re.M
        )
        if text.in_notebook:
            for match in pattern.finditer(text.content):
                yield match.span(1)
        return
    for match in re.finditer(_SETTING % name, text.content):
        line, _ = text.lines.line_bounds(text.lines.line_of(match.start()))
        before = text.content[line : match.start()]
        if b"#" not in before and not before.rstrip().endswith(b"unset"):
            yield match.span()


class TorchArchitectures(TextRule):
    """PyTorch for ROCm does not look at TORCH_CUDA_ARCH_LIST: PYTORCH_ROCM_ARCH names the targets.

    Its values are such as `gfx942;gfx1100`; without it, extensions are built for the GPU at hand.
    """

    code = "PY009"
    title = "TORCH_CUDA_ARCH_LIST"
    severity = Severity.WARNING
    source = "PyTorch: torch.utils.cpp_extension"
    hazards = ("HW275",)
    languages: ClassVar[frozenset[Language]] = _LANGUAGES
    triggers = (b"TORCH_CUDA_ARCH_LIST",)
    examples = (
        Example(
            before="import os\nos.environ['TORCH_CUDA_ARCH_LIST'] = '8.0;9.0'\n",
            after="import os\nos.environ['TORCH_CUDA_ARCH_LIST'] = '8.0;9.0'\n",
            file="setup.py",
        ),
        Example(
            before="ENV TORCH_CUDA_ARCH_LIST=8.0\n",
            after="ENV TORCH_CUDA_ARCH_LIST=8.0\n",
            file="Dockerfile",
        ),
        Example(
            before="# TORCH_CUDA_ARCH_LIST=8.0\nunset TORCH_CUDA_ARCH_LIST\n",
            after=None,
            file="build.sh",
        ),
        Example(
            before="import os\nos.environ['TORCH_CUDA_ARCH_LIST'] = ''\n",
            after=None,
            file="setup.py",
        ),
    )

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """Where it is set, in a text that does not set ROCm's."""
        if b"PYTORCH_ROCM_ARCH" in text.content or knows_rocm(text):
            return
        for start, end in _named(text, b"TORCH_CUDA_ARCH_LIST"):
            if text.language == "python" and not _is_set(text.content, start, end):
                continue
            if _TO_NOTHING.match(text.content, end):
                continue  # as good as not set
            yield Finding(
                self.code,
                self.severity,
                "not looked at on ROCm: set PYTORCH_ROCM_ARCH, such as gfx942;gfx1100",
                start,
                end,
            )


_NO_EFFECT = "has no effect on ROCm"
_VARIABLES = {
    b"CUDA_LAUNCH_BLOCKING": "AMD_SERIALIZE_KERNEL=3 makes launches wait on ROCm",
    b"CUDA_DEVICE_MAX_CONNECTIONS": f"{_NO_EFFECT}; GPU_MAX_HW_QUEUES is the nearest",
    b"CUDA_CACHE_DISABLE": _NO_EFFECT,
    b"CUDA_CACHE_PATH": _NO_EFFECT,
    b"CUDA_CACHE_MAXSIZE": _NO_EFFECT,
    b"CUDA_MODULE_LOADING": f"{_NO_EFFECT}; HIP loads code objects when they are first used",
    b"NVIDIA_TF32_OVERRIDE": f"{_NO_EFFECT}; hipBLASLt has its own choices",
    b"CUBLAS_WORKSPACE_CONFIG": "PyTorch for ROCm reads it as the size of hipBLAS's workspaces; "
    "results repeat by torch.use_deterministic_algorithms, which keeps rocBLAS from atomics",
    b"NVIDIA_VISIBLE_DEVICES": "AMD's containers get GPUs by --device=/dev/kfd --device=/dev/dri",
}


class CudaVariable(TextRule):
    """Some of CUDA's environment variables have other names on ROCm, and some have no effect.

    CUDA_VISIBLE_DEVICES stays: HIP reads it as it reads HIP_VISIBLE_DEVICES.
    """

    code = "PY010"
    title = "an environment variable of CUDA"
    severity = Severity.INFO
    source = (
        "HIP documentation: environment variables; PyTorch's hipify map, and its "
        "parseChosenWorkspaceSize; rocBLAS: rocblas_set_atomics_mode"
    )
    hazards = ("HW229", "HW277", "HW278")
    languages: ClassVar[frozenset[Language]] = _LANGUAGES
    triggers = tuple(_VARIABLES)
    examples = (
        Example(
            before="export CUDA_LAUNCH_BLOCKING=1\n./run\n",
            after="export CUDA_LAUNCH_BLOCKING=1\n./run\n",
            alternative="export AMD_SERIALIZE_KERNEL=3\n./run\n",
            why="What 3 makes wait is not quite what 1 did",
            file="run.sh",
        ),
        Example(
            before="import os\nos.environ['CUDA_LAUNCH_BLOCKING'] = '1'\n",
            after="import os\nos.environ['CUDA_LAUNCH_BLOCKING'] = '1'\n",
            alternative="import os\nos.environ['AMD_SERIALIZE_KERNEL'] = '3'\n",
            file="example.py",
        ),
        Example(
            before="export CUDA_VISIBLE_DEVICES=0,1\n",
            after=None,
            why="HIP honours it",
            file="run.sh",
        ),
    )

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """Where they are set or asked for."""
        if knows_rocm(text):
            return
        for name, message in _VARIABLES.items():
            for start, end in _named(text, name):
                fixes: tuple[Fix, ...] = ()
                value = _value_behind(text.content, end)
                if name == b"CUDA_LAUNCH_BLOCKING" and value is not None:
                    edits = (Edit(start, end, b"AMD_SERIALIZE_KERNEL"), Edit(*value, b"3"))
                    fixes = (Fix("Set AMD's variable", edits, safe=False),)
                yield Finding(
                    self.code,
                    self.severity,
                    f"`{name.decode()}`: {message}",
                    start,
                    end,
                    fixes,
                )


_TO_NOTHING = regex(rb"[\"']\]?[ \t]*=[ \t]*([\"'])\1|=[ \t]*(?:\"\"|'')?[ \t]*(?:\r?\n|\Z)")
_SET_BEHIND = regex(rb"[\"']\]?[ \t]*(?:=(?!=)|:)|[ \t]*=")
_SET_BEFORE = regex(rb"(?:setdefault|putenv|setenv)\(\s*[\"']\Z|env[ \t]+\Z")


def _is_set(content: bytes, start: int, end: int) -> bool:
    """Whether Python sets the variable whose name stands there, and does not only ask for it."""
    before = content[max(start - 40, 0) : start]
    return bool(_SET_BEHIND.match(content, end) or _SET_BEFORE.search(before))


_ONE = regex(rb"(?:[\"']\]?[ \t]*[=:,][ \t]*[\"']|[=:])(1)(?=[\"'\s;]|\Z)")


def _value_behind(content: bytes, end: int) -> tuple[int, int] | None:
    """Where the 1 stands that a variable is set to, if it is."""
    match = _ONE.match(content, end)
    return match.span(1) if match else None
