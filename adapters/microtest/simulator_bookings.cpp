// SPDX-License-Identifier: Apache-2.0
#include "adapters/microtest/simulator_routes.hpp"
#include "adapters/microtest/wire.hpp"
#include "fhir/model/utf8.hpp"

#include <algorithm>

namespace adapters::microtest
{

using fhir::codec::JsonValue;
using fhir::rest::Response;

namespace
{

bool is_blank(const std::string& text)
{
    return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

std::string time_text(const SimState& state, fhir::Instant moment)
{
    return state.options().is("times", "offset") ? fhir::to_uk_text(moment)
                                                 : fhir::to_text(fhir::to_uk_local(moment));
}

/// Surgeries have no video: what the seed has of it is `Other`.
std::string_view channel_text(simulation::Channel channel)
{
    switch (channel) {
    case simulation::Channel::in_person:
        return "Surgery";
    case simulation::Channel::telephone:
        return "Telephone";
    case simulation::Channel::video:
        break;
    }
    return "Other";
}

JsonValue names_of(const SimState& state, const simulation::BookSlot& slot)
{
    auto names = JsonValue::array();
    if (const auto* clinician = simulation::clinician_of(state.seed(), state.session_of(slot)))
        names.items().emplace_back(clinician->title + " " + clinician->given + " " + clinician->family);
    return names;
}

/// A row of either list, with what the practice is set to get wrong in it.
JsonValue row_of(const SimState& state, const simulation::BookSlot& slot, const std::string& id)
{
    const auto options = state.options();
    const auto& session = state.session_of(slot);
    const auto* location = simulation::location_of(state.seed(), session);
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(slot.end - slot.start).count();
    auto row = JsonValue::object({{"id", id}});
    row.set("type", options.lists("blank_type", slot.key) ? "" : session.slot_type);
    row.set("startTime", options.lists("bad_start", slot.key) ? "soon" : time_text(state, slot.start));
    row.set("duration", options.lists("no_duration", slot.key) ? "" : std::to_string(minutes));
    row.set("endTime", options.lists("bad_end", slot.key) ? "later" : time_text(state, slot.end));
    row.set("location", location ? location->name : "");
    if (!options.lists("without_clinicians", slot.key))
        row.set("clinicians", names_of(state, slot));
    row.set("channel",
            options.lists("odd_channel", slot.key) ? "Carrier pigeon" : channel_text(session.channel));
    return row;
}

} // namespace

Response list_slots(SimCall& call)
{
    auto& state = call.state;
    const auto from = fhir::parse_date(call.query("fromDate"));
    const auto to = fhir::parse_date(call.query("toDate"));
    if (!from || !to || *to < *from)
        return error_reply(400, "fromDate or toDate is not valid.");
    const bool inclusive = state.options().is("to_date", "inclusive");
    std::vector<const simulation::BookSlot*> shown;
    for (const auto& slot : state.slots()) {
        const auto day = fhir::uk_date(slot.start);
        const bool within = *from <= day && (day < *to || (inclusive && day == *to));
        if (slot.held == simulation::Held::free && slot.start > state.now() && within)
            shown.push_back(&slot);
    }
    auto key = simulation::listing_key("slots", shown, [](const auto* slot) { return slot->key; });
    const auto& text = state.listings().of(std::move(key), [&] {
        auto slots = JsonValue::array();
        for (const auto* slot : shown)
            slots.items().push_back(row_of(state, *slot, slot->key));
        return fhir::codec::to_json(JsonValue::object({{"slots", std::move(slots)}}));
    });
    return simulation::written_json_reply(200, text);
}

Response book_slot(SimCall& call)
{
    auto& state = call.state;
    const auto id = call.text("slotId");
    const auto reason = call.text("bookingReason");
    if (!simulation::says_json(call.request) || id.empty() || is_blank(reason))
        return error_reply(400, "slotId and bookingReason are required.");
    if (fhir::code_points(reason) > max_booking_reason)
        return error_reply(400, "bookingReason is too long.");
    auto* slot = state.slot(id);
    if (!slot || slot->held != simulation::Held::free || slot->start <= state.now())
        return error_reply(409, "Conflict. Another booking holds that appointment slot.");
    state.book(*slot, call.patient.nhs_number, reason, call.text("telephoneNumber"));
    const auto status = state.options().number("booked_status").value_or(201);
    return json_reply(static_cast<unsigned>(status), "The appointment was booked.");
}

Response list_appointments(SimCall& call)
{
    const auto& state = call.state;
    const auto asked = call.query("pastAppointmentsFromDate");
    const auto from = fhir::parse_date(asked);
    if (!asked.empty() && !from)
        return error_reply(400, "pastAppointmentsFromDate is not valid.");
    std::vector<const simulation::BookSlot*> held;
    for (const auto& slot : state.slots())
        if (slot.held == simulation::Held::booked && slot.nhs_number == call.patient.nhs_number &&
            (slot.start > state.now() || (from && *from <= fhir::uk_date(slot.start))))
            held.push_back(&slot);
    std::ranges::reverse(held); // any order but that of time
    auto appointments = JsonValue::array();
    for (const auto* slot : held) {
        auto row = row_of(state, *slot, slot->appointment_key);
        row.set("telephoneNumber", slot->phone);
        appointments.items().push_back(std::move(row));
    }
    return json_reply(200, JsonValue::object({{"appointments", std::move(appointments)}}));
}

Response cancel_appointment(SimCall& call)
{
    auto& state = call.state;
    const auto id = call.text("appointmentId");
    const auto reason = call.text("cancelReason");
    if (!simulation::says_json(call.request) || id.empty() || is_blank(reason))
        return error_reply(400, "appointmentId and cancelReason are required.");
    auto* slot = state.appointment(id, call.patient.nhs_number);
    if (!slot)
        return error_reply(404, "There is no such appointment.");
    if (slot->start <= state.now())
        return error_reply(409, "The appointment has begun.");
    state.cancel(*slot, reason);
    Response done;
    done.status = 204;
    return done;
}

} // namespace adapters::microtest
