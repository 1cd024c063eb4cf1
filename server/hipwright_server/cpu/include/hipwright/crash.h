// Signals that would end a program while a kernel runs: an event says where. An illegal address
// ends only the kernel, as on a GPU; the other signals take their course. Only async-signal-safe
// calls; the handler has a stack of its own, because the fault may be the end of a fiber's stack.
#pragma once

#include <signal.h>
#include <unistd.h>

#include "division.h"
#include "record.h"
#include "scheduler.h"

namespace hipwright {

HIPWRIGHT_SELDOM inline const char* name_of_signal(int number) {
    switch (number) {
        case SIGSEGV:
            return "SIGSEGV";
        case SIGBUS:
            return "SIGBUS";
        case SIGFPE:
            return "SIGFPE";
        case SIGILL:
            return "SIGILL";
        case SIGABRT:
            return "SIGABRT";
        case SIGTERM:
            return "SIGTERM";
        case SIGINT:
            return "SIGINT";
        case SIGXCPU:
            return "SIGXCPU";
        default:
            return "a signal";
    }
}
HIPWRIGHT_SELDOM inline const char* meaning_of_signal(int number) {
    switch (number) {
        case SIGSEGV:
            return "an access to memory that is not there";
        case SIGBUS:
            return "an access to memory that is not there or not aligned";
        case SIGFPE:
            return "a division by zero";
        case SIGILL:
            return "a trap or an illegal instruction";
        case SIGABRT:
            return "an abort or a failed assertion";
        case SIGTERM:
        case SIGINT:
            return "it was stopped from outside while it ran";
        case SIGXCPU:
            return "it used more processor time than it may";
        default:
            return "a crash";
    }
}

class CrashHandler {
  public:
    HIPWRIGHT_SELDOM static void install() {
        provide_stack();
        // What the program set itself stays.
        for (const int number :
             {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTERM, SIGINT, SIGXCPU}) {
            struct sigaction before;
            if (sigaction(number, nullptr, &before) || before.sa_handler != SIG_DFL) continue;
            install_one(number);
        }
    }
    // Each OS thread that runs kernels needs its own.
    static void provide_stack() {
        static thread_local bool provided = false;
        if (provided) return;
        provided = true;
        stack_t old;
        if (sigaltstack(nullptr, &old) == 0 && !(old.ss_flags & SS_DISABLE)) return;
        constexpr std::size_t bytes = 64 * 1024;
        stack_t stack;
        std::memset(&stack, 0, sizeof stack);
        stack.ss_sp = std::malloc(bytes);
        stack.ss_size = bytes;
        if (stack.ss_sp) sigaltstack(&stack, nullptr);
    }

  private:
    HIPWRIGHT_SELDOM static void install_one(int number) {
        struct sigaction action;
        std::memset(&action, 0, sizeof action);
        action.sa_sigaction = &CrashHandler::handle;
        action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESETHAND | SA_NODEFER;
        sigaction(number, &action, nullptr);
    }
    HIPWRIGHT_SELDOM static void handle(int number, siginfo_t* info, void* context) {
        Worker* worker = this_worker;
        const bool in_kernel = worker && worker->in_block && worker->launch;
        if (in_kernel && number == SIGFPE && info->si_code == FPE_INTDIV &&
            step_over_division(context)) {
            install_one(number);
            worker->report(
                "division-by-zero",
                "an integer division by zero (or one that overflows): a GPU goes on with an "
                "undefined result, and so does this device",
                worker->launch->file, worker->launch->line);
            return;
        }
#ifdef HIPWRIGHT_ADDRESS_SANITIZER
        // Compilers put a trap behind what they know to be undefined. It has been reported.
        if (in_kernel && number == SIGILL) {
            install_one(number);
            worker->abort_launch(Failure::illegal_address);
        }
#endif
        const bool illegal_address = number == SIGSEGV || number == SIGBUS;
        const bool stopped = number == SIGTERM || number == SIGINT || number == SIGXCPU;
        if (illegal_address && in_kernel && !worker->knows_thread()) {
            install_one(number);
            worker->run_again_carefully();
        }
        // A signal from outside may come to a thread that runs no kernel while others do.
        const Launch* launch = in_kernel ? worker->launch : nullptr;
        if (!launch && stopped) launch = __atomic_load_n(&running_launch, __ATOMIC_ACQUIRE);
        if (launch) {
            const bool overflow = number == SIGSEGV && on_guard_page(*worker, info->si_addr);
            char message[300];
            std::size_t used = 0;
            const auto add = [&](const char* text) {
                while (*text && used + 1 < sizeof message) message[used++] = *text++;
            };
            add("the kernel ended by ");
            add(name_of_signal(number));
            add(": ");
            add(overflow ? "its thread needs more stack than HIPWRIGHT_STACK_BYTES gives (256 KiB "
                           "by default)"
                         : meaning_of_signal(number));
            message[used] = 0;
            if (Record::get().on()) {
                JsonLine line("report");
                line.text("kind", illegal_address ? "illegal-address"
                                  : stopped       ? "stopped"
                                                  : "crash");
                line.text("message", message).text("kernel", launch->kernel);
                Place place{launch->file, launch->line};
                if (in_kernel) {
                    line.triple("block", blockIdx);
                    if (worker->knows_thread()) line.triple("thread", threadIdx);
                    // Where it waited last: a loop that waits in vain is close to it.
                    const Lane& lane = worker->lanes[worker->current];
                    if (stopped && worker->parking && lane.file)
                        place = Place{lane.file, lane.line};
                }
                line.text("file", place.file).number("line", place.line);
                line.text("signal", name_of_signal(number));
                line.write_to(Record::get().descriptor());
            } else {
                add("\n");
                (void)!::write(2, "hipwright: ", 11);
                (void)!::write(2, message, used);
            }
        }
        // An access to memory that is not there ends the kernel, as on a GPU: the next call of the
        // runtime returns an error. SA_NODEFER left the signal open, so the handler may be left so.
        if (illegal_address && in_kernel) {
            install_one(number);
            worker->abort_launch(Failure::illegal_address);
        }
        // The handler is gone (SA_RESETHAND): back to the instruction, or once more, for the end.
        if (number == SIGABRT || stopped || info->si_code <= 0) raise(number);
    }
    static bool on_guard_page(const Worker& worker, const void* address) {
        const Fiber* fiber = worker.in_block ? worker.running_fiber() : nullptr;
        if (!fiber || !fiber->stack) return false;
        const char* at = static_cast<const char*>(address);
        return at < fiber->stack && at >= fiber->stack - 65536;
    }
};

}  // namespace hipwright
