// What every call of the BLAS has in common: a handle with its stream and its pointer mode, scalars
// that are read when the work runs, and arguments that are checked before the CPU's BLAS sees them.
#pragma once

#include <climits>

#include "types.h"

namespace hipwright::blas {

struct Handle {
    static constexpr unsigned alive = 0x68776262;
    unsigned magic = alive;
    API(Stream_t) stream = nullptr;
    BLAS(PointerMode_t) pointer_mode = BLAS_(POINTER_MODE_HOST);
    BLAS(AtomicsMode_t) atomics_mode = BLAS_(ATOMICS_NOT_ALLOWED);
    BLAS(Math_t) math_mode = BLAS_(DEFAULT_MATH);
};
inline Handle* handle_of(BLAS(Handle_t) handle) {
    auto* found = reinterpret_cast<Handle*>(handle);
    return found && found->magic == Handle::alive ? found : nullptr;
}
inline Status no_handle([[maybe_unused]] BLAS(Handle_t) handle) {
#ifdef HIPWRIGHT_HIP
    if (!handle) return HIPBLAS_STATUS_HANDLE_IS_NULLPTR;
#endif
    return BLAS_(STATUS_NOT_INITIALIZED);
}
inline Status status_of(hipwright::Status status) {
    if (status == status_success) return BLAS_(STATUS_SUCCESS);
    return status == status_invalid_value ? BLAS_(STATUS_INVALID_VALUE)
                                          : BLAS_(STATUS_EXECUTION_FAILED);
}

// alpha and beta: on the host they are read at the call, on the device when the work runs.
template <typename T>
struct Scalar {
    T value;
    const T* later;
    Scalar(const Handle* handle, const T* at) {
        const bool on_device = handle && handle->pointer_mode == BLAS_(POINTER_MODE_DEVICE);
        later = on_device ? at : nullptr;
        value = on_device || !at ? T() : *at;
    }
    T get() const { return later ? *later : value; }
};

inline bool fits(Index value) { return value >= -INT_MAX && value <= INT_MAX; }
template <typename... More>
inline bool fits(Index value, More... more) {
    return fits(value) && fits(more...);
}
// Columns of `rows` elements, `lead` apart.
inline bool is_layout(Index rows, Index lead) { return lead >= (rows > 1 ? rows : 1); }

// Whether a matrix lies inside the allocation that holds it; reported when it does not.
template <typename T>
inline bool holds(const T* matrix, Index rows, Index columns, Index lead) {
    if (rows <= 0 || columns <= 0) return true;
    const auto elements = static_cast<std::size_t>((columns - 1) * lead + rows);
    return matrix && inside(matrix, elements * sizeof(T), "a matrix of a BLAS call", "", 0);
}
template <typename T>
inline bool holds(const T* vector, Index count, Index stride) {
    if (count <= 0) return true;
    const auto elements =
        static_cast<std::size_t>((count - 1) * (stride < 0 ? -stride : stride) + 1);
    return vector && inside(vector, elements * sizeof(T), "a vector of a BLAS call", "", 0);
}

// Runs `work` on the handle's stream: now, or whenever the graph runs that the stream records.
template <typename Work>
inline Status run(const Handle* handle, const Work& work) {
    if (sticky() != status_success) return BLAS_(STATUS_EXECUTION_FAILED);
    return status_of(submit(handle->stream, NodeKind::kernel, work));
}

// Fortran takes its numbers and letters by their addresses.
class Int {
  public:
    explicit Int(Index value) : value_(static_cast<int>(value)) {}
    operator const int*() const { return &value_; }

  private:
    int value_;
};
class Letter {
  public:
    explicit Letter(char value) : value_(value) {}
    operator const char*() const { return &value_; }

  private:
    char value_;
};

// -- the letters that BLAS takes ------------------------------------------------------------------
inline char letter(Operation operation) {
    switch (operation) {
        case BLAS_(OP_N):
            return 'N';
        case BLAS_(OP_T):
            return 'T';
        case BLAS_(OP_C):
            return 'C';
        default:
            return 0;
    }
}
inline char letter(Fill fill) {
    return fill == BLAS_(FILL_MODE_UPPER) ? 'U' : fill == BLAS_(FILL_MODE_LOWER) ? 'L' : 0;
}
inline char letter(Side side) {
    return side == BLAS_(SIDE_LEFT) ? 'L' : side == BLAS_(SIDE_RIGHT) ? 'R' : 0;
}
inline char letter(Diagonal diagonal) {
    return diagonal == BLAS_(DIAG_UNIT) ? 'U' : diagonal == BLAS_(DIAG_NON_UNIT) ? 'N' : 0;
}
// The transpose of a real matrix is its conjugate transpose too; some routines know only one.
template <typename T>
inline char real_letter(Operation operation) {
    const char found = letter(operation);
    return found == 'C' && !is_complex<T> ? 'T' : found;
}

}  // namespace hipwright::blas

// What a function returns early: no handle, or arguments that make no sense.
#define HIPWRIGHT_BLAS_HANDLE(handle)                                      \
    const hipwright::blas::Handle* h = hipwright::blas::handle_of(handle); \
    if (!h) return hipwright::blas::no_handle(handle)
#define HIPWRIGHT_BLAS_REQUIRE(what) \
    if (!(what)) return BLAS_(STATUS_INVALID_VALUE)
// The CPU's BLAS counts in 32 bits.
#define HIPWRIGHT_BLAS_FITS(...) \
    if (!hipwright::blas::fits(__VA_ARGS__)) return BLAS_(STATUS_NOT_SUPPORTED)
