// Solves nothing, multiplies a lot: random matrices from cuRAND, their product from cuBLAS.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <cublas_v2.h>
#include <cuda_runtime.h>
#include <curand.h>

#define CHECK(call)                                                                              \
    do {                                                                                         \
        cudaError_t status = (call);                                                             \
        if (status != cudaSuccess) {                                                             \
            std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, cudaGetErrorString(status)); \
            std::exit(1);                                                                        \
        }                                                                                        \
    } while (0)

#define CHECK_BLAS(call)                                                                  \
    do {                                                                                  \
        cublasStatus_t status = (call);                                                   \
        if (status != CUBLAS_STATUS_SUCCESS) {                                            \
            std::fprintf(stderr, "%s:%d: cuBLAS error %d\n", __FILE__, __LINE__, status); \
            std::exit(1);                                                                 \
        }                                                                                 \
    } while (0)

#define CHECK_RANDOM(call)                                                                \
    do {                                                                                  \
        curandStatus_t status = (call);                                                   \
        if (status != CURAND_STATUS_SUCCESS) {                                            \
            std::fprintf(stderr, "%s:%d: cuRAND error %d\n", __FILE__, __LINE__, status); \
            std::exit(1);                                                                 \
        }                                                                                 \
    } while (0)

int main() {
    const int size = 64;
    const size_t bytes = size * size * sizeof(float);
    float *a, *b, *c;
    CHECK(cudaMalloc(&a, bytes));
    CHECK(cudaMalloc(&b, bytes));
    CHECK(cudaMalloc(&c, bytes));

    curandGenerator_t generator;
    CHECK_RANDOM(curandCreateGenerator(&generator, CURAND_RNG_PSEUDO_PHILOX4_32_10));
    CHECK_RANDOM(curandSetPseudoRandomGeneratorSeed(generator, 2026ULL));
    CHECK_RANDOM(curandGenerateUniform(generator, a, size * size));
    CHECK_RANDOM(curandGenerateUniform(generator, b, size * size));
    CHECK_RANDOM(curandDestroyGenerator(generator));

    cublasHandle_t handle;
    CHECK_BLAS(cublasCreate(&handle));
    const float one = 1.0f, zero = 0.0f;
    CHECK_BLAS(cublasSgemm(handle, CUBLAS_OP_N, CUBLAS_OP_T, size, size, size, &one, a, size, b,
                           size, &zero, c, size));
    float norm = 0.0f;
    CHECK_BLAS(cublasSnrm2(handle, size * size, c, 1, &norm));
    CHECK_BLAS(cublasDestroy(handle));

    std::vector<float> host_a(size * size), host_b(size * size), host_c(size * size);
    CHECK(cudaMemcpy(host_a.data(), a, bytes, cudaMemcpyDeviceToHost));
    CHECK(cudaMemcpy(host_b.data(), b, bytes, cudaMemcpyDeviceToHost));
    CHECK(cudaMemcpy(host_c.data(), c, bytes, cudaMemcpyDeviceToHost));

    int wrong = 0;
    double squares = 0.0;
    for (int row = 0; row < size; ++row) {
        for (int column = 0; column < size; ++column) {
            double expected = 0.0;
            for (int k = 0; k < size; ++k) {
                expected += static_cast<double>(host_a[k * size + row]) * host_b[k * size + column];
            }
            squares += expected * expected;
            wrong += std::fabs(host_c[column * size + row] - expected) > 1e-3;
        }
    }
    wrong += std::fabs(norm - std::sqrt(squares)) > 1e-2;
    std::printf("random_product: %d x %d, %d wrong\n", size, size, wrong);

    CHECK(cudaFree(a));
    CHECK(cudaFree(b));
    CHECK(cudaFree(c));
    return wrong != 0;
}
