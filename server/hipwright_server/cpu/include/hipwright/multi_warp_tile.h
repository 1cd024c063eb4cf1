// Tiles of cooperative groups that hold several warps, which CUDA has and HIP has not.
//
// A block runs on one OS thread, so what its tiles keep needs no lock: it stands once for every OS
// thread, and is begun anew with every block.
#pragma once

#include <type_traits>

#include "barrier.h"
#include "config.h"
#include "warp.h"

namespace cooperative_groups {
namespace details {

// What the threads of one tile meet at.
struct TileMeeting {
    unsigned long long block = 0;  // of those that the OS thread has run
    unsigned arrived = 0;
    unsigned opened = 0;  // how often it has
};

template <unsigned Size>
class MultiWarpTile {
    static constexpr unsigned tiles = hipwright::max_block_threads / Size;

  public:
    static constexpr unsigned size() { return Size; }
    static constexpr unsigned num_threads() { return Size; }
    static unsigned thread_rank() { return hipwright::thread_rank() % Size; }

    void sync(HIPWRIGHT_HERE) const {
        TileMeeting& meeting = MultiWarpTile::meeting();
        const unsigned opened = meeting.opened;
        hipwright::check::fence();
        if (++meeting.arrived == threads()) {
            meeting.arrived = 0;
            ++meeting.opened;
        } else {
            // Not ended by the last thread's own turn: the others look again when theirs comes.
            while (meeting.opened == opened) hipwright::spin(file, line);
        }
        hipwright::check::fence();
    }
    template <typename T>
    T shfl(T value, unsigned rank, HIPWRIGHT_HERE) const {
        T* values = MultiWarpTile::values<T>();
        values[thread_rank()] = value;
        sync(file, line);
        const T result = values[rank % threads()];
        sync(file, line);
        return result;
    }
    int any(int predicate, HIPWRIGHT_HERE) const { return yes(predicate, file, line) != 0; }
    int all(int predicate, HIPWRIGHT_HERE) const {
        return yes(predicate, file, line) == static_cast<int>(threads());
    }

    // The values of all threads, combined: those of each warp first, then the warps in their order.
    template <typename T, typename Function>
    T combined(T value, Function& function, const char* file, int line) const {
        const T of_warp = hipwright::reduce(
            hipwright::with_mask("a group's reduce", hipwright::full_warp, file, line), value,
            function);
        T* values = MultiWarpTile::values<T>();
        const unsigned warps = (threads() + hipwright::warp_size - 1) / hipwright::warp_size;
        if (hipwright::lane_id() == 0) values[thread_rank() / hipwright::warp_size] = of_warp;
        sync(file, line);
        T result = values[0];
        for (unsigned i = 1; i < warps; ++i) result = function(result, values[i]);
        sync(file, line);
        return result;
    }

  private:
    static unsigned tile() { return hipwright::thread_rank() / Size; }
    // The last tile of a block may be short of threads.
    static unsigned threads() {
        const unsigned after = hipwright::block_threads() - tile() * Size;
        return after < Size ? after : Size;
    }
    static TileMeeting& meeting() {
        static thread_local TileMeeting meetings[tiles];
        TileMeeting& meeting = meetings[tile()];
        const unsigned long long block = hipwright::this_worker->blocks_begun;
        if (meeting.block != block) meeting = TileMeeting{block};
        return meeting;
    }
    template <typename T>
    static T* values() {
        static_assert(std::is_trivially_copyable<T>::value, "groups exchange plain values");
        alignas(T) static thread_local unsigned char places[tiles][Size * sizeof(T)];
        return reinterpret_cast<T*>(places[tile()]);
    }
    int yes(int predicate, const char* file, int line) const {
        bool* said = values<bool>();
        said[thread_rank()] = predicate != 0;
        sync(file, line);
        int count = 0;
        for (unsigned i = 0; i < threads(); ++i) count += said[i];
        sync(file, line);
        return count;
    }
};

}  // namespace details

// Where such tiles keep what they exchange on old GPUs; the CPU device has its own place.
template <unsigned MaxBlockSize>
struct block_tile_memory {};

}  // namespace cooperative_groups
