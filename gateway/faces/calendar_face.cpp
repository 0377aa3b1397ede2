// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/calendar_face.hpp"

#include "fhir/codec/json.hpp"
#include "fhir/outcome/catalogue.hpp"
#include "fhir/outcome/operation_outcome.hpp"
#include "gateway/calendar/feeds.hpp"
#include "gateway/faces/audited.hpp"
#include "gateway/faces/media_range.hpp"
#include "gateway/identity/crypto.hpp"
#include "gateway/observability/log.hpp"
#include "gateway/observability/trace.hpp"

#include <chrono>

namespace gateway::faces
{

namespace
{

using fhir::ErrorKind;
using fhir::Result;
using fhir::rest::Request;
using fhir::rest::Response;

constexpr std::string_view calendar_route = "/calendar/{secret}.ics", calendar_suffix = ".ics";

/// One look, as far as it has come.
struct CalendarLook
{
    Request request;
    observability::RequestIds ids;
    std::optional<calendar::Feed> feed;
    bool recorded = false; ///< refused by a limit, and its burst has been written down already
};

bool has_tag(const Request& request, const std::string& tag)
{
    for (const auto known : split_list(request.headers.all("If-None-Match"), ','))
        if (known == "*" || known == tag || known == "W/" + tag)
            return true;
    return false;
}

Response calendar_answer(const Request& request, const std::string& text)
{
    const std::string tag = "\"" + identity::to_hex(identity::sha256(text)).substr(0, 32) + "\"";
    Response response;
    response.headers.set("ETag", tag);
    // Kept, but asked about each time: what was revoked ends at once.
    response.headers.set("Cache-Control", "private, no-cache");
    if (has_tag(request, tag)) {
        response.status = 304;
        return response;
    }
    response.headers.set("Content-Type", "text/calendar;charset=utf-8");
    response.headers.set("Content-Disposition", "inline; filename=\"appointments.ics\"");
    response.body.append(text);
    return response;
}

class CalendarFace : public http::Handler
{
public:
    explicit CalendarFace(CalendarServices services) : services_(std::move(services)) {}

    Awaitable<Response> handle(Request request) override;
    Response refuse(const fhir::Error& error) override { return refusal(error); }

private:
    Awaitable<Result<Response>> respond(CalendarLook& look);
    std::string secret_in(const Request& request) const;
    Result<void> unless_flooded(CalendarLook& look) const;
    Result<void> check_limits(CalendarLook& look) const;
    Awaitable<Result<void>> write_down(const CalendarLook& look, const Result<Response>& made) const;
    Response refusal(const fhir::Error& error) const;
    void record(const CalendarLook& look, unsigned status, std::chrono::nanoseconds took) const;

    CalendarServices services_;
};

Awaitable<Response> CalendarFace::handle(Request request)
{
    const auto started = std::chrono::steady_clock::now();
    CalendarLook look;
    look.ids = observability::request_ids(request, services_.clock, services_.random);
    look.request = std::move(request);
    auto made = co_await respond(look);
    auto written = co_await write_down(look, made);
    if (made && !written)
        made = std::unexpected(written.error());
    Response response = made ? std::move(*made) : refusal(made.error());
    response.headers.set("X-Request-Id", look.ids.request_id);
    response.headers.set("X-Content-Type-Options", "nosniff");
    response.headers.set("Referrer-Policy", "no-referrer");
    response.headers.set("Strict-Transport-Security", "max-age=31536000");
    record(look, response.status, std::chrono::steady_clock::now() - started);
    co_return response;
}

/// Whatever stands there: an address that cannot be one is looked for like any other.
std::string CalendarFace::secret_in(const Request& request) const
{
    const auto origin = fhir::rest::origin_of(services_.url);
    const std::string_view below = std::string_view(services_.url).substr(origin.size());
    std::string_view path = request.path();
    path.remove_prefix(std::min(path.size(), below.size() + 1));
    if (!path.ends_with(calendar_suffix))
        return {};
    return std::string(path.substr(0, path.size() - calendar_suffix.size()));
}

Awaitable<Result<Response>> CalendarFace::respond(CalendarLook& look)
{
    if (look.request.method != "GET" && look.request.method != "HEAD")
        co_return fhir::fail(ErrorKind::method_not_allowed);
    auto found = co_await services_.feeds.find(secret_in(look.request));
    if (!found)
        co_return std::unexpected(found.error());
    look.feed = std::move(*found);
    if (!look.feed) {
        if (auto flooded = unless_flooded(look); !flooded)
            co_return std::unexpected(flooded.error());
        co_return std::unexpected(fhir::Error(ErrorKind::not_found, "There is no calendar at this address.")
                                      .advise("Check the address, or make a new calendar feed."));
    }
    if (auto within = check_limits(look); !within)
        co_return std::unexpected(within.error());
    auto text = co_await services_.feeds.show(*look.feed);
    if (!text)
        co_return std::unexpected(text.error());
    co_return calendar_answer(look.request, *text);
}

/// Who tries one address after the other is slowed down like one who tries tokens.
Result<void> CalendarFace::unless_flooded(CalendarLook& look) const
{
    if (!services_.limiter)
        return {};
    auto refused = services_.limiter->login_failed(look.request.peer_address, {});
    if (!refused)
        return {};
    look.recorded = !refused->burst_begins;
    return std::unexpected(std::move(refused->error));
}

Result<void> CalendarFace::check_limits(CalendarLook& look) const
{
    if (!services_.limiter)
        return {};
    const std::string practice = look.feed->practice();
    limits::Asking asking;
    asking.client = look.feed->client;
    asking.organisation = look.feed->organisation;
    asking.practice = practice;
    auto refused = services_.limiter->admit(asking);
    if (!refused)
        return {};
    look.recorded = !refused->burst_begins;
    return std::unexpected(std::move(refused->error));
}

/// In the name of whoever made it: who has the address nobody knows.
Awaitable<Result<void>> CalendarFace::write_down(const CalendarLook& look, const Result<Response>& made) const
{
    if (look.recorded)
        co_return Result<void>();
    audit::AuditRecord record;
    record.event = audit::Event::export_;
    record.via = "calendar";
    record.action = "GET " + std::string(calendar_route);
    record.request = look.ids.request_id;
    if (look.feed) {
        record.agent = look.feed->organisation;
        record.client = look.feed->client;
        record.type = "Basic";
        record.id = look.feed->id;
        record.practice = look.feed->practice();
    }
    if (made) {
        judge(record, made->status, {});
    } else {
        const auto& row = fhir::catalogue_row(made.error().kind());
        judge(record, row.http_status, row.code);
        record.event = look.feed ? audit::Event::export_ : audit::Event::login_failure;
    }
    auto written = co_await hand_in(services_.audit, std::move(record), {});
    co_return written;
}

Response CalendarFace::refusal(const fhir::Error& error) const
{
    Response response;
    response.status = fhir::catalogue_row(error.kind()).http_status;
    response.headers.set("Content-Type", "application/fhir+json;charset=utf-8");
    response.headers.set("Cache-Control", "no-store");
    if (response.status == 405)
        response.headers.set("Allow", "GET, HEAD");
    if (error.retry_after())
        response.headers.set("Retry-After", std::to_string(error.retry_after()->count()));
    fhir::codec::write(fhir::to_operation_outcome(error, fhir::outcome_code_system(services_.url)),
                       response.body);
    return response;
}

void CalendarFace::record(const CalendarLook& look, unsigned status, std::chrono::nanoseconds took) const
{
    const std::string route(calendar_route);
    services_.metrics.http_request(route, look.request.method, status, took);
    const auto milliseconds = std::chrono::duration<double, std::milli>(took).count();
    observability::log(status >= 500 ? observability::Level::warning : observability::Level::info,
                       "http_request",
                       {{"route", route},
                        {"method", look.request.method},
                        {"status", std::int64_t{status}},
                        {"duration_ms", milliseconds},
                        {"client_id", look.feed ? look.feed->client : std::string()},
                        {"ods", look.feed ? look.feed->organisation : std::string()},
                        {"request_id", look.ids.request_id},
                        {"correlation_id", look.ids.correlation_id},
                        {"trace_id", look.ids.trace.trace_id}});
}

} // namespace

std::unique_ptr<http::Handler> make_calendar_face(CalendarServices services)
{
    return std::make_unique<CalendarFace>(std::move(services));
}

} // namespace gateway::faces
