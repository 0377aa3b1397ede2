// SPDX-License-Identifier: Apache-2.0
#include "adapters/gpconnect/exchange.hpp"

#include "adapters/gpconnect/errors.hpp"
#include "adapters/gpconnect/names.hpp"
#include "adapters/gpconnect/token.hpp"
#include "fhir/model/uk_time.hpp"

namespace adapters::gpconnect
{

namespace
{

using namespace std::chrono_literals;

constexpr auto longest_search = 14 * 24h;
/// `end` bounds where slots end, our window where they start: this much is added so that one that straddles
/// the end is seen.
constexpr auto straddle = 4h;

bool is_uk_midnight(fhir::Instant moment)
{
    return fhir::uk_day(fhir::uk_date(moment)).start == moment;
}

/// Providers write the charset with and without a blank, some the plain JSON type.
bool is_json(std::string_view content_type)
{
    content_type = content_type.substr(0, content_type.find_first_of("; "));
    return fhir::rest::equal_ignoring_case(content_type, names::media_type) ||
           fhir::rest::equal_ignoring_case(content_type, "application/json");
}

std::string parameter(std::string_view name, std::string_view value)
{
    return "&" + std::string(name) + "=" + fhir::rest::percent_encode(value, ":/*");
}

std::string slot_query(fhir::Instant start, fhir::Instant end, const Provenance& who)
{
    std::string query = "Slot?status=free";
    query += parameter("start", "ge" + fhir::to_uk_text(start));
    query += parameter("end", "le" + fhir::to_uk_text(end));
    query += parameter("_include", "Slot:schedule");
    for (std::string_view include :
         {"Schedule:actor:Practitioner", "Schedule:actor:Location", "Location:managingOrganization"})
        query += parameter("_include:recurse", include);
    if (who.named_in_search)
        query += parameter("searchFilter", std::string(names::ods_system) + "|" + who.organisation_ods);
    if (!who.organisation_type.empty())
        query += parameter("searchFilter",
                           std::string(names::organisation_type_system) + "|" + who.organisation_type);
    return query;
}

} // namespace

std::string identifier_query(std::string_view type, std::string_view system, std::string_view value)
{
    return std::string(type) +
           "?identifier=" + fhir::rest::percent_encode(std::string(system) + "|" + std::string(value), ":/");
}

std::vector<std::string> slot_queries(const fhir::Interval& window, const Provenance& provenance)
{
    std::vector<std::string> queries;
    const auto first = std::chrono::floor<std::chrono::seconds>(window.start);
    const auto last = std::chrono::ceil<std::chrono::seconds>(window.end);
    // Nothing in general practice runs past midnight, so a window of whole days needs no more than itself.
    const auto until = is_uk_midnight(last) ? last : last + straddle;
    for (auto start = first; start < last;) {
        if (until - start <= longest_search) {
            queries.push_back(slot_query(start, until, provenance));
            break;
        }
        queries.push_back(slot_query(start, start + longest_search, provenance));
        // Overlapping searches: what straddles the seam is found by one of them, what both find is counted
        // once.
        start += longest_search - straddle;
    }
    return queries;
}

Exchange::Exchange(const PracticeConfig& practice, upstream::Upstream& upstream, const Clock& clock,
                   Random& random)
    : practice_(practice), upstream_(upstream), clock_(clock), random_(random)
{}

std::string Exchange::setting(const std::string& name) const
{
    const auto found = practice_.settings.find(name);
    return found == practice_.settings.end() ? std::string() : found->second;
}

upstream::Call Exchange::call_of(const Message& message, const Provenance& provenance)
{
    const auto& row = interaction_row(message.interaction);
    const bool write = is_write(message.interaction);
    upstream::Call call;
    call.effect = write ? upstream::Effect::write : upstream::Effect::read;
    call.limit = write ? practice_.write_limit : practice_.read_limit;
    call.operation = message.operation;
    call.request.method = row.method;
    call.request.target = message.target;
    auto& headers = call.request.headers;
    headers.set("Accept", std::string(names::media_type_utf8));
    headers.set("Ssp-TraceID", new_uuid(clock_, random_));
    headers.set("Ssp-From", setting("consumer_asid"));
    headers.set("Ssp-To", setting("provider_asid"));
    headers.set("Ssp-InteractionID", interaction_id(message.interaction));
    const TokenFacts facts{setting("issuer"), setting("service_root"), std::string(row.scope), clock_.now()};
    headers.set("Authorization", "Bearer " + build_token(facts, provenance));
    if (!message.if_match.empty())
        headers.set("If-Match", message.if_match);
    if (message.body) {
        headers.set("Content-Type", std::string(names::media_type_utf8));
        headers.set("Prefer", "return=representation");
        call.request.body = fhir::codec::to_json(*message.body);
    }
    return call;
}

Awaitable<fhir::Result<fhir::rest::Response>> Exchange::send(Message message, Provenance provenance)
{
    auto response = co_await upstream_.send(call_of(message, provenance));
    if (!response)
        co_return std::unexpected(error_of(response.error(), message.interaction));
    if (response->status != 200 && response->status != 201)
        co_return std::unexpected(error_of(*response, message.interaction));
    if (!response->body.empty() && !is_json(response->headers.get("Content-Type")))
        co_return std::unexpected(unreadable(message.interaction, "Content-Type is not JSON"));
    co_return response;
}

} // namespace adapters::gpconnect
