// Launches: hipwright::launch("k", file, line, grid, block, shared, stream)(call, arguments…).
#pragma once

#include "barrier.h"
#include "crash.h"
#include "memory.h"
#include "model.h"
#include "pool.h"
#include "record.h"
#include "scheduler.h"
#include "status.h"
#include "stream.h"

namespace hipwright {

// Before main: what the program does first must not be lost, and a program that never launches
// leaves a record too.
struct Begin {
    Begin() {
        Record::get();
        CrashHandler::install();
    }
    // What can only be said at the end of a program that ends in order.
    HIPWRIGHT_SELDOM ~Begin() {
        if (unseen_failure.kernel) {
            char message[300];
            std::snprintf(message, sizeof message,
                          "the program never asked whether %s was launched: it was not",
                          unseen_failure.kernel);
            Report report{};
            report.kind = "unchecked-error";
            report.message = message;
            report.kernel = unseen_failure.kernel;
            report.file = unseen_failure.file;
            report.line = unseen_failure.line;
            Record::get().report(report);
        }
        if (std::getenv("HIPWRIGHT_LEAKS")) Memory::get().report_leaks();
    }
};
inline const Begin begin_of_program;

// A barrier of all blocks of a cooperative launch; each block is an OS thread of its own.
struct GridBarrier {
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t open = PTHREAD_COND_INITIALIZER;
    unsigned long long expected = 0;
    unsigned long long arrived = 0;
    unsigned long long generation = 0;

    void wait() {
        pthread_mutex_lock(&lock);
        const unsigned long long mine = generation;
        if (++arrived == expected)
            release();
        else
            while (generation == mine) pthread_cond_wait(&open, &lock);
        pthread_mutex_unlock(&lock);
    }
    // A block has ended: it does not come any more.
    void leave() {
        pthread_mutex_lock(&lock);
        --expected;
        if (expected && arrived == expected) release();
        pthread_mutex_unlock(&lock);
    }

  private:
    void release() {
        check::grid_barrier_opens();
        arrived = 0;
        ++generation;
        pthread_cond_broadcast(&open);
    }
};

// Launches from kernels. They run when the grid that made them is done, or when it waits for them
// (cudaDeviceSynchronize in a kernel, gone since CUDA 12).
struct Children {
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    List<Work> waiting;

    void add(const Work& work) {
        pthread_mutex_lock(&lock);
        waiting.add(work);
        pthread_mutex_unlock(&lock);
    }
    bool take(Work* work) {
        pthread_mutex_lock(&lock);
        const bool some = waiting.size() != 0;
        if (some) {
            *work = waiting[0];
            waiting.remove(0);
        }
        pthread_mutex_unlock(&lock);
        return some;
    }
    void run() {
        Work work;
        while (take(&work)) {
            work.run(work.object);
            work.destroy(work.object);
        }
    }
};

// From inside a kernel: a launch of its own on this OS thread, between two steps of the thread that
// waits for it. What belongs to the OS thread is put aside meanwhile.
class Aside {
  public:
    Aside()
        : outer_(this_worker),
          thread_(threadIdx),
          block_(blockIdx),
          threads_(blockDim),
          blocks_(gridDim) {
        this_worker = new Worker();
    }
    ~Aside() {
        delete this_worker;
        this_worker = outer_;
        set_thread(thread_);
        set_block(block_);
        set_sizes(threads_, blocks_);
    }
    Aside(const Aside&) = delete;
    Aside& operator=(const Aside&) = delete;

  private:
    Worker* outer_;
    uint3 thread_, block_;
    dim3 threads_, blocks_;
};

inline void Worker::wait_for_grid() { static_cast<GridBarrier*>(launch->cooperation)->wait(); }

// How many blocks a worker takes at a time. Those of a plain kernel never wait for each other, and
// may be over sooner than a turn at the counter takes that all workers share; towards the end of
// the grid shares are smaller, so that all end at about the same time.
inline unsigned long long share_of(const Launch& launch) {
    if (!launch.plain) return 1;
    constexpr unsigned long long most = 64, shares_for_each = 32;
    const unsigned long long begun = __atomic_load_n(&launch.next_block, __ATOMIC_RELAXED);
    const unsigned long long left = begun < launch.blocks ? launch.blocks - begun : 0;
    const unsigned long long share = left / (launch.workers * shares_for_each);
    return share < 1 ? 1 : share < most ? share : most;
}

inline void run_blocks(Worker& worker, Launch& launch) {
    if (__atomic_load_n(&launch.next_block, __ATOMIC_RELAXED) >= launch.blocks) return;
    CrashHandler::provide_stack();
    worker.launch = &launch;
    worker.block = launch.block;
    worker.in_a_row = launch.block.y == 1 && launch.block.z == 1;
    worker.threads = launch.block.x * launch.block.y * launch.block.z;
    worker.provide_dynamic_shared(launch.shared);
    set_sizes(launch.block, launch.grid);
    for (;;) {
        if (__atomic_load_n(&launch.failure, __ATOMIC_RELAXED)) break;
        const unsigned long long share = share_of(launch);
        const unsigned long long b =
            __atomic_fetch_add(&launch.next_block, share, __ATOMIC_RELAXED);
        if (b >= launch.blocks) break;
        worker.blocks_left = (launch.blocks - b < share ? launch.blocks - b : share) - 1;
        const unsigned long long row = b / launch.grid.x;
        set_block(uint3{static_cast<unsigned>(b % launch.grid.x),
                        static_cast<unsigned>(row % launch.grid.y),
                        static_cast<unsigned>(row / launch.grid.y)});
        check::block_begins(worker);
        worker.run_block();
        check::block_ends();
        if (launch.cooperation) static_cast<GridBarrier*>(launch.cooperation)->leave();
    }
    worker.launch = nullptr;
}

inline Status status_of(Failure failure) {
    switch (failure) {
        case Failure::none:
            return status_success;
        case Failure::assertion:
            return status_assertion;
        case Failure::illegal_address:
            return status_illegal_address;
        case Failure::trap:
        case Failure::deadlock:
        case Failure::launch_ended:
            return status_launch_failure;
    }
    return status_unknown;
}

// Says why a launch is refused, as the real runtimes refuse it: nothing runs, the error waits for
// cudaGetLastError.
HIPWRIGHT_SELDOM inline Status refuse(const Launch& launch) {
    const dim3 &g = launch.grid, &b = launch.block;
    const unsigned long long threads = 1ull * b.x * b.y * b.z;
    char message[300];
    const char* why = nullptr;
    Status status = status_invalid_configuration;
    if (!g.x || !g.y || !g.z || !b.x || !b.y || !b.z) {
        std::snprintf(
            message, sizeof message,
            "%s was not launched: a grid of %u x %u x %u blocks of %u x %u x %u threads is empty",
            launch.kernel, g.x, g.y, g.z, b.x, b.y, b.z);
        why = message;
    } else if (threads > max_block_threads || b.x > 1024 || b.y > 1024 ||
               b.z > (is_hip ? 1024 : 64)) {
        std::snprintf(
            message, sizeof message,
            "%s was not launched: a block of %u x %u x %u threads is more than the device takes "
            "(1024 threads%s)",
            launch.kernel, b.x, b.y, b.z, is_hip ? "" : ", 64 of them in z");
        why = message;
    } else if (g.x > 0x7fffffffu || (!is_hip && (g.y > 65535 || g.z > 65535))) {
        std::snprintf(
            message, sizeof message,
            "%s was not launched: a grid of %u x %u x %u blocks is more than the device takes",
            launch.kernel, g.x, g.y, g.z);
        why = message;
    } else if (launch.shared > (is_hip ? 65536u : 232448u)) {
        std::snprintf(
            message, sizeof message,
            "%s was not launched: it asks for %zu bytes of dynamic shared memory, and a block "
            "has at most %u",
            launch.kernel, launch.shared, is_hip ? 65536u : 232448u);
        why = message;
        status = status_invalid_value;
    } else if (launch.cooperative && launch.blocks > Pool::most_threads) {
        std::snprintf(
            message, sizeof message,
            "%s was not launched: a cooperative launch of %llu blocks is more than the device "
            "can run at once (%u)",
            launch.kernel, launch.blocks, Pool::most_threads);
        why = message;
        status = status_cooperative_launch_too_large;
    }
    if (!why) return status_success;
    Report report{};
    report.kind = "launch-error";
    report.message = why;
    report.file = launch.file;
    report.line = launch.line;
    report.kernel = launch.kernel;
    Record::get().report(report);
    unseen_failure = UnseenFailure{launch.kernel, launch.file, launch.line};
    return status;
}

HIPWRIGHT_SELDOM inline void record_launch(const Launch& launch, long long nanoseconds) {
    JsonLine line("launch");
    line.text("kernel", launch.kernel).triple("grid", launch.grid).triple("block", launch.block);
    line.number("shared", static_cast<long long>(launch.shared)).seconds("seconds", nanoseconds);
    line.text("file", launch.file).number("line", launch.line);
    Record::get().write(line);
}

inline bool is_ordinary(const Launch& launch) {
    const dim3 &g = launch.grid, &b = launch.block;
    const unsigned long long threads = 1ull * b.x * b.y * b.z;
    return launch.blocks && g.x <= 0x7fffffffu && g.y <= 65535 && g.z <= 65535 && threads &&
           threads <= max_block_threads && b.z <= 64 && launch.shared <= shared_per_block &&
           !launch.cooperative;
}

inline Status execute(Launch& launch) {
    if (sticky() != status_success) return outcome(status_success);
    launch.blocks = 1ull * launch.grid.x * launch.grid.y * launch.grid.z;
    if (!is_ordinary(launch)) {
        const Status refused = refuse(launch);
        if (refused != status_success) return outcome(refused);
    }
    GridBarrier barrier;
    Children children;
    launch.children = &children;
    if (launch.cooperative) {
        barrier.expected = launch.blocks;
        launch.cooperation = &barrier;
    }
    const long long begin = now_nanoseconds();
    if (in_kernel()) {
        const Aside aside;
        run_blocks(own_worker(), launch);
    } else {
        Pool::get().run(launch);
    }
    const long long end = now_nanoseconds();
    check::launch_ends(launch);
    if (Record::get().on()) record_launch(launch, end - begin);
    const auto failure = static_cast<Failure>(launch.failure);
    if (failure != Failure::none) {
        int none = 0;
        __atomic_compare_exchange_n(&sticky_status, &none, static_cast<int>(status_of(failure)),
                                    false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    }
    children.run();
    // It was launched. What became of it is for the next call to say, as on a real device.
    (void)outcome(status_success);
    return status_success;
}
// Waits for the launches that the running grid has made so far.
inline void wait_for_children() {
    if (this_worker->launch->children) this_worker->launch->children->run();
}

// Runs the threads of a block one after the other until one has waited: true when one has.
template <typename Function>
bool run_until_one_waits(Worker& worker, Function& call) {
    const dim3 block = worker.block;
    unsigned current = 0;
    for (unsigned z = 0; z < block.z; ++z) {
        for (unsigned y = 0; y < block.y; ++y) {
            for (unsigned x = 0; x < block.x; ++x) {
                worker.current = current++;
                worker.fruitless = 0;
                set_thread(uint3{x, y, z});
                call();
                if (__builtin_expect(worker.parking, 0)) return true;
            }
        }
    }
    return false;
}
// The loop of a fiber: runs threads that are left to start, lets others go on, and does so again
// when a later block of the kernel has use for the fiber.
template <typename Function>
void run_threads(Worker& worker) {
    do {
        auto& call = *static_cast<Function*>(const_cast<void*>(worker.launch->function));
        if (!worker.parking && run_until_one_waits(worker, call)) worker.finish_thread();
        while (worker.claim_thread()) {
            call();
            worker.finish_thread();
        }
        switch_fiber(worker.leave());
    } while (worker.launch->run_threads == &run_threads<Function>);
}
// The same for a kernel that never waits, for all blocks of a share: the compiler sees a plain
// loop. A copy of the arguments that nobody else knows of can stay in registers.
template <typename Function>
using Arguments =
    std::conditional_t<std::is_trivially_copyable<Function>::value, Function, Function&>;
template <typename Function>
HIPWRIGHT_SELDOM void run_threads_carefully(const dim3& block, Function& call) {
    for (unsigned z = 0; z < block.z; ++z)
        for (unsigned y = 0; y < block.y; ++y)
            for (unsigned x = 0; x < block.x; ++x) {
                set_thread(uint3{x, y, z});
                call();
            }
}
template <typename Function>
void run_blocks_plain(Worker& worker) {
    Arguments<Function> call = *static_cast<Function*>(const_cast<void*>(worker.launch->function));
    const dim3 block = worker.block;
    if (__builtin_expect(worker.careful, 0)) return run_threads_carefully(block, call);
    do {
        for (unsigned z = 0; z < block.z; ++z) {
            threadIdx.z = own_thread.z = z;
            for (unsigned y = 0; y < block.y; ++y) {
                threadIdx.y = own_thread.y = y;
                for (unsigned x = 0; x < block.x; ++x) {
                    threadIdx.x = own_thread.x = x;
                    call();
                }
            }
        }
    } while (worker.next_of_share());
}

template <typename Function>
void run_threads_plain(Worker& worker) {
    do {
        run_blocks_plain<Function>(worker);
        switch_fiber(worker.leave());
    } while (worker.launch->run_threads == &run_threads_plain<Function>);
}

class Launcher {
  public:
    explicit Launcher(const Launch& launch) : launch_(launch) {}

    // Arguments are copied here, once; `call` hands the copies to the kernel, whose parameters are
    // copies again, one a thread.
    template <typename Call, typename... Arguments>
    Status operator()(Call call, Arguments... arguments) {
        auto thread = [call, arguments...]() mutable { call(arguments...); };
        using Thread = decltype(thread);
        launch_.run_threads = launch_.plain ? &run_threads_plain<Thread> : &run_threads<Thread>;
        Graph* capture = capture_of(launch_.stream);
        if (__builtin_expect(capture || in_kernel(), 0)) {
            const Work work = Work::of([launch = launch_, thread] {
                Launch again = launch;
                again.function = &thread;
                return execute(again);
            });
            if (capture)
                capture->add(NodeKind::kernel, work);
            else
                this_worker->launch->children->add(work);
            return status_success;
        }
        launch_.function = &thread;
        return execute(launch_);
    }

  private:
    Launch launch_;
};

template <typename Stream>
const void* stream_handle(Stream stream) {
    if constexpr (std::is_pointer<Stream>::value)
        return stream;
    else
        return reinterpret_cast<const void*>(static_cast<std::uintptr_t>(stream));
}
inline const void* stream_handle(std::nullptr_t) { return nullptr; }

template <typename Stream = std::nullptr_t>
Launcher launch(const char* kernel, const char* file, int line, dim3 grid, dim3 block,
                std::size_t shared = 0, Stream stream = {}) {
    Launch launch{kernel, file, line, grid, block, shared};
    launch.stream = stream_handle(stream);
    return Launcher(launch);
}
template <typename Stream = std::nullptr_t>
Launcher launch_plain(const char* kernel, const char* file, int line, dim3 grid, dim3 block,
                      std::size_t shared = 0, Stream stream = {}) {
    Launch launch{kernel, file, line, grid, block, shared};
    launch.stream = stream_handle(stream);
    launch.plain = !check::traced;  // in lockstep every access is a place to wait
    return Launcher(launch);
}

}  // namespace hipwright

// The kernel's name as text, where a macro's body holds the launch.
#define HIPWRIGHT_NAME(...) #__VA_ARGS__
