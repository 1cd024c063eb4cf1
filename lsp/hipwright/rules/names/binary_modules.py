"""API015: modules of PTX and cubin, which no AMD GPU loads."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Finding, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import code_of
from hipwright.rules.warp._lexing import parentheses_at
from hipwright.settings import Settings
from hipwright.source import Source

_CALL = regex(
    rb"(?:cu|hip)(?:ModuleLoad|LibraryLoadFromFile|LinkAddFile)(?:_v2)?(?=\s*\()"
    rb"|CU_JIT_INPUT_(?:PTX|CUBIN)(?!\w)|hipJitInput(?:Ptx|Cubin)(?!\w)"
)
_FILE = regex(rb'"[^"\n]*\.(?:ptx|cubin)"')


class BinaryModules(FileRule):
    """HIP loads code objects of AMD GPUs; PTX and cubin files are for NVIDIA's.

    hipcc writes a code object with `--genco`; a program that compiles at run time gets one from
    hiprtcGetCode.
    """

    code = "API015"
    title = "Module of PTX or cubin"
    severity = Severity.ERROR
    source = "HIP documentation: porting guide, cuModule and hipModule"
    hazards = ("HW317",)
    triggers = (
        b'.ptx"',
        b'.cubin"',
        b"_INPUT_PTX",
        b"_INPUT_CUBIN",
        b"JitInputPtx",
        b"JitInputCubin",
    )
    affected_by = regex(rb"ptx|cubin|PTX|CUBIN|Ptx|Cubin|Module|Load|Link")
    examples = (
        Example(
            'void f() { cuModuleLoad(&module, "kernel.ptx"); }\n',
            'void f() { cuModuleLoad(&module, "kernel.ptx"); }\n',
        ),
        Example(
            "void f() { cuLinkAddData(s, CU_JIT_INPUT_PTX, p, n, 0, 0, 0, 0); }\n",
            "void f() { cuLinkAddData(s, CU_JIT_INPUT_PTX, p, n, 0, 0, 0, 0); }\n",
        ),
        Example('void f() { cuModuleLoad(&module, "kernel.co"); }\n', None),
        Example('const char *name = "kernel.ptx"; // cuModuleLoad(&m, "k.ptx")\n', None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        content = source.content
        for match in code.words(_CALL):
            start, end = match.span()
            if not code.is_code(start, end):
                continue
            if b"oad" in match.group() or b"AddFile" in match.group():
                call = parentheses_at(content, end, len(content))
                if call is None or not _FILE.search(content, call.start, call.end):
                    continue
            yield Finding(
                self.code,
                self.severity,
                "AMD GPUs load neither PTX nor cubin: build a code object with `hipcc --genco`, "
                "or compile at run time with hipRTC.",
                start,
                end,
                name=match.group().decode(),
            )
