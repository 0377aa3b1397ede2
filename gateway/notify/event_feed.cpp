// SPDX-License-Identifier: Apache-2.0
#include "gateway/notify/event_feed.hpp"

#include "adapters/upstream/deadline.hpp"
#include "fhir/codec/json_value.hpp"
#include "gateway/notify/topics.hpp"

#include <algorithm>

namespace gateway::notify
{

using fhir::Result;

namespace
{

constexpr std::size_t rows_at_once = 500, most_looked_through = 5000;

std::string stream_text(const store::OutboxEvent& event, const Topic& topic)
{
    auto data = fhir::codec::JsonValue::object({{"practice", event.practice}, {"changed", event.changed}});
    // Which slot it was would tell of sessions that are not shared.
    data.set("focus", topic.of_practice ? "Organization/" + event.practice : event.subject);
    if (!topic.of_practice) {
        data.set("version", event.version);
        data.set("status", event.status);
    }
    data.set("at", fhir::to_utc_text(event.at));
    return "id: " + std::to_string(event.sequence) + "\nevent: " + event.topic +
           "\ndata: " + fhir::codec::to_json(data) + "\n\n";
}

} // namespace

/// Who is none of the two parties is not looked up at all.
Awaitable<Result<bool>> EventFeed::may_hear(const identity::Caller& caller, store::OutboxEvent event) const
{
    const Topic* topic = topic_named(event.topic);
    const std::string scope(topic ? topic->scope : std::string_view());
    const std::string& own = caller.ods.text();
    if (topic == nullptr ||
        (!caller.may(identity::Permission::read, scope) && !caller.may(identity::Permission::search, scope)))
        co_return false;
    if (!topic->of_practice && event.practice != own && event.party != own)
        co_return false;
    auto may = co_await visibility_.may_hear(caller.ods, std::move(event));
    co_return may;
}

Awaitable<Result<std::string>> EventFeed::read(identity::Caller caller,
                                               std::optional<std::int64_t> after) const
{
    auto place = co_await store_.outbox_place(visibility_.now());
    if (!place)
        co_return std::unexpected(place.error());
    std::int64_t from = std::clamp<std::int64_t>(after.value_or(place->newest), 0, place->newest);
    const auto until = adapters::Monotonic::now() + settings_.wait;
    std::string text = "retry: 1000\n\n";
    std::size_t looked_at = 0;
    for (bool shown = false; !shown;) {
        auto events = co_await store_.events_after(from, rows_at_once);
        if (!events)
            co_return std::unexpected(events.error());
        for (const store::OutboxEvent& event : *events) {
            auto may = co_await may_hear(caller, event);
            if (!may)
                co_return std::unexpected(may.error());
            if (*may)
                text += stream_text(event, *topic_named(event.topic));
            shown = shown || *may;
            from = event.sequence;
        }
        looked_at += events->size();
        if (shown || looked_at >= most_looked_through || (draining_ && draining_()) ||
            adapters::Monotonic::now() >= until)
            break;
        if (events->size() < rows_at_once)
            co_await adapters::pause(settings_.look_every);
    }
    // An id without data: whoever comes again begins behind what was not theirs to see.
    co_return text + ": heartbeat\nid: " + std::to_string(from) + "\n\n";
}

} // namespace gateway::notify
