// SPDX-License-Identifier: Apache-2.0
#include "adapters/bars/simulator_rules.hpp"

#include "adapters/bars/simulator_sentinels.hpp"
#include "adapters/bars/standard/message.hpp"
#include "adapters/bars/standard/names.hpp"
#include "fhir/model/id.hpp"
#include "fhir/model/nhs_number.hpp"

#include <algorithm>
#include <set>

namespace adapters::bars::receiver
{

namespace
{

/// There are no pages: what would not fit into one answer is refused.
constexpr std::size_t most_slots = 4000;

std::unexpected<Refusal> too_costly()
{
    return refuse(422, "REC_UNPROCESSABLE_ENTITY", "too-costly", "Ask for a narrower range");
}

struct SlotQuery
{
    std::optional<fhir::Instant> from, until;
    std::set<std::string> includes;
    bool free = false;
};

/// What was honoured, for the self link.
std::string self_link(const State& state, std::string_view type, const Parameters& honoured)
{
    std::string link = state.base() + std::string(type) + "?";
    for (const auto& [name, value] : honoured)
        link += (link.ends_with('?') ? "" : "&") + fhir::rest::percent_encode(name, ":") + "=" +
                fhir::rest::percent_encode(value, ":/,");
    return link;
}

Checked read_bound(const std::string& value, SlotQuery& query)
{
    const auto prefix = value.substr(0, 2);
    const auto moment =
        fhir::parse_instant(std::string_view(value).substr(std::min<std::size_t>(2, value.size())));
    if (!moment || (prefix != "ge" && prefix != "lt"))
        return bad("value", "start takes ge and lt with an instant");
    (prefix == "ge" ? query.from : query.until) = *moment;
    return {};
}

std::expected<SlotQuery, Refusal> read_query(const Parameters& parameters, const Caller& caller)
{
    SlotQuery query;
    for (const auto& [name, value] : parameters) {
        if (name == "start") {
            if (auto bound = read_bound(value, query); !bound)
                return std::unexpected(bound.error());
        } else if (name == "status") {
            query.free = value == "free";
        } else if (name == "_include") {
            query.includes.insert(value);
        } else if (name == "Schedule.actor:HealthcareService" && value != caller.service) {
            return bad("value", "The service searched for is not the target of the request");
        }
    }
    if (!query.from || !query.until)
        return bad("required", "start is needed twice, with a lower and an upper bound");
    if (!query.free)
        return bad("required", "status is needed");
    if (!query.includes.contains("Slot:schedule") ||
        !query.includes.contains("Schedule:actor:HealthcareService"))
        return bad("required", "At least Slot:schedule and Schedule:actor:HealthcareService are included");
    return query;
}

JsonValue search_entry(const JsonValue& resource, std::string_view mode)
{
    auto entry = standard::entry_of(url_of(resource), resource);
    entry.set("search", JsonValue::object({{"mode", JsonValue(mode)}}));
    return entry;
}

JsonValue nothing_found(const State& state)
{
    const auto outcome = JsonValue::object(
        {{"resourceType", JsonValue("OperationOutcome")},
         {"issue", JsonValue::array({JsonValue::object(
                       {{"severity", JsonValue("information")},
                        {"code", JsonValue("informational")},
                        {"diagnostics", JsonValue("Nothing was found for this service.")}})})}});
    auto entry = standard::entry_of("urn:uuid:" + state.uuid("nothing found"), outcome);
    entry.set("search", JsonValue::object({{"mode", JsonValue("outcome")}}));
    return entry;
}

/// `entries` are written already.
std::string searchset(const std::string& entries, std::size_t total, const std::string& self,
                      fhir::Instant now)
{
    const auto link = JsonValue::object({{"relation", JsonValue("self")}, {"url", JsonValue(self)}});
    auto bundle =
        fhir::codec::to_json(JsonValue::object({{"resourceType", JsonValue("Bundle")},
                                                {"meta", standard::uk_core_meta("Bundle", now)},
                                                {"type", JsonValue("searchset")},
                                                {"timestamp", JsonValue(fhir::to_utc_text(now))},
                                                {"total", JsonValue(static_cast<std::int64_t>(total))},
                                                {"link", JsonValue::array({link})}}));
    bundle.pop_back();
    return bundle + R"(,"entry":)" + entries + "}";
}

std::string written(const State& state, std::vector<JsonValue> entries)
{
    if (entries.empty())
        entries.push_back(nothing_found(state));
    return fhir::codec::to_json(JsonValue::array(std::move(entries)));
}

/// The include by which a resource comes along.
std::string_view include_of(const JsonValue& resource)
{
    const auto type = view_of(resource, "resourceType");
    if (type == "Schedule")
        return "Slot:schedule";
    if (type == "HealthcareService")
        return "Schedule:actor:HealthcareService";
    if (type == "PractitionerRole")
        return "Schedule:actor:PractitionerRole";
    if (type == "Practitioner")
        return "Schedule:actor:Practitioner";
    return type == "Location" ? "HealthcareService:location" : "HealthcareService:providedBy";
}

/// Everything that the given references lead to.
std::set<std::string> reached(const std::map<std::string, JsonValue>& directory, std::set<std::string> open)
{
    std::set<std::string> all;
    while (!open.empty()) {
        const auto url = *open.begin();
        open.erase(open.begin());
        const auto resource = directory.find(url);
        if (resource == directory.end() || !all.insert(url).second)
            continue;
        for (const char* list : {"actor", "location"})
            for (const auto* item : items_of(resource->second, list))
                open.emplace(view_of(*item, "reference"));
        open.emplace(view_at(resource->second, {"providedBy", "reference"}));
    }
    return all;
}

bool is_shown(const State& state, const SlotState& slot, const SlotQuery& query, fhir::Instant now)
{
    const auto shows = state.options().text("slots");
    return shows != "none" && (slot.status == "free" || shows == "free_and_busy") && slot.start > now &&
           slot.start >= *query.from && slot.start < *query.until;
}

std::vector<JsonValue> entries_of(const State& state, const std::vector<const SlotState*>& slots,
                                  const std::set<std::string>& includes)
{
    std::vector<JsonValue> entries;
    std::set<std::string> schedules;
    for (const auto* slot : slots) {
        entries.push_back(search_entry(state.slot_tree(*slot), "match"));
        schedules.insert("urn:uuid:" + state.schedules[slot->session]);
    }
    const auto& directory = state.directory();
    for (const auto& url : reached(directory, std::move(schedules)))
        if (const auto& resource = directory.at(url); includes.contains(std::string(include_of(resource))))
            entries.push_back(search_entry(resource, "include"));
    return entries;
}

bool may_see(const Booking& booking, const Caller& caller)
{
    return booking.sender == caller.organisation;
}

/// By number, or by name, birth date and postcode together.
std::expected<BookedPerson, Refusal> person_asked_for(const Parameters& parameters)
{
    const auto prefix = std::string(fhir::nhs_number_system) + "|";
    BookedPerson person;
    for (const auto& [name, value] : parameters) {
        if (name == "patient:identifier" && value.starts_with(prefix))
            person.nhs_number = value.substr(prefix.size());
        else if (name == "patient:name")
            person.family = value;
        else if (name == "patient:birthdate")
            person.birth_date = value;
        else if (name == "patient:address-postalcode")
            person.postcode = value;
    }
    const bool described = !person.family.empty() && !person.birth_date.empty() && !person.postcode.empty();
    if (person.nhs_number.empty() && !described)
        return bad("required", "patient:identifier with an NHS number is needed, or name, birth date and "
                               "postcode");
    return person;
}

bool is_meant(const BookedPerson& booked, const BookedPerson& wanted)
{
    if (!wanted.nhs_number.empty())
        return booked.nhs_number == wanted.nhs_number;
    return booked.family == wanted.family && booked.birth_date == wanted.birth_date &&
           booked.postcode == wanted.postcode;
}

/// By the practice's own id of the patient, who stands nowhere else.
JsonValue shown(const State& state, const Booking& booking)
{
    auto tree = booking.tree;
    auto actor = reference_tree("Patient/" + state.patient_id(booking));
    const auto& number = booking.person.nhs_number;
    if (state.options().is("patient", "identified") && !number.empty())
        actor.set("identifier", identifier_tree(fhir::nhs_number_system, number));
    tree.set("participant", JsonValue::array({JsonValue::object(
                                {{"actor", std::move(actor)}, {"status", JsonValue("accepted")}})}));
    return tree;
}

} // namespace

Answered find_slots(const State& state, const Parameters& parameters, const Caller& caller, fhir::Instant now)
{
    const auto query = read_query(parameters, caller);
    if (!query)
        return std::unexpected(query.error());
    if (state.options().is("slots", "timeout"))
        return refuse(408, "REC_TIMEOUT", "timeout", "The practice's system did not answer in time");
    const auto widest = state.options().number("too_costly_days");
    if (widest && *query->until - *query->from > std::chrono::days(*widest))
        return too_costly();
    std::vector<const SlotState*> slots;
    for (const auto& slot : state.slots)
        if (is_shown(state, slot, *query, now))
            slots.push_back(&slot);
    if (slots.size() > most_slots)
        return too_costly();
    auto key = simulation::listing_key("slots", query->includes, [](const auto& each) { return each; });
    key = simulation::listing_key(std::move(key), slots, [](const SlotState* each) { return each->id; });
    const auto& entries = state.listings.of(
        std::move(key), [&] { return written(state, entries_of(state, slots, query->includes)); });
    return searchset(entries, slots.size(), self_link(state, "Slot", parameters), now);
}

Answered find_appointments(const State& state, const Parameters& parameters, const Caller& caller,
                           fhir::Instant now)
{
    const auto wanted = person_asked_for(parameters);
    if (!wanted)
        return std::unexpected(wanted.error());
    std::vector<JsonValue> entries;
    for (const auto& [id, booking] : state.bookings)
        if (is_meant(booking.person, *wanted) && may_see(booking, caller))
            entries.push_back(search_entry(shown(state, booking), "match"));
    const auto total = entries.size();
    // Nobody's number stands in a link.
    return searchset(written(state, std::move(entries)), total, self_link(state, "Appointment", {}), now);
}

Answered read_appointment(const State& state, const std::string& id, const Caller& caller)
{
    if (!fhir::is_uuid(id))
        return bad("value", "Ids of appointments are UUIDs");
    if (state.options().is("sentinels", "on"))
        if (auto refusal = sentinels::refusal_of_appointment(id))
            return std::unexpected(*refusal);
    const auto found = state.bookings.find(id);
    if (found == state.bookings.end() || !may_see(found->second, caller))
        return refuse(404, "REC_NOT_FOUND", "not-found", "The appointment is not known");
    return fhir::codec::to_json(shown(state, found->second));
}

} // namespace adapters::bars::receiver
