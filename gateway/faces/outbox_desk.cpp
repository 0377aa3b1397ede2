// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/outbox_desk.hpp"

#include "fhir/codec/json.hpp"
#include "fhir/codec/json_value.hpp"
#include "fhir/outcome/catalogue.hpp"
#include "fhir/outcome/operation_outcome.hpp"
#include "gateway/faces/health.hpp"
#include "gateway/notify/office.hpp"

#include <charconv>

namespace gateway::faces
{

namespace
{

using fhir::ErrorKind;
using fhir::Result;
using fhir::codec::JsonValue;
using fhir::rest::Request;
using fhir::rest::Response;

constexpr std::string_view outbox_path = "/outbox", outbox_below = "/outbox/", state_query = "state=";

Response outbox_refusal(const OutboxDesk& desk, const fhir::Error& error)
{
    Response response;
    response.status = fhir::catalogue_row(error.kind()).http_status;
    response.headers.set("Content-Type", "application/fhir+json");
    if (error.retry_after())
        response.headers.set("Retry-After", std::to_string(error.retry_after()->count()));
    fhir::codec::write(fhir::to_operation_outcome(error, desk.code_system), response.body);
    return response;
}

Response outbox_answer(const JsonValue& body)
{
    return text_answer(200, "application/json", fhir::codec::to_json(body, true) + "\n");
}

void set_if_there(JsonValue& shown, std::string_view name, const std::optional<fhir::Instant>& moment)
{
    if (moment)
        shown.set(name, fhir::to_utc_text(*moment));
}

JsonValue channel_json(const notify::OutboxChannel& each)
{
    const notify::Subscription& subscription = each.subscription;
    auto shown = JsonValue::object({{"subscription", subscription.id},
                                    {"client", subscription.client},
                                    {"organisation", subscription.organisation},
                                    {"topic", std::string(subscription.topic->name)},
                                    {"endpoint", subscription.endpoint},
                                    {"status", subscription.status},
                                    {"held", each.channel.held},
                                    {"events", subscription.events},
                                    {"failures", each.channel.failures},
                                    {"failure", each.channel.failure}});
    if (!subscription.error.empty())
        shown.set("error", subscription.error);
    if (each.channel.failures > 0)
        set_if_there(shown, "next_attempt", each.channel.next_attempt);
    set_if_there(shown, "failing_since", each.channel.failing_since);
    return shown;
}

JsonValue delivery_json(const store::DeliveryRecord& each)
{
    return JsonValue::object({{"number", each.number},
                              {"state", std::string(store::to_text(each.state))},
                              {"subject", each.event.subject},
                              {"version", each.event.version},
                              {"changed", each.event.changed},
                              {"at", fhir::to_utc_text(each.event.at)},
                              {"attempts", each.attempts},
                              {"failure", each.failure},
                              {"since", fhir::to_utc_text(each.changed)}});
}

JsonValue figures_json(const store::OutboxFigures& figures)
{
    auto shown = JsonValue::object(
        {{"due", figures.due + figures.unmatched}, {"held", figures.held}, {"dead", figures.dead}});
    set_if_there(shown, "oldest", figures.oldest);
    return shown;
}

/// `{subscription}` and `{number}` of the path.
struct Meant
{
    std::string subscription;
    std::optional<std::int64_t> number;
};

Result<Meant> meant_by(std::string_view path)
{
    constexpr std::size_t longest_id = 64;
    path.remove_prefix(std::min(path.size(), outbox_below.size()));
    const auto slash = path.find('/');
    Meant meant{std::string(path.substr(0, slash)), std::nullopt};
    if (meant.subscription.size() > longest_id)
        return fhir::fail(ErrorKind::not_found, "There is no such subscription.");
    if (slash == std::string_view::npos)
        return meant;
    const std::string_view text = path.substr(slash + 1);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size())
        return fhir::fail(ErrorKind::not_found, "Deliveries have whole numbers.");
    meant.number = number;
    return meant;
}

Result<std::vector<store::DeliveryState>> states_in(std::string_view query)
{
    if (query.empty())
        return std::vector<store::DeliveryState>();
    const auto state = query.starts_with(state_query)
                           ? store::parse_delivery_state(query.substr(state_query.size()))
                           : std::nullopt;
    if (!state)
        return fhir::fail(ErrorKind::value_invalid, "state is due, held, dead, cancelled or done.",
                          "http.state");
    return std::vector{*state};
}

Awaitable<Result<Response>> all_shown(const OutboxDesk& desk)
{
    auto figures = co_await desk.office->figures();
    if (!figures)
        co_return std::unexpected(figures.error());
    auto channels = co_await desk.office->channels();
    if (!channels)
        co_return std::unexpected(channels.error());
    auto shown = figures_json(*figures);
    auto rows = JsonValue::array();
    for (const notify::OutboxChannel& each : *channels)
        rows.items().push_back(channel_json(each));
    shown.set("subscriptions", std::move(rows));
    co_return outbox_answer(shown);
}

Awaitable<Result<Response>> one_shown(const OutboxDesk& desk, std::string subscription, std::string query)
{
    auto states = states_in(query);
    if (!states)
        co_return std::unexpected(states.error());
    auto channel = co_await desk.office->channel(subscription);
    if (!channel)
        co_return std::unexpected(channel.error());
    auto deliveries = co_await desk.office->deliveries(std::move(subscription), std::move(*states));
    if (!deliveries)
        co_return std::unexpected(deliveries.error());
    auto shown = channel_json(*channel);
    auto rows = JsonValue::array();
    for (const store::DeliveryRecord& each : *deliveries)
        rows.items().push_back(delivery_json(each));
    shown.set("deliveries", std::move(rows));
    co_return outbox_answer(shown);
}

Awaitable<Result<Response>> ordered(const OutboxDesk& desk, Request request, std::string by)
{
    auto body = fhir::codec::parse_json(request.body);
    if (!body)
        co_return std::unexpected(body.error());
    const auto said = [&](std::string_view name) {
        const auto* value = body->find(name);
        return value && value->is_string() ? value->text() : std::string();
    };
    const auto order = notify::parse_order(said("order"));
    if (!order)
        co_return fhir::fail(ErrorKind::value_invalid, "The order is hold, release, replay or cancel.",
                             "order");
    auto meant = meant_by(request.path());
    if (!meant)
        co_return std::unexpected(meant.error());
    auto done = co_await desk.office->carry_out(
        {*order, std::move(meant->subscription), meant->number, std::move(by), said("reason")});
    if (!done)
        co_return std::unexpected(done.error());
    co_return outbox_answer(JsonValue::object({{"changed", *done}}));
}

Awaitable<Result<Response>> outbox_shown(const OutboxDesk& desk, Request request)
{
    if (request.path() == outbox_path) {
        auto answer = co_await all_shown(desk);
        co_return answer;
    }
    auto meant = meant_by(request.path());
    if (!meant)
        co_return std::unexpected(meant.error());
    auto answer = co_await one_shown(desk, std::move(meant->subscription), std::string(request.query()));
    co_return answer;
}

} // namespace

bool is_for_outbox_desk(std::string_view path)
{
    return path == outbox_path || path.starts_with(outbox_below);
}

Awaitable<Response> at_outbox_desk(const OutboxDesk& desk, Request request)
{
    const bool reads = request.method == "GET" || request.method == "HEAD";
    if (!reads && (request.method != "POST" || request.path() == outbox_path)) {
        auto refused = outbox_refusal(desk, fhir::Error(ErrorKind::method_not_allowed));
        refused.headers.set("Allow", request.path() == outbox_path ? "GET, HEAD" : "GET, HEAD, POST");
        co_return refused;
    }
    Result<Response> answer = fhir::fail(ErrorKind::not_found);
    if (reads) {
        auto shown = co_await outbox_shown(desk, std::move(request));
        answer = std::move(shown);
    } else {
        auto by = desk.operator_of(request);
        if (!by)
            co_return outbox_refusal(desk, by.error());
        auto done = co_await ordered(desk, std::move(request), std::move(*by));
        answer = std::move(done);
    }
    if (!answer)
        co_return outbox_refusal(desk, answer.error());
    co_return std::move(*answer);
}

} // namespace gateway::faces
