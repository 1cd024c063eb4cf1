// What the device saw, for the one who asked to run the program: events.jsonl and arrays/*.bin in
// the folder that HIPWRIGHT_RUN_DIRECTORY names. Without that folder, reports go to stderr.
#pragma once

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <type_traits>

#include "config.h"
#include "json.h"
#include "vector_types.h"

namespace hipwright {

// ---------------------------------------------------------------------------------------------
// Element types, as NumPy names them.

template <typename T, typename = void>
struct Element {
    static constexpr const char* name = "uint8";
};
template <typename T>
struct Element<T, std::enable_if_t<std::is_integral<T>::value || std::is_enum<T>::value>> {
    static constexpr const char* pick() {
        if (std::is_same<T, bool>::value) return "bool";
        const bool sign = std::is_signed<T>::value;
        switch (sizeof(T)) {
            case 1:
                return sign ? "int8" : "uint8";
            case 2:
                return sign ? "int16" : "uint16";
            case 4:
                return sign ? "int32" : "uint32";
            case 8:
                return sign ? "int64" : "uint64";
            default:
                return "uint8";
        }
    }
    static constexpr const char* name = pick();
};
template <>
struct Element<float> {
    static constexpr const char* name = "float32";
};
template <>
struct Element<double> {
    static constexpr const char* name = "float64";
};
// Vectors of floating point count as their components, so that they can be compared with a
// tolerance.
#define HIPWRIGHT_ELEMENTS(vector, T) \
    template <>                       \
    struct Element<vector> : Element<T> {};
HIPWRIGHT_ELEMENTS(float1, float)
HIPWRIGHT_ELEMENTS(float2, float)
HIPWRIGHT_ELEMENTS(float3, float)
HIPWRIGHT_ELEMENTS(float4, float)
HIPWRIGHT_ELEMENTS(double1, double)
HIPWRIGHT_ELEMENTS(double2, double)
HIPWRIGHT_ELEMENTS(double3, double)
HIPWRIGHT_ELEMENTS(double4, double)
#undef HIPWRIGHT_ELEMENTS

// The element type of what a pointer to T points to: arrays of arrays count as their elements.
template <typename T>
constexpr const char* element_name() {
    if constexpr (std::is_void<T>::value)
        return "uint8";
    else
        return Element<std::remove_cv_t<std::remove_all_extents_t<T>>>::name;
}

// ---------------------------------------------------------------------------------------------
// The run directory.

struct Report {
    const char* kind;
    const char* message;
    const char* file = "";
    int line = 0;
    const char* kernel = "";
    bool in_kernel = false;
    uint3 block{0, 0, 0};
    bool in_thread = false;
    uint3 thread{0, 0, 0};
    bool in_warp = false;
    unsigned warp = 0;
    LaneMask lanes = 0;
    // Of builds with checks: instructions, from the start of the program; 0 is none. What has run
    // the program finds their places in the source.
    std::uint64_t site = 0;
    const char* other_access = nullptr;  // of another thread, where it takes two
    std::uint64_t other_site = 0;
    uint3 other_block{0, 0, 0};
    uint3 other_thread{0, 0, 0};
};

class Record {
  public:
    static Record& get() {
        static Record record;
        return record;
    }

    bool on() const { return events_ >= 0; }
    int descriptor() const { return events_; }

    void write(JsonLine& line) {
        if (events_ < 0) return;
        pthread_mutex_lock(&lock_);
        line.write_to(events_);
        pthread_mutex_unlock(&lock_);
    }

    // Reports of one kind, place and set of lanes are written once and counted after that; a place
    // writes at most `places_repeat` of them.
    HIPWRIGHT_SELDOM void report(const Report& report) {
        pthread_mutex_lock(&lock_);
        Seen* place = nullptr;
        bool known = false;
        for (Seen* seen = seen_; seen; seen = seen->next) {
            if (seen->line != report.line || seen->site != report.site ||
                seen->other_site != report.other_site || std::strcmp(seen->kind, report.kind) ||
                std::strcmp(seen->file, report.file ? report.file : ""))
                continue;
            if (!place) place = seen;
            if (seen->lanes == report.lanes) known = true;
        }
        if (known || (place && place->written >= places_repeat)) {
            ++place->repeats;
            pthread_mutex_unlock(&lock_);
            return;
        }
        if (!place || place->lanes != report.lanes) {
            Seen* seen = static_cast<Seen*>(std::calloc(1, sizeof(Seen)));
            if (seen) {
                seen->kind = report.kind;
                seen->file = report.file ? report.file : "";
                seen->line = report.line;
                seen->site = report.site;
                seen->other_site = report.other_site;
                seen->lanes = report.lanes;
                // The first of a place keeps the counts: it must stay the first that is found.
                Seen** last = &seen_;
                while (*last) last = &(*last)->next;
                *last = seen;
                if (!place) place = seen;
            }
        }
        if (place) ++place->written;
        if (events_ >= 0) {
            JsonLine line("report");
            line.text("kind", report.kind).text("message", report.message);
            line.text("kernel", report.kernel);
            if (report.in_kernel) line.triple("block", report.block);
            if (report.in_thread) line.triple("thread", report.thread);
            if (report.in_warp) line.number("warp", report.warp).lanes("lanes", report.lanes);
            line.text("file", report.file).number("line", report.line);
            if (report.site) line.number("site", static_cast<long long>(report.site));
            if (report.other_access) {
                line.text("other_access", report.other_access);
                line.number("other_site", static_cast<long long>(report.other_site));
                line.triple("other_block", report.other_block);
                line.triple("other_thread", report.other_thread);
            }
            line.write_to(events_);
        } else if (report.file && *report.file) {
            std::fprintf(stderr, "hipwright: %s:%d: %s\n", report.file, report.line,
                         report.message);
        } else {
            std::fprintf(stderr, "hipwright: %s\n", report.message);
        }
        pthread_mutex_unlock(&lock_);
    }

    // Keeps the bytes of one array that came back to the host.
    HIPWRIGHT_SELDOM void array(const void* data, std::size_t bytes, const char* type,
                                const char* how, const char* file, int line) {
        if (events_ < 0 || !bytes) return;
        const std::uint64_t sum = checksum(data, bytes);
        pthread_mutex_lock(&lock_);
        const long long index = arrays_++;
        const bool whole = stored_ + bytes <= cap_;
        std::size_t stored = whole ? bytes : bytes < first_part ? bytes : first_part;
        char path[4200];
        std::snprintf(path, sizeof path, "%s/arrays/%lld.bin", directory_, index);
        const int out = ::open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        bool kept = out >= 0;
        std::size_t done = 0;
        while (kept && done < stored) {
            const ssize_t n = ::write(out, static_cast<const char*>(data) + done, stored - done);
            if (n <= 0)
                kept = false;
            else
                done += static_cast<std::size_t>(n);
        }
        if (out >= 0) ::close(out);
        stored = done;
        stored_ += stored;
        char name[64];
        std::snprintf(name, sizeof name, "arrays/%lld.bin", index);
        JsonLine event("array");
        event.number("index", index).text("file", file).number("line", line);
        event.text("expression", "").text("type", type);
        event.number("bytes", static_cast<long long>(bytes)).text("data", name);
        event.number("stored", static_cast<long long>(stored)).hexadecimal("checksum", sum, 16);
        if (stored < bytes) event.flag("truncated", true);
        event.text("how", how).number("thread", host_thread());
        event.write_to(events_);
        pthread_mutex_unlock(&lock_);
    }
    // The host's thread that asks, counted by their first copies. Under the lock.
    long long host_thread() {
        static thread_local long long mine = -1;
        if (mine < 0) mine = host_threads_++;
        return mine;
    }

    // FNV-1a over eight bytes at a time and then the rest: a fingerprint, not a secret.
    static std::uint64_t checksum(const void* data, std::size_t bytes) {
        std::uint64_t sum = 14695981039346656037ull;
        const auto* at = static_cast<const unsigned char*>(data);
        for (; bytes >= 8; bytes -= 8, at += 8) {
            std::uint64_t word;
            std::memcpy(&word, at, 8);
            sum = (sum ^ word) * 1099511628211ull;
            sum ^= sum >> 29;
        }
        for (; bytes; --bytes, ++at) sum = (sum ^ *at) * 1099511628211ull;
        return sum;
    }

  private:
    static constexpr std::size_t first_part = 64 * 1024;
    static constexpr unsigned places_repeat = 8;
    struct Seen {
        const char* kind;
        const char* file;
        int line;
        std::uint64_t site, other_site;
        LaneMask lanes;
        unsigned written;
        unsigned long long repeats;
        Seen* next;
    };

    HIPWRIGHT_SELDOM Record() {
        const char* directory = std::getenv("HIPWRIGHT_RUN_DIRECTORY");
        if (!directory || !*directory) return;
        if (std::strlen(directory) > 4000) {
            std::fprintf(stderr, "hipwright: HIPWRIGHT_RUN_DIRECTORY is longer than 4000 bytes\n");
            std::exit(2);
        }
        std::snprintf(directory_, sizeof directory_, "%s", directory);
        char path[4200];
        std::snprintf(path, sizeof path, "%s/arrays", directory);
        (void)::mkdir(path, 0700);
        std::snprintf(path, sizeof path, "%s/events.jsonl", directory);
        events_ = ::open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
        if (events_ < 0) {
            std::fprintf(stderr, "hipwright: cannot write %s: %s\n", path, std::strerror(errno));
            std::exit(2);
        }
        if (const char* cap = std::getenv("HIPWRIGHT_ARRAY_CAP"))
            cap_ = static_cast<std::size_t>(std::strtoull(cap, nullptr, 10));
        const char* model = std::getenv("HIPWRIGHT_DEVICE_MODEL");
        JsonLine line("device");
        line.number("warp_size", warp_size).text("model", model && *model ? model : "cpu");
        line.text("dialect", is_hip ? "hip" : "cuda");
        line.write_to(events_);
    }
    HIPWRIGHT_SELDOM ~Record() {
        if (events_ < 0) return;
        for (Seen* seen = seen_; seen; seen = seen->next) {
            if (!seen->repeats) continue;
            JsonLine line("repeats");
            line.text("kind", seen->kind).text("file", seen->file).number("line", seen->line);
            line.number("count", static_cast<long long>(seen->repeats));
            line.write_to(events_);
        }
        JsonLine line("exit");
        line.text("status", "done");
        line.write_to(events_);
    }

    int events_ = -1;
    char directory_[4096] = "";
    pthread_mutex_t lock_ = PTHREAD_MUTEX_INITIALIZER;
    long long arrays_ = 0;
    long long host_threads_ = 0;
    std::size_t stored_ = 0;
    std::size_t cap_ = std::size_t{64} << 20;
    Seen* seen_ = nullptr;
};

inline long long now_nanoseconds() {
    timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return static_cast<long long>(t.tv_sec) * 1000000000 + t.tv_nsec;
}

[[noreturn]] HIPWRIGHT_SELDOM inline void fail(const char* message) {
    Report report{};
    report.kind = "internal";
    report.message = message;
    Record::get().report(report);
    std::fprintf(stderr, "hipwright: %s\n", message);
    std::abort();
}

}  // namespace hipwright
