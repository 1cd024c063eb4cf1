// A growing array of plain values: what the runtime needs of a container, without the price of a
// standard header in every translation unit.
#pragma once

#include <cstdlib>
#include <cstring>
#include <type_traits>

#include "config.h"

namespace hipwright {

template <typename T>
class List {
    static_assert(std::is_trivially_copyable<T>::value, "moved as bytes");

  public:
    List() = default;
    List(const List&) = delete;
    List& operator=(const List&) = delete;
    ~List() { std::free(items_); }

    std::size_t size() const { return size_; }
    T& operator[](std::size_t i) { return items_[i]; }
    const T& operator[](std::size_t i) const { return items_[i]; }
    T* begin() { return items_; }
    T* end() { return items_ + size_; }
    const T* begin() const { return items_; }
    const T* end() const { return items_ + size_; }

    void add(const T& value) { insert(size_, value); }
    void insert(std::size_t at, const T& value) {
        if (size_ == capacity_) {
            capacity_ = capacity_ ? capacity_ * 2 : 16;
            void* grown = std::realloc(static_cast<void*>(items_), capacity_ * sizeof(T));
            if (!grown) fail("out of memory");
            items_ = static_cast<T*>(grown);
        }
        std::memmove(static_cast<void*>(items_ + at + 1), items_ + at, (size_ - at) * sizeof(T));
        std::memcpy(static_cast<void*>(items_ + at), &value, sizeof(T));
        ++size_;
    }
    void remove(std::size_t at) {
        std::memmove(static_cast<void*>(items_ + at), items_ + at + 1,
                     (size_ - at - 1) * sizeof(T));
        --size_;
    }
    void clear() { size_ = 0; }

  private:
    T* items_ = nullptr;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

}  // namespace hipwright
