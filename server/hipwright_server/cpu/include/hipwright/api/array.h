// Arrays, which textures and surfaces read: rows of elements, in slices and layers.
#pragma once

#include "memory.h"

enum API(ChannelFormatKind) {
    API(ChannelFormatKindSigned) = 0,
    API(ChannelFormatKindUnsigned) = 1,
    API(ChannelFormatKindFloat) = 2,
    API(ChannelFormatKindNone) = 3,
};
struct API(ChannelFormatDesc) {
    int x, y, z, w;  // bits of each component
    API(ChannelFormatKind) f;
};
enum : unsigned {
    API(ArrayDefault) = 0,
    API(ArrayLayered) = 1,
    API(ArraySurfaceLoadStore) = 2,
    API(ArrayCubemap) = 4,
    API(ArrayTextureGather) = 8,
};

#ifdef HIPWRIGHT_HIP
struct hipArray {
#else
struct cudaArray {
#endif
    hipwright::Layout layout;
    API(Extent) extent;  // as asked for: 0 where there is no such dimension
    API(ChannelFormatDesc) format;
    unsigned flags;
};

namespace hipwright {
inline Layout layout_of(API(Array_t) array) { return array->layout; }

template <typename T, typename = void>
struct Components {
    using type = T;
    static constexpr int count = 1;
};
template <typename T>
struct Components<T, std::enable_if_t<std::is_class<T>::value && sizeof(decltype(T::x)) != 0>> {
    using type = decltype(T::x);
    static constexpr int count = static_cast<int>(sizeof(T) / sizeof(type));
};

inline Status new_array(API(Array_t) * result, const API(ChannelFormatDesc) * format,
                        API(Extent) extent, unsigned flags, const char* file, int line) {
    if (!result || !format || !extent.width) return status_invalid_value;
    const int bits = format->x + format->y + format->z + format->w;
    if (bits <= 0 || bits % 8) return static_cast<Status>(20);  // invalid channel descriptor
    const auto element = static_cast<std::size_t>(bits / 8);
    const std::size_t rows = extent.height ? extent.height : 1,
                      slices = extent.depth ? extent.depth : 1;
    void* memory = nullptr;
    const Status status = Memory::get().allocate(&memory, extent.width * element * rows * slices,
                                                 MemoryKind::device, "uint8", file, line);
    if (status != status_success) return status;
    auto* array = new std::remove_pointer_t<API(Array_t)>();
    array->layout = Layout{static_cast<char*>(memory), extent.width * element, rows, element};
    array->extent = extent;
    array->format = *format;
    array->flags = flags;
    *result = array;
    return status_success;
}
}  // namespace hipwright

template <typename T>
inline API(ChannelFormatDesc) API(CreateChannelDesc)() {
    using Part = typename hipwright::Components<T>::type;
    constexpr int count = hipwright::Components<T>::count,
                  bits = static_cast<int>(sizeof(Part) * 8);
    const auto kind = std::is_floating_point<Part>::value || !std::is_arithmetic<Part>::value
                          ? API(ChannelFormatKindFloat)
                      : std::is_signed<Part>::value ? API(ChannelFormatKindSigned)
                                                    : API(ChannelFormatKindUnsigned);
    return {bits, count > 1 ? bits : 0, count > 2 ? bits : 0, count > 3 ? bits : 0, kind};
}
inline API(ChannelFormatDesc)
    API(CreateChannelDesc)(int x, int y, int z, int w, API(ChannelFormatKind) kind) {
    return {x, y, z, w, kind};
}

inline API(Error_t)
    API(MallocArray)(API(Array_t) * array, const API(ChannelFormatDesc) * format, std::size_t width,
                     std::size_t height = 0, unsigned flags = API(ArrayDefault), HIPWRIGHT_HERE) {
    using namespace hipwright;
    return done(new_array(array, format, API(Extent){width, height, 0}, flags, file, line));
}
inline API(Error_t)
    API(Malloc3DArray)(API(Array_t) * array, const API(ChannelFormatDesc) * format,
                       API(Extent) extent, unsigned flags = API(ArrayDefault), HIPWRIGHT_HERE) {
    using namespace hipwright;
    return done(new_array(array, format, extent, flags, file, line));
}
inline API(Error_t) API(FreeArray)(API(Array_t) array) {
    using namespace hipwright;
    if (!array) return done(status_success);
    const Status status = Memory::get().release(array->layout.base);
    delete array;
    return done(status);
}
inline API(Error_t) API(ArrayGetInfo)(API(ChannelFormatDesc) * format, API(Extent) * extent,
                                      unsigned* flags, API(Array_t) array) {
    using namespace hipwright;
    if (!array) return done(status_invalid_handle);
    if (format) *format = array->format;
    if (extent) *extent = array->extent;
    if (flags) *flags = array->flags;
    return done(status_success);
}
inline API(Error_t) API(Memcpy2DToArray)(API(Array_t) to, std::size_t x, std::size_t y,
                                         const void* from, std::size_t pitch, std::size_t width,
                                         std::size_t height, API(MemcpyKind) kind, HIPWRIGHT_HERE) {
    using namespace hipwright;
    if (!to) return done(status_invalid_handle);
    return done(Copy2D{to->layout.base + y * to->layout.pitch + x, to->layout.pitch, from, pitch,
                       width, height, kind, "uint8", file, line}());
}
template <typename T>
inline API(Error_t)
    API(Memcpy2DFromArray)(T* to, std::size_t pitch, API(Array_const_t) from, std::size_t x,
                           std::size_t y, std::size_t width, std::size_t height,
                           API(MemcpyKind) kind, HIPWRIGHT_HERE) {
    using namespace hipwright;
    if (!from) return done(status_invalid_handle);
    return done(Copy2D{to, pitch, from->layout.base + y * from->layout.pitch + x,
                       from->layout.pitch, width, height, kind, element_name<T>(), file, line}());
}
// By bytes, from row to row; gone from CUDA 13.
inline API(Error_t)
    API(MemcpyToArray)(API(Array_t) to, std::size_t x, std::size_t y, const void* from,
                       std::size_t bytes, API(MemcpyKind) kind, HIPWRIGHT_HERE) {
    using namespace hipwright;
    if (!to) return done(status_invalid_handle);
    return done(Copy{to->layout.base + y * to->layout.pitch + x, from, bytes, kind, "uint8", "copy",
                     file, line}());
}
template <typename T>
inline API(Error_t)
    API(MemcpyFromArray)(T* to, API(Array_const_t) from, std::size_t x, std::size_t y,
                         std::size_t bytes, API(MemcpyKind) kind, HIPWRIGHT_HERE) {
    using namespace hipwright;
    if (!from) return done(status_invalid_handle);
    return done(Copy{to, from->layout.base + y * from->layout.pitch + x, bytes, kind,
                     element_name<T>(), "copy", file, line}());
}
