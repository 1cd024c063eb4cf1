// Batches of small matrices, factorized and solved: the part of LAPACK that lies in cuBLAS and
// hipBLAS.
#pragma once

#include <memory>

#include "call.h"
#include "fortran.h"
#include "level3.h"

namespace hipwright::blas {

// A routine of LAPACK with a workspace: asked for its size first, then run. `routine` takes the
// workspace, its size and where to put the status.
template <typename T, typename Routine>
inline int with_workspace(const Routine& routine) {
    T best = number<T>(0);
    int info = 0;
    routine(&best, -1, &info);
    if (info) return info;
    Real<T> wished;
    if constexpr (is_complex<T>)
        wished = best.x;
    else
        wished = best;
    const int size = wished > 1 ? static_cast<int>(wished) : 1;
    const std::unique_ptr<T[]> work(new T[static_cast<std::size_t>(size)]);
    routine(work.get(), size, &info);
    return info;
}

// LU without exchanging rows: what cuBLAS does when it is given no place for the pivots.
template <typename T>
inline int factorize_in_place(Index n, T* A, Index lda) {
    int info = 0;
    for (Index k = 0; k < n; ++k) {
        const T pivot = A[k * lda + k];
        if (is_zero(pivot)) {
            if (!info) info = static_cast<int>(k) + 1;
            continue;
        }
        T inverse;
        if constexpr (is_complex<T>)
            inverse = complex_quotient<T, Real<T>>(number<T>(1), pivot);
        else
            inverse = T(1) / pivot;
        for (Index row = k + 1; row < n; ++row) A[k * lda + row] = times(A[k * lda + row], inverse);
        for (Index column = k + 1; column < n; ++column)
            for (Index row = k + 1; row < n; ++row)
                A[column * lda + row] =
                    plus(A[column * lda + row],
                         times(number<T>(-1), times(A[k * lda + row], A[column * lda + k])));
    }
    return info;
}

template <typename T>
inline Status getrf_batched(BLAS(Handle_t) handle, int n, T* const* A, int lda, int* pivots,
                            int* info, int count) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_REQUIRE(n >= 0 && is_layout(n, lda) && count >= 0 && (!count || (A && info)));
    return run(h, [=] {
        for (Index i = 0; i < count; ++i) {
            if (!holds(A[i], n, n, lda)) return status_invalid_value;
            if (pivots)
                fortran::getrf(Int(n), Int(n), A[i], Int(lda), pivots + i * n, info + i);
            else
                info[i] = factorize_in_place(n, A[i], lda);
        }
        return status_success;
    });
}
template <typename T>
inline Status getrs_batched(BLAS(Handle_t) handle, Operation trans, int n, int nrhs,
                            const T* const* A, int lda, const int* pivots, T* const* B, int ldb,
                            int* info, int count) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    const bool sane = letter(trans) && n >= 0 && nrhs >= 0 && is_layout(n, lda) &&
                      is_layout(n, ldb) && count >= 0 && (!count || (A && B)) && info;
    if (info) *info = sane ? 0 : -1;
    HIPWRIGHT_BLAS_REQUIRE(sane);
    return run(h, [=] {
        const std::unique_ptr<int[]> in_order(new int[static_cast<std::size_t>(n) + 1]);
        for (int i = 0; i < n; ++i) in_order[static_cast<std::size_t>(i)] = i + 1;
        for (Index i = 0; i < count; ++i) {
            int ignored = 0;
            fortran::getrs(Letter(letter(trans)), Int(n), Int(nrhs), A[i], Int(lda),
                           pivots ? pivots + i * n : in_order.get(), B[i], Int(ldb), &ignored);
        }
        return status_success;
    });
}
// C = the inverse of A, which is factorized already, or (matinv) factorized in a copy.
template <typename T>
inline Status invert_batched(BLAS(Handle_t) handle, int n, const T* const* A, int lda,
                             const int* pivots, T* const* C, int ldc, int* info, int count,
                             bool factorized) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_REQUIRE(n >= 0 && is_layout(n, lda) && is_layout(n, ldc) && count >= 0 &&
                           (!count || (A && C && info)));
    return run(h, [=] {
        const std::unique_ptr<int[]> own(new int[static_cast<std::size_t>(n) + 1]);
        for (int i = 0; i < n; ++i) own[static_cast<std::size_t>(i)] = i + 1;
        for (Index i = 0; i < count; ++i) {
            copy_matrix<T>(n, n, A[i], lda, C[i], ldc);
            info[i] = 0;
            if (!factorized) fortran::getrf(Int(n), Int(n), C[i], Int(ldc), own.get(), info + i);
            if (info[i]) continue;
            const int* order = factorized && pivots ? pivots + i * n : own.get();
            info[i] = with_workspace<T>([&](T* work, int size, int* status) {
                fortran::getri(Int(n), C[i], Int(ldc), order, work, Int(size), status);
            });
        }
        return status_success;
    });
}
template <typename T>
inline Status geqrf_batched(BLAS(Handle_t) handle, int m, int n, T* const* A, int lda,
                            T* const* tau, int* info, int count) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    const bool sane =
        m >= 0 && n >= 0 && is_layout(m, lda) && count >= 0 && info && (!count || (A && tau));
    if (info) *info = sane ? 0 : -1;
    HIPWRIGHT_BLAS_REQUIRE(sane);
    return run(h, [=] {
        for (Index i = 0; i < count; ++i)
            with_workspace<T>([&](T* work, int size, int* status) {
                fortran::geqrf(Int(m), Int(n), A[i], Int(lda), tau[i], work, Int(size), status);
            });
        return status_success;
    });
}
template <typename T>
inline Status gels_batched(BLAS(Handle_t) handle, Operation trans, int m, int n, int nrhs,
                           T* const* A, int lda, T* const* C, int ldc, int* info, int* each_info,
                           int count) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    // Both libraries solve overdetermined systems only.
    if (letter(trans) != 'N' || m < n) return BLAS_(STATUS_NOT_SUPPORTED);
    const bool sane = n >= 0 && nrhs >= 0 && is_layout(m, lda) && is_layout(m, ldc) && count >= 0 &&
                      info && (!count || (A && C));
    if (info) *info = sane ? 0 : -1;
    HIPWRIGHT_BLAS_REQUIRE(sane);
    return run(h, [=] {
        for (Index i = 0; i < count; ++i) {
            const int status = with_workspace<T>([&](T* work, int size, int* outcome) {
                fortran::gels(Letter('N'), Int(m), Int(n), Int(nrhs), A[i], Int(lda), C[i],
                              Int(ldc), work, Int(size), outcome);
            });
            if (each_info) each_info[i] = status;
        }
        return status_success;
    });
}

}  // namespace hipwright::blas

// clang-format off
#define HIPWRIGHT_FACTORIZE(s, T) \
    inline BLAS(Status_t) BLAS(s##getrfBatched)(BLAS(Handle_t) handle, int n, T* const A[], int lda, int* pivots, int* info, int batchCount) { return hipwright::blas::getrf_batched<T>(handle, n, A, lda, pivots, info, batchCount); } \
    inline BLAS(Status_t) BLAS(s##getrsBatched)(BLAS(Handle_t) handle, BLAS(Operation_t) trans, int n, int nrhs, HIPWRIGHT_CONST T* const A[], int lda, const int* pivots, T* const B[], int ldb, int* info, int batchCount) { return hipwright::blas::getrs_batched<T>(handle, trans, n, nrhs, A, lda, pivots, B, ldb, info, batchCount); } \
    inline BLAS(Status_t) BLAS(s##getriBatched)(BLAS(Handle_t) handle, int n, HIPWRIGHT_CONST T* const A[], int lda, HIPWRIGHT_CONST int* pivots, T* const C[], int ldc, int* info, int batchCount) { return hipwright::blas::invert_batched<T>(handle, n, A, lda, pivots, C, ldc, info, batchCount, true); } \
    inline BLAS(Status_t) BLAS(s##geqrfBatched)(BLAS(Handle_t) handle, int m, int n, T* const A[], int lda, T* const tau[], int* info, int batchCount) { return hipwright::blas::geqrf_batched<T>(handle, m, n, A, lda, tau, info, batchCount); } \
    inline BLAS(Status_t) BLAS(s##gelsBatched)(BLAS(Handle_t) handle, BLAS(Operation_t) trans, int m, int n, int nrhs, T* const A[], int lda, T* const C[], int ldc, int* info, int* devInfoArray, int batchCount) { return hipwright::blas::gels_batched<T>(handle, trans, m, n, nrhs, A, lda, C, ldc, info, devInfoArray, batchCount); }
#ifdef HIPWRIGHT_HIP
#define HIPWRIGHT_CONST
#else
#define HIPWRIGHT_CONST const
#endif
HIPWRIGHT_FACTORIZE(S, float)
HIPWRIGHT_FACTORIZE(D, double)
HIPWRIGHT_FACTORIZE(C, hipwright::blas::Complex)
HIPWRIGHT_FACTORIZE(Z, hipwright::blas::DoubleComplex)
#undef HIPWRIGHT_FACTORIZE
#undef HIPWRIGHT_CONST
#ifndef HIPWRIGHT_HIP
#define HIPWRIGHT_INVERT(s, T) \
    inline cublasStatus_t cublas##s##matinvBatched(cublasHandle_t handle, int n, const T* const A[], int lda, T* const Ainv[], int ldainv, int* info, int batchSize) { return hipwright::blas::invert_batched<T>(handle, n, A, lda, nullptr, Ainv, ldainv, info, batchSize, false); }
HIPWRIGHT_INVERT(S, float)
HIPWRIGHT_INVERT(D, double)
HIPWRIGHT_INVERT(C, cuComplex)
HIPWRIGHT_INVERT(Z, cuDoubleComplex)
#undef HIPWRIGHT_INVERT
#endif
// clang-format on
