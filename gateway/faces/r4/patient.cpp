// SPDX-License-Identifier: Apache-2.0
#include "adapters/clock.hpp"
#include "fhir/codec/json.hpp"
#include "fhir/search/directory_query.hpp"
#include "gateway/faces/context.hpp"
#include "gateway/faces/r4/answers.hpp"
#include "gateway/faces/r4/handlers.hpp"
#include "gateway/faces/r4/searchset.hpp"
#include "gateway/faces/r4_face.hpp"
#include "gateway/identity/crypto.hpp"

namespace gateway::faces::r4
{

namespace
{

constexpr std::size_t max_patients = 20;

/// Practices hold no version of their own for patients: equal content keeps its ETag.
std::string content_version(std::string_view json)
{
    return identity::to_hex(identity::sha256(json)).substr(0, 16);
}

/// The one NHS number the search is for. Practices can be asked for nothing else.
fhir::Result<fhir::NhsNumber> nhs_number_of(const fhir::search::DirectoryQuery& query)
{
    constexpr std::string_view path = "http.identifier";
    for (const auto* criterion : query.of("identifier")) {
        if (criterion->tokens.size() != 1 || !criterion->tokens.front().code ||
            criterion->tokens.front().negated)
            continue;
        const auto& token = criterion->tokens.front();
        if (token.system && !token.system->empty() &&
            !fhir::same_system(*token.system, fhir::nhs_number_system))
            continue;
        const auto number = fhir::NhsNumber::parse(*token.code);
        if (!number)
            return std::unexpected(fhir::Error(fhir::ErrorKind::nhs_number_invalid).at(std::string(path)));
        return *number;
    }
    fhir::Error error(fhir::ErrorKind::too_costly, "Patients are found by their NHS number only.",
                      std::string(path));
    return std::unexpected(
        error.advise("Search with identifier=https://fhir.nhs.uk/Id/nhs-number|<ten digits>."));
}

void add_patient(const fhir::search::DirectoryQuery& query, const fhir::Patient& patient, Searchset& result)
{
    if (fhir::search::matches(query, patient))
        result.matches.push_back(
            {"Patient/" + patient.id.value_or(""), fhir::codec::to_json(patient, options_of(query.paging))});
}

} // namespace

Answered search_patients(const Context& context, const R4Services& services)
{
    Searchset result;
    result.pages = context.pages;
    auto query = fhir::search::parse_directory_query("Patient", context.parameters, context.prefer.handling,
                                                     &result.notes);
    if (!query)
        co_return std::unexpected(query.error());
    const auto number = nhs_number_of(*query);
    if (!number)
        co_return std::unexpected(number.error());

    context.audited.saw_patient(number->digits());
    auto found = co_await services.patients.find(*context.caller, *number, context.ids.request_id);
    // Also where a practice is missing: one that is silent must not make guessing free.
    context.audited.patient_known = !found.patients.empty();
    for (const auto& patient : found.patients)
        add_patient(*query, patient, result);
    if (result.matches.size() > max_patients)
        co_return fhir::fail(fhir::ErrorKind::too_costly, "More than 20 practices know this patient.",
                             "http.identifier");
    for (const auto& practice : found.missing)
        result.notes.push_back(note_of(practice));

    result.type = "Patient";
    result.used = query->used;
    result.paging = query->paging;
    result.id = adapters::new_uuid(services.clock, services.random);
    result.made = services.clock.now();
    co_return searchset_answer(context, std::move(result));
}

Answered read_patient(const Context& context, const R4Services& services)
{
    auto patient =
        co_await services.patients.read(*context.caller, context.destination.id, context.ids.request_id);
    if (!patient)
        co_return std::unexpected(patient.error());
    const auto number = fhir::identifier_value(patient->identifier, fhir::nhs_number_system);
    context.audited.saw_patient(number.value_or(""),
                                context.destination.id.substr(0, context.destination.id.find('.')));
    std::string json = fhir::codec::to_json(*patient);
    std::string version = content_version(json);
    co_return read_answer(context, {std::move(json), std::move(version), services.clock.now()});
}

} // namespace gateway::faces::r4
