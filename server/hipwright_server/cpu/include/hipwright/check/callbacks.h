// What code calls that is compiled with -fsanitize=thread, one function for each kind of access.
// Their names and signatures are those of LLVM's tsan_interface.h, which g++ follows too.
#pragma once

#include "tracer.h"

#pragma GCC visibility push(default)

namespace hipwright {
namespace check {

// In lockstep the lanes of a warp stop in front of every access to memory that others see, and go
// on when all have come to one: those at the lowest address of the program first.
HIPWRIGHT_UNCHECKED inline void nothing(Warp&, LaneMask) {}
HIPWRIGHT_UNCHECKED inline void keep_step(Worker& worker, const void* pc) {
    const LaneMask live = worker.live_lanes();
    if (!(live & (live - 1))) return;
    Operation step{};
    step.resolve = &nothing;
    step.name = "a step";
    step.line = static_cast<int>(static_cast<const char*>(pc) - &__executable_start);
    step.mask = full_warp;
    step.is_step = true;
    switch_fiber(worker.post(step));
}

HIPWRIGHT_UNCHECKED inline void seen(const volatile void* where, std::size_t bytes, bool writes,
                                     unsigned how, const void* pc) {
    Worker* worker = this_worker;
    if (in_check || !worker || !worker->in_block || !worker->trace) return;
    const void* address = const_cast<const void*>(where);
    Tracer& tracer = Tracer::get();
    if (tracer.shadow().space(address) == Space::none) {
        // Loads are mostly of the guards of static variables.
        if (writes && how & atomic && tracer.races()) tracer.atomic_elsewhere(address);
        return;
    }
    if (tracer.lockstep()) keep_step(*worker, pc);
    if (tracer.races() || tracer.unwritten()) tracer.access(address, bytes, writes, how, pc);
}

}  // namespace check
}  // namespace hipwright

#define HIPWRIGHT_CALLBACK extern "C" HIPWRIGHT_UNCHECKED __attribute__((used, noinline, weak))

#define HIPWRIGHT_ACCESS(name, bytes, writes, how)                                \
    HIPWRIGHT_CALLBACK void __tsan_##name(void* address) {                        \
        ::hipwright::check::seen(address, bytes, writes, ::hipwright::check::how, \
                                 __builtin_return_address(0));                    \
    }
#define HIPWRIGHT_ACCESSES(bytes)                                               \
    HIPWRIGHT_ACCESS(read##bytes, bytes, false, plain)                          \
    HIPWRIGHT_ACCESS(write##bytes, bytes, true, plain)                          \
    HIPWRIGHT_ACCESS(unaligned_read##bytes, bytes, false, plain)                \
    HIPWRIGHT_ACCESS(unaligned_write##bytes, bytes, true, plain)                \
    HIPWRIGHT_ACCESS(volatile_read##bytes, bytes, false, is_volatile)           \
    HIPWRIGHT_ACCESS(volatile_write##bytes, bytes, true, is_volatile)           \
    HIPWRIGHT_ACCESS(unaligned_volatile_read##bytes, bytes, false, is_volatile) \
    HIPWRIGHT_ACCESS(unaligned_volatile_write##bytes, bytes, true, is_volatile)
HIPWRIGHT_ACCESSES(1)
HIPWRIGHT_ACCESSES(2)
HIPWRIGHT_ACCESSES(4)
HIPWRIGHT_ACCESSES(8)
HIPWRIGHT_ACCESSES(16)
#undef HIPWRIGHT_ACCESSES
#undef HIPWRIGHT_ACCESS

HIPWRIGHT_CALLBACK void __tsan_read_range(void* address, std::size_t bytes) {
    hipwright::check::seen(address, bytes, false, hipwright::check::plain,
                           __builtin_return_address(0));
}
HIPWRIGHT_CALLBACK void __tsan_write_range(void* address, std::size_t bytes) {
    hipwright::check::seen(address, bytes, true, hipwright::check::plain,
                           __builtin_return_address(0));
}
HIPWRIGHT_CALLBACK void* __tsan_memcpy(void* to, const void* from, std::size_t bytes) {
    hipwright::check::seen(from, bytes, false, hipwright::check::plain,
                           __builtin_return_address(0));
    hipwright::check::seen(to, bytes, true, hipwright::check::plain, __builtin_return_address(0));
    return std::memcpy(to, from, bytes);
}
HIPWRIGHT_CALLBACK void* __tsan_memmove(void* to, const void* from, std::size_t bytes) {
    hipwright::check::seen(from, bytes, false, hipwright::check::plain,
                           __builtin_return_address(0));
    hipwright::check::seen(to, bytes, true, hipwright::check::plain, __builtin_return_address(0));
    return std::memmove(to, from, bytes);
}
HIPWRIGHT_CALLBACK void* __tsan_memset(void* to, int value, std::size_t bytes) {
    hipwright::check::seen(to, bytes, true, hipwright::check::plain, __builtin_return_address(0));
    return std::memset(to, value, bytes);
}
HIPWRIGHT_CALLBACK void __tsan_vptr_read(void**) {}
HIPWRIGHT_CALLBACK void __tsan_vptr_update(void**, void*) {}
HIPWRIGHT_CALLBACK void __tsan_func_entry(void*) {}
HIPWRIGHT_CALLBACK void __tsan_func_exit() {}
HIPWRIGHT_CALLBACK void __tsan_init() {}

// Atomic operations are replaced by calls, so the call has to carry them out.
#define HIPWRIGHT_SEEN(writes)                                                             \
    ::hipwright::check::seen(address, sizeof *address, writes, ::hipwright::check::atomic, \
                             __builtin_return_address(0))
#define HIPWRIGHT_FETCH(bits, name, builtin)                                     \
    HIPWRIGHT_CALLBACK std::uint##bits##_t __tsan_atomic##bits##_##name(         \
        volatile std::uint##bits##_t* address, std::uint##bits##_t value, int) { \
        HIPWRIGHT_SEEN(true);                                                    \
        return builtin(address, value, __ATOMIC_SEQ_CST);                        \
    }
#define HIPWRIGHT_EXCHANGE(bits, name)                                                        \
    HIPWRIGHT_CALLBACK int __tsan_atomic##bits##_compare_exchange_##name(                     \
        volatile std::uint##bits##_t* address, std::uint##bits##_t* expected,                 \
        std::uint##bits##_t value, int, int) {                                                \
        HIPWRIGHT_SEEN(true);                                                                 \
        return __atomic_compare_exchange_n(address, expected, value, false, __ATOMIC_SEQ_CST, \
                                           __ATOMIC_SEQ_CST);                                 \
    }
#define HIPWRIGHT_ATOMIC_CALLBACKS(bits)                                                       \
    HIPWRIGHT_FETCH(bits, exchange, __atomic_exchange_n)                                       \
    HIPWRIGHT_FETCH(bits, fetch_add, __atomic_fetch_add)                                       \
    HIPWRIGHT_FETCH(bits, fetch_sub, __atomic_fetch_sub)                                       \
    HIPWRIGHT_FETCH(bits, fetch_and, __atomic_fetch_and)                                       \
    HIPWRIGHT_FETCH(bits, fetch_or, __atomic_fetch_or)                                         \
    HIPWRIGHT_FETCH(bits, fetch_xor, __atomic_fetch_xor)                                       \
    HIPWRIGHT_FETCH(bits, fetch_nand, __atomic_fetch_nand)                                     \
    HIPWRIGHT_EXCHANGE(bits, strong)                                                           \
    HIPWRIGHT_EXCHANGE(bits, weak)                                                             \
    HIPWRIGHT_CALLBACK std::uint##bits##_t __tsan_atomic##bits##_compare_exchange_val(         \
        volatile std::uint##bits##_t* address, std::uint##bits##_t expected,                   \
        std::uint##bits##_t value, int, int) {                                                 \
        HIPWRIGHT_SEEN(true);                                                                  \
        __atomic_compare_exchange_n(address, &expected, value, false, __ATOMIC_SEQ_CST,        \
                                    __ATOMIC_SEQ_CST);                                         \
        return expected;                                                                       \
    }                                                                                          \
    HIPWRIGHT_CALLBACK std::uint##bits##_t __tsan_atomic##bits##_load(                         \
        const volatile std::uint##bits##_t* address, int) {                                    \
        HIPWRIGHT_SEEN(false);                                                                 \
        return __atomic_load_n(address, __ATOMIC_SEQ_CST);                                     \
    }                                                                                          \
    HIPWRIGHT_CALLBACK void __tsan_atomic##bits##_store(volatile std::uint##bits##_t* address, \
                                                        std::uint##bits##_t value, int) {      \
        HIPWRIGHT_SEEN(true);                                                                  \
        __atomic_store_n(address, value, __ATOMIC_SEQ_CST);                                    \
    }
HIPWRIGHT_ATOMIC_CALLBACKS(8)
HIPWRIGHT_ATOMIC_CALLBACKS(16)
HIPWRIGHT_ATOMIC_CALLBACKS(32)
HIPWRIGHT_ATOMIC_CALLBACKS(64)
HIPWRIGHT_CALLBACK void __tsan_atomic_thread_fence(int) {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (!hipwright::check::in_check && hipwright::in_kernel()) hipwright::check::fence();
}
HIPWRIGHT_CALLBACK void __tsan_atomic_signal_fence(int) {}
#undef HIPWRIGHT_ATOMIC_CALLBACKS
#undef HIPWRIGHT_EXCHANGE
#undef HIPWRIGHT_FETCH
#undef HIPWRIGHT_SEEN
#undef HIPWRIGHT_CALLBACK

#pragma GCC visibility pop
