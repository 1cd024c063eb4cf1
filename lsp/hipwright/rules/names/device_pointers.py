"""API014: arithmetic on the driver's device pointers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.source.names import is_text

_DECLARED = regex(
    rb"\b(?:CUdeviceptr|hipDeviceptr_t)\s+(?!operator)((?:\w+\s*(?:=[^,;()]*)?,\s*)*\w+)"
)
_NAME = regex(rb"(\w+)\s*(?:=[^,]*)?(?:,|$)")


class DevicePointerArithmetic(FileRule):
    """A CUdeviceptr is an integer, a hipDeviceptr_t a `void *`: nothing can be added to it."""

    code = "API014"
    title = "Arithmetic on a device pointer of the driver"
    severity = Severity.ERROR
    source = "hip_runtime_api.h of HIP 7.1: typedef void *hipDeviceptr_t"
    hazards = ("HW321",)
    triggers = (b"CUdeviceptr", b"hipDeviceptr_t")
    examples = (
        Example(
            "void f() { CUdeviceptr p; cuMemcpyHtoD(p + n, a, n); }",
            "void f() { CUdeviceptr p; cuMemcpyHtoD(p + n, a, n); }",
            alternative="void f() { CUdeviceptr p; "
            "cuMemcpyHtoD((hipDeviceptr_t)((char *)p + n), a, n); }",
            around="size_t n; void *a;\n@",
        ),
        Example("void f() { CUdeviceptr p; g(&p, *p); q[p] = 1; x = a + p.n; }", None),
    )

    def looks(self, settings: Settings) -> bool:
        return not settings.hipify

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        content = source.content
        names: set[bytes] = set()
        for declaration in _DECLARED.finditer(content):
            names.update(match.group(1) for match in _NAME.finditer(declaration.group(1)))
        if not names:
            return
        words = b"|".join(re.escape(name) for name in sorted(names))
        sums = re.compile(rb"(?<![\w.>)*])\b(" + words + rb")\s*([-+])\s*(\w+)\b(?!\s*[(\[.*/]|->)")
        matches = list(sums.finditer(content))
        hidden = [is_text(source, *match.span()) for match in matches]
        for match, is_hidden in zip(matches, hidden, strict=True):
            if is_hidden or match[3] in names:
                continue
            start, end = match.span()
            text = b"(hipDeviceptr_t)((char *)%b %b %b)" % match.groups()
            yield Finding(
                self.code,
                self.severity,
                "nothing can be added to a hipDeviceptr_t, which is a `void *`",
                start,
                end,
                (Fix("Count in bytes", (Edit(start, end, text),), safe=False),),
            )
