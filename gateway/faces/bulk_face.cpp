// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/bulk_face.hpp"

#include "fhir/codec/json.hpp"
#include "fhir/codec/json_value.hpp"
#include "fhir/codec/written.hpp"
#include "fhir/outcome/catalogue.hpp"
#include "fhir/outcome/operation_outcome.hpp"
#include "gateway/faces/audited.hpp"
#include "gateway/faces/bulk/publication.hpp"
#include "gateway/faces/media_range.hpp"
#include "gateway/search/session_match.hpp"

#include <algorithm>
#include <mutex>

namespace gateway::faces
{

namespace
{

using bulk::Publication;
using bulk::PublicBook;
using fhir::ErrorKind;
using fhir::Result;
using fhir::codec::JsonValue;
using fhir::rest::Request;
using fhir::rest::Response;

constexpr std::string_view manifest_type = "application/json";
constexpr std::string_view lines_type = "application/fhir+ndjson";
constexpr std::string_view max_age = "public, max-age=300";

/// Looks into a practice's book as that practice: it may see it, and its system needs somebody who asks.
identity::Caller practice_itself(const policy::Practice& practice)
{
    return {.client_id = "bulk-publication",
            .ods = practice.ods,
            .name = practice.name,
            .organisation_type = {},
            .organisation_phone = practice.phone,
            .scopes = {},
            .token_expires = {}};
}

fhir::search::SlotQuery free_slots(const policy::Practice& practice, fhir::Interval window)
{
    using fhir::search::Prefix;
    const auto bound = [](Prefix prefix, fhir::Instant at) {
        return fhir::search::DateValue{prefix, {at, at + std::chrono::milliseconds(1)}, {}};
    };
    fhir::search::SlotQuery query;
    query.status = {{{std::nullopt, "free", false}}};
    query.start = {bound(Prefix::ge, window.start), bound(Prefix::lt, window.end)};
    fhir::search::SlotQuery::ActorChain chain{"HealthcareService", "organization.identifier", {}};
    chain.values.push_back({std::string(fhir::ods_organisation_system), practice.ods.text(), false});
    query.actor_chains = {std::move(chain)};
    return query;
}

class BulkFace : public http::Handler
{
public:
    explicit BulkFace(BulkServices services) : services_(std::move(services)) {}

    Awaitable<Response> handle(Request request) override;
    Response refuse(const fhir::Error& error) override { return refusal(error); }

private:
    Result<std::optional<fhir::Instant>> since(const Request& request) const;
    Awaitable<std::shared_ptr<const Publication>> current();
    Awaitable<PublicBook> look(std::shared_ptr<const policy::Practice> practice);
    Response manifest(const Publication& publication, const Request& request) const;
    Response answer(const Request& request, std::string body, std::string_view type,
                    fhir::Instant made) const;
    Response refusal(const fhir::Error& error) const;
    Awaitable<Result<Response>> respond(const Request& request);
    bool publishes() const;

    BulkServices services_;
    std::mutex mutex_; ///< for the pointer alone
    std::shared_ptr<const Publication> newest_;
};

bool BulkFace::publishes() const
{
    return std::ranges::any_of(services_.directory()->practices(),
                               [](const auto& practice) { return !practice->public_sessions.empty(); });
}

Awaitable<Response> BulkFace::handle(Request request)
{
    const auto started = std::chrono::steady_clock::now();
    auto made = co_await respond(request);
    Response response = made ? std::move(*made) : refusal(made.error());
    response.headers.set("X-Content-Type-Options", "nosniff");
    response.headers.set("Strict-Transport-Security", "max-age=31536000");
    services_.metrics.http_request("[bulk]", request.method, response.status,
                                   std::chrono::steady_clock::now() - started);
    co_return response;
}

Awaitable<Result<Response>> BulkFace::respond(const Request& request)
{
    if (!publishes())
        co_return fhir::fail(ErrorKind::not_found, "No practice here publishes its slots.");
    if (request.method != "GET" && request.method != "HEAD")
        co_return fhir::fail(ErrorKind::method_not_allowed);
    const auto after = since(request);
    if (!after)
        co_return std::unexpected(after.error());
    const auto publication = co_await current();
    const auto origin = fhir::rest::origin_of(services_.settings.files_url);
    const auto path = request.path();
    if (path == services_.settings.manifest_url.substr(origin.size()))
        co_return manifest(*publication, request);
    const std::string below = services_.settings.files_url.substr(origin.size()) + "/";
    auto text = path.starts_with(below) ? bulk::text_of(*publication, path.substr(below.size()), *after)
                                        : std::nullopt;
    if (!text)
        co_return fhir::fail(ErrorKind::not_found, "No such file is published; the manifest names those that "
                                                   "are.");
    co_return answer(request, std::move(*text), lines_type, publication->made);
}

Result<std::optional<fhir::Instant>> BulkFace::since(const Request& request) const
{
    const auto parameters = fhir::rest::parse_query(request.query());
    std::optional<fhir::Instant> moment;
    if (parameters)
        for (const auto& [name, value] : *parameters) {
            if (name != "_since")
                continue;
            std::string text = value; // a `+` that was not escaped
            std::ranges::replace(text, ' ', '+');
            moment = fhir::parse_instant(text);
            if (!moment)
                return fhir::fail(ErrorKind::value_invalid,
                                  "_since is an instant such as 2026-03-09T10:00:00Z.", "http._since");
        }
    return moment;
}

/// One that is fresh enough, else a new one. Two that are made at once ask practices once: the search sees to
/// that.
Awaitable<std::shared_ptr<const Publication>> BulkFace::current()
{
    const auto now = services_.clock.now();
    std::shared_ptr<const Publication> before;
    {
        const std::lock_guard lock(mutex_);
        before = newest_;
    }
    if (before && now - before->made < services_.settings.fresh_for)
        co_return before;
    std::vector<PublicBook> books;
    for (const auto& practice : services_.directory()->practices()) {
        if (practice->public_sessions.empty())
            continue;
        auto book = co_await look(practice);
        books.push_back(std::move(book));
    }
    auto made = bulk::publish(books, before, now);
    {
        const std::lock_guard lock(mutex_);
        if (!newest_ || newest_->made < made->made)
            newest_ = made;
        made = newest_;
    }
    audit::AuditRecord record;
    record.event = audit::Event::export_;
    record.via = "bulk";
    record.action = "publish slots";
    Audited about;
    about.practices = static_cast<std::int64_t>(books.size());
    auto written = co_await hand_in(services_.audit, std::move(record), std::move(about));
    static_cast<void>(written); // it names nobody, and may be published all the same
    co_return made;
}

Awaitable<PublicBook> BulkFace::look(std::shared_ptr<const policy::Practice> practice)
{
    const auto now = services_.clock.now();
    PublicBook book{practice, {}, {}};
    auto found = co_await services_.search.find_slots(
        practice_itself(*practice), free_slots(*practice, {now, now + services_.settings.window}), false, {});
    if (!found)
        book.missing = found.error();
    else if (!(*found)->missing.empty())
        book.missing = (*found)->missing.front().error;
    else
        for (search::SlotHit& hit : (*found)->page(0, (*found)->total))
            if (hit.slot->start() > now &&
                search::is_of_session(*hit.book, *hit.slot, practice->public_sessions))
                book.slots.push_back(std::move(hit));
    co_return book;
}

Response BulkFace::manifest(const Publication& publication, const Request& request) const
{
    const auto& settings = services_.settings;
    const auto query = request.query();
    const auto with_query = [&](std::string url) {
        return query.empty() ? url : url + "?" + std::string(query);
    };
    auto output = JsonValue::array(), errors = JsonValue::array();
    for (const bulk::File& file : bulk::files_of(publication))
        output.items().push_back(JsonValue::object(
            {{"type", file.type}, {"url", with_query(settings.files_url + "/" + file.name)}}));
    if (!publication.errors.empty())
        errors.items().push_back(JsonValue::object(
            {{"type", "OperationOutcome"}, {"url", settings.files_url + "/errors.ndjson"}}));
    const auto manifest = JsonValue::object({{"transactionTime", fhir::to_utc_text(publication.made)},
                                             {"request", with_query(settings.manifest_url)},
                                             {"output", std::move(output)},
                                             {"error", std::move(errors)}});
    return answer(request, to_json(manifest), manifest_type, publication.made);
}

Response BulkFace::answer(const Request& request, std::string body, std::string_view type,
                          fhir::Instant made) const
{
    const auto version = fhir::codec::content_version(body);
    const std::string tag = "\"" + std::string(version.begin(), version.end()) + "\"";
    Response response;
    response.headers.set("ETag", tag);
    response.headers.set("Last-Modified", fhir::to_http_date(made));
    response.headers.set("Cache-Control", std::string(max_age));
    response.headers.set("Access-Control-Allow-Origin", "*");
    for (const auto known : split_list(request.headers.all("If-None-Match"), ','))
        if (known == "*" || known == tag || known == "W/" + tag) {
            response.status = 304;
            return response;
        }
    response.headers.set("Content-Type", std::string(type));
    response.body.append(body);
    return response;
}

Response BulkFace::refusal(const fhir::Error& error) const
{
    Response response;
    response.status = fhir::catalogue_row(error.kind()).http_status;
    response.headers.set("Content-Type", "application/fhir+json;charset=utf-8");
    response.headers.set("Cache-Control", "no-store");
    if (response.status == 405)
        response.headers.set("Allow", "GET, HEAD");
    response.body.append(fhir::codec::to_json(
        fhir::to_operation_outcome(error, fhir::outcome_code_system(services_.settings.files_url))));
    return response;
}

} // namespace

std::unique_ptr<http::Handler> make_bulk_face(BulkServices services)
{
    return std::make_unique<BulkFace>(std::move(services));
}

} // namespace gateway::faces
