// The type of a 16-bit floating-point number, the pair of two, and their functions, as CUDA and HIP
// have them for both half and bfloat16. Included once for each, with these names defined:
//
//   HIPWRIGHT_SCALAR, HIPWRIGHT_PAIR            the types
//   HIPWRIGHT_SCALAR_RAW, HIPWRIGHT_PAIR_RAW    their bits
//   HIPWRIGHT_FORMAT                            how the bits are read: from_float, to_float, …
//
// Every operation is computed exactly enough to be rounded once, to nearest even.

#define HIPWRIGHT_F ::hipwright::HIPWRIGHT_FORMAT

struct HIPWRIGHT_SCALAR_RAW {
    unsigned short x;
};
struct alignas(4) HIPWRIGHT_PAIR_RAW {
    unsigned short x, y;
};

struct HIPWRIGHT_SCALAR {
    unsigned short __x;

    HIPWRIGHT_SCALAR() = default;
    constexpr HIPWRIGHT_SCALAR(const HIPWRIGHT_SCALAR_RAW& raw) : __x(raw.x) {}
    HIPWRIGHT_SCALAR(float value) : __x(HIPWRIGHT_F::from_float(value)) {}
    HIPWRIGHT_SCALAR(double value) : __x(HIPWRIGHT_F::from_double<>(value)) {}
#define HIPWRIGHT_INTEGER(I)                                                       \
    HIPWRIGHT_SCALAR(I value)                                                      \
        : __x(HIPWRIGHT_F::from_double<>(::hipwright::sticky_double_of(value))) {} \
    operator I() const {                                                           \
        return ::hipwright::to_integer<I, ::hipwright::Rounding::zero>(            \
            HIPWRIGHT_F::to_float(__x));                                           \
    }
    HIPWRIGHT_INTEGER(short)
    HIPWRIGHT_INTEGER(unsigned short)
    HIPWRIGHT_INTEGER(int)
    HIPWRIGHT_INTEGER(unsigned int)
    HIPWRIGHT_INTEGER(long)
    HIPWRIGHT_INTEGER(unsigned long)
    HIPWRIGHT_INTEGER(long long)
    HIPWRIGHT_INTEGER(unsigned long long)
#undef HIPWRIGHT_INTEGER
    operator float() const { return HIPWRIGHT_F::to_float(__x); }
    operator bool() const { return (__x & 0x7fff) != 0; }
    operator char() const { return static_cast<char>(static_cast<signed char>(*this)); }
    operator signed char() const {
        return ::hipwright::to_integer<signed char, ::hipwright::Rounding::zero>(
            HIPWRIGHT_F::to_float(__x));
    }
    operator unsigned char() const {
        return ::hipwright::to_integer<unsigned char, ::hipwright::Rounding::zero>(
            HIPWRIGHT_F::to_float(__x));
    }
    operator HIPWRIGHT_SCALAR_RAW() const { return HIPWRIGHT_SCALAR_RAW{__x}; }
#if defined(HIPWRIGHT_NATIVE)
    HIPWRIGHT_SCALAR(HIPWRIGHT_NATIVE value) : __x(::hipwright::same_bits<unsigned short>(value)) {}
    operator HIPWRIGHT_NATIVE() const { return ::hipwright::same_bits<HIPWRIGHT_NATIVE>(__x); }
#endif

    static constexpr HIPWRIGHT_SCALAR of_bits(unsigned bits) {
        return HIPWRIGHT_SCALAR_RAW{static_cast<unsigned short>(bits)};
    }
    bool is_nan() const { return (__x & 0x7fff) > HIPWRIGHT_F::infinity; }
};

struct alignas(4) HIPWRIGHT_PAIR {
    HIPWRIGHT_SCALAR x, y;

    HIPWRIGHT_PAIR() = default;
    constexpr HIPWRIGHT_PAIR(const HIPWRIGHT_SCALAR& a, const HIPWRIGHT_SCALAR& b) : x(a), y(b) {}
    constexpr HIPWRIGHT_PAIR(const HIPWRIGHT_PAIR_RAW& raw)
        : x(HIPWRIGHT_SCALAR_RAW{raw.x}), y(HIPWRIGHT_SCALAR_RAW{raw.y}) {}
#ifdef HIPWRIGHT_HIP
    // HIP takes a compiler's vector here, which one number becomes by being repeated.
    template <typename T, std::enable_if_t<std::is_arithmetic_v<T>>* = nullptr>
    explicit HIPWRIGHT_PAIR(T value) : x(value), y(value) {}
#endif
    operator HIPWRIGHT_PAIR_RAW() const { return HIPWRIGHT_PAIR_RAW{x.__x, y.__x}; }
};

// Arithmetic.
inline HIPWRIGHT_SCALAR __hadd(const HIPWRIGHT_SCALAR a, const HIPWRIGHT_SCALAR b) {
    return HIPWRIGHT_SCALAR(static_cast<float>(a) + static_cast<float>(b));
}
inline HIPWRIGHT_SCALAR __hsub(const HIPWRIGHT_SCALAR a, const HIPWRIGHT_SCALAR b) {
    return HIPWRIGHT_SCALAR(static_cast<float>(a) - static_cast<float>(b));
}
inline HIPWRIGHT_SCALAR __hmul(const HIPWRIGHT_SCALAR a, const HIPWRIGHT_SCALAR b) {
    return HIPWRIGHT_SCALAR(static_cast<float>(a) * static_cast<float>(b));
}
inline HIPWRIGHT_SCALAR __hdiv(const HIPWRIGHT_SCALAR a, const HIPWRIGHT_SCALAR b) {
    return HIPWRIGHT_SCALAR(static_cast<float>(a) / static_cast<float>(b));
}
inline HIPWRIGHT_SCALAR __hfma(const HIPWRIGHT_SCALAR a, const HIPWRIGHT_SCALAR b,
                               const HIPWRIGHT_SCALAR c) {
    const double product = static_cast<double>(static_cast<float>(a)) * static_cast<float>(b);
    return HIPWRIGHT_SCALAR(::hipwright::sticky_sum(product, static_cast<float>(c)));
}
inline HIPWRIGHT_SCALAR __hneg(const HIPWRIGHT_SCALAR a) {
    return HIPWRIGHT_SCALAR::of_bits(a.__x ^ 0x8000u);
}
inline HIPWRIGHT_SCALAR __habs(const HIPWRIGHT_SCALAR a) {
    return HIPWRIGHT_SCALAR::of_bits(a.__x & 0x7fffu);
}

namespace hipwright {
inline HIPWRIGHT_SCALAR saturated(const HIPWRIGHT_SCALAR a) {  // to [0, 1]; NaN becomes 0
    const float value = a;
    return value > 0.0f ? (value < 1.0f ? a : HIPWRIGHT_SCALAR(1.0f)) : HIPWRIGHT_SCALAR(0.0f);
}
inline HIPWRIGHT_SCALAR clipped(const HIPWRIGHT_SCALAR a) {  // relu: negative becomes 0, NaN stays
    return static_cast<float>(a) < 0.0f ? HIPWRIGHT_SCALAR(0.0f) : a;
}
}  // namespace hipwright
inline HIPWRIGHT_SCALAR __hfma_relu(const HIPWRIGHT_SCALAR a, const HIPWRIGHT_SCALAR b,
                                    const HIPWRIGHT_SCALAR c) {
    return ::hipwright::clipped(__hfma(a, b, c));
}
inline HIPWRIGHT_SCALAR __hfma_sat(const HIPWRIGHT_SCALAR a, const HIPWRIGHT_SCALAR b,
                                   const HIPWRIGHT_SCALAR c) {
    return ::hipwright::saturated(__hfma(a, b, c));
}

// Comparisons: of NaN with anything they are false, but the unordered ones (…u) are true.
#define HIPWRIGHT_COMPARE(name, op)                                                           \
    inline bool __h##name(const HIPWRIGHT_SCALAR a, const HIPWRIGHT_SCALAR b) {               \
        return static_cast<float>(a) op static_cast<float>(b) && !a.is_nan() && !b.is_nan();  \
    }                                                                                         \
    inline bool __h##name##u(const HIPWRIGHT_SCALAR a, const HIPWRIGHT_SCALAR b) {            \
        return static_cast<float>(a) op static_cast<float>(b) || a.is_nan() || b.is_nan();    \
    }                                                                                         \
    inline HIPWRIGHT_PAIR __h##name##2(const HIPWRIGHT_PAIR a, const HIPWRIGHT_PAIR b) {      \
        return {HIPWRIGHT_SCALAR(__h##name(a.x, b.x) ? 1.0f : 0.0f),                          \
                HIPWRIGHT_SCALAR(__h##name(a.y, b.y) ? 1.0f : 0.0f)};                         \
    }                                                                                         \
    inline HIPWRIGHT_PAIR __h##name##u2(const HIPWRIGHT_PAIR a, const HIPWRIGHT_PAIR b) {     \
        return {HIPWRIGHT_SCALAR(__h##name##u(a.x, b.x) ? 1.0f : 0.0f),                       \
                HIPWRIGHT_SCALAR(__h##name##u(a.y, b.y) ? 1.0f : 0.0f)};                      \
    }                                                                                         \
    inline unsigned __h##name##2_mask(const HIPWRIGHT_PAIR a, const HIPWRIGHT_PAIR b) {       \
        return (__h##name(a.x, b.x) ? 0xffffu : 0) | (__h##name(a.y, b.y) ? 0xffff0000u : 0); \
    }                                                                                         \
    inline unsigned __h##name##u2_mask(const HIPWRIGHT_PAIR a, const HIPWRIGHT_PAIR b) {      \
        return (__h##name##u(a.x, b.x) ? 0xffffu : 0) |                                       \
               (__h##name##u(a.y, b.y) ? 0xffff0000u : 0);                                    \
    }                                                                                         \
    inline bool __hb##name##2(const HIPWRIGHT_PAIR a, const HIPWRIGHT_PAIR b) {               \
        return __h##name(a.x, b.x) && __h##name(a.y, b.y);                                    \
    }                                                                                         \
    inline bool __hb##name##u2(const HIPWRIGHT_PAIR a, const HIPWRIGHT_PAIR b) {              \
        return __h##name##u(a.x, b.x) && __h##name##u(a.y, b.y);                              \
    }
HIPWRIGHT_COMPARE(eq, ==)
HIPWRIGHT_COMPARE(ne, !=)
HIPWRIGHT_COMPARE(lt, <)
HIPWRIGHT_COMPARE(le, <=)
HIPWRIGHT_COMPARE(gt, >)
HIPWRIGHT_COMPARE(ge, >=)
#undef HIPWRIGHT_COMPARE
inline bool __hisnan(const HIPWRIGHT_SCALAR a) { return a.is_nan(); }
inline int __hisinf(const HIPWRIGHT_SCALAR a) {
    return (a.__x & 0x7fff) == HIPWRIGHT_F::infinity ? (a.__x & 0x8000 ? -1 : 1) : 0;
}

// Of a number and NaN the number, in the _nan forms NaN; -0 is less than +0.
inline HIPWRIGHT_SCALAR __hmax(const HIPWRIGHT_SCALAR a, const HIPWRIGHT_SCALAR b) {
    if (a.is_nan()) return b;
    if (b.is_nan()) return a;
    const float x = a, y = b;
    return x == y ? HIPWRIGHT_SCALAR::of_bits(a.__x & b.__x) : x > y ? a : b;
}
inline HIPWRIGHT_SCALAR __hmin(const HIPWRIGHT_SCALAR a, const HIPWRIGHT_SCALAR b) {
    if (a.is_nan()) return b;
    if (b.is_nan()) return a;
    const float x = a, y = b;
    return x == y ? HIPWRIGHT_SCALAR::of_bits(a.__x | b.__x) : x < y ? a : b;
}
inline HIPWRIGHT_SCALAR __hmax_nan(const HIPWRIGHT_SCALAR a, const HIPWRIGHT_SCALAR b) {
    return a.is_nan() ? a : b.is_nan() ? b : __hmax(a, b);
}
inline HIPWRIGHT_SCALAR __hmin_nan(const HIPWRIGHT_SCALAR a, const HIPWRIGHT_SCALAR b) {
    return a.is_nan() ? a : b.is_nan() ? b : __hmin(a, b);
}

// Each of these for one number, and for the two of a pair.
#define HIPWRIGHT_PAIR_OF(scalar, pair)                                          \
    inline HIPWRIGHT_PAIR pair(const HIPWRIGHT_PAIR a, const HIPWRIGHT_PAIR b) { \
        return {scalar(a.x, b.x), scalar(a.y, b.y)};                             \
    }
#define HIPWRIGHT_ARITHMETIC(name)                                                           \
    inline HIPWRIGHT_SCALAR name##_rn(const HIPWRIGHT_SCALAR a, const HIPWRIGHT_SCALAR b) {  \
        return name(a, b);                                                                   \
    }                                                                                        \
    inline HIPWRIGHT_SCALAR name##_sat(const HIPWRIGHT_SCALAR a, const HIPWRIGHT_SCALAR b) { \
        return ::hipwright::saturated(name(a, b));                                           \
    }                                                                                        \
    HIPWRIGHT_PAIR_OF(name, name##2)                                                         \
    HIPWRIGHT_PAIR_OF(name##_rn, name##2_rn)                                                 \
    HIPWRIGHT_PAIR_OF(name##_sat, name##2_sat)
HIPWRIGHT_ARITHMETIC(__hadd)
HIPWRIGHT_ARITHMETIC(__hsub)
HIPWRIGHT_ARITHMETIC(__hmul)
#undef HIPWRIGHT_ARITHMETIC
HIPWRIGHT_PAIR_OF(__hdiv, __h2div)
HIPWRIGHT_PAIR_OF(__hmax, __hmax2)
HIPWRIGHT_PAIR_OF(__hmin, __hmin2)
HIPWRIGHT_PAIR_OF(__hmax_nan, __hmax2_nan)
HIPWRIGHT_PAIR_OF(__hmin_nan, __hmin2_nan)
#undef HIPWRIGHT_PAIR_OF
#define HIPWRIGHT_PAIR_OF(scalar, pair)                                        \
    inline HIPWRIGHT_PAIR pair(const HIPWRIGHT_PAIR a, const HIPWRIGHT_PAIR b, \
                               const HIPWRIGHT_PAIR c) {                       \
        return {scalar(a.x, b.x, c.x), scalar(a.y, b.y, c.y)};                 \
    }
HIPWRIGHT_PAIR_OF(__hfma, __hfma2)
HIPWRIGHT_PAIR_OF(__hfma_relu, __hfma2_relu)
HIPWRIGHT_PAIR_OF(__hfma_sat, __hfma2_sat)
#undef HIPWRIGHT_PAIR_OF
inline HIPWRIGHT_PAIR __hneg2(const HIPWRIGHT_PAIR a) { return {__hneg(a.x), __hneg(a.y)}; }
inline HIPWRIGHT_PAIR __habs2(const HIPWRIGHT_PAIR a) { return {__habs(a.x), __habs(a.y)}; }
inline HIPWRIGHT_PAIR __hisnan2(const HIPWRIGHT_PAIR a) {
    return {HIPWRIGHT_SCALAR(a.x.is_nan() ? 1.0f : 0.0f),
            HIPWRIGHT_SCALAR(a.y.is_nan() ? 1.0f : 0.0f)};
}
// Complex multiply-add: a b + c.
inline HIPWRIGHT_PAIR __hcmadd(const HIPWRIGHT_PAIR a, const HIPWRIGHT_PAIR b,
                               const HIPWRIGHT_PAIR c) {
    const HIPWRIGHT_SCALAR real = __hfma(__hneg(a.y), b.y, __hfma(a.x, b.x, c.x));
    const HIPWRIGHT_SCALAR imaginary = __hfma(a.y, b.x, __hfma(a.x, b.y, c.y));
    return {real, imaginary};
}

// Math, one precision up.
#define HIPWRIGHT_UNARY(name, expression)                       \
    inline HIPWRIGHT_SCALAR h##name(const HIPWRIGHT_SCALAR a) { \
        const float x = a;                                      \
        return HIPWRIGHT_SCALAR(expression);                    \
    }                                                           \
    inline HIPWRIGHT_PAIR h2##name(const HIPWRIGHT_PAIR a) { return {h##name(a.x), h##name(a.y)}; }
HIPWRIGHT_UNARY(ceil, ::ceilf(x))
HIPWRIGHT_UNARY(floor, ::floorf(x))
HIPWRIGHT_UNARY(trunc, ::truncf(x))
HIPWRIGHT_UNARY(rint, ::rintf(x))
HIPWRIGHT_UNARY(sqrt, ::sqrtf(x))
HIPWRIGHT_UNARY(rsqrt, 1.0 / ::sqrt(static_cast<double>(x)))
HIPWRIGHT_UNARY(rcp, 1.0f / x)
HIPWRIGHT_UNARY(exp, ::expf(x))
HIPWRIGHT_UNARY(exp2, ::exp2f(x))
HIPWRIGHT_UNARY(exp10, ::pow(10.0, static_cast<double>(x)))
HIPWRIGHT_UNARY(log, ::logf(x))
HIPWRIGHT_UNARY(log2, ::log2f(x))
HIPWRIGHT_UNARY(log10, ::log10f(x))
HIPWRIGHT_UNARY(sin, ::sinf(x))
HIPWRIGHT_UNARY(cos, ::cosf(x))
HIPWRIGHT_UNARY(tanh, ::tanhf(x))
HIPWRIGHT_UNARY(tanh_approx, ::tanhf(x))
#undef HIPWRIGHT_UNARY

// Operators.
#define HIPWRIGHT_OPERATOR(op, scalar, pair)                                                    \
    inline HIPWRIGHT_SCALAR operator op(const HIPWRIGHT_SCALAR& a, const HIPWRIGHT_SCALAR& b) { \
        return scalar(a, b);                                                                    \
    }                                                                                           \
    inline HIPWRIGHT_SCALAR& operator op##=(HIPWRIGHT_SCALAR & a, const HIPWRIGHT_SCALAR & b) { \
        return a = scalar(a, b);                                                                \
    }                                                                                           \
    inline HIPWRIGHT_PAIR operator op(const HIPWRIGHT_PAIR& a, const HIPWRIGHT_PAIR& b) {       \
        return pair(a, b);                                                                      \
    }                                                                                           \
    inline HIPWRIGHT_PAIR& operator op##=(HIPWRIGHT_PAIR & a, const HIPWRIGHT_PAIR & b) {       \
        return a = pair(a, b);                                                                  \
    }
HIPWRIGHT_OPERATOR(+, __hadd, __hadd2)
HIPWRIGHT_OPERATOR(-, __hsub, __hsub2)
HIPWRIGHT_OPERATOR(*, __hmul, __hmul2)
HIPWRIGHT_OPERATOR(/, __hdiv, __h2div)
#undef HIPWRIGHT_OPERATOR
inline HIPWRIGHT_SCALAR operator+(const HIPWRIGHT_SCALAR& a) { return a; }
inline HIPWRIGHT_SCALAR operator-(const HIPWRIGHT_SCALAR& a) { return __hneg(a); }
inline HIPWRIGHT_PAIR operator+(const HIPWRIGHT_PAIR& a) { return a; }
inline HIPWRIGHT_PAIR operator-(const HIPWRIGHT_PAIR& a) { return __hneg2(a); }
inline HIPWRIGHT_SCALAR& operator++(HIPWRIGHT_SCALAR& a) { return a += HIPWRIGHT_SCALAR(1.0f); }
inline HIPWRIGHT_SCALAR& operator--(HIPWRIGHT_SCALAR& a) { return a -= HIPWRIGHT_SCALAR(1.0f); }
inline HIPWRIGHT_SCALAR operator++(HIPWRIGHT_SCALAR& a, int) {
    const HIPWRIGHT_SCALAR before = a;
    ++a;
    return before;
}
inline HIPWRIGHT_SCALAR operator--(HIPWRIGHT_SCALAR& a, int) {
    const HIPWRIGHT_SCALAR before = a;
    --a;
    return before;
}
#define HIPWRIGHT_OPERATOR(op, scalar, pair)                                        \
    inline bool operator op(const HIPWRIGHT_SCALAR& a, const HIPWRIGHT_SCALAR& b) { \
        return scalar(a, b);                                                        \
    }                                                                               \
    inline bool operator op(const HIPWRIGHT_PAIR& a, const HIPWRIGHT_PAIR& b) { return pair(a, b); }
HIPWRIGHT_OPERATOR(==, __heq, __hbeq2)
HIPWRIGHT_OPERATOR(!=, __hneu, __hbneu2)
HIPWRIGHT_OPERATOR(<, __hlt, __hblt2)
HIPWRIGHT_OPERATOR(<=, __hle, __hble2)
HIPWRIGHT_OPERATOR(>, __hgt, __hbgt2)
HIPWRIGHT_OPERATOR(>=, __hge, __hbge2)
#undef HIPWRIGHT_OPERATOR

// Atomics; a pair is one word here, on a GPU each half of it is atomic for itself.
#define HIPWRIGHT_ATOMIC_ADD(name)                                                              \
    inline HIPWRIGHT_SCALAR name(HIPWRIGHT_SCALAR* address, HIPWRIGHT_SCALAR value,             \
                                 HIPWRIGHT_HERE) {                                              \
        return ::hipwright::atomic_update(                                                      \
            address, [value](HIPWRIGHT_SCALAR old) { return old + value; }, file, line);        \
    }                                                                                           \
    inline HIPWRIGHT_PAIR name(HIPWRIGHT_PAIR* address, HIPWRIGHT_PAIR value, HIPWRIGHT_HERE) { \
        return ::hipwright::atomic_update(                                                      \
            address, [value](HIPWRIGHT_PAIR old) { return old + value; }, file, line);          \
    }
HIPWRIGHT_ATOMIC_ADD(atomicAdd)
#ifdef HIPWRIGHT_HIP
HIPWRIGHT_ATOMIC_ADD(unsafeAtomicAdd)
#endif
#undef HIPWRIGHT_ATOMIC_ADD

// Shuffles.
#define HIPWRIGHT_SHUFFLE_OF(T, suffix, parameter_type, source)                                  \
    template <typename Mask>                                                                     \
    inline T __shfl##suffix##_sync(Mask mask, T value, parameter_type parameter,                 \
                                   int width = HIPWRIGHT_WARP_SIZE, HIPWRIGHT_HERE) {            \
        return ::hipwright::exchange(                                                            \
            ::hipwright::with_mask("__shfl" #suffix "_sync", ::hipwright::lane_mask(mask), file, \
                                   line),                                                        \
            value, ::hipwright::shuffle_source::source(parameter, width));                       \
    }                                                                                            \
    inline T __shfl##suffix(T value, parameter_type parameter, int width = HIPWRIGHT_WARP_SIZE,  \
                            HIPWRIGHT_HERE) {                                                    \
        return ::hipwright::exchange(::hipwright::without_mask("__shfl" #suffix, file, line),    \
                                     value,                                                      \
                                     ::hipwright::shuffle_source::source(parameter, width));     \
    }
#define HIPWRIGHT_SHUFFLES(T)                      \
    HIPWRIGHT_SHUFFLE_OF(T, , int, direct)         \
    HIPWRIGHT_SHUFFLE_OF(T, _up, unsigned, up)     \
    HIPWRIGHT_SHUFFLE_OF(T, _down, unsigned, down) \
    HIPWRIGHT_SHUFFLE_OF(T, _xor, int, exclusive_or)
HIPWRIGHT_SHUFFLES(HIPWRIGHT_SCALAR)
HIPWRIGHT_SHUFFLES(HIPWRIGHT_PAIR)
#undef HIPWRIGHT_SHUFFLES
#undef HIPWRIGHT_SHUFFLE_OF

#undef HIPWRIGHT_F
