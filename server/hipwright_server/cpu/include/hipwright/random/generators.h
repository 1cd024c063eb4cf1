// The random number generators of cuRAND and hipRAND, from the papers that published them.
//
// XORWOW: G. Marsaglia, Xorshift RNGs, 2003. MRG32k3a: P. L'Ecuyer, Good parameters and
// implementations for combined multiple recursive random number generators, 1999; its streams: An
// object-oriented random-number package with many long streams and substreams, 2002. Philox4x32-10:
// J. Salmon et al., Parallel random numbers: as easy as 1, 2, 3, 2011. Seeds are spread by
// SplitMix64 (G. Steele et al., 2014), which is ours: vendors spread them in their own ways.
#pragma once

#include "../config.h"

namespace hipwright::random {

inline std::uint64_t split_mix(std::uint64_t& state) {
    state += 0x9e3779b97f4a7c15ull;
    std::uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
}

// What normally distributed numbers leave over: they come in pairs.
struct Leftover {
    float single;
    double twofold;
    bool has_single;
    bool has_twofold;
};

// -- XORWOW ---------------------------------------------------------------------------------------
struct Xorwow {
    std::uint32_t v[5];
    std::uint32_t d;
    Leftover left;

    std::uint32_t next() {
        const std::uint32_t t = v[0] ^ (v[0] >> 2);
        v[0] = v[1];
        v[1] = v[2];
        v[2] = v[3];
        v[3] = v[4];
        v[4] = (v[4] ^ (v[4] << 4)) ^ (t ^ (t << 1));
        d += 362437u;
        return v[4] + d;
    }
};

// All but the counter of XORWOW is linear over bits: `of(k)` is the matrix of 2^k steps.
class XorwowSteps {
  public:
    struct Matrix {
        std::uint32_t image[160][5];  // of each bit
        void apply(std::uint32_t* v) const {
            std::uint32_t out[5] = {};
            for (int bit = 0; bit < 160; ++bit) {
                if (!((v[bit / 32] >> (bit % 32)) & 1)) continue;
                for (int i = 0; i < 5; ++i) out[i] ^= image[bit][i];
            }
            for (int i = 0; i < 5; ++i) v[i] = out[i];
        }
    };
    static const Matrix& of(int power) {
        static const XorwowSteps* steps = new XorwowSteps();
        return steps->matrices_[power];
    }

  private:
    static constexpr int powers = 67 + 64;
    Matrix matrices_[powers];
    XorwowSteps() {
        for (int bit = 0; bit < 160; ++bit) {
            Xorwow one{};
            one.v[bit / 32] = 1u << (bit % 32);
            one.next();
            for (int i = 0; i < 5; ++i) matrices_[0].image[bit][i] = one.v[i];
        }
        for (int power = 1; power < powers; ++power) {
            matrices_[power] = matrices_[power - 1];
            for (auto& image : matrices_[power].image) matrices_[power - 1].apply(image);
        }
    }
};
// n times 2^`log` steps.
inline void skip(Xorwow& state, std::uint64_t n, int log = 0) {
    for (int bit = 0; n >> bit; ++bit) {
        if ((n >> bit) & 1) XorwowSteps::of(log + bit).apply(state.v);
        if (bit == 63) break;
    }
    if (log < 32) state.d += 362437u * (static_cast<std::uint32_t>(n) << log);
}
inline void seed(Xorwow& state, std::uint64_t seed, std::uint64_t sequence, std::uint64_t offset) {
    state = Xorwow{};
    std::uint64_t spread = seed;
    const std::uint64_t a = split_mix(spread), b = split_mix(spread), c = split_mix(spread);
    state.v[0] = static_cast<std::uint32_t>(a);
    state.v[1] = static_cast<std::uint32_t>(a >> 32);
    state.v[2] = static_cast<std::uint32_t>(b);
    state.v[3] = static_cast<std::uint32_t>(b >> 32);
    state.v[4] = static_cast<std::uint32_t>(c) | 1;  // never all zero
    state.d = 6615241u + static_cast<std::uint32_t>(c >> 32);
    skip(state, sequence, 67);
    skip(state, offset);
}

// -- MRG32k3a -------------------------------------------------------------------------------------
struct Mrg {
    std::uint32_t first[3];
    std::uint32_t second[3];
    Leftover left;

    static constexpr std::uint64_t m1 = 4294967087ull, m2 = 4294944443ull;

    // From 1 to m1.
    std::uint32_t next() {
        const std::uint64_t p1 = (1403580ull * first[1] + (m1 - 810728ull) * first[0] % m1) % m1;
        first[0] = first[1];
        first[1] = first[2];
        first[2] = static_cast<std::uint32_t>(p1);
        const std::uint64_t p2 = (527612ull * second[2] + (m2 - 1370589ull) * second[0] % m2) % m2;
        second[0] = second[1];
        second[1] = second[2];
        second[2] = static_cast<std::uint32_t>(p2);
        return static_cast<std::uint32_t>(p1 > p2 ? p1 - p2 : p1 + m1 - p2);
    }
};

class MrgSteps {
  public:
    struct Matrix {
        std::uint64_t at[3][3];
        Matrix squared(std::uint64_t m) const {
            Matrix out{};
            for (int i = 0; i < 3; ++i)
                for (int j = 0; j < 3; ++j)
                    for (int k = 0; k < 3; ++k)
                        out.at[i][j] = (out.at[i][j] + at[i][k] * at[k][j] % m) % m;
            return out;
        }
        void apply(std::uint32_t* v, std::uint64_t m) const {
            std::uint64_t out[3] = {};
            for (int i = 0; i < 3; ++i)
                for (int k = 0; k < 3; ++k) out[i] = (out[i] + at[i][k] * v[k] % m) % m;
            for (int i = 0; i < 3; ++i) v[i] = static_cast<std::uint32_t>(out[i]);
        }
    };
    static void apply(Mrg& state, int power) {
        static const MrgSteps* steps = new MrgSteps();
        steps->first_[power].apply(state.first, Mrg::m1);
        steps->second_[power].apply(state.second, Mrg::m2);
    }

  private:
    static constexpr int powers = 127 + 64;
    Matrix first_[powers], second_[powers];
    MrgSteps() {
        first_[0] = {{{0, 1, 0}, {0, 0, 1}, {Mrg::m1 - 810728, 1403580, 0}}};
        second_[0] = {{{0, 1, 0}, {0, 0, 1}, {Mrg::m2 - 1370589, 0, 527612}}};
        for (int power = 1; power < powers; ++power) {
            first_[power] = first_[power - 1].squared(Mrg::m1);
            second_[power] = second_[power - 1].squared(Mrg::m2);
        }
    }
};
inline void skip(Mrg& state, std::uint64_t n, int log = 0) {
    for (int bit = 0; n >> bit; ++bit) {
        if ((n >> bit) & 1) MrgSteps::apply(state, log + bit);
        if (bit == 63) break;
    }
}
// Seed 0 is the paper's own: six times 12345.
inline void seed(Mrg& state, std::uint64_t seed, std::uint64_t sequence, std::uint64_t offset) {
    state = Mrg{};
    std::uint64_t spread = seed;
    for (int i = 0; i < 3; ++i) {
        const std::uint64_t value = split_mix(spread);
        state.first[i] = seed ? 1 + static_cast<std::uint32_t>(value % (Mrg::m1 - 1)) : 12345;
        const std::uint64_t other = split_mix(spread);
        state.second[i] = seed ? 1 + static_cast<std::uint32_t>(other % (Mrg::m2 - 1)) : 12345;
    }
    skip(state, sequence, 76);
    skip(state, offset);
}

// -- Philox4x32-10 --------------------------------------------------------------------------------
// The counter's lower half counts blocks of four numbers, its upper half is the sequence.
struct Philox {
    std::uint32_t counter[4];
    std::uint32_t key[2];
    std::uint32_t block[4];
    unsigned used;
    Leftover left;

    void fill() {
        std::uint32_t c[4] = {counter[0], counter[1], counter[2], counter[3]};
        std::uint32_t k[2] = {key[0], key[1]};
        for (int round = 0; round < 10; ++round) {
            const std::uint64_t p0 = std::uint64_t{0xd2511f53u} * c[0];
            const std::uint64_t p1 = std::uint64_t{0xcd9e8d57u} * c[2];
            const std::uint32_t high0 = static_cast<std::uint32_t>(p0 >> 32);
            const std::uint32_t high1 = static_cast<std::uint32_t>(p1 >> 32);
            c[0] = high1 ^ c[1] ^ k[0];
            c[2] = high0 ^ c[3] ^ k[1];
            c[1] = static_cast<std::uint32_t>(p1);
            c[3] = static_cast<std::uint32_t>(p0);
            k[0] += 0x9e3779b9u;
            k[1] += 0xbb67ae85u;
        }
        for (int i = 0; i < 4; ++i) block[i] = c[i];
    }
    void add(std::uint64_t blocks) {
        const std::uint64_t low = (std::uint64_t{counter[1]} << 32 | counter[0]) + blocks;
        if (low < blocks) add_sequences(1);
        counter[0] = static_cast<std::uint32_t>(low);
        counter[1] = static_cast<std::uint32_t>(low >> 32);
    }
    void add_sequences(std::uint64_t n) {
        const std::uint64_t high = (std::uint64_t{counter[3]} << 32 | counter[2]) + n;
        counter[2] = static_cast<std::uint32_t>(high);
        counter[3] = static_cast<std::uint32_t>(high >> 32);
    }
    std::uint32_t next() {
        const std::uint32_t value = block[used++];
        if (used == 4) {
            used = 0;
            add(1);
            fill();
        }
        return value;
    }
};
inline void skip(Philox& state, std::uint64_t n) {
    state.used += static_cast<unsigned>(n & 3);
    state.add(n / 4 + state.used / 4);
    state.used &= 3;
    state.fill();
}
inline void seed(Philox& state, std::uint64_t seed, std::uint64_t sequence, std::uint64_t offset) {
    state = Philox{};
    state.key[0] = static_cast<std::uint32_t>(seed);
    state.key[1] = static_cast<std::uint32_t>(seed >> 32);
    state.add_sequences(sequence);
    skip(state, offset);
}

// -- whole numbers of 32 bits ---------------------------------------------------------------------
template <typename S>
inline std::uint32_t bits(S& state) {
    return state.next();
}
inline std::uint32_t bits(Mrg& state) {
    return static_cast<std::uint32_t>((state.next() - 1) * (4294967296.0 / 4294967087.0));
}

}  // namespace hipwright::random
