// SPDX-License-Identifier: Apache-2.0
#include "adapters/vision/simulator_routes.hpp"

#include <algorithm>
#include <charconv>

namespace adapters::vision
{

using fhir::rest::Response;
using xml::Element;
using xml::NewElement;

namespace
{

constexpr int most_per_page = 1000;

/// What a search asks for.
struct Search
{
    int page = 0, size = 0;
    std::vector<std::string> owners, locations;
    std::optional<fhir::Date> from, to;
    bool am = false, pm = false;

    bool is_valid() const
    {
        return page >= 1 && size >= 1 && size <= most_per_page && !owners.empty() && from && to;
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

std::string duration_of(const SimState& state, const SimSlot& slot)
{
    if (state.options().lists("bad_duration", slot.id))
        return "a while";
    return std::to_string(std::chrono::duration_cast<std::chrono::minutes>(slot.end - slot.start).count());
}

} // namespace

NewElement slot_element(const SimCall& call, const SimSlot& slot, bool past)
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
    auto key = simulation::listing_key("slots", page, [](const SimSlot* each) { return each->id; });
    return call.reply(call.state.listings().of(std::move(key), [&] {
        auto slots = call.element("slots");
        for (const auto* slot : page)
            slots.add(slot_element(call, *slot, false));
        auto response = call.outermost("availableAppointmentsResponse");
        return response.add(slots).add(references_element(call, page)).str();
    }));
}

} // namespace adapters::vision
