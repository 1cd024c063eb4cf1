// Device memory: ordinary memory that is registered, so that copies can be checked, and captured on
// their way back to the host.
#pragma once

#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check/hooks.h"
#include "list.h"
#include "record.h"
#include "status.h"

namespace hipwright {

enum class MemoryKind {
    device,
    managed,
    pinned,
    registered,
    graph,  // of a graph's node: freeing it gives it back to the graph, which may run again
};

struct Allocation {
    char* base;
    std::size_t bytes;
    std::size_t mapped;  // 0: from the heap
    MemoryKind kind;
    const char* type;  // NumPy's name of the element type where the program's types tell it
    const char* file;
    int line;
    std::uint64_t fingerprint;  // of managed memory when it was last kept
};

class Memory {
  public:
    static Memory& get() {
        static Memory* memory = new Memory();
        return *memory;
    }

    // As many bytes as wished for, aligned as on a device and filled with zeros, or with 0xCD where
    // HIPWRIGHT_DEVICE_MEMORY is "poison".
    HIPWRIGHT_SELDOM Status allocate(void** result, std::size_t bytes, MemoryKind kind,
                                     const char* type, const char* file, int line) {
        if (!result) return status_invalid_value;
        *result = nullptr;
        if (sticky() != status_success) return sticky();
        if (!bytes) return status_success;
        const bool counts = kind == MemoryKind::device || kind == MemoryKind::managed;
        if (counts && (bytes > total() || used() > total() - bytes)) return status_out_of_memory;
        Allocation made{nullptr, bytes, 0, kind, type, file, line, 0};
        if (!provide(made)) return status_out_of_memory;
        if (poison_) std::memset(made.base, 0xcd, bytes);
        pthread_mutex_lock(&lock_);
        table_.insert(place(made.base), made);
        if (counts) used_ += bytes;
        pthread_mutex_unlock(&lock_);
        *result = made.base;
        return status_success;
    }
    // Memory of the program's own that the device may use.
    Status enlist(void* base, std::size_t bytes) {
        if (!base || !bytes) return status_invalid_value;
        pthread_mutex_lock(&lock_);
        const bool known = find(base) != nullptr;
        if (!known)
            table_.insert(place(base), Allocation{static_cast<char*>(base), bytes, 0,
                                                  MemoryKind::registered, "uint8", "", 0, 0});
        pthread_mutex_unlock(&lock_);
        return known ? status_host_memory_already_registered : status_success;
    }
    HIPWRIGHT_SELDOM Status release(void* base, bool registered_only = false) {
        if (!base) return status_success;
        pthread_mutex_lock(&lock_);
        const std::size_t at = place(base);
        if (at == table_.size() || table_[at].base != base ||
            (table_[at].kind == MemoryKind::registered) != registered_only) {
            pthread_mutex_unlock(&lock_);
            return registered_only ? status_host_memory_not_registered
                   : is_hip        ? status_invalid_device_pointer
                                   : status_invalid_value;
        }
        const Allocation gone = table_[at];
        if (gone.kind == MemoryKind::graph) {
            pthread_mutex_unlock(&lock_);
            return status_success;
        }
        table_.remove(at);
        if (gone.kind == MemoryKind::device || gone.kind == MemoryKind::managed)
            used_ -= gone.bytes;
        pthread_mutex_unlock(&lock_);
        if (registered_only) return status_success;
        take_back(gone);
        return status_success;
    }

    // What holds the address; false where nothing that is registered does.
    bool look_up(const void* address, Allocation* found) {
        pthread_mutex_lock(&lock_);
        const Allocation* allocation = find(address);
        if (allocation) *found = *allocation;
        pthread_mutex_unlock(&lock_);
        return allocation != nullptr;
    }

    // The allocation that ends or begins closest to an address that lies in none.
    HIPWRIGHT_SELDOM bool look_near(const void* address, Allocation* found) {
        if (look_up(address, found)) return false;
        pthread_mutex_lock(&lock_);
        const auto* at = static_cast<const char*>(address);
        const std::size_t next = place(address);
        constexpr std::ptrdiff_t near = 4096;
        std::ptrdiff_t distance = near;
        if (next > 0) {
            const Allocation& before = table_[next - 1];
            distance = at - (before.base + before.bytes);
            if (distance < near) *found = before;
        }
        if (next < table_.size() && table_[next].base - at < distance) {
            distance = table_[next].base - at;
            *found = table_[next];
        }
        pthread_mutex_unlock(&lock_);
        return distance < near;
    }

    char fill() const { return poison_ ? static_cast<char>(0xcd) : 0; }
    std::size_t total() const { return total_; }
    std::size_t used() const { return __atomic_load_n(&used_, __ATOMIC_RELAXED); }

    // Managed memory comes back without a copy: what changed since it was last kept is kept when
    // the program waits for the device.
    HIPWRIGHT_SELDOM void keep_managed(const char* file, int line) {
        if (!Record::get().on()) return;
        pthread_mutex_lock(&lock_);
        for (Allocation& each : table_) {
            if (each.kind != MemoryKind::managed) continue;
            const std::uint64_t now = Record::checksum(each.base, each.bytes) | 1;
            if (now == each.fingerprint) continue;
            each.fingerprint = now;
            Record::get().array(each.base, each.bytes, each.type, "managed", file, line);
        }
        pthread_mutex_unlock(&lock_);
    }

    // One report for each place that allocated what was never freed.
    HIPWRIGHT_SELDOM void report_leaks() {
        for (std::size_t i = 0; i < table_.size(); ++i) {
            const Allocation& first = table_[i];
            if (!is_counted(first)) continue;
            std::size_t count = 0, bytes = 0;
            bool told = false;
            for (std::size_t k = 0; k < table_.size(); ++k) {
                const Allocation& each = table_[k];
                if (!is_counted(each) || each.line != first.line ||
                    std::strcmp(each.file, first.file))
                    continue;
                if (k < i) told = true;
                ++count;
                bytes += each.bytes;
            }
            if (told) continue;
            char message[200];
            std::snprintf(message, sizeof message,
                          "%zu bytes of device memory in %zu allocation%s were never freed", bytes,
                          count, count == 1 ? "" : "s");
            Report report{};
            report.kind = "leak";
            report.message = message;
            report.file = first.file;
            report.line = first.line;
            Record::get().report(report);
        }
    }

  private:
    static bool is_counted(const Allocation& each) {
        return each.kind == MemoryKind::device || each.kind == MemoryKind::managed;
    }
#ifdef HIPWRIGHT_ADDRESS_SANITIZER
    static constexpr std::size_t large = ~std::size_t{0};  // the heap's ends are watched
#else
    static constexpr std::size_t large = 256 * 1024;
#endif

    // Zeros from the system, or from the heap.
    HIPWRIGHT_SELDOM bool provide(Allocation& made) const {
        void* memory = nullptr;
#ifdef HIPWRIGHT_TRACED
        const bool written = made.kind != MemoryKind::device && made.kind != MemoryKind::graph;
        memory = check::device_memory(made.bytes, written);
        made.mapped = made.bytes;
        made.base = static_cast<char*>(memory);
        return memory != nullptr;
#else
        if (made.bytes >= large) {
            const std::size_t page = 4096;
            made.mapped = (made.bytes + page - 1) / page * page;
            memory = mmap(nullptr, made.mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                          -1, 0);
            if (memory == MAP_FAILED) return false;
            made.base = static_cast<char*>(memory);
        } else {
            if (posix_memalign(&memory, 256, made.bytes)) return false;
            made.base = static_cast<char*>(memory);
            if (!poison_) std::memset(made.base, 0, made.bytes);
        }
        return true;
#endif
    }
    HIPWRIGHT_SELDOM static void take_back(const Allocation& gone) {
#ifdef HIPWRIGHT_TRACED
        check::device_memory_is_gone(gone.base, gone.bytes);
#endif
        if (gone.mapped)
            munmap(gone.base, gone.mapped);
        else
            std::free(gone.base);
    }

    HIPWRIGHT_SELDOM Memory() {
        const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
        total_ = static_cast<std::size_t>(pages) * static_cast<std::size_t>(page) / 2;
        total_ -= total_ % (std::size_t{1} << 30);
        if (total_ < std::size_t{1} << 30) total_ = std::size_t{1} << 30;
        const char* fill = std::getenv("HIPWRIGHT_DEVICE_MEMORY");
        poison_ = fill && !std::strcmp(fill, "poison");
    }
    // The index of the first allocation that begins at or after the address.
    std::size_t place(const void* address) const {
        std::size_t low = 0, high = table_.size();
        while (low < high) {
            const std::size_t middle = (low + high) / 2;
            if (table_[middle].base < static_cast<const char*>(address))
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
    const Allocation* find(const void* address) const {
        const char* wanted = static_cast<const char*>(address);
        const std::size_t at = place(address);
        if (at < table_.size() && table_[at].base == wanted) return &table_[at];
        if (!at) return nullptr;
        const Allocation& before = table_[at - 1];
        return wanted < before.base + before.bytes ? &before : nullptr;
    }

    pthread_mutex_t lock_ = PTHREAD_MUTEX_INITIALIZER;
    List<Allocation> table_;
    std::size_t total_ = 0;
    std::size_t used_ = 0;
    bool poison_ = false;
};

// Whether `bytes` from `address` on stay inside the allocation that holds the address. What is not
// registered (the program's own memory, __device__ variables) is taken as it comes.
HIPWRIGHT_SELDOM inline bool inside(const void* address, std::size_t bytes, const char* what,
                                    const char* file, int line) {
    Allocation found;
    if (!bytes || !Memory::get().look_up(address, &found)) return true;
    const auto offset = static_cast<std::size_t>(static_cast<const char*>(address) - found.base);
    if (bytes <= found.bytes - offset) return true;
    char message[300];
    std::snprintf(message, sizeof message,
                  "%s of %zu bytes at offset %zu goes beyond an allocation of %zu bytes", what,
                  bytes, offset, found.bytes);
    Report report{};
    report.kind = "out-of-bounds";
    report.message = message;
    report.file = file;
    report.line = line;
    Record::get().report(report);
    return false;
}

inline bool is_device_memory(const void* address) {
    Allocation found;
    return Memory::get().look_up(address, &found) && found.kind != MemoryKind::pinned &&
           found.kind != MemoryKind::registered;
}

}  // namespace hipwright
