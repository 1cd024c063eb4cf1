// 8-bit floating point of cuda_fp8.h and hip/hip_fp8.h: e4m3 and e5m2 as the Open Compute Project
// defines them, and on HIP the FNUZ forms of the MI300 (no infinities, no negative zero).
#pragma once

#include "bfloat16.h"
#include "config.h"
#include "half.h"
#include "small_float.h"

namespace hipwright {

// `largest` is the greatest finite number's bits, `nan` those of not-a-number; an `infinity` of 0
// says that there is none.
template <int exponent_bits, int mantissa_bits, int bias, unsigned largest, unsigned nan,
          unsigned infinity>
struct Fp8Format {
    static constexpr bool has_negative_zero = nan != 0x80;

    static double to_double(unsigned bits) {
        const unsigned magnitude = bits & 0x7f;
        if (bits == nan || (has_negative_zero && magnitude == (nan & 0x7f))) {
            return std::nan("");
        }
        if (infinity && magnitude > largest) {
            return magnitude == infinity ? (bits & 0x80 ? -INFINITY : INFINITY) : std::nan("");
        }
        const int exponent = static_cast<int>(magnitude >> mantissa_bits);
        const unsigned fraction = magnitude & ((1u << mantissa_bits) - 1);
        const double units =
            exponent ? fraction + static_cast<double>(1u << mantissa_bits) : fraction;
        const double value = std::ldexp(units, (exponent ? exponent : 1) - bias - mantissa_bits);
        return bits & 0x80 ? -value : value;
    }
    // To nearest even. Beyond the largest number: it, when saturating, else infinity or NaN.
    static unsigned char from_double(double value, bool saturate) {
        const unsigned sign = std::signbit(value) ? 0x80 : 0;
        if (value != value) return static_cast<unsigned char>(nan);
        const double magnitude = std::fabs(value);
        unsigned bits = 0x7f + 1;
        if (magnitude < 1e30) {
            int exponent = magnitude > 0 ? std::ilogb(magnitude) : 1 - bias;
            if (exponent < 1 - bias) exponent = 1 - bias;
            const double units = std::nearbyint(std::ldexp(magnitude, mantissa_bits - exponent));
            const long field = static_cast<long>(exponent - (1 - bias)) << mantissa_bits;
            const long sum = field + static_cast<long>(units);
            bits = sum > 0x7f ? 0x80 : static_cast<unsigned>(sum);
        }
        if (bits > largest) {
            if (saturate) return static_cast<unsigned char>(sign | largest);
            if (!has_negative_zero) return static_cast<unsigned char>(nan);
            return static_cast<unsigned char>(sign | (infinity ? infinity : nan & 0x7f));
        }
        if (!bits && !has_negative_zero) return 0;
        return static_cast<unsigned char>(sign | bits);
    }
};
using E4M3 = Fp8Format<4, 3, 7, 0x7e, 0x7f, 0>;
using E5M2 = Fp8Format<5, 2, 15, 0x7b, 0x7f, 0x7c>;
using E4M3Fnuz = Fp8Format<4, 3, 8, 0x7f, 0x80, 0>;
using E5M2Fnuz = Fp8Format<5, 2, 16, 0x7f, 0x80, 0>;

}  // namespace hipwright

#ifdef HIPWRIGHT_CUDA
#define HIPWRIGHT_FP8(name) __nv_##name
#define HIPWRIGHT_BF16 __nv_bfloat16
#define HIPWRIGHT_BF162 __nv_bfloat162
enum __nv_saturation_t { __NV_NOSAT, __NV_SATFINITE };
enum __nv_fp8_interpretation_t { __NV_E4M3, __NV_E5M2 };
#define HIPWRIGHT_SATURATE __NV_SATFINITE
#else
#define HIPWRIGHT_FP8(name) __hip_##name
#define HIPWRIGHT_BF16 __hip_bfloat16
#define HIPWRIGHT_BF162 __hip_bfloat162
enum __hip_saturation_t { __HIP_NOSAT = 0, __HIP_SATFINITE = 1 };
enum __hip_fp8_interpretation_t {
    __HIP_E4M3 = 0,
    __HIP_E5M2 = 1,
    __HIP_E4M3_FNUZ = 2,
    __HIP_E5M2_FNUZ = 3
};
#define HIPWRIGHT_SATURATE __HIP_SATFINITE
#endif

using HIPWRIGHT_FP8(fp8_storage_t) = unsigned char;
using HIPWRIGHT_FP8(fp8x2_storage_t) = unsigned short;
using HIPWRIGHT_FP8(fp8x4_storage_t) = unsigned int;

namespace hipwright {
using Interpretation = HIPWRIGHT_FP8(fp8_interpretation_t);
using Saturation = HIPWRIGHT_FP8(saturation_t);

inline unsigned char to_fp8(double value, Saturation saturation, Interpretation kind) {
    const bool saturate = saturation == HIPWRIGHT_SATURATE;
    switch (static_cast<int>(kind)) {
        case 0:
            return E4M3::from_double(value, saturate);
        case 1:
            return E5M2::from_double(value, saturate);
        case 2:
            return E4M3Fnuz::from_double(value, saturate);
        default:
            return E5M2Fnuz::from_double(value, saturate);
    }
}
inline double from_fp8(unsigned char bits, Interpretation kind) {
    switch (static_cast<int>(kind)) {
        case 0:
            return E4M3::to_double(bits);
        case 1:
            return E5M2::to_double(bits);
        case 2:
            return E4M3Fnuz::to_double(bits);
        default:
            return E5M2Fnuz::to_double(bits);
    }
}
inline unsigned short to_fp8_pair(double x, double y, Saturation saturation, Interpretation kind) {
    return static_cast<unsigned short>(to_fp8(x, saturation, kind) | to_fp8(y, saturation, kind)
                                                                         << 8);
}
}  // namespace hipwright

// Conversion functions.
#define HIPWRIGHT_TO_FP8(name, T, expression)                                          \
    inline unsigned char HIPWRIGHT_FP8(cvt_##name##_to_fp8)(                           \
        const T x, hipwright::Saturation saturation, hipwright::Interpretation kind) { \
        return hipwright::to_fp8(expression, saturation, kind);                        \
    }
HIPWRIGHT_TO_FP8(float, float, x)
HIPWRIGHT_TO_FP8(double, double, x)
HIPWRIGHT_TO_FP8(halfraw, __half_raw, static_cast<float>(__half(x)))
HIPWRIGHT_TO_FP8(bfloat16raw, HIPWRIGHT_FP8(bfloat16_raw), static_cast<float>(HIPWRIGHT_BF16(x)))
#undef HIPWRIGHT_TO_FP8
#define HIPWRIGHT_TO_FP8(name, T, first, second)                                       \
    inline unsigned short HIPWRIGHT_FP8(cvt_##name##_to_fp8x2)(                        \
        const T x, hipwright::Saturation saturation, hipwright::Interpretation kind) { \
        return hipwright::to_fp8_pair(first, second, saturation, kind);                \
    }
HIPWRIGHT_TO_FP8(float2, float2, x.x, x.y)
HIPWRIGHT_TO_FP8(double2, double2, x.x, x.y)
HIPWRIGHT_TO_FP8(halfraw2, __half2_raw, static_cast<float>(__half2(x).x),
                 static_cast<float>(__half2(x).y))
HIPWRIGHT_TO_FP8(bfloat16raw2, HIPWRIGHT_FP8(bfloat162_raw),
                 static_cast<float>(HIPWRIGHT_BF162(x).x), static_cast<float>(HIPWRIGHT_BF162(x).y))
#undef HIPWRIGHT_TO_FP8
inline __half_raw HIPWRIGHT_FP8(cvt_fp8_to_halfraw)(const unsigned char x,
                                                    hipwright::Interpretation kind) {
    return __half(hipwright::from_fp8(x, kind));
}
inline __half2_raw HIPWRIGHT_FP8(cvt_fp8x2_to_halfraw2)(const unsigned short x,
                                                        hipwright::Interpretation kind) {
    return __half2(__half(hipwright::from_fp8(static_cast<unsigned char>(x), kind)),
                   __half(hipwright::from_fp8(static_cast<unsigned char>(x >> 8), kind)));
}

// The types: one number, two, four. Conversions into them saturate.
#define HIPWRIGHT_FP8_TYPE(form, kind, Format, dtype)                                             \
    struct HIPWRIGHT_FP8(fp8_##form) {                                                            \
        unsigned char __x;                                                                        \
        static constexpr hipwright::Saturation __default_saturation = HIPWRIGHT_SATURATE;         \
        static constexpr hipwright::Interpretation __default_interpret = kind;                    \
        HIPWRIGHT_FP8(fp8_##form)() = default;                                                    \
        template <typename T, std::enable_if_t<std::is_arithmetic_v<T>>* = nullptr>               \
        explicit HIPWRIGHT_FP8(fp8_##form)(T value)                                               \
            : __x(hipwright::Format::from_double(static_cast<double>(value), true)) {}            \
        explicit HIPWRIGHT_FP8(fp8_##form)(const __half value)                                    \
            : __x(hipwright::Format::from_double(static_cast<float>(value), true)) {}             \
        explicit HIPWRIGHT_FP8(fp8_##form)(const HIPWRIGHT_BF16 value)                            \
            : __x(hipwright::Format::from_double(static_cast<float>(value), true)) {}             \
        template <typename T, std::enable_if_t<std::is_arithmetic_v<T>>* = nullptr>               \
        explicit operator T() const {                                                             \
            return static_cast<T>(hipwright::Format::to_double(__x));                             \
        }                                                                                         \
        explicit operator __half() const { return __half(hipwright::Format::to_double(__x)); }    \
        explicit operator HIPWRIGHT_BF16() const {                                                \
            return HIPWRIGHT_BF16(hipwright::Format::to_double(__x));                             \
        }                                                                                         \
    };                                                                                            \
    struct HIPWRIGHT_FP8(fp8x2_##form) {                                                          \
        unsigned short __x;                                                                       \
        HIPWRIGHT_FP8(fp8x2_##form)() = default;                                                  \
        explicit HIPWRIGHT_FP8(fp8x2_##form)(const float2 f)                                      \
            : __x(hipwright::to_fp8_pair(f.x, f.y, HIPWRIGHT_SATURATE, kind)) {}                  \
        explicit HIPWRIGHT_FP8(fp8x2_##form)(const double2 f)                                     \
            : __x(hipwright::to_fp8_pair(f.x, f.y, HIPWRIGHT_SATURATE, kind)) {}                  \
        explicit HIPWRIGHT_FP8(fp8x2_##form)(const __half2 f)                                     \
            : HIPWRIGHT_FP8(fp8x2_##form)(__half22float2(f)) {}                                   \
        explicit HIPWRIGHT_FP8(fp8x2_##form)(const HIPWRIGHT_BF162 f)                             \
            : HIPWRIGHT_FP8(fp8x2_##form)(__bfloat1622float2(f)) {}                               \
        explicit operator float2() const {                                                        \
            return make_float2(static_cast<float>(hipwright::Format::to_double(__x & 0xff)),      \
                               static_cast<float>(hipwright::Format::to_double(__x >> 8)));       \
        }                                                                                         \
        explicit operator __half2() const {                                                       \
            return __float22half2_rn(static_cast<float2>(*this));                                 \
        }                                                                                         \
    };                                                                                            \
    struct HIPWRIGHT_FP8(fp8x4_##form) {                                                          \
        unsigned int __x;                                                                         \
        HIPWRIGHT_FP8(fp8x4_##form)() = default;                                                  \
        explicit HIPWRIGHT_FP8(fp8x4_##form)(const float4 f)                                      \
            : __x(hipwright::to_fp8_pair(f.x, f.y, HIPWRIGHT_SATURATE, kind) |                    \
                  static_cast<unsigned>(                                                          \
                      hipwright::to_fp8_pair(f.z, f.w, HIPWRIGHT_SATURATE, kind))                 \
                      << 16) {}                                                                   \
        explicit HIPWRIGHT_FP8(fp8x4_##form)(const __half2 low, const __half2 high)               \
            : HIPWRIGHT_FP8(fp8x4_##form)(make_float4(__low2float(low), __high2float(low),        \
                                                      __low2float(high), __high2float(high))) {}  \
        explicit HIPWRIGHT_FP8(fp8x4_##form)(const HIPWRIGHT_BF162 low,                           \
                                             const HIPWRIGHT_BF162 high)                          \
            : HIPWRIGHT_FP8(fp8x4_##form)(make_float4(__low2float(low), __high2float(low),        \
                                                      __low2float(high), __high2float(high))) {}  \
        explicit operator float4() const {                                                        \
            const auto part = [this](int i) {                                                     \
                return static_cast<float>(hipwright::Format::to_double((__x >> (8 * i)) & 0xff)); \
            };                                                                                    \
            return make_float4(part(0), part(1), part(2), part(3));                               \
        }                                                                                         \
    };                                                                                            \
    template <>                                                                                   \
    struct hipwright::Element<HIPWRIGHT_FP8(fp8_##form)> {                                        \
        static constexpr const char* name = dtype;                                                \
    };
#ifdef HIPWRIGHT_CUDA
HIPWRIGHT_FP8_TYPE(e4m3, __NV_E4M3, E4M3, "float8_e4m3")
HIPWRIGHT_FP8_TYPE(e5m2, __NV_E5M2, E5M2, "float8_e5m2")
#else
HIPWRIGHT_FP8_TYPE(e4m3, __HIP_E4M3, E4M3, "float8_e4m3")
HIPWRIGHT_FP8_TYPE(e5m2, __HIP_E5M2, E5M2, "float8_e5m2")
HIPWRIGHT_FP8_TYPE(e4m3_fnuz, __HIP_E4M3_FNUZ, E4M3Fnuz, "uint8")
HIPWRIGHT_FP8_TYPE(e5m2_fnuz, __HIP_E5M2_FNUZ, E5M2Fnuz, "uint8")
#endif
#undef HIPWRIGHT_FP8_TYPE
#ifdef HIPWRIGHT_CUDA
// A scale: the exponent of a power of two, and nothing else. Conversions into it round up.
struct __nv_fp8_e8m0 {
    unsigned char __x;
    __nv_fp8_e8m0() = default;
    explicit __nv_fp8_e8m0(double value) : __x(0xff) {
        if (value != value) return;
        const double magnitude = std::fabs(value);
        int exponent = magnitude > 0 && magnitude < 1e300 ? std::ilogb(magnitude)
                       : magnitude > 0                    ? 127
                                                          : -127;
        if (exponent < 127 && std::ldexp(1.0, exponent) < magnitude) ++exponent;
        __x = static_cast<unsigned char>(exponent < -127  ? 0
                                         : exponent > 127 ? 254
                                                          : exponent + 127);
    }
    explicit __nv_fp8_e8m0(float value) : __nv_fp8_e8m0(static_cast<double>(value)) {}
    explicit operator double() const {
        return __x == 0xff ? std::nan("") : std::ldexp(1.0, static_cast<int>(__x) - 127);
    }
    explicit operator float() const { return static_cast<float>(static_cast<double>(*this)); }
};
struct __nv_fp8x2_e8m0 {
    unsigned short __x;
};
struct __nv_fp8x4_e8m0 {
    unsigned int __x;
};
#endif
#undef HIPWRIGHT_FP8
#undef HIPWRIGHT_BF16
#undef HIPWRIGHT_BF162
#undef HIPWRIGHT_SATURATE
