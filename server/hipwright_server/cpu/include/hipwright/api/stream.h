// Streams and events.
#pragma once

#include "../launch.h"
#include "../memory.h"
#include "types.h"

namespace hipwright {
inline Status new_stream(API(Stream_t) * handle, unsigned flags, int priority) {
    if (!handle) return status_invalid_value;
    auto* stream = new Stream();
    stream->flags = flags;
    stream->priority = priority;
    Streams::get().add(stream);
    *handle = reinterpret_cast<API(Stream_t)>(stream);
    return status_success;
}
// Work has run by now; what is left of waiting is to keep what the device changed in place.
inline Status wait_for_device(const void* stream, const char* file, int line) {
    if (capture_of(stream)) return status_capture_unsupported;
    Memory::get().keep_managed(file, line);
    return status_success;
}
inline Status new_event(API(Event_t) * handle, unsigned flags) {
    if (!handle) return status_invalid_value;
    auto* event = new Event();
    event->flags = flags;
    *handle = reinterpret_cast<API(Event_t)>(event);
    return status_success;
}
inline Event* event_of(API(Event_t) handle) {
    auto* event = reinterpret_cast<Event*>(handle);
    return event && event->magic == Event::alive ? event : nullptr;
}
}  // namespace hipwright

inline API(Error_t) API(StreamCreate)(API(Stream_t) * stream) {
    return hipwright::done(hipwright::new_stream(stream, 0, 0));
}
inline API(Error_t) API(StreamCreateWithFlags)(API(Stream_t) * stream, unsigned flags) {
    if (flags > 1) return hipwright::done(hipwright::status_invalid_value);
    return hipwright::done(hipwright::new_stream(stream, flags, 0));
}
inline API(Error_t)
    API(StreamCreateWithPriority)(API(Stream_t) * stream, unsigned flags, int priority) {
    return hipwright::done(hipwright::new_stream(stream, flags, priority));
}
inline API(Error_t) API(StreamDestroy)(API(Stream_t) handle) {
    using namespace hipwright;
    Stream* stream = stream_of(handle);
    if (!stream || stream->magic != Stream::alive) return done(status_invalid_handle);
    Streams::get().remove(stream);
    stream->magic = 0;
    delete stream;
    return done(status_success);
}
inline API(Error_t) API(StreamSynchronize)(API(Stream_t) stream, HIPWRIGHT_HERE) {
    return hipwright::done(hipwright::wait_for_device(stream, file, line));
}
inline API(Error_t) API(StreamQuery)(API(Stream_t) stream) {
    using namespace hipwright;
    return done(capture_of(stream) ? status_capture_unsupported : status_success);
}
inline API(Error_t) API(StreamGetFlags)(API(Stream_t) handle, unsigned* flags) {
    const hipwright::Stream* stream = hipwright::stream_of(handle);
    *flags = stream ? stream->flags : 0;
    return hipwright::done(hipwright::status_success);
}
inline API(Error_t) API(StreamGetPriority)(API(Stream_t) handle, int* priority) {
    const hipwright::Stream* stream = hipwright::stream_of(handle);
    *priority = stream ? stream->priority : 0;
    return hipwright::done(hipwright::status_success);
}
inline API(Error_t) API(DeviceGetStreamPriorityRange)(int* least, int* greatest) {
    if (least) *least = hipwright::is_hip ? 1 : 0;
    if (greatest) *greatest = hipwright::is_hip ? -1 : -5;
    return hipwright::done(hipwright::status_success);
}
inline API(Error_t) API(LaunchHostFunc)(API(Stream_t) stream, API(HostFn_t) function, void* data) {
    using namespace hipwright;
    return done(submit(stream, NodeKind::host, [function, data] {
        function(data);
        return status_success;
    }));
}
inline API(Error_t) API(StreamAddCallback)(API(Stream_t) stream, API(StreamCallback_t) function,
                                           void* data, unsigned) {
    using namespace hipwright;
    return done(submit(stream, NodeKind::host, [=] {
        function(stream, static_cast<API(Error_t)>(sticky()), data);
        return status_success;
    }));
}
inline API(Error_t) API(StreamAttachMemAsync)(API(Stream_t), void*, std::size_t = 0,
                                              unsigned = API(MemAttachSingle)) {
    return hipwright::done(hipwright::status_success);
}

// -- events ---------------------------------------------------------------------------------------
inline API(Error_t) API(EventCreate)(API(Event_t) * event) {
    return hipwright::done(hipwright::new_event(event, 0));
}
inline API(Error_t) API(EventCreateWithFlags)(API(Event_t) * event, unsigned flags) {
    return hipwright::done(hipwright::new_event(event, flags));
}
#ifndef HIPWRIGHT_HIP
inline cudaError_t cudaEventCreate(cudaEvent_t* event, unsigned flags) {
    return cudaEventCreateWithFlags(event, flags);
}
#endif
inline API(Error_t) API(EventDestroy)(API(Event_t) handle) {
    using namespace hipwright;
    Event* event = event_of(handle);
    if (!event) return done(status_invalid_handle);
    event->magic = 0;
    delete event;
    return done(status_success);
}
inline API(Error_t) API(EventRecord)(API(Event_t) handle, API(Stream_t) stream = nullptr) {
    using namespace hipwright;
    Event* event = event_of(handle);
    if (!event) return done(status_invalid_handle);
    event->capture = capture_of(stream);
    if (event->capture) return done(status_success);
    event->recorded = true;
    event->when = now_nanoseconds();
    return done(status_success);
}
inline API(Error_t)
    API(EventRecordWithFlags)(API(Event_t) event, API(Stream_t) stream = nullptr, unsigned = 0) {
    return API(EventRecord)(event, stream);
}
inline API(Error_t) API(EventSynchronize)(API(Event_t) handle, HIPWRIGHT_HERE) {
    using namespace hipwright;
    Event* event = event_of(handle);
    if (!event) return done(status_invalid_handle);
    Memory::get().keep_managed(file, line);
    return done(status_success);
}
inline API(Error_t) API(EventQuery)(API(Event_t) handle) {
    using namespace hipwright;
    return done(event_of(handle) ? status_success : status_invalid_handle);
}
inline API(Error_t)
    API(EventElapsedTime)(float* milliseconds, API(Event_t) start, API(Event_t) stop) {
    using namespace hipwright;
    const Event *first = event_of(start), *last = event_of(stop);
    if (!milliseconds) return done(status_invalid_value);
    if (!first || !last || !first->recorded || !last->recorded ||
        (first->flags & API(EventDisableTiming)) || (last->flags & API(EventDisableTiming)))
        return done(status_invalid_handle);
    *milliseconds = static_cast<float>(last->when - first->when) * 1e-6f;
    return done(status_success);
}
inline API(Error_t) API(StreamWaitEvent)(API(Stream_t) handle, API(Event_t) waited, unsigned = 0) {
    using namespace hipwright;
    const Event* event = event_of(waited);
    if (!event) return done(status_invalid_handle);
    // Waiting for an event of a capture makes the stream part of that capture.
    if (Stream* stream = stream_of(handle); stream && event->capture)
        stream->capture = event->capture;
    return done(status_success);
}
