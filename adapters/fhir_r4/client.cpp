// SPDX-License-Identifier: Apache-2.0
#include "adapters/fhir_r4/client.hpp"

#include "adapters/demographics.hpp"
#include "adapters/fhir_r4/errors.hpp"
#include "adapters/fhir_r4/names.hpp"
#include "adapters/fhir_r4/queries.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace adapters::fhir_r4
{

namespace
{

using fhir::Error;
using fhir::ErrorKind;

constexpr std::chrono::minutes abilities_life{15};
/// A practice has some thousand slots at most; a server that never comes to an end is left.
constexpr std::size_t most_pages = 100;
constexpr std::size_t most_resources = 100'000;
constexpr std::size_t most_bytes = std::size_t{32} << 20; // of all pages together
/// Rounds of fetching what is referred to: schedules, then who and where, then whose.
constexpr int fetch_rounds = 3;
constexpr std::size_t most_fetches = 20;

std::string setting_in(const PracticeConfig& practice, const std::string& name)
{
    const auto found = practice.settings.find(name);
    return found == practice.settings.end() ? std::string() : found->second;
}

fhir::Error lacks(std::string sentence)
{
    Error error(ErrorKind::not_supported_by_practice, std::move(sentence));
    error.advise("Ring the practice; its system's CapabilityStatement says what it offers.");
    return error;
}

/// A record that another one has taken the place of.
bool is_replaced(const fhir::Patient& patient)
{
    return std::ranges::any_of(patient.link, [](const fhir::PatientLink& link) {
        return link.type == fhir::PatientLinkType::replaced_by;
    });
}

bool has_given_name(const fhir::Patient& patient)
{
    return std::ranges::any_of(patient.name, [](const fhir::HumanName& name) { return !name.given.empty(); });
}

} // namespace

Client::Client(const PracticeConfig& practice, upstream::Upstream& upstream, const Clock& clock,
               Random& random)
    : practice_(practice), clock_(clock), random_(random), capabilities_(fhir_r4::capabilities()),
      ids_(practice.ods, practice.identifier_base, setting_in(practice, "service_root")),
      exchange_(practice_, upstream, clock, random)
{
    capabilities_.multi_slot = setting("multi_slot") != "no";
}

std::string Client::setting(const std::string& name) const
{
    return setting_in(practice_, name);
}

Awaitable<fhir::Result<Abilities>> Client::abilities(Provenance provenance)
{
    {
        const std::lock_guard lock(mutex_);
        if (abilities_ && clock_.now() < abilities_until_)
            co_return *abilities_;
    }
    Message message{Interaction::read_metadata, "GET", "metadata"};
    message.operation = "capabilities";
    auto response = co_await exchange_.send(std::move(message), provenance);
    if (!response)
        co_return std::unexpected(response.error());
    auto read = read_abilities(response->body.view());
    if (!read)
        co_return std::unexpected(read.error());
    if (!read->searches())
        co_return read; // switched off, perhaps, and soon on again
    const std::lock_guard lock(mutex_);
    abilities_ = *read;
    abilities_until_ = clock_.now() + abilities_life;
    co_return read;
}

Message Client::search(Interaction interaction, std::string_view type, std::string form,
                       std::string_view operation) const
{
    Message message;
    message.interaction = interaction;
    message.operation = operation;
    if (setting("search_by") == "get") {
        message.target = std::string(type) + "?" + form;
        return message;
    }
    message.method = "POST";
    message.target = std::string(type) + "/_search";
    message.body = std::move(form);
    message.content_type = names::form_type;
    return message;
}

Awaitable<fhir::Result<wire::Collected>> Client::collect(Message first, Provenance provenance)
{
    auto response = co_await exchange_.send(first, provenance);
    if (!response)
        co_return std::unexpected(response.error());
    co_return co_await follow(std::move(first), std::move(*response), std::move(provenance));
}

Awaitable<fhir::Result<wire::Collected>> Client::follow(Message first, fhir::rest::Response response,
                                                        Provenance provenance, SlotMemo* memo)
{
    wire::Collected all;
    std::set<std::string> visited;
    std::size_t bytes = 0, matches = 0;
    for (;;) {
        bytes += response.body.size();
        auto page = wire::read_page(response.body.view(), memo);
        if (!page)
            co_return std::unexpected(page.error());
        const auto next = page->next;
        const auto total = page->total;
        matches += page->matches;
        all.add(std::move(*page));
        // A server that cuts its answer off and gives no way to the rest.
        all.complete = matches >= total.value_or(0);
        if (next.empty())
            co_return all;
        const auto target = ids_.target_of(next);
        all.complete = target && visited.insert(*target).second && visited.size() < most_pages &&
                       all.resources.size() + all.slots.size() < most_resources && bytes < most_bytes;
        if (!all.complete)
            co_return all;
        Message message{first.interaction, "GET", *target};
        message.operation = first.operation;
        auto answered = co_await exchange_.send(std::move(message), provenance);
        if (!answered)
            co_return std::unexpected(answered.error());
        response = std::move(*answered);
    }
}

Awaitable<r4::SlotBundle> Client::fetch_missing(r4::SlotBundle bundle, Provenance provenance)
{
    std::size_t fetches = 0;
    std::set<std::string> asked;
    for (int round = 0; round < fetch_rounds; ++round) {
        auto missing = missing_from(bundle, ids_);
        std::erase_if(missing, [&](const auto& reference) { return !asked.insert(reference.text()).second; });
        for (const auto& target : id_queries(missing)) {
            if (++fetches > most_fetches)
                co_return bundle;
            Message message{Interaction::search_directory, "GET", target};
            message.operation = "find_slots";
            auto found = co_await collect(std::move(message), provenance);
            if (found)
                wire::add(bundle, std::move(*found));
            else
                bundle.warnings.push_back("Something that slots refer to could not be read.");
        }
    }
    co_return bundle;
}

Awaitable<fhir::Result<PracticeSettings>> Client::practice_settings(Provenance provenance)
{
    auto can = co_await abilities(provenance);
    if (!can)
        co_return std::unexpected(can.error());
    PracticeSettings settings;
    settings.appointments_enabled = can->searches() && can->books();
    co_return settings;
}

Awaitable<fhir::Result<FoundSlots>> Client::find_slots(FindSlots query)
{
    auto can = co_await abilities(query.provenance);
    if (!can)
        co_return std::unexpected(can.error());
    if (!can->searches())
        co_return std::unexpected(lacks("The practice's system does not let its slots be searched."));
    if (setting("includes") == "no")
        can->slot.includes.reset();
    Message message{Interaction::search_slots, "GET", slot_query(query.window, *can, setting("slot_filter"))};
    message.operation = "find_slots";
    auto response = co_await exchange_.send(message, query.provenance);
    if (!response)
        co_return std::unexpected(response.error());
    auto question =
        fhir::to_utc_text(query.window.start) + fhir::to_utc_text(query.window.end) + message.target;
    const std::array<std::string_view, 1> body{response->body.view()};
    const bool keeps_slots = setting("keeps_slots") != "no";
    if (auto known = answers_.find(question, body); known && keeps_slots)
        co_return std::move(*known);

    // Where appointments tell which slots are taken, each slot is looked at.
    auto pages =
        co_await follow(std::move(message), *response, query.provenance, keeps_slots ? &memo_ : nullptr);
    if (!pages)
        co_return std::unexpected(pages.error());
    auto bundle =
        co_await without_taken(wire::slot_bundle(std::move(*pages)), query.window, *can, query.provenance);
    if (!bundle)
        co_return std::unexpected(bundle.error());
    const bool whole = keeps_slots && bundle->answers.size() == 1 && bundle->warnings.empty() &&
                       missing_from(*bundle, ids_).empty();
    auto complete = co_await fetch_missing(std::move(*bundle), query.provenance);
    auto found = to_found_slots(complete, query.window, ids_, practice_.name, memo_);
    if (whole)
        answers_.keep(std::move(question), body, found);
    co_return found;
}

fhir::Result<std::string> Client::form_for(const PatientContext& patient, const Abilities& can) const
{
    const bool searches = can.patient.can("search-type");
    const bool by_name = can.patient.knows("family") && can.patient.knows("birthdate");
    if (!searches || (patient.nhs_number && !can.patient.knows("identifier")))
        return std::unexpected(lacks("The practice's system does not let patients be looked up."));
    if (patient.nhs_number)
        return patient_form(*patient.nhs_number);
    if (!by_name)
        return std::unexpected(lacks("The practice's system finds patients by NHS number only."));
    const auto applicant = applicant_of(patient.demographics);
    if (!applicant)
        return std::unexpected(applicant.error());
    if (!has_given_name(*patient.demographics))
        return std::unexpected(Error(ErrorKind::demographics_required).at("Patient.name.given"));
    return patient_form(*applicant);
}

/// Who is known by no number must agree in everything that both sides say, and be called the same.
bool Client::is_meant(const fhir::Patient& held, const PatientContext& patient) const
{
    const auto number = fhir::identifier_value(held.identifier, fhir::nhs_number_system);
    if (patient.nhs_number)
        return number == patient.nhs_number->digits();
    return has_given_name(held) && applicant_of(held) && !mismatch(patient.demographics, held);
}

Awaitable<fhir::Result<Client::Known>> Client::look_up(Provenance provenance, PatientContext patient)
{
    auto can = co_await abilities(provenance);
    if (!can)
        co_return std::unexpected(can.error());
    auto form = form_for(patient, *can);
    if (!form)
        co_return std::unexpected(form.error());
    auto message = search(Interaction::search_patients, "Patient", std::move(*form), "find_patient");
    auto found = co_await collect(std::move(message), provenance);
    if (!found)
        co_return std::unexpected(found.error());
    std::vector<Known> known;
    for (const auto* tree : found->resources) {
        if (!is_resource(*tree, "Patient"))
            continue;
        auto read = to_patient(*tree, ids_);
        if (!read)
            co_return std::unexpected(unreadable(Interaction::search_patients, "unusable Patient"));
        // Whoever else a server sends, nobody looks at them.
        if (!is_replaced(*read) && is_meant(*read, patient))
            known.push_back({text_of(*tree, "id"), std::move(*read)});
    }
    const auto inactive = [](const Known& each) { return each.patient.active == false; };
    if (!std::ranges::all_of(known, inactive))
        std::erase_if(known, inactive);
    if (known.empty())
        co_return fhir::fail(ErrorKind::patient_not_found);
    if (known.size() > 1)
        co_return fhir::fail(ErrorKind::patient_ambiguous);
    co_return std::move(known.front());
}

Awaitable<fhir::Result<Client::Known>> Client::verify(Provenance provenance, PatientContext patient)
{
    auto found = co_await look_up(provenance, patient);
    if (!found)
        co_return found;
    if (found->patient.active == false)
        co_return fhir::fail(ErrorKind::patient_inactive);
    if (auto differs = mismatch(patient.demographics, found->patient))
        co_return std::unexpected(std::move(*differs));
    co_return found;
}

Awaitable<fhir::Result<fhir::Patient>> Client::find_patient(FindPatient query)
{
    auto found = co_await verify(query.provenance, query.patient);
    if (!found)
        co_return std::unexpected(found.error());
    co_return std::move(found->patient);
}

Awaitable<fhir::Result<fhir::Patient>> Client::register_patient(FindPatient query)
{
    auto can = co_await abilities(query.provenance);
    if (!can)
        co_return std::unexpected(can.error());
    if (!can->patient.can("create"))
        co_return std::unexpected(lacks("The practice's system takes on no patients from outside."));
    auto record = compose_patient(query.patient);
    if (!record)
        co_return std::unexpected(record.error());
    Message message{Interaction::create_patient, "POST", "Patient", fhir::codec::to_json(*record),
                    std::string(names::media_type)};
    message.operation = "register_patient";
    const auto& number = query.patient.nhs_number;
    if (number && can->patient.conditional_create)
        message.if_none_exist =
            "identifier=" +
            fhir::rest::percent_encode(std::string(fhir::nhs_number_system) + "|" + number->digits(), ":/");
    auto response = co_await exchange_.send(std::move(message), query.provenance);
    if (!response)
        co_return std::unexpected(response.error());
    // The record as it is kept now, and no other: a server may answer with nothing or with what it was sent.
    auto made = co_await verify(query.provenance, query.patient);
    if (!made)
        co_return std::unexpected(made.error());
    co_return std::move(made->patient);
}

Awaitable<fhir::Result<PatientLink>> Client::link_patient(FindPatient)
{
    co_return fhir::fail(ErrorKind::not_supported_by_practice,
                         "The practice's system has no patient links; bookings name the patient directly.");
}

} // namespace adapters::fhir_r4
