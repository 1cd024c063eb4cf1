"""cuFFT and hipFFT against NumPy, in both fronts."""

from __future__ import annotations

import numpy as np
import pytest

from .conftest import RunLibrary, needs, noise


@pytest.fixture(autouse=True)
def fftw() -> None:
    needs("libfftw3-dev")


PROGRAM = r"""
#include <cufft.h>
int main() {
    cufftHandle plan;
    cufftComplex *c = noise<cufftComplex>(1, 60), *d = noise<cufftComplex>(2, 60);
    // One dimension, a batch, there and back in place: not normalised.
    OK(cufftPlan1d(&plan, 20, CUFFT_C2C, 3));
    OK(cufftExecC2C(plan, c, d, CUFFT_FORWARD)); RESULT("forward", d, 60);
    OK(cufftExecC2C(plan, d, d, CUFFT_INVERSE)); RESULT("back", d, 60);
    OK(cufftDestroy(plan));
    // Real numbers, out of place and in place with padded rows.
    float* r = noise<float>(3, 60);
    OK(cufftPlan2d(&plan, 6, 10, CUFFT_R2C));
    OK(cufftExecR2C(plan, r, d)); RESULT("real", d, 36);
    OK(cufftDestroy(plan));
    OK(cufftPlan2d(&plan, 6, 10, CUFFT_C2R));
    OK(cufftExecC2R(plan, d, r)); RESULT("real_back", r, 60); RESULT("kept", d, 36);
    OK(cufftDestroy(plan));
    float* padded = noise<float>(4, 72);
    OK(cufftPlan2d(&plan, 6, 10, CUFFT_R2C));
    OK(cufftExecR2C(plan, padded, reinterpret_cast<cufftComplex*>(padded)));
    RESULT("in_place", reinterpret_cast<cufftComplex*>(padded), 36);
    OK(cufftDestroy(plan));
    // Three dimensions in double precision, on a stream, by a plan in two steps.
    cufftDoubleComplex *z = noise<cufftDoubleComplex>(5, 60), *y = noise<cufftDoubleComplex>(6, 60);
    cudaStream_t stream;
    size_t work = 0;
    OK(cudaStreamCreate(&stream));
    OK(cufftCreate(&plan));
    OK(cufftMakePlan3d(plan, 3, 4, 5, CUFFT_Z2Z, &work));
    OK(cufftSetStream(plan, stream));
    OK(cufftExecZ2Z(plan, z, y, CUFFT_INVERSE)); RESULT("cube", y, 60);
    OK(cufftDestroy(plan));
    double* reals = noise<double>(7, 60);
    OK(cufftPlan3d(&plan, 3, 4, 5, CUFFT_D2Z));
    OK(cufftExecD2Z(plan, reals, y)); RESULT("cube_real", y, 36);
    OK(cufftDestroy(plan));
    OK(cufftPlan3d(&plan, 3, 4, 5, CUFFT_Z2D));
    OK(cufftExecZ2D(plan, y, reals)); RESULT("cube_back", reals, 60);
    OK(cufftDestroy(plan));
    // Columns of a matrix of 6 by 10: a stride of 10, and one apart.
    int n[] = {6}, embed[] = {6};
    OK(cufftPlanMany(&plan, 1, n, embed, 10, 1, embed, 1, 6, CUFFT_C2C, 10));
    OK(cufftExecC2C(plan, c, d, CUFFT_FORWARD)); RESULT("columns", d, 60);
    std::vector<int> seen;
    seen.push_back(cufftExecR2C(plan, r, d));
    seen.push_back(cufftExecC2C(plan, c + 1, d, CUFFT_FORWARD));
    OK(cufftDestroy(plan));
    seen.push_back(cufftDestroy(cufftHandle()));
    seen.push_back(cufftPlan1d(&plan, 0, CUFFT_C2C, 1));
    RESULT("statuses", seen.data(), 4);
}
"""

SINGLE = ["forward", "back", "real", "kept", "in_place", "columns"]


def test_transforms(run_library: RunLibrary) -> None:
    dtypes = dict.fromkeys(SINGLE, "complex64") | {"real_back": "float32", "statuses": "int32"}
    dtypes |= {"cube": "complex128", "cube_real": "complex128", "cube_back": "float64"}
    found = run_library(PROGRAM, dtypes)
    c = noise(1, 60, "complex64")
    r, padded = noise(3, 60, "float32").reshape(6, 10), noise(4, 72, "float32").reshape(6, 12)
    z, reals = noise(5, 60, "complex128"), noise(7, 60, "float64")
    expected = {
        "forward": np.fft.fft(c.reshape(3, 20)),
        "back": 20 * c,
        "real": np.fft.rfft2(r),
        "real_back": 60 * r,
        "kept": np.fft.rfft2(r),
        "in_place": np.fft.rfft2(padded[:, :10]),
        "cube": 60 * np.fft.ifftn(z.reshape(3, 4, 5)),
        "cube_real": np.fft.rfftn(reals.reshape(3, 4, 5)),
        "cube_back": 60 * reals,
        "columns": np.fft.fft(c.reshape(6, 10), axis=0).T,
    }
    for name, value in expected.items():
        tolerance = 1e-10 if name.startswith("cube") else 2e-5
        np.testing.assert_allclose(
            found[name], value.reshape(-1), rtol=tolerance, atol=tolerance, err_msg=name
        )
    assert list(found["statuses"]) == [3, 4, 1, 8]
