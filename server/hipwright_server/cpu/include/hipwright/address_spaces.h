// CUDA's address spaces: one here, so that a pointer is the same in each of them.
#pragma once

#include "barrier.h"
#include "config.h"
#include "device_side.h"

namespace hipwright {

// A program that keeps an address of shared memory in 32 bits has lost the upper half here: it is
// found again, because the block's shared memory lies in two places only, its dynamic part and the
// thread's own storage.
inline char* near_shared(std::uint32_t low, HIPWRIGHT_HERE) {
    const auto dynamic = reinterpret_cast<std::uint64_t>(dynamic_shared());
    const auto near_dynamic = (dynamic & ~0xffffffffull) | low;
    if (near_dynamic >= dynamic && near_dynamic <= dynamic + dynamic_shared_bytes()) {
        return reinterpret_cast<char*>(near_dynamic);
    }
    const auto own = reinterpret_cast<std::uint64_t>(&threadIdx);
    const auto near_own = (own & ~0xffffffffull) | low;
    const std::uint64_t distance = near_own > own ? near_own - own : own - near_own;
    constexpr std::uint64_t most_static_shared = 1u << 20;
    if (distance > most_static_shared) {
        trap("assembly", "a shared memory address in 32 bits is none of this block's",
             Failure::illegal_address, file, line);
    }
    return reinterpret_cast<char*>(near_own);
}

// What `(__attribute__((address_space(3))) T*)` becomes: a pointer to LDS is 32 bits wide on a GPU.
template <typename T>
T* local_pointer(std::size_t address, HIPWRIGHT_HERE) {
    if (address >> 32) return reinterpret_cast<T*>(address);
    return reinterpret_cast<T*>(near_shared(static_cast<std::uint32_t>(address), file, line));
}
template <typename T>
T* local_pointer(const volatile void* pointer) {
    return static_cast<T*>(const_cast<void*>(pointer));
}

}  // namespace hipwright

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
