// What kernels call besides: clocks, traps, assertions.
#pragma once

#include <time.h>

#include <cstdio>
#include <cstdlib>

#include "barrier.h"
#include "scheduler.h"

// -- clocks: nanoseconds; they say nothing about a GPU -------------------------------------------
inline long long int clock64() { return hipwright::now_nanoseconds(); }
// One name for two clocks: a kernel's, and the C library's, which counts the processor's time.
extern "C" __attribute__((weak)) clock_t clock() noexcept {
    if (hipwright::in_kernel()) return static_cast<clock_t>(clock64());
    timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return used.tv_sec * CLOCKS_PER_SEC + used.tv_nsec / (1000000000 / CLOCKS_PER_SEC);
}
inline long long int wall_clock64() { return hipwright::now_nanoseconds() / 10; }  // 100 MHz

// -- the end of a kernel from inside
// ---------------------------------------------------------------
namespace hipwright {

[[noreturn]] HIPWRIGHT_SELDOM inline void trap(const char* kind, const char* message,
                                               Failure failure, const char* file, int line) {
    Worker* worker = this_worker;
    if (!worker || !worker->in_block) std::abort();
    worker->report(kind, message, file, line);
    worker->abort_launch(failure);
}

}  // namespace hipwright

inline void __trap(HIPWRIGHT_HERE) {
    hipwright::trap("trap", "the kernel called __trap", hipwright::Failure::trap, file, line);
}
inline void __brkpt(HIPWRIGHT_HERE) {
    hipwright::trap("trap", "the kernel reached a breakpoint", hipwright::Failure::trap, file,
                    line);
}

// A failed assertion ends the kernel, not the program: the next call of the runtime says so. On the
// host it is the C library's.
extern "C" __attribute__((weak, noreturn)) void __assert_fail(const char* assertion,
                                                              const char* file, unsigned line,
                                                              const char* function) noexcept {
    hipwright::Worker* worker = hipwright::this_worker;
    if (!worker || !worker->in_block) {
        std::fprintf(stderr, "%s:%u: %s: Assertion `%s' failed.\n", file, line, function,
                     assertion);
        std::abort();
    }
    std::fprintf(stderr,
                 "%s:%u: %s: block: [%u,%u,%u], thread: [%u,%u,%u] Assertion `%s` failed.\n", file,
                 line, function, blockIdx.x, blockIdx.y, blockIdx.z, threadIdx.x, threadIdx.y,
                 threadIdx.z, assertion);
    char message[600];
    std::snprintf(message, sizeof message, "assertion failed: %s", assertion);
    hipwright::trap("assert", message, hipwright::Failure::assertion, file, static_cast<int>(line));
}
