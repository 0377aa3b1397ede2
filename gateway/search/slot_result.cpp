// SPDX-License-Identifier: Apache-2.0
#include "gateway/search/federated_search.hpp"

#include <algorithm>

namespace gateway::search
{

namespace
{

/// How far one book has been read. A merge takes the head that comes first, again and again.
struct Head
{
    const BookMatches* matches;
    std::uint32_t position; ///< next one, counted in the direction of the merge
    bool backwards;

    std::uint32_t slot() const { return matches->slot(backwards ? matches->count - 1 - position : position); }
    fhir::Instant start() const { return matches->book->keys[slot()].start; }
};

/// For a heap whose top comes first. Equal starts go by ODS code, either way.
bool comes_later(const Head& a, const Head& b)
{
    const fhir::Instant left = a.start(), right = b.start();
    if (left != right)
        return a.backwards ? left < right : left > right;
    return a.matches->book->ods > b.matches->book->ods;
}

SlotHit hit_of(const BookMatches& matches, std::uint32_t slot)
{
    return {matches.book, matches.book->slots[slot].get()};
}

std::vector<SlotHit> merged(const std::vector<BookMatches>& books, bool backwards, std::size_t offset,
                            std::size_t count)
{
    std::vector<Head> heap;
    for (const BookMatches& matches : books)
        if (matches.count > 0)
            heap.push_back({&matches, 0, backwards});
    std::ranges::make_heap(heap, comes_later);
    std::vector<SlotHit> hits;
    for (std::size_t taken = 0; !heap.empty() && taken < offset + count; ++taken) {
        std::ranges::pop_heap(heap, comes_later);
        Head& head = heap.back();
        if (taken >= offset)
            hits.push_back(hit_of(*head.matches, head.slot()));
        if (++head.position == head.matches->count)
            heap.pop_back();
        else
            std::ranges::push_heap(heap, comes_later);
    }
    return hits;
}

/// By when each practice was asked, one book after the other.
std::vector<SlotHit> by_book(const std::vector<BookMatches>& books, bool descending, std::size_t offset,
                             std::size_t count)
{
    std::vector<const BookMatches*> order;
    for (const BookMatches& matches : books)
        order.push_back(&matches);
    std::ranges::sort(order, [&](const BookMatches* a, const BookMatches* b) {
        if (a->book->seen == b->book->seen)
            return a->book->ods < b->book->ods;
        return (a->book->seen < b->book->seen) != descending;
    });
    std::vector<SlotHit> hits;
    for (const BookMatches* matches : order) {
        for (std::uint32_t i = static_cast<std::uint32_t>(std::min<std::size_t>(offset, matches->count));
             i < matches->count && hits.size() < count; ++i)
            hits.push_back(hit_of(*matches, matches->slot(i)));
        offset -= std::min<std::size_t>(offset, matches->count);
    }
    return hits;
}

} // namespace

std::vector<SlotHit> SlotResult::page(std::size_t offset, std::size_t count) const
{
    if (offset >= total || count == 0)
        return {};
    count = std::min(count, total - offset);
    switch (order) {
    case Order::start:
        return merged(books, false, offset, count);
    case Order::start_descending:
        return merged(books, true, offset, count);
    case Order::seen:
        return by_book(books, false, offset, count);
    case Order::seen_descending:
        return by_book(books, true, offset, count);
    }
    return {};
}

} // namespace gateway::search
