// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/policy/session_patterns.hpp"
#include "gateway/search/book.hpp"

namespace gateway::search
{

/// The Schedule of a slot of the book; nullptr when the book does not hold it.
const fhir::Schedule* schedule_of(const Book& book, const adapters::SlotRow& slot);
/// Whether a slot of the book belongs to a session of that name (policy::of_session).
bool is_of_session(const Book& book, const adapters::SlotRow& slot, const policy::SessionPatterns& sessions);

} // namespace gateway::search
