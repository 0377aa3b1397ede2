// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/gpconnect/interactions.hpp"

#include "fhir/model/id.hpp"
#include "fhir/rest/message.hpp"
#include "gateway/faces/gpconnect/handlers.hpp"

#include <algorithm>
#include <array>

namespace gateway::faces::gpconnect
{

namespace
{

constexpr std::string_view reads_organisation = "organization/*.read";
constexpr std::string_view reads_patient = "patient/*.read";
constexpr std::string_view writes_patient = "patient/*.write";

// clang-format off
constexpr std::array table{
    Interaction{"GET",  "metadata",                     "rest:read:metadata-1",               reads_organisation, read_metadata},
    Interaction{"GET",  "Patient",                      "rest:search:patient-1",              reads_patient,      search_patient},
    Interaction{"GET",  "Patient/{id}",                 "rest:read:patient-1",                reads_patient,      read_patient},
    Interaction{"POST", "Patient/$gpc.registerpatient", "operation:gpc.registerpatient-1",    writes_patient,     register_patient},
    Interaction{"GET",  "Practitioner",                 "rest:search:practitioner-1",         reads_organisation, search_practitioner},
    Interaction{"GET",  "Practitioner/{id}",            "rest:read:practitioner-1",           reads_organisation, read_practitioner},
    Interaction{"GET",  "Organization",                 "rest:search:organization-1",         reads_organisation, search_organization},
    Interaction{"GET",  "Organization/{id}",            "rest:read:organization-1",           reads_organisation, read_organization},
    Interaction{"GET",  "Location/{id}",                "rest:read:location-1",               reads_organisation, read_location},
    Interaction{"GET",  "Slot",                         "rest:search:slot-1",                 reads_organisation, search_slots},
    Interaction{"POST", "Appointment",                  "rest:create:appointment-1",          writes_patient,     book_appointment},
    Interaction{"GET",  "Appointment/{id}",             "rest:read:appointment-1",            reads_patient,      read_appointment},
    Interaction{"GET",  "Patient/{id}/Appointment",     "rest:search:patient_appointments-1", reads_patient,      retrieve_appointments},
    Interaction{"PUT",  "Appointment/{id}",             "rest:update:appointment-1",          writes_patient,     amend_appointment},
    Interaction{"PUT",  "Appointment/{id}",             "rest:cancel:appointment-1",          writes_patient,     cancel_appointment},
};
// clang-format on

/// Known to FHIR and to these resource types, but not among the interactions.
constexpr std::array<std::string_view, 6> not_offered{"Slot/{id}",
                                                      "Schedule",
                                                      "Schedule/{id}",
                                                      "Location",
                                                      "Appointment/{id}/_history",
                                                      "Patient/{id}/_history"};

constexpr std::array<std::string_view, 4> root_after_code{"STU3", "1", "gpconnect", "fhir"};

std::string_view next_segment(std::string_view& path)
{
    const auto end = std::min(path.find('/'), path.size());
    const auto segment = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    return segment;
}

/// Segments match one by one; `{id}` takes any that is no operation.
bool fits(std::string_view pattern, std::string_view below, std::string& id)
{
    if (std::ranges::count(pattern, '/') != std::ranges::count(below, '/'))
        return false;
    while (!pattern.empty()) {
        const auto wanted = next_segment(pattern);
        const auto given = next_segment(below);
        if (wanted != "{id}" && wanted != given)
            return false;
        if (wanted == "{id}" && given.starts_with('$'))
            return false;
        if (wanted == "{id}")
            id = given;
    }
    return true;
}

/// How a resource that cannot exist is answered: as one that does not.
std::unexpected<Refusal> unknown_id(std::string_view path)
{
    if (path.starts_with("Patient/"))
        return not_found("PATIENT_NOT_FOUND", "No patient has this id");
    if (path.starts_with("Practitioner/"))
        return not_found("PRACTITIONER_NOT_FOUND", "No practitioner has this id");
    if (path.starts_with("Organization/"))
        return not_found("ORGANISATION_NOT_FOUND", "No organisation has this id");
    return not_found("NO_RECORD_FOUND", "No resource has this id");
}

std::unexpected<Refusal> unknown_path(std::string_view below)
{
    std::string ignored;
    for (const auto pattern : not_offered)
        if (fits(pattern, below, ignored))
            return std::unexpected(Refusal{"NOT_IMPLEMENTED", "This interaction is not one of GP Connect's"});
    return std::unexpected(Refusal{"BAD_REQUEST", "Nothing is served at this path", 404});
}

std::string_view known_suffix(std::string_view interaction_id)
{
    if (!interaction_id.starts_with(interaction_prefix))
        return {};
    interaction_id.remove_prefix(interaction_prefix.size());
    const bool known = std::ranges::find(table, interaction_id, &Interaction::suffix) != table.end();
    return known ? interaction_id : std::string_view{};
}

} // namespace

std::span<const Interaction> interactions()
{
    return table;
}

std::string practice_root(std::string_view ods)
{
    std::string root = "/" + std::string(ods);
    for (const auto segment : root_after_code)
        root += "/" + std::string(segment);
    return root;
}

Checked<Place> find_place(std::string_view path)
{
    const auto decoded = fhir::rest::percent_decode(path, false);
    std::string_view rest = decoded ? std::string_view(*decoded) : std::string_view();
    const auto nowhere = std::unexpected(
        Refusal{"BAD_REQUEST", "The path must begin with /<ODS code>/STU3/1/gpconnect/fhir/", 404});
    if (!rest.starts_with('/'))
        return nowhere;
    rest.remove_prefix(1);
    Place place{std::string(next_segment(rest)), {}};
    for (const auto wanted : root_after_code)
        if (next_segment(rest) != wanted)
            return nowhere;
    place.below = rest;
    return place;
}

Checked<Target> find_interaction(std::string_view method, std::string_view below,
                                 std::string_view interaction_id)
{
    Target target;
    const Interaction* reached = nullptr;
    const auto suffix = known_suffix(interaction_id);
    for (const Interaction& row : table) {
        std::string id;
        if (!fits(row.path, below, id))
            continue;
        reached = &row;
        target.id = std::move(id);
        if (row.method == method && row.suffix == suffix)
            target.interaction = &row;
    }
    if (!reached)
        return unknown_path(below);
    if (suffix.empty())
        return bad_request("Header Ssp-InteractionID does not hold the id of a known interaction");
    if (!target.interaction)
        return bad_request("Header Ssp-InteractionID does not agree with the method and path of the request");
    const bool needs_id = target.interaction->path.find("{id}") != std::string_view::npos;
    if (needs_id && target.id.empty() && !below.starts_with("Appointment/"))
        return bad_request("The id in the path is empty");
    if (needs_id && !fhir::is_id(target.id))
        return unknown_id(below);
    return target;
}

} // namespace gateway::faces::gpconnect
