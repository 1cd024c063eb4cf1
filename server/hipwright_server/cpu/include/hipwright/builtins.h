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

namespace hipwright {

// The same four once more, of a type that programs store nothing of: what a kernel writes cannot
// change them, so a loop over threads keeps them in registers and can be vectorised. Device code
// that says threadIdx.x reads them, where the rewriter was sure that it is meant.
struct Coordinates {
    char32_t x, y, z;
};
inline thread_local Coordinates own_thread{0, 0, 0};
inline thread_local Coordinates own_block{0, 0, 0};
inline thread_local Coordinates own_block_size{1, 1, 1};
inline thread_local Coordinates own_grid_size{1, 1, 1};

// Member by member: a copy of the whole would be one access to two of them.
template <typename Variable, typename Value>
inline void set_coordinates(Variable& variable, Coordinates& own, const Value& value) {
    variable.x = own.x = value.x;
    variable.y = own.y = value.y;
    variable.z = own.z = value.z;
}
inline void set_thread(const uint3& thread) { set_coordinates(threadIdx, own_thread, thread); }
// In a block of one dimension, once y and z are 0.
inline void set_thread_in_row(unsigned x) { threadIdx.x = own_thread.x = x; }
inline void set_block(const uint3& block) { set_coordinates(blockIdx, own_block, block); }
inline void set_sizes(const dim3& block, const dim3& grid) {
    set_coordinates(blockDim, own_block_size, block);
    set_coordinates(gridDim, own_grid_size, grid);
}

#define HIPWRIGHT_COORDINATE(name, variable, member) \
    __attribute__((pure)) inline unsigned name() { return variable.member; }
#define HIPWRIGHT_COORDINATES(name, variable)   \
    HIPWRIGHT_COORDINATE(name##_x, variable, x) \
    HIPWRIGHT_COORDINATE(name##_y, variable, y) \
    HIPWRIGHT_COORDINATE(name##_z, variable, z)
HIPWRIGHT_COORDINATES(thread_index, own_thread)
HIPWRIGHT_COORDINATES(block_index, own_block)
HIPWRIGHT_COORDINATES(block_size, own_block_size)
HIPWRIGHT_COORDINATES(grid_size, own_grid_size)
#undef HIPWRIGHT_COORDINATES
#undef HIPWRIGHT_COORDINATE

}  // namespace hipwright
