// Fibers: stacks that a worker switches between without the operating system.
//
// A switch saves what is alive where it stands and costs a few nanoseconds on x86-64 and aarch64.
// Elsewhere, or with -DHIPWRIGHT_UCONTEXT, ucontext does the same, slower.
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

// Where code goes on: the registers that a compiler cannot be told to save.
struct Context {
    void* stack_pointer;
    void* frame_pointer;
    void* base_pointer;
    void* instruction;
};

struct Fiber {
    char* stack = nullptr;  // lowest usable address; null for a thread's own stack
    std::size_t stack_bytes = 0;
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

// The context that starts the fiber at `entry`. `colour` staggers the tops of the stacks: equal
// offsets would fight for the same cache sets.
inline Context begin_fiber(Fiber& fiber, FiberEntry entry, unsigned colour) {
#ifdef HIPWRIGHT_UCONTEXT
    (void)colour;
    getcontext(&fiber.context);
    fiber.context.uc_stack.ss_sp = fiber.stack;
    fiber.context.uc_stack.ss_size = fiber.stack_bytes;
    fiber.context.uc_link = nullptr;
    makecontext(&fiber.context, entry, 0);
    return Context{};
#else
    auto top = reinterpret_cast<std::uintptr_t>(fiber.stack + fiber.stack_bytes);
    top -= (colour % 32) * 128;
    top &= ~std::uintptr_t{63};
    auto* slot = reinterpret_cast<void**>(top);
#if defined(__x86_64__)
    *--slot = nullptr;
    *--slot = nullptr;
    *--slot = nullptr;  // the entry's return address: it never returns
#endif
    return Context{slot, nullptr, nullptr, reinterpret_cast<void*>(entry)};
#endif
}

// Leaves the running code, which goes on from `save` one day, and goes on at `load`, which may be
// the same.
#if defined(__x86_64__) && !defined(HIPWRIGHT_UCONTEXT)
// It stands in the code that waits, not in a function of its own: all other registers are named as
// clobbered, so the compiler saves what is alive, and no return follows, which the processor would
// guess wrong. Nothing is pushed: a compiler may keep values below the stack pointer. It may keep
// rbx for a frame of variable size, whatever it is told.
#ifdef __AVX512F__
#define HIPWRIGHT_MORE_REGISTERS                                                                  \
    , "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23", "xmm24", "xmm25",   \
        "xmm26", "xmm27", "xmm28", "xmm29", "xmm30", "xmm31", "k1", "k2", "k3", "k4", "k5", "k6", \
        "k7"
#else
#define HIPWRIGHT_MORE_REGISTERS
#endif
__attribute__((always_inline)) inline void switch_context(Context& save, const Context& load) {
    Context* save_at = &save;
    const Context* load_from = &load;
    asm volatile(
        "leaq 1f(%%rip), %%rax\n\t"
        "movq %%rsp, (%%rdi)\n\t"
        "movq %%rbp, 8(%%rdi)\n\t"
        "movq %%rbx, 16(%%rdi)\n\t"
        "movq %%rax, 24(%%rdi)\n\t"
        "movq (%%rsi), %%rsp\n\t"
        "movq 8(%%rsi), %%rbp\n\t"
        "movq 16(%%rsi), %%rbx\n\t"
        "jmpq *24(%%rsi)\n\t"
        "1:\n\t"
        : "+D"(save_at), "+S"(load_from)
        :
        : "rax", "rcx", "rdx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "st", "st(1)",
          "st(2)", "st(3)", "st(4)", "st(5)", "st(6)", "st(7)", "xmm0", "xmm1", "xmm2", "xmm3",
          "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13",
          "xmm14", "xmm15", "memory", "cc" HIPWRIGHT_MORE_REGISTERS);
}
#undef HIPWRIGHT_MORE_REGISTERS
#elif defined(__aarch64__) && !defined(HIPWRIGHT_UCONTEXT)
// All that a callee keeps is named as clobbered, so the compiler saves what is alive; only the
// frame pointer, which it may not let us name, is ours to keep.
__attribute__((noinline)) inline void switch_context(Context& save, const Context& load) {
    register Context* save_at asm("x0") = &save;
    register const Context* load_from asm("x1") = &load;
    asm volatile(
        "adr x9, 1f\n\t"
        "mov x10, sp\n\t"
        "stp x10, x29, [x0]\n\t"
        "str x9, [x0, #24]\n\t"
        "ldp x10, x29, [x1]\n\t"
        "ldr x9, [x1, #24]\n\t"
        "mov sp, x10\n\t"
        "br x9\n\t"
        "1:\n\t"
        : "+r"(save_at), "+r"(load_from)
        :
        : "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15",
          "x16", "x17", "x19", "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27", "x28", "x30",
          "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13",
          "v14", "v15", "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26",
          "v27", "v28", "v29", "v30", "v31", "memory", "cc");
}
#endif

// A change from one fiber to another, to be carried out where its code waits.
struct Switch {
    Context* save;
    Context* load;
#if defined(HIPWRIGHT_UCONTEXT) || defined(HIPWRIGHT_ADDRESS_SANITIZER)
    Fiber* from;
    Fiber* to;
#endif
};
__attribute__((always_inline)) inline void switch_fiber(const Switch& change) {
#ifdef HIPWRIGHT_ADDRESS_SANITIZER
    if (change.from == change.to) return;
    __sanitizer_start_switch_fiber(&change.from->sanitizer_stack, change.to->stack,
                                   change.to->stack_bytes);
#endif
#ifdef HIPWRIGHT_UCONTEXT
    if (change.from != change.to) swapcontext(&change.from->context, &change.to->context);
#else
    switch_context(*change.save, *change.load);
#endif
#ifdef HIPWRIGHT_ADDRESS_SANITIZER
    __sanitizer_finish_switch_fiber(change.from->sanitizer_stack, nullptr, nullptr);
#endif
}

}  // namespace hipwright
