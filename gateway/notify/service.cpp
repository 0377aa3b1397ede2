// SPDX-License-Identifier: Apache-2.0
#include "gateway/notify/service.hpp"

#include "fhir/codec/json_value.hpp"
#include "gateway/identity/crypto.hpp"
#include "gateway/notify/endpoint.hpp"
#include "gateway/notify/notification.hpp"

namespace gateway::notify
{

using fhir::ErrorKind;
using fhir::Result;

namespace
{

constexpr std::size_t most_events_shown = 1000;
constexpr std::chrono::hours old_secret_lifetime{24};

std::unexpected<fhir::Error> no_such_subscription()
{
    return fhir::fail(ErrorKind::not_found, "There is no such subscription, or it is not yours.");
}

bool is_own(const identity::Caller& caller, const store::SubscriptionRecord& record)
{
    return record.client == caller.client_id && record.organisation == caller.ods.text();
}

std::string new_secret()
{
    return identity::random_token(32);
}

} // namespace

Result<void> Subscriptions::check(const identity::Caller& caller, const Subscription& wanted) const
{
    const auto known = parts_.subscribers.find(caller.client_id);
    const std::string scope_type(wanted.topic->scope);
    if (!caller.may(identity::Permission::read, scope_type) &&
        !caller.may(identity::Permission::search, scope_type))
        return fhir::fail(ErrorKind::scope_missing,
                          "Subscribing to this topic needs a token that may read " + scope_type + ".",
                          "Subscription.criteria");
    auto endpoint = parse_endpoint(wanted.endpoint);
    Result<void> allowed = endpoint ? Result<void>() : std::unexpected(endpoint.error());
    if (endpoint)
        allowed = check_allowed(*endpoint, known ? *known : Subscriber{caller, {}, false});
    if (!allowed)
        return std::unexpected(allowed.error().at("Subscription.channel.endpoint"));
    if (wanted.payload == Payload::full_resource && (!known || !known->full_resource))
        return std::unexpected(
            fhir::Error(ErrorKind::value_invalid,
                        "This client is sent ids only, no whole resources: read them with the id.",
                        "Subscription.channel.payload")
                .advise("Ask for id-only, or ask whoever runs the gateway for `notify_full_resource`.",
                        fhir::Remedy::operator_));
    if (wanted.end && *wanted.end <= parts_.clock.now() && wanted.status != "off")
        return fhir::fail(ErrorKind::value_invalid, "The subscription would have ended already.",
                          "Subscription.end");
    return {};
}

Awaitable<Result<Subscription>> Subscriptions::written(store::SubscriptionWrite write, Subscription wanted)
{
    write.record = to_record(wanted);
    auto version = co_await parts_.store.write_subscription(std::move(write));
    if (!version)
        co_return std::unexpected(version.error());
    if (!*version)
        co_return fhir::fail(ErrorKind::version_conflict);
    wanted.version = **version;
    co_return wanted;
}

Awaitable<Result<Subscription>> Subscriptions::create(identity::Caller caller, Subscription wanted)
{
    if (auto checked = check(caller, wanted); !checked)
        co_return std::unexpected(checked.error());
    auto own = co_await all(caller);
    if (!own)
        co_return std::unexpected(own.error());
    if (own->size() >= settings_.most_subscriptions)
        co_return fhir::fail(ErrorKind::booking_limit,
                             "The client has as many subscriptions as it may have. Delete one that is not "
                             "needed any more.",
                             "Subscription");
    wanted.id = adapters::new_uuid(parts_.clock, parts_.random);
    wanted.version = 0;
    wanted.updated = parts_.clock.now();
    wanted.client = caller.client_id;
    wanted.organisation = caller.ods.text();
    wanted.status = "requested";
    wanted.secret = new_secret();
    auto made = co_await written({}, std::move(wanted));
    co_return made;
}

Awaitable<Result<Subscription>> Subscriptions::read(identity::Caller caller, std::string id) const
{
    auto record = co_await parts_.store.subscription(std::move(id));
    if (!record)
        co_return std::unexpected(record.error());
    if (!*record || !is_own(caller, **record))
        co_return no_such_subscription();
    co_return from_record(**record);
}

Awaitable<Result<std::vector<Subscription>>> Subscriptions::all(identity::Caller caller) const
{
    auto records = co_await parts_.store.subscriptions();
    if (!records)
        co_return std::unexpected(records.error());
    std::vector<Subscription> found;
    for (const store::SubscriptionRecord& record : *records) {
        if (!is_own(caller, record))
            continue;
        auto subscription = from_record(record);
        if (!subscription)
            co_return std::unexpected(subscription.error());
        found.push_back(std::move(*subscription));
    }
    co_return found;
}

Awaitable<Result<Subscription>> Subscriptions::update(identity::Caller caller, std::int64_t expected_version,
                                                      Subscription wanted)
{
    auto current = co_await read(caller, wanted.id);
    if (!current)
        co_return std::unexpected(current.error());
    if (current->version != expected_version)
        co_return std::unexpected(fhir::Error(ErrorKind::version_conflict).at("http.If-Match"));
    if (wanted.topic != current->topic)
        co_return fhir::fail(ErrorKind::not_amendable,
                             "A subscription keeps its topic: make another one for another topic.",
                             "Subscription.criteria");
    if (auto checked = check(caller, wanted); !checked)
        co_return std::unexpected(checked.error());
    const bool off = wanted.status == "off";
    const bool elsewhere = wanted.endpoint != current->endpoint;
    const bool anew = !off && (wanted.status == "requested" || elsewhere || !current->hears());
    wanted.client = current->client;
    wanted.organisation = current->organisation;
    wanted.events = current->events;
    wanted.secret = current->secret;
    wanted.previous_secret = current->previous_secret;
    wanted.previous_until = current->previous_until;
    // What was sent to one host is not sent to another because the client did not say it again.
    if (wanted.headers.empty() && !elsewhere)
        wanted.headers = current->headers;
    wanted.version = current->version;
    wanted.updated = parts_.clock.now();
    wanted.error.clear();
    if (!off)
        wanted.status = anew ? "requested" : current->status;
    store::SubscriptionWrite write;
    write.start_anew = true; // a heartbeat or a timeout may have changed: it is looked at
    write.cancel_waiting = off;
    auto changed = co_await written(std::move(write), std::move(wanted));
    co_return changed;
}

Awaitable<Result<void>> Subscriptions::remove(identity::Caller caller, std::string id)
{
    auto current = co_await read(std::move(caller), id);
    if (!current)
        co_return std::unexpected(current.error());
    auto removed = co_await parts_.store.remove_subscription(std::move(id));
    if (!removed)
        co_return std::unexpected(removed.error());
    co_return Result<void>();
}

Awaitable<Result<Subscription>> Subscriptions::renew_secret(identity::Caller caller, std::string id)
{
    auto current = co_await read(std::move(caller), std::move(id));
    if (!current)
        co_return current;
    current->previous_secret = std::exchange(current->secret, new_secret());
    current->updated = parts_.clock.now();
    current->previous_until = current->updated + old_secret_lifetime;
    auto changed = co_await written({}, std::move(*current));
    co_return changed;
}

Awaitable<Result<std::string>> Subscriptions::status(identity::Caller caller, std::string id) const
{
    auto subscription = co_await read(std::move(caller), std::move(id));
    if (!subscription)
        co_return std::unexpected(subscription.error());
    auto channel = co_await parts_.store.channel(subscription->id);
    if (!channel)
        co_return std::unexpected(channel.error());
    Notification notification;
    notification.type = "query-status";
    if (*channel)
        notification.error = (*channel)->failure;
    const std::string full_url = settings_.base_url + "/Subscription/" + subscription->id + "/$status";
    std::string bundle = R"({"resourceType":"Bundle","type":"searchset","total":1,"entry":[{"fullUrl":)";
    fhir::codec::append_json_string(bundle, full_url);
    bundle += ",\"resource\":" + to_status(*subscription, notification, settings_.base_url);
    co_return bundle + R"(,"search":{"mode":"match"}}]})";
}

Awaitable<Result<std::string>> Subscriptions::events(identity::Caller caller, std::string id,
                                                     std::optional<std::int64_t> from,
                                                     std::optional<std::int64_t> to) const
{
    const fhir::OdsCode organisation = caller.ods;
    auto subscription = co_await read(std::move(caller), std::move(id));
    if (!subscription)
        co_return std::unexpected(subscription.error());
    store::DeliveryFilter filter;
    filter.subscription = subscription->id;
    filter.from = from.value_or(1);
    filter.to = to;
    filter.limit = most_events_shown;
    auto found = co_await parts_.store.deliveries(std::move(filter));
    if (!found)
        co_return std::unexpected(found.error());
    Notification notification;
    notification.type = "query-event";
    notification.at = parts_.clock.now();
    notification.id = adapters::new_uuid(parts_.clock, parts_.random);
    for (store::DeliveryRecord& each : *found) {
        auto may = co_await parts_.visibility.may_hear(organisation, each.event);
        if (!may)
            co_return std::unexpected(may.error());
        if (*may)
            notification.events.push_back({each.number, std::move(each.event), {}});
    }
    co_return to_bundle(*subscription, notification, settings_.base_url);
}

} // namespace gateway::notify
