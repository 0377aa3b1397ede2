// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/r4/writes.hpp"

#include "gateway/faces/r4/answers.hpp"
#include "gateway/faces/r4/provenance_header.hpp"
#include "gateway/faces/r4_face.hpp"

#include <algorithm>

namespace gateway::faces::r4
{

using fhir::ErrorKind;

namespace
{

constexpr std::size_t max_key = 255;

/// As written in the draft "The Idempotency-Key HTTP Header Field": any string; visible ASCII here.
fhir::Result<std::string> idempotency_key(const Context& context)
{
    const auto& headers = context.request.headers;
    if (!headers.has("Idempotency-Key"))
        return std::string();
    const std::string key(headers.get("Idempotency-Key"));
    const bool visible = std::ranges::all_of(key, [](char c) { return c > ' ' && c < '\x7f'; });
    if (key.empty() || key.size() > max_key || !visible || headers.count("Idempotency-Key") > 1)
        return fhir::fail(ErrorKind::value_invalid,
                          "Idempotency-Key must be sent once, as 1 to 255 visible ASCII characters.",
                          "http.Idempotency-Key");
    return key;
}

std::string version_url(const Context& context, const booking::StoredAppointment& stored)
{
    return context.url("Appointment/" + stored.resource.id.value_or("") + "/_history/" +
                       std::to_string(stored.version));
}

} // namespace

fhir::Result<std::optional<fhir::search::TokenValue>> if_none_exist(const Context& context)
{
    constexpr std::string_view place = "http.If-None-Exist";
    const auto& headers = context.request.headers;
    if (!headers.has("If-None-Exist"))
        return std::nullopt;
    const auto pairs = fhir::rest::parse_query(headers.get("If-None-Exist"));
    if (!pairs || pairs->size() != 1 || pairs->front().first != "identifier")
        return fhir::fail(ErrorKind::value_invalid, "If-None-Exist must be identifier=<system>|<value>.",
                          std::string(place));
    auto token = fhir::search::parse_token(pairs->front().second, "If-None-Exist");
    if (!token)
        return std::unexpected(token.error());
    if (!token->system || token->system->empty() || !token->code)
        return fhir::fail(ErrorKind::value_invalid,
                          "The identifier in If-None-Exist needs both a system and a value.",
                          std::string(place));
    return *token;
}

fhir::Result<booking::WriteContext> write_context(const Context& context, std::string_view canonical_body)
{
    auto key = idempotency_key(context);
    if (!key)
        return std::unexpected(key.error());
    auto person = person_of(context);
    if (!person)
        return std::unexpected(person.error());
    return booking::WriteContext{.caller = *context.caller,
                                 .request_id = context.ids.request_id,
                                 .idempotency_key = std::move(*key),
                                 .request_hash = request_hash(context, canonical_body),
                                 .user_id = std::move(person->sds_user_id),
                                 .user_name = std::move(person->name)};
}

fhir::Result<WritingCall> read_writing_call(const Context& context)
{
    if (const auto known = no_parameters(context); !known)
        return std::unexpected(known.error());
    auto call = OperationCall::read(context);
    if (!call)
        return std::unexpected(call.error());
    auto write = write_context(context, call->canonical());
    if (!write)
        return std::unexpected(write.error());
    return WritingCall{std::move(*call), std::move(*write)};
}

Answer answer_of(const Context& context, const R4Services& services, const booking::WriteOutcome& outcome,
                 unsigned status)
{
    const auto& stored = outcome.appointment;
    if (outcome.created)
        context.audited.booked(stored);
    else
        context.audited.saw(stored);
    Answer answer;
    answer.status = status;
    answer.failure = outcome.unresolved;
    answer.headers.set("Location", version_url(context, stored));
    answer.headers.set("ETag", etag(std::to_string(stored.version)));
    answer.headers.set("Last-Modified", fhir::to_http_date(stored.last_updated));
    if (outcome.replayed) {
        answer.headers.set("Idempotency-Replayed", "true");
        services.metrics.idempotent_replay();
    }
    return answer;
}

} // namespace gateway::faces::r4
