// SPDX-License-Identifier: Apache-2.0
#include "gateway/policy/reason.hpp"

#include <algorithm>
#include <array>

namespace gateway::policy
{

namespace
{

using enum Reason;
using fhir::ErrorKind;

constexpr std::array table{
    ReasonText{wrong_consumer_code, "wrong-consumer-code",
               "The organisation asked about is the practice itself, or one that asks nobody.",
               "Give the ODS code of the organisation that asks, not of the practice that is asked.",
               "integrator", ErrorKind::organisation_not_allowed},
    ReasonText{endpoint_not_registered, "endpoint-not-registered",
               "No practice with this ODS code is connected to this gateway.",
               "Ask the operator to connect it, or correct the code.", "operator",
               ErrorKind::practice_unknown},
    ReasonText{capability_disabled, "capability-disabled",
               "The practice, or the supplier of its system, has switched appointments off for this gateway.",
               "Ask the practice to switch the service on in its system.", "practice",
               ErrorKind::service_disabled},
    ReasonText{
        gateway_refused, "gateway-refused",
        "The practice's system does not accept the account, key or secret with which this gateway asks.",
        "Tell the operator, who corrects what is configured for the practice.", "operator",
        ErrorKind::access_denied},
    ReasonText{no_agreement, "no-agreement",
               "No agreement in force lets this organisation do this at the practice.",
               "Ask whoever looks after information sharing at both organisations for an agreement.",
               "information governance leads", ErrorKind::organisation_not_allowed},
    ReasonText{practice_paused, "practice-paused", "The practice has paused bookings from outside.",
               "Choose another practice, or telephone this one.", "practice", ErrorKind::practice_paused},
    ReasonText{back_end_unreachable, "back-end-unreachable", "The practice's system could not be reached.",
               "Try again shortly; if it lasts, tell the operator.", "operator",
               ErrorKind::supplier_unavailable},
    ReasonText{back_end_slow, "back-end-slow", "The practice's system did not answer in time.",
               "Try again shortly; if it lasts, tell the operator.", "operator", ErrorKind::supplier_timeout},
    ReasonText{not_marked_bookable, "not-marked-bookable",
               "The practice has the session, but it is not marked as bookable from outside.",
               "Ask the practice to mark it in its appointment book.", "practice", ErrorKind::slot_unknown},
    ReasonText{restricted_organisation, "restricted-organisation",
               "These sessions are shared with other organisations only.",
               "Ask the practice whether the agreement or the session's list should name this organisation.",
               "practice", ErrorKind::slot_unknown},
    ReasonText{
        restricted_type, "restricted-type",
        "These sessions are shared with other types of organisation only.",
        "Ask the practice whether the agreement should name this type of organisation, and the operator "
        "whether the right one is configured.",
        "practice", ErrorKind::slot_unknown},
    ReasonText{role_missing, "role-missing", "The session's holder has no role in the practice's system.",
               "Ask the practice to give the session's holder a role.", "practice", ErrorKind::slot_unknown},
    ReasonText{role_not_listed, "role-not-listed",
               "The role of the session's holder is not one that is shared.",
               "Ask the practice to correct the role, or to widen the agreement.", "practice",
               ErrorKind::slot_unknown},
    ReasonText{channel_missing, "channel-missing",
               "The slot has no delivery channel, or one that is not shared.",
               "Ask the practice to set the delivery channel of the slot type.", "practice",
               ErrorKind::slot_unknown},
    ReasonText{
        category_unmapped, "category-unmapped",
        "The practice's name for this kind of slot has no national category, or one that is not shared.",
        "Map the slot type, or widen the agreement.", "practice manager", ErrorKind::slot_unknown},
    ReasonText{in_the_past, "in-the-past", "The slot has already begun.", "Search for a later slot.",
               "nobody", ErrorKind::slot_in_past},
    ReasonText{partly_outside_range, "partly-outside-range",
               "The slot is not wholly inside the period asked for.", "Ask for a longer period.", "caller",
               ErrorKind::slot_unknown},
    ReasonText{outside_booking_window, "outside-booking-window",
               "It is too early or too late to book this slot from outside.",
               "Choose a slot within the booking window of the agreement.", "time, or the practice",
               ErrorKind::outside_booking_window},
    ReasonText{embargoed, "embargoed", "The slot is kept back until nearer its time.",
               "Ask again when the embargo has ended.", "time, or the practice",
               ErrorKind::outside_booking_window},
    ReasonText{released_to_other, "released-to-other",
               "The slot was not used in time and has gone back to the practice.",
               "Choose another slot, or telephone the practice.", "whoever made the release rule",
               ErrorKind::outside_booking_window},
    ReasonText{quota_reached, "quota-reached", "The number of slots agreed for this organisation is used up.",
               "Choose another day or practice, or cancel what is not needed.", "practice",
               ErrorKind::booking_limit},
    ReasonText{held, "held", "The slot is held while somebody decides.", "Ask again when the hold has ended.",
               "whoever holds it", ErrorKind::slot_unavailable},
    ReasonText{all_booked, "all-booked", "The slot has been taken.", "Search again and choose another slot.",
               "nobody", ErrorKind::slot_unavailable},
    ReasonText{none, "offered", "The slot is offered.", "Book it.", "nobody", ErrorKind::internal},
};

} // namespace

std::span<const ReasonText> reasons()
{
    return table;
}

const ReasonText& text_of(Reason reason)
{
    return *std::ranges::find(table, reason, &ReasonText::reason);
}

bool is_visible(Reason reason)
{
    return reason == practice_paused || reason == in_the_past || reason >= quota_reached;
}

} // namespace gateway::policy
