// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/policy/session_patterns.hpp"
#include "gateway/search/book.hpp"

namespace gateway::search
{

/// Whether a slot of the book belongs to a session of that name: by its service type or category, or by those
/// or the comment of its schedule, whichever the practice's system uses. Without patterns every slot does.
bool is_of_session(const Book& book, const adapters::SlotRow& slot, const policy::SessionPatterns& sessions);

} // namespace gateway::search
