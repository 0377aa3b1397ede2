// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/json.hpp"
#include "fhir/codec/json_value.hpp"
#include "gateway/booking/service.hpp"
#include "gateway/faces/context.hpp"
#include "gateway/faces/r4/answers.hpp"
#include "gateway/faces/r4/handlers.hpp"
#include "gateway/faces/r4/provenance_header.hpp"
#include "gateway/faces/r4_face.hpp"

#include <algorithm>

namespace gateway::faces::r4
{

namespace
{

using fhir::Appointment;
using fhir::ErrorKind;

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

/// `If-None-Exist: identifier=<system>|<value>`, the only condition that can match one appointment.
fhir::Result<std::optional<fhir::search::TokenValue>> if_none_exist(const Context& context)
{
    constexpr std::string_view path = "http.If-None-Exist";
    const auto& headers = context.request.headers;
    if (!headers.has("If-None-Exist"))
        return std::nullopt;
    const auto pairs = fhir::rest::parse_query(headers.get("If-None-Exist"));
    if (!pairs || pairs->size() != 1 || pairs->front().first != "identifier")
        return fhir::fail(ErrorKind::value_invalid, "If-None-Exist must be identifier=<system>|<value>.",
                          std::string(path));
    auto token = fhir::search::parse_token(pairs->front().second, "If-None-Exist");
    if (!token)
        return std::unexpected(token.error());
    if (!token->system || token->system->empty() || !token->code)
        return fhir::fail(ErrorKind::value_invalid,
                          "The identifier in If-None-Exist needs both a system and a value.",
                          std::string(path));
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

std::string version_url(const Context& context, const booking::StoredAppointment& stored)
{
    return context.url("Appointment/" + stored.resource.id.value_or("") + "/_history/" +
                       std::to_string(stored.version));
}

Answer written(const Context& context, const R4Services& services, const booking::WriteOutcome& outcome,
               unsigned status)
{
    const auto& stored = outcome.appointment;
    Answer answer;
    answer.status = status;
    answer.written = true;
    answer.failure = outcome.unresolved;
    answer.headers.set("Location", version_url(context, stored));
    answer.headers.set("ETag", etag(std::to_string(stored.version)));
    answer.headers.set("Last-Modified", fhir::to_http_date(stored.last_updated));
    if (outcome.replayed) {
        answer.headers.set("Idempotency-Replayed", "true");
        services.metrics.idempotent_replay();
    }
    fhir::codec::write(stored.resource, answer.body);
    return answer;
}

fhir::Result<void> same_id(const Context& context, const Appointment& appointment)
{
    if (appointment.id == context.destination.id)
        return {};
    return fhir::fail(ErrorKind::invariant, "The id in the body must be the id in the URL.",
                      "Appointment.id");
}

/// A patch that does not fit the appointment is well-formed but refused: 422, with the place named.
fhir::Error does_not_apply(const fhir::Error& why)
{
    fhir::Error error(ErrorKind::not_amendable, "The patch cannot be applied: " + why.sentence(), why.path());
    return error.advise("Read the appointment again and correct the patch.", fhir::Remedy::caller);
}

fhir::Result<Appointment> patched(const Appointment& stored, const fhir::codec::JsonValue& patch)
{
    auto document = fhir::codec::parse_json(fhir::codec::to_json(stored));
    if (!document)
        return std::unexpected(document.error());
    auto changed = fhir::codec::apply_json_patch(std::move(*document), patch);
    if (!changed)
        return std::unexpected(does_not_apply(changed.error()));
    auto appointment = fhir::codec::read<Appointment>(fhir::codec::to_json(*changed));
    if (!appointment)
        return std::unexpected(does_not_apply(appointment.error()));
    return appointment;
}

fhir::Error as_update_error(fhir::Error error)
{
    // FHIR R4 http.html#upsert: a server that does not create on update answers 405.
    if (error.kind() != ErrorKind::not_found)
        return error;
    fhir::Error refused(ErrorKind::method_not_allowed,
                        "No appointment has this id, and an update does not create one.", "Appointment.id");
    return refused.advise("Book with POST [base]/Appointment; the id is given by the gateway.",
                          fhir::Remedy::caller);
}

} // namespace

Answered create_appointment(const Context& context, const R4Services& services)
{
    if (const auto known = no_parameters(context); !known)
        co_return std::unexpected(known.error());
    auto condition = if_none_exist(context);
    if (!condition)
        co_return std::unexpected(condition.error());
    auto wanted = fhir::codec::read<Appointment>(context.request.body);
    if (!wanted)
        co_return std::unexpected(wanted.error());
    auto write = write_context(context, fhir::codec::to_json(*wanted));
    if (!write)
        co_return std::unexpected(write.error());

    auto booked =
        co_await services.booking.book(std::move(*write), std::move(*wanted), std::move(*condition));
    if (!booked)
        co_return std::unexpected(booked.error());
    co_return written(context, services, *booked, booked->created ? 201 : 200);
}

Answered update_appointment(const Context& context, const R4Services& services)
{
    if (const auto known = no_parameters(context); !known)
        co_return std::unexpected(known.error());
    const auto expected = if_match(context);
    if (!expected)
        co_return std::unexpected(expected.error());
    auto wanted = fhir::codec::read<Appointment>(context.request.body);
    if (!wanted)
        co_return std::unexpected(wanted.error());
    if (const auto same = same_id(context, *wanted); !same)
        co_return std::unexpected(same.error());
    auto write = write_context(context, fhir::codec::to_json(*wanted));
    if (!write)
        co_return std::unexpected(write.error());

    auto updated = co_await services.booking.update(std::move(*write), context.destination.id, *expected,
                                                    std::move(*wanted));
    if (!updated)
        co_return std::unexpected(as_update_error(updated.error()));
    co_return written(context, services, *updated, 200);
}

Answered patch_appointment(const Context& context, const R4Services& services)
{
    if (const auto known = no_parameters(context); !known)
        co_return std::unexpected(known.error());
    const auto expected = if_match(context);
    if (!expected)
        co_return std::unexpected(expected.error());
    auto patch = fhir::codec::parse_json(context.request.body, {.max_depth = 32, .max_bytes = 1 << 20});
    if (!patch)
        co_return std::unexpected(patch.error());
    auto write = write_context(context, fhir::codec::to_json(*patch));
    if (!write)
        co_return std::unexpected(write.error());

    auto basis = co_await services.booking.read_version(*context.caller, context.destination.id, *expected);
    if (!basis) {
        auto current = co_await services.booking.read(*context.caller, context.destination.id);
        co_return std::unexpected(current ? fhir::Error(ErrorKind::version_conflict).at("http.If-Match")
                                          : current.error());
    }
    auto wanted = patched(basis->resource, *patch);
    if (!wanted)
        co_return std::unexpected(wanted.error());
    if (const auto same = same_id(context, *wanted); !same)
        co_return std::unexpected(does_not_apply(same.error()));

    auto updated = co_await services.booking.update(std::move(*write), context.destination.id, *expected,
                                                    std::move(*wanted));
    if (!updated)
        co_return std::unexpected(updated.error());
    co_return written(context, services, *updated, 200);
}

} // namespace gateway::faces::r4
