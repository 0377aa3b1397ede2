// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/bars_face.hpp"

#include "fhir/bars/names.hpp"
#include "fhir/outcome/catalogue.hpp"
#include "gateway/faces/bars/errors.hpp"
#include "gateway/faces/bars/routes.hpp"
#include "gateway/faces/bars/written.hpp"
#include "gateway/identity/scopes.hpp"
#include "gateway/observability/log.hpp"

#include <algorithm>
#include <array>

namespace gateway::faces
{

namespace
{

using bars::Call;
using fhir::Error;
using fhir::ErrorKind;
using fhir::Result;
using fhir::rest::Request;
using fhir::rest::Response;

constexpr std::string_view proxy_client = "bars-proxy";

class BarsFace : public http::Handler
{
public:
    explicit BarsFace(BarsServices services)
        : services_(std::move(services)),
          base_path_(std::string_view(services_.settings.base_url)
                         .substr(fhir::rest::origin_of(services_.settings.base_url).size())),
          inner_{services_.search,  services_.booking, services_.tasks,
                 services_.clock,   services_.random,  services_.settings.answer_limit,
                 services_.consents}
    {}

    Awaitable<Response> handle(Request request) override;
    Response refuse(const Error& error) override { return refusal(Call{}, error); }

private:
    // The steps common to all requests, in the order they run. The first that fails ends the request.
    using Step = Result<void> (BarsFace::*)(Call&, const bars::Route&) const;
    static const std::array<Step, 7> before_handler;

    Result<void> authenticate(Call& call, const bars::Route& route) const;
    Result<void> check_scope(Call& call, const bars::Route& route) const;
    Result<void> read_heading(Call& call, const bars::Route& route) const;
    Result<void> check_sender(Call& call, const bars::Route& route) const;
    Result<void> negotiate(Call& call, const bars::Route& route) const;
    Result<void> find_service(Call& call, const bars::Route& route) const;
    Result<void> check_limits(Call& call, const bars::Route& route) const;

    Call begin(Request request) const;
    bool is_proxy(const Request& request) const;
    Response refusal(const Call& call, const Error& error) const;
    Response finish(const Call& call, Response response) const;
    Awaitable<Result<void>> write_down(const Call& call, const bars::Route* route,
                                       std::optional<Error> failure) const;
    void record(const Call& call, const bars::Route* route, unsigned status) const;

    BarsServices services_;
    std::string base_path_;
    bars::Services inner_;
};

const std::array<BarsFace::Step, 7> BarsFace::before_handler = {
    &BarsFace::authenticate, &BarsFace::check_scope,  &BarsFace::read_heading, &BarsFace::check_sender,
    &BarsFace::negotiate,    &BarsFace::find_service, &BarsFace::check_limits,
};

Awaitable<Response> BarsFace::handle(Request request)
{
    Call call = begin(std::move(request));
    auto found = bars::find_route(call.request.method, call.path);
    std::optional<Error> failure;
    if (!found)
        failure = found.error();
    else if (!found->route)
        failure = Error(ErrorKind::method_not_allowed);
    const bars::Route* route = found ? found->route : nullptr;
    for (std::size_t i = 0; i < before_handler.size() && !failure; ++i)
        if (auto passed = (this->*before_handler[i])(call, *route); !passed)
            failure = passed.error();
    Response response;
    if (!failure) {
        auto body = co_await route->handle(call, inner_);
        if (body)
            response.body.append(bars::in_form(std::move(*body), call.forms.answer));
        else
            failure = body.error();
    }
    if (services_.limiter && call.caller && failure && failure->kind() == ErrorKind::patient_not_found)
        services_.limiter->unknown_patient_booked(call.caller->ods.text());
    auto written = co_await write_down(call, route, failure);
    if (!written)
        failure = written.error();
    if (failure)
        response = refusal(call, *failure);
    if (response.status == 405 && found)
        response.headers.set("Allow", found->allow);
    record(call, route, response.status);
    co_return finish(call, std::move(response));
}

Call BarsFace::begin(Request request) const
{
    Call call;
    call.started = std::chrono::steady_clock::now();
    call.ids = observability::request_ids(request, services_.clock, services_.random);
    call.base_url = services_.settings.base_url;
    call.origin = fhir::rest::origin_of(call.base_url);
    const auto path = request.path();
    const auto below =
        path.size() > base_path_.size() ? path.substr(base_path_.size() + 1) : std::string_view();
    call.path = fhir::rest::percent_decode(below, false).value_or(std::string());
    call.directory = services_.directory();
    call.request = std::move(request);
    return call;
}

/// Its certificate has been checked against the environment's authority by the listener.
bool BarsFace::is_proxy(const Request& request) const
{
    const auto& known = services_.settings.proxy_certificates;
    return !request.client_certificate_sha256.empty() &&
           std::ranges::find(known, request.client_certificate_sha256) != known.end();
}

/// The national proxy vouches for whom its headers name; anybody else brings an access token, as senders
/// bring it to the proxy.
Result<void> BarsFace::authenticate(Call& call, const bars::Route&) const
{
    call.by_proxy = is_proxy(call.request);
    if (call.by_proxy)
        return {};
    auto caller = services_.identity.authenticate(call.request);
    if (!caller)
        return std::unexpected(caller.error());
    call.caller = std::move(*caller);
    return {};
}

Result<void> BarsFace::check_scope(Call& call, const bars::Route& route) const
{
    if (call.by_proxy || route.type.empty() || call.caller->may(route.permission, route.type))
        return {};
    return fhir::fail(ErrorKind::scope_missing,
                      "The access token does not hold the scope " +
                          identity::scope_name(route.permission, route.type) + ".",
                      "http.Authorization");
}

Result<void> BarsFace::read_heading(Call& call, const bars::Route& route) const
{
    auto heading = bars::read_heading(call.request.headers, route.needs);
    if (!heading)
        return std::unexpected(heading.error());
    call.heading = std::move(*heading);
    auto parameters = fhir::rest::parse_query(call.request.query());
    if (!parameters)
        return fhir::fail(ErrorKind::value_invalid, "The parameters are not validly percent-encoded UTF-8.",
                          "http.query");
    for (auto& [name, value] : *parameters)
        call.parameters.push_back({std::move(name), std::move(value)});
    return {};
}

/// Who sends is who holds the token; of the proxy's requests it is whom the header names.
Result<void> BarsFace::check_sender(Call& call, const bars::Route&) const
{
    const auto named = fhir::OdsCode::parse(call.heading.organisation_ods);
    if (!call.caller && named)
        call.caller = identity::Caller{.client_id = std::string(proxy_client),
                                       .ods = *named,
                                       .name = call.heading.organisation_name,
                                       .organisation_type = {},
                                       .organisation_phone = {},
                                       .scopes = {},
                                       .token_expires = {}};
    if (!call.caller || !named || call.caller->ods == *named)
        return {};
    return fhir::fail(ErrorKind::organisation_not_allowed,
                      "The access token is not of the organisation that the header names.",
                      "http." + std::string(fhir::bars::header::organisation));
}

Result<void> BarsFace::negotiate(Call& call, const bars::Route&) const
{
    auto forms = bars::read_forms(call.request);
    if (!forms)
        return std::unexpected(forms.error());
    call.forms = *forms;
    return {};
}

Result<void> BarsFace::find_service(Call& call, const bars::Route&) const
{
    if (call.heading.service_id.empty())
        return {};
    call.service = call.directory->service(call.heading.service_id);
    if (call.service)
        return {};
    return fhir::fail(ErrorKind::not_found, "The service is not known here.",
                      "http." + std::string(fhir::bars::header::target));
}

/// What the proxy vouches for is limited by organisation: it is one client for the whole country. A search
/// for a person shows the sender's own bookings alone, so finding none is no sign of guessing.
Result<void> BarsFace::check_limits(Call& call, const bars::Route& route) const
{
    if (!services_.limiter || !call.caller)
        return {};
    limits::Asking asking;
    asking.client = call.by_proxy ? std::string_view() : std::string_view(call.caller->client_id);
    asking.organisation = call.caller->ods.text();
    if (call.service && call.service->practices.size() == 1)
        asking.practice = call.service->practices.front().text();
    asking.changes = call.request.method == "POST";
    if (asking.changes)
        asking.about = limits::Asking::About::booking;
    else if (route.permission == identity::Permission::search && route.type != "Slot")
        asking.about = limits::Asking::About::patient_lookup;
    auto refused = services_.limiter->admit(asking);
    if (!refused)
        return {};
    call.recorded = !refused->burst_begins;
    return std::unexpected(std::move(refused->error));
}

/// The audit record, before the answer leaves. An error: it may not leave.
Awaitable<Result<void>> BarsFace::write_down(const Call& call, const bars::Route* route,
                                             std::optional<Error> failure) const
{
    if (!route || route->needs != bars::Needs::sender || call.recorded)
        co_return Result<void>();
    audit::AuditRecord record;
    record.event = call.request.method == "GET" ? audit::Event::access : audit::Event::write;
    record.via = "bars";
    record.action = call.request.method + " [bars]/" + std::string(route->path);
    record.request = observability::is_acceptable_id(call.heading.request_id) ? call.heading.request_id
                                                                              : call.ids.request_id;
    name_agent(record, call.caller);
    record.user = call.heading.sds_user_id;
    if (failure)
        judge(record, bars::refusal_of(*failure).status, fhir::catalogue_row(failure->kind()).code);
    else
        judge(record, 200, {});
    const auto event = record.event;
    auto written = co_await hand_in(services_.audit, std::move(record), std::move(call.audited));
    if (!written && may_leave(event))
        co_return Result<void>();
    co_return written;
}

Response BarsFace::refusal(const Call& call, const Error& error) const
{
    Response response;
    response.status = bars::refusal_of(error).status;
    response.body.append(bars::in_form(bars::written(bars::outcome_of(error)), call.forms.answer));
    if (response.status == 401)
        response.headers.set("WWW-Authenticate", "Bearer realm=\"bars\"");
    if (error.retry_after())
        response.headers.set("Retry-After", std::to_string(error.retry_after()->count()));
    return response;
}

/// Both ids come back byte for byte: a sender takes an answer without them for none.
Response BarsFace::finish(const Call& call, Response response) const
{
    for (const auto name : {fhir::bars::header::request_id, fhir::bars::header::correlation_id})
        if (call.request.headers.has(name))
            response.headers.set(name, std::string(call.request.headers.get(name)));
    response.headers.set("Content-Type",
                         std::string(fhir::codec::media_type(call.forms.answer)) + "; charset=utf-8");
    response.headers.set("Cache-Control", "no-store");
    response.headers.set("Strict-Transport-Security", "max-age=31536000");
    response.headers.set("X-Content-Type-Options", "nosniff");
    return response;
}

void BarsFace::record(const Call& call, const bars::Route* route, unsigned status) const
{
    const auto took = std::chrono::steady_clock::now() - call.started;
    const std::string label = "[bars]/" + std::string(route ? route->path : "unrouted");
    services_.metrics.http_request(label, call.request.method, status, took);
    const std::string client = call.caller ? call.caller->client_id : std::string();
    const std::string ods = call.caller ? call.caller->ods.text() : std::string();
    observability::log(status >= 500 ? observability::Level::warning : observability::Level::info,
                       "http_request",
                       {{"route", label},
                        {"method", call.request.method},
                        {"status", std::int64_t{status}},
                        {"duration_ms", std::chrono::duration<double, std::milli>(took).count()},
                        {"client_id", client},
                        {"ods", ods},
                        {"request_id", call.ids.request_id},
                        {"correlation_id", call.ids.correlation_id},
                        {"trace_id", call.ids.trace.trace_id}});
}

} // namespace

std::unique_ptr<http::Handler> make_bars_face(BarsServices services)
{
    return std::make_unique<BarsFace>(std::move(services));
}

} // namespace gateway::faces
