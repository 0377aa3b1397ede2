// SPDX-License-Identifier: Apache-2.0
/// Who is told of what changed.
#include "gateway/app_parts.hpp"

#include "fhir/codec/json.hpp"
#include "fhir/rest/message.hpp"
#include "gateway/booking/booking_rules.hpp"

namespace gateway
{

namespace
{

notify::CourierSettings courier_settings(const settings::Settings& settings)
{
    notify::CourierSettings courier;
    courier.base_url = settings.public_base_url;
    courier.node = settings.audit.node;
    courier.ca_file = settings.notify.ca_file;
    courier.private_addresses = settings.notify.private_addresses;
    courier.first_pause = settings.notify.first_pause;
    courier.give_up_after = settings.notify.give_up_after;
    courier.keep = settings.notify.keep;
    return courier;
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

/// As the client would read it; recorded like a read, because patient data leaves.
Awaitable<fhir::Result<std::optional<std::string>>> App::Parts::resource_for(identity::Caller caller,
                                                                             std::string subject)
{
    const auto slash = subject.find('/');
    const std::string type = subject.substr(0, slash), id = subject.substr(slash + 1);
    audit::Note note;
    note.record.via = "notify";
    note.record.action = "send " + type;
    note.record.agent = caller.ods.text();
    note.record.client = caller.client_id;
    note.record.type = type;
    note.record.id = id;
    fhir::Result<std::optional<std::string>> json;
    if (type == "Appointment") {
        auto stored = co_await booking->read(std::move(caller), id);
        if (stored) {
            const auto number = booking::named_number(stored->resource);
            note.record.practice = stored->practice_ods;
            note.patient = number ? std::string(number->digits()) : std::string();
        }
        json = as_json(stored);
    } else {
        auto stored = co_await tasks->read(std::move(caller), id);
        if (stored)
            note.patient = workflow::patient_number(*stored);
        json = as_json(stored);
    }
    if (!json || !*json)
        co_return json;
    auto written = co_await audit->record(std::move(note));
    if (!written)
        co_return std::unexpected(written.error());
    co_return json;
}

/// A patient or a team did not hear of it.
Awaitable<bool> App::Parts::tell_of_message(notify::DeadLetters letters)
{
    auto found = co_await store->deliveries({letters.subscription, letters.first, letters.first, {}, 1});
    const std::string about = found && !found->empty() ? found->front().event.subject : letters.subscription;
    const std::string number = letters.subscription + "/" + std::to_string(letters.first);
    workflow::Undelivered told{letters.organisation, about, "dead/" + number, letters.failure};
    told.what = "a message about this could not be delivered and was given up (" + number +
                "). Tell them in another way, or ask the operator to have it sent anew.";
    const bool raised = co_await raised_tasks->raise_undelivered(std::move(told));
    co_return raised;
}

/// One task for an event that was given up; one a day where all that waited was.
Awaitable<bool> App::Parts::tell_of(notify::DeadLetters letters)
{
    if (letters.client.empty()) {
        const bool raised = co_await tell_of_message(std::move(letters));
        co_return raised;
    }
    const std::string which =
        letters.first > 0
            ? std::to_string(letters.first)
            : fhir::to_utc_text(adapters::system_clock().now()).substr(0, sizeof "2026-11-23" - 1);
    const bool raised = co_await raised_tasks->raise_undelivered(
        {letters.organisation, "Subscription/" + letters.subscription,
         "dead/" + letters.subscription + "/" + which, letters.failure});
    co_return raised;
}

/// Whatever became of it since.
Awaitable<fhir::Result<bool>> App::Parts::has_booked(fhir::OdsCode organisation, fhir::NhsNumber patient)
{
    store::AppointmentFilter own;
    own.booked_by = {organisation.text()};
    own.patients = std::vector<std::string>{patient.digits()};
    own.limit = 1;
    auto found = co_await store->find(std::move(own));
    if (!found)
        co_return std::unexpected(found.error());
    co_return !found->empty();
}

/// Also where nothing is sent: what was open before is then closed.
fhir::Result<void> App::Parts::make_messages()
{
    const adapters::Clock& system = adapters::system_clock();
    const messages::MessageSettings& wanted = settings.messages;
    messages::CarrierParts parts{
        {*store, [this] { return directory.snapshot(); }, consents.get(), clock}, system, audit.get(), {}};
    const auto origin = fhir::rest::origin_of(settings.public_base_url);
    const auto host = origin.substr(origin.find("://") + 3);
    parts.host = std::string(host.substr(0, host.find(':')));
    if (wanted.email.on())
        parts.mail = messages::make_smtp_sender(wanted.email.server);
    if (wanted.sms.on()) {
        adapters::upstream::Endpoint endpoint;
        endpoint.name = "sms";
        endpoint.base_url = std::string(fhir::rest::origin_of(wanted.sms.url)) + "/";
        endpoint.ca_file = wanted.sms.ca_file;
        endpoint.max_response_bytes = 64 << 10;
        endpoint.breaker_failures = 1U << 30; // the channel pauses by itself
        auto made = adapters::upstream::make_https_upstream(std::move(endpoint));
        if (!made)
            return std::unexpected(made.error());
        parts.sms = std::move(*made);
    }
    carrier = std::make_unique<messages::MessageCarrier>(std::move(parts), wanted);
    return {};
}

void App::Parts::make_notify()
{
    const adapters::Clock& system = adapters::system_clock();
    subscribers.replace(settings.identity.clients);
    hearing = std::make_unique<notify::Visibility>(
        *store, [this] { return directory.snapshot(); }, consents.get(), clock);
    subscriptions = std::make_unique<notify::Subscriptions>(
        notify::ServiceParts{*store, subscribers, *hearing, system, random},
        notify::ServiceSettings{settings.public_base_url, settings.notify.subscriptions_per_client});
    events = std::make_unique<notify::EventFeed>(
        *store, *hearing, [this] { return draining.load(); }, notify::FeedSettings());
    outbox = std::make_unique<notify::OutboxOffice>(notify::OfficeParts{*store, system, audit.get()},
                                                    settings.notify.replays_per_minute);
    notify::CourierParts parts{*store, subscribers, *hearing, system, random, metrics, audit.get()};
    parts.resource = [this](identity::Caller caller, std::string subject) {
        return resource_for(std::move(caller), std::move(subject));
    };
    parts.on_dead_letters = [this](notify::DeadLetters letters) { return tell_of(std::move(letters)); };
    parts.carrier = carrier.get();
    courier = std::make_unique<notify::Courier>(std::move(parts), courier_settings(settings));
    calendars = std::make_unique<calendar::Feeds>(
        calendar::FeedParts{*store, subscribers, [this] { return directory.snapshot(); }, consents.get(),
                            clock, system, random},
        calendar::FeedSettings{std::string(fhir::rest::origin_of(settings.public_base_url)) + "/calendar"});
}

} // namespace gateway
