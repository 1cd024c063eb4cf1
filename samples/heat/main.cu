// A plate that is hot on one side, in a project of several files with a Makefile and a
// CMakeLists.txt.
#include <cmath>
#include <cstdio>
#include <vector>

#include "heat.cuh"

int main() {
    const int width = 120, height = 80, steps = 50;
    std::vector<float> start(width * height, 20.0f), found(width * height);
    for (int y = 0; y < height; ++y) {
        start[y * width] = 100.0f;
    }

    Plate plate;
    cudaStream_t stream;
    if (create_plate(&plate, width, height, start.data()) != cudaSuccess ||
        cudaStreamCreate(&stream) != cudaSuccess) {
        std::fprintf(stderr, "heat: %s\n", cudaGetErrorString(cudaGetLastError()));
        return 1;
    }
    for (int step = 0; step < steps; ++step) {
        if (step_plate(&plate, 0.2f, stream) != cudaSuccess) {
            std::fprintf(stderr, "heat: step %d failed\n", step);
            return 1;
        }
    }
    cudaStreamSynchronize(stream);
    read_plate(&plate, found.data());

    // The same on the host.
    std::vector<float> now = start, next = start;
    for (int step = 0; step < steps; ++step) {
        for (int y = 1; y < height - 1; ++y) {
            for (int x = 1; x < width - 1; ++x) {
                const int i = y * width + x;
                const float around = now[i - 1] + now[i + 1] + now[i - width] + now[i + width];
                next[i] = now[i] + 0.2f * (around - 4.0f * now[i]);
            }
        }
        now.swap(next);
    }
    int wrong = 0;
    for (int i = 0; i < width * height; ++i) {
        wrong += std::fabs(now[i] - found[i]) > 1e-3f;
    }
    std::printf("heat: %d steps, %d wrong\n", steps, wrong);

    cudaStreamDestroy(stream);
    destroy_plate(&plate);
    return wrong != 0;
}
