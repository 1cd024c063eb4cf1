// How the threads of one block share one OS thread.
//
// A worker runs the threads of its block one after the other in a loop. A thread that never waits
// costs nothing but the loop. When one has to wait, its stack (a fiber) is parked with it and a
// fresh fiber goes on with the loop. A barrier opens when as many threads wait as are alive, so
// that threads that have returned do not count. A warp operation is carried out when no lane of
// the warp can run any more:
//  - with a mask (`_sync`), lanes meet by operation and mask, and wait for every living lane of the
//    mask; lanes that cannot come any more are reported and the operation goes on without them;
//  - without a mask, lanes meet by operation and source line, the lowest line first, which is how a
//    wavefront that moves together reconverges.
#pragma once

#include "builtins.h"
#include "check/hooks.h"
#include "config.h"
#include "fiber.h"
#include "record.h"

namespace hipwright {

struct Warp;
struct Worker;

// What a lane brings to a warp operation. `resolve` carries it out for all lanes that meet, and
// reads and writes through their `data`.
struct Operation {
    using Resolve = void (*)(Warp& warp, LaneMask group);
    Resolve resolve;
    void* data;
    const char* name;
    const char* file;
    int line;
    LaneMask mask;
    bool masked;   // it came with a mask that says who takes part
    bool is_step;  // no operation at all: lanes that move together stop here (check/callbacks.h)

    // Whether two lanes that post these meet. AMD's lanes meet in one instruction; CUDA's wherever
    // they call the same operation with the same mask.
    bool meets(const Operation& other) const {
        return resolve == other.resolve && mask == other.mask && masked == other.masked &&
               (line == other.line || (masked && !is_hip));
    }
};

// A thread that waits: all that is needed to go on with it, in one cache line.
struct alignas(64) Lane {
    void* stack_pointer;
    Fiber* fiber;
    uint3 thread;
    int line;  // where it waits
    const char* file;
    const Operation* operation;  // on the thread's own stack
};

struct Warp {
    LaneMask live;  // exists and has not returned
    LaneMask ready;
    LaneMask at_barrier;
    LaneMask in_operation;
    LaneMask yielded;
    const Operation* first_posted;  // of those in_operation
    bool all_meet;                  // those in_operation all bring what meets first_posted
    unsigned index;
    int barrier_line;
    bool barrier_diverged;
    Lane* lanes;
    Worker* worker;
};

// One launch, as its workers see it.
struct Launch {
    const char* kernel = "";
    const char* file = "";
    int line = 0;
    dim3 grid{1, 1, 1};
    dim3 block{1, 1, 1};
    std::size_t shared = 0;
    const void* stream = nullptr;
    bool cooperative = false;
    bool plain = false;  // known to hold nothing that waits
    void (*run_threads)(Worker& worker, const void* function) = nullptr;
    const void* function = nullptr;
    unsigned long long blocks = 0;
    unsigned long long next_block = 0;    // atomic
    int failure = 0;                      // atomic; 0 or the Failure that ended it
    void* cooperation = nullptr;          // the grid barrier of a cooperative launch
    struct Children* children = nullptr;  // launches from its kernels

    Launch() = default;
    Launch(const char* kernel_, const char* file_, int line_, dim3 grid_, dim3 block_,
           std::size_t shared_)
        : kernel(kernel_), file(file_), line(line_), grid(grid_), block(block_), shared(shared_) {}
};

// The launch that the pool runs, for those who ask from outside.
inline const Launch* running_launch = nullptr;  // atomic

// What a barrier gathers besides the threads.
struct BarrierVotes {
    int count;
    int all;
    int any;
};

enum class Failure : int {
    none = 0,
    trap = 1,
    assertion = 2,
    deadlock = 3,
    illegal_address = 4,
    launch_ended = 5,  // because another block failed
};

inline std::size_t fiber_stack_bytes() {
    static const std::size_t bytes = [] {
        const char* wish = std::getenv("HIPWRIGHT_STACK_BYTES");
        std::size_t n = wish ? std::strtoull(wish, nullptr, 10) : 0;
        if (n < 16 * 1024) n = 256 * 1024;
        return (n + 65535) / 65536 * 65536;
    }();
    return bytes;
}
// A warp at a time instead of turn by turn: shows barriers that a program only seems not to need.
inline bool schedule_is_adversarial() {
    static const bool adversarial = [] {
        const char* wish = std::getenv("HIPWRIGHT_SCHEDULE");
        return wish && !std::strcmp(wish, "adversarial");
    }();
    return adversarial;
}

void help_a_stalled_worker(Worker& worker);

struct Worker {
    Launch* launch = nullptr;

    // The loop over the threads of the block.
    unsigned threads = 0;  // of the block
    dim3 block{1, 1, 1};
    unsigned current = 0;    // the running thread, by its linear index
    unsigned fruitless = 0;  // atomic operations of the running thread that changed nothing
    // Once threads wait, the loop goes from fiber to fiber and these say how far it is.
    unsigned next = 0;  // the first thread not yet started
    unsigned stop = 0;  // threads from here on may not start yet
    uint3 next_index{0, 0, 0};

    // Valid while `parking`: some thread of the block has had to wait.
    bool parking = false;
    bool resumed = false;  // the last pick goes on with a parked thread, not with the loop
    bool in_block = false;
    bool aborted = false;
    unsigned long long blocks_begun = 0;  // tells what one block keeps from what the next does
    bool careful = false;  // a plain loop met a fault: once more, to see which thread it was
    unsigned live = 0;
    unsigned at_barrier = 0;
    unsigned at_grid_barrier = 0;
    unsigned cursor = 0;  // the warp whose turn it is
    unsigned warps_in_block = 0;
    unsigned stalls = 0;  // rounds in which only waiting loops could run
    BarrierVotes votes{0, 1, 0};
    BarrierVotes result{0, 1, 0};

    Fiber main{};
    Fiber* fiber = nullptr;  // the running one
    Fiber* idle = nullptr;
    Fiber* all = nullptr;
    unsigned fibers = 0;

    void* dynamic_shared = nullptr;
    std::size_t dynamic_shared_bytes = 0;

    void* trace = nullptr;  // what the checks know of the block

    Warp warps[max_block_warps];
    Lane lanes[max_block_threads];

    Worker() {
        for (unsigned w = 0; w < max_block_warps; ++w) {
            warps[w] = Warp{};
            warps[w].index = w;
            warps[w].lanes = lanes + w * warp_size;
            warps[w].worker = this;
        }
    }

    ~Worker() {
        while (all) {
            Fiber* gone = all;
            all = gone->next_of_worker;
            unmap_stack(*gone);
            delete gone;
        }
        give_back_dynamic_shared();
    }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    // -- the loop, once threads have waited --------------------------------------------------
    bool claim_thread() {
        if (next == stop) return false;
        current = next++;
        lanes[current].thread = next_index;
        set_thread(next_index);
        step(next_index);
        return true;
    }
    void finish_thread() {
        fruitless = 0;
        current_warp().live &= ~lane_bit();
        --live;
        stalls = 0;
    }
    void step(uint3& index) const {
        if (++index.x != block.x) return;
        index.x = 0;
        if (++index.y != block.y) return;
        index.y = 0;
        ++index.z;
    }

    // -- the running thread -----------------------------------------------------------------
    unsigned lane() const { return current % warp_size; }
    LaneMask lane_bit() const { return LaneMask{1} << lane(); }
    Warp& current_warp() { return warps[current / warp_size]; }
    // The lanes of the running warp that exist and have not returned.
    LaneMask live_lanes() {
        if (parking) return current_warp().live;
        const unsigned first = current - lane();
        const unsigned count = threads - first < warp_size ? threads - first : warp_size;
        const LaneMask exist = count == 64 ? ~LaneMask{0} : (LaneMask{1} << count) - 1;
        return exist & ~(lane_bit() - 1);  // those before this one have run to their end
    }

    // -- waiting ----------------------------------------------------------------------------
    void wait_at_barrier(const char* file, int line) {
        park(file, line);
        Warp& warp = current_warp();
        if (!warp.at_barrier) {
            warp.barrier_line = line;
            warp.barrier_diverged = false;
        } else if (warp.barrier_line != line) {
            warp.barrier_diverged = true;
        }
        warp.at_barrier |= lane_bit();
        ++at_barrier;
        go_on();
    }
    void vote_at_barrier(int predicate, const char* file, int line) {
        if (!parking) begin_parking();
        votes.count += predicate != 0;
        votes.all = votes.all && predicate;
        votes.any = votes.any || predicate;
        wait_at_barrier(file, line);
    }
    void wait_at_grid_barrier(const char* file, int line) {
        if (!launch->cooperation) {
            report("deadlock", "a grid barrier in a kernel that was not launched cooperatively",
                   file, line);
            abort_launch(Failure::deadlock);
        }
        park(file, line);
        current_warp().at_barrier |= lane_bit();
        ++at_grid_barrier;
        go_on();
    }
    void wait_in_operation(const Operation& operation) {
        park(operation.file, operation.line);
        lanes[current].operation = &operation;
        Warp& warp = current_warp();
        if (!warp.in_operation) {
            warp.first_posted = &operation;
            warp.all_meet = true;
        } else if (warp.all_meet && !operation.meets(*warp.first_posted)) {
            warp.all_meet = false;
        }
        warp.in_operation |= lane_bit();
        go_on();
    }
    void yield(const char* file, int line) {
        fruitless = 0;
        park(file, line);
        current_warp().yielded |= lane_bit();
        go_on();
    }

    // Runs the block to its end on fibers; comes back on the caller's stack.
    void run_block() {
        run_threads_of_block();
        if (__builtin_expect(careful, 0)) find_fault();
    }
    void run_threads_of_block() {
        parking = false;
        aborted = false;
        in_block = true;
        ++blocks_begun;
        next = stop = threads;
        fruitless = 0;
        Fiber* first = take_idle();
        fiber = first;
        switch_fiber(main, &main.stack_pointer, *first, first->stack_pointer);
        in_block = false;
        if (aborted) forget_fibers();
    }

    // Exactly the bytes that the launch asks for, so that a tool sees an access beyond them.
    HIPWRIGHT_SELDOM void provide_dynamic_shared(std::size_t bytes) {
        if (bytes == dynamic_shared_bytes && dynamic_shared) return;
        give_back_dynamic_shared();
#ifdef HIPWRIGHT_TRACED
        dynamic_shared = check::dynamic_shared_memory(bytes);
#else
        if (posix_memalign(&dynamic_shared, 128, bytes ? bytes : 1)) {
            dynamic_shared = nullptr;
            fail("out of memory for dynamic shared memory");
        }
        std::memset(dynamic_shared, 0, bytes ? bytes : 1);
#endif
        dynamic_shared_bytes = bytes;
    }
    HIPWRIGHT_SELDOM void give_back_dynamic_shared() {
#ifdef HIPWRIGHT_TRACED
        if (dynamic_shared) check::device_memory_is_gone(dynamic_shared, dynamic_shared_bytes);
        if (dynamic_shared) munmap(dynamic_shared, dynamic_shared_bytes ? dynamic_shared_bytes : 1);
#else
        std::free(dynamic_shared);
#endif
        dynamic_shared = nullptr;
    }

    // Ends the launch from inside a kernel.
    [[noreturn]] void abort_launch(Failure failure) {
        fail_launch(failure);
        leave_block();
    }
    void fail_launch(Failure failure) {
        int none = 0;
        __atomic_compare_exchange_n(&launch->failure, &none, static_cast<int>(failure), false,
                                    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    }
    [[noreturn]] void leave_block() {
        aborted = true;
        Fiber* from = fiber;
        fiber = &main;
        switch_fiber(*from, &from->stack_pointer, main, main.stack_pointer);
        __builtin_unreachable();
    }

    HIPWRIGHT_SELDOM void find_fault() {
        run_threads_of_block();
        careful = false;
        if (aborted) return;
        report("illegal-address",
               "the kernel ended by SIGSEGV: an access to memory that is not there, which did not "
               "happen again when its block was run once more",
               launch->file, launch->line);
        fail_launch(Failure::illegal_address);
    }
    // Whether threadIdx is the running thread's: in a plain loop the compiler keeps it elsewhere.
    bool knows_thread() const { return !launch || !launch->plain || careful; }
    // After a fault in a plain loop: runs the block again, thread by thread.
    [[noreturn]] HIPWRIGHT_SELDOM void run_again_carefully() {
        careful = true;
        leave_block();
    }

    HIPWRIGHT_SELDOM void report(const char* kind, const char* message, const char* file,
                                 int line) {
        Report report{};
        report.kind = kind;
        report.message = message;
        report.file = file;
        report.line = line;
        report.kernel = launch ? launch->kernel : "";
        report.in_kernel = true;
        report.block = blockIdx;
        report.in_thread = knows_thread();
        report.thread = threadIdx;
        Record::get().report(report);
    }
    HIPWRIGHT_SELDOM void report_lanes(const char* kind, const char* message, const Warp& warp,
                                       LaneMask which, const char* file, int line) {
        Report report{};
        report.kind = kind;
        report.message = message;
        report.file = file;
        report.line = line;
        report.kernel = launch ? launch->kernel : "";
        report.in_kernel = true;
        report.block = blockIdx;
        report.in_warp = true;
        report.warp = warp.index;
        report.lanes = which;
        Record::get().report(report);
    }

  private:
    void begin_parking() {
        if (launch->plain)
            fail("a kernel that was launched as plain reached a barrier or a warp operation");
        parking = true;
        next = current + 1;
        lanes[current].thread = next_index = threadIdx;
        step(next_index);
        stop = threads;
        if (schedule_is_adversarial()) {
            stop = (current / warp_size + 1) * warp_size;
            if (stop > threads) stop = threads;
        }
        live = threads - current;
        at_barrier = 0;
        at_grid_barrier = 0;
        stalls = 0;
        votes = BarrierVotes{0, 1, 0};
        warps_in_block = (threads + warp_size - 1) / warp_size;
        // In turn from the first warp on, or this warp for as long as it can run.
        cursor = schedule_is_adversarial() ? current / warp_size : warps_in_block - 1;
        for (unsigned w = 0; w < warps_in_block; ++w) {
            Warp& warp = warps[w];
            const unsigned first = w * warp_size;
            const unsigned count = threads - first < warp_size ? threads - first : warp_size;
            LaneMask exist = count == 64 ? ~LaneMask{0} : (LaneMask{1} << count) - 1;
            if (first + warp_size <= current)
                exist = 0;
            else if (first < current)
                exist &= ~((LaneMask{1} << (current - first)) - 1);
            warp.live = exist;
            warp.ready = warp.at_barrier = warp.in_operation = warp.yielded = 0;
        }
    }
    void park(const char* file, int line) {
        if (!parking) begin_parking();
        Lane& lane = lanes[current];
        lane.fiber = fiber;
        lane.file = file;
        lane.line = line;
    }

    __attribute__((always_inline)) inline Fiber* take_idle() {
        Fiber* taken = idle;
        if (__builtin_expect(!taken, 0)) return make_fiber();
        idle = taken->next_idle;
        if (idle) __builtin_prefetch(idle->stack_pointer);
        return taken;
    }
    HIPWRIGHT_SELDOM Fiber* make_fiber() {
        auto* made = new Fiber();
        // Most threads need little; the first fiber runs all that never wait, so it gets more.
        const std::size_t bytes = fibers ? fiber_stack_bytes() : fiber_stack_bytes() * 8;
        if (!map_stack(*made, bytes)) fail("out of memory for the stacks of waiting threads");
        made->next_of_worker = all;
        all = made;
        reset_fiber(*made, &Worker::fiber_main, fibers++);
        return made;
    }
    // After an aborted launch every stack holds the remains of a thread: begin them all anew.
    HIPWRIGHT_SELDOM void forget_fibers() {
        idle = nullptr;
        unsigned colour = fibers;
        for (Fiber* each = all; each; each = each->next_of_worker) {
            reset_fiber(*each, &Worker::fiber_main, --colour);
            each->next_idle = idle;
            idle = each;
        }
    }
    static void fiber_main();

    // Parks the running thread and goes on with whatever can run.
    __attribute__((always_inline)) inline void go_on() {
        const unsigned self = current;
        Fiber* from = fiber;
        // The ordinary cases in few words: one thread after the other starts, or goes on.
        Fiber* to;
        if (next != stop) {
            resumed = false;
            to = take_idle();
        } else {
            to = warps[cursor].ready ? resume(warps[cursor]) : pick(nullptr);
        }
        if (to == from) return;
        void* place = resumed ? lanes[current].stack_pointer : to->stack_pointer;
        fiber = to;
        switch_fiber(*from, &lanes[self].stack_pointer, *to, place);
    }
    // The loop on the running fiber is over: the fiber is free.
    void leave() {
        Fiber* from = fiber;
        const bool next_goes_on = parking && next == stop && warps[cursor].ready;
        Fiber* to = next_goes_on ? resume(warps[cursor]) : pick(from);
        if (to == from) return;
        void* place = resumed ? lanes[current].stack_pointer : to->stack_pointer;
        from->next_idle = idle;
        idle = from;
        fiber = to;
        switch_fiber(*from, &from->stack_pointer, *to, place);
    }

    __attribute__((always_inline)) inline Fiber* resume(Warp& warp) {
        const unsigned lane = static_cast<unsigned>(__builtin_ctzll(warp.ready));
        warp.ready &= warp.ready - 1;
        // The one after it: its stack is seldom in the nearest cache.
        if (warp.ready) {
            const Lane& after = warp.lanes[__builtin_ctzll(warp.ready)];
            __builtin_prefetch(after.stack_pointer);
            __builtin_prefetch(static_cast<const char*>(after.stack_pointer) + 64);
        }
        current = warp.index * warp_size + lane;
        set_thread(lanes[current].thread);
        resumed = true;
        return lanes[current].fiber;
    }

    __attribute__((noinline)) Fiber* pick(Fiber* free_fiber) {
        resumed = false;
        if (!parking) return &main;
        for (;;) {
            if (next != stop) return free_fiber ? free_fiber : take_idle();
            Warp& turn = warps[cursor];
            if (turn.ready) return resume(turn);
            if (schedule_is_adversarial() && resolve(turn)) continue;
            if (find_warp()) continue;
            if (stop != threads) {
                cursor = stop / warp_size;
                stop = threads - stop < warp_size ? threads : stop + warp_size;
                continue;
            }
            if (!live) return &main;
            if (at_barrier == live) {
                open_barrier();
                continue;
            }
            if (at_grid_barrier == live) {
                wait_for_grid();
                open_barrier();
                continue;
            }
            if (wake_yielded()) continue;
            report_deadlock();
        }
    }
    // The next warp, in turn, that can run or whose lanes have met.
    bool find_warp() {
        for (unsigned step = 1; step <= warps_in_block; ++step) {
            unsigned w = cursor + step;
            if (w >= warps_in_block) w -= warps_in_block;
            if (warps[w].ready || resolve(warps[w])) {
                cursor = w;
                return true;
            }
        }
        return false;
    }

    void open_barrier() {
        check::barrier_opens();
        result = votes;
        votes = BarrierVotes{0, 1, 0};
        for (unsigned w = 0; w < warps_in_block; ++w) {
            Warp& warp = warps[w];
            if (!warp.at_barrier) continue;
            if (warp.barrier_diverged && at_barrier) report_divergent_barrier(warp);
            warp.ready = warp.at_barrier;
            warp.at_barrier = 0;
        }
        at_barrier = 0;
        at_grid_barrier = 0;
        stalls = 0;
        cursor = 0;
    }
    void wait_for_grid();
    bool wake_yielded() {
        bool any = false;
        for (unsigned w = 0; w < warps_in_block; ++w) {
            Warp& warp = warps[w];
            if (!warp.yielded) continue;
            warp.ready |= warp.yielded;
            warp.yielded = 0;
            any = true;
        }
        if (!any) return false;
        if (++stalls > 64) help_a_stalled_worker(*this);
        return true;
    }

    // Carries out what the lanes of a warp have posted, as far as it can be; true when lanes of it
    // can run now.
    bool resolve(Warp& warp) {
        const LaneMask pending = warp.in_operation;
        if (!pending) return false;
        // The ordinary case: whoever can come is here.
        if (warp.all_meet) {
            const Operation& first = *warp.first_posted;
            const bool complete =
                first.masked ? (first.mask & warp.live & ~pending) == 0 : !warp.yielded;
            if (complete) {
                carry_out(warp, pending);
                return true;
            }
        }
        return resolve_in_part(warp);
    }
    bool resolve_in_part(Warp& warp) {
        const LaneMask pending = warp.in_operation;
        bool progress = false;
        LaneMask unmasked = 0;
        LaneMask incomplete = 0;
        LaneMask steps = 0;
        for (LaneMask left = pending; left;) {
            const unsigned leader = static_cast<unsigned>(__builtin_ctzll(left));
            const Operation& first = *warp.lanes[leader].operation;
            if (!first.masked) {
                (first.is_step ? steps : unmasked) |= LaneMask{1} << leader;
                left &= left - 1;
                continue;
            }
            LaneMask group = 0;
            for (LaneMask rest = left; rest; rest &= rest - 1) {
                const unsigned l = static_cast<unsigned>(__builtin_ctzll(rest));
                if (warp.lanes[l].operation->meets(first)) group |= LaneMask{1} << l;
            }
            left &= ~group;
            if ((first.mask & warp.live & ~group) == 0) {
                carry_out(warp, group);
                progress = true;
            } else {
                incomplete |= group;
            }
        }
        if (progress) return true;
        // Loops that wait for another lane get their chance first, but not for ever.
        if (warp.yielded && (incomplete || stalls < 8)) return false;
        const LaneMask candidates = steps ? steps : unmasked ? unmasked : incomplete;
        if (!candidates) return false;
        unsigned leader = static_cast<unsigned>(__builtin_ctzll(candidates));
        for (LaneMask rest = candidates; rest; rest &= rest - 1) {
            const unsigned l = static_cast<unsigned>(__builtin_ctzll(rest));
            if (warp.lanes[l].line < warp.lanes[leader].line) leader = l;
        }
        const Operation& first = *warp.lanes[leader].operation;
        LaneMask group = 0;
        for (LaneMask rest = candidates; rest; rest &= rest - 1) {
            const unsigned l = static_cast<unsigned>(__builtin_ctzll(rest));
            const Operation& other = *warp.lanes[l].operation;
            if (other.meets(first) && other.line == first.line) group |= LaneMask{1} << l;
        }
        carry_out(warp, group);
        return true;
    }
    void carry_out(Warp& warp, LaneMask group) {
        const Operation& first = *warp.lanes[__builtin_ctzll(group)].operation;
        if (first.masked) check_mask(warp, group, first);
        first.resolve(warp, group);
        if (!first.is_step) check::lanes_meet(warp, group);
        warp.in_operation &= ~group;
        warp.ready |= group;
        warp.all_meet = false;
        stalls = 0;
    }

    // Says which lanes a mask names that do not take part, and which take part unnamed.
    void check_mask(const Warp& warp, LaneMask group, const Operation& operation) {
        // On CUDA a lane that has returned need not arrive. HIP 7 compares the mask with the set of
        // active lanes and stops the kernel (amd_warp_sync_functions.h, __hip_check_mask).
        const LaneMask mask = operation.mask & full_warp;
        const LaneMask missing = (is_hip ? mask : mask & warp.live) & ~group;
        const LaneMask outside = group & ~mask;
        if (__builtin_expect(missing != 0, 0)) report_missing(warp, missing, operation);
        if (__builtin_expect(outside != 0, 0)) report_outside(warp, outside, operation);
    }

    HIPWRIGHT_SELDOM void report_missing(const Warp& warp, LaneMask missing,
                                         const Operation& operation);
    HIPWRIGHT_SELDOM void report_outside(const Warp& warp, LaneMask outside,
                                         const Operation& operation);
    HIPWRIGHT_SELDOM void report_divergent_barrier(const Warp& warp);
    [[noreturn]] HIPWRIGHT_SELDOM void report_deadlock();
};

inline thread_local Worker* this_worker = nullptr;

inline Worker& own_worker() {
    if (!this_worker) this_worker = new Worker();
    return *this_worker;
}
inline bool in_kernel() { return this_worker && this_worker->in_block; }

inline void Worker::fiber_main() {
    for (;;) {
        Worker& worker = *this_worker;
#ifdef HIPWRIGHT_ADDRESS_SANITIZER
        if (!worker.main.stack) {
            const void* bottom = nullptr;
            __sanitizer_finish_switch_fiber(nullptr, &bottom, &worker.main.stack_bytes);
            worker.main.stack = const_cast<char*>(static_cast<const char*>(bottom));
        } else {
            __sanitizer_finish_switch_fiber(nullptr, nullptr, nullptr);
        }
#endif
        for (;;) {
            worker.launch->run_threads(worker, worker.launch->function);
            worker.leave();
        }
    }
}

// "lanes 3, 8-15" into a buffer.
HIPWRIGHT_SELDOM inline void name_lanes(char* out, std::size_t size, LaneMask mask) {
    std::size_t used = 0;
    const bool one = (mask & (mask - 1)) == 0;
    used += static_cast<std::size_t>(std::snprintf(out, size, one ? "lane " : "lanes "));
    bool first = true;
    for (unsigned lane = 0; lane < 64 && used + 16 < size;) {
        if (!(mask >> lane & 1)) {
            ++lane;
            continue;
        }
        unsigned last = lane;
        while (last + 1 < 64 && mask >> (last + 1) & 1) ++last;
        const char* comma = first ? "" : ", ";
        first = false;
        const int n = last == lane ? std::snprintf(out + used, size - used, "%s%u", comma, lane)
                                   : std::snprintf(out + used, size - used,
                                                   last == lane + 1 ? "%s%u, %u" : "%s%u-%u", comma,
                                                   lane, last);
        used += static_cast<std::size_t>(n);
        lane = last + 1;
    }
}

inline void Worker::report_missing(const Warp& warp, LaneMask missing, const Operation& operation) {
    char names[400], message[800];
    name_lanes(names, sizeof names, missing);
    const bool gone = (missing & warp.live) == 0;
    std::snprintf(message, sizeof message, "%s of warp %u never arrived at %s with mask 0x%0*llx%s",
                  names, warp.index, operation.name, static_cast<int>(warp_size / 4),
                  static_cast<unsigned long long>(operation.mask),
                  !is_hip ? ""
                  : gone
                      ? ": they have returned or do not exist, and HIP 7 stops a kernel whose mask "
                        "is not the set of active lanes"
                      : ": HIP 7 stops a kernel whose mask is not the set of active lanes");
    report_lanes("missing-lanes", message, warp, missing, operation.file, operation.line);
}

inline void Worker::report_outside(const Warp& warp, LaneMask outside, const Operation& operation) {
    char names[400], message[800];
    name_lanes(names, sizeof names, outside);
    std::snprintf(message, sizeof message,
                  "%s of warp %u called %s with mask 0x%0*llx, which leaves them out: %s", names,
                  warp.index, operation.name, static_cast<int>(warp_size / 4),
                  static_cast<unsigned long long>(operation.mask),
                  // It goes on as HIP does where its checks are compiled out, by NDEBUG.
                  is_hip ? "HIP 7 stops the kernel here; this device goes on, to show the result"
                         : "the result is undefined; on this device they take no part");
    report_lanes("outside-mask", message, warp, outside, operation.file, operation.line);
}

inline void Worker::report_divergent_barrier(const Warp& warp) {
    char names[400], message[900];
    int other = 0;
    LaneMask there = 0;
    for (LaneMask rest = warp.at_barrier; rest; rest &= rest - 1) {
        const unsigned l = static_cast<unsigned>(__builtin_ctzll(rest));
        if (warp.lanes[l].line == warp.barrier_line) continue;
        other = warp.lanes[l].line;
        there |= LaneMask{1} << l;
    }
    name_lanes(names, sizeof names, there);
    std::snprintf(
        message, sizeof message,
        "%s of warp %u wait at the barrier of line %d, the others of the warp at the one of "
        "line %d: a barrier must be reached by all threads or by none",
        names, warp.index, other, warp.barrier_line);
    const unsigned first = static_cast<unsigned>(__builtin_ctzll(warp.at_barrier));
    report_lanes("divergent-barrier", message, warp, there, warp.lanes[first].file,
                 warp.barrier_line);
}

inline void Worker::report_deadlock() {
    char message[800];
    const char* file = "";
    int line = 0;
    for (unsigned w = 0; w < warps_in_block && !line; ++w) {
        if (!warps[w].live) continue;
        const unsigned first = static_cast<unsigned>(__builtin_ctzll(warps[w].live));
        file = warps[w].lanes[first].file;
        line = warps[w].lanes[first].line;
        threadIdx = warps[w].lanes[first].thread;
    }
    std::snprintf(message, sizeof message,
                  "deadlock: %u of %u threads wait at a barrier of the block and the others never "
                  "come; the first waits at line %d",
                  at_barrier, live, line);
    report("deadlock", message, file, line);
    abort_launch(Failure::deadlock);
}

}  // namespace hipwright
