// Shadow memory: for each word of four bytes that threads of a kernel share, who wrote and who read
// it last. Of other memory (stacks, the host's) nothing is kept.
#pragma once

#include <sys/mman.h>

#include "../vector_types.h"
#include "hooks.h"

namespace hipwright {
namespace check {

enum class Space : std::uint8_t {
    none,
    device,   // allocated, and not written yet
    written,  // memory that the host may have filled without telling: never "read before written"
    shared,
};

// One access, as the next ones find it.
struct Access {
    std::uint32_t site;   // of the instruction, from the start of the program
    std::uint32_t time;   // of the last event that orders threads
    std::uint32_t block;  // which run of a block; 0 is none
    std::uint16_t thread;
    std::uint8_t bytes;  // which of the word's four, one bit each
    std::uint8_t how;
};
enum How : std::uint8_t {
    plain = 0,
    atomic = 1,
    is_volatile = 2,
    silent = 4,  // it wrote what was there already
};

struct Cell {
    Access write, other_write;  // the other is another thread's
    Access read, other_read;
};

constexpr std::size_t page_bytes = 4096;
constexpr std::size_t page_words = page_bytes / 4;

struct Page {
    Cell cells[page_words];
    std::uint8_t written[page_words];  // which bytes of each word, one bit each
};

// A table of tables of pages: an entry holds the space in its low bits, and the page once it is
// used.
class Shadow {
  public:
    HIPWRIGHT_UNCHECKED void enter(const void* base, std::size_t bytes, Space space) {
        each_entry(base, bytes, [space](std::uintptr_t& entry) HIPWRIGHT_UNCHECKED {
            entry = static_cast<std::uintptr_t>(space);
        });
    }
    HIPWRIGHT_UNCHECKED void leave(const void* base, std::size_t bytes) {
        each_entry(base, bytes, [](std::uintptr_t& entry) HIPWRIGHT_UNCHECKED {
            if (Page* page = page_of(entry)) munmap(page, sizeof(Page));
            entry = 0;
        });
    }
    HIPWRIGHT_UNCHECKED Space space(const void* address) const {
        const std::uintptr_t* entry = find(address);
        return entry ? static_cast<Space>(*entry & space_bits) : Space::none;
    }
    // The page of an address that was entered, made when missing; null where there is no memory.
    HIPWRIGHT_UNCHECKED Page* page(const void* address) {
        std::uintptr_t* entry = find(address);
        if (!entry || !*entry) return nullptr;
        if (Page* known = page_of(*entry)) return known;
        void* made = mmap(nullptr, sizeof(Page), PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (made == MAP_FAILED) return nullptr;
        *entry |= reinterpret_cast<std::uintptr_t>(made);
        return static_cast<Page*>(made);
    }
    HIPWRIGHT_UNCHECKED bool is_written(const void* address) const {
        const std::uintptr_t* entry = find(address);
        if (!entry || static_cast<Space>(*entry & space_bits) == Space::written) return true;
        const Page* page = page_of(*entry);
        const auto at = reinterpret_cast<std::uintptr_t>(address);
        return page && page->written[at % page_bytes / 4] >> at % 4 & 1;
    }
    // Marks bytes as written, or as not written.
    HIPWRIGHT_UNCHECKED void mark(const void* base, std::size_t bytes, bool written) {
        auto at = reinterpret_cast<std::uintptr_t>(base);
        const std::uintptr_t end = at + bytes;
        while (at < end) {
            const std::uintptr_t next = (at / page_bytes + 1) * page_bytes;
            const std::uintptr_t stop = next < end ? next : end;
            std::uintptr_t* entry = find(reinterpret_cast<void*>(at));
            // A whole page that no kernel has used yet needs no shadow to be called written.
            if (written && entry && *entry == static_cast<std::uintptr_t>(Space::device) &&
                at % page_bytes == 0 && stop == at + page_bytes) {
                *entry = static_cast<std::uintptr_t>(Space::written);
            } else if (Page* page = this->page(reinterpret_cast<void*>(at))) {
                for (; at < stop && at % 4; ++at) mark_byte(*page, at, written);
                for (; at + 4 <= stop; at += 4)
                    page->written[at % page_bytes / 4] = written ? 15 : 0;
                for (; at < stop; ++at) mark_byte(*page, at, written);
            }
            at = stop;
        }
    }

  private:
    static constexpr std::uintptr_t space_bits = 7;
    static constexpr unsigned table_shift = 30;  // one table describes a GiB
    static constexpr std::size_t tables = std::size_t{1} << (47 - table_shift);
    static constexpr std::size_t entries = (std::size_t{1} << table_shift) / page_bytes;

    HIPWRIGHT_UNCHECKED static Page* page_of(std::uintptr_t entry) {
        return reinterpret_cast<Page*>(entry & ~space_bits);
    }
    HIPWRIGHT_UNCHECKED static void mark_byte(Page& page, std::uintptr_t at, bool written) {
        std::uint8_t& bits = page.written[at % page_bytes / 4];
        const auto bit = static_cast<std::uint8_t>(1u << at % 4);
        bits = static_cast<std::uint8_t>(written ? bits | bit : bits & ~bit);
    }
    HIPWRIGHT_UNCHECKED std::uintptr_t* find(const void* address) const {
        const auto at = reinterpret_cast<std::uintptr_t>(address);
        if (at >> 47) return nullptr;
        std::uintptr_t* table = tables_[at >> table_shift];
        return table ? table + at % (std::uintptr_t{1} << table_shift) / page_bytes : nullptr;
    }
    template <typename Function>
    HIPWRIGHT_UNCHECKED void each_entry(const void* base, std::size_t bytes, Function function) {
        auto at = reinterpret_cast<std::uintptr_t>(base) / page_bytes * page_bytes;
        const std::uintptr_t end = reinterpret_cast<std::uintptr_t>(base) + bytes;
        for (; at < end && !(at >> 47); at += page_bytes) {
            std::uintptr_t*& table = tables_[at >> table_shift];
            if (!table) {
                void* made = mmap(nullptr, entries * sizeof *table, PROT_READ | PROT_WRITE,
                                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
                if (made == MAP_FAILED) return;
                table = static_cast<std::uintptr_t*>(made);
            }
            function(table[at % (std::uintptr_t{1} << table_shift) / page_bytes]);
        }
    }

    std::uintptr_t* tables_[tables];
};

}  // namespace check
}  // namespace hipwright
