"""NVIDIA's command-line tools, where Python, a notebook or a script runs them."""

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

_TOOLS = {
    b"nvidia-smi": "`amd-smi` (or `rocm-smi`) shows AMD's GPUs",
    b"nvprof": "`rocprofv3` profiles on ROCm",
    b"nsys": "`rocprofv3` traces on ROCm",
    b"ncu": "`rocprof-compute` looks into kernels on ROCm",
    b"nv-nsight-cu-cli": "`rocprof-compute` looks into kernels on ROCm",
    b"cuda-gdb": "`rocgdb` debugs kernels on ROCm",
    b"cuda-memcheck": "an AddressSanitizer build (-fsanitize=address) checks memory on ROCm",
    b"compute-sanitizer": "an AddressSanitizer build (-fsanitize=address) checks memory on ROCm",
    b"cuobjdump": "`llvm-objdump` and `roc-obj` show code objects",
    b"nvdisasm": "`llvm-objdump` shows AMD's code",
}
_NAMES = rb"|".join(re.escape(name) for name in sorted(_TOOLS, key=len, reverse=True))
# As a command: at the start of a line or behind a separator, with or without a path before it.
_COMMAND = regex(
    rb"(?:^|[;&|(`]|\$\(|\b(?:sudo|time|exec|watch|RUN|if|then|do|xargs)[ \t]+(?:-\S+[ \t]+)*)"
    rb"[ \t]*[-@!]?"
    rb"[ \t]*(?:[\w./$(){}-]*/)?(?P<tool>" + _NAMES + rb")(?=[ \t\r\n;&|)`\"']|\Z)",
    re.MULTILINE,
)
_IN_STRING = regex(rb"\s*(?:[\w./-]*/)?(?P<tool>" + _NAMES + rb")(?:\.exe)?(?=[ \t]|\Z)")
_RUNNERS = regex(
    rb"(?:\b(?:subprocess|sp|os|shutil|asyncio)\.)?"
    rb"\b(?:run|Popen|call|check_call|check_output|getoutput|getstatusoutput|system|popen|which"
    rb"|create_subprocess_exec|create_subprocess_shell|execute|shell_command|find_executable)\Z"
)


class NvidiaTool(TextRule):
    """NVIDIA's tools do not see AMD's GPUs; ROCm has a counterpart of most."""

    code = "PY014"
    title = "a command of NVIDIA's"
    severity = Severity.ERROR
    source = "ROCm documentation: system management, profiling and debugging tools"
    hazards = ("HW293",)
    languages: ClassVar[frozenset[Language]] = frozenset({"python", "shell", "dockerfile"})
    triggers = tuple(_TOOLS)
    examples = (
        Example(
            before="import subprocess\nsubprocess.run(['nvidia-smi', '-L'])\n",
            after="import subprocess\nsubprocess.run(['nvidia-smi', '-L'])\n",
            file="example.py",
        ),
        Example(before="nvidia-smi\n./a.out\n", after="rocm-smi\n./a.out\n", file="run.sh"),
        Example(before="echo 'nvidia-smi is not here'\n# nvidia-smi\n", after=None, file="run.sh"),
        Example(before="print('see nvidia-smi')\n", after=None, file="example.py"),
    )

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """The commands that run one."""
        if knows_rocm(text):
            return
        for start, end in _commands(text):
            tool = text.content[start:end]
            fixes: tuple[Fix, ...] = ()
            if tool == b"nvidia-smi" and _stands_alone(text.content, start, end):
                edit = Edit(start, end, b"rocm-smi")
                fixes = (Fix("Show AMD's GPUs instead", (edit,)),)
            message = f"`{tool.decode()}` is NVIDIA's: {_TOOLS[tool]}"
            yield Finding(self.code, self.severity, message, start, end, fixes)


def _commands(text: Text) -> Iterator[tuple[int, int]]:
    if text.language == "python":
        code = text.python
        for node, start, end, _ in strings(code):
            match = _IN_STRING.match(text.content, start, end)
            if not match:
                continue
            holder = node.parent
            if holder is not None and holder.type == "list":
                if holder.named_children[0] != node:
                    continue
                holder = holder.parent
            call = holder.parent if holder is not None else None
            function = call.child_by_field_name("function") if call is not None else None
            if function is not None and _RUNNERS.search(code.text_of(function)):
                yield match.span("tool")
        if text.in_notebook:
            for shell in re.finditer(rb"^[ \t]*!([^\r\n]*)", text.content, re.MULTILINE):
                for match in _COMMAND.finditer(shell[1]):
                    yield shell.start(1) + match.start("tool"), shell.start(1) + match.end("tool")
        return
    for match in _COMMAND.finditer(text.content):
        start = match.start("tool")
        line, _ = text.lines.line_bounds(text.lines.line_of(start))
        before = text.content[line:start]
        if b"#" not in before and before.count(b"'") % 2 == 0 and before.count(b'"') % 2 == 0:
            yield match.span("tool")


def _stands_alone(content: bytes, start: int, end: int) -> bool:
    """Whether a command has no arguments, and no one reads what it prints."""
    line_start = max(content.rfind(b"\n", 0, start), content.rfind(b"\r", 0, start)) + 1
    line = re.match(rb"[^\r\n]*", content[end:])
    before, after = content[line_start:start].strip(), line[0].strip() if line else b""
    return before in (b"", b"!") and after == b""
