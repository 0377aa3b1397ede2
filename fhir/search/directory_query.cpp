// SPDX-License-Identifier: Apache-2.0
#include "fhir/search/directory_query.hpp"

#include <algorithm>
#include <array>

namespace fhir::search
{

namespace
{

constexpr unsigned logical_or_typed = may_be_logical | may_be_typed;

constexpr std::array<ParameterInfo, 7> schedule_rows{{
    {"active", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Schedule-active",
     "true or false.", may_negate},
    {"actor", SearchParamType::reference, "http://hl7.org/fhir/SearchParameter/Schedule-actor",
     "Who or what it is for.", logical_or_typed},
    {"date", SearchParamType::date, "http://hl7.org/fhir/SearchParameter/Schedule-date",
     "The planning horizon.", no_modifier},
    {"identifier", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Schedule-identifier", "",
     may_negate},
    {"service-category", SearchParamType::token,
     "http://hl7.org/fhir/SearchParameter/Schedule-service-category", "", may_negate},
    {"service-type", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Schedule-service-type", "",
     may_negate},
    {"specialty", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Schedule-specialty", "",
     may_negate},
}};
constexpr std::array<ParameterInfo, 1> schedule_chains{{
    {"actor.identifier", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Schedule-actor",
     "Identifier of an actor.", no_modifier},
}};

constexpr std::array<ParameterInfo, 6> practitioner_rows{{
    {"identifier", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Practitioner-identifier",
     "SDS user id, GMC number.", may_negate},
    {"name", SearchParamType::string, "http://hl7.org/fhir/SearchParameter/Practitioner-name",
     "Any part of the name.", may_be_exact},
    {"active", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Practitioner-active",
     "true or false.", may_negate},
    {"family", SearchParamType::string, "http://hl7.org/fhir/SearchParameter/individual-family", "",
     may_be_exact},
    {"given", SearchParamType::string, "http://hl7.org/fhir/SearchParameter/individual-given", "",
     may_be_exact},
    {"gender", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/individual-gender", "",
     may_negate},
}};

constexpr std::array<ParameterInfo, 8> role_rows{{
    {"identifier", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/PractitionerRole-identifier",
     "SDS role profile id.", may_negate},
    {"practitioner", SearchParamType::reference,
     "http://hl7.org/fhir/SearchParameter/PractitionerRole-practitioner", "", logical_or_typed},
    {"organization", SearchParamType::reference,
     "http://hl7.org/fhir/SearchParameter/PractitionerRole-organization", "", logical_or_typed},
    {"role", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/PractitionerRole-role",
     "SDS job role.", may_negate},
    {"active", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/PractitionerRole-active",
     "true or false.", may_negate},
    {"location", SearchParamType::reference, "http://hl7.org/fhir/SearchParameter/PractitionerRole-location",
     "", logical_or_typed},
    {"service", SearchParamType::reference, "http://hl7.org/fhir/SearchParameter/PractitionerRole-service",
     "", logical_or_typed},
    {"specialty", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/PractitionerRole-specialty",
     "", may_negate},
}};
constexpr std::array<ParameterInfo, 1> role_chains{{
    {"practitioner.identifier", SearchParamType::token,
     "http://hl7.org/fhir/SearchParameter/PractitionerRole-practitioner", "", no_modifier},
}};

constexpr std::array<ParameterInfo, 6> location_rows{{
    {"identifier", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Location-identifier",
     "Site code.", may_negate},
    {"organization", SearchParamType::reference, "http://hl7.org/fhir/SearchParameter/Location-organization",
     "Who manages it.", logical_or_typed},
    {"name", SearchParamType::string, "http://hl7.org/fhir/SearchParameter/Location-name", "Name or alias.",
     may_be_exact},
    {"address-postalcode", SearchParamType::string,
     "http://hl7.org/fhir/SearchParameter/Location-address-postalcode", "", may_be_exact},
    {"status", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Location-status",
     "active, suspended, inactive.", may_negate},
    {"address-city", SearchParamType::string, "http://hl7.org/fhir/SearchParameter/Location-address-city", "",
     may_be_exact},
}};

constexpr std::array<ParameterInfo, 4> organization_rows{{
    {"identifier", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Organization-identifier",
     "ODS code.", may_negate},
    {"name", SearchParamType::string, "http://hl7.org/fhir/SearchParameter/Organization-name",
     "Name or alias.", may_be_exact},
    {"active", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Organization-active",
     "true or false.", may_negate},
    {"address-postalcode", SearchParamType::string,
     "http://hl7.org/fhir/SearchParameter/Organization-address-postalcode", "", may_be_exact},
}};

constexpr std::array<ParameterInfo, 8> service_rows{{
    {"identifier", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/HealthcareService-identifier",
     "DoS service id.", may_negate},
    {"organization", SearchParamType::reference,
     "http://hl7.org/fhir/SearchParameter/HealthcareService-organization", "Who provides it.",
     logical_or_typed},
    {"active", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/HealthcareService-active",
     "true or false.", may_negate},
    {"location", SearchParamType::reference, "http://hl7.org/fhir/SearchParameter/HealthcareService-location",
     "", logical_or_typed},
    {"name", SearchParamType::string, "http://hl7.org/fhir/SearchParameter/HealthcareService-name", "",
     may_be_exact},
    {"service-type", SearchParamType::token,
     "http://hl7.org/fhir/SearchParameter/HealthcareService-service-type", "", may_negate},
    {"service-category", SearchParamType::token,
     "http://hl7.org/fhir/SearchParameter/HealthcareService-service-category", "", may_negate},
    {"specialty", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/HealthcareService-specialty",
     "", may_negate},
}};
constexpr std::array<ParameterInfo, 1> service_chains{{
    {"organization.identifier", SearchParamType::token,
     "http://hl7.org/fhir/SearchParameter/HealthcareService-organization", "ODS code.", no_modifier},
}};

constexpr std::array<ParameterInfo, 8> patient_rows{{
    {"identifier", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Patient-identifier",
     "NHS number with its system; prefer POST _search, which keeps the number out of URLs.", no_modifier},
    {"family", SearchParamType::string, "http://hl7.org/fhir/SearchParameter/individual-family", "",
     may_be_exact},
    {"given", SearchParamType::string, "http://hl7.org/fhir/SearchParameter/individual-given", "",
     may_be_exact},
    {"name", SearchParamType::string, "http://hl7.org/fhir/SearchParameter/Patient-name",
     "Any part of the name.", may_be_exact},
    {"birthdate", SearchParamType::date, "http://hl7.org/fhir/SearchParameter/individual-birthdate", "",
     no_modifier},
    {"gender", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/individual-gender", "",
     may_negate},
    {"address-postalcode", SearchParamType::string,
     "http://hl7.org/fhir/SearchParameter/individual-address-postalcode", "", may_be_exact},
    {"active", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Patient-active", "true or false.",
     may_negate},
}};

constexpr std::array<std::string_view, 1> schedule_includes{"Schedule:actor"};
constexpr std::array<std::string_view, 2> role_includes{"PractitionerRole:practitioner",
                                                        "PractitionerRole:organization"};
constexpr std::array<std::string_view, 1> location_includes{"Location:organization"};
constexpr std::array<std::string_view, 2> service_includes{"HealthcareService:organization",
                                                           "HealthcareService:location"};
constexpr std::array<std::string_view, 1> age_only{"_lastUpdated"};
constexpr std::array<std::string_view, 2> by_date{"date", "_lastUpdated"};
constexpr std::array<std::string_view, 2> by_name{"name", "_lastUpdated"};

const std::array<Vocabulary, 7> vocabularies{{
    {"Schedule", schedule_rows, schedule_chains, schedule_includes, {}, by_date},
    {"Practitioner", practitioner_rows, {}, {}, {}, by_name},
    {"PractitionerRole", role_rows, role_chains, role_includes, {}, age_only},
    {"Location", location_rows, {}, location_includes, {}, by_name},
    {"Organization", organization_rows, {}, {}, {}, by_name},
    {"HealthcareService", service_rows, service_chains, service_includes, {}, by_name},
    {"Patient", patient_rows, {}, {}, {}, {}},
}};

constexpr std::array<std::string_view, 7> resource_types{"Schedule", "Practitioner", "PractitionerRole",
                                                         "Location", "Organization", "HealthcareService",
                                                         "Patient"};

Result<void> guard_patient(const DirectoryQuery& query)
{
    const bool by_identifier = !query.of("identifier").empty() || !query.of("_id").empty();
    const bool by_demographics = !query.of("family").empty() && !query.of("birthdate").empty();
    if (by_identifier || by_demographics)
        return {};
    Error error(ErrorKind::too_costly, "A search for patients needs the patient's NHS number.",
                "http.identifier");
    error.advise("Send identifier with the system https://fhir.nhs.uk/Id/nhs-number and the NHS number.");
    return std::unexpected(std::move(error));
}

} // namespace

std::vector<const Criterion*> DirectoryQuery::of(std::string_view parameter) const
{
    std::vector<const Criterion*> found;
    for (const Criterion& criterion : criteria)
        if (criterion.parameter->name == parameter)
            found.push_back(&criterion);
    return found;
}

std::span<const std::string_view> directory_types()
{
    return resource_types;
}

const Vocabulary* directory_vocabulary(std::string_view resource_type)
{
    const auto* row = std::ranges::find(vocabularies, resource_type, &Vocabulary::resource_type);
    return row == vocabularies.end() ? nullptr : row;
}

std::span<const ParameterInfo> directory_parameters(std::string_view resource_type)
{
    const Vocabulary* vocabulary = directory_vocabulary(resource_type);
    return vocabulary ? vocabulary->parameters : std::span<const ParameterInfo>{};
}

std::span<const std::string_view> directory_includes(std::string_view resource_type)
{
    const Vocabulary* vocabulary = directory_vocabulary(resource_type);
    return vocabulary ? vocabulary->includes : std::span<const std::string_view>{};
}

Result<DirectoryQuery> parse_directory_query(std::string_view resource_type,
                                             const std::vector<RawParameter>& raw, Handling handling,
                                             std::vector<Error>* warnings)
{
    const Vocabulary* vocabulary = directory_vocabulary(resource_type);
    if (!vocabulary)
        return fail(ErrorKind::resource_type_unknown);
    auto parsed = parse_parameters(*vocabulary, raw, handling, warnings);
    if (!parsed)
        return std::unexpected(parsed.error());
    DirectoryQuery query{std::move(*parsed)};
    if (resource_type == "Patient") {
        auto narrow = guard_patient(query);
        if (!narrow)
            return std::unexpected(narrow.error());
    }
    return query;
}

std::string to_query(const DirectoryQuery& query)
{
    return to_query(query.used);
}

} // namespace fhir::search
