// Sobol's sequence in 32 bits, with the primitive polynomials and direction numbers of S. Joe and
// F. Kuo, Constructing Sobol sequences with better two-dimensional projections, 2008.
#pragma once

#include "../config.h"

namespace hipwright::random {

struct Sobol {
    static constexpr unsigned max_dimensions = 21;

    // Point `index` of one dimension (from 0), in the order of Gray codes.
    static std::uint32_t at(unsigned dimension, std::uint32_t index) {
        std::uint32_t directions[32];
        fill(dimension, directions);
        std::uint32_t value = 0;
        const std::uint32_t gray = index ^ (index >> 1);
        for (int bit = 0; bit < 32; ++bit)
            if ((gray >> bit) & 1) value ^= directions[bit];
        return value;
    }
    static void fill(unsigned dimension, std::uint32_t* directions) {
        struct Row {
            unsigned degree, polynomial;
            std::uint32_t first[7];
        };
        static constexpr Row rows[max_dimensions - 1] = {
            {1, 0, {1}},
            {2, 1, {1, 3}},
            {3, 1, {1, 3, 1}},
            {3, 2, {1, 1, 1}},
            {4, 1, {1, 1, 3, 3}},
            {4, 4, {1, 3, 5, 13}},
            {5, 2, {1, 1, 5, 5, 17}},
            {5, 4, {1, 1, 5, 5, 5}},
            {5, 7, {1, 1, 7, 11, 19}},
            {5, 11, {1, 1, 5, 1, 1}},
            {5, 13, {1, 1, 1, 3, 11}},
            {5, 14, {1, 3, 5, 5, 31}},
            {6, 1, {1, 3, 3, 9, 7, 49}},
            {6, 13, {1, 1, 1, 15, 21, 21}},
            {6, 16, {1, 3, 1, 13, 27, 49}},
            {6, 19, {1, 1, 1, 15, 7, 5}},
            {6, 22, {1, 3, 1, 15, 13, 25}},
            {6, 25, {1, 1, 5, 5, 19, 61}},
            {7, 1, {1, 3, 7, 11, 23, 15, 103}},
            {7, 4, {1, 3, 7, 13, 13, 15, 69}},
        };
        if (dimension == 0) {
            for (int i = 0; i < 32; ++i) directions[i] = 1u << (31 - i);
            return;
        }
        const Row& row = rows[dimension - 1];
        const int degree = static_cast<int>(row.degree);
        for (int i = 0; i < 32; ++i) {
            if (i < degree) {
                directions[i] = row.first[i] << (31 - i);
                continue;
            }
            std::uint32_t next = directions[i - degree] ^ (directions[i - degree] >> degree);
            for (int k = 1; k < degree; ++k)
                if ((row.polynomial >> (degree - 1 - k)) & 1) next ^= directions[i - k];
            directions[i] = next;
        }
    }
};

}  // namespace hipwright::random
