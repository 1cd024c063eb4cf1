// Element types that the CPU's BLAS does not know (half, bfloat16, fp8, int8), and calls that name
// their element types at run time. They are converted to the type that the call computes in, and
// the result is rounded once: a GPU's tensor units add in another order and may round more often.
#pragma once

#include <memory>

#include "elements.h"
#include "level1.h"
#include "level3.h"

namespace hipwright::blas {

// What a call computes in. `half` computes in float and rounds what it stores.
enum class Arithmetic { none, half, single, twofold, integer };
inline Arithmetic arithmetic_of(Compute compute) {
    switch (compute) {
        case BLAS_(COMPUTE_16F):
        case BLAS_(COMPUTE_16F_PEDANTIC):
            return Arithmetic::half;
        case BLAS_(COMPUTE_32F):
        case BLAS_(COMPUTE_32F_PEDANTIC):
        case BLAS_(COMPUTE_32F_FAST_16F):
        case BLAS_(COMPUTE_32F_FAST_16BF):
        case BLAS_(COMPUTE_32F_FAST_TF32):
            return Arithmetic::single;
        case BLAS_(COMPUTE_64F):
        case BLAS_(COMPUTE_64F_PEDANTIC):
            return Arithmetic::twofold;
        case BLAS_(COMPUTE_32I):
        case BLAS_(COMPUTE_32I_PEDANTIC):
            return Arithmetic::integer;
        default:
            return Arithmetic::none;
    }
}
inline void multiply(const Product& p, int alpha, const int* A, const int* B, int beta, int* C) {
    const bool plain_a = letter(p.transa) == 'N', plain_b = letter(p.transb) == 'N';
    for (Index column = 0; column < p.n; ++column) {
        for (Index row = 0; row < p.m; ++row) {
            unsigned sum = 0;  // wraps around, as the device's does
            for (Index i = 0; i < p.k; ++i)
                sum += static_cast<unsigned>(A[plain_a ? i * p.lda + row : row * p.lda + i]) *
                       static_cast<unsigned>(B[plain_b ? column * p.ldb + i : i * p.ldb + column]);
            int& target = C[column * p.ldc + row];
            const unsigned kept =
                beta ? static_cast<unsigned>(beta) * static_cast<unsigned>(target) : 0;
            target = static_cast<int>(static_cast<unsigned>(alpha) * sum + kept);
        }
    }
}

struct Typed {
    DataType a, b, c;
};
// One product: elements of any types, computed in T. D is where the result goes; C where beta's
// matrix comes from (often the same).
template <typename T>
inline void multiply_as(const Product& p, const Typed& types, T alpha, const void* A, const void* B,
                        T beta, const void* C, Index ldc, void* D) {
    const auto array = [](Index rows, Index columns) {
        return std::unique_ptr<T[]>(new T[static_cast<std::size_t>(rows * columns) + 1]);
    };
    Product packed = p;
    packed.lda = p.rows_of_a() > 1 ? p.rows_of_a() : 1;
    packed.ldb = p.rows_of_b() > 1 ? p.rows_of_b() : 1;
    packed.ldc = p.m > 1 ? p.m : 1;
    const auto a = array(p.rows_of_a(), p.columns_of_a());
    const auto b = array(p.rows_of_b(), p.columns_of_b());
    const auto c = array(p.m, p.n);
    load(types.a, A, p.rows_of_a(), p.columns_of_a(), p.lda, a.get());
    load(types.b, B, p.rows_of_b(), p.columns_of_b(), p.ldb, b.get());
    if (is_zero(beta))
        for (Index i = 0; i < p.m * p.n; ++i) c[static_cast<std::size_t>(i)] = T();
    else
        load(types.c, C, p.m, p.n, ldc, c.get());
    multiply(packed, alpha, a.get(), b.get(), beta, c.get());
    store(types.c, c.get(), p.m, p.n, D, p.ldc);
}

// What beta and alpha are: the type of the arithmetic, complex where C is.
template <typename With>
inline bool for_scalar(Arithmetic arithmetic, bool complex, const With& with) {
    switch (arithmetic) {
        case Arithmetic::half:
            if (complex) return false;
            with(static_cast<__half*>(nullptr), static_cast<float*>(nullptr));
            return true;
        case Arithmetic::single:
            if (complex)
                with(static_cast<Complex*>(nullptr), static_cast<Complex*>(nullptr));
            else
                with(static_cast<float*>(nullptr), static_cast<float*>(nullptr));
            return true;
        case Arithmetic::twofold:
            if (complex)
                with(static_cast<DoubleComplex*>(nullptr), static_cast<DoubleComplex*>(nullptr));
            else
                with(static_cast<double*>(nullptr), static_cast<double*>(nullptr));
            return true;
        case Arithmetic::integer:
            if (complex) return false;
            with(static_cast<int*>(nullptr), static_cast<int*>(nullptr));
            return true;
        case Arithmetic::none:
            break;
    }
    return false;
}

// `matrices(i, &A, &B, &C)` gives the i-th triple.
template <typename Matrices>
inline Status gemm_ex(BLAS(Handle_t) handle, const Product& p, const void* alpha, const void* beta,
                      const Typed& types, Arithmetic arithmetic, Index count,
                      const Matrices& matrices) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_REQUIRE(p.is_sane() && alpha && beta && count >= 0);
    const bool complex = is_complex_data(types.c);
    if (!p.fits() || !size_of(types.a) || !size_of(types.b) || !size_of(types.c) ||
        is_complex_data(types.a) != complex || is_complex_data(types.b) != complex)
        return BLAS_(STATUS_NOT_SUPPORTED);
    Status status = BLAS_(STATUS_NOT_SUPPORTED);
    for_scalar(arithmetic, complex, [&](auto* scalar, auto* computed) {
        using S = std::remove_pointer_t<decltype(scalar)>;
        using T = std::remove_pointer_t<decltype(computed)>;
        const Scalar<S> a(h, static_cast<const S*>(alpha)), b(h, static_cast<const S*>(beta));
        status = run(h, [=] {
            for (Index i = 0; i < count; ++i) {
                const void *A = nullptr, *B = nullptr;
                void* C = nullptr;
                matrices(i, &A, &B, &C);
                if (p.m && p.n && (!C || (p.k && (!A || !B)))) return status_invalid_value;
                multiply_as<T>(p, types, converted<T>(a.get()), A, B, converted<T>(b.get()), C,
                               p.ldc, C);
            }
            return status_success;
        });
    });
    return status;
}
inline Status gemm_ex_strided(BLAS(Handle_t) handle, const Product& p, const void* alpha,
                              const void* beta, const Typed& types, Arithmetic arithmetic,
                              const void* A, Index stride_a, const void* B, Index stride_b, void* C,
                              Index stride_c, Index count) {
    return gemm_ex(handle, p, alpha, beta, types, arithmetic, count,
                   [=](Index i, const void** a, const void** b, void** c) {
                       const auto offset = [i](Index stride, DataType type) {
                           return static_cast<std::size_t>(i * stride) * size_of(type);
                       };
                       *a = static_cast<const char*>(A) + offset(stride_a, types.a);
                       *b = static_cast<const char*>(B) + offset(stride_b, types.b);
                       *c = static_cast<char*>(C) + offset(stride_c, types.c);
                   });
}
inline Status gemm_ex_batched(BLAS(Handle_t) handle, const Product& p, const void* alpha,
                              const void* beta, const Typed& types, Arithmetic arithmetic,
                              const void* const* A, const void* const* B, void* const* C,
                              Index count) {
    HIPWRIGHT_BLAS_REQUIRE(!count || (A && B && C));
    return gemm_ex(handle, p, alpha, beta, types, arithmetic, count,
                   [=](Index i, const void** a, const void** b, void** c) {
                       *a = A[i];
                       *b = B[i];
                       *c = C[i];
                   });
}

// A vector whose element type is named at run time, as complex numbers of double precision.
inline std::unique_ptr<DoubleComplex[]> loaded(DataType type, const void* x, Index n, Index incx) {
    std::unique_ptr<DoubleComplex[]> values(new DoubleComplex[static_cast<std::size_t>(n) + 1]);
    load(type, x, 1, n, incx, values.get());
    return values;
}
inline void store_result(DataType type, DoubleComplex value, void* result, bool to_host,
                         const char* file, int line) {
    store(type, &value, 1, 1, result, 1);
    if (!to_host) return;
    for_type(type, [&](auto* none) {
        using T = std::remove_pointer_t<decltype(none)>;
        Record::get().array(result, sizeof(T), element_name<T>(), "copy", file, line);
    });
}
inline Status dot_ex(BLAS(Handle_t) handle, Index n, const void* x, DataType x_type, Index incx,
                     const void* y, DataType y_type, Index incy, void* result, DataType result_type,
                     bool conjugated, const char* file, int line) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_REQUIRE(result && (n <= 0 || (x && y)));
    if (!size_of(x_type) || !size_of(y_type) || !size_of(result_type) || incx < 0 || incy < 0)
        return BLAS_(STATUS_NOT_SUPPORTED);
    const bool to_host = h->pointer_mode == BLAS_(POINTER_MODE_HOST);
    return run(h, [=] {
        const Index count = n > 0 ? n : 0;
        const auto a = loaded(x_type, x, count, incx), b = loaded(y_type, y, count, incy);
        const auto sum = product_sum(count, a.get(), 1, b.get(), 1, conjugated);
        store_result(result_type, sum, result, to_host, file, line);
        return status_success;
    });
}
inline Status nrm2_ex(BLAS(Handle_t) handle, Index n, const void* x, DataType type, Index incx,
                      void* result, DataType result_type, const char* file, int line) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_REQUIRE(result && (n <= 0 || x));
    if (!size_of(type) || !size_of(result_type)) return BLAS_(STATUS_NOT_SUPPORTED);
    const bool to_host = h->pointer_mode == BLAS_(POINTER_MODE_HOST);
    return run(h, [=] {
        const Index count = n > 0 && incx > 0 ? n : 0;
        const double norm = euclidean_norm(count, loaded(type, x, count, incx).get(), 1);
        store_result(result_type, number<DoubleComplex>(norm), result, to_host, file, line);
        return status_success;
    });
}
// y = alpha x + y; without `add`: y = alpha x.
inline Status axpy_ex(BLAS(Handle_t) handle, Index n, const void* alpha, DataType alpha_type,
                      const void* x, DataType x_type, Index incx, void* y, DataType y_type,
                      Index incy, bool add) {
    HIPWRIGHT_BLAS_HANDLE(handle);
    HIPWRIGHT_BLAS_REQUIRE(alpha && (n <= 0 || (x && y)));
    if (!size_of(x_type) || !size_of(y_type) || !size_of(alpha_type) || incx < 0 || incy < 0)
        return BLAS_(STATUS_NOT_SUPPORTED);
    DoubleComplex at_once = number<DoubleComplex>(0);
    const bool later = h->pointer_mode == BLAS_(POINTER_MODE_DEVICE);
    if (!later) load(alpha_type, alpha, 1, 1, 1, &at_once);
    return run(h, [=] {
        DoubleComplex factor = at_once;
        if (later) load(alpha_type, alpha, 1, 1, 1, &factor);
        const Index count = n > 0 ? n : 0;
        const auto a = loaded(x_type, x, count, incx), b = loaded(y_type, y, count, incy);
        for (Index i = 0; i < count; ++i) {
            const auto at = static_cast<std::size_t>(i);
            const DoubleComplex product = times(factor, a[at]);
            b[at] = add ? plus(product, b[at]) : product;
        }
        store(y_type, b.get(), 1, count, y, incy);
        return status_success;
    });
}

}  // namespace hipwright::blas

// clang-format off
#ifdef HIPWRIGHT_HIP
#define HIPWRIGHT_HALF hipblasHalf
#else
#define HIPWRIGHT_HALF __half
#endif
#define HIPWRIGHT_HALF_TYPES {DATA_(R_16F), DATA_(R_16F), DATA_(R_16F)}
#define HIPWRIGHT_MIXED(I, _64) \
    inline BLAS(Status_t) BLAS(Hgemm##_64)(BLAS(Handle_t) handle, BLAS(Operation_t) transa, BLAS(Operation_t) transb, I m, I n, I k, const HIPWRIGHT_HALF* alpha, const HIPWRIGHT_HALF* A, I lda, const HIPWRIGHT_HALF* B, I ldb, const HIPWRIGHT_HALF* beta, HIPWRIGHT_HALF* C, I ldc) { return hipwright::blas::gemm_ex_strided(handle, {transa, transb, m, n, k, lda, ldb, ldc}, alpha, beta, HIPWRIGHT_HALF_TYPES, hipwright::blas::Arithmetic::half, A, 0, B, 0, C, 0, 1); } \
    inline BLAS(Status_t) BLAS(HgemmStridedBatched##_64)(BLAS(Handle_t) handle, BLAS(Operation_t) transa, BLAS(Operation_t) transb, I m, I n, I k, const HIPWRIGHT_HALF* alpha, const HIPWRIGHT_HALF* A, I lda, hipwright_blas_stride strideA, const HIPWRIGHT_HALF* B, I ldb, hipwright_blas_stride strideB, const HIPWRIGHT_HALF* beta, HIPWRIGHT_HALF* C, I ldc, hipwright_blas_stride strideC, I batchCount) { return hipwright::blas::gemm_ex_strided(handle, {transa, transb, m, n, k, lda, ldb, ldc}, alpha, beta, HIPWRIGHT_HALF_TYPES, hipwright::blas::Arithmetic::half, A, strideA, B, strideB, C, strideC, batchCount); } \
    inline BLAS(Status_t) BLAS(HgemmBatched##_64)(BLAS(Handle_t) handle, BLAS(Operation_t) transa, BLAS(Operation_t) transb, I m, I n, I k, const HIPWRIGHT_HALF* alpha, const HIPWRIGHT_HALF* const A[], I lda, const HIPWRIGHT_HALF* const B[], I ldb, const HIPWRIGHT_HALF* beta, HIPWRIGHT_HALF* const C[], I ldc, I batchCount) { return hipwright::blas::gemm_ex_batched(handle, {transa, transb, m, n, k, lda, ldb, ldc}, alpha, beta, HIPWRIGHT_HALF_TYPES, hipwright::blas::Arithmetic::half, reinterpret_cast<const void* const*>(A), reinterpret_cast<const void* const*>(B), reinterpret_cast<void* const*>(C), batchCount); } \
    inline BLAS(Status_t) BLAS(GemmEx##_64)(BLAS(Handle_t) handle, BLAS(Operation_t) transa, BLAS(Operation_t) transb, I m, I n, I k, const void* alpha, const void* A, hipwright::blas::DataType Atype, I lda, const void* B, hipwright::blas::DataType Btype, I ldb, const void* beta, void* C, hipwright::blas::DataType Ctype, I ldc, BLAS(ComputeType_t) computeType, BLAS(GemmAlgo_t)) { return hipwright::blas::gemm_ex_strided(handle, {transa, transb, m, n, k, lda, ldb, ldc}, alpha, beta, {Atype, Btype, Ctype}, hipwright::blas::arithmetic_of(computeType), A, 0, B, 0, C, 0, 1); } \
    inline BLAS(Status_t) BLAS(GemmStridedBatchedEx##_64)(BLAS(Handle_t) handle, BLAS(Operation_t) transa, BLAS(Operation_t) transb, I m, I n, I k, const void* alpha, const void* A, hipwright::blas::DataType Atype, I lda, hipwright_blas_stride strideA, const void* B, hipwright::blas::DataType Btype, I ldb, hipwright_blas_stride strideB, const void* beta, void* C, hipwright::blas::DataType Ctype, I ldc, hipwright_blas_stride strideC, I batchCount, BLAS(ComputeType_t) computeType, BLAS(GemmAlgo_t)) { return hipwright::blas::gemm_ex_strided(handle, {transa, transb, m, n, k, lda, ldb, ldc}, alpha, beta, {Atype, Btype, Ctype}, hipwright::blas::arithmetic_of(computeType), A, strideA, B, strideB, C, strideC, batchCount); } \
    inline BLAS(Status_t) BLAS(GemmBatchedEx##_64)(BLAS(Handle_t) handle, BLAS(Operation_t) transa, BLAS(Operation_t) transb, I m, I n, I k, const void* alpha, const void* const A[], hipwright::blas::DataType Atype, I lda, const void* const B[], hipwright::blas::DataType Btype, I ldb, const void* beta, void* const C[], hipwright::blas::DataType Ctype, I ldc, I batchCount, BLAS(ComputeType_t) computeType, BLAS(GemmAlgo_t)) { return hipwright::blas::gemm_ex_batched(handle, {transa, transb, m, n, k, lda, ldb, ldc}, alpha, beta, {Atype, Btype, Ctype}, hipwright::blas::arithmetic_of(computeType), A, B, C, batchCount); } \
    inline BLAS(Status_t) BLAS(DotEx##_64)(BLAS(Handle_t) handle, I n, const void* x, hipwright::blas::DataType xType, I incx, const void* y, hipwright::blas::DataType yType, I incy, void* result, hipwright::blas::DataType resultType, hipwright::blas::DataType, HIPWRIGHT_HERE) { return hipwright::blas::dot_ex(handle, n, x, xType, incx, y, yType, incy, result, resultType, false, file, line); } \
    inline BLAS(Status_t) BLAS(DotcEx##_64)(BLAS(Handle_t) handle, I n, const void* x, hipwright::blas::DataType xType, I incx, const void* y, hipwright::blas::DataType yType, I incy, void* result, hipwright::blas::DataType resultType, hipwright::blas::DataType, HIPWRIGHT_HERE) { return hipwright::blas::dot_ex(handle, n, x, xType, incx, y, yType, incy, result, resultType, true, file, line); } \
    inline BLAS(Status_t) BLAS(Nrm2Ex##_64)(BLAS(Handle_t) handle, I n, const void* x, hipwright::blas::DataType xType, I incx, void* result, hipwright::blas::DataType resultType, hipwright::blas::DataType, HIPWRIGHT_HERE) { return hipwright::blas::nrm2_ex(handle, n, x, xType, incx, result, resultType, file, line); } \
    inline BLAS(Status_t) BLAS(AxpyEx##_64)(BLAS(Handle_t) handle, I n, const void* alpha, hipwright::blas::DataType alphaType, const void* x, hipwright::blas::DataType xType, I incx, void* y, hipwright::blas::DataType yType, I incy, hipwright::blas::DataType) { return hipwright::blas::axpy_ex(handle, n, alpha, alphaType, x, xType, incx, y, yType, incy, true); } \
    inline BLAS(Status_t) BLAS(ScalEx##_64)(BLAS(Handle_t) handle, I n, const void* alpha, hipwright::blas::DataType alphaType, void* x, hipwright::blas::DataType xType, I incx, hipwright::blas::DataType) { return hipwright::blas::axpy_ex(handle, n, alpha, alphaType, x, xType, incx, x, xType, incx, false); }
HIPWRIGHT_MIXED(int, )
HIPWRIGHT_MIXED(std::int64_t, _64)
#undef HIPWRIGHT_MIXED
#undef HIPWRIGHT_HALF
#undef HIPWRIGHT_HALF_TYPES
// clang-format on

#ifndef HIPWRIGHT_HIP
namespace hipwright::blas {
// Before CUDA 11 the type to compute in was a data type; cuBLAS still takes it from C++.
inline cublasComputeType_t compute_of(cudaDataType type) {
    switch (type) {
        case CUDA_R_16F:
            return CUBLAS_COMPUTE_16F;
        case CUDA_R_32F:
        case CUDA_C_32F:
            return CUBLAS_COMPUTE_32F;
        case CUDA_R_64F:
        case CUDA_C_64F:
            return CUBLAS_COMPUTE_64F;
        case CUDA_R_32I:
            return CUBLAS_COMPUTE_32I;
        default:
            return static_cast<cublasComputeType_t>(0);
    }
}
}  // namespace hipwright::blas
inline cublasStatus_t cublasGemmEx(cublasHandle_t handle, cublasOperation_t transa,
                                   cublasOperation_t transb, int m, int n, int k, const void* alpha,
                                   const void* A, cudaDataType Atype, int lda, const void* B,
                                   cudaDataType Btype, int ldb, const void* beta, void* C,
                                   cudaDataType Ctype, int ldc, cudaDataType computeType,
                                   cublasGemmAlgo_t algo) {
    return cublasGemmEx(handle, transa, transb, m, n, k, alpha, A, Atype, lda, B, Btype, ldb, beta,
                        C, Ctype, ldc, hipwright::blas::compute_of(computeType), algo);
}
inline cublasStatus_t cublasGemmStridedBatchedEx(
    cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb, int m, int n, int k,
    const void* alpha, const void* A, cudaDataType Atype, int lda, long long int strideA,
    const void* B, cudaDataType Btype, int ldb, long long int strideB, const void* beta, void* C,
    cudaDataType Ctype, int ldc, long long int strideC, int batchCount, cudaDataType computeType,
    cublasGemmAlgo_t algo) {
    return cublasGemmStridedBatchedEx(handle, transa, transb, m, n, k, alpha, A, Atype, lda,
                                      strideA, B, Btype, ldb, strideB, beta, C, Ctype, ldc, strideC,
                                      batchCount, hipwright::blas::compute_of(computeType), algo);
}
inline cublasStatus_t cublasGemmBatchedEx(
    cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb, int m, int n, int k,
    const void* alpha, const void* const A[], cudaDataType Atype, int lda, const void* const B[],
    cudaDataType Btype, int ldb, const void* beta, void* const C[], cudaDataType Ctype, int ldc,
    int batchCount, cudaDataType computeType, cublasGemmAlgo_t algo) {
    return cublasGemmBatchedEx(handle, transa, transb, m, n, k, alpha, A, Atype, lda, B, Btype, ldb,
                               beta, C, Ctype, ldc, batchCount,
                               hipwright::blas::compute_of(computeType), algo);
}
inline cublasStatus_t cublasSgemmEx(cublasHandle_t handle, cublasOperation_t transa,
                                    cublasOperation_t transb, int m, int n, int k,
                                    const float* alpha, const void* A, cudaDataType Atype, int lda,
                                    const void* B, cudaDataType Btype, int ldb, const float* beta,
                                    void* C, cudaDataType Ctype, int ldc) {
    return cublasGemmEx(handle, transa, transb, m, n, k, alpha, A, Atype, lda, B, Btype, ldb, beta,
                        C, Ctype, ldc, CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT);
}
#endif
