// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/gpconnect/appointment_profile.hpp"
#include "gateway/faces/gpconnect/change_rules.hpp"
#include "gateway/faces/gpconnect/handlers.hpp"
#include "gateway/faces/gpconnect/wire.hpp"
#include "gateway/faces/media_range.hpp"

namespace gateway::faces::gpconnect
{

namespace
{

/// What a PUT is about: as it was sent, as it is held, and who may change it.
struct Change
{
    fhir::Appointment sent;
    booking::StoredAppointment stored;
    identity::Caller caller;
};

/// Whoever booked writes in its own name, everybody else in the practice's.
Awaitable<Checked<Change>> open_change(const Call& call, const GpConnectServices& services)
{
    auto sent = read_appointment_body(call);
    if (!sent)
        co_return std::unexpected(sent.error());
    identity::Caller caller = *call.consumer;
    auto stored = co_await services.booking.read(caller, call.id);
    if (!stored && stored.error().kind() == fhir::ErrorKind::not_found) {
        caller = in_place_of_practice(call);
        stored = co_await services.booking.read(caller, call.id);
    }
    if (!stored && stored.error().kind() != fhir::ErrorKind::not_found)
        co_return std::unexpected(refusal_of(stored.error()));
    bool known = stored && stored->practice_ods == call.ods();
    if (known) {
        auto hidden = co_await is_hidden(call, services, *stored);
        known = !hidden;
    }
    if (!known)
        co_return not_found("NO_RECORD_FOUND", "No appointment has this id");
    co_return Change{std::move(*sent), std::move(*stored), std::move(caller)};
}

Checked<void> check_version(const Call& call, const GpConnectServices& services, std::int64_t version)
{
    const auto& headers = call.request.headers;
    if (!headers.has("If-Match"))
        return services.settings.if_match_required ? bad_request("Header If-Match is missing")
                                                   : Checked<void>{};
    const std::string current = "\"" + std::to_string(version) + "\"";
    for (const auto tag : split_list(headers.all("If-Match"), ','))
        if (tag == current || tag == "W/" + current || tag == "*")
            return {};
    return std::unexpected(Refusal{"FHIR_CONSTRAINT_VIOLATION",
                                   "If-Match does not name the current version of the appointment"});
}

Checked<void> check_changeable(const Call& call, const fhir::Appointment& held)
{
    if (held.status == fhir::AppointmentStatus::cancelled)
        return invalid_resource("The appointment is cancelled");
    if (held.status != fhir::AppointmentStatus::booked)
        return invalid_resource("The appointment is not booked");
    if (!held.start || *held.start <= call.now)
        return invalid_resource("The appointment is in the past");
    return {};
}

/// Everything that can be said before the practice hears of it.
Awaitable<Checked<Change>> checked_change(const Call& call, const GpConnectServices& services)
{
    auto change = co_await open_change(call, services);
    if (!change)
        co_return change;
    auto right = check_version(call, services, change->stored.version);
    if (right)
        right = check_changeable(call, change->stored.resource);
    if (!right)
        co_return std::unexpected(right.error());
    co_return change;
}

Answered write_change(const Call& call, const GpConnectServices& services, Change change,
                      fhir::Appointment wanted)
{
    auto updated = co_await services.booking.update(write_context(call, std::move(change.caller)), call.id,
                                                    change.stored.version, std::move(wanted));
    if (!updated)
        co_return std::unexpected(body_refusal(updated.error()));
    if (updated->unresolved)
        co_return std::unexpected(refusal_of(*updated->unresolved));
    Reply reply = appointment_reply(call, services, updated->appointment);
    reply.written = true;
    co_return reply;
}

} // namespace

Answered amend_appointment(const Call& call, const GpConnectServices& services)
{
    auto change = co_await checked_change(call, services);
    if (!change)
        co_return std::unexpected(change.error());
    const auto held = to_profile(call, services, change->stored);
    if (const auto allowed = check_amendment(change->sent, held); !allowed)
        co_return std::unexpected(allowed.error());
    fhir::Appointment wanted = change->stored.resource;
    wanted.description = change->sent.description;
    wanted.comment = change->sent.comment;
    auto answer = co_await write_change(call, services, std::move(*change), std::move(wanted));
    co_return answer;
}

Answered cancel_appointment(const Call& call, const GpConnectServices& services)
{
    auto change = co_await checked_change(call, services);
    if (!change)
        co_return std::unexpected(change.error());
    const auto held = to_profile(call, services, change->stored);
    const auto reason = check_cancellation(change->sent, held);
    if (!reason)
        co_return std::unexpected(reason.error());
    fhir::Appointment wanted = change->stored.resource;
    wanted.status = fhir::AppointmentStatus::cancelled;
    wanted.cancelation_reason = fhir::concept_text(*reason);
    auto answer = co_await write_change(call, services, std::move(*change), std::move(wanted));
    co_return answer;
}

} // namespace gateway::faces::gpconnect
