// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/policy/terms.hpp"
#include "gateway/search/federated_search.hpp"
#include "gateway/search/shared_kinds.hpp"

#include <span>

namespace gateway::search
{

/// What the rules look at of a slot of that book.
policy::SlotFacts facts_of(const Book& book, const adapters::SlotRow& slot);

/// The Schedule id of a slot, empty when it names none.
std::string session_of(const adapters::SlotRow& slot);

/// Of these matches those that may be offered by these terms, which do not allow all slots; `kinds` are of
/// that book by these terms.
BookMatches only_offered(BookMatches matches, const policy::Terms& terms, const SharedKinds& kinds,
                         std::span<const policy::UsedSlot> used);

/// What may be read of a book beside its slots: without the schedules of sessions that are not shared.
std::shared_ptr<const Book> shared_part(std::shared_ptr<const Book> book, const SharedKinds& kinds);

} // namespace gateway::search
