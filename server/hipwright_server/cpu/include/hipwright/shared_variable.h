// A static __shared__ variable in builds with checks: memory of its own, so that an access beyond
// it is seen. In other builds such a variable simply belongs to the OS thread.
#pragma once

#include "check/hooks.h"
#include "record.h"

namespace hipwright {

class SharedVariable {
  public:
    void* get(std::size_t bytes, std::size_t alignment, const char* name) {
        if (__builtin_expect(!memory_, 0)) provide(bytes, alignment, name);
        return memory_;
    }
    const char* base() const { return static_cast<const char*>(memory_); }
    std::size_t bytes() const { return bytes_; }
    const char* name() const { return name_; }

    // Those of this OS thread.
    static const SharedVariable* first() { return all_; }
    const SharedVariable* next() const { return next_; }

  private:
    HIPWRIGHT_SELDOM void provide(std::size_t bytes, std::size_t alignment, const char* name) {
#ifdef HIPWRIGHT_TRACED
        memory_ = check::shared_memory(bytes, alignment, name);
#else
        if (posix_memalign(&memory_, alignment < 16 ? 16 : alignment, bytes))
            fail("out of memory for shared memory");
        std::memset(memory_, 0, bytes);
#endif
        bytes_ = bytes;
        name_ = name;
        next_ = all_;
        all_ = this;
    }

    void* memory_ = nullptr;
    std::size_t bytes_ = 0;
    const char* name_ = nullptr;
    const SharedVariable* next_ = nullptr;
    static inline thread_local const SharedVariable* all_ = nullptr;
};

}  // namespace hipwright
