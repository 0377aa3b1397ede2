// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/json.hpp"
#include "gateway/booking/service.hpp"
#include "gateway/faces/context.hpp"
#include "gateway/faces/r4/answers.hpp"
#include "gateway/faces/r4/handlers.hpp"
#include "gateway/faces/r4/patched.hpp"
#include "gateway/faces/r4/proposal.hpp"
#include "gateway/faces/r4/writes.hpp"
#include "gateway/faces/r4_face.hpp"

namespace gateway::faces::r4
{

namespace
{

using fhir::Appointment;
using fhir::ErrorKind;

Answer written(const Context& context, const R4Services& services, const booking::WriteOutcome& outcome,
               unsigned status)
{
    Answer answer = answer_of(context, services, outcome, status);
    answer.written = true;
    fhir::codec::write(outcome.appointment.resource, answer.body);
    return answer;
}

fhir::Result<void> same_id(const Context& context, const Appointment& appointment)
{
    if (appointment.id == context.destination.id)
        return {};
    return fhir::fail(ErrorKind::invariant, "The id in the body must be the id in the URL.",
                      "Appointment.id");
}

/// FHIR R4 http.html#upsert: a server that does not create on update answers 405.
fhir::Error as_update_error(const fhir::Error& error, const Context& context, const R4Services& services)
{
    if (error.kind() != ErrorKind::not_found)
        return error;
    const fhir::Error known = explained(error, context, services);
    if (known.sentence() != error.sentence())
        return fhir::Error(ErrorKind::method_not_allowed, known.sentence(), "Appointment.id")
            .advise(known.advice(), known.remedy());
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
        co_return std::unexpected(as_update_error(updated.error(), context, services));
    co_return written(context, services, *updated, 200);
}

Answered patch_appointment(const Context& context, const R4Services& services)
{
    const auto call = read_patch(context);
    if (!call)
        co_return std::unexpected(call.error());
    auto write = write_context(context, fhir::codec::to_json(call->patch));
    if (!write)
        co_return std::unexpected(write.error());

    auto basis = co_await services.booking.read_version(*context.caller, context.destination.id,
                                                        call->expected_version);
    if (!basis) {
        auto current = co_await services.booking.read(*context.caller, context.destination.id);
        co_return std::unexpected(current ? fhir::Error(ErrorKind::version_conflict).at("http.If-Match")
                                          : explained(current.error(), context, services));
    }
    auto wanted = patched(basis->resource, call->patch);
    if (!wanted)
        co_return std::unexpected(wanted.error());
    if (const auto same = same_id(context, *wanted); !same)
        co_return std::unexpected(does_not_apply(same.error()));

    auto updated = co_await services.booking.update(std::move(*write), context.destination.id,
                                                    call->expected_version, std::move(*wanted));
    if (!updated)
        co_return std::unexpected(updated.error());
    co_return written(context, services, *updated, 200);
}

} // namespace gateway::faces::r4
