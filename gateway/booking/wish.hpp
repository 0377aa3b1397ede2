// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/appointment.hpp"
#include "fhir/model/instant.hpp"
#include "fhir/model/ods_code.hpp"
#include "fhir/model/slot.hpp"
#include "fhir/outcome/error.hpp"
#include "fhir/search/slot_query.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

/// What an appointment on the waiting list asks for. Pure.
namespace gateway::booking
{

struct Wish
{
    std::vector<fhir::Interval> periods;            ///< any of; half-open
    std::vector<fhir::OdsCode> practices;           ///< any of; none: every practice that shares
    std::vector<std::size_t> practice_participants; ///< where each practice is named
    /// Practitioners and the like, and locations: one of each group.
    std::vector<std::vector<fhir::search::ReferenceValue>> actors;
    std::chrono::minutes duration{0}; ///< at least so long
};

/// Errors: `required` without requestedPeriod; `value_invalid`, `invariant`, each with its path.
fhir::Result<Wish> read_wish(const fhir::Appointment& waiting);
/// Whether some period is still to come.
bool is_open(const Wish& wish, fhir::Instant now);
/// The search for slots that may fit, from `earliest` on; nothing when none can.
std::optional<fhir::search::SlotQuery> query_for(const Wish& wish, const fhir::Appointment& waiting,
                                                 fhir::Instant earliest, fhir::Instant latest);
/// Whether a slot of that search fits.
bool fits(const Wish& wish, const fhir::Slot& slot, fhir::Instant earliest);
/// Lower goes first: 1 is highest, none or 0 is last (FHIR R4, after iCalendar).
std::uint32_t rank_of(const fhir::Appointment& waiting);

} // namespace gateway::booking
