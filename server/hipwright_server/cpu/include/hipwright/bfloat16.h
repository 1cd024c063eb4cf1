// bfloat16: the upper 16 bits of a float, as cuda_bf16.h (__nv_bfloat16) and hip/hip_bf16.h
// (__hip_bfloat16) have it.
#pragma once

#include "atomics.h"
#include "config.h"
#include "math.h"
#include "record.h"
#include "small_float.h"
#include "vector_types.h"
#include "warp_intrinsics.h"

namespace hipwright {

struct BFloat16Format {
    using Format = SmallFormat<8, 7>;
    static constexpr unsigned infinity = Format::infinity;
    static unsigned short from_float(float value) {
        const auto bits = same_bits<std::uint32_t>(value);
        if (value != value) return static_cast<unsigned short>((bits >> 16) | 0x40);
        return static_cast<unsigned short>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
    }
    static float to_float(unsigned short bits) {
        return same_bits<float>(static_cast<std::uint32_t>(bits) << 16);
    }
    template <Rounding mode = Rounding::nearest>
    static unsigned short from_double(double value) {
        return static_cast<unsigned short>(Format::from_double<mode>(value));
    }
};

}  // namespace hipwright

#ifdef HIPWRIGHT_CUDA
#define HIPWRIGHT_SCALAR __nv_bfloat16
#define HIPWRIGHT_PAIR __nv_bfloat162
#define HIPWRIGHT_SCALAR_RAW __nv_bfloat16_raw
#define HIPWRIGHT_PAIR_RAW __nv_bfloat162_raw
#else
#define HIPWRIGHT_SCALAR __hip_bfloat16
#define HIPWRIGHT_PAIR __hip_bfloat162
#define HIPWRIGHT_SCALAR_RAW __hip_bfloat16_raw
#define HIPWRIGHT_PAIR_RAW __hip_bfloat162_raw
#endif
#define HIPWRIGHT_FORMAT BFloat16Format
#include "small_float_type.inl"

template <>
struct hipwright::Element<HIPWRIGHT_SCALAR> {
    static constexpr const char* name = "bfloat16";
};
template <>
struct hipwright::Element<HIPWRIGHT_PAIR> {
    static constexpr const char* name = "bfloat16";
};

// Conversions between bfloat16 and other numbers. Without a mode in the name: to nearest even from
// floating point.
inline HIPWRIGHT_SCALAR __float2bfloat16(const float a) { return HIPWRIGHT_SCALAR(a); }
inline HIPWRIGHT_SCALAR __float2bfloat16_rn(const float a) { return HIPWRIGHT_SCALAR(a); }
inline HIPWRIGHT_SCALAR __double2bfloat16(const double a) { return HIPWRIGHT_SCALAR(a); }
inline float __bfloat162float(const HIPWRIGHT_SCALAR a) { return static_cast<float>(a); }

#define HIPWRIGHT_FROM_FLOAT(suffix, mode)                              \
    inline HIPWRIGHT_SCALAR __float2bfloat16##suffix(const float a) {   \
        using hipwright::Rounding;                                      \
        return HIPWRIGHT_SCALAR::of_bits(                               \
            hipwright::BFloat16Format::from_double<Rounding::mode>(a)); \
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
    inline HIPWRIGHT_SCALAR from##suffix(const I a) {                                            \
        using hipwright::Rounding;                                                               \
        return HIPWRIGHT_SCALAR::of_bits(hipwright::BFloat16Format::from_double<Rounding::mode>( \
            hipwright::sticky_double_of(a)));                                                    \
    }                                                                                            \
    inline I to##suffix(const HIPWRIGHT_SCALAR a) {                                              \
        return hipwright::to_integer<I, hipwright::Rounding::mode>(static_cast<float>(a));       \
    }
HIPWRIGHT_INTEGER(short, __short2bfloat16, __bfloat162short)
HIPWRIGHT_INTEGER(unsigned short, __ushort2bfloat16, __bfloat162ushort)
HIPWRIGHT_INTEGER(int, __int2bfloat16, __bfloat162int)
HIPWRIGHT_INTEGER(unsigned int, __uint2bfloat16, __bfloat162uint)
HIPWRIGHT_INTEGER(long long, __ll2bfloat16, __bfloat162ll)
HIPWRIGHT_INTEGER(unsigned long long, __ull2bfloat16, __bfloat162ull)
#undef HIPWRIGHT_INTEGER
#undef HIPWRIGHT_INTEGER_MODE
inline signed char __bfloat162char_rz(const HIPWRIGHT_SCALAR a) {
    return static_cast<signed char>(a);
}
inline unsigned char __bfloat162uchar_rz(const HIPWRIGHT_SCALAR a) {
    return static_cast<unsigned char>(a);
}

// The same bits.
inline short __bfloat16_as_short(const HIPWRIGHT_SCALAR a) { return static_cast<short>(a.__x); }
inline unsigned short __bfloat16_as_ushort(const HIPWRIGHT_SCALAR a) { return a.__x; }
inline HIPWRIGHT_SCALAR __short_as_bfloat16(const short a) {
    return HIPWRIGHT_SCALAR::of_bits(static_cast<unsigned short>(a));
}
inline HIPWRIGHT_SCALAR __ushort_as_bfloat16(const unsigned short a) {
    return HIPWRIGHT_SCALAR::of_bits(a);
}

// Pairs: x is the low half, y the high one.
inline HIPWRIGHT_PAIR make_bfloat162(const HIPWRIGHT_SCALAR x, const HIPWRIGHT_SCALAR y) {
    return {x, y};
}
inline HIPWRIGHT_PAIR __halves2bfloat162(const HIPWRIGHT_SCALAR a, const HIPWRIGHT_SCALAR b) {
    return {a, b};
}
inline HIPWRIGHT_PAIR __bfloat162bfloat162(const HIPWRIGHT_SCALAR a) { return {a, a}; }
inline HIPWRIGHT_PAIR __float2bfloat162_rn(const float a) {
    return {HIPWRIGHT_SCALAR(a), HIPWRIGHT_SCALAR(a)};
}
inline HIPWRIGHT_PAIR __floats2bfloat162_rn(const float a, const float b) {
    return {HIPWRIGHT_SCALAR(a), HIPWRIGHT_SCALAR(b)};
}
inline HIPWRIGHT_PAIR __float22bfloat162_rn(const float2 a) {
    return {HIPWRIGHT_SCALAR(a.x), HIPWRIGHT_SCALAR(a.y)};
}
inline float2 __bfloat1622float2(const HIPWRIGHT_PAIR a) {
    return make_float2(static_cast<float>(a.x), static_cast<float>(a.y));
}
inline float __low2float(const HIPWRIGHT_PAIR a) { return static_cast<float>(a.x); }
inline float __high2float(const HIPWRIGHT_PAIR a) { return static_cast<float>(a.y); }
inline HIPWRIGHT_SCALAR __low2bfloat16(const HIPWRIGHT_PAIR a) { return a.x; }
inline HIPWRIGHT_SCALAR __high2bfloat16(const HIPWRIGHT_PAIR a) { return a.y; }
inline HIPWRIGHT_PAIR __low2bfloat162(const HIPWRIGHT_PAIR a) { return {a.x, a.x}; }
inline HIPWRIGHT_PAIR __high2bfloat162(const HIPWRIGHT_PAIR a) { return {a.y, a.y}; }
inline HIPWRIGHT_PAIR __lows2bfloat162(const HIPWRIGHT_PAIR a, const HIPWRIGHT_PAIR b) {
    return {a.x, b.x};
}
inline HIPWRIGHT_PAIR __highs2bfloat162(const HIPWRIGHT_PAIR a, const HIPWRIGHT_PAIR b) {
    return {a.y, b.y};
}
inline HIPWRIGHT_PAIR __lowhigh2highlow(const HIPWRIGHT_PAIR a) { return {a.y, a.x}; }

#undef HIPWRIGHT_SCALAR
#undef HIPWRIGHT_PAIR
#undef HIPWRIGHT_SCALAR_RAW
#undef HIPWRIGHT_PAIR_RAW
#undef HIPWRIGHT_FORMAT

#ifdef HIPWRIGHT_CUDA
using nv_bfloat16 = __nv_bfloat16;
using nv_bfloat162 = __nv_bfloat162;
#define CUDART_INF_BF16 __ushort_as_bfloat16(static_cast<unsigned short>(0x7f80))
#define CUDART_NAN_BF16 __ushort_as_bfloat16(static_cast<unsigned short>(0x7fff))
#define CUDART_MIN_DENORM_BF16 __ushort_as_bfloat16(static_cast<unsigned short>(0x0001))
#define CUDART_MAX_NORMAL_BF16 __ushort_as_bfloat16(static_cast<unsigned short>(0x7f7f))
#define CUDART_NEG_ZERO_BF16 __ushort_as_bfloat16(static_cast<unsigned short>(0x8000))
#define CUDART_ZERO_BF16 __ushort_as_bfloat16(static_cast<unsigned short>(0x0000))
#define CUDART_ONE_BF16 __ushort_as_bfloat16(static_cast<unsigned short>(0x3f80))
#else
#define HIPRT_INF_BF16 __ushort_as_bfloat16(static_cast<unsigned short>(0x7f80))
#define HIPRT_NAN_BF16 __ushort_as_bfloat16(static_cast<unsigned short>(0x7fff))
#define HIPRT_MIN_DENORM_BF16 __ushort_as_bfloat16(static_cast<unsigned short>(0x0001))
#define HIPRT_MAX_NORMAL_BF16 __ushort_as_bfloat16(static_cast<unsigned short>(0x7f7f))
#define HIPRT_NEG_ZERO_BF16 __ushort_as_bfloat16(static_cast<unsigned short>(0x8000))
#define HIPRT_ZERO_BF16 __ushort_as_bfloat16(static_cast<unsigned short>(0x0000))
#define HIPRT_ONE_BF16 __ushort_as_bfloat16(static_cast<unsigned short>(0x3f80))

// The older type of hip/hip_bfloat16.h: bits named `data`, and float between them and all else.
struct hip_bfloat16 {
    unsigned short data;
    enum truncate_t { truncate };

    hip_bfloat16() = default;
    explicit hip_bfloat16(float value) : data(hipwright::BFloat16Format::from_float(value)) {}
    explicit hip_bfloat16(float value, truncate_t)
        : data(hipwright::BFloat16Format::from_double<hipwright::Rounding::zero>(value)) {}
    operator float() const { return hipwright::BFloat16Format::to_float(data); }
    explicit operator bool() const { return (data & 0x7fff) != 0; }
    static hip_bfloat16 round_to_bfloat16(float value) { return hip_bfloat16(value); }
    static hip_bfloat16 round_to_bfloat16(float value, truncate_t t) {
        return hip_bfloat16(value, t);
    }
};
template <>
struct hipwright::Element<hip_bfloat16> {
    static constexpr const char* name = "bfloat16";
};
#define HIPWRIGHT_OPERATOR(op)                                               \
    inline hip_bfloat16 operator op(hip_bfloat16 a, hip_bfloat16 b) {        \
        return hip_bfloat16(static_cast<float>(a) op static_cast<float>(b)); \
    }                                                                        \
    inline hip_bfloat16& operator op##=(hip_bfloat16 & a, hip_bfloat16 b) { return a = a op b; }
HIPWRIGHT_OPERATOR(+)
HIPWRIGHT_OPERATOR(-)
HIPWRIGHT_OPERATOR(*)
HIPWRIGHT_OPERATOR(/)
#undef HIPWRIGHT_OPERATOR
inline hip_bfloat16 operator-(hip_bfloat16 a) {
    a.data ^= 0x8000;
    return a;
}
inline hip_bfloat16 operator+(hip_bfloat16 a) { return a; }
#define HIPWRIGHT_OPERATOR(op)                                 \
    inline bool operator op(hip_bfloat16 a, hip_bfloat16 b) {  \
        return static_cast<float>(a) op static_cast<float>(b); \
    }
HIPWRIGHT_OPERATOR(==)
HIPWRIGHT_OPERATOR(!=)
HIPWRIGHT_OPERATOR(<)
HIPWRIGHT_OPERATOR(<=)
HIPWRIGHT_OPERATOR(>)
HIPWRIGHT_OPERATOR(>=)
#undef HIPWRIGHT_OPERATOR
#endif
