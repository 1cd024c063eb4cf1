// Elements whose type is named at run time: read as, and written from, a type to compute in.
#pragma once

#include "../fp8.h"
#include "types.h"

namespace hipwright::blas {

inline bool is_complex_data(DataType type) { return type == DATA_(C_32F) || type == DATA_(C_64F); }
#ifdef HIPWRIGHT_HIP
using Fp8E4M3 = __hip_fp8_e4m3;
using Fp8E5M2 = __hip_fp8_e5m2;
using BFloat16 = __hip_bfloat16;
#else
using Fp8E4M3 = __nv_fp8_e4m3;
using Fp8E5M2 = __nv_fp8_e5m2;
using BFloat16 = __nv_bfloat16;
#endif

// Calls `with` with a null pointer of the element type; false for a type that is not supported.
template <typename With>
inline bool for_type(DataType type, const With& with) {
    switch (type) {
        case DATA_(R_16F):
            with(static_cast<__half*>(nullptr));
            return true;
        case DATA_(R_16BF):
            with(static_cast<BFloat16*>(nullptr));
            return true;
        case DATA_(R_32F):
            with(static_cast<float*>(nullptr));
            return true;
        case DATA_(R_64F):
            with(static_cast<double*>(nullptr));
            return true;
        case DATA_(R_8I):
            with(static_cast<signed char*>(nullptr));
            return true;
        case DATA_(R_32I):
            with(static_cast<int*>(nullptr));
            return true;
        case DATA_(R_8F_E4M3):
            with(static_cast<Fp8E4M3*>(nullptr));
            return true;
        case DATA_(R_8F_E5M2):
            with(static_cast<Fp8E5M2*>(nullptr));
            return true;
        case DATA_(C_32F):
            with(static_cast<Complex*>(nullptr));
            return true;
        case DATA_(C_64F):
            with(static_cast<DoubleComplex*>(nullptr));
            return true;
        default:
            return false;
    }
}
template <typename To, typename From>
inline To converted(From value) {
    if constexpr (is_complex<To> && is_complex<From>) {
        To result;
        result.x = static_cast<Real<To>>(value.x);
        result.y = static_cast<Real<To>>(value.y);
        return result;
    } else if constexpr (is_complex<To>) {
        return number<To>(converted<Real<To>>(value));
    } else if constexpr (is_complex<From>) {
        return converted<To>(value.x);
    } else if constexpr (std::is_arithmetic_v<From> && std::is_arithmetic_v<To>) {
        return static_cast<To>(value);
    } else if constexpr (std::is_arithmetic_v<From>) {
        return To(static_cast<float>(value));
    } else {
        return converted<To>(static_cast<float>(value));
    }
}
// The size of an element; 0 for a type that is not supported.
inline std::size_t size_of(DataType type) {
    std::size_t bytes = 0;
    for_type(type, [&](auto* none) { bytes = sizeof(*none); });
    return bytes;
}

// Columns of elements of any type as columns of T without gaps, and back.
template <typename T>
inline void load(DataType type, const void* matrix, Index rows, Index columns, Index lead, T* out) {
    for_type(type, [&](auto* none) {
        using From = std::remove_pointer_t<decltype(none)>;
        const From* from = static_cast<const From*>(matrix);
        for (Index column = 0; column < columns; ++column)
            for (Index row = 0; row < rows; ++row)
                out[column * rows + row] = converted<T>(from[column * lead + row]);
    });
}
template <typename T>
inline void store(DataType type, const T* from, Index rows, Index columns, void* matrix,
                  Index lead) {
    for_type(type, [&](auto* none) {
        using To = std::remove_pointer_t<decltype(none)>;
        To* to = static_cast<To*>(matrix);
        for (Index column = 0; column < columns; ++column)
            for (Index row = 0; row < rows; ++row)
                to[column * lead + row] = converted<To>(from[column * rows + row]);
    });
}

}  // namespace hipwright::blas
