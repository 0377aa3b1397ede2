// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/json.hpp"
#include "fhir/model/id.hpp"
#include "gateway/calendar/feeds.hpp"
#include "gateway/faces/r4/answers.hpp"
#include "gateway/faces/r4/handlers.hpp"
#include "gateway/faces/r4/operation_call.hpp"
#include "gateway/faces/r4_face.hpp"

// Addresses under which appointments are shown as calendars, to be made, listed and revoked.
namespace gateway::faces::r4
{

namespace
{

using fhir::ErrorKind;
using fhir::ParametersParameter;
using fhir::Result;

ParametersParameter feed_value(std::string_view name, fhir::ExtensionValue value)
{
    ParametersParameter parameter;
    parameter.name = std::string(name);
    parameter.value = std::move(value);
    return parameter;
}

std::vector<ParametersParameter> feed_values(const calendar::Feed& feed)
{
    std::vector<ParametersParameter> values;
    values.push_back(feed_value("id", feed.id));
    if (!feed.schedule.empty())
        values.push_back(feed_value("schedule", fhir::reference_to("Schedule/" + feed.schedule)));
    values.push_back(feed_value("made", fhir::uk_date_time(feed.made)));
    if (feed.revoked)
        values.push_back(feed_value("revoked", fhir::uk_date_time(*feed.revoked)));
    return values;
}

Answer feed_answer(std::vector<ParametersParameter> values)
{
    fhir::Parameters parameters;
    parameters.parameter = std::move(values);
    Answer answer;
    fhir::codec::write(parameters, answer.body);
    return answer;
}

/// There is no FHIR type for it; Basic is the one for such things.
void saw_feed(const Context& context, const calendar::Feed& feed)
{
    context.audited.entities.push_back({"Basic", feed.id, {}, feed.practice(), {}});
}

Result<void> calendars_offered(const R4Services& services)
{
    return services.calendars != nullptr ? Result<void>() : fhir::fail(ErrorKind::not_implemented);
}

/// The session's id; empty: none was named.
Result<std::string> schedule_in(const OperationCall& call)
{
    if (!call.has("schedule"))
        return std::string();
    constexpr std::string_view type = "Schedule/";
    std::string text = call.value<std::string>("schedule").value_or("");
    if (const auto reference = call.value<fhir::Reference>("schedule"))
        text = reference->reference.value_or("");
    if (!text.starts_with(type) || !fhir::is_id(std::string_view(text).substr(type.size())))
        return fhir::fail(ErrorKind::value_invalid,
                          "The session is named as Schedule/ and the id that a search gave.",
                          call.path_of("schedule"));
    return text.substr(type.size());
}

/// Whoever may not see the session hears that there is none.
Awaitable<Result<void>> check_session(const Context& context, const R4Services& services,
                                      std::string schedule)
{
    auto book = co_await services.search.book_with(*context.caller, "Schedule", schedule);
    if (!book)
        co_return std::unexpected(book.error());
    if (!(*book)->schedules.contains(schedule))
        co_return fhir::fail(ErrorKind::not_found, "There is no such session, or it is not shared with you.");
    co_return Result<void>();
}

} // namespace

Answered make_calendar(const Context& context, const R4Services& services)
{
    if (const auto offered = calendars_offered(services); !offered)
        co_return std::unexpected(offered.error());
    if (const auto may = require_scope(context, identity::Permission::search, "Appointment"); !may)
        co_return std::unexpected(may.error());
    const auto call = OperationCall::read(context);
    if (!call)
        co_return std::unexpected(call.error());
    auto schedule = schedule_in(*call);
    if (!schedule)
        co_return std::unexpected(schedule.error());
    if (!schedule->empty()) {
        auto known = co_await check_session(context, services, *schedule);
        if (!known)
            co_return std::unexpected(known.error().at(call->path_of("schedule")));
    }
    auto made = co_await services.calendars->make(*context.caller, std::move(*schedule));
    if (!made)
        co_return std::unexpected(made.error());
    saw_feed(context, made->feed);
    auto values = feed_values(made->feed);
    values.push_back(feed_value("url", fhir::Uri(std::move(made->url))));
    auto answer = feed_answer(std::move(values));
    answer.status = 201;
    co_return answer;
}

Answered list_calendars(const Context& context, const R4Services& services)
{
    if (const auto offered = calendars_offered(services); !offered)
        co_return std::unexpected(offered.error());
    if (const auto known = no_parameters(context); !known)
        co_return std::unexpected(known.error());
    auto feeds = co_await services.calendars->of(*context.caller);
    if (!feeds)
        co_return std::unexpected(feeds.error());
    std::vector<ParametersParameter> values;
    for (const calendar::Feed& feed : *feeds) {
        ParametersParameter parameter;
        parameter.name = "feed";
        parameter.part = feed_values(feed);
        values.push_back(std::move(parameter));
    }
    co_return feed_answer(std::move(values));
}

Answered revoke_calendar(const Context& context, const R4Services& services)
{
    if (const auto offered = calendars_offered(services); !offered)
        co_return std::unexpected(offered.error());
    const auto call = OperationCall::read(context);
    if (!call)
        co_return std::unexpected(call.error());
    auto feed =
        co_await services.calendars->revoke(*context.caller, call->value<std::string>("feed").value_or(""));
    if (!feed)
        co_return std::unexpected(feed.error().at(call->path_of("feed")));
    saw_feed(context, *feed);
    co_return feed_answer(feed_values(*feed));
}

} // namespace gateway::faces::r4
