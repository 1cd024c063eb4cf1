// What makes the elements of a sparse matrix: products of sparse matrices, products of dense ones
// at the places of a sparse one, and the elements of a dense matrix that are not zero.
#pragma once

#include <map>
#include <vector>

#include "sparse.h"
//
#include "names.h"

enum SPARSE(SpGEMMAlg_t) {
    SPARSE_(SPGEMM_DEFAULT) = 0,
    SPARSE_(SPGEMM_CSR_ALG_DETERMINITIC) = 1,
    SPARSE_(SPGEMM_CSR_ALG_DETERMINISTIC) = 1,
    SPARSE_(SPGEMM_CSR_ALG_NONDETERMINITIC) = 2,
    SPARSE_(SPGEMM_CSR_ALG_NONDETERMINISTIC) = 2,
    SPARSE_(SPGEMM_ALG1) = 3,
    SPARSE_(SPGEMM_ALG2) = 4,
    SPARSE_(SPGEMM_ALG3) = 5,
};
// The product by rows, kept until the program has made room for it.
struct SPARSE(SpGEMMDescr) {
    std::vector<std::map<std::int64_t, hipwright::sparse::Number>> rows;
};
using SPARSE(SpGEMMDescr_t) = SPARSE(SpGEMMDescr) *;

inline SPARSE(Status_t) SPARSE(SpGEMM_createDescr)(SPARSE(SpGEMMDescr_t) * descriptor) {
    if (!descriptor) return SPARSE_(STATUS_INVALID_VALUE);
    *descriptor = new SPARSE(SpGEMMDescr)();
    return SPARSE_(STATUS_SUCCESS);
}
inline SPARSE(Status_t) SPARSE(SpGEMM_destroyDescr)(SPARSE(SpGEMMDescr_t) descriptor) {
    if (!descriptor) return SPARSE_(STATUS_INVALID_VALUE);
    delete descriptor;
    return SPARSE_(STATUS_SUCCESS);
}
inline SPARSE(Status_t)
    SPARSE(SpGEMM_workEstimation)(SPARSE(Handle_t) handle, SPARSE(Operation_t), SPARSE(Operation_t),
                                  const void*, SPARSE(ConstSpMatDescr_t), SPARSE(ConstSpMatDescr_t),
                                  const void*, SPARSE(SpMatDescr_t), hipwright::blas::DataType,
                                  SPARSE(SpGEMMAlg_t), SPARSE(SpGEMMDescr_t), std::size_t* bytes,
                                  void*) {
    if (!handle) return SPARSE_(STATUS_NOT_INITIALIZED);
    if (!bytes) return SPARSE_(STATUS_INVALID_VALUE);
    *bytes = 8;
    return SPARSE_(STATUS_SUCCESS);
}
// C = alpha A B: without a buffer this tells its size, with one it finds out how many elements C
// has. The host reads that number next, so it does not wait for a stream that is being captured.
inline SPARSE(Status_t)
    SPARSE(SpGEMM_compute)(SPARSE(Handle_t) handle, SPARSE(Operation_t) operation_a,
                           SPARSE(Operation_t) operation_b, const void* alpha,
                           SPARSE(ConstSpMatDescr_t) A, SPARSE(ConstSpMatDescr_t) B,
                           const void* beta, SPARSE(SpMatDescr_t) C, hipwright::blas::DataType type,
                           SPARSE(SpGEMMAlg_t), SPARSE(SpGEMMDescr_t) descriptor,
                           std::size_t* bytes, void* buffer) {
    using namespace hipwright::sparse;
    if (!handle) return SPARSE_(STATUS_NOT_INITIALIZED);
    if (!alpha || !beta || !A || !B || !C || !descriptor || !bytes || A->columns != B->rows ||
        C->rows != A->rows || C->columns != B->columns)
        return SPARSE_(STATUS_INVALID_VALUE);
    const bool csr = A->format == SPARSE_(FORMAT_CSR) && B->format == SPARSE_(FORMAT_CSR) &&
                     C->format == SPARSE_(FORMAT_CSR);
    if (!csr || is_transposed(operation_a) || is_transposed(operation_b) ||
        !hipwright::blas::is_zero(Factor(handle, beta, type).get()) ||
        hipwright::capture_of(handle->stream))
        return SPARSE_(STATUS_NOT_SUPPORTED);
    *bytes = 8;
    if (!buffer) return SPARSE_(STATUS_SUCCESS);
    const Number factor = Factor(handle, alpha, type).get();
    descriptor->rows.assign(static_cast<std::size_t>(A->rows), {});
    std::int64_t count = 0;
    for (std::int64_t row = 0; row < A->rows; ++row) {
        auto& sums = descriptor->rows[static_cast<std::size_t>(row)];
        for (std::int64_t i = A->first.get(row) - A->base; i < A->first.get(row + 1) - A->base;
             ++i) {
            const Number left = times(factor, A->values.get(i));
            const std::int64_t inner = A->second.get(i) - A->base;
            for (std::int64_t j = B->first.get(inner) - B->base;
                 j < B->first.get(inner + 1) - B->base; ++j) {
                Number& sum = sums[B->second.get(j) - B->base];
                sum = plus(sum, times(left, B->values.get(j)));
            }
        }
        count += static_cast<std::int64_t>(sums.size());
    }
    C->count = count;
    return SPARSE_(STATUS_SUCCESS);
}
inline SPARSE(Status_t)
    SPARSE(SpGEMM_copy)(SPARSE(Handle_t) handle, SPARSE(Operation_t), SPARSE(Operation_t),
                        const void*, SPARSE(ConstSpMatDescr_t), SPARSE(ConstSpMatDescr_t),
                        const void*, SPARSE(SpMatDescr_t) C, hipwright::blas::DataType,
                        SPARSE(SpGEMMAlg_t), SPARSE(SpGEMMDescr_t) descriptor) {
    if (!handle) return SPARSE_(STATUS_NOT_INITIALIZED);
    if (!C || !descriptor || descriptor->rows.size() != static_cast<std::size_t>(C->rows))
        return SPARSE_(STATUS_INVALID_VALUE);
    std::int64_t at = 0;
    C->first.set(0, C->base);
    for (std::int64_t row = 0; row < C->rows; ++row) {
        for (const auto& [column, value] : descriptor->rows[static_cast<std::size_t>(row)]) {
            C->second.set(at, column + C->base);
            C->values.set(at, value);
            ++at;
        }
        C->first.set(row + 1, at + C->base);
    }
    return SPARSE_(STATUS_SUCCESS);
}

// C = alpha op(A) op(B) + beta C, at the places where C has elements.
inline SPARSE(Status_t)
    SPARSE(SDDMM_bufferSize)(SPARSE(Handle_t) handle, SPARSE(Operation_t), SPARSE(Operation_t),
                             const void*, SPARSE(ConstDnMatDescr_t), SPARSE(ConstDnMatDescr_t),
                             const void*, SPARSE(SpMatDescr_t), hipwright::blas::DataType,
                             SPARSE(SDDMMAlg_t), std::size_t* bytes) {
    if (!handle) return SPARSE_(STATUS_NOT_INITIALIZED);
    if (!bytes) return SPARSE_(STATUS_INVALID_VALUE);
    *bytes = 8;
    return SPARSE_(STATUS_SUCCESS);
}
inline SPARSE(Status_t)
    SPARSE(SDDMM_preprocess)(SPARSE(Handle_t) handle, SPARSE(Operation_t), SPARSE(Operation_t),
                             const void*, SPARSE(ConstDnMatDescr_t), SPARSE(ConstDnMatDescr_t),
                             const void*, SPARSE(SpMatDescr_t), hipwright::blas::DataType,
                             SPARSE(SDDMMAlg_t), void*) {
    return handle ? SPARSE_(STATUS_SUCCESS) : SPARSE_(STATUS_NOT_INITIALIZED);
}
inline SPARSE(Status_t)
    SPARSE(SDDMM)(SPARSE(Handle_t) handle, SPARSE(Operation_t) operation_a,
                  SPARSE(Operation_t) operation_b, const void* alpha, SPARSE(ConstDnMatDescr_t) A,
                  SPARSE(ConstDnMatDescr_t) B, const void* beta, SPARSE(SpMatDescr_t) C,
                  hipwright::blas::DataType type, SPARSE(SDDMMAlg_t), void*) {
    using namespace hipwright::sparse;
    if (!handle) return SPARSE_(STATUS_NOT_INITIALIZED);
    if (!alpha || !A || !B || !beta || !C) return SPARSE_(STATUS_INVALID_VALUE);
    const bool over_a = is_transposed(operation_a), over_b = is_transposed(operation_b);
    const std::int64_t inner = over_a ? A->rows : A->columns;
    if ((over_a ? A->columns : A->rows) != C->rows ||
        (over_b ? B->rows : B->columns) != C->columns || (over_b ? B->columns : B->rows) != inner)
        return SPARSE_(STATUS_INVALID_VALUE);
    const Factor a(handle, alpha, type), b(handle, beta, type);
    const SPARSE(DnMatDescr) left = *A, right = *B;
    const SPARSE(SpMatDescr) out = *C;
    return run(handle, [=] {
        const bool conjugated_a = operation_a == SPARSE_(OPERATION_CONJUGATE_TRANSPOSE);
        const bool conjugated_b = operation_b == SPARSE_(OPERATION_CONJUGATE_TRANSPOSE);
        out.each([&](std::int64_t row, std::int64_t column, std::int64_t i) {
            Number sum = hipwright::blas::number<Number>(0);
            for (std::int64_t k = 0; k < inner; ++k) {
                const Number x = left.values.get(over_a ? left.place(k, row) : left.place(row, k));
                const Number y =
                    right.values.get(over_b ? right.place(column, k) : right.place(k, column));
                sum = plus(sum,
                           times(conjugated_a ? conjugate(x) : x, conjugated_b ? conjugate(y) : y));
            }
            out.values.set(i, plus(times(a.get(), sum), kept(b.get(), out.values, i)));
        });
        return hipwright::status_success;
    });
}

// The elements of a dense matrix that are not zero: counted first, then written.
inline SPARSE(Status_t)
    SPARSE(DenseToSparse_bufferSize)(SPARSE(Handle_t) handle, SPARSE(ConstDnMatDescr_t),
                                     SPARSE(SpMatDescr_t), SPARSE(DenseToSparseAlg_t),
                                     std::size_t* bytes) {
    if (!handle) return SPARSE_(STATUS_NOT_INITIALIZED);
    if (!bytes) return SPARSE_(STATUS_INVALID_VALUE);
    *bytes = 8;
    return SPARSE_(STATUS_SUCCESS);
}
namespace hipwright::sparse {
inline Status to_sparse(const Handle* handle, const SPARSE(DnMatDescr) * A, SPARSE(SpMatDescr) * B,
                        bool write) {
    if (!handle) return SPARSE_(STATUS_NOT_INITIALIZED);
    if (!A || !B || A->rows != B->rows || A->columns != B->columns)
        return SPARSE_(STATUS_INVALID_VALUE);
    if (B->format != SPARSE_(FORMAT_CSR) || capture_of(handle->stream))
        return SPARSE_(STATUS_NOT_SUPPORTED);
    std::int64_t at = 0;
    B->first.set(0, B->base);
    for (std::int64_t row = 0; row < A->rows; ++row) {
        for (std::int64_t column = 0; column < A->columns; ++column) {
            const Number value = A->values.get(A->place(row, column));
            if (blas::is_zero(value)) continue;
            if (write) {
                B->second.set(at, column + B->base);
                B->values.set(at, value);
            }
            ++at;
        }
        B->first.set(row + 1, at + B->base);
    }
    B->count = at;
    return SPARSE_(STATUS_SUCCESS);
}
}  // namespace hipwright::sparse
inline SPARSE(Status_t)
    SPARSE(DenseToSparse_analysis)(SPARSE(Handle_t) handle, SPARSE(ConstDnMatDescr_t) A,
                                   SPARSE(SpMatDescr_t) B, SPARSE(DenseToSparseAlg_t), void*) {
    return hipwright::sparse::to_sparse(handle, A, B, false);
}
inline SPARSE(Status_t)
    SPARSE(DenseToSparse_convert)(SPARSE(Handle_t) handle, SPARSE(ConstDnMatDescr_t) A,
                                  SPARSE(SpMatDescr_t) B, SPARSE(DenseToSparseAlg_t), void*) {
    return hipwright::sparse::to_sparse(handle, A, B, true);
}

#include "end_names.h"
//
#include "../api/end_names.h"
