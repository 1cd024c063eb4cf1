// The types of cuSPARSE and hipSPARSE, which number their enumerators alike.
#pragma once

#include "../blas/elements.h"
#include "names.h"

enum SPARSE(Status_t) {
    SPARSE_(STATUS_SUCCESS) = 0,
    SPARSE_(STATUS_NOT_INITIALIZED) = 1,
    SPARSE_(STATUS_ALLOC_FAILED) = 2,
    SPARSE_(STATUS_INVALID_VALUE) = 3,
    SPARSE_(STATUS_ARCH_MISMATCH) = 4,
    SPARSE_(STATUS_MAPPING_ERROR) = 5,
    SPARSE_(STATUS_EXECUTION_FAILED) = 6,
    SPARSE_(STATUS_INTERNAL_ERROR) = 7,
    SPARSE_(STATUS_MATRIX_TYPE_NOT_SUPPORTED) = 8,
    SPARSE_(STATUS_ZERO_PIVOT) = 9,
    SPARSE_(STATUS_NOT_SUPPORTED) = 10,
    SPARSE_(STATUS_INSUFFICIENT_RESOURCES) = 11,
};
enum SPARSE(PointerMode_t) { SPARSE_(POINTER_MODE_HOST) = 0, SPARSE_(POINTER_MODE_DEVICE) = 1 };
enum SPARSE(Action_t) { SPARSE_(ACTION_SYMBOLIC) = 0, SPARSE_(ACTION_NUMERIC) = 1 };
enum SPARSE(MatrixType_t) {
    SPARSE_(MATRIX_TYPE_GENERAL) = 0,
    SPARSE_(MATRIX_TYPE_SYMMETRIC) = 1,
    SPARSE_(MATRIX_TYPE_HERMITIAN) = 2,
    SPARSE_(MATRIX_TYPE_TRIANGULAR) = 3,
};
enum SPARSE(FillMode_t) { SPARSE_(FILL_MODE_LOWER) = 0, SPARSE_(FILL_MODE_UPPER) = 1 };
enum SPARSE(DiagType_t) { SPARSE_(DIAG_TYPE_NON_UNIT) = 0, SPARSE_(DIAG_TYPE_UNIT) = 1 };
enum SPARSE(IndexBase_t) { SPARSE_(INDEX_BASE_ZERO) = 0, SPARSE_(INDEX_BASE_ONE) = 1 };
enum SPARSE(Operation_t) {
    SPARSE_(OPERATION_NON_TRANSPOSE) = 0,
    SPARSE_(OPERATION_TRANSPOSE) = 1,
    SPARSE_(OPERATION_CONJUGATE_TRANSPOSE) = 2,
};
enum SPARSE(Direction_t) { SPARSE_(DIRECTION_ROW) = 0, SPARSE_(DIRECTION_COLUMN) = 1 };
enum SPARSE(Format_t) {
    SPARSE_(FORMAT_CSR) = 1,
    SPARSE_(FORMAT_CSC) = 2,
    SPARSE_(FORMAT_COO) = 3,
};
enum SPARSE(Order_t) { SPARSE_(ORDER_COL) = 1, SPARSE_(ORDER_ROW) = 2 };
enum SPARSE(IndexType_t) {
    SPARSE_(INDEX_16U) = 1,
    SPARSE_(INDEX_32I) = 2,
    SPARSE_(INDEX_64I) = 3,
};
enum SPARSE(SpMatAttribute_t) { SPARSE_(SPMAT_FILL_MODE) = 0, SPARSE_(SPMAT_DIAG_TYPE) = 1 };
// Every algorithm is the same here.
enum SPARSE(SpMVAlg_t) {
    SPARSE_(SPMV_ALG_DEFAULT) = 0,
    SPARSE_(SPMV_COO_ALG1) = 1,
    SPARSE_(SPMV_CSR_ALG1) = 2,
    SPARSE_(SPMV_CSR_ALG2) = 3,
    SPARSE_(SPMV_COO_ALG2) = 4,
};
enum SPARSE(SpMMAlg_t) {
    SPARSE_(SPMM_ALG_DEFAULT) = 0,
    SPARSE_(SPMM_COO_ALG1) = 1,
    SPARSE_(SPMM_COO_ALG2) = 2,
    SPARSE_(SPMM_COO_ALG3) = 3,
    SPARSE_(SPMM_CSR_ALG1) = 4,
    SPARSE_(SPMM_COO_ALG4) = 5,
    SPARSE_(SPMM_CSR_ALG2) = 6,
    SPARSE_(SPMM_CSR_ALG3) = 12,
};
enum SPARSE(SpSVAlg_t) { SPARSE_(SPSV_ALG_DEFAULT) = 0 };
enum SPARSE(SDDMMAlg_t) { SPARSE_(SDDMM_ALG_DEFAULT) = 0 };
enum SPARSE(SparseToDenseAlg_t) { SPARSE_(SPARSETODENSE_ALG_DEFAULT) = 0 };
enum SPARSE(DenseToSparseAlg_t) { SPARSE_(DENSETOSPARSE_ALG_DEFAULT) = 0 };

namespace hipwright::sparse {
using Status = SPARSE(Status_t);
using Number = blas::DoubleComplex;  // what everything is computed in
using blas::DataType;

struct Handle {
    API(Stream_t) stream = nullptr;
    SPARSE(PointerMode_t) pointer_mode = SPARSE_(POINTER_MODE_HOST);
};
struct Indices {
    void* at = nullptr;
    SPARSE(IndexType_t) type = SPARSE_(INDEX_32I);
    std::int64_t get(std::int64_t i) const {
        if (type == SPARSE_(INDEX_64I)) return static_cast<const std::int64_t*>(at)[i];
        if (type == SPARSE_(INDEX_32I)) return static_cast<const std::int32_t*>(at)[i];
        return static_cast<const std::uint16_t*>(at)[i];
    }
    void set(std::int64_t i, std::int64_t value) const {
        if (type == SPARSE_(INDEX_64I))
            static_cast<std::int64_t*>(at)[i] = value;
        else if (type == SPARSE_(INDEX_32I))
            static_cast<std::int32_t*>(at)[i] = static_cast<std::int32_t>(value);
        else
            static_cast<std::uint16_t*>(at)[i] = static_cast<std::uint16_t>(value);
    }
};
struct Values {
    void* at = nullptr;
    DataType type = DATA_(R_32F);
    Number get(std::int64_t i) const {
        Number value = blas::number<Number>(0);
        blas::for_type(type, [&](auto* none) {
            using T = std::remove_pointer_t<decltype(none)>;
            value = blas::converted<Number>(static_cast<const T*>(at)[i]);
        });
        return value;
    }
    void set(std::int64_t i, Number value) const {
        blas::for_type(type, [&](auto* none) {
            using T = std::remove_pointer_t<decltype(none)>;
            static_cast<T*>(at)[i] = blas::converted<T>(value);
        });
    }
};
}  // namespace hipwright::sparse

// Descriptors. CSR: offsets of rows and indices of columns; CSC the other way; COO: both are
// indices.
struct SPARSE(SpMatDescr) {
    SPARSE(Format_t) format;
    std::int64_t rows, columns, count;
    hipwright::sparse::Indices first, second;
    hipwright::sparse::Values values;
    int base;
    SPARSE(FillMode_t) fill = SPARSE_(FILL_MODE_LOWER);
    SPARSE(DiagType_t) diagonal = SPARSE_(DIAG_TYPE_NON_UNIT);

    // Calls `with(row, column, position)` for each stored element.
    template <typename With>
    void each(const With& with) const {
        if (format == SPARSE_(FORMAT_COO)) {
            for (std::int64_t i = 0; i < count; ++i)
                with(first.get(i) - base, second.get(i) - base, i);
            return;
        }
        const bool by_rows = format == SPARSE_(FORMAT_CSR);
        for (std::int64_t line = 0; line < (by_rows ? rows : columns); ++line) {
            for (std::int64_t i = first.get(line) - base; i < first.get(line + 1) - base; ++i) {
                const std::int64_t other = second.get(i) - base;
                with(by_rows ? line : other, by_rows ? other : line, i);
            }
        }
    }
};
struct SPARSE(DnVecDescr) {
    std::int64_t size;
    hipwright::sparse::Values values;
};
struct SPARSE(SpVecDescr) {
    std::int64_t size, count;
    hipwright::sparse::Indices indices;
    hipwright::sparse::Values values;
    int base;
};
struct SPARSE(DnMatDescr) {
    std::int64_t rows, columns, lead;
    hipwright::sparse::Values values;
    SPARSE(Order_t) order;
    std::int64_t place(std::int64_t row, std::int64_t column) const {
        return order == SPARSE_(ORDER_COL) ? column * lead + row : row * lead + column;
    }
};
struct SPARSE(MatDescr) {
    SPARSE(MatrixType_t) type = SPARSE_(MATRIX_TYPE_GENERAL);
    SPARSE(FillMode_t) fill = SPARSE_(FILL_MODE_LOWER);
    SPARSE(DiagType_t) diagonal = SPARSE_(DIAG_TYPE_NON_UNIT);
    SPARSE(IndexBase_t) base = SPARSE_(INDEX_BASE_ZERO);
};
struct SPARSE(SpSVDescr) {};
using SPARSE(Handle_t) = hipwright::sparse::Handle*;
using SPARSE(SpMatDescr_t) = SPARSE(SpMatDescr) *;
using SPARSE(ConstSpMatDescr_t) = const SPARSE(SpMatDescr) *;
using SPARSE(DnVecDescr_t) = SPARSE(DnVecDescr) *;
using SPARSE(ConstDnVecDescr_t) = const SPARSE(DnVecDescr) *;
using SPARSE(SpVecDescr_t) = SPARSE(SpVecDescr) *;
using SPARSE(ConstSpVecDescr_t) = const SPARSE(SpVecDescr) *;
using SPARSE(DnMatDescr_t) = SPARSE(DnMatDescr) *;
using SPARSE(ConstDnMatDescr_t) = const SPARSE(DnMatDescr) *;
using SPARSE(MatDescr_t) = SPARSE(MatDescr) *;
using SPARSE(SpSVDescr_t) = SPARSE(SpSVDescr) *;
