// Arithmetic and conversions with a rounding mode in their name: _rn to nearest (ties to even), _rz
// towards zero, _rd down, _ru up.
#pragma once

#include <cmath>
#include <limits>
#include <type_traits>

#include "config.h"

#if defined(__x86_64__) || defined(__i386__)
#include <xmmintrin.h>
#else
#include <cfenv>
#endif

namespace hipwright {

enum class Rounding : unsigned { nearest, down, up, zero };

// Hides a value from the optimiser, which takes the rounding mode for constant.
template <typename T>
inline void opaque(T& value) {
#if defined(__x86_64__) || defined(__i386__)
    if constexpr (std::is_floating_point_v<T>) {
        asm volatile("" : "+x"(value));
    } else {
        asm volatile("" : "+r"(value));
    }
#else
    asm volatile("" : "+m"(value));
#endif
}

// What `compute` makes of its operands under a rounding mode.
template <Rounding mode, typename Compute, typename... Operands>
inline auto with_rounding(Compute compute, Operands... operands) {
#if defined(__x86_64__) || defined(__i386__)
    const unsigned before = _mm_getcsr();
    _mm_setcsr((before & ~0x6000u) | (static_cast<unsigned>(mode) << 13));
    (opaque(operands), ...);
    auto result = compute(operands...);
    opaque(result);
    _mm_setcsr(before);
#else
    constexpr int modes[] = {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO};
    const int before = std::fegetround();
    std::fesetround(modes[static_cast<unsigned>(mode)]);
    (opaque(operands), ...);
    auto result = compute(operands...);
    opaque(result);
    std::fesetround(before);
#endif
    return result;
}

// A floating-point number, rounded to an integral value.
template <Rounding mode, typename F>
inline F integral(F value) {
    if constexpr (mode == Rounding::down) return std::floor(value);
    if constexpr (mode == Rounding::up) return std::ceil(value);
    if constexpr (mode == Rounding::zero) return std::trunc(value);
    return std::nearbyint(value);
}

// A GPU's conversion to an integer saturates. NaN becomes 0 on AMD; on NVIDIA it does so only from
// float to at most 32 bits, and else becomes the highest bit alone (PTX ISA: cvt).
template <typename I, Rounding mode, typename F>
inline I to_integer(F value) {
    value = integral<mode>(value);
    using Limits = std::numeric_limits<I>;
    constexpr I highest_bit = std::is_signed_v<I> ? Limits::min() : Limits::max() / 2 + 1;
    if (value != value) {
        constexpr bool zero = is_hip || (std::is_same_v<F, float> && sizeof(I) <= 4);
        return zero ? I{0} : highest_bit;
    }
    // The power of two behind the largest integer is exact in F; the integer itself may not be.
    constexpr F end =
        std::is_signed_v<I> ? -static_cast<F>(highest_bit) : F{2} * static_cast<F>(highest_bit);
    if (value >= end) return Limits::max();
    if (value < static_cast<F>(Limits::min())) return Limits::min();
    return static_cast<I>(value);
}

}  // namespace hipwright

// name##_rn is always there; the directed ones cost a change of the processor's rounding mode.
// HIP has them only when OCML_BASIC_ROUNDED_OPERATIONS is defined.
#define HIPWRIGHT_NEAREST(T, name, parameters, expression, ...) \
    inline T name##_rn parameters { return expression; }
#if defined(HIPWRIGHT_CUDA) || defined(OCML_BASIC_ROUNDED_OPERATIONS)
#define HIPWRIGHT_DIRECTED(T, suffix, mode, name, parameters, expression, ...) \
    inline T name##suffix parameters {                                         \
        return hipwright::with_rounding<hipwright::Rounding::mode>(            \
            [] parameters -> T { return expression; }, __VA_ARGS__);           \
    }
#else
#define HIPWRIGHT_DIRECTED(T, suffix, mode, name, parameters, expression, ...)
#endif
#define HIPWRIGHT_ROUNDED(T, name, parameters, expression, ...)                 \
    HIPWRIGHT_NEAREST(T, name, parameters, expression, __VA_ARGS__)             \
    HIPWRIGHT_DIRECTED(T, _rz, zero, name, parameters, expression, __VA_ARGS__) \
    HIPWRIGHT_DIRECTED(T, _rd, down, name, parameters, expression, __VA_ARGS__) \
    HIPWRIGHT_DIRECTED(T, _ru, up, name, parameters, expression, __VA_ARGS__)
HIPWRIGHT_ROUNDED(float, __fadd, (float a, float b), a + b, a, b)
HIPWRIGHT_ROUNDED(float, __fsub, (float a, float b), a - b, a, b)
HIPWRIGHT_ROUNDED(float, __fmul, (float a, float b), a* b, a, b)
HIPWRIGHT_ROUNDED(float, __fdiv, (float a, float b), a / b, a, b)
HIPWRIGHT_ROUNDED(float, __frcp, (float a), 1.0f / a, a)
HIPWRIGHT_ROUNDED(float, __fsqrt, (float a), ::sqrtf(a), a)
HIPWRIGHT_ROUNDED(float, __fmaf, (float a, float b, float c), ::fmaf(a, b, c), a, b, c)
HIPWRIGHT_ROUNDED(double, __dadd, (double a, double b), a + b, a, b)
HIPWRIGHT_ROUNDED(double, __dsub, (double a, double b), a - b, a, b)
HIPWRIGHT_ROUNDED(double, __dmul, (double a, double b), a* b, a, b)
HIPWRIGHT_ROUNDED(double, __ddiv, (double a, double b), a / b, a, b)
HIPWRIGHT_ROUNDED(double, __drcp, (double a), 1.0 / a, a)
HIPWRIGHT_ROUNDED(double, __dsqrt, (double a), ::sqrt(a), a)
HIPWRIGHT_ROUNDED(double, __fma, (double a, double b, double c), ::fma(a, b, c), a, b, c)
#undef HIPWRIGHT_ROUNDED
#undef HIPWRIGHT_DIRECTED
#undef HIPWRIGHT_NEAREST

// Conversions that round, in all four modes for both vendors.
#define HIPWRIGHT_CONVERT(To, name, From)                           \
    inline To name##_rn(From x) { return static_cast<To>(x); }      \
    inline To name##_rz(From x) {                                   \
        return hipwright::with_rounding<hipwright::Rounding::zero>( \
            [](From value) { return static_cast<To>(value); }, x);  \
    }                                                               \
    inline To name##_rd(From x) {                                   \
        return hipwright::with_rounding<hipwright::Rounding::down>( \
            [](From value) { return static_cast<To>(value); }, x);  \
    }                                                               \
    inline To name##_ru(From x) {                                   \
        return hipwright::with_rounding<hipwright::Rounding::up>(   \
            [](From value) { return static_cast<To>(value); }, x);  \
    }
HIPWRIGHT_CONVERT(float, __double2float, double)
HIPWRIGHT_CONVERT(float, __int2float, int)
HIPWRIGHT_CONVERT(float, __uint2float, unsigned int)
HIPWRIGHT_CONVERT(float, __ll2float, long long)
HIPWRIGHT_CONVERT(float, __ull2float, unsigned long long)
HIPWRIGHT_CONVERT(double, __ll2double, long long)
HIPWRIGHT_CONVERT(double, __ull2double, unsigned long long)
#undef HIPWRIGHT_CONVERT
inline double __int2double_rn(int x) { return x; }
inline double __uint2double_rn(unsigned int x) { return x; }

#define HIPWRIGHT_INTEGER(I, name, F)                                                             \
    inline I name##_rn(F x) { return hipwright::to_integer<I, hipwright::Rounding::nearest>(x); } \
    inline I name##_rz(F x) { return hipwright::to_integer<I, hipwright::Rounding::zero>(x); }    \
    inline I name##_rd(F x) { return hipwright::to_integer<I, hipwright::Rounding::down>(x); }    \
    inline I name##_ru(F x) { return hipwright::to_integer<I, hipwright::Rounding::up>(x); }
HIPWRIGHT_INTEGER(int, __float2int, float)
HIPWRIGHT_INTEGER(unsigned int, __float2uint, float)
HIPWRIGHT_INTEGER(long long, __float2ll, float)
HIPWRIGHT_INTEGER(unsigned long long, __float2ull, float)
HIPWRIGHT_INTEGER(int, __double2int, double)
HIPWRIGHT_INTEGER(unsigned int, __double2uint, double)
HIPWRIGHT_INTEGER(long long, __double2ll, double)
HIPWRIGHT_INTEGER(unsigned long long, __double2ull, double)
#undef HIPWRIGHT_INTEGER
