// SPDX-License-Identifier: Apache-2.0
#include "fhir/search/slot_query.hpp"

#include "fhir/schema/codes.hpp"
#include "fhir/search/known_code.hpp"

#include <algorithm>
#include <array>

namespace fhir::search
{

namespace
{

using std::chrono::hours;

constexpr std::array<ParameterInfo, 10> slot_rows{{
    {"status", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Slot-status",
     "free finds bookable slots; other statuses are not published by most systems.", may_negate},
    {"start", SearchParamType::date, "http://hl7.org/fhir/SearchParameter/Slot-start",
     "Give a lower and an upper bound, at most 28 days apart. Dates and times without offset are UK local "
     "time.",
     no_modifier},
    {"end", SearchParamType::date, "", "Custom: end of the slot. UK local time where no offset is given.",
     no_modifier},
    {"schedule", SearchParamType::reference, "http://hl7.org/fhir/SearchParameter/Slot-schedule",
     "Chains: schedule.actor by reference, :identifier (also the practice's ODS code), and "
     "schedule.actor:HealthcareService.identifier, .organization.identifier, "
     "schedule.actor:Location.identifier, "
     "schedule.actor:Practitioner.identifier, .gender, schedule.actor:PractitionerRole.identifier, .role.",
     may_be_typed},
    {"identifier", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Slot-identifier",
     "The practice system's key of the slot.", may_negate},
    {"service-type", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Slot-service-type",
     "Kind of service.", may_negate},
    {"service-category", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Slot-service-category",
     "Broad kind of service.", may_negate},
    {"specialty", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Slot-specialty",
     "Specialty of the clinician needed.", may_negate},
    {"appointment-type", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Slot-appointment-type",
     "Style of appointment: ROUTINE, FOLLOWUP, …", may_negate},
    {"delivery-channel", SearchParamType::token, "",
     "Custom, on the UK Core delivery channel: In-person, Telephone, Video.", may_negate},
}};

constexpr std::string_view actor_definition = "http://hl7.org/fhir/SearchParameter/Schedule-actor";

constexpr std::array<ParameterInfo, 9> slot_chains{{
    {"schedule.actor", SearchParamType::reference, actor_definition,
     "Who or what the schedule is for; with :identifier also the practice's ODS code.",
     may_be_logical | may_be_typed},
    {"schedule.actor.identifier", SearchParamType::token, actor_definition, "Identifier of any actor.",
     no_modifier},
    {"schedule.actor:HealthcareService.identifier", SearchParamType::token, actor_definition,
     "For example a DoS service id.", no_modifier},
    {"schedule.actor:HealthcareService.organization.identifier", SearchParamType::token, actor_definition,
     "ODS codes of the practices to search.", no_modifier},
    {"schedule.actor:Location.identifier", SearchParamType::token, actor_definition, "Site code.",
     no_modifier},
    {"schedule.actor:Practitioner.identifier", SearchParamType::token, actor_definition,
     "SDS user id, GMC number.", no_modifier},
    {"schedule.actor:Practitioner.gender", SearchParamType::token, actor_definition,
     "Gender of the clinician.", no_modifier},
    {"schedule.actor:PractitionerRole.identifier", SearchParamType::token, actor_definition,
     "SDS role profile id.", no_modifier},
    {"schedule.actor:PractitionerRole.role", SearchParamType::token, actor_definition,
     "SDS job role of the clinician.", no_modifier},
}};

constexpr std::array<std::string_view, 6> slot_paths{"Slot:schedule",
                                                     "Schedule:actor",
                                                     "HealthcareService:organization",
                                                     "HealthcareService:location",
                                                     "PractitionerRole:practitioner",
                                                     "PractitionerRole:organization"};

constexpr std::array<std::string_view, 2> slot_sorts{"start", "_lastUpdated"};

const Vocabulary slots{"Slot", slot_rows, slot_chains, slot_paths, {}, slot_sorts};

std::vector<std::vector<TokenValue>>* tokens_of(SlotQuery& query, std::string_view name)
{
    if (name == "status")
        return &query.status;
    if (name == "identifier")
        return &query.identifier;
    if (name == "service-type")
        return &query.service_type;
    if (name == "service-category")
        return &query.service_category;
    if (name == "specialty")
        return &query.specialty;
    if (name == "appointment-type")
        return &query.appointment_type;
    return name == "delivery-channel" ? &query.delivery_channel : nullptr;
}

/// `schedule.actor:Location.identifier` -> Location, identifier.
SlotQuery::ActorChain actor_chain(const Criterion& criterion)
{
    std::string_view path = criterion.parameter->name.substr(std::string_view("schedule.actor").size());
    SlotQuery::ActorChain chain;
    const auto dot = path.find('.');
    if (path.starts_with(':'))
        chain.type = path.substr(1, dot - 1);
    chain.parameter = path.substr(dot + 1);
    chain.values = criterion.tokens;
    return chain;
}

Result<void> place(SlotQuery& query, Criterion& criterion)
{
    const std::string_view name = criterion.parameter->name;
    if (auto* tokens = tokens_of(query, name))
        tokens->push_back(std::move(criterion.tokens));
    else if (name == "start")
        return add_dates(query.start, criterion);
    else if (name == "end")
        return add_dates(query.end, criterion);
    else if (name == "_lastUpdated")
        return add_dates(query.last_updated, criterion);
    else if (name == "_id")
        query.id.push_back(ids_of(criterion));
    else if (name == "schedule")
        query.schedule.push_back(std::move(criterion.references));
    else if (name == "schedule.actor")
        query.schedule_actor.push_back(std::move(criterion.references));
    else
        query.actor_chains.push_back(actor_chain(criterion));
    return {};
}

Error costly(std::string sentence)
{
    Error error(ErrorKind::too_costly, std::move(sentence), "http.start");
    error.advise("Send a lower and an upper bound at most 28 days apart, such as "
                 "start=ge2026-03-10&start=lt2026-03-17.");
    return error;
}

/// The autumn change makes 28 UK days an hour longer.
constexpr auto widest = std::chrono::duration_cast<std::chrono::milliseconds>(max_slot_window) + hours(1);

Result<void> guard(const SlotQuery& query)
{
    const auto window = query.window();
    if (!window && query.id.empty())
        return std::unexpected(costly("A search for slots needs a lower and an upper bound of start."));
    if (!window)
        return {};
    if (window->end <= window->start)
        return fail(ErrorKind::invariant,
                    "The bounds of start exclude each other: the end is not after the beginning.",
                    "http.start");
    if (window->end - window->start > widest)
        return std::unexpected(costly("The bounds of start are more than 28 days apart."));
    return {};
}

bool bounds_below(Prefix prefix)
{
    return prefix == Prefix::eq || prefix == Prefix::ge || prefix == Prefix::gt || prefix == Prefix::sa;
}

bool bounds_above(Prefix prefix)
{
    return prefix == Prefix::eq || prefix == Prefix::le || prefix == Prefix::lt || prefix == Prefix::eb;
}

} // namespace

std::optional<Interval> SlotQuery::window() const
{
    std::optional<Instant> from, until;
    for (const DateValue& date : start) {
        const bool beyond = date.prefix == Prefix::gt || date.prefix == Prefix::sa;
        const Instant low = beyond ? date.range.end : date.range.start;
        if (bounds_below(date.prefix))
            from = from ? std::max(*from, low) : low;
        const bool before = date.prefix == Prefix::lt || date.prefix == Prefix::eb;
        const Instant high = before ? date.range.start : date.range.end;
        if (bounds_above(date.prefix))
            until = until ? std::min(*until, high) : high;
    }
    if (!from || !until)
        return std::nullopt;
    return Interval{*from, *until};
}

Result<SlotQuery> parse_slot_query(const std::vector<RawParameter>& raw, Handling handling,
                                   std::vector<Error>* warnings)
{
    auto parsed = parse_parameters(slots, raw, handling, warnings);
    if (!parsed)
        return std::unexpected(parsed.error());
    SlotQuery query;
    for (Criterion& criterion : parsed->criteria) {
        auto placed = place(query, criterion);
        if (!placed)
            return std::unexpected(placed.error());
    }
    if (auto known = check_codes(query.status, codes_of<SlotStatus>, "status"); !known)
        return std::unexpected(known.error());
    query.includes = std::move(parsed->includes);
    query.paging = std::move(parsed->paging);
    query.used = std::move(parsed->used);
    auto bounded = guard(query);
    if (!bounded)
        return std::unexpected(bounded.error());
    return query;
}

std::string to_query(const SlotQuery& query)
{
    return to_query(query.used);
}

const Vocabulary& slot_vocabulary()
{
    return slots;
}

std::span<const ParameterInfo> slot_parameters()
{
    return slot_rows;
}

std::span<const std::string_view> slot_includes()
{
    return slot_paths;
}

} // namespace fhir::search
