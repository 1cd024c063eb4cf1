// What the host calls: curand.h and hiprand.h. The numbers of a call follow each other in one
// sequence of the generator; on a GPU many threads make them, in an order of their own.
#pragma once

#include <cmath>
#include <new>
#include <random>

#include "../api/api.h"
#include "distributions.h"
#include "names.h"
#include "sobol.h"

enum RAND(Status_t) {
    RAND_(STATUS_SUCCESS) = 0,
    RAND_(STATUS_VERSION_MISMATCH) = 100,
    RAND_(STATUS_NOT_INITIALIZED) = 101,
    RAND_(STATUS_ALLOCATION_FAILED) = 102,
    RAND_(STATUS_TYPE_ERROR) = 103,
    RAND_(STATUS_OUT_OF_RANGE) = 104,
    RAND_(STATUS_LENGTH_NOT_MULTIPLE) = 105,
    RAND_(STATUS_DOUBLE_PRECISION_REQUIRED) = 106,
    RAND_(STATUS_LAUNCH_FAILURE) = 201,
    RAND_(STATUS_PREEXISTING_FAILURE) = 202,
    RAND_(STATUS_INITIALIZATION_FAILED) = 203,
    RAND_(STATUS_ARCH_MISMATCH) = 204,
    RAND_(STATUS_INTERNAL_ERROR) = 999,
#ifdef HIPWRIGHT_HIP
    HIPRAND_STATUS_NOT_IMPLEMENTED = 1000,
#endif
};
enum RAND(RngType_t) {
    RAND_(RNG_TEST) = 0,
#ifdef HIPWRIGHT_HIP
    HIPRAND_RNG_PSEUDO_DEFAULT = 400,
    HIPRAND_RNG_PSEUDO_XORWOW = 401,
    HIPRAND_RNG_PSEUDO_MRG32K3A = 402,
    HIPRAND_RNG_PSEUDO_MTGP32 = 403,
    HIPRAND_RNG_PSEUDO_MT19937 = 404,
    HIPRAND_RNG_PSEUDO_PHILOX4_32_10 = 405,
    HIPRAND_RNG_QUASI_DEFAULT = 500,
    HIPRAND_RNG_QUASI_SOBOL32 = 501,
    HIPRAND_RNG_QUASI_SCRAMBLED_SOBOL32 = 502,
    HIPRAND_RNG_QUASI_SOBOL64 = 503,
    HIPRAND_RNG_QUASI_SCRAMBLED_SOBOL64 = 504,
#else
    CURAND_RNG_PSEUDO_DEFAULT = 100,
    CURAND_RNG_PSEUDO_XORWOW = 101,
    CURAND_RNG_PSEUDO_MRG32K3A = 121,
    CURAND_RNG_PSEUDO_MTGP32 = 141,
    CURAND_RNG_PSEUDO_MT19937 = 142,
    CURAND_RNG_PSEUDO_PHILOX4_32_10 = 161,
    CURAND_RNG_QUASI_DEFAULT = 200,
    CURAND_RNG_QUASI_SOBOL32 = 201,
    CURAND_RNG_QUASI_SCRAMBLED_SOBOL32 = 202,
    CURAND_RNG_QUASI_SOBOL64 = 203,
    CURAND_RNG_QUASI_SCRAMBLED_SOBOL64 = 204,
#endif
};
enum RAND(Ordering_t) {
    RAND_(ORDERING_PSEUDO_BEST) = 100,
    RAND_(ORDERING_PSEUDO_DEFAULT) = 101,
    RAND_(ORDERING_PSEUDO_SEEDED) = 102,
    RAND_(ORDERING_PSEUDO_LEGACY) = 103,
    RAND_(ORDERING_PSEUDO_DYNAMIC) = 104,
    RAND_(ORDERING_QUASI_DEFAULT) = 201,
};

namespace hipwright::random {
using Status = RAND(Status_t);
using Type = RAND(RngType_t);

enum class Kind { none, xorwow, mrg, philox, twister, sobol };
inline Kind kind_of(Type type) {
    switch (type) {
        case RAND_(RNG_PSEUDO_DEFAULT):
        case RAND_(RNG_PSEUDO_XORWOW):
            return Kind::xorwow;
        case RAND_(RNG_PSEUDO_MRG32K3A):
            return Kind::mrg;
        case RAND_(RNG_PSEUDO_PHILOX4_32_10):
            return Kind::philox;
        case RAND_(RNG_PSEUDO_MT19937):
            return Kind::twister;
        case RAND_(RNG_QUASI_DEFAULT):
        case RAND_(RNG_QUASI_SOBOL32):
            return Kind::sobol;
        default:
            return Kind::none;
    }
}

// One sequence of bits of 32, whatever makes them.
struct Source {
    Kind kind;
    std::uint64_t seed_value = 0;
    std::uint64_t offset = 0;
    unsigned dimensions = 1;
    bool begun = false;
    Xorwow xorwow;
    Mrg mrg;
    Philox philox;
    std::mt19937 twister;

    void begin() {
        if (begun) return;
        begun = true;
        switch (kind) {
            case Kind::xorwow:
                return seed(xorwow, seed_value, 0, offset);
            case Kind::mrg:
                return seed(mrg, seed_value, 0, offset);
            case Kind::philox:
                return seed(philox, seed_value, 0, offset);
            case Kind::twister:
                twister.seed(static_cast<std::mt19937::result_type>(seed_value));
                return twister.discard(offset);
            case Kind::sobol:
            case Kind::none:
                return;
        }
    }
    std::uint32_t next() {
        switch (kind) {
            case Kind::xorwow:
                return bits(xorwow);
            case Kind::mrg:
                return bits(mrg);
            case Kind::philox:
                return bits(philox);
            case Kind::twister:
                return static_cast<std::uint32_t>(twister());
            case Kind::sobol:
            case Kind::none:
                break;
        }
        return 0;
    }
};

struct Generator {
    static constexpr unsigned alive = 0x68777267;
    unsigned magic = alive;
    API(Stream_t) stream = nullptr;
    Source source;
};

// A quasi-random number is one uniform one; its normal needs the inverse of the normal distribution
// (P. Acklam's rational approximation, one step of Halley's method on top).
inline double inverse_normal(double p) {
    constexpr double a[] = {-3.969683028665376e+01, 2.209460984245205e+02,  -2.759285104469687e+02,
                            1.383577518672690e+02,  -3.066479806614716e+01, 2.506628277459239e+00};
    constexpr double b[] = {-5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02,
                            6.680131188771972e+01, -1.328068155288572e+01};
    constexpr double c[] = {-7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
                            -2.549732539343734e+00, 4.374664141464968e+00,  2.938163982698783e+00};
    constexpr double d[] = {7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00,
                            3.754408661907416e+00};
    double x;
    if (p < 0.02425 || p > 1 - 0.02425) {
        const double q = std::sqrt(-2 * std::log(p < 0.5 ? p : 1 - p));
        x = (((((c[0] * q + c[1]) * q + c[2]) * q + c[3]) * q + c[4]) * q + c[5]) /
            ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1);
        if (p > 0.5) x = -x;
    } else {
        const double q = p - 0.5, r = q * q;
        x = (((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * q /
            (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1);
    }
    const double error = 0.5 * std::erfc(-x / 1.4142135623730951) - p;
    const double step = error * 2.5066282746310002 * std::exp(x * x / 2);
    return x - step / (1 + x * step / 2);
}

inline Generator* generator_of(void* handle) {
    auto* found = static_cast<Generator*>(handle);
    return found && found->magic == Generator::alive ? found : nullptr;
}

// Fills `n` places: `pseudo` makes `group` values at once from the source, `quasi` one of 32 bits.
template <typename T, typename Pseudo, typename Quasi>
inline Status generate(void* handle, T* out, std::size_t n, std::size_t group, const Pseudo& pseudo,
                       const Quasi& quasi) {
    Generator* generator = generator_of(handle);
    if (!generator) return RAND_(STATUS_NOT_INITIALIZED);
    if (sticky() != status_success) return RAND_(STATUS_PREEXISTING_FAILURE);
    Source& source = generator->source;
    const std::size_t multiple = source.kind == Kind::sobol ? source.dimensions : group;
    if (n % multiple) return RAND_(STATUS_LENGTH_NOT_MULTIPLE);
    if (n && (!out || !inside(out, n * sizeof(T), "random numbers", "", 0)))
        return RAND_(STATUS_LAUNCH_FAILURE);
    submit(generator->stream, NodeKind::kernel, [=] {
        Source& from = generator->source;
        if (from.kind == Kind::sobol) {
            // All points of one dimension, then of the next.
            const std::size_t points = n / from.dimensions;
            for (unsigned dimension = 0; dimension < from.dimensions; ++dimension)
                for (std::size_t i = 0; i < points; ++i)
                    out[dimension * points + i] =
                        quasi(Sobol::at(dimension, static_cast<std::uint32_t>(from.offset + i)));
            from.offset += points;
            return status_success;
        }
        from.begin();
        for (std::size_t i = 0; i < n; i += group) pseudo(from, out + i);
        return status_success;
    });
    return RAND_(STATUS_SUCCESS);
}
}  // namespace hipwright::random

#ifdef HIPWRIGHT_HIP
using hiprandGenerator_t = struct hiprandGenerator_st*;
#else
using curandGenerator_t = struct curandGenerator_st*;
using curandStatus = curandStatus_t;
using curandRngType = curandRngType_t;
using curandOrdering = curandOrdering_t;
#endif

inline RAND(Status_t) RAND(CreateGenerator)(RAND(Generator_t) * generator, RAND(RngType_t) type) {
    using namespace hipwright;
    if (!generator) return RAND_(STATUS_OUT_OF_RANGE);
    const random::Kind kind = random::kind_of(type);
    if (kind == random::Kind::none) {
        Report report{};
        report.kind = "not-supported";
        report.message =
            "the CPU device has no such random number generator; it has XORWOW, MRG32k3a, "
            "Philox4x32-10, MT19937 and Sobol in 32 bits";
        Record::get().report(report);
        return RAND_(STATUS_TYPE_ERROR);
    }
    auto* made = new random::Generator();
    made->source.kind = kind;
    *generator = reinterpret_cast<RAND(Generator_t)>(made);
    return RAND_(STATUS_SUCCESS);
}
inline RAND(Status_t)
    RAND(CreateGeneratorHost)(RAND(Generator_t) * generator, RAND(RngType_t) type) {
    return RAND(CreateGenerator)(generator, type);
}
inline RAND(Status_t) RAND(DestroyGenerator)(RAND(Generator_t) handle) {
    hipwright::random::Generator* found = hipwright::random::generator_of(handle);
    if (!found) return RAND_(STATUS_NOT_INITIALIZED);
    found->magic = 0;
    delete found;
    return RAND_(STATUS_SUCCESS);
}
inline RAND(Status_t) RAND(GetVersion)(int* version) {
    if (!version) return RAND_(STATUS_OUT_OF_RANGE);
    *version = hipwright::is_hip ? 300000 : 10400;
    return RAND_(STATUS_SUCCESS);
}

// One setting of a generator; each begins the sequence anew, other than the stream and the
// ordering.
#define HIPWRIGHT_SETTING(name, T, possible, set)                                  \
    inline RAND(Status_t) RAND(name)(RAND(Generator_t) handle, T value) {          \
        using namespace hipwright::random;                                         \
        Generator* generator = generator_of(handle);                               \
        if (!generator) return RAND_(STATUS_NOT_INITIALIZED);                      \
        [[maybe_unused]] const bool quasi = generator->source.kind == Kind::sobol; \
        if (!(possible)) return RAND_(STATUS_TYPE_ERROR);                          \
        set;                                                                       \
        return RAND_(STATUS_SUCCESS);                                              \
    }
HIPWRIGHT_SETTING(SetStream, API(Stream_t), true, generator->stream = value)
HIPWRIGHT_SETTING(SetPseudoRandomGeneratorSeed, unsigned long long, !quasi,
                  (generator->source.seed_value = value, generator->source.begun = false))
HIPWRIGHT_SETTING(SetGeneratorOffset, unsigned long long, true,
                  (generator->source.offset = value, generator->source.begun = false))
// Every ordering is the same here: one sequence.
HIPWRIGHT_SETTING(SetGeneratorOrdering, RAND(Ordering_t), (value < 200) == !quasi, (void)value)
#undef HIPWRIGHT_SETTING
inline RAND(Status_t)
    RAND(SetQuasiRandomGeneratorDimensions)(RAND(Generator_t) handle, unsigned int dimensions) {
    using namespace hipwright::random;
    Generator* generator = generator_of(handle);
    if (!generator) return RAND_(STATUS_NOT_INITIALIZED);
    if (generator->source.kind != Kind::sobol) return RAND_(STATUS_TYPE_ERROR);
    if (!dimensions || dimensions > Sobol::max_dimensions) return RAND_(STATUS_OUT_OF_RANGE);
    generator->source.dimensions = dimensions;
    return RAND_(STATUS_SUCCESS);
}
inline RAND(Status_t) RAND(GenerateSeeds)(RAND(Generator_t) handle) {
    hipwright::random::Generator* generator = hipwright::random::generator_of(handle);
    if (!generator) return RAND_(STATUS_NOT_INITIALIZED);
    generator->source.begin();
    return RAND_(STATUS_SUCCESS);
}

inline RAND(Status_t) RAND(Generate)(RAND(Generator_t) handle, unsigned int* out, std::size_t n) {
    using namespace hipwright::random;
    return generate(
        handle, out, n, 1, [](Source& from, unsigned* to) { *to = from.next(); },
        [](std::uint32_t value) { return value; });
}
inline RAND(Status_t) RAND(GenerateUniform)(RAND(Generator_t) handle, float* out, std::size_t n) {
    using namespace hipwright::random;
    return generate(
        handle, out, n, 1, [](Source& from, float* to) { *to = uniform(from); },
        [](std::uint32_t value) { return uniform_of(value); });
}
inline RAND(Status_t)
    RAND(GenerateUniformDouble)(RAND(Generator_t) handle, double* out, std::size_t n) {
    using namespace hipwright::random;
    return generate(
        handle, out, n, 1, [](Source& from, double* to) { *to = uniform_double(from); },
        [](std::uint32_t value) { return (value + 0.5) * 2.3283064365386963e-10; });
}
inline RAND(Status_t) RAND(GenerateNormal)(RAND(Generator_t) handle, float* out, std::size_t n,
                                           float mean, float deviation) {
    using namespace hipwright::random;
    return generate(
        handle, out, n, 2,
        [=](Source& from, float* to) {
            const Pair<float> pair = normal2(from);
            to[0] = mean + deviation * pair.x;
            to[1] = mean + deviation * pair.y;
        },
        [=](std::uint32_t value) {
            const double z = inverse_normal((value + 0.5) * 2.3283064365386963e-10);
            return static_cast<float>(mean + deviation * z);
        });
}
inline RAND(Status_t) RAND(GenerateNormalDouble)(RAND(Generator_t) handle, double* out,
                                                 std::size_t n, double mean, double deviation) {
    using namespace hipwright::random;
    return generate(
        handle, out, n, 2,
        [=](Source& from, double* to) {
            const Pair<double> pair = normal2_double(from);
            to[0] = mean + deviation * pair.x;
            to[1] = mean + deviation * pair.y;
        },
        [=](std::uint32_t value) {
            return mean + deviation * inverse_normal((value + 0.5) * 2.3283064365386963e-10);
        });
}
inline RAND(Status_t) RAND(GenerateLogNormal)(RAND(Generator_t) handle, float* out, std::size_t n,
                                              float mean, float deviation) {
    using namespace hipwright::random;
    return generate(
        handle, out, n, 2,
        [=](Source& from, float* to) {
            const Pair<float> pair = normal2(from);
            to[0] = std::exp(mean + deviation * pair.x);
            to[1] = std::exp(mean + deviation * pair.y);
        },
        [=](std::uint32_t value) {
            const double z = inverse_normal((value + 0.5) * 2.3283064365386963e-10);
            return static_cast<float>(std::exp(mean + deviation * z));
        });
}
inline RAND(Status_t) RAND(GenerateLogNormalDouble)(RAND(Generator_t) handle, double* out,
                                                    std::size_t n, double mean, double deviation) {
    using namespace hipwright::random;
    return generate(
        handle, out, n, 2,
        [=](Source& from, double* to) {
            const Pair<double> pair = normal2_double(from);
            to[0] = std::exp(mean + deviation * pair.x);
            to[1] = std::exp(mean + deviation * pair.y);
        },
        [=](std::uint32_t value) {
            return std::exp(mean +
                            deviation * inverse_normal((value + 0.5) * 2.3283064365386963e-10));
        });
}
inline RAND(Status_t)
    RAND(GeneratePoisson)(RAND(Generator_t) handle, unsigned int* out, std::size_t n, double mean) {
    using namespace hipwright::random;
    const Generator* generator = generator_of(handle);
    if (generator && generator->source.kind == Kind::sobol) return RAND_(STATUS_TYPE_ERROR);
    if (!(mean > 0)) return RAND_(STATUS_OUT_OF_RANGE);
    return generate(
        handle, out, n, 1, [=](Source& from, unsigned* to) { *to = poisson(from, mean); },
        [](std::uint32_t) { return 0u; });
}

#include "end_names.h"
//
#include "../api/end_names.h"
