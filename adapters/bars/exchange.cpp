// SPDX-License-Identifier: Apache-2.0
#include "adapters/bars/exchange.hpp"

#include "adapters/bars/standard/headers.hpp"
#include "adapters/bars/standard/names.hpp"
#include "adapters/refusals.hpp"
#include "adapters/upstream/deadline.hpp"

namespace adapters::bars
{

namespace
{

using fhir::rest::Headers;
using fhir::rest::Response;
namespace header = standard::header;

constexpr int most_sendings = 4;
/// Where a receiver asks for patience and does not say how long.
constexpr std::chrono::seconds default_wait{1};

bool is_json(std::string_view content_type)
{
    content_type = content_type.substr(0, content_type.find_first_of("; "));
    return fhir::rest::equal_ignoring_case(content_type, standard::json_type) ||
           fhir::rest::equal_ignoring_case(content_type, "application/json");
}

/// An answer without both ids is no answer to this request (BaRS Core, transaction integrity).
bool is_answer_to(const Headers& request, const Response& response)
{
    return response.headers.get(header::request_id) == request.get(header::request_id) &&
           response.headers.get(header::correlation_id) == request.get(header::correlation_id);
}

/// How long to wait before the same message goes out again; nothing when it should not.
std::optional<std::chrono::milliseconds> wait_before_repeating(const Response& response)
{
    const auto again = may_repeat(response);
    const auto asked = wait_asked_for(response);
    if (again == Again::open)
        return asked.value_or(default_wait);
    return again == Again::busy ? asked : std::nullopt;
}

void set_identity(Headers& headers, const Provenance& provenance, const PracticeConfig& practice)
{
    const auto& name =
        provenance.organisation_name.empty() ? provenance.organisation_ods : provenance.organisation_name;
    headers.set(header::organisation,
                standard::encode_header(standard::organisation_object(provenance.organisation_ods, name)));
    headers.set(header::software,
                standard::encode_header(standard::software_object(
                    practice.identifier_base + "/id/software", setting_of(practice, "software_id", "apptgw"),
                    setting_of(practice, "software_version", "1"))));
    if (!provenance.sds_user_id.empty())
        headers.set(header::practitioner,
                    standard::encode_header(standard::practitioner_object(provenance.sds_user_id)));
}

} // namespace

std::string setting_of(const PracticeConfig& practice, const std::string& name, std::string_view otherwise)
{
    const auto found = practice.settings.find(name);
    return found == practice.settings.end() || found->second.empty() ? std::string(otherwise) : found->second;
}

Exchange::Exchange(const PracticeConfig& practice, upstream::Upstream& upstream, const Clock& clock,
                   Random& random)
    : practice_(practice), upstream_(upstream), clock_(clock), random_(random),
      tokens_(practice, upstream, clock, random, oauth::Signing::rs512)
{}

upstream::Call Exchange::call_of(const Message& message, const Provenance& provenance,
                                 const std::string& request_id) const
{
    const bool write = is_write(message.interaction);
    const auto type = std::string(standard::json_type) + "; version=" + std::string(standard::core_version);
    upstream::Call call;
    call.effect = write ? upstream::Effect::write : upstream::Effect::read;
    call.operation = message.operation;
    call.request.method = write ? "POST" : "GET";
    call.request.target = message.target;
    call.request.body = message.body;
    auto& headers = call.request.headers;
    headers.set("Accept", type);
    headers.set(header::target, standard::encode_header(standard::target_object(message.service)));
    headers.set(header::request_id, request_id);
    headers.set(header::correlation_id, message.correlation_id);
    set_identity(headers, provenance, practice_);
    if (write) {
        headers.set("Content-Type", type);
        headers.set(header::use_context, message.use_context);
    }
    return call;
}

Awaitable<fhir::Result<Response>> Exchange::send_with_token(upstream::Call call, Budget budget)
{
    auto token = co_await tokens_.get();
    if (!token)
        co_return std::unexpected(token.error());
    if (!token->empty())
        call.request.headers.set("Authorization", "Bearer " + *token);
    call.limit = budget.left();
    auto response = co_await upstream_.send(call);
    // Both come from in front of the receiver, before anything is done.
    const bool refused = response && !token->empty() &&
                         (response->status == 401 || response->status == 403) &&
                         !wire::read_outcome(response->body.view()).code.starts_with("REC_");
    if (!refused)
        co_return response;
    tokens_.forget(*token);
    auto renewed = co_await tokens_.get();
    if (!renewed)
        co_return std::unexpected(renewed.error());
    call.request.headers.set("Authorization", "Bearer " + *renewed);
    call.limit = budget.left();
    auto second = co_await upstream_.send(std::move(call));
    co_return second;
}

Awaitable<fhir::Result<Response>> Exchange::send_until_answered(upstream::Call call, Budget budget)
{
    const int most = call.effect == upstream::Effect::write ? most_sendings : 1;
    bool open = false; ///< an earlier sending may have had its effect
    for (int sending = 1;; ++sending) {
        auto response = co_await send_with_token(call, budget);
        if (!response) {
            auto error = response.error();
            if (open)
                error.effect_is_possible();
            co_return std::unexpected(std::move(error));
        }
        open = open || may_repeat(*response) == Again::open;
        const auto wait = sending < most ? wait_before_repeating(*response) : std::nullopt;
        if (!wait || *wait >= budget.left()) {
            // What is refused now may be refused because it was done before.
            if (open && response->status != 200 && !is_duplicate(*response))
                co_return std::unexpected(unknown_outcome(std::to_string(response->status)));
            co_return response;
        }
        co_await pause(*wait);
    }
}

Awaitable<fhir::Result<Response>> Exchange::send(Message message, Provenance provenance)
{
    const bool write = is_write(message.interaction);
    if (message.correlation_id.empty())
        message.correlation_id = new_uuid(clock_, random_);
    auto call = call_of(message, provenance, new_uuid(clock_, random_));
    const auto sent = call.request.headers;
    const Budget budget(write ? practice_.write_limit : practice_.read_limit);
    auto response = co_await send_until_answered(std::move(call), budget);
    if (!response)
        co_return std::unexpected(error_of(response.error(), message.interaction));
    const bool done = response->status == 200 || (write && is_duplicate(*response));
    if (!done)
        co_return std::unexpected(error_of(*response, message.interaction));
    if (!is_answer_to(sent, *response))
        co_return std::unexpected(unreadable(message.interaction, "ids are not echoed"));
    if (!is_json(response->headers.get("Content-Type")))
        co_return std::unexpected(unreadable(message.interaction, "Content-Type is not JSON"));
    co_return response;
}

} // namespace adapters::bars
