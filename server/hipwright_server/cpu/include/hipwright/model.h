// The device that programs see when they ask: HIPWRIGHT_DEVICE_MODEL names one. Only what is asked
// for changes with it, never how kernels run; the warp size is that of the build.
#pragma once

#include <cstdlib>
#include <cstring>

#include "config.h"

namespace hipwright {

struct Model {
    const char* key;
    const char* name;
    const char* architecture;  // AMD only
    int major, minor;
    int multiprocessors;
    int clock_khz;
    int memory_clock_khz;
    int bus_bits;
    int l2_bytes;
    int shared_per_multiprocessor;
    int shared_per_block_opt_in;
    int threads_per_multiprocessor;
    int blocks_per_multiprocessor;
};

// Sources: the vendors' data sheets and programming guides; shared memory and occupancy limits from
// the CUDA C++ programming guide (compute capabilities) and the CDNA3/RDNA3 ISA documents.
HIPWRIGHT_SELDOM inline const Model& model() {
    static const Model models[] = {
#ifdef HIPWRIGHT_HIP
        {"cpu", "hipwright CPU device",
         HIPWRIGHT_WARP_SIZE == 64 ? "gfx942:sramecc+:xnack-" : "gfx1100",
         HIPWRIGHT_WARP_SIZE == 64 ? 9 : 11, HIPWRIGHT_WARP_SIZE == 64 ? 4 : 0, 16, 2100000,
         1300000, 8192, 4 << 20, 65536, 65536, 2048, 32},
        {"mi250x", "AMD Instinct MI250X", "gfx90a:sramecc+:xnack-", 9, 0, 110, 1700000, 1600000,
         4096, 8 << 20, 65536, 65536, 2048, 32},
        {"mi300x", "AMD Instinct MI300X", "gfx942:sramecc+:xnack-", 9, 4, 304, 2100000, 1300000,
         8192, 4 << 20, 65536, 65536, 2048, 32},
        {"rx7900xtx", "AMD Radeon RX 7900 XTX", "gfx1100", 11, 0, 48, 2500000, 1250000, 384,
         6 << 20, 65536, 65536, 2048, 32},
#else
        {"cpu", "hipwright CPU device", "", 9, 0, 16, 1800000, 2600000, 5120, 50 << 20, 233472,
         232448, 2048, 32},
        {"a100", "NVIDIA A100-SXM4-80GB", "", 8, 0, 108, 1410000, 1593000, 5120, 40 << 20, 167936,
         166912, 2048, 32},
        {"h100", "NVIDIA H100 80GB HBM3", "", 9, 0, 132, 1980000, 2619000, 5120, 50 << 20, 233472,
         232448, 2048, 32},
        {"rtx4090", "NVIDIA GeForce RTX 4090", "", 8, 9, 128, 2520000, 10501000, 384, 72 << 20,
         102400, 101376, 1536, 24},
#endif
    };
    static const Model& chosen = [&]() -> const Model& {
        const char* wish = std::getenv("HIPWRIGHT_DEVICE_MODEL");
        for (const Model& each : models)
            if (wish && !std::strcmp(wish, each.key)) return each;
        return models[0];
    }();
    return chosen;
}

inline constexpr std::size_t shared_per_block = is_hip ? 65536 : 49152;

}  // namespace hipwright
