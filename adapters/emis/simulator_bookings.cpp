// SPDX-License-Identifier: Apache-2.0
#include "adapters/emis/simulator_routes.hpp"

#include <algorithm>

namespace adapters::emis
{

using fhir::codec::JsonValue;
using fhir::rest::Response;

namespace
{

constexpr std::string_view booking_method = "BookAppointment";
constexpr std::string_view cancelling_method = "CancelAppointment";

std::int64_t future_bookings(const SimCall& call)
{
    const auto& slots = call.state.slots();
    return std::count_if(slots.begin(), slots.end(), [&](const SimSlot& slot) {
        return slot.state == SlotState::booked && slot.nhs_number == call.nhs_number &&
               slot.start > call.state.now();
    });
}

bool clashes(const SimCall& call, const SimSlot& wanted)
{
    const auto& slots = call.state.slots();
    return std::any_of(slots.begin(), slots.end(), [&](const SimSlot& slot) {
        return slot.state == SlotState::booked && slot.nhs_number == call.nhs_number &&
               slot.start < wanted.end && wanted.start < slot.end;
    });
}

/// What the practice has against the slot itself.
std::optional<SimRefusal> slot_objection(const SimCall& call, const SimSlot& slot)
{
    if (slot.start <= call.state.now())
        return SimRefusal{400, 1152, "Appointment cannot be booked in the past"};
    if (const int side = call.state.outside_window(slot); side != 0)
        return SimRefusal{400, side < 0 ? 1153 : 1154, {}};
    if (slot.state != SlotState::free || clashes(call, slot))
        return SimRefusal{409, 0, {}};
    return std::nullopt;
}

/// What the practice has against the booking's texts: nothing, or the name of the offending member.
std::string_view reason_objection(const SimCall& call)
{
    const auto wanted = call.state.options().text("booking_reason");
    const bool given = !call.text("BookingReason").empty();
    const bool wrong = !call.body.find("BookingReason", true) || (wanted == "mandatory" && !given) ||
                       (wanted == "not_requested" && given);
    return wrong ? "BookingReason" : "";
}

const JsonValue* slot_number(const SimCall& call)
{
    const auto* value = call.body.is_object() ? call.body.find("SlotId", true) : nullptr;
    return value && value->is_number() && value->integer() ? value : nullptr;
}

} // namespace

Response book_slot(SimCall& call)
{
    auto& state = call.state;
    const auto options = state.options();
    const auto* number = slot_number(call);
    if (!number)
        return invalid_reply("SlotId");
    // The service account sees the book and may not write in it.
    if (call.nhs_number.empty() || options.is("appointments", "off") ||
        options.lists("appointments_off", call.nhs_number))
        return service_off_reply(state);
    auto* slot = state.slot(*number->integer());
    if (!slot)
        return refusal_reply(state, {404, 1151, "Appointment not found"}, booking_method);
    if (const auto refused = slot_objection(call, *slot))
        return refusal_reply(state, *refused, booking_method);
    if (const auto member = reason_objection(call); !member.empty())
        return invalid_reply(member);
    const auto limit = options.number("booking_limit");
    if (limit && future_bookings(call) >= *limit)
        return refusal_reply(
            state, {400, 1156, "Maximum booked appointments is limited to the number the practice has set"},
            booking_method);
    const bool telephone = state.session_of(*slot).channel == simulation::Channel::telephone;
    if (telephone && call.text("TelephoneNumber").empty())
        return refusal_reply(state,
                             {400, 1014, "Telephone/mobile number required for telephone appointments"},
                             booking_method);
    slot->state = SlotState::booked;
    slot->nhs_number = call.nhs_number;
    slot->reason = call.text("BookingReason");
    slot->phone = call.text("TelephoneNumber");
    slot->booked_at = state.now();
    ++slot->times_booked;
    return json_reply(201, JsonValue::object({{"BookingCreated", true}}));
}

Response cancel_slot(SimCall& call)
{
    auto& state = call.state;
    const auto* number = slot_number(call);
    if (!number)
        return invalid_reply("SlotId");
    if (call.text("CancellationReason").empty())
        return invalid_reply("CancellationReason");
    auto* slot = state.slot(*number->integer());
    if (!slot || slot->state != SlotState::booked || call.nhs_number.empty() ||
        slot->nhs_number != call.nhs_number)
        return refusal_reply(state, {404, 1151, "Appointment not found"}, cancelling_method);
    if (slot->start <= state.now())
        return refusal_reply(state, {400, 1152, "Past appointments cannot be cancelled"}, cancelling_method);
    state.free(*slot);
    slot->last_cancelled = call.text("CancellationReason");
    return no_content_reply();
}

} // namespace adapters::emis
