// What the headers of libcu++ that are ours share: scopes, and the names of cuda::std that they
// speak of. A toolkit's own cuda::std is used where its headers are found.
#pragma once

#include <atomic>
#include <chrono>

#include "counting_barrier.h"

#if __has_include(<cuda/std/atomic>)
#include <cuda/std/atomic>
#include <cuda/std/chrono>
#else
namespace cuda::std {
using namespace ::std;
enum thread_scope {
    thread_scope_system = 0,
    thread_scope_device = 1,
    thread_scope_block = 2,
    thread_scope_thread = 10,
};
}  // namespace cuda::std
#endif

namespace cuda {
using std::memory_order;
using std::memory_order_acq_rel;
using std::memory_order_acquire;
using std::memory_order_consume;
using std::memory_order_relaxed;
using std::memory_order_release;
using std::memory_order_seq_cst;
using std::thread_scope;
using std::thread_scope_block;
using std::thread_scope_device;
using std::thread_scope_system;
using std::thread_scope_thread;
}  // namespace cuda
