// SPDX-License-Identifier: Apache-2.0
#include "adapters/tpp/client.hpp"

#include "adapters/refusals.hpp"
#include "adapters/tpp/tpp.hpp"
#include "fhir/model/id.hpp"

namespace adapters::tpp
{

using fhir::ErrorKind;
using fhir::Result;

namespace
{

constexpr std::chrono::minutes guidance_lifetime{5};
constexpr std::chrono::milliseconds guidance_limit{1500};

Application application_of(const PracticeConfig& practice)
{
    return {setting_of(practice.settings, "application_name"),
            setting_of(practice.settings, "application_version"),
            setting_of(practice.settings, "provider_id"),
            setting_of(practice.settings, "device_type", "Server")};
}

} // namespace

Client::Client(const PracticeConfig& practice, upstream::Upstream& upstream, const Clock& clock,
               Random& random)
    : practice_{practice.ods, practice.name, practice.identifier_base}, read_limit_(practice.read_limit),
      write_limit_(practice.write_limit), search_identity_(setting_of(practice.settings, "search_identity")),
      clock_(clock), capabilities_(supplier_system().capabilities),
      calls_(upstream, practice.ods, application_of(practice), clock, random, &memo_),
      sessions_(calls_, clock)
{}

std::optional<std::string> Client::kept_guidance()
{
    const std::lock_guard lock(mutex_);
    const auto age = clock_.now() - guidance_seen_;
    return guidance_ && age >= std::chrono::seconds(0) && age < guidance_lifetime ? guidance_ : std::nullopt;
}

Awaitable<Result<std::string>> Client::guidance(std::string credential, Budget budget)
{
    if (auto kept = kept_guidance())
        co_return std::move(*kept);
    Sessions::Speaker speaker{std::move(credential), std::nullopt};
    auto answer = co_await sessions_.send(std::move(speaker), Operation::messages, {}, budget);
    if (!answer)
        co_return std::unexpected(answer.error());
    auto text = read_guidance(answer->document);
    const std::lock_guard lock(mutex_);
    guidance_ = text;
    guidance_seen_ = clock_.now();
    co_return text;
}

Awaitable<Result<PracticeSettings>> Client::practice_settings(Provenance)
{
    if (search_identity_.empty())
        co_return std::unexpected(no_search_identity());
    const Budget budget(read_limit_);
    Sessions::Speaker speaker{search_identity_, std::nullopt};
    auto services = co_await sessions_.send(std::move(speaker), Operation::service_accesses, {}, budget);
    if (!services)
        co_return std::unexpected(services.error());
    auto text = co_await guidance(search_identity_, budget);
    if (!text)
        co_return std::unexpected(text.error());
    co_return PracticeSettings{!appointments_switched_off(services->document), Necessity::optional,
                               std::move(*text)};
}

Awaitable<Result<FoundSlots>> Client::find_slots(FindSlots query)
{
    const std::string credential =
        query.search_identity ? query.search_identity->credential : search_identity_;
    if (credential.empty())
        co_return std::unexpected(no_search_identity());
    const Budget budget(read_limit_);
    const auto window = local_window(query.window);
    Sessions::Speaker speaker{credential, std::nullopt};
    auto answer = co_await sessions_.send(std::move(speaker), Operation::slots,
                                          slots_attributes(window.from, window.days), budget);
    if (!answer)
        co_return std::unexpected(answer.error());
    const auto wire = read_slots(answer->document);
    if (!wire)
        co_return std::unexpected(wire.error());
    // Text for those who book: a search is complete without it.
    auto text = co_await guidance(credential, budget.for_a_look(guidance_limit));
    auto found = map_slots(practice_, *wire, text ? *text : std::string(), query.window, clock_.now(), memo_);
    if (!text)
        found.warnings.push_back("The practice's guidance could not be read: " + text.error().sentence());
    co_return found;
}

Awaitable<Result<fhir::Patient>> Client::find_patient(FindPatient query)
{
    if (!query.patient.link)
        co_return fhir::fail(ErrorKind::link_invalid);
    const auto credential = query.patient.link->credential;
    Sessions::Speaker speaker{credential, query.patient.number()};
    auto answer =
        co_await sessions_.send(std::move(speaker), Operation::select_patient, {}, Budget(read_limit_));
    if (!answer)
        co_return std::unexpected(answer.error());
    const auto record = read_person(answer->document);
    if (!record)
        co_return std::unexpected(record.error());
    if (record->nhs_number != query.patient.number())
        co_return fhir::fail(ErrorKind::link_invalid);
    // Details are compared when something is booked: a link just made must not be lost over a misspelt name.
    co_return map_patient(practice_, *record, fhir::local_id("patient of account " + credential));
}

std::unique_ptr<Adapter> make_adapter(const PracticeConfig& practice, upstream::Upstream& upstream,
                                      const Clock& clock, Random& random)
{
    return std::make_unique<Client>(practice, upstream, clock, random);
}

} // namespace adapters::tpp
