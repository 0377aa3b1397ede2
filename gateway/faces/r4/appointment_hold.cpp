// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/resource_shape.hpp"
#include "gateway/faces/r4/answers.hpp"
#include "gateway/faces/r4/handlers.hpp"
#include "gateway/faces/r4/named_appointment.hpp"
#include "gateway/faces/r4/writes.hpp"
#include "gateway/faces/r4_face.hpp"

// $hold: what was proposed becomes pending.
namespace gateway::faces::r4
{

using fhir::AppointmentStatus;
using fhir::ErrorKind;

namespace
{

/// One that stands already is held, or was; it is not held a second time.
Answered answer_stored(const Context& context, const R4Services& services, booking::StoredAppointment stored,
                       std::string path)
{
    const auto status = stored.resource.status;
    if (status != AppointmentStatus::pending && status != AppointmentStatus::cancelled)
        co_return std::unexpected(fhir::Error(ErrorKind::transition_not_allowed,
                                              "The appointment is " + std::string(booking::code_of(status)) +
                                                  " and cannot be held; only what $find proposed can.",
                                              std::move(path))
                                      .advise("Send $find, and hold one of its proposals."));
    std::vector<fhir::Error> notes;
    if (status == AppointmentStatus::cancelled)
        notes.push_back(fhir::Error(ErrorKind::hold_expired,
                                    "The hold has ended or was released; it does not begin again.",
                                    std::move(path))
                            .advise("Send $find, and hold one of its proposals.", fhir::Remedy::caller));
    const booking::WriteOutcome outcome{std::move(stored), false, false, std::nullopt};
    co_return bundle_answer(context, services, outcome, std::move(notes));
}

} // namespace

Answered hold_appointment(const Context& context, const R4Services& services)
{
    auto asked = read_writing_call(context);
    if (!asked)
        co_return std::unexpected(asked.error());
    const OperationCall& call = asked->call;
    const auto named = named_appointment(call);
    if (!named)
        co_return std::unexpected(named.error());
    if (!*named)
        co_return std::unexpected(nothing_named(call, "$hold"));
    const auto patient = patient_of(call);
    if (!patient)
        co_return std::unexpected(patient.error());

    auto before = co_await services.booking.booked_before(asked->write);
    if (!before)
        co_return std::unexpected(before.error());
    if (*before)
        co_return bundle_answer(context, services, **before, call.notes());
    if (!is_proposal(context, services, **named)) {
        auto stored = co_await services.booking.read(*context.caller, (*named)->id);
        if (!stored)
            co_return std::unexpected(unknown_appointment(**named));
        auto answer = co_await answer_stored(context, services, std::move(*stored), (*named)->path);
        co_return answer;
    }
    auto wanted = co_await proposed_appointment(context, services, **named, *patient);
    if (!wanted)
        co_return std::unexpected(wanted.error());
    wanted->status = AppointmentStatus::pending;
    take_texts(call, *wanted);
    auto held = co_await services.booking.book(asked->write, std::move(*wanted), std::nullopt);
    if (!held)
        co_return std::unexpected(said_of(held.error(), **named, *patient));
    co_return bundle_answer(context, services, *held, call.notes());
}

} // namespace gateway::faces::r4
