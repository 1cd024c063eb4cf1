// The warp intrinsics by their names in CUDA and HIP. The types of masks differ: 32 bits on CUDA,
// 64 on HIP. Those without `_sync` are gone from CUDA since sm_70; old sources still have them.
#pragma once

#include "warp.h"

namespace hipwright {

#ifdef HIPWRIGHT_HIP
using BallotMask = unsigned long long;
#else
using BallotMask = unsigned;
#endif
// Masks come as any integer. HIP 7 refuses all but 64-bit ones when it compiles; here a narrow one
// counts as it stands, so that what a renamed call does can be shown.
template <typename Mask>
constexpr LaneMask lane_mask(Mask mask) {
    static_assert(std::is_integral<Mask>::value, "a lane mask is an integer");
    if (sizeof(Mask) < 8 && std::is_signed<Mask>::value && !is_hip)
        return static_cast<unsigned>(mask);
    return static_cast<LaneMask>(mask);
}

// What a shuffle takes: the arithmetic types; narrow integers come as int, as with overloads.
template <typename T>
using ShuffleValue = std::enable_if_t<
    std::is_arithmetic<T>::value || std::is_enum<T>::value,
    typename std::conditional<
        (std::is_integral<T>::value || std::is_enum<T>::value) && sizeof(T) < 4, int, T>::type>;

}  // namespace hipwright

#define HIPWRIGHT_SHUFFLE(suffix, parameter_type, parameter, source)                             \
    template <typename T>                                                                        \
    inline ::hipwright::ShuffleValue<T> __shfl##suffix(                                          \
        T value, parameter_type parameter, int width = HIPWRIGHT_WARP_SIZE, HIPWRIGHT_HERE) {    \
        return ::hipwright::exchange<::hipwright::ShuffleValue<T>>(                              \
            ::hipwright::without_mask("__shfl" #suffix, file, line),                             \
            static_cast<::hipwright::ShuffleValue<T>>(value),                                    \
            ::hipwright::shuffle_source::source(parameter, width));                              \
    }                                                                                            \
    template <typename Mask, typename T>                                                         \
    inline ::hipwright::ShuffleValue<T> __shfl##suffix##_sync(                                   \
        Mask mask, T value, parameter_type parameter, int width = HIPWRIGHT_WARP_SIZE,           \
        HIPWRIGHT_HERE) {                                                                        \
        return ::hipwright::exchange<::hipwright::ShuffleValue<T>>(                              \
            ::hipwright::with_mask("__shfl" #suffix "_sync", ::hipwright::lane_mask(mask), file, \
                                   line),                                                        \
            static_cast<::hipwright::ShuffleValue<T>>(value),                                    \
            ::hipwright::shuffle_source::source(parameter, width));                              \
    }
HIPWRIGHT_SHUFFLE(, int, source_lane, direct)
HIPWRIGHT_SHUFFLE(_up, unsigned, delta, up)
HIPWRIGHT_SHUFFLE(_down, unsigned, delta, down)
HIPWRIGHT_SHUFFLE(_xor, int, lane_mask, exclusive_or)
#undef HIPWRIGHT_SHUFFLE

// -- votes -------------------------------------------------------------------------------------
inline hipwright::BallotMask __activemask(HIPWRIGHT_HERE) {
    return static_cast<hipwright::BallotMask>(hipwright::active_lanes(file, line));
}
inline hipwright::BallotMask __ballot(int predicate, HIPWRIGHT_HERE) {
    return static_cast<hipwright::BallotMask>(
        hipwright::vote(hipwright::without_mask("__ballot", file, line), predicate).yes);
}
inline int __all(int predicate, HIPWRIGHT_HERE) {
    const auto votes = hipwright::vote(hipwright::without_mask("__all", file, line), predicate);
    return votes.yes == votes.present;
}
inline int __any(int predicate, HIPWRIGHT_HERE) {
    return hipwright::vote(hipwright::without_mask("__any", file, line), predicate).yes != 0;
}
template <typename Mask>
inline hipwright::BallotMask __ballot_sync(Mask mask, int predicate, HIPWRIGHT_HERE) {
    const auto lanes = hipwright::lane_mask(mask);
    return static_cast<hipwright::BallotMask>(
        hipwright::vote(hipwright::with_mask("__ballot_sync", lanes, file, line), predicate).yes &
        lanes);
}
template <typename Mask>
inline int __all_sync(Mask mask, int predicate, HIPWRIGHT_HERE) {
    const auto lanes = hipwright::lane_mask(mask) & hipwright::full_warp;
    const auto votes =
        hipwright::vote(hipwright::with_mask("__all_sync", lanes, file, line), predicate);
    // HIP compares with the whole mask; CUDA does not count lanes that have returned.
    return (votes.yes & lanes) == (hipwright::is_hip ? lanes : votes.present);
}
template <typename Mask>
inline int __any_sync(Mask mask, int predicate, HIPWRIGHT_HERE) {
    const auto lanes = hipwright::lane_mask(mask);
    const auto votes =
        hipwright::vote(hipwright::with_mask("__any_sync", lanes, file, line), predicate);
    return (votes.yes & lanes) != 0;
}
template <typename Mask>
inline int __uni_sync(Mask mask, int predicate, HIPWRIGHT_HERE) {
    const auto lanes = hipwright::lane_mask(mask);
    const auto votes =
        hipwright::vote(hipwright::with_mask("__uni_sync", lanes, file, line), predicate);
    return votes.yes == 0 || votes.yes == votes.present;
}

inline void __syncwarp(HIPWRIGHT_HERE) {
    // Without a mask it names the whole warp on CUDA. On HIP it is only a fence for the wavefront,
    // whose lanes move together.
    if (hipwright::is_hip)
        hipwright::gather(hipwright::without_mask("__syncwarp", file, line));
    else
        hipwright::gather(hipwright::with_mask("__syncwarp", hipwright::full_warp, file, line));
}
template <typename Mask, typename = std::enable_if_t<std::is_integral<Mask>::value>>
inline void __syncwarp(Mask mask, HIPWRIGHT_HERE) {
    hipwright::gather(hipwright::with_mask("__syncwarp", hipwright::lane_mask(mask), file, line));
}

// -- match -------------------------------------------------------------------------------------
template <typename Mask, typename T>
inline hipwright::BallotMask __match_any_sync(Mask mask, T value, HIPWRIGHT_HERE) {
    const auto lanes = hipwright::lane_mask(mask);
    return static_cast<hipwright::BallotMask>(
        hipwright::match(hipwright::with_mask("__match_any_sync", lanes, file, line), value).equal &
        lanes);
}
template <typename Mask, typename T>
inline hipwright::BallotMask __match_all_sync(Mask mask, T value, int* predicate, HIPWRIGHT_HERE) {
    const auto lanes = hipwright::lane_mask(mask);
    const auto matches =
        hipwright::match(hipwright::with_mask("__match_all_sync", lanes, file, line), value);
    *predicate = matches.all;
    return static_cast<hipwright::BallotMask>(matches.all ? matches.equal : 0);
}
#ifdef HIPWRIGHT_HIP
template <typename T>
inline unsigned long long __match_any(T value, HIPWRIGHT_HERE) {
    return hipwright::match(hipwright::without_mask("__match_any", file, line), value).equal;
}
template <typename T>
inline unsigned long long __match_all(T value, int* predicate, HIPWRIGHT_HERE) {
    const auto matches =
        hipwright::match(hipwright::without_mask("__match_all", file, line), value);
    *predicate = matches.all;
    return matches.all ? matches.equal : 0;
}
inline unsigned long long __ballot64(int predicate, HIPWRIGHT_HERE) {
    return __ballot(predicate, file, line);
}
inline unsigned __lane_id() { return hipwright::lane_id(); }
template <typename T>
inline T __builtin_amdgcn_readfirstlane(T value, HIPWRIGHT_HERE) {
    const auto meeting = hipwright::without_mask("readfirstlane", file, line);
    return hipwright::reduce(meeting, value, [](T first, T) { return first; });
}
template <typename T>
inline T __builtin_amdgcn_readlane(T value, int source, HIPWRIGHT_HERE) {
    return hipwright::exchange(hipwright::without_mask("readlane", file, line), value,
                               static_cast<unsigned>(source));
}
inline int __builtin_amdgcn_ds_bpermute(int index, int value, HIPWRIGHT_HERE) {
    return hipwright::exchange(hipwright::without_mask("ds_bpermute", file, line), value,
                               static_cast<unsigned>(index) / 4);
}
inline unsigned long long __builtin_amdgcn_ballot_w64(bool predicate, HIPWRIGHT_HERE) {
    return __ballot(predicate, file, line);
}
inline unsigned __builtin_amdgcn_mbcnt_lo(unsigned mask, unsigned base) {
    const unsigned lane = hipwright::lane_id();
    const unsigned below = lane >= 32 ? ~0u : (1u << lane) - 1;
    return base + static_cast<unsigned>(__builtin_popcount(mask & below));
}
inline unsigned __builtin_amdgcn_mbcnt_hi(unsigned mask, unsigned base) {
    const unsigned lane = hipwright::lane_id();
    const unsigned below = lane < 32 ? 0 : (1u << (lane - 32)) - 1;
    return base + static_cast<unsigned>(__builtin_popcount(mask & below));
}
inline int __builtin_amdgcn_wavefrontsize() { return HIPWRIGHT_WARP_SIZE; }
#endif

// -- reduce ------------------------------------------------------------------------------------
#define HIPWRIGHT_REDUCE(name, expression)                                                        \
    template <typename Mask, typename T>                                                          \
    inline T __reduce_##name##_sync(Mask mask, T value, HIPWRIGHT_HERE) {                         \
        return ::hipwright::reduce(                                                               \
            ::hipwright::with_mask("__reduce_" #name "_sync", ::hipwright::lane_mask(mask), file, \
                                   line),                                                         \
            value, [](T a, T b) { return static_cast<T>(expression); });                          \
    }
HIPWRIGHT_REDUCE(add, a + b)
HIPWRIGHT_REDUCE(min, b < a ? b : a)
HIPWRIGHT_REDUCE(max, a < b ? b : a)
HIPWRIGHT_REDUCE(and, a& b)
HIPWRIGHT_REDUCE(or, a | b)
HIPWRIGHT_REDUCE(xor, a ^ b)
#undef HIPWRIGHT_REDUCE
