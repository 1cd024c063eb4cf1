// The built-in variables of a kernel. They belong to the OS thread that runs the block; the
// scheduler sets them anew whenever it goes from one GPU thread to another.
#pragma once

#include "config.h"
#include "vector_types.h"

inline thread_local uint3 threadIdx{0, 0, 0};
inline thread_local uint3 blockIdx{0, 0, 0};
inline thread_local dim3 blockDim{1, 1, 1};
inline thread_local dim3 gridDim{1, 1, 1};

#ifndef warpSize
[[maybe_unused]] static constexpr int warpSize = HIPWRIGHT_WARP_SIZE;
#endif
