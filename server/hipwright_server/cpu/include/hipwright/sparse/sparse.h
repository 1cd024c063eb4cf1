// The generic interface of cuSPARSE and hipSPARSE on the CPU device. Sums are kept in double.
#pragma once

#include <memory>

#include "types.h"

#define HIPWRIGHT_REQUIRE(what) \
    if (!(what)) return SPARSE_(STATUS_INVALID_VALUE)

// -- handles and descriptors ----------------------------------------------------------------------
inline SPARSE(Status_t) SPARSE(Create)(SPARSE(Handle_t) * handle) {
    HIPWRIGHT_REQUIRE(handle);
    *handle = new hipwright::sparse::Handle();
    return SPARSE_(STATUS_SUCCESS);
}
inline SPARSE(Status_t) SPARSE(Destroy)(SPARSE(Handle_t) handle) {
    if (!handle) return SPARSE_(STATUS_NOT_INITIALIZED);
    delete handle;
    return SPARSE_(STATUS_SUCCESS);
}
inline SPARSE(Status_t) SPARSE(SetStream)(SPARSE(Handle_t) handle, API(Stream_t) stream) {
    if (!handle) return SPARSE_(STATUS_NOT_INITIALIZED);
    handle->stream = stream;
    return SPARSE_(STATUS_SUCCESS);
}
inline SPARSE(Status_t) SPARSE(GetStream)(SPARSE(Handle_t) handle, API(Stream_t) * stream) {
    if (!handle) return SPARSE_(STATUS_NOT_INITIALIZED);
    *stream = handle->stream;
    return SPARSE_(STATUS_SUCCESS);
}
inline SPARSE(Status_t)
    SPARSE(SetPointerMode)(SPARSE(Handle_t) handle, SPARSE(PointerMode_t) mode) {
    if (!handle) return SPARSE_(STATUS_NOT_INITIALIZED);
    handle->pointer_mode = mode;
    return SPARSE_(STATUS_SUCCESS);
}
inline SPARSE(Status_t)
    SPARSE(GetPointerMode)(SPARSE(Handle_t) handle, SPARSE(PointerMode_t) * mode) {
    if (!handle) return SPARSE_(STATUS_NOT_INITIALIZED);
    *mode = handle->pointer_mode;
    return SPARSE_(STATUS_SUCCESS);
}
#ifdef HIPWRIGHT_HIP
#define HIPWRIGHT_STATUS_NAME(name) "HIPSPARSE_STATUS_" name
#else
#define HIPWRIGHT_STATUS_NAME(name) "CUSPARSE_STATUS_" name
#endif
inline const char* SPARSE(GetErrorName)(SPARSE(Status_t) status) {
    static const char* const names[] = {
        HIPWRIGHT_STATUS_NAME("SUCCESS"),
        HIPWRIGHT_STATUS_NAME("NOT_INITIALIZED"),
        HIPWRIGHT_STATUS_NAME("ALLOC_FAILED"),
        HIPWRIGHT_STATUS_NAME("INVALID_VALUE"),
        HIPWRIGHT_STATUS_NAME("ARCH_MISMATCH"),
        HIPWRIGHT_STATUS_NAME("MAPPING_ERROR"),
        HIPWRIGHT_STATUS_NAME("EXECUTION_FAILED"),
        HIPWRIGHT_STATUS_NAME("INTERNAL_ERROR"),
        HIPWRIGHT_STATUS_NAME("MATRIX_TYPE_NOT_SUPPORTED"),
        HIPWRIGHT_STATUS_NAME("ZERO_PIVOT"),
        HIPWRIGHT_STATUS_NAME("NOT_SUPPORTED"),
        HIPWRIGHT_STATUS_NAME("INSUFFICIENT_RESOURCES"),
    };
    return status >= 0 && status <= 11 ? names[status] : "unknown status";
}
#undef HIPWRIGHT_STATUS_NAME
inline const char* SPARSE(GetErrorString)(SPARSE(Status_t) status) {
    return SPARSE(GetErrorName)(status);
}
inline SPARSE(Status_t) SPARSE(CreateMatDescr)(SPARSE(MatDescr_t) * descriptor) {
    HIPWRIGHT_REQUIRE(descriptor);
    *descriptor = new SPARSE(MatDescr)();
    return SPARSE_(STATUS_SUCCESS);
}
inline SPARSE(Status_t)
    SPARSE(CreateCsr)(SPARSE(SpMatDescr_t) * matrix, std::int64_t rows, std::int64_t columns,
                      std::int64_t count, void* offsets, void* indices, void* values,
                      SPARSE(IndexType_t) offset_type, SPARSE(IndexType_t) index_type,
                      SPARSE(IndexBase_t) base, hipwright::blas::DataType type) {
    HIPWRIGHT_REQUIRE(matrix && rows >= 0 && columns >= 0 && count >= 0 &&
                      hipwright::blas::size_of(type));
    *matrix = new SPARSE(SpMatDescr){
        SPARSE_(FORMAT_CSR),   rows,           columns, count, {offsets, offset_type},
        {indices, index_type}, {values, type}, base};
    return SPARSE_(STATUS_SUCCESS);
}
inline SPARSE(Status_t)
    SPARSE(CreateCsc)(SPARSE(SpMatDescr_t) * matrix, std::int64_t rows, std::int64_t columns,
                      std::int64_t count, void* offsets, void* indices, void* values,
                      SPARSE(IndexType_t) offset_type, SPARSE(IndexType_t) index_type,
                      SPARSE(IndexBase_t) base, hipwright::blas::DataType type) {
    const SPARSE(Status_t) status =
        SPARSE(CreateCsr)(matrix, rows, columns, count, offsets, indices, values, offset_type,
                          index_type, base, type);
    if (status == SPARSE_(STATUS_SUCCESS)) (*matrix)->format = SPARSE_(FORMAT_CSC);
    return status;
}
inline SPARSE(Status_t)
    SPARSE(CreateCoo)(SPARSE(SpMatDescr_t) * matrix, std::int64_t rows, std::int64_t columns,
                      std::int64_t count, void* row_indices, void* column_indices, void* values,
                      SPARSE(IndexType_t) index_type, SPARSE(IndexBase_t) base,
                      hipwright::blas::DataType type) {
    const SPARSE(Status_t) status =
        SPARSE(CreateCsr)(matrix, rows, columns, count, row_indices, column_indices, values,
                          index_type, index_type, base, type);
    if (status == SPARSE_(STATUS_SUCCESS)) (*matrix)->format = SPARSE_(FORMAT_COO);
    return status;
}
inline SPARSE(Status_t) SPARSE(CreateDnVec)(SPARSE(DnVecDescr_t) * vector, std::int64_t size,
                                            void* values, hipwright::blas::DataType type) {
    HIPWRIGHT_REQUIRE(vector && size >= 0 && hipwright::blas::size_of(type));
    *vector = new SPARSE(DnVecDescr){size, {values, type}};
    return SPARSE_(STATUS_SUCCESS);
}
inline SPARSE(Status_t)
    SPARSE(CreateSpVec)(SPARSE(SpVecDescr_t) * vector, std::int64_t size, std::int64_t count,
                        void* indices, void* values, SPARSE(IndexType_t) index_type,
                        SPARSE(IndexBase_t) base, hipwright::blas::DataType type) {
    HIPWRIGHT_REQUIRE(vector && size >= 0 && count >= 0 && hipwright::blas::size_of(type));
    *vector = new SPARSE(SpVecDescr){size, count, {indices, index_type}, {values, type}, base};
    return SPARSE_(STATUS_SUCCESS);
}
inline SPARSE(Status_t) SPARSE(CreateDnMat)(SPARSE(DnMatDescr_t) * matrix, std::int64_t rows,
                                            std::int64_t columns, std::int64_t lead, void* values,
                                            hipwright::blas::DataType type, SPARSE(Order_t) order) {
    HIPWRIGHT_REQUIRE(matrix && rows >= 0 && columns >= 0 &&
                      lead >= (order == SPARSE_(ORDER_COL) ? rows : columns) &&
                      hipwright::blas::size_of(type));
    *matrix = new SPARSE(DnMatDescr){rows, columns, lead, {values, type}, order};
    return SPARSE_(STATUS_SUCCESS);
}
inline SPARSE(Status_t) SPARSE(SpSV_createDescr)(SPARSE(SpSVDescr_t) * descriptor) {
    HIPWRIGHT_REQUIRE(descriptor);
    *descriptor = new SPARSE(SpSVDescr)();
    return SPARSE_(STATUS_SUCCESS);
}

#define HIPWRIGHT_DESTROY(name, T)                                       \
    inline SPARSE(Status_t) SPARSE(name)(const SPARSE(T) * descriptor) { \
        HIPWRIGHT_REQUIRE(descriptor);                                   \
        delete descriptor;                                               \
        return SPARSE_(STATUS_SUCCESS);                                  \
    }
HIPWRIGHT_DESTROY(DestroyMatDescr, MatDescr)
HIPWRIGHT_DESTROY(DestroySpMat, SpMatDescr)
HIPWRIGHT_DESTROY(DestroyDnVec, DnVecDescr)
HIPWRIGHT_DESTROY(DestroySpVec, SpVecDescr)
HIPWRIGHT_DESTROY(DestroyDnMat, DnMatDescr)
HIPWRIGHT_DESTROY(SpSV_destroyDescr, SpSVDescr)
#undef HIPWRIGHT_DESTROY

#define HIPWRIGHT_SETTING(set, get, T, member)                                            \
    inline SPARSE(Status_t) SPARSE(set)(SPARSE(MatDescr_t) descriptor, SPARSE(T) value) { \
        HIPWRIGHT_REQUIRE(descriptor);                                                    \
        descriptor->member = value;                                                       \
        return SPARSE_(STATUS_SUCCESS);                                                   \
    }                                                                                     \
    inline SPARSE(T) SPARSE(get)(const SPARSE(MatDescr_t) descriptor) { return descriptor->member; }
HIPWRIGHT_SETTING(SetMatType, GetMatType, MatrixType_t, type)
HIPWRIGHT_SETTING(SetMatIndexBase, GetMatIndexBase, IndexBase_t, base)
HIPWRIGHT_SETTING(SetMatFillMode, GetMatFillMode, FillMode_t, fill)
HIPWRIGHT_SETTING(SetMatDiagType, GetMatDiagType, DiagType_t, diagonal)
#undef HIPWRIGHT_SETTING

inline SPARSE(Status_t) SPARSE(SpMatGetSize)(SPARSE(ConstSpMatDescr_t) matrix, std::int64_t* rows,
                                             std::int64_t* columns, std::int64_t* count) {
    HIPWRIGHT_REQUIRE(matrix && rows && columns && count);
    *rows = matrix->rows;
    *columns = matrix->columns;
    *count = matrix->count;
    return SPARSE_(STATUS_SUCCESS);
}
inline SPARSE(Status_t) SPARSE(CsrSetPointers)(SPARSE(SpMatDescr_t) matrix, void* offsets,
                                               void* indices, void* values) {
    HIPWRIGHT_REQUIRE(matrix && matrix->format == SPARSE_(FORMAT_CSR));
    matrix->first.at = offsets;
    matrix->second.at = indices;
    matrix->values.at = values;
    return SPARSE_(STATUS_SUCCESS);
}
inline SPARSE(Status_t) SPARSE(SpMatSetValues)(SPARSE(SpMatDescr_t) matrix, void* values) {
    HIPWRIGHT_REQUIRE(matrix);
    matrix->values.at = values;
    return SPARSE_(STATUS_SUCCESS);
}
inline SPARSE(Status_t) SPARSE(DnVecSetValues)(SPARSE(DnVecDescr_t) vector, void* values) {
    HIPWRIGHT_REQUIRE(vector);
    vector->values.at = values;
    return SPARSE_(STATUS_SUCCESS);
}
inline SPARSE(Status_t) SPARSE(DnMatSetValues)(SPARSE(DnMatDescr_t) matrix, void* values) {
    HIPWRIGHT_REQUIRE(matrix);
    matrix->values.at = values;
    return SPARSE_(STATUS_SUCCESS);
}
inline SPARSE(Status_t)
    SPARSE(SpMatSetAttribute)(SPARSE(SpMatDescr_t) matrix, SPARSE(SpMatAttribute_t) which,
                              void* data, std::size_t) {
    HIPWRIGHT_REQUIRE(matrix && data);
    if (which == SPARSE_(SPMAT_FILL_MODE))
        matrix->fill = *static_cast<SPARSE(FillMode_t)*>(data);
    else
        matrix->diagonal = *static_cast<SPARSE(DiagType_t)*>(data);
    return SPARSE_(STATUS_SUCCESS);
}

namespace hipwright::sparse {
using blas::conjugate;
using blas::plus;
using blas::times;

// alpha and beta, in the type to compute in: read at the call from the host, or when the work runs.
struct Factor {
    Values later;
    Number value = blas::number<Number>(0);
    bool on_device;
    Factor(const Handle* handle, const void* at, DataType type)
        : later{const_cast<void*>(at), type},
          on_device(handle->pointer_mode == SPARSE_(POINTER_MODE_DEVICE)) {
        if (!on_device) value = later.get(0);
    }
    Number get() const { return on_device ? later.get(0) : value; }
};
inline Number minus(Number a, Number b) {
    a.x -= b.x;
    a.y -= b.y;
    return a;
}
template <typename Work>
inline Status run(const Handle* handle, const Work& work) {
    if (sticky() != status_success) return SPARSE_(STATUS_EXECUTION_FAILED);
    return submit(handle->stream, NodeKind::kernel, work) == status_success
               ? SPARSE_(STATUS_SUCCESS)
               : SPARSE_(STATUS_EXECUTION_FAILED);
}
inline std::unique_ptr<Number[]> zeros(std::int64_t count) {
    return std::unique_ptr<Number[]>(new Number[static_cast<std::size_t>(count) + 1]());
}
inline bool is_transposed(SPARSE(Operation_t) operation) {
    return operation != SPARSE_(OPERATION_NON_TRANSPOSE);
}
inline Number kept(Number factor, const Values& values, std::int64_t at) {
    return blas::is_zero(factor) ? factor : times(factor, values.get(at));
}
}  // namespace hipwright::sparse

// Nothing here needs a workspace; programs allocate what they are told.
#define HIPWRIGHT_BUFFER(bytes)                          \
    if (!handle) return SPARSE_(STATUS_NOT_INITIALIZED); \
    HIPWRIGHT_REQUIRE(bytes);                            \
    *bytes = 8;                                          \
    return SPARSE_(STATUS_SUCCESS)

// -- products -------------------------------------------------------------------------------------
// y = alpha op(A) x + beta y
inline SPARSE(Status_t)
    SPARSE(SpMV_bufferSize)(SPARSE(Handle_t) handle, SPARSE(Operation_t), const void*,
                            SPARSE(ConstSpMatDescr_t), SPARSE(ConstDnVecDescr_t), const void*,
                            SPARSE(DnVecDescr_t), hipwright::blas::DataType, SPARSE(SpMVAlg_t),
                            std::size_t* bytes) {
    HIPWRIGHT_BUFFER(bytes);
}
inline SPARSE(Status_t)
    SPARSE(SpMV)(SPARSE(Handle_t) handle, SPARSE(Operation_t) operation, const void* alpha,
                 SPARSE(ConstSpMatDescr_t) A, SPARSE(ConstDnVecDescr_t) x, const void* beta,
                 SPARSE(DnVecDescr_t) y, hipwright::blas::DataType type, SPARSE(SpMVAlg_t), void*) {
    using namespace hipwright::sparse;
    if (!handle) return SPARSE_(STATUS_NOT_INITIALIZED);
    HIPWRIGHT_REQUIRE(alpha && A && x && beta && y);
    const bool transposed = is_transposed(operation);
    HIPWRIGHT_REQUIRE(x->size == (transposed ? A->rows : A->columns) &&
                      y->size == (transposed ? A->columns : A->rows));
    const Factor a(handle, alpha, type), b(handle, beta, type);
    const SPARSE(SpMatDescr) matrix = *A;
    const SPARSE(DnVecDescr) in = *x, out = *y;
    return run(handle, [=] {
        const auto sums = zeros(out.size);
        const bool conjugated = operation == SPARSE_(OPERATION_CONJUGATE_TRANSPOSE);
        matrix.each([&](std::int64_t row, std::int64_t column, std::int64_t i) {
            Number& sum = sums[static_cast<std::size_t>(transposed ? column : row)];
            const Number value = matrix.values.get(i);
            sum = plus(sum, times(conjugated ? conjugate(value) : value,
                                  in.values.get(transposed ? row : column)));
        });
        for (std::int64_t i = 0; i < out.size; ++i)
            out.values.set(i, plus(times(a.get(), sums[static_cast<std::size_t>(i)]),
                                   kept(b.get(), out.values, i)));
        return hipwright::status_success;
    });
}
// C = alpha op(A) op(B) + beta C
inline SPARSE(Status_t)
    SPARSE(SpMM_bufferSize)(SPARSE(Handle_t) handle, SPARSE(Operation_t), SPARSE(Operation_t),
                            const void*, SPARSE(ConstSpMatDescr_t), SPARSE(ConstDnMatDescr_t),
                            const void*, SPARSE(DnMatDescr_t), hipwright::blas::DataType,
                            SPARSE(SpMMAlg_t), std::size_t* bytes) {
    HIPWRIGHT_BUFFER(bytes);
}
inline SPARSE(Status_t)
    SPARSE(SpMM_preprocess)(SPARSE(Handle_t) handle, SPARSE(Operation_t), SPARSE(Operation_t),
                            const void*, SPARSE(ConstSpMatDescr_t), SPARSE(ConstDnMatDescr_t),
                            const void*, SPARSE(DnMatDescr_t), hipwright::blas::DataType,
                            SPARSE(SpMMAlg_t), void*) {
    return handle ? SPARSE_(STATUS_SUCCESS) : SPARSE_(STATUS_NOT_INITIALIZED);
}
inline SPARSE(Status_t)
    SPARSE(SpMM)(SPARSE(Handle_t) handle, SPARSE(Operation_t) operation_a,
                 SPARSE(Operation_t) operation_b, const void* alpha, SPARSE(ConstSpMatDescr_t) A,
                 SPARSE(ConstDnMatDescr_t) B, const void* beta, SPARSE(DnMatDescr_t) C,
                 hipwright::blas::DataType type, SPARSE(SpMMAlg_t), void*) {
    using namespace hipwright::sparse;
    if (!handle) return SPARSE_(STATUS_NOT_INITIALIZED);
    HIPWRIGHT_REQUIRE(alpha && A && B && beta && C);
    const bool over_a = is_transposed(operation_a), over_b = is_transposed(operation_b);
    HIPWRIGHT_REQUIRE((over_a ? A->columns : A->rows) == C->rows &&
                      (over_b ? B->rows : B->columns) == C->columns &&
                      (over_a ? A->rows : A->columns) == (over_b ? B->columns : B->rows));
    const Factor a(handle, alpha, type), b(handle, beta, type);
    const SPARSE(SpMatDescr) matrix = *A;
    const SPARSE(DnMatDescr) in = *B, out = *C;
    return run(handle, [=] {
        const auto sums = zeros(out.rows * out.columns);
        const bool conjugated_a = operation_a == SPARSE_(OPERATION_CONJUGATE_TRANSPOSE);
        const bool conjugated_b = operation_b == SPARSE_(OPERATION_CONJUGATE_TRANSPOSE);
        matrix.each([&](std::int64_t row, std::int64_t column, std::int64_t i) {
            const Number stored = matrix.values.get(i);
            const Number left = conjugated_a ? conjugate(stored) : stored;
            const std::int64_t to = over_a ? column : row, inner = over_a ? row : column;
            for (std::int64_t k = 0; k < out.columns; ++k) {
                const Number found =
                    in.values.get(over_b ? in.place(k, inner) : in.place(inner, k));
                Number& sum = sums[static_cast<std::size_t>(k * out.rows + to)];
                sum = plus(sum, times(left, conjugated_b ? conjugate(found) : found));
            }
        });
        for (std::int64_t k = 0; k < out.columns; ++k)
            for (std::int64_t row = 0; row < out.rows; ++row)
                out.values.set(
                    out.place(row, k),
                    plus(times(a.get(), sums[static_cast<std::size_t>(k * out.rows + row)]),
                         kept(b.get(), out.values, out.place(row, k))));
        return hipwright::status_success;
    });
}

// -- solving op(A) y = alpha x for a triangular A
// ---------------------------------------------------
inline SPARSE(Status_t)
    SPARSE(SpSV_bufferSize)(SPARSE(Handle_t) handle, SPARSE(Operation_t), const void*,
                            SPARSE(ConstSpMatDescr_t), SPARSE(ConstDnVecDescr_t),
                            SPARSE(DnVecDescr_t), hipwright::blas::DataType, SPARSE(SpSVAlg_t),
                            SPARSE(SpSVDescr_t), std::size_t* bytes) {
    HIPWRIGHT_BUFFER(bytes);
}
inline SPARSE(Status_t)
    SPARSE(SpSV_analysis)(SPARSE(Handle_t) handle, SPARSE(Operation_t), const void*,
                          SPARSE(ConstSpMatDescr_t), SPARSE(ConstDnVecDescr_t),
                          SPARSE(DnVecDescr_t), hipwright::blas::DataType, SPARSE(SpSVAlg_t),
                          SPARSE(SpSVDescr_t), void*) {
    return handle ? SPARSE_(STATUS_SUCCESS) : SPARSE_(STATUS_NOT_INITIALIZED);
}
inline SPARSE(Status_t)
    SPARSE(SpSV_solve)(SPARSE(Handle_t) handle, SPARSE(Operation_t) operation, const void* alpha,
                       SPARSE(ConstSpMatDescr_t) A, SPARSE(ConstDnVecDescr_t) x,
                       SPARSE(DnVecDescr_t) y, hipwright::blas::DataType type, SPARSE(SpSVAlg_t),
                       SPARSE(SpSVDescr_t)) {
    using namespace hipwright::sparse;
    if (!handle) return SPARSE_(STATUS_NOT_INITIALIZED);
    HIPWRIGHT_REQUIRE(alpha && A && x && y && A->rows == A->columns && x->size == A->rows &&
                      y->size == A->rows);
    // The order of the solution follows rows; by columns or unsorted coordinates it would not.
    if (A->format != SPARSE_(FORMAT_CSR)) return SPARSE_(STATUS_NOT_SUPPORTED);
    const Factor a(handle, alpha, type);
    const SPARSE(SpMatDescr) matrix = *A;
    const SPARSE(DnVecDescr) in = *x, out = *y;
    return run(handle, [=] {
        const std::int64_t n = matrix.rows;
        const bool transposed = is_transposed(operation);
        const bool conjugated = operation == SPARSE_(OPERATION_CONJUGATE_TRANSPOSE);
        const bool lower = matrix.fill == SPARSE_(FILL_MODE_LOWER);
        const bool unit = matrix.diagonal == SPARSE_(DIAG_TYPE_UNIT);
        const auto rest = zeros(n);
        for (std::int64_t i = 0; i < n; ++i)
            rest[static_cast<std::size_t>(i)] = times(a.get(), in.values.get(i));
        // A transposed lower triangle is an upper one, which is solved from its last row on.
        const bool forward = lower != transposed;
        for (std::int64_t step = 0; step < n; ++step) {
            const std::int64_t row = forward ? step : n - 1 - step;
            Number diagonal = hipwright::blas::number<Number>(1),
                   sum = rest[static_cast<std::size_t>(row)];
            const std::int64_t begin = matrix.first.get(row) - matrix.base;
            const std::int64_t end = matrix.first.get(row + 1) - matrix.base;
            for (std::int64_t i = begin; i < end; ++i) {
                const std::int64_t column = matrix.second.get(i) - matrix.base;
                const Number stored = matrix.values.get(i);
                const Number value = conjugated ? conjugate(stored) : stored;
                if (column == row && !unit) diagonal = value;
                if (!transposed && (lower ? column < row : column > row))
                    sum = minus(sum, times(value, rest[static_cast<std::size_t>(column)]));
            }
            const Number solved = hipwright::complex_quotient<Number, double>(sum, diagonal);
            rest[static_cast<std::size_t>(row)] = solved;
            if (!transposed) continue;
            for (std::int64_t i = begin; i < end; ++i) {
                const std::int64_t column = matrix.second.get(i) - matrix.base;
                if (!(lower ? column < row : column > row)) continue;
                const Number stored = matrix.values.get(i);
                Number& left = rest[static_cast<std::size_t>(column)];
                left = minus(left, times(conjugated ? conjugate(stored) : stored, solved));
            }
        }
        for (std::int64_t i = 0; i < n; ++i) out.values.set(i, rest[static_cast<std::size_t>(i)]);
        return hipwright::status_success;
    });
}

// -- sparse to dense, and vectors
// -------------------------------------------------------------------
inline SPARSE(Status_t)
    SPARSE(SparseToDense_bufferSize)(SPARSE(Handle_t) handle, SPARSE(ConstSpMatDescr_t),
                                     SPARSE(DnMatDescr_t), SPARSE(SparseToDenseAlg_t),
                                     std::size_t* bytes) {
    HIPWRIGHT_BUFFER(bytes);
}
inline SPARSE(Status_t)
    SPARSE(SparseToDense)(SPARSE(Handle_t) handle, SPARSE(ConstSpMatDescr_t) A,
                          SPARSE(DnMatDescr_t) B, SPARSE(SparseToDenseAlg_t), void*) {
    using namespace hipwright::sparse;
    if (!handle) return SPARSE_(STATUS_NOT_INITIALIZED);
    HIPWRIGHT_REQUIRE(A && B && A->rows == B->rows && A->columns == B->columns);
    const SPARSE(SpMatDescr) matrix = *A;
    const SPARSE(DnMatDescr) out = *B;
    return run(handle, [=] {
        for (std::int64_t row = 0; row < out.rows; ++row)
            for (std::int64_t column = 0; column < out.columns; ++column)
                out.values.set(out.place(row, column), hipwright::blas::number<Number>(0));
        matrix.each([&](std::int64_t row, std::int64_t column, std::int64_t i) {
            out.values.set(out.place(row, column), matrix.values.get(i));
        });
        return hipwright::status_success;
    });
}
inline SPARSE(Status_t) SPARSE(Gather)(SPARSE(Handle_t) handle, SPARSE(ConstDnVecDescr_t) from,
                                       SPARSE(SpVecDescr_t) to) {
    using namespace hipwright::sparse;
    if (!handle) return SPARSE_(STATUS_NOT_INITIALIZED);
    HIPWRIGHT_REQUIRE(from && to);
    const SPARSE(DnVecDescr) in = *from;
    const SPARSE(SpVecDescr) out = *to;
    return run(handle, [=] {
        for (std::int64_t i = 0; i < out.count; ++i)
            out.values.set(i, in.values.get(out.indices.get(i) - out.base));
        return hipwright::status_success;
    });
}
inline SPARSE(Status_t) SPARSE(Scatter)(SPARSE(Handle_t) handle, SPARSE(ConstSpVecDescr_t) from,
                                        SPARSE(DnVecDescr_t) to) {
    using namespace hipwright::sparse;
    if (!handle) return SPARSE_(STATUS_NOT_INITIALIZED);
    HIPWRIGHT_REQUIRE(from && to);
    const SPARSE(SpVecDescr) in = *from;
    const SPARSE(DnVecDescr) out = *to;
    return run(handle, [=] {
        for (std::int64_t i = 0; i < in.count; ++i)
            out.values.set(in.indices.get(i) - in.base, in.values.get(i));
        return hipwright::status_success;
    });
}
// y = alpha x + beta y for a sparse x
inline SPARSE(Status_t)
    SPARSE(Axpby)(SPARSE(Handle_t) handle, const void* alpha, SPARSE(ConstSpVecDescr_t) x,
                  const void* beta, SPARSE(DnVecDescr_t) y) {
    using namespace hipwright::sparse;
    if (!handle) return SPARSE_(STATUS_NOT_INITIALIZED);
    HIPWRIGHT_REQUIRE(alpha && x && beta && y);
    const Factor a(handle, alpha, y->values.type), b(handle, beta, y->values.type);
    const SPARSE(SpVecDescr) in = *x;
    const SPARSE(DnVecDescr) out = *y;
    return run(handle, [=] {
        for (std::int64_t i = 0; i < out.size; ++i) out.values.set(i, kept(b.get(), out.values, i));
        for (std::int64_t i = 0; i < in.count; ++i) {
            const std::int64_t at = in.indices.get(i) - in.base;
            out.values.set(at, plus(out.values.get(at), times(a.get(), in.values.get(i))));
        }
        return hipwright::status_success;
    });
}

#undef HIPWRIGHT_REQUIRE
#undef HIPWRIGHT_BUFFER
#include "end_names.h"
//
#include "../api/end_names.h"
