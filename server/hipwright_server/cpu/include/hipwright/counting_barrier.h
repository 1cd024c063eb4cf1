// Barriers and pipelines that threads count themselves at, in shared or global memory: libcu++'s
// cuda::barrier and cuda::pipeline, and tiles of several warps.
#pragma once

#include "barrier.h"

namespace hipwright {

// A phase is over when as many have arrived as are expected; then the next one begins.
class CountingBarrier {
  public:
    using Phase = std::uint32_t;

    constexpr CountingBarrier() = default;
    void expect(std::uint32_t threads) {
        expected_ = threads;
        pending_ = threads;
        phase_ = 0;
    }
    std::uint32_t expected() const { return __atomic_load_n(&expected_, __ATOMIC_ACQUIRE); }
    // Who completes the phase calls `complete` before the others go on.
    template <typename Complete>
    Phase arrive(std::uint32_t count, std::uint32_t leaving, const Complete& complete) {
        const Phase phase = __atomic_load_n(&phase_, __ATOMIC_ACQUIRE);
        if (leaving) __atomic_fetch_sub(&expected_, leaving, __ATOMIC_ACQ_REL);
        changed_something();
        if (__atomic_sub_fetch(&pending_, count, __ATOMIC_ACQ_REL) == 0) {
            complete();
            __atomic_store_n(&pending_, __atomic_load_n(&expected_, __ATOMIC_ACQUIRE),
                             __ATOMIC_RELEASE);
            __atomic_store_n(&phase_, phase + 1, __ATOMIC_RELEASE);
        }
        return phase;
    }
    Phase arrive(std::uint32_t count = 1) {
        return arrive(count, 0, [] {});
    }
    bool is_over(Phase phase) const { return __atomic_load_n(&phase_, __ATOMIC_ACQUIRE) != phase; }
    void wait(Phase phase, const char* file, int line) const {
        while (!is_over(phase)) spin(file, line);
    }
    Phase phase() const { return __atomic_load_n(&phase_, __ATOMIC_ACQUIRE); }

  private:
    std::uint32_t expected_ = 0, pending_ = 0;
    Phase phase_ = 0;
};

}  // namespace hipwright
