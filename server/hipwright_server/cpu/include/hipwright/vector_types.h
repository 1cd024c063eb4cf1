// The built-in vector types: char1 … double4, dim3, and their make_ functions.
//
// CUDA's are plain structures without operators; programs bring their own (helper_math.h). HIP's
// are instances of one template with element-wise operators. So a program's own operators clash
// here where they clash on the real thing, and are missing where they are missing.
#pragma once

#include <cstddef>

#include "config.h"

#ifdef HIPWRIGHT_HIP

#include <type_traits>
#include <utility>

// The components, also as an array. Two and four components are aligned to their size.
template <typename T, unsigned int n>
struct HIP_vector_base;

template <typename T>
struct HIP_vector_base<T, 1> {
    using value_type = T;
    union {
        struct {
            T x;
        };
        T data[1];
    };
    HIP_vector_base() = default;
    constexpr explicit HIP_vector_base(T x_) : x(x_) {}
};

template <typename T>
struct alignas(2 * sizeof(T)) HIP_vector_base<T, 2> {
    using value_type = T;
    union {
        struct {
            T x, y;
        };
        T data[2];
    };
    HIP_vector_base() = default;
    constexpr HIP_vector_base(T x_, T y_ = T()) : x(x_), y(y_) {}
};

template <typename T>
struct HIP_vector_base<T, 3> {
    using value_type = T;
    union {
        struct {
            T x, y, z;
        };
        T data[3];
    };
    HIP_vector_base() = default;
    constexpr HIP_vector_base(T x_, T y_ = T(), T z_ = T()) : x(x_), y(y_), z(z_) {}
};

template <typename T>
struct alignas(4 * sizeof(T)) HIP_vector_base<T, 4> {
    using value_type = T;
    union {
        struct {
            T x, y, z, w;
        };
        T data[4];
    };
    HIP_vector_base() = default;
    constexpr HIP_vector_base(T x_, T y_ = T(), T z_ = T(), T w_ = T())
        : x(x_), y(y_), z(z_), w(w_) {}
};

namespace hipwright {
template <typename V, std::size_t... i>
constexpr V broadcast(typename V::value_type value, std::index_sequence<i...>) {
    return V{((void)i, value)...};
}
}  // namespace hipwright

template <typename T, unsigned int n>
struct HIP_vector_type : HIP_vector_base<T, n> {
    using base = HIP_vector_base<T, n>;
    using base::data;

    HIP_vector_type() = default;
    template <typename U, std::enable_if_t<std::is_convertible_v<U, T>>* = nullptr>
    constexpr explicit HIP_vector_type(U value) noexcept : base(static_cast<T>(value)) {}
    template <typename... U, std::enable_if_t<(n > 1) && sizeof...(U) == n>* = nullptr>
    constexpr HIP_vector_type(U... values) noexcept : base(static_cast<T>(values)...) {}

    // All components alike: what a scalar operand stands for.
    static constexpr HIP_vector_type all(T value) {
        return hipwright::broadcast<HIP_vector_type>(value, std::make_index_sequence<n>());
    }

    T& operator[](std::size_t index) noexcept { return data[index]; }
    const T& operator[](std::size_t index) const noexcept { return data[index]; }

#define HIPWRIGHT_ASSIGN(assign, op)                                                          \
    HIP_vector_type& operator assign(const HIP_vector_type & other) noexcept {                \
        for (unsigned i = 0; i != n; ++i) data[i] = static_cast<T>(data[i] op other.data[i]); \
        return *this;                                                                         \
    }                                                                                         \
    template <typename U, std::enable_if_t<std::is_convertible_v<U, T>>* = nullptr>           \
    HIP_vector_type& operator assign(U value) noexcept {                                      \
        return *this assign all(static_cast<T>(value));                                       \
    }
    HIPWRIGHT_ASSIGN(+=, +)
    HIPWRIGHT_ASSIGN(-=, -)
    HIPWRIGHT_ASSIGN(*=, *)
    HIPWRIGHT_ASSIGN(/=, /)
#undef HIPWRIGHT_ASSIGN

#define HIPWRIGHT_ASSIGN(assign, op)                                                          \
    template <typename U = T, std::enable_if_t<std::is_integral_v<U>>* = nullptr>             \
    HIP_vector_type& operator assign(const HIP_vector_type & other) noexcept {                \
        for (unsigned i = 0; i != n; ++i) data[i] = static_cast<T>(data[i] op other.data[i]); \
        return *this;                                                                         \
    }
    HIPWRIGHT_ASSIGN(%=, %)
    HIPWRIGHT_ASSIGN(^=, ^)
    HIPWRIGHT_ASSIGN(|=, |)
    HIPWRIGHT_ASSIGN(&=, &)
    HIPWRIGHT_ASSIGN(>>=, >>)
    HIPWRIGHT_ASSIGN(<<=, <<)
#undef HIPWRIGHT_ASSIGN

    HIP_vector_type& operator++() noexcept { return *this += all(T(1)); }
    HIP_vector_type& operator--() noexcept { return *this -= all(T(1)); }
    HIP_vector_type operator++(int) noexcept {
        HIP_vector_type before(*this);
        ++*this;
        return before;
    }
    HIP_vector_type operator--(int) noexcept {
        HIP_vector_type before(*this);
        --*this;
        return before;
    }
    template <typename U = T, std::enable_if_t<std::is_signed_v<U>>* = nullptr>
    HIP_vector_type operator-() const noexcept {
        HIP_vector_type result;
        for (unsigned i = 0; i != n; ++i) result.data[i] = static_cast<T>(-data[i]);
        return result;
    }
    template <typename U = T, std::enable_if_t<std::is_integral_v<U>>* = nullptr>
    HIP_vector_type operator~() const noexcept {
        HIP_vector_type result;
        for (unsigned i = 0; i != n; ++i) result.data[i] = static_cast<T>(~data[i]);
        return result;
    }

    // These two are no templates in HIP either, so that a program's own are ambiguous with them.
    friend HIP_vector_type operator*(HIP_vector_type a, const HIP_vector_type& b) noexcept {
        return a *= b;
    }
    friend HIP_vector_type operator/(HIP_vector_type a, const HIP_vector_type& b) noexcept {
        return a /= b;
    }
};

#define HIPWRIGHT_WITH_SCALAR(op, assign)                                                     \
    template <typename T, unsigned int n, typename U>                                         \
    inline HIP_vector_type<T, n> operator op(const HIP_vector_type<T, n>& a, U b) noexcept {  \
        return HIP_vector_type<T, n>(a) assign HIP_vector_type<T, n>::all(static_cast<T>(b)); \
    }                                                                                         \
    template <typename T, unsigned int n, typename U>                                         \
    inline HIP_vector_type<T, n> operator op(U a, const HIP_vector_type<T, n>& b) noexcept {  \
        return HIP_vector_type<T, n>::all(static_cast<T>(a)) assign b;                        \
    }
#define HIPWRIGHT_BINARY(op, assign)                                                    \
    template <typename T, unsigned int n>                                               \
    inline HIP_vector_type<T, n> operator op(const HIP_vector_type<T, n>& a,            \
                                             const HIP_vector_type<T, n>& b) noexcept { \
        return HIP_vector_type<T, n>(a) assign b;                                       \
    }                                                                                   \
    HIPWRIGHT_WITH_SCALAR(op, assign)
#define HIPWRIGHT_INTEGRAL(op, assign)                                                        \
    template <typename T, unsigned int n, std::enable_if_t<std::is_integral_v<T>>* = nullptr> \
    inline HIP_vector_type<T, n> operator op(const HIP_vector_type<T, n>& a,                  \
                                             const HIP_vector_type<T, n>& b) noexcept {       \
        return HIP_vector_type<T, n>(a) assign b;                                             \
    }                                                                                         \
    template <typename T, unsigned int n, typename U,                                         \
              std::enable_if_t<std::is_integral_v<T>>* = nullptr>                             \
    inline HIP_vector_type<T, n> operator op(const HIP_vector_type<T, n>& a, U b) noexcept {  \
        return HIP_vector_type<T, n>(a) assign HIP_vector_type<T, n>::all(static_cast<T>(b)); \
    }                                                                                         \
    template <typename T, unsigned int n, typename U,                                         \
              std::enable_if_t<std::is_integral_v<T>>* = nullptr>                             \
    inline HIP_vector_type<T, n> operator op(U a, const HIP_vector_type<T, n>& b) noexcept {  \
        return HIP_vector_type<T, n>::all(static_cast<T>(a)) assign b;                        \
    }
HIPWRIGHT_BINARY(+, +=)
HIPWRIGHT_BINARY(-, -=)
HIPWRIGHT_WITH_SCALAR(*, *=)
HIPWRIGHT_WITH_SCALAR(/, /=)
HIPWRIGHT_INTEGRAL(%, %=)
HIPWRIGHT_INTEGRAL(^, ^=)
HIPWRIGHT_INTEGRAL(|, |=)
HIPWRIGHT_INTEGRAL(&, &=)
HIPWRIGHT_INTEGRAL(>>, >>=)
HIPWRIGHT_INTEGRAL(<<, <<=)
#undef HIPWRIGHT_BINARY
#undef HIPWRIGHT_INTEGRAL
#undef HIPWRIGHT_WITH_SCALAR

template <typename T, unsigned int n>
constexpr bool operator==(const HIP_vector_type<T, n>& a, const HIP_vector_type<T, n>& b) noexcept {
    for (unsigned i = 0; i != n; ++i) {
        if (!(a.data[i] == b.data[i])) return false;
    }
    return true;
}
template <typename T, unsigned int n, typename U>
constexpr bool operator==(const HIP_vector_type<T, n>& a, U b) noexcept {
    return a == HIP_vector_type<T, n>::all(static_cast<T>(b));
}
template <typename T, unsigned int n, typename U>
constexpr bool operator==(U a, const HIP_vector_type<T, n>& b) noexcept {
    return HIP_vector_type<T, n>::all(static_cast<T>(a)) == b;
}
template <typename T, unsigned int n>
constexpr bool operator!=(const HIP_vector_type<T, n>& a, const HIP_vector_type<T, n>& b) noexcept {
    return !(a == b);
}
template <typename T, unsigned int n, typename U>
constexpr bool operator!=(const HIP_vector_type<T, n>& a, U b) noexcept {
    return !(a == b);
}
template <typename T, unsigned int n, typename U>
constexpr bool operator!=(U a, const HIP_vector_type<T, n>& b) noexcept {
    return !(a == b);
}

#define HIPWRIGHT_VECTORS(name, T)                                               \
    using name##1 = HIP_vector_type<T, 1>;                                       \
    using name##2 = HIP_vector_type<T, 2>;                                       \
    using name##3 = HIP_vector_type<T, 3>;                                       \
    using name##4 = HIP_vector_type<T, 4>;                                       \
    constexpr name##1 make_##name##1(T x) { return name##1(x); }                 \
    constexpr name##2 make_##name##2(T x, T y) { return name##2(x, y); }         \
    constexpr name##3 make_##name##3(T x, T y, T z) { return name##3(x, y, z); } \
    constexpr name##4 make_##name##4(T x, T y, T z, T w) { return name##4(x, y, z, w); }
HIPWRIGHT_VECTORS(char, char)
HIPWRIGHT_VECTORS(uchar, unsigned char)
HIPWRIGHT_VECTORS(short, short)
HIPWRIGHT_VECTORS(ushort, unsigned short)
HIPWRIGHT_VECTORS(int, int)
HIPWRIGHT_VECTORS(uint, unsigned int)
HIPWRIGHT_VECTORS(long, long)
HIPWRIGHT_VECTORS(ulong, unsigned long)
HIPWRIGHT_VECTORS(longlong, long long)
HIPWRIGHT_VECTORS(ulonglong, unsigned long long)
HIPWRIGHT_VECTORS(float, float)
HIPWRIGHT_VECTORS(double, double)
#undef HIPWRIGHT_VECTORS

#else  // CUDA

// Alignments in bytes for two and for four components. One and three are aligned as a component.
#define HIPWRIGHT_VECTORS(name, T, two, four)                                     \
    struct name##1 { T x; };                                                      \
    struct alignas(two) name##2 { T x, y; };                                      \
    struct name##3 { T x, y, z; };                                                \
    struct alignas(four) name##4 { T x, y, z, w; };                               \
    constexpr name##1 make_##name##1(T x) { return name##1 {x}; }                 \
    constexpr name##2 make_##name##2(T x, T y) { return name##2 {x, y}; }         \
    constexpr name##3 make_##name##3(T x, T y, T z) { return name##3 {x, y, z}; } \
    constexpr name##4 make_##name##4(T x, T y, T z, T w) { return name##4 {x, y, z, w}; }
HIPWRIGHT_VECTORS(char, signed char, 2, 4)
HIPWRIGHT_VECTORS(uchar, unsigned char, 2, 4)
HIPWRIGHT_VECTORS(short, short, 4, 8)
HIPWRIGHT_VECTORS(ushort, unsigned short, 4, 8)
HIPWRIGHT_VECTORS(int, int, 8, 16)
HIPWRIGHT_VECTORS(uint, unsigned int, 8, 16)
HIPWRIGHT_VECTORS(long, long, 2 * sizeof(long), 16)
HIPWRIGHT_VECTORS(ulong, unsigned long, 2 * sizeof(long), 16)
HIPWRIGHT_VECTORS(longlong, long long, 16, 16)
HIPWRIGHT_VECTORS(ulonglong, unsigned long long, 16, 16)
HIPWRIGHT_VECTORS(float, float, 8, 16)
HIPWRIGHT_VECTORS(double, double, 16, 16)
#undef HIPWRIGHT_VECTORS

// CUDA 13 names the alignment of the types of 32 bytes.
#define HIPWRIGHT_ALIGNED(name, T, bytes)                                        \
    struct alignas(bytes) name##4_##bytes##a { T x, y, z, w; };                  \
    constexpr name##4_##bytes##a make_##name##4_##bytes##a(T x, T y, T z, T w) { \
        return name##4_##bytes##a{x, y, z, w};                                   \
    }
HIPWRIGHT_ALIGNED(long, long, 16)
HIPWRIGHT_ALIGNED(long, long, 32)
HIPWRIGHT_ALIGNED(ulong, unsigned long, 16)
HIPWRIGHT_ALIGNED(ulong, unsigned long, 32)
HIPWRIGHT_ALIGNED(longlong, long long, 16)
HIPWRIGHT_ALIGNED(longlong, long long, 32)
HIPWRIGHT_ALIGNED(ulonglong, unsigned long long, 16)
HIPWRIGHT_ALIGNED(ulonglong, unsigned long long, 32)
HIPWRIGHT_ALIGNED(double, double, 16)
HIPWRIGHT_ALIGNED(double, double, 32)
#undef HIPWRIGHT_ALIGNED

#endif

// The size of a grid or of a block; what is left out is 1.
struct dim3 {
    unsigned int x, y, z;
    constexpr dim3(unsigned int x_ = 1, unsigned int y_ = 1, unsigned int z_ = 1)
        : x(x_), y(y_), z(z_) {}
    constexpr dim3(uint3 v) : x(v.x), y(v.y), z(v.z) {}
    constexpr operator uint3() const { return uint3{x, y, z}; }
};
