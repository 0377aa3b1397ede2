// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/back_office.hpp"

#include "adapters/upstream/deadline.hpp"
#include "fhir/codec/json.hpp"
#include "gateway/booking/booking_rules.hpp"
#include "gateway/identity/scopes.hpp"

#include <algorithm>

namespace chaos
{

using gateway::Awaitable;
using gateway::workflow::Rung;
using gateway::workflow::TaskKind;

namespace
{

constexpr auto look_for_tasks = std::chrono::seconds(2), look_for_late = std::chrono::seconds(5);

/// Time is short here: what is due is due in a minute at most.
gateway::workflow::TaskSettings task_settings(const std::string& public_base)
{
    using std::chrono::minutes;
    gateway::workflow::TaskSettings settings{public_base};
    for (const auto& row : gateway::workflow::task_kinds())
        settings.due[row.kind] = {minutes(1), minutes(0)};
    settings.due[TaskKind::follow_up] = {minutes(20), minutes(10)};
    return settings;
}

gateway::notify::CourierSettings courier_settings(const std::string& public_base)
{
    gateway::notify::CourierSettings settings;
    settings.base_url = public_base;
    settings.node = "apptgw";
    settings.longest_pause = std::chrono::seconds(20);
    settings.refusals_allowed = 3;
    settings.look_every = std::chrono::seconds(1);
    return settings;
}

bool stands(fhir::AppointmentStatus status)
{
    using enum fhir::AppointmentStatus;
    return status == booked || status == arrived || status == checked_in || status == fulfilled;
}

template <class Stored>
fhir::Result<std::optional<std::string>> as_json(const fhir::Result<Stored>& stored)
{
    if (stored)
        return std::optional(fhir::codec::to_json(stored->resource));
    if (stored.error().kind() == fhir::ErrorKind::not_found)
        return std::optional<std::string>();
    return std::unexpected(stored.error());
}

} // namespace

std::vector<Rung> ladder()
{
    using std::chrono::minutes;
    return {{"", minutes(1), "requester", "Duty manager"},
            {"", minutes(2), "owner", "Partners"},
            {"practice-message", minutes(1), "HUB01", "Hub desk"}};
}

bool work_is_agreed(const std::string& from, const std::string& to)
{
    return !((from == "OOH01" && to == "HUB02") || (from == "HUB02" && to == "OOH01"));
}

gateway::identity::Client listening_client(const std::string& organisation)
{
    gateway::identity::Client client{"listener-" + organisation,
                                     *fhir::OdsCode::parse(organisation),
                                     "Organisation " + organisation,
                                     {},
                                     {},
                                     gateway::identity::parse_scopes("system/*.cruds"),
                                     {},
                                     {},
                                     {}};
    client.notify_hosts = {organisation + ".example.org"};
    client.notify_full_resource = organisation == "HUB01";
    return client;
}

gateway::identity::Caller listening_caller(const std::string& organisation)
{
    const auto client = listening_client(organisation);
    return {client.client_id, client.ods, client.name, {}, {}, client.scopes, {}};
}

BackOffice::BackOffice(Parts parts)
    : parts_(std::move(parts)), visibility_(parts_.store, parts_.directory, nullptr, parts_.clock),
      tasks_(gateway::workflow::make_task_service({parts_.store, parts_.clock, parts_.random, links()},
                                                  task_settings(parts_.public_base))),
      raised_({parts_.store, *tasks_, parts_.clock, {}, nullptr}, {parts_.public_base}),
      escalation_({parts_.store, parts_.clock, parts_.random, links(), nullptr},
                  {parts_.public_base, ladder()}),
      subscriptions_({parts_.store, subscribers_, visibility_, parts_.clock, parts_.random},
                     {parts_.public_base}),
      outbox_({parts_.store, parts_.clock}), courier_(courier_parts(), courier_settings(parts_.public_base))
{
    subscribers_.replace(parts_.clients);
}

gateway::workflow::TaskLinks BackOffice::links()
{
    gateway::workflow::TaskLinks links;
    links.may_send = [](const fhir::OdsCode& from, const fhir::OdsCode& to,
                        const std::optional<fhir::NhsNumber>&) {
        return work_is_agreed(from.text(), to.text());
    };
    links.appointment = [this](gateway::identity::Caller caller, std::string id) {
        return seen_appointment(std::move(caller), std::move(id));
    };
    return links;
}

Awaitable<fhir::Result<gateway::workflow::SeenAppointment>>
BackOffice::seen_appointment(gateway::identity::Caller caller, std::string id)
{
    auto stored = co_await parts_.booking.read(std::move(caller), std::move(id));
    if (!stored)
        co_return std::unexpected(stored.error());
    const auto number = gateway::booking::named_number(stored->resource);
    co_return gateway::workflow::SeenAppointment{number ? number->digits() : std::string(),
                                                 stands(stored->resource.status),
                                                 std::move(stored->resource.identifier)};
}

Awaitable<fhir::Result<std::optional<std::string>>> BackOffice::resource_for(gateway::identity::Caller caller,
                                                                             std::string subject)
{
    const auto slash = subject.find('/');
    if (subject.substr(0, slash) == "Appointment") {
        auto stored = co_await parts_.booking.read(std::move(caller), subject.substr(slash + 1));
        co_return as_json(stored);
    }
    auto stored = co_await tasks_->read(std::move(caller), subject.substr(slash + 1));
    co_return as_json(stored);
}

/// One task for an event that was given up; one a day where all that waited was.
Awaitable<bool> BackOffice::tell_of(gateway::notify::DeadLetters letters)
{
    const std::string which = letters.first > 0 ? std::to_string(letters.first) : "all";
    const bool raised =
        co_await raised_.raise_undelivered({letters.organisation, "Subscription/" + letters.subscription,
                                            "dead/" + letters.subscription + "/" + which, letters.failure});
    co_return raised;
}

gateway::notify::CourierParts BackOffice::courier_parts()
{
    gateway::notify::CourierParts parts{parts_.store,  subscribers_,   visibility_, parts_.clock,
                                        parts_.random, parts_.metrics, nullptr};
    parts.resource = [this](gateway::identity::Caller caller, std::string subject) {
        return resource_for(std::move(caller), std::move(subject));
    };
    parts.on_dead_letters = [this](gateway::notify::DeadLetters letters) {
        return tell_of(std::move(letters));
    };
    parts.connect = [this](const adapters::upstream::Endpoint&)
        -> fhir::Result<std::unique_ptr<adapters::upstream::Upstream>> { return parts_.listeners.connect(); };
    return parts;
}

Awaitable<void> BackOffice::tend_tasks()
{
    auto looked = adapters::Monotonic::now();
    while (true) {
        co_await adapters::pause(look_for_tasks);
        parts_.around.fates->raising(true);
        auto raised = co_await raised_.raise();
        (void)raised;
        parts_.around.fates->raising(false);
        if (adapters::Monotonic::now() - looked < look_for_late)
            continue;
        looked = adapters::Monotonic::now();
        auto ended = co_await raised_.end_settled();
        (void)ended;
        auto escalated = co_await escalation_.run();
        (void)escalated;
    }
}

Awaitable<void> BackOffice::tell()
{
    return courier_.work(never_stops_);
}

} // namespace chaos
