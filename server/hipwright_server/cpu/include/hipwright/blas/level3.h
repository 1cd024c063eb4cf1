// BLAS level 3: matrices, also in batches, and the two extensions that make a matrix of another.
#pragma once

#include "call.h"
#include "fortran.h"

namespace hipwright::blas {

// The rows of op(A) are A's columns when it is transposed.
struct Product {
    Operation transa, transb;
    Index m, n, k, lda, ldb, ldc;
    bool is_sane() const {
        return letter(transa) && letter(transb) && m >= 0 && n >= 0 && k >= 0 &&
               is_layout(rows_of_a(), lda) && is_layout(rows_of_b(), ldb) && is_layout(m, ldc);
    }
    bool fits() const { return blas::fits(m, n, k, lda, ldb, ldc); }
    Index rows_of_a() const { return letter(transa) == 'N' ? m : k; }
    Index columns_of_a() const { return letter(transa) == 'N' ? k : m; }
    Index rows_of_b() const { return letter(transb) == 'N' ? k : n; }
    Index columns_of_b() const { return letter(transb) == 'N' ? n : k; }
    template <typename A, typename B, typename C>
    bool is_held(const A* a, const B* b, const C* c) const {
        return holds(a, rows_of_a(), columns_of_a(), lda) &&
               holds(b, rows_of_b(), columns_of_b(), ldb) && holds(c, m, n, ldc);
    }
};

template <typename T>
inline void multiply(const Product& p, T alpha, const T* A, const T* B, T beta, T* C) {
    if (!p.m || !p.n) return;
    fortran::gemm(Letter(letter(p.transa)), Letter(letter(p.transb)), Int(p.m), Int(p.n), Int(p.k),
                  &alpha, A, Int(p.lda), B, Int(p.ldb), &beta, C, Int(p.ldc));
}
template <typename T>
inline Status gemm(BLAS(Handle_t) handle, const Product& p, const T* alpha, const T* A, const T* B,
                   const T* beta, T* C, Index stride_a = 0, Index stride_b = 0, Index stride_c = 0,
                   Index count = 1) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_REQUIRE(p.is_sane() && alpha && beta && count >= 0);
    if (!p.fits()) return BLAS_(STATUS_NOT_SUPPORTED);
    const Index last = count > 0 ? count - 1 : 0;
    HIPWRIGHT_BLAS_REQUIRE(
        p.is_held(A + last * stride_a, B + last * stride_b, C + last * stride_c));
    const Scalar<T> a(h, alpha), b(h, beta);
    return run(h, [=] {
        for (Index i = 0; i < count; ++i)
            multiply(p, a.get(), A + i * stride_a, B + i * stride_b, b.get(), C + i * stride_c);
        return status_success;
    });
}
template <typename T>
inline Status gemm_batched(BLAS(Handle_t) handle, const Product& p, const T* alpha,
                           const T* const* A, const T* const* B, const T* beta, T* const* C,
                           Index count) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_REQUIRE(p.is_sane() && alpha && beta && count >= 0 && (!count || (A && B && C)));
    if (!p.fits()) return BLAS_(STATUS_NOT_SUPPORTED);
    const Scalar<T> a(h, alpha), b(h, beta);
    return run(h, [=] {
        for (Index i = 0; i < count; ++i) {
            if (!p.is_held(A[i], B[i], C[i])) return status_invalid_value;
            multiply(p, a.get(), A[i], B[i], b.get(), C[i]);
        }
        return status_success;
    });
}
template <typename T>
inline Status gemv_batched(BLAS(Handle_t) handle, Operation trans, Index m, Index n, const T* alpha,
                           const T* const* A, Index lda, const T* const* x, Index incx,
                           const T* beta, T* const* y, Index incy, Index count) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_FITS(m, n, lda, incx, incy);
    HIPWRIGHT_BLAS_REQUIRE(letter(trans) && m >= 0 && n >= 0 && is_layout(m, lda) && incx && incy &&
                           alpha && beta && count >= 0 && (!count || (A && x && y)));
    const Scalar<T> a(h, alpha), b(h, beta);
    return run(h, [=] {
        const T factor = a.get(), keep = b.get();
        for (Index i = 0; i < count; ++i)
            fortran::gemv(Letter(letter(trans)), Int(m), Int(n), &factor, A[i], Int(lda), x[i],
                          Int(incx), &keep, y[i], Int(incy));
        return status_success;
    });
}
template <typename T>
inline Status gemv_strided(BLAS(Handle_t) handle, Operation trans, Index m, Index n, const T* alpha,
                           const T* A, Index lda, Index stride_a, const T* x, Index incx,
                           Index stride_x, const T* beta, T* y, Index incy, Index stride_y,
                           Index count) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_FITS(m, n, lda, incx, incy);
    HIPWRIGHT_BLAS_REQUIRE(letter(trans) && m >= 0 && n >= 0 && is_layout(m, lda) && incx && incy &&
                           alpha && beta && count >= 0);
    const Scalar<T> a(h, alpha), b(h, beta);
    return run(h, [=] {
        const T factor = a.get(), keep = b.get();
        for (Index i = 0; i < count; ++i)
            fortran::gemv(Letter(letter(trans)), Int(m), Int(n), &factor, A + i * stride_a,
                          Int(lda), x + i * stride_x, Int(incx), &keep, y + i * stride_y,
                          Int(incy));
        return status_success;
    });
}

template <typename T>
inline Status symm(BLAS(Handle_t) handle, Side side, Fill uplo, Index m, Index n, const T* alpha,
                   const T* A, Index lda, const T* B, Index ldb, const T* beta, T* C, Index ldc,
                   [[maybe_unused]] bool hermitian) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_FITS(m, n, lda, ldb, ldc);
    const Index size = letter(side) == 'L' ? m : n;
    HIPWRIGHT_BLAS_REQUIRE(letter(side) && letter(uplo) && m >= 0 && n >= 0 && alpha && beta &&
                           is_layout(size, lda) && is_layout(m, ldb) && is_layout(m, ldc));
    HIPWRIGHT_BLAS_REQUIRE(holds(A, size, size, lda) && holds(B, m, n, ldb) && holds(C, m, n, ldc));
    const Scalar<T> a(h, alpha), b(h, beta);
    return run(h, [=] {
        const T factor = a.get(), keep = b.get();
        const Letter left(letter(side)), half(letter(uplo));
        if constexpr (is_complex<T>) {
            if (hermitian) {
                fortran::hemm(left, half, Int(m), Int(n), &factor, A, Int(lda), B, Int(ldb), &keep,
                              C, Int(ldc));
                return status_success;
            }
        }
        fortran::symm(left, half, Int(m), Int(n), &factor, A, Int(lda), B, Int(ldb), &keep, C,
                      Int(ldc));
        return status_success;
    });
}
template <typename T>
inline Status syrk(BLAS(Handle_t) handle, Fill uplo, Operation trans, Index n, Index k,
                   const T* alpha, const T* A, Index lda, const T* beta, T* C, Index ldc) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_FITS(n, k, lda, ldc);
    const bool plain = letter(trans) == 'N';
    HIPWRIGHT_BLAS_REQUIRE(letter(uplo) && letter(trans) && n >= 0 && k >= 0 && alpha && beta &&
                           is_layout(plain ? n : k, lda) && is_layout(n, ldc));
    HIPWRIGHT_BLAS_REQUIRE(holds(A, plain ? n : k, plain ? k : n, lda) && holds(C, n, n, ldc));
    const Scalar<T> a(h, alpha), b(h, beta);
    return run(h, [=] {
        const T factor = a.get(), keep = b.get();
        fortran::syrk(Letter(letter(uplo)), Letter(real_letter<T>(trans)), Int(n), Int(k), &factor,
                      A, Int(lda), &keep, C, Int(ldc));
        return status_success;
    });
}
template <typename T>
inline Status herk(BLAS(Handle_t) handle, Fill uplo, Operation trans, Index n, Index k,
                   const Real<T>* alpha, const T* A, Index lda, const Real<T>* beta, T* C,
                   Index ldc) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_FITS(n, k, lda, ldc);
    const bool plain = letter(trans) == 'N';
    HIPWRIGHT_BLAS_REQUIRE(letter(uplo) && letter(trans) && n >= 0 && k >= 0 && alpha && beta &&
                           is_layout(plain ? n : k, lda) && is_layout(n, ldc));
    HIPWRIGHT_BLAS_REQUIRE(holds(A, plain ? n : k, plain ? k : n, lda) && holds(C, n, n, ldc));
    const Scalar<Real<T>> a(h, alpha), b(h, beta);
    return run(h, [=] {
        const Real<T> factor = a.get(), keep = b.get();
        fortran::herk(Letter(letter(uplo)), Letter(plain ? 'N' : 'C'), Int(n), Int(k), &factor, A,
                      Int(lda), &keep, C, Int(ldc));
        return status_success;
    });
}
// B is the type of beta: real for her2k, the elements' own for syr2k.
template <typename T, typename B>
inline Status syr2k(BLAS(Handle_t) handle, Fill uplo, Operation trans, Index n, Index k,
                    const T* alpha, const T* A, Index lda, const T* B_, Index ldb, const B* beta,
                    T* C, Index ldc) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_FITS(n, k, lda, ldb, ldc);
    const bool plain = letter(trans) == 'N';
    const Index rows = plain ? n : k, columns = plain ? k : n;
    HIPWRIGHT_BLAS_REQUIRE(letter(uplo) && letter(trans) && n >= 0 && k >= 0 && alpha && beta &&
                           is_layout(rows, lda) && is_layout(rows, ldb) && is_layout(n, ldc));
    HIPWRIGHT_BLAS_REQUIRE(holds(A, rows, columns, lda) && holds(B_, rows, columns, ldb) &&
                           holds(C, n, n, ldc));
    const Scalar<T> a(h, alpha);
    const Scalar<B> b(h, beta);
    return run(h, [=] {
        const T factor = a.get();
        const B keep = b.get();
        const Letter half(letter(uplo));
        if constexpr (std::is_same_v<T, B>)
            fortran::syr2k(half, Letter(real_letter<T>(trans)), Int(n), Int(k), &factor, A,
                           Int(lda), B_, Int(ldb), &keep, C, Int(ldc));
        else
            fortran::her2k(half, Letter(plain ? 'N' : 'C'), Int(n), Int(k), &factor, A, Int(lda),
                           B_, Int(ldb), &keep, C, Int(ldc));
        return status_success;
    });
}

template <typename T>
inline void copy_matrix(Index m, Index n, const T* from, Index from_lead, T* to, Index to_lead) {
    if (from == to && from_lead == to_lead) return;
    for (Index column = 0; column < n; ++column)
        std::memmove(static_cast<void*>(to + column * to_lead), from + column * from_lead,
                     static_cast<std::size_t>(m) * sizeof(T));
}
// C = alpha op(A) B: out of place, other than in the BLAS that the CPU has. C may be B.
template <typename T>
inline Status trmm(BLAS(Handle_t) handle, Side side, Fill uplo, Operation trans, Diagonal diag,
                   Index m, Index n, const T* alpha, const T* A, Index lda, const T* B, Index ldb,
                   T* C, Index ldc) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_FITS(m, n, lda, ldb, ldc);
    const Index size = letter(side) == 'L' ? m : n;
    HIPWRIGHT_BLAS_REQUIRE(letter(side) && letter(uplo) && letter(trans) && letter(diag) &&
                           m >= 0 && n >= 0 && alpha && is_layout(size, lda) && is_layout(m, ldb) &&
                           is_layout(m, ldc));
    HIPWRIGHT_BLAS_REQUIRE(holds(A, size, size, lda) && holds(B, m, n, ldb) && holds(C, m, n, ldc));
    const Scalar<T> a(h, alpha);
    return run(h, [=] {
        const T factor = a.get();
        copy_matrix(m, n, B, ldb, C, ldc);
        fortran::trmm(Letter(letter(side)), Letter(letter(uplo)), Letter(letter(trans)),
                      Letter(letter(diag)), Int(m), Int(n), &factor, A, Int(lda), C, Int(ldc));
        return status_success;
    });
}
// `matrices` gives the i-th pair of A and B.
template <typename T, typename Matrices>
inline Status trsm(BLAS(Handle_t) handle, Side side, Fill uplo, Operation trans, Diagonal diag,
                   Index m, Index n, const T* alpha, Index lda, Index ldb, Index count,
                   const Matrices& matrices) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_FITS(m, n, lda, ldb);
    const Index size = letter(side) == 'L' ? m : n;
    HIPWRIGHT_BLAS_REQUIRE(letter(side) && letter(uplo) && letter(trans) && letter(diag) &&
                           m >= 0 && n >= 0 && alpha && is_layout(size, lda) && is_layout(m, ldb) &&
                           count >= 0);
    const Scalar<T> a(h, alpha);
    return run(h, [=] {
        const T factor = a.get();
        for (Index i = 0; i < count; ++i) {
            const T* A = nullptr;
            T* B = nullptr;
            matrices(i, &A, &B);
            if (!holds(A, size, size, lda) || !holds(B, m, n, ldb)) return status_invalid_value;
            fortran::trsm(Letter(letter(side)), Letter(letter(uplo)), Letter(letter(trans)),
                          Letter(letter(diag)), Int(m), Int(n), &factor, A, Int(lda), B, Int(ldb));
        }
        return status_success;
    });
}
template <typename T>
inline Status trsm_one(BLAS(Handle_t) handle, Side side, Fill uplo, Operation trans, Diagonal diag,
                       Index m, Index n, const T* alpha, const T* A, Index lda, T* B, Index ldb) {
    return trsm<T>(handle, side, uplo, trans, diag, m, n, alpha, lda, ldb, 1,
                   [=](Index, const T** a, T** b) {
                       *a = A;
                       *b = B;
                   });
}
template <typename T>
inline Status trsm_batched(BLAS(Handle_t) handle, Side side, Fill uplo, Operation trans,
                           Diagonal diag, Index m, Index n, const T* alpha, const T* const* A,
                           Index lda, T* const* B, Index ldb, Index count) {
    HIPWRIGHT_BLAS_REQUIRE(!count || (A && B));
    return trsm<T>(handle, side, uplo, trans, diag, m, n, alpha, lda, ldb, count,
                   [=](Index i, const T** a, T** b) {
                       *a = A[i];
                       *b = B[i];
                   });
}

// C = alpha op(A) + beta op(B). C may be A or B where that one is not transposed.
template <typename T>
inline T element(Operation trans, const T* matrix, Index lead, Index row, Index column) {
    if (letter(trans) == 'N') return matrix[column * lead + row];
    const T found = matrix[row * lead + column];
    return letter(trans) == 'C' ? conjugate(found) : found;
}
template <typename T>
inline Status geam(BLAS(Handle_t) handle, Operation transa, Operation transb, Index m, Index n,
                   const T* alpha, const T* A, Index lda, const T* beta, const T* B, Index ldb,
                   T* C, Index ldc) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_REQUIRE(letter(transa) && letter(transb) && m >= 0 && n >= 0 && alpha && beta &&
                           is_layout(m, ldc) && holds(C, m, n, ldc));
    const Scalar<T> a(h, alpha), b(h, beta);
    return run(h, [=] {
        const T factor_a = a.get(), factor_b = b.get();
        const bool with_a = !is_zero(factor_a), with_b = !is_zero(factor_b);
        for (Index column = 0; column < n; ++column) {
            for (Index row = 0; row < m; ++row) {
                T sum = number<T>(0);
                if (with_a) sum = times(factor_a, element(transa, A, lda, row, column));
                if (with_b) sum = plus(sum, times(factor_b, element(transb, B, ldb, row, column)));
                C[column * ldc + row] = sum;
            }
        }
        return status_success;
    });
}
// C = diag(x) A, or A diag(x).
template <typename T>
inline Status dgmm(BLAS(Handle_t) handle, Side side, Index m, Index n, const T* A, Index lda,
                   const T* x, Index incx, T* C, Index ldc) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    const bool left = letter(side) == 'L';
    HIPWRIGHT_BLAS_REQUIRE(letter(side) && m >= 0 && n >= 0 && is_layout(m, lda) &&
                           is_layout(m, ldc));
    HIPWRIGHT_BLAS_REQUIRE(holds(A, m, n, lda) && holds(C, m, n, ldc) &&
                           holds(x, left ? m : n, incx));
    return run(h, [=] {
        const T* first = incx < 0 ? x - ((left ? m : n) - 1) * incx : x;
        for (Index column = 0; column < n; ++column)
            for (Index row = 0; row < m; ++row)
                C[column * ldc + row] =
                    times(A[column * lda + row], first[(left ? row : column) * incx]);
        return status_success;
    });
}

}  // namespace hipwright::blas

// clang-format off
#ifdef HIPWRIGHT_HIP
using hipwright_blas_stride = hipblasStride;
#else
using hipwright_blas_stride = long long int;
#endif
#define HIPWRIGHT_LEVEL_3(s, T, I, _64) \
    inline BLAS(Status_t) BLAS(s##gemm##_64)(BLAS(Handle_t) handle, BLAS(Operation_t) transa, BLAS(Operation_t) transb, I m, I n, I k, const T* alpha, const T* A, I lda, const T* B, I ldb, const T* beta, T* C, I ldc) { return hipwright::blas::gemm<T>(handle, {transa, transb, m, n, k, lda, ldb, ldc}, alpha, A, B, beta, C); } \
    inline BLAS(Status_t) BLAS(s##gemmStridedBatched##_64)(BLAS(Handle_t) handle, BLAS(Operation_t) transa, BLAS(Operation_t) transb, I m, I n, I k, const T* alpha, const T* A, I lda, hipwright_blas_stride strideA, const T* B, I ldb, hipwright_blas_stride strideB, const T* beta, T* C, I ldc, hipwright_blas_stride strideC, I batchCount) { return hipwright::blas::gemm<T>(handle, {transa, transb, m, n, k, lda, ldb, ldc}, alpha, A, B, beta, C, strideA, strideB, strideC, batchCount); } \
    inline BLAS(Status_t) BLAS(s##gemmBatched##_64)(BLAS(Handle_t) handle, BLAS(Operation_t) transa, BLAS(Operation_t) transb, I m, I n, I k, const T* alpha, const T* const A[], I lda, const T* const B[], I ldb, const T* beta, T* const C[], I ldc, I batchCount) { return hipwright::blas::gemm_batched<T>(handle, {transa, transb, m, n, k, lda, ldb, ldc}, alpha, A, B, beta, C, batchCount); } \
    inline BLAS(Status_t) BLAS(s##gemvBatched##_64)(BLAS(Handle_t) handle, BLAS(Operation_t) trans, I m, I n, const T* alpha, const T* const A[], I lda, const T* const x[], I incx, const T* beta, T* const y[], I incy, I batchCount) { return hipwright::blas::gemv_batched<T>(handle, trans, m, n, alpha, A, lda, x, incx, beta, y, incy, batchCount); } \
    inline BLAS(Status_t) BLAS(s##gemvStridedBatched##_64)(BLAS(Handle_t) handle, BLAS(Operation_t) trans, I m, I n, const T* alpha, const T* A, I lda, hipwright_blas_stride strideA, const T* x, I incx, hipwright_blas_stride stridex, const T* beta, T* y, I incy, hipwright_blas_stride stridey, I batchCount) { return hipwright::blas::gemv_strided<T>(handle, trans, m, n, alpha, A, lda, strideA, x, incx, stridex, beta, y, incy, stridey, batchCount); } \
    inline BLAS(Status_t) BLAS(s##symm##_64)(BLAS(Handle_t) handle, BLAS(SideMode_t) side, BLAS(FillMode_t) uplo, I m, I n, const T* alpha, const T* A, I lda, const T* B, I ldb, const T* beta, T* C, I ldc) { return hipwright::blas::symm<T>(handle, side, uplo, m, n, alpha, A, lda, B, ldb, beta, C, ldc, false); } \
    inline BLAS(Status_t) BLAS(s##syrk##_64)(BLAS(Handle_t) handle, BLAS(FillMode_t) uplo, BLAS(Operation_t) trans, I n, I k, const T* alpha, const T* A, I lda, const T* beta, T* C, I ldc) { return hipwright::blas::syrk<T>(handle, uplo, trans, n, k, alpha, A, lda, beta, C, ldc); } \
    inline BLAS(Status_t) BLAS(s##syr2k##_64)(BLAS(Handle_t) handle, BLAS(FillMode_t) uplo, BLAS(Operation_t) trans, I n, I k, const T* alpha, const T* A, I lda, const T* B, I ldb, const T* beta, T* C, I ldc) { return hipwright::blas::syr2k<T, T>(handle, uplo, trans, n, k, alpha, A, lda, B, ldb, beta, C, ldc); } \
    inline BLAS(Status_t) BLAS(s##trmm##_64)(BLAS(Handle_t) handle, BLAS(SideMode_t) side, BLAS(FillMode_t) uplo, BLAS(Operation_t) trans, BLAS(DiagType_t) diag, I m, I n, const T* alpha, const T* A, I lda, const T* B, I ldb, T* C, I ldc) { return hipwright::blas::trmm<T>(handle, side, uplo, trans, diag, m, n, alpha, A, lda, B, ldb, C, ldc); } \
    inline BLAS(Status_t) BLAS(s##trsm##_64)(BLAS(Handle_t) handle, BLAS(SideMode_t) side, BLAS(FillMode_t) uplo, BLAS(Operation_t) trans, BLAS(DiagType_t) diag, I m, I n, const T* alpha, const T* A, I lda, T* B, I ldb) { return hipwright::blas::trsm_one<T>(handle, side, uplo, trans, diag, m, n, alpha, A, lda, B, ldb); } \
    inline BLAS(Status_t) BLAS(s##trsmBatched##_64)(BLAS(Handle_t) handle, BLAS(SideMode_t) side, BLAS(FillMode_t) uplo, BLAS(Operation_t) trans, BLAS(DiagType_t) diag, I m, I n, const T* alpha, const T* const A[], I lda, T* const B[], I ldb, I batchCount) { return hipwright::blas::trsm_batched<T>(handle, side, uplo, trans, diag, m, n, alpha, A, lda, B, ldb, batchCount); } \
    inline BLAS(Status_t) BLAS(s##geam##_64)(BLAS(Handle_t) handle, BLAS(Operation_t) transa, BLAS(Operation_t) transb, I m, I n, const T* alpha, const T* A, I lda, const T* beta, const T* B, I ldb, T* C, I ldc) { return hipwright::blas::geam<T>(handle, transa, transb, m, n, alpha, A, lda, beta, B, ldb, C, ldc); } \
    inline BLAS(Status_t) BLAS(s##dgmm##_64)(BLAS(Handle_t) handle, BLAS(SideMode_t) side, I m, I n, const T* A, I lda, const T* x, I incx, T* C, I ldc) { return hipwright::blas::dgmm<T>(handle, side, m, n, A, lda, x, incx, C, ldc); }
#define HIPWRIGHT_HERMITIAN_LEVEL_3(s, T, R, I, _64) \
    inline BLAS(Status_t) BLAS(s##hemm##_64)(BLAS(Handle_t) handle, BLAS(SideMode_t) side, BLAS(FillMode_t) uplo, I m, I n, const T* alpha, const T* A, I lda, const T* B, I ldb, const T* beta, T* C, I ldc) { return hipwright::blas::symm<T>(handle, side, uplo, m, n, alpha, A, lda, B, ldb, beta, C, ldc, true); } \
    inline BLAS(Status_t) BLAS(s##herk##_64)(BLAS(Handle_t) handle, BLAS(FillMode_t) uplo, BLAS(Operation_t) trans, I n, I k, const R* alpha, const T* A, I lda, const R* beta, T* C, I ldc) { return hipwright::blas::herk<T>(handle, uplo, trans, n, k, alpha, A, lda, beta, C, ldc); } \
    inline BLAS(Status_t) BLAS(s##her2k##_64)(BLAS(Handle_t) handle, BLAS(FillMode_t) uplo, BLAS(Operation_t) trans, I n, I k, const T* alpha, const T* A, I lda, const T* B, I ldb, const R* beta, T* C, I ldc) { return hipwright::blas::syr2k<T, R>(handle, uplo, trans, n, k, alpha, A, lda, B, ldb, beta, C, ldc); }
#define HIPWRIGHT_BOTH_WIDTHS(I, _64) \
    HIPWRIGHT_LEVEL_3(S, float, I, _64) \
    HIPWRIGHT_LEVEL_3(D, double, I, _64) \
    HIPWRIGHT_LEVEL_3(C, hipwright::blas::Complex, I, _64) \
    HIPWRIGHT_LEVEL_3(Z, hipwright::blas::DoubleComplex, I, _64) \
    HIPWRIGHT_HERMITIAN_LEVEL_3(C, hipwright::blas::Complex, float, I, _64) \
    HIPWRIGHT_HERMITIAN_LEVEL_3(Z, hipwright::blas::DoubleComplex, double, I, _64)
HIPWRIGHT_BOTH_WIDTHS(int, )
HIPWRIGHT_BOTH_WIDTHS(std::int64_t, _64)
#undef HIPWRIGHT_BOTH_WIDTHS
#undef HIPWRIGHT_LEVEL_3
#undef HIPWRIGHT_HERMITIAN_LEVEL_3
// clang-format on
