// printf in kernels. Blocks run side by side, but what they print comes out block by block, so that
// two runs of a program print the same. While a launch uses more than one OS thread, stdout is a
// stream of ours that keeps what kernels write until the launch is over.
#pragma once

#include <pthread.h>

#include <cstdio>

#include "list.h"
#include "scheduler.h"

namespace hipwright {

class Printing {
  public:
#ifdef __GLIBC__
    // Begins to keep what kernels print; false when that is already so.
    HIPWRIGHT_SELDOM bool begin() {
        if (kept_from_) return false;
        if (!stream_) {
            cookie_io_functions_t functions{};
            functions.write = &Printing::write;
            stream_ = fopencookie(this, "w", functions);
            if (!stream_) return false;
            setvbuf(stream_, nullptr, _IONBF, 0);
        }
        kept_from_ = stdout;
        stdout = stream_;
        return true;
    }
    void end() {
        stdout = kept_from_;
        kept_from_ = nullptr;
        flush();
    }
#else
    bool begin() { return false; }
    void end() {}
#endif
    static Printing& get() {
        static Printing* printing = new Printing();
        return *printing;
    }

  private:
    static constexpr std::size_t most = std::size_t{8} << 20;
    struct Chunk {
        unsigned long long block;
        char* text;
        std::size_t length;
    };

    static ssize_t write(void* self, const char* text, std::size_t length) {
        return static_cast<Printing*>(self)->keep(text, length);
    }
    ssize_t keep(const char* text, std::size_t length) {
        const Worker* worker = this_worker;
        if (!worker || !worker->in_block) {  // another thread of the host
            std::fwrite(text, 1, length, kept_from_);
            return static_cast<ssize_t>(length);
        }
        const dim3& grid = worker->launch->grid;
        const unsigned long long block =
            (static_cast<unsigned long long>(blockIdx.z) * grid.y + blockIdx.y) * grid.x +
            blockIdx.x;
        pthread_mutex_lock(&lock_);
        if (kept_ + length > most) flush_locked();  // too much to put in order
        char* copy = static_cast<char*>(std::malloc(length));
        if (copy) {
            std::memcpy(copy, text, length);
            chunks_.add(Chunk{block, copy, length});
            kept_ += length;
        }
        pthread_mutex_unlock(&lock_);
        return static_cast<ssize_t>(length);
    }
    void flush() {
        pthread_mutex_lock(&lock_);
        flush_locked();
        pthread_mutex_unlock(&lock_);
    }
    // By block; within a block in the order of printing.
    HIPWRIGHT_SELDOM void flush_locked() {
        if (!chunks_.size()) return;
        merge_sort();
        std::FILE* out = kept_from_ ? kept_from_ : stdout;
        for (const Chunk& chunk : chunks_) {
            std::fwrite(chunk.text, 1, chunk.length, out);
            std::free(chunk.text);
        }
        chunks_.clear();
        kept_ = 0;
    }
    HIPWRIGHT_SELDOM void merge_sort() {
        const std::size_t n = chunks_.size();
        List<Chunk> other;
        for (const Chunk& chunk : chunks_) other.add(chunk);
        for (std::size_t width = 1; width < n; width *= 2) {
            for (std::size_t low = 0; low < n; low += 2 * width) {
                const std::size_t middle = low + width < n ? low + width : n;
                const std::size_t high = low + 2 * width < n ? low + 2 * width : n;
                std::size_t left = low, right = middle;
                for (std::size_t out = low; out < high; ++out) {
                    const bool take_left =
                        left < middle &&
                        (right >= high || chunks_[left].block <= chunks_[right].block);
                    other[out] = take_left ? chunks_[left++] : chunks_[right++];
                }
            }
            for (std::size_t i = 0; i < n; ++i) chunks_[i] = other[i];
        }
    }

    std::FILE* stream_ = nullptr;
    std::FILE* kept_from_ = nullptr;
    pthread_mutex_t lock_ = PTHREAD_MUTEX_INITIALIZER;
    List<Chunk> chunks_;
    std::size_t kept_ = 0;
};

}  // namespace hipwright
