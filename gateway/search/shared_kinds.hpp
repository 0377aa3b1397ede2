// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/policy/terms.hpp"
#include "gateway/search/book.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace gateway::search
{

/// By which agreements the slots of one book may be offered, whatever their time: decided once for all slots
/// of a kind in one schedule.
class SharedKinds
{
public:
    using Agreements = std::vector<const policy::Agreement*>;

    SharedKinds(const Book& book, const policy::Terms& terms);

    /// Of the slot at that place in the book; empty when no agreement shares such slots.
    const Agreements& of(std::uint32_t slot) const { return kinds_[of_slot_[slot]]; }

private:
    std::vector<Agreements> kinds_;
    std::vector<std::uint32_t> of_slot_;
};

/// Keeps them while the book and what is agreed stay the same, for searches ask again and again. Thread-safe.
class SharedKindsMemo
{
public:
    /// `terms` come from the directory of that revision, which the caller holds as long as it uses the
    /// answer.
    std::shared_ptr<const SharedKinds> of(const std::shared_ptr<const Book>& book, const policy::Terms& terms,
                                          std::uint64_t revision);

private:
    struct Practice
    {
        std::weak_ptr<const Book> book;
        std::uint64_t revision = 0;
        std::map<SharedKinds::Agreements, std::shared_ptr<const SharedKinds>> by_agreements;
    };

    std::mutex mutex_;
    std::map<std::string, Practice, std::less<>> practices_; ///< by ODS code
};

} // namespace gateway::search
