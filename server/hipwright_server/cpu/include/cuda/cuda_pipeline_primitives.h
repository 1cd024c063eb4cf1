// Copies from global to shared memory that a kernel waits for later. Here they are done at once, so
// a wait that is missing does not show.
#pragma once

#include <cstring>

#include "cuda_runtime.h"

#include "../hipwright/device_side.h"

// `zeros` bytes at the end of the target are filled with zeros instead of being copied.
inline void __pipeline_memcpy_async(void* shared, const void* global, std::size_t bytes,
                                    std::size_t zeros = 0, HIPWRIGHT_HERE) {
    if ((bytes != 4 && bytes != 8 && bytes != 16) || zeros > bytes)
        hipwright::trap("trap", "__pipeline_memcpy_async copies 4, 8 or 16 bytes",
                        hipwright::Failure::trap, file, line);
    std::memcpy(shared, global, bytes - zeros);
    std::memset(static_cast<char*>(shared) + (bytes - zeros), 0, zeros);
}
inline void __pipeline_commit() {}
inline void __pipeline_wait_prior(std::size_t) {}
