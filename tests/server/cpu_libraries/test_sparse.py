# ruff: noqa: E501 (a call of a library is easier to read on one line)
"""cuSPARSE and hipSPARSE: the generic interface against NumPy, in both fronts."""

from __future__ import annotations

import numpy as np

from .conftest import RunLibrary, noise

PROGRAM = r"""
#include <cusparse.h>
int main() {
    // 4 rows, 5 columns, one row empty; values are noise(1, 7).
    int* offsets = device(std::vector<int>{0, 2, 2, 5, 7});
    int* columns = device(std::vector<int>{0, 3, 1, 2, 4, 0, 2});
    int* rows = device(std::vector<int>{1, 1, 3, 3, 3, 4, 4});
    float *values = noise<float>(1, 7), *x = noise<float>(2, 5), *y = noise<float>(3, 5);
    cusparseHandle_t handle;
    OK(cusparseCreate(&handle));
    cusparseSpMatDescr_t A, coo;
    OK(cusparseCreateCsr(&A, 4, 5, 7, offsets, columns, values, CUSPARSE_INDEX_32I,
                         CUSPARSE_INDEX_32I, CUSPARSE_INDEX_BASE_ZERO, CUDA_R_32F));
    int* one_based = device(std::vector<int>{1, 4, 2, 3, 5, 1, 3});
    OK(cusparseCreateCoo(&coo, 4, 5, 7, rows, one_based, values, CUSPARSE_INDEX_32I,
                         CUSPARSE_INDEX_BASE_ONE, CUDA_R_32F));
    cusparseDnVecDescr_t five, four;
    OK(cusparseCreateDnVec(&five, 5, x, CUDA_R_32F));
    OK(cusparseCreateDnVec(&four, 4, y, CUDA_R_32F));
    const float alpha = 2.0f, beta = 0.5f, one = 1.0f;
    size_t bytes = 0;
    OK(cusparseSpMV_bufferSize(handle, CUSPARSE_OPERATION_NON_TRANSPOSE, &alpha, A, five, &beta, four,
                               CUDA_R_32F, CUSPARSE_SPMV_ALG_DEFAULT, &bytes));
    OK(cusparseSpMV(handle, CUSPARSE_OPERATION_NON_TRANSPOSE, &alpha, A, five, &beta, four, CUDA_R_32F,
                    CUSPARSE_SPMV_ALG_DEFAULT, nullptr)); RESULT("spmv", y, 4);
    OK(cusparseSpMV(handle, CUSPARSE_OPERATION_TRANSPOSE, &alpha, coo, four, &one, five, CUDA_R_32F,
                    CUSPARSE_SPMV_ALG_DEFAULT, nullptr)); RESULT("spmv_t", x, 5);
    std::vector<int> seen;
    seen.push_back(cusparseSpMV(handle, CUSPARSE_OPERATION_TRANSPOSE, &alpha, A, five, &beta, four,
                                CUDA_R_32F, CUSPARSE_SPMV_ALG_DEFAULT, nullptr));
    seen.push_back(cusparseSpMV(nullptr, CUSPARSE_OPERATION_TRANSPOSE, &alpha, A, five, &beta, four,
                                CUDA_R_32F, CUSPARSE_SPMV_ALG_DEFAULT, nullptr));
    float *b = noise<float>(4, 15), *c = noise<float>(5, 12), *dense = noise<float>(6, 20);
    cusparseDnMatDescr_t B, C, D;
    OK(cusparseCreateDnMat(&B, 3, 5, 5, b, CUDA_R_32F, CUSPARSE_ORDER_ROW));
    OK(cusparseCreateDnMat(&C, 4, 3, 4, c, CUDA_R_32F, CUSPARSE_ORDER_COL));
    OK(cusparseCreateDnMat(&D, 4, 5, 4, dense, CUDA_R_32F, CUSPARSE_ORDER_COL));
    OK(cusparseSpMM(handle, CUSPARSE_OPERATION_NON_TRANSPOSE, CUSPARSE_OPERATION_TRANSPOSE, &alpha, A, B,
                    &beta, C, CUDA_R_32F, CUSPARSE_SPMM_ALG_DEFAULT, nullptr)); RESULT("spmm", c, 12);
    OK(cusparseSparseToDense(handle, A, D, CUSPARSE_SPARSETODENSE_ALG_DEFAULT, nullptr));
    RESULT("dense", dense, 20);
    // A vector of 5 with 3 stored elements.
    int* places = device(std::vector<int>{0, 2, 4});
    float *stored = noise<float>(7, 3), *z = noise<float>(8, 5);
    cusparseSpVecDescr_t few;
    cusparseDnVecDescr_t all;
    OK(cusparseCreateSpVec(&few, 5, 3, places, stored, CUSPARSE_INDEX_32I, CUSPARSE_INDEX_BASE_ZERO,
                           CUDA_R_32F));
    OK(cusparseCreateDnVec(&all, 5, z, CUDA_R_32F));
    OK(cusparseAxpby(handle, &alpha, few, &beta, all)); RESULT("axpby", z, 5);
    OK(cusparseGather(handle, all, few)); RESULT("gather", stored, 3);
    OK(cusparseScatter(handle, few, five)); RESULT("scatter", x, 5);
    // A triangular system of 3, in double precision, from both sides.
    int* starts = device(std::vector<int>{0, 1, 3, 6});
    int* lower = device(std::vector<int>{0, 0, 1, 0, 1, 2});
    double *t = noise<double>(9, 6), *r = noise<double>(10, 3), *s = noise<double>(11, 3);
    cusparseSpMatDescr_t T;
    cusparseDnVecDescr_t right, solved;
    cusparseSpSVDescr_t work;
    OK(cusparseCreateCsr(&T, 3, 3, 6, starts, lower, t, CUSPARSE_INDEX_32I, CUSPARSE_INDEX_32I,
                         CUSPARSE_INDEX_BASE_ZERO, CUDA_R_64F));
    OK(cusparseCreateDnVec(&right, 3, r, CUDA_R_64F));
    OK(cusparseCreateDnVec(&solved, 3, s, CUDA_R_64F));
    OK(cusparseSpSV_createDescr(&work));
    const double factor = 3.0;
    OK(cusparseSpSV_solve(handle, CUSPARSE_OPERATION_NON_TRANSPOSE, &factor, T, right, solved, CUDA_R_64F,
                          CUSPARSE_SPSV_ALG_DEFAULT, work)); RESULT("solved", s, 3);
    OK(cusparseSpSV_solve(handle, CUSPARSE_OPERATION_TRANSPOSE, &factor, T, right, solved, CUDA_R_64F,
                          CUSPARSE_SPSV_ALG_DEFAULT, work)); RESULT("solved_t", s, 3);
    // C = 2 A D' with D' the 5 by 3 sparse matrix that D holds: found out, then written.
    float* narrow = device(std::vector<float>{0, 1, 0, 0, 3, 2, 0, 0, -1, 0, 0, 0, 0, 4, 5});
    int *d_offsets = device(std::vector<int>(6)), *c_offsets = device(std::vector<int>(5));
    int *d_columns = device(std::vector<int>(15)), *c_columns = device(std::vector<int>(12));
    float *d_values = noise<float>(12, 15), *c_values = noise<float>(13, 12);
    cusparseDnMatDescr_t N;
    cusparseSpMatDescr_t S, P;
    OK(cusparseCreateDnMat(&N, 5, 3, 3, narrow, CUDA_R_32F, CUSPARSE_ORDER_ROW));
    OK(cusparseCreateCsr(&S, 5, 3, 0, d_offsets, d_columns, d_values, CUSPARSE_INDEX_32I,
                         CUSPARSE_INDEX_32I, CUSPARSE_INDEX_BASE_ZERO, CUDA_R_32F));
    OK(cusparseDenseToSparse_analysis(handle, N, S, CUSPARSE_DENSETOSPARSE_ALG_DEFAULT, nullptr));
    int64_t many = 0, high = 0, wide = 0;
    OK(cusparseSpMatGetSize(S, &high, &wide, &many));
    seen.push_back(static_cast<int>(many));
    OK(cusparseDenseToSparse_convert(handle, N, S, CUSPARSE_DENSETOSPARSE_ALG_DEFAULT, nullptr));
    OK(cusparseCreateCsr(&P, 4, 3, 0, c_offsets, c_columns, c_values, CUSPARSE_INDEX_32I,
                         CUSPARSE_INDEX_32I, CUSPARSE_INDEX_BASE_ZERO, CUDA_R_32F));
    cusparseSpGEMMDescr_t product;
    const float none = 0.0f;
    OK(cusparseSpGEMM_createDescr(&product));
    OK(cusparseSpGEMM_compute(handle, CUSPARSE_OPERATION_NON_TRANSPOSE, CUSPARSE_OPERATION_NON_TRANSPOSE,
                              &alpha, A, S, &none, P, CUDA_R_32F, CUSPARSE_SPGEMM_DEFAULT, product, &bytes,
                              narrow));
    OK(cusparseSpMatGetSize(P, &high, &wide, &many));
    OK(cusparseSpGEMM_copy(handle, CUSPARSE_OPERATION_NON_TRANSPOSE, CUSPARSE_OPERATION_NON_TRANSPOSE, &alpha,
                           A, S, &none, P, CUDA_R_32F, CUSPARSE_SPGEMM_DEFAULT, product));
    seen.push_back(static_cast<int>(many));
    OK(cusparseSparseToDense(handle, P, C, CUSPARSE_SPARSETODENSE_ALG_DEFAULT, nullptr));
    RESULT("spgemm", c, 12);
    // The product of two dense matrices at the places of P: C (4 by 3) times the transpose of N's head.
    OK(cusparseSpMatSetValues(A, values));
    OK(cusparseSDDMM(handle, CUSPARSE_OPERATION_NON_TRANSPOSE, CUSPARSE_OPERATION_TRANSPOSE, &alpha, C, N,
                     &beta, A, CUDA_R_32F, CUSPARSE_SDDMM_ALG_DEFAULT, nullptr)); RESULT("sddmm", values, 7);
    OK(cusparseSpGEMM_destroyDescr(product));
    OK(cusparseSpSV_destroyDescr(work)); OK(cusparseDestroySpMat(T)); OK(cusparseDestroyDnVec(right));
    OK(cusparseDestroySpVec(few)); OK(cusparseDestroyDnMat(B)); OK(cusparseDestroy(handle));
    RESULT("statuses", seen.data(), 4);
}
"""


def test_generic_interface(run_library: RunLibrary) -> None:
    single = ["spmv", "spmv_t", "spmm", "dense", "axpby", "gather", "scatter", "spgemm", "sddmm"]
    dtypes = dict.fromkeys(single, "float32") | {"statuses": "int32"}
    found = run_library(PROGRAM, dtypes | {"solved": "float64", "solved_t": "float64"})
    a = np.zeros((4, 5))
    places = [(0, 0), (0, 3), (2, 1), (2, 2), (2, 4), (3, 0), (3, 2)]
    for place, value in zip(places, noise(1, 7, "float32"), strict=True):
        a[place] = value
    x, y = noise(2, 5, "float32"), noise(3, 5, "float32")
    spmv = 2 * a @ x + 0.5 * y[:4]
    spmv_t = 2 * a.T @ spmv + x
    b, c = noise(4, 15, "float32").reshape(3, 5), noise(5, 12, "float32").reshape(3, 4).T
    z = 0.5 * noise(8, 5, "float32").astype(float)
    z[::2] += 2 * noise(7, 3, "float32")
    scattered = spmv_t.copy()
    scattered[::2] = z[::2]
    narrow = np.array([0, 1, 0, 0, 3, 2, 0, 0, -1, 0, 0, 0, 0, 4, 5.0]).reshape(5, 3)
    product = 2 * a @ narrow
    masked = 2 * product @ narrow.T + 0.5 * a
    expected = {
        "spgemm": product.T,
        "sddmm": np.array([masked[place] for place in places]),
        "spmv": spmv,
        "spmv_t": spmv_t,
        "spmm": (2 * a @ b.T + 0.5 * c).T,
        "dense": a.T,
        "axpby": z,
        "gather": z[::2],
        "scatter": scattered,
    }
    for name, value in expected.items():
        np.testing.assert_allclose(
            found[name], value.reshape(-1), rtol=1e-5, atol=1e-6, err_msg=name
        )
    t = np.zeros((3, 3))
    t[np.tril_indices(3)] = noise(9, 6, "float64")
    right = 3 * noise(10, 3, "float64")
    np.testing.assert_allclose(found["solved"], np.linalg.solve(t, right), rtol=1e-10)
    np.testing.assert_allclose(found["solved_t"], np.linalg.solve(t.T, right), rtol=1e-10)
    assert list(found["statuses"]) == [3, 1, 6, 5]
