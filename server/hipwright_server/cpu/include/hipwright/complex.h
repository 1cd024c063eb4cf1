// Complex numbers of cuComplex.h and hip/hip_complex.h: vectors of two, x real and y imaginary.
#pragma once

#include "config.h"
#include "math.h"
#include "vector_types.h"

#ifdef HIPWRIGHT_CUDA
#define HIPWRIGHT_COMPLEX_NAME(name) cu##name
#define HIPWRIGHT_MAKE_COMPLEX(name) make_cu##name
#else
#define HIPWRIGHT_COMPLEX_NAME(name) hip##name
#define HIPWRIGHT_MAKE_COMPLEX(name) make_hip##name
#endif

namespace hipwright {
// a / b without needless overflow: both are scaled by the size of b (Smith's method would branch).
template <typename C, typename T>
inline C complex_quotient(C a, C b) {
    const T scale = T(1) / (std::fabs(b.x) + std::fabs(b.y));
    const T ax = a.x * scale, ay = a.y * scale, bx = b.x * scale, by = b.y * scale;
    const T size = T(1) / (bx * bx + by * by);
    C result;
    result.x = (ax * bx + ay * by) * size;
    result.y = (ay * bx - ax * by) * size;
    return result;
}
}  // namespace hipwright

// One set of functions for float (suffix f) and one for double.
#define HIPWRIGHT_COMPLEX(T, vector, type, f)                                                    \
    using HIPWRIGHT_COMPLEX_NAME(type) = vector;                                                 \
    inline vector HIPWRIGHT_MAKE_COMPLEX(type)(T x, T y) { return make_##vector(x, y); }         \
    inline T HIPWRIGHT_COMPLEX_NAME(Creal##f)(vector z) { return z.x; }                          \
    inline T HIPWRIGHT_COMPLEX_NAME(Cimag##f)(vector z) { return z.y; }                          \
    inline vector HIPWRIGHT_COMPLEX_NAME(Conj##f)(vector z) { return make_##vector(z.x, -z.y); } \
    inline vector HIPWRIGHT_COMPLEX_NAME(Cadd##f)(vector a, vector b) {                          \
        return make_##vector(a.x + b.x, a.y + b.y);                                              \
    }                                                                                            \
    inline vector HIPWRIGHT_COMPLEX_NAME(Csub##f)(vector a, vector b) {                          \
        return make_##vector(a.x - b.x, a.y - b.y);                                              \
    }                                                                                            \
    inline vector HIPWRIGHT_COMPLEX_NAME(Cmul##f)(vector a, vector b) {                          \
        return make_##vector(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x);                      \
    }                                                                                            \
    inline vector HIPWRIGHT_COMPLEX_NAME(Cdiv##f)(vector a, vector b) {                          \
        return hipwright::complex_quotient<vector, T>(a, b);                                     \
    }                                                                                            \
    inline T HIPWRIGHT_COMPLEX_NAME(Cabs##f)(vector z) { return std::hypot(z.x, z.y); }          \
    inline vector HIPWRIGHT_COMPLEX_NAME(Cfma##f)(vector a, vector b, vector c) {                \
        return make_##vector(std::fma(a.x, b.x, std::fma(-a.y, b.y, c.x)),                       \
                             std::fma(a.x, b.y, std::fma(a.y, b.x, c.y)));                       \
    }
HIPWRIGHT_COMPLEX(float, float2, FloatComplex, f)
HIPWRIGHT_COMPLEX(double, double2, DoubleComplex, )
#undef HIPWRIGHT_COMPLEX

using HIPWRIGHT_COMPLEX_NAME(Complex) = float2;
inline float2 HIPWRIGHT_MAKE_COMPLEX(Complex)(float x, float y) { return make_float2(x, y); }
inline double2 HIPWRIGHT_COMPLEX_NAME(ComplexFloatToDouble)(float2 z) {
    return make_double2(z.x, z.y);
}
inline float2 HIPWRIGHT_COMPLEX_NAME(ComplexDoubleToFloat)(double2 z) {
    return make_float2(static_cast<float>(z.x), static_cast<float>(z.y));
}
#ifdef HIPWRIGHT_HIP
inline float hipCsqabsf(float2 z) { return z.x * z.x + z.y * z.y; }
inline double hipCsqabs(double2 z) { return z.x * z.x + z.y * z.y; }
#endif
#undef HIPWRIGHT_COMPLEX_NAME
#undef HIPWRIGHT_MAKE_COMPLEX
