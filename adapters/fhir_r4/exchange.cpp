// SPDX-License-Identifier: Apache-2.0
#include "adapters/fhir_r4/exchange.hpp"

#include "adapters/fhir_r4/errors.hpp"
#include "adapters/fhir_r4/names.hpp"

namespace adapters::fhir_r4
{

namespace
{

bool is_fhir_json(std::string_view content_type)
{
    content_type = content_type.substr(0, content_type.find_first_of("; "));
    return fhir::rest::equal_ignoring_case(content_type, names::media_type) ||
           fhir::rest::equal_ignoring_case(content_type, "application/json");
}

} // namespace

Exchange::Exchange(const PracticeConfig& practice, upstream::Upstream& upstream, const Clock& clock,
                   Random& random)
    : practice_(practice), upstream_(upstream), tokens_(practice, upstream, clock, random)
{}

upstream::Call Exchange::call_of(const Message& message, const Provenance& provenance,
                                 const std::string& token) const
{
    const bool write = is_write(message.interaction);
    upstream::Call call;
    call.effect = write ? upstream::Effect::write : upstream::Effect::read;
    call.limit = write ? practice_.write_limit : practice_.read_limit;
    call.operation = message.operation;
    call.request.method = message.method;
    call.request.target = message.target;
    call.request.body = message.body;
    auto& headers = call.request.headers;
    const auto set = [&](std::string_view name, const std::string& value) {
        if (!value.empty())
            headers.set(name, value);
    };
    headers.set("Accept", std::string(names::media_type));
    if (!token.empty())
        headers.set("Authorization", "Bearer " + token);
    set("Content-Type", message.content_type);
    set("If-Match", message.if_match);
    set("If-None-Exist", message.if_none_exist);
    set("X-Request-Id", provenance.request_id);
    if (write)
        headers.set("Prefer", "return=representation");
    return call;
}

Awaitable<fhir::Result<fhir::rest::Response>> Exchange::send(Message message, Provenance provenance)
{
    auto token = co_await tokens_.get();
    if (!token)
        co_return std::unexpected(token.error());
    auto response = co_await upstream_.send(call_of(message, provenance, *token));
    if (response && response->status == 401 && !token->empty()) {
        tokens_.forget(*token);
        auto renewed = co_await tokens_.get();
        if (!renewed)
            co_return std::unexpected(renewed.error());
        response = co_await upstream_.send(call_of(message, provenance, *renewed));
    }
    if (!response)
        co_return std::unexpected(error_of(response.error(), message.interaction));
    if (response->status != 200 && response->status != 201 && response->status != 204)
        co_return std::unexpected(error_of(*response, message.interaction));
    if (!response->body.empty() && !is_fhir_json(response->headers.get("Content-Type")))
        co_return std::unexpected(unreadable(message.interaction, "Content-Type is not JSON"));
    co_return response;
}

} // namespace adapters::fhir_r4
