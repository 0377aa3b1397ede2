// SPDX-License-Identifier: Apache-2.0
#include "gateway/search/shared_kinds.hpp"

#include "gateway/search/offered.hpp"

#include <utility>

namespace gateway::search
{

SharedKinds::SharedKinds(const Book& book, const policy::Terms& terms)
{
    std::map<std::pair<std::uint32_t, std::uint16_t>, std::uint32_t> numbers;
    const std::vector<std::uint16_t>& kinds = book.kinds().of_slot;
    of_slot_.reserve(book.slots.size());
    for (std::uint32_t slot = 0; slot < book.slots.size(); ++slot) {
        const auto [known, is_new] = numbers.try_emplace({book.keys[slot].schedule, kinds[slot]},
                                                         static_cast<std::uint32_t>(kinds_.size()));
        if (is_new)
            kinds_.push_back(terms.for_kind(facts_of(book, *book.slots[slot])));
        of_slot_.push_back(known->second);
    }
}

std::shared_ptr<const SharedKinds> SharedKindsMemo::of(const std::shared_ptr<const Book>& book,
                                                       const policy::Terms& terms, std::uint64_t revision)
{
    {
        const std::lock_guard lock(mutex_);
        Practice& practice = practices_[book->ods.text()];
        if (practice.revision != revision || practice.book.lock() != book)
            practice = {book, revision, {}};
        const auto known = practice.by_agreements.find(terms.agreements());
        if (known != practice.by_agreements.end())
            return known->second;
    }
    auto made = std::make_shared<const SharedKinds>(*book, terms); // two may make the same: both are right
    const std::lock_guard lock(mutex_);
    Practice& practice = practices_[book->ods.text()];
    if (practice.revision == revision && practice.book.lock() == book)
        practice.by_agreements.try_emplace(terms.agreements(), made);
    return made;
}

} // namespace gateway::search
