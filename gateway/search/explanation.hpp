// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"
#include "fhir/model/ods_code.hpp"
#include "gateway/policy/terms.hpp"
#include "gateway/search/slot_match.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gateway::search
{

/// Whether slots are offered to an organisation, and why not.
struct Finding
{
    policy::Reason reason = policy::Reason::none;
    std::string rule;                   ///< agreement id, or `valve`; empty when no rule of ours is concerned
    std::string detail;                 ///< what else is known, one sentence; may be empty
    std::optional<fhir::Instant> until; ///< when the reason ends by itself
    std::size_t slots = 0;              ///< how many it is about

    bool same_as(const Finding& other) const { return reason == other.reason && rule == other.rule; }
};

/// A session as its Schedule names it, and what became of its slots.
struct ExplainedSession
{
    std::string schedule; ///< `Schedule/<id>`
    std::string name;
    std::vector<Finding> findings; ///< one for each reason that occurs, those offered first
};

/// Why an organisation sees of a practice what it sees.
struct Explanation
{
    Finding practice; ///< what goes for all of it; `none` when single slots must be looked at
    std::vector<ExplainedSession> sessions;
    std::optional<Finding> slot;       ///< of the one slot asked about
    std::optional<fhir::Instant> seen; ///< how old the practice's book is
};

struct ExplainQuestion
{
    fhir::OdsCode practice;
    fhir::OdsCode organisation; ///< that would search
    std::string organisation_type;
    std::optional<fhir::Interval> window;
    std::string slot; ///< id, or empty
    std::string request_id;
};

/// When the hold on a slot ends, by its id.
using HeldUntil = std::function<std::optional<fhir::Instant>(const std::string&)>;

/// Everything that the practice's book shows of that stretch of time, judged slot by slot.
std::vector<ExplainedSession> explain_book(const BookView& view, const policy::Terms& terms,
                                           std::span<const policy::UsedSlot> used, fhir::Interval window,
                                           const HeldUntil& held_until);
/// Of one slot of that book; nothing when the book does not hold it.
std::optional<Finding> explain_slot(const BookView& view, const policy::Terms& terms,
                                    std::span<const policy::UsedSlot> used, fhir::Interval window,
                                    const std::string& id, const HeldUntil& held_until);
/// Of a slot that the practice's book held before, and does not now.
Finding explain_gone(const adapters::SlotRow& slot, fhir::Instant now);
/// Of a practice that answers and shows no session in that stretch of time.
Finding explain_no_sessions();
/// To what is restricted to other types of organisation: which ones are configured of this one.
void tell_types(Explanation& explanation, const std::vector<std::string>& types);
/// What a practice's failure to answer means to somebody who sees no slots.
Finding explain_failure(const fhir::Error& error);

} // namespace gateway::search
