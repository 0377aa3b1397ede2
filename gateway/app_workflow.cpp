// SPDX-License-Identifier: Apache-2.0
/// The inbox of tasks, and what it asks the other parts.
#include "gateway/app_parts.hpp"

#include "adapters/upstream/deadline.hpp"
#include "gateway/booking/booking_rules.hpp"
#include "gateway/booking/payload.hpp"
#include "gateway/workflow/task_letter.hpp"

#include <algorithm>

namespace gateway
{

namespace
{

/// Work goes between two organisations in either direction where an agreement of the one that is a practice
/// lets the other send and receive it.
bool work_is_agreed(const policy::Directory& directory, const fhir::OdsCode& from, const fhir::OdsCode& to,
                    fhir::Instant now)
{
    return from == to || directory.terms(to, from, policy::Use::task, now).allowed() ||
           directory.terms(from, to, policy::Use::task, now).allowed();
}

std::optional<workflow::DeliveryTarget> delivery_target(const policy::Directory& directory,
                                                        const fhir::OdsCode& ods)
{
    const auto practice = directory.practice(ods);
    if (!practice || !practice->delivers_tasks)
        return std::nullopt;
    const auto* system = adapters::find_supplier_system(practice->system);
    const std::string title = system ? std::string(system->title) : practice->system;
    return workflow::DeliveryTarget{practice->adapter, title.substr(0, title.find(" (")), practice->name};
}

/// A request for medicines may go as a message; nothing else goes as such a request.
bool takes(const adapters::Capabilities& can, workflow::TaskKind kind)
{
    const auto form = workflow::delivery_form(kind);
    return form && (can.delivers_messages || (form == adapters::DeliveryForm::prescription_request &&
                                              can.delivers_prescription_requests));
}

bool stands(fhir::AppointmentStatus status)
{
    using enum fhir::AppointmentStatus;
    return status == booked || status == arrived || status == checked_in || status == fulfilled;
}

} // namespace

workflow::TaskLinks App::Parts::task_links()
{
    workflow::TaskLinks links;
    links.may_send = [this](const fhir::OdsCode& from, const fhir::OdsCode& to,
                            const std::optional<fhir::NhsNumber>& patient) {
        // What a practice knows of a patient who does not want the other to know of them stays there.
        return work_is_agreed(*directory.snapshot(), from, to, clock.now()) &&
               (!patient || !policy::hides(consents.get(), {*patient, from, to}));
    };
    links.name_of = [this](const fhir::OdsCode& ods) {
        const auto practice = directory.snapshot()->practice(ods);
        if (practice)
            return practice->name;
        const auto client = std::ranges::find(settings.identity.clients, ods, &identity::Client::ods);
        return client == settings.identity.clients.end() ? std::string() : client->name;
    };
    links.appointment = [this](identity::Caller caller,
                               std::string id) -> Awaitable<fhir::Result<workflow::SeenAppointment>> {
        return seen_appointment(std::move(caller), std::move(id));
    };
    links.delivers = [this](const fhir::OdsCode& owner, workflow::TaskKind kind) {
        const auto practice = directory.snapshot()->practice(owner);
        return practice && practice->delivers_tasks && takes(practice->adapter->capabilities(), kind);
    };
    return links;
}

Awaitable<fhir::Result<workflow::SeenAppointment>> App::Parts::seen_appointment(identity::Caller caller,
                                                                                std::string id)
{
    auto stored = co_await booking->read(std::move(caller), std::move(id));
    if (!stored)
        co_return std::unexpected(stored.error());
    const auto number = booking::named_number(stored->resource);
    co_return workflow::SeenAppointment{number ? number->digits() : std::string(),
                                        stands(stored->resource.status),
                                        std::move(stored->resource.identifier)};
}

/// As the booking was written down before anything was sent.
Awaitable<fhir::Result<std::optional<workflow::RefusedBooking>>>
App::Parts::refused_booking(std::string intent)
{
    auto record = co_await store->intent(std::move(intent));
    if (!record)
        co_return std::unexpected(record.error());
    auto payload = *record ? booking::read_payload((*record)->payload)
                           : fhir::Result<booking::Payload>(fhir::fail(fhir::ErrorKind::gone));
    const auto number = payload && payload->wanted ? booking::named_number(*payload->wanted) : std::nullopt;
    if (!number)
        co_return std::nullopt;
    co_return workflow::RefusedBooking{(*record)->practice, payload->provenance.organisation_ods,
                                       number->digits()};
}

void App::Parts::make_workflow()
{
    const workflow::TaskLinks links = task_links();
    tasks = workflow::make_task_service(
        {*store, clock, random, links},
        {settings.public_base_url, {{workflow::TaskKind::referral, settings.workflow.referral_due}}});
    workflow::RaisedParts raised{*store, *tasks, clock, links.name_of, audit.get()};
    raised.refused = [this](std::string intent) { return refused_booking(std::move(intent)); };
    raised_tasks.emplace(std::move(raised),
                         workflow::RaisedSettings{settings.public_base_url, settings.workflow.team});
    escalation.emplace(workflow::EscalationParts{*store, clock, random, links, audit.get()},
                       workflow::EscalationSettings{settings.public_base_url, settings.workflow.ladder,
                                                    settings.audit.node});
    workflow::DeliverySettings delivery;
    delivery.public_base = settings.public_base_url;
    delivery.node = settings.audit.node;
    const auto target = [this](const fhir::OdsCode& ods) {
        return delivery_target(*directory.snapshot(), ods);
    };
    deliveries.emplace(workflow::DeliveryParts{*store, clock, random, target, links, audit.get()},
                       std::move(delivery));
}

/// Away from the rest: a round takes as long as the practices take to answer.
Awaitable<void> App::Parts::deliver_tasks()
{
    while (!draining) {
        co_await deliveries->run();
        co_await adapters::pause(std::chrono::milliseconds(200)); // short, so that a stop is not kept waiting
    }
}

/// Tasks that something calls for, at once where a practice has done it; those that are late, by the clock.
Awaitable<void> App::Parts::watch_tasks()
{
    constexpr auto raise_every = std::chrono::seconds(2);
    auto raised = adapters::Monotonic::now() - raise_every;
    auto escalated = adapters::Monotonic::now() - settings.workflow.escalate_every;
    while (!draining) {
        const auto now = adapters::Monotonic::now();
        if (nudge.take() || now - raised >= raise_every) {
            raised = now;
            co_await raised_tasks->raise();
        }
        if (now - escalated >= settings.workflow.escalate_every) {
            escalated = now;
            co_await raised_tasks->end_settled();
            co_await escalation->run();
        }
        co_await adapters::pause(std::chrono::milliseconds(200)); // short, so that a stop is not kept waiting
    }
}

} // namespace gateway
