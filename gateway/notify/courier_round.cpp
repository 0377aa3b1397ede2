// SPDX-License-Identifier: Apache-2.0
#include "adapters/upstream/deadline.hpp"
#include "fhir/outcome/catalogue.hpp"
#include "gateway/notify/courier.hpp"
#include "gateway/notify/courier_turn.hpp"
#include "gateway/notify/signature.hpp"
#include "gateway/observability/log.hpp"

#include <algorithm>
#include <charconv>

/// One subscription's turn: what is sent to its receiver, and what follows from the answer.
namespace gateway::notify
{

using fhir::ErrorKind;
using fhir::Result;
using fhir::rest::Response;
using store::DeliveryState;

namespace
{

constexpr std::chrono::seconds longest_wanted_pause{3600};
constexpr unsigned gone = 410;

bool is_success(unsigned status)
{
    return status >= 200 && status < 300;
}

/// That this event is not wanted, by a receiver that is otherwise well and lets us in.
bool refuses_event(unsigned status)
{
    constexpr std::array about_the_channel{401U, 403U, 404U, 405U, 407U, 408U, 410U, 421U, 425U, 429U};
    return status >= 400 && status < 500 &&
           std::ranges::find(about_the_channel, status) == about_the_channel.end();
}

std::string code_of(const Result<Response>& answer)
{
    if (answer)
        return answer->status / 100 == 3 ? "redirect" : "http_" + std::to_string(answer->status);
    if (answer.error().supplier_code() == "private address")
        return "private_address";
    switch (answer.error().kind()) {
    case ErrorKind::supplier_timeout:
        return "timeout";
    case ErrorKind::supplier_malformed:
        return "malformed_answer";
    case ErrorKind::supplier_unavailable:
        return "unreachable";
    default:
        return "connection_lost";
    }
}

std::string sentence_for(const std::string& code)
{
    if (code == "redirect")
        return "The endpoint answered with a redirect, which is not followed.";
    if (code == "private_address")
        return "The endpoint's name stands for no address on the public internet.";
    if (code == "unreachable")
        return "The endpoint could not be reached, or its certificate could not be verified.";
    if (code == "timeout")
        return "The endpoint did not answer in time.";
    return "The endpoint did not take the notification (" + code + ").";
}

/// RFC 9110 10.2.3.
std::optional<std::chrono::seconds> retry_after(const Result<Response>& answer, fhir::Instant now)
{
    if (!answer || (answer->status != 429 && answer->status != 503))
        return std::nullopt;
    const std::string_view text = answer->headers.get("Retry-After");
    std::chrono::seconds pause{0};
    if (const auto date = fhir::parse_http_date(text)) {
        pause = std::chrono::duration_cast<std::chrono::seconds>(*date - now);
    } else {
        std::int64_t seconds = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
        if (error != std::errc() || end != text.data() + text.size())
            return std::nullopt;
        pause = std::chrono::seconds(std::min<std::int64_t>(seconds, longest_wanted_pause.count()));
    }
    return std::clamp(pause, std::chrono::seconds(0), longest_wanted_pause);
}

} // namespace

Awaitable<void> Courier::serve(store::LeasedChannel leased)
{
    auto subscription = from_record(leased.subscription);
    if (!subscription)
        co_return; // another program's; the lease runs out
    Round round{std::move(leased), std::move(*subscription), nullptr, {}, {}};
    round.step.subscription = round.subscription.id;
    round.step.token = round.leased.token;
    round.step.channel = round.leased.channel;
    round.subscriber = parts_.subscribers.find(round.subscription.client);
    auto endpoint = parse_endpoint(round.subscription.endpoint);
    const auto& known = round.subscriber;
    const bool allowed = known && endpoint && known->caller.ods.text() == round.subscription.organisation &&
                         check_allowed(*endpoint, *known).has_value();
    const std::string scope(round.subscription.topic->scope);
    if (!round.subscription.hears())
        round.step.channel.heartbeat.reset(); // looked at because somebody changed it
    else if (round.subscription.is_carried())
        co_await carry(round);
    else if (!allowed)
        co_await give_up(round,
                         "The client is not known any more, or may not have notifications sent there.");
    else if (!known->caller.may(identity::Permission::read, scope) &&
             !known->caller.may(identity::Permission::search, scope))
        co_await give_up(round, "The client may not read " + scope + " any more.");
    else {
        round.endpoint = std::move(*endpoint);
        co_await serve_permitted(round);
    }
    round.step.now = parts_.clock.now();
    auto settled = co_await parts_.store.settle_channel(std::move(round.step));
    if (!settled) // sent again when the lease has run out, under the same numbers
        observability::log(observability::Level::warning, "notification_not_settled",
                           {{"subscription", round.subscription.id}});
}

Awaitable<void> Courier::serve_permitted(Round& round)
{
    const fhir::Instant now = parts_.clock.now();
    const Subscription& subscription = round.subscription;
    if (subscription.end && now >= *subscription.end) {
        Subscription ended = subscription;
        ended.status = "off";
        ended.updated = now;
        round.step.status = to_record(ended);
        co_return;
    }
    if (subscription.status == "requested") {
        co_await shake_hands(round);
        co_return;
    }
    if (!round.leased.due.empty())
        co_await deliver(round);
    else if (round.leased.channel.heartbeat && *round.leased.channel.heartbeat <= now)
        co_await beat(round);
    if (!subscription.heartbeat)
        round.step.channel.heartbeat.reset();
    else if (!round.step.channel.heartbeat)
        round.step.channel.heartbeat = now + *subscription.heartbeat;
}

Awaitable<Result<Response>> Courier::send(Round& round, const Notification& notification)
{
    auto upstream = upstream_for(round.endpoint.origin);
    if (!upstream)
        co_return std::unexpected(upstream.error());
    const fhir::Instant now = parts_.clock.now();
    adapters::upstream::Call call;
    call.effect = adapters::upstream::Effect::write;
    call.limit = round.subscription.timeout;
    call.operation = "notify";
    fhir::rest::Request& request = call.request;
    request.method = "POST";
    request.target = round.endpoint.target;
    for (const std::string& header : round.subscription.headers) {
        const auto colon = header.find(':');
        request.headers.set(std::string_view(header).substr(0, colon), header.substr(colon + 2));
    }
    request.headers.set("Content-Type", "application/fhir+json");
    request.headers.set("User-Agent", "apptgw");
    request.body = to_bundle(round.subscription, notification, settings_.base_url);
    request.headers.set(signature_header, signature_of(round.subscription, request.body, now));
    if (!notification.delivery.empty())
        request.headers.set(delivery_header, notification.delivery);
    auto answer = co_await (*upstream)->send(std::move(call));
    const bool taken = answer && is_success(answer->status);
    parts_.metrics.notification(notification.type, taken ? "delivered" : code_of(answer));
    co_return answer;
}

Awaitable<void> Courier::shake_hands(Round& round)
{
    Notification notification;
    notification.type = "handshake";
    notification.at = parts_.clock.now();
    notification.id = adapters::new_uuid(parts_.clock, parts_.random);
    auto answer = co_await send(round, notification);
    if (!answer || !is_success(answer->status)) {
        co_await give_up(round, "The handshake failed. " + sentence_for(code_of(answer)));
        co_return;
    }
    went_well(round);
    Subscription active = round.subscription;
    active.status = "active";
    active.error.clear();
    active.updated = parts_.clock.now();
    round.step.status = to_record(active);
    if (active.heartbeat)
        round.step.channel.heartbeat = active.updated + *active.heartbeat;
}

Awaitable<void> Courier::beat(Round& round)
{
    Notification notification;
    notification.type = "heartbeat";
    notification.at = parts_.clock.now();
    notification.id = adapters::new_uuid(parts_.clock, parts_.random);
    auto answer = co_await send(round, notification);
    if (answer && is_success(answer->status))
        went_well(round);
    else
        went_wrong(round, code_of(answer), retry_after(answer, notification.at));
    const auto& failing = round.step.channel.failing_since;
    if (failing && notification.at - *failing >= settings_.give_up_after)
        co_await give_up(round, sentence_for(round.step.channel.failure));
}

/// One after the other, so that they arrive in order.
Awaitable<void> Courier::deliver(Round& round)
{
    const auto until = adapters::Monotonic::now() + longest_round;
    const auto batches = batches_of(round.leased.due, round.subscription.max_count);
    const bool kept = co_await keep(round, batches);
    if (!kept)
        co_return;
    for (const DueBatch& batch : batches) {
        if (adapters::Monotonic::now() >= until)
            co_return;
        const bool goes_on = co_await deliver_batch(round, batch);
        if (!goes_on)
            co_return;
    }
}

/// Before anything is sent: whoever sends it again, also after a crash, sends the same.
Awaitable<bool> Courier::keep(Round& round, const std::vector<DueBatch>& batches)
{
    std::vector<store::Batch> unknown;
    for (const DueBatch& each : batches)
        if (each.is_new)
            unknown.push_back(each.batch);
    if (unknown.empty())
        co_return true;
    auto kept = co_await parts_.store.keep_batches(round.subscription.id, round.leased.token, unknown);
    const bool is_kept = kept.value_or(false);
    if (!is_kept)
        round.step.channel.next_attempt = parts_.clock.now() + settings_.first_pause;
    co_return is_kept;
}

/// What may not be heard any more is never told; its number stays unused.
Awaitable<std::optional<Told>> Courier::told(Round& round, const store::DeliveryRecord& delivery)
{
    const identity::Caller& caller = round.subscriber->caller;
    auto may = co_await parts_.visibility.may_hear(caller.ods, delivery.event);
    std::optional<Told> told;
    if (!may) {
        round.step.channel.next_attempt = parts_.clock.now() + settings_.first_pause;
        co_return told;
    }
    Told shown{delivery.number, delivery.event, {}};
    if (*may && round.subscription.payload == Payload::full_resource && round.subscriber->full_resource &&
        parts_.resource && !round.subscription.topic->of_practice) {
        auto resource = co_await parts_.resource(caller, delivery.event.subject);
        if (!resource) {
            round.step.channel.next_attempt = parts_.clock.now() + settings_.first_pause;
            co_return told;
        }
        if (*resource)
            shown.resource = std::move(**resource);
    }
    if (*may)
        told = std::move(shown);
    else
        round.step.deliveries.push_back({delivery.number, DeliveryState::cancelled, false, "not_visible"});
    co_return told;
}

Awaitable<bool> Courier::deliver_batch(Round& round, DueBatch batch)
{
    Notification notification;
    notification.type = "event-notification";
    notification.at = parts_.clock.now();
    for (std::size_t i = batch.begin; i < batch.begin + batch.count; ++i) {
        const std::size_t decided = round.step.deliveries.size();
        auto shown = co_await told(round, round.leased.due[i]);
        if (shown)
            notification.events.push_back(std::move(*shown));
        else if (round.step.deliveries.size() == decided)
            co_return false; // nobody knows whether it may be told: later
    }
    if (notification.events.empty())
        co_return true;
    notification.delivery = delivery_id(round.subscription.id, batch.batch);
    notification.id = bundle_id(notification.delivery);
    auto answer = co_await send(round, notification);
    const bool taken = answer && is_success(answer->status);
    const std::string code = taken ? std::string() : code_of(answer);
    if (!taken && answer && refuses_event(answer->status)) {
        const std::int64_t attempts = round.leased.due[batch.begin].attempts;
        const bool is_dead = co_await refuse(round, notification, code, attempts);
        if (is_dead)
            co_return true;
    } else {
        for (const Told& each : notification.events)
            round.step.deliveries.push_back(
                {each.number, taken ? DeliveryState::done : DeliveryState::due, true, code});
    }
    if (taken) {
        went_well(round);
        co_return true;
    }
    went_wrong(round, code, retry_after(answer, notification.at));
    const auto& failing = round.step.channel.failing_since;
    if ((answer && answer->status == gone) ||
        (failing && notification.at - *failing >= settings_.give_up_after))
        co_await give_up(round, sentence_for(code));
    co_return false;
}

/// Of several that are refused each is tried alone from then on: they have not been taken, and one of them
/// may be what is wrong. True when it is dead, and the next one goes on.
Awaitable<bool> Courier::refuse(Round& round, const Notification& notification, const std::string& code,
                                std::int64_t attempts)
{
    const std::int64_t first = notification.events.front().number;
    const bool is_one = notification.events.size() == 1;
    bool is_dead = is_one && attempts + 1 >= settings_.refusals_allowed;
    if (is_dead)
        is_dead = co_await raise({round.subscription.id, round.subscription.client,
                                  round.subscription.organisation, code, first, first});
    for (const Told& each : notification.events)
        round.step.deliveries.push_back(
            {each.number, is_dead ? DeliveryState::dead : DeliveryState::due, true, code, !is_one});
    if (is_dead)
        went_well(round);
    co_return is_dead;
}

} // namespace gateway::notify
