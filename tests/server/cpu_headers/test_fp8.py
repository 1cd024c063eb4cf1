"""fp8: every value of each format, against its definition."""

from __future__ import annotations

import math
from collections.abc import Callable

Run = Callable[..., str]


def decoded(bits: int, exponent_bits: int, bias: int, kind: str) -> float:
    """The value of a byte, by the formats' documents."""
    mantissa_bits = 7 - exponent_bits
    magnitude, sign = bits & 0x7F, -1.0 if bits & 0x80 else 1.0
    if kind == "fnuz":
        if bits == 0x80:
            return math.nan
    elif kind == "e4m3":
        if magnitude == 0x7F:
            return math.nan
    elif magnitude >= 0x7C:
        return sign * math.inf if magnitude == 0x7C else math.nan
    exponent, fraction = magnitude >> mantissa_bits, magnitude & ((1 << mantissa_bits) - 1)
    if exponent:
        return sign * (1 + fraction / 2**mantissa_bits) * 2.0 ** (exponent - bias)
    return sign * (fraction / 2**mantissa_bits) * 2.0 ** (1 - bias)


SOURCE = r"""
#include <%(header)s>
#include <cstdio>
template <typename T>
void all() {
    for (int i = 0; i < 256; ++i) {
        T value;
        value.__x = static_cast<unsigned char>(i);
        const float wide = static_cast<float>(value);
        printf("%%a %%d\n", wide, static_cast<int>(T(wide).__x));
    }
}
int main() {
    %(calls)s
}
"""


def check(output: str, formats: list[tuple[int, int, str]]) -> None:
    rows = [line.split() for line in output.splitlines()]
    for number, (exponent_bits, bias, kind) in enumerate(formats):
        for bits, (value, again) in enumerate(rows[256 * number : 256 * (number + 1)]):
            expected = decoded(bits, exponent_bits, bias, kind)
            found = float.fromhex(value)
            if math.isnan(expected):
                assert math.isnan(found), bits
            else:
                assert found == expected, bits
                saturated = bits - 1 if math.isinf(expected) else bits
                assert int(again) == saturated, bits


def test_cuda(run_program: Run) -> None:
    calls = "all<__nv_fp8_e4m3>(); all<__nv_fp8_e5m2>();"
    output = run_program(SOURCE % {"header": "cuda_fp8.h", "calls": calls})
    check(output, [(4, 7, "e4m3"), (5, 15, "e5m2")])


def test_hip(run_program: Run) -> None:
    names = ("e4m3", "e5m2", "e4m3_fnuz", "e5m2_fnuz")
    calls = " ".join(f"all<__hip_fp8_{name}>();" for name in names)
    output = run_program(SOURCE % {"header": "hip/hip_fp8.h", "calls": calls}, "hip")
    check(output, [(4, 7, "e4m3"), (5, 15, "e5m2"), (4, 8, "fnuz"), (5, 16, "fnuz")])


def test_rounding_and_saturation(run_program: Run) -> None:
    output = run_program(
        r"""
#include <cuda_fp8.h>
#include <cstdio>
int main() {
    for (float x : {1.0625f, 1.1875f, 463.0f, 465.0f, 1e9f, -1e9f, 1e-9f}) {
        printf("%x %x %x ", __nv_cvt_float_to_fp8(x, __NV_SATFINITE, __NV_E4M3),
               __nv_cvt_float_to_fp8(x, __NV_NOSAT, __NV_E4M3),
               __nv_cvt_float_to_fp8(x, __NV_NOSAT, __NV_E5M2));
    }
    const __nv_fp8x2_e4m3 pair(make_float2(1.0f, -2.0f));
    const float2 back = static_cast<float2>(pair);
    printf("%g %g %x\n", back.x, back.y, pair.__x);
}
"""
    )
    assert " ".join(output.split()) == (
        "38 38 3c 3a 3a 3d 7e 7e 5f 7e 7f 5f 7e 7f 7c fe ff fc 0 0 0 1 -2 c038"
    )
