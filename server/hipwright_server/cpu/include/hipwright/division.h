// A GPU does not stop at an integer division by zero: its result is undefined and the thread goes
// on. x86 raises a signal. This steps over the instruction and leaves what GPUs usually give: all
// bits set, and the dividend as the remainder. (aarch64 does not raise one.)
#pragma once

#include <signal.h>
#include <ucontext.h>

#include "config.h"

namespace hipwright {

#if defined(__x86_64__) && defined(__linux__)

// True when the context stood at a division and now stands behind it.
HIPWRIGHT_SELDOM inline bool step_over_division(void* context) {
    auto* registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
    const auto* at = reinterpret_cast<const unsigned char*>(registers[REG_RIP]);
    bool short_operand = false, wide = false, extended = false;
    if (*at == 0x66) {
        short_operand = true;
        ++at;
    }
    if ((*at & 0xf0) == 0x40) {
        wide = *at & 8;
        extended = *at & 1;
        ++at;
    }
    const bool byte_operand = *at == 0xf6;
    if (!byte_operand && *at != 0xf7) return false;
    ++at;
    const unsigned mode = *at >> 6, operation = *at >> 3 & 7, operand = *at & 7;
    if (operation != 6 && operation != 7) return false;  // div, idiv
    ++at;
    if (mode != 3) {
        unsigned base = operand;
        if (operand == 4) base = *at++ & 7;
        if (mode == 1)
            at += 1;
        else if (mode == 2 || (mode == 0 && base == 5))
            at += 4;
    }
    // The only other cause is the smallest number divided by -1: its quotient is itself.
    static const int order[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP,
                                  REG_RSI, REG_RDI, REG_R8,  REG_R9,  REG_R10, REG_R11,
                                  REG_R12, REG_R13, REG_R14, REG_R15};
    const bool overflow = mode == 3 && operation == 7 && !byte_operand &&
                          static_cast<int>(registers[order[operand + (extended ? 8 : 0)]]) == -1;
    const auto dividend = static_cast<unsigned long long>(registers[REG_RAX]);
    const unsigned long long bits = wide            ? ~0ull
                                    : short_operand ? 0xffffull
                                    : byte_operand  ? 0xffull
                                                    : 0xffffffffull;
    if (byte_operand) {
        registers[REG_RAX] =
            static_cast<greg_t>((dividend & ~0xffffull) | (dividend & 0xff) << 8 | 0xff);
    } else {
        const unsigned long long quotient = overflow ? dividend & bits : bits;
        const unsigned long long remainder = overflow ? 0 : dividend & bits;
        const bool keeps_upper = short_operand;
        const auto with = [&](greg_t old, unsigned long long value) {
            return static_cast<greg_t>(
                keeps_upper ? (static_cast<unsigned long long>(old) & ~bits) | value : value);
        };
        registers[REG_RAX] = with(registers[REG_RAX], quotient);
        registers[REG_RDX] = with(registers[REG_RDX], remainder);
    }
    registers[REG_RIP] = reinterpret_cast<greg_t>(at);
    return true;
}

#else

inline bool step_over_division(void*) { return false; }

#endif

}  // namespace hipwright
