// SPDX-License-Identifier: Apache-2.0
#include "adapters/gpconnect/client.hpp"

#include "adapters/demographics.hpp"
#include "adapters/gpconnect/errors.hpp"
#include "adapters/gpconnect/names.hpp"
#include "fhir/model/id.hpp"
#include "fhir/model/uk_time.hpp"

#include <algorithm>

namespace adapters::gpconnect
{

namespace
{

using fhir::Error;
using fhir::ErrorKind;
using fhir::rest::Response;

/// A Bundle lacks a handful of actors at worst; a provider that refers to hundreds it does not send gets no
/// more calls than this.
constexpr std::size_t most_fetches = 20;

void merge(wire::SlotBundle& all, wire::SlotBundle part)
{
    std::ranges::move(part.answers, std::back_inserter(all.answers));
    std::ranges::move(part.known, std::back_inserter(all.known));
    std::ranges::move(part.slots, std::back_inserter(all.slots));
    all.schedules.merge(part.schedules);
    all.practitioners.merge(part.practitioners);
    all.locations.merge(part.locations);
    all.organizations.merge(part.organizations);
    std::ranges::move(part.warnings, std::back_inserter(all.warnings));
}

/// Registered, yet a search shows nobody: unverified and inactive records are hidden, and a second
/// registration is refused for them (GP Connect before 1.2.7).
Error registered_but_hidden()
{
    return Error(ErrorKind::patient_not_found,
                 "The practice holds a record of this patient that is not verified or not active, so the "
                 "patient can be neither found nor registered again.",
                 "Patient")
        .advise("Ask the practice to verify the record or to make it active, then send the booking again.",
                fhir::Remedy::practice);
}

bool is_of(const fhir::Patient& patient, const fhir::NhsNumber& number)
{
    return fhir::identifier_value(patient.identifier, names::nhs_number_system) == number.digits();
}

void add_once(std::vector<std::string>& list, const std::string& item)
{
    if (std::ranges::find(list, item) == list.end())
        list.push_back(item);
}

/// Actors that schedules name and the Bundle does not hold, as `Location/2`.
std::vector<std::string> missing_actors(const wire::SlotBundle& bundle)
{
    std::vector<std::string> missing;
    for (const auto& [id, schedule] : bundle.schedules) {
        if (!bundle.locations.contains(schedule.location))
            add_once(missing, "Location/" + schedule.location);
        if (!schedule.practitioner.empty() && !bundle.practitioners.contains(schedule.practitioner))
            add_once(missing, "Practitioner/" + schedule.practitioner);
    }
    return missing;
}

/// False when the answer is not the resource that was asked for.
bool add_actor(wire::SlotBundle& bundle, const Node& tree, std::string_view reference)
{
    if (text_of(tree, "resourceType") + "/" + text_of(tree, "id") != reference)
        return false;
    if (auto location = wire::read_location(tree); location && reference.starts_with("Location/"))
        return bundle.locations.emplace(*location->id, std::move(*location)).second;
    auto practitioner = wire::read_practitioner(tree);
    return practitioner && bundle.practitioners.emplace(*practitioner->id, std::move(*practitioner)).second;
}

} // namespace

Client::Client(const PracticeConfig& practice, upstream::Upstream& upstream, const Clock& clock,
               Random& random)
    : practice_(practice), clock_(clock), ids_(practice.ods, practice.identifier_base),
      exchange_(practice_, upstream, clock, random)
{}

std::string Client::organisation_phone(const Provenance& provenance) const
{
    const auto configured = practice_.settings.find("organisation_phone");
    if (!provenance.organisation_phone.empty() || configured == practice_.settings.end())
        return provenance.organisation_phone;
    return configured->second;
}

Awaitable<fhir::Result<PracticeSettings>> Client::practice_settings(Provenance provenance)
{
    auto response = co_await exchange_.send(
        {Interaction::read_metadata, "metadata", {}, {}, "practice_settings"}, provenance);
    if (!response)
        co_return std::unexpected(response.error());
    auto metadata = wire::read_metadata(response->body.view());
    if (!metadata)
        co_return std::unexpected(metadata.error());
    PracticeSettings settings;
    settings.appointments_enabled = metadata->books_appointments;
    settings.booking_reason = Necessity::optional;
    co_return settings;
}

Awaitable<fhir::Result<wire::Document>> Client::fetch(Interaction interaction, std::string target,
                                                      Provenance provenance)
{
    auto response = co_await exchange_.send({interaction, target, {}, {}, "find_slots"}, provenance);
    if (!response)
        co_return std::unexpected(response.error());
    co_return wire::read_tree(response->body.view());
}

Awaitable<wire::SlotBundle> Client::fetch_missing(wire::SlotBundle bundle, Provenance provenance)
{
    std::size_t fetches = 0;
    for (const auto& reference : missing_actors(bundle)) {
        const bool location = reference.starts_with("Location/");
        const bool fetchable =
            fhir::is_id(reference.substr(reference.find('/') + 1)) && fetches++ < most_fetches;
        std::optional<wire::Document> tree;
        if (fetchable) {
            auto fetched =
                co_await fetch(location ? Interaction::read_location : Interaction::read_practitioner,
                               reference, provenance);
            if (fetched)
                tree = std::move(*fetched);
        }
        if (!tree || !add_actor(bundle, tree->root(), reference))
            bundle.warnings.push_back(std::string("A ") + (location ? "location" : "practitioner") +
                                      " that a schedule names could not be read.");
    }
    co_return bundle;
}

Awaitable<fhir::Result<FoundSlots>> Client::find_slots(FindSlots query)
{
    std::vector<Response> answers;
    std::string question = fhir::to_utc_text(query.window.start) + fhir::to_utc_text(query.window.end);
    for (const auto& target : slot_queries(query.window, query.provenance)) {
        auto response = co_await exchange_.send({Interaction::search_slot, target, {}, {}, "find_slots"},
                                                query.provenance);
        if (!response)
            co_return std::unexpected(response.error());
        question += "\n" + target;
        answers.push_back(std::move(*response));
    }
    std::vector<std::string_view> bodies;
    for (const auto& answer : answers)
        bodies.push_back(answer.body.view());
    if (auto known = answers_.find(question, bodies))
        co_return std::move(*known);

    wire::SlotBundle all;
    for (const auto body : bodies) {
        auto part = wire::read_slot_bundle(body, &memo_);
        if (!part)
            co_return std::unexpected(part.error());
        merge(all, std::move(*part));
    }
    const bool whole = missing_actors(all).empty();
    auto complete = co_await fetch_missing(std::move(all), query.provenance);
    auto found = to_found_slots(complete, query.window, ids_, practice_.name, memo_);
    if (whole)
        answers_.keep(std::move(question), bodies, found);
    co_return found;
}

Awaitable<fhir::Result<wire::Patient>> Client::look_up(Provenance provenance, PatientContext patient)
{
    const auto target = identifier_query("Patient", names::nhs_number_system, patient.number().digits());
    auto response =
        co_await exchange_.send({Interaction::search_patient, target, {}, {}, "find_patient"}, provenance);
    if (!response)
        co_return std::unexpected(response.error());
    auto found = wire::read_patients(response->body.view());
    if (!found)
        co_return std::unexpected(found.error());
    std::erase_if(*found, [&](const wire::Patient& candidate) {
        return !is_of(candidate.patient, patient.number());
    });
    if (found->empty())
        co_return fhir::fail(ErrorKind::patient_not_found);
    if (found->size() > 1)
        co_return fhir::fail(ErrorKind::patient_ambiguous);
    if (found->front().patient.active == false)
        co_return fhir::fail(ErrorKind::patient_inactive);
    co_return std::move(found->front());
}

Awaitable<fhir::Result<wire::Patient>> Client::verify(Provenance provenance, PatientContext patient)
{
    auto found = co_await look_up(provenance, patient);
    if (!found)
        co_return found;
    // GP Connect leaves it to the consumer to compare what it holds with what the practice holds before it
    // acts.
    if (auto differs = mismatch(patient.demographics, found->patient))
        co_return std::unexpected(std::move(*differs));
    co_return found;
}

Awaitable<fhir::Result<fhir::Patient>> Client::find_patient(FindPatient query)
{
    auto found = co_await verify(query.provenance, query.patient);
    if (!found)
        co_return std::unexpected(found.error());
    co_return to_patient(std::move(*found), ids_);
}

Awaitable<fhir::Result<fhir::Patient>> Client::register_patient(FindPatient query)
{
    auto body = compose_registration(query.patient);
    if (!body)
        co_return std::unexpected(body.error());
    auto response = co_await exchange_.send({Interaction::register_patient,
                                             "Patient/$gpc.registerpatient",
                                             std::move(*body),
                                             {},
                                             "register_patient"},
                                            query.provenance);
    if (!response) {
        // Already registered and active there: that is what was wanted.
        if (!response.error().supplier_code().starts_with("409"))
            co_return std::unexpected(response.error());
        auto existing = co_await find_patient(query);
        if (!existing && existing.error().kind() == ErrorKind::patient_not_found)
            co_return std::unexpected(registered_but_hidden());
        co_return existing;
    }
    auto found = wire::read_patients(response->body.view());
    if (!found || found->size() != 1 || !is_of(found->front().patient, query.patient.number()))
        co_return std::unexpected(unreadable(Interaction::register_patient, "not this Patient"));
    co_return to_patient(std::move(found->front()), ids_);
}

Awaitable<fhir::Result<PatientLink>> Client::link_patient(FindPatient)
{
    co_return fhir::fail(ErrorKind::not_supported_by_practice,
                         "GP Connect has no patient links; bookings name the patient directly.");
}

} // namespace adapters::gpconnect
