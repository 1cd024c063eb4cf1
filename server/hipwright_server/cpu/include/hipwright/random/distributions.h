// From random bits to numbers of a distribution. One source of bits, S, has next() or is a
// generator.
#pragma once

#include <cmath>

#include "generators.h"

namespace hipwright::random {

// Greater than 0, up to and with 1.
inline float uniform_of(std::uint32_t bits) {
    return static_cast<float>(bits) * 2.3283064365386963e-10f + 1.1641532182693481e-10f;
}
inline double uniform_of(std::uint64_t bits) {
    return static_cast<double>(bits >> 11) * 1.1102230246251565e-16 + 5.5511151231257827e-17;
}
template <typename S>
inline float uniform(S& state) {
    return uniform_of(bits(state));
}
template <typename S>
inline std::uint64_t long_bits(S& state) {
    const std::uint64_t low = bits(state);
    return static_cast<std::uint64_t>(bits(state)) << 32 | low;
}
template <typename S>
inline double uniform_double(S& state) {
    return uniform_of(long_bits(state));
}

// Two normally distributed numbers of two uniform ones (G. Box and M. Muller, 1958).
template <typename T>
struct Pair {
    T x, y;
};
inline Pair<float> normal_of(float u, float v) {
    const float radius = std::sqrt(-2.0f * std::log(u)), angle = 6.2831853071795865f * v;
    return {radius * std::sin(angle), radius * std::cos(angle)};
}
inline Pair<double> normal_of(double u, double v) {
    const double radius = std::sqrt(-2.0 * std::log(u)), angle = 6.2831853071795865 * v;
    return {radius * std::sin(angle), radius * std::cos(angle)};
}
template <typename S>
inline Pair<float> normal2(S& state) {
    const float u = uniform(state);
    return normal_of(u, uniform(state));
}
template <typename S>
inline Pair<double> normal2_double(S& state) {
    const double u = uniform_double(state);
    return normal_of(u, uniform_double(state));
}
template <typename S>
inline float normal(S& state) {
    if (state.left.has_single) {
        state.left.has_single = false;
        return state.left.single;
    }
    const Pair<float> pair = normal2(state);
    state.left.single = pair.y;
    state.left.has_single = true;
    return pair.x;
}
template <typename S>
inline double normal_double(S& state) {
    if (state.left.has_twofold) {
        state.left.has_twofold = false;
        return state.left.twofold;
    }
    const Pair<double> pair = normal2_double(state);
    state.left.twofold = pair.y;
    state.left.has_twofold = true;
    return pair.x;
}

// Small means by D. Knuth's multiplication, large ones by W. Hormann's transformed rejection (PTRS,
// 1993).
template <typename S>
inline unsigned poisson(S& state, double mean) {
    if (!(mean > 0)) return 0;
    if (mean < 32) {
        const double limit = std::exp(-mean);
        unsigned count = 0;
        for (double product = uniform_double(state); product > limit;
             product *= uniform_double(state))
            ++count;
        return count;
    }
    const double b = 0.931 + 2.53 * std::sqrt(mean), a = -0.059 + 0.02483 * b;
    const double inverse = 1.1239 + 1.1328 / (b - 3.4), inside = 0.9277 - 3.6224 / (b - 2);
    const double log_mean = std::log(mean);
    for (;;) {
        const double u = uniform_double(state) - 0.5, v = uniform_double(state);
        const double us = 0.5 - std::fabs(u);
        if (!(us > 0)) continue;
        const double k = std::floor((2 * a / us + b) * u + mean + 0.43);
        if (us >= 0.07 && v <= inside) return static_cast<unsigned>(k);
        if (k < 0 || (us < 0.013 && v > us)) continue;
        int sign;
        if (std::log(v) + std::log(inverse) - std::log(a / (us * us) + b) <=
            k * log_mean - mean - lgamma_r(k + 1, &sign))
            return static_cast<unsigned>(k);
    }
}

}  // namespace hipwright::random
