# ruff: noqa: E501 (a call of a library is easier to read on one line)
"""The dense part of cuSOLVER and hipSOLVER against NumPy, in both fronts."""

from __future__ import annotations

import numpy as np
import pytest

from .conftest import RunLibrary, needs, noise


@pytest.fixture(autouse=True)
def openblas() -> None:
    needs("libopenblas-dev")


PROGRAM = r"""
#include <cusolverDn.h>
int main() {
    cusolverDnHandle_t handle;
    OK(cusolverDnCreate(&handle));
    int size = 0, *info = device(std::vector<int>(1)), *pivots = device(std::vector<int>(4));
    double *A = noise<double>(1, 16), *B = noise<double>(2, 8), *work = noise<double>(3, 64);
    OK(cusolverDnDgetrf_bufferSize(handle, 4, 4, A, 4, &size));
    OK(cusolverDnDgetrf(handle, 4, 4, A, 4, work, pivots, info));
    OK(cusolverDnDgetrs(handle, CUBLAS_OP_T, 4, 2, A, 4, pivots, B, 4, info)); RESULT("solved", B, 8);
    // A positive definite matrix of which the lower triangle counts.
    double* S = device(std::vector<double>{4, 1, 2, 9, 5, 3, 9, 9, 6});
    double *L = device(std::vector<double>{4, 1, 2, 9, 5, 3, 9, 9, 6}), *b = noise<double>(4, 3);
    OK(cusolverDnDpotrf_bufferSize(handle, CUBLAS_FILL_MODE_LOWER, 3, L, 3, &size));
    OK(cusolverDnDpotrf(handle, CUBLAS_FILL_MODE_LOWER, 3, L, 3, work, size, info));
    OK(cusolverDnDpotrs(handle, CUBLAS_FILL_MODE_LOWER, 3, 1, L, 3, b, 3, info));
    RESULT("definite", b, 3);
    double* values = device(std::vector<double>(3));
    OK(cusolverDnDsyevd(handle, CUSOLVER_EIG_MODE_VECTOR, CUBLAS_FILL_MODE_LOWER, 3, S, 3, values, work,
                        size, info)); RESULT("values", values, 3); RESULT("vectors", S, 9);
    cuComplex *Q = noise<cuComplex>(5, 15), *tau = noise<cuComplex>(6, 3);
    OK(cusolverDnCgeqrf_bufferSize(handle, 5, 3, Q, 5, &size));
    OK(cusolverDnCgeqrf(handle, 5, 3, Q, 5, tau, tau, size, info)); RESULT("triangle", Q, 15);
    RESULT("info", info, 1);
    // Not positive definite: the leading minor of order 2 says so.
    double* bad = device(std::vector<double>{1, 2, 2, 1});
    OK(cusolverDnDpotrf(handle, CUBLAS_FILL_MODE_LOWER, 2, bad, 2, work, size, info));
    RESULT("refused", info, 1);
    OK(cusolverDnDestroy(handle));
}
"""


def test_dense_solvers(run_library: RunLibrary) -> None:
    doubles = dict.fromkeys(("solved", "definite", "values", "vectors"), "float64")
    found = run_library(
        PROGRAM, doubles | {"triangle": "complex64", "info": "int32", "refused": "int32"}
    )
    a = noise(1, 16, "float64").reshape(4, 4).T
    b = noise(2, 8, "float64").reshape(2, 4).T
    np.testing.assert_allclose(found["solved"], np.linalg.solve(a.T, b).T.reshape(-1), rtol=1e-9)
    s = np.array([[4, 1, 2], [1, 5, 3], [2, 3, 6.0]])
    np.testing.assert_allclose(
        found["definite"], np.linalg.solve(s, noise(4, 3, "float64")), rtol=1e-10
    )
    vectors = found["vectors"].reshape(3, 3).T
    np.testing.assert_allclose(found["values"], np.linalg.eigvalsh(s), rtol=1e-10)
    np.testing.assert_allclose(vectors @ np.diag(found["values"]) @ vectors.T, s, atol=1e-10)
    q = noise(5, 15, "complex64").reshape(3, 5).T
    triangle = np.triu(found["triangle"].reshape(3, 5).T[:3])
    np.testing.assert_allclose(triangle.conj().T @ triangle, q.conj().T @ q, atol=1e-5)
    assert found["info"][0] == 0
    assert found["refused"][0] == 2
