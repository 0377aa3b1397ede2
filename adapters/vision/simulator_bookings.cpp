// SPDX-License-Identifier: Apache-2.0
#include "adapters/vision/simulator_routes.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace adapters::vision
{

using fhir::rest::Response;
using xml::Element;
using xml::NewElement;

namespace
{

constexpr int largest_page = 1000;

struct SimReason
{
    const char* id;
    const char* description;
    const char* is_default;
};
constexpr std::array sim_reasons = {SimReason{"CR1", "No longer needed", "true"},
                                    SimReason{"CR2", "Unable to attend", "false"}};

/// What a search asks for.
struct Search
{
    int page = 0, size = 0;
    std::vector<std::string> owners, locations;
    std::optional<fhir::Date> from, to;
    bool am = false, pm = false;

    bool is_valid() const
    {
        return page >= 1 && size >= 1 && size <= largest_page && !owners.empty() && from && to;
    }
};

int number_in(const std::string& text)
{
    int number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

std::vector<std::string> texts_in(const Element& parent, std::string_view list, std::string_view item)
{
    std::vector<std::string> texts;
    for (const auto& each : child(parent, list).children(vision_space, item))
        texts.push_back(trimmed(each.text()));
    return texts;
}

Search search_in(const SimCall& call)
{
    const auto page = child(call.content, "page");
    const auto range = child(call.content, "dateRange");
    return {number_in(text_of(page, "number")),
            number_in(text_of(page, "slotsPerPage")),
            texts_in(call.content, "owners", "owner"),
            texts_in(call.content, "locations", "location"),
            fhir::parse_date(text_of(range, "from")),
            fhir::parse_date(text_of(range, "to")),
            call.field("am") == "true",
            call.field("pm") == "true"};
}

bool holds(const std::vector<std::string>& list, const std::string& item)
{
    return std::ranges::find(list, item) != list.end();
}

bool fits(const SimState& state, const SimSlot& slot, const Search& search)
{
    const auto& session = state.session_of(slot);
    const auto local = fhir::to_uk_local(slot.start);
    const auto date = fhir::Date(std::chrono::floor<std::chrono::days>(local));
    const bool morning = local - std::chrono::floor<std::chrono::days>(local) < std::chrono::hours(12);
    return slot.held == Held::free && *search.from <= date && date <= *search.to &&
           (morning ? search.am : search.pm) &&
           (holds(search.owners, "ALL") || holds(search.owners, session.clinician)) &&
           (search.locations.empty() || holds(search.locations, session.location));
}

std::string duration_of(const SimState& state, const SimSlot& slot)
{
    if (state.options().lists("bad_duration", slot.id))
        return "a while";
    return std::to_string(std::chrono::duration_cast<std::chrono::minutes>(slot.end - slot.start).count());
}

/// Past ones are told in less detail.
NewElement slot_element(const SimCall& call, const SimSlot& slot, bool past = false)
{
    const auto& session = call.state.session_of(slot);
    auto element = call.element("slot", {{"id", slot.id}});
    element.add(call.name("dateTime"), fhir::to_text(fhir::to_uk_local(slot.start)));
    if (!past)
        element.add(call.name("duration"), duration_of(call.state, slot));
    element.add(call.name("owner"), session.clinician);
    element.add(call.name("location"), session.location);
    element.add(call.name("type"), "t" + session.key);
    if (!past)
        element.add(call.name("session"), session.key);
    return element;
}

/// A page, from 1; the last one's first slot again where the option asks for it, or the first page forever.
std::vector<const SimSlot*> page_of(const SimState& state, const std::vector<const SimSlot*>& all,
                                    Search search)
{
    const auto options = state.options();
    if (options.is("pages", "endless"))
        search.page = 1;
    const auto first = std::min(all.size(), static_cast<std::size_t>(search.page - 1) *
                                                static_cast<std::size_t>(search.size));
    const auto last = std::min(all.size(), first + static_cast<std::size_t>(search.size));
    std::vector<const SimSlot*> page(all.begin() + static_cast<std::ptrdiff_t>(first),
                                     all.begin() + static_cast<std::ptrdiff_t>(last));
    if (options.is("pages", "overlapping") && first > 0 && first < all.size())
        page.insert(page.begin(), all[first - 1]);
    return page;
}

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

NewElement references_element(const SimCall& call, const std::vector<const SimSlot*>& slots)
{
    const auto options = call.state.options();
    std::map<std::string, NewElement> known; // by kind and id: an order like any other
    const auto add = [&](const char* kind, const std::string& id, const char* field,
                         const std::string& text) {
        if (options.lists("omit_reference", std::string(kind) + ":" + id))
            return;
        auto element = call.element(kind, {{"id", id}});
        known.emplace(std::string(kind) + ":" + id, element.add(call.name(field), text));
    };
    for (const auto* slot : slots) {
        const auto& session = call.state.session_of(*slot);
        add("slotType", "t" + session.key, "description", session.slot_type);
        add("session", session.key, "description", session.name);
        if (const auto* owner = simulation::clinician_of(call.state.seed(), session))
            add("owner", owner->key, "name", owner->title + " " + owner->given + " " + owner->family);
        if (const auto* location = simulation::location_of(call.state.seed(), session))
            add("location", location->key, "name", location->name);
    }
    auto references = call.element("references");
    for (const auto& [key, element] : known)
        references.add(element);
    return references;
}

Response available_appointments(SimCall& call)
{
    const auto search = search_in(call);
    if (!search.is_valid())
        return call.refused("-31", "Invalid parameter");
    std::vector<const SimSlot*> all;
    for (const auto& slot : call.state.slots())
        if (fits(call.state, slot, search))
            all.push_back(&slot);
    const auto page = page_of(call.state, all, search);
    auto slots = call.element("slots");
    for (const auto* slot : page)
        slots.add(slot_element(call, *slot));
    auto response = call.outermost("availableAppointmentsResponse");
    return call.reply(response.add(slots).add(references_element(call, page)));
}

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
