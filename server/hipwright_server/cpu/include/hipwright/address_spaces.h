// CUDA's address spaces: one here, so that a pointer is the same in each of them.
#pragma once

#include "barrier.h"
#include "config.h"

#ifdef HIPWRIGHT_CUDA

namespace hipwright {
// Static shared memory belongs to the OS thread that runs the block, dynamic to the block itself.
inline bool is_shared(const void* pointer) {
    const auto place = reinterpret_cast<std::uintptr_t>(pointer);
    const auto dynamic = reinterpret_cast<std::uintptr_t>(dynamic_shared());
    if (place >= dynamic && place < dynamic + dynamic_shared_bytes()) return true;
    const auto own = reinterpret_cast<std::uintptr_t>(&threadIdx);
    constexpr std::uintptr_t most_static_shared = 1u << 20;
    return (place > own ? place - own : own - place) < most_static_shared;
}
}  // namespace hipwright

#define HIPWRIGHT_SPACE(space)                                          \
    inline std::size_t __cvta_generic_to_##space(const void* pointer) { \
        return reinterpret_cast<std::size_t>(pointer);                  \
    }                                                                   \
    inline void* __cvta_##space##_to_generic(std::size_t address) {     \
        return reinterpret_cast<void*>(address);                        \
    }
HIPWRIGHT_SPACE(global)
HIPWRIGHT_SPACE(shared)
HIPWRIGHT_SPACE(constant)
HIPWRIGHT_SPACE(local)
#undef HIPWRIGHT_SPACE
inline unsigned int __isShared(const void* pointer) { return hipwright::is_shared(pointer); }
inline unsigned int __isGlobal(const void* pointer) { return !hipwright::is_shared(pointer); }

#endif
