// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace gateway::policy
{

/// Why a practice, a session or a slot is not offered to an organisation; `none`: it is. In the order in
/// which they are looked at, so that of two the later one is nearer to a yes.
enum class Reason
{
    wrong_consumer_code, ///< the code of a practice was given where the asking organisation's belongs
    endpoint_not_registered,
    capability_disabled,
    gateway_refused, ///< what it says of itself to the practice's system is not accepted
    no_agreement,
    practice_paused,
    back_end_unreachable,
    back_end_slow,
    not_marked_bookable,
    restricted_organisation,
    restricted_type,
    role_missing,
    role_not_listed,
    channel_missing,
    category_unmapped,
    in_the_past,
    partly_outside_range,
    outside_booking_window,
    embargoed,
    released_to_other,
    quota_reached,
    held,
    all_booked,
    none,
};

/// What is said about a reason.
struct ReasonText
{
    Reason reason;
    std::string_view code;     ///< `no-agreement`; `offered` for none
    std::string_view sentence; ///< plain, for a stranger
    std::string_view advice;   ///< what to do next
    std::string_view who;      ///< who can change it
    fhir::ErrorKind kind;      ///< of the refusal, where somebody tries to book nevertheless
};

std::span<const ReasonText> reasons();
const ReasonText& text_of(Reason reason);
/// Whether a slot that is refused for this reason may still be read by its id: it is of a kind that is
/// shared, but not now.
bool is_visible(Reason reason);

} // namespace gateway::policy
