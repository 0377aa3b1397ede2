// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"
#include "gateway/faces/gpconnect/call.hpp"

#include <string>

namespace gateway::faces::gpconnect
{

/// A search for free slots as it was asked: GP Connect 1.2.7, search for free slots.
struct SlotRequest
{
    fhir::Instant start{};    ///< a slot begins then or later
    fhir::Instant end{};      ///< and ends then or earlier; of a date, the end of that UK day
    std::string organisation; ///< ODS code that was given as a filter; empty: none
    std::string type;         ///< organisation type that was given as a filter; empty: none
    bool practitioners = false, locations = false; ///< to be included
};

/// BAD_REQUEST for what is missing or comes twice, INVALID_PARAMETER for what is not possible. Unknown
/// parameters, includes and filter systems are ignored.
Checked<SlotRequest> read_slot_request(const Call& call);

/// One end of a stretch of time: `ge2027-03-26` or `le2027-03-26T18:30:00+00:00`. A date covers its UK day, a
/// dateTime is one moment and must have the offset that the UK has then.
Checked<fhir::Interval> read_bound(std::string_view name, std::string_view prefix, std::string_view value);

} // namespace gateway::faces::gpconnect
