// The types of cuBLAS and hipBLAS. The two number most of their enumerators differently.
// Sources: cuBLAS 13 documentation, hipBLAS 3 header.
#pragma once

#include "../api/api.h"
#include "../bfloat16.h"
#include "../complex.h"
#include "../half.h"
#include "names.h"

#ifdef HIPWRIGHT_HIP
#include "../../hip/hip/library_types.h"
enum hipblasStatus_t {
    HIPBLAS_STATUS_SUCCESS = 0,
    HIPBLAS_STATUS_NOT_INITIALIZED = 1,
    HIPBLAS_STATUS_ALLOC_FAILED = 2,
    HIPBLAS_STATUS_INVALID_VALUE = 3,
    HIPBLAS_STATUS_MAPPING_ERROR = 4,
    HIPBLAS_STATUS_EXECUTION_FAILED = 5,
    HIPBLAS_STATUS_INTERNAL_ERROR = 6,
    HIPBLAS_STATUS_NOT_SUPPORTED = 7,
    HIPBLAS_STATUS_ARCH_MISMATCH = 8,
    HIPBLAS_STATUS_HANDLE_IS_NULLPTR = 9,
    HIPBLAS_STATUS_INVALID_ENUM = 10,
    HIPBLAS_STATUS_UNKNOWN = 11,
};
enum hipblasOperation_t { HIPBLAS_OP_N = 111, HIPBLAS_OP_T = 112, HIPBLAS_OP_C = 113 };
enum hipblasFillMode_t {
    HIPBLAS_FILL_MODE_UPPER = 121,
    HIPBLAS_FILL_MODE_LOWER = 122,
    HIPBLAS_FILL_MODE_FULL = 123
};
enum hipblasDiagType_t { HIPBLAS_DIAG_NON_UNIT = 131, HIPBLAS_DIAG_UNIT = 132 };
enum hipblasSideMode_t {
    HIPBLAS_SIDE_LEFT = 141,
    HIPBLAS_SIDE_RIGHT = 142,
    HIPBLAS_SIDE_BOTH = 143
};
enum hipblasMath_t {
    HIPBLAS_DEFAULT_MATH,
    HIPBLAS_XF32_XDL_MATH,
    HIPBLAS_PEDANTIC_MATH,
    HIPBLAS_TF32_TENSOR_OP_MATH,
    HIPBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION,
    HIPBLAS_TENSOR_OP_MATH,
};
enum hipblasComputeType_t {
    HIPBLAS_COMPUTE_16F = 0,
    HIPBLAS_COMPUTE_16F_PEDANTIC = 1,
    HIPBLAS_COMPUTE_32F = 2,
    HIPBLAS_COMPUTE_32F_PEDANTIC = 3,
    HIPBLAS_COMPUTE_32F_FAST_16F = 4,
    HIPBLAS_COMPUTE_32F_FAST_16BF = 5,
    HIPBLAS_COMPUTE_32F_FAST_TF32 = 6,
    HIPBLAS_COMPUTE_64F = 7,
    HIPBLAS_COMPUTE_64F_PEDANTIC = 8,
    HIPBLAS_COMPUTE_32I = 9,
    HIPBLAS_COMPUTE_32I_PEDANTIC = 10,
};
enum hipblasGemmAlgo_t { HIPBLAS_GEMM_DEFAULT = 160 };
using hipblasHandle_t = void*;
using hipblasComplex = hipFloatComplex;
using hipblasDoubleComplex = hipDoubleComplex;
using hipblasStride = std::int64_t;
// As in hipBLAS: plain bits, unless a program asks for the type of hip_fp16.h.
#ifdef HIPBLAS_USE_HIP_HALF
using hipblasHalf = __half;
#else
using hipblasHalf = std::uint16_t;
#endif
#else
#include "../../cuda/library_types.h"
enum cublasStatus_t {
    CUBLAS_STATUS_SUCCESS = 0,
    CUBLAS_STATUS_NOT_INITIALIZED = 1,
    CUBLAS_STATUS_ALLOC_FAILED = 3,
    CUBLAS_STATUS_INVALID_VALUE = 7,
    CUBLAS_STATUS_ARCH_MISMATCH = 8,
    CUBLAS_STATUS_MAPPING_ERROR = 11,
    CUBLAS_STATUS_EXECUTION_FAILED = 13,
    CUBLAS_STATUS_INTERNAL_ERROR = 14,
    CUBLAS_STATUS_NOT_SUPPORTED = 15,
    CUBLAS_STATUS_LICENSE_ERROR = 16,
};
using cublasStatus = cublasStatus_t;
enum cublasOperation_t {
    CUBLAS_OP_N = 0,
    CUBLAS_OP_T = 1,
    CUBLAS_OP_C = 2,
    CUBLAS_OP_HERMITAN = 2,
    CUBLAS_OP_CONJG = 3
};
enum cublasFillMode_t {
    CUBLAS_FILL_MODE_LOWER = 0,
    CUBLAS_FILL_MODE_UPPER = 1,
    CUBLAS_FILL_MODE_FULL = 2
};
enum cublasDiagType_t { CUBLAS_DIAG_NON_UNIT = 0, CUBLAS_DIAG_UNIT = 1 };
enum cublasSideMode_t { CUBLAS_SIDE_LEFT = 0, CUBLAS_SIDE_RIGHT = 1 };
enum cublasMath_t {
    CUBLAS_DEFAULT_MATH = 0,
    CUBLAS_TENSOR_OP_MATH = 1,
    CUBLAS_PEDANTIC_MATH = 2,
    CUBLAS_TF32_TENSOR_OP_MATH = 3,
    CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION = 16,
};
enum cublasComputeType_t {
    CUBLAS_COMPUTE_16F = 64,
    CUBLAS_COMPUTE_16F_PEDANTIC = 65,
    CUBLAS_COMPUTE_32F = 68,
    CUBLAS_COMPUTE_32F_PEDANTIC = 69,
    CUBLAS_COMPUTE_64F = 70,
    CUBLAS_COMPUTE_64F_PEDANTIC = 71,
    CUBLAS_COMPUTE_32I = 72,
    CUBLAS_COMPUTE_32I_PEDANTIC = 73,
    CUBLAS_COMPUTE_32F_FAST_16F = 74,
    CUBLAS_COMPUTE_32F_FAST_16BF = 75,
    CUBLAS_COMPUTE_32F_FAST_TF32 = 77,
};
enum cublasGemmAlgo_t {
    CUBLAS_GEMM_DFALT = -1,
    CUBLAS_GEMM_DEFAULT = -1,
    CUBLAS_GEMM_ALGO0 = 0,
    CUBLAS_GEMM_ALGO1 = 1,
    CUBLAS_GEMM_ALGO2 = 2,
    CUBLAS_GEMM_ALGO3 = 3,
    CUBLAS_GEMM_ALGO4 = 4,
    CUBLAS_GEMM_ALGO5 = 5,
    CUBLAS_GEMM_ALGO6 = 6,
    CUBLAS_GEMM_ALGO7 = 7,
    CUBLAS_GEMM_ALGO23 = 23,
    CUBLAS_GEMM_DFALT_TENSOR_OP = 99,
    CUBLAS_GEMM_DEFAULT_TENSOR_OP = 99,
    CUBLAS_GEMM_ALGO0_TENSOR_OP = 100,
    CUBLAS_GEMM_ALGO15_TENSOR_OP = 115,
};
using cublasDataType_t = cudaDataType;
struct cublasContext;
using cublasHandle_t = cublasContext*;
#endif

enum BLAS(PointerMode_t) { BLAS_(POINTER_MODE_HOST) = 0, BLAS_(POINTER_MODE_DEVICE) = 1 };
enum BLAS(AtomicsMode_t) { BLAS_(ATOMICS_NOT_ALLOWED) = 0, BLAS_(ATOMICS_ALLOWED) = 1 };

namespace hipwright::blas {
using Index = std::int64_t;
#ifdef HIPWRIGHT_HIP
using Complex = hipFloatComplex;
using DoubleComplex = hipDoubleComplex;
using DataType = hipDataType;
#else
using Complex = cuFloatComplex;
using DoubleComplex = cuDoubleComplex;
using DataType = cudaDataType;
#endif
using Status = BLAS(Status_t);
using Operation = BLAS(Operation_t);
using Fill = BLAS(FillMode_t);
using Diagonal = BLAS(DiagType_t);
using Side = BLAS(SideMode_t);
using Compute = BLAS(ComputeType_t);

// The real type behind an element type.
template <typename T>
struct RealOf {
    using type = T;
};
template <>
struct RealOf<Complex> {
    using type = float;
};
template <>
struct RealOf<DoubleComplex> {
    using type = double;
};
template <typename T>
using Real = typename RealOf<T>::type;
template <typename T>
inline constexpr bool is_complex = !std::is_same_v<T, Real<T>>;

template <typename T>
inline T number(Real<T> value) {
    if constexpr (is_complex<T>) {
        T result;
        result.x = value;
        result.y = 0;
        return result;
    } else {
        return value;
    }
}

// -- arithmetic that is the same for real and complex elements ------------------------------------
template <typename T>
inline T plus(T a, T b) {
    if constexpr (is_complex<T>) {
        a.x += b.x;
        a.y += b.y;
        return a;
    } else {
        return a + b;
    }
}
template <typename T>
inline T times(T a, T b) {
    if constexpr (is_complex<T>) {
        T result;
        result.x = a.x * b.x - a.y * b.y;
        result.y = a.x * b.y + a.y * b.x;
        return result;
    } else {
        return a * b;
    }
}
template <typename T>
inline T conjugate(T a) {
    if constexpr (is_complex<T>) a.y = -a.y;
    return a;
}
template <typename T>
inline bool is_zero(T a) {
    if constexpr (is_complex<T>)
        return a.x == 0 && a.y == 0;
    else
        return a == T(0);
}
}  // namespace hipwright::blas
