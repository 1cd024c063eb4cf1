// CUDA's SIMD video instructions: two halves or four bytes in one 32-bit word. HIP has none of
// them.
#pragma once

#include <cstdint>
#include <type_traits>

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
#define HIPWRIGHT_SIMD(n, S, U)                                             \
    HIPWRIGHT_PART(__vabs##n, S, x < 0 ? -x : x)                            \
    HIPWRIGHT_PART(__vabsss##n, S, hipwright::saturated<S>(x < 0 ? -x : x)) \
    HIPWRIGHT_PART(__vneg##n, S, -x)                                        \
    HIPWRIGHT_PART(__vnegss##n, S, hipwright::saturated<S>(-x))             \
    HIPWRIGHT_PARTS(__vadd##n, U, x + y)                                    \
    HIPWRIGHT_PARTS(__vaddss##n, S, hipwright::saturated<S>(x + y))         \
    HIPWRIGHT_PARTS(__vaddus##n, U, hipwright::saturated<U>(x + y))         \
    HIPWRIGHT_PARTS(__vsub##n, U, x - y)                                    \
    HIPWRIGHT_PARTS(__vsubss##n, S, hipwright::saturated<S>(x - y))         \
    HIPWRIGHT_PARTS(__vsubus##n, U, hipwright::saturated<U>(x - y))         \
    HIPWRIGHT_PARTS(__vabsdiffs##n, S, x > y ? x - y : y - x)               \
    HIPWRIGHT_PARTS(__vabsdiffu##n, U, x > y ? x - y : y - x)               \
    HIPWRIGHT_PARTS(__vavgs##n, S, (x + y + (x + y >= 0)) >> 1)             \
    HIPWRIGHT_PARTS(__vavgu##n, U, (x + y + 1) >> 1)                        \
    HIPWRIGHT_PARTS(__vhaddu##n, U, (x + y) >> 1)                           \
    HIPWRIGHT_PARTS(__vmaxs##n, S, x > y ? x : y)                           \
    HIPWRIGHT_PARTS(__vmaxu##n, U, x > y ? x : y)                           \
    HIPWRIGHT_PARTS(__vmins##n, S, x < y ? x : y)                           \
    HIPWRIGHT_PARTS(__vminu##n, U, x < y ? x : y)                           \
    HIPWRIGHT_PARTS(__vcmpeq##n, U, x == y ? -1 : 0)                        \
    HIPWRIGHT_PARTS(__vcmpne##n, U, x != y ? -1 : 0)                        \
    HIPWRIGHT_PARTS(__vcmpges##n, S, x >= y ? -1 : 0)                       \
    HIPWRIGHT_PARTS(__vcmpgeu##n, U, x >= y ? -1 : 0)                       \
    HIPWRIGHT_PARTS(__vcmpgts##n, S, x > y ? -1 : 0)                        \
    HIPWRIGHT_PARTS(__vcmpgtu##n, U, x > y ? -1 : 0)                        \
    HIPWRIGHT_PARTS(__vcmples##n, S, x <= y ? -1 : 0)                       \
    HIPWRIGHT_PARTS(__vcmpleu##n, U, x <= y ? -1 : 0)                       \
    HIPWRIGHT_PARTS(__vcmplts##n, S, x < y ? -1 : 0)                        \
    HIPWRIGHT_PARTS(__vcmpltu##n, U, x < y ? -1 : 0)                        \
    HIPWRIGHT_PARTS(__vseteq##n, U, x == y)                                 \
    HIPWRIGHT_PARTS(__vsetne##n, U, x != y)                                 \
    HIPWRIGHT_PARTS(__vsetges##n, S, x >= y)                                \
    HIPWRIGHT_PARTS(__vsetgeu##n, U, x >= y)                                \
    HIPWRIGHT_PARTS(__vsetgts##n, S, x > y)                                 \
    HIPWRIGHT_PARTS(__vsetgtu##n, U, x > y)                                 \
    HIPWRIGHT_PARTS(__vsetles##n, S, x <= y)                                \
    HIPWRIGHT_PARTS(__vsetleu##n, U, x <= y)                                \
    HIPWRIGHT_PARTS(__vsetlts##n, S, x < y)                                 \
    HIPWRIGHT_PARTS(__vsetltu##n, U, x < y)                                 \
    inline unsigned int __vsads##n(unsigned int a, unsigned int b) {        \
        return hipwright::sum_of_differences<S>(a, b);                      \
    }                                                                       \
    inline unsigned int __vsadu##n(unsigned int a, unsigned int b) {        \
        return hipwright::sum_of_differences<U>(a, b);                      \
    }
HIPWRIGHT_SIMD(2, std::int16_t, std::uint16_t)
HIPWRIGHT_SIMD(4, std::int8_t, std::uint8_t)
#undef HIPWRIGHT_SIMD
#undef HIPWRIGHT_PART
#undef HIPWRIGHT_PARTS

// The DPX functions: the largest or smallest of three numbers, or of a sum and a number, for one
// 32-bit number or two 16-bit ones; `relu` puts 0 in place of what is negative; the b forms also
// say whether the first of two won.
namespace hipwright {
template <typename T>
inline T largest(T a, T b) {
    return a < b ? b : a;
}
template <typename T>
inline T smallest(T a, T b) {
    return b < a ? b : a;
}
template <typename T>
inline T wrapped_sum(T a, T b) {
    using U = std::make_unsigned_t<T>;
    return static_cast<T>(static_cast<U>(static_cast<U>(a) + static_cast<U>(b)));
}
// Applies `f` to each half of three words, taken as integers of type P.
template <typename P, typename F>
inline unsigned each_half(unsigned a, unsigned b, unsigned c, F f) {
    const auto part = [&](int shift) {
        const P result =
            f(static_cast<P>(a >> shift), static_cast<P>(b >> shift), static_cast<P>(c >> shift));
        return static_cast<unsigned>(static_cast<std::uint16_t>(result)) << shift;
    };
    return part(0) | part(16);
}
}  // namespace hipwright

#define HIPWRIGHT_WORD(name, T, expression) \
    inline T name(T a, T b, T c) { return expression; }
#define HIPWRIGHT_HALVES(name, P, expression)                                                   \
    inline unsigned int name(unsigned int x, unsigned int y, unsigned int z) {                  \
        return hipwright::each_half<P>(x, y, z, [](P a, P b, P c) -> P { return expression; }); \
    }
#define HIPWRIGHT_DPX(name, expression)                                     \
    HIPWRIGHT_WORD(name##_s32, int, expression)                             \
    HIPWRIGHT_WORD(name##_u32, unsigned int, expression)                    \
    HIPWRIGHT_WORD(name##_s32_relu, int, hipwright::largest(expression, 0)) \
    HIPWRIGHT_HALVES(name##_s16x2, std::int16_t, expression)                \
    HIPWRIGHT_HALVES(name##_u16x2, std::uint16_t, expression)               \
    HIPWRIGHT_HALVES(name##_s16x2_relu, std::int16_t,                       \
                     hipwright::largest(expression, std::int16_t{0}))
HIPWRIGHT_DPX(__vimax3, hipwright::largest(hipwright::largest(a, b), c))
HIPWRIGHT_DPX(__vimin3, hipwright::smallest(hipwright::smallest(a, b), c))
HIPWRIGHT_DPX(__viaddmax, hipwright::largest(hipwright::wrapped_sum(a, b), c))
HIPWRIGHT_DPX(__viaddmin, hipwright::smallest(hipwright::wrapped_sum(a, b), c))
#undef HIPWRIGHT_DPX
#undef HIPWRIGHT_WORD
#undef HIPWRIGHT_HALVES
inline int __vimax_s32_relu(int a, int b) { return __vimax3_s32(a, b, 0); }
inline int __vimin_s32_relu(int a, int b) {
    return hipwright::largest(hipwright::smallest(a, b), 0);
}
inline unsigned int __vimax_s16x2_relu(unsigned int a, unsigned int b) {
    return __vimax3_s16x2(a, b, 0);
}
inline unsigned int __vimin_s16x2_relu(unsigned int a, unsigned int b) {
    return __vmaxs2(__vmins2(a, b), 0);
}
#define HIPWRIGHT_WINNER(name, T, op)          \
    inline T name(T a, T b, bool* first_won) { \
        *first_won = a op b;                   \
        return *first_won ? a : b;             \
    }
HIPWRIGHT_WINNER(__vibmax_s32, int, >=)
HIPWRIGHT_WINNER(__vibmax_u32, unsigned int, >=)
HIPWRIGHT_WINNER(__vibmin_s32, int, <=)
HIPWRIGHT_WINNER(__vibmin_u32, unsigned int, <=)
#undef HIPWRIGHT_WINNER
#define HIPWRIGHT_WINNER(name, P, op, choose)                                         \
    inline unsigned int name(unsigned int a, unsigned int b, bool* high, bool* low) { \
        *high = static_cast<P>(a >> 16) op static_cast<P>(b >> 16);                   \
        *low = static_cast<P>(a) op static_cast<P>(b);                                \
        return choose(a, b);                                                          \
    }
HIPWRIGHT_WINNER(__vibmax_s16x2, std::int16_t, >=, __vmaxs2)
HIPWRIGHT_WINNER(__vibmax_u16x2, std::uint16_t, >=, __vmaxu2)
HIPWRIGHT_WINNER(__vibmin_s16x2, std::int16_t, <=, __vmins2)
HIPWRIGHT_WINNER(__vibmin_u16x2, std::uint16_t, <=, __vminu2)
#undef HIPWRIGHT_WINNER
