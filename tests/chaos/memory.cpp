// SPDX-License-Identifier: Apache-2.0
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

// A seed makes and frees millions of small objects on one thread, its own, SQLite's and OpenSSL's. Freed
// blocks are kept by size for the next of that size, which costs a fraction of what a general allocator does.
// Only in the simulator itself: its tests run with the system's, and sanitizers bring their own.
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)

namespace
{

constexpr std::size_t grain = 16;
constexpr std::size_t most_small = 16384; ///< above, sizes are powers of two
constexpr std::size_t small_shelves = most_small / grain + 1;
constexpr std::size_t chunk = std::size_t{64} << 20;

/// Before each block.
struct alignas(grain) Label
{
    std::uint32_t shelf = 0;
    std::uint32_t offset = 0; ///< from the block to what its user was given
};
struct Block
{
    Block* next;
};
thread_local std::array<Block*, small_shelves + 64> shelves{};
thread_local char* fresh = nullptr;
thread_local std::size_t left = 0;

std::size_t shelf_of(std::size_t size)
{
    if (size <= most_small)
        return std::max<std::size_t>(1, (size + grain - 1) / grain);
    return small_shelves + static_cast<std::size_t>(std::bit_width(size - 1));
}

std::size_t room_on(std::size_t shelf)
{
    return shelf < small_shelves ? shelf * grain : std::size_t{1} << (shelf - small_shelves);
}

char* from_system(std::size_t size)
{
    void* const got = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (got == MAP_FAILED)
        return nullptr;
    madvise(got, size, MADV_HUGEPAGE);
    return static_cast<char*>(got);
}

char* make(std::size_t size)
{
    if (size > chunk / 4)
        return from_system(size);
    if (left < size) {
        fresh = from_system(chunk);
        left = fresh == nullptr ? 0 : chunk;
        if (fresh == nullptr)
            return nullptr;
    }
    left -= size;
    return std::exchange(fresh, fresh + size);
}

Label& label_of(void* block)
{
    return *reinterpret_cast<Label*>(static_cast<char*>(block) - sizeof(Label));
}

void* take(std::size_t size)
{
    const std::size_t shelf = shelf_of(size);
    if (shelf >= shelves.size())
        return nullptr;
    if (Block* const kept = shelves[shelf]) {
        shelves[shelf] = kept->next;
        return kept;
    }
    char* const made = make(room_on(shelf) + sizeof(Label));
    if (made == nullptr)
        return nullptr;
    void* const block = made + sizeof(Label);
    label_of(block) = {static_cast<std::uint32_t>(shelf), 0};
    return block;
}

} // namespace

extern "C" {

void* malloc(std::size_t size)
{
    void* const block = take(size);
    if (block == nullptr)
        errno = ENOMEM;
    return block;
}

void free(void* given)
{
    if (given == nullptr)
        return;
    const Label label = label_of(given);
    auto* const block = reinterpret_cast<Block*>(static_cast<char*>(given) - label.offset);
    block->next = shelves[label.shelf];
    shelves[label.shelf] = block;
}

void* calloc(std::size_t count, std::size_t size)
{
    std::size_t all = 0;
    void* const block = __builtin_mul_overflow(count, size, &all) ? nullptr : malloc(all);
    return block == nullptr ? nullptr : std::memset(block, 0, all);
}

std::size_t malloc_usable_size(void* given)
{
    return given == nullptr ? 0 : room_on(label_of(given).shelf) - label_of(given).offset;
}

void* realloc(void* given, std::size_t size)
{
    const std::size_t room = malloc_usable_size(given);
    if (given != nullptr && size <= room && size > 0)
        return given;
    void* const block = malloc(size);
    if (block == nullptr || given == nullptr)
        return block;
    std::memcpy(block, given, std::min(size, room));
    free(given);
    return block;
}

void* memalign(std::size_t alignment, std::size_t size)
{
    if (alignment <= grain)
        return malloc(size);
    auto* const block = static_cast<char*>(take(size + alignment + sizeof(Label)));
    if (block == nullptr)
        return nullptr;
    const auto at = reinterpret_cast<std::uintptr_t>(block) + sizeof(Label);
    char* const given = block + sizeof(Label) + (alignment - at % alignment) % alignment;
    label_of(given) = {label_of(block).shelf, static_cast<std::uint32_t>(given - block)};
    return given;
}

void* aligned_alloc(std::size_t alignment, std::size_t size)
{
    return memalign(alignment, size);
}

int posix_memalign(void** given, std::size_t alignment, std::size_t size)
{
    *given = memalign(alignment, size);
    return *given == nullptr ? ENOMEM : 0;
}

} // extern "C"

#endif
