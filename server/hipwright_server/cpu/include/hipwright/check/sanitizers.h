// What address sanitizer and undefined-behaviour sanitizer find becomes a report of ours, with the
// kernel, the block and the thread. Both go on after a report.
#pragma once

#include "../memory.h"
#include "../record.h"
#include "../scheduler.h"
#include "../shared_variable.h"

// sanitizer/asan_interface.h; ubsan_monitor.h of LLVM's compiler-rt, which g++'s libubsan shares.
extern "C" {
void* __asan_get_report_pc();
void* __asan_get_report_address();
int __asan_get_report_access_type();
std::size_t __asan_get_report_access_size();
const char* __asan_get_report_description();
void __ubsan_get_current_report_data(const char** kind, const char** message, const char** file,
                                     unsigned* line, unsigned* column, char** address);
extern const char __executable_start;
}

#define HIPWRIGHT_UNSANITIZED __attribute__((no_sanitize_address))

namespace hipwright {
namespace check {

HIPWRIGHT_SELDOM HIPWRIGHT_UNSANITIZED inline void add_thread(Report& report) {
    Worker* worker = this_worker;
    if (!worker || !worker->in_block || !worker->launch) return;
    report.kernel = worker->launch->kernel;
    report.in_kernel = report.in_thread = true;
    report.block = blockIdx;
    report.thread = threadIdx;
}

// What a description of address sanitizer means in the words of this device.
HIPWRIGHT_SELDOM HIPWRIGHT_UNSANITIZED inline const char* kind_of(const char* description) {
    if (std::strstr(description, "use-after-free")) return "use-after-free";
    if (std::strstr(description, "overflow") || std::strstr(description, "underflow"))
        return "out-of-bounds";
    return "illegal-address";
}

// What lies closest to an address that nothing holds.
struct Neighbour {
    const char* base = nullptr;
    std::size_t bytes = 0;
    std::size_t distance = 4096;  // further away it says nothing

    // Whether this is closer than what was seen so far.
    HIPWRIGHT_SELDOM HIPWRIGHT_UNSANITIZED bool take(const char* address, const void* start,
                                                     std::size_t size) {
        const auto* from = static_cast<const char*>(start);
        if (!from) return false;
        const auto away =
            static_cast<std::size_t>(address < from ? from - address : address - (from + size));
        if (away >= distance || (address >= from && address < from + size)) return false;
        *this = Neighbour{from, size, away};
        return true;
    }
};
HIPWRIGHT_SELDOM HIPWRIGHT_UNSANITIZED inline void say_where(char* out, std::size_t size,
                                                             const char* address) {
    char name[200];
    Neighbour near;
    Allocation allocation;
    if (Memory::get().look_near(address, &allocation) &&
        near.take(address, allocation.base, allocation.bytes))
        std::snprintf(name, sizeof name, "%zu bytes allocated at %s:%d", allocation.bytes,
                      allocation.file, allocation.line);
    for (const SharedVariable* each = SharedVariable::first(); each; each = each->next())
        if (near.take(address, each->base(), each->bytes()))
            std::snprintf(name, sizeof name, "shared variable %s of %zu bytes", each->name(),
                          each->bytes());
    if (this_worker &&
        near.take(address, this_worker->dynamic_shared, this_worker->dynamic_shared_bytes))
        std::snprintf(name, sizeof name, "%zu bytes of dynamic shared memory",
                      this_worker->dynamic_shared_bytes);
    if (near.base)
        std::snprintf(out, size, ", %zu bytes %s the %s", near.distance,
                      address < near.base ? "before" : "beyond", name);
    else
        std::snprintf(out, size, ": %s", __asan_get_report_description());
}

// Thrust, as it was installed: what it does inside is not the program's to mend.
inline bool is_of_a_library(const char* file) {
    if (!file || *file != '/') return false;  // the program's own are named as it names them
    return std::strstr(file, "/thrust/") || std::strstr(file, "/cub/") ||
           std::strstr(file, "/cuda/std/") || std::strstr(file, "/rocprim/");
}

}  // namespace check
}  // namespace hipwright

// The linker puts these in place of the weak functions of the sanitizers' libraries.
extern "C" __attribute__((used, weak, no_sanitize_address)) void hipwright_asan_on_error() {
    const char* description = __asan_get_report_description();
    char where[300], message[500];
    hipwright::check::say_where(where, sizeof where,
                                static_cast<const char*>(__asan_get_report_address()));
    std::snprintf(message, sizeof message, "invalid %s of %zu bytes%s",
                  __asan_get_report_access_type() ? "write" : "read",
                  __asan_get_report_access_size(), where);
    hipwright::Report report{};
    report.kind = hipwright::check::kind_of(description);
    report.message = message;
    report.site = static_cast<std::uint64_t>(static_cast<const char*>(__asan_get_report_pc()) -
                                             &__executable_start);
    hipwright::check::add_thread(report);
    hipwright::Record::get().report(report);
}

extern "C" __attribute__((used, weak, no_sanitize_address)) void hipwright_ubsan_on_report() {
    const char *kind = nullptr, *text = nullptr, *file = nullptr;
    unsigned line = 0, column = 0;
    char* address = nullptr;
    __ubsan_get_current_report_data(&kind, &text, &file, &line, &column, &address);
    if (hipwright::check::is_of_a_library(file)) return;
    char message[600];
    std::snprintf(message, sizeof message, "undefined behaviour: %s", text ? text : kind);
    hipwright::Report report{};
    report.kind = "undefined-behaviour";
    report.message = message;
    report.file = file ? file : "";
    report.line = static_cast<int>(line);
    hipwright::check::add_thread(report);
    hipwright::Record::get().report(report);
}

#if !defined(__clang__)
#include <dlfcn.h>
// g++'s two sanitizers have a library each, and the options name the file of the first alone.
__attribute__((constructor)) static void hipwright_quiet_sanitizer() {
    const char* directory = std::getenv("HIPWRIGHT_RUN_DIRECTORY");
    void* library = directory ? dlopen("libubsan.so.1", RTLD_LAZY | RTLD_NOLOAD) : nullptr;
    if (!library) return;
    using SetPath = void (*)(const char*);
    const auto set_path = reinterpret_cast<SetPath>(dlsym(library, "__sanitizer_set_report_path"));
    char path[4200];
    std::snprintf(path, sizeof path, "%s/undefined", directory);
    if (set_path) set_path(path);
}
#endif
