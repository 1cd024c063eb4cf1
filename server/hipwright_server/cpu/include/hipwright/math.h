// The math of kernels: what the C library has, what CUDA and HIP add, and the intrinsics.
//
// The fast intrinsics (__expf, __sinf, …) are exact here: rounded as the full functions are. What a
// program computes with them on a GPU may be off by more; a comparison wants a tolerance there.
#pragma once

#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include <cmath>
#include <type_traits>

#include "bits.h"
#include "config.h"
#include "rounding.h"
#include "special_functions.h"
#include "vector_types.h"
#ifdef HIPWRIGHT_CUDA
#include "simd_in_word.h"
#endif

// glibc declares __expf and its like, with C linkage, for its own use, so ours have it too.
HIPWRIGHT_MATH float __sinf(float x) noexcept { return ::sinf(x); }
HIPWRIGHT_MATH float __cosf(float x) noexcept { return ::cosf(x); }
HIPWRIGHT_MATH float __tanf(float x) noexcept { return ::tanf(x); }
HIPWRIGHT_MATH float __expf(float x) noexcept { return ::expf(x); }
HIPWRIGHT_MATH float __exp10f(float x) noexcept {
    return static_cast<float>(::pow(10.0, static_cast<double>(x)));
}
HIPWRIGHT_MATH float __logf(float x) noexcept { return ::logf(x); }
HIPWRIGHT_MATH float __log2f(float x) noexcept { return ::log2f(x); }
HIPWRIGHT_MATH float __log10f(float x) noexcept { return ::log10f(x); }
HIPWRIGHT_MATH float __powf(float x, float y) noexcept { return ::powf(x, y); }
HIPWRIGHT_MATH void __sincosf(float x, float* sine, float* cosine) noexcept {
    *sine = ::sinf(x);
    *cosine = ::cosf(x);
}
#ifdef HIPWRIGHT_CUDA
HIPWRIGHT_MATH float __tanhf(float x) noexcept { return ::tanhf(x); }
#endif

// For y between 2^126 and 2^128 a GPU's __fdividef gives 0; a division here is a division.
inline float __fdividef(float x, float y) { return x / y; }
inline float fdividef(float x, float y) { return x / y; }
inline double fdivide(double x, double y) { return x / y; }
inline float __saturatef(float x) { return x > 0.0f ? (x < 1.0f ? x : 1.0f) : 0.0f; }  // NaN: 0
inline float __frsqrt_rn(float x) { return rsqrtf(x); }

inline float exp10(float x) noexcept { return __exp10f(x); }
inline void sincos(float x, float* sine, float* cosine) noexcept { __sincosf(x, sine, cosine); }

// max and min for the types that have them on a GPU. Of a number and NaN, the number.
namespace hipwright {
template <typename F>
constexpr F larger(F a, F b) {
    return a > b || b != b ? a : b;
}
template <typename F>
constexpr F smaller(F a, F b) {
    return a < b || b != b ? a : b;
}
}  // namespace hipwright

#define HIPWRIGHT_MAX_MIN(T, A, B)                                          \
    constexpr T max(A a, B b) {                                             \
        return hipwright::larger<T>(static_cast<T>(a), static_cast<T>(b));  \
    }                                                                       \
    constexpr T min(A a, B b) {                                             \
        return hipwright::smaller<T>(static_cast<T>(a), static_cast<T>(b)); \
    }
HIPWRIGHT_MAX_MIN(int, int, int)
HIPWRIGHT_MAX_MIN(float, float, float)
HIPWRIGHT_MAX_MIN(double, double, double)
#ifdef HIPWRIGHT_CUDA
HIPWRIGHT_MAX_MIN(unsigned int, unsigned int, unsigned int)
HIPWRIGHT_MAX_MIN(unsigned int, int, unsigned int)
HIPWRIGHT_MAX_MIN(unsigned int, unsigned int, int)
HIPWRIGHT_MAX_MIN(long, long, long)
HIPWRIGHT_MAX_MIN(unsigned long, unsigned long, unsigned long)
HIPWRIGHT_MAX_MIN(unsigned long, long, unsigned long)
HIPWRIGHT_MAX_MIN(unsigned long, unsigned long, long)
HIPWRIGHT_MAX_MIN(long long, long long, long long)
HIPWRIGHT_MAX_MIN(unsigned long long, unsigned long long, unsigned long long)
HIPWRIGHT_MAX_MIN(unsigned long long, long long, unsigned long long)
HIPWRIGHT_MAX_MIN(unsigned long long, unsigned long long, long long)
HIPWRIGHT_MAX_MIN(double, float, double)
HIPWRIGHT_MAX_MIN(double, double, float)
constexpr unsigned int umax(unsigned int a, unsigned int b) { return max(a, b); }
constexpr unsigned int umin(unsigned int a, unsigned int b) { return min(a, b); }
constexpr long long llmax(long long a, long long b) { return max(a, b); }
constexpr long long llmin(long long a, long long b) { return min(a, b); }
constexpr unsigned long long ullmax(unsigned long long a, unsigned long long b) {
    return max(a, b);
}
constexpr unsigned long long ullmin(unsigned long long a, unsigned long long b) {
    return min(a, b);
}
inline float saturate(float x) { return __saturatef(x); }
#else
// No templates for these: beside std::max, which a program may have made visible, they would be
// ambiguous, while HIP's own are for the device alone.
HIPWRIGHT_MAX_MIN(signed char, signed char, signed char)
HIPWRIGHT_MAX_MIN(unsigned char, unsigned char, unsigned char)
HIPWRIGHT_MAX_MIN(short, short, short)
HIPWRIGHT_MAX_MIN(unsigned short, unsigned short, unsigned short)
HIPWRIGHT_MAX_MIN(unsigned int, unsigned int, unsigned int)
HIPWRIGHT_MAX_MIN(long, long, long)
HIPWRIGHT_MAX_MIN(unsigned long, unsigned long, unsigned long)
HIPWRIGHT_MAX_MIN(long long, long long, long long)
HIPWRIGHT_MAX_MIN(unsigned long long, unsigned long long, unsigned long long)
// HIP takes two of any one type, and compares numbers of two types as doubles.
template <typename T>
constexpr T max(T a, T b) {
    return a < b ? b : a;
}
template <typename T>
constexpr T min(T a, T b) {
    return b < a ? b : a;
}
template <typename A, typename B,
          std::enable_if_t<std::is_arithmetic_v<A> && std::is_arithmetic_v<B> &&
                           !std::is_same_v<A, B>>* = nullptr>
constexpr double max(A a, B b) {
    return hipwright::larger<double>(static_cast<double>(a), static_cast<double>(b));
}
template <typename A, typename B,
          std::enable_if_t<std::is_arithmetic_v<A> && std::is_arithmetic_v<B> &&
                           !std::is_same_v<A, B>>* = nullptr>
constexpr double min(A a, B b) {
    return hipwright::smaller<double>(static_cast<double>(a), static_cast<double>(b));
}
#endif
#undef HIPWRIGHT_MAX_MIN
