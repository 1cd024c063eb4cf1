// Memory: allocate, free, copy, set, symbols.
#pragma once

#include "../memory.h"
#include "types.h"

namespace hipwright {

enum class Direction { host_to_host, host_to_device, device_to_host, device_to_device };

inline bool direction_of(API(MemcpyKind) kind, const void* to, const void* from,
                         Direction* direction) {
    switch (static_cast<int>(kind)) {
        case API(MemcpyHostToHost):
            *direction = Direction::host_to_host;
            return true;
        case API(MemcpyHostToDevice):
            *direction = Direction::host_to_device;
            return true;
        case API(MemcpyDeviceToHost):
            *direction = Direction::device_to_host;
            return true;
#ifdef HIPWRIGHT_HIP
        case hipMemcpyDeviceToDeviceNoCU:
#endif
        case API(MemcpyDeviceToDevice):
            *direction = Direction::device_to_device;
            return true;
        case API(MemcpyDefault): {
            const bool source = is_device_memory(from), target = is_device_memory(to);
            *direction = source   ? target ? Direction::device_to_device : Direction::device_to_host
                         : target ? Direction::host_to_device
                                  : Direction::host_to_host;
            return true;
        }
        default:
            return false;
    }
}

// One copy, and how its outcome is kept when it reaches the host.
struct Copy {
    void* to;
    const void* from;
    std::size_t bytes;
    API(MemcpyKind) kind;
    const char* type;
    const char* how;
    const char* file;
    int line;

    Status operator()() const {
        if (sticky() != status_success) return sticky();
        Direction direction;
        if (!direction_of(kind, to, from, &direction)) return status_invalid_copy_direction;
        if (!bytes) return status_success;
        if (!to || !from) return status_invalid_value;
        if (!inside(to, bytes, "a copy", file, line) || !inside(from, bytes, "a copy", file, line))
            return status_invalid_value;
        std::memmove(to, from, bytes);
        check::written_from_outside(to, bytes);
        if (direction == Direction::device_to_host)
            Record::get().array(to, bytes, type, how, file, line);
        return status_success;
    }
};

// Rows that lie apart; kept without what lies between them.
struct Copy2D {
    void* to;
    std::size_t to_pitch;
    const void* from;
    std::size_t from_pitch;
    std::size_t width;
    std::size_t height;
    API(MemcpyKind) kind;
    const char* type;
    const char* file;
    int line;

    Status operator()() const {
        if (sticky() != status_success) return sticky();
        Direction direction;
        if (!direction_of(kind, to, from, &direction)) return status_invalid_copy_direction;
        if (!width || !height) return status_success;
        if (!to || !from) return status_invalid_value;
        if (width > to_pitch || width > from_pitch)
            return static_cast<Status>(12);  // invalid pitch
        if (!inside(to, to_pitch * (height - 1) + width, "a copy", file, line) ||
            !inside(from, from_pitch * (height - 1) + width, "a copy", file, line))
            return status_invalid_value;
        for (std::size_t y = 0; y < height; ++y) {
            char* row = static_cast<char*>(to) + y * to_pitch;
            std::memmove(row, static_cast<const char*>(from) + y * from_pitch, width);
            check::written_from_outside(row, width);
        }
        if (direction == Direction::device_to_host && Record::get().on()) {
            auto* packed = static_cast<char*>(std::malloc(width * height));
            if (!packed) return status_success;
            for (std::size_t y = 0; y < height; ++y)
                std::memcpy(packed + y * width, static_cast<char*>(to) + y * to_pitch, width);
            Record::get().array(packed, width * height, type, "copy", file, line);
            std::free(packed);
        }
        return status_success;
    }
};

// How an array lies in memory; see array.h.
struct Layout {
    char* base;
    std::size_t pitch;
    std::size_t rows;  // of one slice
    std::size_t element_bytes;
};
inline Layout layout_of(API(Array_t) array);

// A box of memory. Positions and the extent count bytes in x, elements where an array is involved.
struct Copy3D {
    API(Memcpy3DParms) p;
    const char* file;
    int line;

    Status operator()() const {
        if (sticky() != status_success) return sticky();
        Direction direction;
        Layout from{static_cast<char*>(p.srcPtr.ptr), p.srcPtr.pitch, p.srcPtr.ysize, 1};
        Layout to{static_cast<char*>(p.dstPtr.ptr), p.dstPtr.pitch, p.dstPtr.ysize, 1};
        std::size_t unit = 1;
        if (p.srcArray) {
            from = layout_of(p.srcArray);
            unit = from.element_bytes;
        }
        if (p.dstArray) {
            to = layout_of(p.dstArray);
            unit = to.element_bytes;
        }
        if (!direction_of(p.kind, to.base, from.base, &direction))
            return status_invalid_copy_direction;
        const std::size_t width = p.extent.width * unit, height = p.extent.height,
                          depth = p.extent.depth;
        if (!width || !height || !depth) return status_success;
        if (!from.base || !to.base) return status_invalid_value;
        const auto start_of = [&](const Layout& layout, const API(Pos) & at, std::size_t y,
                                  std::size_t z) {
            return layout.base + ((at.z + z) * layout.rows + at.y + y) * layout.pitch +
                   at.x * layout.element_bytes;
        };
        const std::size_t last = height - 1, deepest = depth - 1;
        const char* from_end = start_of(from, p.srcPos, last, deepest) + width;
        const char* to_end = start_of(to, p.dstPos, last, deepest) + width;
        if (!inside(from.base, static_cast<std::size_t>(from_end - from.base), "a copy", file,
                    line) ||
            !inside(to.base, static_cast<std::size_t>(to_end - to.base), "a copy", file, line))
            return status_invalid_value;
        const bool keep = direction == Direction::device_to_host && Record::get().on();
        char* packed = keep ? static_cast<char*>(std::malloc(width * height * depth)) : nullptr;
        for (std::size_t z = 0; z < depth; ++z)
            for (std::size_t y = 0; y < height; ++y) {
                std::memmove(start_of(to, p.dstPos, y, z), start_of(from, p.srcPos, y, z), width);
                check::written_from_outside(start_of(to, p.dstPos, y, z), width);
                if (packed)
                    std::memcpy(packed + (z * height + y) * width, start_of(to, p.dstPos, y, z),
                                width);
            }
        if (packed)
            Record::get().array(packed, width * height * depth, "uint8", "copy", file, line);
        std::free(packed);
        return status_success;
    }
};

struct Set2D {
    void* to;
    std::size_t pitch;
    int value;
    std::size_t width;
    std::size_t height;
    const char* file;
    int line;

    Status operator()() const {
        if (sticky() != status_success) return sticky();
        if (!width || !height) return status_success;
        if (!to) return status_invalid_value;
        if (!inside(to, pitch * (height - 1) + width, "setting memory", file, line))
            return status_invalid_value;
        check::written_from_outside(to, pitch * (height - 1) + width);
        if (pitch == width)
            std::memset(to, value, width * height);
        else
            for (std::size_t y = 0; y < height; ++y)
                std::memset(static_cast<char*>(to) + y * pitch, value, width);
        return status_success;
    }
};

inline constexpr std::size_t pitch_alignment = is_hip ? 256 : 512;
inline std::size_t pitch_of(std::size_t width) {
    return (width + pitch_alignment - 1) / pitch_alignment * pitch_alignment;
}

template <typename T>
Status allocate(T** pointer, std::size_t bytes, MemoryKind kind, const char* file, int line) {
    void* memory = nullptr;
    const Status status =
        Memory::get().allocate(&memory, bytes, kind, element_name<T>(), file, line);
    if (pointer)
        *const_cast<std::remove_cv_t<T>**>(pointer) = static_cast<std::remove_cv_t<T>*>(memory);
    else
        return status_invalid_value;
    return status;
}

}  // namespace hipwright

// -- allocate and free ----------------------------------------------------------------------------
template <typename T>
inline API(Error_t) API(Malloc)(T** pointer, std::size_t bytes, HIPWRIGHT_HERE) {
    using namespace hipwright;
    return done(allocate(pointer, bytes, MemoryKind::device, file, line));
}
template <typename T>
inline API(Error_t) API(MallocManaged)(T** pointer, std::size_t bytes,
                                       unsigned flags = API(MemAttachGlobal), HIPWRIGHT_HERE) {
    using namespace hipwright;
    if (!bytes || (flags != API(MemAttachGlobal) && flags != API(MemAttachHost)))
        return done(status_invalid_value);
    return done(allocate(pointer, bytes, MemoryKind::managed, file, line));
}
template <typename T>
inline API(Error_t) API(MallocHost)(T** pointer, std::size_t bytes, unsigned = 0, HIPWRIGHT_HERE) {
    using namespace hipwright;
    return done(allocate(pointer, bytes, MemoryKind::pinned, file, line));
}
template <typename T>
inline API(Error_t) API(HostAlloc)(T** pointer, std::size_t bytes, unsigned = 0, HIPWRIGHT_HERE) {
    using namespace hipwright;
    return done(allocate(pointer, bytes, MemoryKind::pinned, file, line));
}
template <typename T, typename Stream>
inline API(Error_t) API(MallocAsync)(T** pointer, std::size_t bytes, Stream, HIPWRIGHT_HERE) {
    using namespace hipwright;
    return done(allocate(pointer, bytes, MemoryKind::device, file, line));
}
template <typename T>
inline API(Error_t) API(MallocAsync)(T** pointer, std::size_t bytes, API(MemPool_t), API(Stream_t),
                                     HIPWRIGHT_HERE) {
    using namespace hipwright;
    return done(allocate(pointer, bytes, MemoryKind::device, file, line));
}
template <typename T>
inline API(Error_t) API(MallocFromPoolAsync)(T** pointer, std::size_t bytes, API(MemPool_t),
                                             API(Stream_t), HIPWRIGHT_HERE) {
    using namespace hipwright;
    return done(allocate(pointer, bytes, MemoryKind::device, file, line));
}
template <typename T>
inline API(Error_t) API(MallocPitch)(T** pointer, std::size_t* pitch, std::size_t width,
                                     std::size_t height, HIPWRIGHT_HERE) {
    using namespace hipwright;
    if (!pitch) return done(status_invalid_value);
    *pitch = pitch_of(width);
    return done(allocate(pointer, *pitch * height, MemoryKind::device, file, line));
}
inline API(Error_t) API(Malloc3D)(API(PitchedPtr) * pointer, API(Extent) extent, HIPWRIGHT_HERE) {
    using namespace hipwright;
    if (!pointer) return done(status_invalid_value);
    pointer->pitch = pitch_of(extent.width);
    pointer->xsize = extent.width;
    pointer->ysize = extent.height;
    return done(allocate(&pointer->ptr, pointer->pitch * extent.height * extent.depth,
                         MemoryKind::device, file, line));
}
inline API(Error_t) API(Free)(void* pointer) {
    return hipwright::done(hipwright::Memory::get().release(pointer));
}
inline API(Error_t) API(FreeAsync)(void* pointer, API(Stream_t) stream) {
    using namespace hipwright;
    return done(
        submit(stream, NodeKind::empty, [pointer] { return Memory::get().release(pointer); }));
}
inline API(Error_t) API(FreeHost)(void* pointer) {
    return hipwright::done(hipwright::Memory::get().release(pointer));
}
#ifdef HIPWRIGHT_HIP
template <typename T>
inline hipError_t hipHostMalloc(T** pointer, std::size_t bytes, unsigned = 0, HIPWRIGHT_HERE) {
    using namespace hipwright;
    return done(allocate(pointer, bytes, MemoryKind::pinned, file, line));
}
template <typename T>
inline hipError_t hipExtMallocWithFlags(T** pointer, std::size_t bytes, unsigned, HIPWRIGHT_HERE) {
    using namespace hipwright;
    return done(allocate(pointer, bytes, MemoryKind::device, file, line));
}
inline hipError_t hipHostFree(void* pointer) { return hipFreeHost(pointer); }
#endif

inline API(Error_t) API(HostRegister)(void* pointer, std::size_t bytes, unsigned) {
    return hipwright::done(hipwright::Memory::get().enlist(pointer, bytes));
}
inline API(Error_t) API(HostUnregister)(void* pointer) {
    return hipwright::done(hipwright::Memory::get().release(pointer, true));
}
template <typename T>
inline API(Error_t) API(HostGetDevicePointer)(T** device, void* host, unsigned = 0) {
    if (!device) return hipwright::done(hipwright::status_invalid_value);
    *device = static_cast<T*>(host);
    return hipwright::done(hipwright::status_success);
}
inline API(Error_t) API(HostGetFlags)(unsigned* flags, void*) {
    *flags = 0;
    return hipwright::done(hipwright::status_success);
}
inline API(Error_t) API(MemGetInfo)(std::size_t* free, std::size_t* total) {
    const auto& memory = hipwright::Memory::get();
    if (free) *free = memory.total() - memory.used();
    if (total) *total = memory.total();
    return hipwright::done(hipwright::status_success);
}
#ifdef HIPWRIGHT_HIP
inline hipError_t hipPointerGetAttributes(hipPointerAttribute_t* attributes, const void* pointer) {
#else
inline cudaError_t cudaPointerGetAttributes(cudaPointerAttributes* attributes,
                                            const void* pointer) {
#endif
    using namespace hipwright;
    if (!attributes) return done(status_invalid_value);
    *attributes = {};
    Allocation found;
    if (!Memory::get().look_up(pointer, &found)) {
        attributes->type = API(MemoryTypeUnregistered);
        attributes->device = -2;
        return done(is_hip ? status_invalid_value : status_success);
    }
    const bool managed = found.kind == MemoryKind::managed;
    const bool device = found.kind == MemoryKind::device || found.kind == MemoryKind::graph;
    attributes->type = managed  ? API(MemoryTypeManaged)
                       : device ? API(MemoryTypeDevice)
                                : API(MemoryTypeHost);
    attributes->devicePointer = const_cast<void*>(pointer);
    attributes->hostPointer = device ? nullptr : const_cast<void*>(pointer);
#ifdef HIPWRIGHT_HIP
    attributes->isManaged = managed;
#endif
    return done(status_success);
}

// -- copy -----------------------------------------------------------------------------------------
// Templates, so that an array that comes back is kept with the type of what it is copied to.
template <typename T>
inline API(Error_t) API(Memcpy)(T* to, const void* from, std::size_t bytes,
                                API(MemcpyKind) kind = API(MemcpyDefault), HIPWRIGHT_HERE) {
    using namespace hipwright;
    return done(Copy{const_cast<std::remove_cv_t<T>*>(to), from, bytes, kind, element_name<T>(),
                     "copy", file, line}());
}
inline API(Error_t) API(Memcpy)(void* to, const void* from, std::size_t bytes,
                                API(MemcpyKind) kind = API(MemcpyDefault), HIPWRIGHT_HERE) {
    return hipwright::done(hipwright::Copy{to, from, bytes, kind, "uint8", "copy", file, line}());
}
template <typename T>
inline API(Error_t) API(MemcpyAsync)(T* to, const void* from, std::size_t bytes,
                                     API(MemcpyKind) kind = API(MemcpyDefault),
                                     API(Stream_t) stream = nullptr, HIPWRIGHT_HERE) {
    using namespace hipwright;
    return done(submit(stream, NodeKind::copy,
                       Copy{const_cast<std::remove_cv_t<T>*>(to), from, bytes, kind,
                            element_name<T>(), "copy", file, line}));
}
inline API(Error_t) API(MemcpyAsync)(void* to, const void* from, std::size_t bytes,
                                     API(MemcpyKind) kind = API(MemcpyDefault),
                                     API(Stream_t) stream = nullptr, HIPWRIGHT_HERE) {
    using namespace hipwright;
    return done(
        submit(stream, NodeKind::copy, Copy{to, from, bytes, kind, "uint8", "copy", file, line}));
}
#ifdef HIPWRIGHT_HIP
template <typename T>
inline hipError_t hipMemcpyWithStream(T* to, const void* from, std::size_t bytes,
                                      hipMemcpyKind kind, hipStream_t stream, HIPWRIGHT_HERE) {
    return hipMemcpyAsync(to, from, bytes, kind, stream, file, line);
}
template <typename T>
inline hipError_t hipMemcpyDtoH(T* to, hipDeviceptr_t from, std::size_t bytes, HIPWRIGHT_HERE) {
    return hipMemcpy(to, from, bytes, hipMemcpyDeviceToHost, file, line);
}
inline hipError_t hipMemcpyHtoD(hipDeviceptr_t to, const void* from, std::size_t bytes,
                                HIPWRIGHT_HERE) {
    return hipMemcpy(to, from, bytes, hipMemcpyHostToDevice, file, line);
}
inline hipError_t hipMemcpyDtoD(hipDeviceptr_t to, hipDeviceptr_t from, std::size_t bytes,
                                HIPWRIGHT_HERE) {
    return hipMemcpy(to, from, bytes, hipMemcpyDeviceToDevice, file, line);
}
template <typename T>
inline hipError_t hipMemcpyDtoHAsync(T* to, hipDeviceptr_t from, std::size_t bytes,
                                     hipStream_t stream, HIPWRIGHT_HERE) {
    return hipMemcpyAsync(to, from, bytes, hipMemcpyDeviceToHost, stream, file, line);
}
inline hipError_t hipMemcpyHtoDAsync(hipDeviceptr_t to, const void* from, std::size_t bytes,
                                     hipStream_t stream, HIPWRIGHT_HERE) {
    return hipMemcpyAsync(to, from, bytes, hipMemcpyHostToDevice, stream, file, line);
}
inline hipError_t hipMemcpyDtoDAsync(hipDeviceptr_t to, hipDeviceptr_t from, std::size_t bytes,
                                     hipStream_t stream, HIPWRIGHT_HERE) {
    return hipMemcpyAsync(to, from, bytes, hipMemcpyDeviceToDevice, stream, file, line);
}
#endif
template <typename T>
inline API(Error_t)
    API(Memcpy2D)(T* to, std::size_t to_pitch, const void* from, std::size_t from_pitch,
                  std::size_t width, std::size_t height, API(MemcpyKind) kind, HIPWRIGHT_HERE) {
    using namespace hipwright;
    return done(Copy2D{to, to_pitch, from, from_pitch, width, height, kind, element_name<T>(), file,
                       line}());
}
template <typename T>
inline API(Error_t)
    API(Memcpy2DAsync)(T* to, std::size_t to_pitch, const void* from, std::size_t from_pitch,
                       std::size_t width, std::size_t height, API(MemcpyKind) kind,
                       API(Stream_t) stream = nullptr, HIPWRIGHT_HERE) {
    using namespace hipwright;
    return done(submit(stream, NodeKind::copy,
                       Copy2D{to, to_pitch, from, from_pitch, width, height, kind,
                              element_name<T>(), file, line}));
}
inline API(Error_t) API(Memcpy3D)(const API(Memcpy3DParms) * parameters, HIPWRIGHT_HERE) {
    using namespace hipwright;
    if (!parameters) return done(status_invalid_value);
    return done(Copy3D{*parameters, file, line}());
}
inline API(Error_t) API(Memcpy3DAsync)(const API(Memcpy3DParms) * parameters,
                                       API(Stream_t) stream = nullptr, HIPWRIGHT_HERE) {
    using namespace hipwright;
    if (!parameters) return done(status_invalid_value);
    return done(submit(stream, NodeKind::copy, Copy3D{*parameters, file, line}));
}
template <typename T>
inline API(Error_t)
    API(MemcpyPeer)(T* to, int, const void* from, int, std::size_t bytes, HIPWRIGHT_HERE) {
    return API(Memcpy)(to, from, bytes, API(MemcpyDeviceToDevice), file, line);
}
template <typename T>
inline API(Error_t) API(MemcpyPeerAsync)(T* to, int, const void* from, int, std::size_t bytes,
                                         API(Stream_t) stream = nullptr, HIPWRIGHT_HERE) {
    return API(MemcpyAsync)(to, from, bytes, API(MemcpyDeviceToDevice), stream, file, line);
}

// -- set ------------------------------------------------------------------------------------------
inline API(Error_t) API(Memset)(void* to, int value, std::size_t bytes, HIPWRIGHT_HERE) {
    using namespace hipwright;
    return done(Set2D{to, bytes, value, bytes, 1, file, line}());
}
inline API(Error_t) API(MemsetAsync)(void* to, int value, std::size_t bytes,
                                     API(Stream_t) stream = nullptr, HIPWRIGHT_HERE) {
    using namespace hipwright;
    return done(submit(stream, NodeKind::set, Set2D{to, bytes, value, bytes, 1, file, line}));
}
inline API(Error_t) API(Memset2D)(void* to, std::size_t pitch, int value, std::size_t width,
                                  std::size_t height, HIPWRIGHT_HERE) {
    using namespace hipwright;
    return done(Set2D{to, pitch, value, width, height, file, line}());
}
inline API(Error_t)
    API(Memset2DAsync)(void* to, std::size_t pitch, int value, std::size_t width,
                       std::size_t height, API(Stream_t) stream = nullptr, HIPWRIGHT_HERE) {
    using namespace hipwright;
    return done(submit(stream, NodeKind::set, Set2D{to, pitch, value, width, height, file, line}));
}
inline API(Error_t)
    API(Memset3D)(API(PitchedPtr) to, int value, API(Extent) extent, HIPWRIGHT_HERE) {
    using namespace hipwright;
    for (std::size_t z = 0; z < extent.depth; ++z) {
        char* slice = static_cast<char*>(to.ptr) + z * to.pitch * to.ysize;
        const Status status =
            Set2D{slice, to.pitch, value, extent.width, extent.height, file, line}();
        if (status != status_success) return done(status);
    }
    return done(status_success);
}
#ifdef HIPWRIGHT_HIP
namespace hipwright {
template <typename T>
struct Fill {
    void* to;
    T value;
    std::size_t count;
    const char* file;
    int line;
    Status operator()() const {
        if (!inside(to, count * sizeof(T), "setting memory", file, line))
            return status_invalid_value;
        check::written_from_outside(to, count * sizeof(T));
        for (std::size_t i = 0; i < count; ++i)
            std::memcpy(static_cast<char*>(to) + i * sizeof(T), &value, sizeof(T));
        return status_success;
    }
};
}  // namespace hipwright
inline hipError_t hipMemsetD8(hipDeviceptr_t to, unsigned char value, std::size_t count,
                              HIPWRIGHT_HERE) {
    return hipwright::done(hipwright::Fill<unsigned char>{to, value, count, file, line}());
}
inline hipError_t hipMemsetD16(hipDeviceptr_t to, unsigned short value, std::size_t count,
                               HIPWRIGHT_HERE) {
    return hipwright::done(hipwright::Fill<unsigned short>{to, value, count, file, line}());
}
inline hipError_t hipMemsetD32(hipDeviceptr_t to, int value, std::size_t count, HIPWRIGHT_HERE) {
    return hipwright::done(hipwright::Fill<int>{to, value, count, file, line}());
}
inline hipError_t hipMemsetD32Async(hipDeviceptr_t to, int value, std::size_t count,
                                    hipStream_t stream = nullptr, HIPWRIGHT_HERE) {
    using namespace hipwright;
    return done(submit(stream, NodeKind::set, Fill<int>{to, value, count, file, line}));
}
#endif

// -- symbols: __device__, __constant__ and __managed__ variables
// ----------------------------------- A variable is passed as itself (its address is taken) or, by
// HIP_SYMBOL and old habits, as a pointer that was made on the spot.
namespace hipwright {
template <typename T>
void* address_of_symbol(T& symbol) {
    return const_cast<void*>(static_cast<const volatile void*>(__builtin_addressof(symbol)));
}
template <typename T>
inline constexpr bool names_symbol =
    std::is_lvalue_reference<T>::value || !std::is_pointer<T>::value;
template <typename T>
void* symbol_address(T&& symbol) {
    if constexpr (names_symbol<T>)
        return address_of_symbol(symbol);
    else
        return const_cast<void*>(static_cast<const volatile void*>(symbol));
}
template <typename T>
struct SymbolType {
    using type = std::remove_reference_t<T>;
};
template <typename T>
struct SymbolType<T*> {
    using type = T;
};
// Whether offset and count stay inside the variable.
template <typename T>
bool symbol_takes(std::size_t bytes, std::size_t offset) {
    using Type = typename SymbolType<T>::type;
    if constexpr (std::is_void<Type>::value || !names_symbol<T>)
        return true;
    else
        return offset <= sizeof(Type) && bytes <= sizeof(Type) - offset;
}
}  // namespace hipwright
#ifdef HIPWRIGHT_HIP
#define HIP_SYMBOL(X) X
#endif

template <typename T>
inline API(Error_t)
    API(MemcpyToSymbol)(T&& symbol, const void* from, std::size_t bytes, std::size_t offset = 0,
                        API(MemcpyKind) kind = API(MemcpyHostToDevice), HIPWRIGHT_HERE) {
    using namespace hipwright;
    if (!symbol_takes<T>(bytes, offset)) return done(status_invalid_value);
    return done(Copy{static_cast<char*>(symbol_address(std::forward<T>(symbol))) + offset, from,
                     bytes, kind, "uint8", "symbol", file, line}());
}
template <typename T>
inline API(Error_t)
    API(MemcpyToSymbolAsync)(T&& symbol, const void* from, std::size_t bytes, std::size_t offset,
                             API(MemcpyKind) kind, API(Stream_t) stream = nullptr, HIPWRIGHT_HERE) {
    using namespace hipwright;
    if (!symbol_takes<T>(bytes, offset)) return done(status_invalid_value);
    return done(submit(stream, NodeKind::copy,
                       Copy{static_cast<char*>(symbol_address(std::forward<T>(symbol))) + offset,
                            from, bytes, kind, "uint8", "symbol", file, line}));
}
namespace hipwright {
// The type of what comes back: that of the host's variable, or of the symbol where that is bytes.
template <typename Target, typename Symbol>
constexpr const char* copied_type() {
    if constexpr (std::is_void<Target>::value)
        return element_name<typename SymbolType<Symbol>::type>();
    else
        return element_name<Target>();
}
}  // namespace hipwright
template <typename Target, typename T>
inline API(Error_t)
    API(MemcpyFromSymbol)(Target* to, T&& symbol, std::size_t bytes, std::size_t offset = 0,
                          API(MemcpyKind) kind = API(MemcpyDeviceToHost), HIPWRIGHT_HERE) {
    using namespace hipwright;
    if (!symbol_takes<T>(bytes, offset)) return done(status_invalid_value);
    return done(Copy{to, static_cast<char*>(symbol_address(std::forward<T>(symbol))) + offset,
                     bytes, kind, copied_type<Target, T>(), "symbol", file, line}());
}
template <typename Target, typename T>
inline API(Error_t) API(MemcpyFromSymbolAsync)(Target* to, T&& symbol, std::size_t bytes,
                                               std::size_t offset, API(MemcpyKind) kind,
                                               API(Stream_t) stream = nullptr, HIPWRIGHT_HERE) {
    using namespace hipwright;
    if (!symbol_takes<T>(bytes, offset)) return done(status_invalid_value);
    return done(
        submit(stream, NodeKind::copy,
               Copy{to, static_cast<char*>(symbol_address(std::forward<T>(symbol))) + offset, bytes,
                    kind, copied_type<Target, T>(), "symbol", file, line}));
}
template <typename Pointer, typename T>
inline API(Error_t) API(GetSymbolAddress)(Pointer** address, T&& symbol) {
    using namespace hipwright;
    if (!address) return done(status_invalid_value);
    *address = static_cast<Pointer*>(symbol_address(std::forward<T>(symbol)));
    return done(status_success);
}
template <typename T>
inline API(Error_t) API(GetSymbolSize)(std::size_t* bytes, T&&) {
    using namespace hipwright;
    *bytes = sizeof(std::remove_reference_t<T>);
    return done(status_success);
}

// -- advice: there is one memory, so it is always where it should be
// -------------------------------
inline API(Error_t)
    API(MemPrefetchAsync)(const void* pointer, std::size_t, int, API(Stream_t) = nullptr) {
    using namespace hipwright;
    return done(pointer ? status_success : status_invalid_value);
}
inline API(Error_t) API(MemPrefetchAsync)(const void* pointer, std::size_t, API(MemLocation),
                                          unsigned, API(Stream_t) = nullptr) {
    using namespace hipwright;
    return done(pointer ? status_success : status_invalid_value);
}
inline API(Error_t) API(MemAdvise)(const void* pointer, std::size_t, API(MemoryAdvise), int) {
    using namespace hipwright;
    return done(pointer ? status_success : status_invalid_value);
}
inline API(Error_t)
    API(MemAdvise)(const void* pointer, std::size_t, API(MemoryAdvise), API(MemLocation)) {
    using namespace hipwright;
    return done(pointer ? status_success : status_invalid_value);
}
