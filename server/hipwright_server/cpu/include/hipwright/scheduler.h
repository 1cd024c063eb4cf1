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

// A thread of a block in which threads wait, besides the context in which it goes on.
struct alignas(32) Lane {
    Fiber* fiber;
    const char* file;  // where it waits
    int line;
    std::uint32_t thread;        // its index: x, y and z in 10 bits each
    const Operation* operation;  // on the thread's own stack
};
inline std::uint32_t packed(const uint3& thread) {
    return thread.x | thread.y << 10 | thread.z << 20;
}
inline uint3 unpacked(std::uint32_t thread) {
    return uint3{thread & 1023, thread >> 10 & 1023, thread >> 20};
}
static_assert(max_block_threads <= 1024, "an index has 10 bits");

// A fiber whose loop is over, and where it goes on.
struct IdleFiber {
    Context context;
    Fiber* fiber;
};

struct Warp {
    LaneMask live;  // exists and has not returned
    LaneMask ready;
    LaneMask at_barrier;
    LaneMask in_operation;
    LaneMask yielded;
    const Operation* first_posted;  // of those in_operation
    bool all_meet;                  // those in_operation all bring what meets first_posted
    bool barrier_diverged;          // those at_barrier do not all wait at barrier_line
    int barrier_line;               // of the last barrier
    unsigned index;
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
    void (*run_threads)(Worker& worker) = nullptr;
    const void* function = nullptr;
    unsigned long long blocks = 0;
    unsigned long long next_block = 0;    // atomic
    unsigned workers = 1;                 // at most
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

// How many threads ahead the stack of a waiting one is brought near.
inline constexpr unsigned contexts_ahead = 2;

struct Worker {
    Launch* launch = nullptr;

    // The loop over the threads of the block.
    unsigned threads = 0;  // of the block
    dim3 block{1, 1, 1};
    bool in_a_row = false;   // the block has one dimension: y and z are 0 for all its threads
    unsigned current = 0;    // the running thread, by its linear index
    unsigned fruitless = 0;  // atomic operations of the running thread that changed nothing
    // Once threads wait, the loop goes from fiber to fiber and these say how far it is.
    unsigned next = 0;  // the first thread not yet started
    unsigned stop = 0;  // threads from here on may not start yet
    uint3 next_index{0, 0, 0};

    // Valid while `parking`: some thread of the block has had to wait.
    bool parking = false;
    bool in_block = false;
    bool aborted = false;
    unsigned long long blocks_begun = 0;  // tells what one block keeps from what the next does
    unsigned long long blocks_left = 0;   // of a plain loop's share, after the running one
    bool careful = false;  // a plain loop met a fault: once more, to see which thread it was
    unsigned live = 0;
    unsigned at_grid_barrier = 0;  // of those at a barrier
    unsigned cursor = 0;           // the warp whose turn it is
    unsigned warps_in_block = 0;
    unsigned stalls = 0;  // rounds in which only waiting loops could run
    BarrierVotes votes{0, 1, 0};
    BarrierVotes result{0, 1, 0};

    Fiber main{};
    Context main_context{};
    Context abandoned{};           // what nobody goes on with
    Fiber* first_fiber = nullptr;  // on which the block begins
    Fiber* all = nullptr;
    unsigned fibers = 0;
    unsigned idle_fibers = 0;

    void* dynamic_shared = nullptr;
    std::size_t dynamic_shared_bytes = 0;

    void* trace = nullptr;  // what the checks know of the block

    Warp warps[max_block_warps];
    Context contexts[max_block_threads + contexts_ahead]{};
    Lane lanes[max_block_threads + 1]{};  // of all that can wait, and the fiber of one more
    IdleFiber idle[max_block_threads + 1]{};

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
    // lanes[next].fiber is the one that claims it.
    bool claim_thread() {
        if (next == stop) return false;
        current = next++;
        if (in_a_row) {
            set_thread_in_row(current);
        } else {
            lanes[current].thread = packed(next_index);
            set_thread(next_index);
            step(next_index);
        }
        return true;
    }
    void finish_thread() {
        fruitless = 0;
        current_warp().live &= ~lane_bit();
        --live;
        stalls = 0;
        lanes[next].fiber = lanes[current].fiber;
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
    // What the running thread comes to: gives the switch to be carried out, in its own code. The
    // ordinary cases call nothing, so that no register has to be kept for them.
    __attribute__((noinline)) Switch arrive_at_barrier(const char* file, int line) {
        if (__builtin_expect(!parking, 0)) return first_at_barrier(file, line);
        park(file, line);
        Warp& warp = current_warp();
        if (warp.barrier_line != line) {
            if (warp.at_barrier)
                warp.barrier_diverged = true;
            else
                warp.barrier_line = line;
        }
        warp.at_barrier |= lane_bit();
        return go_on();
    }
    Switch vote_at_barrier(int predicate, const char* file, int line) {
        if (!parking) begin_parking();
        votes.count += predicate != 0;
        votes.all = votes.all && predicate;
        votes.any = votes.any || predicate;
        return arrive_at_barrier(file, line);
    }
    Switch arrive_at_grid_barrier(const char* file, int line) {
        if (!launch->cooperation) {
            report("deadlock", "a grid barrier in a kernel that was not launched cooperatively",
                   file, line);
            abort_launch(Failure::deadlock);
        }
        if (!parking) begin_parking();
        park(file, line);
        current_warp().at_barrier |= lane_bit();
        ++at_grid_barrier;
        return go_on();
    }
    __attribute__((noinline)) Switch post(const Operation& operation) {
        if (__builtin_expect(!parking, 0)) return first_to_post(operation);
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
        return go_on();
    }
    __attribute__((noinline)) Switch yield(const char* file, int line) {
        fruitless = 0;
        if (!parking) begin_parking();
        park(file, line);
        current_warp().yielded |= lane_bit();
        return go_on();
    }

    // What the running fiber comes to when its loop is over: it is free.
    __attribute__((noinline)) Switch leave() {
        IdleFiber& free = idle[idle_fibers];
        free.fiber = running_fiber();
        if (__builtin_expect(!parking || next != stop, 0)) return leave_otherwise();
        Warp& turn = warps[cursor];
        if (!turn.ready) return leave_otherwise();
        ++idle_fibers;
        return change(free.context, free.fiber, resume(turn));
    }

    // Runs the block to its end on fibers; comes back on the caller's stack.
    // Goes on with the next block of its share, if any is left.
    bool next_of_share() {
        if (!blocks_left || __atomic_load_n(&launch->failure, __ATOMIC_RELAXED)) return false;
        --blocks_left;
        ++blocks_begun;
        uint3 next_block{blockIdx.x + 1, blockIdx.y, blockIdx.z};
        if (__builtin_expect(next_block.x == launch->grid.x, 0)) {
            next_block.x = 0;
            if (++next_block.y == launch->grid.y) {
                next_block.y = 0;
                ++next_block.z;
            }
        }
        set_block(next_block);
        return true;
    }
    void run_block() {
        run_threads_of_block();
        if (__builtin_expect(careful, 0)) find_fault();
    }
    __attribute__((noinline)) void run_threads_of_block() {
        parking = false;
        aborted = false;
        in_block = true;
        ++blocks_begun;
        next = stop = threads;
        fruitless = 0;
        IdleFiber& first = take_idle();
        first_fiber = first.fiber;
        switch_fiber(change(main_context, &main, first.context));
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
        switch_fiber(change(abandoned, running_fiber(), main_context));
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
    // Valid in a block.
    Fiber* running_fiber() const { return parking ? lanes[current].fiber : first_fiber; }
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
        next_index = threadIdx;
        lanes[current].fiber = first_fiber;
        lanes[current].thread = packed(next_index);
        step(next_index);
        stop = threads;
        if (schedule_is_adversarial()) {
            stop = (current / warp_size + 1) * warp_size;
            if (stop > threads) stop = threads;
        }
        live = threads - current;
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
            warp.barrier_diverged = false;
        }
    }
    __attribute__((noinline)) Switch first_at_barrier(const char* file, int line) {
        begin_parking();
        return arrive_at_barrier(file, line);
    }
    __attribute__((noinline)) Switch first_to_post(const Operation& operation) {
        begin_parking();
        return post(operation);
    }
    void park(const char* file, int line) {
        Lane& lane = lanes[current];
        lane.file = file;
        lane.line = line;
    }

    // `load` is of the running thread or the block's end, or of the fiber for the next thread.
    __attribute__((always_inline)) inline Switch change(Context& save, [[maybe_unused]] Fiber* from,
                                                        Context& load) {
#if defined(HIPWRIGHT_UCONTEXT) || defined(HIPWRIGHT_ADDRESS_SANITIZER)
        Fiber* to = lanes[next].fiber;
        if (&load == &save)
            to = from;
        else if (&load == &main_context)
            to = &main;
        else if (!parking)
            to = first_fiber;
        else if (&load == &contexts[current])
            to = lanes[current].fiber;
        return Switch{&save, &load, from, to};
#else
        return Switch{&save, &load};
#endif
    }

    __attribute__((always_inline)) inline IdleFiber& take_idle() {
        if (__builtin_expect(!idle_fibers, 0)) make_fiber();
        IdleFiber& taken = idle[--idle_fibers];
        if (idle_fibers) __builtin_prefetch(idle[idle_fibers - 1].context.stack_pointer);
        return taken;
    }
    // For the next thread; gives the place where the fiber goes on.
    __attribute__((always_inline)) inline Context& start_fiber() {
        IdleFiber& taken = take_idle();
        lanes[next].fiber = taken.fiber;
        return taken.context;
    }
    HIPWRIGHT_SELDOM void make_fiber() {
        auto* made = new Fiber();
        // Most threads need little; the first fiber runs all that never wait, so it gets more.
        const std::size_t bytes = fibers ? fiber_stack_bytes() : fiber_stack_bytes() * 8;
        if (!map_stack(*made, bytes)) fail("out of memory for the stacks of waiting threads");
        made->next_of_worker = all;
        all = made;
        const Context context = begin_fiber(*made, &Worker::fiber_main, fibers++);
        idle[idle_fibers++] = IdleFiber{context, made};
    }
    // After an aborted launch every stack holds the remains of a thread: begin them all anew.
    HIPWRIGHT_SELDOM void forget_fibers() {
        idle_fibers = 0;
        unsigned colour = fibers;
        for (Fiber* each = all; each; each = each->next_of_worker) {
            const Context context = begin_fiber(*each, &Worker::fiber_main, --colour);
            idle[idle_fibers++] = IdleFiber{context, each};
        }
    }
    static void fiber_main();

    // Parks the running thread and goes on with whatever can run.
    __attribute__((always_inline)) inline Switch go_on() {
        const unsigned self = current;
        [[maybe_unused]] Fiber* from = lanes[self].fiber;
        // The ordinary cases in few words: one thread after the other starts, or goes on.
        if (next != stop) {
            if (__builtin_expect(!idle_fibers, 0)) return go_on_otherwise();
            return change(contexts[self], from, start_fiber());
        }
        Warp& turn = warps[cursor];
        if (!turn.ready) return go_on_otherwise();
        return change(contexts[self], from, resume(turn));
    }
    __attribute__((noinline)) Switch go_on_otherwise() {
        const unsigned self = current;
        [[maybe_unused]] Fiber* from = lanes[self].fiber;
        return change(contexts[self], from, pick(nullptr));
    }
    __attribute__((noinline)) Switch leave_otherwise() {
        IdleFiber& free = idle[idle_fibers];
        Context& to = pick(&free);
        if (&to != &free.context) ++idle_fibers;
        return change(free.context, free.fiber, to);
    }

    // Makes the next ready thread of a warp the running one; gives the place where it goes on.
    __attribute__((always_inline)) inline Context& resume(Warp& warp) {
        const unsigned lane = static_cast<unsigned>(__builtin_ctzll(warp.ready));
        warp.ready &= warp.ready - 1;
        current = warp.index * warp_size + lane;
        // One of those after it: their stacks are seldom in the nearest cache.
        const void* ahead = contexts[current + contexts_ahead].stack_pointer;
        __builtin_prefetch(ahead);
        __builtin_prefetch(static_cast<const char*>(ahead) + 64);
        if (in_a_row)
            set_thread_in_row(current);
        else
            set_thread(unpacked(lanes[current].thread));
        return contexts[current];
    }

    // The same for whatever can run next: a thread that waits, the loop on a fiber (`free`, where
    // it is not null), or the worker itself, when the block is done.
    __attribute__((noinline)) Context& pick(IdleFiber* free) {
        if (!parking) return main_context;
        for (;;) {
            if (next != stop) {
                if (!free) return start_fiber();
                lanes[next].fiber = free->fiber;
                return free->context;
            }
            Warp& turn = warps[cursor];
            if (turn.ready) return resume(turn);
            if (schedule_is_adversarial() && resolve(turn)) continue;
            if (find_warp()) continue;
            if (stop != threads) {
                cursor = stop / warp_size;
                stop = threads - stop < warp_size ? threads : stop + warp_size;
                continue;
            }
            if (!live) return main_context;
            if (all_at_barrier()) {
                if (at_grid_barrier) wait_for_grid();
                open_barrier();
                continue;
            }
            if (wake_yielded()) continue;
            report_deadlock();
        }
    }
    // Whether all that live wait at one kind of barrier.
    bool all_at_barrier() const {
        if (at_grid_barrier && at_grid_barrier != live) return false;
        for (unsigned w = 0; w < warps_in_block; ++w)
            if (warps[w].at_barrier != warps[w].live) return false;
        return true;
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
            if (warp.barrier_diverged) report_divergent_barrier(warp);
            warp.barrier_diverged = false;
            warp.ready = warp.at_barrier;
            warp.at_barrier = 0;
        }
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
        for (;;) worker.launch->run_threads(worker);
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
        threadIdx =
            in_a_row ? uint3{w * warp_size + first, 0, 0} : unpacked(warps[w].lanes[first].thread);
    }
    unsigned at_barrier = 0;
    for (unsigned w = 0; w < warps_in_block; ++w)
        at_barrier += static_cast<unsigned>(__builtin_popcountll(warps[w].at_barrier));
    at_barrier -= at_grid_barrier;
    std::snprintf(message, sizeof message,
                  "deadlock: %u of %u threads wait at a barrier of the block and the others never "
                  "come; the first waits at line %d",
                  at_barrier, live, line);
    report("deadlock", message, file, line);
    abort_launch(Failure::deadlock);
}

}  // namespace hipwright
