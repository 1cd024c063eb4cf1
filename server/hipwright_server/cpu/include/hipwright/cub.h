// CUB and hipCUB: reductions, scans, sorts and their like for a warp, a block and the device.
//
// The algorithms are the plain ones: what a block does goes through an array in shared memory, what
// the device does runs on the host's memory. Where CUB leaves a result undefined (other threads
// than the first after a reduction), the thread keeps its own value.
#pragma once

#include <algorithm>
#include <chrono>  // CUB brings it along, and programs rely on that
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <limits>
#include <numeric>
#include <type_traits>
#include <utility>
#include <vector>

#include "api/stream.h"
#include "cooperative_groups.h"
#include "stream.h"
//
#include "api/names.h"

#ifdef HIPWRIGHT_HIP
#define HIPWRIGHT_CUB hipcub
#else
#define HIPWRIGHT_CUB cub
#endif

namespace HIPWRIGHT_CUB {

using Status = API(Error_t);
using Stream = API(Stream_t);

// -- functions
// --------------------------------------------------------------------------------------
struct Sum {
    template <typename A, typename B>
    constexpr auto operator()(const A& a, const B& b) const {
        return a + b;
    }
};
struct Difference {
    template <typename A, typename B>
    constexpr auto operator()(const A& a, const B& b) const {
        return a - b;
    }
};
struct Max {
    template <typename T>
    constexpr T operator()(const T& a, const T& b) const {
        return a < b ? b : a;
    }
};
struct Min {
    template <typename T>
    constexpr T operator()(const T& a, const T& b) const {
        return b < a ? b : a;
    }
};
struct Equality {
    template <typename A, typename B>
    constexpr bool operator()(const A& a, const B& b) const {
        return a == b;
    }
};
struct Inequality {
    template <typename A, typename B>
    constexpr bool operator()(const A& a, const B& b) const {
        return a != b;
    }
};
template <typename Key, typename Value>
struct KeyValuePair {
    using key_type = Key;
    using value_type = Value;
    Key key;
    Value value;
};
// Of two places with the same value the lower.
struct ArgMax {
    template <typename Key, typename Value>
    constexpr KeyValuePair<Key, Value> operator()(const KeyValuePair<Key, Value>& a,
                                                  const KeyValuePair<Key, Value>& b) const {
        const bool second = a.value < b.value || (a.value == b.value && b.key < a.key);
        return second ? b : a;
    }
};
struct ArgMin {
    template <typename Key, typename Value>
    constexpr KeyValuePair<Key, Value> operator()(const KeyValuePair<Key, Value>& a,
                                                  const KeyValuePair<Key, Value>& b) const {
        const bool second = b.value < a.value || (a.value == b.value && b.key < a.key);
        return second ? b : a;
    }
};

// How a radix sort sees a key: as an unsigned integer that orders as the key does.
enum Category { NOT_A_NUMBER, SIGNED_INTEGER, UNSIGNED_INTEGER, FLOATING_POINT };
template <typename T>
struct Traits {
    static constexpr bool PRIMITIVE = std::is_arithmetic_v<T>;
    static constexpr Category CATEGORY = std::is_floating_point_v<T>             ? FLOATING_POINT
                                         : std::is_integral_v<T> && T(-1) < T(0) ? SIGNED_INTEGER
                                         : std::is_integral_v<T>                 ? UNSIGNED_INTEGER
                                                                                 : NOT_A_NUMBER;
    using UnsignedBits = std::conditional_t<
        sizeof(T) == 1, unsigned char,
        std::conditional_t<sizeof(T) == 2, unsigned short,
                           std::conditional_t<sizeof(T) == 4, unsigned int, unsigned long long>>>;
    static constexpr UnsignedBits HIGH_BIT =
        static_cast<UnsignedBits>(UnsignedBits{1} << (sizeof(T) * 8 - 1));
    static constexpr bool is_integer = CATEGORY == SIGNED_INTEGER || CATEGORY == UNSIGNED_INTEGER;

    static constexpr UnsignedBits TwiddleIn(UnsignedBits key) {
        if (CATEGORY == UNSIGNED_INTEGER) return key;
        const bool flip = !is_integer && (key & HIGH_BIT);
        return static_cast<UnsignedBits>(flip ? ~key : key ^ HIGH_BIT);
    }
    static constexpr UnsignedBits TwiddleOut(UnsignedBits key) {
        if (CATEGORY == UNSIGNED_INTEGER) return key;
        const bool flip = !is_integer && !(key & HIGH_BIT);
        return static_cast<UnsignedBits>(flip ? ~key : key ^ HIGH_BIT);
    }
    static constexpr T Max() { return std::numeric_limits<T>::max(); }
    static constexpr T Lowest() { return std::numeric_limits<T>::lowest(); }
};
template <typename T>
using NumericTraits = Traits<T>;

// -- iterators
// --------------------------------------------------------------------------------------
template <typename Derived, typename T>
struct IndexedIterator {
    using iterator_category = std::random_access_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using pointer = const T*;
    using reference = T;
    difference_type index = 0;

    T operator*() const { return self().at(index); }
    T operator[](difference_type i) const { return self().at(index + i); }
    Derived operator+(difference_type n) const {
        Derived moved = self();
        moved.index += n;
        return moved;
    }
    Derived operator-(difference_type n) const { return *this + -n; }
    difference_type operator-(const Derived& other) const { return index - other.index; }
    Derived& operator+=(difference_type n) {
        index += n;
        return static_cast<Derived&>(*this);
    }
    Derived& operator++() { return *this += 1; }
    Derived operator++(int) {
        const Derived before = self();
        ++index;
        return before;
    }
    bool operator==(const Derived& other) const { return index == other.index; }
    bool operator!=(const Derived& other) const { return index != other.index; }

  private:
    const Derived& self() const { return static_cast<const Derived&>(*this); }
};
template <typename T, typename Offset = std::ptrdiff_t>
struct CountingInputIterator : IndexedIterator<CountingInputIterator<T, Offset>, T> {
    T first;
    explicit CountingInputIterator(T start) : first(start) {}
    T at(std::ptrdiff_t i) const { return static_cast<T>(first + static_cast<T>(i)); }
};
template <typename T, typename Offset = std::ptrdiff_t>
struct ConstantInputIterator : IndexedIterator<ConstantInputIterator<T, Offset>, T> {
    T value;
    explicit ConstantInputIterator(T constant) : value(constant) {}
    T at(std::ptrdiff_t) const { return value; }
};
template <typename T, typename Function, typename Input, typename Offset = std::ptrdiff_t>
struct TransformInputIterator
    : IndexedIterator<TransformInputIterator<T, Function, Input, Offset>, T> {
    Input input;
    Function function;
    TransformInputIterator(Input source, Function convert) : input(source), function(convert) {}
    T at(std::ptrdiff_t i) const { return function(input[i]); }
};

// -- warps
// ------------------------------------------------------------------------------------------
template <typename T, int threads = static_cast<int>(hipwright::warp_size), int = 0>
class WarpReduce {
  public:
    struct TempStorage {};
    explicit WarpReduce(TempStorage&) {}
    template <typename Function>
    T Reduce(T value, Function function, HIPWRIGHT_HERE) {
        return combined(value, threads, function, file, line);
    }
    template <typename Function>
    T Reduce(T value, Function function, int valid, HIPWRIGHT_HERE) {
        return combined(value, valid, function, file, line);
    }
    T Sum(T value, HIPWRIGHT_HERE) {
        return combined(value, threads, HIPWRIGHT_CUB::Sum(), file, line);
    }
    T Sum(T value, int valid, HIPWRIGHT_HERE) {
        return combined(value, valid, HIPWRIGHT_CUB::Sum(), file, line);
    }

  private:
    template <typename Function>
    static T combined(T value, int valid, const Function& function, const char* file, int line) {
        using cooperative_groups::details::tile_lanes;
        const auto lanes = tile_lanes<static_cast<unsigned>(threads)>();
        const unsigned self = hipwright::lane_id() % threads;
        T sum = value;
        for (unsigned d = 1; d < static_cast<unsigned>(threads); d *= 2) {
            const auto meeting = hipwright::group_meeting("WarpReduce", lanes, file, line);
            const T other = hipwright::exchange(
                meeting, sum,
                hipwright::lane_id() + (self + d < static_cast<unsigned>(threads) ? d : 0));
            if (self + d < static_cast<unsigned>(valid)) sum = static_cast<T>(function(sum, other));
        }
        return sum;
    }
};

template <typename T, int threads = static_cast<int>(hipwright::warp_size), int = 0>
class WarpScan {
  public:
    struct TempStorage {};
    explicit WarpScan(TempStorage&) {}
    template <typename Function>
    void InclusiveScan(T value, T& result, Function function, HIPWRIGHT_HERE) {
        using cooperative_groups::details::tile_lanes;
        const auto lanes = tile_lanes<static_cast<unsigned>(threads)>();
        const unsigned self = hipwright::lane_id() % threads;
        T sum = value;
        for (unsigned d = 1; d < static_cast<unsigned>(threads); d *= 2) {
            const auto meeting = hipwright::group_meeting("WarpScan", lanes, file, line);
            const T other =
                hipwright::exchange(meeting, sum, hipwright::lane_id() - (self >= d ? d : 0));
            if (self >= d) sum = static_cast<T>(function(other, sum));
        }
        result = sum;
    }
    template <typename Function>
    void ExclusiveScan(T value, T& result, T first, Function function, HIPWRIGHT_HERE) {
        T inclusive;
        InclusiveScan(value, inclusive, function, file, line);
        const T before = from(inclusive, -1, file, line);
        result = rank() ? static_cast<T>(function(first, before)) : first;
    }
    template <typename Function>
    void ExclusiveScan(T value, T& result, T first, Function function, T& total, HIPWRIGHT_HERE) {
        T inclusive;
        InclusiveScan(value, inclusive, function, file, line);
        const T before = from(inclusive, -1, file, line);
        total = last(inclusive, file, line);
        result = rank() ? static_cast<T>(function(first, before)) : first;
    }
    void InclusiveSum(T value, T& result, HIPWRIGHT_HERE) {
        InclusiveScan(value, result, Sum(), file, line);
    }
    void InclusiveSum(T value, T& result, T& total, HIPWRIGHT_HERE) {
        InclusiveScan(value, result, Sum(), file, line);
        total = last(result, file, line);
    }
    void ExclusiveSum(T value, T& result, HIPWRIGHT_HERE) {
        ExclusiveScan(value, result, T(), Sum(), file, line);
    }
    void ExclusiveSum(T value, T& result, T& total, HIPWRIGHT_HERE) {
        ExclusiveScan(value, result, T(), Sum(), total, file, line);
    }
    T Broadcast(T value, unsigned source, HIPWRIGHT_HERE) {
        return from(value, static_cast<int>(source) - static_cast<int>(rank()), file, line);
    }

  private:
    static unsigned rank() { return hipwright::lane_id() % threads; }
    static T from(T value, int distance, const char* file, int line) {
        using cooperative_groups::details::tile_lanes;
        const int source = static_cast<int>(rank()) + distance;
        const bool inside = source >= 0 && source < threads;
        const auto lanes = tile_lanes<static_cast<unsigned>(threads)>();
        return hipwright::exchange(hipwright::group_meeting("WarpScan", lanes, file, line), value,
                                   static_cast<unsigned>(static_cast<int>(hipwright::lane_id()) +
                                                         (inside ? distance : 0)));
    }
    static T last(T value, const char* file, int line) {
        return from(value, threads - 1 - static_cast<int>(rank()), file, line);
    }
};

// -- blocks
// -----------------------------------------------------------------------------------------
enum BlockReduceAlgorithm {
    BLOCK_REDUCE_RAKING_COMMUTATIVE_ONLY,
    BLOCK_REDUCE_RAKING,
    BLOCK_REDUCE_WARP_REDUCTIONS
};
enum BlockScanAlgorithm { BLOCK_SCAN_RAKING, BLOCK_SCAN_RAKING_MEMOIZE, BLOCK_SCAN_WARP_SCANS };
enum BlockLoadAlgorithm {
    BLOCK_LOAD_DIRECT,
    BLOCK_LOAD_STRIPED,
    BLOCK_LOAD_VECTORIZE,
    BLOCK_LOAD_TRANSPOSE,
    BLOCK_LOAD_WARP_TRANSPOSE,
    BLOCK_LOAD_WARP_TRANSPOSE_TIMESLICED
};
enum BlockStoreAlgorithm {
    BLOCK_STORE_DIRECT,
    BLOCK_STORE_STRIPED,
    BLOCK_STORE_VECTORIZE,
    BLOCK_STORE_TRANSPOSE,
    BLOCK_STORE_WARP_TRANSPOSE,
    BLOCK_STORE_WARP_TRANSPOSE_TIMESLICED
};

// Room for `count` values that needs no constructor, as shared memory has none.
template <typename T, int count>
struct Room {
    alignas(T) unsigned char bytes[sizeof(T) * count];
    T* values() { return reinterpret_cast<T*>(bytes); }
    T& operator[](int i) { return values()[i]; }
};

template <typename T, int x, BlockReduceAlgorithm = BLOCK_REDUCE_WARP_REDUCTIONS, int y = 1,
          int z = 1, int = 0>
class BlockReduce {
  public:
    static constexpr int threads = x * y * z;
    using TempStorage = Room<T, threads>;
    explicit BlockReduce(TempStorage& storage) : storage_(storage) {}

    template <typename Function>
    T Reduce(T value, Function function, HIPWRIGHT_HERE) {
        return combined(value, threads, function, file, line);
    }
    template <typename Function>
    T Reduce(T value, Function function, int valid, HIPWRIGHT_HERE) {
        return combined(value, valid, function, file, line);
    }
    template <int items, typename Function>
    T Reduce(T (&values)[items], Function function, HIPWRIGHT_HERE) {
        return combined(own(values, function), threads, function, file, line);
    }
    T Sum(T value, HIPWRIGHT_HERE) {
        return combined(value, threads, HIPWRIGHT_CUB::Sum(), file, line);
    }
    T Sum(T value, int valid, HIPWRIGHT_HERE) {
        return combined(value, valid, HIPWRIGHT_CUB::Sum(), file, line);
    }
    template <int items>
    T Sum(T (&values)[items], HIPWRIGHT_HERE) {
        const HIPWRIGHT_CUB::Sum sum;
        return combined(own(values, sum), threads, sum, file, line);
    }

  private:
    template <int items, typename Function>
    static T own(T (&values)[items], const Function& function) {
        T sum = values[0];
        for (int i = 1; i < items; ++i) sum = static_cast<T>(function(sum, values[i]));
        return sum;
    }
    template <typename Function>
    T combined(T value, int valid, const Function& function, const char* file, int line) {
        const int self = static_cast<int>(hipwright::thread_rank());
        storage_[self] = value;
        hipwright::sync_block(file, line);
        if (self == 0) {
            for (int i = 1; i < valid && i < threads; ++i)
                value = static_cast<T>(function(value, storage_[i]));
        }
        return value;
    }
    TempStorage& storage_;
};

template <typename T, int x, BlockScanAlgorithm = BLOCK_SCAN_RAKING, int y = 1, int z = 1, int = 0>
class BlockScan {
  public:
    static constexpr int threads = x * y * z;
    struct TempStorage {
        Room<T, threads + 1> sums;
    };
    explicit BlockScan(TempStorage& storage) : storage_(storage) {}

    template <typename Function>
    void InclusiveScan(T value, T& result, Function function, HIPWRIGHT_HERE) {
        T total;
        InclusiveScan(value, result, function, total, file, line);
    }
    template <typename Function>
    void InclusiveScan(T value, T& result, Function function, T& total, HIPWRIGHT_HERE) {
        const int self = scan(value, function, file, line);
        result = storage_.sums[self];
        total = storage_.sums[threads - 1];
    }
    template <typename Function>
    void ExclusiveScan(T value, T& result, T first, Function function, HIPWRIGHT_HERE) {
        T total;
        ExclusiveScan(value, result, first, function, total, file, line);
    }
    template <typename Function>
    void ExclusiveScan(T value, T& result, T first, Function function, T& total, HIPWRIGHT_HERE) {
        const int self = scan(value, function, file, line);
        result = self ? static_cast<T>(function(first, storage_.sums[self - 1])) : first;
        total = storage_.sums[threads - 1];
    }
    void InclusiveSum(T value, T& result, HIPWRIGHT_HERE) {
        InclusiveScan(value, result, Sum(), file, line);
    }
    void InclusiveSum(T value, T& result, T& total, HIPWRIGHT_HERE) {
        InclusiveScan(value, result, Sum(), total, file, line);
    }
    void ExclusiveSum(T value, T& result, HIPWRIGHT_HERE) {
        ExclusiveScan(value, result, T(), Sum(), file, line);
    }
    void ExclusiveSum(T value, T& result, T& total, HIPWRIGHT_HERE) {
        ExclusiveScan(value, result, T(), Sum(), total, file, line);
    }
    // With a running prefix that a functor of the program's gives to the first thread.
    template <typename Prefix>
    void ExclusiveSum(T value, T& result, Prefix& prefix, HIPWRIGHT_HERE) {
        const int self = scan(value, Sum(), file, line);
        const T total = storage_.sums[threads - 1], before = self ? storage_.sums[self - 1] : T();
        hipwright::sync_block(file, line);
        const T given = prefix(total);
        if (self == 0) storage_.sums[threads] = given;
        hipwright::sync_block(file, line);
        result = static_cast<T>(storage_.sums[threads] + before);
    }
    template <int items>
    void InclusiveSum(T (&in)[items], T (&out)[items], HIPWRIGHT_HERE) {
        T total;
        of_items(in, out, true, total, file, line);
    }
    template <int items>
    void InclusiveSum(T (&in)[items], T (&out)[items], T& total, HIPWRIGHT_HERE) {
        of_items(in, out, true, total, file, line);
    }
    template <int items>
    void ExclusiveSum(T (&in)[items], T (&out)[items], HIPWRIGHT_HERE) {
        T total;
        of_items(in, out, false, total, file, line);
    }
    template <int items>
    void ExclusiveSum(T (&in)[items], T (&out)[items], T& total, HIPWRIGHT_HERE) {
        of_items(in, out, false, total, file, line);
    }

  private:
    // Leaves the inclusive sums in the storage; gives the thread's rank.
    template <typename Function>
    int scan(T value, const Function& function, const char* file, int line) {
        const int self = static_cast<int>(hipwright::thread_rank());
        storage_.sums[self] = value;
        hipwright::sync_block(file, line);
        if (self == 0) {
            for (int i = 1; i < threads; ++i)
                storage_.sums[i] = static_cast<T>(function(storage_.sums[i - 1], storage_.sums[i]));
        }
        hipwright::sync_block(file, line);
        return self;
    }
    template <int items>
    void of_items(T (&in)[items], T (&out)[items], bool inclusive, T& total, const char* file,
                  int line) {
        T own = in[0];
        for (int i = 1; i < items; ++i) own = static_cast<T>(own + in[i]);
        const int self = scan(own, Sum(), file, line);
        T running = self ? storage_.sums[self - 1] : T();
        total = storage_.sums[threads - 1];
        for (int i = 0; i < items; ++i) {
            const T before = running;
            running = static_cast<T>(running + in[i]);
            out[i] = inclusive ? running : before;
        }
    }
    TempStorage& storage_;
};

template <typename T, int x, int items, BlockLoadAlgorithm algorithm = BLOCK_LOAD_DIRECT, int y = 1,
          int z = 1, int = 0>
class BlockLoad {
  public:
    struct TempStorage {};
    BlockLoad() = default;
    explicit BlockLoad(TempStorage&) {}
    template <typename Input>
    void Load(Input from, T (&values)[items]) {
        for (int i = 0; i < items; ++i) values[i] = from[place(i)];
    }
    template <typename Input>
    void Load(Input from, T (&values)[items], int valid) {
        for (int i = 0; i < items; ++i) {
            if (place(i) < valid) values[i] = from[place(i)];
        }
    }
    template <typename Input, typename Default>
    void Load(Input from, T (&values)[items], int valid, Default otherwise) {
        for (int i = 0; i < items; ++i)
            values[i] =
                place(i) < valid ? static_cast<T>(from[place(i)]) : static_cast<T>(otherwise);
    }

  private:
    static int place(int i) {
        const int self = static_cast<int>(hipwright::thread_rank());
        return algorithm == BLOCK_LOAD_STRIPED ? i * x * y * z + self : self * items + i;
    }
};
template <typename T, int x, int items, BlockStoreAlgorithm algorithm = BLOCK_STORE_DIRECT,
          int y = 1, int z = 1, int = 0>
class BlockStore {
  public:
    struct TempStorage {};
    BlockStore() = default;
    explicit BlockStore(TempStorage&) {}
    template <typename Output>
    void Store(Output to, T (&values)[items], int valid = std::numeric_limits<int>::max()) {
        const int self = static_cast<int>(hipwright::thread_rank());
        for (int i = 0; i < items; ++i) {
            const int place =
                algorithm == BLOCK_STORE_STRIPED ? i * x * y * z + self : self * items + i;
            if (place < valid) to[place] = values[i];
        }
    }
};
template <int threads, typename Input, typename T, int items>
inline void LoadDirectStriped(int self, Input from, T (&values)[items]) {
    for (int i = 0; i < items; ++i) values[i] = from[self + i * threads];
}
template <int threads, typename Output, typename T, int items>
inline void StoreDirectStriped(int self, Output to, T (&values)[items]) {
    for (int i = 0; i < items; ++i) to[self + i * threads] = values[i];
}

template <typename T, int x, int items, bool = false, int y = 1, int z = 1, int = 0>
class BlockExchange {
  public:
    static constexpr int threads = x * y * z;
    using TempStorage = Room<T, threads * items>;
    explicit BlockExchange(TempStorage& storage) : storage_(storage) {}
    void StripedToBlocked(T (&in)[items], T (&out)[items], HIPWRIGHT_HERE) {
        move(in, out, threads, 1, 1, items, file, line);
    }
    void BlockedToStriped(T (&in)[items], T (&out)[items], HIPWRIGHT_HERE) {
        move(in, out, 1, items, threads, 1, file, line);
    }
    void StripedToBlocked(T (&values)[items], HIPWRIGHT_HERE) {
        StripedToBlocked(values, values, file, line);
    }
    void BlockedToStriped(T (&values)[items], HIPWRIGHT_HERE) {
        BlockedToStriped(values, values, file, line);
    }

  private:
    // Item i of thread t lies at i * item_step + t * thread_step.
    void move(T (&in)[items], T (&out)[items], int item_step, int thread_step, int item_step_out,
              int thread_step_out, const char* file, int line) {
        const int self = static_cast<int>(hipwright::thread_rank());
        for (int i = 0; i < items; ++i) storage_[i * item_step + self * thread_step] = in[i];
        hipwright::sync_block(file, line);
        for (int i = 0; i < items; ++i)
            out[i] = storage_[i * item_step_out + self * thread_step_out];
        hipwright::sync_block(file, line);
    }
    TempStorage& storage_;
};

struct NullType {};

// A key as the bits that a radix sort orders by: -0 comes before 0, and NaN behind all numbers.
template <typename Key>
auto sortable(Key key) {
    if constexpr (std::is_floating_point_v<Key>) {
        using Bits = std::conditional_t<sizeof(Key) == 4, std::uint32_t, std::uint64_t>;
        const Bits bits = hipwright::same_bits<Bits>(key);
        constexpr Bits sign = Bits{1} << (8 * sizeof(Key) - 1);
        return bits & sign ? static_cast<Bits>(~bits) : static_cast<Bits>(bits | sign);
    } else {
        return key;
    }
}

template <typename Key, int x, int items, typename Value = NullType, int = 4, bool = true,
          BlockScanAlgorithm = BLOCK_SCAN_WARP_SCANS, int = 0, int y = 1, int z = 1, int = 0>
class BlockRadixSort {
  public:
    static constexpr int threads = x * y * z;
    struct Pair {
        Key key;
        Value value;
        int place;  // equal keys keep their order
    };
    using TempStorage = Room<Pair, threads * items>;
    explicit BlockRadixSort(TempStorage& storage) : storage_(storage) {}
    void Sort(Key (&keys)[items], HIPWRIGHT_HERE) { sort(keys, nullptr, false, false, file, line); }
    void SortDescending(Key (&keys)[items], HIPWRIGHT_HERE) {
        sort(keys, nullptr, true, false, file, line);
    }
    void Sort(Key (&keys)[items], Value (&values)[items], HIPWRIGHT_HERE) {
        sort(keys, values, false, false, file, line);
    }
    void SortDescending(Key (&keys)[items], Value (&values)[items], HIPWRIGHT_HERE) {
        sort(keys, values, true, false, file, line);
    }
    void SortBlockedToStriped(Key (&keys)[items], HIPWRIGHT_HERE) {
        sort(keys, nullptr, false, true, file, line);
    }
    void SortBlockedToStriped(Key (&keys)[items], Value (&values)[items], HIPWRIGHT_HERE) {
        sort(keys, values, false, true, file, line);
    }

  private:
    void sort(Key* keys, Value* values, bool descending, bool striped, const char* file, int line) {
        const int self = static_cast<int>(hipwright::thread_rank());
        for (int i = 0; i < items; ++i)
            storage_[self * items + i] = {keys[i], values ? values[i] : Value(), self * items + i};
        hipwright::sync_block(file, line);
        if (self == 0) {
            std::sort(storage_.values(), storage_.values() + threads * items,
                      [descending](const Pair& a, const Pair& b) {
                          const auto first = sortable(a.key), second = sortable(b.key);
                          if (first != second) return descending ? second < first : first < second;
                          return a.place < b.place;
                      });
        }
        hipwright::sync_block(file, line);
        for (int i = 0; i < items; ++i) {
            const Pair& pair = storage_[striped ? i * threads + self : self * items + i];
            keys[i] = pair.key;
            if (values) values[i] = pair.value;
        }
        hipwright::sync_block(file, line);
    }
    TempStorage& storage_;
};

// -- the device
// -------------------------------------------------------------------------------------
template <typename T>
struct DoubleBuffer {
    T* d_buffers[2] = {nullptr, nullptr};
    int selector = 0;
    DoubleBuffer() = default;
    DoubleBuffer(T* current, T* alternate) : d_buffers{current, alternate} {}
    T* Current() { return d_buffers[selector]; }
    T* Alternate() { return d_buffers[selector ^ 1]; }
};

namespace detail {

template <typename Iterator>
using value_of = typename std::iterator_traits<Iterator>::value_type;
// Sums begin with a zero of the type that they are written to, where that is known ...
template <typename Out, typename In>
using ValueOfOutput =
    std::conditional_t<std::is_void_v<value_of<Out>>, value_of<In>, value_of<Out>>;
// ... and add up in the type that the function returns: a sum of bools is an int.
template <typename Function, typename First, typename Value>
using Accumulator = std::decay_t<std::invoke_result_t<Function, First, Value>>;

// The first call asks for the size of the temporary storage, the second does the work.
template <typename Work>
Status device(void* storage, std::size_t& bytes, Stream stream, const Work& work) {
    if (!storage) {
        bytes = 1;
        return hipwright::done(hipwright::status_success);
    }
    return hipwright::done(hipwright::submit(stream, hipwright::NodeKind::host, [work] {
        work();
        return hipwright::status_success;
    }));
}
// By halves, so that floating-point sums keep their digits as a GPU's tree does.
template <typename T, typename Input, typename Function>
T reduce(Input from, std::size_t count, const Function& function) {
    if (count > 64) {
        const std::size_t half = count / 2;
        return static_cast<T>(function(reduce<T>(from, half, function),
                                       reduce<T>(from + half, count - half, function)));
    }
    T sum = static_cast<T>(*from);
    for (std::size_t i = 1; i < count; ++i) {
        ++from;
        sum = static_cast<T>(function(sum, *from));
    }
    return sum;
}
template <typename Key, typename Value>
void sort(const Key* keys_in, Key* keys_out, const Value* values_in, Value* values_out,
          std::size_t count, bool descending) {
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        const auto first = sortable(keys_in[a]), second = sortable(keys_in[b]);
        if (first != second) return descending ? second < first : first < second;
        return a < b;
    });
    std::vector<Key> keys(keys_in, keys_in + count);
    for (std::size_t i = 0; i < count; ++i) keys_out[i] = keys[order[i]];
    if constexpr (!std::is_same_v<Value, NullType>) {
        std::vector<Value> values(values_in, values_in + count);
        for (std::size_t i = 0; i < count; ++i) values_out[i] = values[order[i]];
    }
}

}  // namespace detail

#define HIPWRIGHT_DEVICE(...) return detail::device(storage, bytes, stream, [=] { __VA_ARGS__ })

struct DeviceReduce {
    template <typename In, typename Out, typename Function, typename T>
    static Status Reduce(void* storage, std::size_t& bytes, In in, Out out, std::size_t count,
                         Function function, T first, Stream stream = nullptr) {
        using A = detail::Accumulator<Function, T, detail::value_of<In>>;
        HIPWRIGHT_DEVICE({
            const A begin = first;
            *out = count ? static_cast<A>(function(begin, detail::reduce<A>(in, count, function)))
                         : begin;
        });
    }
    template <typename In, typename Out>
    static Status Sum(void* storage, std::size_t& bytes, In in, Out out, std::size_t count,
                      Stream stream = nullptr) {
        using T = detail::ValueOfOutput<Out, In>;
        return Reduce(storage, bytes, in, out, count, HIPWRIGHT_CUB::Sum(), T(), stream);
    }
    template <typename In, typename Out>
    static Status Max(void* storage, std::size_t& bytes, In in, Out out, std::size_t count,
                      Stream stream = nullptr) {
        using T = detail::value_of<In>;
        const T lowest = std::numeric_limits<T>::lowest();
        return Reduce(storage, bytes, in, out, count, HIPWRIGHT_CUB::Max(), lowest, stream);
    }
    template <typename In, typename Out>
    static Status Min(void* storage, std::size_t& bytes, In in, Out out, std::size_t count,
                      Stream stream = nullptr) {
        using T = detail::value_of<In>;
        const T highest = std::numeric_limits<T>::max();
        return Reduce(storage, bytes, in, out, count, HIPWRIGHT_CUB::Min(), highest, stream);
    }
    template <typename In, typename Out>
    static Status ArgMax(void* storage, std::size_t& bytes, In in, Out out, int count,
                         Stream stream = nullptr) {
        HIPWRIGHT_DEVICE({
            int best = 0;
            for (int i = 1; i < count; ++i) {
                if (in[best] < in[i]) best = i;
            }
            *out = KeyValuePair<int, detail::value_of<In>>{best, in[best]};
        });
    }
    template <typename In, typename Out>
    static Status ArgMin(void* storage, std::size_t& bytes, In in, Out out, int count,
                         Stream stream = nullptr) {
        HIPWRIGHT_DEVICE({
            int best = 0;
            for (int i = 1; i < count; ++i) {
                if (in[i] < in[best]) best = i;
            }
            *out = KeyValuePair<int, detail::value_of<In>>{best, in[best]};
        });
    }
};

struct DeviceSegmentedReduce {
    template <typename In, typename Out, typename Begin, typename End, typename Function,
              typename T>
    static Status Reduce(void* storage, std::size_t& bytes, In in, Out out, int segments,
                         Begin begin, End end, Function function, T first,
                         Stream stream = nullptr) {
        using A = detail::Accumulator<Function, T, detail::value_of<In>>;
        HIPWRIGHT_DEVICE({
            for (int s = 0; s < segments; ++s) {
                const auto from = static_cast<std::size_t>(begin[s]);
                const auto to = static_cast<std::size_t>(end[s]);
                const A zero = first;
                out[s] = to > from ? static_cast<A>(function(
                                         zero, detail::reduce<A>(in + from, to - from, function)))
                                   : zero;
            }
        });
    }
    template <typename In, typename Out, typename Begin, typename End>
    static Status Sum(void* storage, std::size_t& bytes, In in, Out out, int segments, Begin begin,
                      End end, Stream stream = nullptr) {
        using T = detail::ValueOfOutput<Out, In>;
        return Reduce(storage, bytes, in, out, segments, begin, end, HIPWRIGHT_CUB::Sum(), T(),
                      stream);
    }
};

struct DeviceScan {
    template <typename In, typename Out, typename Function, typename T>
    static Status ExclusiveScan(void* storage, std::size_t& bytes, In in, Out out,
                                Function function, T first, std::size_t count,
                                Stream stream = nullptr) {
        using Value = detail::value_of<In>;
        using A = detail::Accumulator<Function, T, Value>;
        HIPWRIGHT_DEVICE({
            A sum = first;
            for (std::size_t i = 0; i < count; ++i) {
                const Value value = in[i];  // in and out may be the same
                out[i] = sum;
                sum = function(sum, value);
            }
        });
    }
    template <typename In, typename Out, typename Function>
    static Status InclusiveScan(void* storage, std::size_t& bytes, In in, Out out,
                                Function function, std::size_t count, Stream stream = nullptr) {
        using Value = detail::value_of<In>;
        using A = detail::Accumulator<Function, Value, Value>;
        HIPWRIGHT_DEVICE({
            if (!count) return;
            A sum = in[0];
            out[0] = sum;
            for (std::size_t i = 1; i < count; ++i) {
                sum = function(sum, in[i]);
                out[i] = sum;
            }
        });
    }
    template <typename In, typename Out>
    static Status ExclusiveSum(void* storage, std::size_t& bytes, In in, Out out, std::size_t count,
                               Stream stream = nullptr) {
        using T = detail::value_of<In>;
        return ExclusiveScan(storage, bytes, in, out, Sum(), T(), count, stream);
    }
    template <typename In, typename Out>
    static Status InclusiveSum(void* storage, std::size_t& bytes, In in, Out out, std::size_t count,
                               Stream stream = nullptr) {
        return InclusiveScan(storage, bytes, in, out, Sum(), count, stream);
    }
};

struct DeviceRadixSort {
#define HIPWRIGHT_SORT(suffix, descending)                                                        \
    template <typename Key>                                                                       \
    static Status SortKeys##suffix(void* storage, std::size_t& bytes, const Key* in, Key* out,    \
                                   std::size_t count, int = 0, int = 8 * sizeof(Key),             \
                                   Stream stream = nullptr) {                                     \
        HIPWRIGHT_DEVICE(                                                                         \
            { detail::sort<Key, NullType>(in, out, nullptr, nullptr, count, descending); });      \
    }                                                                                             \
    template <typename Key>                                                                       \
    static Status SortKeys##suffix(void* storage, std::size_t& bytes, DoubleBuffer<Key>& keys,    \
                                   std::size_t count, int = 0, int = 8 * sizeof(Key),             \
                                   Stream stream = nullptr) {                                     \
        Key* const in = keys.Current();                                                           \
        HIPWRIGHT_DEVICE(                                                                         \
            { detail::sort<Key, NullType>(in, in, nullptr, nullptr, count, descending); });       \
    }                                                                                             \
    template <typename Key, typename Value>                                                       \
    static Status SortPairs##suffix(void* storage, std::size_t& bytes, const Key* in, Key* out,   \
                                    const Value* values_in, Value* values_out, std::size_t count, \
                                    int = 0, int = 8 * sizeof(Key), Stream stream = nullptr) {    \
        HIPWRIGHT_DEVICE({ detail::sort(in, out, values_in, values_out, count, descending); });   \
    }                                                                                             \
    template <typename Key, typename Value>                                                       \
    static Status SortPairs##suffix(void* storage, std::size_t& bytes, DoubleBuffer<Key>& keys,   \
                                    DoubleBuffer<Value>& values, std::size_t count, int = 0,      \
                                    int = 8 * sizeof(Key), Stream stream = nullptr) {             \
        Key* const in = keys.Current();                                                           \
        Value* const own = values.Current();                                                      \
        HIPWRIGHT_DEVICE({ detail::sort<Key, Value>(in, in, own, own, count, descending); });     \
    }
    HIPWRIGHT_SORT(, false)
    HIPWRIGHT_SORT(Descending, true)
#undef HIPWRIGHT_SORT
};

struct DeviceSelect {
    template <typename In, typename Flags, typename Out, typename Count>
    static Status Flagged(void* storage, std::size_t& bytes, In in, Flags flags, Out out,
                          Count selected, std::size_t count, Stream stream = nullptr) {
        HIPWRIGHT_DEVICE({
            std::size_t kept = 0;
            for (std::size_t i = 0; i < count; ++i) {
                if (flags[i]) out[kept++] = in[i];
            }
            *selected = static_cast<detail::value_of<Count>>(kept);
        });
    }
    template <typename In, typename Out, typename Count, typename Predicate>
    static Status If(void* storage, std::size_t& bytes, In in, Out out, Count selected,
                     std::size_t count, Predicate predicate, Stream stream = nullptr) {
        HIPWRIGHT_DEVICE({
            std::size_t kept = 0;
            for (std::size_t i = 0; i < count; ++i) {
                if (predicate(in[i])) out[kept++] = in[i];
            }
            *selected = static_cast<detail::value_of<Count>>(kept);
        });
    }
    template <typename In, typename Out, typename Count>
    static Status Unique(void* storage, std::size_t& bytes, In in, Out out, Count selected,
                         std::size_t count, Stream stream = nullptr) {
        HIPWRIGHT_DEVICE({
            std::size_t kept = 0;
            for (std::size_t i = 0; i < count; ++i) {
                if (!i || !(in[i] == in[i - 1])) out[kept++] = in[i];
            }
            *selected = static_cast<detail::value_of<Count>>(kept);
        });
    }
};

struct DeviceRunLengthEncode {
    template <typename In, typename Unique, typename Lengths, typename Count>
    static Status Encode(void* storage, std::size_t& bytes, In in, Unique unique, Lengths lengths,
                         Count runs, std::size_t count, Stream stream = nullptr) {
        HIPWRIGHT_DEVICE({
            std::size_t run = 0;
            for (std::size_t i = 0; i < count; ++i) {
                if (i && in[i] == in[i - 1]) {
                    ++lengths[run - 1];
                } else {
                    unique[run] = in[i];
                    lengths[run++] = 1;
                }
            }
            *runs = static_cast<detail::value_of<Count>>(run);
        });
    }
};

struct DeviceHistogram {
    template <typename In, typename Counter, typename Level>
    static Status HistogramEven(void* storage, std::size_t& bytes, In in, Counter* histogram,
                                int levels, Level lower, Level upper, std::size_t count,
                                Stream stream = nullptr) {
        HIPWRIGHT_DEVICE({
            for (int i = 0; i < levels - 1; ++i) histogram[i] = 0;
            for (std::size_t i = 0; i < count; ++i) {
                const auto sample = static_cast<Level>(in[i]);
                if (sample < lower || !(sample < upper)) continue;
                const auto bin =
                    static_cast<int>((sample - lower) * (levels - 1) / (upper - lower));
                ++histogram[bin];
            }
        });
    }
};
#undef HIPWRIGHT_DEVICE

}  // namespace HIPWRIGHT_CUB

#undef HIPWRIGHT_CUB
#include "api/end_names.h"
