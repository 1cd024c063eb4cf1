// What FFTW offers, bound to its symbols: one overloaded C++ name for both precisions, so that no
// name of fftw3.h reaches the user's program.
#pragma once

#if !__has_include(<fftw3.h>)
#error \
    "hipwright: FFT on the CPU device needs FFTW; install libfftw3-dev (Debian, Ubuntu) or fftw-devel (Fedora)"
#endif

#include <pthread.h>

#include "../complex.h"

namespace hipwright::fft::fftw {
// FFTW's own numbers.
inline constexpr unsigned estimate = 1u << 6, unaligned = 1u << 1;
using Sizes = const int*;
struct Single;
struct Twofold;

// clang-format off
#define HIPWRIGHT_PRECISION(Plan, R, C, fftw) \
    Plan* plan(int rank, Sizes n, int howmany, C* in, Sizes inembed, int istride, int idist, C* out, Sizes onembed, int ostride, int odist, int sign, unsigned flags) __asm__(fftw "plan_many_dft"); \
    Plan* plan(int rank, Sizes n, int howmany, R* in, Sizes inembed, int istride, int idist, C* out, Sizes onembed, int ostride, int odist, unsigned flags) __asm__(fftw "plan_many_dft_r2c"); \
    Plan* plan(int rank, Sizes n, int howmany, C* in, Sizes inembed, int istride, int idist, R* out, Sizes onembed, int ostride, int odist, unsigned flags) __asm__(fftw "plan_many_dft_c2r"); \
    void execute(const Plan* plan, C* in, C* out) __asm__(fftw "execute_dft"); \
    void execute(const Plan* plan, R* in, C* out) __asm__(fftw "execute_dft_r2c"); \
    void execute(const Plan* plan, C* in, R* out) __asm__(fftw "execute_dft_c2r"); \
    void destroy(Plan* plan) __asm__(fftw "destroy_plan");
HIPWRIGHT_PRECISION(Single, float, float2, "fftwf_")
HIPWRIGHT_PRECISION(Twofold, double, double2, "fftw_")
#undef HIPWRIGHT_PRECISION
// clang-format on

// Only executing a plan is safe from several threads.
struct Planning {
    static pthread_mutex_t* lock() {
        static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
        return &mutex;
    }
    Planning() { pthread_mutex_lock(lock()); }
    ~Planning() { pthread_mutex_unlock(lock()); }
};
}  // namespace hipwright::fft::fftw
