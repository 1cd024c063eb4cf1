// What the kernels without barriers compute, as plain loops with OpenMP.
#include <vector>

#include "measure.h"

int main() {
    constexpr int elements = 1 << 22, width = 2048;
    std::vector<float> first(elements), second(elements), out(elements);
    for (int i = 0; i < elements; ++i) first[i] = second[i] = (i % 101) * 0.01f;
    const float *a = first.data(), *b = second.data();
    float* c = out.data();
    measure("add", [=] {
#pragma omp parallel for
        for (int i = 0; i < elements; ++i) c[i] = a[i] + b[i];
    });
    measure("polynomial", [=] {
#pragma omp parallel for
        for (int i = 0; i < elements; ++i) {
            float x = a[i], y = 0;
            for (int k = 0; k < 32; ++k) y = y * x + 0.5f;
            c[i] = y;
        }
    });
    measure("stencil", [=] {
#pragma omp parallel for
        for (int y = 1; y < width - 1; ++y)
            for (int x = 1; x < width - 1; ++x) {
                int i = y * width + x;
                c[i] = 0.2f * (a[i] + a[i - 1] + a[i + 1] + a[i - width] + a[i + width]);
            }
    });
}
