"""Extensions of PyTorch: how setup.py builds them, and how they are built at run time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar

from tree_sitter import Node

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules._nvcc import meaning
from hipwright.rules._nvcc import option as nvcc_option
from hipwright.rules.base import Example, TextRule
from hipwright.rules.python._code import (
    enclosing,
    is_guard,
    knows_rocm,
    stands_behind,
    strings,
    uses_of,
)
from hipwright.settings import Settings
from hipwright.source.languages import Language
from hipwright.source.texts import Text

_PYTHON: frozenset[Language] = frozenset({"python"})
_SOURCE = "PyTorch: torch.utils.cpp_extension; Clang command line reference"

_BUILDERS = (b"CUDAExtension", b"load_inline", b"cpp_extension", b"extra_cuda_cflags")


class NvccFlag(TextRule):
    """PyTorch for ROCm hands the flags meant for nvcc to hipcc, whose Clang stops at unknown ones.

    `CUDAExtension` itself stays: it turns its sources to HIP and builds them.
    """

    code = "PY016"
    title = "a flag of nvcc's for a PyTorch extension"
    severity = Severity.WARNING
    source = _SOURCE
    hazards = ("HW274", "HW283")
    languages: ClassVar[frozenset[Language]] = _PYTHON
    triggers = (b"nvcc", b"extra_cuda_cflags")
    examples = (
        Example(
            before="from torch.utils.cpp_extension import CUDAExtension\n"
            "CUDAExtension('m', ['a.cu'], extra_compile_args={'nvcc': ['--use_fast_math']})\n",
            after="from torch.utils.cpp_extension import CUDAExtension\n"
            "CUDAExtension('m', ['a.cu'], extra_compile_args={'nvcc': ['--use_fast_math']})\n",
            alternative="from torch.utils.cpp_extension import CUDAExtension\n"
            "CUDAExtension('m', ['a.cu'], extra_compile_args={'nvcc': ['-ffast-math']})\n",
            file="setup.py",
        ),
        Example(
            before="from torch.utils.cpp_extension import CUDAExtension\n"
            "CUDAExtension('m', ['a.cu'], extra_compile_args={'nvcc': ['-O3', '-std=c++17']})\n",
            after=None,
            file="setup.py",
        ),
        Example(
            before="from torch.utils.cpp_extension import CUDAExtension, ROCM_HOME\n"
            "flags = [] if ROCM_HOME else ['--use_fast_math']\nnvcc = flags\n",
            after=None,
            file="setup.py",
        ),
    )

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """The strings that are such flags, in a text that builds an extension for CUDA alone."""
        if knows_rocm(text) or not any(word in text.content for word in _BUILDERS):
            return
        for node, start, end, content in strings(text.python):
            told = _instead(content)
            if told is None or not _is_in_list(node):
                continue
            instead, replacements = told
            fixes: list[Fix] = []
            for replacement in replacements:
                edits = _edits(text, node, start, end, replacement)
                title = f"Write {replacement.decode()}" if replacement else "Leave it out"
                if edits:
                    fixes.append(Fix(title, edits, safe=False))
            yield Finding(
                self.code,
                self.severity,
                f"hipcc does not take `{content.decode('utf-8', 'replace')}`: {instead}",
                start,
                end,
                tuple(fixes),
            )


# Options whose value is the next string of the list.
_VALUE_BEHIND = {
    b"gencode": "PYTORCH_ROCM_ARCH names the targets",
    b"generate-code": "PYTORCH_ROCM_ARCH names the targets",
    b"Xptxas": "there is no ptxas",
    b"ptxas-options": "there is no ptxas",
    b"maxrregcount": "use __launch_bounds__, or --gpu-max-threads-per-block",
    b"Xcompiler": "hipcc is Clang: give the option itself",
    b"compiler-options": "hipcc is Clang: give the option itself",
    b"threads": "targets are not compiled in parallel",
    b"default-stream": "HIP's is -fgpu-default-stream=per-thread",
    b"keep-dir": "hipcc does not know it",
    b"diag-suppress": "Clang names its warnings otherwise",
    b"diag_suppress": "Clang names its warnings otherwise",
    b"Xfatbin": "hipcc does not know it",
}


def _instead(word: bytes) -> tuple[str, tuple[bytes, ...]] | None:
    """What to say of a string that is an option of nvcc's, and what may be written for it."""
    behind = _VALUE_BEHIND.get(word.lstrip(b"-")) if word.startswith(b"-") else None
    if behind is not None:
        return behind, ()
    if re.fullmatch(rb"arch=compute_\w+,code=\w+", word):
        return "PYTORCH_ROCM_ARCH names the targets", ()
    option = nvcc_option(word)
    if option is None or (option.name == "Xlinker" and b"," not in option.value):
        return None
    family, advice, replacement, _ = meaning(option)
    if family == "target":
        return "PYTORCH_ROCM_ARCH names the targets", ()
    if option.name == "use_fast_math":
        advice, replacement = "Clang's is -ffast-math", b"-ffast-math"
    # One string is one word of the command line.
    can = replacement is not None and b" " not in replacement and b"%" not in word
    return advice, (replacement,) if can and replacement is not None else ()


def _is_in_list(node: Node) -> bool:
    parent = node.parent
    while parent is not None and parent.type in ("binary_operator", "parenthesized_expression"):
        parent = parent.parent
    return parent is not None and (
        parent.type in ("list", "tuple", "argument_list") or parent.type == "augmented_assignment"
    )


def _edits(text: Text, node: Node, start: int, end: int, replacement: bytes) -> tuple[Edit, ...]:
    if replacement:
        return (Edit(start, end, replacement),)
    parent = node.parent
    if parent is None or parent.type != "list":
        return ()
    # With the comma behind it, or else the one before.
    behind = re.compile(rb"[ \t]*,[ \t]*").match(text.content, node.end_byte)
    if behind:
        return (Edit(node.start_byte, behind.end(), b""),)
    before = re.search(rb",\s*\Z", text.content[: node.start_byte])
    return (Edit(before.start() if before else node.start_byte, node.end_byte, b""),)


class CudaHome(TextRule):
    """`CUDA_HOME` is None where PyTorch is built for ROCm: its own is `ROCM_HOME`.

    A setup.py that stops, or leaves its kernels out, when it is None does so on every AMD system.
    """

    code = "PY017"
    title = "CUDA_HOME on ROCm"
    severity = Severity.WARNING
    source = "PyTorch: torch.utils.cpp_extension"
    hazards = ("HW274",)
    languages: ClassVar[frozenset[Language]] = _PYTHON
    triggers = (b"CUDA_HOME",)
    examples = (
        Example(
            before="from torch.utils.cpp_extension import CUDA_HOME\n"
            "if CUDA_HOME is None:\n    raise RuntimeError('no nvcc')\n",
            after="from torch.utils.cpp_extension import CUDA_HOME\n"
            "if CUDA_HOME is None:\n    raise RuntimeError('no nvcc')\n",
            file="setup.py",
        ),
        Example(
            before="from torch.utils.cpp_extension import CUDA_HOME, ROCM_HOME\n"
            "if CUDA_HOME is None and ROCM_HOME is None:\n    raise RuntimeError('no GPU')\n",
            after=None,
            file="setup.py",
        ),
        Example(before="import os\nprint(os.environ.get('CUDA_HOME'))\n", after=None, file="a.py"),
    )

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """The uses of PyTorch's CUDA_HOME that something hangs on."""
        if knows_rocm(text):
            return
        for use in uses_of(text.python, "torch.utils.cpp_extension.CUDA_HOME"):
            decided = enclosing(
                use.node,
                *("comparison_operator", "boolean_operator", "not_operator", "if_statement"),
                *("argument_list", "binary_operator", "assert_statement", "conditional_expression"),
            )
            guarded = stands_behind(use.node, b"CUDA_HOME is not None", text.python)
            if decided is not None and not guarded:
                yield Finding(
                    self.code,
                    Severity.INFO if is_guard(use.node) else self.severity,
                    "None on ROCm: take ROCM_HOME there",
                    use.node.start_byte,
                    use.node.end_byte,
                )


class NvrtcOption(TextRule):
    """hipRTC takes Clang's options: not `compute_80` or `sm_80`, but `--offload-arch=gfx942`, and
    none of `-fmad=true` or `--use_fast_math`.

    Without an architecture it compiles for the GPU at hand. CuPy hands the options of RawModule and
    RawKernel to it.
    """

    code = "PY004"
    title = "an option of NVRTC's for run-time compilation"
    severity = Severity.ERROR
    source = "HIP documentation: hipRTC; Clang 19, which stops at unknown options"
    hazards = ("HW292",)
    languages: ClassVar[frozenset[Language]] = _PYTHON
    triggers = (b"=compute_", b"=sm_", b"RawModule", b"RawKernel", b"nvrtc")
    examples = (
        Example(
            before="from cuda.bindings import nvrtc\nopts = [b'--gpu-architecture=compute_80']\n",
            after="from cuda.bindings import nvrtc\nopts = [b'--gpu-architecture=compute_80']\n",
            file="example.py",
        ),
        Example(
            before="import cupy\nm = cupy.RawModule(code=text, options=('-fmad=false', '-O3'))\n",
            after="import cupy\nm = cupy.RawModule(code=text, options=('-fmad=false', '-O3'))\n",
            alternative="import cupy\n"
            "m = cupy.RawModule(code=text, options=('-ffp-contract=off', '-O3'))\n",
            file="example.py",
        ),
        Example(
            before="import cupy\nm = cupy.RawModule(code=text, options=('--std=c++17',))\n",
            after=None,
            file="example.py",
        ),
        Example(
            before="import cupy\nm = cupy.RawModule(code=text)\n"
            "parser.add_argument('-t', '--threads')\n",
            after=None,
            file="example.py",
        ),
        Example(before="arch = 'arch=compute_80'\n", after=None, file="example.py"),
    )

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """Such options, in a text that compiles at run time."""
        if knows_rocm(text) or not re.search(rb"nvrtc|RawModule|RawKernel|Program\b", text.content):
            return
        compiles = _COMPILES.search(text.content) is not None
        # What builds an extension gives its options to nvcc, see PY016.
        compiles = compiles and not any(word in text.content for word in (*_BUILDERS, b"setup("))
        for node, start, end, content in strings(text.python):
            is_target = re.match(rb"--?(?:gpu-architecture|arch)=(?:compute|sm)_", content)
            if is_target:
                yield Finding(
                    self.code,
                    self.severity,
                    "hipRTC takes `--offload-arch=` with a target such as gfx942, or none",
                    start,
                    end,
                )
                continue
            told = _instead(content) if compiles and _is_option(text, node) else None
            if told is None:
                continue
            advice, replacements = told
            yield Finding(
                self.code,
                self.severity,
                f"hipRTC does not take `{content.decode('utf-8', 'replace')}`: {advice}",
                start,
                end,
                tuple(
                    Fix(f"Write {new.decode()}", (Edit(start, end, new),), safe=False)
                    for new in replacements
                    if new
                ),
            )


_COMPILES = regex(rb"RawModule|RawKernel|CompileProgram|\bProgram\(")


def _is_option(text: Text, node: Node) -> bool:
    """Whether a string stands in what is called options, in a call or by a variable."""
    if not _is_in_list(node):
        return False
    current = node.parent
    while current is not None and not current.type.endswith("_statement"):
        if current.type == "keyword_argument":
            name = current.child_by_field_name("name")
            return name is not None and text.python.text_of(name) == b"options"
        if current.type in ("call", "assignment", "augmented_assignment"):
            break
        current = current.parent
    if current is None or current.type == "call":
        return False
    left = current.child_by_field_name("left")
    return left is not None and re.search(rb"opt|flag", text.python.text_of(left)) is not None


class NotebookPlugin(TextRule):
    """The notebook plugins that run `%%cu` cells call nvcc: hipwright's magics run on AMD too."""

    code = "PY024"
    title = "a notebook plugin that needs nvcc"
    severity = Severity.WARNING
    source = "documentation of nvcc4jupyter"
    hazards = ("HW294",)
    languages: ClassVar[frozenset[Language]] = _PYTHON
    triggers = (b"nvcc4jupyter", b"nvcc_plugin")
    examples = (
        Example(before="print('nvcc4jupyter')\n", after=None, file="example.py"),
        Example(
            before="%load_ext nvcc4jupyter\n",
            after="%load_ext nvcc4jupyter\n",
            alternative="%load_ext hipwright\n",
            file="example.py",
        ),
    )

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """Where one is loaded."""
        pattern = re.compile(rb"^[ \t]*%load_ext[ \t]+(nvcc4jupyter|nvcc_plugin)\b", re.MULTILINE)
        for match in pattern.finditer(text.content):
            edit = Edit(*match.span(1), b"hipwright")
            yield Finding(
                self.code,
                self.severity,
                "its cells need nvcc; `%load_ext hipwright` gives `%%cuda` and `%%hip`, whose "
                "`--flags` are its `--compiler-args`; write what `%%cuda_group_save` keeps by "
                "`%%writefile`",
                *match.span(1),
                (Fix("Load hipwright's magics", (edit,), safe=False),),
            )
