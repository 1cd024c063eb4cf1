// What the runtime tells the checks that a program was built with. Without HIPWRIGHT_TRACED nothing
// is there to be told, and the compiler sees empty functions.
#pragma once

#include "../config.h"

// The checks must not check themselves.
#if defined(__clang__)
#define HIPWRIGHT_UNCHECKED __attribute__((disable_sanitizer_instrumentation))
#else
#define HIPWRIGHT_UNCHECKED __attribute__((no_sanitize_thread))
#endif

namespace hipwright {

struct Launch;
struct Warp;
struct Worker;

namespace check {

#ifdef HIPWRIGHT_TRACED
inline constexpr bool traced = true;
void launch_ends(const Launch& launch);
void block_begins(Worker& worker);
void block_ends();
void barrier_opens();
void grid_barrier_opens();
void lanes_meet(const Warp& warp, LaneMask group);
void fence();
void* shared_memory(std::size_t bytes, std::size_t alignment, const char* name);
void* device_memory(std::size_t bytes, bool written);
void* dynamic_shared_memory(std::size_t bytes);
void device_memory_is_gone(void* base, std::size_t bytes);
// Bytes of device memory that the host wrote, or a library.
void written_from_outside(const void* base, std::size_t bytes);
#else
inline constexpr bool traced = false;
inline void launch_ends(const Launch&) {}
inline void block_begins(Worker&) {}
inline void block_ends() {}
inline void barrier_opens() {}
inline void grid_barrier_opens() {}
inline void lanes_meet(const Warp&, LaneMask) {}
inline void fence() {}
inline void written_from_outside(const void*, std::size_t) {}
#endif

}  // namespace check
}  // namespace hipwright
