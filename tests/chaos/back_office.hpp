// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/booking/service.hpp"
#include "gateway/notify/courier.hpp"
#include "gateway/notify/office.hpp"
#include "gateway/notify/service.hpp"
#include "gateway/workflow/escalation.hpp"
#include "gateway/workflow/raised_tasks.hpp"
#include "gateway/workflow/service_factory.hpp"
#include "tests/chaos/listeners.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace chaos
{

/// What the gateway's process does beside bookings: the inbox of tasks with what it raises and what is late,
/// and telling subscribers. The real parts; only receivers are simulated.
class BackOffice
{
public:
    struct Parts
    {
        Surroundings& around;
        gateway::store::Store& store;
        gateway::booking::Service& booking;
        std::function<std::shared_ptr<const gateway::policy::Directory>()> directory;
        const adapters::Clock& clock;
        adapters::Random& random;
        gateway::observability::Metrics& metrics;
        Listeners& listeners;
        std::vector<gateway::identity::Client> clients;
        std::string public_base;
    };
    explicit BackOffice(Parts parts);

    gateway::workflow::TaskService& tasks() { return *tasks_; }
    gateway::notify::Subscriptions& subscriptions() { return subscriptions_; }
    gateway::notify::OutboxOffice& outbox() { return outbox_; }

    /// By the clock, as the product does; for ever.
    gateway::Awaitable<void> tend_tasks();
    gateway::Awaitable<void> tell();

private:
    gateway::Awaitable<fhir::Result<gateway::workflow::SeenAppointment>>
    seen_appointment(gateway::identity::Caller caller, std::string id);
    gateway::Awaitable<fhir::Result<std::optional<std::string>>>
    resource_for(gateway::identity::Caller caller, std::string subject);
    gateway::Awaitable<bool> tell_of(gateway::notify::DeadLetters letters);
    gateway::workflow::TaskLinks links();
    gateway::notify::CourierParts courier_parts();

    Parts parts_;
    gateway::notify::CurrentSubscribers subscribers_;
    gateway::notify::Visibility visibility_;
    std::unique_ptr<gateway::workflow::TaskService> tasks_;
    gateway::workflow::RaisedTasks raised_;
    gateway::workflow::Escalation escalation_;
    gateway::notify::Subscriptions subscriptions_;
    gateway::notify::OutboxOffice outbox_;
    gateway::notify::Courier courier_;
    const std::atomic<bool> never_stops_ = false;
};

/// What late tasks go up here, some minutes after they were due.
std::vector<gateway::workflow::Rung> ladder();
/// Whether an agreement lets work go from one to the other.
bool work_is_agreed(const std::string& from, const std::string& to);
/// Of an organisation that subscribes: its receivers are at `<ods>.example.org`.
gateway::identity::Client listening_client(const std::string& organisation);
gateway::identity::Caller listening_caller(const std::string& organisation);

} // namespace chaos
