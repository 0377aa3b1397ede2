// SPDX-License-Identifier: Apache-2.0
#include "adapters/bars/client.hpp"

#include "adapters/bars/standard/names.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace adapters::bars
{

namespace
{

using fhir::Error;
using fhir::ErrorKind;
using fhir::rest::Response;

constexpr std::chrono::hours offers_life{12};
/// A window that is found too wide is halved, down to this.
constexpr std::chrono::hours narrowest_window{6};
constexpr std::size_t most_searches = 64;

// All that the standard knows: a receiver leaves out what it has not.
constexpr std::array<std::string_view, 6> includes{"Slot:schedule",
                                                   "Schedule:actor:HealthcareService",
                                                   "Schedule:actor:PractitionerRole",
                                                   "Schedule:actor:Practitioner",
                                                   "HealthcareService:location",
                                                   "HealthcareService:providedBy"};

std::string with_slash(std::string root)
{
    return root.ends_with('/') ? root : root + "/";
}

std::vector<std::string> words_of(std::string_view text)
{
    std::vector<std::string> words;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        if (end > 0)
            words.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

std::string parameter(std::string_view name, std::string_view value)
{
    return std::string(name) + "=" + fhir::rest::percent_encode(value, ":/");
}

std::string slot_target(const fhir::Interval& window, const std::string& service)
{
    auto target = "Slot?status=free&" + parameter("start", "ge" + fhir::to_utc_text(window.start)) + "&" +
                  parameter("start", "lt" + fhir::to_utc_text(window.end)) + "&" +
                  parameter("Schedule.actor:HealthcareService", service);
    for (const auto include : includes)
        target += "&" + parameter("_include", include);
    return target;
}

std::string definition_target(const std::string& service, const std::string& use_case)
{
    return "MessageDefinition?" +
           parameter("context", std::string(standard::system::service_id) + "|" + service) + "&" +
           parameter("context", std::string(standard::system::use_case) + "|" + use_case);
}

/// Several services of one practice share people and places.
template <class T>
void merge(std::vector<T>& all, std::vector<T> more)
{
    for (T& each : more)
        if (std::ranges::none_of(all, [&](const T& known) { return known->id == each->id; }))
            all.push_back(std::move(each));
}

void merge(FoundSlots& all, FoundSlots more)
{
    std::set<std::string> known;
    for (const auto& slot : all.slots)
        known.insert(slot->id());
    for (auto& slot : more.slots)
        if (!known.contains(slot->id()))
            all.slots.push_back(std::move(slot));
    merge(all.schedules, std::move(more.schedules));
    merge(all.practitioners, std::move(more.practitioners));
    merge(all.practitioner_roles, std::move(more.practitioner_roles));
    merge(all.locations, std::move(more.locations));
    merge(all.healthcare_services, std::move(more.healthcare_services));
    merge(all.organizations, std::move(more.organizations));
    all.warnings.insert(all.warnings.end(), more.warnings.begin(), more.warnings.end());
}

} // namespace

Client::Client(const PracticeConfig& practice, upstream::Upstream& upstream, const Clock& clock,
               Random& random)
    : practice_(practice), clock_(clock), random_(random), capabilities_(bars::capabilities()),
      place_{practice.ods, practice.identifier_base, with_slash(setting_of(practice, "service_root"))},
      sender_{setting_of(practice, "sender_service_id"), setting_of(practice, "software_id", "apptgw"),
              setting_of(practice, "software_version", "1"),
              setting_of(practice, "number_status", "number-present-but-not-traced"),
              practice.identifier_base},
      services_(words_of(setting_of(practice, "service_id"))),
      use_case_(setting_of(practice, "use_case", "a7t1")), exchange_(practice_, upstream, clock, random)
{}

Envelope Client::envelope_of(const std::string& thread, const std::string& service,
                             const Provenance& provenance, fhir::Instant moment) const
{
    return {thread, service, practice_.ods.text(), practice_.name, sender_, provenance, moment};
}

std::string Client::use_context(std::string_view status, std::string_view reason) const
{
    return use_case_ + "|" + std::string(status) + "|" + std::string(standard::booking_event) + "|" +
           std::string(reason);
}

Awaitable<fhir::Result<Offer>> Client::offer(std::string service, Provenance provenance)
{
    {
        const std::lock_guard lock(mutex_);
        const auto known = offers_.find(service);
        if (known != offers_.end() && clock_.now() < known->second.until)
            co_return known->second.offer;
    }
    auto found = co_await discover(service, std::move(provenance));
    if (found) {
        const std::lock_guard lock(mutex_);
        offers_.insert_or_assign(service, Kept{*found, clock_.now() + offers_life});
    }
    co_return found;
}

Awaitable<fhir::Result<Offer>> Client::discover(std::string service, Provenance provenance)
{
    Message ask{Interaction::read_statement, "metadata", service};
    ask.operation = "capabilities";
    auto stated = co_await exchange_.send(ask, provenance);
    if (!stated)
        co_return std::unexpected(stated.error());
    auto statement = read_statement(stated->body.view());
    if (!statement)
        co_return std::unexpected(statement.error());
    ask.interaction = Interaction::read_definitions;
    ask.target = definition_target(service, use_case_);
    auto defined = co_await exchange_.send(ask, provenance);
    if (!defined)
        co_return std::unexpected(defined.error());
    auto messages = read_definitions(defined->body.view(), service, use_case_);
    if (!messages)
        co_return std::unexpected(messages.error());
    co_return Offer{*statement, *messages};
}

Error Client::reconsidered(Error error, const std::string& service)
{
    const bool changed = error.kind() == ErrorKind::not_supported_by_practice ||
                         error.kind() == ErrorKind::not_found || error.kind() == ErrorKind::supplier_error;
    if (changed) {
        const std::lock_guard lock(mutex_);
        offers_.erase(service);
    }
    return error;
}

Awaitable<fhir::Result<PracticeSettings>> Client::practice_settings(Provenance provenance)
{
    PracticeSettings settings;
    settings.appointments_enabled = false;
    for (const auto& service : services_) {
        auto offered = co_await offer(service, provenance);
        if (!offered)
            co_return std::unexpected(offered.error());
        settings.appointments_enabled |= offered->statement.searches_slots && offered->books();
    }
    co_return settings;
}

Awaitable<fhir::Result<FoundSlots>> Client::find_slots(FindSlots query)
{
    FoundSlots all;
    for (const auto& service : services_) {
        auto found = co_await find_in(service, query);
        if (!found)
            co_return found;
        if (services_.size() == 1)
            co_return found;
        merge(all, std::move(*found));
    }
    co_return all;
}

Awaitable<fhir::Result<FoundSlots>> Client::find_in(std::string service, FindSlots query)
{
    auto offered = co_await offer(service, query.provenance);
    if (!offered)
        co_return std::unexpected(offered.error());
    if (!offered->statement.searches_slots)
        co_return std::unexpected(
            reconsidered(cannot("The practice's system does not let its slots be searched."), service));
    FoundSlots all;
    std::vector<fhir::Interval> open{query.window};
    for (std::size_t searches = 0; !open.empty() && searches < most_searches; ++searches) {
        const auto window = open.back();
        open.pop_back();
        auto response = co_await ask_for_slots(service, window, query.provenance, {});
        const auto length = window.end - window.start;
        if (!response && response.error().kind() == ErrorKind::too_costly && length > narrowest_window) {
            const auto middle = window.start + length / 2;
            open.push_back({middle, window.end});
            open.push_back({window.start, middle});
            continue;
        }
        if (!response)
            co_return std::unexpected(reconsidered(response.error(), service));
        auto found = found_in(*response, window, service);
        if (!found || length == query.window.end - query.window.start)
            co_return found;
        merge(all, std::move(*found));
    }
    if (!open.empty())
        all.warnings.push_back(
            "The practice's system takes only narrow searches; a part of its slots is missing.");
    co_return all;
}

Awaitable<fhir::Result<Response>> Client::ask_for_slots(std::string service, fhir::Interval window,
                                                        Provenance provenance, std::string thread)
{
    Message message{Interaction::search_slots, slot_target(window, service), service};
    message.correlation_id = std::move(thread);
    message.operation = "find_slots";
    auto response = co_await exchange_.send(std::move(message), std::move(provenance));
    co_return response;
}

fhir::Result<FoundSlots> Client::found_in(const Response& response, const fhir::Interval& window,
                                          const std::string& service)
{
    // Each answer tells its own time, so that none is ever the same as the one before it.
    auto answer = wire::read_slots(response.body.view(), place_, &memo_);
    if (!answer)
        return std::unexpected(answer.error());
    return to_found_slots(*answer, window, service, practice_.name, memo_);
}

Awaitable<fhir::Result<fhir::Patient>> Client::find_patient(FindPatient)
{
    co_return std::unexpected(
        cannot("The booking standard does not let a practice's patients be looked up."));
}

Awaitable<fhir::Result<fhir::Patient>> Client::register_patient(FindPatient)
{
    co_return std::unexpected(
        cannot("The booking standard has no registration: a booking tells the practice who the patient is."));
}

Awaitable<fhir::Result<PatientLink>> Client::link_patient(FindPatient)
{
    co_return std::unexpected(
        cannot("The booking standard has no patient links; bookings name the patient."));
}

} // namespace adapters::bars
