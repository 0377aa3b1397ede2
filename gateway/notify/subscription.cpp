// SPDX-License-Identifier: Apache-2.0
#include "gateway/notify/subscription.hpp"

#include "fhir/codec/json_value.hpp"

#include <algorithm>
#include <array>

namespace gateway::notify
{

namespace
{

using fhir::codec::JsonValue;

constexpr std::array<std::string_view, 3> payloads{"empty", "id-only", "full-resource"};

std::string text_of(const JsonValue& body, std::string_view name)
{
    const JsonValue* value = body.find(name);
    return value && value->is_string() ? value->text() : std::string();
}

std::optional<std::int64_t> number_of(const JsonValue& body, std::string_view name)
{
    const JsonValue* value = body.find(name);
    return value ? value->integer() : std::nullopt;
}

std::optional<fhir::Instant> moment_of(const JsonValue& body, std::string_view name)
{
    const auto number = number_of(body, name);
    return number ? std::optional(fhir::Instant(std::chrono::milliseconds(*number))) : std::nullopt;
}

void set_moment(JsonValue& body, std::string_view name, const std::optional<fhir::Instant>& moment)
{
    if (moment)
        body.set(name, std::int64_t{moment->time_since_epoch().count()});
}

void read_channel(Subscription& subscription, const JsonValue& body)
{
    subscription.endpoint = text_of(body, "endpoint");
    if (const JsonValue* headers = body.find("headers"))
        for (const JsonValue& each : headers->items())
            subscription.headers.push_back(each.text());
    subscription.payload = parse_payload(text_of(body, "payload")).value_or(Payload::id_only);
    if (const auto period = number_of(body, "heartbeat"))
        subscription.heartbeat = std::chrono::seconds(*period);
    subscription.timeout = std::chrono::seconds(number_of(body, "timeout").value_or(10));
    subscription.max_count = static_cast<std::size_t>(number_of(body, "max_count").value_or(1));
    subscription.secret = text_of(body, "secret");
    subscription.previous_secret = text_of(body, "previous_secret");
    subscription.previous_until = moment_of(body, "previous_until");
}

std::unexpected<fhir::Error> unreadable(const std::string& id)
{
    return fhir::fail(fhir::ErrorKind::internal, "The subscription " + id + " cannot be read.");
}

} // namespace

std::string_view to_text(Payload payload)
{
    return payloads[static_cast<std::size_t>(payload)];
}

std::optional<Payload> parse_payload(std::string_view text)
{
    const auto found = std::ranges::find(payloads, text);
    if (found == payloads.end())
        return std::nullopt;
    return static_cast<Payload>(found - payloads.begin());
}

store::SubscriptionRecord to_record(const Subscription& subscription)
{
    auto headers = JsonValue::array();
    for (const std::string& each : subscription.headers)
        headers.items().emplace_back(each);
    auto body = JsonValue::object({{"error", subscription.error},
                                   {"reason", subscription.reason},
                                   {"filter", subscription.filter_text},
                                   {"endpoint", subscription.endpoint},
                                   {"headers", std::move(headers)},
                                   {"payload", to_text(subscription.payload)},
                                   {"timeout", std::int64_t{subscription.timeout.count()}},
                                   {"max_count", static_cast<std::int64_t>(subscription.max_count)},
                                   {"secret", subscription.secret},
                                   {"previous_secret", subscription.previous_secret}});
    if (subscription.heartbeat)
        body.set("heartbeat", std::int64_t{subscription.heartbeat->count()});
    set_moment(body, "end", subscription.end);
    set_moment(body, "previous_until", subscription.previous_until);
    store::SubscriptionRecord record;
    record.id = subscription.id;
    record.version = subscription.version;
    record.updated = subscription.updated;
    record.client = subscription.client;
    record.organisation = subscription.organisation;
    record.status = subscription.status;
    record.topic = subscription.topic->name;
    record.body = fhir::codec::to_json(body);
    return record;
}

fhir::Result<Subscription> from_record(const store::SubscriptionRecord& record)
{
    const auto body = fhir::codec::parse_json(record.body);
    const Topic* topic = topic_named(record.topic);
    if (!body || !topic)
        return unreadable(record.id);
    Subscription subscription;
    subscription.id = record.id;
    subscription.version = record.version;
    subscription.updated = record.updated;
    subscription.client = record.client;
    subscription.organisation = record.organisation;
    subscription.status = record.status;
    subscription.events = record.events;
    subscription.topic = topic;
    subscription.error = text_of(*body, "error");
    subscription.reason = text_of(*body, "reason");
    subscription.end = moment_of(*body, "end");
    subscription.filter_text = text_of(*body, "filter");
    if (!subscription.filter_text.empty()) {
        auto filter = parse_filter(subscription.filter_text, *topic);
        if (!filter)
            return unreadable(record.id);
        subscription.filter = std::move(*filter);
    }
    read_channel(subscription, *body);
    return subscription;
}

} // namespace gateway::notify
