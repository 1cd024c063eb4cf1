"""half and bfloat16: every value converts as NumPy does, and arithmetic is rounded once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

Run = Callable[..., str]

HALF = r"""
#include <cuda_fp16.h>
#include <cuda_bf16.h>
#include <cstdio>
#include <vector>

template <typename T>
std::vector<T> read(const char* name) {
    std::vector<T> all(1 << 20);
    FILE* file = fopen(name, "rb");
    all.resize(fread(all.data(), sizeof(T), all.size(), file));
    fclose(file);
    return all;
}
template <typename T>
void write(const char* name, const std::vector<T>& all) {
    FILE* file = fopen(name, "wb");
    fwrite(all.data(), sizeof(T), all.size(), file);
    fclose(file);
}

int main() {
    std::vector<float> widened, bf_widened;
    for (unsigned i = 0; i < 65536; ++i) {
        widened.push_back(__half2float(__ushort_as_half(static_cast<unsigned short>(i))));
        bf_widened.push_back(
            __bfloat162float(__ushort_as_bfloat16(static_cast<unsigned short>(i))));
    }
    write("widened", widened);
    write("bf_widened", bf_widened);

    std::vector<unsigned short> from_float, from_double, down, up, zero, bf_from_float;
    for (float x : read<float>("floats")) {
        from_float.push_back(__half_as_ushort(__float2half(x)));
        down.push_back(__half_as_ushort(__float2half_rd(x)));
        up.push_back(__half_as_ushort(__float2half_ru(x)));
        zero.push_back(__half_as_ushort(__float2half_rz(x)));
        bf_from_float.push_back(__bfloat16_as_ushort(__float2bfloat16(x)));
    }
    for (double x : read<double>("doubles")) {
        from_double.push_back(__half_as_ushort(__double2half(x)));
    }
    write("from_float", from_float);
    write("from_double", from_double);
    write("down", down);
    write("up", up);
    write("zero", zero);
    write("bf_from_float", bf_from_float);

    std::vector<unsigned short> sums, products, quotients, roots, fused;
    const auto a = read<unsigned short>("a"), b = read<unsigned short>("b");
    const auto c = read<unsigned short>("c");
    for (size_t i = 0; i < a.size(); ++i) {
        const __half x = __ushort_as_half(a[i]), y = __ushort_as_half(b[i]);
        sums.push_back(__half_as_ushort(x + y));
        products.push_back(__half_as_ushort(x * y));
        quotients.push_back(__half_as_ushort(__hdiv(x, y)));
        roots.push_back(__half_as_ushort(hsqrt(__habs(x))));
        fused.push_back(__half_as_ushort(__hfma(x, y, __ushort_as_half(c[i]))));
    }
    write("sums", sums);
    write("products", products);
    write("quotients", quotients);
    write("roots", roots);
    write("fused", fused);
}
"""


def same(found: np.ndarray, expected: np.ndarray) -> None:
    """Equal bits, but for which NaN it is."""
    bits = f"u{expected.dtype.itemsize}"
    different = (found.view(bits) != expected.view(bits)) & ~(np.isnan(found) & np.isnan(expected))
    places = np.flatnonzero(different)
    assert not places.size, (places[:5], found[places[:5]], expected[places[:5]])


def directed(values: np.ndarray, toward: float) -> np.ndarray:
    """float32 → float16 rounded towards -inf or +inf."""
    with np.errstate(over="ignore", invalid="ignore"):
        nearest = values.astype(np.float16)
        wrong = (
            nearest.astype(np.float32) > values
            if toward < 0
            else nearest.astype(np.float32) < values
        )
        return np.where(wrong, np.nextafter(nearest, np.float16(toward)), nearest)


@pytest.mark.parametrize("hardware", [True, False], ids=["hardware", "software"])
def test_against_numpy(run_program: Run, tmp_path: Path, hardware: bool) -> None:
    random = np.random.default_rng(1)
    every_half = np.arange(65536, dtype=np.uint16)
    exact = every_half.view(np.float16).astype(np.float32)
    finite = np.sort(exact[np.isfinite(exact)])
    ties = (finite[1:] + finite[:-1]) / 2  # exact in float32
    floats = np.concatenate(
        [
            exact, ties, np.nextafter(ties, np.float32(np.inf)),
            np.nextafter(ties, -np.float32(np.inf)),
            random.integers(0, 2**32, 100_000, dtype=np.uint64).astype(np.uint32).view(np.float32),
            np.array([65519, 65520, 65536, 1e30, -65520, 1e-40, 2.0**-25, 0, -0.0], np.float32),
        ]
    )  # fmt: skip
    doubles = np.concatenate(
        [ties * (1 + 2.0**-50), ties * (1 - 2.0**-50), [1e300, 1e-300, 5e-324]]
    )
    a, b, c = (random.integers(0, 65536, 50_000, dtype=np.uint16) for _ in range(3))
    for name, array in {"floats": floats, "doubles": doubles, "a": a, "b": b, "c": c}.items():
        array.tofile(tmp_path / name)

    flags = () if hardware else ("-mno-f16c", "-U__FLT16_MANT_DIG__")
    run_program(HALF, flags=flags)

    def result(name: str, kind: type) -> np.ndarray:
        return np.fromfile(tmp_path / name, kind)

    same(result("widened", np.float32), exact)
    same(result("bf_widened", np.float32), (every_half.astype(np.uint32) << 16).view(np.float32))
    with np.errstate(all="ignore"):
        same(result("from_float", np.float16), floats.astype(np.float16))
        same(result("from_double", np.float16), doubles.astype(np.float16))
        same(result("down", np.float16), directed(floats, -np.inf))
        same(result("up", np.float16), directed(floats, np.inf))
        toward_zero = np.where(floats < 0, directed(floats, np.inf), directed(floats, -np.inf))
        same(result("zero", np.float16), toward_zero.astype(np.float16))

        bits = floats.view(np.uint32).astype(np.uint64)
        rounded = (((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16) << 16).astype(np.uint32)
        found = result("bf_from_float", np.uint16).astype(np.uint32) << 16
        nan = np.isnan(floats)
        same(found.view(np.float32), np.where(nan, np.float32(np.nan), rounded.view(np.float32)))

        x, y, z = (array.view(np.float16).astype(np.longdouble) for array in (a, b, c))
        same(result("sums", np.float16), (x + y).astype(np.float16))
        same(result("products", np.float16), (x * y).astype(np.float16))
        quotients = (x.astype(np.float32) / y.astype(np.float32)).astype(np.float16)
        same(result("quotients", np.float16), quotients)
        same(result("roots", np.float16), np.sqrt(np.abs(x)).astype(np.float16))
        # 22 bits of a product and 11 of a summand, at most 80 binary places apart.
        same(result("fused", np.float16), fused(x, y, z))


def fused(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    """x y + z, rounded once: exact in integers of units 2^-48."""
    out = np.empty(x.shape, np.float16)
    plain = (x * y + z).astype(np.float16)  # where it is not finite
    for i, (a, b, c) in enumerate(zip(x.tolist(), y.tolist(), z.tolist(), strict=True)):
        if not (np.isfinite(a) and np.isfinite(b) and np.isfinite(c)):
            out[i] = plain[i]
            continue
        units = int(a * 2**24) * int(b * 2**24) + (int(c * 2**24) << 24)
        out[i] = round_units(units) if units else plain[i]
    return out


def round_units(units: int) -> np.float16:
    """units times 2^-48 as the nearest half, ties to even."""
    sign, units = (-1.0, -units) if units < 0 else (1.0, units)
    drop = max(units.bit_length() - 11, 24)
    kept, rest = units >> drop, units & ((1 << drop) - 1)
    half = 1 << (drop - 1)
    kept += rest > half or (rest == half and bool(kept & 1))
    value = kept * 2.0 ** (drop - 48)
    return np.float16(sign * (value if value < 65520 else np.inf))


def test_functions_of_pairs(run_program: Run) -> None:
    output = run_program(
        r"""
#include <hip/hip_fp16.h>
#include <hip/hip_bf16.h>
#include <cstdio>
int main() {
    const __half2 a = __floats2half2_rn(1.5f, -2.0f), b = __float2half2_rn(0.25f);
    const __half2 sum = a + b, swapped = __lowhigh2highlow(a), most = __hmax2(a, b);
    printf("%g %g %g %g %g %g\n", __low2float(sum), __high2float(sum), __low2float(swapped),
           __high2float(swapped), __low2float(most), __high2float(most));
    const __half nan = __ushort_as_half(0x7e00), one = 1.0f;
    printf("%d %d %d %d %d\n", __hlt(one, nan), __hltu(one, nan), __hisnan(nan), nan == nan,
           one != nan);
    printf("%g %g %g\n", __half2float(__hmax(one, nan)), __half2float(__hadd_sat(one, one)),
           __half2float(__hsub_sat(-one, one)));
    printf("%d %d %d %d\n", __half2int_rn(__half(2.5f)), __half2int_rz(__half(-2.5f)),
           __half2int_ru(__half(2.25f)), __half2int_rd(__half(-2.25f)));
    printf("%u %g\n", __hgt2_mask(a, b), __half2float(__ll2half_rn(9007199254740993LL)));
    const __hip_bfloat16 big = __ll2bfloat16_rn((1LL << 60) + (1LL << 52) + 1);
    printf("%a %a\n", __bfloat162float(big), static_cast<float>(__int2half_rz(2049)));
}
""",
        "hip",
    )
    assert output.splitlines() == [
        "1.75 -1.75 -2 1.5 1.5 0.25",
        "0 1 1 0 1",
        "1 1 0",
        "2 -2 3 -3",
        "65535 inf",
        "0x1.02p+60 0x1p+11",
    ]


def test_arithmetic_of_bfloat16_is_rounded_once(run_program: Run) -> None:
    output = run_program(
        r"""
#include <cuda_bf16.h>
#include <cstdio>
int main() {
    // The product lies halfway between two numbers, and what is added decides: 1.0078125 * 1.5.
    const __nv_bfloat16 a = 1.0078125f, b = 1.5f;
    for (float tiny : {0.0f, 0x1p-120f, -0x1p-120f}) {
        printf("%a\n", __bfloat162float(__hfma(a, b, __nv_bfloat16(tiny))));
    }
}
"""
    )
    assert output.split() == ["0x1.84p+0", "0x1.84p+0", "0x1.82p+0"]
