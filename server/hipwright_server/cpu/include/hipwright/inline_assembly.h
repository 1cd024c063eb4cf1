// What inline PTX becomes: the bits of its operands, and the instructions that C++ has no sign for.
// Included by sources that have some, behind the runtime.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "barrier.h"
#include "bits.h"
#include "config.h"
#include "device_side.h"
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
    std::memcpy(&result.bits, &value, sizeof(value));
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

// The address in a register. A program that keeps an address of shared memory in 32 bits has lost
// the upper half here: it is found again, because the block's shared memory lies in two places
// only, its dynamic part and the thread's own storage.
inline char* address(Word base, bool narrow, long long offset, HIPWRIGHT_HERE) {
    if (!narrow) return reinterpret_cast<char*>(base.bits) + offset;
    const std::uint64_t low = base.bits & 0xffffffffu;
    const auto dynamic = reinterpret_cast<std::uint64_t>(dynamic_shared());
    const auto near_dynamic = (dynamic & ~0xffffffffull) | low;
    if (near_dynamic >= dynamic && near_dynamic <= dynamic + dynamic_shared_bytes()) {
        return reinterpret_cast<char*>(near_dynamic) + offset;
    }
    const auto own = reinterpret_cast<std::uint64_t>(&threadIdx);
    const auto near_own = (own & ~0xffffffffull) | low;
    const std::uint64_t distance = near_own > own ? near_own - own : own - near_own;
    constexpr std::uint64_t most_static_shared = 1u << 20;
    if (distance > most_static_shared) {
        trap("assembly", "a shared memory address in 32 bits is none of this block's",
             Failure::illegal_address, file, line);
    }
    return reinterpret_cast<char*>(near_own) + offset;
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

}  // namespace hipwright::assembly
