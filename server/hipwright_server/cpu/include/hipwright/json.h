// One line of JSON in a fixed buffer, built without allocation and without the C library, so that a
// signal handler can write one too.
#pragma once

#include <unistd.h>

#include "config.h"

namespace hipwright {

class JsonLine {
  public:
    HIPWRIGHT_SELDOM explicit JsonLine(const char* event) {
        put('{');
        text("event", event);
    }

    HIPWRIGHT_SELDOM JsonLine& text(const char* key, const char* value) {
        start(key);
        quoted(value ? value : "");
        return *this;
    }
    // A file's path is written whole or not at all: half a path would name another file.
    HIPWRIGHT_SELDOM JsonLine& number(const char* key, long long value) {
        start(key);
        integer(value);
        return *this;
    }
    HIPWRIGHT_SELDOM JsonLine& seconds(const char* key, long long nanoseconds) {
        start(key);
        if (nanoseconds < 0) nanoseconds = 0;
        integer(nanoseconds / 1000000000);
        put('.');
        long long rest = nanoseconds % 1000000000;
        for (long long unit = 100000000; unit; unit /= 10) put(char('0' + rest / unit % 10));
        return *this;
    }
    HIPWRIGHT_SELDOM JsonLine& hexadecimal(const char* key, std::uint64_t value, int digits) {
        start(key);
        put('"');
        hexadecimal_digits(value, digits);
        put('"');
        return *this;
    }
    HIPWRIGHT_SELDOM JsonLine& flag(const char* key, bool value) {
        start(key);
        plain(value ? "true" : "false");
        return *this;
    }
    template <typename Triple>
    HIPWRIGHT_SELDOM JsonLine& triple(const char* key, const Triple& value) {
        start(key);
        put('[');
        integer(value.x);
        put(',');
        integer(value.y);
        put(',');
        integer(value.z);
        put(']');
        return *this;
    }
    HIPWRIGHT_SELDOM JsonLine& lanes(const char* key, LaneMask mask) {
        start(key);
        put('[');
        bool first = true;
        for (unsigned lane = 0; lane < 64; ++lane) {
            if (!(mask >> lane & 1)) continue;
            if (!first) put(',');
            first = false;
            integer(lane);
        }
        put(']');
        return *this;
    }
    HIPWRIGHT_SELDOM void write_to(int descriptor) {
        length_ = length_ < capacity - 2 ? length_ : capacity - 2;
        buffer_[length_++] = '}';
        buffer_[length_++] = '\n';
        const char* from = buffer_;
        std::size_t left = length_;
        while (left) {
            const ssize_t written = ::write(descriptor, from, left);
            if (written <= 0) return;
            from += written;
            left -= static_cast<std::size_t>(written);
        }
    }

  private:
    static constexpr std::size_t capacity = 8192;
    static constexpr std::size_t longest_string = 1500;

    HIPWRIGHT_SELDOM void put(char c) {
        if (length_ < capacity - 2) buffer_[length_++] = c;
    }
    HIPWRIGHT_SELDOM void plain(const char* value) {
        while (*value) put(*value++);
    }
    HIPWRIGHT_SELDOM void start(const char* key) {
        if (length_ > 1) put(',');
        quoted(key);
        put(':');
    }
    HIPWRIGHT_SELDOM void hexadecimal_digits(std::uint64_t value, int digits) {
        for (int i = digits - 1; i >= 0; --i) put("0123456789abcdef"[value >> (4 * i) & 15]);
    }
    HIPWRIGHT_SELDOM void quoted(const char* value) {
        put('"');
        for (std::size_t i = 0; value[i] && i < longest_string; ++i) {
            const auto c = static_cast<unsigned char>(value[i]);
            if (c == '"' || c == '\\') {
                put('\\');
                put(char(c));
            } else if (c < 0x20) {
                plain("\\u");
                hexadecimal_digits(c, 4);
            } else {
                put(char(c));
            }
        }
        put('"');
    }
    HIPWRIGHT_SELDOM void integer(long long value) {
        char digits[24];
        int count = 0;
        const bool negative = value < 0;
        auto rest = negative ? 0 - static_cast<unsigned long long>(value)
                             : static_cast<unsigned long long>(value);
        do {
            digits[count++] = char('0' + rest % 10);
            rest /= 10;
        } while (rest);
        if (negative) put('-');
        while (count) put(digits[--count]);
    }

    char buffer_[capacity];
    std::size_t length_ = 0;
};

}  // namespace hipwright
