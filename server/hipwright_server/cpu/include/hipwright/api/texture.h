// Texture and surface objects, and the texture references of old sources, as the host sets them up.
#pragma once

#include "../texture.h"
#include "array.h"
#include "names.h"

enum API(ResourceType) {
    API(ResourceTypeArray) = 0,
    API(ResourceTypeMipmappedArray) = 1,
    API(ResourceTypeLinear) = 2,
    API(ResourceTypePitch2D) = 3,
};
enum API(TextureAddressMode) {
    API(AddressModeWrap) = 0,
    API(AddressModeClamp) = 1,
    API(AddressModeMirror) = 2,
    API(AddressModeBorder) = 3,
};
enum API(TextureFilterMode) {
    API(FilterModePoint) = 0,
    API(FilterModeLinear) = 1,
};
enum API(TextureReadMode) {
    API(ReadModeElementType) = 0,
    API(ReadModeNormalizedFloat) = 1,
};
#ifdef HIPWRIGHT_HIP
enum { hipTextureType1D = 0x01, hipTextureType2D = 0x02, hipTextureType3D = 0x03 };
enum { hipTextureTypeCubemap = 0x0c, hipTextureType1DLayered = 0xf1 };
enum { hipTextureType2DLayered = 0xf2, hipTextureTypeCubemapLayered = 0xfc };
#else
#define cudaTextureType1D 0x01
#define cudaTextureType2D 0x02
#define cudaTextureType3D 0x03
#define cudaTextureTypeCubemap 0x0c
#define cudaTextureType1DLayered 0xf1
#define cudaTextureType2DLayered 0xf2
#define cudaTextureTypeCubemapLayered 0xfc
#endif

struct API(ResourceDesc) {
    API(ResourceType) resType;
    union {
        struct {
            API(Array_t) array;
        } array;
        struct {
            void* mipmap;
        } mipmap;
        struct {
            void* devPtr;
            API(ChannelFormatDesc) desc;
            std::size_t sizeInBytes;
        } linear;
        struct {
            void* devPtr;
            API(ChannelFormatDesc) desc;
            std::size_t width;
            std::size_t height;
            std::size_t pitchInBytes;
        } pitch2D;
    } res;
};
struct API(TextureDesc) {
    API(TextureAddressMode) addressMode[3];
    API(TextureFilterMode) filterMode;
    API(TextureReadMode) readMode;
    int sRGB;
    float borderColor[4];
    int normalizedCoords;
    unsigned int maxAnisotropy;
    API(TextureFilterMode) mipmapFilterMode;
    float mipmapLevelBias;
    float minMipmapLevelClamp;
    float maxMipmapLevelClamp;
#ifdef HIPWRIGHT_CUDA
    int disableTrilinearOptimization;
    int seamlessCubemap;
#endif
};
struct API(ResourceViewDesc) {
    int format;
    std::size_t width, height, depth;
    unsigned int firstMipmapLevel, lastMipmapLevel, firstLayer, lastLayer;
};

namespace hipwright {

// A texture object, with what the program asked for, to give it back.
struct TextureObject {
    Texture texture;  // first: kernels take the object's address for the texture's
    API(ResourceDesc) resource;
    API(TextureDesc) description;
};

inline void set_format(Texture& texture, const API(ChannelFormatDesc) & format) {
    texture.bits[0] = format.x;
    texture.bits[1] = format.y;
    texture.bits[2] = format.z;
    texture.bits[3] = format.w;
    texture.channel = static_cast<Channel>(format.f);
}
inline void set_array(Texture& texture, API(Array_const_t) array) {
    texture.data = array->layout.base;
    texture.pitch = array->layout.pitch;
    texture.width = array->extent.width;
    texture.height = array->extent.height ? array->extent.height : 1;
    texture.depth = array->extent.depth ? array->extent.depth : 1;
    set_format(texture, array->format);
}
inline void set_rows(Texture& texture, const void* memory, const API(ChannelFormatDesc) & format,
                     std::size_t width, std::size_t height, std::size_t pitch) {
    texture.data = static_cast<char*>(const_cast<void*>(memory));
    texture.width = width;
    texture.height = height;
    texture.pitch = pitch;
    set_format(texture, format);
}
inline Status set_resource(Texture& texture, const API(ResourceDesc) & resource) {
    switch (resource.resType) {
        case API(ResourceTypeArray):
            if (!resource.res.array.array) return status_invalid_value;
            set_array(texture, resource.res.array.array);
            return status_success;
        case API(ResourceTypeLinear): {
            const auto& linear = resource.res.linear;
            set_format(texture, linear.desc);
            if (!linear.devPtr || !texture.element_bytes()) return status_invalid_value;
            set_rows(texture, linear.devPtr, linear.desc,
                     linear.sizeInBytes / texture.element_bytes(), 1, linear.sizeInBytes);
            return status_success;
        }
        case API(ResourceTypePitch2D): {
            const auto& rows = resource.res.pitch2D;
            if (!rows.devPtr) return status_invalid_value;
            set_rows(texture, rows.devPtr, rows.desc, rows.width, rows.height, rows.pitchInBytes);
            return status_success;
        }
        default:
            return status_not_supported;  // mipmapped arrays
    }
}
inline bool is_integer_format(const Texture& texture) {
    return texture.channel == Channel::sign || texture.channel == Channel::integer;
}
// How it is read; a filter needs numbers that are read as floating point.
inline Status set_reading(Texture& texture, const API(TextureDesc) & description) {
    texture.linear = description.filterMode == API(FilterModeLinear);
    texture.normalised_values = description.readMode == API(ReadModeNormalizedFloat);
    texture.normalised_coordinates = description.normalizedCoords != 0;
    for (int i = 0; i < 3; ++i)
        texture.address[i] = static_cast<Address>(description.addressMode[i]);
    for (int i = 0; i < 4; ++i) texture.border[i] = description.borderColor[i];
    if (texture.linear && is_integer_format(texture) && !texture.normalised_values)
        return status_invalid_value;
    return status_success;
}

template <typename Object>
inline Status new_texture_object(Object* object, const API(ResourceDesc) * resource,
                                 const API(TextureDesc) * description) {
    if (!object || !resource) return status_invalid_value;
    auto* made = new TextureObject();
    made->resource = *resource;
    Status status = set_resource(made->texture, *resource);
    if (status == status_success && description) {
        made->description = *description;
        status = set_reading(made->texture, *description);
    }
    if (status != status_success) {
        delete made;
        return status;
    }
    *object = reinterpret_cast<Object>(made);
    return status_success;
}
template <typename Object>
inline Status delete_texture_object(Object object) {
    delete reinterpret_cast<TextureObject*>(object);
    return status_success;
}

}  // namespace hipwright

inline API(Error_t)
    API(CreateTextureObject)(API(TextureObject_t) * object, const API(ResourceDesc) * resource,
                             const API(TextureDesc) * description,
                             const API(ResourceViewDesc) * view) {
    using namespace hipwright;
    if (view) return done(status_not_supported);
    if (!description) return done(status_invalid_value);
    return done(new_texture_object(object, resource, description));
}
inline API(Error_t) API(DestroyTextureObject)(API(TextureObject_t) object) {
    return hipwright::done(hipwright::delete_texture_object(object));
}
inline API(Error_t)
    API(GetTextureObjectResourceDesc)(API(ResourceDesc) * resource, API(TextureObject_t) object) {
    using namespace hipwright;
    if (!resource || !object) return done(status_invalid_value);
    *resource = reinterpret_cast<const TextureObject*>(object)->resource;
    return done(status_success);
}
inline API(Error_t)
    API(GetTextureObjectTextureDesc)(API(TextureDesc) * description, API(TextureObject_t) object) {
    using namespace hipwright;
    if (!description || !object) return done(status_invalid_value);
    *description = reinterpret_cast<const TextureObject*>(object)->description;
    return done(status_success);
}
inline API(Error_t)
    API(CreateSurfaceObject)(API(SurfaceObject_t) * object, const API(ResourceDesc) * resource) {
    using namespace hipwright;
    if (resource && resource->resType != API(ResourceTypeArray)) return done(status_invalid_value);
    return done(new_texture_object(object, resource, nullptr));
}
inline API(Error_t) API(DestroySurfaceObject)(API(SurfaceObject_t) object) {
    return hipwright::done(hipwright::delete_texture_object(object));
}
inline API(Error_t) API(GetChannelDesc)(API(ChannelFormatDesc) * format, API(Array_const_t) array) {
    using namespace hipwright;
    if (!format || !array) return done(status_invalid_value);
    *format = array->format;
    return done(status_success);
}

// -- texture references: variables of the program; gone from CUDA 12
// -------------------------------
struct textureReference {
    int normalized;
    API(TextureReadMode) readMode;
    API(TextureFilterMode) filterMode;
    API(TextureAddressMode) addressMode[3];
    API(ChannelFormatDesc) channelDesc;
    int sRGB;
    unsigned int maxAnisotropy;
    hipwright::Texture hipwright_bound;

    // What is bound, read as the settings say now.
    hipwright::Texture hipwright_texture() const {
        hipwright::Texture texture = hipwright_bound;
        texture.linear = filterMode == API(FilterModeLinear);
        texture.normalised_values = readMode == API(ReadModeNormalizedFloat);
        texture.normalised_coordinates = normalized != 0;
        for (int i = 0; i < 3; ++i)
            texture.address[i] = static_cast<hipwright::Address>(addressMode[i]);
        return texture;
    }
};
template <typename T, int kind = API(TextureType1D),
          API(TextureReadMode) mode = API(ReadModeElementType)>
struct texture : textureReference {
    explicit texture(int normalised = 0, API(TextureFilterMode) filter = API(FilterModePoint),
                     API(TextureAddressMode) address = API(AddressModeClamp))
        : textureReference{
              normalised, mode, filter, {address, address, address}, API(CreateChannelDesc) < T>(),
              0,          0,    {}} {}
    texture(int normalised, API(TextureFilterMode) filter, API(TextureAddressMode) address,
            API(ChannelFormatDesc) format)
        : textureReference{normalised, mode, filter, {address, address, address},
                           format,     0,    0,      {}} {}
};

namespace hipwright {
// What a fetch gives: the element, or floats for numbers that are read as such.
template <typename T, bool normalised>
struct Fetched {
    using type = T;
};
template <typename Part, int count>
struct FloatVector;
template <>
struct FloatVector<float, 1> {
    using type = float;
};
template <>
struct FloatVector<float, 2> {
    using type = float2;
};
template <>
struct FloatVector<float, 4> {
    using type = float4;
};
template <typename T>
struct Fetched<T, true> {
    using type = typename FloatVector<float, texture_detail::Parts<T>::count>::type;
};
template <typename T, API(TextureReadMode) mode>
using fetched_t = typename Fetched<T, mode == API(ReadModeNormalizedFloat)>::type;
}  // namespace hipwright

#define HIPWRIGHT_FETCH(name, parameters, expression)                                  \
    template <typename T, int kind, API(TextureReadMode) mode>                         \
    inline hipwright::fetched_t<T, mode> name(const texture<T, kind, mode>& reference, \
                                              HIPWRIGHT_UNPACK parameters) {           \
        using Result = hipwright::fetched_t<T, mode>;                                  \
        const hipwright::Texture bound = reference.hipwright_texture();                \
        return expression;                                                             \
    }
#define HIPWRIGHT_UNPACK(...) __VA_ARGS__
HIPWRIGHT_FETCH(tex1Dfetch, (int x), hipwright::read_linear<Result>(bound, x))
HIPWRIGHT_FETCH(tex1D, (float x), hipwright::read_1d<Result>(bound, x))
HIPWRIGHT_FETCH(tex2D, (float x, float y), hipwright::read_2d<Result>(bound, x, y))
HIPWRIGHT_FETCH(tex3D, (float x, float y, float z), hipwright::read_3d<Result>(bound, x, y, z))
HIPWRIGHT_FETCH(tex1DLayered, (float x, int layer), hipwright::read_1d<Result>(bound, x, layer))
HIPWRIGHT_FETCH(tex2DLayered, (float x, float y, int layer),
                hipwright::read_2d<Result>(bound, x, y, layer))
#undef HIPWRIGHT_FETCH
#undef HIPWRIGHT_UNPACK

inline API(Error_t) API(BindTexture)(std::size_t* offset, const textureReference& reference,
                                     const void* memory, const API(ChannelFormatDesc) & format,
                                     std::size_t bytes = static_cast<std::size_t>(-1)) {
    using namespace hipwright;
    if (offset) *offset = 0;
    auto& bound = const_cast<textureReference&>(reference).hipwright_bound;
    bound = Texture();
    set_format(bound, format);
    if (!memory || !bound.element_bytes()) return done(status_invalid_value);
    set_rows(bound, memory, format, bytes / bound.element_bytes(), 1, bytes);
    return done(status_success);
}
inline API(Error_t)
    API(BindTexture)(std::size_t* offset, const textureReference& reference, const void* memory,
                     std::size_t bytes = static_cast<std::size_t>(-1)) {
    return API(BindTexture)(offset, reference, memory, reference.channelDesc, bytes);
}
inline API(Error_t) API(BindTexture2D)(std::size_t* offset, const textureReference& reference,
                                       const void* memory, const API(ChannelFormatDesc) & format,
                                       std::size_t width, std::size_t height, std::size_t pitch) {
    using namespace hipwright;
    if (offset) *offset = 0;
    if (!memory) return done(status_invalid_value);
    auto& bound = const_cast<textureReference&>(reference).hipwright_bound;
    bound = Texture();
    set_rows(bound, memory, format, width, height, pitch);
    return done(status_success);
}
inline API(Error_t)
    API(BindTexture2D)(std::size_t* offset, const textureReference& reference, const void* memory,
                       std::size_t width, std::size_t height, std::size_t pitch) {
    return API(BindTexture2D)(offset, reference, memory, reference.channelDesc, width, height,
                              pitch);
}
inline API(Error_t)
    API(BindTextureToArray)(const textureReference& reference, API(Array_const_t) array) {
    using namespace hipwright;
    if (!array) return done(status_invalid_value);
    auto& bound = const_cast<textureReference&>(reference).hipwright_bound;
    bound = Texture();
    set_array(bound, array);
    return done(status_success);
}
inline API(Error_t)
    API(BindTextureToArray)(const textureReference& reference, API(Array_const_t) array,
                            const API(ChannelFormatDesc) &) {
    return API(BindTextureToArray)(reference, array);
}
inline API(Error_t) API(UnbindTexture)(const textureReference& reference) {
    const_cast<textureReference&>(reference).hipwright_bound = hipwright::Texture();
    return hipwright::done(hipwright::status_success);
}
