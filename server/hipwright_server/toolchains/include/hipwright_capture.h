// Arrays that a program copies from a GPU to the host, kept without the user's help: included
// before everything else when a program is compiled to run on a real GPU.
//
// A copy is kept when it has arrived: at once for a call that waits, and at the next call that
// waits for its stream for an asynchronous one. Nothing is waited for that the program does not
// wait for. What is written is what the CPU device writes: events.jsonl and arrays/*.bin.
#pragma once

#if defined(__HIP__) || defined(__HIPCC__)
#include <hip/hip_runtime.h>
#define HIPWRIGHT_API(name) hip##name
#else
#include <cuda_runtime.h>
#define HIPWRIGHT_API(name) cuda##name
#endif

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>
#include <type_traits>
#include <vector>

#include <sys/stat.h>

namespace hipwright_capture {

using Error = HIPWRIGHT_API(Error_t);
using Stream = HIPWRIGHT_API(Stream_t);
using Event = HIPWRIGHT_API(Event_t);
using Kind = HIPWRIGHT_API(MemcpyKind);

// The name of an element type as NumPy has it; bytes where the program does not tell.
template <typename Element>
const char* name_of_element() {
    if (std::is_same<Element, bool>::value) return "bool";
    if (std::is_same<Element, float>::value) return "float32";
    if (std::is_same<Element, double>::value) return "float64";
    if (!std::is_integral<Element>::value && !std::is_enum<Element>::value) return "uint8";
    // An enumeration is neither signed nor unsigned to is_signed: it counts as unsigned.
    const bool sign = std::is_signed<Element>::value;
    switch (sizeof(Element)) {
        case 2:
            return sign ? "int16" : "uint16";
        case 4:
            return sign ? "int32" : "uint32";
        case 8:
            return sign ? "int64" : "uint64";
        default:
            return sign ? "int8" : "uint8";
    }
}
template <>
inline const char* name_of_element<void>() {
    return "uint8";
}

// What a call copies to: a pointer, an array, or something that becomes a pointer.
template <typename To>
const char* type_at() {
    using Pointer = typename std::decay<To>::type;
    using Pointee =
        typename std::conditional<std::is_pointer<Pointer>::value,
                                  typename std::remove_pointer<Pointer>::type, void>::type;
    using Element = typename std::remove_cv<typename std::remove_all_extents<Pointee>::type>::type;
    return name_of_element<Element>();
}

struct Place {
    const char* file;
    int line;
};

struct Copy {
    const void* data;
    std::size_t pitch;  // bytes from one row to the next
    std::size_t width;  // bytes of a row
    std::size_t rows;
    const char* type;
    Place place;
    Stream stream;
    long long index;
};

class Record {
  public:
    static Record& get() {
        // Never destroyed: other objects of the program may copy while they end.
        static Record* record = new Record;
        return *record;
    }

    bool on() const { return events_ != nullptr; }

    void arrived(Copy copy) {
        const std::lock_guard<std::mutex> lock(mutex_);
        copy.index = next_++;
        write(copy);
    }
    void on_its_way(Copy copy) {
        const std::lock_guard<std::mutex> lock(mutex_);
        copy.index = next_++;
        pending_.push_back(copy);
    }
    // The program has waited: for one stream, or for all of them.
    void waited(bool for_all, Stream stream) {
        const std::lock_guard<std::mutex> lock(mutex_);
        std::size_t kept = 0;
        for (Copy& copy : pending_) {
            if (for_all || copy.stream == stream)
                write(copy);
            else
                pending_[kept++] = copy;
        }
        pending_.resize(kept);
    }

  private:
    static constexpr std::size_t first_part = 64 * 1024;

    Record() {
        const char* directory = std::getenv("HIPWRIGHT_RUN_DIRECTORY");
        if (!directory || !*directory) return;
        directory_ = directory;
        ::mkdir((directory_ + "/arrays").c_str(), 0700);
        events_ = std::fopen((directory_ + "/events.jsonl").c_str(), "ab");
        if (const char* cap = std::getenv("HIPWRIGHT_ARRAY_CAP"))
            cap_ = std::strtoull(cap, nullptr, 10);
    }

    void write(const Copy& copy) {
        if (!events_) return;
        const std::string name = "arrays/" + std::to_string(copy.index) + ".bin";
        std::FILE* out = std::fopen((directory_ + "/" + name).c_str(), "wb");
        if (!out) return;
        const std::size_t bytes = copy.width * copy.rows;
        const std::size_t wanted =
            stored_ + bytes <= cap_ || bytes < first_part ? bytes : first_part;
        std::size_t left = wanted;
        std::uint64_t sum = 14695981039346656037ull;
        for (std::size_t row = 0; row < copy.rows; ++row) {
            const char* from = static_cast<const char*>(copy.data) + row * copy.pitch;
            const std::size_t part = copy.width < left ? copy.width : left;
            left -= std::fwrite(from, 1, part, out);
            sum = checksum(from, copy.width, sum);
        }
        std::fclose(out);
        stored_ += wanted - left;
        std::string file;
        for (const char* at = copy.place.file; *at; ++at) {
            if (*at == '"' || *at == '\\') file += '\\';
            file += *at;
        }
        std::fprintf(
            events_,
            "{\"event\": \"array\", \"index\": %lld, \"file\": \"%s\", \"line\": %d, "
            "\"type\": \"%s\", \"bytes\": %zu, \"stored\": %zu, \"checksum\": \"%016llx\", "
            "\"data\": \"%s\"}\n",
            copy.index, file.c_str(), copy.place.line, copy.type, bytes, wanted - left,
            static_cast<unsigned long long>(sum), name.c_str());
        std::fflush(events_);
    }

    // FNV-1a over eight bytes at a time and then the rest, as the CPU device computes it.
    static std::uint64_t checksum(const char* at, std::size_t bytes, std::uint64_t sum) {
        for (; bytes >= 8; bytes -= 8, at += 8) {
            std::uint64_t word;
            std::memcpy(&word, at, 8);
            sum = (sum ^ word) * 1099511628211ull;
            sum ^= sum >> 29;
        }
        for (; bytes; --bytes, ++at)
            sum = (sum ^ static_cast<unsigned char>(*at)) * 1099511628211ull;
        return sum;
    }

    std::mutex mutex_;
    std::string directory_;
    std::FILE* events_ = nullptr;
    std::vector<Copy> pending_;
    long long next_ = 0;
    std::size_t stored_ = 0;
    std::size_t cap_ = std::size_t{64} << 20;
};

inline bool to_host(Kind kind, const void* to) {
    if (kind == HIPWRIGHT_API(MemcpyDeviceToHost)) return true;
    if (kind != HIPWRIGHT_API(MemcpyDefault)) return false;
#if defined(__HIP__) || defined(__HIPCC__)
    hipPointerAttribute_t attributes;
#else
    cudaPointerAttributes attributes;
#endif
    if (HIPWRIGHT_API(PointerGetAttributes)(&attributes, to) != HIPWRIGHT_API(Success)) {
        (void)HIPWRIGHT_API(GetLastError)();  // memory that the runtime does not know is the host's
        return true;
    }
#if defined(__HIP__) || defined(__HIPCC__)
#if HIP_VERSION_MAJOR >= 6
    return attributes.type == hipMemoryTypeHost || attributes.type == hipMemoryTypeUnregistered;
#else
    return attributes.memoryType == hipMemoryTypeHost;
#endif
#else
    return attributes.type == cudaMemoryTypeHost || attributes.type == cudaMemoryTypeUnregistered;
#endif
}

template <typename To>
Error copy(Place place, To&& to, const void* from, std::size_t bytes,
           Kind kind = HIPWRIGHT_API(MemcpyDefault)) {
    const Error error = HIPWRIGHT_API(Memcpy)(to, from, bytes, kind);
    Record& record = Record::get();
    if (record.on() && error == HIPWRIGHT_API(Success)) {
        record.waited(false, nullptr);
        if (bytes && to_host(kind, to)) {
            record.arrived({to, bytes, bytes, 1, type_at<To>(), place, nullptr, 0});
        }
    }
    return error;
}

template <typename To>
Error copy_async(Place place, To&& to, const void* from, std::size_t bytes, Kind kind,
                 Stream stream = nullptr) {
    const Error error = HIPWRIGHT_API(MemcpyAsync)(to, from, bytes, kind, stream);
    Record& record = Record::get();
    if (record.on() && error == HIPWRIGHT_API(Success) && bytes && to_host(kind, to)) {
        record.on_its_way({to, bytes, bytes, 1, type_at<To>(), place, stream, 0});
    }
    return error;
}

template <typename To>
Error copy_2d(Place place, To&& to, std::size_t to_pitch, const void* from, std::size_t from_pitch,
              std::size_t width, std::size_t height, Kind kind) {
    const Error error =
        HIPWRIGHT_API(Memcpy2D)(to, to_pitch, from, from_pitch, width, height, kind);
    Record& record = Record::get();
    if (record.on() && error == HIPWRIGHT_API(Success) && width && height && to_host(kind, to)) {
        record.arrived({to, to_pitch, width, height, type_at<To>(), place, nullptr, 0});
    }
    return error;
}

template <typename To, typename Symbol>
Error copy_from_symbol(Place place, To&& to, Symbol&& symbol, std::size_t bytes,
                       std::size_t offset = 0, Kind kind = HIPWRIGHT_API(MemcpyDeviceToHost)) {
    const Error error = HIPWRIGHT_API(MemcpyFromSymbol)(to, symbol, bytes, offset, kind);
    Record& record = Record::get();
    if (record.on() && error == HIPWRIGHT_API(Success) && bytes && to_host(kind, to)) {
        record.arrived({to, bytes, bytes, 1, type_at<To>(), place, nullptr, 0});
    }
    return error;
}

inline Error wait_for_device() {
    const Error error = HIPWRIGHT_API(DeviceSynchronize)();
    if (error == HIPWRIGHT_API(Success)) Record::get().waited(true, nullptr);
    return error;
}
inline Error wait_for_stream(Stream stream) {
    const Error error = HIPWRIGHT_API(StreamSynchronize)(stream);
    if (error == HIPWRIGHT_API(Success)) Record::get().waited(false, stream);
    return error;
}

}  // namespace hipwright_capture

// From here on, the calls that bring arrays back go through the functions above.
#define HIPWRIGHT_PLACE \
    ::hipwright_capture::Place { __FILE__, __LINE__ }
#if defined(__HIP__) || defined(__HIPCC__)
#undef hipMemcpyFromSymbol
#define hipMemcpy(...) hipwright_capture::copy(HIPWRIGHT_PLACE, __VA_ARGS__)
#define hipMemcpyAsync(...) hipwright_capture::copy_async(HIPWRIGHT_PLACE, __VA_ARGS__)
#define hipMemcpy2D(...) hipwright_capture::copy_2d(HIPWRIGHT_PLACE, __VA_ARGS__)
#define hipMemcpyFromSymbol(...) hipwright_capture::copy_from_symbol(HIPWRIGHT_PLACE, __VA_ARGS__)
#define hipDeviceSynchronize() hipwright_capture::wait_for_device()
#define hipStreamSynchronize(...) hipwright_capture::wait_for_stream(__VA_ARGS__)
#else
#define cudaMemcpy(...) hipwright_capture::copy(HIPWRIGHT_PLACE, __VA_ARGS__)
#define cudaMemcpyAsync(...) hipwright_capture::copy_async(HIPWRIGHT_PLACE, __VA_ARGS__)
#define cudaMemcpy2D(...) hipwright_capture::copy_2d(HIPWRIGHT_PLACE, __VA_ARGS__)
#define cudaMemcpyFromSymbol(...) hipwright_capture::copy_from_symbol(HIPWRIGHT_PLACE, __VA_ARGS__)
#define cudaDeviceSynchronize() hipwright_capture::wait_for_device()
#define cudaStreamSynchronize(...) hipwright_capture::wait_for_stream(__VA_ARGS__)
#endif
