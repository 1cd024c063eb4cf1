// Handles, their settings, and copies of vectors and matrices between host and device.
#pragma once

#include "call.h"

inline BLAS(Status_t) BLAS(Create)(BLAS(Handle_t) * handle) {
    HIPWRIGHT_BLAS_REQUIRE(handle);
    *handle = reinterpret_cast<BLAS(Handle_t)>(new hipwright::blas::Handle());
    return BLAS_(STATUS_SUCCESS);
}
inline BLAS(Status_t) BLAS(Destroy)(BLAS(Handle_t) handle) {
    hipwright::blas::Handle* found = hipwright::blas::handle_of(handle);
    if (!found) return hipwright::blas::no_handle(handle);
    found->magic = 0;
    delete found;
    return BLAS_(STATUS_SUCCESS);
}

// One pair of functions for each setting of a handle.
#define HIPWRIGHT_SETTING(set, get, T, member)                               \
    inline BLAS(Status_t) BLAS(set)(BLAS(Handle_t) handle, T value) {        \
        hipwright::blas::Handle* found = hipwright::blas::handle_of(handle); \
        if (!found) return hipwright::blas::no_handle(handle);               \
        found->member = value;                                               \
        return BLAS_(STATUS_SUCCESS);                                        \
    }                                                                        \
    inline BLAS(Status_t) BLAS(get)(BLAS(Handle_t) handle, T * value) {      \
        HIPWRIGHT_BLAS_HANDLE(handle);                                       \
        HIPWRIGHT_BLAS_REQUIRE(value);                                       \
        *value = h->member;                                                  \
        return BLAS_(STATUS_SUCCESS);                                        \
    }
HIPWRIGHT_SETTING(SetStream, GetStream, API(Stream_t), stream)
HIPWRIGHT_SETTING(SetPointerMode, GetPointerMode, BLAS(PointerMode_t), pointer_mode)
HIPWRIGHT_SETTING(SetAtomicsMode, GetAtomicsMode, BLAS(AtomicsMode_t), atomics_mode)
HIPWRIGHT_SETTING(SetMathMode, GetMathMode, BLAS(Math_t), math_mode)
#undef HIPWRIGHT_SETTING

inline BLAS(Status_t) BLAS(SetWorkspace)(BLAS(Handle_t) handle, void*, std::size_t) {
    return hipwright::blas::handle_of(handle) ? BLAS_(STATUS_SUCCESS)
                                              : hipwright::blas::no_handle(handle);
}
#ifndef HIPWRIGHT_HIP
inline cublasStatus_t cublasGetVersion(cublasHandle_t handle, int* version) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_REQUIRE(version);
    *version = 130000;
    return CUBLAS_STATUS_SUCCESS;
}
inline cublasStatus_t cublasGetProperty(libraryPropertyType which, int* value) {
    HIPWRIGHT_BLAS_REQUIRE(value);
    *value = which == MAJOR_VERSION ? 13 : 0;
    return CUBLAS_STATUS_SUCCESS;
}
inline std::size_t cublasGetCudartVersion() { return CUDART_VERSION; }
#endif

namespace hipwright::blas {
inline const char* name_of(Status status) {
#ifdef HIPWRIGHT_HIP
#define HIPWRIGHT_STATUS_NAME(name) \
    case HIPBLAS_STATUS_##name:     \
        return "HIPBLAS_STATUS_" #name;
#else
#define HIPWRIGHT_STATUS_NAME(name) \
    case CUBLAS_STATUS_##name:      \
        return "CUBLAS_STATUS_" #name;
#endif
    switch (status) {
        HIPWRIGHT_STATUS_NAME(SUCCESS)
        HIPWRIGHT_STATUS_NAME(NOT_INITIALIZED)
        HIPWRIGHT_STATUS_NAME(ALLOC_FAILED)
        HIPWRIGHT_STATUS_NAME(INVALID_VALUE)
        HIPWRIGHT_STATUS_NAME(MAPPING_ERROR)
        HIPWRIGHT_STATUS_NAME(EXECUTION_FAILED)
        HIPWRIGHT_STATUS_NAME(INTERNAL_ERROR)
        HIPWRIGHT_STATUS_NAME(NOT_SUPPORTED)
        HIPWRIGHT_STATUS_NAME(ARCH_MISMATCH)
#ifdef HIPWRIGHT_HIP
        HIPWRIGHT_STATUS_NAME(HANDLE_IS_NULLPTR)
        HIPWRIGHT_STATUS_NAME(INVALID_ENUM)
        HIPWRIGHT_STATUS_NAME(UNKNOWN)
#else
        HIPWRIGHT_STATUS_NAME(LICENSE_ERROR)
#endif
    }
#undef HIPWRIGHT_STATUS_NAME
    return "unknown status";
}
}  // namespace hipwright::blas
#ifdef HIPWRIGHT_HIP
inline const char* hipblasStatusToString(hipblasStatus_t status) {
    return hipwright::blas::name_of(status);
}
#else
inline const char* cublasGetStatusName(cublasStatus_t status) {
    return hipwright::blas::name_of(status);
}
inline const char* cublasGetStatusString(cublasStatus_t status) {
    return hipwright::blas::name_of(status);
}
#endif

// -- copies. What comes back to the host is kept, as from a memcpy. -------------------------------
namespace hipwright::blas {
inline Status copy(Index rows, Index columns, Index size, const void* from, Index from_lead,
                   void* to, Index to_lead, API(MemcpyKind) kind, API(Stream_t) stream,
                   const char* type, const char* file, int line) {
    HIPWRIGHT_BLAS_REQUIRE(rows >= 0 && columns >= 0 && size > 0 && from_lead > 0 && to_lead > 0);
    if (!rows || !columns) return BLAS_(STATUS_SUCCESS);
    const auto bytes = [size](Index count) { return static_cast<std::size_t>(count * size); };
    const Copy2D work{to,          bytes(to_lead),
                      from,        bytes(from_lead),
                      bytes(rows), static_cast<std::size_t>(columns),
                      kind,        type,
                      file,        line};
    const hipwright::Status status = submit(stream, NodeKind::copy, work);
    return status == status_success ? BLAS_(STATUS_SUCCESS) : BLAS_(STATUS_MAPPING_ERROR);
}
}  // namespace hipwright::blas

// A vector with a stride is a matrix of one row.
inline BLAS(Status_t)
    BLAS(SetVector)(int n, int size, const void* x, int incx, void* y, int incy, HIPWRIGHT_HERE) {
    return hipwright::blas::copy(1, n, size, x, incx, y, incy, API(MemcpyHostToDevice), nullptr,
                                 "uint8", file, line);
}
template <typename T>
inline BLAS(Status_t)
    BLAS(GetVector)(int n, int size, const void* x, int incx, T* y, int incy, HIPWRIGHT_HERE) {
    return hipwright::blas::copy(1, n, size, x, incx, y, incy, API(MemcpyDeviceToHost), nullptr,
                                 hipwright::element_name<T>(), file, line);
}
inline BLAS(Status_t) BLAS(SetMatrix)(int rows, int cols, int size, const void* A, int lda, void* B,
                                      int ldb, HIPWRIGHT_HERE) {
    return hipwright::blas::copy(rows, cols, size, A, lda, B, ldb, API(MemcpyHostToDevice), nullptr,
                                 "uint8", file, line);
}
template <typename T>
inline BLAS(Status_t) BLAS(GetMatrix)(int rows, int cols, int size, const void* A, int lda, T* B,
                                      int ldb, HIPWRIGHT_HERE) {
    return hipwright::blas::copy(rows, cols, size, A, lda, B, ldb, API(MemcpyDeviceToHost), nullptr,
                                 hipwright::element_name<T>(), file, line);
}
inline BLAS(Status_t) BLAS(SetVectorAsync)(int n, int size, const void* x, int incx, void* y,
                                           int incy, API(Stream_t) stream, HIPWRIGHT_HERE) {
    return hipwright::blas::copy(1, n, size, x, incx, y, incy, API(MemcpyHostToDevice), stream,
                                 "uint8", file, line);
}
template <typename T>
inline BLAS(Status_t) BLAS(GetVectorAsync)(int n, int size, const void* x, int incx, T* y, int incy,
                                           API(Stream_t) stream, HIPWRIGHT_HERE) {
    return hipwright::blas::copy(1, n, size, x, incx, y, incy, API(MemcpyDeviceToHost), stream,
                                 hipwright::element_name<T>(), file, line);
}
inline BLAS(Status_t) BLAS(SetMatrixAsync)(int rows, int cols, int size, const void* A, int lda,
                                           void* B, int ldb, API(Stream_t) stream, HIPWRIGHT_HERE) {
    return hipwright::blas::copy(rows, cols, size, A, lda, B, ldb, API(MemcpyHostToDevice), stream,
                                 "uint8", file, line);
}
template <typename T>
inline BLAS(Status_t) BLAS(GetMatrixAsync)(int rows, int cols, int size, const void* A, int lda,
                                           T* B, int ldb, API(Stream_t) stream, HIPWRIGHT_HERE) {
    return hipwright::blas::copy(rows, cols, size, A, lda, B, ldb, API(MemcpyDeviceToHost), stream,
                                 hipwright::element_name<T>(), file, line);
}
