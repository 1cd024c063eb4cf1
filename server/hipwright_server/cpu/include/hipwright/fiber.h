// Fibers: stacks that a worker switches between without the operating system.
//
// A switch saves what the calling convention asks a callee to keep and costs a few nanoseconds on
// x86-64 and aarch64. Elsewhere, or with -DHIPWRIGHT_UCONTEXT, ucontext does the same, slower.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include "config.h"

#if !defined(__x86_64__) && !defined(__aarch64__) && !defined(HIPWRIGHT_UCONTEXT)
#define HIPWRIGHT_UCONTEXT 1
#endif
#ifdef HIPWRIGHT_UCONTEXT
#include <ucontext.h>
#endif

#ifdef HIPWRIGHT_ADDRESS_SANITIZER
#include <sanitizer/common_interface_defs.h>
#endif

namespace hipwright {

struct Fiber {
    void* stack_pointer = nullptr;  // where it goes on when it is idle
    char* stack = nullptr;          // lowest usable address; null for a thread's own stack
    std::size_t stack_bytes = 0;
    Fiber* next_idle = nullptr;
    Fiber* next_of_worker = nullptr;
#ifdef HIPWRIGHT_UCONTEXT
    ucontext_t context{};
#endif
#ifdef HIPWRIGHT_ADDRESS_SANITIZER
    void* sanitizer_stack = nullptr;
#endif
};

using FiberEntry = void (*)();

// A guarded stack costs the process two mappings, of which the system allows some 65,000. Beyond
// this many stacks have no guard: such neighbours count as one mapping.
constexpr unsigned most_guarded_stacks = 16384;
inline unsigned guarded_stacks = 0;  // atomic

// Maps a stack with an unmapped page below it, so that an overflow is a fault and not a riddle.
inline bool map_stack(Fiber& fiber, std::size_t bytes) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    void* memory = mmap(nullptr, bytes + page, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) return false;
    if (__atomic_fetch_add(&guarded_stacks, 1, __ATOMIC_RELAXED) < most_guarded_stacks)
        (void)mprotect(memory, page, PROT_NONE);
    fiber.stack = static_cast<char*>(memory) + page;
    fiber.stack_bytes = bytes;
    return true;
}

inline void unmap_stack(Fiber& fiber) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    if (fiber.stack) munmap(fiber.stack - page, fiber.stack_bytes + page);
    fiber.stack = nullptr;
}

// Makes the fiber start at `entry` at its next switch. `colour` staggers the tops of the stacks:
// equal offsets would fight for the same cache sets.
inline void reset_fiber(Fiber& fiber, FiberEntry entry, unsigned colour) {
#ifdef HIPWRIGHT_UCONTEXT
    (void)colour;
    getcontext(&fiber.context);
    fiber.context.uc_stack.ss_sp = fiber.stack;
    fiber.context.uc_stack.ss_size = fiber.stack_bytes;
    fiber.context.uc_link = nullptr;
    makecontext(&fiber.context, entry, 0);
    fiber.stack_pointer = &fiber.context;
#else
    auto top = reinterpret_cast<std::uintptr_t>(fiber.stack + fiber.stack_bytes);
    top -= (colour % 32) * 128;
    top &= ~std::uintptr_t{63};
    auto* slot = reinterpret_cast<void**>(top);
#if defined(__x86_64__)
    *--slot = nullptr;  // the entry's return address: it never returns
    *--slot = reinterpret_cast<void*>(entry);
    for (int i = 0; i < 6; ++i) *--slot = nullptr;  // rbp, rbx, r12 to r15
#else
    slot -= 2;
    slot[0] = nullptr;  // x29
    slot[1] = reinterpret_cast<void*>(entry);
#endif
    fiber.stack_pointer = slot;
#endif
}

#if defined(__x86_64__) && !defined(HIPWRIGHT_UCONTEXT)
// Saves what a callee must keep, changes stacks, and goes on there. A jump in place of a return:
// the processor's stack of return addresses knows nothing of fibers and would guess wrong.
#if defined(__clang__)
__attribute__((naked, noinline))
#else
__attribute__((naked, noipa))
#endif
inline void
switch_stack([[maybe_unused]] void** save, [[maybe_unused]] void* load) {
    asm volatile(
        "pushq %rbp\n\t"
        "pushq %rbx\n\t"
        "pushq %r12\n\t"
        "pushq %r13\n\t"
        "pushq %r14\n\t"
        "pushq %r15\n\t"
        "movq %rsp, (%rdi)\n\t"
        "movq %rsi, %rsp\n\t"
        "popq %r15\n\t"
        "popq %r14\n\t"
        "popq %r13\n\t"
        "popq %r12\n\t"
        "popq %rbx\n\t"
        "popq %rbp\n\t"
        "popq %rcx\n\t"
        "jmpq *%rcx\n\t");
}
#elif defined(__aarch64__) && !defined(HIPWRIGHT_UCONTEXT)
// All that a callee keeps is named as clobbered, so the compiler saves what is alive; only the
// frame pointer, which it may not let us name, is ours to keep.
__attribute__((noinline)) inline void switch_stack(void** save_at, void* load_from) {
    register void** save asm("x0") = save_at;
    register void* load asm("x1") = load_from;
    asm volatile(
        "adr x9, 1f\n\t"
        "stp x29, x9, [sp, #-16]!\n\t"
        "mov x9, sp\n\t"
        "str x9, [x0]\n\t"
        "mov sp, x1\n\t"
        "ldp x29, x9, [sp], #16\n\t"
        "br x9\n\t"
        "1:\n\t"
        : "+r"(save), "+r"(load)
        :
        : "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15",
          "x16", "x17", "x19", "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27", "x28", "x30",
          "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13",
          "v14", "v15", "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26",
          "v27", "v28", "v29", "v30", "v31", "memory", "cc");
}
#endif

// Leaves the running code, whose place goes to `save`, and goes on at `load`, where `to` was left.
inline void switch_fiber([[maybe_unused]] Fiber& from, void** save, [[maybe_unused]] Fiber& to,
                         void* load) {
#ifdef HIPWRIGHT_ADDRESS_SANITIZER
    __sanitizer_start_switch_fiber(&from.sanitizer_stack, to.stack, to.stack_bytes);
#endif
#ifdef HIPWRIGHT_UCONTEXT
    *save = &from.context;
    swapcontext(&from.context, static_cast<ucontext_t*>(load));
#else
    switch_stack(save, load);
#endif
#ifdef HIPWRIGHT_ADDRESS_SANITIZER
    __sanitizer_finish_switch_fiber(from.sanitizer_stack, nullptr, nullptr);
#endif
}

}  // namespace hipwright
