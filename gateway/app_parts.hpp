// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"
#include "gateway/app.hpp"
#include "gateway/audit/trail.hpp"
#include "gateway/awaitable.hpp"
#include "gateway/booking/service_factory.hpp"
#include "gateway/calendar/feeds.hpp"
#include "gateway/faces/management.hpp"
#include "gateway/http/server.hpp"
#include "gateway/identity/identity.hpp"
#include "gateway/identity/operator_proof.hpp"
#include "gateway/limits/hoarding.hpp"
#include "gateway/limits/load.hpp"
#include "gateway/limits/login_limits.hpp"
#include "gateway/messages/carrier.hpp"
#include "gateway/notify/courier.hpp"
#include "gateway/notify/event_feed.hpp"
#include "gateway/notify/office.hpp"
#include "gateway/notify/service.hpp"
#include "gateway/observability/metrics.hpp"
#include "gateway/policy/administration.hpp"
#include "gateway/policy/consents.hpp"
#include "gateway/search/federated_search.hpp"
#include "gateway/search/patient_finder.hpp"
#include "gateway/search/practice_patients.hpp"
#include "gateway/settings/settings.hpp"
#include "gateway/slot_types/seen_types.hpp"
#include "gateway/store/store.hpp"
#include "gateway/workflow/deliveries.hpp"
#include "gateway/workflow/escalation.hpp"
#include "gateway/workflow/raised_tasks.hpp"
#include "gateway/workflow/service_factory.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <memory>
#include <optional>

namespace gateway
{

/// Runs a store call to its end on the thread that asks, which serves no requests.
template <class T>
T run_now(Awaitable<T> work)
{
    boost::asio::io_context context(1);
    std::optional<T> result;
    boost::asio::co_spawn(context, std::move(work), [&](std::exception_ptr failure, T value) {
        if (failure)
            std::rethrow_exception(failure);
        result.emplace(std::move(value));
    });
    context.run();
    return std::move(*result);
}

/// What operators may change of the policy of these settings, checked as the practices file is.
policy::Configured policy_of(const settings::Settings& settings);

/// What a practice has changed may call for a task: then the next look for those is now.
class Nudge : public booking::Changes
{
public:
    void on_change(const booking::PracticeChange&) override { given_ = true; }
    bool take() { return given_.exchange(false); }

private:
    std::atomic<bool> given_ = false;
};

/// Members stand in the order in which they are built; each may lean on those above it.
struct App::Parts
{
    Parts(settings::Settings wanted, const adapters::Clock& time)
        : settings(std::move(wanted)), clock(time), slot_types(slot_types::SlotTypes(settings.slot_types))
    {}

    fhir::Result<void> open_store();
    fhir::Result<void> open_audit();
    fhir::Result<void> make_services();
    void make_administration();
    search::KeptLinks kept_links();
    Awaitable<fhir::Result<std::vector<policy::UsedSlot>>> used_slots(fhir::OdsCode practice,
                                                                      fhir::OdsCode consumer);
    Awaitable<fhir::Result<bool>> has_booked(fhir::OdsCode organisation, fhir::NhsNumber patient);
    fhir::Result<void> make_messages();
    void make_notify();
    Awaitable<bool> tell_of(notify::DeadLetters letters);
    Awaitable<bool> tell_of_message(notify::DeadLetters letters);
    Awaitable<fhir::Result<std::optional<std::string>>> resource_for(identity::Caller caller,
                                                                     std::string subject);
    void make_faces();
    void make_other_faces();
    http::Handler& shed(http::Handler& face, fhir::ErrorKind kind);
    unsigned worker_threads() const;
    faces::Worklist worklist();
    fhir::Result<void> bind();
    Awaitable<void> housekeeping();
    Awaitable<void> watch_holds();
    Awaitable<void> serve_waiting();
    Awaitable<void> watch_practices();
    Awaitable<void> withdrawals();
    Awaitable<void> watch_tasks();
    Awaitable<void> deliver_tasks();
    workflow::TaskLinks task_links();
    Awaitable<fhir::Result<workflow::SeenAppointment>> seen_appointment(identity::Caller caller,
                                                                        std::string id);
    Awaitable<fhir::Result<std::optional<workflow::RefusedBooking>>> refused_booking(std::string intent);
    void make_workflow();
    Awaitable<void> watch_parts();
    Awaitable<void> keep_audit();
    void watch_breakers();
    void measure_certificate(const std::string& name, const std::string& file);
    void measure_revocations(const http::ListenerSettings& listener);
    void measure_certificates();
    void watch_refusals(http::ListenerStats& stats);

    settings::Settings settings;
    const adapters::Clock& clock;
    adapters::Random& random = adapters::secure_random();
    observability::Metrics metrics;
    std::atomic<bool> draining = false;
    std::atomic<bool> store_answers = true; ///< at the last look, a second ago at most

    std::optional<limits::Load> load;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<audit::Trail> audit;
    std::optional<limits::Limiter> limiter;
    std::optional<limits::LoginLimits> login_limits;
    std::unique_ptr<identity::Identity> identity;
    std::optional<identity::OperatorCheck> operators;
    std::shared_ptr<identity::CurrentConsumers> consumers; ///< of GP Connect
    slot_types::CurrentSlotTypes slot_types;
    slot_types::SeenTypes seen_types;
    policy::CurrentDirectory directory;
    policy::Configured policy_read; ///< of the practices file, as it was last read
    std::unique_ptr<policy::Administration> administration;
    std::unique_ptr<policy::Consents> consents;
    std::unique_ptr<search::FederatedSearch> search;
    std::unique_ptr<search::PatientFinder> patients;
    std::unique_ptr<search::PracticePatients> practice_patients;
    Nudge nudge;
    std::unique_ptr<booking::SettlingService> booking;
    std::optional<limits::HoardingWatch> hoarding;
    std::optional<limits::LimitedBooking> limited_booking; ///< what consumers reach
    std::unique_ptr<workflow::TaskService> tasks;
    std::optional<workflow::RaisedTasks> raised_tasks;
    std::optional<workflow::Escalation> escalation;
    std::optional<workflow::Deliveries> deliveries;
    notify::CurrentSubscribers subscribers;
    std::unique_ptr<notify::Visibility> hearing;
    std::unique_ptr<notify::Subscriptions> subscriptions;
    std::unique_ptr<notify::EventFeed> events;
    std::unique_ptr<notify::OutboxOffice> outbox;
    std::unique_ptr<messages::MessageCarrier> carrier;
    std::unique_ptr<notify::Courier> courier;
    std::unique_ptr<calendar::Feeds> calendars;

    std::unique_ptr<http::Handler> r4_face;
    std::unique_ptr<http::Handler> gpconnect_face; ///< nullptr when it is not offered
    std::unique_ptr<http::Handler> bars_face;
    std::unique_ptr<http::Handler> bulk_face;
    std::unique_ptr<http::Handler> calendar_face;
    std::vector<std::unique_ptr<http::Handler>> shedding; ///< stand before these faces
    std::unique_ptr<http::Handler> public_faces;          ///< of the one listener for consumers
    std::unique_ptr<http::Handler> management_face;
    http::ListenerStats fhir_stats;
    http::ListenerStats gpconnect_stats;
    http::ListenerStats management_stats;
    std::uint16_t fhir_port = 0;
    std::uint16_t management_port = 0;
    std::uint16_t gpconnect_port = 0;
    std::unique_ptr<http::Server> server;
    std::unique_ptr<http::Server> post;    ///< what is sent to subscribers, away from everything else
    std::unique_ptr<http::Server> control; ///< management listener and periodic work, away from the requests
};

} // namespace gateway
