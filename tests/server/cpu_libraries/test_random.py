"""cuRAND and hipRAND: published sequences, distributions, skipping ahead; alike on both fronts."""

from __future__ import annotations

import numpy as np

from .conftest import RunLibrary

PROGRAM = r"""
#include <curand.h>
#include <curand_kernel.h>
template <typename S> __global__ void draw(unsigned long long offset, unsigned* out, int count) {
    S state;
    curand_init(1234, threadIdx.x, offset, &state);
    for (int i = 0; i < count; ++i) out[threadIdx.x * count + i] = curand(&state);
}
template <typename S> __global__ void skip(unsigned* out) {
    S state;
    curand_init(1234, 1, 3, &state);
    skipahead(7, &state);
    out[0] = curand(&state);
    curand_init(1234, 0, 10, &state);
    skipahead_sequence(1, &state);
    out[1] = curand(&state);
}
__global__ void distributions(float* uniform, float* normal, float* log_normal, double* wide,
                              unsigned* few, unsigned* many) {
    curandState state;
    curandStatePhilox4_32_10_t other;
    const int t = static_cast<int>(threadIdx.x);
    curand_init(7, t, 0, &state);
    curand_init(7, t, 0, &other);
    for (int i = 0; i < 500; ++i) {
        const int at = t * 500 + i;
        uniform[at] = curand_uniform(&state);
        normal[at] = curand_normal(&other);
        log_normal[at] = curand_log_normal(&state, 0.5f, 0.25f);
        wide[at] = curand_normal_double(&state);
        few[at] = curand_poisson(&other, 3.5);
        many[at] = curand_poisson(&state, 120.0);
    }
}
__global__ void published(double* mean) {
    curandStateMRG32k3a state;
    curand_init(0, 0, 0, &state);
    double sum = 0;
    for (int i = 0; i < 10000; ++i) sum += state.next() / 4294967088.0;
    *mean = sum;
}
int main() {
    unsigned* bits = device(std::vector<unsigned>(64));
    draw<curandStatePhilox4_32_10_t><<<1, 4>>>(0, bits, 8); RESULT("philox", bits, 32);
    draw<curandStatePhilox4_32_10_t><<<1, 4>>>(3, bits, 5); RESULT("philox_later", bits, 20);
    draw<curandState><<<1, 4>>>(0, bits, 8); RESULT("xorwow", bits, 32);
    draw<curandState><<<1, 4>>>(3, bits, 5); RESULT("xorwow_later", bits, 20);
    draw<curandStateMRG32k3a><<<1, 4>>>(0, bits, 8); RESULT("mrg", bits, 32);
    draw<curandStateMRG32k3a><<<1, 4>>>(3, bits, 5); RESULT("mrg_later", bits, 20);
    skip<curandState><<<1, 1>>>(bits); RESULT("skip_xorwow", bits, 2);
    skip<curandStatePhilox4_32_10_t><<<1, 1>>>(bits); RESULT("skip_philox", bits, 2);
    double* mean = device(std::vector<double>(1));
    published<<<1, 1>>>(mean); RESULT("published", mean, 1);
    const int n = 64 * 500;
    float *uniform = device(std::vector<float>(n)), *normal = device(std::vector<float>(n));
    float* log_normal = device(std::vector<float>(n));
    double* wide = device(std::vector<double>(n));
    unsigned *few = device(std::vector<unsigned>(n)), *many = device(std::vector<unsigned>(n));
    distributions<<<1, 64>>>(uniform, normal, log_normal, wide, few, many);
    OK(cudaDeviceSynchronize());
    RESULT("uniform", uniform, n); RESULT("normal", normal, n); RESULT("log_normal", log_normal, n);
    RESULT("wide", wide, n); RESULT("few", few, n); RESULT("many", many, n);

    curandGenerator_t generator;
    OK(curandCreateGenerator(&generator, CURAND_RNG_PSEUDO_PHILOX4_32_10));
    OK(curandSetPseudoRandomGeneratorSeed(generator, 1234ull));
    OK(curandGenerate(generator, bits, 8)); RESULT("host_philox", bits, 8);
    OK(curandSetGeneratorOffset(generator, 3));
    OK(curandGenerate(generator, bits, 5)); RESULT("host_later", bits, 5);
    OK(curandGenerateNormal(generator, normal, n, 2.0f, 3.0f)); RESULT("host_normal", normal, n);
    OK(curandGenerateUniformDouble(generator, wide, n)); RESULT("host_uniform", wide, n);
    OK(curandGeneratePoisson(generator, many, n, 60.0)); RESULT("host_poisson", many, n);
    std::vector<int> seen;
    seen.push_back(curandGenerateNormal(generator, normal, 3, 0.0f, 1.0f));
    OK(curandDestroyGenerator(generator));
    OK(curandCreateGenerator(&generator, CURAND_RNG_PSEUDO_MT19937));
    OK(curandSetPseudoRandomGeneratorSeed(generator, 5489ull));
    unsigned* many_bits = device(std::vector<unsigned>(10000));
    OK(curandGenerate(generator, many_bits, 10000)); RESULT("twister", many_bits + 9999, 1);
    OK(curandDestroyGenerator(generator));
    OK(curandCreateGenerator(&generator, CURAND_RNG_QUASI_SOBOL32));
    OK(curandSetQuasiRandomGeneratorDimensions(generator, 21));
    OK(curandGenerate(generator, many_bits, 21 * 256)); RESULT("sobol", many_bits, 21 * 256);
    seen.push_back(curandGenerate(generator, bits, 20));
    OK(curandDestroyGenerator(generator));
    seen.push_back(curandCreateGenerator(&generator, CURAND_RNG_PSEUDO_MTGP32));
    seen.push_back(curandGenerate(nullptr, bits, 20));
    RESULT("statuses", seen.data(), 4);
}
"""

WORDS = "uint32"
DTYPES = {
    **dict.fromkeys(("philox", "xorwow", "mrg", "few", "many", "twister", "sobol"), WORDS),
    **dict.fromkeys(("philox_later", "xorwow_later", "mrg_later"), WORDS),
    **dict.fromkeys(("skip_xorwow", "skip_philox", "host_philox", "host_later"), WORDS),
    **dict.fromkeys(("uniform", "normal", "log_normal", "host_normal"), "float32"),
    **dict.fromkeys(("wide", "published", "host_uniform"), "float64"),
    "host_poisson": WORDS,
    "statuses": "int32",
}


def philox(key: tuple[int, int], counter: list[int]) -> list[int]:
    """Ten rounds of Philox4x32, from the paper."""
    k = list(key)
    c = list(counter)
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(p1 >> 32) ^ c[1] ^ k[0], p1 % 2**32, (p0 >> 32) ^ c[3] ^ k[1], p0 % 2**32]
        k = [(k[0] + 0x9E3779B9) % 2**32, (k[1] + 0xBB67AE85) % 2**32]
    return c


def mrg_sum(count: int) -> float:
    """The sum of the first numbers of MRG32k3a from six times 12345, from the paper."""
    first, second, total = [12345] * 3, [12345] * 3, 0.0
    for _ in range(count):
        one = (1403580 * first[1] - 810728 * first[0]) % 4294967087
        two = (527612 * second[2] - 1370589 * second[0]) % 4294944443
        first, second = [*first[1:], one], [*second[1:], two]
        total += ((one - two - 1) % 4294967087 + 1) / 4294967088
    return total


def test_philox_against_the_paper() -> None:
    # Known answers that the authors publish with their code.
    assert philox((0, 0), [0] * 4) == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]


def test_sequences_and_distributions(run_library: RunLibrary) -> None:
    arrays = run_library(PROGRAM, DTYPES)
    expected = [w for t in range(4) for b in range(2) for w in philox((1234, 0), [b, 0, t, 0])]
    assert list(arrays["philox"]) == expected
    assert list(arrays["host_philox"]) == expected[:8]
    assert list(arrays["host_later"]) == expected[3:8]
    for name in ("philox", "xorwow", "mrg"):
        rows, later = arrays[name].reshape(4, 8), arrays[f"{name}_later"].reshape(4, 5)
        assert (rows[:, 3:] == later).all(), name  # an offset is so many numbers left out
        assert len({tuple(row) for row in rows}) == 4, name  # sequences differ
    for name in ("skip_xorwow", "skip_philox"):
        assert arrays[name][0] == arrays[name][1], name
    np.testing.assert_allclose(arrays["published"], [mrg_sum(10000)], rtol=1e-12)
    assert arrays["twister"][0] == 4123659995  # the C++ standard's own check of MT19937
    assert arrays["uniform"].min() > 0
    assert arrays["uniform"].max() <= 1
    means = {"uniform": (0.5, 1 / 12), "normal": (0, 1), "wide": (0, 1), "few": (3.5, 3.5)}
    means |= {"many": (120, 120), "host_normal": (2, 9), "host_uniform": (0.5, 1 / 12)}
    means |= {"host_poisson": (60, 60)}
    log_mean = np.exp(0.5 + 0.25**2 / 2)
    means["log_normal"] = (log_mean, log_mean**2 * (np.exp(0.25**2) - 1))
    for name, (mean, variance) in means.items():
        values = arrays[name].astype(float)
        error = 5 * np.sqrt(variance / len(values))
        assert abs(values.mean() - mean) < error, (name, values.mean())
        np.testing.assert_allclose(values.var(), variance, rtol=0.06, err_msg=name)
    check_sobol(arrays["sobol"].reshape(21, 256))
    assert list(arrays["statuses"]) == [105, 105, 103, 101]


def check_sobol(points: np.ndarray) -> None:
    """Each dimension's first 256 points lie in 256 different parts; pairs are (0, 2)-sequences."""
    assert (points[:, 0] == 0).all()
    for dimension in points:
        assert sorted(dimension >> 24) == list(range(256))
    first, second = points[0] >> 28, points[1] >> 28
    assert len(set(zip(first, second, strict=True))) == 256
    assert len({tuple(dimension) for dimension in points}) == 21
