// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/calendar_desk.hpp"

#include "fhir/codec/json.hpp"
#include "fhir/codec/json_value.hpp"
#include "fhir/outcome/catalogue.hpp"
#include "fhir/outcome/operation_outcome.hpp"
#include "gateway/calendar/feeds.hpp"
#include "gateway/faces/health.hpp"

namespace gateway::faces
{

namespace
{

using fhir::ErrorKind;
using fhir::Result;
using fhir::codec::JsonValue;
using fhir::rest::Request;
using fhir::rest::Response;

constexpr std::string_view calendars_path = "/calendars", calendars_below = "/calendars/";
constexpr std::size_t longest_calendar_reason = 500;

Response calendar_refusal(const CalendarDesk& desk, const fhir::Error& error)
{
    Response response;
    response.status = fhir::catalogue_row(error.kind()).http_status;
    response.headers.set("Content-Type", "application/fhir+json");
    fhir::codec::write(fhir::to_operation_outcome(error, desk.code_system), response.body);
    return response;
}

Response calendars_shown(const JsonValue& body)
{
    return text_answer(200, "application/json", fhir::codec::to_json(body, true) + "\n");
}

JsonValue feed_json(const calendar::Feed& feed)
{
    auto shown = JsonValue::object({{"id", feed.id},
                                    {"client", feed.client},
                                    {"organisation", feed.organisation},
                                    {"schedule", feed.schedule},
                                    {"made", fhir::to_utc_text(feed.made)}});
    if (feed.revoked) {
        shown.set("revoked", fhir::to_utc_text(*feed.revoked));
        shown.set("revoked_by", feed.revoked_by);
    }
    return shown;
}

Awaitable<Result<Response>> all_calendars(const CalendarDesk& desk)
{
    auto feeds = co_await desk.feeds->all();
    if (!feeds)
        co_return std::unexpected(feeds.error());
    auto rows = JsonValue::array();
    for (const calendar::Feed& feed : *feeds)
        rows.items().push_back(feed_json(feed));
    co_return calendars_shown(JsonValue::object({{"feeds", std::move(rows)}}));
}

Result<void> check_calendar_order(const Request& request)
{
    auto body = fhir::codec::parse_json(request.body);
    if (!body)
        return std::unexpected(body.error());
    const auto said = [&](std::string_view name) {
        const auto* value = body->find(name);
        return value && value->is_string() ? value->text() : std::string();
    };
    if (said("order") != "revoke")
        return fhir::fail(ErrorKind::value_invalid, "The order is revoke.", "order");
    const std::string reason = said("reason");
    if (reason.find_first_not_of(" \t") == std::string::npos)
        return fhir::fail(ErrorKind::required,
                          "This needs a reason, for those who read of it later; no names of patients.",
                          "reason");
    if (reason.size() > longest_calendar_reason)
        return fhir::fail(ErrorKind::text_too_long, "The reason is longer than 500 bytes.", "reason");
    return {};
}

/// What was done stands, whether or not its record could be written at once.
Awaitable<void> write_down_order(const CalendarDesk& desk, std::string id, std::string by,
                                 const Result<calendar::Feed>& done)
{
    if (!desk.audit)
        co_return;
    audit::Note note;
    note.record.event = audit::Event::configuration;
    note.record.via = "management";
    note.record.action = "calendar revoke";
    note.record.user = std::move(by);
    note.record.type = "Basic";
    note.record.id = std::move(id);
    if (!done) {
        note.record.outcome = audit::Outcome::refused;
        note.record.reason = fhir::catalogue_row(done.error().kind()).code;
    }
    auto written = co_await desk.audit->record(std::move(note));
    static_cast<void>(written);
}

Awaitable<Result<Response>> calendar_revoked(const CalendarDesk& desk, Request request)
{
    auto by = desk.operator_of(request);
    if (!by)
        co_return std::unexpected(by.error());
    if (auto checked = check_calendar_order(request); !checked)
        co_return std::unexpected(checked.error());
    const std::string id(request.path().substr(calendars_below.size()));
    auto feed = co_await desk.feeds->revoke_for_operator(id, *by);
    co_await write_down_order(desk, id, *by, feed);
    if (!feed)
        co_return std::unexpected(feed.error());
    co_return calendars_shown(feed_json(*feed));
}

} // namespace

bool is_for_calendar_desk(std::string_view path)
{
    return path == calendars_path || path.starts_with(calendars_below);
}

Awaitable<Response> at_calendar_desk(const CalendarDesk& desk, Request request)
{
    const bool reads = request.method == "GET" || request.method == "HEAD";
    const bool all = request.path() == calendars_path;
    if (all ? !reads : request.method != "POST") {
        auto refused = calendar_refusal(desk, fhir::Error(ErrorKind::method_not_allowed));
        refused.headers.set("Allow", all ? "GET, HEAD" : "POST");
        co_return refused;
    }
    Result<Response> answer = fhir::fail(ErrorKind::not_found);
    if (reads) {
        auto shown = co_await all_calendars(desk);
        answer = std::move(shown);
    } else {
        auto done = co_await calendar_revoked(desk, std::move(request));
        answer = std::move(done);
    }
    if (!answer)
        co_return calendar_refusal(desk, answer.error());
    co_return std::move(*answer);
}

} // namespace gateway::faces
