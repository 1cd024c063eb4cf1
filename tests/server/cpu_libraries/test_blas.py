# ruff: noqa: E501 (a call of a library is easier to read on one line)
"""cuBLAS and hipBLAS: every family of calls against NumPy, in both fronts."""

from __future__ import annotations

import numpy as np
import pytest

from .conftest import Arrays, RunLibrary, needs, noise

LETTERS = {"S": "float32", "D": "float64", "C": "complex64", "Z": "complex128"}
TYPES = {"S": "float", "D": "double", "C": "cuComplex", "Z": "cuDoubleComplex"}


@pytest.fixture(autouse=True)
def openblas() -> None:
    needs("libopenblas-dev")


def close(found: np.ndarray, expected: np.ndarray, name: str) -> None:
    tolerance = 2e-5 if found.dtype.name in ("float32", "complex64") else 1e-12
    flat = np.asarray(expected).T.reshape(-1)
    np.testing.assert_allclose(found, flat, rtol=tolerance, atol=tolerance, err_msg=name)


PROGRAM = """
#include <cublas_v2.h>
int main() {
    cublasHandle_t handle;
    OK(cublasCreate(&handle));
    BODY
    OK(cublasDestroy(handle));
}
"""


def program(body: str) -> str:
    return PROGRAM.replace("BODY", body)


def level_1(x: str) -> str:
    prefix = {"S": "S", "D": "D", "C": "Sc", "Z": "Dz"}[x]
    real = {"S": "float", "D": "double", "C": "float", "Z": "double"}[x]
    dots = ["dot"] if x in "SD" else ["dotu", "dotc"]
    lines = [
        f"{{ using T = {TYPES[x]}; using R = {real};",
        "T *x = noise<T>(1, 20), *y = noise<T>(2, 20); const T *a = noise<T>(3, 1);",
        "(void)a; T alpha; OK(cudaMemcpy(&alpha, a, sizeof alpha, cudaMemcpyDeviceToHost));",
        f'OK(cublas{x}axpy(handle, 7, &alpha, x, 2, y, -1)); RESULT("{x}axpy", y, 20);',
        f'OK(cublas{x}scal(handle, 10, &alpha, y, 2)); RESULT("{x}scal", y, 20);',
        f'OK(cublas{x}copy(handle, 5, x, 2, y + 3, 3)); RESULT("{x}copy", y, 20);',
        f'OK(cublas{x}swap(handle, 20, x, 1, y, 1)); RESULT("{x}swap", x, 20);',
        f'R real; OK(cublas{prefix}nrm2(handle, 10, x, 2, &real)); RESULT("{x}nrm2", &real, 1);',
        f'OK(cublas{prefix}asum(handle, 10, x, 2, &real)); RESULT("{x}asum", &real, 1);',
        f'int at; OK(cublasI{x.lower()}amax(handle, 20, x, 1, &at)); RESULT("{x}amax", &at, 1);',
        f'OK(cublasI{x.lower()}amin(handle, 20, x, 1, &at)); RESULT("{x}amin", &at, 1);',
        *[
            f'T {d}; OK(cublas{x}{d}(handle, 10, x, 2, y, 1, &{d})); RESULT("{x}{d}", &{d}, 1);'
            for d in dots
        ],
        "const R c = R(0.6); T s = alpha;",
        f'OK(cublas{x}rot(handle, 20, x, 1, y, 1, &c, &s)); RESULT("{x}rotx", x, 20);'
        f' RESULT("{x}roty", y, 20);',
        "}",
    ]
    return "\n".join(lines)


def expected_level_1(x: str) -> dict[str, np.ndarray]:
    dtype = LETTERS[x]
    a, b, alpha = noise(1, 20, dtype), noise(2, 20, dtype), noise(3, 1, dtype)[0]
    found = {}
    b[:7] = b[:7] + alpha * a[0:14:2][::-1]
    found["axpy"] = b.copy()
    b[0:20:2] *= alpha
    found["scal"] = b.copy()
    b[3:18:3] = a[0:10:2]
    found["copy"] = b.copy()
    a, b = b, a
    found["swap"] = a.copy()
    size = np.abs(a.real) + np.abs(a.imag)
    found["nrm2"] = np.linalg.norm(a[::2])
    found["asum"] = size[::2].sum()
    found["amax"], found["amin"] = np.argmax(size) + 1, np.argmin(size) + 1
    if x in "SD":
        found["dot"] = np.dot(a[::2], b[:10])
    else:
        found["dotu"], found["dotc"] = np.dot(a[::2], b[:10]), np.vdot(a[::2], b[:10])
    found["rotx"], found["roty"] = 0.6 * a + alpha * b, 0.6 * b - np.conj(alpha) * a
    return {x + name: np.asarray(value) for name, value in found.items()}


def check(arrays: Arrays, expected: dict[str, np.ndarray]) -> None:
    for name, value in expected.items():
        close(arrays[name], value, name)


def dtypes_of(x: str, names: dict[str, np.ndarray]) -> dict[str, str]:
    real = {"S": "float32", "D": "float64", "C": "float32", "Z": "float64"}[x]
    special = {"nrm2": real, "asum": real, "amax": "int32", "amin": "int32"}
    return {name: special.get(name[1:], LETTERS[x]) for name in names}


def test_level_1(run_library: RunLibrary) -> None:
    expected = {x: expected_level_1(x) for x in LETTERS}
    dtypes = {name: d for x in LETTERS for name, d in dtypes_of(x, expected[x]).items()}
    arrays = run_library(program("\n".join(map(level_1, LETTERS))), dtypes)
    for x in LETTERS:
        check(arrays, expected[x])


def level_2(x: str) -> str:
    sy, sp = ("sy", "sp") if x in "SD" else ("he", "hp")
    real = {"S": "float", "D": "double", "C": "float", "Z": "double"}[x]
    ger = "ger" if x in "SD" else "gerc"
    lines = [
        f"{{ using T = {TYPES[x]}; using R = {real}; const int lead = 7;",
        "T *A = noise<T>(11, 35), *x = noise<T>(12, 5), *y = noise<T>(13, 5), *z = noise<T>(14, 5);",
        "T scalars[2]; OK(cudaMemcpy(scalars, noise<T>(15, 2), sizeof scalars, cudaMemcpyDefault));",
        "const T *alpha = scalars, *beta = scalars + 1; const R real = R(0.7);",
        f"OK(cublas{x}gemv(handle, CUBLAS_OP_N, 5, 4, alpha, A, lead, x, 1, beta, y, 1));"
        f' RESULT("{x}gemvn", y, 5);',
        f"OK(cublas{x}gemv(handle, CUBLAS_OP_C, 5, 4, alpha, A, lead, x, 1, beta, y, 1));"
        f' RESULT("{x}gemvc", y, 5);',
        f"OK(cublas{x}{sy}mv(handle, CUBLAS_FILL_MODE_LOWER, 5, alpha, A, lead, x, 1, beta, y, 1));"
        f' RESULT("{x}symv", y, 5);',
        f"OK(cublas{x}{sp}mv(handle, CUBLAS_FILL_MODE_UPPER, 5, alpha, A, x, 1, beta, y, 1));"
        f' RESULT("{x}spmv", y, 5);',
        f"OK(cublas{x}gbmv(handle, CUBLAS_OP_N, 5, 5, 1, 2, alpha, A, lead, x, 1, beta, y, 1));"
        f' RESULT("{x}gbmv", y, 5);',
        f"OK(cublas{x}trmv(handle, CUBLAS_FILL_MODE_UPPER, CUBLAS_OP_T, CUBLAS_DIAG_NON_UNIT, 5, A,"
        f' lead, z, 1)); RESULT("{x}trmv", z, 5);',
        f"OK(cublas{x}trsv(handle, CUBLAS_FILL_MODE_UPPER, CUBLAS_OP_T, CUBLAS_DIAG_NON_UNIT, 5, A,"
        f' lead, z, 1)); RESULT("{x}trsv", z, 5);',
        f"OK(cublas{x}tpsv(handle, CUBLAS_FILL_MODE_LOWER, CUBLAS_OP_N, CUBLAS_DIAG_UNIT, 5, A, z,"
        f' 1)); RESULT("{x}tpsv", z, 5);',
        f'OK(cublas{x}{ger}(handle, 5, 4, alpha, x, 1, y, 1, A, lead)); RESULT("{x}ger", A, 35);',
        f"OK(cublas{x}{sy}r(handle, CUBLAS_FILL_MODE_UPPER, 5, &real, x, 1, A, lead));"
        f' RESULT("{x}syr", A, 35);',
        f"OK(cublas{x}{sy}r2(handle, CUBLAS_FILL_MODE_LOWER, 5, alpha, x, 1, y, 1, A, lead));"
        f' RESULT("{x}syr2", A, 35);',
        "}",
    ]
    return "\n".join(lines)


def packed(values: np.ndarray, size: int, upper: bool) -> np.ndarray:
    """The triangle that a packed vector holds, column by column."""
    whole = np.zeros((size, size), values.dtype)
    at = 0
    for column in range(size):
        for row in range(column + 1) if upper else range(column, size):
            whole[row, column] = values[at]
            at += 1
    return whole


def hermitian(triangle: np.ndarray, upper: bool) -> np.ndarray:
    """The whole of a matrix of which one triangle counts; imaginary parts of the diagonal do not."""
    half = np.triu(triangle, 1) if upper else np.tril(triangle, -1)
    return half + half.conj().T + np.diag(np.diag(triangle).real)


def expected_level_2(x: str) -> dict[str, np.ndarray]:
    dtype = LETTERS[x]
    raw = noise(11, 35, dtype)
    lead = raw.reshape(5, 7).T
    a = lead[:5, :5]
    v, y, z = (noise(seed, 5, dtype) for seed in (12, 13, 14))
    alpha, beta = noise(15, 2, dtype)
    found: dict[str, np.ndarray] = {}
    y = alpha * a[:, :4] @ v[:4] + beta * y
    found["gemvn"] = y.copy()
    y[:4] = alpha * a[:, :4].conj().T @ v + beta * y[:4]
    found["gemvc"] = y.copy()
    y = alpha * hermitian(a, False) @ v + beta * y
    found["symv"] = y.copy()
    y = alpha * hermitian(packed(raw, 5, True), True) @ v + beta * y
    found["spmv"] = y.copy()
    band = np.zeros((5, 5), dtype)
    for row in range(5):
        for column in range(max(0, row - 1), min(5, row + 3)):
            band[row, column] = lead[2 + row - column, column]
    y = alpha * band @ v + beta * y
    found["gbmv"] = y.copy()
    z = np.triu(a).T @ z
    found["trmv"] = z.copy()
    z = np.linalg.solve(np.triu(a).T, z)
    found["trsv"] = z.copy()
    z = np.linalg.solve(np.tril(packed(raw, 5, False), -1) + np.eye(5), z)
    found["tpsv"] = z.copy()
    lead = lead.copy()
    lead[:5, :4] += alpha * np.outer(v, y[:4].conj())
    found["ger"] = lead.copy()
    upper = np.triu_indices(5)
    lead[upper] += (np.float64(0.7) * np.outer(v, v.conj()))[upper].astype(dtype)
    if x in "CZ":
        np.fill_diagonal(lead[:5], np.diag(lead[:5]).real)
    found["syr"] = lead.copy()
    lower = np.tril_indices(5)
    both = alpha * np.outer(v, y.conj())
    lead[lower] += (both + both.conj().T)[lower]
    found["syr2"] = lead.copy()
    return {x + name: value for name, value in found.items()}


def test_level_2(run_library: RunLibrary) -> None:
    expected = {x: expected_level_2(x) for x in LETTERS}
    dtypes = {name: LETTERS[x] for x in LETTERS for name in expected[x]}
    arrays = run_library(program("\n".join(map(level_2, LETTERS))), dtypes)
    for x in LETTERS:
        for name, value in expected[x].items():
            tolerance = 2e-3 if x in "SC" else 1e-10  # the triangular systems are not well behaved
            np.testing.assert_allclose(
                arrays[name], value.T.reshape(-1), rtol=tolerance, atol=tolerance, err_msg=name
            )


def level_3(x: str) -> str:
    lines = [
        f"{{ using T = {TYPES[x]};",
        "T *A = noise<T>(21, 60), *B = noise<T>(22, 60), *C = noise<T>(23, 60), *D = noise<T>(24, 60);",
        "T scalars[2]; OK(cudaMemcpy(scalars, noise<T>(25, 2), sizeof scalars, cudaMemcpyDefault));",
        "const T *alpha = scalars, *beta = scalars + 1;",
        f"OK(cublas{x}gemm(handle, CUBLAS_OP_T, CUBLAS_OP_C, 5, 4, 3, alpha, A, 6, B, 5, beta, C, 5));"
        f' RESULT("{x}gemm", C, 20);',
        f"OK(cublas{x}gemmStridedBatched(handle, CUBLAS_OP_N, CUBLAS_OP_N, 2, 2, 3, alpha, A, 2, 6, B,"
        f' 3, 6, beta, C, 2, 4, 5)); RESULT("{x}strided", C, 20);',
        "T* pointers[6] = {A, A + 10, B, B + 10, C, C + 10};",
        "T** lists = nullptr; OK(cudaMalloc(reinterpret_cast<void**>(&lists), sizeof pointers));",
        "OK(cudaMemcpy(lists, pointers, sizeof pointers, cudaMemcpyHostToDevice));",
        f"OK(cublas{x}gemmBatched(handle, CUBLAS_OP_N, CUBLAS_OP_T, 2, 3, 2, alpha, lists, 2, lists + 2,"
        f' 3, beta, lists + 4, 2, 2)); RESULT("{x}batched", C, 20);',
        f"OK(cublas{x}symm(handle, CUBLAS_SIDE_RIGHT, CUBLAS_FILL_MODE_UPPER, 5, 4, alpha, A, 4, B, 5,"
        f' beta, C, 5)); RESULT("{x}symm", C, 20);',
        f"OK(cublas{x}syrk(handle, CUBLAS_FILL_MODE_LOWER, CUBLAS_OP_T, 4, 3, alpha, A, 3, beta, D, 4));"
        f' RESULT("{x}syrk", D, 16);',
        f"OK(cublas{x}syr2k(handle, CUBLAS_FILL_MODE_UPPER, CUBLAS_OP_N, 4, 3, alpha, A, 4, B, 4, beta,"
        f' D, 4)); RESULT("{x}syr2k", D, 16);',
        f"OK(cublas{x}trmm(handle, CUBLAS_SIDE_LEFT, CUBLAS_FILL_MODE_LOWER, CUBLAS_OP_N,"
        f' CUBLAS_DIAG_UNIT, 4, 5, alpha, A, 4, B, 4, C, 4)); RESULT("{x}trmm", C, 20);',
        f"OK(cublas{x}trsm(handle, CUBLAS_SIDE_LEFT, CUBLAS_FILL_MODE_LOWER, CUBLAS_OP_N,"
        f' CUBLAS_DIAG_UNIT, 4, 5, alpha, A, 4, C, 4)); RESULT("{x}trsm", C, 20);',
        f"OK(cublas{x}geam(handle, CUBLAS_OP_C, CUBLAS_OP_N, 5, 4, alpha, A, 4, beta, B, 5, C, 5));"
        f' RESULT("{x}geam", C, 20);',
        f"OK(cublas{x}dgmm(handle, CUBLAS_SIDE_RIGHT, 5, 4, A, 5, B, 2, C, 5));"
        f' RESULT("{x}dgmm", C, 20);',
    ]
    if x in "CZ":
        real = "float" if x == "C" else "double"
        lines += [
            f"const {real} keep = {real}(0.5), factor = {real}(0.25);",
            f"OK(cublas{x}hemm(handle, CUBLAS_SIDE_LEFT, CUBLAS_FILL_MODE_LOWER, 5, 4, alpha, A, 5, B,"
            f' 5, beta, C, 5)); RESULT("{x}hemm", C, 20);',
            f"OK(cublas{x}herk(handle, CUBLAS_FILL_MODE_UPPER, CUBLAS_OP_C, 4, 3, &factor, A, 3, &keep,"
            f' D, 4)); RESULT("{x}herk", D, 16);',
        ]
    return "\n".join([*lines, "}"])


def expected_level_3(x: str) -> dict[str, np.ndarray]:
    dtype = LETTERS[x]
    a, b, c, d = (noise(seed, 60, dtype) for seed in (21, 22, 23, 24))
    alpha, beta = noise(25, 2, dtype)
    c, d = c[:20].copy(), d[:16].copy()
    found: dict[str, np.ndarray] = {}

    def of(values: np.ndarray, rows: int, columns: int, lead: int = 0) -> np.ndarray:
        lead = lead or rows
        return values[: lead * columns].reshape(columns, lead).T[:rows]

    result = alpha * of(a, 3, 5, 6).T @ of(b, 4, 3, 5).conj().T + beta * of(c, 5, 4)
    c = result.T.reshape(-1)
    found["gemm"] = c.copy()
    for i in range(5):
        one = alpha * of(a[6 * i :], 2, 3) @ of(b[6 * i :], 3, 2) + beta * of(c[4 * i :], 2, 2)
        c[4 * i : 4 * i + 4] = one.T.reshape(-1)
    found["strided"] = c.copy()
    for at in (0, 10):
        one = alpha * of(a[at:], 2, 2) @ of(b[at:], 3, 2).T + beta * of(c[at:], 2, 3)
        c[at : at + 6] = one.T.reshape(-1)
    found["batched"] = c.copy()
    upper = np.triu(of(a, 4, 4))
    symmetric = upper + np.triu(upper, 1).T
    c = (alpha * of(b, 5, 4) @ symmetric + beta * of(c, 5, 4)).T.reshape(-1)
    found["symm"] = c.copy()
    square = of(d, 4, 4).copy()
    rank = alpha * of(a, 3, 4).T @ of(a, 3, 4) + beta * square
    square[np.tril_indices(4)] = rank[np.tril_indices(4)]
    found["syrk"] = square.copy()
    product = alpha * of(a, 4, 3) @ of(b, 4, 3).T
    rank = product + product.T + beta * square
    square[np.triu_indices(4)] = rank[np.triu_indices(4)]
    found["syr2k"] = square.copy()
    unit = np.tril(of(a, 4, 4), -1) + np.eye(4)
    moved = alpha * unit @ of(b, 4, 5)
    found["trmm"] = moved.astype(dtype)
    found["trsm"] = np.linalg.solve(unit, alpha * moved).astype(dtype)
    found["geam"] = alpha * of(a, 4, 5).conj().T + beta * of(b, 5, 4)
    found["dgmm"] = of(a, 5, 4) * b[0:8:2]
    if x in "CZ":
        whole = hermitian(of(a, 5, 5), False)
        found["hemm"] = alpha * whole @ of(b, 5, 4) + beta * found["dgmm"]
        rank = 0.25 * of(a, 3, 4).conj().T @ of(a, 3, 4) + 0.5 * square
        square[np.triu_indices(4)] = rank[np.triu_indices(4)]
        np.fill_diagonal(square, np.diag(square).real)
        found["herk"] = square.copy()
    return {x + name: value for name, value in found.items()}


def test_level_3(run_library: RunLibrary) -> None:
    expected = {x: expected_level_3(x) for x in LETTERS}
    dtypes = {name: LETTERS[x] for x in LETTERS for name in expected[x]}
    arrays = run_library(program("\n".join(map(level_3, LETTERS))), dtypes)
    for x in LETTERS:
        check(arrays, expected[x])


BATCHES = r"""
    using T = double;
    T *A = noise<T>(31, 18), *B = noise<T>(32, 6), *C = noise<T>(33, 18), *L = noise<T>(34, 20);
    T *Y = noise<T>(35, 10);
    T* pointers[10] = {A, A + 9, B, B + 3, C, C + 9, L, L + 10, Y, Y + 5};
    T** at = nullptr;
    OK(cudaMalloc(reinterpret_cast<void**>(&at), sizeof pointers));
    OK(cudaMemcpy(at, pointers, sizeof pointers, cudaMemcpyHostToDevice));
    int *pivots = nullptr, *info = nullptr, status = 1;
    OK(cudaMalloc(reinterpret_cast<void**>(&pivots), 6 * sizeof(int)));
    OK(cudaMalloc(reinterpret_cast<void**>(&info), 2 * sizeof(int)));
    OK(cublasDgetrfBatched(handle, 3, at, 3, pivots, info, 2));
    OK(cublasDgetrsBatched(handle, CUBLAS_OP_N, 3, 1, at, 3, pivots, at + 2, 3, &status, 2));
    OK(cublasDgetriBatched(handle, 3, at, 3, pivots, at + 4, 3, info, 2));
    RESULT("solved", B, 6);
    RESULT("inverse", C, 18);
    OK(cublasDgelsBatched(handle, CUBLAS_OP_N, 5, 2, 1, at + 6, 5, at + 8, 5, &status, nullptr, 2));
    RESULT("least", Y, 10);
"""


def test_batched_factorizations(run_library: RunLibrary) -> None:
    dtypes = dict.fromkeys(("solved", "inverse", "least"), "float64")
    arrays = run_library(program(BATCHES), dtypes)
    a = noise(31, 18, "float64").reshape(2, 3, 3).transpose(0, 2, 1)
    b = noise(32, 6, "float64").reshape(2, 3)
    solved = [np.linalg.solve(a[i], b[i]) for i in range(2)]
    np.testing.assert_allclose(arrays["solved"], np.concatenate(solved), rtol=1e-10)
    inverse = arrays["inverse"].reshape(2, 3, 3).transpose(0, 2, 1)
    np.testing.assert_allclose(inverse, np.linalg.inv(a), rtol=1e-9)
    tall = noise(34, 20, "float64").reshape(2, 2, 5).transpose(0, 2, 1)
    y = noise(35, 10, "float64").reshape(2, 5)
    for i in range(2):
        best = np.linalg.lstsq(tall[i], y[i], rcond=None)[0]
        np.testing.assert_allclose(arrays["least"].reshape(2, 5)[i, :2], best, rtol=1e-10)


MIXED = r"""
    std::vector<__half> a, b;
    for (int i = 0; i < 12; ++i) {
        a.push_back(__float2half(0.25f * static_cast<float>(i % 5) - 0.5f));
        b.push_back(__float2half(0.125f * static_cast<float>(i % 7)));
    }
    __half *A = device(a), *B = device(b), *C = device(std::vector<__half>(16));
    const float one = 1.0f, two = 2.0f, zero = 0.0f;
    OK(cublasGemmEx(handle, CUBLAS_OP_N, CUBLAS_OP_N, 4, 4, 3, &two, A, CUDA_R_16F, 4, B, CUDA_R_16F, 3,
                    &zero, C, CUDA_R_16F, 4, CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT));
    RESULT("half", C, 16);
    float* wide = device(std::vector<float>(16, 1.0f));
    OK(cublasGemmEx(handle, CUBLAS_OP_T, CUBLAS_OP_N, 4, 4, 3, &one, A, CUDA_R_16F, 3, B, CUDA_R_16F, 3,
                    &one, wide, CUDA_R_32F, 4, CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT));
    RESULT("wide", wide, 16);
    const __half h1 = __float2half(1.0f), h0 = __float2half(0.0f);
    const auto* bits = reinterpret_cast<const HALF*>(&h1);
    OK(cublasHgemm(handle, CUBLAS_OP_N, CUBLAS_OP_N, 4, 4, 3, bits, reinterpret_cast<HALF*>(A), 4,
                   reinterpret_cast<HALF*>(B), 3, reinterpret_cast<const HALF*>(&h0),
                   reinterpret_cast<HALF*>(C), 4));
    RESULT("hgemm", C, 16);
    std::vector<signed char> c8;
    for (int i = 0; i < 16; ++i) c8.push_back(static_cast<signed char>(11 * i - 90));
    signed char* bytes = device(c8);
    int *sums = device(std::vector<int>(16, 7)), i1 = 1, i2 = 2;
    OK(cublasGemmEx(handle, CUBLAS_OP_N, CUBLAS_OP_T, 4, 4, 4, &i2, bytes, CUDA_R_8I, 4, bytes,
                    CUDA_R_8I, 4, &i1, sums, CUDA_R_32I, 4, CUBLAS_COMPUTE_32I, CUBLAS_GEMM_DEFAULT));
    RESULT("int8", sums, 16);
    float dot = 0;
    OK(cublasDotEx(handle, 12, A, CUDA_R_16F, 1, B, CUDA_R_16F, 1, &dot, CUDA_R_32F, CUDA_R_32F));
    RESULT("dot", &dot, 1);
"""


def test_mixed_types(run_library: RunLibrary) -> None:
    dtypes = {"half": "float16", "wide": "float32", "hgemm": "float16", "int8": "int32"}
    source = "#define HALF __half\n" + program(MIXED)
    arrays = run_library(source, dtypes | {"dot": "float32"}, {"HALF __half": "HALF hipblasHalf"})
    a = (0.25 * (np.arange(12) % 5) - 0.5).astype("float32")
    b = (0.125 * (np.arange(12) % 7)).astype("float32")
    left, right = a.reshape(3, 4).T, b.reshape(4, 3).T
    np.testing.assert_array_equal(arrays["half"], (2 * left @ right).T.reshape(-1))
    np.testing.assert_array_equal(arrays["hgemm"], (left @ right).T.reshape(-1))
    wide = a.reshape(4, 3) @ right + 1
    np.testing.assert_allclose(arrays["wide"], wide.T.reshape(-1), rtol=1e-6)
    i8 = (11 * np.arange(16) - 90).astype("int8").astype("int32").reshape(4, 4).T
    np.testing.assert_array_equal(arrays["int8"], (2 * i8 @ i8.T + 7).T.reshape(-1))
    np.testing.assert_allclose(arrays["dot"], [a @ b], rtol=1e-6)


SETTINGS = r"""
    using T = float;
    std::vector<int> seen;
    T *x = noise<T>(41, 8), *y = noise<T>(42, 8), *out = noise<T>(43, 1);
    // Scalars on the device, in a graph that runs twice: the factor is read when the work runs.
    T* factor = device(std::vector<T>(1, 2.0f));
    cudaStream_t stream;
    OK(cudaStreamCreate(&stream));
    OK(cublasSetStream(handle, stream));
    OK(cublasSetPointerMode(handle, CUBLAS_POINTER_MODE_DEVICE));
    cudaGraph_t graph;
    cudaGraphExec_t runnable;
    OK(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal));
    OK(cublasSscal(handle, 8, factor, x, 1));
    OK(cublasSdot(handle, 8, x, 1, y, 1, out));
    OK(cudaStreamEndCapture(stream, &graph));
    OK(cudaGraphInstantiate(&runnable, graph, nullptr, nullptr, 0));
    OK(cudaGraphLaunch(runnable, stream));
    const T three = 3.0f;
    OK(cudaMemcpy(factor, &three, sizeof three, cudaMemcpyHostToDevice));
    OK(cudaGraphLaunch(runnable, stream));
    RESULT("dot", out, 1);
    OK(cublasSetPointerMode(handle, CUBLAS_POINTER_MODE_HOST));
    // What is wrong comes back as a status, and nothing runs.
    const T one = 1.0f;
    const auto note = [&](cublasStatus_t status) { seen.push_back(status == CUBLAS_STATUS_SUCCESS
        ? 0 : status == CUBLAS_STATUS_INVALID_VALUE ? 1 : 2); };
    note(cublasSgemm(handle, CUBLAS_OP_N, CUBLAS_OP_N, 2, 2, 2, &one, x, 1, y, 2, &one, x, 2));
    note(cublasSgemm(handle, CUBLAS_OP_N, CUBLAS_OP_N, -1, 2, 2, &one, x, 2, y, 2, &one, x, 2));
    note(cublasSaxpy(handle, 800, &one, x, 1, y, 1));
    note(cublasSaxpy_64(handle, 8, &one, x, 1, y, 1));
    note(cublasSaxpy_64(handle, 5000000000ll, &one, x, 0, y, 0));
    note(cublasSgemm(nullptr, CUBLAS_OP_N, CUBLAS_OP_N, 2, 2, 2, &one, x, 2, y, 2, &one, x, 2));
    RESULT("statuses", seen.data(), static_cast<int>(seen.size()));
"""


def test_settings_and_wrong_arguments(run_library: RunLibrary) -> None:
    arrays = run_library(program(SETTINGS), {"dot": "float32", "statuses": "int32"})
    expected = 6 * np.dot(noise(41, 8, "float32"), noise(42, 8, "float32"))
    np.testing.assert_allclose(arrays["dot"], [expected], rtol=1e-5)
    assert list(arrays["statuses"]) == [1, 1, 1, 0, 2, 2]
