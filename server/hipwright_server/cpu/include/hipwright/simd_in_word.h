// CUDA's SIMD video instructions: two halves or four bytes in one 32-bit word. HIP has none of
// them.
#pragma once

#include <cstdint>

#include "config.h"

namespace hipwright {

// Applies `f` to each part of a and b, taken as integers of type P, and packs the results.
template <typename P, typename F>
inline unsigned each_part(unsigned a, unsigned b, F f) {
    constexpr int bits = 8 * sizeof(P);
    constexpr unsigned mask = (1u << bits) - 1;
    unsigned result = 0;
    for (int shift = 0; shift < 32; shift += bits) {
        const int x = static_cast<P>(a >> shift);
        const int y = static_cast<P>(b >> shift);
        result |= (static_cast<unsigned>(f(x, y)) & mask) << shift;
    }
    return result;
}
template <typename P>
inline int saturated(int value) {
    constexpr int highest =
        static_cast<P>(-1) < P{0} ? (1 << (8 * sizeof(P) - 1)) - 1 : (1 << (8 * sizeof(P))) - 1;
    constexpr int lowest = static_cast<P>(-1) < P{0} ? -highest - 1 : 0;
    return value > highest ? highest : value < lowest ? lowest : value;
}
template <typename P>
inline unsigned sum_of_differences(unsigned a, unsigned b) {
    constexpr int bits = 8 * sizeof(P);
    unsigned sum = 0;
    for (int shift = 0; shift < 32; shift += bits) {
        const int x = static_cast<P>(a >> shift);
        const int y = static_cast<P>(b >> shift);
        sum += static_cast<unsigned>(x > y ? x - y : y - x);
    }
    return sum;
}

}  // namespace hipwright

#define HIPWRIGHT_PARTS(name, P, expression)                                           \
    inline unsigned int name(unsigned int a, unsigned int b) {                         \
        return hipwright::each_part<P>(a, b, [](int x, int y) { return expression; }); \
    }
#define HIPWRIGHT_PART(name, P, expression)                                          \
    inline unsigned int name(unsigned int a) {                                       \
        return hipwright::each_part<P>(a, 0, [](int x, int) { return expression; }); \
    }
// `n` is the number of parts; S and U are their signed and unsigned types.
#define HIPWRIGHT_SIMD(n, S, U)                                                \
    HIPWRIGHT_PART(__vabs##n, S, x < 0 ? -x : x)                               \
    HIPWRIGHT_PART(__vabsss##n, S, hipwright::saturated<S>(x < 0 ? -x : x))    \
    HIPWRIGHT_PART(__vneg##n, S, -x)                                           \
    HIPWRIGHT_PART(__vnegss##n, S, hipwright::saturated<S>(-x))                \
    HIPWRIGHT_PARTS(__vadd##n, U, x + y)                                       \
    HIPWRIGHT_PARTS(__vaddss##n, S, hipwright::saturated<S>(x + y))            \
    HIPWRIGHT_PARTS(__vaddus##n, U, hipwright::saturated<U>(x + y))            \
    HIPWRIGHT_PARTS(__vsub##n, U, x - y)                                       \
    HIPWRIGHT_PARTS(__vsubss##n, S, hipwright::saturated<S>(x - y))            \
    HIPWRIGHT_PARTS(__vsubus##n, U, hipwright::saturated<U>(x - y))            \
    HIPWRIGHT_PARTS(__vabsdiffs##n, S, x > y ? x - y : y - x)                  \
    HIPWRIGHT_PARTS(__vabsdiffu##n, U, x > y ? x - y : y - x)                  \
    HIPWRIGHT_PARTS(__vavgs##n, S, x + y >= 0 ? (x + y + 1) / 2 : (x + y) / 2) \
    HIPWRIGHT_PARTS(__vavgu##n, U, (x + y + 1) >> 1)                           \
    HIPWRIGHT_PARTS(__vhaddu##n, U, (x + y) >> 1)                              \
    HIPWRIGHT_PARTS(__vmaxs##n, S, x > y ? x : y)                              \
    HIPWRIGHT_PARTS(__vmaxu##n, U, x > y ? x : y)                              \
    HIPWRIGHT_PARTS(__vmins##n, S, x < y ? x : y)                              \
    HIPWRIGHT_PARTS(__vminu##n, U, x < y ? x : y)                              \
    HIPWRIGHT_PARTS(__vcmpeq##n, U, x == y ? -1 : 0)                           \
    HIPWRIGHT_PARTS(__vcmpne##n, U, x != y ? -1 : 0)                           \
    HIPWRIGHT_PARTS(__vcmpges##n, S, x >= y ? -1 : 0)                          \
    HIPWRIGHT_PARTS(__vcmpgeu##n, U, x >= y ? -1 : 0)                          \
    HIPWRIGHT_PARTS(__vcmpgts##n, S, x > y ? -1 : 0)                           \
    HIPWRIGHT_PARTS(__vcmpgtu##n, U, x > y ? -1 : 0)                           \
    HIPWRIGHT_PARTS(__vcmples##n, S, x <= y ? -1 : 0)                          \
    HIPWRIGHT_PARTS(__vcmpleu##n, U, x <= y ? -1 : 0)                          \
    HIPWRIGHT_PARTS(__vcmplts##n, S, x < y ? -1 : 0)                           \
    HIPWRIGHT_PARTS(__vcmpltu##n, U, x < y ? -1 : 0)                           \
    HIPWRIGHT_PARTS(__vseteq##n, U, x == y)                                    \
    HIPWRIGHT_PARTS(__vsetne##n, U, x != y)                                    \
    HIPWRIGHT_PARTS(__vsetges##n, S, x >= y)                                   \
    HIPWRIGHT_PARTS(__vsetgeu##n, U, x >= y)                                   \
    HIPWRIGHT_PARTS(__vsetgts##n, S, x > y)                                    \
    HIPWRIGHT_PARTS(__vsetgtu##n, U, x > y)                                    \
    HIPWRIGHT_PARTS(__vsetles##n, S, x <= y)                                   \
    HIPWRIGHT_PARTS(__vsetleu##n, U, x <= y)                                   \
    HIPWRIGHT_PARTS(__vsetlts##n, S, x < y)                                    \
    HIPWRIGHT_PARTS(__vsetltu##n, U, x < y)                                    \
    inline unsigned int __vsads##n(unsigned int a, unsigned int b) {           \
        return hipwright::sum_of_differences<S>(a, b);                         \
    }                                                                          \
    inline unsigned int __vsadu##n(unsigned int a, unsigned int b) {           \
        return hipwright::sum_of_differences<U>(a, b);                         \
    }
HIPWRIGHT_SIMD(2, std::int16_t, std::uint16_t)
HIPWRIGHT_SIMD(4, std::int8_t, std::uint8_t)
#undef HIPWRIGHT_SIMD
#undef HIPWRIGHT_PART
#undef HIPWRIGHT_PARTS

// The largest or smallest of two sums or of three numbers (compute capability 9.0 and up).
#define HIPWRIGHT_MINMAX(name, T, expression) \
    inline T name(T a, T b, T c) { return expression; }
HIPWRIGHT_MINMAX(__vimax3_s32, int, (a > b ? a : b) > c ? (a > b ? a : b) : c)
HIPWRIGHT_MINMAX(__vimin3_s32, int, (a < b ? a : b) < c ? (a < b ? a : b) : c)
HIPWRIGHT_MINMAX(__vimax3_u32, unsigned int, (a > b ? a : b) > c ? (a > b ? a : b) : c)
HIPWRIGHT_MINMAX(__vimin3_u32, unsigned int, (a < b ? a : b) < c ? (a < b ? a : b) : c)
HIPWRIGHT_MINMAX(__viaddmax_s32, int, a + b > c ? a + b : c)
HIPWRIGHT_MINMAX(__viaddmin_s32, int, a + b < c ? a + b : c)
HIPWRIGHT_MINMAX(__viaddmax_u32, unsigned int, a + b > c ? a + b : c)
HIPWRIGHT_MINMAX(__viaddmin_u32, unsigned int, a + b < c ? a + b : c)
#undef HIPWRIGHT_MINMAX
