// Textures and surfaces: how a kernel reads and writes them.
//
// Coordinates, addressing and filtering follow "Texture Fetching" of the CUDA C++ Programming
// Guide: without normalised coordinates only clamping and borders work, and a linear filter's
// weights have 8 bits behind the point, as the hardware has them.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "config.h"
#include "device_side.h"
#include "small_float.h"
#include "vector_types.h"

namespace hipwright {

enum class Address { wrap, clamp, mirror, border };
enum class Channel { sign, integer, real, none };

// What lies behind a texture or a surface: memory, its shape, and how it is to be read. `layers` is
// whether the last extent counts layers (or the faces of a cube), which are never filtered across.
struct Texture {
    char* data = nullptr;
    std::size_t width = 0, height = 1, depth = 1;
    std::size_t pitch = 0;  // bytes from row to row
    int bits[4] = {0, 0, 0, 0};
    Channel channel = Channel::none;
    Address address[3] = {Address::clamp, Address::clamp, Address::clamp};
    bool linear = false;
    bool normalised_coordinates = false;
    bool normalised_values = false;  // integers are read as numbers in [0, 1] or [-1, 1]
    float border[4] = {0, 0, 0, 0};

    std::size_t element_bytes() const {
        return static_cast<std::size_t>(bits[0] + bits[1] + bits[2] + bits[3]) / 8;
    }
    const char* element(std::size_t x, std::size_t y, std::size_t z) const {
        return data + (z * height + y) * pitch + x * element_bytes();
    }
};

namespace texture_detail {

// A vector's or a number's components.
template <typename T, typename = void>
struct Parts {
    using type = T;
    static constexpr int count = 1;
};
template <typename T>
struct Parts<T, std::void_t<decltype(T::x)>> {
    using type = std::remove_cv_t<std::remove_reference_t<decltype(std::declval<T&>().x)>>;
    static constexpr int count = sizeof(T) / sizeof(type);
};

template <typename T>
T load(const char* place) {
    T value;
    std::memcpy(&value, place, sizeof(value));
    return value;
}
// One component as a double: exact for all that a texture can hold.
inline double component(const Texture& texture, const char* element, int index) {
    for (int i = 0; i < index; ++i) element += texture.bits[i] / 8;
    const int bits = texture.bits[index];
    switch (texture.channel) {
        case Channel::real:
            return bits == 16
                       ? static_cast<double>(HalfFormat::to_float(load<unsigned short>(element)))
                       : load<float>(element);
        case Channel::sign:
            return bits == 8    ? load<std::int8_t>(element)
                   : bits == 16 ? load<std::int16_t>(element)
                                : load<std::int32_t>(element);
        default:
            return bits == 8    ? load<std::uint8_t>(element)
                   : bits == 16 ? load<std::uint16_t>(element)
                                : load<std::uint32_t>(element);
    }
}
inline double normalised(const Texture& texture, double value, int index) {
    if (!texture.normalised_values || texture.channel == Channel::real) return value;
    const int bits = texture.bits[index] - (texture.channel == Channel::sign);
    const double scaled = value / (std::ldexp(1.0, bits) - 1);
    return scaled < -1 ? -1 : scaled;
}

// An index along one extent, moved inside; negative for the border.
inline long long place(long long index, std::size_t extent, Address address) {
    const auto size = static_cast<long long>(extent);
    if (index >= 0 && index < size) return index;
    switch (address) {
        case Address::clamp:
            return index < 0 ? 0 : size - 1;
        case Address::wrap:
            return (index % size + size) % size;
        case Address::mirror: {
            const long long twice = (index % (2 * size) + 2 * size) % (2 * size);
            return twice < size ? twice : 2 * size - 1 - twice;
        }
        default:
            return -1;
    }
}
// Along one axis: the two neighbours of a coordinate, and the weight of the second.
struct Axis {
    long long first = 0, second = 0;
    double weight = 0;
};
inline Axis axis(const Texture& texture, double coordinate, std::size_t extent, int dimension,
                 bool filtered) {
    Address address = texture.address[dimension];
    if (texture.normalised_coordinates) {
        coordinate *= static_cast<double>(extent);
    } else if (address != Address::border) {
        address = Address::clamp;
    }
    if (!(std::fabs(coordinate) < 1e15))
        coordinate = coordinate > 0 ? 1e15 : coordinate < 0 ? -1e15 : 0;
    Axis result;
    if (!filtered) {
        result.first = place(static_cast<long long>(std::floor(coordinate)), extent, address);
        return result;
    }
    const double before = coordinate - 0.5;
    const double base = std::floor(before);
    result.weight = std::nearbyint((before - base) * 256) / 256;
    result.first = place(static_cast<long long>(base), extent, address);
    result.second = place(static_cast<long long>(base) + 1, extent, address);
    return result;
}

inline double value_at(const Texture& texture, long long x, long long y, long long z, int part) {
    if (x < 0 || y < 0 || z < 0) return texture.border[part];
    const char* element = texture.element(static_cast<std::size_t>(x), static_cast<std::size_t>(y),
                                          static_cast<std::size_t>(z));
    return normalised(texture, component(texture, element, part), part);
}

template <typename T>
T fetch(const Texture& texture, const Axis& x, const Axis& y, const Axis& z) {
    using Part = typename Parts<T>::type;
    Part parts[Parts<T>::count];
    for (int i = 0; i < Parts<T>::count; ++i) {
        if (i >= 4 || !texture.bits[i]) {
            parts[i] = Part(0);
            continue;
        }
        double sum = 0;
        for (int corner = 0; corner < 8; ++corner) {
            const double weight = (corner & 1 ? x.weight : 1 - x.weight) *
                                  (corner & 2 ? y.weight : 1 - y.weight) *
                                  (corner & 4 ? z.weight : 1 - z.weight);
            if (weight == 0) continue;
            sum += weight * value_at(texture, corner & 1 ? x.second : x.first,
                                     corner & 2 ? y.second : y.first,
                                     corner & 4 ? z.second : z.first, i);
        }
        parts[i] = static_cast<Part>(sum);
    }
    T result;
    std::memcpy(static_cast<void*>(&result), parts, sizeof(result));
    return result;
}

inline Axis whole(long long index, std::size_t extent, Address address = Address::clamp) {
    Axis result;
    result.first = place(index, extent, address);
    return result;
}

}  // namespace texture_detail

template <typename T>
T read_1d(const Texture& texture, float x, int layer = 0) {
    using namespace texture_detail;
    const bool filtered = texture.linear;
    return fetch<T>(texture, axis(texture, x, texture.width, 0, filtered), Axis(),
                    whole(layer, texture.depth));
}
template <typename T>
T read_2d(const Texture& texture, float x, float y, int layer = 0) {
    using namespace texture_detail;
    const bool filtered = texture.linear;
    return fetch<T>(texture, axis(texture, x, texture.width, 0, filtered),
                    axis(texture, y, texture.height, 1, filtered), whole(layer, texture.depth));
}
template <typename T>
T read_3d(const Texture& texture, float x, float y, float z) {
    using namespace texture_detail;
    const bool filtered = texture.linear;
    return fetch<T>(texture, axis(texture, x, texture.width, 0, filtered),
                    axis(texture, y, texture.height, 1, filtered),
                    axis(texture, z, texture.depth, 2, filtered));
}
// A whole index, no filter; 0 outside.
template <typename T>
T read_linear(const Texture& texture, long long index) {
    using namespace texture_detail;
    if (index < 0 || index >= static_cast<long long>(texture.width)) return T();
    return fetch<T>(texture, whole(index, texture.width), Axis(), Axis());
}
// A direction picks one of six faces by its largest component, and a place on it.
template <typename T>
T read_cube(const Texture& texture, float x, float y, float z, int layer = 0) {
    const float ax = std::fabs(x), ay = std::fabs(y), az = std::fabs(z);
    int face;
    float m, s, t;
    if (ax >= ay && ax >= az) {
        face = x >= 0 ? 0 : 1, m = ax, s = x >= 0 ? -z : z, t = -y;
    } else if (ay >= az) {
        face = y >= 0 ? 2 : 3, m = ay, s = x, t = y >= 0 ? z : -z;
    } else {
        face = z >= 0 ? 4 : 5, m = az, s = z >= 0 ? x : -x, t = -y;
    }
    Texture on_face = texture;
    on_face.normalised_coordinates = true;
    on_face.address[0] = on_face.address[1] = Address::clamp;
    return read_2d<T>(on_face, (s / m + 1) / 2, (t / m + 1) / 2, 6 * layer + face);
}
// The same component of the four texels that a linear filter would take, from lower left
// counter-clockwise.
template <typename T>
T gather_2d(const Texture& texture, float x, float y, int part) {
    using namespace texture_detail;
    using Part = typename Parts<T>::type;
    const Axis across = axis(texture, x, texture.width, 0, true);
    const Axis down = axis(texture, y, texture.height, 1, true);
    const double values[4] = {value_at(texture, across.first, down.second, 0, part),
                              value_at(texture, across.second, down.second, 0, part),
                              value_at(texture, across.second, down.first, 0, part),
                              value_at(texture, across.first, down.first, 0, part)};
    Part parts[4];
    for (int i = 0; i < 4; ++i) parts[i] = static_cast<Part>(values[i]);
    T result;
    std::memcpy(static_cast<void*>(&result), parts, sizeof(result));
    return result;
}

}  // namespace hipwright

#ifdef HIPWRIGHT_HIP
struct __hip_texture;
struct __hip_surface;
using hipTextureObject_t = __hip_texture*;
using hipSurfaceObject_t = __hip_surface*;
#define HIPWRIGHT_TEXTURE hipTextureObject_t
#define HIPWRIGHT_SURFACE hipSurfaceObject_t
#define HIPWRIGHT_BOUNDARY hipSurfaceBoundaryMode
#else
using cudaTextureObject_t = unsigned long long;
using cudaSurfaceObject_t = unsigned long long;
#define HIPWRIGHT_TEXTURE cudaTextureObject_t
#define HIPWRIGHT_SURFACE cudaSurfaceObject_t
#define HIPWRIGHT_BOUNDARY cudaSurfaceBoundaryMode
#endif
enum HIPWRIGHT_BOUNDARY {
#ifdef HIPWRIGHT_HIP
    hipBoundaryModeZero = 0,
    hipBoundaryModeTrap = 1,
    hipBoundaryModeClamp = 2,
#else
    cudaBoundaryModeZero = 0,
    cudaBoundaryModeClamp = 1,
    cudaBoundaryModeTrap = 2,
#endif
};

namespace hipwright {
inline const Texture& texture_of(HIPWRIGHT_TEXTURE object) {
    return *reinterpret_cast<const Texture*>(object);
}
inline const Texture& surface_of(HIPWRIGHT_SURFACE object) {
    return *reinterpret_cast<const Texture*>(object);
}
// The place of a surface's element; x counts bytes. Null outside, where a GPU traps unless the mode
// is to clamp or to give zero.
inline char* surface_place(HIPWRIGHT_SURFACE object, std::size_t bytes, int x, int y, int z,
                           HIPWRIGHT_BOUNDARY mode, const char* file, int line) {
    const Texture& surface = surface_of(object);
    const auto row = static_cast<long long>(surface.width * surface.element_bytes());
    long long place[3] = {x, y, z};
    const long long end[3] = {row - static_cast<long long>(bytes) + 1,
                              static_cast<long long>(surface.height),
                              static_cast<long long>(surface.depth)};
    for (int i = 0; i < 3; ++i) {
        if (place[i] >= 0 && place[i] < end[i]) continue;
#ifdef HIPWRIGHT_HIP
        const bool zero = mode == hipBoundaryModeZero, clamp = mode == hipBoundaryModeClamp;
#else
        const bool zero = mode == cudaBoundaryModeZero, clamp = mode == cudaBoundaryModeClamp;
#endif
        if (zero) return nullptr;
        if (!clamp) {
            trap("surface", "the kernel accessed a surface outside its bounds",
                 Failure::illegal_address, file, line);
        }
        place[i] = place[i] < 0 ? 0 : end[i] - 1;
    }
    return surface.data +
           (static_cast<std::size_t>(place[2]) * surface.height +
            static_cast<std::size_t>(place[1])) *
               surface.pitch +
           place[0];
}
template <typename T>
T read_surface(const char* place) {
    T value = T();
    if (place) std::memcpy(static_cast<void*>(&value), place, sizeof(value));
    return value;
}
template <typename T>
void write_surface(char* place, const T& value) {
    if (place) std::memcpy(place, &value, sizeof(value));
}
}  // namespace hipwright

// Texture objects: the value is returned, or stored where the first argument points.
#define HIPWRIGHT_FETCH(name, parameters, arguments, expression)           \
    template <typename T>                                                  \
    inline T name parameters {                                             \
        const hipwright::Texture& texture = hipwright::texture_of(object); \
        return expression;                                                 \
    }                                                                      \
    template <typename T>                                                  \
    inline void name(T* result, HIPWRIGHT_UNPACK parameters) {             \
        *result = name<T> arguments;                                       \
    }
#define HIPWRIGHT_UNPACK(...) __VA_ARGS__
HIPWRIGHT_FETCH(tex1Dfetch, (HIPWRIGHT_TEXTURE object, int x), (object, x),
                hipwright::read_linear<T>(texture, x))
HIPWRIGHT_FETCH(tex1D, (HIPWRIGHT_TEXTURE object, float x), (object, x),
                hipwright::read_1d<T>(texture, x))
HIPWRIGHT_FETCH(tex2D, (HIPWRIGHT_TEXTURE object, float x, float y), (object, x, y),
                hipwright::read_2d<T>(texture, x, y))
HIPWRIGHT_FETCH(tex3D, (HIPWRIGHT_TEXTURE object, float x, float y, float z), (object, x, y, z),
                hipwright::read_3d<T>(texture, x, y, z))
HIPWRIGHT_FETCH(tex1DLayered, (HIPWRIGHT_TEXTURE object, float x, int layer), (object, x, layer),
                hipwright::read_1d<T>(texture, x, layer))
HIPWRIGHT_FETCH(tex2DLayered, (HIPWRIGHT_TEXTURE object, float x, float y, int layer),
                (object, x, y, layer), hipwright::read_2d<T>(texture, x, y, layer))
HIPWRIGHT_FETCH(texCubemap, (HIPWRIGHT_TEXTURE object, float x, float y, float z),
                (object, x, y, z), hipwright::read_cube<T>(texture, x, y, z))
HIPWRIGHT_FETCH(texCubemapLayered, (HIPWRIGHT_TEXTURE object, float x, float y, float z, int layer),
                (object, x, y, z, layer), hipwright::read_cube<T>(texture, x, y, z, layer))
// There is one level of detail here.
HIPWRIGHT_FETCH(tex1DLod, (HIPWRIGHT_TEXTURE object, float x, float), (object, x, 0.0f),
                hipwright::read_1d<T>(texture, x))
HIPWRIGHT_FETCH(tex2DLod, (HIPWRIGHT_TEXTURE object, float x, float y, float), (object, x, y, 0.0f),
                hipwright::read_2d<T>(texture, x, y))
HIPWRIGHT_FETCH(tex3DLod, (HIPWRIGHT_TEXTURE object, float x, float y, float z, float),
                (object, x, y, z, 0.0f), hipwright::read_3d<T>(texture, x, y, z))
#undef HIPWRIGHT_FETCH
#undef HIPWRIGHT_UNPACK
template <typename T>
inline T tex2Dgather(HIPWRIGHT_TEXTURE object, float x, float y, int part = 0) {
    return hipwright::gather_2d<T>(hipwright::texture_of(object), x, y, part);
}

// Surfaces: x counts bytes, as on the GPU.
#ifdef HIPWRIGHT_HIP
#define HIPWRIGHT_MODE HIPWRIGHT_BOUNDARY mode = hipBoundaryModeZero, HIPWRIGHT_HERE
#else
#define HIPWRIGHT_MODE HIPWRIGHT_BOUNDARY mode = cudaBoundaryModeTrap, HIPWRIGHT_HERE
#endif
#define HIPWRIGHT_SURFACE_ACCESS(kind, coordinates, x, y, z)                                      \
    template <typename T>                                                                         \
    inline T kind##read(HIPWRIGHT_SURFACE object, HIPWRIGHT_UNPACK coordinates, HIPWRIGHT_MODE) { \
        return hipwright::read_surface<T>(                                                        \
            hipwright::surface_place(object, sizeof(T), x, y, z, mode, file, line));              \
    }                                                                                             \
    template <typename T>                                                                         \
    inline void kind##read(T* result, HIPWRIGHT_SURFACE object, HIPWRIGHT_UNPACK coordinates,     \
                           HIPWRIGHT_MODE) {                                                      \
        *result = hipwright::read_surface<T>(                                                     \
            hipwright::surface_place(object, sizeof(T), x, y, z, mode, file, line));              \
    }                                                                                             \
    template <typename T>                                                                         \
    inline void kind##write(T value, HIPWRIGHT_SURFACE object, HIPWRIGHT_UNPACK coordinates,      \
                            HIPWRIGHT_MODE) {                                                     \
        hipwright::write_surface(                                                                 \
            hipwright::surface_place(object, sizeof(T), x, y, z, mode, file, line), value);       \
    }
#define HIPWRIGHT_UNPACK(...) __VA_ARGS__
HIPWRIGHT_SURFACE_ACCESS(surf1D, (int x), x, 0, 0)
HIPWRIGHT_SURFACE_ACCESS(surf2D, (int x, int y), x, y, 0)
HIPWRIGHT_SURFACE_ACCESS(surf3D, (int x, int y, int z), x, y, z)
HIPWRIGHT_SURFACE_ACCESS(surf1DLayered, (int x, int layer), x, 0, layer)
HIPWRIGHT_SURFACE_ACCESS(surf2DLayered, (int x, int y, int layer), x, y, layer)
HIPWRIGHT_SURFACE_ACCESS(surfCubemap, (int x, int y, int face), x, y, face)
#undef HIPWRIGHT_SURFACE_ACCESS
#undef HIPWRIGHT_UNPACK
#undef HIPWRIGHT_MODE
#undef HIPWRIGHT_TEXTURE
#undef HIPWRIGHT_SURFACE
#undef HIPWRIGHT_BOUNDARY
