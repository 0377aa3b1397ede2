// SPDX-License-Identifier: Apache-2.0
#include "adapters/tpp/simulator_routes.hpp"

#include <algorithm>
#include <charconv>

namespace adapters::tpp
{

using fhir::rest::Response;

namespace
{

std::string full_name(const simulation::SeedClinician& clinician)
{
    return clinician.title + " " + clinician.given + " " + clinician.family;
}

std::string staff_details(const SimState& state, const simulation::SeedSession& session)
{
    const auto* clinician = simulation::clinician_of(state.seed(), session);
    if (!clinician || state.options().lists("without_staff", session.key))
        return {};
    return full_name(*clinician) + (clinician->gender == "male" ? " (Male)" : " (Female)");
}

bool switched_off(const SimCall& call)
{
    const auto options = call.state.options();
    return options.is("appointments", "off") || options.lists("appointments_off", call.nhs_number);
}

XmlElement slot_element(const SimState& state, const SimSlot& slot)
{
    const auto options = state.options();
    const bool no_end = options.lists("bad_end", slot.seed_key);
    const bool no_type = options.lists("blank_type", slot.seed_key);
    return XmlElement("Slot", {{"startDate", false_zulu(slot.key.start)},
                               {"endDate", no_end ? "soon" : false_zulu(slot.key.end)},
                               {"type", no_type ? " " : state.session_of(slot).slot_type}});
}

XmlElement session_element(const SimState& state, const simulation::SeedSession& session)
{
    const auto* location = simulation::location_of(state.seed(), session);
    return XmlElement("Session", {{"sessionId", session_id_of(session.key)},
                                  {"type", session.name},
                                  {"staffDetails", staff_details(state, session)},
                                  {"location", location ? location->name : std::string()}});
}

/// Every session with those of its slots; one without any too.
std::string sessions_with(const SimState& state, const std::vector<std::size_t>& slots)
{
    std::string sessions;
    auto next = slots.begin();
    for (std::size_t i = 0; i < state.seed().sessions.size(); ++i) {
        auto session = session_element(state, state.seed().sessions[i]);
        for (; next != slots.end() && state.slots()[*next].session == i; ++next)
            session.add(slot_element(state, state.slots()[*next]));
        sessions += session.str();
    }
    return sessions;
}

XmlElement appointment_element(const SimState& state, const SimSlot& slot)
{
    const auto& session = state.session_of(slot);
    const auto* clinician = simulation::clinician_of(state.seed(), session);
    const auto* location = simulation::location_of(state.seed(), session);
    XmlElement element("Appointment", {{"apptId", slot.appointment_id},
                                       {"startDate", false_zulu(slot.key.start)},
                                       {"endDate", false_zulu(slot.key.end)}});
    element.set("details", clinician ? "Clinician: " + full_name(*clinician) : "");
    element.set("siteName", location ? location->name : "");
    return element.set("address",
                       location ? location->line + ", " + location->town + ", " + location->postcode : "");
}

long future_bookings(const SimCall& call)
{
    return std::ranges::count_if(call.state.slots(), [&](const SimSlot& slot) {
        return slot.held == Held::booked && slot.nhs_number == call.nhs_number &&
               slot.start > call.state.now();
    });
}

/// Only the literal zone marks of the wire are understood, and they are not believed.
bool has_false_offset(std::string_view time)
{
    return time.size() == 25 && time.ends_with("+00:00");
}

} // namespace

Response list_slots(SimCall& call)
{
    auto& state = call.state;
    const auto start = call.attribute("startDate");
    const auto from = read_time(start);
    const auto count = call.attribute("numberOfDays");
    int days = 0;
    std::from_chars(count.data(), count.data() + count.size(), days);
    if (!from || start.size() != 22 || !start.ends_with("Z") || days <= 0)
        return call.refused("0000", "startDate or numberOfDays is not valid");
    if (switched_off(call))
        return call.refused("6", "No access to appointments");
    const int bookable = state.options().number("bookable_days").value_or(56);
    const auto to = std::min(*from + std::chrono::days(days),
                             fhir::to_uk_local(state.now()) + std::chrono::days(bookable));
    std::vector<std::size_t> shown;
    for (std::size_t i = 0; i < state.slots().size(); ++i) {
        const auto& slot = state.slots()[i];
        if (slot.held == Held::free && slot.start > state.now() && *from <= slot.key.start &&
            slot.key.start < to)
            shown.push_back(i);
    }
    auto key = simulation::listing_key("slots", shown, [](std::size_t each) { return std::to_string(each); });
    const auto& sessions = state.listings().of(std::move(key), [&] { return sessions_with(state, shown); });
    return xml_reply(call.reply().set("bookableDays", std::to_string(bookable)).add_written(sessions));
}

Response book_slot(SimCall& call)
{
    auto& state = call.state;
    // The service account sees the book and may not write in it.
    if (call.nhs_number.empty() || switched_off(call))
        return call.refused("6", "No access to appointments");
    const auto key = slot_asked_for(call.request);
    const bool literal =
        has_false_offset(call.attribute("startDate")) && has_false_offset(call.attribute("endDate"));
    auto* slot = key && literal ? state.slot(*key) : nullptr;
    if (!slot)
        return call.refused("1102", "Slot not found");
    if (slot->start <= state.now())
        return call.refused("5", "Slot is in the past");
    if (slot->held != Held::free)
        return call.refused("1103", "Slot already booked");
    if (future_bookings(call) >= state.options().number("booking_limit").value_or(1000))
        return call.refused("7", "Appointment limit reached");
    state.book(*slot, call.nhs_number, std::string(call.attribute("notes")));
    return xml_reply(call.reply().set("message", state.options().text("message")));
}

Response view_appointments(SimCall& call)
{
    auto& state = call.state;
    const auto which = call.attribute("futureAppointments");
    if (which != "Y" && which != "N")
        return call.refused("0000", "futureAppointments is not valid");
    if (switched_off(call))
        return call.refused("6", "No access to appointments");
    std::vector<const SimSlot*> held;
    for (const auto& slot : state.slots())
        if (slot.held == Held::booked && !call.nhs_number.empty() && slot.nhs_number == call.nhs_number &&
            (slot.start > state.now()) == (which == "Y"))
            held.push_back(&slot);
    std::ranges::sort(held, {}, &SimSlot::appointment_id); // any order but that of time
    auto reply = call.reply();
    for (const auto* slot : held)
        reply.add(appointment_element(state, *slot));
    return xml_reply(reply);
}

Response cancel_appointment(SimCall& call)
{
    auto& state = call.state;
    if (switched_off(call))
        return call.refused("6", "No access to appointments");
    auto* slot = state.appointment(call.attribute("apptId"), call.nhs_number);
    if (!slot)
        return call.refused("9998", "No such appointment"); // assumed: the code is not public
    if (slot->start <= state.now())
        return call.refused("5", "Appointment is in the past");
    if (slot->start < state.now() + std::chrono::hours(1))
        return call.refused("40", "Appointment starts within one hour");
    state.free(*slot);
    return xml_reply(call.reply());
}

} // namespace adapters::tpp
