"""LIB005: libraries of CUDA's that a program opens by the name of their file."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.finding import Finding, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import code_of
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.source.names import Names, Place

_FILES = {
    "cuda": "libamdhip64.so",
    "cudart": "libamdhip64.so",
    "nvrtc": "libhiprtc.so",
    "cublas": "libhipblas.so",
    "cublasLt": "libhipblaslt.so",
    "cufft": "libhipfft.so",
    "curand": "libhiprand.so",
    "cusolver": "libhipsolver.so",
    "cusparse": "libhipsparse.so",
    "nccl": "librccl.so",
    "cudnn": "libMIOpen.so",
    "nvidia-ml": "libamd_smi.so",
}
_NAME = regex(
    rb'(?<=")lib(?P<library>' + b"|".join(re.escape(name.encode()) for name in _FILES) + rb")"
    rb'\.so(?:\.\d+)*(?=")|(?<=")(?P<windows>nvcuda\.dll)(?=")',
)
_OPENED = regex(rb"dlopen|LoadLibrary")


class LibraryFiles(FileRule):
    """ROCm's libraries have files of other names than CUDA's: a program that opens `libcuda.so`
    finds none on a machine with AMD GPUs.

    The functions that it then looks up have other names too, but RCCL's, which are NCCL's.
    """

    code = "LIB005"
    title = "CUDA library opened by its file"
    severity = Severity.WARNING
    source = "the packages of ROCm 7.1: names of shared libraries"
    hazards = ("HW316",)
    triggers = (
        *(b'"lib' + name.encode() + b".so" for name in _FILES),
        b'"nvcuda.dll"',
    )
    affected_by = regex(rb"\.so|\.dll|dlopen|LoadLibrary")
    examples = (
        Example(
            'void *f() { return dlopen("libcuda.so.1", RTLD_NOW); }\n',
            'void *f() { return dlopen("libcuda.so.1", RTLD_NOW); }\n',
            around="#include <dlfcn.h>\n@",
        ),
        Example(
            'const char *file = "libnccl.so.2";\nvoid *f() { return dlopen(file, RTLD_NOW); }\n',
            'const char *file = "libnccl.so.2";\nvoid *f() { return dlopen(file, RTLD_NOW); }\n',
            around="#include <dlfcn.h>\n@",
        ),
        Example('void f() { puts("libcuda.so"); }\n', None, why="no library is opened"),
        Example('// dlopen("libcuda.so")\nvoid *f() { return dlopen("libm.so", 1); }\n', None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        content = source.content
        code = code_of(source)
        if not any(code.is_used(*match.span()) for match in _OPENED.finditer(content)):
            return
        names = Names(source, lambda word: False)
        for match in _NAME.finditer(content):
            start, end = match.span()
            if names.place(start, end)[0] is not Place.STRING or not code.is_seen(start):
                continue
            library = match["library"]
            other = _FILES[library.decode()] if library is not None else "amdhip64_….dll"
            renamed = "" if library == b"nccl" else ", and its functions have other names"
            yield Finding(
                self.code,
                self.severity,
                f"not there on a machine with AMD GPUs: ROCm's is {other}{renamed}.",
                start,
                end,
                name=match.group().decode(),
            )
