"""Math and integer intrinsics against exact results."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from fractions import Fraction

import pytest

Run = Callable[..., str]


def lines(output: str) -> list[str]:
    return output.splitlines()


def test_integer_intrinsics(run_program: Run) -> None:
    output = run_program(
        r"""
#include <cstdio>
int main() {
    printf("%d %d %d %d\n", __clz(0), __clz(1), __clzll(0), __clzll(1LL << 40));
    printf("%d %d %d %d\n", __ffs(0), __ffs(8), __ffsll(0), __ffsll(1LL << 40));
    printf("%d %d %x %llx\n", __popc(0xff00ff), __popcll(~0ull), __brev(1), __brevll(2));
    printf("%x %x %x\n", __byte_perm(0x44332211, 0x88776655, 0x7531),
           __byte_perm(0x44332211, 0x88776655, 0x3210), __byte_perm(0x80, 0, 0x8888));
    printf("%x %x %x %x\n", __funnelshift_l(0x80000000, 1, 33), __funnelshift_lc(5, 1, 40),
           __funnelshift_r(1, 3, 1), __funnelshift_rc(1, 7, 32));
    printf("%d %u %lld %llu\n", __mulhi(-5, 1 << 30), __umulhi(~0u, ~0u), __mul64hi(-1, 2),
           __umul64hi(~0ull, ~0ull));
    printf("%d %d %u\n", __mul24(-3, 5), __mul24(0x800000, 1), __umul24(0xffffffff, 2));
    printf("%d %d %u %u\n", __hadd(-3, -4), __rhadd(-3, -4), __uhadd(~0u, ~0u), __urhadd(1, 2));
    printf("%u %u %d\n", __sad(-5, 7, 1), __usad(7, 5, 1), __fns(0x1011, 0, 2));
    printf("%d %u %d\n", __dp4a(0x01ff02fe, 0x01010101, 10), __dp4a(0xffffffffu, 0x01010101u, 0u),
           __dp2a_hi(0x00020003, 0x05040000, 1));
    printf("%x %x %x %x\n", __vadd4(0xff01ff01, 0x01010101), __vaddss2(0x7fff8000, 0x00018000),
           __vsubus4(0x05050505, 0x06040506), __vabsdiffu4(0x0a0b0c0d, 0x0d0c0b0a));
    printf("%x %x %x %u\n", __vcmpgtu4(0x01020304, 0x01010505), __vseteq2(0x00010002, 0x00010003),
           __vavgs2(0xffff0003, 0xfffe0004), __vsadu4(0x01020304, 0x04030201));
    bool high, low;
    const unsigned most = __vibmax_s16x2(0x0001fffe, 0x0002fffd, &high, &low);
    printf("%d %d %x %x %x %d %d\n", __vimax3_s32(-1, 5, 3), __viaddmin_s32_relu(-9, 2, 4),
           __viaddmax_s16x2(0x0001ffff, 0x0002ffff, 0x0000fffd),
           __vimin_s16x2_relu(0xfffe0003, 0x00010002), most, high, low);
}
"""
    )
    assert lines(output) == [
        "32 31 64 23",
        "0 4 0 41",
        "16 64 80000000 4000000000000000",
        "88664422 44332211 80808080",
        "3 5 80000000 7",
        "-2 4294967294 -1 18446744073709551614",
        "-15 -8388608 33554430",
        "-4 -3 4294967295 2",
        "13 3 4",
        "10 1020 23",
        "20002 7fff8000 10000 3010103",
        "ff0000 10000 fffe0004 8",
        "5 0 3fffe 2 2fffe 0 1",
    ]


def test_conversions_saturate(run_program: Run) -> None:
    source = r"""
#include <cstdio>
int main() {
    const float nan = __int_as_float(0x7fffffff);
    printf("%d %d %d %d\n", __float2int_rn(2.5f), __float2int_rz(-2.5f), __float2int_ru(2.1f),
           __float2int_rd(-2.1f));
    printf("%d %d %u %u\n", __float2int_rn(3e9f), __float2int_rn(-3e9f), __float2uint_rn(5e9f),
           __float2uint_rz(-1.0f));
    printf("%d %llx %x\n", __float2int_rz(nan), __float2ll_rz(nan), __double2int_rz(nan));
    printf("%lld %llu\n", __double2ll_rn(1e19), __double2ull_rn(1e20));
    printf("%a %a\n", __int2float_rz(16777217), __int2float_ru(16777217));
    printf("%a %a %a\n", __double2float_rd(0.1), __double2float_ru(0.1), __ull2float_ru(~0ull));
    printf("%x %x %a\n", __double2hiint(1.5), __double2loint(0.1), __hiloint2double(0x3ff80000, 0));
    printf("%g %g %g\n", __saturatef(1.5f), __saturatef(-1.0f), __saturatef(nan));
    printf("%g %g %g %d\n", max(1.0f, nan), min(nan, 2.0f), max(1.0, 2.0), max(-1, 1));
}
"""
    cuda, hip = run_program(source), run_program(source, "hip")
    assert lines(cuda) == [
        "2 -2 3 -3",
        "2147483647 -2147483648 4294967295 0",
        "0 8000000000000000 80000000",
        "9223372036854775807 18446744073709551615",
        "0x1p+24 0x1.000002p+24",
        "0x1.999998p-4 0x1.99999ap-4 0x1p+64",
        "3ff80000 9999999a 0x1.8p+0",
        "1 0 0",
        "1 2 2 1",
    ]
    assert lines(hip) == [*lines(cuda)[:2], "0 0 0", *lines(cuda)[3:]]


def as_float(value: Fraction, mode: str) -> float:
    """The float32 next to an exact value in a direction."""
    nearest = struct.unpack("f", struct.pack("f", float(value)))[0]

    def step(x: float, up: bool) -> float:
        bits = struct.unpack("i", struct.pack("f", x))[0]
        return float(struct.unpack("f", struct.pack("i", bits + (1 if (x > 0) == up else -1)))[0])

    above = nearest if Fraction(nearest) >= value else step(nearest, True)
    below = nearest if Fraction(nearest) <= value else step(nearest, False)
    if mode == "rz":
        mode = "rd" if value > 0 else "ru"
    return {"rd": below, "ru": above, "rn": nearest}[mode]


def test_directed_rounding(run_program: Run) -> None:
    pairs = [(1.1, 2.3), (1e10, 1.0), (-3.7, 1e-3), (-1e-20, 1.0), (16777215.0, 0.3)]
    floats = [tuple(struct.unpack("ff", struct.pack("ff", *pair))) for pair in pairs]
    calls = "".join(
        f'printf("%a %a %a\\n", __fadd_{mode}({a!r}f, {b!r}f), __fmul_{mode}({a!r}f, {b!r}f), '
        f"__fdiv_{mode}({a!r}f, {b!r}f));\n"
        for a, b in floats
        for mode in ("rn", "rz", "rd", "ru")
    )
    output = run_program("#include <cstdio>\nint main() {\n" + calls + "}")
    expected = []
    for a, b in floats:
        x, y = Fraction(a), Fraction(b)
        for mode in ("rn", "rz", "rd", "ru"):
            expected.append([as_float(value, mode) for value in (x + y, x * y, x / y)])
    assert [[float.fromhex(word) for word in line.split()] for line in lines(output)] == expected


def test_functions(run_program: Run) -> None:
    """Against identities and tables (Abramowitz and Stegun)."""
    output = run_program(
        r"""
#include <cstdio>
int main() {
    printf("%.17g %.17g %.17g\n", sinpi(1.0), cospi(0.5), sinpi(1e15 + 0.5));
    printf("%.9g %.9g\n", sinpif(0.5f), cospif(1.0f));
    printf("%.17g %.17g %.17g\n", erfinv(0.5), erfcinv(1e-100), normcdfinv(0.975));
    printf("%.17g %.17g %.17g\n", erfcx(1.0), erfcx(30.0), erfcx(-1.0));
    printf("%.17g %.17g\n", cyl_bessel_i0(1.0), cyl_bessel_i1(1.0));
    printf("%.17g %.17g %.17g\n", rsqrt(2.0), rcbrt(8.0), normcdf(-10.0));
    printf("%.17g %.17g %.9g\n", norm3d(1.0, 2.0, 2.0), rnorm4d(1.0, 1.0, 1.0, 1.0),
           rhypotf(3.0f, 4.0f));
    printf("%.17g %.17g\n", norm3d(1e200, 1e200, 1e200), exp10(2.0));
    printf("%.9g %.9g %.9g\n", __expf(1.0f), __powf(2.0f, 10.0f), __fdividef(1.0f, 3.0f));
    printf("%g %g %g\n", erfinv(1.0), erfinv(-0.0), erfcinv(2.0));
}
"""
    )
    rows = [[float(word) for word in line.split()] for line in lines(output)]
    expected = [
        [0, 0, 1],
        [1, -1],
        [0.47693627620446987, 15.065574702593, 1.9599639845400538],
        [0.427583576155807, 0.018795888861416751, 5.0089800807622833],
        [1.2660658777520084, 0.56515910399248503],
        [math.sqrt(0.5), 0.5, 7.6198530241605261e-24],
        [3, 0.5, 0.200000003],
        [1.7320508075688772e200, 100],
        [2.71828183, 1024, 0.333333343],
        [math.inf, 0, -math.inf],
    ]
    for found, wanted in zip(rows, expected, strict=True):
        assert found == pytest.approx(wanted, rel=1e-13 if wanted[0] != 2.71828183 else 1e-7)


def test_vector_types(run_program: Run) -> None:
    cuda = run_program(
        r"""
#include <cstdio>
// A program's own operators, as helper_math.h has them.
inline __host__ __device__ float4 operator+(float4 a, float4 b) {
    return make_float4(a.x + b.x, a.y + b.y, a.z + b.z, a.w + b.w);
}
int main() {
    const float4 sum = make_float4(1, 2, 3, 4) + float4{1, 1, 1, 1};
    const dim3 size(4, 2);
    const uint3 part = size;
    printf("%g %g %u %u %u\n", sum.x, sum.w, size.z, part.x, part.y);
    printf("%zu %zu %zu %zu %zu\n", sizeof(float3), alignof(float4), alignof(double4),
           sizeof(uchar3), alignof(int2));
}
"""
    )
    assert lines(cuda) == ["2 5 1 4 2", "12 16 16 3 8"]
    hip = run_program(
        r"""
#include <cstdio>
int main() {
    float4 v = make_float4(1, 2, 3, 4);
    v = v * 2.0f + v;
    v += 1;
    v.x = v[1];
    const int2 i = {7, 9};
    printf("%g %g %d %d %d\n", v.x, v.w, (i % 4).x, (i << 1).y, i == make_int2(7, 9));
    printf("%zu %zu %zu\n", sizeof(float3), alignof(float4), alignof(double4));
}
""",
        "hip",
    )
    assert lines(hip) == ["7 13 3 18 1", "12 16 32"]


def test_complex(run_program: Run) -> None:
    output = run_program(
        r"""
#include <cuComplex.h>
#include <cstdio>
int main() {
    const cuDoubleComplex a = make_cuDoubleComplex(1, 2), b = make_cuDoubleComplex(3, -1);
    const cuDoubleComplex product = cuCmul(a, b), quotient = cuCdiv(product, b);
    printf("%g %g %g %g %g\n", product.x, product.y, quotient.x, quotient.y, cuCabs(b));
    const cuFloatComplex conjugate = cuConjf(make_cuFloatComplex(2, 3));
    const cuFloatComplex sum = cuCaddf(make_cuFloatComplex(1, 1), conjugate);
    printf("%g %g\n", cuCrealf(sum), cuCimagf(sum));
}
"""
    )
    assert lines(output) == ["5 5 1 2 3.16228", "3 -2"]


@pytest.mark.parametrize("dialect", ["cuda", "hip"])
def test_max_beside_the_standard_library(run_program: Run, dialect: str) -> None:
    source = r"""
#include <algorithm>
#include <cstdio>
#include <string>
using namespace std;
int main() {
    size_t most = 0;
    for (const char* text : {"a", "abc", "ab"}) most = max(most, string(text).length());
    const short low = min<short>(3, -4);
    printf("%zu %d %u %lld\n", most, low, max(1u, 4000000000u), min(-5ll, 2ll));
}
"""
    assert run_program(source, dialect) == "3 -4 4000000000 -5\n"
