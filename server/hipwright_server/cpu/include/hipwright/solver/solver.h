// The dense part of cuSOLVER and hipSOLVER on the CPU device, by LAPACK. The workspace is LAPACK's
// own; what the program brings is not used.
#pragma once

#include "../blas/factorize.h"
#include "../blas/names.h"

#ifdef HIPWRIGHT_HIP
#define SOLVER(name) hipsolverDn##name
#define SOLVER_(name) HIPSOLVER_##name
enum hipsolverStatus_t {
    HIPSOLVER_STATUS_SUCCESS = 0,
    HIPSOLVER_STATUS_NOT_INITIALIZED = 1,
    HIPSOLVER_STATUS_ALLOC_FAILED = 2,
    HIPSOLVER_STATUS_INVALID_VALUE = 3,
    HIPSOLVER_STATUS_MAPPING_ERROR = 4,
    HIPSOLVER_STATUS_EXECUTION_FAILED = 5,
    HIPSOLVER_STATUS_INTERNAL_ERROR = 6,
    HIPSOLVER_STATUS_NOT_SUPPORTED = 7,
    HIPSOLVER_STATUS_ARCH_MISMATCH = 8,
    HIPSOLVER_STATUS_HANDLE_IS_NULLPTR = 9,
    HIPSOLVER_STATUS_INVALID_ENUM = 10,
    HIPSOLVER_STATUS_UNKNOWN = 11,
    HIPSOLVER_STATUS_ZERO_PIVOT = 12,
    HIPSOLVER_STATUS_MATRIX_TYPE_NOT_SUPPORTED = 13,
};
enum hipsolverEigMode_t { HIPSOLVER_EIG_MODE_NOVECTOR = 201, HIPSOLVER_EIG_MODE_VECTOR = 202 };
using hipsolverFillMode_t = hipblasFillMode_t;
using hipsolverOperation_t = hipblasOperation_t;
using hipsolverSideMode_t = hipblasSideMode_t;
#define HIPSOLVER_FILL_MODE_UPPER HIPBLAS_FILL_MODE_UPPER
#define HIPSOLVER_FILL_MODE_LOWER HIPBLAS_FILL_MODE_LOWER
#define HIPSOLVER_OP_N HIPBLAS_OP_N
#define HIPSOLVER_OP_T HIPBLAS_OP_T
#define HIPSOLVER_OP_C HIPBLAS_OP_C
using hipsolverHandle_t = void*;
using hipsolverDnHandle_t = hipsolverHandle_t;
#else
#define SOLVER(name) cusolverDn##name
#define SOLVER_(name) CUSOLVER_##name
enum cusolverStatus_t {
    CUSOLVER_STATUS_SUCCESS = 0,
    CUSOLVER_STATUS_NOT_INITIALIZED = 1,
    CUSOLVER_STATUS_ALLOC_FAILED = 2,
    CUSOLVER_STATUS_INVALID_VALUE = 3,
    CUSOLVER_STATUS_ARCH_MISMATCH = 4,
    CUSOLVER_STATUS_MAPPING_ERROR = 5,
    CUSOLVER_STATUS_EXECUTION_FAILED = 6,
    CUSOLVER_STATUS_INTERNAL_ERROR = 7,
    CUSOLVER_STATUS_MATRIX_TYPE_NOT_SUPPORTED = 8,
    CUSOLVER_STATUS_NOT_SUPPORTED = 9,
    CUSOLVER_STATUS_ZERO_PIVOT = 10,
};
enum cusolverEigMode_t { CUSOLVER_EIG_MODE_NOVECTOR = 0, CUSOLVER_EIG_MODE_VECTOR = 1 };
using cusolverDnHandle_t = struct cusolverDnContext*;
#endif

namespace hipwright::solver {
#ifdef HIPWRIGHT_HIP
using Status = hipsolverStatus_t;
using EigenMode = hipsolverEigMode_t;
#else
using Status = cusolverStatus_t;
using EigenMode = cusolverEigMode_t;
#endif
using blas::Int;
using blas::Letter;
using blas::letter;
namespace fortran = blas::fortran;

struct Handle {
    API(Stream_t) stream = nullptr;
};
// Runs `work`, which gives LAPACK's status for the program to look at.
template <typename Work>
inline Status run(SOLVER(Handle_t) handle, bool sane, int* info, const Work& work) {
    const auto* found = reinterpret_cast<const Handle*>(handle);
    if (!found) return SOLVER_(STATUS_NOT_INITIALIZED);
    if (!sane || !info) return SOLVER_(STATUS_INVALID_VALUE);
    if (sticky() != status_success) return SOLVER_(STATUS_EXECUTION_FAILED);
    const hipwright::Status status = submit(found->stream, NodeKind::kernel, [=] {
        *info = work();
        return status_success;
    });
    return status == status_success ? SOLVER_(STATUS_SUCCESS) : SOLVER_(STATUS_EXECUTION_FAILED);
}
// Programs allocate the workspace that they are told of.
inline Status buffer(SOLVER(Handle_t) handle, int rows, int columns, int* size) {
    if (!handle) return SOLVER_(STATUS_NOT_INITIALIZED);
    if (!size || rows < 0 || columns < 0) return SOLVER_(STATUS_INVALID_VALUE);
    *size = 1 + 2 * (rows > columns ? rows : columns);
    return SOLVER_(STATUS_SUCCESS);
}
template <typename T>
inline bool is_matrix(const T* A, int rows, int columns, int lead) {
    return rows >= 0 && columns >= 0 && blas::is_layout(rows, lead) &&
           blas::holds(A, rows, columns, lead);
}
template <typename T>
inline Status eigen(SOLVER(Handle_t) handle, EigenMode mode, blas::Fill uplo, int n, T* A, int lda,
                    T* values, int* info) {
    const bool sane = letter(uplo) && is_matrix(A, n, n, lda) && blas::holds(values, n, 1);
    return run(handle, sane, info, [=] {
        const char job = mode == SOLVER_(EIG_MODE_VECTOR) ? 'V' : 'N';
        const std::size_t size = static_cast<std::size_t>(1 + 6 * n) +
                                 2 * static_cast<std::size_t>(n) * static_cast<std::size_t>(n);
        const int integers = 3 + 5 * n;
        const std::unique_ptr<T[]> work(new T[size]);
        const std::unique_ptr<int[]> more(new int[static_cast<std::size_t>(integers)]);
        int status = 0;
        fortran::syevd(Letter(job), Letter(letter(uplo)), Int(n), A, Int(lda), values, work.get(),
                       Int(static_cast<blas::Index>(size)), more.get(), Int(integers), &status);
        return status;
    });
}
}  // namespace hipwright::solver

inline hipwright::solver::Status SOLVER(Create)(SOLVER(Handle_t) * handle) {
    if (!handle) return SOLVER_(STATUS_INVALID_VALUE);
    *handle = reinterpret_cast<SOLVER(Handle_t)>(new hipwright::solver::Handle());
    return SOLVER_(STATUS_SUCCESS);
}
inline hipwright::solver::Status SOLVER(Destroy)(SOLVER(Handle_t) handle) {
    if (!handle) return SOLVER_(STATUS_NOT_INITIALIZED);
    delete reinterpret_cast<hipwright::solver::Handle*>(handle);
    return SOLVER_(STATUS_SUCCESS);
}
inline hipwright::solver::Status SOLVER(SetStream)(SOLVER(Handle_t) handle, API(Stream_t) stream) {
    if (!handle) return SOLVER_(STATUS_NOT_INITIALIZED);
    reinterpret_cast<hipwright::solver::Handle*>(handle)->stream = stream;
    return SOLVER_(STATUS_SUCCESS);
}
inline hipwright::solver::Status SOLVER(GetStream)(SOLVER(Handle_t) handle,
                                                   API(Stream_t) * stream) {
    if (!handle || !stream) return SOLVER_(STATUS_NOT_INITIALIZED);
    *stream = reinterpret_cast<hipwright::solver::Handle*>(handle)->stream;
    return SOLVER_(STATUS_SUCCESS);
}

// clang-format off
#define HIPWRIGHT_SOLVER(s, T) \
    inline hipwright::solver::Status SOLVER(s##potrf_bufferSize)(SOLVER(Handle_t) handle, BLAS(FillMode_t), int n, T*, int, int* size) { return hipwright::solver::buffer(handle, n, n, size); } \
    inline hipwright::solver::Status SOLVER(s##potrf)(SOLVER(Handle_t) handle, BLAS(FillMode_t) uplo, int n, T* A, int lda, T*, int, int* info) { \
        using namespace hipwright::solver; \
        return run(handle, letter(uplo) && is_matrix(A, n, n, lda), info, [=] { int status = 0; fortran::potrf(Letter(letter(uplo)), Int(n), A, Int(lda), &status); return status; }); \
    } \
    inline hipwright::solver::Status SOLVER(s##potrs)(SOLVER(Handle_t) handle, BLAS(FillMode_t) uplo, int n, int nrhs, HIPWRIGHT_CONST T* A, int lda, T* B, int ldb, int* info) { \
        using namespace hipwright::solver; \
        return run(handle, letter(uplo) && is_matrix(A, n, n, lda) && is_matrix(B, n, nrhs, ldb), info, [=] { int status = 0; fortran::potrs(Letter(letter(uplo)), Int(n), Int(nrhs), A, Int(lda), B, Int(ldb), &status); return status; }); \
    } \
    inline hipwright::solver::Status SOLVER(s##getrf_bufferSize)(SOLVER(Handle_t) handle, int m, int n, T*, int, int* size) { return hipwright::solver::buffer(handle, m, n, size); } \
    inline hipwright::solver::Status SOLVER(s##getrf)(SOLVER(Handle_t) handle, int m, int n, T* A, int lda, T*, int* pivots, int* info) { \
        using namespace hipwright::solver; \
        if (!pivots && m != n) return SOLVER_(STATUS_NOT_SUPPORTED); \
        return run(handle, is_matrix(A, m, n, lda), info, [=] { int status = 0; if (pivots) fortran::getrf(Int(m), Int(n), A, Int(lda), pivots, &status); else status = hipwright::blas::factorize_in_place(n, A, lda); return status; }); \
    } \
    inline hipwright::solver::Status SOLVER(s##getrs)(SOLVER(Handle_t) handle, BLAS(Operation_t) trans, int n, int nrhs, HIPWRIGHT_CONST T* A, int lda, HIPWRIGHT_CONST int* pivots, T* B, int ldb, int* info) { \
        using namespace hipwright::solver; \
        if (!pivots) return SOLVER_(STATUS_NOT_SUPPORTED); \
        return run(handle, letter(trans) && is_matrix(A, n, n, lda) && is_matrix(B, n, nrhs, ldb), info, [=] { int status = 0; fortran::getrs(Letter(letter(trans)), Int(n), Int(nrhs), A, Int(lda), pivots, B, Int(ldb), &status); return status; }); \
    } \
    inline hipwright::solver::Status SOLVER(s##geqrf_bufferSize)(SOLVER(Handle_t) handle, int m, int n, T*, int, int* size) { return hipwright::solver::buffer(handle, m, n, size); } \
    inline hipwright::solver::Status SOLVER(s##geqrf)(SOLVER(Handle_t) handle, int m, int n, T* A, int lda, T* tau, T*, int, int* info) { \
        using namespace hipwright::solver; \
        return run(handle, is_matrix(A, m, n, lda) && hipwright::blas::holds(tau, m < n ? m : n, 1), info, [=] { return hipwright::blas::with_workspace<T>([&](T* work, int size, int* status) { fortran::geqrf(Int(m), Int(n), A, Int(lda), tau, work, Int(size), status); }); }); \
    }
#ifdef HIPWRIGHT_HIP
#define HIPWRIGHT_CONST
#else
#define HIPWRIGHT_CONST const
#endif
HIPWRIGHT_SOLVER(S, float)
HIPWRIGHT_SOLVER(D, double)
HIPWRIGHT_SOLVER(C, hipwright::blas::Complex)
HIPWRIGHT_SOLVER(Z, hipwright::blas::DoubleComplex)
#undef HIPWRIGHT_SOLVER

#define HIPWRIGHT_EIGEN(s, T) \
    inline hipwright::solver::Status SOLVER(s##syevd_bufferSize)(SOLVER(Handle_t) handle, hipwright::solver::EigenMode, BLAS(FillMode_t), int n, HIPWRIGHT_CONST T*, int, HIPWRIGHT_CONST T*, int* size) { return hipwright::solver::buffer(handle, n, n, size); } \
    inline hipwright::solver::Status SOLVER(s##syevd)(SOLVER(Handle_t) handle, hipwright::solver::EigenMode mode, BLAS(FillMode_t) uplo, int n, T* A, int lda, T* values, T*, int, int* info) { return hipwright::solver::eigen<T>(handle, mode, uplo, n, A, lda, values, info); }
HIPWRIGHT_EIGEN(S, float)
HIPWRIGHT_EIGEN(D, double)
#undef HIPWRIGHT_EIGEN
#undef HIPWRIGHT_CONST
// clang-format on

#undef SOLVER
#undef SOLVER_
