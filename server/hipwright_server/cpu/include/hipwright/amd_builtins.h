// Builtins of clang for AMD GPUs that ports are written with, and what g++ lacks of clang's.
#pragma once

#include "config.h"

#ifdef HIPWRIGHT_HIP

#include <cmath>

#include "device_side.h"

// The instructions behind these take subnormal numbers for zero, going in and coming out.
namespace hipwright {
inline float flushed(float value) {
    return std::fpclassify(value) == FP_SUBNORMAL ? std::copysign(0.0f, value) : value;
}
}  // namespace hipwright
inline float __builtin_amdgcn_exp2f(float x) {
    return hipwright::flushed(::exp2f(hipwright::flushed(x)));
}
inline float __builtin_amdgcn_logf(float x) {
    return hipwright::flushed(::log2f(hipwright::flushed(x)));
}
inline float __builtin_amdgcn_rcpf(float x) {
    return hipwright::flushed(1 / hipwright::flushed(x));
}
inline float __builtin_amdgcn_rsqf(float x) {
    return hipwright::flushed(1 / ::sqrtf(hipwright::flushed(x)));
}
inline unsigned __smid() { return 0; }

#ifndef __clang__
template <typename T>
inline T __builtin_nontemporal_load(const T* place) {
    return *place;
}
template <typename T>
inline void __builtin_nontemporal_store(T value, T* place) {
    *place = value;
}
#endif
// On a GPU, both end the kernel; the program goes on, and is told by its next call.
#define __builtin_trap()                                                                  \
    hipwright::trap("trap", "the kernel called __builtin_trap", hipwright::Failure::trap, \
                    __FILE__, __LINE__)
#define __builtin_debugtrap()                                                                      \
    hipwright::trap("trap", "the kernel reached a breakpoint", hipwright::Failure::trap, __FILE__, \
                    __LINE__)

#endif
