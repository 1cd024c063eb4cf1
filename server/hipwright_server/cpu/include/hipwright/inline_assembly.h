// What inline PTX becomes: the bits of its operands, and the instructions that C++ has no sign for.
// Included by sources that have some, behind the runtime.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "address_spaces.h"
#include "barrier.h"
#include "bits.h"
#include "config.h"
#include "device_side.h"
#include "fp8.h"
#include "rounding.h"

namespace hipwright::assembly {

// A register: 64 bits, of which an instruction reads as many as its type has.
struct Word {
    std::uint64_t bits = 0;

    template <typename T>
    T as() const {
        if constexpr (std::is_same_v<T, bool>) {
            return bits & 1;
        } else {
            T value;
            std::memcpy(&value, &bits, sizeof(value));
            return value;
        }
    }
};
template <typename T>
Word word(T value) {
    static_assert(std::is_scalar_v<T> || sizeof(T) <= 8, "a register holds at most 64 bits");
    Word result;
    if constexpr (std::is_integral_v<T> && std::is_signed_v<T>) {
        // In a register that is wider than its type, a number keeps its sign.
        result.bits = static_cast<std::uint64_t>(static_cast<std::int64_t>(value));
    } else {
        std::memcpy(&result.bits, &value, sizeof(value));
    }
    return result;
}
template <typename T>
void store(T& target, Word value) {
    static_assert(sizeof(T) <= 8, "a register holds at most 64 bits");
    std::memcpy(static_cast<void*>(&target), &value.bits, sizeof(target));
}

// Ends the kernel: what it reached cannot be run here.
[[noreturn]] inline void untranslated(const char* instruction, HIPWRIGHT_HERE) {
    char message[160];
    std::snprintf(message, sizeof(message), "the CPU device cannot run this inline assembly: %s",
                  instruction);
    trap("assembly", message, Failure::trap, file, line);
}

inline LaneMask lower_lanes() { return (LaneMask{1} << lane_id()) - 1; }

// The address in a register; `narrow` says that the register has 32 bits, for shared memory.
inline char* address(Word base, bool narrow, long long offset, HIPWRIGHT_HERE) {
    if (!narrow) return reinterpret_cast<char*>(base.bits) + offset;
    return near_shared(static_cast<std::uint32_t>(base.bits), file, line) + offset;
}
template <typename T>
T load_at(const char* place, int index) {
    T value;
    std::memcpy(&value, place + static_cast<std::size_t>(index) * sizeof(T), sizeof(value));
    asm volatile("" ::: "memory");
    return value;
}
template <typename T>
void store_at(char* place, int index, T value) {
    std::memcpy(place + static_cast<std::size_t>(index) * sizeof(T), &value, sizeof(value));
    asm volatile("" ::: "memory");
}
// cp.async: `present` bytes from the source, zeros behind them.
inline void copy(char* target, const char* source, std::uint32_t size, std::uint32_t present) {
    if (present > size) present = size;
    std::memcpy(target, source, present);
    std::memset(target + present, 0, size - present);
}

// Shifts by the width or more leave nothing, or the sign.
template <typename T>
T shift_left(T value, std::uint32_t amount) {
    using U = std::make_unsigned_t<T>;
    return amount >= 8 * sizeof(T) ? T{0} : static_cast<T>(static_cast<U>(value) << amount);
}
template <typename T>
T shift_right(T value, std::uint32_t amount) {
    constexpr std::uint32_t most = 8 * sizeof(T) - 1;
    if (amount > most) return std::is_signed_v<T> ? static_cast<T>(value >> most) : T{0};
    return static_cast<T>(value >> amount);
}
template <typename T>
T product_high(T a, T b) {
    using Wide =
        std::conditional_t<sizeof(T) == 8,
                           std::conditional_t<std::is_signed_v<T>, __int128, unsigned __int128>,
                           std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>>;
    return static_cast<T>((static_cast<Wide>(a) * static_cast<Wide>(b)) >> (8 * sizeof(T)));
}
template <typename T>
T product_low(T a, T b) {
    return static_cast<T>(a * b);
}
inline bool& ignored_carry() {
    static thread_local bool carry;
    return carry;
}
template <typename T>
T add_with_carry(T a, T b, bool carry_in, bool& carry_out) {
    T sum;
    const bool first = __builtin_add_overflow(a, b, &sum);
    const bool second = __builtin_add_overflow(sum, static_cast<T>(carry_in), &sum);
    carry_out = first || second;
    return sum;
}
template <typename T>
T subtract_with_carry(T a, T b, bool carry_in, bool& carry_out) {
    T difference;
    const bool first = __builtin_sub_overflow(a, b, &difference);
    const bool second = __builtin_sub_overflow(difference, static_cast<T>(carry_in), &difference);
    carry_out = first || second;
    return difference;
}
// lop3: each bit of the result is the table's bit that the three bits number.
inline std::uint32_t table_of_three(std::uint32_t a, std::uint32_t b, std::uint32_t c, int table) {
    std::uint32_t result = 0;
    for (int i = 0; i < 8; ++i) {
        if (!((table >> i) & 1)) continue;
        result |= (i & 4 ? a : ~a) & (i & 2 ? b : ~b) & (i & 1 ? c : ~c);
    }
    return result;
}
// bfe and bfi: `width` bits from `place` on. A signed field is extended by its highest bit.
template <typename T>
T field(T value, std::uint32_t place, std::uint32_t width) {
    constexpr std::uint32_t bits = 8 * sizeof(T);
    place &= 0xff;
    width &= 0xff;
    if (!width) return T{0};
    using U = std::make_unsigned_t<T>;
    const std::uint32_t end = place + width < bits ? place + width : bits;
    const bool negative = std::is_signed_v<T> && ((value >> (end - 1)) & 1);
    const U shifted = place >= bits ? U{0} : static_cast<U>(static_cast<U>(value) >> place);
    if (width >= bits) return static_cast<T>(shifted);
    const U mask = static_cast<U>((U{1} << width) - 1);
    return static_cast<T>(negative ? shifted | ~mask : shifted & mask);
}
template <typename T>
T with_field(T inserted, T base, std::uint32_t place, std::uint32_t width) {
    place &= 0xff;
    width &= 0xff;
    constexpr std::uint32_t bits = 8 * sizeof(T);
    if (place >= bits || !width) return base;
    const T ones = width >= bits ? static_cast<T>(~T{0}) : static_cast<T>((T{1} << width) - 1);
    const T mask = static_cast<T>(ones << place);
    return static_cast<T>((base & ~mask) | ((inserted << place) & mask));
}
template <typename T>
T reversed(T value) {
    return static_cast<T>(sizeof(T) == 8 ? __brevll(value) : __brev(static_cast<unsigned>(value)));
}
template <typename T>
std::uint32_t leading_zeros(T value) {
    if (!value) return 8 * sizeof(T);
    return static_cast<std::uint32_t>(__builtin_clzll(value)) - (64 - 8 * sizeof(T));
}
// The place of the highest bit that is set, or of a negative number that is not; all ones for none.
template <typename T>
std::uint32_t highest_bit(T value) {
    using U = std::make_unsigned_t<T>;
    const U bits = static_cast<U>(std::is_signed_v<T> && value < 0 ? ~value : value);
    return bits ? 63 - static_cast<std::uint32_t>(__builtin_clzll(bits)) : 0xffffffffu;
}

// prmt: each byte is one of eight; from 8 on, a selector copies the sign of its byte instead.
inline std::uint32_t permuted(std::uint32_t a, std::uint32_t b, std::uint32_t selectors) {
    const std::uint64_t bytes = static_cast<std::uint64_t>(b) << 32 | a;
    std::uint32_t result = 0;
    for (int i = 0; i < 4; ++i) {
        const std::uint32_t selector = selectors >> (4 * i) & 0xf;
        std::uint32_t byte = static_cast<std::uint32_t>(bytes >> (8 * (selector & 7))) & 0xff;
        if (selector & 8) byte = byte & 0x80 ? 0xff : 0;
        result |= byte << (8 * i);
    }
    return result;
}
// shf: the 64 bits of both, shifted.
inline std::uint32_t funnel(std::uint32_t low, std::uint32_t high, std::uint32_t by, bool left,
                            bool clamps) {
    by = clamps ? (by < 32 ? by : 32) : by & 31;
    const std::uint64_t both = static_cast<std::uint64_t>(high) << 32 | low;
    return static_cast<std::uint32_t>(left ? both << by >> 32 : both >> by);
}
// dp4a, dp2a: products of parts, summed.
template <typename A, typename B>
std::uint32_t dot(std::uint32_t a, std::uint32_t b, std::uint32_t c, int parts, int first) {
    for (int i = 0; i < parts; ++i) {
        const auto x = static_cast<A>(a >> (8 * sizeof(A) * i));
        const auto y = static_cast<B>(b >> (8 * (i + first)));
        c += static_cast<std::uint32_t>(std::int64_t{x} * std::int64_t{y});
    }
    return c;
}
inline std::uint32_t byte_differences(std::uint32_t a, std::uint32_t b, std::uint32_t c) {
    for (int shift = 0; shift < 32; shift += 8) {
        const int x = a >> shift & 0xff;
        const int y = b >> shift & 0xff;
        c += static_cast<std::uint32_t>(x < y ? y - x : x - y);
    }
    return c;
}
// cvt.pack: two integers in fewer bits each, behind what a third register holds.
inline std::uint32_t packed(std::int32_t high, std::int32_t low, std::uint32_t kept, int bits,
                            bool is_signed) {
    const std::int32_t most = (1 << (is_signed ? bits - 1 : bits)) - 1;
    const std::int32_t least = is_signed ? -most - 1 : 0;
    const auto fit = [&](std::int32_t value) {
        const std::int32_t kept_in = value < least ? least : value > most ? most : value;
        return static_cast<std::uint32_t>(kept_in) & ((1u << bits) - 1);
    };
    const std::uint32_t pair = fit(high) << bits | fit(low);
    return 2 * bits < 32 ? kept << (2 * bits) | pair : pair;
}

// Numbers of 16 bits in registers. Each operation is computed in double, where a product is exact,
// and rounded once: a sum that double cannot hold is marked as inexact by its last bit.
inline double marked_sum(double a, double b) {
    const double sum = a + b;
    if (!(std::fabs(sum) < INFINITY)) return sum;
    const double back = sum - a;
    const double lost = (a - (sum - back)) + (b - back);
    if (lost == 0 || same_bits<std::uint64_t>(sum) & 1) return sum;
    return std::nextafter(sum, lost > 0 ? INFINITY : -INFINITY);
}
struct Half {
    static double get(std::uint32_t bits) { return HalfFormat::to_float(bits & 0xffff); }
    static std::uint32_t put(double value) {
        return value != value ? 0x7fffu : HalfFormat::from_double(value);
    }
};
struct Brain {
    static double get(std::uint32_t bits) { return same_bits<float>(bits << 16); }
    static std::uint32_t put(double value) {
        return value != value ? 0x7fffu : BFloat16Format::from_double(value);
    }
};
template <typename F, typename Compute>
std::uint32_t each_number(int numbers, Compute compute, std::uint32_t a, std::uint32_t b = 0,
                          std::uint32_t c = 0) {
    std::uint32_t result = 0;
    for (int shift = 0; shift < 16 * numbers; shift += 16) {
        const double value = compute(F::get(a >> shift), F::get(b >> shift), F::get(c >> shift));
        result |= F::put(value) << shift;
    }
    return result;
}
// The smaller or the larger number; of a number and NaN the number; -0 is below 0.
inline double extreme(double a, double b, bool larger) {
    if (a != a) return b;
    if (b != b) return a;
    if (a == b) return std::signbit(a) == larger ? b : a;
    return (a < b) == larger ? b : a;
}
inline double rectified(double value) { return value != value || value > 0 ? value : 0.0; }
inline float flushed(float value) {
    return std::fpclassify(value) == FP_SUBNORMAL ? std::copysign(0.0f, value) : value;
}
template <typename F>
std::uint32_t number_pair(float high, float low, bool positive) {
    const double x = positive ? rectified(low) : low;
    const double y = positive ? rectified(high) : high;
    return F::put(y) << 16 | F::put(x);
}
template <typename Format>
std::uint16_t byte_pair(double high, double low) {
    return static_cast<std::uint16_t>(Format::from_double(high, true) << 8 |
                                      Format::from_double(low, true));
}
template <typename F, typename Format>
std::uint32_t from_byte_pair(std::uint16_t pair) {
    return F::put(Format::to_double(pair >> 8)) << 16 | F::put(Format::to_double(pair & 0xff));
}
// ue8m0: a power of two from 2^-127 on, and 255 for NaN.
inline std::uint32_t to_exponent(double value, bool up) {
    if (value != value) return 255;
    const double magnitude = std::fabs(value);
    for (int exponent = 0; exponent < 254; ++exponent) {
        const double power = std::ldexp(1.0, exponent - 127);
        if (up ? power >= magnitude : 2 * power > magnitude) {
            return static_cast<std::uint32_t>(exponent);
        }
    }
    return 254;
}
inline std::uint32_t from_exponents(std::uint16_t pair) {
    const auto value = [](int byte) {
        return byte == 255 ? std::nan("") : std::ldexp(1.0, byte - 127);
    };
    return Brain::put(value(pair >> 8)) << 16 | Brain::put(value(pair & 0xff));
}

// shfl.sync: the value of another lane, and whether that lane is in the segment. `kind` is 0 for
// idx, 1 for up, 2 for down, 3 for bfly.
struct Shuffled {
    std::uint32_t value;
    bool inside;
};
inline Shuffled shuffled(std::uint32_t value, std::uint32_t by, std::uint32_t bounds,
                         std::uint32_t mask, int kind) {
    const std::uint32_t own = static_cast<std::uint32_t>(lane_id()) & 31;
    const std::uint32_t segment = bounds >> 8 & 31;
    const std::uint32_t last = (own & segment) | (bounds & 31 & ~segment);
    const std::uint32_t first = own & segment;
    by &= 31;
    std::uint32_t from = own;
    bool inside = true;
    if (kind == 1) {
        inside = own >= by && own - by >= last;
        from = own - by;
    } else if (kind == 2) {
        from = own + by;
        inside = from <= last;
    } else if (kind == 3) {
        from = own ^ by;
        inside = from <= last;
    } else {
        from = first | (by & ~segment);
        inside = from <= last;
    }
    if (!inside) from = own;
    const std::uint32_t other =
        ::__shfl_sync(static_cast<LaneMask>(mask), value, static_cast<int>(from));
    return {other, inside};
}

}  // namespace hipwright::assembly
