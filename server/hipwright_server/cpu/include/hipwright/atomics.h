// Atomic operations, by the names of CUDA and HIP. Scopes (_block, _system) make no difference
// here.
//
// A thread that again and again changes nothing (a lock that is taken, a flag not yet set) is
// waiting for another: it lets the others go on.
#pragma once

#include <type_traits>

#include "barrier.h"
#include "scheduler.h"

namespace hipwright {

// The type of a value whose argument only follows the pointer's type.
template <typename T>
struct Same {
    using type = T;
};
template <typename T>
using same_t = typename Same<T>::type;

template <std::size_t Bytes>
struct Bits;
template <>
struct Bits<1> {
    using type = std::uint8_t;
};
template <>
struct Bits<2> {
    using type = std::uint16_t;
};
template <>
struct Bits<4> {
    using type = std::uint32_t;
};
template <>
struct Bits<8> {
    using type = std::uint64_t;
};
template <typename T>
using bits_t = typename Bits<sizeof(T)>::type;

template <typename To, typename From>
inline To bits_as(const From& from) {
    static_assert(sizeof(To) == sizeof(From), "as many bits");
    To to;
    std::memcpy(static_cast<void*>(&to), &from, sizeof to);
    return to;
}

// Any change of one value of up to 8 bytes; `change` gets the old value and gives the new one.
// For types of other headers too (half2, bfloat16 …).
template <typename T, typename Change>
HIPWRIGHT_AT_CALLER inline T atomic_update(T* address, const Change& change, HIPWRIGHT_HERE) {
    using Raw = bits_t<T>;
    auto* raw = reinterpret_cast<Raw __attribute__((may_alias))*>(address);
    Raw old = __atomic_load_n(raw, __ATOMIC_RELAXED);
    for (;;) {
        const T before = bits_as<T>(old);
        const Raw wanted = bits_as<Raw>(static_cast<T>(change(before)));
        if (wanted == old) {
            changed_nothing(file, line);
            return before;
        }
        if (__atomic_compare_exchange_n(raw, &old, wanted, true, __ATOMIC_SEQ_CST,
                                        __ATOMIC_RELAXED)) {
            changed_something();
            return before;
        }
    }
}

template <typename T>
HIPWRIGHT_AT_CALLER inline T atomic_add(T* address, T value, const char* file, int line) {
    if constexpr (std::is_integral<T>::value) {
        if (value == 0)
            changed_nothing(file, line);
        else
            changed_something();
        return __atomic_fetch_add(address, value, __ATOMIC_SEQ_CST);
    } else {
        return atomic_update(
            address, [value](T old) { return static_cast<T>(old + value); }, file, line);
    }
}
template <typename T>
HIPWRIGHT_AT_CALLER inline T atomic_exchange(T* address, T value, const char* file, int line) {
    auto* raw = reinterpret_cast<bits_t<T> __attribute__((may_alias))*>(address);
    const auto wanted = bits_as<bits_t<T>>(value);
    const auto old = __atomic_exchange_n(raw, wanted, __ATOMIC_SEQ_CST);
    if (old == wanted)
        changed_nothing(file, line);
    else
        changed_something();
    return bits_as<T>(old);
}
template <typename T>
HIPWRIGHT_AT_CALLER inline T atomic_compare_and_swap(T* address, T expected, T value,
                                                     const char* file, int line) {
    auto* raw = reinterpret_cast<bits_t<T> __attribute__((may_alias))*>(address);
    auto old = bits_as<bits_t<T>>(expected);
    const auto wanted = bits_as<bits_t<T>>(value);
    const bool swapped =
        __atomic_compare_exchange_n(raw, &old, wanted, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    if (swapped && wanted != old)
        changed_something();
    else
        changed_nothing(file, line);
    return bits_as<T>(old);
}

// What atomics are defined for; a program's own overload for another type comes first anyway.
template <typename T>
using AtomicNumber =
    std::enable_if_t<std::is_arithmetic<T>::value && sizeof(T) >= 4 && sizeof(T) <= 8, T>;
template <typename T>
using AtomicInteger = std::enable_if_t<std::is_integral<T>::value && sizeof(T) >= 4, T>;

}  // namespace hipwright

#define HIPWRIGHT_ATOMIC(name, constraint, body)                    \
    template <typename T>                                           \
    HIPWRIGHT_AT_CALLER inline ::hipwright::constraint<T> name(     \
        T* address, ::hipwright::same_t<T> value, HIPWRIGHT_HERE) { \
        return body;                                                \
    }
// T old: the value before; the expression gives the one after.
#define HIPWRIGHT_ATOMIC_UPDATE(expression) \
    ::hipwright::atomic_update(             \
        address, [value](T old) { return static_cast<T>(expression); }, file, line)

#define HIPWRIGHT_ATOMICS(scope)                                                                   \
    HIPWRIGHT_ATOMIC(atomicAdd##scope, AtomicNumber,                                               \
                     (::hipwright::atomic_add<T>(address, value, file, line)))                     \
    HIPWRIGHT_ATOMIC(atomicSub##scope, AtomicNumber, HIPWRIGHT_ATOMIC_UPDATE(old - value))         \
    HIPWRIGHT_ATOMIC(atomicMin##scope, AtomicNumber,                                               \
                     HIPWRIGHT_ATOMIC_UPDATE(value < old ? value : old))                           \
    HIPWRIGHT_ATOMIC(atomicMax##scope, AtomicNumber,                                               \
                     HIPWRIGHT_ATOMIC_UPDATE(old < value ? value : old))                           \
    HIPWRIGHT_ATOMIC(atomicAnd##scope, AtomicInteger, HIPWRIGHT_ATOMIC_UPDATE(old& value))         \
    HIPWRIGHT_ATOMIC(atomicOr##scope, AtomicInteger, HIPWRIGHT_ATOMIC_UPDATE(old | value))         \
    HIPWRIGHT_ATOMIC(atomicXor##scope, AtomicInteger, HIPWRIGHT_ATOMIC_UPDATE(old ^ value))        \
    HIPWRIGHT_ATOMIC(atomicInc##scope, AtomicInteger,                                              \
                     HIPWRIGHT_ATOMIC_UPDATE(old >= value ? 0 : old + 1))                          \
    HIPWRIGHT_ATOMIC(atomicDec##scope, AtomicInteger,                                              \
                     HIPWRIGHT_ATOMIC_UPDATE(old == 0 || old > value ? value : old - 1))           \
    template <typename T>                                                                          \
    HIPWRIGHT_AT_CALLER inline std::enable_if_t<(sizeof(T) == 4 || sizeof(T) == 8), T>             \
        atomicExch##scope(T* address, ::hipwright::same_t<T> value, HIPWRIGHT_HERE) {              \
        return ::hipwright::atomic_exchange<T>(address, value, file, line);                        \
    }                                                                                              \
    template <typename T>                                                                          \
    HIPWRIGHT_AT_CALLER inline std::enable_if_t<                                                   \
        (sizeof(T) == 2 || sizeof(T) == 4 || sizeof(T) == 8), T>                                   \
        atomicCAS##scope(T* address, ::hipwright::same_t<T> compare, ::hipwright::same_t<T> value, \
                         HIPWRIGHT_HERE) {                                                         \
        return ::hipwright::atomic_compare_and_swap<T>(address, compare, value, file, line);       \
    }
HIPWRIGHT_ATOMICS()
HIPWRIGHT_ATOMICS(_system)
#ifndef HIPWRIGHT_HIP
HIPWRIGHT_ATOMICS(_block)

// nvcc's builtins (CUDA 12.8), with their memory order and scope.
#define __NV_ATOMIC_RELAXED 0
#define __NV_ATOMIC_CONSUME 1
#define __NV_ATOMIC_ACQUIRE 2
#define __NV_ATOMIC_RELEASE 3
#define __NV_ATOMIC_ACQ_REL 4
#define __NV_ATOMIC_SEQ_CST 5
#define __NV_THREAD_SCOPE_THREAD 0
#define __NV_THREAD_SCOPE_BLOCK 1
#define __NV_THREAD_SCOPE_CLUSTER 2
#define __NV_THREAD_SCOPE_DEVICE 3
#define __NV_THREAD_SCOPE_SYSTEM 4
template <typename T>
inline std::remove_cv_t<T> __nv_atomic_load_n(T* address, int, int = 0, HIPWRIGHT_HERE) {
    hipwright::changed_nothing(file, line);
    std::remove_cv_t<T> value;
    __atomic_load(address, &value, __ATOMIC_SEQ_CST);
    return value;
}
template <typename T>
inline void __nv_atomic_store_n(T* address, hipwright::same_t<std::remove_volatile_t<T>> value, int,
                                int = 0) {
    hipwright::changed_something();
    __atomic_store(address, &value, __ATOMIC_SEQ_CST);
}
template <typename T>
inline T __nv_atomic_exchange_n(T* address, hipwright::same_t<T> value, int, int = 0,
                                HIPWRIGHT_HERE) {
    return hipwright::atomic_exchange<T>(address, value, file, line);
}
template <typename T>
inline bool __nv_atomic_compare_exchange_n(T* address, T* expected, hipwright::same_t<T> value,
                                           bool, int, int, int = 0, HIPWRIGHT_HERE) {
    const T before = *expected;
    *expected = hipwright::atomic_compare_and_swap<T>(address, before, value, file, line);
    return hipwright::bits_as<hipwright::bits_t<T>>(before) ==
           hipwright::bits_as<hipwright::bits_t<T>>(*expected);
}
#define HIPWRIGHT_NV_ATOMIC(name, body)                                                           \
    template <typename T>                                                                         \
    HIPWRIGHT_AT_CALLER inline T __nv_atomic_fetch_##name(T* address, hipwright::same_t<T> value, \
                                                          int, int = 0, HIPWRIGHT_HERE) {         \
        return body;                                                                              \
    }
HIPWRIGHT_NV_ATOMIC(add, (::hipwright::atomic_add<T>(address, value, file, line)))
HIPWRIGHT_NV_ATOMIC(sub, HIPWRIGHT_ATOMIC_UPDATE(old - value))
HIPWRIGHT_NV_ATOMIC(min, HIPWRIGHT_ATOMIC_UPDATE(value < old ? value : old))
HIPWRIGHT_NV_ATOMIC(max, HIPWRIGHT_ATOMIC_UPDATE(old < value ? value : old))
HIPWRIGHT_NV_ATOMIC(and, HIPWRIGHT_ATOMIC_UPDATE(old& value))
HIPWRIGHT_NV_ATOMIC(or, HIPWRIGHT_ATOMIC_UPDATE(old | value))
HIPWRIGHT_NV_ATOMIC(xor, HIPWRIGHT_ATOMIC_UPDATE(old ^ value))
#undef HIPWRIGHT_NV_ATOMIC
#else
HIPWRIGHT_ATOMIC(unsafeAtomicAdd, AtomicNumber,
                 (::hipwright::atomic_add<T>(address, value, file, line)))
HIPWRIGHT_ATOMIC(safeAtomicAdd, AtomicNumber,
                 (::hipwright::atomic_add<T>(address, value, file, line)))
HIPWRIGHT_ATOMIC(unsafeAtomicMax, AtomicNumber, HIPWRIGHT_ATOMIC_UPDATE(old < value ? value : old))
HIPWRIGHT_ATOMIC(unsafeAtomicMin, AtomicNumber, HIPWRIGHT_ATOMIC_UPDATE(value < old ? value : old))
template <typename T>
inline void atomicAddNoRet(T* address, hipwright::same_t<T> value, HIPWRIGHT_HERE) {
    hipwright::atomic_add<T>(address, value, file, line);
}

// clang's builtins for HIP, with their memory order and scope.
#ifndef __HIP_MEMORY_SCOPE_SYSTEM
#define __HIP_MEMORY_SCOPE_SINGLETHREAD 1
#define __HIP_MEMORY_SCOPE_WAVEFRONT 2
#define __HIP_MEMORY_SCOPE_WORKGROUP 3
#define __HIP_MEMORY_SCOPE_AGENT 4
#define __HIP_MEMORY_SCOPE_SYSTEM 5
#endif
namespace hipwright {
#define HIPWRIGHT_FETCH(name, body)                                                       \
    template <typename T>                                                                 \
    HIPWRIGHT_AT_CALLER inline T hip_atomic_##name(T* address, same_t<T> value, int, int, \
                                                   HIPWRIGHT_HERE) {                      \
        return body;                                                                      \
    }
HIPWRIGHT_FETCH(fetch_add, (atomic_add<T>(address, value, file, line)))
HIPWRIGHT_FETCH(fetch_sub, HIPWRIGHT_ATOMIC_UPDATE(old - value))
HIPWRIGHT_FETCH(fetch_min, HIPWRIGHT_ATOMIC_UPDATE(value < old ? value : old))
HIPWRIGHT_FETCH(fetch_max, HIPWRIGHT_ATOMIC_UPDATE(old < value ? value : old))
HIPWRIGHT_FETCH(fetch_and, HIPWRIGHT_ATOMIC_UPDATE(old& value))
HIPWRIGHT_FETCH(fetch_or, HIPWRIGHT_ATOMIC_UPDATE(old | value))
HIPWRIGHT_FETCH(fetch_xor, HIPWRIGHT_ATOMIC_UPDATE(old ^ value))
HIPWRIGHT_FETCH(exchange, (atomic_exchange<T>(address, value, file, line)))
#undef HIPWRIGHT_FETCH
template <typename T>
std::remove_cv_t<T> hip_atomic_load(T* address, int, int, HIPWRIGHT_HERE) {
    changed_nothing(file, line);
    std::remove_cv_t<T> value;
    __atomic_load(address, &value, __ATOMIC_SEQ_CST);
    return value;
}
template <typename T>
void hip_atomic_store(T* address, same_t<T> value, int, int) {
    changed_something();
    __atomic_store(address, &value, __ATOMIC_SEQ_CST);
}
template <typename T>
bool hip_atomic_compare_exchange(T* address, T* expected, same_t<T> value, int, int, int,
                                 HIPWRIGHT_HERE) {
    const T before = *expected;
    *expected = atomic_compare_and_swap<T>(address, before, value, file, line);
    return bits_as<bits_t<T>>(before) == bits_as<bits_t<T>>(*expected);
}
}  // namespace hipwright
// Macros, because clang knows these names as builtins.
#define __hip_atomic_fetch_add(...) ::hipwright::hip_atomic_fetch_add(__VA_ARGS__)
#define __hip_atomic_fetch_sub(...) ::hipwright::hip_atomic_fetch_sub(__VA_ARGS__)
#define __hip_atomic_fetch_min(...) ::hipwright::hip_atomic_fetch_min(__VA_ARGS__)
#define __hip_atomic_fetch_max(...) ::hipwright::hip_atomic_fetch_max(__VA_ARGS__)
#define __hip_atomic_fetch_and(...) ::hipwright::hip_atomic_fetch_and(__VA_ARGS__)
#define __hip_atomic_fetch_or(...) ::hipwright::hip_atomic_fetch_or(__VA_ARGS__)
#define __hip_atomic_fetch_xor(...) ::hipwright::hip_atomic_fetch_xor(__VA_ARGS__)
#define __hip_atomic_exchange(...) ::hipwright::hip_atomic_exchange(__VA_ARGS__)
#define __hip_atomic_load(...) ::hipwright::hip_atomic_load(__VA_ARGS__)
#define __hip_atomic_store(...) ::hipwright::hip_atomic_store(__VA_ARGS__)
#define __hip_atomic_compare_exchange_strong(...) \
    ::hipwright::hip_atomic_compare_exchange(__VA_ARGS__)
#define __hip_atomic_compare_exchange_weak(...) \
    ::hipwright::hip_atomic_compare_exchange(__VA_ARGS__)
#endif
#undef HIPWRIGHT_ATOMICS
