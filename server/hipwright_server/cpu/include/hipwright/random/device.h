// What kernels call: curand_kernel.h and hiprand_kernel.h. Both give the same numbers here.
#pragma once

#include "../vector_types.h"
#include "distributions.h"
#include "names.h"

using RAND(StateXORWOW_t) = hipwright::random::Xorwow;
using RAND(StateXORWOW) = hipwright::random::Xorwow;
using RAND(State_t) = hipwright::random::Xorwow;
using RAND(State) = hipwright::random::Xorwow;
using RAND(StateMRG32k3a_t) = hipwright::random::Mrg;
using RAND(StateMRG32k3a) = hipwright::random::Mrg;
using RAND(StatePhilox4_32_10_t) = hipwright::random::Philox;
using RAND(StatePhilox4_32_10) = hipwright::random::Philox;

// Every generator has these.
#define HIPWRIGHT_GENERATOR(S)                                                                    \
    inline void RAND(_init)(unsigned long long seed, unsigned long long subsequence,              \
                            unsigned long long offset, S* state) {                                \
        hipwright::random::seed(*state, seed, subsequence, offset);                               \
    }                                                                                             \
    inline void skipahead(unsigned long long n, S* state) { hipwright::random::skip(*state, n); } \
    inline unsigned int RAND()(S * state) { return hipwright::random::bits(*state); }             \
    inline float RAND(_uniform)(S * state) { return hipwright::random::uniform(*state); }         \
    inline double RAND(_uniform_double)(S * state) {                                              \
        return hipwright::random::uniform_double(*state);                                         \
    }                                                                                             \
    inline float RAND(_normal)(S * state) { return hipwright::random::normal(*state); }           \
    inline double RAND(_normal_double)(S * state) {                                               \
        return hipwright::random::normal_double(*state);                                          \
    }                                                                                             \
    inline float2 RAND(_normal2)(S * state) {                                                     \
        const auto pair = hipwright::random::normal2(*state);                                     \
        return make_float2(pair.x, pair.y);                                                       \
    }                                                                                             \
    inline double2 RAND(_normal2_double)(S * state) {                                             \
        const auto pair = hipwright::random::normal2_double(*state);                              \
        return make_double2(pair.x, pair.y);                                                      \
    }                                                                                             \
    inline float RAND(_log_normal)(S * state, float mean, float deviation) {                      \
        return std::exp(mean + deviation * hipwright::random::normal(*state));                    \
    }                                                                                             \
    inline double RAND(_log_normal_double)(S * state, double mean, double deviation) {            \
        return std::exp(mean + deviation * hipwright::random::normal_double(*state));             \
    }                                                                                             \
    inline float2 RAND(_log_normal2)(S * state, float mean, float deviation) {                    \
        const auto pair = hipwright::random::normal2(*state);                                     \
        return make_float2(std::exp(mean + deviation * pair.x),                                   \
                           std::exp(mean + deviation * pair.y));                                  \
    }                                                                                             \
    inline double2 RAND(_log_normal2_double)(S * state, double mean, double deviation) {          \
        const auto pair = hipwright::random::normal2_double(*state);                              \
        return make_double2(std::exp(mean + deviation * pair.x),                                  \
                            std::exp(mean + deviation * pair.y));                                 \
    }                                                                                             \
    inline unsigned int RAND(_poisson)(S * state, double mean) {                                  \
        return hipwright::random::poisson(*state, mean);                                          \
    }
HIPWRIGHT_GENERATOR(hipwright::random::Xorwow)
HIPWRIGHT_GENERATOR(hipwright::random::Mrg)
HIPWRIGHT_GENERATOR(hipwright::random::Philox)
#undef HIPWRIGHT_GENERATOR

inline void skipahead_sequence(unsigned long long n, RAND(StateXORWOW_t) * state) {
    hipwright::random::skip(*state, n, 67);
}
inline void skipahead_sequence(unsigned long long n, RAND(StateMRG32k3a_t) * state) {
    hipwright::random::skip(*state, n, 127);
}
inline void skipahead_subsequence(unsigned long long n, RAND(StateMRG32k3a_t) * state) {
    hipwright::random::skip(*state, n, 76);
}
inline void skipahead_sequence(unsigned long long n, RAND(StatePhilox4_32_10_t) * state) {
    state->add_sequences(n);
    state->fill();
}

// Philox makes four numbers at a time.
inline uint4 RAND(4)(RAND(StatePhilox4_32_10_t) * state) {
    const unsigned x = state->next(), y = state->next(), z = state->next();
    return make_uint4(x, y, z, state->next());
}
inline float4 RAND(_uniform4)(RAND(StatePhilox4_32_10_t) * state) {
    using hipwright::random::uniform_of;
    const uint4 bits = RAND(4)(state);
    return make_float4(uniform_of(std::uint32_t{bits.x}), uniform_of(std::uint32_t{bits.y}),
                       uniform_of(std::uint32_t{bits.z}), uniform_of(std::uint32_t{bits.w}));
}
inline double2 RAND(_uniform2_double)(RAND(StatePhilox4_32_10_t) * state) {
    const double x = hipwright::random::uniform_double(*state);
    return make_double2(x, hipwright::random::uniform_double(*state));
}
inline float4 RAND(_normal4)(RAND(StatePhilox4_32_10_t) * state) {
    const auto a = hipwright::random::normal2(*state), b = hipwright::random::normal2(*state);
    return make_float4(a.x, a.y, b.x, b.y);
}
inline float4 RAND(_log_normal4)(RAND(StatePhilox4_32_10_t) * state, float mean, float deviation) {
    const float4 z = RAND(_normal4)(state);
    return make_float4(std::exp(mean + deviation * z.x), std::exp(mean + deviation * z.y),
                       std::exp(mean + deviation * z.z), std::exp(mean + deviation * z.w));
}
inline uint4 RAND(_poisson4)(RAND(StatePhilox4_32_10_t) * state, double mean) {
    const unsigned x = hipwright::random::poisson(*state, mean);
    const unsigned y = hipwright::random::poisson(*state, mean);
    const unsigned z = hipwright::random::poisson(*state, mean);
    return make_uint4(x, y, z, hipwright::random::poisson(*state, mean));
}

#include "end_names.h"
//
#include "../api/end_names.h"
