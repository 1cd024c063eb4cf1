// What the whole runtime is built on: the vendor, the warp size, the words of the language.
//
// A front (cuda/cuda_runtime.h, hip/hip/hip_runtime.h) says whose names the program speaks by
// defining HIPWRIGHT_CUDA or HIPWRIGHT_HIP and then includes runtime.h.
#pragma once

#if defined(HIPWRIGHT_CUDA) == defined(HIPWRIGHT_HIP)
#error "hipwright: include cuda_runtime.h or hip/hip_runtime.h, not both and not the runtime itself"
#endif

#ifndef HIPWRIGHT_WARP_SIZE
#if defined(HIPWRIGHT_HIP)
#define HIPWRIGHT_WARP_SIZE 64
#else
#define HIPWRIGHT_WARP_SIZE 32
#endif
#endif
#if HIPWRIGHT_WARP_SIZE != 32 && HIPWRIGHT_WARP_SIZE != 64
#error "hipwright: HIPWRIGHT_WARP_SIZE must be 32 or 64"
#endif

#include <cstddef>
#include <cstdint>

#if defined(__SANITIZE_ADDRESS__)
#define HIPWRIGHT_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HIPWRIGHT_ADDRESS_SANITIZER 1
#endif
#endif

// A program can ask whether it runs on this device.
#define __HIPWRIGHT_CPU__ 1

#define __global__
#define __device__
#define __host__
#define __constant__
#define __managed__
#define __grid_constant__
#define __launch_bounds__(...)
#define __cluster_dims__(...)
#define __block_size__(...)
#define __maxnreg__(...)
// A block runs on one OS thread at a time, so what belongs to the OS thread belongs to the block.
#define __shared__ thread_local
#define __forceinline__ inline __attribute__((always_inline))
#ifndef __align__
#define __align__(n) __attribute__((aligned(n)))
#endif
#define __builtin_align__(n) __attribute__((aligned(n)))

// What runs seldom: not worth the compiler's time in every program.
#if defined(__clang__)
#define HIPWRIGHT_SELDOM __attribute__((cold, noinline, optnone))
#else
#define HIPWRIGHT_SELDOM __attribute__((cold, optimize("O0")))
#endif

// A function in which a thread waits: part of its caller, where the thread goes on. A return would
// be guessed wrong by the processor, which knows nothing of fibers.
#define HIPWRIGHT_WAITS __attribute__((always_inline)) inline

// What is to be seen at the user's line where checks ask who touched memory.
#ifdef HIPWRIGHT_TRACED
#define HIPWRIGHT_AT_CALLER __attribute__((always_inline))
#else
#define HIPWRIGHT_AT_CALLER
#endif

// What a place in the user's source is: taken by default arguments at the caller.
#define HIPWRIGHT_HERE const char *file = __builtin_FILE(), int line = __builtin_LINE()

namespace hipwright {

// One bit a lane; the upper half is zero on a warp of 32.
using LaneMask = std::uint64_t;

inline constexpr unsigned warp_size = HIPWRIGHT_WARP_SIZE;
inline constexpr LaneMask full_warp = warp_size == 64 ? ~LaneMask{0} : LaneMask{0xffffffffu};
inline constexpr unsigned max_block_threads = 1024;
inline constexpr unsigned max_block_warps = max_block_threads / warp_size;

#ifdef HIPWRIGHT_HIP
inline constexpr bool is_hip = true;
#else
inline constexpr bool is_hip = false;
#endif

// A place in the user's source.
struct Place {
    const char* file;
    int line;
};

// Ends the process with a message: a fault of the program or of this runtime that leaves nothing to
// go on with.
[[noreturn]] HIPWRIGHT_SELDOM inline void fail(const char* message);

}  // namespace hipwright
