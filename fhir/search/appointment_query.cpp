// SPDX-License-Identifier: Apache-2.0
#include "fhir/search/appointment_query.hpp"

#include "fhir/schema/codes.hpp"
#include "fhir/search/known_code.hpp"

#include <array>

namespace fhir::search
{

namespace
{

constexpr std::array<ParameterInfo, 13> appointment_rows{{
    {"patient", SearchParamType::reference, "http://hl7.org/fhir/SearchParameter/Appointment-patient",
     "By reference, or patient:identifier=https://fhir.nhs.uk/Id/nhs-number|… ; prefer POST _search, which "
     "keeps the number out of URLs.",
     may_be_logical | may_be_typed},
    {"date", SearchParamType::date, "http://hl7.org/fhir/SearchParameter/Appointment-date",
     "Start of the appointment; UK local time where no offset is given.", no_modifier},
    {"status", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Appointment-status",
     "booked, cancelled, pending, …", may_negate},
    {"identifier", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Appointment-identifier",
     "The consumer's own identifier.", may_negate},
    {"slot", SearchParamType::reference, "http://hl7.org/fhir/SearchParameter/Appointment-slot",
     "The slot it fills.", may_be_typed},
    {"location", SearchParamType::reference, "http://hl7.org/fhir/SearchParameter/Appointment-location",
     "Where it takes place.", may_be_logical | may_be_typed},
    {"practitioner", SearchParamType::reference,
     "http://hl7.org/fhir/SearchParameter/Appointment-practitioner", "The clinician.",
     may_be_logical | may_be_typed},
    {"actor", SearchParamType::reference, "http://hl7.org/fhir/SearchParameter/Appointment-actor",
     "Any participant.", may_be_logical | may_be_typed},
    {"service-type", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Appointment-service-type",
     "Kind of service.", may_negate},
    {"service-category", SearchParamType::token,
     "http://hl7.org/fhir/SearchParameter/Appointment-service-category", "Broad kind of service.",
     may_negate},
    {"specialty", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Appointment-specialty",
     "Specialty of the clinician needed.", may_negate},
    {"appointment-type", SearchParamType::token,
     "http://hl7.org/fhir/SearchParameter/Appointment-appointment-type", "Style of appointment.", may_negate},
    {"booking-organization", SearchParamType::reference, "",
     "Custom, on the UK Core booking organisation: what an organisation booked.",
     may_be_logical | may_be_typed},
}};

constexpr std::array<ParameterInfo, 1> appointment_chains{{
    {"patient.identifier", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Appointment-patient",
     "The patient's NHS number with its system.", no_modifier},
}};

constexpr std::array<std::string_view, 6> appointment_paths{
    "Appointment:slot",     "Appointment:patient",      "Appointment:actor",
    "Appointment:location", "Appointment:practitioner", "Slot:schedule"};

constexpr std::array<std::string_view, 2> appointment_sorts{"date", "_lastUpdated"};

const Vocabulary appointments{"Appointment",    appointment_rows, appointment_chains, appointment_paths, {},
                              appointment_sorts};

std::vector<std::vector<TokenValue>>* tokens_of(AppointmentQuery& query, std::string_view name)
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
    return name == "appointment-type" ? &query.appointment_type : nullptr;
}

std::vector<std::vector<ReferenceValue>>* references_of(AppointmentQuery& query, std::string_view name)
{
    if (name == "patient")
        return &query.patient;
    if (name == "slot")
        return &query.slot;
    if (name == "location")
        return &query.location;
    if (name == "practitioner")
        return &query.practitioner;
    if (name == "actor")
        return &query.actor;
    return name == "booking-organization" ? &query.booking_organization : nullptr;
}

/// `patient.identifier` asks the same as `patient:identifier`.
std::vector<ReferenceValue> logical(const Criterion& criterion)
{
    std::vector<ReferenceValue> values;
    for (const TokenValue& token : criterion.tokens) {
        ReferenceValue value;
        value.identifier = token;
        values.push_back(std::move(value));
    }
    return values;
}

Result<void> place(AppointmentQuery& query, Criterion& criterion)
{
    const std::string_view name = criterion.parameter->name;
    if (auto* tokens = tokens_of(query, name))
        tokens->push_back(std::move(criterion.tokens));
    else if (auto* references = references_of(query, name))
        references->push_back(std::move(criterion.references));
    else if (name == "patient.identifier")
        query.patient.push_back(logical(criterion));
    else if (name == "_id")
        query.id.push_back(ids_of(criterion));
    else
        return add_dates(name == "date" ? query.date : query.last_updated, criterion);
    return {};
}

/// The days asked for must be able to exist together.
Result<void> guard(const AppointmentQuery& query)
{
    for (const DateValue& lower : query.date)
        for (const DateValue& upper : query.date) {
            const bool from =
                lower.prefix == Prefix::ge || lower.prefix == Prefix::gt || lower.prefix == Prefix::sa;
            const bool until =
                upper.prefix == Prefix::lt || upper.prefix == Prefix::eb || upper.prefix == Prefix::le;
            const Instant end = upper.prefix == Prefix::le ? upper.range.end : upper.range.start;
            const Instant start = lower.prefix == Prefix::ge ? lower.range.start : lower.range.end;
            if (from && until && end <= start)
                return fail(ErrorKind::invariant,
                            "The bounds of date exclude each other: the end is not after the beginning.",
                            "http.date");
        }
    return {};
}

} // namespace

Result<AppointmentQuery> parse_appointment_query(const std::vector<RawParameter>& raw, Handling handling,
                                                 std::vector<Error>* warnings)
{
    auto parsed = parse_parameters(appointments, raw, handling, warnings);
    if (!parsed)
        return std::unexpected(parsed.error());
    AppointmentQuery query;
    for (Criterion& criterion : parsed->criteria) {
        auto placed = place(query, criterion);
        if (!placed)
            return std::unexpected(placed.error());
    }
    if (auto known = check_codes(query.status, codes_of<AppointmentStatus>, "status"); !known)
        return std::unexpected(known.error());
    query.includes = std::move(parsed->includes);
    query.paging = std::move(parsed->paging);
    query.used = std::move(parsed->used);
    auto possible = guard(query);
    if (!possible)
        return std::unexpected(possible.error());
    return query;
}

std::string to_query(const AppointmentQuery& query)
{
    return to_query(query.used);
}

const Vocabulary& appointment_vocabulary()
{
    return appointments;
}

std::span<const ParameterInfo> appointment_parameters()
{
    return appointment_rows;
}

std::span<const std::string_view> appointment_includes()
{
    return appointment_paths;
}

} // namespace fhir::search
