// The OS threads that run blocks. Each takes one block after another; the thread that launches
// takes part. HIPWRIGHT_THREADS sets how many, by default one for each core.
#pragma once

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include "print.h"
#include "scheduler.h"

namespace hipwright {

inline void run_blocks(Worker& worker, Launch& launch);

class Pool {
  public:
    static Pool& get() {
        static Pool* pool = new Pool();  // its threads may outlive every static object
        return *pool;
    }

    // Runs all blocks; returns when the last has ended.
    void run(Launch& launch) {
        pthread_mutex_lock(&one_launch_);
        __atomic_store_n(&running_launch, &launch, __ATOMIC_RELEASE);
        const unsigned long long others = launch.blocks - 1;
        unsigned long long helpers = size_ - 1;
        if (launch.cooperative || helpers > others) helpers = others;
        launch.workers = static_cast<unsigned>(helpers) + 1;
        const bool printing = others > 0 && Printing::get().begin();
        pthread_mutex_lock(&lock_);
        launch_ = &launch;
        open_places_ = static_cast<unsigned>(helpers);
        while (started_ < helpers && start_thread()) {
        }
        if (helpers) pthread_cond_broadcast(&wake_);
        pthread_mutex_unlock(&lock_);
        run_blocks(own_worker(), launch);
        pthread_mutex_lock(&lock_);
        open_places_ = 0;
        while (busy_) pthread_cond_wait(&done_, &lock_);
        launch_ = nullptr;
        pthread_mutex_unlock(&lock_);
        if (printing) Printing::get().end();
        __atomic_store_n(&running_launch, static_cast<const Launch*>(nullptr), __ATOMIC_RELEASE);
        pthread_mutex_unlock(&one_launch_);
    }

    // How many blocks of one launch can run at the same time when they wait for each other.
    static constexpr unsigned most_threads = 2048;

    // A block waits for something that a block not yet started may have to do: let that one run.
    HIPWRIGHT_SELDOM void help(Launch& launch, unsigned stalls) {
        const bool waiting = __atomic_load_n(&launch.next_block, __ATOMIC_RELAXED) < launch.blocks;
        if (waiting && (stalls & 63) == 0) {
            pthread_mutex_lock(&lock_);
            if (!open_places_) {
                open_places_ = 1;
                if (started_ == busy_) start_thread();
                pthread_cond_broadcast(&wake_);
            }
            pthread_mutex_unlock(&lock_);
        }
        if (stalls > 4096)
            usleep(50);
        else
            sched_yield();
    }

    unsigned size() const { return size_; }

  private:
    HIPWRIGHT_SELDOM Pool() {
        long wish = 0;
        if (const char* text = std::getenv("HIPWRIGHT_THREADS"))
            wish = std::strtol(text, nullptr, 10);
        if (wish < 1) {
            cpu_set_t mine;
            wish = sched_getaffinity(0, sizeof mine, &mine) == 0 ? CPU_COUNT(&mine)
                                                                 : sysconf(_SC_NPROCESSORS_ONLN);
        }
        size_ = wish < 1 ? 1 : wish > 256 ? 256 : static_cast<unsigned>(wish);
    }
    HIPWRIGHT_SELDOM bool start_thread() {
        if (started_ >= most_threads) return false;
        sigset_t all, before;
        sigfillset(&all);
        // Signals from outside are the program's affair, on a thread of the program's.
        sigdelset(&all, SIGSEGV);
        sigdelset(&all, SIGBUS);
        sigdelset(&all, SIGFPE);
        sigdelset(&all, SIGILL);
        sigdelset(&all, SIGABRT);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        pthread_t thread;
        const bool started = pthread_create(&thread, nullptr, &Pool::thread_main, this) == 0;
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
        if (started) {
            pthread_detach(thread);
            ++started_;
        }
        return started;
    }
    static void* thread_main(void* self) {
        static_cast<Pool*>(self)->serve();
        return nullptr;
    }
    void serve() {
        Worker& worker = own_worker();
        pthread_mutex_lock(&lock_);
        for (;;) {
            while (!open_places_) pthread_cond_wait(&wake_, &lock_);
            --open_places_;
            ++busy_;
            Launch* launch = launch_;
            pthread_mutex_unlock(&lock_);
            run_blocks(worker, *launch);
            pthread_mutex_lock(&lock_);
            if (--busy_ == 0) pthread_cond_signal(&done_);
        }
    }

    unsigned size_ = 1;
    unsigned started_ = 0;
    unsigned busy_ = 0;
    unsigned open_places_ = 0;
    Launch* launch_ = nullptr;
    pthread_mutex_t one_launch_ = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_t lock_ = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t wake_ = PTHREAD_COND_INITIALIZER;
    pthread_cond_t done_ = PTHREAD_COND_INITIALIZER;
};

inline void help_a_stalled_worker(Worker& worker) {
    // What it waits for may have been the task of a block that failed.
    if (__atomic_load_n(&worker.launch->failure, __ATOMIC_RELAXED))
        worker.abort_launch(Failure::launch_ended);
    Pool::get().help(*worker.launch, worker.stalls);
}

}  // namespace hipwright
