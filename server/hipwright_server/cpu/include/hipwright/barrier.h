// Barriers: of the block, of the grid, and the ways for a thread to let others go on.
#pragma once

#include "pool.h"
#include "scheduler.h"

namespace hipwright {

inline unsigned thread_rank() {
    return (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
}
inline unsigned block_threads() { return blockDim.x * blockDim.y * blockDim.z; }
inline unsigned lane_id() { return thread_rank() % warp_size; }
inline unsigned warp_id() { return thread_rank() / warp_size; }
inline LaneMask live_lanes() { return this_worker->live_lanes(); }

// The worker that runs the calling GPU thread; a clear end where there is none.
inline Worker& worker_of_thread(const char* what) {
    Worker* worker = this_worker;
    if (__builtin_expect(!worker || !worker->in_block, 0)) fail(what);
    return *worker;
}

HIPWRIGHT_WAITS void sync_block(HIPWRIGHT_HERE) {
    switch_fiber(
        worker_of_thread("a barrier was called outside a kernel").arrive_at_barrier(file, line));
}
inline int sync_block_count(int predicate, HIPWRIGHT_HERE) {
    Worker& worker = worker_of_thread("a barrier was called outside a kernel");
    switch_fiber(worker.vote_at_barrier(predicate, file, line));
    return worker.result.count;
}
inline int sync_block_and(int predicate, HIPWRIGHT_HERE) {
    Worker& worker = worker_of_thread("a barrier was called outside a kernel");
    switch_fiber(worker.vote_at_barrier(predicate, file, line));
    return worker.result.all;
}
inline int sync_block_or(int predicate, HIPWRIGHT_HERE) {
    Worker& worker = worker_of_thread("a barrier was called outside a kernel");
    switch_fiber(worker.vote_at_barrier(predicate, file, line));
    return worker.result.any;
}

inline bool grid_is_cooperative() { return this_worker->launch->cooperative; }
inline void sync_grid(HIPWRIGHT_HERE) {
    Worker& worker = worker_of_thread("a grid barrier was called outside a kernel");
    switch_fiber(worker.arrive_at_grid_barrier(file, line));
}

// Lets every other thread of the block that can run do so first.
__attribute__((noinline)) inline void yield(HIPWRIGHT_HERE) {
    Worker* worker = this_worker;
    if (worker && worker->in_block && !worker->launch->plain)
        switch_fiber(worker->yield(file, line));
}
// For the body of a loop that waits for another thread.
inline void spin(HIPWRIGHT_HERE) {
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    yield(file, line);
}

// What a loop that waits does again and again: look at memory and change nothing.
inline constexpr unsigned patience = 32;

inline void changed_nothing(const char* file, int line) {
    Worker* worker = this_worker;
    if (worker && ++worker->fruitless >= patience) {
        worker->fruitless = 0;
        yield(file, line);
    }
}
inline void changed_something() {
    if (Worker* worker = this_worker) worker->fruitless = 0;
}

inline void* dynamic_shared() { return this_worker->dynamic_shared; }
inline std::size_t dynamic_shared_bytes() { return this_worker->launch->shared; }

// What `extern __shared__ T name[]` becomes where it stands outside every function.
template <typename T>
struct dynamic_shared_array {
    operator T*() const { return static_cast<T*>(dynamic_shared()); }
};

}  // namespace hipwright

#define HIP_DYNAMIC_SHARED(type, variable) \
    type* const variable = static_cast<type*>(::hipwright::dynamic_shared());
#define HIP_DYNAMIC_SHARED_ATTRIBUTE

HIPWRIGHT_WAITS void __syncthreads(HIPWRIGHT_HERE) { hipwright::sync_block(file, line); }
inline int __syncthreads_count(int predicate, HIPWRIGHT_HERE) {
    return hipwright::sync_block_count(predicate, file, line);
}
inline int __syncthreads_and(int predicate, HIPWRIGHT_HERE) {
    return hipwright::sync_block_and(predicate, file, line);
}
inline int __syncthreads_or(int predicate, HIPWRIGHT_HERE) {
    return hipwright::sync_block_or(predicate, file, line);
}

inline void __threadfence(HIPWRIGHT_HERE) {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    hipwright::check::fence();
    hipwright::changed_nothing(file, line);
}
inline void __threadfence_block(HIPWRIGHT_HERE) { __threadfence(file, line); }
inline void __threadfence_system(HIPWRIGHT_HERE) { __threadfence(file, line); }
inline void __nanosleep(unsigned, HIPWRIGHT_HERE) { hipwright::spin(file, line); }
#ifdef HIPWRIGHT_HIP
inline void __builtin_amdgcn_s_sleep(int, HIPWRIGHT_HERE) { hipwright::spin(file, line); }
inline void __builtin_amdgcn_s_barrier(HIPWRIGHT_HERE) { hipwright::sync_block(file, line); }
inline void __builtin_amdgcn_wave_barrier() { __atomic_signal_fence(__ATOMIC_SEQ_CST); }
inline void __builtin_amdgcn_fence(int, const char*) { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
#endif
