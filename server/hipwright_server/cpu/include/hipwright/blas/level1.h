// BLAS level 1: vectors.
#pragma once

#include <cmath>

#include "call.h"
#include "fortran.h"

namespace hipwright::blas {

// Sums of float are kept in double: closer to the true value than either vendor's order of adding.
template <typename T>
inline auto magnitude(T value) {
    if constexpr (is_complex<T>)
        return std::fabs(value.x) + std::fabs(value.y);
    else
        return std::fabs(value);
}
template <typename T>
inline T product_sum(Index n, const T* x, Index incx, const T* y, Index incy, bool conjugated) {
    double re = 0, im = 0;
    const T* at = incx < 0 ? x - (n - 1) * incx : x;
    const T* bt = incy < 0 ? y - (n - 1) * incy : y;
    for (Index i = 0; i < n; ++i, at += incx, bt += incy) {
        if constexpr (is_complex<T>) {
            const double a = at->x, b = conjugated ? -at->y : at->y;
            re += a * bt->x - b * bt->y;
            im += a * bt->y + b * bt->x;
        } else {
            re += static_cast<double>(*at) * static_cast<double>(*bt);
        }
    }
    T result = number<T>(static_cast<Real<T>>(re));
    if constexpr (is_complex<T>) result.y = static_cast<Real<T>>(im);
    return result;
}
template <typename T>
inline Real<T> absolute_sum(Index n, const T* x, Index incx) {
    double sum = 0;
    for (Index i = 0; i < n; ++i) sum += static_cast<double>(magnitude(x[i * incx]));
    return static_cast<Real<T>>(sum);
}
template <typename T>
inline Real<T> euclidean_norm(Index n, const T* x, Index incx) {
    // long double: no overflow and no loss for all that a double can hold.
    long double sum = 0;
    for (Index i = 0; i < n; ++i) {
        if constexpr (is_complex<T>) {
            const long double re = x[i * incx].x, im = x[i * incx].y;
            sum += re * re + im * im;
        } else {
            const long double value = x[i * incx];
            sum += value * value;
        }
    }
    return static_cast<Real<T>>(std::sqrt(sum));
}
// Counted from 1; the first of equals; 0 where there is nothing.
template <typename T>
inline Index extreme(Index n, const T* x, Index incx, bool largest) {
    Index best = 0;
    for (Index i = 1; i < n; ++i) {
        const auto now = magnitude(x[i * incx]), before = magnitude(x[best * incx]);
        if (largest ? now > before : now < before) best = i;
    }
    return n > 0 ? best + 1 : 0;
}

// Runs `value` and puts what it gives where the program wants it: on the host it counts as copied.
template <typename T, typename Value>
inline Status give(const Handle* handle, T* result, const char* file, int line,
                   const Value& value) {
    HIPWRIGHT_BLAS_REQUIRE(result);
    const bool to_host = handle->pointer_mode == BLAS_(POINTER_MODE_HOST);
    return run(handle, [=] {
        *result = static_cast<T>(value());
        if (to_host) Record::get().array(result, sizeof(T), element_name<T>(), "copy", file, line);
        return status_success;
    });
}

template <typename T>
inline bool holds_both(Index n, const T* x, Index incx, const T* y, Index incy) {
    return holds(x, n, incx) && holds(y, n, incy);
}

template <typename T>
inline Status copy(BLAS(Handle_t) handle, Index n, const T* x, Index incx, T* y, Index incy) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_FITS(n, incx, incy);
    HIPWRIGHT_BLAS_REQUIRE(holds_both<T>(n, x, incx, y, incy));
    return run(h, [=] {
        fortran::copy(Int(n), x, Int(incx), y, Int(incy));
        return status_success;
    });
}
template <typename T>
inline Status swap(BLAS(Handle_t) handle, Index n, T* x, Index incx, T* y, Index incy) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_FITS(n, incx, incy);
    HIPWRIGHT_BLAS_REQUIRE(holds_both<T>(n, x, incx, y, incy));
    return run(h, [=] {
        fortran::swap(Int(n), x, Int(incx), y, Int(incy));
        return status_success;
    });
}
// The factor of a complex vector may be real.
template <typename T, typename F>
inline Status scal(BLAS(Handle_t) handle, Index n, const F* alpha, T* x, Index incx) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_FITS(n, incx);
    HIPWRIGHT_BLAS_REQUIRE(alpha && holds(x, n, incx));
    const Scalar<F> factor(h, alpha);
    return run(h, [=] {
        T value;
        if constexpr (std::is_same_v<T, F>)
            value = factor.get();
        else
            value = number<T>(factor.get());
        fortran::scal(Int(n), &value, x, Int(incx));
        return status_success;
    });
}
template <typename T>
inline Status axpy(BLAS(Handle_t) handle, Index n, const T* alpha, const T* x, Index incx, T* y,
                   Index incy) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_FITS(n, incx, incy);
    HIPWRIGHT_BLAS_REQUIRE(alpha && holds_both<T>(n, x, incx, y, incy));
    const Scalar<T> factor(h, alpha);
    return run(h, [=] {
        const T value = factor.get();
        fortran::axpy(Int(n), &value, x, Int(incx), y, Int(incy));
        return status_success;
    });
}
template <typename T>
inline Status dot(BLAS(Handle_t) handle, Index n, const T* x, Index incx, const T* y, Index incy,
                  T* result, bool conjugated, const char* file, int line) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_REQUIRE(holds_both(n, x, incx, y, incy));
    return give(h, result, file, line,
                [=] { return product_sum(n, x, incx, y, incy, conjugated); });
}
template <typename T>
inline Status asum(BLAS(Handle_t) handle, Index n, const T* x, Index incx, Real<T>* result,
                   const char* file, int line) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_REQUIRE(incx <= 0 || holds(x, n, incx));
    return give(h, result, file, line, [=] { return absolute_sum(incx > 0 ? n : 0, x, incx); });
}
template <typename T>
inline Status nrm2(BLAS(Handle_t) handle, Index n, const T* x, Index incx, Real<T>* result,
                   const char* file, int line) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_REQUIRE(incx <= 0 || holds(x, n, incx));
    return give(h, result, file, line, [=] { return euclidean_norm(incx > 0 ? n : 0, x, incx); });
}
template <typename T, typename I>
inline Status find_extreme(BLAS(Handle_t) handle, Index n, const T* x, Index incx, I* result,
                           bool largest, const char* file, int line) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_REQUIRE(incx <= 0 || holds(x, n, incx));
    return give(h, result, file, line, [=] { return extreme(incx > 0 ? n : 0, x, incx, largest); });
}
template <typename T, typename S>
inline Status rot(BLAS(Handle_t) handle, Index n, T* x, Index incx, T* y, Index incy,
                  const Real<T>* c_at, const S* s_at) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_REQUIRE(c_at && s_at && holds_both<T>(n, x, incx, y, incy));
    const Scalar<Real<T>> c(h, c_at);
    const Scalar<S> s(h, s_at);
    return run(h, [=] {
        T cosine = number<T>(c.get()), sine;
        if constexpr (std::is_same_v<T, S>)
            sine = s.get();
        else
            sine = number<T>(s.get());
        const T minus = times(number<T>(-1), conjugate(sine));
        T* at = incx < 0 ? x - (n - 1) * incx : x;
        T* bt = incy < 0 ? y - (n - 1) * incy : y;
        for (Index i = 0; i < n; ++i, at += incx, bt += incy) {
            const T a = *at, b = *bt;
            *at = plus(times(cosine, a), times(sine, b));
            *bt = plus(times(cosine, b), times(minus, a));
        }
        return status_success;
    });
}
template <typename T>
inline Status rotg(BLAS(Handle_t) handle, T* a, T* b, Real<T>* c, T* s) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_REQUIRE(a && b && c && s);
    return run(h, [=] {
        fortran::rotg(a, b, c, s);
        return status_success;
    });
}
template <typename T>
inline Status rotm(BLAS(Handle_t) handle, Index n, T* x, Index incx, T* y, Index incy,
                   const T* param) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_FITS(n, incx, incy);
    HIPWRIGHT_BLAS_REQUIRE(param && holds_both<T>(n, x, incx, y, incy));
    return run(h, [=] {
        fortran::rotm(Int(n), x, Int(incx), y, Int(incy), param);
        return status_success;
    });
}
template <typename T>
inline Status rotmg(BLAS(Handle_t) handle, T* d1, T* d2, T* x1, const T* y1, T* param) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_REQUIRE(d1 && d2 && x1 && y1 && param);
    return run(h, [=] {
        fortran::rotmg(d1, d2, x1, y1, param);
        return status_success;
    });
}

}  // namespace hipwright::blas

// The names, one set for each element type; I is the type of counts and strides: int, or int64_t
// for the names that end in _64. Only the results of reductions depend on the place of the call.
// clang-format off
#define HIPWRIGHT_LEVEL_1(s, ns, is, T, R, I, _64) \
    inline BLAS(Status_t) BLAS(s##copy##_64)(BLAS(Handle_t) handle, I n, const T* x, I incx, T* y, I incy) { return hipwright::blas::copy<T>(handle, n, x, incx, y, incy); } \
    inline BLAS(Status_t) BLAS(s##swap##_64)(BLAS(Handle_t) handle, I n, T* x, I incx, T* y, I incy) { return hipwright::blas::swap<T>(handle, n, x, incx, y, incy); } \
    inline BLAS(Status_t) BLAS(s##scal##_64)(BLAS(Handle_t) handle, I n, const T* alpha, T* x, I incx) { return hipwright::blas::scal<T, T>(handle, n, alpha, x, incx); } \
    inline BLAS(Status_t) BLAS(s##axpy##_64)(BLAS(Handle_t) handle, I n, const T* alpha, const T* x, I incx, T* y, I incy) { return hipwright::blas::axpy<T>(handle, n, alpha, x, incx, y, incy); } \
    inline BLAS(Status_t) BLAS(ns##asum##_64)(BLAS(Handle_t) handle, I n, const T* x, I incx, R* result, HIPWRIGHT_HERE) { return hipwright::blas::asum<T>(handle, n, x, incx, result, file, line); } \
    inline BLAS(Status_t) BLAS(ns##nrm2##_64)(BLAS(Handle_t) handle, I n, const T* x, I incx, R* result, HIPWRIGHT_HERE) { return hipwright::blas::nrm2<T>(handle, n, x, incx, result, file, line); } \
    inline BLAS(Status_t) BLAS(is##amax##_64)(BLAS(Handle_t) handle, I n, const T* x, I incx, I* result, HIPWRIGHT_HERE) { return hipwright::blas::find_extreme<T>(handle, n, x, incx, result, true, file, line); } \
    inline BLAS(Status_t) BLAS(is##amin##_64)(BLAS(Handle_t) handle, I n, const T* x, I incx, I* result, HIPWRIGHT_HERE) { return hipwright::blas::find_extreme<T>(handle, n, x, incx, result, false, file, line); } \
    inline BLAS(Status_t) BLAS(s##rot##_64)(BLAS(Handle_t) handle, I n, T* x, I incx, T* y, I incy, const R* c, const T* s_) { return hipwright::blas::rot<T, T>(handle, n, x, incx, y, incy, c, s_); }
#define HIPWRIGHT_REAL_LEVEL_1(s, T, I, _64) \
    inline BLAS(Status_t) BLAS(s##dot##_64)(BLAS(Handle_t) handle, I n, const T* x, I incx, const T* y, I incy, T* result, HIPWRIGHT_HERE) { return hipwright::blas::dot<T>(handle, n, x, incx, y, incy, result, false, file, line); } \
    inline BLAS(Status_t) BLAS(s##rotm##_64)(BLAS(Handle_t) handle, I n, T* x, I incx, T* y, I incy, const T* param) { return hipwright::blas::rotm<T>(handle, n, x, incx, y, incy, param); }
#define HIPWRIGHT_COMPLEX_LEVEL_1(s, rs, T, R, I, _64) \
    inline BLAS(Status_t) BLAS(s##dotu##_64)(BLAS(Handle_t) handle, I n, const T* x, I incx, const T* y, I incy, T* result, HIPWRIGHT_HERE) { return hipwright::blas::dot<T>(handle, n, x, incx, y, incy, result, false, file, line); } \
    inline BLAS(Status_t) BLAS(s##dotc##_64)(BLAS(Handle_t) handle, I n, const T* x, I incx, const T* y, I incy, T* result, HIPWRIGHT_HERE) { return hipwright::blas::dot<T>(handle, n, x, incx, y, incy, result, true, file, line); } \
    inline BLAS(Status_t) BLAS(rs##scal##_64)(BLAS(Handle_t) handle, I n, const R* alpha, T* x, I incx) { return hipwright::blas::scal<T, R>(handle, n, alpha, x, incx); } \
    inline BLAS(Status_t) BLAS(rs##rot##_64)(BLAS(Handle_t) handle, I n, T* x, I incx, T* y, I incy, const R* c, const R* s_) { return hipwright::blas::rot<T, R>(handle, n, x, incx, y, incy, c, s_); }
#define HIPWRIGHT_BOTH_WIDTHS(I, _64) \
    HIPWRIGHT_LEVEL_1(S, S, Is, float, float, I, _64) \
    HIPWRIGHT_LEVEL_1(D, D, Id, double, double, I, _64) \
    HIPWRIGHT_LEVEL_1(C, Sc, Ic, hipwright::blas::Complex, float, I, _64) \
    HIPWRIGHT_LEVEL_1(Z, Dz, Iz, hipwright::blas::DoubleComplex, double, I, _64) \
    HIPWRIGHT_REAL_LEVEL_1(S, float, I, _64) \
    HIPWRIGHT_REAL_LEVEL_1(D, double, I, _64) \
    HIPWRIGHT_COMPLEX_LEVEL_1(C, Cs, hipwright::blas::Complex, float, I, _64) \
    HIPWRIGHT_COMPLEX_LEVEL_1(Z, Zd, hipwright::blas::DoubleComplex, double, I, _64)
HIPWRIGHT_BOTH_WIDTHS(int, )
HIPWRIGHT_BOTH_WIDTHS(std::int64_t, _64)
#undef HIPWRIGHT_BOTH_WIDTHS
#undef HIPWRIGHT_LEVEL_1
#undef HIPWRIGHT_REAL_LEVEL_1
#undef HIPWRIGHT_COMPLEX_LEVEL_1

#define HIPWRIGHT_ROTATIONS(s, T, R) \
    inline BLAS(Status_t) BLAS(s##rotg)(BLAS(Handle_t) handle, T* a, T* b, R* c, T* s_) { return hipwright::blas::rotg<T>(handle, a, b, c, s_); }
HIPWRIGHT_ROTATIONS(S, float, float)
HIPWRIGHT_ROTATIONS(D, double, double)
HIPWRIGHT_ROTATIONS(C, hipwright::blas::Complex, float)
HIPWRIGHT_ROTATIONS(Z, hipwright::blas::DoubleComplex, double)
#undef HIPWRIGHT_ROTATIONS
inline BLAS(Status_t) BLAS(Srotmg)(BLAS(Handle_t) handle, float* d1, float* d2, float* x1, const float* y1, float* param) { return hipwright::blas::rotmg<float>(handle, d1, d2, x1, y1, param); }
inline BLAS(Status_t) BLAS(Drotmg)(BLAS(Handle_t) handle, double* d1, double* d2, double* x1, const double* y1, double* param) { return hipwright::blas::rotmg<double>(handle, d1, d2, x1, y1, param); }
// clang-format on
