// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"

#include <string_view>

namespace fhir
{

/// UK wall-clock time, no zone: what suppliers write without an offset.
using LocalTime = std::chrono::local_time<std::chrono::seconds>;

/// What a UK wall-clock reading means. The clocks go forward at 01:00 UTC on the last Sunday of March (01:00
/// to 01:59 local does not exist) and back at 01:00 UTC on the last Sunday of October (01:00 to 01:59 local
/// occurs twice).
enum class LocalKind
{
    unique,
    ambiguous,
    non_existent
};

struct UkMoment
{
    LocalKind kind;
    Instant earliest; ///< the only reading, or the summer-time one when ambiguous, or the moment of the gap
    Instant latest;   ///< the only reading, or the GMT one when ambiguous, or the moment of the gap
};

/// Offset from UTC of UK local time at `moment`: 0 or 60 minutes. Holds for 1996 onwards, with no last year.
std::chrono::minutes uk_offset(Instant moment);
LocalTime to_uk_local(Instant moment);
UkMoment from_uk_local(LocalTime local);
/// The UK civil day: 23, 24 or 25 hours long.
Interval uk_day(Date date);
Date uk_date(Instant moment);

/// `YYYY-MM-DDTHH:MM:SS` without offset (also with a space, seconds optional), as suppliers write it.
std::optional<LocalTime> parse_local_time(std::string_view text);
std::string to_text(LocalTime local);

} // namespace fhir
