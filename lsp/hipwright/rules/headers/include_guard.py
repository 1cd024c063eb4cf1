"""HEADER004: code that asks whether a CUDA header was included."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tree_sitter import Node

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, SyntaxRule
from hipwright.settings import Settings
from hipwright.source import Source

# The guard in CUDA's header, and the one in the HIP header that takes its place.
_GUARDS = {
    b"__CUDA_RUNTIME_H__": b"HIP_INCLUDE_HIP_HIP_RUNTIME_H",
    b"__CUDA_RUNTIME_API_H__": b"HIP_INCLUDE_HIP_HIP_RUNTIME_API_H",
    b"__cuda_cuda_h__": b"HIP_INCLUDE_HIP_HIP_RUNTIME_API_H",
    b"__DRIVER_TYPES_H__": b"HIP_INCLUDE_HIP_DRIVER_TYPES_H",
    b"CUBLAS_API_H_": b"HIPBLAS_H",
    b"_CUFFT_H_": b"HIPFFT_H_",
    b"CURAND_H_": b"HIPRAND_H_",
}
_WORD = regex(rb"\w+")


class IncludeGuard(SyntaxRule):
    """HIP's headers have other include guards: code under a CUDA guard silently disappears."""

    code = "HEADER004"
    title = "Include guard of a CUDA header"
    severity = Severity.WARNING
    settled = True
    source = (
        "hip/hip_runtime.h, hip/driver_types.h of HIP 5.2 and 7.1; hipblas.h, hipfft.h, hiprand.h"
    )
    triggers = tuple(_GUARDS)
    pattern = """
    [
      (preproc_ifdef name: (identifier) @condition)
      (preproc_if condition: (_) @condition)
    ]
    """
    examples = (
        Example(
            "#ifdef __DRIVER_TYPES_H__\nint has_runtime;\n#endif\n",
            "#ifdef HIP_INCLUDE_HIP_DRIVER_TYPES_H\nint has_runtime;\n#endif\n",
        ),
        Example(
            "#if defined(CUBLAS_API_H_) && 1\nint has_blas;\n#endif\n",
            "#if defined(HIPBLAS_H) && 1\nint has_blas;\n#endif\n",
        ),
        Example(
            "#ifndef CURAND_H_\n#define CURAND_H_\nint mine;\n#endif\n",
            None,
            why="the header whose own guard it is",
        ),
    )

    def check(
        self, captures: dict[str, list[Node]], source: Source, settings: Settings
    ) -> Iterable[Finding]:
        condition = captures["condition"][0]
        for match in _WORD.finditer(source.text_of(condition)):
            guard = match.group()
            counterpart = _GUARDS.get(guard)
            if counterpart is None or _is_defined_in(condition, guard, source):
                continue
            start = condition.start_byte + match.start()
            end = condition.start_byte + match.end()
            yield Finding(
                self.code,
                self.severity,
                f"`{guard.decode()}` is never defined with HIP, so that this code disappears: "
                f"HIP's header defines `{counterpart.decode()}`",
                start,
                end,
                (Fix(f"Ask for {counterpart.decode()}", (Edit(start, end, counterpart),)),),
                name=guard.decode(),
            )


def _is_defined_in(condition: Node, guard: bytes, source: Source) -> bool:
    """Whether the branch that a guard opens defines it: then it is the guard's own header."""
    branch = condition.parent
    if branch is None:
        return False
    define = re.compile(rb"#[ \t]*define[ \t]+" + re.escape(guard) + rb"\b")
    return define.search(source.text_of(branch)) is not None
