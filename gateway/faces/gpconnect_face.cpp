// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/gpconnect_face.hpp"

#include "fhir/outcome/catalogue.hpp"
#include "gateway/faces/gpconnect/call.hpp"
#include "gateway/faces/gpconnect/wire.hpp"
#include "gateway/faces/media_range.hpp"
#include "gateway/faces/negotiation.hpp"
#include "gateway/identity/crypto.hpp"
#include "gateway/observability/log.hpp"

#include <array>
#include <chrono>

namespace gateway::faces
{

namespace gpconnect
{

std::vector<std::string> Call::values(std::string_view name) const
{
    std::vector<std::string> found;
    for (const auto& [key, value] : parameters)
        if (key == name)
            found.push_back(value);
    return found;
}

namespace
{

using fhir::rest::Request;
using fhir::rest::Response;
using Passed = Checked<void>;

/// The value of `_format` in a query that may not be well-formed.
std::string format_parameter(std::string_view query)
{
    const auto pairs = fhir::rest::parse_query(query);
    std::string format;
    for (const auto& [name, value] : pairs.value_or(Parameters{}))
        if (name == "_format")
            format = value;
    return format;
}

Checked<Format> wanted_format(const Request& request)
{
    const auto format = format_parameter(request.query());
    const auto accept = request.headers.all("Accept");
    return answer_format({format, accept, request.headers.get("Content-Type")});
}

bool wants_minimal(const Request& request)
{
    return parse_prefer(request.headers.all("Prefer")).return_ == Preferences::Return::minimal;
}

class GpConnectFace : public http::Handler
{
public:
    explicit GpConnectFace(GpConnectServices services) : services_(std::move(services)) {}

    Awaitable<Response> handle(Request request) override;
    Response refuse(const fhir::Error& error) override;

private:
    // The steps common to all requests, in the order they run. The first that fails ends the request.
    using Step = Passed (GpConnectFace::*)(Call&) const;
    static const std::array<Step, 10> before_handler;

    Passed know_certificate(Call& call) const;
    Passed find_practice(Call& call) const;
    Passed read_headers(Call& call) const;
    Passed name_consumer(Call& call) const;
    Passed agree_on_interaction(Call& call) const;
    Passed check_limits(Call& call) const;
    Passed read_token(Call& call) const;
    Passed negotiate(Call& call) const;
    Passed read_parameters(Call& call) const;
    Passed check_sharing(Call& call) const;

    Call begin(Request request) const;
    void count_lookup(const Call& call, const Checked<Reply>& reply) const;
    Awaitable<void> write_down(const Call& call, Checked<Reply>& reply) const;
    Response show(const Call& call, Checked<Reply> reply) const;
    Response laid_out(const Call& call, unsigned status, fhir::rest::OutBuffer body) const;
    void record(const Call& call, unsigned status, std::chrono::nanoseconds took) const;

    GpConnectServices services_;
};

// GP Connect does not say in which order; this is close to its reference implementation.
const std::array<GpConnectFace::Step, 10> GpConnectFace::before_handler = {
    &GpConnectFace::know_certificate,     &GpConnectFace::find_practice,
    &GpConnectFace::read_headers,         &GpConnectFace::name_consumer,
    &GpConnectFace::agree_on_interaction, &GpConnectFace::check_limits,
    &GpConnectFace::read_token,           &GpConnectFace::negotiate,
    &GpConnectFace::read_parameters,      &GpConnectFace::check_sharing,
};

Awaitable<Response> GpConnectFace::handle(Request request)
{
    const auto started = std::chrono::steady_clock::now();
    Call call = begin(std::move(request));
    Passed passed;
    for (const Step step : before_handler)
        if (passed = (this->*step)(call); !passed)
            break;
    Checked<Reply> reply = Reply{};
    if (passed)
        reply = co_await call.interaction->handle(call, services_);
    else
        reply = std::unexpected(passed.error());
    count_lookup(call, reply);
    co_await write_down(call, reply);
    Response response = show(call, std::move(reply));
    record(call, response.status, std::chrono::steady_clock::now() - started);
    co_return response;
}

Response GpConnectFace::refuse(const fhir::Error& error)
{
    Refusal refusal = refusal_of(error);
    refusal.http_status = fhir::catalogue_row(error.kind()).http_status;
    return show(begin(Request{}), std::unexpected(std::move(refusal)));
}

Call GpConnectFace::begin(Request request) const
{
    Call call;
    call.ids = observability::request_ids(request, services_.clock, services_.random);
    call.now = services_.clock.now();
    call.answer = wanted_format(request).value_or(Format::json);
    call.request = std::move(request);
    return call;
}

Passed GpConnectFace::know_certificate(Call& call) const
{
    if (identity::knows_certificate(*services_.settings.consumers->snapshot(),
                                    call.request.client_certificate_sha256))
        return {};
    return std::unexpected(
        Refusal{"ACCESS_DENIED", "The client certificate of this connection is not one of a known consumer"});
}

Passed GpConnectFace::find_practice(Call& call) const
{
    auto place = find_place(call.request.path());
    if (!place)
        return std::unexpected(place.error());
    call.place = std::move(*place);
    const auto ods = fhir::OdsCode::parse(call.place.ods);
    if (ods && ods->text() == call.place.ods)
        call.practice = services_.directory()->practice(*ods);
    if (!call.practice)
        return std::unexpected(
            Refusal{"ORGANISATION_NOT_FOUND", "The practice in the path is not served here"});
    call.base_url = services_.settings.public_origin + practice_root(call.ods());
    return {};
}

Passed GpConnectFace::read_headers(Call& call) const
{
    const auto asid = services_.settings.asids.find(call.practice->ods);
    auto read =
        read_spine_headers(call.request.headers, asid == services_.settings.asids.end() ? "" : asid->second);
    if (!read)
        return std::unexpected(read.error());
    call.spine = std::move(*read);
    return {};
}

Passed GpConnectFace::name_consumer(Call& call) const
{
    call.consumer = identity::proven_caller(*services_.settings.consumers->snapshot(),
                                            call.request.client_certificate_sha256, call.spine.from);
    if (call.consumer)
        return {};
    return std::unexpected(
        Refusal{"ACCESS_DENIED", "Header Ssp-From is not an ASID of this connection's client certificate"});
}

Passed GpConnectFace::agree_on_interaction(Call& call) const
{
    auto target = find_interaction(call.request.method, call.place.below, call.spine.interaction_id);
    if (!target)
        return std::unexpected(target.error());
    call.interaction = target->interaction;
    call.id = std::move(target->id);
    return {};
}

Passed GpConnectFace::check_limits(Call& call) const
{
    if (!services_.limiter)
        return {};
    limits::Asking asking;
    asking.client = call.spine.from;
    asking.organisation = call.consumer->ods.text();
    asking.practice = call.ods();
    asking.changes = call.interaction->has_body();
    if (call.interaction->suffix == "rest:search:patient-1")
        asking.about = limits::Asking::About::patient_lookup;
    else if (call.interaction->method == "POST")
        asking.about = limits::Asking::About::booking;
    const auto refused = services_.limiter->admit(asking);
    if (!refused)
        return {};
    call.recorded = !refused->burst_begins;
    Refusal refusal = refusal_of(refused->error);
    refusal.http_status = fhir::catalogue_row(refused->error.kind()).http_status;
    return std::unexpected(std::move(refusal));
}

void GpConnectFace::count_lookup(const Call& call, const Checked<Reply>& reply) const
{
    if (!services_.limiter || !call.consumer)
        return;
    const auto& organisation = call.consumer->ods.text();
    if (call.audited.patient_known)
        services_.limiter->looked_up(organisation, *call.audited.patient_known);
    else if (!reply && reply.error().code == "PATIENT_NOT_FOUND")
        services_.limiter->unknown_patient_booked(organisation);
}

Passed GpConnectFace::read_token(Call& call) const
{
    auto token = AuditToken::read(call.request.headers.get("Authorization"), call.interaction->scope,
                                  services_.token_clock.now());
    if (!token)
        return std::unexpected(token.error());
    call.token = std::move(*token);
    return {};
}

Passed GpConnectFace::negotiate(Call& call) const
{
    if (const auto format = wanted_format(call.request); !format)
        return std::unexpected(format.error());
    if (!call.interaction->has_body())
        return {};
    const auto& headers = call.request.headers;
    const auto body = body_format(headers.get("Content-Type"), headers.get("Content-Encoding"));
    if (!body)
        return std::unexpected(body.error());
    call.body = *body;
    return {};
}

Passed GpConnectFace::read_parameters(Call& call) const
{
    auto pairs = fhir::rest::parse_query(call.request.query());
    if (!pairs)
        return bad_request("The parameters are not validly percent-encoded UTF-8");
    call.parameters = std::move(*pairs);
    std::erase_if(call.parameters, [](const auto& pair) { return pair.first == "_format"; });
    return {};
}

Passed GpConnectFace::check_sharing(Call& call) const
{
    if (services_.directory()->shares(call.practice->ods, call.consumer->ods, services_.clock.now()))
        return {};
    return std::unexpected(Refusal{"NO_ORGANISATION_CONSENT",
                                   "This practice does not share its appointments with your organisation"});
}

/// The audit record, before the answer leaves. Who acts is who the certificate proves; the person is whom the
/// token names, which proves nothing.
Awaitable<void> GpConnectFace::write_down(const Call& call, Checked<Reply>& reply) const
{
    if (call.recorded)
        co_return;
    audit::AuditRecord record;
    record.via = "gpconnect";
    record.request = call.ids.request_id;
    name_agent(record, call.consumer);
    record.client = call.consumer ? call.spine.from : std::string();
    record.user = call.token.sds_user_id().empty() ? call.token.user_id() : call.token.sds_user_id();
    record.practice = call.practice ? call.ods() : std::string();
    record.action = call.interaction ? std::string(call.interaction->suffix) : call.request.method;
    if (call.interaction && call.interaction->has_body())
        record.event = audit::Event::write;
    judge(record, reply ? reply->status : reply.error().status(), reply ? "" : reply.error().code);
    if (!reply && reply.error().code == "ACCESS_DENIED" && !call.consumer)
        record.event = audit::Event::login_failure;
    if (!reply && reply.error().code == "NO_ORGANISATION_CONSENT")
        record.event = audit::Event::decision;
    const auto event = record.event;
    auto written = co_await hand_in(services_.audit, std::move(record), std::move(call.audited));
    if (!written && !may_leave(event))
        reply = std::unexpected(refusal_of(written.error()));
}

Response GpConnectFace::show(const Call& call, Checked<Reply> reply) const
{
    if (!reply) {
        fhir::rest::OutBuffer body;
        write(call.answer, to_outcome(reply.error()), body);
        Response refused = laid_out(call, reply.error().status(), std::move(body));
        if (const auto& wait = reply.error().retry_after)
            refused.headers.set("Retry-After", std::to_string(wait->count()));
        return refused;
    }
    if (reply->written && wants_minimal(call.request))
        reply->body.clear();
    Response response = laid_out(call, reply->status, std::move(reply->body));
    if (!reply->version.empty())
        response.headers.set("ETag", "W/\"" + reply->version + "\"");
    if (!reply->location.empty())
        response.headers.set("Location", reply->location);
    if (reply->last_modified)
        response.headers.set("Last-Modified", fhir::to_http_date(*reply->last_modified));
    return response;
}

/// What every answer has. One without a body has no Content-Type either.
Response GpConnectFace::laid_out(const Call& call, unsigned status, fhir::rest::OutBuffer body) const
{
    Response response;
    response.status = status;
    auto& headers = response.headers;
    headers.set("Cache-Control", "no-store");
    headers.set("Strict-Transport-Security", "max-age=31536000");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("X-Request-Id", call.ids.request_id);
    if (body.empty())
        return response;
    headers.set("Content-Type", std::string(content_type(call.answer)));
    headers.set("Vary", "Accept, Accept-Encoding");
    if (body.size() >= gzip_from_bytes && accepts_gzip(call.request.headers.all("Accept-Encoding"))) {
        if (const std::string packed = gzip(body.view()); !packed.empty()) {
            body.clear();
            body.append(packed);
            headers.set("Content-Encoding", "gzip");
        }
    }
    response.body = std::move(body);
    return response;
}

/// Who is behind a call stands in the token, which proves nothing: it is written down as what was said.
void GpConnectFace::record(const Call& call, unsigned status, std::chrono::nanoseconds took) const
{
    const std::string label = call.interaction ? std::string(call.interaction->suffix) : "unrouted";
    services_.metrics.http_request("gpconnect " + label, call.request.method, status, took);
    const std::string ods = call.consumer ? call.consumer->ods.text() : std::string();
    observability::log(
        status >= 500 ? observability::Level::warning : observability::Level::info, "gpconnect_request",
        {{"interaction", label},
         {"practice", call.practice ? call.ods() : std::string()},
         {"status", std::int64_t{status}},
         {"duration_ms", std::chrono::duration<double, std::milli>(took).count()},
         {"ods", ods},
         {"asid", call.consumer ? call.spine.from : std::string()},
         {"said_organisation_differs",
          call.consumer && !call.token.organisation().empty() && call.token.organisation() != ods},
         {"ssp_trace_id",
          observability::is_acceptable_id(call.spine.trace_id) ? call.spine.trace_id : std::string()},
         {"request_id", call.ids.request_id},
         {"trace_id", call.ids.trace.trace_id}});
}

} // namespace
} // namespace gpconnect

std::unique_ptr<http::Handler> make_gpconnect_face(GpConnectServices services)
{
    if (services.settings.patient_secret.empty())
        services.settings.patient_secret = identity::random_token();
    return std::make_unique<gpconnect::GpConnectFace>(std::move(services));
}

} // namespace gateway::faces
