// Floating-point formats of 8 and 16 bits: to and from double in every rounding mode.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "bits.h"
#include "config.h"
#include "rounding.h"

namespace hipwright {

// A sign, `exponent_bits` and `mantissa_bits`, laid out as IEEE 754 does, with infinities and NaNs.
template <int exponent_bits, int mantissa_bits>
struct SmallFormat {
    static constexpr int lowest_exponent = 2 - (1 << (exponent_bits - 1));
    static constexpr unsigned sign = 1u << (exponent_bits + mantissa_bits);
    static constexpr unsigned infinity = ((1u << exponent_bits) - 1) << mantissa_bits;
    static constexpr unsigned quiet_nan = infinity | (1u << (mantissa_bits - 1));

    // The magnitude in units of the last place, before rounding, and the exponent of its first bit.
    struct Scaled {
        double units;
        int exponent;
    };
    static Scaled scale(double magnitude) {
        const auto bits = same_bits<std::uint64_t>(magnitude);
        int exponent = static_cast<int>(bits >> 52) - 1023;
        if (exponent < lowest_exponent) exponent = lowest_exponent;
        const auto factor = static_cast<std::uint64_t>(1023 + mantissa_bits - exponent) << 52;
        return {magnitude * same_bits<double>(factor), exponent};
    }
    template <Rounding mode>
    static double round_units(double units, bool negative) {
        if constexpr (mode == Rounding::nearest) return std::nearbyint(units);
        if constexpr (mode == Rounding::zero) return std::floor(units);
        if constexpr (mode == Rounding::up) return negative ? std::floor(units) : std::ceil(units);
        return negative ? std::ceil(units) : std::floor(units);
    }

    template <Rounding mode = Rounding::nearest>
    static unsigned from_double(double value) {
        const bool negative = std::signbit(value);
        const unsigned sign_bit = negative ? sign : 0;
        if (value != value) return sign_bit | quiet_nan;
        const double magnitude = std::fabs(value);
        if (magnitude > 1.7976931348623157e308) return sign_bit | infinity;
        // The first bit behind the point carries into the exponent by itself when it overflows.
        const Scaled scaled = scale(magnitude);
        if (scaled.exponent > -lowest_exponent + 1) return sign_bit | overflow<mode>(negative);
        const auto units = static_cast<unsigned>(round_units<mode>(scaled.units, negative));
        const unsigned bits =
            (static_cast<unsigned>(scaled.exponent - lowest_exponent) << mantissa_bits) + units;
        return sign_bit | (bits >= infinity ? overflow<mode>(negative) : bits);
    }
    template <Rounding mode>
    static unsigned overflow(bool negative) {
        const bool away = mode == Rounding::nearest || (mode == Rounding::up && !negative) ||
                          (mode == Rounding::down && negative);
        return away ? infinity : infinity - 1;
    }

    static float to_float(unsigned bits) {
        const unsigned magnitude = bits & (sign - 1);
        const std::uint32_t sign_bit = bits & sign ? 0x80000000u : 0;
        if (magnitude >= infinity) {
            return same_bits<float>(sign_bit | 0x7f800000u |
                                    ((magnitude & ~infinity) << (23 - mantissa_bits)));
        }
        // Read as a float, the bits are too small by a power of two, also where they are subnormal.
        constexpr int too_small = 126 + lowest_exponent;
        constexpr std::uint32_t factor = static_cast<std::uint32_t>(127 + too_small) << 23;
        const float value =
            same_bits<float>(static_cast<std::uint32_t>(magnitude) << (23 - mantissa_bits)) *
            same_bits<float>(factor);
        return same_bits<float>(same_bits<std::uint32_t>(value) | sign_bit);
    }
};

// A whole number as a double that rounds to any format of at most 50 bits as the number itself
// does: what a double cannot hold is kept as one sticky bit.
inline double sticky_double(unsigned long long magnitude) {
    if (magnitude >> 53) magnitude = (magnitude & ~0x7ffull) | ((magnitude & 0x7ff) ? 0x800 : 0);
    return static_cast<double>(magnitude);
}
template <typename I>
inline double sticky_double_of(I value) {
    if constexpr (sizeof(I) < 8) {
        return static_cast<double>(value);
    } else if constexpr (std::is_signed_v<I>) {
        const auto bits = static_cast<unsigned long long>(value);
        return value < 0 ? -sticky_double(0 - bits) : sticky_double(bits);
    } else {
        return sticky_double(value);
    }
}

// a + b as a double that rounds to a format of at most 50 bits as the exact sum does: where the sum
// is not exact, its last bit is odd.
inline double sticky_sum(double a, double b) {
    const double sum = a + b;
    const double part = sum - a;
    const double rest = (a - (sum - part)) + (b - part);
    auto bits = same_bits<std::uint64_t>(sum);
    if (rest == 0 || rest != rest || (bits & 1)) return sum;
    return same_bits<double>((rest > 0) == (sum > 0) ? bits + 1 : bits - 1);
}

// IEEE 754 binary16.
struct HalfFormat {
    using Format = SmallFormat<5, 10>;
    static constexpr unsigned infinity = Format::infinity;
#ifdef __FLT16_MANT_DIG__
    // The compiler's own type converts in one instruction where the processor can (-mf16c).
    static unsigned short from_float(float value) {
        return same_bits<unsigned short>(static_cast<_Float16>(value));
    }
    static float to_float(unsigned short bits) {
        return static_cast<float>(same_bits<_Float16>(bits));
    }
#else
    static unsigned short from_float(float value) {
        return static_cast<unsigned short>(Format::from_double<>(value));
    }
    static float to_float(unsigned short bits) { return Format::to_float(bits); }
#endif
    template <Rounding mode = Rounding::nearest>
    static unsigned short from_double(double value) {
        return static_cast<unsigned short>(Format::from_double<mode>(value));
    }
};

}  // namespace hipwright
