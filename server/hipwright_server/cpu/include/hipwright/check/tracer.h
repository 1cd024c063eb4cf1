// Finds accesses that no barrier orders, and memory that is read before anyone wrote it.
//
// The compiler's instrumentation for thread sanitizers tells of each access (callbacks.h); no
// sanitizer's runtime is linked. Time is a counter of the events that order threads: barriers, warp
// operations, atomics, fences. An access that another thread made is ordered before this one when
//  - it was made in another launch, or before the block's (or the grid's) last barrier,
//  - both threads are lanes of one warp and have since met in warp operations, or their warp moves
//    together, as AMD's do,
//  - both have since used atomics or fences: of one block any, of two blocks the same address, by
//    way of other blocks where they hand it on, or the writer a fence.
// The last point takes the program's word for it: what it misses is no false report.
// So do stores that change nothing, which many threads make at once on purpose.
#pragma once

#include "../memory.h"
#include "../record.h"
#include "../scheduler.h"
#include "hooks.h"
#include "shadow.h"

extern "C" const char __executable_start;

namespace hipwright {
namespace check {

// The addresses at which a block has used atomics, with the first and the last time.
struct AtomicUses {
    struct Use {
        std::uintptr_t address;
        std::uint32_t first, last;
    };
    static constexpr unsigned most = 1024;
    Use* uses = nullptr;
    unsigned size = 0, capacity = 0;
    bool too_many = false;

    HIPWRIGHT_UNCHECKED void note(std::uintptr_t address, std::uint32_t time) {
        if (too_many) return;
        if (size * 2 >= capacity && !grow()) return;
        Use& use = slot(address);
        if (!use.address) {
            use = Use{address, time, time};
            ++size;
        }
        use.last = time;
    }
    HIPWRIGHT_UNCHECKED const Use* find(std::uintptr_t address) const {
        if (!capacity) return nullptr;
        const Use& use = const_cast<AtomicUses*>(this)->slot(address);
        return use.address ? &use : nullptr;
    }
    HIPWRIGHT_UNCHECKED void forget() {
        std::free(uses);
        uses = nullptr;
        size = capacity = 0;
    }

  private:
    HIPWRIGHT_UNCHECKED Use& slot(std::uintptr_t address) {
        std::size_t at = (address >> 2) * 0x9e3779b97f4a7c15ull >> 20;
        while (uses[at & (capacity - 1)].address && uses[at & (capacity - 1)].address != address)
            ++at;
        return uses[at & (capacity - 1)];
    }
    HIPWRIGHT_UNCHECKED bool grow() {
        if (size >= most) {
            too_many = true;
            forget();
            return false;
        }
        AtomicUses larger;
        larger.capacity = capacity ? capacity * 2 : 16;
        larger.uses = static_cast<Use*>(std::calloc(larger.capacity, sizeof(Use)));
        if (!larger.uses) fail("out of memory for the race detector");
        for (unsigned i = 0; i < capacity; ++i)
            if (uses[i].address) larger.slot(uses[i].address) = uses[i];
        std::free(uses);
        uses = larger.uses;
        capacity = larger.capacity;
        return true;
    }
};

// One run of a block, kept until its launch ends.
struct BlockRun {
    const Launch* launch;
    uint3 index;
    std::uint32_t last_fence;
    AtomicUses atomics;
};

// Two accesses that nothing orders.
struct Conflict {
    bool there = false;
    bool writes = false, other_writes = false;
    Access access, other;
    const char* address = nullptr;
};

// A store of which it is not known yet whether it changes anything.
struct Pending {
    const char* address = nullptr;
    unsigned bytes = 0;
    std::uint32_t site = 0;
    bool comparable = false;  // what was there before means something
    char before[16];
};

// What is known of the block that an OS thread runs.
struct Running {
    std::uint32_t id = 0;
    BlockRun* run = nullptr;
    std::uint32_t last_barrier = 0;
    std::uint32_t met[max_block_threads];           // when a lane was last in a warp operation
    std::uint32_t synchronised[max_block_threads];  // … or used an atomic or a fence
    std::uint32_t after_block = 0, after_time = 0;  // it comes after what that one did by then
    Pending pending;
    Conflict conflict;
};

// A shared variable.
struct Named {
    char* base;
    std::size_t bytes;
    const char* name;
};

inline thread_local bool in_check = false;
HIPWRIGHT_UNCHECKED inline Running* running() {
    return this_worker ? static_cast<Running*>(this_worker->trace) : nullptr;
}

class Tracer {
  public:
    HIPWRIGHT_UNCHECKED static Tracer& get() {
        static Tracer* tracer = new Tracer();
        return *tracer;
    }

    bool races() const { return races_; }
    bool unwritten() const { return unwritten_; }
    bool lockstep() const { return lockstep_; }
    Shadow& shadow() { return shadow_; }

    HIPWRIGHT_UNCHECKED void launch_ends(const Launch& launch) {
        const Guard guard(*this);
        settle();
        bool others = false;
        for (BlockRun* run : runs_)
            if (run->launch != &launch) others = true;
        if (others) return;  // the launch of a kernel's own; its parent goes on
        for (BlockRun* run : runs_) {
            run->atomics.forget();
            delete run;
        }
        runs_.clear();
        first_run_ = next_run_;
    }
    HIPWRIGHT_UNCHECKED void block_begins(Worker& worker) {
        const Guard guard(*this);
        if (!worker.trace) worker.trace = new Running();
        Running& now = *static_cast<Running*>(worker.trace);
        settle();
        now.id = next_run_++;
        now.run = new BlockRun{worker.launch, blockIdx, 0, {}};
        runs_.add(now.run);
        now.last_barrier = ++time_;
        now.after_block = 0;
        std::memset(now.met, 0, sizeof now.met);
        std::memset(now.synchronised, 0, sizeof now.synchronised);
        // Each block finds its shared memory unwritten.
        for (const Named& each : shared_)
            if (each.base >= arena_ && each.base < arena_ + arena_used_)
                shadow_.mark(each.base, each.bytes, false);
        if (worker.dynamic_shared_bytes)
            shadow_.mark(worker.dynamic_shared, worker.dynamic_shared_bytes, false);
    }
    HIPWRIGHT_UNCHECKED void block_ends() {
        const Guard guard(*this);
        settle();
    }
    HIPWRIGHT_UNCHECKED void barrier_opens() {
        Running* now = running();
        if (!now) return;
        const Guard guard(*this);
        now->last_barrier = ++time_;
    }
    HIPWRIGHT_UNCHECKED void grid_barrier_opens() {
        const Guard guard(*this);
        last_grid_barrier_ = ++time_;
    }
    HIPWRIGHT_UNCHECKED void lanes_meet(const Warp& warp, LaneMask group) {
        Running* block = running();
        if (!block) return;
        const Guard guard(*this);
        const std::uint32_t now = ++time_;
        for (; group; group &= group - 1)
            block->met[warp.index * warp_size + static_cast<unsigned>(__builtin_ctzll(group))] =
                now;
    }
    HIPWRIGHT_UNCHECKED void fence() {
        Running* now = running();
        if (!now) return;
        const Guard guard(*this);
        now->run->last_fence = ++time_;
        now->synchronised[this_worker->current] = time_;
    }

    // Memory for a shared variable of the calling OS thread.
    HIPWRIGHT_UNCHECKED void* shared_memory(std::size_t bytes, std::size_t alignment,
                                            const char* name) {
        const Guard guard(*this);
        if (!arena_) {
            void* made = mmap(nullptr, arena_bytes, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
            if (made == MAP_FAILED) fail("out of memory for shared memory");
            arena_ = static_cast<char*>(made);
            shadow_.enter(arena_, arena_bytes, Space::shared);
        }
        if (alignment < 16) alignment = 16;
        arena_used_ = (arena_used_ + alignment - 1) / alignment * alignment;
        if (arena_used_ + bytes > arena_bytes)
            fail("the program's shared variables take over 64 MiB");
        char* memory = arena_ + arena_used_;
        arena_used_ += bytes;
        shared_.add(Named{memory, bytes, name});
        return memory;
    }
    HIPWRIGHT_UNCHECKED void* dynamic_shared_memory(std::size_t bytes) {
        void* made = device_memory(bytes ? bytes : 1, Space::shared);
        if (!made) fail("out of memory for dynamic shared memory");
        return made;
    }
    HIPWRIGHT_UNCHECKED void written_from_outside(const void* base, std::size_t bytes) {
        if (!unwritten_ || shadow_.space(base) == Space::none) return;
        const Guard guard(*this);
        shadow_.mark(base, bytes, true);
    }
    HIPWRIGHT_UNCHECKED void* device_memory(std::size_t bytes, Space space) {
        const Guard guard(*this);
        const std::size_t mapped = (bytes + page_bytes - 1) / page_bytes * page_bytes;
        void* made =
            mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (made == MAP_FAILED) return nullptr;
        shadow_.enter(made, bytes, space);
        return made;
    }

    // An atomic operation on memory that is not watched: it orders blocks all the same.
    HIPWRIGHT_UNCHECKED void atomic_elsewhere(const void* address) {
        const Guard guard(*this);
        note_atomic(reinterpret_cast<std::uintptr_t>(address));
    }

    // One access of the running thread.
    HIPWRIGHT_UNCHECKED void access(const void* address, std::size_t bytes, bool writes,
                                    unsigned how, const void* pc) {
        const Space space = shadow_.space(address);
        const Guard guard(*this);
        settle();
        Running& now = *running();
        Access mine;
        mine.site = site_of(pc);
        if (how & atomic) note_atomic(reinterpret_cast<std::uintptr_t>(address));
        mine.time = time_;
        mine.block = now.id;
        mine.thread = static_cast<std::uint16_t>(this_worker->current);
        mine.how = static_cast<std::uint8_t>(how);
        const auto begin = reinterpret_cast<std::uintptr_t>(address), end = begin + bytes;
        bool comparable = writes && !(how & atomic) && bytes <= sizeof now.pending.before;
        bool reported = !unwritten_ || (writes && !(how & atomic)) || space == Space::written;
        for (std::uintptr_t at = begin; at < end; at = at / 4 * 4 + 4) {
            Page* page = shadow_.page(reinterpret_cast<void*>(at));
            if (!page) continue;
            const std::uintptr_t stop = at / 4 * 4 + 4 < end ? at / 4 * 4 + 4 : end;
            mine.bytes = static_cast<std::uint8_t>(((1u << (stop - at)) - 1) << at % 4);
            const std::size_t index = at % page_bytes / 4;
            std::uint8_t& written = page->written[index];
            const bool known = (written & mine.bytes) == mine.bytes;
            const char* here = reinterpret_cast<const char*>(at);
            if (!known && !reported) reported = read_before_written(here, stop - at, mine, space);
            if (!known && space == Space::shared) comparable = false;
            if (races_) look_for_races(page->cells[index], here, mine, writes, space);
            if (writes) written = static_cast<std::uint8_t>(written | mine.bytes);
        }
        if (comparable) {
            now.pending.address = static_cast<const char*>(address);
            now.pending.bytes = static_cast<unsigned>(bytes);
            now.pending.site = mine.site;
            std::memcpy(now.pending.before, address, bytes);
        } else {
            report_conflict();
        }
    }

  private:
    static constexpr std::size_t arena_bytes = std::size_t{64} << 20;

    // Keeps others out, and the checks' own accesses.
    class Guard {
      public:
        HIPWRIGHT_UNCHECKED explicit Guard(Tracer& tracer) : tracer_(tracer), outer_(in_check) {
            in_check = true;
            if (outer_) return;
            while (__atomic_exchange_n(&tracer_.locked_, true, __ATOMIC_ACQUIRE)) sched_yield();
        }
        HIPWRIGHT_UNCHECKED ~Guard() {
            if (!outer_) __atomic_store_n(&tracer_.locked_, false, __ATOMIC_RELEASE);
            in_check = outer_;
        }
        Guard(const Guard&) = delete;
        Guard& operator=(const Guard&) = delete;

      private:
        Tracer& tracer_;
        bool outer_;
    };

    HIPWRIGHT_UNCHECKED Tracer() {
        const char* wish = std::getenv("HIPWRIGHT_CHECKS");
        if (!wish) wish = "";
        races_ = std::strstr(wish, "race");
        unwritten_ = std::strstr(wish, "uninitialised");
        lockstep_ = std::strstr(wish, "lockstep");
    }

    HIPWRIGHT_UNCHECKED void look_for_races(Cell& cell, const char* address, const Access& mine,
                                            bool writes, Space space) {
        const auto look = [&](const Access& other, bool other_writes) HIPWRIGHT_UNCHECKED {
            if (!(other.bytes & mine.bytes) || running()->conflict.there) return;
            if (!meant(other, other_writes, mine, writes, space) && !ordered(other, mine, space))
                running()->conflict = Conflict{true, writes, other_writes, mine, other, address};
        };
        // Of the earlier ones that of another warp says more: it is ordered by barriers alone.
        const auto keep = [&](Access& latest, Access& before) HIPWRIGHT_UNCHECKED {
            const bool own = latest.block == mine.block && latest.thread == mine.thread;
            const bool better = before.block == mine.block && latest.block == mine.block &&
                                before.time >= running()->last_barrier &&
                                before.thread / warp_size != mine.thread / warp_size &&
                                latest.thread / warp_size == mine.thread / warp_size;
            if (!own && !better) before = latest;
            latest = mine;
        };
        if (writes) {
            look(cell.write, true);
            look(cell.other_write, true);
            look(cell.read, false);
            look(cell.other_read, false);
            keep(cell.write, cell.other_write);
        } else {
            if (!(cell.write.how & silent)) look(cell.write, true);
            if (!(cell.other_write.how & silent)) look(cell.other_write, true);
            keep(cell.read, cell.other_read);
        }
    }
    // Whether two accesses to one place are meant to be made at the same time.
    HIPWRIGHT_UNCHECKED static bool meant(const Access& other, bool other_writes,
                                          const Access& mine, bool writes, Space space) {
        const unsigned either = other.how | mine.how, both = other.how & mine.how;
        if (both & atomic) return true;
        if (either & atomic && either & is_volatile) return true;
        if (space == Space::shared) {
            // A flag for another warp; within one warp it is a warp that is thought to move
            // together.
            return both & is_volatile && other.thread / warp_size != mine.thread / warp_size;
        }
        // In global memory: a flag; a plain look at what others change atomically.
        return both & is_volatile || (either & atomic && !(writes && other_writes));
    }
    HIPWRIGHT_UNCHECKED bool ordered(const Access& other, const Access& mine, Space space) {
        const Running& now = *running();
        if (other.block == now.id) {
            if (other.thread == mine.thread || other.time < now.last_barrier) return true;
            if (other.thread / warp_size == mine.thread / warp_size) {
                if (now.met[other.thread] > other.time && now.met[mine.thread] > other.time)
                    return true;
                if ((is_hip || lockstep_) && other.site != mine.site) return true;
            }
            return now.synchronised[other.thread] > other.time &&
                   now.synchronised[mine.thread] > other.time;
        }
        if (space == Space::shared) return true;  // another block's: the same place by chance
        if (other.block < first_run_) return true;
        const BlockRun& run = *runs_[other.block - first_run_];
        if (run.launch != now.run->launch || other.time < last_grid_barrier_) return true;
        if (run.last_fence > other.time) return true;
        if (now.after_block == other.block && other.time <= now.after_time) return true;
        const AtomicUses &theirs = run.atomics, &ours = now.run->atomics;
        if (theirs.too_many || ours.too_many) return true;
        for (unsigned i = 0; i < ours.capacity; ++i) {
            const AtomicUses::Use& use = ours.uses[i];
            const AtomicUses::Use* same = use.address ? theirs.find(use.address) : nullptr;
            if (!same || same->first >= use.last) continue;
            // An atomic operation orders itself as well as what came before it.
            if (same->last > other.time || (other.how & atomic && same->last == other.time))
                return true;
        }
        if (!handed_on(other, now)) return false;
        running()->after_block = other.block;
        running()->after_time = other.time;
        return true;
    }
    // Whether blocks in between hand it on that the other block has made its access: each uses an
    // atomic after one of the block before it at the same address, as in a chained scan.
    HIPWRIGHT_UNCHECKED bool handed_on(const Access& other, const Running& now) {
        constexpr std::size_t patience = 1u << 20;  // looks; then the program is taken at its word
        const auto count = static_cast<std::uint32_t>(runs_.size());
        // When each block is known to come after the access, 0 while it is not; whom to ask next.
        auto* times = static_cast<std::uint32_t*>(std::calloc(count * 2, sizeof(std::uint32_t)));
        if (!times) fail("out of memory for the race detector");
        std::uint32_t *waiting = times + count, size = 0;
        std::size_t looks = 0;
        bool found = false;
        times[other.block - first_run_] = other.time;
        waiting[size++] = other.block - first_run_;
        while (size && !found) {
            const std::uint32_t from = waiting[--size];
            const AtomicUses& given = runs_[from]->atomics;
            for (unsigned i = 0; i < given.capacity && !found; ++i) {
                const AtomicUses::Use& use = given.uses[i];
                if (!use.address || use.last <= times[from]) continue;
                const std::uint32_t given_at = use.first > times[from] ? use.first : times[from];
                for (std::uint32_t to = 0; to < count && !found; ++to) {
                    if (times[to] || runs_[to]->launch != now.run->launch) continue;
                    if (++looks > patience || runs_[to]->atomics.too_many) found = true;
                    const AtomicUses::Use* taken = runs_[to]->atomics.find(use.address);
                    if (!taken || taken->last <= given_at) continue;
                    times[to] = taken->first > given_at ? taken->first : given_at;
                    if (runs_[to] == now.run) found = true;
                    waiting[size++] = to;
                }
            }
        }
        std::free(times);
        return found;
    }
    HIPWRIGHT_UNCHECKED void note_atomic(std::uintptr_t address) {
        Running& now = *running();
        const std::uint32_t time = ++time_;
        now.synchronised[this_worker->current] = time;
        now.run->atomics.note(address, time);
    }

    // The last store has been made by now: did it change anything?
    HIPWRIGHT_UNCHECKED void settle() {
        Running* now = running();
        if (!now || !now->pending.address) return;
        Pending& pending = now->pending;
        if (!std::memcmp(pending.address, pending.before, pending.bytes)) {
            auto at = reinterpret_cast<std::uintptr_t>(pending.address);
            const std::uintptr_t end = at + pending.bytes;
            for (; at < end; at = at / 4 * 4 + 4) {
                Page* page = shadow_.page(reinterpret_cast<void*>(at));
                if (!page) continue;
                Access& write = page->cells[at % page_bytes / 4].write;
                if (write.block == now->id && write.site == pending.site)
                    write.how = static_cast<std::uint8_t>(write.how | silent);
            }
            now->conflict.there = false;
        }
        pending.address = nullptr;
        report_conflict();
    }
    HIPWRIGHT_UNCHECKED void report_conflict() {
        if (!running()->conflict.there) return;
        running()->conflict.there = false;
        report_race(running()->conflict);
    }

    HIPWRIGHT_UNCHECKED static std::uint32_t site_of(const void* pc) {
        return static_cast<std::uint32_t>(static_cast<const char*>(pc) - &__executable_start);
    }
    HIPWRIGHT_UNCHECKED static uint3 thread_at(unsigned thread) {
        const dim3 block = this_worker->block;
        return uint3{thread % block.x, thread / block.x % block.y, thread / block.x / block.y};
    }
    HIPWRIGHT_UNCHECKED HIPWRIGHT_SELDOM bool holds_what_nobody_wrote(const Allocation& allocation,
                                                                      char fill);
    HIPWRIGHT_UNCHECKED HIPWRIGHT_SELDOM Report report_at(const Access& access);
    HIPWRIGHT_UNCHECKED HIPWRIGHT_SELDOM void report_race(const Conflict& conflict);
    // Reports a read of memory that nobody wrote, unless somebody did whom nobody traced; whether
    // it did.
    HIPWRIGHT_UNCHECKED HIPWRIGHT_SELDOM bool read_before_written(const char* address,
                                                                  std::size_t bytes,
                                                                  const Access& mine, Space space);
    // "byte 64 of the shared variable tile" into a buffer.
    HIPWRIGHT_UNCHECKED HIPWRIGHT_SELDOM void describe(char* out, std::size_t size,
                                                       const char* address);

    Shadow shadow_;
    bool races_ = false, unwritten_ = false, lockstep_ = false;
    bool locked_ = false;  // atomic
    std::uint32_t time_ = 1;
    std::uint32_t first_run_ = 1, next_run_ = 1;
    std::uint32_t last_grid_barrier_ = 0;
    List<BlockRun*> runs_;
    List<Named> shared_;
    const void* looked_through_ = nullptr;  // the allocation that was last searched
    static inline thread_local char* arena_ = nullptr;
    static inline thread_local std::size_t arena_used_ = 0;
};

inline Report Tracer::report_at(const Access& access) {
    const Running& now = *running();
    Report report{};
    report.kernel = this_worker->launch ? this_worker->launch->kernel : "";
    report.in_kernel = report.in_thread = true;
    report.block = now.run->index;
    report.thread = thread_at(access.thread);
    report.site = access.site;
    return report;
}

inline void Tracer::report_race(const Conflict& conflict) {
    const Access &mine = conflict.access, &other = conflict.other;
    const bool one_block = other.block == running()->id;
    const bool one_warp = one_block && other.thread / warp_size == mine.thread / warp_size;
    const char* name = mine.how & atomic ? "an atomic operation"
                       : conflict.writes ? "a write"
                                         : "a read";
    const char* other_name = other.how & atomic      ? "an atomic operation"
                             : conflict.other_writes ? "a write"
                                                     : "a read";
    char where[300], message[700];
    describe(where, sizeof where, conflict.address);
    std::snprintf(message, sizeof message, "race at %s: %s here and %s by another thread of %s %s",
                  where, name, other_name,
                  one_warp    ? "the warp"
                  : one_block ? "the block"
                              : "another block",
                  one_warp && !is_hip ? "have no __syncwarp() and no barrier between them"
                  : one_warp          ? "are made by one instruction, with different values"
                  : one_block         ? "have no barrier between them"
                                      : "have no order: blocks run side by side");
    Report report = report_at(mine);
    report.kind = "race";
    report.message = message;
    report.other_access = other_name;
    report.other_site = other.site;
    report.other_block = one_block ? report.block : runs_[other.block - first_run_]->index;
    report.other_thread = thread_at(other.thread);
    Record::get().report(report);
}

inline bool Tracer::read_before_written(const char* address, std::size_t bytes, const Access& mine,
                                        Space space) {
    shadow_.mark(address, bytes, true);  // once is enough
    if (space == Space::device) {
        Allocation found;
        const char fill = Memory::get().fill();
        if (!Memory::get().look_up(address, &found)) return false;
        if (looked_through_ != found.base) {
            looked_through_ = found.base;
            if (holds_what_nobody_wrote(found, fill)) {
                shadow_.mark(found.base, found.bytes, true);
                looked_through_ = nullptr;
                return false;
            }
        }
        for (std::size_t i = 0; i < bytes; ++i)
            if (address[i] != fill) return false;
    }
    char where[300], message[500];
    describe(where, sizeof where, address);
    std::snprintf(message, sizeof message,
                  "%s is read before anyone wrote it: on a GPU it holds what was there before",
                  where);
    Report report = report_at(mine);
    report.kind = "uninitialised-read";
    report.message = message;
    Record::get().report(report);
    return true;
}

// A library that was compiled without tracing may have written it.
inline bool Tracer::holds_what_nobody_wrote(const Allocation& allocation, char fill) {
    for (std::size_t i = 0; i < allocation.bytes; ++i) {
        if (allocation.base[i] == fill) continue;
        const char* at = allocation.base + i;
        if (!shadow_.is_written(at)) return true;
    }
    return false;
}

inline void Tracer::describe(char* out, std::size_t size, const char* address) {
    Allocation found;
    for (const Named& each : shared_) {
        if (address < each.base || address >= each.base + each.bytes) continue;
        std::snprintf(out, size, "byte %zu of the shared variable %s",
                      static_cast<std::size_t>(address - each.base), each.name);
        return;
    }
    const char* dynamic = static_cast<const char*>(this_worker->dynamic_shared);
    if (address >= dynamic && address < dynamic + this_worker->dynamic_shared_bytes)
        std::snprintf(out, size, "byte %zu of the dynamic shared memory",
                      static_cast<std::size_t>(address - dynamic));
    else if (Memory::get().look_up(address, &found))
        std::snprintf(out, size, "byte %zu of the %zu bytes allocated at %s:%d",
                      static_cast<std::size_t>(address - found.base), found.bytes, found.file,
                      found.line);
    else
        std::snprintf(out, size, "an address that has been freed");
}

// -- what the runtime calls ----------------------------------------------------------------------
inline void launch_ends(const Launch& launch) { Tracer::get().launch_ends(launch); }
inline void block_begins(Worker& worker) { Tracer::get().block_begins(worker); }
inline void block_ends() { Tracer::get().block_ends(); }
inline void barrier_opens() { Tracer::get().barrier_opens(); }
inline void grid_barrier_opens() { Tracer::get().grid_barrier_opens(); }
inline void lanes_meet(const Warp& warp, LaneMask group) { Tracer::get().lanes_meet(warp, group); }
inline void fence() { Tracer::get().fence(); }
inline void* shared_memory(std::size_t bytes, std::size_t alignment, const char* name) {
    return Tracer::get().shared_memory(bytes, alignment, name);
}
inline void* device_memory(std::size_t bytes, bool written) {
    return Tracer::get().device_memory(bytes, written ? Space::written : Space::device);
}
inline void* dynamic_shared_memory(std::size_t bytes) {
    return Tracer::get().dynamic_shared_memory(bytes);
}
inline void device_memory_is_gone(void* base, std::size_t bytes) {
    Tracer::get().shadow().leave(base, bytes);
}
inline void written_from_outside(const void* base, std::size_t bytes) {
    Tracer::get().written_from_outside(base, bytes);
}

}  // namespace check
}  // namespace hipwright
