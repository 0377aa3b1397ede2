// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/json.hpp"
#include "fhir/rest/message.hpp"
#include "fhir/search/subscription_query.hpp"
#include "gateway/faces/context.hpp"
#include "gateway/faces/r4/answers.hpp"
#include "gateway/faces/r4/handlers.hpp"
#include "gateway/faces/r4/operation_call.hpp"
#include "gateway/faces/r4/searchset.hpp"
#include "gateway/faces/r4/subscription_shape.hpp"
#include "gateway/faces/r4_face.hpp"
#include "gateway/notify/event_feed.hpp"
#include "gateway/notify/service.hpp"

#include <charconv>

/// Who wants to be told of what.
namespace gateway::faces::r4
{

namespace
{

using fhir::ErrorKind;

std::string_view origin_of_topics(const Context& context)
{
    return fhir::rest::origin_of(context.base_url);
}

fhir::Result<void> check_served(const R4Services& services)
{
    return services.subscriptions != nullptr ? fhir::Result<void>() : fhir::fail(ErrorKind::not_implemented);
}

void saw(const Context& context, const notify::Subscription& subscription)
{
    context.audited.entities.push_back(
        {"Subscription", subscription.id, std::to_string(subscription.version), {}, {}});
}

fhir::Result<notify::Subscription> subscription_in(const Context& context)
{
    auto sent = fhir::codec::read<fhir::Subscription>(context.request.body);
    if (!sent)
        return std::unexpected(sent.error());
    const auto& id = context.destination.id;
    if (!id.empty() && sent->id != id)
        return fhir::fail(ErrorKind::invariant, "The id in the body must be the id in the URL.",
                          "Subscription.id");
    auto wanted = from_resource(*sent, origin_of_topics(context));
    if (wanted)
        wanted->id = id;
    return wanted;
}

/// Whoever asks for less than the whole would never learn the secret.
Answer secret_answer(const Context& context, const notify::Subscription& subscription, unsigned status)
{
    saw(context, subscription);
    const std::string version = std::to_string(subscription.version);
    Answer answer;
    answer.status = status;
    answer.headers.set("Location", context.url("Subscription/" + subscription.id));
    answer.headers.set("ETag", etag(version));
    answer.headers.set("Last-Modified", fhir::to_http_date(subscription.updated));
    fhir::codec::write(to_resource(subscription, origin_of_topics(context), true), answer.body);
    return answer;
}

fhir::Result<std::optional<std::int64_t>> number_parameter(const OperationCall& call, std::string_view name)
{
    const auto text = call.value<std::string>(name);
    if (!text)
        return std::optional<std::int64_t>();
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (error != std::errc() || end != text->data() + text->size() || number < 0)
        return fhir::fail(ErrorKind::value_invalid, "The numbers of events are whole numbers from 0 on.",
                          call.path_of(name));
    return std::optional(number);
}

} // namespace

Answered create_subscription(const Context& context, const R4Services& services)
{
    if (const auto known = no_parameters(context); !known)
        co_return std::unexpected(known.error());
    if (const auto served = check_served(services); !served)
        co_return std::unexpected(served.error());
    if (context.request.headers.has("If-None-Exist"))
        co_return fhir::fail(ErrorKind::value_invalid,
                             "Leave this header out: look for the subscription first.", "http.If-None-Exist");
    auto wanted = subscription_in(context);
    if (!wanted)
        co_return std::unexpected(wanted.error());
    if (wanted->status != "requested")
        co_return fhir::fail(ErrorKind::value_invalid, "A new subscription begins in status requested.",
                             "Subscription.status");
    auto made = co_await services.subscriptions->create(*context.caller, std::move(*wanted));
    if (!made)
        co_return std::unexpected(made.error());
    co_return secret_answer(context, *made, 201);
}

Answered update_subscription(const Context& context, const R4Services& services)
{
    if (const auto known = no_parameters(context); !known)
        co_return std::unexpected(known.error());
    if (const auto served = check_served(services); !served)
        co_return std::unexpected(served.error());
    const auto expected = if_match(context);
    if (!expected)
        co_return std::unexpected(expected.error());
    auto wanted = subscription_in(context);
    if (!wanted)
        co_return std::unexpected(wanted.error());
    auto changed = co_await services.subscriptions->update(*context.caller, *expected, std::move(*wanted));
    if (!changed && changed.error().kind() == ErrorKind::not_found)
        co_return fhir::fail(ErrorKind::method_not_allowed,
                             "No subscription of yours has this id, and an update does not create one.",
                             "Subscription.id");
    if (!changed)
        co_return std::unexpected(changed.error());
    saw(context, *changed);
    const std::string version = std::to_string(changed->version);
    Answer answer;
    answer.written = true;
    answer.headers.set("ETag", etag(version));
    answer.headers.set("Last-Modified", fhir::to_http_date(changed->updated));
    fhir::codec::write(to_resource(*changed, origin_of_topics(context)), answer.body);
    co_return answer;
}

Answered delete_subscription(const Context& context, const R4Services& services)
{
    if (const auto known = no_parameters(context); !known)
        co_return std::unexpected(known.error());
    if (const auto served = check_served(services); !served)
        co_return std::unexpected(served.error());
    auto removed = co_await services.subscriptions->remove(*context.caller, context.destination.id);
    if (!removed)
        co_return std::unexpected(removed.error());
    Answer answer;
    answer.status = 204;
    co_return answer;
}

Answered read_subscription(const Context& context, const R4Services& services)
{
    if (const auto served = check_served(services); !served)
        co_return std::unexpected(served.error());
    auto subscription = co_await services.subscriptions->read(*context.caller, context.destination.id);
    if (!subscription)
        co_return std::unexpected(subscription.error());
    saw(context, *subscription);
    const auto resource = to_resource(*subscription, origin_of_topics(context));
    co_return read_answer(context, {fhir::codec::to_json(resource), std::to_string(subscription->version),
                                    subscription->updated});
}

Answered search_subscriptions(const Context& context, const R4Services& services)
{
    if (const auto served = check_served(services); !served)
        co_return std::unexpected(served.error());
    auto parameters = context.parameters;
    const auto offset = take_offset(parameters);
    if (!offset)
        co_return std::unexpected(offset.error());
    Searchset result;
    result.pages = context.pages;
    auto query = fhir::search::parse_subscription_query(parameters, context.prefer.handling, &result.notes);
    if (!query)
        co_return std::unexpected(query.error());
    auto found = co_await services.subscriptions->all(*context.caller);
    if (!found)
        co_return std::unexpected(found.error());
    const auto options = options_of(query->paging);
    for (const notify::Subscription& each : *found) {
        const auto resource = to_resource(each, origin_of_topics(context));
        if (!fhir::search::matches(*query, resource))
            continue;
        saw(context, each);
        result.matches.push_back({"Subscription/" + each.id, fhir::codec::to_json(resource, options)});
    }
    result.type = "Subscription";
    result.used = query->used;
    result.paging = query->paging;
    result.offset = *offset;
    result.id = adapters::new_uuid(services.clock, services.random);
    result.made = services.clock.now();
    co_return searchset_answer(context, std::move(result));
}

Answered subscription_status(const Context& context, const R4Services& services)
{
    if (const auto served = check_served(services); !served)
        co_return std::unexpected(served.error());
    const auto call = OperationCall::read(context);
    if (!call)
        co_return std::unexpected(call.error());
    auto bundle = co_await services.subscriptions->status(*context.caller, context.destination.id);
    if (!bundle)
        co_return std::unexpected(bundle.error());
    Answer answer;
    answer.body.append(std::move(*bundle));
    co_return answer;
}

Answered subscription_events(const Context& context, const R4Services& services)
{
    if (const auto served = check_served(services); !served)
        co_return std::unexpected(served.error());
    const auto call = OperationCall::read(context);
    if (!call)
        co_return std::unexpected(call.error());
    const auto from = number_parameter(*call, "eventsSinceNumber");
    if (!from)
        co_return std::unexpected(from.error());
    const auto to = number_parameter(*call, "eventsUntilNumber");
    if (!to)
        co_return std::unexpected(to.error());
    auto bundle =
        co_await services.subscriptions->events(*context.caller, context.destination.id, *from, *to);
    if (!bundle)
        co_return std::unexpected(bundle.error());
    Answer answer;
    answer.body.append(std::move(*bundle));
    co_return answer;
}

Answered rotate_subscription_secret(const Context& context, const R4Services& services)
{
    if (const auto known = no_parameters(context); !known)
        co_return std::unexpected(known.error());
    if (const auto served = check_served(services); !served)
        co_return std::unexpected(served.error());
    auto changed = co_await services.subscriptions->renew_secret(*context.caller, context.destination.id);
    if (!changed)
        co_return std::unexpected(changed.error());
    co_return secret_answer(context, *changed, 200);
}

/// Events as they come, for pages that people look at. The answer ends when there was something to tell; the
/// reader comes again, as EventSource does by itself.
Answered event_stream(const Context& context, const R4Services& services)
{
    if (services.events == nullptr)
        co_return fhir::fail(ErrorKind::not_implemented);
    const std::string_view text = context.request.headers.get("Last-Event-ID");
    std::optional<std::int64_t> after;
    if (!text.empty()) {
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc() || end != text.data() + text.size() || number < 0)
            co_return fhir::fail(ErrorKind::value_invalid, "This is no id of an event.",
                                 "http.Last-Event-ID");
        after = number;
    }
    auto told = co_await services.events->read(*context.caller, after);
    if (!told)
        co_return std::unexpected(told.error());
    Answer answer;
    answer.headers.set("Content-Type", "text/event-stream");
    answer.headers.set("Cache-Control", "no-store");
    answer.body.append(std::move(*told));
    answer.whole = true;
    co_return answer;
}

} // namespace gateway::faces::r4
