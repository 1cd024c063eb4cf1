// Functions of CUDA's and HIP's math libraries that the C library lacks.
//
// The double forms are evaluated with `long double` (64 bits of mantissa on x86) and the float
// forms with double, so that they are rounded well: within 1 ulp, closer than the vendors promise
// (between 1 and 6 ulp, "Mathematical Functions" in the CUDA C++ Programming Guide).
#pragma once

#include <cmath>

#include "config.h"

namespace hipwright {

inline constexpr long double pi = 3.14159265358979323846264338327950288L;
inline constexpr long double sqrt_pi = 1.77245385090551602729816748334114518L;
inline constexpr long double sqrt_2 = 1.41421356237309504880168872420969808L;

// sin(pi x) and cos(pi x): the argument is reduced exactly before pi comes in.
template <typename Wide>
inline Wide sine_of_pi_times(Wide x) {
    Wide r = std::remainder(x, Wide(2));  // in [-1, 1], exact
    if (std::fabs(r) > Wide(0.5)) r = std::copysign(Wide(1), r) - r;
    return std::sin(static_cast<Wide>(pi) * r);
}
template <typename Wide>
inline Wide cosine_of_pi_times(Wide x) {
    const Wide r = std::fabs(std::remainder(x, Wide(2)));
    if (r <= Wide(0.25)) return std::cos(static_cast<Wide>(pi) * r);
    if (r >= Wide(0.75)) return -std::cos(static_cast<Wide>(pi) * (Wide(1) - r));
    return std::sin(static_cast<Wide>(pi) * (Wide(0.5) - r));
}

// exp(x^2) erfc(x), which neither overflows nor underflows for large x.
inline long double scaled_complementary_error(long double x) {
    if (x < 25) {
        const long double square = x * x;
        const long double rest = std::fma(x, x, -square);
        return std::exp(square) * (1 + rest) * std::erfc(x);
    }
    // Asymptotic series; its terms fall by a factor of at least 2 x^2 / (2 k - 1).
    const long double t = 1 / (2 * x * x);
    long double term = 1, sum = 1;
    for (int k = 1; k <= 12; ++k) {
        term *= -(2 * k - 1) * t;
        sum += term;
    }
    return sum / (x * sqrt_pi);
}

// The y > 0 part of the inverse of erfc: Halley's iteration from a rough first guess.
inline long double inverse_complementary_error(long double y) {
    if (!(y >= 0 && y <= 2)) return std::nanl("");
    if (y == 0) return INFINITY;
    if (y == 2) return -INFINITY;
    if (y > 1) return -inverse_complementary_error(2 - y);
    // erf(z)^2 is about 1 - exp(-z^2 (4 / pi + a z^2) / (1 + a z^2)) with a = 0.147 (Winitzki).
    constexpr long double a = 0.147L;
    const long double l = std::log(y * (2 - y));
    const long double b = 2 / (pi * a) + l / 2;
    long double z = std::sqrt(std::sqrt(b * b - l / a) - b);
    for (int i = 0; i < 8; ++i) {
        const long double u = (std::erfc(z) - y) / (-2 / sqrt_pi * std::exp(-z * z));
        const long double step = u / (1 + z * u);
        z -= step;
        if (std::fabs(step) <= 1e-19L * std::fabs(z)) break;
    }
    return z;
}
// For small x, 1 - x has lost what matters: iterate on erf itself.
inline long double inverse_error(long double x) {
    if (!(x >= -1 && x <= 1)) return std::nanl("");
    if (x == 0) return x;
    if (std::fabs(x) > 0.5L) {
        return std::copysign(inverse_complementary_error(1 - std::fabs(x)), x);
    }
    long double z = x * sqrt_pi / 2;
    for (int i = 0; i < 8; ++i) {
        const long double u = (std::erf(z) - x) / (2 / sqrt_pi * std::exp(-z * z));
        const long double step = u / (1 + z * u);
        z -= step;
        if (std::fabs(step) <= 1e-19L * std::fabs(z)) break;
    }
    return z;
}

// Modified Bessel function of the first kind: a series of positive terms, so that nothing cancels.
inline long double modified_bessel(int order, long double x) {
    const long double square = x * x / 4;
    long double term = order ? x / 2 : 1;
    long double sum = term;
    for (int k = 1; term > sum * 1e-20L && k < 100000; ++k) {
        term *= square / (static_cast<long double>(k) * (k + order));
        sum += term;
    }
    return sum;
}

template <typename Wide, typename T>
inline Wide sum_of_squares(int count, const T* values) {
    Wide sum = 0;
    for (int i = 0; i < count; ++i) sum += static_cast<Wide>(values[i]) * values[i];
    return sum;
}

}  // namespace hipwright

// A function of C linkage, as the C library may declare it one day, and its float form.
#define HIPWRIGHT_MATH extern "C" inline
#define HIPWRIGHT_UNARY(name, wide)                      \
    HIPWRIGHT_MATH double name(double value) noexcept {  \
        const long double x = value;                     \
        return static_cast<double>(wide);                \
    }                                                    \
    HIPWRIGHT_MATH float name##f(float value) noexcept { \
        const long double x = value;                     \
        return static_cast<float>(wide);                 \
    }                                                    \
    inline float name(float value) noexcept { return name##f(value); }
HIPWRIGHT_UNARY(erfcx, hipwright::scaled_complementary_error(x))
HIPWRIGHT_UNARY(erfinv, hipwright::inverse_error(x))
HIPWRIGHT_UNARY(erfcinv, hipwright::inverse_complementary_error(x))
HIPWRIGHT_UNARY(normcdf, std::erfc(-x / hipwright::sqrt_2) / 2)
HIPWRIGHT_UNARY(normcdfinv, -hipwright::sqrt_2* hipwright::inverse_complementary_error(2 * x))
HIPWRIGHT_UNARY(cyl_bessel_i0, hipwright::modified_bessel(0, std::fabs(x)))
HIPWRIGHT_UNARY(cyl_bessel_i1, std::copysign(hipwright::modified_bessel(1, std::fabs(x)), x))
#undef HIPWRIGHT_UNARY

// Those that kernels call often: one precision up, no more.
#define HIPWRIGHT_UNARY(name, in_double, in_float)       \
    HIPWRIGHT_MATH double name(double value) noexcept {  \
        const auto x = static_cast<long double>(value);  \
        return static_cast<double>(in_double);           \
    }                                                    \
    HIPWRIGHT_MATH float name##f(float value) noexcept { \
        const auto x = static_cast<double>(value);       \
        return static_cast<float>(in_float);             \
    }                                                    \
    inline float name(float value) noexcept { return name##f(value); }
HIPWRIGHT_UNARY(rsqrt, 1 / std::sqrt(x), 1 / std::sqrt(x))
HIPWRIGHT_UNARY(rcbrt, 1 / std::cbrt(x), 1 / std::cbrt(x))
HIPWRIGHT_UNARY(sinpi, hipwright::sine_of_pi_times(x), hipwright::sine_of_pi_times(x))
HIPWRIGHT_UNARY(cospi, hipwright::cosine_of_pi_times(x), hipwright::cosine_of_pi_times(x))
#undef HIPWRIGHT_UNARY

inline void sincospi(double x, double* sine, double* cosine) noexcept {
    *sine = sinpi(x);
    *cosine = cospi(x);
}
inline void sincospif(float x, float* sine, float* cosine) noexcept {
    *sine = sinpif(x);
    *cosine = cospif(x);
}
inline void sincospi(float x, float* sine, float* cosine) noexcept { sincospif(x, sine, cosine); }

// Lengths and their reciprocals; squares cannot overflow in the wider type.
inline double norm(int count, const double* values) noexcept {
    return static_cast<double>(std::sqrt(hipwright::sum_of_squares<long double>(count, values)));
}
inline float normf(int count, const float* values) noexcept {
    return static_cast<float>(std::sqrt(hipwright::sum_of_squares<double>(count, values)));
}
inline double rnorm(int count, const double* values) noexcept {
    return static_cast<double>(1 /
                               std::sqrt(hipwright::sum_of_squares<long double>(count, values)));
}
inline float rnormf(int count, const float* values) noexcept {
    return static_cast<float>(1 / std::sqrt(hipwright::sum_of_squares<double>(count, values)));
}
inline double norm3d(double a, double b, double c) noexcept {
    const double all[] = {a, b, c};
    return norm(3, all);
}
inline double norm4d(double a, double b, double c, double d) noexcept {
    const double all[] = {a, b, c, d};
    return norm(4, all);
}
inline double rnorm3d(double a, double b, double c) noexcept {
    const double all[] = {a, b, c};
    return rnorm(3, all);
}
inline double rnorm4d(double a, double b, double c, double d) noexcept {
    const double all[] = {a, b, c, d};
    return rnorm(4, all);
}
inline double rhypot(double a, double b) noexcept {
    const double all[] = {a, b};
    return rnorm(2, all);
}
inline float norm3df(float a, float b, float c) noexcept {
    const float all[] = {a, b, c};
    return normf(3, all);
}
inline float norm4df(float a, float b, float c, float d) noexcept {
    const float all[] = {a, b, c, d};
    return normf(4, all);
}
inline float rnorm3df(float a, float b, float c) noexcept {
    const float all[] = {a, b, c};
    return rnormf(3, all);
}
inline float rnorm4df(float a, float b, float c, float d) noexcept {
    const float all[] = {a, b, c, d};
    return rnormf(4, all);
}
inline float rhypotf(float a, float b) noexcept {
    const float all[] = {a, b};
    return rnormf(2, all);
}
inline float rhypot(float a, float b) noexcept { return rhypotf(a, b); }
