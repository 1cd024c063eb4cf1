// Operations in which the lanes of a warp meet, for any vendor. A lane posts what it brings and
// waits; scheduler.h says who meets whom; the functions here say what comes of it.
#pragma once

#include <type_traits>

#include "barrier.h"
#include "scheduler.h"

namespace hipwright {

// Who meets whom: all lanes at this place, or those that a mask names.
struct Meeting {
    const char* name;
    LaneMask mask;
    bool masked;
    const char* file;
    int line;
};
inline Meeting without_mask(const char* name, const char* file, int line) {
    return Meeting{name, full_warp, false, file, line};
}
inline Meeting with_mask(const char* name, LaneMask mask, const char* file, int line) {
    return Meeting{name, mask & full_warp, true, file, line};
}

namespace warp_detail {

HIPWRIGHT_WAITS void meet(const Meeting& meeting, Operation::Resolve resolve, void* data) {
    Operation operation{resolve,      data,         meeting.name,   meeting.file,
                        meeting.line, meeting.mask, meeting.masked, false};
    switch_fiber(worker_of_thread("a warp operation was called outside a kernel").post(operation));
}

template <typename Function>
inline void each_lane(LaneMask group, Function function) {
    for (; group; group &= group - 1) function(static_cast<unsigned>(__builtin_ctzll(group)));
}
template <typename Data>
Data& data_of(Warp& warp, unsigned lane) {
    return *static_cast<Data*>(warp.lanes[lane].operation->data);
}
// The lanes whose values count. CUDA leaves open what becomes of a lane that its own mask leaves
// out: here it takes no part. AMD's instructions go by the active lanes whatever the mask says.
inline LaneMask participants(Warp& warp, LaneMask group) {
    if (is_hip) return group;
    const Operation& first = *warp.lanes[__builtin_ctzll(group)].operation;
    return first.masked ? group & first.mask : group;
}

template <typename T>
struct Exchange {
    T value;
    unsigned source;
};
template <typename T>
void resolve_exchange(Warp& warp, LaneMask group) {
    using Data = Exchange<T>;
    const LaneMask taking_part = participants(warp, group);
    Data* data[warp_size];
    T values[warp_size];
    each_lane(group, [&](unsigned lane) {
        data[lane] = &data_of<Data>(warp, lane);
        values[lane] = data[lane]->value;
    });
    each_lane(group, [&](unsigned lane) {
        const unsigned source = data[lane]->source % warp_size;
        const bool there = (taking_part >> source & taking_part >> lane & 1) != 0;
        if (there) data[lane]->value = values[source];
        // An inactive lane gives 0 on AMD (ds_bpermute). On CUDA the value is undefined: the own.
        else if (is_hip && source != lane)
            data[lane]->value = T();
    });
}

struct Vote {
    bool predicate;
    LaneMask yes;
    LaneMask present;
};
inline void resolve_vote(Warp& warp, LaneMask group) {
    const LaneMask taking_part = participants(warp, group);
    LaneMask yes = 0;
    each_lane(taking_part, [&](unsigned lane) {
        if (data_of<Vote>(warp, lane).predicate) yes |= LaneMask{1} << lane;
    });
    each_lane(group, [&](unsigned lane) {
        Vote& vote = data_of<Vote>(warp, lane);
        const bool inside = taking_part >> lane & 1;
        vote.yes = inside ? yes : 0;
        vote.present = inside ? taking_part : 0;
    });
}

template <typename T>
struct Match {
    T value;
    LaneMask equal;
    bool all;
};
template <typename T>
bool same_bits(const T& a, const T& b) {
    return std::memcmp(&a, &b, sizeof(T)) == 0;
}
template <typename T>
void resolve_match(Warp& warp, LaneMask group) {
    using Data = Match<T>;
    const LaneMask taking_part = participants(warp, group);
    each_lane(group, [&](unsigned lane) {
        Data& data = data_of<Data>(warp, lane);
        LaneMask equal = 0;
        each_lane(taking_part, [&](unsigned other) {
            if (same_bits(data.value, data_of<Data>(warp, other).value))
                equal |= LaneMask{1} << other;
        });
        data.equal = equal;
        data.all = equal == taking_part;
    });
}

template <typename T, typename Combine>
struct Reduction {
    T value;
    const Combine* combine;
};
template <typename T, typename Combine>
void resolve_reduction(Warp& warp, LaneMask group) {
    using Data = Reduction<T, Combine>;
    const LaneMask taking_part = participants(warp, group);
    if (!taking_part) return;
    const unsigned first = static_cast<unsigned>(__builtin_ctzll(taking_part));
    T sum = data_of<Data>(warp, first).value;
    each_lane(taking_part & (taking_part - 1), [&](unsigned lane) {
        const Data& data = data_of<Data>(warp, lane);
        sum = (*data.combine)(sum, data.value);
    });
    each_lane(taking_part, [&](unsigned lane) { data_of<Data>(warp, lane).value = sum; });
}

inline void resolve_nothing(Warp&, LaneMask) {}

}  // namespace warp_detail

// Each lane gets the value of the lane that it names.
template <typename T>
T exchange(const Meeting& meeting, T value, unsigned source) {
    static_assert(std::is_trivially_copyable<T>::value, "lanes exchange plain values only");
    warp_detail::Exchange<T> data{value, source};
    warp_detail::meet(meeting, &warp_detail::resolve_exchange<T>, &data);
    return data.value;
}
struct Votes {
    LaneMask yes;
    LaneMask present;
};
inline Votes vote(const Meeting& meeting, bool predicate) {
    warp_detail::Vote data{predicate, 0, 0};
    warp_detail::meet(meeting, &warp_detail::resolve_vote, &data);
    return Votes{data.yes, data.present};
}
struct Matches {
    LaneMask equal;
    bool all;
};
template <typename T>
Matches match(const Meeting& meeting, T value) {
    warp_detail::Match<T> data{value, 0, false};
    warp_detail::meet(meeting, &warp_detail::resolve_match<T>, &data);
    return Matches{data.equal, data.all};
}
template <typename T, typename Combine>
T reduce(const Meeting& meeting, T value, const Combine& combine) {
    warp_detail::Reduction<T, Combine> data{value, &combine};
    warp_detail::meet(meeting, &warp_detail::resolve_reduction<T, Combine>, &data);
    return data.value;
}
inline void gather(const Meeting& meeting) {
    warp_detail::meet(meeting, &warp_detail::resolve_nothing, nullptr);
}

// -- the same, in the words of a group of lanes (cooperative groups, half types) --------------
inline LaneMask active_lanes(HIPWRIGHT_HERE) {
    return vote(without_mask("__activemask", file, line), true).yes;
}
inline void sync_lanes(LaneMask mask, HIPWRIGHT_HERE) {
    gather(with_mask("a group's sync", mask, file, line));
}
template <typename T>
T shuffle_lanes(LaneMask mask, T value, unsigned source_lane, HIPWRIGHT_HERE) {
    return exchange(with_mask("a group's shuffle", mask, file, line), value, source_lane);
}
inline LaneMask ballot_lanes(LaneMask mask, bool predicate, HIPWRIGHT_HERE) {
    return vote(with_mask("a group's ballot", mask, file, line), predicate).yes;
}
template <typename T>
LaneMask match_any_lanes(LaneMask mask, T value, HIPWRIGHT_HERE) {
    return match(with_mask("a group's match", mask, file, line), value).equal;
}
template <typename T>
LaneMask match_all_lanes(LaneMask mask, T value, int* all, HIPWRIGHT_HERE) {
    const Matches matches = match(with_mask("a group's match", mask, file, line), value);
    *all = matches.all;
    return matches.all ? mask : 0;
}
template <typename T, typename Combine>
T reduce_lanes(LaneMask mask, T value, const Combine& combine, HIPWRIGHT_HERE) {
    return reduce(with_mask("a group's reduce", mask, file, line), value, combine);
}

// -- which lane a shuffle reads ----------------------------------------------------------------
// CUDA: PTX ISA, shfl.sync: the distance has 5 bits; a source outside the segment is the lane
// itself. HIP: amd_warp_functions.h: the same arithmetic on the whole distance.
namespace shuffle_source {
inline unsigned distance(unsigned d) { return is_hip ? d : d & (warp_size - 1); }
inline unsigned direct(int source, int width) {
    const unsigned self = lane_id(), w = static_cast<unsigned>(width);
    return (static_cast<unsigned>(source) & (w - 1)) + (self & ~(w - 1));
}
inline unsigned up(unsigned delta, int width) {
    const int self = static_cast<int>(lane_id());
    const int from = static_cast<int>(static_cast<unsigned>(self) - distance(delta));
    return static_cast<unsigned>(from < (self & ~(width - 1)) ? self : from);
}
inline unsigned down(unsigned delta, int width) {
    const int self = static_cast<int>(lane_id());
    const unsigned d = distance(delta);
    const int in_segment = static_cast<int>(static_cast<unsigned>(self & (width - 1)) + d);
    return static_cast<unsigned>(in_segment >= width ? self : self + static_cast<int>(d));
}
inline unsigned exclusive_or(int lane_mask, int width) {
    const int self = static_cast<int>(lane_id());
    const int from = self ^ static_cast<int>(distance(static_cast<unsigned>(lane_mask)));
    return static_cast<unsigned>(from >= ((self + width) & ~(width - 1)) ? self : from);
}
}  // namespace shuffle_source

}  // namespace hipwright
