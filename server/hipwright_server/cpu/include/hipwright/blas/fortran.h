// What the CPU's BLAS and LAPACK offer, by their Fortran symbols: matrices lie there as they do in
// cuBLAS. One overloaded C++ name for the four element types, bound to the symbol, so that no name
// of cblas.h reaches the user's program.
#pragma once

#if !__has_include(<cblas.h>) && !__has_include(<openblas/cblas.h>)
#error \
    "hipwright: BLAS on the CPU device needs OpenBLAS; install libopenblas-dev (Debian, Ubuntu) or openblas-devel (Fedora)"
#endif

#include "types.h"

namespace hipwright::blas::fortran {
using I = const int*;
using C = const char*;

// clang-format off
#define HIPWRIGHT_EVERY_TYPE(T, s) \
    void copy(I n, const T* x, I incx, T* y, I incy) __asm__(#s "copy_"); \
    void swap(I n, T* x, I incx, T* y, I incy) __asm__(#s "swap_"); \
    void scal(I n, const T* alpha, T* x, I incx) __asm__(#s "scal_"); \
    void axpy(I n, const T* alpha, const T* x, I incx, T* y, I incy) __asm__(#s "axpy_"); \
    void rotg(T* a, T* b, Real<T>* c, T* s_) __asm__(#s "rotg_"); \
    void gemv(C trans, I m, I n, const T* alpha, const T* a, I lda, const T* x, I incx, const T* beta, T* y, I incy) __asm__(#s "gemv_"); \
    void gbmv(C trans, I m, I n, I kl, I ku, const T* alpha, const T* a, I lda, const T* x, I incx, const T* beta, T* y, I incy) __asm__(#s "gbmv_"); \
    void tbmv(C uplo, C trans, C diag, I n, I k, const T* a, I lda, T* x, I incx) __asm__(#s "tbmv_"); \
    void tbsv(C uplo, C trans, C diag, I n, I k, const T* a, I lda, T* x, I incx) __asm__(#s "tbsv_"); \
    void tpmv(C uplo, C trans, C diag, I n, const T* a, T* x, I incx) __asm__(#s "tpmv_"); \
    void tpsv(C uplo, C trans, C diag, I n, const T* a, T* x, I incx) __asm__(#s "tpsv_"); \
    void trmv(C uplo, C trans, C diag, I n, const T* a, I lda, T* x, I incx) __asm__(#s "trmv_"); \
    void trsv(C uplo, C trans, C diag, I n, const T* a, I lda, T* x, I incx) __asm__(#s "trsv_"); \
    void gemm(C transa, C transb, I m, I n, I k, const T* alpha, const T* a, I lda, const T* b, I ldb, const T* beta, T* c, I ldc) __asm__(#s "gemm_"); \
    void symm(C side, C uplo, I m, I n, const T* alpha, const T* a, I lda, const T* b, I ldb, const T* beta, T* c, I ldc) __asm__(#s "symm_"); \
    void syrk(C uplo, C trans, I n, I k, const T* alpha, const T* a, I lda, const T* beta, T* c, I ldc) __asm__(#s "syrk_"); \
    void syr2k(C uplo, C trans, I n, I k, const T* alpha, const T* a, I lda, const T* b, I ldb, const T* beta, T* c, I ldc) __asm__(#s "syr2k_"); \
    void trmm(C side, C uplo, C trans, C diag, I m, I n, const T* alpha, const T* a, I lda, T* b, I ldb) __asm__(#s "trmm_"); \
    void trsm(C side, C uplo, C trans, C diag, I m, I n, const T* alpha, const T* a, I lda, T* b, I ldb) __asm__(#s "trsm_"); \
    void getrf(I m, I n, T* a, I lda, int* ipiv, int* info) __asm__(#s "getrf_"); \
    void getrs(C trans, I n, I nrhs, const T* a, I lda, const int* ipiv, T* b, I ldb, int* info) __asm__(#s "getrs_"); \
    void getri(I n, T* a, I lda, const int* ipiv, T* work, I lwork, int* info) __asm__(#s "getri_"); \
    void geqrf(I m, I n, T* a, I lda, T* tau, T* work, I lwork, int* info) __asm__(#s "geqrf_"); \
    void gels(C trans, I m, I n, I nrhs, T* a, I lda, T* b, I ldb, T* work, I lwork, int* info) __asm__(#s "gels_"); \
    void potrf(C uplo, I n, T* a, I lda, int* info) __asm__(#s "potrf_"); \
    void potrs(C uplo, I n, I nrhs, const T* a, I lda, T* b, I ldb, int* info) __asm__(#s "potrs_"); 
HIPWRIGHT_EVERY_TYPE(float, s)
HIPWRIGHT_EVERY_TYPE(double, d)
HIPWRIGHT_EVERY_TYPE(Complex, c)
HIPWRIGHT_EVERY_TYPE(DoubleComplex, z)
#undef HIPWRIGHT_EVERY_TYPE

#define HIPWRIGHT_REAL_TYPE(T, s) \
    void rotm(I n, T* x, I incx, T* y, I incy, const T* param) __asm__(#s "rotm_"); \
    void rotmg(T* d1, T* d2, T* x1, const T* y1, T* param) __asm__(#s "rotmg_"); \
    void ger(I m, I n, const T* alpha, const T* x, I incx, const T* y, I incy, T* a, I lda) __asm__(#s "ger_"); \
    void symv(C uplo, I n, const T* alpha, const T* a, I lda, const T* x, I incx, const T* beta, T* y, I incy) __asm__(#s "symv_"); \
    void sbmv(C uplo, I n, I k, const T* alpha, const T* a, I lda, const T* x, I incx, const T* beta, T* y, I incy) __asm__(#s "sbmv_"); \
    void spmv(C uplo, I n, const T* alpha, const T* a, const T* x, I incx, const T* beta, T* y, I incy) __asm__(#s "spmv_"); \
    void syr(C uplo, I n, const T* alpha, const T* x, I incx, T* a, I lda) __asm__(#s "syr_"); \
    void syr2(C uplo, I n, const T* alpha, const T* x, I incx, const T* y, I incy, T* a, I lda) __asm__(#s "syr2_"); \
    void spr(C uplo, I n, const T* alpha, const T* x, I incx, T* a) __asm__(#s "spr_"); \
    void spr2(C uplo, I n, const T* alpha, const T* x, I incx, const T* y, I incy, T* a) __asm__(#s "spr2_"); \
    void syevd(C jobz, C uplo, I n, T* a, I lda, T* w, T* work, I lwork, int* iwork, I liwork, int* info) __asm__(#s "syevd_"); 
HIPWRIGHT_REAL_TYPE(float, s)
HIPWRIGHT_REAL_TYPE(double, d)
#undef HIPWRIGHT_REAL_TYPE

// `her` and its kin exist for complex elements; some scalars of theirs are real.
#define HIPWRIGHT_COMPLEX_TYPE(T, R, s) \
    void geru(I m, I n, const T* alpha, const T* x, I incx, const T* y, I incy, T* a, I lda) __asm__(#s "geru_"); \
    void gerc(I m, I n, const T* alpha, const T* x, I incx, const T* y, I incy, T* a, I lda) __asm__(#s "gerc_"); \
    void hemv(C uplo, I n, const T* alpha, const T* a, I lda, const T* x, I incx, const T* beta, T* y, I incy) __asm__(#s "hemv_"); \
    void hbmv(C uplo, I n, I k, const T* alpha, const T* a, I lda, const T* x, I incx, const T* beta, T* y, I incy) __asm__(#s "hbmv_"); \
    void hpmv(C uplo, I n, const T* alpha, const T* a, const T* x, I incx, const T* beta, T* y, I incy) __asm__(#s "hpmv_"); \
    void her(C uplo, I n, const R* alpha, const T* x, I incx, T* a, I lda) __asm__(#s "her_"); \
    void her2(C uplo, I n, const T* alpha, const T* x, I incx, const T* y, I incy, T* a, I lda) __asm__(#s "her2_"); \
    void hpr(C uplo, I n, const R* alpha, const T* x, I incx, T* a) __asm__(#s "hpr_"); \
    void hpr2(C uplo, I n, const T* alpha, const T* x, I incx, const T* y, I incy, T* a) __asm__(#s "hpr2_"); \
    void hemm(C side, C uplo, I m, I n, const T* alpha, const T* a, I lda, const T* b, I ldb, const T* beta, T* c, I ldc) __asm__(#s "hemm_"); \
    void herk(C uplo, C trans, I n, I k, const R* alpha, const T* a, I lda, const R* beta, T* c, I ldc) __asm__(#s "herk_"); \
    void her2k(C uplo, C trans, I n, I k, const T* alpha, const T* a, I lda, const T* b, I ldb, const R* beta, T* c, I ldc) __asm__(#s "her2k_"); 
HIPWRIGHT_COMPLEX_TYPE(Complex, float, c)
HIPWRIGHT_COMPLEX_TYPE(DoubleComplex, double, z)
#undef HIPWRIGHT_COMPLEX_TYPE

// clang-format on
}  // namespace hipwright::blas::fortran
