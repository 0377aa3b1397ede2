// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/r4_face.hpp"

#include "fhir/codec/json.hpp"
#include "fhir/outcome/catalogue.hpp"
#include "fhir/outcome/operation_outcome.hpp"
#include "gateway/faces/context.hpp"
#include "gateway/faces/r4/answers.hpp"
#include "gateway/faces/xml_bodies.hpp"
#include "gateway/identity/crypto.hpp"
#include "gateway/identity/scopes.hpp"
#include "gateway/observability/log.hpp"

#include <array>
#include <chrono>

namespace gateway::faces
{

namespace
{

using fhir::Error;
using fhir::ErrorKind;
using fhir::Result;
using fhir::rest::Request;
using fhir::rest::Response;

std::string_view path_of(std::string_view url)
{
    const auto host = url.find("://");
    const auto path = url.find('/', host == std::string_view::npos ? 0 : host + 3);
    return path == std::string_view::npos ? std::string_view{} : url.substr(path);
}

/// RFC 6750 section 3.
std::string challenge(const Error& error, const Context& context)
{
    std::string text = "Bearer realm=\"fhir\"";
    if (error.kind() == ErrorKind::token_invalid || error.kind() == ErrorKind::token_expired)
        text += ", error=\"invalid_token\"";
    if (error.kind() == ErrorKind::scope_missing)
        text += ", error=\"insufficient_scope\"";
    const Route* route = context.destination.route;
    if (error.kind() == ErrorKind::scope_missing && route && route->permission &&
        !context.caller->may(*route->permission, route->type))
        text += ", scope=\"" + identity::scope_name(*route->permission, route->type) + "\"";
    return text;
}

Answer failed(const Context& context, const Error& error)
{
    Answer answer;
    answer.failure = error;
    if (error.kind() == ErrorKind::method_not_allowed && !context.destination.allow.empty())
        answer.headers.set("Allow", context.destination.allow);
    return answer;
}

bool changes_something(identity::Permission permission)
{
    using enum identity::Permission;
    return permission == create || permission == update || permission == delete_;
}

/// ODS code of the practice whose id this is: those of what practices own begin with it. Empty: none.
std::string practice_of(std::string_view id)
{
    const auto dot = id.find('.');
    const auto ods = dot == std::string_view::npos ? std::nullopt : fhir::OdsCode::parse(id.substr(0, dot));
    return ods ? ods->text() : std::string();
}

/// The path's own id, but for patients, whose ids are theirs.
void name_entity(audit::AuditRecord& record, const Context& context)
{
    const auto& destination = context.destination;
    record.type = destination.route->type;
    if (destination.id.empty() || record.type == "Patient")
        return;
    record.id = destination.id;
    record.version = destination.version;
    record.practice = practice_of(destination.id);
}

audit::AuditRecord audit_record(const Context& context, const Answer& answer)
{
    const Route& route = *context.destination.route;
    audit::AuditRecord record;
    record.event =
        route.permission && changes_something(*route.permission) ? audit::Event::write : audit::Event::access;
    record.via = "fhir";
    record.action = context.request.method + " " + std::string(route.path);
    record.request = context.ids.request_id;
    name_agent(record, context.caller);
    name_entity(record, context);
    if (answer.failure) {
        const auto& row = fhir::catalogue_row(answer.failure->kind());
        judge(record, row.http_status, row.code);
    } else {
        judge(record, answer.status, {});
    }
    return record;
}

/// What is refused before its format is settled is told in the format asked for, where that is offered.
void tell_as_asked(Context& context)
{
    Context asked;
    asked.request.target = context.request.target;
    asked.request.headers = context.request.headers;
    if (read_parameters(asked))
        context.content_type = asked.content_type;
}

class R4Face : public http::Handler
{
public:
    explicit R4Face(R4Services services)
        : services_(std::move(services)), router_(r4_routes(), path_of(services_.settings.public_base_url)),
          code_system_(fhir::outcome_code_system(services_.settings.public_base_url))
    {}

    Awaitable<Response> handle(Request request) override;
    Response refuse(const Error& error) override;

private:
    // The steps common to all requests, in the order they run. The first that fails ends the request.
    using Step = Result<void> (R4Face::*)(Context&) const;
    static const std::array<Step, 8> before_handler;
    using Finish = void (R4Face::*)(const Context&, Answer&) const;
    static const std::array<Finish, 5> after_handler;

    Result<void> find_route(Context& context) const;
    Result<void> check_method(Context& context) const;
    Result<void> authenticate(Context& context) const;
    Result<void> check_limits(Context& context) const;
    Result<void> check_scope(Context& context) const;
    Result<void> check_patient_scope(const Context& context) const;
    Result<void> negotiate(Context& context) const;
    Result<void> check_body(Context& context) const;
    Result<void> translate_body(Context& context) const;

    void show_failure(const Context& context, Answer& answer) const;
    void apply_prefer(const Context& context, Answer& answer) const;
    void lay_out(const Context& context, Answer& answer) const;
    void compress(const Context& context, Answer& answer) const;
    void add_headers(const Context& context, Answer& answer) const;

    Context begin(Request request) const;
    Result<void> unless_flooded(Context& context, Error failure) const;
    void count_lookup(const Context& context, const Answer& answer) const;
    Awaitable<Answer> run_handler(const Context& context) const;
    Awaitable<void> write_down(const Context& context, Answer& answer) const;
    Response finish(const Context& context, Answer answer) const;
    void record(const Context& context, unsigned status, std::chrono::nanoseconds took) const;

    R4Services services_;
    Router router_;
    std::string code_system_;
};

const std::array<R4Face::Step, 8> R4Face::before_handler = {
    &R4Face::find_route,  &R4Face::check_method, &R4Face::authenticate, &R4Face::check_limits,
    &R4Face::check_scope, &R4Face::negotiate,    &R4Face::check_body,   &R4Face::translate_body,
};
const std::array<R4Face::Finish, 5> R4Face::after_handler = {
    &R4Face::show_failure, &R4Face::apply_prefer, &R4Face::lay_out, &R4Face::compress, &R4Face::add_headers,
};

Awaitable<Response> R4Face::handle(Request request)
{
    const auto started = std::chrono::steady_clock::now();
    Context context = begin(std::move(request));
    std::optional<Answer> answer;
    for (const Step step : before_handler) {
        if (auto passed = (this->*step)(context); !passed) {
            answer = failed(context, passed.error());
            tell_as_asked(context);
            break;
        }
    }
    if (!answer) {
        auto made = co_await run_handler(context);
        answer = std::move(made);
        count_lookup(context, *answer);
    }
    co_await write_down(context, *answer);
    Response response = finish(context, std::move(*answer));
    record(context, response.status, std::chrono::steady_clock::now() - started);
    co_return response;
}

Response R4Face::refuse(const Error& error)
{
    Context context = begin(Request{});
    return finish(context, failed(context, error));
}

Context R4Face::begin(Request request) const
{
    Context context;
    context.ids = observability::request_ids(request, services_.clock, services_.random);
    context.prefer = parse_prefer(request.headers.all("Prefer"));
    context.base_url = services_.settings.public_base_url;
    context.pages = services_.settings.pages;
    context.request = std::move(request);
    return context;
}

Result<void> R4Face::find_route(Context& context) const
{
    auto found = router_.find(context.request.method, context.request.path());
    if (!found)
        return std::unexpected(found.error());
    context.destination = std::move(*found);
    return {};
}

Result<void> R4Face::check_method(Context& context) const
{
    const auto& destination = context.destination;
    if (destination.route || context.request.method == "OPTIONS")
        return {};
    Error error(ErrorKind::method_not_allowed);
    if (!destination.advice.empty())
        error.advise(std::string(destination.advice));
    return std::unexpected(error);
}

Result<void> R4Face::authenticate(Context& context) const
{
    const Route* route = context.destination.route;
    if (!route || !route->permission)
        return {};
    auto caller = services_.identity.authenticate(context.request);
    if (!caller)
        return unless_flooded(context, caller.error());
    context.caller = std::move(*caller);
    return {};
}

/// Tokens that were never ours are counted by address; one that has run out is a good client's.
Result<void> R4Face::unless_flooded(Context& context, Error failure) const
{
    if (!services_.limiter || failure.kind() != ErrorKind::token_invalid)
        return std::unexpected(std::move(failure));
    auto refused = services_.limiter->login_failed(context.request.peer_address, {});
    if (!refused)
        return std::unexpected(std::move(failure));
    context.recorded = !refused->burst_begins;
    return std::unexpected(std::move(refused->error));
}

Result<void> R4Face::check_limits(Context& context) const
{
    if (!services_.limiter || !context.caller)
        return {};
    const Route& route = *context.destination.route;
    limits::Asking asking;
    asking.client = context.caller->client_id;
    asking.organisation = context.caller->ods.text();
    const std::string practice = practice_of(context.destination.id);
    asking.practice = practice;
    asking.changes = route.permission && changes_something(*route.permission);
    if (route.type == "Patient" && route.interaction == "search-type")
        asking.about = limits::Asking::About::patient_lookup;
    else if (route.type == "Appointment" && route.permission == identity::Permission::create)
        asking.about = limits::Asking::About::booking;
    auto refused = services_.limiter->admit(asking);
    if (!refused)
        return {};
    context.recorded = !refused->burst_begins;
    return std::unexpected(std::move(refused->error));
}

/// Whoever books for people that no practice knows finds out who is known where.
void R4Face::count_lookup(const Context& context, const Answer& answer) const
{
    if (!services_.limiter || !context.caller)
        return;
    const auto& organisation = context.caller->ods.text();
    if (context.audited.patient_known)
        services_.limiter->looked_up(organisation, *context.audited.patient_known);
    else if (answer.failure && answer.failure->kind() == ErrorKind::patient_not_found)
        services_.limiter->unknown_patient_booked(organisation);
}

Result<void> R4Face::check_scope(Context& context) const
{
    const Route* route = context.destination.route;
    if (!route || !route->permission)
        return {};
    if (context.caller->patient)
        return check_patient_scope(context);
    return r4::require_scope(context, *route->permission, route->type);
}

Result<void> R4Face::check_patient_scope(const Context& context) const
{
    const Route& route = *context.destination.route;
    if (route.patients && context.caller->may_as_patient(*route.permission, route.type))
        return {};
    Error error(ErrorKind::scope_missing, "A patient who has logged in may look for slots and see their own "
                                          "appointments, as far as the token's `patient/` scopes go.");
    error.at("http.Authorization");
    return std::unexpected(std::move(error));
}

Result<void> R4Face::negotiate(Context& context) const
{
    const Route* route = context.destination.route;
    // The token endpoint and health are no FHIR interactions: they have one format.
    if (!route || route->stream || (route->type.empty() && route->interaction.empty()))
        return {};
    return read_parameters(context);
}

Result<void> R4Face::check_body(Context& context) const
{
    const Route* route = context.destination.route;
    if (!route)
        return {};
    const auto& request = context.request;
    if (route->body == Body::form && request.body.empty())
        return {};
    return check_body_type(request.headers.get("Content-Type"), request.headers.get("Content-Encoding"),
                           route->body);
}

Result<void> R4Face::translate_body(Context& context) const
{
    auto& request = context.request;
    const Route* route = context.destination.route;
    if (!route || route->body != Body::resource ||
        format_of(request.headers.get("Content-Type")) == fhir::codec::Format::json)
        return {};
    auto json = json_of_xml(request.body);
    if (!json)
        return std::unexpected(json.error());
    request.body = std::move(*json);
    return {};
}

Awaitable<Answer> R4Face::run_handler(const Context& context) const
{
    if (!context.destination.route) {
        Answer options;
        options.status = 204;
        options.headers.set("Allow", context.destination.allow);
        co_return options;
    }
    auto answer = co_await context.destination.route->handle(context, services_);
    if (!answer)
        co_return failed(context, answer.error());
    co_return std::move(*answer);
}

/// The audit record, before the answer leaves: of every route that needs a permission, and of the token
/// endpoint where it refuses. Who could not be named is recorded as that.
Awaitable<void> R4Face::write_down(const Context& context, Answer& answer) const
{
    const Route* route = context.destination.route;
    constexpr unsigned too_many = 429; // written down by whoever counts them, once for each burst
    const bool token_refused =
        route && route->body == Body::oauth && answer.status >= 400 && answer.status != too_many;
    if (!route || context.recorded || (!route->permission && !token_refused))
        co_return;
    auto record = audit_record(context, answer);
    if (token_refused)
        record.event = audit::Event::login_failure;
    const auto event = record.event;
    auto written = co_await hand_in(services_.audit, std::move(record), std::move(context.audited));
    if (!written && !may_leave(event))
        answer = failed(context, written.error());
}

Response R4Face::finish(const Context& context, Answer answer) const
{
    for (const Finish step : after_handler)
        (this->*step)(context, answer);
    Response response;
    response.status = answer.status;
    response.headers = std::move(answer.headers);
    response.body = std::move(answer.body);
    return response;
}

void R4Face::show_failure(const Context& context, Answer& answer) const
{
    if (!answer.failure)
        return;
    const Error& error = *answer.failure;
    answer.status = fhir::catalogue_row(error.kind()).http_status;
    answer.body.clear();
    fhir::codec::write(fhir::to_operation_outcome(error, code_system_), answer.body);
    if (answer.status == 401 || error.kind() == ErrorKind::scope_missing)
        answer.headers.set("WWW-Authenticate", challenge(error, context));
    if (error.retry_after())
        answer.headers.set("Retry-After", std::to_string(error.retry_after()->count()));
}

void R4Face::apply_prefer(const Context& context, Answer& answer) const
{
    using Return = Preferences::Return;
    if (!answer.written || answer.failure || context.prefer.return_ == Return::representation)
        return;
    answer.body.clear();
    if (context.prefer.return_ == Return::operation_outcome)
        fhir::codec::write(fhir::to_information("Done as asked."), answer.body);
}

void R4Face::lay_out(const Context& context, Answer& answer) const
{
    if (answer.whole || answer.body.empty())
        return;
    // One of those that are offered, which every answer goes through: no need to take it to pieces.
    const auto format =
        context.content_type.ends_with("xml") ? fhir::codec::Format::xml : fhir::codec::Format::json;
    const auto type = answer.failure ? fhir::codec::media_type(format) : context.content_type;
    answer.headers.set("Content-Type", std::string(type) + ";charset=utf-8");
    if (!context.pretty && format == fhir::codec::Format::json)
        return;
    const std::string laid_out = format == fhir::codec::Format::json
                                     ? fhir::codec::pretty(answer.body.view())
                                     : xml_of_json(answer.body.view(), context.pretty);
    answer.body.clear();
    answer.body.append(laid_out);
}

void R4Face::compress(const Context& context, Answer& answer) const
{
    if (answer.body.size() < gzip_from_bytes || !accepts_gzip(context.request.headers.all("Accept-Encoding")))
        return;
    const std::string packed = gzip(answer.body.view());
    if (packed.empty())
        return;
    answer.body.clear();
    answer.body.append(packed);
    answer.headers.set("Content-Encoding", "gzip");
}

void R4Face::add_headers(const Context& context, Answer& answer) const
{
    auto& headers = answer.headers;
    if (!headers.has("Cache-Control"))
        headers.set("Cache-Control",
                    answer.cacheable && !answer.failure ? "public, max-age=3600" : "no-store");
    if (!answer.whole)
        headers.set("Vary", "Accept, Accept-Encoding");
    headers.set("X-Request-Id", context.ids.request_id);
    headers.set("X-Correlation-Id", context.ids.correlation_id);
    headers.set("Strict-Transport-Security", "max-age=31536000");
    headers.set("X-Content-Type-Options", "nosniff");
}

void R4Face::record(const Context& context, unsigned status, std::chrono::nanoseconds took) const
{
    const Route* route = context.destination.route;
    const std::string label(route ? route->path : "unrouted");
    services_.metrics.http_request(label, context.request.method, status, took);
    const auto milliseconds = std::chrono::duration<double, std::milli>(took).count();
    const std::string client = context.caller ? context.caller->client_id : std::string();
    const std::string ods = context.caller ? context.caller->ods.text() : std::string();
    observability::log(status >= 500 ? observability::Level::warning : observability::Level::info,
                       "http_request",
                       {{"route", label},
                        {"method", context.request.method},
                        {"status", std::int64_t{status}},
                        {"duration_ms", milliseconds},
                        {"client_id", client},
                        {"ods", ods},
                        {"request_id", context.ids.request_id},
                        {"correlation_id", context.ids.correlation_id},
                        {"trace_id", context.ids.trace.trace_id}});
}

} // namespace

std::unique_ptr<http::Handler> make_r4_face(R4Services services)
{
    if (services.settings.proposal_secret.empty())
        services.settings.proposal_secret = identity::random_token();
    return std::make_unique<R4Face>(std::move(services));
}

} // namespace gateway::faces
