// Memory pools: one pool, which is all of memory, under however many handles.
#pragma once

#include "device.h"

enum API(MemPoolAttr) {
    API(MemPoolReuseFollowEventDependencies) = 1,
    API(MemPoolReuseAllowOpportunistic) = 2,
    API(MemPoolReuseAllowInternalDependencies) = 3,
    API(MemPoolAttrReleaseThreshold) = 4,
    API(MemPoolAttrReservedMemCurrent) = 5,
    API(MemPoolAttrReservedMemHigh) = 6,
    API(MemPoolAttrUsedMemCurrent) = 7,
    API(MemPoolAttrUsedMemHigh) = 8,
};
inline API(Error_t) API(DeviceGetDefaultMemPool)(API(MemPool_t) * pool, int) {
    *pool = reinterpret_cast<API(MemPool_t)>(std::uintptr_t{1});
    return hipwright::done(hipwright::status_success);
}
inline API(Error_t) API(DeviceGetMemPool)(API(MemPool_t) * pool, int device) {
    return API(DeviceGetDefaultMemPool)(pool, device);
}
inline API(Error_t) API(DeviceSetMemPool)(int, API(MemPool_t)) {
    return hipwright::done(hipwright::status_success);
}
inline API(Error_t) API(MemPoolSetAttribute)(API(MemPool_t), API(MemPoolAttr), void*) {
    return hipwright::done(hipwright::status_success);
}
inline API(Error_t) API(MemPoolGetAttribute)(API(MemPool_t), API(MemPoolAttr) which, void* value) {
    const bool wide = which >= API(MemPoolAttrReleaseThreshold);
    if (wide)
        *static_cast<std::uint64_t*>(value) =
            which == API(MemPoolAttrReleaseThreshold) ? 0 : hipwright::Memory::get().used();
    else
        *static_cast<int*>(value) = 1;
    return hipwright::done(hipwright::status_success);
}
inline API(Error_t) API(MemPoolTrimTo)(API(MemPool_t), std::size_t) {
    return hipwright::done(hipwright::status_success);
}

enum API(MemAllocationType) {
    API(MemAllocationTypeInvalid) = 0,
    API(MemAllocationTypePinned) = 1,
    API(MemAllocationTypeManaged) = 2,
};
enum API(MemAllocationHandleType) {
    API(MemHandleTypeNone) = 0,
    API(MemHandleTypePosixFileDescriptor) = 1,
    API(MemHandleTypeWin32) = 2,
    API(MemHandleTypeWin32Kmt) = 4,
};
enum API(MemAccessFlags) {
    API(MemAccessFlagsProtNone) = 0,
    API(MemAccessFlagsProtRead) = 1,
    API(MemAccessFlagsProtReadWrite) = 3,
};
struct API(MemAccessDesc) {
    API(MemLocation) location;
    API(MemAccessFlags) flags;
};
struct API(MemPoolProps) {
    API(MemAllocationType) allocType;
    API(MemAllocationHandleType) handleTypes;
    API(MemLocation) location;
    void* win32SecurityAttributes;
    std::size_t maxSize;
    unsigned char reserved[56];
};
inline API(Error_t)
    API(MemPoolCreate)(API(MemPool_t) * pool, const API(MemPoolProps) * properties) {
    using namespace hipwright;
    if (!pool || !properties) return done(status_invalid_value);
    // A pool may be meant for sharing; that it is asked to share is another matter.
    const auto handles = properties->handleTypes;
    if (handles != API(MemHandleTypeNone) && handles != API(MemHandleTypePosixFileDescriptor))
        return done(status_not_supported);
    return API(DeviceGetDefaultMemPool)(pool, 0);
}
inline API(Error_t) API(MemPoolDestroy)(API(MemPool_t)) {
    return hipwright::done(hipwright::status_success);
}
inline API(Error_t) API(MemPoolSetAccess)(API(MemPool_t), const API(MemAccessDesc) *, std::size_t) {
    return hipwright::done(hipwright::status_success);
}
inline API(Error_t)
    API(MemPoolGetAccess)(API(MemAccessFlags) * flags, API(MemPool_t), API(MemLocation) *) {
    if (!flags) return hipwright::done(hipwright::status_invalid_value);
    *flags = API(MemAccessFlagsProtReadWrite);
    return hipwright::done(hipwright::status_success);
}
