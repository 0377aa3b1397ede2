// SPDX-License-Identifier: Apache-2.0
#include "adapters/vision/simulator_routes.hpp"

#include <algorithm>
#include <array>

namespace adapters::vision
{

using fhir::rest::Response;
using xml::NewElement;

namespace
{

struct SimReason
{
    const char* id;
    const char* description;
    const char* is_default;
};
constexpr std::array sim_reasons = {SimReason{"CR1", "No longer needed", "true"},
                                    SimReason{"CR2", "Unable to attend", "false"}};

NewElement settings_element(const SimCall& call)
{
    const auto options = call.state.options();
    auto settings = call.element("settings");
    settings.add(call.element("bookingReason")
                     .add(call.name("add"), options.is("booking_reason", "off") ? "false" : "true")
                     .add(call.name("display"), "true")
                     .add(call.name("edit"), "false"));
    auto reasons = call.element("cancellationReasons");
    if (!options.is("reasons", "none"))
        for (const auto& each : sim_reasons)
            reasons.add(
                call.element("reason", {{"id", each.id}, {"default", each.is_default}})
                    .add(call.element("description", {{"language", "en_UK"}}).text(each.description)));
    settings.add(reasons);
    return settings.add(call.name("cancellationCutoffMinutes"),
                        std::to_string(options.number("cutoff").value_or(60)));
}

NewElement echo_element(const SimCall& call, const NewElement& slot)
{
    auto appointment = call.outermost("appointment");
    appointment.add(call.element("patient", {{"id", call.field("patientId")}}));
    return appointment.add(slot);
}

/// Nothing when the practice offers no such reason.
const char* reason_of(const SimState& state, const std::string& id)
{
    if (state.options().is("reasons", "none") && id.empty())
        return "";
    const auto found =
        std::ranges::find_if(sim_reasons, [&](const SimReason& each) { return each.id == id; });
    return found == sim_reasons.end() ? nullptr : found->description;
}

} // namespace

/// A slot of the past is booked like any other.
Response book_appointment(SimCall& call)
{
    auto& state = call.state;
    if (call.nhs_number.empty()) // the service account sees the book and may not write in it
        return call.refused("-35", "Access denied");
    auto* slot = state.slot(call.field("slotId"));
    if (!slot)
        return call.refused("-21", "Slot not found");
    if (slot->held != Held::free)
        return call.refused("-100", "Unknown error");
    const auto held = std::ranges::count_if(state.slots(), [&](const SimSlot& each) {
        return each.held == Held::booked && each.nhs_number == call.nhs_number && each.start > state.now();
    });
    if (held >= state.options().number("booking_limit").value_or(1000))
        return call.refused("-25", "Booking limit reached");
    state.book(*slot, call.nhs_number, call.field("reason"));
    auto echo = call.element("slot", {{"id", slot->id}});
    if (!slot->reason.empty())
        echo.add(call.name("reason"), slot->reason);
    return call.reply(echo_element(call, echo));
}

Response existing_appointments(SimCall& call)
{
    const auto& state = call.state;
    std::vector<const SimSlot*> held;
    auto past = call.element("pastAppointments");
    auto upcoming = call.element("slots");
    for (const auto& slot : state.slots()) {
        if (slot.held != Held::booked || call.nhs_number.empty() || slot.nhs_number != call.nhs_number)
            continue;
        const bool is_past = slot.start <= state.now();
        (is_past ? past : upcoming).add(slot_element(call, slot, is_past));
        held.push_back(&slot);
    }
    auto response = call.outermost("bookedAppointmentsResponse");
    response.add(past).add(settings_element(call)).add(upcoming);
    return call.reply(response.add(references_element(call, held)));
}

/// At any time, for the cut-off is the client's to keep (assumed).
Response cancel_appointment(SimCall& call)
{
    auto* slot = call.state.slot(call.field("slotId"));
    if (!slot)
        return call.refused("-21", "Appointment not found");
    if (slot->held != Held::booked || slot->nhs_number != call.nhs_number || call.nhs_number.empty())
        return call.refused("-100", "Unknown error");
    const auto* reason = reason_of(call.state, call.field("reasonId"));
    if (!reason)
        return call.refused("-31", "Invalid parameter");
    call.state.free(*slot);
    slot->last_cancelled = reason;
    return call.reply(echo_element(call, call.element("slot", {{"id", slot->id}})));
}

} // namespace adapters::vision
