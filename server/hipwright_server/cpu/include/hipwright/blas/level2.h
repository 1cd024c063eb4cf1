// BLAS level 2: a matrix and vectors.
#pragma once

#include "call.h"
#include "fortran.h"

namespace hipwright::blas {

// What is checked of every matrix and vector: sizes that make sense, and that memory holds them.
template <typename T>
inline Status gemv(BLAS(Handle_t) handle, Operation trans, Index m, Index n, const T* alpha,
                   const T* A, Index lda, const T* x, Index incx, const T* beta, T* y, Index incy) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_FITS(m, n, lda, incx, incy);
    HIPWRIGHT_BLAS_REQUIRE(letter(trans) && m >= 0 && n >= 0 && is_layout(m, lda) && incx && incy &&
                           alpha && beta);
    const bool plain = letter(trans) == 'N';
    HIPWRIGHT_BLAS_REQUIRE(holds(A, m, n, lda) && holds(x, plain ? n : m, incx) &&
                           holds(y, plain ? m : n, incy));
    const Scalar<T> a(h, alpha), b(h, beta);
    return run(h, [=] {
        const T factor = a.get(), keep = b.get();
        fortran::gemv(Letter(letter(trans)), Int(m), Int(n), &factor, A, Int(lda), x, Int(incx),
                      &keep, y, Int(incy));
        return status_success;
    });
}
template <typename T>
inline Status gbmv(BLAS(Handle_t) handle, Operation trans, Index m, Index n, Index kl, Index ku,
                   const T* alpha, const T* A, Index lda, const T* x, Index incx, const T* beta,
                   T* y, Index incy) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_FITS(m, n, kl, ku, lda, incx, incy);
    HIPWRIGHT_BLAS_REQUIRE(letter(trans) && m >= 0 && n >= 0 && kl >= 0 && ku >= 0 &&
                           lda >= kl + ku + 1 && incx && incy && alpha && beta);
    const bool plain = letter(trans) == 'N';
    HIPWRIGHT_BLAS_REQUIRE(holds(A, kl + ku + 1, n, lda) && holds(x, plain ? n : m, incx) &&
                           holds(y, plain ? m : n, incy));
    const Scalar<T> a(h, alpha), b(h, beta);
    return run(h, [=] {
        const T factor = a.get(), keep = b.get();
        fortran::gbmv(Letter(letter(trans)), Int(m), Int(n), Int(kl), Int(ku), &factor, A, Int(lda),
                      x, Int(incx), &keep, y, Int(incy));
        return status_success;
    });
}
template <typename T>
inline Status ger(BLAS(Handle_t) handle, Index m, Index n, const T* alpha, const T* x, Index incx,
                  const T* y, Index incy, T* A, Index lda, [[maybe_unused]] bool conjugated) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_FITS(m, n, lda, incx, incy);
    HIPWRIGHT_BLAS_REQUIRE(m >= 0 && n >= 0 && is_layout(m, lda) && incx && incy && alpha);
    HIPWRIGHT_BLAS_REQUIRE(holds(A, m, n, lda) && holds(x, m, incx) && holds(y, n, incy));
    const Scalar<T> a(h, alpha);
    return run(h, [=] {
        const T factor = a.get();
        if constexpr (is_complex<T>) {
            if (conjugated)
                fortran::gerc(Int(m), Int(n), &factor, x, Int(incx), y, Int(incy), A, Int(lda));
            else
                fortran::geru(Int(m), Int(n), &factor, x, Int(incx), y, Int(incy), A, Int(lda));
        } else {
            fortran::ger(Int(m), Int(n), &factor, x, Int(incx), y, Int(incy), A, Int(lda));
        }
        return status_success;
    });
}

// y = alpha A x + beta y for a symmetric or Hermitian A: whole, banded (k) or packed (no lead).
template <typename T>
inline Status symv(BLAS(Handle_t) handle, Fill uplo, Index n, const T* alpha, const T* A, Index lda,
                   const T* x, Index incx, const T* beta, T* y, Index incy) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_FITS(n, lda, incx, incy);
    HIPWRIGHT_BLAS_REQUIRE(letter(uplo) && n >= 0 && is_layout(n, lda) && incx && incy && alpha &&
                           beta);
    HIPWRIGHT_BLAS_REQUIRE(holds(A, n, n, lda) && holds(x, n, incx) && holds(y, n, incy));
    const Scalar<T> a(h, alpha), b(h, beta);
    return run(h, [=] {
        const T factor = a.get(), keep = b.get();
        const Letter half(letter(uplo));
        if constexpr (is_complex<T>)
            fortran::hemv(half, Int(n), &factor, A, Int(lda), x, Int(incx), &keep, y, Int(incy));
        else
            fortran::symv(half, Int(n), &factor, A, Int(lda), x, Int(incx), &keep, y, Int(incy));
        return status_success;
    });
}
template <typename T>
inline Status sbmv(BLAS(Handle_t) handle, Fill uplo, Index n, Index k, const T* alpha, const T* A,
                   Index lda, const T* x, Index incx, const T* beta, T* y, Index incy) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_FITS(n, k, lda, incx, incy);
    HIPWRIGHT_BLAS_REQUIRE(letter(uplo) && n >= 0 && k >= 0 && lda >= k + 1 && incx && incy &&
                           alpha && beta);
    HIPWRIGHT_BLAS_REQUIRE(holds(A, k + 1, n, lda) && holds(x, n, incx) && holds(y, n, incy));
    const Scalar<T> a(h, alpha), b(h, beta);
    return run(h, [=] {
        const T factor = a.get(), keep = b.get();
        const Letter half(letter(uplo));
        if constexpr (is_complex<T>)
            fortran::hbmv(half, Int(n), Int(k), &factor, A, Int(lda), x, Int(incx), &keep, y,
                          Int(incy));
        else
            fortran::sbmv(half, Int(n), Int(k), &factor, A, Int(lda), x, Int(incx), &keep, y,
                          Int(incy));
        return status_success;
    });
}
template <typename T>
inline Status spmv(BLAS(Handle_t) handle, Fill uplo, Index n, const T* alpha, const T* AP,
                   const T* x, Index incx, const T* beta, T* y, Index incy) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_FITS(n, incx, incy);
    HIPWRIGHT_BLAS_REQUIRE(letter(uplo) && n >= 0 && incx && incy && alpha && beta);
    HIPWRIGHT_BLAS_REQUIRE(holds(AP, n * (n + 1) / 2, 1) && holds(x, n, incx) && holds(y, n, incy));
    const Scalar<T> a(h, alpha), b(h, beta);
    return run(h, [=] {
        const T factor = a.get(), keep = b.get();
        const Letter half(letter(uplo));
        if constexpr (is_complex<T>)
            fortran::hpmv(half, Int(n), &factor, AP, x, Int(incx), &keep, y, Int(incy));
        else
            fortran::spmv(half, Int(n), &factor, AP, x, Int(incx), &keep, y, Int(incy));
        return status_success;
    });
}

// A += alpha x x', and A += alpha x y' + alpha y x': whole or packed.
template <typename T>
inline Status syr(BLAS(Handle_t) handle, Fill uplo, Index n, const Real<T>* alpha, const T* x,
                  Index incx, T* A, Index lda, bool packed) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_FITS(n, lda, incx);
    HIPWRIGHT_BLAS_REQUIRE(letter(uplo) && n >= 0 && (packed || is_layout(n, lda)) && incx &&
                           alpha);
    HIPWRIGHT_BLAS_REQUIRE(holds(x, n, incx) &&
                           (packed ? holds(A, n * (n + 1) / 2, 1) : holds(A, n, n, lda)));
    const Scalar<Real<T>> a(h, alpha);
    return run(h, [=] {
        const Real<T> factor = a.get();
        const Letter half(letter(uplo));
        if constexpr (is_complex<T>) {
            if (packed)
                fortran::hpr(half, Int(n), &factor, x, Int(incx), A);
            else
                fortran::her(half, Int(n), &factor, x, Int(incx), A, Int(lda));
        } else if (packed) {
            fortran::spr(half, Int(n), &factor, x, Int(incx), A);
        } else {
            fortran::syr(half, Int(n), &factor, x, Int(incx), A, Int(lda));
        }
        return status_success;
    });
}
template <typename T>
inline Status syr2(BLAS(Handle_t) handle, Fill uplo, Index n, const T* alpha, const T* x,
                   Index incx, const T* y, Index incy, T* A, Index lda, bool packed) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_FITS(n, lda, incx, incy);
    HIPWRIGHT_BLAS_REQUIRE(letter(uplo) && n >= 0 && (packed || is_layout(n, lda)) && incx &&
                           incy && alpha);
    HIPWRIGHT_BLAS_REQUIRE(holds(x, n, incx) && holds(y, n, incy) &&
                           (packed ? holds(A, n * (n + 1) / 2, 1) : holds(A, n, n, lda)));
    const Scalar<T> a(h, alpha);
    return run(h, [=] {
        const T factor = a.get();
        const Letter half(letter(uplo));
        if constexpr (is_complex<T>) {
            if (packed)
                fortran::hpr2(half, Int(n), &factor, x, Int(incx), y, Int(incy), A);
            else
                fortran::her2(half, Int(n), &factor, x, Int(incx), y, Int(incy), A, Int(lda));
        } else if (packed) {
            fortran::spr2(half, Int(n), &factor, x, Int(incx), y, Int(incy), A);
        } else {
            fortran::syr2(half, Int(n), &factor, x, Int(incx), y, Int(incy), A, Int(lda));
        }
        return status_success;
    });
}

// x = op(A) x, and the solution of op(A) x = b: A is triangular and whole, banded or packed.
enum class Shape { whole, banded, packed };
template <typename T>
inline Status triangular(BLAS(Handle_t) handle, Fill uplo, Operation trans, Diagonal diag, Index n,
                         Index k, const T* A, Index lda, T* x, Index incx, Shape shape,
                         bool solve) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_FITS(n, k, lda, incx);
    HIPWRIGHT_BLAS_REQUIRE(letter(uplo) && letter(trans) && letter(diag) && n >= 0 && k >= 0 &&
                           incx);
    HIPWRIGHT_BLAS_REQUIRE(holds(x, n, incx));
    switch (shape) {
        case Shape::whole:
            HIPWRIGHT_BLAS_REQUIRE(is_layout(n, lda) && holds(A, n, n, lda));
            break;
        case Shape::banded:
            HIPWRIGHT_BLAS_REQUIRE(lda >= k + 1 && holds(A, k + 1, n, lda));
            break;
        case Shape::packed:
            HIPWRIGHT_BLAS_REQUIRE(holds(A, n * (n + 1) / 2, 1));
            break;
    }
    return run(h, [=] {
        const Letter half(letter(uplo)), op(letter(trans)), unit(letter(diag));
        const Int size(n), band(k), lead(lda), step(incx);
        if (shape == Shape::whole && solve) fortran::trsv(half, op, unit, size, A, lead, x, step);
        if (shape == Shape::whole && !solve) fortran::trmv(half, op, unit, size, A, lead, x, step);
        if (shape == Shape::packed && solve) fortran::tpsv(half, op, unit, size, A, x, step);
        if (shape == Shape::packed && !solve) fortran::tpmv(half, op, unit, size, A, x, step);
        if (shape == Shape::banded && solve)
            fortran::tbsv(half, op, unit, size, band, A, lead, x, step);
        if (shape == Shape::banded && !solve)
            fortran::tbmv(half, op, unit, size, band, A, lead, x, step);
        return status_success;
    });
}

}  // namespace hipwright::blas

// clang-format off
#define HIPWRIGHT_LEVEL_2(s, T, I, _64) \
    inline BLAS(Status_t) BLAS(s##gemv##_64)(BLAS(Handle_t) handle, BLAS(Operation_t) trans, I m, I n, const T* alpha, const T* A, I lda, const T* x, I incx, const T* beta, T* y, I incy) { return hipwright::blas::gemv<T>(handle, trans, m, n, alpha, A, lda, x, incx, beta, y, incy); } \
    inline BLAS(Status_t) BLAS(s##gbmv##_64)(BLAS(Handle_t) handle, BLAS(Operation_t) trans, I m, I n, I kl, I ku, const T* alpha, const T* A, I lda, const T* x, I incx, const T* beta, T* y, I incy) { return hipwright::blas::gbmv<T>(handle, trans, m, n, kl, ku, alpha, A, lda, x, incx, beta, y, incy); } \
    inline BLAS(Status_t) BLAS(s##trmv##_64)(BLAS(Handle_t) handle, BLAS(FillMode_t) uplo, BLAS(Operation_t) trans, BLAS(DiagType_t) diag, I n, const T* A, I lda, T* x, I incx) { return hipwright::blas::triangular<T>(handle, uplo, trans, diag, n, 0, A, lda, x, incx, hipwright::blas::Shape::whole, false); } \
    inline BLAS(Status_t) BLAS(s##trsv##_64)(BLAS(Handle_t) handle, BLAS(FillMode_t) uplo, BLAS(Operation_t) trans, BLAS(DiagType_t) diag, I n, const T* A, I lda, T* x, I incx) { return hipwright::blas::triangular<T>(handle, uplo, trans, diag, n, 0, A, lda, x, incx, hipwright::blas::Shape::whole, true); } \
    inline BLAS(Status_t) BLAS(s##tbmv##_64)(BLAS(Handle_t) handle, BLAS(FillMode_t) uplo, BLAS(Operation_t) trans, BLAS(DiagType_t) diag, I n, I k, const T* A, I lda, T* x, I incx) { return hipwright::blas::triangular<T>(handle, uplo, trans, diag, n, k, A, lda, x, incx, hipwright::blas::Shape::banded, false); } \
    inline BLAS(Status_t) BLAS(s##tbsv##_64)(BLAS(Handle_t) handle, BLAS(FillMode_t) uplo, BLAS(Operation_t) trans, BLAS(DiagType_t) diag, I n, I k, const T* A, I lda, T* x, I incx) { return hipwright::blas::triangular<T>(handle, uplo, trans, diag, n, k, A, lda, x, incx, hipwright::blas::Shape::banded, true); } \
    inline BLAS(Status_t) BLAS(s##tpmv##_64)(BLAS(Handle_t) handle, BLAS(FillMode_t) uplo, BLAS(Operation_t) trans, BLAS(DiagType_t) diag, I n, const T* AP, T* x, I incx) { return hipwright::blas::triangular<T>(handle, uplo, trans, diag, n, 0, AP, 1, x, incx, hipwright::blas::Shape::packed, false); } \
    inline BLAS(Status_t) BLAS(s##tpsv##_64)(BLAS(Handle_t) handle, BLAS(FillMode_t) uplo, BLAS(Operation_t) trans, BLAS(DiagType_t) diag, I n, const T* AP, T* x, I incx) { return hipwright::blas::triangular<T>(handle, uplo, trans, diag, n, 0, AP, 1, x, incx, hipwright::blas::Shape::packed, true); }
// Symmetric for real elements (sy, sb, sp), Hermitian for complex ones (he, hb, hp).
#define HIPWRIGHT_LEVEL_2_HALVES(s, T, R, sy, sb, sp, spr, spr2, I, _64) \
    inline BLAS(Status_t) BLAS(s##sy##mv##_64)(BLAS(Handle_t) handle, BLAS(FillMode_t) uplo, I n, const T* alpha, const T* A, I lda, const T* x, I incx, const T* beta, T* y, I incy) { return hipwright::blas::symv<T>(handle, uplo, n, alpha, A, lda, x, incx, beta, y, incy); } \
    inline BLAS(Status_t) BLAS(s##sb##mv##_64)(BLAS(Handle_t) handle, BLAS(FillMode_t) uplo, I n, I k, const T* alpha, const T* A, I lda, const T* x, I incx, const T* beta, T* y, I incy) { return hipwright::blas::sbmv<T>(handle, uplo, n, k, alpha, A, lda, x, incx, beta, y, incy); } \
    inline BLAS(Status_t) BLAS(s##sp##mv##_64)(BLAS(Handle_t) handle, BLAS(FillMode_t) uplo, I n, const T* alpha, const T* AP, const T* x, I incx, const T* beta, T* y, I incy) { return hipwright::blas::spmv<T>(handle, uplo, n, alpha, AP, x, incx, beta, y, incy); } \
    inline BLAS(Status_t) BLAS(s##sy##r##_64)(BLAS(Handle_t) handle, BLAS(FillMode_t) uplo, I n, const R* alpha, const T* x, I incx, T* A, I lda) { return hipwright::blas::syr<T>(handle, uplo, n, alpha, x, incx, A, lda, false); } \
    inline BLAS(Status_t) BLAS(s##sy##r2##_64)(BLAS(Handle_t) handle, BLAS(FillMode_t) uplo, I n, const T* alpha, const T* x, I incx, const T* y, I incy, T* A, I lda) { return hipwright::blas::syr2<T>(handle, uplo, n, alpha, x, incx, y, incy, A, lda, false); } \
    inline BLAS(Status_t) BLAS(s##spr##_64)(BLAS(Handle_t) handle, BLAS(FillMode_t) uplo, I n, const R* alpha, const T* x, I incx, T* AP) { return hipwright::blas::syr<T>(handle, uplo, n, alpha, x, incx, AP, 1, true); } \
    inline BLAS(Status_t) BLAS(s##spr2##_64)(BLAS(Handle_t) handle, BLAS(FillMode_t) uplo, I n, const T* alpha, const T* x, I incx, const T* y, I incy, T* AP) { return hipwright::blas::syr2<T>(handle, uplo, n, alpha, x, incx, y, incy, AP, 1, true); }
#define HIPWRIGHT_GER(s, T, name, conjugated, I, _64) \
    inline BLAS(Status_t) BLAS(s##name##_64)(BLAS(Handle_t) handle, I m, I n, const T* alpha, const T* x, I incx, const T* y, I incy, T* A, I lda) { return hipwright::blas::ger<T>(handle, m, n, alpha, x, incx, y, incy, A, lda, conjugated); }
#define HIPWRIGHT_BOTH_WIDTHS(I, _64) \
    HIPWRIGHT_LEVEL_2(S, float, I, _64) \
    HIPWRIGHT_LEVEL_2(D, double, I, _64) \
    HIPWRIGHT_LEVEL_2(C, hipwright::blas::Complex, I, _64) \
    HIPWRIGHT_LEVEL_2(Z, hipwright::blas::DoubleComplex, I, _64) \
    HIPWRIGHT_LEVEL_2_HALVES(S, float, float, sy, sb, sp, spr, spr2, I, _64) \
    HIPWRIGHT_LEVEL_2_HALVES(D, double, double, sy, sb, sp, spr, spr2, I, _64) \
    HIPWRIGHT_LEVEL_2_HALVES(C, hipwright::blas::Complex, float, he, hb, hp, hpr, hpr2, I, _64) \
    HIPWRIGHT_LEVEL_2_HALVES(Z, hipwright::blas::DoubleComplex, double, he, hb, hp, hpr, hpr2, I, _64) \
    HIPWRIGHT_GER(S, float, ger, false, I, _64) \
    HIPWRIGHT_GER(D, double, ger, false, I, _64) \
    HIPWRIGHT_GER(C, hipwright::blas::Complex, geru, false, I, _64) \
    HIPWRIGHT_GER(Z, hipwright::blas::DoubleComplex, geru, false, I, _64) \
    HIPWRIGHT_GER(C, hipwright::blas::Complex, gerc, true, I, _64) \
    HIPWRIGHT_GER(Z, hipwright::blas::DoubleComplex, gerc, true, I, _64)
HIPWRIGHT_BOTH_WIDTHS(int, )
HIPWRIGHT_BOTH_WIDTHS(std::int64_t, _64)
#undef HIPWRIGHT_BOTH_WIDTHS
#undef HIPWRIGHT_LEVEL_2
#undef HIPWRIGHT_LEVEL_2_HALVES
#undef HIPWRIGHT_GER
// clang-format on
