"""CUDA's libraries, where a program is linked, and the folders of the toolkit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import ClassVar

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, TextRule
from hipwright.rules.build_files._texts import (
    BUILD_FILES,
    handles_hip,
    is_code,
    is_unreadable,
    removal,
)
from hipwright.settings import Settings
from hipwright.source.languages import Language
from hipwright.source.texts import Text

# What CUDA's library is called with HIP, and with `roc`.
HIP_LIBRARIES: dict[str, tuple[str, str]] = {
    "cudart": ("amdhip64", "amdhip64"),
    "cuda": ("amdhip64", "amdhip64"),
    "cublas": ("hipblas", "rocblas"),
    "cublasLt": ("hipblaslt", "hipblaslt"),
    "cufft": ("hipfft", "rocfft"),
    "curand": ("hiprand", "rocrand"),
    "cusparse": ("hipsparse", "rocsparse"),
    "cusolver": ("hipsolver", "rocsolver"),
    "nvrtc": ("hiprtc", "hiprtc"),
    "nccl": ("rccl", "rccl"),
    "nvToolsExt": ("roctx64", "roctx64"),
}
_NEEDS_NONE = {
    "cudadevrt": "HIP has no device-side launches, and no library for them",
    "culibos": "HIP's libraries are shared ones",
}
_OTHERS = {
    "cudnn": "MIOpen is another interface",
    "cupti": "rocprofiler-sdk is another interface",
    "nvidia-ml": "amd_smi is another interface",
    "nvjpeg": "rocJPEG is another interface",
    "cufile": "hipFile is another interface",
    "nvJitLink": "hipRTC has a linker of its own",
    "nvjitlink": "hipRTC has a linker of its own",
    "cusparseLt": "hipSPARSELt is another library: -lhipsparselt",
    "cutensor": "hipTensor is another library: -lhiptensor",
}
_LIBRARY = regex(
    rb"(?<![\w$=/.-])-l[ \t]?(?P<name>"
    + b"|".join(
        re.escape(name.encode())
        for name in sorted({*HIP_LIBRARIES, *_NEEDS_NONE, *_OTHERS}, key=len, reverse=True)
    )
    + rb"|npp\w*)(?P<kind>_static)?(?![\w.-])"
)


class CudaLibrary(TextRule):
    """ROCm's libraries have other names: hipBLAS for cuBLAS, amdhip64 for the CUDA runtime."""

    code = "BUILD007"
    title = "A library of CUDA's is linked"
    severity = Severity.ERROR
    source = "HIP documentation: HIP porting guide, library equivalents; ROCm CMake packages"
    hazards = ("HW264",)
    languages: ClassVar[frozenset[Language]] = BUILD_FILES
    triggers = (b"-lcu", b"-lnv", b"-lnccl", b"-lnpp", b"-l cu", b"-lculibos")
    examples = (
        Example(
            before="LDFLAGS = -lcublas -lcudart_static -lm -lnccl\n",
            after="LDFLAGS = -lhipblas -lamdhip64 -lm -lrccl\n",
            file="Makefile",
        ),
        Example(
            before="LDFLAGS = -lcublas -lcudnn\n",
            after="LDFLAGS = -lrocblas -lcudnn\n",
            settings=Settings(roc=True),
            file="Makefile",
        ),
        Example(before="LDFLAGS = -lcurl -lcutil\n# -lcublas\n", after=None, file="Makefile"),
    )

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """Each library."""
        if is_unreadable(text) or handles_hip(text):
            return
        for match in _LIBRARY.finditer(text.content):
            start, end = match.span()
            if not is_code(text, start, end):
                continue
            name = match["name"].decode()
            fixes: tuple[Fix, ...] = ()
            if name in HIP_LIBRARIES:
                written = HIP_LIBRARIES[name][settings.roc]
                advice = f"HIP's is {written}"
                edit = Edit(*match.span(), b"-l" + written.encode())
                fixes = (Fix(f"Link {written}", (edit,)),)
            elif name in _NEEDS_NONE:
                advice = _NEEDS_NONE[name]
                fixes = (Fix("Leave it out", (removal(text, start, end),)),)
            else:
                advice = _OTHERS.get(name, "ROCm has no counterpart of NPP but parts in RPP")
            message = f"`{match[0].decode()}` is a library of CUDA's: {advice}"
            yield Finding(self.code, self.severity, message, start, end, fixes)


_ASSIGNMENT = regex(
    rb"^[ \t]*(?:export[ \t]+)?(?P<name>\w*CUDA\w*)[ \t]*[:?]?=[ \t]*[\"']?"
    rb"(?P<path>/(?:usr/local|opt)/cuda[\w.-]*)/?[\"']?[ \t]*(?=[#\r\n]|\Z)",
    re.MULTILINE,
)
_PATH = regex(
    rb"(?P<root>/(?:usr/local|opt)/cuda(?:-[\d.]+)?)(?P<rest>/(?:include|lib64|lib|bin))?"
    rb"(?![\w.-])"
)
_VARIABLE = regex(
    rb"\$[({](?P<name>CUDA_(?:PATH|HOME|ROOT|DIR|ROOT_DIR|INSTALL_PATH|TOOLKIT_ROOT|INSTALL_DIR"
    rb"|TOOLKIT_PATH)|CUDADIR|CUDAHOME|CUDAPATH)[)}](?P<rest>/(?:targets/[\w-]+/)?"
    rb"(?:include|lib64|lib))?(?![\w.-])"
)


_GOES_ON = regex(rb"/[^\s\"'#;:]")
_SET = regex(rb"^[ \t]*(?:export[ \t]+)?(\w+)[ \t]*[:?+]?=", re.MULTILINE)


class ToolkitPath(TextRule):
    """ROCm is installed in /opt/rocm, with its libraries in lib, where CUDA has lib64.

    hipcc looks for headers and libraries there by itself.
    """

    code = "BUILD008"
    title = "A folder of the CUDA toolkit"
    severity = Severity.ERROR
    source = "ROCm documentation: installation, file structure"
    hazards = ("HW265",)
    languages: ClassVar[frozenset[Language]] = frozenset({"make", "shell"})
    triggers = (b"/cuda", b"CUDA_", b"CUDADIR", b"CUDAHOME")
    examples = (
        Example(
            before="CUDA_PATH ?= /usr/local/cuda\nLIBS = -L$(CUDA_PATH)/lib64 "
            "-I$(CUDA_PATH)/include\n",
            after="ROCM_PATH ?= /opt/rocm\nLIBS = -L$(ROCM_PATH)/lib -I$(ROCM_PATH)/include\n",
            file="Makefile",
        ),
        Example(
            before="LIBS = -L/usr/local/cuda-12.4/lib64 -lm\nINCLUDES = -I$(CUDA_HOME)/include\n",
            after="LIBS = -L/opt/rocm/lib -lm\nINCLUDES = -I$(CUDA_HOME)/include\n",
            alternative="LIBS = -L/usr/local/cuda-12.4/lib64 -lm\nINCLUDES = "
            "-I$(ROCM_PATH)/include\n",
            file="Makefile",
        ),
        Example(
            before="export CUDA_HOME=/usr/local/cuda-12.4/\n",
            after="export ROCM_PATH=/opt/rocm/\n",
            file="build.sh",
        ),
        Example(
            before="CUDA_HOME=/usr/local/cuda\ncase $1 in w)\n  CUDA_HOME=/mnt/toolkit\nesac\n",
            after="CUDA_HOME=/opt/rocm\ncase $1 in w)\n  CUDA_HOME=/mnt/toolkit\nesac\n",
            why="the variable holds another folder at times",
            file="build.sh",
        ),
        Example(
            before="CUDA_PATH = device\nOBJ = $(CUDA_PATH)/a.o\n# /usr/local/cuda\n",
            after=None,
            file="Makefile",
        ),
    )

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """Each such folder, and the variable that holds it."""
        if handles_hip(text):
            return
        folders = Counter(
            match["name"]
            for match in _ASSIGNMENT.finditer(text.content)
            if is_code(text, *match.span("path"))
        )
        set_here = Counter(
            match[1] for match in _SET.finditer(text.content) if is_code(text, *match.span())
        )
        # One that is something else at times keeps its name.
        renamed = [name for name, count in folders.items() if count == set_here[name]]
        for match in _PATH.finditer(text.content):
            start, end = match.span()
            before = text.content[:start]
            is_whole = not re.search(rb"[\w.$(){}/-]\Z", before) or re.search(rb"-[IL]\Z", before)
            if not is_whole or not is_code(text, start, end):
                continue
            rest = (match["rest"] or b"").replace(b"lib64", b"lib")
            edit = Edit(start, end, b"/opt/rocm" + rest)
            # What is added behind may be anything of the toolkit.
            stands_alone = bool(match["rest"]) or not _GOES_ON.match(text.content, end)
            yield self._finding(start, end, (edit,), stands_alone)
        for name in sorted(renamed):
            yield from self._variable(text, name)
        for match in _VARIABLE.finditer(text.content):
            if match["name"] in set_here or not match["rest"] or not is_code(text, *match.span()):
                continue
            edit = Edit(*match.span(), _written(text, match.start(), match["rest"]))
            yield self._finding(*match.span(), (edit,), False)

    def _variable(self, text: Text, name: bytes) -> Iterable[Finding]:
        """The uses of a variable that holds the folder, as uses of ROCM_PATH."""
        if b"ROCM_PATH" in text.content:
            return
        pattern = re.compile(
            rb"(?<![\w])" + name + rb"(?![\w])(?P<close>[)}]?)(?P<rest>/(?:targets/[\w-]+/)?lib64)?"
        )
        edits = []
        for match in pattern.finditer(text.content):
            if not is_code(text, *match.span()):
                continue
            rest = b"/lib" if match["rest"] else b""
            edits.append(Edit(*match.span(), b"ROCM_PATH" + match["close"] + rest))
        first = edits[0]
        yield self._finding(first.start, first.start + len(name), tuple(edits), True)

    def _finding(self, start: int, end: int, edits: tuple[Edit, ...], safe: bool) -> Finding:
        return Finding(
            self.code,
            self.severity,
            "the CUDA toolkit is not on an AMD system: ROCm is, in /opt/rocm",
            start,
            end,
            (Fix("Write ROCm's folder", edits, safe),),
        )


def _written(text: Text, start: int, rest: bytes) -> bytes:
    opening = text.content[start + 1 : start + 2]
    closing = b")" if opening == b"(" else b"}"
    folder = rest.rpartition(b"/")[2].replace(b"lib64", b"lib")
    return b"$" + opening + b"ROCM_PATH" + closing + b"/" + folder
