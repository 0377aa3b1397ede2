// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/r4/appointment_includes.hpp"

#include "fhir/codec/json.hpp"
#include "gateway/faces/context.hpp"
#include "gateway/faces/r4_face.hpp"

#include <algorithm>
#include <set>

namespace gateway::faces::r4
{

namespace
{

using fhir::search::Include;

/// Each costs a look at a book, perhaps a call to a practice.
constexpr std::size_t max_includes = 200;

bool wanted(const std::vector<Include>& includes, std::string_view source, std::string_view parameter,
            std::string_view type)
{
    return std::ranges::any_of(includes, [&](const Include& include) {
        return !include.reverse && include.source == source &&
               (include.parameter == parameter || include.parameter == "*") &&
               (include.target.empty() || include.target == type);
    });
}

std::string type_of(std::string_view reference)
{
    return std::string(reference.substr(0, reference.find('/')));
}

bool readable(const identity::Caller& caller, std::string_view reference)
{
    return caller.may(identity::Permission::read, type_of(reference));
}

void add_actor(const std::vector<Include>& includes, const std::string& reference,
               std::vector<std::string>& references)
{
    const std::string type = type_of(reference);
    std::string specific = type;
    std::ranges::transform(specific, specific.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (wanted(includes, "Appointment", "actor", type) || wanted(includes, "Appointment", specific, type))
        references.push_back(reference);
}

/// References of one appointment that `_include` asks for.
std::vector<std::string> references_of(const fhir::Appointment& appointment,
                                       const std::vector<Include>& includes)
{
    std::vector<std::string> references;
    for (const auto& slot : appointment.slot)
        if (slot.reference && wanted(includes, "Appointment", "slot", "Slot"))
            references.push_back(*slot.reference);
    for (const auto& participant : appointment.participant)
        if (participant.actor && participant.actor->reference)
            add_actor(includes, *participant.actor->reference, references);
    return references;
}

Awaitable<void> add_slot(const Context& context, const R4Services& services, std::string reference,
                         bool with_schedule, std::vector<Entry>& entries)
{
    auto hit =
        co_await services.search.slot(*context.caller, reference.substr(5), false, context.ids.request_id);
    if (!hit)
        co_return;
    entries.push_back({reference, hit->json()});
    const auto& schedule = hit->slot->common().schedule.reference;
    if (!with_schedule || !schedule)
        co_return;
    std::string json = hit->book->json_of("Schedule", schedule->substr(schedule->rfind('/') + 1));
    const bool known = std::ranges::find(entries, *schedule, &Entry::reference) != entries.end();
    if (!json.empty() && !known)
        entries.push_back({*schedule, std::move(json)});
}

Awaitable<void> add_other(const Context& context, const R4Services& services, std::string reference,
                          std::vector<Entry>& entries)
{
    const std::string type = type_of(reference);
    const std::string id = reference.substr(reference.rfind('/') + 1);
    if (type == "Patient") {
        auto patient = co_await services.patients.read(*context.caller, id, context.ids.request_id);
        if (patient)
            entries.push_back({reference, fhir::codec::to_json(*patient)});
        co_return;
    }
    auto book = co_await services.search.book_with(*context.caller, type, id);
    if (!book)
        co_return;
    if (std::string json = (*book)->json_of(type, id); !json.empty())
        entries.push_back({reference, std::move(json)});
}

} // namespace

Awaitable<std::vector<Entry>> appointment_includes(const Context& context, const R4Services& services,
                                                   const std::vector<Include>& includes,
                                                   const std::vector<booking::StoredAppointment>& found,
                                                   const Searchset& page)
{
    std::vector<Entry> entries;
    if (includes.empty())
        co_return entries;
    std::set<std::string> references;
    for (std::size_t i = page.offset; i < page.page_end(); ++i)
        for (auto& reference : references_of(found[i].resource, includes))
            if (references.size() < max_includes)
                references.insert(std::move(reference));
    // What a token may not read by itself, it does not get by way of an appointment either.
    std::erase_if(references,
                  [&](const std::string& reference) { return !readable(*context.caller, reference); });
    const bool with_schedule =
        wanted(includes, "Slot", "schedule", "Schedule") && readable(*context.caller, "Schedule/");
    for (const auto& reference : references) {
        if (reference.starts_with("Slot/"))
            co_await add_slot(context, services, reference, with_schedule, entries);
        else
            co_await add_other(context, services, reference, entries);
    }
    co_return entries;
}

} // namespace gateway::faces::r4
