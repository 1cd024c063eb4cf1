"""Python packages that bring CUDA with them: where they are imported, and where installed."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from typing import ClassVar

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, TextRule
from hipwright.rules.python._code import knows_rocm, strings
from hipwright.rules.python._packages import WORDS, Package, package_called, package_imported
from hipwright.settings import Settings
from hipwright.source.languages import Language
from hipwright.source.texts import Text

_PYTHON: frozenset[Language] = frozenset({"python"})
_SOURCE = "documentation of HIP Python, CuPy, ROCm-DS, and of the packages' ROCm builds"


class _Imported(TextRule):
    source = _SOURCE
    languages: ClassVar[frozenset[Language]] = _PYTHON
    triggers = WORDS
    runs: ClassVar[bool]

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """Each module of such a package, where it is first imported."""
        if knows_rocm(text):
            return
        told: set[int] = set()
        for item in text.python.imports:
            package = package_imported(item.path)
            if package is None or package.runs is not self.runs or id(package) in told:
                continue
            told.add(id(package))
            yield Finding(
                self.code,
                self.severity,
                self._message(text.python.text_of(item.module).decode("utf-8", "replace"), package),
                item.module.start_byte,
                item.module.end_byte,
            )

    def _message(self, name: str, package: Package) -> str:
        raise NotImplementedError


class NvidiaOnlyImport(_Imported):
    """Some packages are for NVIDIA's GPUs and libraries alone, whatever build is installed.

    Each finding says what takes its place on ROCm, if anything does.
    """

    code = "PY011"
    title = "a package for NVIDIA only"
    severity = Severity.ERROR
    runs = False
    hazards = ("HW293", "HW296", "HW297")
    examples = (
        Example(
            before="import pynvml\npynvml.nvmlInit()\n",
            after="import pynvml\npynvml.nvmlInit()\n",
            file="example.py",
        ),
        Example(
            before="import tensorrt as trt\nimport cudf\n",
            after="import tensorrt as trt\nimport cudf\n",
            file="example.py",
        ),
        Example(before="import numpy\nfrom mine import pynvml_like\n", after=None, file="a.py"),
    )

    def _message(self, name: str, package: Package) -> str:
        return f"`{name}` needs an NVIDIA GPU; on AMD: {package.advice}"


class OtherBuildImport(_Imported):
    """Some packages run on AMD under the same name, but from another build than the usual one."""

    code = "PY012"
    title = "a package with a build for ROCm"
    severity = Severity.INFO
    runs = True
    hazards = ("HW292", "HW299")
    examples = (
        Example(
            before="from cuda.bindings import driver, nvrtc\n",
            after="from cuda.bindings import driver, nvrtc\n",
            file="example.py",
        ),
        Example(
            before="from flash_attn import flash_attn_func\n",
            after="from flash_attn import flash_attn_func\n",
            file="example.py",
        ),
        Example(before="from mine import cuda\n", after=None, file="example.py"),
    )

    def _message(self, name: str, package: Package) -> str:
        return f"`{name}` works on AMD from another build: {package.advice}"


# A requirement: a name, extras, and what may follow them. The pin goes when the package does.
_REQUIREMENT = regex(
    rb"(?P<name>[A-Za-z][A-Za-z0-9._-]*(?:\[[\w,\s-]+\])?)"
    rb"(?P<pin>[ \t]*(?:===?|~=|!=|<=?|>=?)[ \t]*[\w.*+!-]+"
    rb"(?:,[ \t]*(?:===?|~=|!=|<=?|>=?)[ \t]*[\w.*+!-]+)*)?"
)
_INSTALL = regex(
    rb"\b(?:pip3?|uv pip|mamba|conda|micromamba|poetry|pipx)(?:\s+-\S+)*\s+(?:install|add)\b"
    rb"(?P<rest>(?:[^\r\n;&|#\\]|\\(?:\r\n|[\s\S]))*)"
)
# A wheel index of PyTorch's for CUDA, wherever it is served from.
_INDEX = regex(rb"(?P<url>https?://[^\s\"'<>]*/whl/(?:[\w/]*/)?cu\d{2,3})(?=[/\s\"'\\]|\Z)")


class CudaRequirement(TextRule):
    """Wheels that are built for CUDA do not run on AMD: each has another package, or another build.

    What is installed by another name is renamed; a pinned version goes with the old name, since the
    new one's versions are other ones. For PyTorch it is the index that names the platform.
    """

    code = "PY013"
    title = "a wheel for CUDA is installed"
    severity = Severity.ERROR
    source = _SOURCE
    hazards = ("HW279",)
    languages: ClassVar[frozenset[Language]] = frozenset(
        {"requirements", "toml", "shell", "dockerfile", "python", "yaml", "make"}
    )
    triggers = (*WORDS, b"/whl/cu", b"whl/nightly/cu")
    examples = (
        Example(
            before="numpy\ncupy-cuda12x==13.3.0\nnvidia-cublas-cu12\n",
            after="numpy\ncupy-cuda12x==13.3.0\nnvidia-cublas-cu12\n",
            alternative="numpy\ncupy-rocm-7-0\nnvidia-cublas-cu12\n",
            file="requirements.txt",
        ),
        Example(
            before="RUN pip install --no-cache-dir cuda-python numpy && nvidia-smi\n",
            after="RUN pip install --no-cache-dir cuda-python numpy && nvidia-smi\n",
            alternative="RUN pip install --no-cache-dir hip-python-interop numpy && nvidia-smi\n",
            file="Dockerfile",
        ),
        Example(
            before="numpy  # not cupy-cuda12x\ntorch\n# pycuda\n",
            after=None,
            file="requirements.txt",
        ),
        Example(before="echo pycuda\n", after=None, file="install.sh"),
        Example(
            before='[project]\ndependencies = [\n  "pycuda>=2024", "numpy",\n]\n',
            after='[project]\ndependencies = [\n  "pycuda>=2024", "numpy",\n]\n',
            file="pyproject.toml",
        ),
        Example(before='[files]\n"pycuda" = ["pycuda"]\n', after=None, file="pyproject.toml"),
    )

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """The requirements of a text, where its format has them."""
        for start, end in sorted(set(_places(text))):
            for match in _REQUIREMENT.finditer(text.content, start, end):
                if _starts_inside(text.content, match.start(), start):
                    continue
                package = package_called(match["name"].decode())
                if package is not None:
                    yield self._finding(match, package)
        for match in _INDEX.finditer(text.content):
            yield Finding(
                self.code,
                self.severity,
                "these are wheels for CUDA: take the index of a ROCm release, whose last part is "
                "such as rocm6.4",
                match.start(),
                match.end(),
            )

    def _finding(self, match: re.Match[bytes], package: Package) -> Finding:
        name = match["name"].decode()
        fixes: tuple[Fix, ...] = ()
        if package.replacement:
            edit = Edit(match.start(), match.end(), package.replacement.encode())
            fixes = (Fix(f"Install {package.replacement}", (edit,), safe=False),)
        # What its maintainers also build for ROCm may be just what is installed here.
        severity = Severity.INFO if package.runs and not package.replacement else self.severity
        start, end = match.span("name")
        message = f"`{name}` is for CUDA: {package.advice}"
        return Finding(self.code, severity, message, start, end, fixes)


def _starts_inside(content: bytes, at: int, start: int) -> bool:
    """Whether what stands there is the inside of a word, an option or a path."""
    return at > start and content[at - 1 : at] in (
        b"-",
        b"/",
        b".",
        b"_",
        b"=",
        b"@",
        b"+",
        b":",
        b"$",
    )


def _places(text: Text) -> Iterator[tuple[int, int]]:
    """Where requirements stand in a text."""
    content = text.content
    if text.language == "requirements":
        for line in range(len(text.lines.starts)):
            start, end = text.lines.line_bounds(line)
            requirement = content[start:end].split(b"#", 1)[0].split(b";", 1)[0]
            if requirement.strip() and not requirement.lstrip().startswith(b"-"):
                first = start + len(requirement) - len(requirement.lstrip())
                word = _REQUIREMENT.match(content, first, start + len(requirement))
                if word:
                    yield word.span()
        return
    if text.language == "toml":
        for wanted in _of_toml(content):
            quoted = re.compile(rb"[\"']" + re.escape(wanted.encode()) + rb"[\"']")
            for match in quoted.finditer(content):
                word = _REQUIREMENT.match(content, match.start() + 1, match.end() - 1)
                if word:
                    yield word.span()
        return
    for match in _INSTALL.finditer(content):
        line_start, _ = text.lines.line_bounds(text.lines.line_of(match.start()))
        if text.language == "python" and not _is_shell_line(text, line_start):
            continue
        if b"#" not in content[line_start : match.start()]:
            yield match.span("rest")
    if text.language == "python" and b"setup" in content:
        yield from _install_requires(text)


def _of_toml(content: bytes) -> set[str]:
    """The requirements in a pyproject.toml; none where it cannot be read."""
    # Imported here: few texts are TOML, and every start of the command line imports this rule.
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib

    try:
        document = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return set()
    project = document.get("project", {})
    lists = [
        document.get("build-system", {}).get("requires", []),
        project.get("dependencies", []),
        *project.get("optional-dependencies", {}).values(),
        *document.get("dependency-groups", {}).values(),
    ]
    return {item for items in lists for item in items if isinstance(item, str)}


def _is_shell_line(text: Text, line_start: int) -> bool:
    start = text.content[line_start : line_start + 200].lstrip()
    return text.in_notebook and start.startswith((b"!", b"%"))


def _install_requires(text: Text) -> Iterator[tuple[int, int]]:
    code = text.python
    for node, start, end, _ in strings(code):
        parent = node.parent
        while parent is not None and parent.type in ("list", "tuple", "concatenated_string"):
            parent = parent.parent
        name = None if parent is None else parent.child_by_field_name("name")
        if name is None and parent is not None:
            name = parent.child_by_field_name("left")
        if name is not None and b"require" in code.text_of(name):
            word = _REQUIREMENT.match(text.content, start, end)
            if word:
                yield word.span()
