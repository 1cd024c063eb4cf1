// half: 16 bits, 5 of them exponent (IEEE 754 binary16), as cuda_fp16.h and hip/hip_fp16.h have it.
#pragma once

#include "atomics.h"
#include "config.h"
#include "math.h"
#include "record.h"
#include "small_float.h"
#include "vector_types.h"
#include "warp_intrinsics.h"

#define HIPWRIGHT_SCALAR __half
#define HIPWRIGHT_PAIR __half2
#define HIPWRIGHT_SCALAR_RAW __half_raw
#define HIPWRIGHT_PAIR_RAW __half2_raw
#define HIPWRIGHT_FORMAT HalfFormat
#if defined(HIPWRIGHT_HIP) && defined(__FLT16_MANT_DIG__)
#define HIPWRIGHT_NATIVE _Float16
#endif
#include "small_float_type.inl"
#undef HIPWRIGHT_SCALAR
#undef HIPWRIGHT_PAIR
#undef HIPWRIGHT_SCALAR_RAW
#undef HIPWRIGHT_PAIR_RAW
#undef HIPWRIGHT_FORMAT
#undef HIPWRIGHT_NATIVE

using half = __half;
using half2 = __half2;

template <>
struct hipwright::Element<__half> {
    static constexpr const char* name = "float16";
};
template <>
struct hipwright::Element<__half2> {
    static constexpr const char* name = "float16";
};

// Conversions between half and other numbers. Without a mode in the name: to nearest even from
// floating point.
inline __half __float2half(const float a) { return __half(a); }
inline __half __float2half_rn(const float a) { return __half(a); }
inline __half __double2half(const double a) { return __half(a); }
inline float __half2float(const __half a) { return static_cast<float>(a); }

#define HIPWRIGHT_FROM_FLOAT(suffix, mode)                                             \
    inline __half __float2half##suffix(const float a) {                                \
        using hipwright::Rounding;                                                     \
        return __half::of_bits(hipwright::HalfFormat::from_double<Rounding::mode>(a)); \
    }
HIPWRIGHT_FROM_FLOAT(_rz, zero)
HIPWRIGHT_FROM_FLOAT(_rd, down)
HIPWRIGHT_FROM_FLOAT(_ru, up)
#undef HIPWRIGHT_FROM_FLOAT
#define HIPWRIGHT_INTEGER(I, from, to)                \
    HIPWRIGHT_INTEGER_MODE(I, from, to, _rn, nearest) \
    HIPWRIGHT_INTEGER_MODE(I, from, to, _rz, zero)    \
    HIPWRIGHT_INTEGER_MODE(I, from, to, _rd, down)    \
    HIPWRIGHT_INTEGER_MODE(I, from, to, _ru, up)
#define HIPWRIGHT_INTEGER_MODE(I, from, to, suffix, mode)                                        \
    inline __half from##suffix(const I a) {                                                      \
        using hipwright::Rounding;                                                               \
        return __half::of_bits(                                                                  \
            hipwright::HalfFormat::from_double<Rounding::mode>(hipwright::sticky_double_of(a))); \
    }                                                                                            \
    inline I to##suffix(const __half a) {                                                        \
        return hipwright::to_integer<I, hipwright::Rounding::mode>(static_cast<float>(a));       \
    }
HIPWRIGHT_INTEGER(short, __short2half, __half2short)
HIPWRIGHT_INTEGER(unsigned short, __ushort2half, __half2ushort)
HIPWRIGHT_INTEGER(int, __int2half, __half2int)
HIPWRIGHT_INTEGER(unsigned int, __uint2half, __half2uint)
HIPWRIGHT_INTEGER(long long, __ll2half, __half2ll)
HIPWRIGHT_INTEGER(unsigned long long, __ull2half, __half2ull)
#undef HIPWRIGHT_INTEGER
#undef HIPWRIGHT_INTEGER_MODE
inline signed char __half2char_rz(const __half a) { return static_cast<signed char>(a); }
inline unsigned char __half2uchar_rz(const __half a) { return static_cast<unsigned char>(a); }

// The same bits.
inline short __half_as_short(const __half a) { return static_cast<short>(a.__x); }
inline unsigned short __half_as_ushort(const __half a) { return a.__x; }
inline __half __short_as_half(const short a) {
    return __half::of_bits(static_cast<unsigned short>(a));
}
inline __half __ushort_as_half(const unsigned short a) { return __half::of_bits(a); }

// Pairs: x is the low half, y the high one.
inline __half2 make_half2(const __half x, const __half y) { return {x, y}; }
inline __half2 __halves2half2(const __half a, const __half b) { return {a, b}; }
inline __half2 __half2half2(const __half a) { return {a, a}; }
inline __half2 __float2half2_rn(const float a) { return {__half(a), __half(a)}; }
inline __half2 __floats2half2_rn(const float a, const float b) { return {__half(a), __half(b)}; }
inline __half2 __float22half2_rn(const float2 a) { return {__half(a.x), __half(a.y)}; }
inline float2 __half22float2(const __half2 a) {
    return make_float2(static_cast<float>(a.x), static_cast<float>(a.y));
}
inline float __low2float(const __half2 a) { return static_cast<float>(a.x); }
inline float __high2float(const __half2 a) { return static_cast<float>(a.y); }
inline __half __low2half(const __half2 a) { return a.x; }
inline __half __high2half(const __half2 a) { return a.y; }
inline __half2 __low2half2(const __half2 a) { return {a.x, a.x}; }
inline __half2 __high2half2(const __half2 a) { return {a.y, a.y}; }
inline __half2 __lows2half2(const __half2 a, const __half2 b) { return {a.x, b.x}; }
inline __half2 __highs2half2(const __half2 a, const __half2 b) { return {a.y, b.y}; }
inline __half2 __lowhigh2highlow(const __half2 a) { return {a.y, a.x}; }

#ifdef HIPWRIGHT_CUDA
#define CUDART_INF_FP16 __ushort_as_half(static_cast<unsigned short>(0x7c00))
#define CUDART_NAN_FP16 __ushort_as_half(static_cast<unsigned short>(0x7fff))
#define CUDART_MIN_DENORM_FP16 __ushort_as_half(static_cast<unsigned short>(0x0001))
#define CUDART_MAX_NORMAL_FP16 __ushort_as_half(static_cast<unsigned short>(0x7bff))
#define CUDART_NEG_ZERO_FP16 __ushort_as_half(static_cast<unsigned short>(0x8000))
#define CUDART_ZERO_FP16 __ushort_as_half(static_cast<unsigned short>(0x0000))
#define CUDART_ONE_FP16 __ushort_as_half(static_cast<unsigned short>(0x3c00))
#else
#define HIPRT_INF_FP16 __ushort_as_half(static_cast<unsigned short>(0x7c00))
#define HIPRT_NAN_FP16 __ushort_as_half(static_cast<unsigned short>(0x7fff))
#define HIPRT_MIN_DENORM_FP16 __ushort_as_half(static_cast<unsigned short>(0x0001))
#define HIPRT_MAX_NORMAL_FP16 __ushort_as_half(static_cast<unsigned short>(0x7bff))
#define HIPRT_NEG_ZERO_FP16 __ushort_as_half(static_cast<unsigned short>(0x8000))
#define HIPRT_ZERO_FP16 __ushort_as_half(static_cast<unsigned short>(0x0000))
#define HIPRT_ONE_FP16 __ushort_as_half(static_cast<unsigned short>(0x3c00))
#endif
