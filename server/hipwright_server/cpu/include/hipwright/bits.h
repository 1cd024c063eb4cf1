// Integer intrinsics, the same bits under another type, and loads and stores with a cache hint.
#pragma once

#include <cstdint>
#include <cstring>

#include "config.h"
#include "vector_types.h"

namespace hipwright {

// The same bits as another type.
template <typename To, typename From>
inline To same_bits(From value) {
    static_assert(sizeof(To) == sizeof(From), "as many bits as there were");
    To result;
    std::memcpy(&result, &value, sizeof(result));
    return result;
}

}  // namespace hipwright

// Counting and finding bits. As on a GPU, zero has 32 (64) leading zeros, and no first set bit: 0.
inline int __popc(unsigned int x) { return __builtin_popcount(x); }
inline int __popcll(unsigned long long x) { return __builtin_popcountll(x); }
inline int __clz(int x) { return x ? __builtin_clz(static_cast<unsigned>(x)) : 32; }
inline int __clzll(long long x) {
    return x ? __builtin_clzll(static_cast<unsigned long long>(x)) : 64;
}
#ifdef HIPWRIGHT_HIP
inline unsigned int __ffs(unsigned int x) {
    return static_cast<unsigned>(__builtin_ffs(static_cast<int>(x)));
}
inline unsigned int __ffs(int x) { return static_cast<unsigned>(__builtin_ffs(x)); }
inline unsigned int __ffsll(unsigned long long x) {
    return static_cast<unsigned>(__builtin_ffsll(static_cast<long long>(x)));
}
inline unsigned int __ffsll(long long x) { return static_cast<unsigned>(__builtin_ffsll(x)); }
inline unsigned int __ffsll(unsigned long x) {
    return static_cast<unsigned>(__builtin_ffsll(static_cast<long long>(x)));
}
inline unsigned int __ffsll(long x) { return static_cast<unsigned>(__builtin_ffsll(x)); }
#else
inline int __ffs(int x) { return __builtin_ffs(x); }
inline int __ffsll(long long x) { return __builtin_ffsll(x); }
#endif

inline unsigned int __brev(unsigned int x) {
    x = ((x >> 1) & 0x55555555u) | ((x & 0x55555555u) << 1);
    x = ((x >> 2) & 0x33333333u) | ((x & 0x33333333u) << 2);
    x = ((x >> 4) & 0x0f0f0f0fu) | ((x & 0x0f0f0f0fu) << 4);
    return __builtin_bswap32(x);
}
inline unsigned long long __brevll(unsigned long long x) {
    return (static_cast<unsigned long long>(__brev(static_cast<unsigned>(x))) << 32) |
           __brev(static_cast<unsigned>(x >> 32));
}

// Each of the selector's four low nibbles picks one of the eight bytes of (y:x), by its three low
// bits. PTX's prmt, which makes something of the fourth, gets it masked from nvcc.
inline unsigned int __byte_perm(unsigned int x, unsigned int y, unsigned int selector) {
    const unsigned long long bytes = (static_cast<unsigned long long>(y) << 32) | x;
    unsigned int result = 0;
    for (int i = 0; i < 4; ++i) {
        const unsigned chosen = (selector >> (4 * i)) & 7;
        result |= (static_cast<unsigned>(bytes >> (8 * chosen)) & 0xff) << (8 * i);
    }
    return result;
}

// The most (l) or least (r) significant word of (high:low) shifted; the c forms clamp at 32.
inline unsigned int __funnelshift_l(unsigned int low, unsigned int high, unsigned int shift) {
    shift &= 31;
    return shift ? (high << shift) | (low >> (32 - shift)) : high;
}
inline unsigned int __funnelshift_lc(unsigned int low, unsigned int high, unsigned int shift) {
    return shift >= 32 ? low : __funnelshift_l(low, high, shift);
}
inline unsigned int __funnelshift_r(unsigned int low, unsigned int high, unsigned int shift) {
    shift &= 31;
    return shift ? (high << (32 - shift)) | (low >> shift) : low;
}
inline unsigned int __funnelshift_rc(unsigned int low, unsigned int high, unsigned int shift) {
    return shift >= 32 ? high : __funnelshift_r(low, high, shift);
}

// The position of the n-th set bit at or above `base` (n > 0), or at or below it (n < 0); n = 0
// asks whether `base` itself is set. All ones when there is none.
inline unsigned int __fns(unsigned int mask, unsigned int base, int n) {
    if (n == 0) return (mask >> (base & 31)) & 1 ? base : 0xffffffffu;
    const int step = n > 0 ? 1 : -1;
    int left = n > 0 ? n : -n;
    for (int i = static_cast<int>(base); i >= 0 && i < 32; i += step) {
        if (((mask >> i) & 1) && --left == 0) return static_cast<unsigned>(i);
    }
    return 0xffffffffu;
}

// Products.
inline int __mulhi(int x, int y) { return static_cast<int>((static_cast<long long>(x) * y) >> 32); }
inline unsigned int __umulhi(unsigned int x, unsigned int y) {
    return static_cast<unsigned>((static_cast<unsigned long long>(x) * y) >> 32);
}
inline long long __mul64hi(long long x, long long y) {
    return static_cast<long long>((static_cast<__int128>(x) * y) >> 64);
}
inline unsigned long long __umul64hi(unsigned long long x, unsigned long long y) {
    return static_cast<unsigned long long>((static_cast<unsigned __int128>(x) * y) >> 64);
}
namespace hipwright {
inline int low_24(int x) { return static_cast<int>(static_cast<unsigned>(x) << 8) >> 8; }
}  // namespace hipwright
inline int __mul24(int x, int y) {
    const long long product = static_cast<long long>(hipwright::low_24(x)) * hipwright::low_24(y);
    return static_cast<int>(product);
}
inline unsigned int __umul24(unsigned int x, unsigned int y) {
    return (x & 0xffffffu) * (y & 0xffffffu);
}

// Averages, rounded down (h) or up (rh), and |x - y| + z.
inline int __hadd(int x, int y) { return static_cast<int>((static_cast<long long>(x) + y) >> 1); }
inline int __rhadd(int x, int y) {
    return static_cast<int>((static_cast<long long>(x) + y + 1) >> 1);
}
inline unsigned int __uhadd(unsigned int x, unsigned int y) {
    return static_cast<unsigned>((static_cast<unsigned long long>(x) + y) >> 1);
}
inline unsigned int __urhadd(unsigned int x, unsigned int y) {
    return static_cast<unsigned>((static_cast<unsigned long long>(x) + y + 1) >> 1);
}
inline unsigned int __sad(int x, int y, unsigned int z) {
    const long long difference = static_cast<long long>(x) - y;
    return static_cast<unsigned>(difference < 0 ? -difference : difference) + z;
}
inline unsigned int __usad(unsigned int x, unsigned int y, unsigned int z) {
    return (x > y ? x - y : y - x) + z;
}

// The same bits under another type.
inline int __float_as_int(float x) { return hipwright::same_bits<int>(x); }
inline unsigned int __float_as_uint(float x) { return hipwright::same_bits<unsigned int>(x); }
inline float __int_as_float(int x) { return hipwright::same_bits<float>(x); }
inline float __uint_as_float(unsigned int x) { return hipwright::same_bits<float>(x); }
inline long long __double_as_longlong(double x) { return hipwright::same_bits<long long>(x); }
inline double __longlong_as_double(long long x) { return hipwright::same_bits<double>(x); }
inline int __double2hiint(double x) { return static_cast<int>(__double_as_longlong(x) >> 32); }
inline int __double2loint(double x) { return static_cast<int>(__double_as_longlong(x)); }
inline double __hiloint2double(int high, int low) {
    const auto bits = (static_cast<unsigned long long>(static_cast<unsigned>(high)) << 32) |
                      static_cast<unsigned>(low);
    return __longlong_as_double(static_cast<long long>(bits));
}

template <typename T>
inline T __ldg(const T* place) {
    return *place;
}

#ifdef HIPWRIGHT_HIP

inline unsigned long long __fns64(unsigned long long mask, unsigned int base, int n) {
    if (n == 0) return (mask >> (base & 63)) & 1 ? base : ~0ull;
    const int step = n > 0 ? 1 : -1;
    int left = n > 0 ? n : -n;
    for (int i = static_cast<int>(base); i >= 0 && i < 64; i += step) {
        if (((mask >> i) & 1) && --left == 0) return static_cast<unsigned long long>(i);
    }
    return ~0ull;
}
inline unsigned int __fns32(unsigned long long mask, unsigned int base, int n) {
    return __fns(static_cast<unsigned>(mask), base, n);
}
inline unsigned int __bitextract_u32(unsigned int x, unsigned int offset, unsigned int width) {
    offset &= 31;
    width &= 31;
    return width ? (x >> offset) & ((1u << width) - 1) : 0;
}
inline unsigned long long __bitextract_u64(unsigned long long x, unsigned int offset,
                                           unsigned int width) {
    offset &= 63;
    width &= 63;
    return width ? (x >> offset) & ((1ull << width) - 1) : 0;
}
inline unsigned int __bitinsert_u32(unsigned int x, unsigned int bits, unsigned int offset,
                                    unsigned int width) {
    const unsigned int mask = ((1u << (width & 31)) - 1) << (offset & 31);
    return (x & ~mask) | ((bits << (offset & 31)) & mask);
}
inline unsigned long long __bitinsert_u64(unsigned long long x, unsigned long long bits,
                                          unsigned int offset, unsigned int width) {
    const unsigned long long mask = ((1ull << (width & 63)) - 1) << (offset & 63);
    return (x & ~mask) | ((bits << (offset & 63)) & mask);
}

#else  // CUDA

// Loads and stores with a cache hint, which a CPU has no use for. `__ldcv` fetches again each time.
#define HIPWRIGHT_LOAD(name)        \
    template <typename T>           \
    inline T name(const T* place) { \
        return *place;              \
    }
HIPWRIGHT_LOAD(__ldca)
HIPWRIGHT_LOAD(__ldcg)
HIPWRIGHT_LOAD(__ldcs)
HIPWRIGHT_LOAD(__ldlu)
#undef HIPWRIGHT_LOAD
template <typename T>
inline T __ldcv(const T* place) {
    asm volatile("" ::: "memory");
    return *place;
}
#define HIPWRIGHT_STORE(name)             \
    template <typename T>                 \
    inline void name(T* place, T value) { \
        *place = value;                   \
    }
HIPWRIGHT_STORE(__stwb)
HIPWRIGHT_STORE(__stcg)
HIPWRIGHT_STORE(__stcs)
HIPWRIGHT_STORE(__stwt)
#undef HIPWRIGHT_STORE

// Dot products of packed integers, added to c.
namespace hipwright {
template <typename A, typename B, typename C>
inline C dot_bytes(unsigned a, unsigned b, C c) {
    for (int i = 0; i < 4; ++i) {
        c += static_cast<C>(static_cast<A>(a >> (8 * i))) *
             static_cast<C>(static_cast<B>(b >> (8 * i)));
    }
    return c;
}
template <typename A, typename B, typename C>
inline C dot_halves(unsigned a, unsigned b, C c, int first) {
    for (int i = 0; i < 2; ++i) {
        c += static_cast<C>(static_cast<A>(a >> (16 * i))) *
             static_cast<C>(static_cast<B>(b >> (8 * (first + i))));
    }
    return c;
}
}  // namespace hipwright
inline int __dp4a(int a, int b, int c) {
    return static_cast<int>(hipwright::dot_bytes<signed char, signed char>(
        static_cast<unsigned>(a), static_cast<unsigned>(b), static_cast<long long>(c)));
}
inline unsigned int __dp4a(unsigned int a, unsigned int b, unsigned int c) {
    return hipwright::dot_bytes<unsigned char, unsigned char>(a, b, c);
}
inline int __dp4a(char4 a, char4 b, int c) {
    return c + a.x * b.x + a.y * b.y + a.z * b.z + a.w * b.w;
}
inline unsigned int __dp4a(uchar4 a, uchar4 b, unsigned int c) {
    return c + static_cast<unsigned>(a.x * b.x + a.y * b.y + a.z * b.z + a.w * b.w);
}
#define HIPWRIGHT_DP2A(name, first)                                                        \
    inline int name(int a, int b, int c) {                                                 \
        return static_cast<int>(hipwright::dot_halves<short, signed char>(                 \
            static_cast<unsigned>(a), static_cast<unsigned>(b), static_cast<long long>(c), \
            first));                                                                       \
    }                                                                                      \
    inline unsigned int name(unsigned int a, unsigned int b, unsigned int c) {             \
        return hipwright::dot_halves<unsigned short, unsigned char>(a, b, c, first);       \
    }
HIPWRIGHT_DP2A(__dp2a_lo, 0)
HIPWRIGHT_DP2A(__dp2a_hi, 2)
#undef HIPWRIGHT_DP2A
inline int __dp2a_lo(short2 a, char4 b, int c) { return c + a.x * b.x + a.y * b.y; }
inline int __dp2a_hi(short2 a, char4 b, int c) { return c + a.x * b.z + a.y * b.w; }
inline unsigned int __dp2a_lo(ushort2 a, uchar4 b, unsigned int c) {
    return c + static_cast<unsigned>(a.x * b.x + a.y * b.y);
}
inline unsigned int __dp2a_hi(ushort2 a, uchar4 b, unsigned int c) {
    return c + static_cast<unsigned>(a.x * b.z + a.y * b.w);
}

// The older names, without underscores.
inline int mulhi(int a, int b) { return __mulhi(a, b); }
inline unsigned int mulhi(unsigned int a, unsigned int b) { return __umulhi(a, b); }
inline unsigned int umulhi(unsigned int a, unsigned int b) { return __umulhi(a, b); }
inline long long mul64hi(long long a, long long b) { return __mul64hi(a, b); }
inline unsigned long long umul64hi(unsigned long long a, unsigned long long b) {
    return __umul64hi(a, b);
}
inline int mul24(int a, int b) { return __mul24(a, b); }
inline unsigned int umul24(unsigned int a, unsigned int b) { return __umul24(a, b); }
inline int float_as_int(float x) { return __float_as_int(x); }
inline float int_as_float(int x) { return __int_as_float(x); }
inline unsigned int float_as_uint(float x) { return __float_as_uint(x); }
inline float uint_as_float(unsigned int x) { return __uint_as_float(x); }

#endif
