// Cooperative groups: the block, the grid, tiles of a warp, and the lanes that run together.
//
// CUDA's shuffles and votes in a group wait for all of its lanes. HIP's take the lanes that are
// there, as its wavefront moves together; so do these on HIP.
#pragma once

#include <cstddef>
#include <cstring>
#include <type_traits>
#include <utility>

#include "barrier.h"
#include "config.h"
#ifdef HIPWRIGHT_CUDA
#include "multi_warp_tile.h"
#endif
#include "vector_types.h"
#include "warp.h"

namespace hipwright {

inline Meeting group_meeting(const char* name, LaneMask mask, const char* file, int line) {
    return is_hip ? without_mask(name, file, line) : with_mask(name, mask, file, line);
}
// The lanes below the calling one.
inline LaneMask lower_lanes() { return (LaneMask{1} << lane_id()) - 1; }
inline unsigned count_lanes(LaneMask mask) {
    return static_cast<unsigned>(__builtin_popcountll(mask));
}
// The lane with this rank among those of a mask; the last one for a rank beyond.
inline unsigned lane_of_rank(LaneMask mask, unsigned rank) {
    while (rank-- && (mask & (mask - 1))) mask &= mask - 1;
    return mask ? static_cast<unsigned>(__builtin_ctzll(mask)) : 0;
}
// A ballot's bits of the lanes of a mask, moved together: bit i is the lane of rank i.
inline LaneMask packed(LaneMask bits, LaneMask mask) {
    LaneMask result = 0;
    for (unsigned rank = 0; mask; mask &= mask - 1, ++rank) {
        if (bits & mask & (~mask + 1)) result |= LaneMask{1} << rank;
    }
    return result;
}

inline unsigned long long block_rank_in_grid() {
    return (static_cast<unsigned long long>(blockIdx.z) * gridDim.y + blockIdx.y) * gridDim.x +
           blockIdx.x;
}

}  // namespace hipwright

namespace cooperative_groups {

using hipwright::LaneMask;
#ifdef HIPWRIGHT_HIP
using BallotResult = unsigned long long;
#else
using BallotResult = unsigned int;
#endif

// Any group, without its type: what it can do is to sync and to know its size and ranks.
class thread_group {
  public:
    unsigned long long size() const { return size_; }
    unsigned long long num_threads() const { return size_; }
    unsigned long long thread_rank() const { return rank_; }
    bool is_valid() const { return size_ != 0; }
    void sync(HIPWRIGHT_HERE) const {
        switch (kind_) {
            case Kind::grid:
                hipwright::sync_grid(file, line);
                break;
            case Kind::block:
                hipwright::sync_block(file, line);
                break;
            case Kind::lanes:
                hipwright::gather(hipwright::group_meeting("a group's sync", lanes_, file, line));
                break;
            case Kind::alone:
                break;
        }
    }
    // The lanes of the group, where it is a part of a warp.
    LaneMask hipwright_lanes() const { return lanes_; }
    bool hipwright_is_block() const { return kind_ == Kind::block; }

  protected:
    enum class Kind { alone, lanes, block, grid };
    thread_group(Kind kind, LaneMask lanes, unsigned long long size, unsigned long long rank)
        : kind_(kind), lanes_(lanes), size_(size), rank_(rank) {}
    static thread_group of_lanes(LaneMask lanes) {
        return {Kind::lanes, lanes, hipwright::count_lanes(lanes),
                hipwright::count_lanes(lanes & hipwright::lower_lanes())};
    }
    friend thread_group tiled_partition(const thread_group& parent, unsigned size);

    Kind kind_;
    LaneMask lanes_;
    unsigned long long size_, rank_;
};

class thread_block : public thread_group {
  public:
    thread_block()
        : thread_group(Kind::block, 0, hipwright::block_threads(), hipwright::thread_rank()) {}
    static void sync(HIPWRIGHT_HERE) { hipwright::sync_block(file, line); }
    static unsigned size() { return hipwright::block_threads(); }
    static unsigned num_threads() { return hipwright::block_threads(); }
    static unsigned thread_rank() { return hipwright::thread_rank(); }
    static dim3 group_index() { return dim3(blockIdx.x, blockIdx.y, blockIdx.z); }
    static dim3 thread_index() { return dim3(threadIdx.x, threadIdx.y, threadIdx.z); }
    static dim3 group_dim() { return dim3(blockDim.x, blockDim.y, blockDim.z); }
    static dim3 dim_threads() { return group_dim(); }
    // A split barrier; all that arrive also wait.
    struct arrival_token {};
    static arrival_token barrier_arrive() { return {}; }
    static void barrier_wait(arrival_token&&, HIPWRIGHT_HERE) { hipwright::sync_block(file, line); }
};

class grid_group : public thread_group {
  public:
    grid_group() : thread_group(Kind::grid, 0, size(), thread_rank()) {}
    static void sync(HIPWRIGHT_HERE) { hipwright::sync_grid(file, line); }
    static bool is_valid() { return hipwright::grid_is_cooperative(); }
    static unsigned long long num_blocks() {
        return static_cast<unsigned long long>(gridDim.x) * gridDim.y * gridDim.z;
    }
    static unsigned long long size() { return num_blocks() * hipwright::block_threads(); }
    static unsigned long long num_threads() { return size(); }
    static unsigned long long block_rank() { return hipwright::block_rank_in_grid(); }
    static unsigned long long thread_rank() {
        return block_rank() * hipwright::block_threads() + hipwright::thread_rank();
    }
    static dim3 block_index() { return dim3(blockIdx.x, blockIdx.y, blockIdx.z); }
    static dim3 dim_blocks() { return dim3(gridDim.x, gridDim.y, gridDim.z); }
    static dim3 group_dim() { return dim_blocks(); }
};

// All devices of a multi-device launch: one here.
class multi_grid_group : public grid_group {
  public:
    static unsigned grid_rank() { return 0; }
    static unsigned num_grids() { return 1; }
};

// What tiles and coalesced groups share: operations among the lanes of a mask.
template <typename Group>
class LaneOperations : public thread_group {
  public:
    unsigned size() const { return static_cast<unsigned>(size_); }
    unsigned num_threads() const { return size(); }
    unsigned thread_rank() const { return static_cast<unsigned>(rank_); }

    template <typename T>
    T shfl(T value, int rank, HIPWRIGHT_HERE) const {
        return get("a group's shfl", value, static_cast<unsigned>(rank) % size(), file, line);
    }
    template <typename T>
    T shfl_up(T value, unsigned delta, HIPWRIGHT_HERE) const {
        const unsigned self = thread_rank();
        return get("a group's shfl_up", value, delta > self ? self : self - delta, file, line);
    }
    template <typename T>
    T shfl_down(T value, unsigned delta, HIPWRIGHT_HERE) const {
        const unsigned self = thread_rank();
        const bool inside = delta < size() - self;
        return get("a group's shfl_down", value, inside ? self + delta : self, file, line);
    }
    template <typename T>
    T shfl_xor(T value, unsigned mask, HIPWRIGHT_HERE) const {
        const unsigned other = thread_rank() ^ mask;
        return get("a group's shfl_xor", value, other < size() ? other : thread_rank(), file, line);
    }
    int any(int predicate, HIPWRIGHT_HERE) const { return yes(predicate, file, line).yes != 0; }
    int all(int predicate, HIPWRIGHT_HERE) const {
        const auto votes = yes(predicate, file, line);
        return votes.yes == votes.present;
    }
    BallotResult ballot(int predicate, HIPWRIGHT_HERE) const {
        const auto votes = yes(predicate, file, line);
        return static_cast<BallotResult>(hipwright::packed(votes.yes, lanes_));
    }
    template <typename T>
    BallotResult match_any(T value, HIPWRIGHT_HERE) const {
        const LaneMask equal = same(value, file, line).equal & lanes_;
        return static_cast<BallotResult>(hipwright::packed(equal, lanes_));
    }
    template <typename T>
    BallotResult match_all(T value, int& predicate, HIPWRIGHT_HERE) const {
        const LaneMask equal = same(value, file, line).equal & lanes_;
        predicate = equal == lanes_;
        return predicate ? static_cast<BallotResult>(hipwright::packed(equal, lanes_)) : 0;
    }
    template <typename T>
    BallotResult match_all(T value, int* predicate, HIPWRIGHT_HERE) const {
        return match_all(value, *predicate, file, line);
    }

    // The votes of this group's lanes alone, whoever else votes at the same place.
    hipwright::Votes yes(bool predicate, const char* file, int line) const {
        auto votes = hipwright::vote(hipwright::group_meeting("a group's vote", lanes_, file, line),
                                     predicate);
        votes.yes &= lanes_;
        votes.present &= lanes_;
        return votes;
    }
    template <typename T>
    hipwright::Matches same(T value, const char* file, int line) const {
        return hipwright::match(hipwright::group_meeting("a group's match", lanes_, file, line),
                                value);
    }

  protected:
    explicit LaneOperations(LaneMask lanes) : thread_group(of_lanes(lanes)) {}
    template <typename T>
    T get(const char* name, T value, unsigned rank, const char* file, int line) const {
        return hipwright::exchange(hipwright::group_meeting(name, lanes_, file, line), value,
                                   hipwright::lane_of_rank(lanes_, rank));
    }
};

class coalesced_group : public LaneOperations<coalesced_group> {
  public:
    explicit coalesced_group(LaneMask lanes, unsigned rank = 0, unsigned groups = 1)
        : LaneOperations(lanes), meta_rank_(rank), meta_size_(groups) {}
    unsigned meta_group_rank() const { return meta_rank_; }
    unsigned meta_group_size() const { return meta_size_; }

  private:
    unsigned meta_rank_, meta_size_;
};

namespace details {
template <unsigned size>
inline LaneMask tile_lanes() {
    constexpr LaneMask low = size >= 64 ? ~LaneMask{0} : (LaneMask{1} << (size % 64)) - 1;
    // The block's last warp may be short of lanes; the tile keeps its size all the same.
    return low << (hipwright::lane_id() & ~(size - 1));
}
}  // namespace details

namespace details {
// A tile that lies within a warp.
template <unsigned Size>
class WarpTile : public LaneOperations<WarpTile<Size>> {
  public:
    static constexpr unsigned size() { return Size; }
    static constexpr unsigned num_threads() { return Size; }
    static unsigned thread_rank() { return hipwright::lane_id() & (Size - 1); }

  protected:
    WarpTile() : LaneOperations<WarpTile>(tile_lanes<Size>()) {}
};

#ifdef HIPWRIGHT_CUDA
inline constexpr bool multi_warp_tiles = true;
#else
inline constexpr bool multi_warp_tiles = false;
template <unsigned Size>
class MultiWarpTile {};
#endif
}  // namespace details

template <unsigned Size, typename Parent = void>
class thread_block_tile
    : public std::conditional_t<(Size <= hipwright::warp_size), details::WarpTile<Size>,
                                details::MultiWarpTile<Size>> {
    static_assert(Size > 0 && (Size & (Size - 1)) == 0, "a tile's size is a power of two");
    static_assert(Size <= hipwright::warp_size || details::multi_warp_tiles,
                  "HIP has no tiles larger than a warp");

  public:
    template <typename Group>
    explicit thread_block_tile(const Group& parent)
        : groups_(static_cast<unsigned>((parent.size() + Size - 1) / Size)),
          group_(static_cast<unsigned>(parent.thread_rank() / Size)) {}
    // The same tile, seen without its parent.
    template <typename Other>
    thread_block_tile(const thread_block_tile<Size, Other>& tile)
        : groups_(tile.meta_group_size()), group_(tile.meta_group_rank()) {}
    unsigned meta_group_rank() const { return group_; }
    unsigned meta_group_size() const { return groups_; }

  private:
    unsigned groups_, group_;
};

inline thread_block this_thread_block() { return {}; }
#ifdef HIPWRIGHT_CUDA
template <unsigned MaxBlockSize>
inline thread_block this_thread_block(block_tile_memory<MaxBlockSize>&) {
    return {};
}
#endif
inline grid_group this_grid() { return {}; }
inline multi_grid_group this_multi_grid() { return {}; }
inline thread_block_tile<1> this_thread() { return thread_block_tile<1>(thread_block()); }
inline coalesced_group coalesced_threads(HIPWRIGHT_HERE) {
    return coalesced_group(hipwright::active_lanes(file, line));
}

template <unsigned Size, typename Parent>
inline thread_block_tile<Size, Parent> tiled_partition(const Parent& parent) {
    return thread_block_tile<Size, Parent>(parent);
}
// Groups of `size` by rank. A block's are lanes of its warps; those of lanes are chosen among them.
inline thread_group tiled_partition(const thread_group& parent, unsigned size) {
    const bool of_block = parent.hipwright_is_block();
    const LaneMask lanes = of_block ? hipwright::live_lanes() : parent.hipwright_lanes();
    const unsigned rank =
        of_block ? hipwright::lane_id() : static_cast<unsigned>(parent.thread_rank());
    LaneMask group = 0;
    for (unsigned i = rank / size * size; i < (rank / size + 1) * size; ++i) {
        if (of_block)
            group |= lanes & (i < 64 ? LaneMask{1} << i : 0);
        else if (i < parent.size())
            group |= LaneMask{1} << hipwright::lane_of_rank(lanes, i);
    }
    return thread_group::of_lanes(group);
}
inline coalesced_group tiled_partition(const coalesced_group& parent, unsigned size) {
    const thread_group group = tiled_partition(static_cast<const thread_group&>(parent), size);
    return coalesced_group(group.hipwright_lanes(), parent.thread_rank() / size,
                           (parent.size() + size - 1) / size);
}

// The lanes of a group that vote alike, or that have the same label.
template <typename Group>
inline coalesced_group binary_partition(const Group& group, bool predicate, HIPWRIGHT_HERE) {
    const LaneMask yes = group.yes(predicate, file, line).yes;
    return coalesced_group(predicate ? yes : group.hipwright_lanes() & ~yes, predicate, 2);
}
template <typename Group, typename Label>
inline coalesced_group labeled_partition(const Group& group, Label label, HIPWRIGHT_HERE) {
    return coalesced_group(group.same(label, file, line).equal & group.hipwright_lanes());
}

template <typename Group>
inline void sync(const Group& group, HIPWRIGHT_HERE) {
    group.sync(file, line);
}
template <typename Group>
inline auto thread_rank(const Group& group) {
    return group.thread_rank();
}
template <typename Group>
inline auto group_size(const Group& group) {
    return group.size();
}
inline dim3 thread_index(const thread_block& block) { return block.thread_index(); }
inline dim3 group_index(const thread_block& block) { return block.group_index(); }

#ifdef HIPWRIGHT_CUDA

#define HIPWRIGHT_FUNCTION(name, expression)                \
    template <typename T>                                   \
    struct name {                                           \
        T operator()(T a, T b) const { return expression; } \
    };
HIPWRIGHT_FUNCTION(plus, a + b)
HIPWRIGHT_FUNCTION(less, b < a ? b : a)     // the least
HIPWRIGHT_FUNCTION(greater, a < b ? b : a)  // the greatest
HIPWRIGHT_FUNCTION(bit_and, a& b)
HIPWRIGHT_FUNCTION(bit_or, a | b)
HIPWRIGHT_FUNCTION(bit_xor, a ^ b)
#undef HIPWRIGHT_FUNCTION

template <typename Group, typename T, typename Function>
inline std::decay_t<T> reduce(const Group& group, T&& value, Function&& function, HIPWRIGHT_HERE) {
    using Value = std::decay_t<T>;
    const auto combine = [&function](const Value& a, const Value& b) -> Value {
        return function(a, b);
    };
    return hipwright::reduce(
        hipwright::with_mask("a group's reduce", group.hipwright_lanes(), file, line),
        static_cast<Value>(value), combine);
}
template <unsigned Size, typename Parent, typename T, typename Function>
inline std::enable_if_t<(Size > hipwright::warp_size), std::decay_t<T>> reduce(
    const thread_block_tile<Size, Parent>& tile, T&& value, Function&& function, HIPWRIGHT_HERE) {
    return tile.combined(static_cast<std::decay_t<T>>(value), function, file, line);
}
template <typename Group, typename Place, typename T, typename Function>
inline void reduce_store_async(const Group& group, Place* place, T&& value, Function&& function,
                               HIPWRIGHT_HERE) {
    const auto result = reduce(group, value, function, file, line);
    if (group.thread_rank() == 0) *place = result;
}

template <typename Group, typename T, typename Function>
inline std::decay_t<T> inclusive_scan(const Group& group, T&& value, Function&& function,
                                      HIPWRIGHT_HERE) {
    std::decay_t<T> sum = value;
    for (unsigned distance = 1; distance < group.size(); distance *= 2) {
        const auto before = group.shfl_up(sum, distance, file, line);
        if (group.thread_rank() >= distance) sum = function(before, sum);
    }
    return sum;
}
template <typename Group, typename T>
inline std::decay_t<T> inclusive_scan(const Group& group, T&& value, HIPWRIGHT_HERE) {
    return inclusive_scan(group, value, plus<std::decay_t<T>>(), file, line);
}
template <typename Group, typename T, typename Function>
inline std::decay_t<T> exclusive_scan(const Group& group, T&& value, Function&& function,
                                      HIPWRIGHT_HERE) {
    const auto sum = inclusive_scan(group, value, function, file, line);
    const auto before = group.shfl_up(sum, 1, file, line);
    return group.thread_rank() == 0 ? std::decay_t<T>() : before;
}
template <typename Group, typename T>
inline std::decay_t<T> exclusive_scan(const Group& group, T&& value, HIPWRIGHT_HERE) {
    return exclusive_scan(group, value, plus<std::decay_t<T>>(), file, line);
}

template <typename Group, typename Function, typename... Arguments>
inline void invoke_one(const Group& group, Function&& function, Arguments&&... arguments) {
    if (group.thread_rank() == 0) {
        std::forward<Function>(function)(std::forward<Arguments>(arguments)...);
    }
}

// The others of a tile or a coalesced group get what the one computed.
template <typename Group, typename Function, typename... Arguments>
inline auto invoke_one_broadcast(const Group& group, Function&& function,
                                 Arguments&&... arguments) {
    std::decay_t<std::invoke_result_t<Function, Arguments...>> result{};
    if (group.thread_rank() == 0)
        result = std::forward<Function>(function)(std::forward<Arguments>(arguments)...);
    return group.shfl(result, 0);
}

// A copy by all threads of a group together; `wait` is what makes it complete.
template <typename Group, typename T, typename Size>
inline void memcpy_async(const Group& group, T* to, const T* from, const Size& bytes) {
    const std::size_t size = bytes;
    auto* out = reinterpret_cast<char*>(to);
    const auto* in = reinterpret_cast<const char*>(from);
    for (std::size_t i = group.thread_rank(); i < size; i += group.size()) out[i] = in[i];
}
template <typename Group, typename To, typename ToLayout, typename From, typename FromLayout>
inline void memcpy_async(const Group& group, To* to, const ToLayout& to_count, const From* from,
                         const FromLayout& from_count) {
    const std::size_t count = to_count < from_count ? to_count : from_count;
    memcpy_async(group, reinterpret_cast<char*>(to), reinterpret_cast<const char*>(from),
                 count * sizeof(To));
}
template <typename Group>
inline void wait(const Group& group, HIPWRIGHT_HERE) {
    group.sync(file, line);
}
template <unsigned, typename Group>
inline void wait_prior(const Group& group, HIPWRIGHT_HERE) {
    group.sync(file, line);
}

#endif

}  // namespace cooperative_groups
