"""LIB006: math modes of cuBLAS that hipBLAS does not take."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import code_of
from hipwright.settings import Settings
from hipwright.source import Source

_SETS = regex(rb"(?:cu|hip)blasSetMathMode(?!\w)")
_MODE = regex(
    rb"(?P<library>CU|HIP)BLAS_(?:TENSOR_OP_MATH|TF32_TENSOR_OP_MATH|PEDANTIC_MATH)(?!\w)"
)


class MathModes(FileRule):
    """hipBLAS takes its default math mode and HIPBLAS_XF32_XDL_MATH; for CUDA's other modes
    hipblasSetMathMode returns HIPBLAS_STATUS_NOT_SUPPORTED, and changes nothing.

    Matrix units are used without a mode on AMD. Products of `float` keep their precision by
    default, where TF32 rounds them; XF32 does so on gfx942 alone.
    """

    code = "LIB006"
    title = "Math mode that hipBLAS does not take"
    severity = Severity.INFO
    source = "hipBLAS 2.3: hipblasSetMathMode for AMD; HIP documentation: hardware features (XF32)"
    hazards = ("HW226",)
    triggers = (b"blasSetMathMode",)
    affected_by = regex(rb"MathMode|_MATH")
    examples = (
        Example(
            "void f(cublasHandle_t h) { cublasSetMathMode(h, CUBLAS_TF32_TENSOR_OP_MATH); }\n",
            "void f(cublasHandle_t h) { cublasSetMathMode(h, CUBLAS_TF32_TENSOR_OP_MATH); }\n",
            alternative="void f(cublasHandle_t h) { cublasSetMathMode(h, CUBLAS_DEFAULT_MATH); }\n",
            around="#include <cublas_v2.h>\n@",
        ),
        Example(
            "void f(cublasHandle_t h) { cublasSetMathMode(h, CUBLAS_DEFAULT_MATH); }\n",
            None,
        ),
        Example("cublasMath_t mode() { return CUBLAS_TENSOR_OP_MATH; }\n", None),
        Example("// cublasSetMathMode(h, CUBLAS_TENSOR_OP_MATH);\n", None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        for _, call in code.calls_of(_SETS):
            if len(call.arguments) != 2:
                continue
            for mode in _MODE.finditer(source.content, *call.arguments[1]):
                new = mode["library"] + b"BLAS_DEFAULT_MATH"
                yield Finding(
                    self.code,
                    self.severity,
                    "hipBLAS takes no such mode on AMD: the call returns "
                    "HIPBLAS_STATUS_NOT_SUPPORTED. Matrix units need none.",
                    *mode.span(),
                    (Fix("Keep the default mode", (Edit(*mode.span(), new),), safe=False),),
                    name=mode.group().decode(),
                )
